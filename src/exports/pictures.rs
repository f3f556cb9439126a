//! Which sections of a report are drawn, and as what: months as bars that stand, what has names as bars that lie,
//! places as a map.
//!
//! How they are drawn is in `drawings`; every picture has its table beside it or among the sections. No report is known
//! here by name: sections are, by what tells their rows apart.

use crate::drawings::Bar;
use crate::drawings::Drawing;
use crate::drawings::bars;
use crate::drawings::map;
use crate::drawings::map::Map;
use crate::exports::table::Cell;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::exports::words::word;
use crate::platform::figures::grouped;
use crate::platform::figures::localized;
use crate::platform::i18n::Locale;

/// Sections with bars.
const BARS: [&str; 14] = [
    "byMonth",
    "byProgramme",
    "byGoal",
    "rows",
    "columns",
    "bySex",
    "byAge",
    "byOccupation",
    "bySector",
    "byMilieu",
    "byNationality",
    "byAccreditation",
    "byMission",
    "byEvidence",
];
/// Sections with a map.
const PLACES: [&str; 2] = ["byTerritory", "byPlace"];
/// Charts of one report.
const CHARTS_MOST: usize = 4;
/// Rows of the table beside a map.
const ROWS_MOST: usize = 24;

/// How wide a chart is in points, and how high one of months.
const CHART: (f64, f64) = (240.0, 150.0);
/// The room of a map in points.
const MAP: (f64, f64) = (265.0, 265.0);

/// A chart of a section.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Its heading.
    pub title: String,
    /// The picture.
    pub drawing: Drawing,
    /// What it shows, in a sentence.
    pub alternative: String,
    /// What is to be known beside it.
    pub remark: Option<String>,
}

/// The map of a report.
#[derive(Clone, Debug)]
pub struct Places {
    /// Its heading.
    pub title: String,
    /// The picture and its shades.
    pub map: Map,
    /// What it shows, in a sentence.
    pub alternative: String,
    /// Headers of the table beside it: code, name, hours. Empty where no figures lie behind it.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<[Cell; 3]>,
    /// What is to be known beside it.
    pub remark: Option<String>,
}

/// Hours of one row: which one it is, what it is called, and the hours in hundredths.
struct Line<'a> {
    code: &'a Cell,
    name: &'a Cell,
    hours: i64,
}

/// The charts of a report, at most four.
#[must_use]
pub fn charts(table: &Table, locale: Locale) -> Vec<Chart> {
    let sections = BARS.iter();
    let sections = sections.filter_map(|key| table.sections.iter().find(|it| it.key == *key));
    let charts = sections.filter_map(|it| chart(it, locale));
    charts.take(CHARTS_MOST).collect()
}

/// The map of a report: of its places where it tells hours by places, else where its territory lies.
#[must_use]
pub fn places(table: &Table, locale: Locale) -> Option<Places> {
    let told = |key: &str| {
        let found = table.parameters.iter().find(|it| it.key == key);
        found.and_then(|it| it.value.written())
    };
    let territory = told("territoryCode")?;
    let place = told("territory").unwrap_or_default();
    let by_rows = match dimension(table) {
        Some("TERRITORY") => Some("rows"),
        _ => None,
    };
    let keys = PLACES.into_iter().chain(by_rows);
    let section = keys
        .into_iter()
        .find_map(|key| table.sections.iter().find(|it| it.key == key));
    let lines = section.and_then(lines).unwrap_or_default();
    let codes: Vec<(String, i64)> = lines
        .iter()
        .filter_map(|it| Some((it.code.written()?, it.hours)))
        // What was recorded of the place itself lies in none of its parts.
        .filter(|it| it.1 > 0 && it.0 != territory)
        .collect();
    let elsewhere: i64 = (lines.iter())
        .filter(|it| it.code.written().as_deref() == Some(&territory))
        .map(|it| it.hours)
        .sum();
    let lines: Vec<Line<'_>> = (lines.into_iter())
        .filter(|it| it.code.written().as_deref() != Some(&territory))
        .collect();
    let figures: Vec<(&str, i64)> = codes.iter().map(|it| (it.0.as_str(), it.1)).collect();
    let map = map::of(&territory, &figures, |it| hours(it, locale), MAP)?;
    let has_shades = map.classes.iter().any(|it| it.span.is_some());
    let (title, alternative) = match section.filter(|_| has_shades) {
        Some(section) => {
            let title = title(section, locale);
            let said = alternative("drawing-alternative-map", section, &lines, &title, locale);
            (title, said)
        }
        None => {
            let said = [("place", place)];
            (
                locale.sentence("drawing-where", &said),
                locale.sentence("drawing-alternative-where", &said),
            )
        }
    };
    let shown = section.filter(|_| has_shades);
    let head = shown.map(|it| {
        let headers = it.columns.iter().take(2).map(|it| it.header.clone());
        headers.chain([word(locale, "report-hours")]).collect()
    });
    let all = lines.len();
    let mut lines = lines;
    if all > ROWS_MOST {
        lines.sort_by_key(|it| std::cmp::Reverse(it.hours));
        lines.truncate(ROWS_MOST);
    }
    let mut remarks = Vec::new();
    if shown.is_some() && all > ROWS_MOST {
        remarks.push(largest(ROWS_MOST, all, locale));
    }
    if shown.is_some() && elsewhere > 0 {
        let value = [("hours", hours(elsewhere, locale))];
        remarks.push(locale.sentence("drawing-elsewhere", &value));
    }
    let remark = (!remarks.is_empty()).then(|| remarks.join(" "));
    let rows = lines.into_iter().filter(|_| shown.is_some());
    let rows = rows.map(|it| [it.code.clone(), it.name.clone(), Cell::Hundredths(it.hours)]);
    Some(Places {
        title,
        map,
        alternative,
        head: head.unwrap_or_default(),
        rows: rows.collect(),
        remark,
    })
}

/// By what the rows of a report of dimensions are told apart.
fn dimension(table: &Table) -> Option<&'static str> {
    let found = table
        .parameters
        .iter()
        .find(|it| it.key == "rowDimension")?;
    match found.value {
        Cell::Code { code, .. } => Some(code),
        _ => None,
    }
}

fn chart(section: &Section, locale: Locale) -> Option<Chart> {
    let lines = lines(section)?;
    if lines.iter().all(|it| it.hours <= 0) {
        return None;
    }
    let title = title(section, locale);
    let alternative = alternative("drawing-alternative-bars", section, &lines, &title, locale);
    let is_rtl = locale == Locale::Ar;
    let is_of_months = lines.iter().all(|it| matches!(it.name, Cell::Month(_)));
    let mut remark = None;
    let drawing = if is_of_months {
        let bars: Vec<Bar> = lines.iter().map(|it| bar(it, locale)).collect();
        bars::upright(&bars, CHART, is_rtl)
    } else {
        let all = lines.len();
        let mut lines = lines;
        if all > bars::MOST {
            lines.sort_by_key(|it| std::cmp::Reverse(it.hours));
            lines.truncate(bars::MOST);
            remark = Some(largest(bars::MOST, all, locale));
        }
        let bars: Vec<Bar> = lines.iter().map(|it| bar(it, locale)).collect();
        bars::lying(&bars, CHART.0, is_rtl)
    };
    Some(Chart {
        title,
        drawing,
        alternative,
        remark,
    })
}

/// Rows with hours; `None` where a section has none.
fn lines(section: &Section) -> Option<Vec<Line<'_>>> {
    let hours = section.columns.iter().position(|it| it.key == "hours")?;
    let lines = section.rows.iter().filter_map(|row| {
        let code = row.first()?;
        let name = match (code, row.get(1)?) {
            (Cell::Month(_), _) | (_, Cell::Empty) => code,
            (_, name) => name,
        };
        let Cell::Hundredths(hours) = row.get(hours)? else {
            return None;
        };
        Some(Line {
            code,
            name,
            hours: *hours,
        })
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then_some(lines)
}

fn bar(line: &Line<'_>, locale: Locale) -> Bar {
    let (name, group) = match line.name {
        Cell::Month(day) => {
            let year = day.format("%Y").to_string();
            (day.format("%m").to_string(), Some(year))
        }
        other => (other.written().unwrap_or_default(), None),
    };
    Bar {
        name,
        group,
        value: line.hours,
        written: hours(line.hours, locale),
    }
}

fn hours(hundredths: i64, locale: Locale) -> String {
    let written = Cell::Hundredths(hundredths).written().unwrap_or_default();
    localized(&written, locale)
}

fn title(section: &Section, locale: Locale) -> String {
    locale.sentence("drawing-title", &[("section", section.title.clone())])
}

fn largest(shown: usize, all: usize, locale: Locale) -> String {
    let values = [("shown", count(shown)), ("all", count(all))];
    locale.sentence("drawing-largest", &values)
}

/// A number of things, as people read it.
#[must_use]
pub fn count(of: usize) -> String {
    grouped(i64::try_from(of).unwrap_or(i64::MAX))
}

/// What a picture shows: how many figures, the highest and the lowest, and where all of them are.
fn alternative(
    sentence: &str,
    section: &Section,
    lines: &[Line<'_>],
    title: &str,
    locale: Locale,
) -> String {
    let told = |of: Option<&Line<'_>>| {
        let name = of.and_then(|it| it.name.written()).unwrap_or_default();
        (
            name,
            of.map_or_else(String::new, |it| hours(it.hours, locale)),
        )
    };
    let (most, most_hours) = told(lines.iter().max_by_key(|it| it.hours));
    let (least, least_hours) = told(lines.iter().min_by_key(|it| it.hours));
    let values = [
        ("title", title.to_owned()),
        ("section", section.title.clone()),
        ("count", count(lines.len())),
        ("most", most),
        ("most_hours", most_hours),
        ("least", least),
        ("least_hours", least_hours),
    ];
    locale.sentence(sentence, &values)
}
