//! `crossings` of the INDH report: programme, territory and month at once.
//!
//! Figures are rounded in `reports::crossings`; the report itself is in `figures`.

use async_graphql::Object;

use crate::graphql::reports::hours::key;
use crate::graphql::scalars::Minutes;
use crate::graphql::scalars::Month;
use crate::reports::crossings::CrossingRow;
use crate::rollups::Member;

/// A programme in a territory in a month.
pub struct IndhCrossing(pub(super) CrossingRow);

/// A programme in a territory in a month.
#[Object]
impl IndhCrossing {
    /// The month.
    async fn month(&self) -> Month {
        Month(self.0.month)
    }

    /// Code of the territory, as in `byTerritory`: the one asked for, where more is not known of the work. It is
    /// the `code` of a member of `hoursReport`.
    async fn territory_code(&self) -> &str {
        &self.0.territory_code
    }

    /// Key of the territory, that of a member of `hoursReport` and a coordinate of `explainCell`: its code, and
    /// `NONE` where more is not known of the work than the territory asked for.
    async fn territory_key(&self) -> String {
        key(&Member::Place(self.0.place.clone()))
    }

    /// Code of the programme, as in `byProgramme`; null for work of projects that had none on the day of
    /// work. It is the `code` of a member of `hoursReport`.
    async fn programme_code(&self) -> Option<&str> {
        self.0.programme_code.as_deref()
    }

    /// Key of the programme, that of a member of `hoursReport` and a coordinate of `explainCell`: the id of the
    /// first version of its term, and `NONE` for work of projects without one.
    async fn programme_key(&self) -> String {
        key(&Member::Term(self.0.programme))
    }

    /// Person-minutes, by the share of the programme in each project.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.measures.minutes)
    }

    /// Person-minutes of all work of projects with a share in the programme, whatever the share. Rows
    /// overlap, so that they do not add up.
    async fn touched_minutes(&self) -> Minutes {
        Minutes(self.0.measures.touched_minutes)
    }

    /// Hour entries of projects with a share in it; one over midnight at the end of a month counts in both.
    async fn entries(&self) -> i64 {
        self.0.measures.entries
    }

    /// Distinct named people of projects with a share in it.
    async fn distinct_volunteers(&self) -> i64 {
        self.0.measures.distinct_volunteers
    }

    /// Distinct projects with a share in it.
    async fn projects(&self) -> i64 {
        self.0.measures.projects
    }
}
