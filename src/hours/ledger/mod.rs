//! The ledger: what happened to hours, in order, each event bound to the one before.
//!
//! One chain for each organization, signed at least daily, and every stored entry sealed by its last
//! event. What happens is decided elsewhere; a third party's way to check it is in
//! `docs/ledger.md`.

mod chain;
mod check;
mod checkpoint;
mod event;
mod history;
mod own;
mod past;
mod proof;
mod seal;
mod table;
mod told;

pub use chain::Chain;
pub use chain::append;
pub use chain::lock;
pub use chain::written_by;
pub use check::Fault;
pub use check::Verdict;
pub use check::verify;
pub use checkpoint::SignError;
pub use checkpoint::count as checkpoint_count;
pub use checkpoint::page as checkpoints;
pub use checkpoint::sign_due;
pub use checkpoint::sign_now;
pub use event::By;
pub use event::Event;
pub use event::EventKind;
pub use event::Proposal;
pub use history::Happening;
pub use history::histories;
pub use history::history;
pub use history::history_counts;
pub use own::is_begun;
pub use own::is_sealed_with;
pub use past::Position;
pub use past::Reach;
pub use past::Stood;
pub use past::positions;
pub use past::reach;
pub use past::stood;
pub use past::stood_of;
pub use past::touched_after;
pub use proof::Proof;
pub use proof::prove;
pub use table::days_at;
pub use table::entries_at;
pub use told::Told;
pub use told::last;
pub use told::told_after;
