//! Rows of programmes in `indhReport`, and of the axes of each.
//!
//! Minutes are shared out in `reports`; here they are only put into types.

use async_graphql::Object;

use crate::graphql::reports::figures::ReportEvidenceMinutes;
use crate::graphql::scalars::Minutes;
use crate::graphql::vocabularies::VocabularyTerm;
use crate::reports::indh;

/// Figures of one programme.
pub struct IndhProgrammeRow(pub(super) indh::ProgrammeRow);

/// Figures of one programme.
#[Object]
impl IndhProgrammeRow {
    /// The programme; null for work of projects that had none on the day of work.
    async fn term(&self) -> Option<VocabularyTerm> {
        self.0.term.clone().map(VocabularyTerm)
    }

    /// Person-minutes, by the share of the programme in each project.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.measures.minutes)
    }

    /// Person-minutes of all work of projects with a share in it, whatever the share: what the
    /// programme touches. Rows overlap, so that they do not add up.
    async fn touched_minutes(&self) -> Minutes {
        Minutes(self.0.measures.touched_minutes)
    }

    /// Hour entries of projects with a share in it.
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

    /// The same by axis, which is the term directly below the programme; smaller terms count under their
    /// axis. In the order of the vocabulary; work that is shared to the programme itself comes last. Minutes
    /// are shared by largest remainder, so that they add up to those of the programme.
    async fn by_axis(&self) -> Vec<IndhAxisRow> {
        self.0.by_axis.iter().cloned().map(IndhAxisRow).collect()
    }

    /// Person-minutes by what shows the work, every level, the weakest first; they add up to `minutes`.
    async fn by_evidence(&self) -> Vec<ReportEvidenceMinutes> {
        ReportEvidenceMinutes::of(&self.0.levels)
    }
}

/// Figures of one axis of a programme.
pub struct IndhAxisRow(indh::AxisRow);

/// Figures of one axis of a programme.
#[Object]
impl IndhAxisRow {
    /// The axis; null for work that is shared to the programme itself, and for work without a programme.
    async fn term(&self) -> Option<VocabularyTerm> {
        self.0.term.clone().map(VocabularyTerm)
    }

    /// Person-minutes, by the share of the axis in each project.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.measures.minutes)
    }

    /// Person-minutes of all work of projects with a share in it, whatever the share. Rows overlap, so that
    /// they do not add up.
    async fn touched_minutes(&self) -> Minutes {
        Minutes(self.0.measures.touched_minutes)
    }

    /// Hour entries of projects with a share in it.
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
