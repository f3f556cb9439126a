//! Reads the values of flags that several commands share: a wrong one is wrong usage.
//!
//! Values of one command are in its file.

use async_graphql::ID;
use chrono::NaiveDate;
use entity::ids::VolunteerId;

use crate::graphql::node::NodeId;
use crate::platform::i18n::Locale;
use crate::rollups::Dimension;

/// Reads a language.
///
/// # Errors
/// Which there are.
pub fn locale(text: &str) -> Result<Locale, String> {
    Locale::parse(text).ok_or_else(|| "give ar, fr or en".to_owned())
}

/// Reads the id of a volunteer as GraphQL tells it.
///
/// # Errors
/// Where it is found.
pub fn volunteer(text: &str) -> Result<VolunteerId, String> {
    let id = VolunteerId::read(&ID(text.to_owned()));
    id.ok_or_else(|| "give the id of a volunteer as GraphQL tells it".to_owned())
}

/// A calendar year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Year {
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
}

/// Reads a year of four digits.
///
/// # Errors
/// What one looks like.
pub fn year(text: &str) -> Result<Year, String> {
    let is_written = text.len() == 4 && text.chars().all(|it| it.is_ascii_digit());
    let year: Option<i32> = text.parse().ok().filter(|_| is_written);
    let days = year.and_then(|it| {
        Some(Year {
            first: NaiveDate::from_ymd_opt(it, 1, 1)?,
            last: NaiveDate::from_ymd_opt(it, 12, 31)?,
        })
    });
    days.ok_or_else(|| "give a year such as 2026".to_owned())
}

/// Reads by what hours are told apart, in letters of either case.
///
/// # Errors
/// Which there are.
pub fn dimension(text: &str) -> Result<Dimension, String> {
    Dimension::of_word(&text.to_ascii_uppercase()).ok_or_else(|| {
        "give programme, axis, goal, target, territory, project, organization, month, quarter, year, status or evidence"
            .to_owned()
    })
}
