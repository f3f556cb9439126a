//! Hours as clients see them: entries, decisions on them, months.
//!
//! What is acceptable is judged in `hours`; figures over many entries are in `reports`.

pub mod amendment;
pub mod approval;
pub mod approval_rules;
pub mod decision;
pub mod entry;
pub mod input;
pub mod ledger;
pub mod list;
pub mod loaders;
pub mod period;
pub mod period_acts;
pub mod preview;
pub mod queue;
pub mod selection;
pub mod waiting;
pub mod write;
