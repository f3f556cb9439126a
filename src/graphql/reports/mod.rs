//! Reports over GraphQL.
//!
//! Figures are worked out in `reports`.

pub mod basis;
pub mod behind;
pub mod budget;
pub mod comparison;
pub mod completeness;
pub mod contractual;
pub mod contractual_incidents;
pub mod crossings;
pub mod difference;
pub mod explain;
pub mod figures;
pub mod freezing;
pub mod hours;
pub mod programme;
pub mod quality;
pub mod results;
pub mod sdg;
pub mod shared;
pub mod snapshot;
pub mod statement;
pub mod volunteer_work;
