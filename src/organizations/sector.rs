//! The field of work of an organization, by the sections of ICNP/TSO, the United Nations' revision of ICNPO.
//!
//! The list is data of the binary; what is reported by it is in `reports`.

use serde::Deserialize;

use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

const SECTORS: &str = include_str!("../../data/sectors.csv");
/// Name of the classification in refusals.
const CLASSIFICATION: &str = "ICNP/TSO";

/// A section of the classification.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Sector {
    /// One letter.
    pub code: String,
    /// English title.
    pub title_en: String,
    /// French title; a working translation.
    pub title_fr: String,
    /// Arabic title; a working translation.
    pub title_ar: String,
}

/// All sections, in the order of their codes.
///
/// # Errors
/// [`csv::Error`], which only a fault of ours can cause.
pub fn all() -> Result<Vec<Sector>, csv::Error> {
    csv::Reader::from_reader(SECTORS.as_bytes())
        .deserialize()
        .collect()
}

/// Reads the code of a section; blank counts as none. Refuses one that the classification does not have.
pub(super) fn code(checks: &mut Checks, given: Option<&str>) -> Result<Option<String>, csv::Error> {
    let Some(code) = checks.optional_text("sectorCode", given, 4) else {
        return Ok(None);
    };
    let known = all()?.iter().any(|it| it.code == code);
    checks.demand(known, || {
        Refusal::of(Code::UnknownTerm, "sectorCode")
            .with("value", &code)
            .with("vocabulary", CLASSIFICATION)
    });
    Ok(Some(code))
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn the_classification_has_twelve_sections() {
        let codes: Vec<String> = all().unwrap().into_iter().map(|it| it.code).collect();
        assert_eq!(codes.concat(), "ABCDEFGHIJKL");
    }
}
