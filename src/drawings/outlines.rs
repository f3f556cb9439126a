//! Outlines of regions, and of prefectures and provinces, as they are drawn; by the codes of `territories`.
//!
//! Whose they are is in `data/SOURCES.md`; the credit (`drawing-credit`) stands under every map. They are simplified for pictures, the
//! two layers each in its own way, and nothing is measured on them.

use std::sync::LazyLock;

use serde::Deserialize;

const REGIONS: &str = include_str!("../../data/maps/regions.geojson");
const PROVINCES: &str = include_str!("../../data/maps/provinces.geojson");

static LAYERS: LazyLock<Layers> = LazyLock::new(|| Layers {
    regions: read(REGIONS),
    provinces: read(PROVINCES),
});

/// An outline: longitude and latitude of its corners, ring by ring.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Code of the territory.
    pub code: String,
    /// Code of its region; of a region none.
    pub region_code: Option<String>,
    /// Its rings; the first of each part lies outside.
    pub rings: Vec<Vec<(f64, f64)>>,
}

struct Layers {
    regions: Vec<Outline>,
    provinces: Vec<Outline>,
}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Geometry,
}

#[derive(Deserialize)]
struct Properties {
    code: String,
    region_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<(f64, f64)>>),
    MultiPolygon(Vec<Vec<Vec<(f64, f64)>>>),
}

/// The regions.
#[must_use]
pub fn regions() -> &'static [Outline] {
    &LAYERS.regions
}

/// Prefectures and provinces.
#[must_use]
pub fn provinces() -> &'static [Outline] {
    &LAYERS.provinces
}

/// The layers are ours and tests read them: one that cannot be read is an empty one, and there is no map.
fn read(layer: &str) -> Vec<Outline> {
    let Ok(read) = serde_json::from_str::<Collection>(layer) else {
        return Vec::new();
    };
    let features = read.features.into_iter();
    let outlines = features.map(|it| Outline {
        code: it.properties.code,
        region_code: it.properties.region_code,
        rings: match it.geometry {
            Geometry::Polygon(rings) => rings,
            Geometry::MultiPolygon(parts) => parts.into_iter().flatten().collect(),
        },
    });
    outlines.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::provinces;
    use super::regions;

    #[test]
    fn every_region_and_every_province_is_drawn_under_the_code_of_the_list() {
        let list = include_str!("../../data/territories.csv");
        let mut reader = csv::Reader::from_reader(list.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let column = |name: &str| headers.iter().position(|it| it == name).unwrap();
        let (code, level) = (column("code"), column("level"));
        let rows: Vec<_> = reader.records().map(|it| it.unwrap()).collect();
        let listed = |levels: &[&str]| -> BTreeSet<String> {
            let of = rows.iter().filter(|it| levels.contains(&&it[level]));
            of.map(|it| it[code].to_owned()).collect()
        };

        let drawn: BTreeSet<String> = regions().iter().map(|it| it.code.clone()).collect();
        assert_eq!(drawn, listed(&["REGION"]));
        let drawn: BTreeSet<String> = provinces().iter().map(|it| it.code.clone()).collect();
        assert_eq!(drawn, listed(&["PREFECTURE", "PROVINCE"]));
        assert!(provinces().iter().all(|it| it.region_code.is_some()));
    }
}
