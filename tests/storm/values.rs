//! Values of arguments: good ones, bad ones, and those at the edges.
//!
//! Documents that hold them are in `documents`.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// Texts that break what is not careful.
const TEXTS: [&str; 24] = [
    "",
    " ",
    "x",
    "Al Amal",
    "جمعية الأمل",
    "ⵜⵉⴼⴰⵡⵉⵏ",
    "\u{0}",
    "\u{202e}gpj.exe",
    "\u{feff}",
    "a\u{301}\u{301}\u{301}",
    "'; drop table hour_entry; --",
    "=cmd|' /C calc'!A0",
    "＝1+1",
    "<script>alert(1)</script>",
    "{token}",
    "%s%n%x",
    "../../etc/passwd",
    "\r\nX-Injected: 1",
    "٢٠٢٦-١٠-١٤",
    "NaN",
    "-0",
    "1e309",
    "𐀀",
    "null",
];
const DATES: [&str; 9] = [
    "2026-10-14",
    "2026-02-29",
    "2024-02-29",
    "0000-01-01",
    "9999-12-31",
    "-0001-01-01",
    "2026-13-01",
    "14/10/2026",
    "2026-10-14T00:00:00Z",
];
const INSTANTS: [&str; 8] = [
    "2026-10-14T09:00:00Z",
    "2026-10-14T09:00:00.123456789+01:00",
    "2026-10-14T24:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-10-14",
    "2026-06-30T23:59:60Z",
    "+262143-12-31T23:59:59Z",
];
const NUMBERS: [i64; 14] = [
    0,
    1,
    2,
    -1,
    20,
    60,
    100,
    101,
    1_440,
    1_441,
    2_147_483_647,
    2_147_483_648,
    -2_147_483_648,
    i64::MAX,
];
const DECIMALS: [&str; 9] = [
    "0",
    "1",
    "12.50",
    "-3",
    "0.0000000000000000000000000001",
    "79228162514264337593543950335",
    "1e400",
    "1,5",
    "١٢",
];

/// A value, and how it is written in a document.
#[derive(Clone, Debug)]
pub enum Given {
    /// No value.
    Null,
    /// Everything that JSON and GraphQL write alike.
    Plain(Value),
    /// A value of an enumeration.
    Name(String),
    /// Several.
    List(Vec<Given>),
    /// An input object.
    Object(Vec<(String, Given)>),
}

impl Given {
    /// As the value of a variable.
    pub fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Plain(value) => value.clone(),
            Self::Name(name) => json!(name),
            Self::List(items) => items.iter().map(Self::json).collect(),
            Self::Object(members) => {
                let members = members.iter().map(|(name, it)| (name.clone(), it.json()));
                Value::Object(members.collect::<Map<_, _>>())
            }
        }
    }

    /// As a literal in a document.
    pub fn literal(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Plain(value) => value.to_string(),
            Self::Name(name) => name.clone(),
            Self::List(items) => {
                let items: Vec<_> = items.iter().map(Self::literal).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Object(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(name, it)| format!("{name}: {}", it.literal()))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
        }
    }
}

/// A value of a scalar; now and then one of another.
pub fn scalar(random: &mut StdRng, name: &str, ids: &[String]) -> Value {
    let kinds = [
        "Int", "Float", "Boolean", "ID", "String", "Date", "DateTime", "Decimal", "Locale", "UUID",
    ];
    let name = if random.random_bool(0.04) {
        pick(random, &kinds)
    } else {
        name
    };
    match name {
        "Int" | "Minutes" => json!(pick(random, &NUMBERS)),
        "Float" => json!(f64::from(random.random_range(-9_000_000..9_000_000)) / 100_000.0),
        "Boolean" => json!(random.random_bool(0.5)),
        "ID" if random.random_bool(0.8) => json!(ids.choose(random).cloned().unwrap_or_default()),
        "Date" => json!(pick(random, &DATES)),
        "DateTime" | "LocalDateTime" => json!(pick(random, &INSTANTS)),
        "Month" => json!(pick(
            random,
            &["2026-10", "2026-09", "2026-00", "9999-12", "2026-10-01"]
        )),
        "Decimal" => json!(pick(random, &DECIMALS)),
        "Locale" => json!(pick(random, &["ar", "fr", "en", "zgh", "de-AT", "x"])),
        "TimeZone" => json!(pick(
            random,
            &[
                "Africa/Casablanca",
                "UTC",
                "Europe/Paris",
                "Mars/Base",
                "africa/casablanca"
            ]
        )),
        "CountryCode" => json!(pick(random, &["MA", "FR", "ma", "ZZ", "MAR"])),
        "CurrencyCode" => json!(pick(random, &["MAD", "EUR", "mad", "XXX"])),
        "UUID" => json!(pick(
            random,
            &["00000000-0000-4000-8000-000000000000", "0", "{00000000}"]
        )),
        "EmailAddress" => json!(pick(
            random,
            &[
                "nobody@example.org",
                "a@b",
                "@",
                "owner@example.org",
                "a@b.c\r\nTo: x"
            ]
        )),
        "PhoneNumber" => json!(pick(
            random,
            &["+212600000000", "0600000000", "+", "٠٦٠٠٠٠٠٠٠٠"]
        )),
        "URL" => json!(pick(
            random,
            &[
                "https://example.org/",
                "http://127.0.0.1/",
                "file:///etc/passwd",
                "//",
                "javascript:0"
            ]
        )),
        _ if random.random_bool(0.02) => json!("ن".repeat(random.random_range(1_000..20_000))),
        _ => json!(pick(random, &TEXTS)),
    }
}

/// One of several.
pub fn pick<T: Copy>(random: &mut StdRng, of: &[T]) -> T {
    of[random.random_range(0..of.len())]
}
