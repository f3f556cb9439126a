//! What work changes: indicators with baselines and targets, what was measured or is computed from hours, and how
//! far it has come.
//!
//! Which hours there are is the word of `rollups`, what they are worth that of `valuation`. Rules are in `rules` and
//! `parts`, the way from values to one figure in `progress`, and which way that goes in `trend`: all pure.

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
pub mod parts;
pub mod progress;
pub mod published;
pub mod rules;
pub mod store;
pub mod trend;
pub mod value;

pub use error::ImpactError;

#[cfg(test)]
mod tests {
    use entity::ids::IndicatorId;
    use entity::ids::MeasurementId;
    use entity::ids::OrganizationId;
    use entity::ids::ProjectId;
    use entity::ids::TerritoryId;
    use entity::ids::UserId;
    use entity::indicator;
    use entity::measurement;
    use entity::types::Direction;
    use entity::types::MeasurementStatus;
    use entity::types::OverPlace;
    use entity::types::OverTime;
    use entity::types::Reading;
    use entity::types::ResultLevel;
    use entity::types::ValueType;
    use uuid::Uuid;

    /// People by sex, added over time and place.
    /// A figure that was approved.
    pub fn a_measurement() -> measurement::Model {
        measurement::Model {
            id: MeasurementId(Uuid::nil()),
            indicator_id: IndicatorId(Uuid::nil()),
            project_id: ProjectId(Uuid::nil()),
            organization_id: OrganizationId(Uuid::nil()),
            territory_id: TerritoryId(Uuid::nil()),
            from_day: chrono::NaiveDate::default(),
            to_day: chrono::NaiveDate::default(),
            value: 0,
            denominator: None,
            parts: "[]".to_owned(),
            note: None,
            status: MeasurementStatus::Approved,
            recorded_by: UserId(Uuid::nil()),
            decided_by: None,
            decided_at: None,
            reason: None,
            version: 1,
            created_at: chrono::DateTime::UNIX_EPOCH,
            updated_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    /// Counts people, broken down by sex.
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
