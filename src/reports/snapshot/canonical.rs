//! The canonical form of an answer: JSON of sorted members, whole numbers and plain texts, without white
//! space, so that the same figures are the same bytes everywhere.
//!
//! That is RFC 8785 for documents without fractions: numbers that need not be whole stand in a member of their own, as
//! texts of their decimal digits. No names of people and none of places: codes alone. Which figures an answer has is
//! in `figures`.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use entity::types::EntryStatus;
use sea_orm::ActiveEnum;
use serde::Deserialize;
use serde::Serialize;

use crate::reports::question::ReportName;
use crate::reports::snapshot::answered::Answered;
use crate::reports::snapshot::figures::Figure;
use crate::reports::snapshot::figures::Figures;
use crate::reports::snapshot::figures::indh::CROSSINGS_LEFT_OUT;

/// Changes with the members and with what figures are called. The first form knew neither axes nor budgets; the second
/// knew whole numbers and the INDH report alone, and of that not every section; the third told the rate of volunteers to
/// two decimals, indicators without their breakdowns, neither of the projects that have targets nor why there is no
/// trend, and of some indicators that they had no target where it is data that they lack.
pub const FORM: u8 = 4;
/// What figures of the second form are called that the first did not know.
const SINCE_SECOND: [&str; 2] = ["].byAxis[", "budget"];
/// What figures of the third form are called that those before did not know.
const SINCE_THIRD: [&str; 11] = [
    "].byEvidence[",
    "].completeness.",
    "beneficiaries.",
    "comparison.",
    "completenessElsewhere.",
    CROSSINGS,
    "indicators",
    "partners",
    "valueOfWork.byFallback[",
    "valueOfWork.fullTimeEquivalents[",
    "valueOfWork.statedIntervalMinutes",
];

/// What figures of indicators are called that the fourth form tells and those before did not, or told otherwise.
const SINCE_FOURTH: [&str; 9] = [
    "comparedProjectCount",
    "measuredProjectCount",
    "status",
    "targetedActual",
    "targetedBaseline",
    "targetedProjectCount",
    "trend",
    "trendBasis",
    "trendGap",
];
/// What parts of indicators are called, which the fourth form tells and those before did not.
const PARTS_SINCE_FOURTH: &str = "].breakdowns[";
/// The figure that the fourth form tells to more decimals: that of an earlier one is no other, and not the same text.
const FINER_SINCE_FOURTH: &str = "rate.volunteersPerThousand";

/// What crossings are called.
const CROSSINGS: &str = "crossings[";

/// By what rows and columns are told apart, as they are kept.
pub type Dimensions = (Option<String>, Option<String>);

/// What is written, in the order of the alphabet.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    as_of: String,
    #[serde(default)]
    columns: Option<String>,
    #[serde(default)]
    decimals: BTreeMap<String, String>,
    figures: BTreeMap<String, i64>,
    form: u8,
    from: String,
    organization: Option<String>,
    report: String,
    #[serde(default)]
    rows: Option<String>,
    status_basis: Vec<String>,
    territory: String,
    #[serde(default)]
    texts: BTreeMap<String, String>,
    to: String,
    zone: String,
}

/// Writes an answer.
#[must_use]
pub fn write(name: ReportName, (rows, columns): Dimensions, answer: &Answered) -> String {
    let head = &answer.head;
    let mut document = Document {
        as_of: head.as_of.to_rfc3339_opts(SecondsFormat::Micros, true),
        columns,
        form: FORM,
        from: head.from.to_string(),
        organization: head.organization.as_ref().map(|it| it.id.to_string()),
        report: name.word().to_owned(),
        rows,
        status_basis: words(&head.status_basis),
        territory: head.territory.code.clone(),
        to: head.to.to_string(),
        zone: head.time_basis.zone.clone(),
        ..Document::default()
    };
    for (name, figure) in &answer.figures.0 {
        let name = name.clone();
        match figure {
            Figure::Whole(value) => {
                document.figures.insert(name, *value);
            }
            Figure::Decimal(text) => {
                document.decimals.insert(name, text.clone());
            }
            Figure::Text(text) => {
                document.texts.insert(name, text.clone());
            }
        }
    }
    // Texts and numbers always can be written.
    serde_json::to_string(&document).unwrap_or_default()
}

/// The figures of an answer in some form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formed {
    form: u8,
    figures: Figures,
}

impl Formed {
    /// The figures of an answer of now.
    #[must_use]
    pub fn of(answer: Answered) -> Self {
        Self {
            form: FORM,
            figures: answer.figures,
        }
    }

    /// The figures of a document; `None` where it is none, or of a form that this release does not know.
    #[must_use]
    pub fn read(content: &str) -> Option<Self> {
        let document: Document = serde_json::from_str(content).ok()?;
        let whole = document.figures.into_iter();
        let decimals = document.decimals.into_iter();
        let texts = document.texts.into_iter();
        let figures = whole
            .map(|(name, it)| (name, Figure::Whole(it)))
            .chain(decimals.map(|(name, it)| (name, Figure::Decimal(it))))
            .chain(texts.map(|(name, it)| (name, Figure::Text(it))));
        let known = (1..=FORM).contains(&document.form);
        known.then(|| Self {
            form: document.form,
            figures: Figures(figures.collect()),
        })
    }

    /// The version of its form.
    #[must_use]
    pub fn form(&self) -> u8 {
        self.form
    }

    /// The figures of two answers that both of their forms know: what only the later form tells did not change. No
    /// more did crossings where one of both leaves them out.
    #[must_use]
    pub fn common(self, other: Self) -> (Figures, Figures) {
        let form = self.form.min(other.form);
        let leaves_out = |it: &Self| it.figures.0.contains_key(CROSSINGS_LEFT_OUT);
        let crosses = !leaves_out(&self) && !leaves_out(&other);
        let known = |mut figures: Figures| {
            figures.0.retain(|name, figure| {
                since(name, figure) <= form && (crosses || !name.starts_with(CROSSINGS))
            });
            figures
        };
        (known(self.figures), known(other.figures))
    }
}

/// The first form that tells a figure as it is told now; of reports of which no earlier form told anything, too.
fn since(name: &str, figure: &Figure) -> u8 {
    if is_of_fourth(name) {
        return 4;
    }
    let third = !matches!(figure, Figure::Whole(_))
        || SINCE_THIRD.iter().any(|it| name.contains(it))
        || (name.starts_with("budget.byProgramme[") && name.ends_with("].projects"));
    match third {
        true => 3,
        false if SINCE_SECOND.iter().any(|it| name.contains(it)) => 2,
        false => 1,
    }
}

/// Whether it is a figure that the fourth form tells first, or otherwise: of an indicator, of its periods or its parts, or
/// the rate of volunteers.
fn is_of_fourth(name: &str) -> bool {
    if name == FINER_SINCE_FOURTH || name.contains(PARTS_SINCE_FOURTH) {
        return true;
    }
    let (of, told) = name.rsplit_once("].").unwrap_or_default();
    let word = told.split('.').next().unwrap_or_default();
    of.starts_with("indicators[") && SINCE_FOURTH.contains(&word)
}

/// States as a JSON list of their names.
#[must_use]
pub fn statuses(statuses: &[EntryStatus]) -> String {
    serde_json::to_string(&words(statuses)).unwrap_or_default()
}

/// The same read again; `None` for what this release does not know.
#[must_use]
pub fn read_statuses(text: &str) -> Option<Vec<EntryStatus>> {
    let words: Vec<String> = serde_json::from_str(text).ok()?;
    let read = words.iter().map(|it| EntryStatus::try_from_value(it).ok());
    read.collect()
}

fn words(statuses: &[EntryStatus]) -> Vec<String> {
    statuses.iter().map(ActiveEnum::to_value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formed(form: u8, named: &[(&str, Figure)]) -> Formed {
        let figures = named
            .iter()
            .map(|(name, figure)| ((*name).to_owned(), figure.clone()));
        Formed {
            form,
            figures: Figures(figures.collect()),
        }
    }

    #[test]
    fn what_an_earlier_form_does_not_tell_is_no_change() {
        let whole = |name, value| (name, Figure::Whole(value));
        let first = whole("byProgramme[PH3-P1].projects", 7);
        let axis = whole("byProgramme[PH3-P1].byAxis[NONE].minutes", 7);
        let budget = whole("budget.byProgramme[PH3-P1].totalHundredths", 100);
        let projects = whole("budget.byProgramme[PH3-P1].projects", 1);
        let shown = whole("byMonth[2026-01].byEvidence[IMPORTED].minutes", 7);
        let percent = ("budget.indhPercent", Figure::Decimal("12.5".to_owned()));
        let method = ("valueOfWork.method", Figure::Text("A".to_owned()));
        let part = Figure::Decimal("3".to_owned());
        let broken = ("indicators[X].breakdowns[SEX].categories[MALE]", part);
        let actual = ("indicators[A.status@7].actual", percent.1.clone());
        let status = ("indicators[A.status@7].status", method.1.clone());
        let targeted = (
            "indicators[A].targetedActual.denominator",
            percent.1.clone(),
        );
        let period = (
            "indicators[A].periods[B/C].targetedActual",
            percent.1.clone(),
        );
        let one = || formed(1, std::slice::from_ref(&first));
        let two = || formed(2, &[first.clone(), axis.clone(), budget.clone()]);
        let three = || {
            let all = [
                &first, &axis, &budget, &projects, &shown, &percent, &method, &actual,
            ];
            formed(3, &all.map(Clone::clone))
        };
        let four = || {
            let all = [
                &first, &axis, &budget, &projects, &shown, &percent, &method, &actual,
            ];
            let new = [&status, &targeted, &period, &broken];
            let all: Vec<_> = all.into_iter().chain(new).cloned().collect();
            formed(4, &all)
        };

        for (early, late, known) in [
            (one(), two(), 1),
            (one(), three(), 1),
            (two(), three(), 3),
            (three(), three(), 8),
            (three(), four(), 8),
            (four(), four(), 12),
        ] {
            let (before, after) = early.common(late);
            assert_eq!(before, after);
            assert_eq!(before.0.len(), known);
        }
    }

    #[test]
    fn a_rate_of_more_decimals_is_no_change() {
        let decimal = |text: &str| Figure::Decimal(text.to_owned());
        let of = |form, rate| {
            let people = ("totals.people", Figure::Whole(3));
            formed(form, &[(FINER_SINCE_FOURTH, decimal(rate)), people])
        };
        let (before, after) = of(3, "0.01").common(of(4, "0.005244"));
        assert_eq!(before, after);
        assert_eq!(before.0.len(), 1);
        let (before, after) = of(4, "0.005243").common(of(4, "0.005244"));
        assert_ne!(before, after);
    }

    #[test]
    fn crossings_are_compared_where_both_answers_tell_them() {
        let crossing = |value| ("crossings[2026-01,MA,NONE].minutes", Figure::Whole(value));
        let left_out = (CROSSINGS_LEFT_OUT, Figure::Text("TOO_MANY_ROWS".to_owned()));
        let total = ("totals.minutes", Figure::Whole(7));
        let of = |it: &(&'static str, Figure)| formed(3, &[it.clone(), total.clone()]);
        let changed = |early: Formed, late: Formed| {
            let (before, after) = early.common(late);
            let names = before.0.keys().chain(after.0.keys());
            let names = names.filter(|it| before.0.get(*it) != after.0.get(*it));
            names.cloned().collect::<Vec<_>>()
        };
        let none = Vec::<String>::new();
        assert_eq!(changed(of(&crossing(7)), of(&left_out)), [left_out.0]);
        assert_eq!(changed(of(&left_out), of(&crossing(7))), [left_out.0]);
        assert_eq!(changed(of(&left_out), of(&left_out)), none);
        assert_eq!(changed(of(&crossing(7)), of(&crossing(7))), none);
        assert_eq!(changed(of(&crossing(7)), of(&crossing(8))).len(), 2);
    }

    #[test]
    fn a_later_form_is_not_read() {
        let of = |form: u8| {
            let document = Document {
                form,
                ..Document::default()
            };
            Formed::read(&serde_json::to_string(&document).unwrap())
        };
        assert!(of(1).is_some() && of(FORM).is_some());
        assert!(of(0).is_none() && of(FORM + 1).is_none());
    }

    #[test]
    fn members_stand_in_the_order_of_the_alphabet() {
        let written = serde_json::to_string(&Document::default()).unwrap();
        let sorted: BTreeMap<String, serde_json::Value> = serde_json::from_str(&written).unwrap();
        assert_eq!(serde_json::to_string(&sorted).unwrap(), written);
    }

    #[test]
    fn a_document_of_the_second_form_is_read() {
        let content = r#"{"asOf":"","figures":{"totals.minutes":60},"form":2,"from":"","organization":null,"report":"INDH","statusBasis":[],"territory":"MA","to":"","zone":""}"#;
        let read = Formed::read(content).unwrap();
        assert_eq!(read.form(), 2);
        assert_eq!(read, formed(2, &[("totals.minutes", Figure::Whole(60))]));
    }
}
