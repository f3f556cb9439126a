//! What rows of terms show: programmes, axes, goals, targets.
//!
//! Minutes are shared out in `reports`; what else a row shows is beside the report.

use async_graphql::Object;

use crate::graphql::reports::figures::ReportEvidenceMinutes;
use crate::graphql::scalars::Minutes;
use crate::reports::evidence::Levels;
use crate::reports::indh;

/// Figures of a term that work is shared to.
pub struct SharedFigures(pub(super) indh::Measures);

/// Figures of a term that work is shared to.
#[Object]
impl SharedFigures {
    /// Person-minutes, by the share of the term in each project. Rows add up.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.minutes)
    }

    /// Of these, person-minutes of groups.
    async fn group_minutes(&self) -> Minutes {
        Minutes(self.0.group_minutes)
    }

    /// Person-minutes of all work of projects with a share in it, whatever the share: what the term touches. Rows
    /// overlap, so that they do not add up.
    async fn touched_minutes(&self) -> Minutes {
        Minutes(self.0.touched_minutes)
    }

    /// Hour entries of projects with a share in it.
    async fn entries(&self) -> i64 {
        self.0.entries
    }

    /// Distinct named people of projects with a share in it.
    async fn distinct_volunteers(&self) -> i64 {
        self.0.distinct_volunteers
    }

    /// Distinct projects with a share in it.
    async fn projects(&self) -> i64 {
        self.0.projects
    }

    /// Distinct organizations with such projects.
    async fn organizations(&self) -> i64 {
        self.0.organizations
    }
}

/// Minutes of a term by what shows them.
pub struct SharedEvidence(pub(super) Levels);

/// Minutes of a term by what shows them.
#[Object]
impl SharedEvidence {
    /// Person-minutes by what shows the work, every level, the weakest first; they add up to `minutes`, and over
    /// all rows to what the level has in the whole.
    async fn by_evidence(&self) -> Vec<ReportEvidenceMinutes> {
        ReportEvidenceMinutes::of(&self.0)
    }
}
