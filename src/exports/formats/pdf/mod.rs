//! Tables as paged documents: a cover, pictures, then each section as a table, notes and a place to sign.
//!
//! Pages are set in the crate `paper`; how one cell is written is in `printed`, what is drawn in `exports::pictures`.
//! No report is known here by name.

pub mod printed;

use std::io::Write;

use chrono::DateTime;
use chrono::Datelike;
use chrono::Timelike;
use chrono::Utc;
use paper::report::Class;
use paper::report::Column;
use paper::report::Fact;
use paper::report::Figure;
use paper::report::Label;
use paper::report::Meaning;
use paper::report::Moment;
use paper::report::Picture;
use paper::report::Report;
use paper::report::Value;
use paper::report::Words;
use rust_decimal::prelude::ToPrimitive;

use crate::drawings;
use crate::drawings::Anchor;
use crate::drawings::Drawing;
use crate::drawings::map;
use crate::drawings::svg::Shade;
use crate::exports::legend;
use crate::exports::pictures;
use crate::exports::pictures::Chart;
use crate::exports::pictures::Places;
use crate::exports::table::Cell;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::exports::table::total;
use crate::exports::words::word;
use crate::platform::i18n::Locale;

/// The parameter by which figures are recognized; it stands apart.
const HASH: &str = "sha256";
/// Rows of one section that are printed; other formats have all of them.
pub const ROWS_MOST: usize = 2_000;
/// Columns that fit on a page that stands.
const UPRIGHT_MOST: usize = 8;
/// Rows, with three for each heading, that are too few for a page of their own.
const SMALL_MOST: usize = 24;
/// Figures of the cover.
const HEADLINE_MOST: usize = 8;
/// Widths of columns, in letters.
const NARROWEST: usize = 6;
const WIDEST: usize = 28;
/// Most letters of all columns on a page that stands: figures are not broken, and would run into each other.
const UPRIGHT_LETTERS: f64 = 80.0;

/// Pages that are being written, in the language of a table: right to left in Arabic. Two tables that say the same are
/// the same bytes, whenever they are written.
pub struct Open<W> {
    table: Table,
    locale: Locale,
    into: W,
}

impl<W: Write> Open<W> {
    /// Begins with a table.
    #[must_use]
    pub fn begin(table: &Table, locale: Locale, into: W) -> Self {
        Self {
            table: table.clone(),
            locale,
            into,
        }
    }

    /// One more row of the last section.
    pub fn row(&mut self, cells: &[Cell]) {
        if let Some(last) = self.table.sections.last_mut() {
            last.rows.push(cells.to_vec());
        }
    }

    /// Sets the pages.
    ///
    /// # Errors
    /// What the pages said, which only a fault of ours can cause; what the writer said.
    pub fn end(mut self) -> std::io::Result<W> {
        let pages = paper::print(&report(&self.table, self.locale));
        let pages = pages.map_err(std::io::Error::other)?;
        if let Some(fault) = pages.fault {
            // Still tagged; a name has a sign that no font has, or the template a fault.
            tracing::warn!(fault, report = self.table.name, "pages are not PDF/UA");
        }
        self.into.write_all(&pages.bytes)?;
        Ok(self.into)
    }
}

fn report(table: &Table, locale: Locale) -> Report {
    let told = |key: &str| {
        let found = table.parameters.iter().find(|it| it.key == key);
        found.map(|it| printed::value(&it.value, locale).written().to_owned())
    };
    let as_of = table.parameters.iter().find_map(|it| match it.value {
        Cell::Instant(at) if it.key == "asOf" => Some(at),
        _ => None,
    });
    let [title, place, from, to, hash] = ["title", "territory", "from", "to", HASH].map(told);
    // What is of no place is of somebody.
    let place = place.or_else(|| told("volunteer"));
    let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
    let facts = table.parameters.iter();
    let facts = facts.filter(|it| it.value != Cell::Empty && it.key != HASH);
    let facts = facts.map(|it| Fact {
        label: it.label.clone(),
        value: printed::value(&it.value, locale),
    });
    let meanings = legend::of(table, locale).into_iter();
    let mut meanings: Vec<Meaning> = meanings
        .map(|it| Meaning {
            header: it.header,
            sentence: it.sentence,
        })
        .collect();
    meanings.push(Meaning {
        header: word(locale, "report-empty-cells"),
        sentence: word(locale, "report-empty-cells-meaning"),
    });
    let charts = pictures::charts(table, locale).into_iter();
    let maps = pictures::places(table, locale).into_iter();
    Report {
        language: locale.tag(),
        rtl: locale == Locale::Ar,
        title: title.unwrap_or_else(|| table.name.to_owned()),
        author: "Tiwizi".to_owned(),
        keywords: vec![table.name.to_owned()],
        place: place.unwrap_or_default(),
        interval: format!("{from} – {to}"),
        from,
        to,
        as_of: as_of.map_or_else(String::new, printed::instant),
        made: as_of.and_then(moment),
        hash: hash.unwrap_or_default(),
        facts: facts.collect(),
        headline: headline(table, locale),
        charts: charts.map(chart).collect(),
        maps: maps.map(|it| map(it, locale)).collect(),
        sections: turned(
            table
                .sections
                .iter()
                .map(|it| section(it, locale))
                .collect(),
        ),
        meanings,
        words: words(locale),
    }
}

/// The first figures: the one row of the first section, where it has one.
fn headline(table: &Table, locale: Locale) -> Vec<Figure> {
    let Some(section) = table.sections.first() else {
        return Vec::new();
    };
    let [row] = section.rows.as_slice() else {
        return Vec::new();
    };
    let figures = section.columns.iter().zip(row);
    let figures = figures.filter(|(_, cell)| printed::is_figure(cell));
    let figures = figures.map(|(column, cell)| Figure {
        label: column.header.clone(),
        value: printed::value(cell, locale).written().to_owned(),
    });
    figures.take(HEADLINE_MOST).collect()
}

/// Small tables among wide ones lie across with them, rather than having pages to themselves.
fn turned(mut sections: Vec<paper::report::Section>) -> Vec<paper::report::Section> {
    if sections.iter().any(|it| it.wide) {
        for small in sections.chunk_by_mut(|left, right| left.wide == right.wide) {
            let rows: usize = small.iter().map(|it| it.rows.len() + 3).sum();
            if rows <= SMALL_MOST {
                small.iter_mut().for_each(|it| it.wide = true);
            }
        }
    }
    sections
}

fn section(section: &Section, locale: Locale) -> paper::report::Section {
    let rows = section.rows.iter().take(ROWS_MOST);
    let rows = rows.map(|row| row.iter().map(|it| printed::value(it, locale)).collect());
    let rows: Vec<Vec<Value>> = rows.collect();
    let columns = section.columns.iter().enumerate().map(|(place, it)| {
        let cells = || section.rows.iter().filter_map(move |row| row.get(place));
        let header = it.header.split_whitespace().map(letters).max();
        let longest = rows.iter().filter_map(|row| row.get(place));
        let longest = longest.map(|it| letters(it.written())).max();
        let wide = header.max(longest).unwrap_or_default();
        Column {
            header: it.header.clone(),
            figures: cells().any(printed::is_figure),
            weight: wide.clamp(NARROWEST, WIDEST).to_f64().unwrap_or(1.0),
        }
    });
    let columns: Vec<Column> = columns.collect();
    let all = section.rows.len();
    let remark = (all > ROWS_MOST).then(|| {
        let values = [
            ("shown", pictures::count(ROWS_MOST)),
            ("all", pictures::count(all)),
        ];
        locale.sentence("paper-rows-left", &values)
    });
    paper::report::Section {
        title: section.title.clone(),
        wide: columns.len() > UPRIGHT_MOST || letters_of(&columns) > UPRIGHT_LETTERS,
        columns,
        rows,
        totals: totals(section, locale),
        remark,
    }
}

/// What columns add up to, those rows with them that are not printed; nothing for a single row.
fn totals(section: &Section, locale: Locale) -> Vec<Value> {
    if section.rows.len() < 2 || !section.columns.iter().any(|it| it.sum) {
        return Vec::new();
    }
    let columns = section.columns.iter().enumerate().map(|(place, it)| {
        let cells = section.rows.iter().filter_map(|row| row.get(place));
        match total(cells).filter(|_| it.sum) {
            Some(sum) => printed::value(&sum, locale),
            None if place == 0 => Value::Text(word(locale, "report-totals")),
            None => Value::figure(""),
        }
    });
    columns.collect()
}

fn chart(of: Chart) -> Picture {
    Picture {
        title: of.title,
        alternative: of.alternative,
        remark: of.remark,
        ..drawn(of.drawing)
    }
}

fn map(of: Places, locale: Locale) -> Picture {
    let classes = of.map.classes.into_iter().map(|it| Class {
        svg: it.shade.swatch(),
        words: match (it.span, it.shade) {
            (Some((low, high)), _) if low == high => Value::figure(low),
            (Some((low, high)), _) => Value::figure(format!("{low} – {high}")),
            (None, Shade::Marked) => Value::Text(of.title.clone()),
            (None, _) => Value::Text(word(locale, "drawing-no-hours")),
        },
    });
    let rows = of.rows.iter().map(|row| {
        let [code, name, hours] = row;
        let code = code.written().unwrap_or_default();
        vec![
            Value::figure(map::short(&code)),
            printed::value(name, locale),
            printed::value(hours, locale),
        ]
    });
    Picture {
        classes: classes.collect(),
        credit: word(locale, "drawing-credit"),
        head: of.head,
        rows: rows.collect(),
        title: of.title.clone(),
        alternative: of.alternative,
        remark: of.remark,
        ..drawn(of.map.drawing)
    }
}

fn drawn(of: Drawing) -> Picture {
    Picture {
        svg: of.svg,
        width: of.width,
        height: of.height,
        labels: of.labels.into_iter().map(label).collect(),
        ..Picture::default()
    }
}

fn label(of: drawings::Label) -> Label {
    Label {
        x: of.x,
        y: of.y,
        anchor: match of.anchor {
            Anchor::Left => "start",
            Anchor::Middle => "middle",
            Anchor::Right => "end",
        },
        size: of.size,
        figure: of.figure,
        text: printed::line(&of.text),
        strong: of.strong,
    }
}

/// How many letters the columns of a table want beside each other.
fn letters_of(columns: &[Column]) -> f64 {
    columns.iter().map(|it| it.weight).sum()
}

fn letters(text: &str) -> usize {
    text.chars().count()
}

/// An instant, to the second.
#[must_use]
pub fn moment(at: DateTime<Utc>) -> Option<Moment> {
    let small = |it: u32| u8::try_from(it).ok();
    Some(Moment {
        year: at.year(),
        month: small(at.month())?,
        day: small(at.day())?,
        hour: small(at.hour())?,
        minute: small(at.minute())?,
        second: small(at.second())?,
    })
}

fn words(locale: Locale) -> Words {
    let say = |key: &str| word(locale, key);
    Words {
        as_of: say("report-as-of"),
        from: say("report-from"),
        to: say("report-to"),
        headline: say("paper-headline"),
        asked: say("paper-asked"),
        name: say("paper-name"),
        value: say("paper-value"),
        hash: say("report-sha256"),
        pictures: say("paper-pictures"),
        nothing: say("paper-nothing"),
        notes: say("paper-notes"),
        column: say("paper-column"),
        meaning: say("paper-meaning"),
        signature: say("paper-signature"),
        signatory: say("paper-signatory"),
        date: say("paper-date"),
        signature_of: say("paper-signature-of"),
    }
}
