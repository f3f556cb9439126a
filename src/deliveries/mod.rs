//! Files on their way: by letter, into a folder or into a bucket, asked for in the transaction of what made them, each by work of its
//! own.
//!
//! Who wants which file where is decided in `schedules`; how letters go over the wire is in `platform::mail`, who takes
//! which work in `jobs`. Statements are in `store`.

pub mod asked;
pub mod bucket;
pub mod error;
pub mod folder;
pub mod letter;
pub mod send;
pub mod store;
pub mod target;

pub use error::DeliveryError;
pub use target::EmailForm;
pub use target::Target;
