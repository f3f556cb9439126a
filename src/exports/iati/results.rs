//! What a project measured as IATI results: a result for each link in the chain, in it indicators with baseline, periods,
//! targets and what was measured, as a whole, by place and by category.
//!
//! Figures were put together in `impact::published`; here they are written, exactly.

use std::io::Result;
use std::io::Write;

use chrono::Datelike;
use entity::ids::TerritoryId;
use entity::types::Direction;
use entity::types::OverPlace;
use entity::types::OverTime;
use entity::types::Reading;
use entity::types::ResultLevel;
use entity::types::ValueType;
use sea_orm::ActiveEnum;

use crate::exports::iati::Known;
use crate::exports::iati::Whole;
use crate::exports::iati::xml::Xml;
use crate::impact::progress::Figure;
use crate::impact::published::Indicator;
use crate::impact::published::Period;
use crate::impact::published::Published;
use crate::impact::value::decimal;
use crate::impact::value::percent;
use crate::platform::i18n::Locale;

/// Links of the chain in their order, each with the code of `ResultType` and the key of what it is called.
const LEVELS: [(ResultLevel, &str, &str); 5] = [
    (ResultLevel::Input, "9", "iati-level-input"),
    (ResultLevel::Activity, "9", "iati-level-activity"),
    (ResultLevel::Output, "1", "iati-level-output"),
    (ResultLevel::Outcome, "2", "iati-level-outcome"),
    (ResultLevel::Impact, "3", "iati-level-impact"),
];

/// Writes all results of a project.
pub fn write<W: Write>(
    xml: &mut Xml<W>,
    whole: &Whole,
    known: &Known,
    of: &Published,
) -> Result<()> {
    for (level, code, key) in LEVELS {
        let all = of.indicators.iter().filter(|it| it.of.level == level);
        let all: Vec<&Indicator> = all.collect();
        if all.is_empty() {
            continue;
        }
        let adds_up = boolean(all.iter().all(|it| adds_up(it)));
        xml.open("result", &[("type", code), ("aggregation-status", adds_up)])?;
        xml.said("title", &[], |locale| say(locale, key))?;
        for indicator in all {
            let places = Places {
                known,
                own: of.project.territory_id,
            };
            write_indicator(xml, whole, &places, indicator)?;
        }
        xml.close("result")?;
    }
    Ok(())
}

fn say(locale: Locale, key: &str) -> String {
    locale.sentence::<&str>(key, &[])
}

fn boolean(of: bool) -> &'static str {
    if of { "true" } else { "false" }
}

/// Whether figures of projects and periods may be added.
fn adds_up(indicator: &Indicator) -> bool {
    let of = &indicator.of;
    let is_amount = !matches!(of.value_type, ValueType::Percentage | ValueType::YesNo);
    is_amount
        && of.reading == Reading::Periodic
        && of.over_time == OverTime::Sum
        && of.over_place == OverPlace::Sum
}

/// Codes of `IndicatorMeasure`.
fn measure(of: ValueType) -> &'static str {
    match of {
        ValueType::Count | ValueType::Decimal | ValueType::Money => "1",
        ValueType::Percentage => "2",
        // Nominal: 1 is yes and 0 is no, and a comment says so.
        ValueType::YesNo => "3",
    }
}

/// Where a figure is of.
struct Places<'a> {
    known: &'a Known,
    own: TerritoryId,
}

impl Places<'_> {
    fn code(&self, place: TerritoryId) -> Option<&str> {
        self.known.places.get(&place).map(|it| it.code.as_str())
    }

    /// Whether places tell more than the whole does.
    fn tell(&self, period: &Period) -> bool {
        match period.places.as_slice() {
            [] => false,
            [(only, _)] => self.code(*only) != self.code(self.own),
            _ => true,
        }
    }
}

fn write_indicator<W: Write>(
    xml: &mut Xml<W>,
    whole: &Whole,
    places: &Places<'_>,
    indicator: &Indicator,
) -> Result<()> {
    let of = &indicator.of;
    let attributes = [
        ("measure", measure(of.value_type)),
        ("ascending", boolean(of.direction == Direction::Increase)),
        ("aggregation-status", boolean(adds_up(indicator))),
    ];
    xml.open("indicator", &attributes)?;
    let (arabic, english) = (of.name_ar.as_deref(), of.name_en.as_deref());
    let names = [
        (Some("fr"), Some(of.name_fr.as_str())),
        (Some("ar"), arabic),
        (Some("en"), english),
    ];
    let names = names.into_iter().filter_map(|(tag, it)| Some((tag, it?)));
    xml.told("title", &[], &names.collect::<Vec<_>>())?;
    xml.said("description", &[], |locale| {
        let key = match of.reading {
            Reading::Periodic => "iati-unit",
            Reading::Cumulative => "iati-unit-cumulative",
        };
        locale.sentence(key, &[("unit", of.unit.clone())])
    })?;
    let reference = [
        ("vocabulary", "99"),
        ("code", of.code.as_str()),
        ("indicator-uri", whole.address.as_str()),
    ];
    xml.empty("reference", &reference)?;
    if let Some((day, figure)) = indicator.baseline {
        let (year, day) = (day.year().to_string(), day.to_string());
        let attributes = [("year", year.as_str()), ("iso-date", day.as_str())];
        write_figure(
            xml,
            of.value_type,
            figure,
            &At::whole("baseline", &attributes),
        )?;
    }
    for period in &indicator.periods {
        write_period(xml, places, of.value_type, period)?;
    }
    xml.close("indicator")
}

fn write_period<W: Write>(
    xml: &mut Xml<W>,
    places: &Places<'_>,
    kind: ValueType,
    period: &Period,
) -> Result<()> {
    xml.open("period", &[])?;
    let (from, to) = (period.from.to_string(), period.to.to_string());
    xml.empty("period-start", &[("iso-date", &from)])?;
    xml.empty("period-end", &[("iso-date", &to)])?;
    if let Some(figure) = period.target {
        write_figure(xml, kind, figure, &At::whole("target", &[]))?;
    }
    if let Some(figure) = period.actual {
        write_figure(xml, kind, figure, &At::whole("actual", &[]))?;
    }
    if places.tell(period) {
        for (place, figure) in &period.places {
            let at = At {
                place: places.code(*place),
                ..At::whole("actual", &[])
            };
            write_figure(xml, kind, *figure, &at)?;
        }
    }
    for (dimension, category, figure) in &period.categories {
        let name = dimension.to_value().to_lowercase();
        let at = At {
            category: Some((&name, category)),
            ..At::whole("actual", &[])
        };
        write_figure(xml, kind, *figure, &at)?;
    }
    xml.close("period")
}

/// Of what a figure is.
struct At<'a> {
    element: &'a str,
    attributes: &'a [(&'a str, &'a str)],
    place: Option<&'a str>,
    category: Option<(&'a str, &'a str)>,
}

impl<'a> At<'a> {
    fn whole(element: &'a str, attributes: &'a [(&'a str, &'a str)]) -> Self {
        Self {
            element,
            attributes,
            place: None,
            category: None,
        }
    }
}

/// A figure with what it is of; a percentage of nothing is none.
fn write_figure<W: Write>(
    xml: &mut Xml<W>,
    kind: ValueType,
    figure: Figure,
    at: &At<'_>,
) -> Result<()> {
    let value = match figure.whole {
        Some(whole) => percent(figure.value, whole),
        None => Some(decimal(figure.value)),
    };
    let Some(value) = value.map(|it| it.to_string()) else {
        return Ok(());
    };
    let mut attributes = at.attributes.to_vec();
    attributes.push(("value", &value));
    xml.open(at.element, &attributes)?;
    if let Some(place) = at.place {
        xml.empty("location", &[("ref", place)])?;
    }
    if let Some((name, category)) = at.category {
        xml.empty("dimension", &[("name", name), ("value", category)])?;
    }
    match (figure.whole, kind) {
        (Some(whole), _) => {
            let values = [
                ("part", decimal(figure.value).to_string()),
                ("whole", decimal(whole).to_string()),
            ];
            xml.said("comment", &[], |locale| {
                locale.sentence("iati-share", &values)
            })?;
        }
        (None, ValueType::YesNo) => {
            let key = if figure.value == 0 {
                "iati-no"
            } else {
                "iati-yes"
            };
            xml.said("comment", &[], |locale| say(locale, key))?;
        }
        (None, _) => {}
    }
    xml.close(at.element)
}
