//! The field of work of an organization or a project, by ICNP/TSO, the United Nations' revision of ICNPO: a
//! section, or a group or subgroup in one.
//!
//! The list is data of the binary, and the vocabulary `ICNP_TSO` beside it; what is reported by it is in `reports`.

use serde::Deserialize;

use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::vocabularies::ICNP_TSO;
use crate::vocabularies::edition::SECTORS;

/// Level of what reports tell apart.
const SECTION: &str = "SECTION";

/// A section of the classification.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Sector {
    /// One letter, with which the codes of all that lies in it begin.
    pub code: String,
    /// `SECTION`, `GROUP` or `SUBGROUP`.
    level: String,
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
    let mut sections = listed()?;
    sections.retain(|it| it.level == SECTION);
    Ok(sections)
}

fn listed() -> Result<Vec<Sector>, csv::Error> {
    csv::Reader::from_reader(SECTORS.as_bytes())
        .deserialize()
        .collect()
}

/// Reads the code of a section, group or subgroup; blank counts as none. Refuses one that the classification does
/// not have.
///
/// # Errors
/// [`csv::Error`], which only a fault of ours can cause.
pub fn code(checks: &mut Checks, given: Option<&str>) -> Result<Option<String>, csv::Error> {
    let Some(code) = checks.optional_text("sectorCode", given, 4) else {
        return Ok(None);
    };
    let known = listed()?.iter().any(|it| it.code == code);
    checks.demand(known, || {
        Refusal::of(Code::UnknownTerm, "sectorCode")
            .with("value", &code)
            .with("vocabulary", ICNP_TSO)
    });
    Ok(Some(code))
}

#[cfg(test)]
mod tests {
    use super::all;
    use super::listed;

    #[test]
    fn the_classification_has_twelve_sections() {
        let codes: Vec<String> = all().unwrap().into_iter().map(|it| it.code).collect();
        assert_eq!(codes.concat(), "ABCDEFGHIJKL");
    }

    #[test]
    fn every_code_begins_with_its_section() {
        let sections = all().unwrap();
        for it in listed().unwrap() {
            let within = sections.iter().filter(|of| it.code.starts_with(&of.code));
            assert_eq!(within.count(), 1, "{}", it.code);
        }
    }
}
