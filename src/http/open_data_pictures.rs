//! The map and the chart of the page of the public statistics, inline, with their labels as text of the page.
//!
//! Shapes are those of `drawings`, which documents have, too; tables are in `open_data_page`. What is kept back is in no
//! picture: it looks like what has no hours, and the legend says so.

use crate::drawings::Anchor;
use crate::drawings::Bar;
use crate::drawings::Drawing;
use crate::drawings::bars;
use crate::drawings::map;
use crate::drawings::svg::Shade;
use crate::drawings::svg::tenths;
use crate::http::open_data_page::clocked;
use crate::platform::i18n::Locale;
use crate::platform::markup::escaped;

/// The room of the map, and how wide the chart is, in points.
const MAP: (f64, f64) = (300.0, 280.0);
const CHART: f64 = 300.0;

/// Minutes of one place or programme.
pub struct Line {
    /// Its code.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Its minutes, where they are published.
    pub minutes: Option<i64>,
}

/// The map of the places in a territory; nothing where none is known, and where no figure is published.
pub fn places(territory: &Line, parts: &[Line], locale: Locale) -> String {
    let known: Vec<&Line> = parts.iter().filter(|it| is_shown(it)).collect();
    let figures = known
        .iter()
        .filter_map(|it| Some((it.code.as_str(), it.minutes?)));
    let figures: Vec<(&str, i64)> = figures.collect();
    if figures.is_empty() {
        return String::new();
    }
    let Some(map) = map::of(&territory.code, &figures, clocked, MAP) else {
        return String::new();
    };
    let title = locale.sentence("open-data-map", &[("territory", territory.name.clone())]);
    let said = said("drawing-alternative-map", &title, &known, locale);
    let mut legend = String::new();
    for class in &map.classes {
        let words = match &class.span {
            Some((low, high)) if low == high => format!("<bdi>{low}</bdi>"),
            Some((low, high)) => format!("<bdi>{low} – {high}</bdi>"),
            None => escaped(&locale.sentence::<&str>("open-data-unshaded", &[])),
        };
        legend.push_str(&format!("<li>{} {words}</li>\n", swatch(class.shade)));
    }
    let credit = escaped(&locale.sentence::<&str>("drawing-credit", &[]));
    format!(
        "<figure class=\"drawing\">\n<figcaption>{}</figcaption>\n{}\n<ul class=\"shades\">\n{legend}</ul>\n\
         <p class=\"credit\">{credit}</p>\n</figure>\n",
        escaped(&title),
        inline(&map.drawing, &said, locale)
    )
}

/// The hours of a territory by programme, as bars.
pub fn programmes(territory: &Line, of: &[Line], locale: Locale) -> String {
    let known: Vec<&Line> = of.iter().filter(|it| is_shown(it)).collect();
    if known.is_empty() {
        return String::new();
    }
    let drawn = known.iter().map(|it| Bar {
        name: it.name.clone(),
        group: None,
        value: it.minutes.unwrap_or_default(),
        written: it.minutes.map_or_else(String::new, clocked),
    });
    let drawn: Vec<Bar> = drawn.collect();
    let drawing = bars::lying(&drawn, CHART, locale == Locale::Ar);
    let title = locale.sentence("open-data-chart", &[("territory", territory.name.clone())]);
    let said = said("drawing-alternative-bars", &title, &known, locale);
    format!(
        "<figure class=\"drawing\">\n<figcaption>{}</figcaption>\n{}\n</figure>\n",
        escaped(&title),
        inline(&drawing, &said, locale)
    )
}

fn is_shown(line: &Line) -> bool {
    line.minutes.is_some_and(|it| it > 0)
}

/// What a picture shows, in a sentence.
fn said(sentence: &str, title: &str, lines: &[&Line], locale: Locale) -> String {
    let told = |of: Option<&&Line>| {
        let hours = of.and_then(|it| it.minutes).map(clocked);
        let name = of.map(|it| it.name.clone());
        (name.unwrap_or_default(), hours.unwrap_or_default())
    };
    let (most, most_hours) = told(lines.iter().max_by_key(|it| it.minutes));
    let (least, least_hours) = told(lines.iter().min_by_key(|it| it.minutes));
    let values = [
        ("title", title.to_owned()),
        ("section", locale.sentence::<&str>("open-data-hours", &[])),
        ("count", lines.len().to_string()),
        ("most", most),
        ("most_hours", most_hours),
        ("least", least),
        ("least_hours", least_hours),
    ];
    locale.sentence(sentence, &values)
}

/// The shapes with their labels. No attribute is a style: the page forbids them.
fn inline(drawing: &Drawing, said: &str, locale: Locale) -> String {
    let mut labels = String::new();
    for label in &drawing.labels {
        let is_rtl = locale == Locale::Ar && !label.figure;
        // Where a text ends is told by its own direction.
        let anchor = match (label.anchor, is_rtl) {
            (Anchor::Middle, _) => "middle",
            (Anchor::Left, false) | (Anchor::Right, true) => "start",
            (Anchor::Right, false) | (Anchor::Left, true) => "end",
        };
        labels.push_str(&format!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{anchor}\" direction=\"{}\" fill=\"#1d2b36\"{}>{}</text>",
            tenths(label.x),
            tenths(label.y + label.size * 0.36),
            tenths(label.size),
            if is_rtl { "rtl" } else { "ltr" },
            if label.strong { " font-weight=\"700\"" } else { "" },
            escaped(&label.text)
        ));
    }
    let shapes = drawing.svg.replacen(
        "<svg ",
        &format!("<svg role=\"img\" aria-label=\"{}\" ", escaped(said)),
        1,
    );
    shapes.replace("</svg>", &format!("{labels}</svg>"))
}

/// A shade of the legend; its strokes are those of the map.
fn swatch(shade: Shade) -> String {
    let text = shade.swatch();
    let text = match (text.split_once("<defs>"), text.split_once("</defs>")) {
        (Some((before, _)), Some((_, after))) => format!("{before}{after}"),
        _ => text,
    };
    text.replacen("<svg ", "<svg aria-hidden=\"true\" ", 1)
}
