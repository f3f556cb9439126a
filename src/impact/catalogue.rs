//! The indicators that the binary carries: those of INDH's reports, and those computed from hours.
//!
//! Sources are in `data/SOURCES.md`.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::LazyLock;

use entity::ids::IndicatorId;
use entity::indicator;
use entity::types::Derived;
use entity::types::Direction;
use entity::types::OverPlace;
use entity::types::OverTime;
use entity::types::Reading;
use entity::types::ResultLevel;
use entity::types::ValueType;
use serde::Deserialize;

use crate::identity::Ctx;
use crate::impact::error::ImpactError;
use crate::impact::indicator::search_key;
use crate::impact::store;
use crate::platform::editions::Edition;

const CATALOGUE: &str = include_str!("../../data/indicators.csv");
/// Changes when the same list becomes other rows.
const READING: u8 = 1;
/// How codes of indicators begin that INDH's reports tell: of this edition, and of those to come.
pub const KEPT: &str = "INDH-";

/// Every code of the list, in capital letters.
static CODES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let lines = csv::Reader::from_reader(CATALOGUE.as_bytes()).into_deserialize::<Line>();
    // A list at fault is told of when it is loaded.
    let codes = lines.filter_map(|it| Some(it.ok()?.code.to_ascii_uppercase()));
    codes.collect()
});

#[derive(Deserialize)]
struct Line {
    code: String,
    name_fr: String,
    name_ar: String,
    name_en: String,
    unit: String,
    value_type: ValueType,
    direction: Direction,
    level: ResultLevel,
    reading: Reading,
    over_time: OverTime,
    over_place: OverPlace,
    dimensions: String,
    derived: Option<Derived>,
    programme_code: Option<String>,
    sdg_code: Option<String>,
    iris_code: Option<String>,
    source: String,
}

/// Whether a code is kept for the catalogue: an organization's indicator of that name would look like one of
/// INDH's. Capital letters and small ones are one.
#[must_use]
pub fn keeps(code: &str) -> bool {
    let code = code.to_ascii_uppercase();
    code.starts_with(KEPT) || CODES.contains(&code)
}

/// Loads the catalogue, where the database holds another edition or none. An indicator that a later
/// edition leaves out stays, since measurements may refer to it.
///
/// # Errors
/// [`ImpactError`] when the list is at fault or the database refuses; nothing was written then.
pub async fn load(ctx: &Ctx) -> Result<(), ImpactError> {
    let edition = Edition::of("indicators", READING, &[CATALOGUE]);
    if edition.is_held(ctx.read()).await? {
        return Ok(());
    }
    let lines: Vec<Line> = csv::Reader::from_reader(CATALOGUE.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()?;
    ctx.transaction(async |tx| {
        if edition.lock(tx).await? {
            return Ok(());
        }
        let held = store::catalogue(&**tx).await?;
        let held: HashMap<&str, &indicator::Model> =
            held.iter().map(|it| (it.code.as_str(), it)).collect();
        for line in lines {
            match held.get(line.code.as_str()) {
                None => store::insert_indicator(tx, row(ctx, line, None)).await?,
                Some(before) => {
                    let after = row(ctx, line, Some(before));
                    if after != **before {
                        let version = before.version.saturating_add(1);
                        let after = indicator::Model {
                            version,
                            updated_at: ctx.now(),
                            ..after
                        };
                        store::update_indicator(tx, &after).await?;
                    }
                }
            }
        }
        edition.hold(tx, ctx.now()).await?;
        Ok(())
    })
    .await
}

fn row(ctx: &Ctx, line: Line, before: Option<&indicator::Model>) -> indicator::Model {
    let dimensions: Vec<&str> = line.dimensions.split_whitespace().collect();
    let now = ctx.now();
    indicator::Model {
        id: before.map_or_else(|| IndicatorId(ctx.new_id()), |it| it.id),
        organization_id: None,
        search_key: search_key(
            &line.code,
            &line.name_fr,
            Some(&line.name_ar),
            Some(&line.name_en),
        ),
        code: line.code,
        name_fr: line.name_fr,
        name_ar: Some(line.name_ar),
        name_en: Some(line.name_en),
        unit: line.unit,
        value_type: line.value_type,
        direction: line.direction,
        level: line.level,
        reading: line.reading,
        over_time: line.over_time,
        over_place: line.over_place,
        dimensions: serde_json::json!(dimensions).to_string(),
        vocabulary: None,
        derived: line.derived,
        programme_code: line.programme_code,
        sdg_code: line.sdg_code,
        iris_code: line.iris_code,
        source: Some(line.source),
        version: before.map_or(1, |it| it.version),
        created_at: before.map_or(now, |it| it.created_at),
        updated_at: before.map_or(now, |it| it.updated_at),
        archived_at: before.and_then(|it| it.archived_at),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use entity::types::Dimension;

    use super::*;
    use crate::impact::rules;

    #[test]
    fn codes_of_the_catalogue_are_kept_and_no_others() {
        for code in [
            "INDH-JOBS",
            "indh-jobs",
            "INDH-2030",
            "VOLUNTEERS",
            "Volunteer-Minutes",
        ] {
            assert!(keeps(code), "{code}");
        }
        for code in ["JOBS", "INDH", "MY-INDH-JOBS", "VOLUNTEERS-2026", ""] {
            assert!(!keeps(code), "{code}");
        }
    }

    #[test]
    fn the_catalogue_can_be_read_and_names_each_indicator_once() {
        let lines: Vec<Line> = csv::Reader::from_reader(CATALOGUE.as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .unwrap();
        let mut codes = HashSet::new();
        for line in &lines {
            assert!(codes.insert(&line.code), "{}", line.code);
            let words = line.dimensions.split_whitespace();
            let read: Result<Vec<Dimension>, _> =
                words.map(|it| serde_json::from_value(it.into())).collect();
            assert!(read.is_ok(), "{}", line.code);
            assert!(
                !line.name_ar.is_empty() && !line.name_en.is_empty(),
                "{}",
                line.code
            );
            let iris = line.iris_code.as_deref();
            assert!(iris.is_none_or(rules::is_iris), "{}: {iris:?}", line.code);
        }
        assert!(lines.len() >= 15);
    }
}
