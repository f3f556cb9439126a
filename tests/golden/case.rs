//! What a case says: steps in order, each with rows of what happens and questions with their answers.
//!
//! What rows do is in `play`, what questions are answered with in `figures`.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::Utc;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;

/// One file of `tests/golden/cases`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows, in a sentence.
    pub title: String,
    /// The arithmetic in words: why these figures and no others.
    pub says: String,
    /// What happens, in order.
    pub step: Vec<Step>,
}

/// What happens at one instant, in the order of the fields, and what is asked then.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub struct Step {
    /// The instant; a minute after the step before where absent.
    pub at: Option<DateTime<Utc>>,
    /// Whether it happens at the very instant of the step before.
    pub stands: bool,
    /// Places that get a new version.
    pub territories: Vec<Move>,
    /// Observers of a territory.
    pub observers: Vec<Observer>,
    /// Organizations, each with an owner of the same name.
    pub organizations: Vec<Organization>,
    /// Projects.
    pub projects: Vec<Project>,
    /// Shares of projects.
    pub shares: Vec<Shares>,
    /// Volunteers, each with a record in every organization named.
    pub volunteers: Vec<Volunteer>,
    /// Wages.
    pub rates: Vec<Rate>,
    /// Indicators.
    pub indicators: Vec<Indicator>,
    /// Indicators of the catalogue that are measured, by code.
    pub catalogue: Vec<String>,
    /// Where indicators stood.
    pub baselines: Vec<Baseline>,
    /// Where they should come to.
    pub targets: Vec<Target>,
    /// Work.
    pub hours: Vec<Hours>,
    /// Corrections of approved work.
    pub amendments: Vec<Amendment>,
    /// Approved work that is taken back, by name.
    pub voids: Vec<String>,
    /// What organizations say of their months.
    pub months: Vec<Month>,
    /// Measured values.
    pub measurements: Vec<Measurement>,
    /// INDH reports that are frozen.
    pub freezes: Vec<Freeze>,
    /// What is asked at the end of the step.
    pub question: Vec<Question>,
}

/// A place that belongs to another one from a day on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Move {
    pub code: String,
    /// The place above; the old one where absent.
    pub parent: Option<String>,
    /// Its French name; the old one where absent.
    pub name: Option<String>,
    pub from: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observer {
    pub name: String,
    pub place: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    pub name: String,
    /// Its seat.
    pub place: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    pub name: String,
    /// The organization.
    pub of: String,
    pub place: String,
    pub starts: String,
    /// Last day.
    pub ends: Option<String>,
    /// Dirhams.
    pub budget: Option<String>,
    /// What of it the INDH pays.
    pub indh: Option<String>,
    /// That of the budget; dirhams where absent.
    pub currency: Option<String>,
    /// ISCO-08.
    pub occupation: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shares {
    pub project: String,
    /// First day; from the beginning where absent.
    pub from: Option<String>,
    /// `INDH` where absent.
    pub vocabulary: Option<String>,
    /// Percent by code of the term.
    pub percent: BTreeMap<String, String>,
    /// The code with which they must be refused.
    pub refused: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volunteer {
    pub name: String,
    /// The organizations.
    pub of: Vec<String>,
    /// What tells that records of several organizations are one person's.
    pub national_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    pub occupation: Option<String>,
    pub place: Option<String>,
    pub from: String,
    /// Dirhams an hour.
    pub central: String,
    pub low: Option<String>,
    pub high: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    pub name: String,
    /// The organization.
    pub of: String,
    pub value: String,
    pub over_time: String,
    pub over_place: String,
    pub reading: Option<String>,
    pub direction: Option<String>,
    /// The goal or target of sustainable development that it serves.
    pub sdg: Option<String>,
    #[serde(default)]
    pub dimensions: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    pub indicator: String,
    pub project: String,
    pub on: String,
    pub value: String,
    pub whole: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub indicator: String,
    pub project: String,
    pub from: String,
    pub to: String,
    pub value: String,
    pub whole: Option<String>,
}

/// An interval (`begins`, `ends`), a duration (`on`, `minutes`), or a group (and `headcount`).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// By which later steps know it.
    pub name: Option<String>,
    /// Absent for a group.
    pub who: Option<String>,
    pub project: String,
    /// That of the project where absent.
    pub place: Option<String>,
    pub on: Option<String>,
    /// Of each person.
    pub minutes: Option<i64>,
    pub headcount: Option<i64>,
    pub begins: Option<String>,
    pub ends: Option<String>,
    /// Minutes of a break.
    pub pause: Option<i64>,
    /// Where it stands in the end; `APPROVED` where absent.
    pub status: Option<Status>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Draft,
    Submitted,
    Returned,
    Rejected,
    Approved,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// The entry; one that is there already is approved again only.
    pub entry: String,
    pub on: Option<String>,
    pub minutes: Option<i64>,
    /// Whether somebody else approves it at once.
    pub approved: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Month {
    /// The organization.
    pub of: String,
    pub month: String,
    /// Whether nobody worked.
    pub zero: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    pub name: Option<String>,
    pub indicator: String,
    pub project: String,
    /// That of the project where absent.
    pub place: Option<String>,
    pub from: String,
    pub to: String,
    pub value: String,
    /// Of percentages.
    pub whole: Option<String>,
    /// By dimension, then by category.
    #[serde(default)]
    pub parts: BTreeMap<String, BTreeMap<String, String>>,
    /// `SUBMITTED`, `RETURNED`; `APPROVED` where absent.
    pub status: Option<Status>,
    /// The code with which it must be refused.
    pub refused: Option<String>,
}

/// An INDH report that the administrator freezes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    pub name: String,
    pub territory: String,
    pub from: String,
    pub to: String,
    /// As it was known at the end of this step, counted from 1.
    pub as_of: Option<usize>,
}

/// A question, and what must be answered.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Why, where that is not said above.
    pub says: Option<String>,
    pub ask: Ask,
    /// An owner (by the name of the organization) or an observer; the administrator where absent.
    pub by: Option<String>,
    pub territory: Option<String>,
    pub organization: Option<String>,
    pub project: Option<String>,
    pub indicator: Option<String>,
    /// The entry, the measured value or what was frozen, by name.
    pub of: Option<String>,
    /// What was frozen later, by name; the present where absent.
    pub with: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub statuses: Option<Vec<String>>,
    /// As it was known at the end of this step, counted from 1.
    pub as_of: Option<usize>,
    /// The code with which it must be refused.
    pub refused: Option<String>,
    /// Figures by name: each must be there and equal. What is null is `"none"`.
    #[serde(default)]
    pub expect: Map<String, Value>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// The INDH report.
    Report,
    /// Its hours as files print them.
    Printed,
    /// The report by goals of sustainable development.
    Goals,
    /// How far an indicator has come.
    Progress,
    /// An hour entry.
    Entry,
    /// A measured value.
    Measurement,
    /// What was frozen.
    Frozen,
    /// What changed since, or until something else was frozen.
    Difference,
    /// Which places somebody observes.
    Observed,
}
