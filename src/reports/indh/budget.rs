//! What the projects of the INDH report cost, and who pays: whole budgets, shared among programmes and rounded once.
//!
//! Which projects are counted is in `store`; how shares stand on a day is known to `rollups`.

use std::collections::BTreeMap;
use std::collections::HashMap;

use entity::ids::ProjectId;
use entity::ids::TermId;
use entity::vocabulary_term;
use rust_decimal::Decimal;
use sea_orm::ConnectionTrait;

use crate::apportionment::controlled;
use crate::apportionment::controlled::Field;
use crate::projects::money::CURRENCY;
use crate::reports::ReportError;
use crate::reports::foot;
use crate::reports::indh;
use crate::reports::indh::store;
use crate::reports::indh::store::Costing;
use crate::rollups;
use crate::rollups::Asked;
use crate::rollups::Programmes;
use crate::rollups::Shares;
use crate::rollups::WHOLE_PPM;
use crate::vocabularies::INDH;
use crate::vocabularies::versions;

/// Parts of an amount: what the INDH pays, what others pay, of what nobody said who pays.
const PARTS: usize = 3;

/// What projects cost.
#[derive(Clone, Debug)]
pub struct Budget {
    /// Projects whose dates touch the interval.
    pub projects: i64,
    /// Of these, those with a budget that is counted.
    pub budgeted: i64,
    /// Of these, those with a budget in another currency, which is not counted.
    pub other_currency: i64,
    /// What those that are counted cost together.
    pub amounts: Amounts,
    /// The same by programme, in the order of the vocabulary; projects without one last.
    pub by_programme: Vec<BudgetRow>,
}

/// What one programme costs.
#[derive(Clone, Debug)]
pub struct BudgetRow {
    /// The programme; `None` for projects without one.
    pub term: Option<vocabulary_term::Model>,
    /// Distinct projects with a budget and a share in it.
    pub projects: i64,
    /// By the shares of the projects.
    pub amounts: Amounts,
}

/// Amounts in hundredths; the total is the sum of the parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// What the INDH pays.
    pub indh: i64,
    /// What the organizations and their partners pay, where it is said what the INDH does.
    pub others: i64,
    /// Budgets of which it is not said who pays.
    pub unstated: i64,
}

impl Amounts {
    /// All of it.
    #[must_use]
    pub fn total(self) -> i64 {
        self.indh + self.others + self.unstated
    }

    /// What the INDH pays, in percent of the budgets of which that is said, always with two decimals, halves to the
    /// even side; `None` where there are none.
    #[must_use]
    pub fn indh_percent(self) -> Option<Decimal> {
        let part = Decimal::from(self.indh).checked_mul(Decimal::ONE_HUNDRED)?;
        let percent = part.checked_div(Decimal::from(self.indh.checked_add(self.others)?))?;
        Some(indh::printed(percent))
    }

    fn of(parts: [i64; PARTS]) -> Self {
        let [indh, others, unstated] = parts;
        Self {
            indh,
            others,
            unstated,
        }
    }

    fn parts(self) -> [i64; PARTS] {
        [self.indh, self.others, self.unstated]
    }

    fn add(&mut self, other: Self) {
        self.indh += other.indh;
        self.others += other.others;
        self.unstated += other.unstated;
    }
}

/// What a project costs, and the programmes that it serves.
#[derive(Clone, Debug)]
struct Shared {
    amounts: Amounts,
    /// Programme and millionths; all of it for none where the project serves none.
    shares: Vec<(Option<TermId>, i64)>,
}

/// Budgets of the projects that are counted, by the programmes of every version in `terms`.
///
/// # Errors
/// [`ReportError::DoesNotFoot`]; faults of ours.
pub(super) async fn of_projects(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    terms: &[vocabulary_term::Model],
) -> Result<Budget, ReportError> {
    let found = store::costings(db, asked, asked.at).await?;
    let number = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
    let projects = number(found.len());
    let (counted, others): (Vec<Costing>, Vec<Costing>) = found
        .into_iter()
        .filter(|it| it.budget_minor.is_some())
        .partition(|it| it.currency == CURRENCY);
    let ids: Vec<ProjectId> = counted.iter().map(|it| it.id).collect();
    let shares = rollups::shares_of(db, &ids, asked.at).await?;
    let programmes = Programmes::of(terms);
    let shared: Vec<Shared> = counted
        .iter()
        .map(|it| Shared {
            amounts: amounts(it),
            shares: served(it, asked, &shares, &programmes),
        })
        .collect();
    let mut whole = Amounts::default();
    for it in &shared {
        whole.add(it.amounts);
    }
    let by_programme = rows(&shared, terms, asked)?;
    for part in 0..PARTS {
        let of = |it: Amounts| it.parts().get(part).copied().unwrap_or_default();
        let rows = by_programme.iter().map(|it| of(it.amounts));
        foot::check("budget.byProgramme", of(whole), rows)?;
    }
    Ok(Budget {
        projects,
        budgeted: number(counted.len()),
        other_currency: number(others.len()),
        amounts: whole,
        by_programme,
    })
}

fn amounts(of: &Costing) -> Amounts {
    let budget = of.budget_minor.unwrap_or_default();
    match of.budget_indh_minor {
        Some(indh) => Amounts::of([indh, budget - indh, 0]),
        None => Amounts::of([0, 0, budget]),
    }
}

/// What a project serves on the last day of the interval, or on its own last day where that comes first.
fn served(
    of: &Costing,
    asked: &Asked<'_>,
    shares: &Shares,
    programmes: &Programmes,
) -> Vec<(Option<TermId>, i64)> {
    let day = of.ends_on.map_or(asked.to, |it| it.min(asked.to));
    let served = programmes.gather(shares.on(of.id, INDH, day));
    if served.is_empty() {
        return vec![(None, WHOLE_PPM)];
    }
    let served = served.into_iter();
    served.map(|(term, ppm)| (Some(term), ppm)).collect()
}

/// Rows in the order of the vocabulary. Rounded once to hundredths, so that programmes add up to the whole and
/// parts to the programme.
fn rows(
    shared: &[Shared],
    terms: &[vocabulary_term::Model],
    asked: &Asked<'_>,
) -> Result<Vec<BudgetRow>, ReportError> {
    let order: HashMap<TermId, usize> = terms.iter().map(|it| it.id).zip(0..).collect();
    let mut exact: BTreeMap<usize, (i64, [i128; PARTS])> = BTreeMap::new();
    for it in shared {
        for (term, ppm) in &it.shares {
            let at = match term {
                Some(id) => *order.get(id).ok_or(ReportError::Unknown { kind: "term" })?,
                None => usize::MAX,
            };
            let (projects, parts) = exact.entry(at).or_default();
            *projects += 1;
            for (sum, part) in parts.iter_mut().zip(it.amounts.parts()) {
                *sum += i128::from(part) * i128::from(*ppm);
            }
        }
    }
    let mut fields = Vec::with_capacity(exact.len() * PARTS);
    for (row, (_, parts)) in exact.values().enumerate() {
        for (column, numerator) in parts.iter().copied().enumerate() {
            fields.push(Field {
                row,
                column,
                numerator,
            });
        }
    }
    let rounded = controlled::round(&fields, i128::from(WHOLE_PPM));
    let (rounded, _) = rounded.as_chunks::<PARTS>();
    Ok(exact
        .into_iter()
        .zip(rounded)
        .map(|((at, (projects, _)), parts)| BudgetRow {
            term: terms
                .get(at)
                .and_then(|it| versions::on(terms, &it.code, asked.to))
                .cloned(),
            projects,
            amounts: Amounts::of(*parts),
        })
        .collect())
}
