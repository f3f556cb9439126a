//! The questions of snapshots as they are kept.
//!
//! What reports are asked is put in order in `reports::asked`.

use entity::report_snapshot;
use serde::Serialize;

use crate::reports::OrganizationRef;
use crate::reports::Question;
use crate::reports::ReportError;
use crate::reports::ReportName;
use crate::reports::Valued;
use crate::reports::asked::Asked;
use crate::reports::asked::read_dimension;
use crate::reports::explain::key;
use crate::reports::snapshot::canonical;
use crate::rollups::Dimension;

impl Asked {
    /// The question that a snapshot answered, as of now.
    ///
    /// # Errors
    /// [`ReportError::Unknown`] for a snapshot that a later release wrote.
    pub fn of(row: &report_snapshot::Model) -> Result<Self, ReportError> {
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

    /// What a key of the same request is held against.
    #[must_use]
    pub fn claimed(&self) -> impl Serialize {
        let question = &self.question;
        let organization = question.organization.as_ref().map(|it| match it {
            OrganizationRef::Id(id) => id.to_string(),
            OrganizationRef::Slug(slug) => slug.clone(),
        });
        // Dimensions stand with the name: requests without any are held against what was kept before there were some.
        let mut name = question.name.word().to_owned();
        for dimension in self.rows.into_iter().chain(self.columns) {
            name.push(' ');
            name.push_str(key::word(dimension));
        }
        (
            name,
            question.territory_code.clone(),
            organization,
            (question.from, question.to),
            canonical::statuses(&question.status_basis),
            question.as_of,
        )
    }
}

fn dimension(word: Option<&str>) -> Result<Option<Dimension>, ReportError> {
    let Some(word) = word else {
        return Ok(None);
    };
    let found = read_dimension(word);
    found
        .map(Some)
        .ok_or(ReportError::Unknown { kind: "dimension" })
}
