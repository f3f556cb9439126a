//! The report of a schedule: what is asked, apart from the days.
//!
//! Kept as JSON: members are added, never renamed. The days are told by `cover`.

use chrono::NaiveDate;
use entity::ids::OrganizationId;
use entity::schedule;
use entity::types::EntryStatus;
use serde::Deserialize;
use serde::Serialize;

use crate::exports::Format;
use crate::exports::request::ExportRequest;
use crate::platform::i18n::Locale;
use crate::reports::ReportName;
use crate::rollups::Dimension;

/// Which report, how, and in which language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledQuestion {
    /// Which report.
    pub name: ReportName,
    /// Code of the territory; once it is kept there always is one.
    pub territory_code: Option<String>,
    /// Only the hours of this organization.
    pub organization: Option<OrganizationId>,
    /// Which states count.
    pub status_basis: Vec<EntryStatus>,
    /// By what rows are told apart, of the hours report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Dimension>,
    /// By what columns are; as `rows`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Dimension>,
    /// The file format.
    pub format: Format,
    /// Language of titles and names.
    pub locale: Locale,
}

impl ScheduledQuestion {
    /// What a schedule asks; `None` for what a later release asks.
    #[must_use]
    pub fn of(row: &schedule::Model) -> Option<Self> {
        serde_json::from_str(&row.question).ok()
    }

    /// The same of an export that was found in order.
    #[must_use]
    pub fn asked_in(request: ExportRequest) -> Self {
        Self {
            name: request.name,
            territory_code: request.territory_code,
            organization: request.organization,
            status_basis: request.status_basis,
            rows: request.rows,
            columns: request.columns,
            format: request.format,
            locale: request.locale,
        }
    }

    /// The export of an interval.
    #[must_use]
    pub fn over(&self, (from, to): (NaiveDate, NaiveDate)) -> ExportRequest {
        ExportRequest {
            name: self.name,
            territory_code: self.territory_code.clone(),
            from,
            to,
            organization: self.organization,
            status_basis: self.status_basis.clone(),
            as_of: None,
            rows: self.rows,
            columns: self.columns,
            format: self.format,
            locale: self.locale,
        }
    }
}
