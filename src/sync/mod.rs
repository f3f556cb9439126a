//! Devices that were away: what changed meanwhile, and the batch of what they did.
//!
//! Every act of a batch goes the way of a single one, through `hours`; what may be seen is the word of
//! the scope.

mod batch;
mod changes;
mod cursor;
mod device;
mod operation;
mod touch;
mod waves;

pub use batch::run;
pub use changes::Changed;
pub use changes::Stretch;
pub use changes::since;
pub use device::devices;
pub use operation::Act;
pub use operation::EntryRef;
pub use operation::Operation;
pub use operation::Verdict;
