//! What work changes: indicators with baselines and targets, what was measured, how far it has come;
//! and how minutes are shared out without losing one.
//!
//! Which minutes are counted is decided by the reports. Rules are in `rules`, the way from values to one
//! figure in `progress`: both pure.

pub mod allocation;
pub mod answer;
pub mod benefit;
pub mod catalogue;
pub mod controlled;
mod coverage;
pub mod decide;
pub mod error;
pub mod evidence;
pub mod goals;
pub mod indicator;
pub mod measured;
pub mod measurement;
pub mod overview;
pub mod progress;
pub mod rules;
pub mod store;
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
