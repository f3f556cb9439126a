//! Scalars of ours: strict when read, one form when written.
//!
//! Names and forms follow graphql-scalars where it has them.

use std::str::FromStr;

use async_graphql::InputValueError;
use async_graphql::InputValueResult;
use async_graphql::Scalar;
use async_graphql::ScalarType;
use async_graphql::Value;
use chrono::NaiveDate;
use chrono::SecondsFormat;
use chrono::Utc;
use serde_json::Number;

use crate::platform::i18n;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// An instant in RFC 3339. Written in UTC; read with any offset, which must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// An instant in RFC 3339. Written in UTC; read with any offset, which must be given.
#[Scalar(
    name = "DateTime",
    specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html"
)]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(&value)
            .and_then(|it| chrono::DateTime::parse_from_rfc3339(it).ok())
            .map(|it| Self(it.with_timezone(&Utc)))
            .ok_or_else(|| wrong("DateTime"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// A universally unique identifier, in lower case with hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Uuid(pub uuid::Uuid);

/// A universally unique identifier of 128 bits, as of RFC 9562.
#[Scalar(
    name = "UUID",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc9562"
)]
impl ScalarType for Uuid {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(&value)
            .and_then(|it| uuid::Uuid::try_parse(it).ok())
            .map(Self)
            .ok_or_else(|| wrong("UUID"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A civil date: `2026-03-14`. It has no time and no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub NaiveDate);

/// A civil date: `2026-03-14`. It has no time and no zone.
#[Scalar(
    name = "Date",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6"
)]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(&value)
            .filter(|it| it.len() == 10)
            .and_then(|it| NaiveDate::parse_from_str(it, "%Y-%m-%d").ok())
            .map(Self)
            .ok_or_else(|| wrong("Date"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

/// A date and time on the clock on the wall, without zone or offset: `2026-03-22T02:30:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalDateTime(pub chrono::NaiveDateTime);

/// A date and time on the clock on the wall, without zone or offset: `2026-03-22T02:30:00`.
#[Scalar(
    name = "LocalDateTime",
    specified_by_url = "https://scalars.graphql.org/jakobmerrild/local-date-time.html"
)]
impl ScalarType for LocalDateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(&value)
            .and_then(|it| chrono::NaiveDateTime::parse_from_str(it, "%Y-%m-%dT%H:%M:%S").ok())
            .map(Self)
            .ok_or_else(|| wrong("LocalDateTime"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%dT%H:%M:%S").to_string())
    }
}

/// A month: `2026-03`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(
    /// Its first day.
    pub NaiveDate,
);

/// A month: `2026-03`.
#[Scalar(
    name = "Month",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#appendix-A"
)]
impl ScalarType for Month {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(&value)
            .filter(|it| it.len() == 7)
            .and_then(|it| NaiveDate::parse_from_str(&format!("{it}-01"), "%Y-%m-%d").ok())
            .map(Self)
            .ok_or_else(|| wrong("Month"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m").to_string())
    }
}

/// Whole minutes. Never a fraction, never hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minutes(pub i64);

/// Whole minutes. Never a fraction, never hours.
#[Scalar(
    name = "Minutes",
    specified_by_url = "https://spec.graphql.org/September2025/#sec-Int"
)]
impl ScalarType for Minutes {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) => number.as_i64().map(Self),
            _ => None,
        }
        .ok_or_else(|| wrong("Minutes"))
    }

    fn to_value(&self) -> Value {
        Value::Number(Number::from(self.0))
    }
}

/// An exact decimal number, written as text so that no client rounds it: `"1250.50"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(pub rust_decimal::Decimal);

/// An exact decimal number, written as text so that no client rounds it: `"1250.50"`.
#[Scalar(
    name = "Decimal",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6"
)]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => rust_decimal::Decimal::from_str_exact(text).ok(),
            // A number was a binary fraction in the client already; its shortest text is what
            // was typed.
            Value::Number(number) => rust_decimal::Decimal::from_str(&number.to_string()).ok(),
            _ => None,
        }
        .map(Self)
        .ok_or_else(|| wrong("Decimal"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A language as BCP 47 tag: `ar`, `fr`, `en`, also with a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locale(pub i18n::Locale);

/// A language as BCP 47 tag: `ar`, `fr`, `en`, also with a region.
#[Scalar(
    name = "Locale",
    specified_by_url = "https://www.rfc-editor.org/rfc/bcp/bcp47.txt"
)]
impl ScalarType for Locale {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(&value)
            .and_then(i18n::Locale::parse)
            .map(Self)
            .ok_or_else(|| wrong("Locale"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.tag().to_owned())
    }
}

/// A whole address, with its scheme and host: `https://tiwizi.example.org/verify/ABC`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(pub String);

/// A whole address, with its scheme and host: `https://tiwizi.example.org/verify/ABC`. Which ones are taken is said where
/// one is given.
#[Scalar(name = "URL", specified_by_url = "https://url.spec.whatwg.org")]
impl ScalarType for Url {
    fn parse(value: Value) -> InputValueResult<Self> {
        // Its form is a rule of the areas, too.
        text(&value)
            .map(|it| Self(it.to_owned()))
            .ok_or_else(|| wrong("URL"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

macro_rules! texts {
    ($($(#[doc = $doc:literal])* $name:ident $url:literal;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(pub String);

        $(#[doc = $doc])*
        #[Scalar(specified_by_url = $url)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                text(&value).map(|it| Self(it.to_owned())).ok_or_else(|| wrong(stringify!($name)))
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }
    )*};
}

// Their form is a rule of the areas, which answer with a code and the field.
texts! {
    /// The IANA name of a time zone: `Africa/Casablanca`.
    TimeZone "https://www.iana.org/time-zones";
    /// An e-mail address.
    EmailAddress "https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address";
    /// A telephone number, best in international form: `+212600000000`.
    PhoneNumber "https://www.itu.int/rec/T-REC-E.164";
    /// An ISO 4217 currency: `MAD`.
    CurrencyCode "https://www.iso.org/iso-4217-currency-codes.html";
    /// An ISO 3166-1 country of two letters: `MA`.
    CountryCode "https://www.iso.org/iso-3166-country-codes.html";
}

/// Whether a value has the form of a scalar of ours; values of other types pass. What it is read as
/// is decided again where it is used: this lets nothing run beside a value that cannot be read.
///
#[must_use]
pub fn readable(kind: &str, value: Value) -> bool {
    fn read<T: ScalarType>(value: Value) -> bool {
        T::parse(value).is_ok()
    }
    match kind {
        "DateTime" => read::<DateTime>(value),
        "UUID" => read::<Uuid>(value),
        "Date" => read::<Date>(value),
        "LocalDateTime" => read::<LocalDateTime>(value),
        "Month" => read::<Month>(value),
        "Minutes" => read::<Minutes>(value),
        "Decimal" => read::<Decimal>(value),
        "Locale" => read::<Locale>(value),
        "URL" => read::<Url>(value),
        "TimeZone" => read::<TimeZone>(value),
        "EmailAddress" => read::<EmailAddress>(value),
        "PhoneNumber" => read::<PhoneNumber>(value),
        "CurrencyCode" => read::<CurrencyCode>(value),
        "CountryCode" => read::<CountryCode>(value),
        _ => true,
    }
}

/// What a value of a scalar must be.
#[must_use]
pub fn expected(kind: &str) -> Refusal {
    Refusal::new(Code::WrongKind).with("kind", kind)
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The gate looks first, and tells it in the caller's language.
fn wrong<T: async_graphql::InputType>(kind: &str) -> InputValueError<T> {
    InputValueError::custom(expected(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scalar_of_the_schema_is_looked_at_before_anything_runs() {
        let sdl = crate::graphql::sdl();
        let named: Vec<&str> = sdl
            .lines()
            .filter_map(|it| it.strip_prefix("scalar ")?.split(' ').next())
            .collect();
        assert!(named.len() > 10, "{named:?}");
        for name in named {
            let nothing = Value::Object(Default::default());
            assert!(!readable(name, nothing), "{name}");
            let general = expected("Other").to_string().replace("Other", name);
            assert_ne!(expected(name).to_string(), general);
        }
        assert!(!readable("Date", Value::from("2026-02-29")));
        assert!(readable("Date", Value::from("2026-02-28")));
    }
}
