//! Maps of the country, of a region and of places below.

use crate::drawings::map::Map;
use crate::drawings::outlines::regions;
use crate::drawings::svg::Shade;

const ROOM: (f64, f64) = (260.0, 240.0);

fn of(territory: &str, figures: &[(&str, i64)]) -> Option<Map> {
    crate::drawings::map::of(territory, figures, |it| it.to_string(), ROOM)
}

#[test]
fn a_country_shows_its_regions_a_region_its_provinces_and_a_place_where_it_lies() {
    let codes = |territory: &str, figures: &[(&str, i64)]| -> Vec<String> {
        let map = of(territory, figures).unwrap();
        map.drawing.labels.into_iter().map(|it| it.text).collect()
    };

    let country = codes("MA", &[("07", 100)]);
    assert!(
        country.len() >= 11 && country.contains(&"07".to_owned()),
        "{country:?}"
    );
    let region = codes("07", &[("07.041.01.03", 100)]);
    assert!(
        region.len() >= 7 && region.contains(&"041".to_owned()),
        "{region:?}"
    );
    assert_eq!(codes("07.041.01.03", &[]), region);
    let marked = of("07.041", &[]).unwrap().classes;
    assert_eq!(marked.len(), 1);
    assert_eq!(marked[0].shade, Shade::Marked);
    // Of what lies around it nobody asked.
    assert_eq!(of("07.041", &[("07.041.01", 100)]).unwrap().classes, marked);
    assert_eq!(codes("07", &[]), country);
    assert_eq!(of("99", &[]), None);
    assert_eq!(of("MA", &[]), None);
    assert_eq!(of("07.999", &[]), None);
}

#[test]
fn shades_say_which_figures_stand_behind_them_and_equal_figures_look_alike() {
    let codes = regions().iter().map(|it| it.code.as_str());
    let figures: Vec<(&str, i64)> = codes.zip([0, 1, 1, 1, 1, 1, 1, 5, 9, 20, 30, 40]).collect();

    let map = of("MA", &figures).unwrap();

    let told: Vec<_> = map
        .classes
        .iter()
        .map(|it| (it.shade, it.span.clone()))
        .collect();
    let span = |low: &str, high: &str| Some((low.to_owned(), high.to_owned()));
    assert_eq!(told[0], (Shade::None, None));
    assert_eq!(told[1], (Shade::First, span("1", "1")));
    assert_eq!(told.last().unwrap(), &(Shade::Fourth, span("30", "40")));
    let shades = told.iter().map(|it| it.0).collect::<Vec<_>>();
    assert!(shades.is_sorted(), "{shades:?}");
}

#[test]
fn no_code_covers_another() {
    for territory in ["MA", "06", "04", "03"] {
        let labels = of(territory, &[("07", 1)]).unwrap().drawing.labels;
        for (index, one) in labels.iter().enumerate() {
            for other in &labels[index + 1..] {
                let is_apart = (one.x - other.x).abs() >= 7.0 || (one.y - other.y).abs() >= 6.4;
                assert!(is_apart, "{territory}: {one:?} {other:?}");
            }
        }
    }
}

#[test]
fn a_map_is_small_enough_for_a_page() {
    let map = of("MA", &[("07", 100)]).unwrap();

    assert!(map.drawing.svg.len() < 40_000, "{}", map.drawing.svg.len());
    assert!(map.drawing.width <= ROOM.0 + 1.0 && map.drawing.height <= ROOM.1 + 1.0);
    assert!(!map.drawing.svg.contains("<text") && !map.drawing.svg.contains("style="));
}
