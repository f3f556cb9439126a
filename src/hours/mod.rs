//! Hours: what an entry is, its states, and the one way in.
//!
//! An entry says who worked when and on what, in one of three ways. It is written, handed in,
//! decided; each step passes one gate, cuts nothing's corners for imports, and leaves an event in
//! the ledger of its organization. Figures over many entries are in `reports`.

pub mod amend;
pub mod approve;
pub mod batch;
mod before;
pub mod change;
pub mod closed;
pub mod days;
pub mod discard;
mod engaged;
pub mod entry;
pub mod erasure;
mod error;
pub mod exception;
pub mod explain;
pub mod guard;
pub mod handover;
mod held;
mod keys;
pub mod ledger;
pub mod list;
pub mod period;
mod place;
pub mod policy;
pub mod preview;
pub mod queue;
pub mod record;
pub mod rules;
pub mod state;
pub mod store;
pub mod telling;

pub use batch::Item;
pub use batch::Mode;
pub use batch::Outcome;
pub use batch::Recorded;
pub use batch::Run;
pub use batch::Target;
pub use entry::Entry;
pub use entry::Fields;
pub use entry::NewEntry;
pub use entry::Work;
pub use error::HoursError;
