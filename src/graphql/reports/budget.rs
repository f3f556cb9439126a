//! `indhReport { budget }`: what the projects cost, and who pays.
//!
//! Amounts are shared out in `reports`; here they are only put into types.

use async_graphql::Object;
use async_graphql::SimpleObject;

use crate::graphql::scalars::CurrencyCode;
use crate::graphql::scalars::Decimal;
use crate::graphql::vocabularies::VocabularyTerm;
use crate::projects::money::CURRENCY;
use crate::reports::indh::budget;
use crate::reports::indh::budget::Amounts;

/// What projects cost, and who pays.
pub struct IndhBudget(pub(super) budget::Budget);

/// What projects cost, and who pays: the budgets of the projects in the territory whose dates touch the interval, each
/// as a whole. They are not apportioned in time, so that those of two intervals do not add up. Budgets are those of
/// today, of projects that were recorded by `asOf`.
#[Object]
impl IndhBudget {
    /// Projects in the territory whose dates touch the interval, with hours or without.
    async fn projects(&self) -> i64 {
        self.0.projects
    }

    /// Of these, those with a budget that is counted.
    async fn budgeted_projects(&self) -> i64 {
        self.0.budgeted
    }

    /// Of these, those with a budget in another currency, which is not counted.
    async fn other_currency_projects(&self) -> i64 {
        self.0.other_currency
    }

    /// ISO 4217 code of the currency of all amounts.
    async fn currency(&self) -> CurrencyCode {
        CurrencyCode(CURRENCY.to_owned())
    }

    /// All of them.
    async fn amounts(&self) -> BudgetAmounts {
        self.0.amounts.into()
    }

    /// By programme, in the order of the vocabulary, projects without one last: by the shares of each project on the
    /// last day of the interval, or on its own last day where that comes first. Rounded once to hundredths, so that
    /// each amount adds up to that of all.
    async fn by_programme(&self) -> Vec<BudgetProgrammeRow> {
        let rows = self.0.by_programme.iter().cloned();
        rows.map(BudgetProgrammeRow).collect()
    }
}

/// What one programme costs.
pub struct BudgetProgrammeRow(budget::BudgetRow);

/// What one programme costs.
#[Object]
impl BudgetProgrammeRow {
    /// The programme; null for projects without one.
    async fn term(&self) -> Option<VocabularyTerm> {
        self.0.term.clone().map(VocabularyTerm)
    }

    /// Distinct projects with a budget and a share in it.
    async fn projects(&self) -> i64 {
        self.0.projects
    }

    /// By the shares of the projects.
    async fn amounts(&self) -> BudgetAmounts {
        self.0.amounts.into()
    }
}

/// Amounts, exact to two decimals.
#[derive(SimpleObject)]
pub struct BudgetAmounts {
    /// `indh`, `others` and `unstated` together.
    total: Decimal,
    /// What the INDH pays.
    indh: Decimal,
    /// What the organizations themselves and their partners pay, of the budgets of which it is said what the INDH pays.
    others: Decimal,
    /// Budgets of which it is not said what the INDH pays.
    unstated: Decimal,
    /// What the INDH pays in percent of `indh` and `others`, always with two decimals, halves to the even side; null
    /// where both are 0.
    indh_percent: Option<Decimal>,
}

impl From<Amounts> for BudgetAmounts {
    fn from(it: Amounts) -> Self {
        let amount = |hundredths| Decimal(rust_decimal::Decimal::new(hundredths, 2));
        Self {
            total: amount(it.total()),
            indh: amount(it.indh),
            others: amount(it.others),
            unstated: amount(it.unstated),
            indh_percent: it.indh_percent().map(Decimal),
        }
    }
}
