//! Figures as bars: upright for what follows in time, lying for what has names.
//!
//! Bars begin at nothing, and every picture has one scale. From right to left, time and bars run so, too.

use crate::drawings::Anchor;
use crate::drawings::Bar;
use crate::drawings::Drawing;
use crate::drawings::Label;
use crate::drawings::count;
use crate::drawings::length;
use crate::drawings::svg::FAINT;
use crate::drawings::svg::INK;
use crate::drawings::svg::Shapes;
use crate::drawings::width;
use crate::platform::figures;

/// Bars of one picture; the table says the rest.
pub const MOST: usize = 18;

/// Letters of a name that fit above its bar.
const NAME_MOST: usize = 62;
const SMALL: f64 = 6.5;

/// Room for what stands beside the scale, below the bars and above them.
const BESIDE: f64 = 36.0;
const BELOW: f64 = 22.0;
const ABOVE: f64 = 12.0;

/// Bars that stand beside each other, as months.
#[must_use]
pub fn upright(bars: &[Bar], (wide, high): (f64, f64), is_rtl: bool) -> Drawing {
    let mut shapes = Shapes::new(wide, high);
    let mut labels = Vec::new();
    let most = bars.iter().map(|it| it.value).max().unwrap_or_default();
    let (step, top) = scale(most);
    let (from, to) = if is_rtl {
        (0.0, wide - BESIDE)
    } else {
        (BESIDE, wide)
    };
    let ground = high - BELOW;
    let rise = ground - ABOVE;
    let at = |value: i64| ground - rise * length(value) / length(top.max(1));
    let mut tick = 0;
    while tick <= top {
        let y = at(tick);
        shapes.line((from, y), (to, y), if tick == 0 { INK } else { FAINT });
        let (x, anchor) = if is_rtl {
            (to + 3.0, Anchor::Left)
        } else {
            (from - 3.0, Anchor::Right)
        };
        labels.push(figure((x, y), anchor, figures::grouped(tick / 100)));
        tick += step;
    }
    let slot = (to - from) / count(bars.len().max(1));
    // Every bar has its figure, or none has.
    let has_room = bars.iter().all(|it| width(&it.written, SMALL - 1.0) < slot);
    // Names that would not fit are told of some bars only.
    let every = names_every(slot);
    for (index, bar) in bars.iter().enumerate() {
        let middle = count(index) * slot + slot / 2.0;
        let middle = if is_rtl { to - middle } else { from + middle };
        let y = at(bar.value);
        if bar.value > 0 {
            let thick = slot * 0.7;
            shapes.rectangle((middle - thick / 2.0, y), (thick, ground - y));
        }
        if has_room {
            let mut label = figure((middle, y - 4.0), Anchor::Middle, bar.written.clone());
            label.size = SMALL - 1.0;
            labels.push(label);
        }
        if index % every == 0 {
            labels.push(figure(
                (middle, ground + 6.0),
                Anchor::Middle,
                bar.name.clone(),
            ));
        }
        let before = index.checked_sub(1).and_then(|it| bars.get(it));
        let is_new = before.is_none_or(|it| it.group != bar.group);
        if let Some(group) = bar.group.as_ref().filter(|_| is_new) {
            let mut label = figure((middle, ground + 15.0), Anchor::Middle, group.clone());
            label.strong = true;
            labels.push(label);
        }
    }
    Drawing {
        width: wide,
        height: high,
        svg: shapes.document(),
        labels,
    }
}

/// Bars that lie below each other, each below its name; as high as they need.
#[must_use]
pub fn lying(bars: &[Bar], wide: f64, is_rtl: bool) -> Drawing {
    const ROW: f64 = 22.0;
    /// Room for the figure at the end of the longest bar.
    const END: f64 = 54.0;
    let bars = bars.get(..MOST).unwrap_or(bars);
    let high = ROW * count(bars.len()) + 2.0;
    let mut shapes = Shapes::new(wide, high);
    let mut labels = Vec::new();
    let most = bars
        .iter()
        .map(|it| it.value)
        .max()
        .unwrap_or_default()
        .max(1);
    let side = |x: f64| if is_rtl { wide - x } else { x };
    let anchor = if is_rtl { Anchor::Right } else { Anchor::Left };
    for (index, bar) in bars.iter().enumerate() {
        let y = ROW * count(index);
        labels.push(Label {
            figure: false,
            ..figure((side(1.0), y + 4.5), anchor, short(&bar.name))
        });
        let long = (wide - END) * length(bar.value.max(0)) / length(most);
        if bar.value > 0 {
            let left = if is_rtl { wide - long } else { 0.0 };
            shapes.rectangle((left, y + 11.5), (long, 7.0));
        }
        let place = (side(long + 3.0), y + 15.0);
        labels.push(figure(place, anchor, bar.written.clone()));
    }
    shapes.line((side(0.25), 6.0), (side(0.25), high), INK);
    Drawing {
        width: wide,
        height: high,
        svg: shapes.document(),
        labels,
    }
}

fn figure((x, y): (f64, f64), anchor: Anchor, text: String) -> Label {
    Label {
        x,
        y,
        anchor,
        size: SMALL,
        text,
        figure: true,
        strong: false,
    }
}

/// A name as long as there is room.
fn short(name: &str) -> String {
    if name.chars().count() <= NAME_MOST {
        return name.to_owned();
    }
    let mut text: String = name.chars().take(NAME_MOST - 1).collect();
    text.push('…');
    text
}

/// Of how many bars one is named.
fn names_every(slot: f64) -> usize {
    [1, 2, 3, 6]
        .into_iter()
        .find(|every| count(*every) * slot >= 9.0)
        .unwrap_or(12)
}

/// The step of a scale in hundredths, a round number of whole hours, and where it ends: at or above the most.
fn scale(most: i64) -> (i64, i64) {
    let mut unit: i64 = 100;
    loop {
        for step in [unit, unit.saturating_mul(2), unit.saturating_mul(5)] {
            if step.saturating_mul(4) >= most {
                let steps = (most + step - 1).div_euclid(step).max(1);
                return (step, step.saturating_mul(steps));
            }
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::lying;
    use super::scale;
    use super::upright;
    use crate::drawings::Bar;

    fn bar(name: &str, value: i64) -> Bar {
        Bar {
            name: name.to_owned(),
            group: Some("2026".to_owned()),
            value,
            written: value.to_string(),
        }
    }

    #[test]
    fn a_scale_has_round_steps_and_reaches_the_most() {
        assert_eq!(scale(0), (100, 100));
        assert_eq!(scale(400), (100, 400));
        assert_eq!(scale(900), (500, 1_000));
        assert_eq!(scale(123_456), (50_000, 150_000));
        assert_eq!(scale(i64::MAX / 100).0 % 100, 0);
    }

    #[test]
    fn time_and_bars_run_from_right_to_left_in_arabic() {
        let bars = [bar("01", 100), bar("02", 400)];
        let x = |is_rtl: bool| -> Vec<f64> {
            let drawn = upright(&bars, (200.0, 100.0), is_rtl);
            let named = |name: &str| drawn.labels.iter().find(|it| it.text == name).unwrap().x;
            vec![named("01"), named("02")]
        };

        assert!(x(false)[0] < x(false)[1]);
        assert!(x(true)[0] > x(true)[1]);
        let left = lying(&bars, 200.0, false).labels[0].x;
        assert!(left < 10.0 && lying(&bars, 200.0, true).labels[0].x > 190.0);
    }

    #[test]
    fn a_year_is_named_once_and_no_bar_stands_for_nothing() {
        let drawn = upright(&[bar("01", 0), bar("02", 400)], (200.0, 100.0), false);

        let years = drawn.labels.iter().filter(|it| it.text == "2026");
        assert_eq!(years.count(), 1);
        assert_eq!(drawn.svg.matches("fill=\"#5f86a3\"").count(), 1);
    }
}
