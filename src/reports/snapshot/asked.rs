//! What a snapshot answers: the question of a report with all that belongs to it, in order.
//!
//! Which questions of hours can be answered is in `question`, who may ask in `ground`; how they are answered in
//! `answered`.

use chrono::DateTime;
use chrono::Datelike;
use chrono::NaiveDate;
use chrono::Utc;
use entity::types::EntryStatus;
use sea_orm::ActiveEnum;
use serde::Serialize;

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
use crate::reports::snapshot::canonical;
use crate::reports::snapshot::store::Cover;
use crate::reports::span::COUNTRY;
use crate::rollups::Dimension;

/// What is to be frozen, as it is asked for.
#[derive(Clone, Debug)]
pub struct NewSnapshot {
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

impl NewSnapshot {
    /// Puts it in order, where the actor may ask it.
    ///
    /// # Errors
    /// As `reports::answer`; [`ReportError::Invalid`] for what the report is not asked.
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

    /// What a key of the same request is held against: what was sent, and nothing that may be otherwise when it is sent
    /// again, as the seat of an organization.
    #[must_use]
    pub fn claimed(&self) -> impl Serialize {
        let organization = self.organization.as_ref().map(|it| match it {
            OrganizationRef::Id(id) => id.to_string(),
            OrganizationRef::Slug(slug) => slug.clone(),
        });
        // Dimensions stand with the name: requests without any are held against what was kept before there were some.
        let mut name = self.name.word().to_owned();
        for dimension in self.rows.into_iter().chain(self.columns) {
            name.push(' ');
            name.push_str(dimension.word());
        }
        let mut statuses = self.status_basis.clone();
        statuses.sort();
        statuses.dedup();
        (
            name,
            self.territory_code
                .as_deref()
                .map(|it| it.trim().to_owned()),
            organization,
            (self.from, self.to),
            canonical::statuses(&statuses),
            self.as_of,
        )
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

impl Asked {
    /// The question that a snapshot answered, as it is asked again now. Contracts follow their organization: of one
    /// that is named they are asked for at the seat that it has now, wherever that was.
    ///
    /// # Errors
    /// [`ReportError::Unknown`] for a snapshot that a later release wrote; [`ReportError::Invalid`] for an organization
    /// whose figures may not be asked for.
    pub async fn again(ctx: &Ctx, row: &Cover) -> Result<Self, ReportError> {
        let mut asked = Self::of(row)?;
        let question = &mut asked.question;
        if let (true, Some(named)) = (follows_seat(row), &question.organization) {
            question.territory_code = contractual::seat(ctx, ctx.read(), named).await?;
        }
        Ok(asked)
    }

    fn of(row: &Cover) -> Result<Self, ReportError> {
        let name = ReportName::of_word(&row.report);
        let statuses = canonical::read_statuses(&row.status_basis);
        Ok(Self {
            question: Question {
                name: name.ok_or(ReportError::Unknown { kind: "report" })?,
                territory_code: row.territory_code.clone(),
                from: row.from_day,
                to: row.to_day,
                organization: row.organization_id.map(OrganizationRef::Id),
                status_basis: statuses.ok_or(ReportError::Unknown { kind: "state" })?,
                as_of: None,
                valued: Valued::Yes,
            },
            rows: dimension(row.row_dimension.as_deref())?,
            columns: dimension(row.column_dimension.as_deref())?,
        })
    }

    /// By what rows and columns are told apart, as they are kept.
    #[must_use]
    pub fn dimensions(&self) -> (Option<String>, Option<String>) {
        let word = |it: Dimension| it.word().to_owned();
        (self.rows.map(word), self.columns.map(word))
    }
}

/// Whether a snapshot is of the contracts of one organization, which are the same wherever it has its seat.
#[must_use]
pub fn follows_seat(row: &Cover) -> bool {
    row.report == ReportName::ContractualVolunteering.word() && row.organization_id.is_some()
}

fn dimension(word: Option<&str>) -> Result<Option<Dimension>, ReportError> {
    let Some(word) = word else {
        return Ok(None);
    };
    let found = Dimension::of_word(word);
    found
        .map(Some)
        .ok_or(ReportError::Unknown { kind: "dimension" })
}
