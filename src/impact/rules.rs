//! What a measured value must be, and what is worth a second look: pure, so that a dry run, the write
//! and the tests ask the same.
//!
//! Statements are in `store`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::indicator;
use entity::measurement;
use entity::types::Dimension;
use entity::types::ValueType;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::Serialize;

use crate::impact::value::Measured;
use crate::impact::value::ONE;
use crate::impact::value::decimal;
use crate::impact::value::millionths;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Mend;
use crate::refusal::Refusal;

/// The part of a total of which the category is not known. A breakdown that does not say all names it.
pub const UNKNOWN: &str = "UNKNOWN";
/// Most parts of a total: every category of every dimension that is the same everywhere, and a hundred
/// terms.
pub const PARTS_MOST: usize = 120;
/// A value is worth a second look from so many times the one before it.
const LEAP: i64 = 3;

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

/// What is worth a second look before a value is approved. Nothing is refused for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// Three times the value of the period before, or more.
    Leap,
    /// Nothing, after a period with something.
    FellToZero,
    /// The total of what adds up since the beginning is less than it was.
    CumulativeFell,
    /// The whole is nothing but unknown in a breakdown.
    NothingKnown,
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

/// Whether a code has the form of those of the IRIS+ catalogue: two capital letters, for the kind of metric,
/// and four digits, as in `OI1166`. Whether the catalogue has it is not known here.
///
/// Source: GIIN, *IRIS Catalog of Metrics* 5.3 (2022), whose codes begin with FP, ID, II, OD, OI, PD and PI; listed
/// by Common Approach, *IRIS+ Metrics* (codelist.commonapproach.org/IrisMetrics).
#[must_use]
pub fn is_iris(code: &str) -> bool {
    let signs: Vec<char> = code.chars().collect();
    let Some((kind, number)) = signs.split_at_checked(2) else {
        return false;
    };
    kind.iter().all(char::is_ascii_uppercase)
        && number.len() == 4
        && number.iter().all(char::is_ascii_digit)
}

/// Reads a value of an indicator.
pub fn value(
    checks: &mut Checks,
    kind: ValueType,
    (field, given): (&str, Decimal),
    (whole_field, whole): (&str, Option<Decimal>),
) -> Option<Measured> {
    let value = exact(checks, kind, field, given)?;
    let whole = match (kind, whole) {
        (ValueType::Percentage, None) => {
            checks.refuse(Refusal::of(Code::Required, whole_field).mended(Mend::Denominator));
            return None;
        }
        (ValueType::Percentage, Some(whole)) => {
            let whole = exact(checks, kind, whole_field, whole)?;
            if whole <= 0 {
                checks.refuse(out_of_range(whole_field, "0.000001", "9000000000000"));
                return None;
            }
            if value > whole {
                checks.refuse(out_of_range(field, "0", decimal(i128::from(whole))));
                return None;
            }
            Some(whole)
        }
        (_, Some(_)) => {
            let refusal = Refusal::of(Code::Contradiction, whole_field);
            let refusal = refusal.with("detail", format!("{field}, {whole_field}"));
            checks.refuse(refusal.mended(Mend::NoDenominator));
            return None;
        }
        (_, None) => None,
    };
    Some(Measured { value, whole })
}

fn exact(checks: &mut Checks, kind: ValueType, field: &str, given: Decimal) -> Option<i64> {
    let read = millionths(given).filter(|it| match kind {
        ValueType::Count => it % ONE == 0,
        ValueType::Money => it % (ONE / 100) == 0,
        ValueType::YesNo => *it == 0 || *it == ONE,
        ValueType::Decimal | ValueType::Percentage => true,
    });
    let Some(read) = read else {
        let refusal = Refusal::of(Code::InvalidFormat, field).with("value", given);
        checks.refuse(refusal.mended(match kind {
            ValueType::Count => Mend::WholeNumber,
            ValueType::Money => Mend::Amount,
            ValueType::YesNo => Mend::YesOrNo,
            ValueType::Decimal | ValueType::Percentage => Mend::Number,
        }));
        return None;
    };
    if read < 0 && kind != ValueType::Decimal {
        checks.refuse(out_of_range(field, "0", "9000000000000"));
        return None;
    }
    Some(read)
}

fn out_of_range(field: &str, least: impl ToString, most: impl ToString) -> Refusal {
    let refusal = Refusal::of(Code::OutOfRange, field);
    refusal.with("least", least).with("most", most)
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
    let allowed = dimensions(of);
    let mut read = Vec::new();
    let mut sums: BTreeMap<Dimension, (i128, i128)> = BTreeMap::new();
    for (at, part) in given.iter().enumerate() {
        let field = format!("parts.{at}");
        if !allowed.contains(&part.dimension) {
            let known: Vec<String> = allowed.iter().map(word).collect();
            let refusal = Refusal::of(Code::UnknownValue, &format!("{field}.dimension"));
            checks.refuse(refusal.with("known", known.join(", ")));
            continue;
        }
        if let Some(refusal) = no_category(of, part, terms, &format!("{field}.category")) {
            checks.refuse(refusal);
            continue;
        }
        let twice = read
            .iter()
            .any(|it: &Part| it.dimension == part.dimension && it.category == part.category);
        checks.demand(!twice, || {
            Refusal::of(Code::Taken, &format!("{field}.category"))
        });
        let fields = (format!("{field}.value"), format!("{field}.denominator"));
        let measured = value(
            checks,
            of.value_type,
            (&fields.0, part.value),
            (&fields.1, part.denominator),
        );
        if let Some(measured) = measured {
            let (sum, of_wholes) = sums.entry(part.dimension).or_default();
            *sum += i128::from(measured.value);
            *of_wholes += i128::from(measured.whole.unwrap_or_default());
            read.push(Part {
                dimension: part.dimension,
                category: part.category.clone(),
                value: measured.value,
                whole: measured.whole,
            });
        }
    }
    if let Some(total) = total {
        for (dimension, (sum, of_wholes)) in sums {
            let both = [
                (sum, total.value),
                (of_wholes, total.whole.unwrap_or_default()),
            ];
            let off = both.into_iter().find(|it| it.0 != i128::from(it.1));
            if let Some((sum, total)) = off {
                checks.refuse(
                    Refusal::of(Code::PartsNotWhole, "parts")
                        .with("dimension", word(&dimension))
                        .with("sum", decimal(sum))
                        .with("total", decimal(i128::from(total))),
                );
            }
        }
    }
    read.sort();
    read
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

/// What is worth a second look, beside the value of the period before where there is one.
#[must_use]
pub fn flags(
    of: &indicator::Model,
    now: Measured,
    before: Option<Measured>,
    parts: &[Part],
) -> Vec<Flag> {
    let mut flags = Vec::new();
    if let Some(before) = before.filter(|_| of.value_type != ValueType::YesNo) {
        let cumulative = of.reading == entity::types::Reading::Cumulative;
        if cumulative && now.value < before.value {
            flags.push(Flag::CumulativeFell);
        } else if now.value == 0 && before.value > 0 {
            flags.push(Flag::FellToZero);
        }
        if before.value > 0 && now.value >= before.value.saturating_mul(LEAP) {
            flags.push(Flag::Leap);
        }
    }
    let unknown = |it: &Part| it.category == UNKNOWN && it.value == now.value && now.value > 0;
    if parts.iter().any(unknown) {
        flags.push(Flag::NothingKnown);
    }
    flags
}

fn word(dimension: &Dimension) -> String {
    use sea_orm::ActiveEnum;
    dimension.to_value()
}

#[cfg(test)]
mod tests {
    use entity::types::Dimension;
    use proptest::prelude::any;
    use proptest::prop_assert_eq;
    use proptest::proptest;

    use super::*;
    use crate::impact::tests::an_indicator;

    fn read(kind: ValueType, value: &str, whole: Option<&str>) -> Result<Measured, Vec<Code>> {
        let mut checks = Checks::new();
        let whole = whole.map(|it| it.parse().unwrap());
        let read = super::value(
            &mut checks,
            kind,
            ("value", value.parse().unwrap()),
            ("denominator", whole),
        );
        match checks.done() {
            Ok(()) => Ok(read.unwrap()),
            Err(refusals) => Err(refusals.iter().map(|it| it.code).collect()),
        }
    }

    #[test]
    fn values_are_what_their_kind_says() {
        use ValueType as V;
        assert_eq!(read(V::Count, "12", None).unwrap().value, 12 * ONE);
        assert_eq!(
            read(V::Count, "0", None).unwrap().value,
            0,
            "zero is a value"
        );
        assert_eq!(read(V::Count, "1.5", None), Err(vec![Code::InvalidFormat]));
        assert_eq!(read(V::Count, "-1", None), Err(vec![Code::OutOfRange]));
        assert_eq!(read(V::Money, "10.25", None).unwrap().value, 10_250_000);
        assert_eq!(
            read(V::Money, "10.255", None),
            Err(vec![Code::InvalidFormat])
        );
        assert_eq!(read(V::Decimal, "-3.5", None).unwrap().value, -3_500_000);
        assert_eq!(read(V::YesNo, "2", None), Err(vec![Code::InvalidFormat]));
        assert_eq!(read(V::Percentage, "3", None), Err(vec![Code::Required]));
        assert_eq!(
            read(V::Percentage, "3", Some("0")),
            Err(vec![Code::OutOfRange])
        );
        assert_eq!(
            read(V::Percentage, "5", Some("4")),
            Err(vec![Code::OutOfRange])
        );
        assert_eq!(
            read(V::Percentage, "3", Some("4")).unwrap().whole,
            Some(4 * ONE)
        );
        assert_eq!(
            read(V::Count, "3", Some("4")),
            Err(vec![Code::Contradiction])
        );
    }

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

    #[test]
    fn codes_of_iris_have_two_letters_and_four_digits() {
        for code in ["OI1166", "PI4060", "FP1001", "OD0482", "ID0120"] {
            assert!(is_iris(code), "{code}");
        }
        for code in [
            "",
            "OI",
            "OI116",
            "OI11660",
            "oi1166",
            "O11166",
            "OI 1166",
            "OI116٦",
            "INDH-JOBS",
        ] {
            assert!(!is_iris(code), "{code}");
        }
    }

    #[test]
    fn a_value_is_seen_beside_the_one_before() {
        let of = an_indicator();
        let of_count = |it: i64| Measured {
            value: it * ONE,
            whole: None,
        };
        let seen = |now, before| flags(&of, of_count(now), Some(of_count(before)), &[]);

        assert_eq!(seen(30, 10), [Flag::Leap]);
        assert_eq!(seen(29, 10), []);
        assert_eq!(seen(0, 10), [Flag::FellToZero]);
        assert_eq!(seen(0, 0), []);
        let mut since = of.clone();
        since.reading = entity::types::Reading::Cumulative;
        assert_eq!(
            flags(&since, of_count(9), Some(of_count(10)), &[]),
            [Flag::CumulativeFell]
        );
    }
}
