//! What volunteer work is worth: minutes by what an hour of such work is paid, and how many full-time
//! workers they make.
//!
//! Which minutes are counted is decided by whoever asks. The rule is in `rules` and `full_time`, both pure; `work`
//! tells minutes apart as rates do.
//!
//! Method: replacement cost, as of the ILO's *Manual on the Measurement of Volunteer Work* (2011).

pub mod catalogue;
pub mod error;
pub mod full_time;
pub mod rates;
pub mod rules;
pub mod series;
pub mod store;
pub mod table;
pub mod work;

pub use error::ValuationError;

/// The currency of every rate and value, by ISO 4217.
pub const CURRENCY: &str = "MAD";

/// The rule of values, with its version. Another rule is another name.
pub const METHOD: &str = "ILO_REPLACEMENT_COST_1";
