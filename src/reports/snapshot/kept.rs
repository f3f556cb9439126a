//! The questions of snapshots: as requests with a key claim them, as they are kept, and as they are asked again.
//!
//! What reports are asked is put in order in `reports::asked`.

use serde::Serialize;

use crate::identity::Ctx;
use crate::reports::OrganizationRef;
use crate::reports::Question;
use crate::reports::ReportError;
use crate::reports::ReportName;
use crate::reports::Valued;
use crate::reports::asked::Asked;
use crate::reports::asked::Asking;
use crate::reports::contractual;
use crate::reports::snapshot::canonical;
use crate::reports::snapshot::store::Cover;
use crate::rollups::Dimension;

impl Asking {
    /// What a key of the same request is held against: what was sent, and nothing that may be otherwise when it is sent
    /// again, as the seat of an organization.
    pub(super) fn claimed(&self) -> impl Serialize {
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
}

impl Asked {
    /// The question that a snapshot answered, as it is asked again now. Contracts follow their organization: of one
    /// that is named they are asked for at the seat that it has now, wherever that was.
    ///
    /// # Errors
    /// [`ReportError::Unknown`] for a snapshot that a later release wrote; [`ReportError::Invalid`] for an organization
    /// whose figures may not be asked for.
    pub(super) async fn again(ctx: &Ctx, row: &Cover) -> Result<Self, ReportError> {
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
    pub(super) fn dimensions(&self) -> (Option<String>, Option<String>) {
        let word = |it: Dimension| it.word().to_owned();
        (self.rows.map(word), self.columns.map(word))
    }
}

/// Whether a snapshot is of the contracts of one organization, which are the same wherever it has its seat.
pub(super) fn follows_seat(row: &Cover) -> bool {
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
