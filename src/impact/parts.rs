//! The parts of a measured total: by what it may be broken down, and what its parts must add up to. Pure, as `rules`.
//!
//! Terms of vocabularies are found in `custom`; parts of several totals are put together in `breakdown`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::indicator;
use entity::measurement;
use entity::types::Dimension;
use rust_decimal::Decimal;
use sea_orm::ActiveEnum;
use serde::Deserialize;
use serde::Serialize;

use crate::impact::rules;
use crate::impact::value::Measured;
use crate::impact::value::decimal;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Mend;
use crate::refusal::Refusal;

/// The part of a total of which the category is not known. A breakdown that does not say all names it.
pub const UNKNOWN: &str = "UNKNOWN";
/// Most parts of a total: every category of every dimension that is the same everywhere, and a hundred
/// terms.
pub const PARTS_MOST: usize = 120;
/// One part of a total. Kept as JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Part {
    /// By what the total is broken down.
    pub dimension: Dimension,
    /// A word of the dimension: see [`categories`].
    pub category: String,
    /// In millionths.
    pub value: i64,
    /// The part's whole in millionths, where the total is a part of a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<i64>,
}

/// A part as asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewPart {
    /// By what the total is broken down.
    pub dimension: Dimension,
    /// A word of the dimension.
    pub category: String,
    /// The value.
    pub value: Decimal,
    /// The whole of a percentage.
    pub denominator: Option<Decimal>,
}

/// Which terms of the vocabulary that an indicator names are in force on a day.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// The last day of the period.
    pub day: NaiveDate,
    /// The codes among those asked for that are in force then.
    pub codes: BTreeSet<String>,
}

/// The words of a dimension. Age bands follow the ILO's tables of volunteer work, with those under 15
/// apart; those of [`Dimension::Custom`] are [`UNKNOWN`] and the terms of a vocabulary.
#[must_use]
pub fn categories(dimension: Dimension) -> &'static [&'static str] {
    match dimension {
        Dimension::Sex => &["FEMALE", "MALE", UNKNOWN],
        Dimension::AgeBand => &[
            "UNDER_15",
            "FROM_15_TO_24",
            "FROM_25_TO_34",
            "FROM_35_TO_54",
            "FROM_55",
            UNKNOWN,
        ],
        Dimension::Milieu => &["URBAN", "RURAL", UNKNOWN],
        Dimension::Disability => &["WITH", "WITHOUT", UNKNOWN],
        // Beside the codes of the vocabulary.
        Dimension::Custom => &[UNKNOWN],
    }
}

/// The dimensions by which totals of an indicator may be broken down.
#[must_use]
pub fn dimensions(of: &indicator::Model) -> Vec<Dimension> {
    serde_json::from_str(&of.dimensions).unwrap_or_default()
}

/// The breakdowns of a measured total.
#[must_use]
pub fn told(of: &measurement::Model) -> Vec<Part> {
    serde_json::from_str(&of.parts).unwrap_or_default()
}

/// Reads the breakdowns of a total: each dimension adds up to the total, what is not known included; of a
/// percentage both the parts and their wholes do. A total may come without any.
pub fn parts(
    checks: &mut Checks,
    of: &indicator::Model,
    total: Option<Measured>,
    (given, terms): (&[NewPart], &Terms),
) -> Vec<Part> {
    checks.demand(given.len() <= PARTS_MOST, || {
        Refusal::of(Code::TooLong, "parts").with("most", PARTS_MOST)
    });
    let given = given.get(..PARTS_MOST).unwrap_or(given);
    let mut read: Vec<Part> = Vec::new();
    let mut sums: BTreeMap<Dimension, Option<(i128, i128)>> = BTreeMap::new();
    for (at, new) in given.iter().enumerate() {
        let part = part(checks, of, &read, (at, new, terms));
        let sum = sums.entry(new.dimension).or_insert(Some((0, 0)));
        // Where one part is refused, what the others add up to says nothing.
        *sum = sum.zip(part.as_ref()).map(|((sum, wholes), part)| {
            let whole = part.whole.unwrap_or_default();
            (sum + i128::from(part.value), wholes + i128::from(whole))
        });
        read.extend(part);
    }
    let sums = sums.into_iter().filter_map(|(it, sums)| Some((it, sums?)));
    for (dimension, (sum, wholes)) in sums {
        let Some(total) = total else { continue };
        let whole = total.whole.unwrap_or_default();
        for (what, sum, total) in [("value", sum, total.value), ("denominator", wholes, whole)] {
            checks.demand(sum == i128::from(total), || {
                Refusal::of(Code::PartsNotWhole, "parts")
                    .with("dimension", word(dimension))
                    .with("what", what)
                    .with("sum", decimal(sum))
                    .with("total", decimal(i128::from(total)))
            });
        }
    }
    read.sort();
    read
}

/// Reads one part, beside those read before it.
fn part(
    checks: &mut Checks,
    of: &indicator::Model,
    before: &[Part],
    (at, new, terms): (usize, &NewPart, &Terms),
) -> Option<Part> {
    let field = |name: &str| format!("parts.{at}.{name}");
    let allowed = dimensions(of);
    if !allowed.contains(&new.dimension) {
        let known: Vec<String> = allowed.iter().map(|it| word(*it)).collect();
        checks.refuse(match known.is_empty() {
            true => Refusal::of(Code::Contradiction, &field("dimension"))
                .with("detail", "parts, indicator.dimensions")
                .mended(Mend::NotBrokenDown),
            false => {
                Refusal::of(Code::UnknownValue, &field("dimension")).with("known", known.join(", "))
            }
        });
        return None;
    }
    if let Some(refusal) = no_category(of, new, terms, &field("category")) {
        checks.refuse(refusal);
        return None;
    }
    let twice = before
        .iter()
        .any(|it| it.dimension == new.dimension && it.category == new.category);
    if twice {
        let refusal = Refusal::of(Code::Taken, &field("category"));
        checks.refuse(refusal.mended(Mend::CategoryOnce));
        return None;
    }
    let measured = rules::part_value(
        checks,
        of.value_type,
        (&field("value"), new.value),
        (&field("denominator"), new.denominator),
    )?;
    Some(Part {
        dimension: new.dimension,
        category: new.category.clone(),
        value: measured.value,
        whole: measured.whole,
    })
}

/// Why a part's category is none of its dimension.
fn no_category(
    of: &indicator::Model,
    part: &NewPart,
    terms: &Terms,
    field: &str,
) -> Option<Refusal> {
    let known = categories(part.dimension);
    let is_term = part.dimension == Dimension::Custom && terms.codes.contains(&part.category);
    if is_term || known.contains(&part.category.as_str()) {
        return None;
    }
    Some(match (part.dimension, &of.vocabulary) {
        (Dimension::Custom, Some(vocabulary)) => Refusal::of(Code::UnknownCategory, field)
            .with("vocabulary", vocabulary)
            .with("value", &part.category)
            .with("day", terms.day),
        _ => Refusal::of(Code::UnknownValue, field).with("known", known.join(", ")),
    })
}

fn word(dimension: Dimension) -> String {
    dimension.to_value()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::any;
    use proptest::prop_assert_eq;
    use proptest::proptest;

    use super::*;
    use crate::impact::tests::an_indicator;
    use crate::impact::value::ONE;

    proptest! {
        /// A breakdown is taken exactly when it adds up.
        #[test]
        fn a_breakdown_adds_up_or_is_refused(women in 0_u32..1000, men in 0_u32..1000, unknown in 0_u32..1000, off in any::<bool>()) {
            let of = an_indicator();
            let total = i64::from(women + men + unknown + u32::from(off)) * ONE;
            let part = |category: &str, value: u32| NewPart {
                dimension: Dimension::Sex, category: category.to_owned(), value: value.into(), denominator: None,
            };
            let given = [part("FEMALE", women), part("MALE", men), part(UNKNOWN, unknown)];
            let mut checks = Checks::new();
            parts(&mut checks, &of, Some(Measured { value: total, whole: None }), (&given, &Terms::default()));
            prop_assert_eq!(checks.done().is_ok(), !off);
        }
    }
}
