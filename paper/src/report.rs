//! What a printed report holds, in the order in which it is read.
//!
//! How it looks is in `report.typ`, which reads these members by their names; which figures there are is decided by
//! whoever fills them.

use serde::Serialize;
use typst::foundations::Datetime;

/// A report, ready to be set.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Its language, as BCP 47 tags it.
    pub language: &'static str,
    /// Whether it runs from right to left.
    pub rtl: bool,
    /// What it is called.
    pub title: String,
    /// Whose product it is.
    pub author: String,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// What it is of: the name of a place.
    pub place: String,
    /// Its first day.
    pub from: String,
    /// Its last day.
    pub to: String,
    /// Both, on the edge of each page.
    pub interval: String,
    /// As of which instant its figures are.
    pub as_of: String,
    /// When it counts as made.
    #[serde(skip)]
    pub made: Option<Moment>,
    /// What the figures can be recognized by.
    pub hash: String,
    /// What was asked, line by line.
    pub facts: Vec<Fact>,
    /// The first figures.
    pub headline: Vec<Figure>,
    /// Charts, two in a row.
    pub charts: Vec<Picture>,
    /// Maps, each with its table beside it.
    pub maps: Vec<Picture>,
    /// The tables.
    pub sections: Vec<Section>,
    /// What columns mean.
    pub meanings: Vec<Meaning>,
    /// Words of the template.
    pub words: Words,
}

/// An instant of UTC, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The year.
    pub year: i32,
    /// The month, from one.
    pub month: u8,
    /// The day, from one.
    pub day: u8,
    /// The hour.
    pub hour: u8,
    /// The minute.
    pub minute: u8,
    /// The second.
    pub second: u8,
}

impl Moment {
    pub(crate) fn date_time(self) -> Option<Datetime> {
        Datetime::from_ymd_hms(
            self.year,
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
        )
    }
}

/// A value on paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Words, in the direction of their script.
    Text(String),
    /// A figure, a day or a code: from left to right in every language.
    Figure {
        /// As it is written.
        figure: String,
    },
}

impl Value {
    /// A figure, a day or a code.
    #[must_use]
    pub fn figure(of: impl Into<String>) -> Self {
        Self::Figure { figure: of.into() }
    }

    /// As it is written.
    #[must_use]
    pub fn written(&self) -> &str {
        match self {
            Self::Text(it) | Self::Figure { figure: it } => it,
        }
    }
}

/// A name and its value.
#[derive(Clone, Debug, Serialize)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: Value,
}

/// One of the first figures.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What was counted.
    pub label: String,
    /// The figure.
    pub value: String,
}

/// A picture: shapes, and labels that are set above them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Picture {
    /// Its heading.
    pub title: String,
    /// The shapes, without any text.
    pub svg: String,
    /// What it shows, for whoever does not see it.
    pub alternative: String,
    /// Its width, in points.
    pub width: f64,
    /// Its height, in points.
    pub height: f64,
    /// Its labels.
    pub labels: Vec<Label>,
    /// What is to be known beside it.
    pub remark: Option<String>,
    /// The shades of a map.
    pub classes: Vec<Class>,
    /// Whose outlines a map has.
    pub credit: String,
    /// Headers of the table beside it: three.
    pub head: Vec<String>,
    /// Rows of the table beside it, each of three values.
    pub rows: Vec<Vec<Value>>,
}

/// One label of a picture.
#[derive(Clone, Debug, Serialize)]
pub struct Label {
    /// From the left, in points.
    pub x: f64,
    /// Its middle from the top, in points.
    pub y: f64,
    /// Which part of it stands at `x`: `start` (its left end), `middle` or `end`.
    pub anchor: &'static str,
    /// Height of its letters, in points.
    pub size: f64,
    /// What it says.
    pub text: String,
    /// Whether it is a figure, from left to right.
    pub figure: bool,
    /// Whether it is bold.
    pub strong: bool,
}

/// One shade of a map.
#[derive(Clone, Debug, Serialize)]
pub struct Class {
    /// How it looks.
    pub svg: String,
    /// Which figures have it.
    pub words: Value,
}

/// A table.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// Whether it needs pages that lie across.
    pub wide: bool,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each as long as the columns.
    pub rows: Vec<Vec<Value>>,
    /// What the columns add up to; none where they may not be added up.
    pub totals: Vec<Value>,
    /// What is to be known below it.
    pub remark: Option<String>,
}

/// A column of a table.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// Whether it holds figures, which stand below each other.
    pub figures: bool,
    /// How wide it is, against the others.
    pub weight: f64,
}

/// What a column means.
#[derive(Clone, Debug, Serialize)]
pub struct Meaning {
    /// Its header.
    pub header: String,
    /// What it means.
    pub sentence: String,
}

/// Words of the template, in the language of the report.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Words {
    /// Before the instant.
    pub as_of: String,
    /// Before the first day.
    pub from: String,
    /// Before the last day.
    pub to: String,
    /// Above the first figures.
    pub headline: String,
    /// Above what was asked.
    pub asked: String,
    /// Above the names of what was asked.
    pub name: String,
    /// Above their values.
    pub value: String,
    /// Above the hash.
    pub hash: String,
    /// Above charts and maps.
    pub pictures: String,
    /// In the place of a table without rows.
    pub nothing: String,
    /// Above what columns mean.
    pub notes: String,
    /// Above the headers there.
    pub column: String,
    /// Above the sentences there.
    pub meaning: String,
    /// Above the place to sign.
    pub signature: String,
    /// Below the line of whoever signs.
    pub signatory: String,
    /// Below the line of the day.
    pub date: String,
    /// Below the line of the signature.
    pub signature_of: String,
}
