//! Rows of programmes in `indhReport`, and of the axes of each.
//!
//! What rows of any term show is in `shared`.

use async_graphql::Object;

use crate::graphql::reports::shared::SharedEvidence;
use crate::graphql::reports::shared::SharedFigures;
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

    /// What it is shared.
    #[graphql(flatten)]
    async fn figures(&self) -> SharedFigures {
        SharedFigures(self.0.measures)
    }

    /// What shows it.
    #[graphql(flatten)]
    async fn evidence(&self) -> SharedEvidence {
        SharedEvidence(self.0.levels.clone())
    }

    /// The same by axis, which is the term directly below the programme; smaller terms count under their
    /// axis. In the order of the vocabulary; work that is shared to the programme itself comes last. Minutes
    /// are shared by largest remainder, so that they add up to those of the programme.
    async fn by_axis(&self) -> Vec<IndhAxisRow> {
        self.0.by_axis.iter().cloned().map(IndhAxisRow).collect()
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

    /// What it is shared.
    #[graphql(flatten)]
    async fn figures(&self) -> SharedFigures {
        SharedFigures(self.0.measures)
    }
}
