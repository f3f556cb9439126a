//! What work changes: indicators with baselines and targets, what was measured or is computed from hours, and how
//! far it has come.
//!
//! Which hours there are is the word of `rollups`, what they are worth that of `valuation`. Rules are in `rules`, the
//! way from values to one figure in `progress`, and which way that goes in `trend`: all pure.

pub mod answer;
mod assess;
pub mod benefit;
pub mod breakdown;
pub mod catalogue;
mod coverage;
pub mod custom;
pub mod decide;
pub mod error;
pub mod evidence;
pub mod flagged;
pub mod goals;
mod hours;
pub mod indicator;
pub mod measured;
pub mod measurement;
pub mod overview;
pub mod progress;
pub mod rules;
pub mod store;
pub mod trend;
pub mod value;

pub use error::ImpactError;

#[cfg(test)]
mod tests {
    use entity::ids::IndicatorId;
    use entity::indicator;
    use entity::types::Direction;
    use entity::types::OverPlace;
    use entity::types::OverTime;
    use entity::types::Reading;
    use entity::types::ResultLevel;
    use entity::types::ValueType;
    use uuid::Uuid;

    /// People by sex, added over time and place.
    pub fn an_indicator() -> indicator::Model {
        indicator::Model {
            id: IndicatorId(Uuid::nil()),
            organization_id: None,
            code: "PEOPLE".to_owned(),
            name_fr: "Personnes".to_owned(),
            name_ar: None,
            name_en: None,
            search_key: "personnes".to_owned(),
            unit: "personnes".to_owned(),
            value_type: ValueType::Count,
            direction: Direction::Increase,
            level: ResultLevel::Output,
            reading: Reading::Periodic,
            over_time: OverTime::Sum,
            over_place: OverPlace::Sum,
            dimensions: "[\"SEX\"]".to_owned(),
            vocabulary: None,
            derived: None,
            programme_code: None,
            sdg_code: None,
            iris_code: None,
            source: None,
            version: 1,
            created_at: chrono::DateTime::UNIX_EPOCH,
            updated_at: chrono::DateTime::UNIX_EPOCH,
            archived_at: None,
        }
    }
}
