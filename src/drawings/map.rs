//! A territory and its parts, shaded by figures: of the country its regions, of a region its prefectures and
//! provinces; of a smaller place where in its region it lies.
//!
//! Outlines are in `outlines`. Shades hold as many places as can be, and say the lowest and the highest figure that
//! stand behind them.

use crate::drawings::Anchor;
use crate::drawings::Drawing;
use crate::drawings::Label;
use crate::drawings::count;
use crate::drawings::outlines;
use crate::drawings::outlines::Outline;
use crate::drawings::svg::INK;
use crate::drawings::svg::Shade;
use crate::drawings::svg::Shapes;
use crate::drawings::svg::whole;
use crate::drawings::width;

/// The country.
const COUNTRY: &str = "MA";
const LETTERS: f64 = 6.5;

/// A map and what its shades mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// The picture.
    pub drawing: Drawing,
    /// The shades that are on it, the lowest first.
    pub classes: Vec<Class>,
}

/// What a shade means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// How it looks.
    pub shade: Shade,
    /// The lowest and the highest figure with it, as they are written; none where there is no figure.
    pub span: Option<(String, String)>,
}

/// The map of a territory, as large as fits, shaded by figures of places in it by their codes. What lies within one
/// part is added up there; figures are written as `written` says. `None` where no outline is known, and where there is
/// nothing to show.
#[must_use]
pub fn of(
    territory: &str,
    figures: &[(&str, i64)],
    written: impl Fn(i64) -> String,
    within: (f64, f64),
) -> Option<Map> {
    let (parts, marked) = layer(territory, figures)?;
    let frame = Frame::around(&parts, within)?;
    // Of what lies around a place nobody asked: it is no place without hours.
    let shades = Shades::of(&parts, if marked.is_some() { &[] } else { figures });
    let mut shapes = Shapes::new(frame.width, frame.height);
    let mut placed: Vec<Placed> = Vec::new();
    let mut order = parts;
    // What lies in the middle of something larger stays seen, and large places choose where their codes stand.
    order.sort_by(|left, right| frame.area(right).total_cmp(&frame.area(left)));
    for outline in &order {
        let is_marked = marked == Some(outline.code.as_str());
        let shade = if is_marked {
            Shade::Marked
        } else {
            shades.of_code(&outline.code)
        };
        shapes.area(
            &frame.path(outline),
            shade,
            if is_marked { 20.0 } else { 6.0 },
        );
        placed.push(Placed {
            at: frame.inside(outline),
            text: short(&outline.code).to_owned(),
            shade,
        });
    }
    let labels = labels(&mut shapes, &placed, &frame);
    Some(Map {
        drawing: Drawing {
            width: frame.width,
            height: frame.height,
            svg: shapes.document(),
            labels,
        },
        classes: shades.classes(marked.is_some(), written),
    })
}

/// The part of a code that tells a place from those beside it.
#[must_use]
pub fn short(code: &str) -> &str {
    code.rsplit('.').next().unwrap_or(code)
}

/// Outlines, and the code of the one where the territory lies.
type Layer = (Vec<&'static Outline>, Option<&'static str>);

/// Which outlines are drawn, and which of them is where the territory lies.
fn layer(territory: &str, figures: &[(&str, i64)]) -> Option<Layer> {
    let regions = outlines::regions();
    if territory == COUNTRY {
        return (!figures.is_empty()).then(|| (regions.iter().collect(), None));
    }
    let region = regions.iter().find(|it| is_within(territory, &it.code))?;
    if territory == region.code && figures.is_empty() {
        return Some((regions.iter().collect(), Some(&region.code)));
    }
    let parts = outlines::provinces().iter();
    let parts = parts.filter(|it| it.region_code.as_ref() == Some(&region.code));
    let parts: Vec<&Outline> = parts.collect();
    if territory == region.code {
        return Some((parts, None));
    }
    let own = parts.iter().find(|it| is_within(territory, &it.code))?;
    let own = own.code.as_str();
    Some((parts, Some(own)))
}

/// Whether a place is another, or lies in it: codes of what lies in a place begin with its own.
fn is_within(code: &str, of: &str) -> bool {
    let rest = code.strip_prefix(of);
    rest.is_some_and(|it| it.is_empty() || it.starts_with('.'))
}

/// Figures by place, in four classes.
struct Shades {
    /// Figures above nothing, the lowest first, each with its shade.
    of: Vec<(&'static str, i64, Shade)>,
    has_none: bool,
}

impl Shades {
    fn of(parts: &[&'static Outline], figures: &[(&str, i64)]) -> Self {
        let mut drawn: Vec<(&str, i64)> = Vec::new();
        for part in parts {
            let of = figures.iter().filter(|it| is_within(it.0, &part.code));
            let sum: i64 = of.map(|it| it.1).sum();
            if sum > 0 {
                drawn.push((part.code.as_str(), sum));
            }
        }
        drawn.sort_by_key(|it| it.1);
        let has_none = drawn.len() < parts.len();
        let steps = Shade::STEPS;
        // Few figures are told apart by the darkest shades first.
        let classes = drawn.len().min(steps.len());
        let mut of: Vec<(&str, i64, Shade)> = Vec::new();
        for (rank, (code, value)) in drawn.iter().enumerate() {
            let step = rank * classes / drawn.len() + steps.len() - classes;
            let shade = steps.get(step).copied().unwrap_or(Shade::Fourth);
            // Equal figures look alike.
            let shade = match of.last() {
                Some((_, before, same)) if before == value => *same,
                _ => shade,
            };
            of.push((code, *value, shade));
        }
        Self { of, has_none }
    }

    fn of_code(&self, code: &str) -> Shade {
        let found = self.of.iter().find(|it| it.0 == code);
        found.map_or(Shade::None, |it| it.2)
    }

    fn classes(&self, is_marked: bool, written: impl Fn(i64) -> String) -> Vec<Class> {
        let class = |shade, span| Class { shade, span };
        let mut classes = Vec::new();
        if is_marked {
            classes.push(class(Shade::Marked, None));
        }
        if self.of.is_empty() {
            return classes;
        }
        if self.has_none {
            classes.push(class(Shade::None, None));
        }
        for shade in Shade::STEPS {
            let mut with = self.of.iter().filter(|it| it.2 == shade);
            if let Some((_, lowest, _)) = with.next() {
                let highest = with.next_back().map_or(lowest, |it| &it.1);
                let span = (written(*lowest), written(*highest));
                classes.push(class(shade, Some(span)));
            }
        }
        classes
    }
}

/// How places come onto the picture: narrower towards the north by the middle latitude, north above.
struct Frame {
    west: f64,
    north: f64,
    narrow: f64,
    scale: f64,
    width: f64,
    height: f64,
}

impl Frame {
    const EDGE: f64 = 3.0;

    fn around(parts: &[&Outline], (wide, high): (f64, f64)) -> Option<Self> {
        let corners = || parts.iter().flat_map(|it| it.rings.iter().flatten());
        let (first_x, first_y) = corners().next().copied()?;
        let (mut west, mut east, mut south, mut north) = (first_x, first_x, first_y, first_y);
        for (x, y) in corners() {
            (west, east) = (west.min(*x), east.max(*x));
            (south, north) = (south.min(*y), north.max(*y));
        }
        let narrow = f64::midpoint(south, north).to_radians().cos();
        let (across, up) = ((east - west) * narrow, north - south);
        if across <= 0.0 || up <= 0.0 {
            return None;
        }
        let room = |it: f64| it - 2.0 * Self::EDGE;
        let scale = (room(wide) / across).min(room(high) / up);
        Some(Self {
            west,
            north,
            narrow,
            scale,
            width: (across * scale + 2.0 * Self::EDGE).ceil(),
            height: (up * scale + 2.0 * Self::EDGE).ceil(),
        })
    }

    /// In tenths of points.
    fn put(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let across = (x - self.west) * self.narrow * self.scale + Self::EDGE;
        let down = (self.north - y) * self.scale + Self::EDGE;
        ((across * 10.0).round(), (down * 10.0).round())
    }

    /// Corners that are too near to the one before are left out.
    fn path(&self, outline: &Outline) -> String {
        let mut path = String::new();
        for ring in &outline.rings {
            let mut last = None;
            for corner in ring {
                let (x, y) = self.put(*corner);
                match last {
                    None => path.push_str(&format!("M{} {}", whole(x), whole(y))),
                    Some((before_x, before_y)) => {
                        let (across, down): (f64, f64) = (x - before_x, y - before_y);
                        if across.abs() + down.abs() < 6.0 {
                            continue;
                        }
                        path.push_str(&format!("l{} {}", whole(across), whole(down)));
                    }
                }
                last = Some((x, y));
            }
            path.push('Z');
        }
        path
    }

    /// The largest ring, in tenths of points.
    fn largest(&self, outline: &Outline) -> Vec<(f64, f64)> {
        let rings = outline.rings.iter();
        let rings = rings.map(|ring| ring.iter().map(|it| self.put(*it)).collect::<Vec<_>>());
        rings
            .max_by(|left, right| area(left).total_cmp(&area(right)))
            .unwrap_or_default()
    }

    fn area(&self, outline: &Outline) -> f64 {
        area(&self.largest(outline))
    }

    /// The place inside that is farthest from the outline, in points.
    fn inside(&self, outline: &Outline) -> (f64, f64) {
        const STEPS: usize = 24;
        let ring = self.largest(outline);
        let x = || ring.iter().map(|it| it.0);
        let y = || ring.iter().map(|it| it.1);
        let (west, east) = (x().fold(f64::MAX, f64::min), x().fold(f64::MIN, f64::max));
        let (north, south) = (y().fold(f64::MAX, f64::min), y().fold(f64::MIN, f64::max));
        let mut best = (
            -1.0,
            (f64::midpoint(west, east), f64::midpoint(north, south)),
        );
        for row in 1..STEPS {
            for column in 1..STEPS {
                let part = |of: usize| count(of) / count(STEPS);
                let at = (
                    west + (east - west) * part(column),
                    north + (south - north) * part(row),
                );
                if is_inside(&ring, at) {
                    let far = distance(&ring, at);
                    if far > best.0 {
                        best = (far, at);
                    }
                }
            }
        }
        (best.1.0 / 10.0, best.1.1 / 10.0)
    }
}

type Sides<'a> = std::iter::Zip<
    std::slice::Iter<'a, (f64, f64)>,
    std::iter::Skip<std::iter::Cycle<std::slice::Iter<'a, (f64, f64)>>>,
>;

fn sides(ring: &[(f64, f64)]) -> Sides<'_> {
    ring.iter().zip(ring.iter().cycle().skip(1))
}

fn area(ring: &[(f64, f64)]) -> f64 {
    let twice: f64 = sides(ring).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum();
    (twice / 2.0).abs()
}

fn is_inside(ring: &[(f64, f64)], (x, y): (f64, f64)) -> bool {
    let crossed = sides(ring)
        .filter(|(a, b)| (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0);
    crossed.count() % 2 == 1
}

fn distance(ring: &[(f64, f64)], (x, y): (f64, f64)) -> f64 {
    let far = sides(ring).map(|(a, b)| {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let long = dx * dx + dy * dy;
        let part = if long > 0.0 {
            (((x - a.0) * dx + (y - a.1) * dy) / long).clamp(0.0, 1.0)
        } else {
            0.0
        };
        (x - a.0 - part * dx).hypot(y - a.1 - part * dy)
    });
    far.fold(f64::MAX, f64::min)
}

/// A code and where it should stand.
struct Placed {
    at: (f64, f64),
    text: String,
    shade: Shade,
}

/// Codes that do not cover each other: where there is no room, beside their place with a line to it.
fn labels(shapes: &mut Shapes, placed: &[Placed], frame: &Frame) -> Vec<Label> {
    let mut taken: Vec<[f64; 4]> = Vec::new();
    let mut labels = Vec::new();
    for it in placed {
        let half = (width(&it.text, LETTERS) / 2.0, LETTERS / 2.0);
        let around = |(x, y): (f64, f64)| [x - half.0, x + half.0, y - half.1, y + half.1];
        let is_free = |at: (f64, f64)| {
            let [west, east, north, south] = around(at);
            let is_on_it =
                west >= 0.0 && east <= frame.width && north >= 0.0 && south <= frame.height;
            let meets = |other: &[f64; 4]| {
                west < other[1] && east > other[0] && north < other[3] && south > other[2]
            };
            is_on_it && !taken.iter().any(meets)
        };
        let beside = [12.0, 20.0, 30.0].into_iter().flat_map(|far| {
            let directions = [(1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0)];
            let slanted = [(0.7, -0.7), (-0.7, -0.7), (0.7, 0.7), (-0.7, 0.7)];
            let all = directions.into_iter().chain(slanted);
            all.map(move |(dx, dy)| (it.at.0 + dx * far, it.at.1 + dy * far))
        });
        let place = std::iter::once(it.at).chain(beside).find(|at| is_free(*at));
        // The table beside the map has every code.
        let Some((x, y)) = place else { continue };
        let is_moved = (x, y) != it.at;
        if is_moved {
            shapes.line(it.at, (x, y), INK);
        }
        if is_moved || !it.shade.is_plain() {
            shapes.plate((x, y), (half.0 * 2.0, LETTERS * 0.8));
        }
        taken.push(around((x, y)));
        labels.push(Label {
            x,
            y,
            anchor: Anchor::Middle,
            size: LETTERS,
            text: it.text.clone(),
            figure: true,
            strong: true,
        });
    }
    labels
}

#[cfg(test)]
mod tests;
