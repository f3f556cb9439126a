//! Public statistics: figures for everybody, of which nobody can be re-identified.
//!
//! An edition is worked out once and never changes. `due` says when, `publish` makes it, `protect` decides what of it is
//! suppressed, `read` and `files` give it to anybody. What is guaranteed is in `docs/public-statistics.md`.
//! Figures for those who may see more are in `reports`.

pub mod due;
pub mod exchange;
pub mod files;
pub mod frame;
mod material;
pub mod period;
pub mod protect;
pub mod publish;
pub mod ratios;
pub mod read;
pub mod remainder;
pub mod shape;
mod store;
pub mod table;
pub mod verify;
pub mod work;
pub mod worked;

pub use due::publish_due;
pub use due::publish_from;
pub use publish::PublishError;
