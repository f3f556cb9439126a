//! Shapes as SVG: rectangles, lines, areas, and the shades that fill them.
//!
//! Attributes only and no styles, so that a strict content security policy takes them. Where shapes stand is decided
//! beside.

use std::fmt::Write;

/// Lines of shapes.
pub const INK: &str = "#1d2b36";
/// Lines that only help the eye.
pub const FAINT: &str = "#b9c4cc";
/// What a bar is filled with.
pub const BAR: &str = "#5f86a3";

/// How dark an area is; a later one is darker, also without colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shade {
    /// Nothing to show.
    None,
    /// The lowest figures.
    First,
    /// Above them: with thin strokes.
    Second,
    /// Above these: with dense strokes the other way.
    Third,
    /// The highest.
    Fourth,
    /// No figure: where something lies.
    Marked,
}

impl Shade {
    /// Those that stand for figures, the lowest first.
    pub const STEPS: [Self; 4] = [Self::First, Self::Second, Self::Third, Self::Fourth];

    /// Its colour.
    #[must_use]
    pub fn fill(self) -> &'static str {
        match self {
            Self::None => "#ffffff",
            Self::First => "#e3ebf0",
            Self::Second => "#b9cddb",
            Self::Third => "#86a7be",
            Self::Fourth | Self::Marked => "#27506d",
        }
    }

    /// The pattern above its colour.
    fn strokes(self) -> Option<&'static str> {
        match self {
            Self::Second => Some("rise"),
            Self::Third => Some("fall"),
            Self::None | Self::First | Self::Fourth | Self::Marked => None,
        }
    }

    /// Whether letters can be read on it as they are.
    #[must_use]
    pub fn is_plain(self) -> bool {
        matches!(self, Self::None | Self::First)
    }

    /// How it looks, for a legend: 18 by 9 points.
    #[must_use]
    pub fn swatch(self) -> String {
        let mut shapes = Shapes::new(18.0, 9.0);
        shapes.area("M5 5H175V85H5Z", self, 10.0);
        shapes.document()
    }
}

/// Shapes of one picture, in tenths of points.
#[derive(Debug)]
pub struct Shapes {
    width: f64,
    height: f64,
    text: String,
}

impl Shapes {
    /// An empty picture, measured in points.
    #[must_use]
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            text: String::new(),
        }
    }

    /// A filled rectangle, in points.
    pub fn rectangle(&mut self, (x, y): (f64, f64), (width, height): (f64, f64)) {
        self.put(format_args!(
            "<path d=\"M{} {}h{}v{}h{}Z\" fill=\"{BAR}\" stroke=\"{INK}\" stroke-width=\"5\"/>",
            tenths(x),
            tenths(y),
            tenths(width),
            tenths(height),
            tenths(-width)
        ));
    }

    /// A straight line, in points.
    pub fn line(&mut self, (x, y): (f64, f64), (to_x, to_y): (f64, f64), colour: &str) {
        self.put(format_args!(
            "<path d=\"M{} {}L{} {}\" stroke=\"{colour}\" stroke-width=\"5\" fill=\"none\"/>",
            tenths(x),
            tenths(y),
            tenths(to_x),
            tenths(to_y)
        ));
    }

    /// A light plate around a place, in points, so that what stands on it can be read.
    pub fn plate(&mut self, (x, y): (f64, f64), (width, height): (f64, f64)) {
        self.put(format_args!(
            "<path d=\"M{} {}h{}v{}h{}Z\" fill=\"#ffffff\" stroke=\"#ffffff\" stroke-width=\"12\" stroke-linejoin=\"round\"/>",
            tenths(x - width / 2.0),
            tenths(y - height / 2.0),
            tenths(width),
            tenths(height),
            tenths(-width)
        ));
    }

    /// An area by its path, in tenths of points, with an outline as thick as said.
    pub fn area(&mut self, path: &str, shade: Shade, thick: f64) {
        let fill = shade.fill();
        let stroke =
            format!("stroke=\"{INK}\" stroke-width=\"{thick:.0}\" stroke-linejoin=\"round\"");
        self.put(format_args!(
            "<path d=\"{path}\" fill=\"{fill}\" {stroke}/>"
        ));
        if let Some(strokes) = shade.strokes() {
            self.put(format_args!(
                "<path d=\"{path}\" fill=\"url(#{strokes})\"/>"
            ));
        }
    }

    /// The picture as a document.
    #[must_use]
    pub fn document(&self) -> String {
        let (width, height) = (self.width, self.height);
        let mut patterns = String::new();
        for (name, path, size) in [
            ("rise", "M-10 10L10 -10M0 60L60 0M50 70L70 50", 60),
            ("fall", "M-10 30L10 50M0 0L40 40M30 -10L50 10", 40),
        ] {
            if self.text.contains(&format!("#{name})")) {
                patterns.push_str(&format!(
                    "<pattern id=\"{name}\" width=\"{size}\" height=\"{size}\" patternUnits=\"userSpaceOnUse\">\
                     <path d=\"{path}\" stroke=\"{INK}\" stroke-width=\"4\"/></pattern>"
                ));
            }
        }
        let patterns = if patterns.is_empty() {
            patterns
        } else {
            format!("<defs>{patterns}</defs>")
        };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {:.0} {:.0}\">{patterns}{}</svg>",
            width * 10.0,
            height * 10.0,
            self.text
        )
    }

    fn put(&mut self, shape: std::fmt::Arguments<'_>) {
        // A text takes whatever is written to it.
        let _ = self.text.write_fmt(shape);
    }
}

/// A length in tenths of points, without a sign before nothing.
#[must_use]
pub fn tenths(points: f64) -> String {
    whole(points * 10.0)
}

/// A length to the next whole one, without a sign before nothing.
#[must_use]
pub fn whole(length: f64) -> String {
    let text = format!("{length:.0}");
    if text == "-0" { "0".to_owned() } else { text }
}
