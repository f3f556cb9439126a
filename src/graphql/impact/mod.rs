//! Indicators, what they should reach, what was measured, and how far that has come.
//!
//! Rules and figures are in `impact`.

pub mod evidence;
pub mod figure;
pub mod goals;
pub mod indicator;
pub mod indicator_acts;
pub mod measurement;
pub mod measurement_acts;
pub mod progress;
