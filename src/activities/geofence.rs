//! Where an activity takes place, as a point and how far it reaches; and whether a position is there.
//!
//! Pure. Points are millionths of a degree, a tenth of a metre; positions of people are compared and
//! kept nowhere.

use entity::activity;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// The smallest reach, in metres: phones err by as much.
pub const RADIUS_LEAST: i32 = 20;
/// The widest reach, in metres: a large commune.
pub const RADIUS_MOST: i32 = 50_000;

/// Mean radius of the earth, in metres.
const EARTH_METRES: f64 = 6_371_008.8;
/// Millionths of a degree in a degree.
const MICRO: i32 = 1_000_000;

/// A point on the earth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Point {
    /// North of the equator, in millionths of a degree.
    pub latitude: i32,
    /// East of Greenwich, in millionths of a degree.
    pub longitude: i32,
}

impl Point {
    /// Reads degrees, to the nearest millionth; `prefix` is where they stand in the input.
    pub fn read(
        checks: &mut Checks,
        prefix: &str,
        latitude: Decimal,
        longitude: Decimal,
    ) -> Option<Self> {
        let latitude = degrees(checks, &format!("{prefix}.latitude"), latitude, 90);
        let longitude = degrees(checks, &format!("{prefix}.longitude"), longitude, 180);
        Some(Self {
            latitude: latitude?,
            longitude: longitude?,
        })
    }

    /// Metres to another point along the surface of a sphere: at most 0.6 % from the true distance,
    /// since the earth is flattened. A fence is never finer than that.
    fn metres_to(self, other: Self) -> f64 {
        let radians = |micro: i32| (f64::from(micro) / f64::from(MICRO)).to_radians();
        let (here, there) = (radians(self.latitude), radians(other.latitude));
        let north = there - here;
        let east = radians(other.longitude) - radians(self.longitude);
        let chord =
            (north / 2.0).sin().powi(2) + here.cos() * there.cos() * (east / 2.0).sin().powi(2);
        2.0 * EARTH_METRES * chord.clamp(0.0, 1.0).sqrt().asin()
    }
}

fn degrees(checks: &mut Checks, field: &str, value: Decimal, most: i32) -> Option<i32> {
    let within = value.abs() <= Decimal::from(most);
    checks.demand(within, || {
        Refusal::of(Code::OutOfRange, field)
            .with("least", -most)
            .with("most", most)
    });
    if !within {
        return None;
    }
    (value.round_dp(6) * Decimal::from(MICRO)).to_i32()
}

/// A point as degrees, with six decimals.
#[must_use]
pub fn in_degrees(micro: i32) -> Decimal {
    Decimal::new(i64::from(micro), 6)
}

/// A place with its reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Geofence {
    /// Its middle.
    pub centre: Point,
    /// How far it reaches, in metres.
    pub radius_metres: i32,
}

impl Geofence {
    /// The place of an activity; `None` where it has none.
    #[must_use]
    pub fn of(activity: &activity::Model) -> Option<Self> {
        Some(Self {
            centre: Point {
                latitude: activity.latitude_micro?,
                longitude: activity.longitude_micro?,
            },
            radius_metres: activity.radius_metres?,
        })
    }

    /// Reads a place; `None` where something is refused.
    pub fn read(
        checks: &mut Checks,
        latitude: Decimal,
        longitude: Decimal,
        radius_metres: i32,
    ) -> Option<Self> {
        let centre = Point::read(checks, "geofence", latitude, longitude);
        checks.demand(
            (RADIUS_LEAST..=RADIUS_MOST).contains(&radius_metres),
            || {
                Refusal::of(Code::OutOfRange, "geofence.radiusMetres")
                    .with("least", RADIUS_LEAST)
                    .with("most", RADIUS_MOST)
            },
        );
        Some(Self {
            centre: centre?,
            radius_metres,
        })
    }

    /// Puts it, or that there is none, into the columns of an activity.
    pub fn put(fence: Option<Self>, activity: &mut activity::Model) {
        activity.latitude_micro = fence.map(|it| it.centre.latitude);
        activity.longitude_micro = fence.map(|it| it.centre.longitude);
        activity.radius_metres = fence.map(|it| it.radius_metres);
    }

    /// Whether a position is there.
    #[must_use]
    pub fn holds(&self, position: Point) -> bool {
        self.centre.metres_to(position) <= f64::from(self.radius_metres)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: &str, longitude: &str) -> Point {
        let mut checks = Checks::new();
        let read = |it: &str| Decimal::from_str_exact(it).unwrap();
        let point = Point::read(&mut checks, "position", read(latitude), read(longitude));
        checks.done().unwrap();
        point.unwrap()
    }

    /// Distances worked out elsewhere with the same sphere, and a metre of leeway.
    #[test]
    fn distances_are_right_near_far_and_across_the_date_line() {
        let table = [
            (("31.629472", "-7.981084"), ("31.629472", "-7.981084"), 0),
            (("31.629472", "-7.981084"), ("31.630472", "-7.981084"), 111),
            (("31.629472", "-7.981084"), ("31.629472", "-7.980084"), 95),
            (
                ("33.573110", "-7.589843"),
                ("34.020882", "-6.841650"),
                85_199,
            ),
            (("0", "179.9995"), ("0", "-179.9995"), 111),
            (("90", "0"), ("90", "120"), 0),
            (("0", "0"), ("0", "180"), 20_015_114),
        ];
        for (from, to, metres) in table {
            let (from, to) = (at(from.0, from.1), at(to.0, to.1));
            for found in [from.metres_to(to), to.metres_to(from)] {
                let off = (found - f64::from(metres)).abs();
                assert!(off <= 1.0, "{from:?} {to:?}: {found}");
            }
        }
    }

    #[test]
    fn a_place_ends_at_its_radius() {
        let place = |radius_metres| Geofence {
            centre: at("31.629472", "-7.981084"),
            radius_metres,
        };
        // 111.2 metres to the north.
        let position = at("31.630472", "-7.981084");
        assert!(place(112).holds(position) && !place(111).holds(position));
    }

    #[test]
    fn degrees_are_kept_to_the_millionth_and_refused_off_the_earth() {
        assert_eq!(at("31.6294726", "-7.9810844").latitude, 31_629_473);
        assert_eq!(in_degrees(-7_981_084).to_string(), "-7.981084");
        let mut checks = Checks::new();
        let far = Decimal::from(180_001) / Decimal::from(1_000);
        Point::read(&mut checks, "position", Decimal::from(91), far);
        let refused = checks.done().unwrap_err();
        let fields: Vec<_> = refused.iter().map(|it| it.path.clone()).collect();
        assert_eq!(fields.len(), 2, "{fields:?}");
    }
}
