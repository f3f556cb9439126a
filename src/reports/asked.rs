//! What any report is asked, by its name: the question with all that belongs to it, in order.
//!
//! Which questions of hours can be answered is in `question`, who may ask in `ground`; how they are answered in
//! `answered`.

use chrono::DateTime;
use chrono::Datelike;
use chrono::NaiveDate;
use chrono::Utc;
use entity::types::EntryStatus;
use sea_orm::ActiveEnum;

use crate::identity::Ctx;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Mend;
use crate::refusal::Refusal;
use crate::reports;
use crate::reports::OrganizationRef;
use crate::reports::Question;
use crate::reports::ReportError;
use crate::reports::ReportName;
use crate::reports::Valued;
use crate::reports::contractual;
use crate::reports::quality::LOOKED_AT;
use crate::reports::span::COUNTRY;
use crate::rollups::Dimension;

/// A report, as it is asked for.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Which report.
    pub name: ReportName,
    /// Code of the territory; where it may be absent, the report itself says what it stands for then.
    pub territory_code: Option<String>,
    /// First civil day of work.
    pub from: NaiveDate,
    /// Last civil day of work, inclusive.
    pub to: NaiveDate,
    /// Only what is of this organization.
    pub organization: Option<OrganizationRef>,
    /// Which states count.
    pub status_basis: Vec<EntryStatus>,
    /// As of which instant; `None` is now.
    pub as_of: Option<DateTime<Utc>>,
    /// By what rows are told apart, of the hours report.
    pub rows: Option<Dimension>,
    /// By what columns are.
    pub columns: Option<Dimension>,
}

/// A question in order.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Report, territory, interval and the rest.
    pub question: Question,
    /// By what rows are told apart; of the hours report alone, and always of it.
    pub rows: Option<Dimension>,
    /// By what columns are; `None` where there are rows alone.
    pub columns: Option<Dimension>,
}

impl Asking {
    /// A report of a territory and an interval: all approved hours, as of now.
    #[must_use]
    pub fn of(name: ReportName, territory_code: &str, (from, to): (NaiveDate, NaiveDate)) -> Self {
        Self {
            name,
            territory_code: Some(territory_code.to_owned()),
            from,
            to,
            organization: None,
            status_basis: vec![EntryStatus::Approved],
            as_of: None,
            rows: None,
            columns: None,
        }
    }

    /// Puts it in order, where the actor may ask it.
    ///
    /// # Errors
    /// [`ReportError::Denied`] for a territory outside an observer's, and for whom no figures are;
    /// [`ReportError::Invalid`] for parameters that cannot be answered, and for what the report is not asked.
    pub async fn in_order(&self, ctx: &Ctx) -> Result<Asked, ReportError> {
        ctx.demand_signed_in()?;
        let question = Question {
            name: self.name,
            territory_code: self.place(ctx).await?,
            from: self.from,
            to: self.to,
            organization: self.organization.clone(),
            status_basis: self.status_basis.clone(),
            as_of: self.as_of,
            valued: Valued::Yes,
        };
        // Who may not ask at all is told so, and nothing of how to ask.
        let question = reports::may_ask(ctx, &question).await?;
        let mut checks = Checks::new();
        self.check(ctx, &question, &mut checks);
        checks.done().map_err(ReportError::Invalid)?;
        Ok(Asked {
            question,
            rows: self.rows,
            columns: self.columns,
        })
    }

    /// Refuses what the report is not asked.
    fn check(&self, ctx: &Ctx, question: &Question, checks: &mut Checks) {
        match (self.name, self.rows) {
            (ReportName::Hours, None) => {
                checks.refuse(Refusal::of(Code::Required, "rows").mended(Mend::RowsOfHours));
            }
            (ReportName::Hours, Some(rows)) => {
                let clashes = self.columns.is_some_and(|it| it.clashes(rows));
                checks.demand(!clashes, || Refusal::of(Code::SameDimension, "columns"));
            }
            (_, rows) => {
                for (field, given) in [("rows", rows), ("columns", self.columns)] {
                    if let Some(given) = given {
                        checks.refuse(self.unfit(field, "null", given.word()));
                    }
                }
            }
        }
        if matches!(
            self.name,
            ReportName::DataQuality | ReportName::ContractualVolunteering
        ) && question.status_basis != LOOKED_AT
        {
            let given = question.status_basis.iter().map(ActiveEnum::to_value);
            let given = given.collect::<Vec<_>>().join(", ");
            checks.refuse(self.unfit("statusBasis", "APPROVED", &given));
        }
        if self.name == ReportName::ContractualVolunteering {
            match contractual::year(ctx, self.from.year()) {
                Err(ReportError::Invalid(refusals)) => {
                    for it in refusals {
                        checks.refuse(Refusal {
                            path: vec!["from".to_owned()],
                            ..it
                        });
                    }
                }
                Err(_) => checks.refuse(Refusal::of(Code::OutOfRange, "from")),
                Ok((first, last)) => {
                    for (field, takes, given) in [("from", first, self.from), ("to", last, self.to)]
                    {
                        checks.demand(takes == given, || {
                            self.unfit(field, &takes.to_string(), &given.to_string())
                        });
                    }
                }
            }
        }
    }

    fn unfit(&self, field: &str, takes: &str, given: &str) -> Refusal {
        Refusal::of(Code::QuestionUnfit, field)
            .with("report", self.name.word())
            .with("takes", takes)
            .with("given", given)
    }

    /// Code of the territory that is asked about.
    async fn place(&self, ctx: &Ctx) -> Result<String, ReportError> {
        let given = self.territory_code.as_deref().map(str::trim);
        match (
            given.filter(|it| !it.is_empty()),
            self.name,
            &self.organization,
        ) {
            (Some(code), _, _) => Ok(code.to_owned()),
            (None, ReportName::ContractualVolunteering, Some(named)) => {
                contractual::seat(ctx, ctx.read(), named).await
            }
            (None, ReportName::DataQuality, Some(_)) => Ok(COUNTRY.to_owned()),
            (None, _, _) => {
                let refusal = Refusal::of(Code::Required, "territoryCode");
                Err(ReportError::Invalid(vec![refusal.mended(Mend::Place)]))
            }
        }
    }
}
