//! Vocabularies: the programmes of INDH, the goals of sustainable development, the occupations of ISCO-08
//! and the fields of work of ICNP/TSO, as dated terms.
//!
//! Data, not code: a new phase is a new edition of a list, or what an administrator writes; and
//! organizations keep vocabularies of their own. How a project shares its minutes among terms is with the
//! projects.
//!
//! Codes: of `INDH` those of `data/indh_programmes.csv` (`PH3-P4`), of `SDG` the number of the goal
//! alone (`1` to `17`) and the codes of its targets (`4.1`, `4.a`), as people write them, of `ISCO08` the one or two digits of the classification, of
//! `ICNP_TSO` its letter, alone or with two digits (`A`, `A10`, `A11`). A
//! vocabulary of an organization has its slug before its code: `al-amal:THEMES`.

pub mod edition;
pub mod error;
pub mod import;
pub mod lookup;
pub mod own;
pub mod rules;
pub mod store;
pub mod terms;
pub mod translations;
pub mod versions;

pub use error::VocabularyError;

/// Phases, programmes and axes of the national initiative for human development.
pub const INDH: &str = "INDH";

/// Goals of sustainable development, and their targets.
pub const SDG: &str = "SDG";

/// Occupations, by the international classification of 2008: what an hour of work is worth by.
pub const ISCO08: &str = "ISCO08";

/// Fields of work, by the United Nations' classification of non-profit and third sector organizations: named by
/// organizations and projects.
pub const ICNP_TSO: &str = "ICNP_TSO";
