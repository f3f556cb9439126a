//! Values as people write them: dates, clock times, durations, counts, shares.
//!
//! Digits may be Arabic-Indic. What a value means for the work is not decided here.

use chrono::NaiveDate;
use chrono::NaiveTime;
use entity::types::Sex;
use rust_decimal::Decimal;

use crate::platform::text::fold;
use crate::platform::text::western_digits;

/// How a file writes dates, beside `2026-03-14`, which is always read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateFormat {
    /// Only `2026-03-14`.
    #[default]
    Iso,
    /// Also `14/03/2026`.
    DayMonthYear,
}

/// Why a date was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateError {
    /// It has day, month and year, but the import was not told which comes first.
    Undeclared,
    /// No date, or no such day.
    Wrong,
}

/// Reads a date.
///
/// # Errors
/// [`DateError`].
pub fn date(text: &str, format: DateFormat) -> Result<NaiveDate, DateError> {
    let text = western_digits(text.trim());
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let [first, second, third] = parts.as_slice() else {
        return Err(DateError::Wrong);
    };
    if !parts.iter().all(|it| is_number(it)) {
        return Err(DateError::Wrong);
    }
    let (year, month, day) = if first.len() == 4 && text.contains('-') {
        (first, second, third)
    } else if third.len() == 4 {
        if format == DateFormat::Iso {
            return Err(DateError::Undeclared);
        }
        (third, second, first)
    } else {
        return Err(DateError::Wrong);
    };
    let read =
        || NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    read().ok_or(DateError::Wrong)
}

/// A clock time; the end of a day may be written `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockTime {
    /// Within the day.
    At(NaiveTime),
    /// `24:00`.
    EndOfDay,
}

/// Reads a clock time: `09:00`, `9:00`, `9h30`, `9h`, also with seconds of zero.
#[must_use]
pub fn clock_time(text: &str) -> Option<ClockTime> {
    let (hours, minutes) = hours_and_minutes(text)?;
    if (hours, minutes) == (24, 0) {
        return Some(ClockTime::EndOfDay);
    }
    NaiveTime::from_hms_opt(hours, minutes, 0).map(ClockTime::At)
}

/// Reads a duration in minutes: `1:30`, `1h30`, `2h`, or whole minutes: `90`, `90 min`.
#[must_use]
pub fn duration(text: &str) -> Option<i32> {
    let text = western_digits(text.trim()).to_lowercase();
    let plain = ["minutes", "min", "mn", "دقيقه", "دقيقة", "د"]
        .iter()
        .find_map(|unit| text.strip_suffix(unit))
        .unwrap_or(&text)
        .trim();
    if is_number(plain) {
        return plain.parse().ok();
    }
    let (hours, minutes) = hours_and_minutes(&text)?;
    i32::try_from(hours.checked_mul(60)?.checked_add(minutes)?).ok()
}

/// Reads a whole number.
#[must_use]
pub fn count(text: &str) -> Option<i32> {
    let text = western_digits(text.trim());
    is_number(&text).then(|| text.parse().ok()).flatten()
}

/// Whether a text is what a spreadsheet shows in place of a value: an English or French one writes
/// it into a CSV as it stands.
#[must_use]
pub fn is_cell_error(text: &str) -> bool {
    const ERRORS: &[&str] = &[
        "#DIV/0!", "#N/A", "#NAME?", "#NOM?", "#NULL!", "#NUL!", "#NUM!", "#NOMBRE!", "#REF!",
        "#VALUE!", "#VALEUR!",
    ];
    ERRORS.contains(&text)
}

/// Reads a sex: `F`, `M`, words of three languages.
#[must_use]
pub fn sex(text: &str) -> Option<Sex> {
    match fold(text).as_str() {
        "f" | "female" | "femme" | "feminin" | "انثي" | "امراه" | "ث" => {
            Some(Sex::Female)
        }
        "m" | "h" | "male" | "homme" | "masculin" | "ذكر" | "رجل" | "ذ" => Some(Sex::Male),
        _ => None,
    }
}

/// Reads shares of terms in percent: `PH3-P4:60|PH3-P1:40`. Whether they make a whole is a rule of
/// the projects.
#[must_use]
pub fn shares(text: &str) -> Option<Vec<(String, Decimal)>> {
    text.split('|')
        .map(|it| {
            let (code, percent) = it.rsplit_once(':')?;
            let percent = percent.trim().trim_end_matches(['%', '٪']).trim();
            let percent = western_digits(percent).replace(',', ".");
            let percent = Decimal::from_str_exact(&percent).ok()?;
            Some((code.trim().to_owned(), percent))
        })
        .collect()
}

/// Reads an amount of money: `1 250,50`, `1250.50 DH`, digits of either script. A comma or a point stands before
/// one or two decimals; thousands may stand apart by spaces.
#[must_use]
pub fn amount(text: &str) -> Option<Decimal> {
    let text = western_digits(text.trim()).to_lowercase();
    let text = ["mad", "dhs", "dh", "درهم"]
        .iter()
        .find_map(|it| text.strip_suffix(it))
        .unwrap_or(&text);
    let plain: String = text.chars().filter(|it| !it.is_whitespace()).collect();
    let plain = plain.replace([',', '٫'], ".");
    let (whole, cents) = plain.split_once('.').unwrap_or((&plain, "0"));
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let fits = digits(whole) && digits(cents) && cents.len() <= 2;
    fits.then(|| Decimal::from_str_exact(&plain).ok()).flatten()
}

fn hours_and_minutes(text: &str) -> Option<(u32, u32)> {
    let text = western_digits(text.trim()).to_lowercase();
    let mut parts = text.split([':', 'h', 'س']).map(str::trim);
    let hours = parts.next()?;
    let minutes = parts.next()?;
    let seconds = parts.next();
    let hour_sign = !text.contains(':');
    if parts.next().is_some() || !is_number(hours) || hours.len() > 2 {
        return None;
    }
    // `9h` is a whole hour, `9:` is nothing.
    let minutes = match minutes {
        "" if hour_sign && seconds.is_none() => "0",
        it if it.len() <= 2 && is_number(it) && (hour_sign || it.len() == 2) => it,
        _ => return None,
    };
    if seconds.is_some_and(|it| it != "00") {
        return None;
    }
    let minutes: u32 = minutes.parse().ok()?;
    (minutes < 60).then_some(())?;
    Some((hours.parse().ok()?, minutes))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 9 && text.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32, minute: u32) -> Option<ClockTime> {
        NaiveTime::from_hms_opt(hour, minute, 0).map(ClockTime::At)
    }

    #[test]
    fn dates_are_iso_unless_declared() {
        let day = NaiveDate::from_ymd_opt(2026, 5, 4).unwrap();

        assert_eq!(date("2026-05-04", DateFormat::Iso), Ok(day));
        assert_eq!(date("٢٠٢٦-٠٥-٠٤", DateFormat::Iso), Ok(day));
        assert_eq!(date("2026-05-04", DateFormat::DayMonthYear), Ok(day));
        assert_eq!(date("04/05/2026", DateFormat::DayMonthYear), Ok(day));
        assert_eq!(date("4/5/2026", DateFormat::DayMonthYear), Ok(day));
        assert_eq!(
            date("04/05/2026", DateFormat::Iso),
            Err(DateError::Undeclared)
        );
        assert_eq!(
            date("31/04/2026", DateFormat::DayMonthYear),
            Err(DateError::Wrong)
        );
        assert_eq!(
            date("04/05/26", DateFormat::DayMonthYear),
            Err(DateError::Wrong)
        );
        assert_eq!(date("2026-04-31", DateFormat::Iso), Err(DateError::Wrong));
        assert_eq!(date("hier", DateFormat::Iso), Err(DateError::Wrong));
    }

    #[test]
    fn clock_times_are_read_as_people_write_them() {
        for (text, expected) in [
            ("09:00", at(9, 0)),
            ("9:05", at(9, 5)),
            ("9h30", at(9, 30)),
            ("9H", at(9, 0)),
            ("9 h 30", at(9, 30)),
            ("٠٩:٣٠", at(9, 30)),
            ("09:00:00", at(9, 0)),
            ("24:00", Some(ClockTime::EndOfDay)),
            ("25:00", None),
            ("9:60", None),
            ("9:5", None),
            ("9", None),
            ("9.5", None),
            ("09:00:30", None),
            ("", None),
        ] {
            assert_eq!(clock_time(text), expected, "{text}");
        }
    }

    #[test]
    fn durations_are_hours_and_minutes_or_minutes() {
        for (text, expected) in [
            ("1:30", Some(90)),
            ("١:٣٠", Some(90)),
            ("٠:٤٥", Some(45)),
            ("90", Some(90)),
            ("90 min", Some(90)),
            ("1h", Some(60)),
            ("1h5", Some(65)),
            ("0:00", Some(0)),
            ("1,5", None),
            ("-5", None),
        ] {
            assert_eq!(duration(text), expected, "{text}");
        }
    }

    #[test]
    fn shares_are_percents_of_terms() {
        let read = |text| {
            let shares = shares(text)?;
            let written = shares.into_iter().map(|(code, it)| format!("{code} {it}"));
            Some(written.collect::<Vec<_>>())
        };

        assert_eq!(
            read("PH3-P4:60|PH3-P1:40").unwrap(),
            ["PH3-P4 60", "PH3-P1 40"]
        );
        assert_eq!(
            read("A:33.3333 | B:66,6667 %").unwrap(),
            ["A 33.3333", "B 66.6667"]
        );
        assert_eq!(read("A:many"), None);
        assert_eq!(read("A"), None);
    }

    #[test]
    fn amounts_are_read_as_they_are_written_here() {
        let read = |text| amount(text).map(|it| it.to_string());

        assert_eq!(read("1250.50").as_deref(), Some("1250.50"));
        assert_eq!(read("1 250,50 DH").as_deref(), Some("1250.50"));
        assert_eq!(read("300\u{202f}000").as_deref(), Some("300000"));
        assert_eq!(read("١٢٥٠٫٥").as_deref(), Some("1250.5"));
        // Which of them parts thousands is not to be known.
        for unclear in ["1.250,50", "1,250", "-5", "", "DH", "1.2.3", "12.505"] {
            assert_eq!(read(unclear), None, "{unclear}");
        }
    }

    #[test]
    fn errors_of_spreadsheets_are_no_values() {
        assert!(is_cell_error("#N/A") && is_cell_error("#VALEUR!"));
        assert!(!is_cell_error("#1") && !is_cell_error("N/A") && !is_cell_error(""));
    }

    #[test]
    fn sexes_are_read_in_three_languages() {
        assert_eq!(sex("F"), Some(Sex::Female));
        assert_eq!(sex("أنثى"), Some(Sex::Female));
        assert_eq!(sex("Homme"), Some(Sex::Male));
        assert_eq!(sex("?"), None);
    }
}
