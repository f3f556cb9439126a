//! What a measured value must be, and what is worth a second look: pure, so that a dry run, the write
//! and the tests ask the same.
//!
//! What parts of a value must be is in `parts`; statements are in `store`.

use entity::indicator;
use entity::types::Reading;
use entity::types::ValueType;
use rust_decimal::Decimal;

use crate::impact::parts::Part;
use crate::impact::parts::UNKNOWN;
use crate::impact::value::Measured;
use crate::impact::value::ONE;
use crate::impact::value::decimal;
use crate::impact::value::millionths;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Mend;
use crate::refusal::Refusal;

/// The kinds of metrics that codes of IRIS+ begin with.
const IRIS_KINDS: [&str; 7] = ["FP", "ID", "II", "OD", "OI", "PD", "PI"];
/// A value is worth a second look from so many times the one before it; of a percentage, from so many times its share.
const LEAP: i64 = 3;

/// What is worth a second look before a value is approved. Nothing is refused for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// Three times the latest approved value of before, or more.
    Leap,
    /// Nothing, after a period with something.
    FellToZero,
    /// The total of what adds up since the beginning is less than it was.
    CumulativeFell,
    /// The whole is nothing but unknown in a breakdown.
    NothingKnown,
}

/// Whether a code has the form of those of the IRIS+ catalogue: two capital letters, for the kind of metric,
/// and four digits, as in `OI1166`. Whether the catalogue has it is not known here.
///
/// Source: GIIN, *IRIS Catalog of Metrics* 5.3 (2022), whose codes begin with FP, ID, II, OD, OI, PD and PI; listed
/// by Common Approach, *IRIS+ Metrics* (codelist.commonapproach.org/IrisMetrics).
#[must_use]
pub fn is_iris(code: &str) -> bool {
    let number = IRIS_KINDS.iter().find_map(|it| code.strip_prefix(it));
    number.is_some_and(|it| it.len() == 4 && it.bytes().all(|it| it.is_ascii_digit()))
}

/// Reads a value of an indicator. The whole of a percentage is more than nothing.
pub fn value(
    checks: &mut Checks,
    kind: ValueType,
    given: (&str, Decimal),
    whole: (&str, Option<Decimal>),
) -> Option<Measured> {
    read(checks, kind, given, whole, 1)
}

/// Reads the value of a part. Nobody may be in it: its whole may be nothing.
pub fn part_value(
    checks: &mut Checks,
    kind: ValueType,
    given: (&str, Decimal),
    whole: (&str, Option<Decimal>),
) -> Option<Measured> {
    read(checks, kind, given, whole, 0)
}

fn read(
    checks: &mut Checks,
    kind: ValueType,
    (field, given): (&str, Decimal),
    (whole_field, whole): (&str, Option<Decimal>),
    least: i64,
) -> Option<Measured> {
    let value = exact(checks, kind, field, given)?;
    let whole = match (kind, whole) {
        (ValueType::Percentage, None) => {
            checks.refuse(Refusal::of(Code::Required, whole_field).mended(Mend::Denominator));
            return None;
        }
        (ValueType::Percentage, Some(whole)) => {
            let whole = exact(checks, kind, whole_field, whole)?;
            if whole < least {
                let least = decimal(i128::from(least));
                checks.refuse(out_of_range(whole_field, least, "9000000000000"));
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

/// What is worth a second look, beside the latest approved value of before where there is one.
#[must_use]
pub fn flags(
    of: &indicator::Model,
    now: Measured,
    before: Option<Measured>,
    parts: &[Part],
) -> Vec<Flag> {
    let mut flags = Vec::new();
    if let Some(before) = before.filter(|_| of.value_type != ValueType::YesNo) {
        let cumulative = of.reading == Reading::Cumulative;
        if cumulative && now.value < before.value {
            flags.push(Flag::CumulativeFell);
        } else if now.value == 0 && before.value > 0 {
            flags.push(Flag::FellToZero);
        }
        if leaps(now, before) {
            flags.push(Flag::Leap);
        }
    }
    let something = now.whole.unwrap_or(now.value) > 0;
    let unknown = |it: &Part| {
        it.category == UNKNOWN && it.value == now.value && it.whole == now.whole && something
    };
    if parts.iter().any(unknown) {
        flags.push(Flag::NothingKnown);
    }
    flags
}

/// Whether a value is many times the one before, percentages by their shares: 30 of 100 is less than 9 of 10.
fn leaps(now: Measured, before: Measured) -> bool {
    let whole = |it: Measured| i128::from(it.whole.unwrap_or(ONE));
    let (now_over, before_over) = (
        i128::from(now.value) * whole(before),
        i128::from(before.value) * whole(now),
    );
    before_over > 0 && now_over >= before_over.saturating_mul(i128::from(LEAP))
}

#[cfg(test)]
mod tests {
    use entity::types::Dimension;

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
            "ZZ1166",
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
        since.reading = Reading::Cumulative;
        assert_eq!(
            flags(&since, of_count(9), Some(of_count(10)), &[]),
            [Flag::CumulativeFell]
        );
    }

    #[test]
    fn percentages_are_seen_by_their_shares() {
        let mut of = an_indicator();
        of.value_type = ValueType::Percentage;
        let share = |value: i64, whole: i64| Measured {
            value: value * ONE,
            whole: Some(whole * ONE),
        };
        let seen = |now, before| flags(&of, now, Some(before), &[]);

        assert_eq!(seen(share(30, 100), share(9, 10)), [], "90 % became 30 %");
        assert_eq!(seen(share(2, 2), share(1, 100)), [Flag::Leap]);
        let unknown = |now, value: i64, whole: i64| {
            let part = Part {
                dimension: Dimension::Sex,
                category: UNKNOWN.to_owned(),
                value: value * ONE,
                whole: Some(whole * ONE),
            };
            flags(&of, now, None, &[part])
        };
        assert_eq!(
            unknown(share(3, 10), 3, 5),
            [],
            "half of the whole is known"
        );
        assert_eq!(unknown(share(0, 10), 0, 10), [Flag::NothingKnown]);
    }
}
