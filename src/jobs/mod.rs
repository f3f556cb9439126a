//! Work in the background: asked for in the transaction of its cause, done by whichever process
//! comes first, with one effect however often a worker dies over it.
//!
//! An area and not a part of `platform`: jobs have owners, and are refused and audited like other acts.
//! What is done is elsewhere: whoever puts the parts together says which kind is whose. Statements are
//! in `store`, new work in `asked`, who takes what in `queue`, acts of people in `acts`, the loop in `worker`.

pub mod acts;
pub mod asked;
pub mod error;
pub mod link;
pub mod queue;
pub mod spool;
pub mod store;
pub mod whose;
pub mod worker;

pub use error::JobError;
pub use spool::Spool;
pub use spool::Spooled;
pub use whose::Whose;
pub use worker::Failed;
pub use worker::Made;
pub use worker::Progress;
pub use worker::Work;

use uuid::Uuid;

/// The bell of the queue itself: there is something to do. No thing has this key.
pub const QUEUE: Uuid = Uuid::nil();
