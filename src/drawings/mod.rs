//! Charts and maps: shapes as SVG, their labels apart, and what they show in a sentence.
//!
//! Drawn once for every page and document. Shapes hold no text: who shows them sets the labels, shaped and in the
//! direction of their script. Every shade has its own lightness, so that all can be read without colours. Which figures
//! are drawn is decided by whoever asks.

pub mod bars;
pub mod map;
pub mod outlines;
pub mod svg;

use rust_decimal::prelude::ToPrimitive;

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// Its width, in points.
    pub width: f64,
    /// Its height, in points.
    pub height: f64,
    /// The shapes as a document of SVG.
    pub svg: String,
    /// The labels.
    pub labels: Vec<Label>,
}

/// A label of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// From the left, in points.
    pub x: f64,
    /// Its middle from the top, in points.
    pub y: f64,
    /// Which part of it stands at `x`.
    pub anchor: Anchor,
    /// Height of its letters, in points.
    pub size: f64,
    /// What it says.
    pub text: String,
    /// Whether it is a figure or a code, from left to right in every language.
    pub figure: bool,
    /// Whether it is bold.
    pub strong: bool,
}

/// Which part of a label stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Left,
    /// Its middle.
    Middle,
    /// Its right end.
    Right,
}

/// A figure that is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it is of.
    pub name: String,
    /// What several that stand beside each other have in common, as a year.
    pub group: Option<String>,
    /// The figure, in hundredths.
    pub value: i64,
    /// As it is written.
    pub written: String,
}

/// A whole number as a length.
fn length(number: i64) -> f64 {
    number.to_f64().unwrap_or_default()
}

/// How many there are, as a length.
fn count(number: usize) -> f64 {
    number.to_f64().unwrap_or_default()
}

/// About how wide a text is: figures are narrower than this, capitals wider.
fn width(text: &str, size: f64) -> f64 {
    count(text.chars().count()) * size * 0.56
}
