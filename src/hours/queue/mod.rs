//! The queue of the approver: what waits for a decision, and all that a decision needs to know.
//!
//! Deciding itself is in `hours/approve`, for one entry and for ten thousand.

pub mod anomaly;
pub mod facts;
pub mod list;
pub mod selection;
pub mod store;
pub mod waiting;

pub use anomaly::Anomaly;
pub use anomaly::AnomalyCode;
pub use facts::Waiting;
pub use list::Filter;
pub use list::Subject;
