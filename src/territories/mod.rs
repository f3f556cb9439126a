//! Places: country, region, province or prefecture, commune, arrondissement, each from day to day.
//!
//! `edition` reads the list and decides which versions it makes, `import` writes them, `lookup`
//! finds them. Who may see what of a place is in `identity::scope`; figures are in `reports`.
//!
//! The tree is that of the census codes: an arrondissement belongs to its commune. The prefectures
//! of arrondissements stand beside it: they hang below their prefecture, but their people are
//! counted in its commune already. So [`lookup::children`] leaves them out, and the children of a
//! place are a partition of it. An arrondissement has its prefecture of arrondissements among its
//! ancestors all the same: otherwise an observer of Casablanca-Anfa, or a report on it, would miss
//! what was done in its arrondissements. Group by the places of [`lookup::children`], never by
//! every ancestor of a level, and nothing is counted twice.

pub mod edition;
pub mod error;
pub mod import;
pub mod lookup;

pub use error::TerritoryError;
