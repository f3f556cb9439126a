//! Statements of the public statistics. What feeds them is one statement, [`worked`].
//!
//! No scope: what is read here counts everything for everybody, and leaves only through cells that were
//! published. Nothing is decided here.

use chrono::NaiveDate;
use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::ProjectId;
use entity::ids::StatisticsEditionId;
use entity::ids::TagSetId;
use entity::ids::TerritoryId;
use entity::statistics_cell;
use entity::statistics_contribution;
use entity::statistics_edition;
use entity::tag_share;
use entity::territory;
use entity::types::EntryStatus;
use sea_orm::ActiveEnum;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::Statement;

use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::statistics::period::Period;
use crate::vocabularies::INDH;

/// Rows of one statement: both databases take so many values.
const PART: usize = 500;

/// Approved work of one person, or of groups, for one project in one territory.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Worked {
    /// Null for groups.
    pub person_id: Option<PersonId>,
    /// For which project.
    pub project_id: ProjectId,
    /// Of which organization.
    pub organization_id: OrganizationId,
    /// Where.
    pub territory_id: TerritoryId,
    /// The shares in force on the day; null for a project without.
    pub tag_set_id: Option<TagSetId>,
    /// Person-minutes.
    pub minutes: i64,
}

/// Approved work of an interval of days, added up as far as cells need it.
///
/// An entry of one day has all its minutes on it; only entries over midnight are looked up by day.
pub async fn worked(
    db: &impl ConnectionTrait,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Worked>, DbErr> {
    let sql = format!(
        "select person_id, counted.project_id as project_id, organization_id, territory_id, \
           tag_set.id as tag_set_id, cast(sum(minutes) as bigint) as minutes \
         from ( \
           select person_id, project_id, organization_id, territory_id, worked_on as day, \
             total_minutes as minutes \
           from hour_entry \
           where status = $1 and worked_on between $2 and $3 and worked_on = ended_on \
           union all \
           select hour_entry.person_id, project_id, hour_entry.organization_id, territory_id, day, \
             hour_entry_day.minutes \
           from hour_entry join hour_entry_day on hour_entry_day.entry_id = hour_entry.id \
           where status = $1 and worked_on <> ended_on and worked_on <= $3 \
             and day between $2 and $3) counted \
         left join tag_set on tag_set.project_id = counted.project_id \
           and tag_set.vocabulary = '{INDH}' and tag_set.valid_from <= counted.day \
           and (tag_set.valid_to is null or tag_set.valid_to > counted.day) \
         where minutes > 0 \
         group by person_id, counted.project_id, organization_id, territory_id, tag_set.id"
    );
    let values: [sea_orm::Value; 3] = [
        EntryStatus::Approved.to_value().into(),
        from.into(),
        to.into(),
    ];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Worked::find_by_statement(statement).all(db).await
}

/// The first day of approved work; `None` where there is none.
pub async fn first_day(db: &impl ConnectionTrait) -> Result<Option<NaiveDate>, DbErr> {
    hour_entry::Entity::find()
        .select_only()
        .column(hour_entry::Column::WorkedOn)
        .filter(hour_entry::Column::Status.eq(EntryStatus::Approved))
        .order_by_asc(hour_entry::Column::WorkedOn)
        .limit(1)
        .into_tuple()
        .one(db)
        .await
}

/// Every version of every territory.
pub async fn territories(db: &impl ConnectionTrait) -> Result<Vec<territory::Model>, DbErr> {
    territory::Entity::find()
        .order_by_asc(territory::Column::Code)
        .order_by_asc(territory::Column::ValidFrom)
        .all(db)
        .await
}

/// The shares of tag sets.
pub async fn shares(
    db: &impl ConnectionTrait,
    sets: &[TagSetId],
) -> Result<Vec<tag_share::Model>, DbErr> {
    let mut found = Vec::new();
    for sets in sets.chunks(PART) {
        found.extend(
            tag_share::Entity::find()
                .filter(tag_share::Column::TagSetId.is_in(sets.iter().copied()))
                .all(db)
                .await?,
        );
    }
    Ok(found)
}

/// All editions, the newest first, the year before its quarters.
pub async fn editions(db: &impl ConnectionTrait) -> Result<Vec<statistics_edition::Model>, DbErr> {
    let mut found = statistics_edition::Entity::find().all(db).await?;
    found.sort_by_key(|it| {
        let period = Period::stored(it.year, it.quarter);
        std::cmp::Reverse((it.year, period.slot()))
    });
    Ok(found)
}

/// The cells of an edition; those of one territory and directly below it where one is named.
pub async fn cells(
    db: &impl ConnectionTrait,
    edition: StatisticsEditionId,
    around: Option<&str>,
) -> Result<Vec<statistics_cell::Model>, DbErr> {
    let around = around.map(|code| {
        Condition::any()
            .add(statistics_cell::Column::AboveCode.eq(code))
            .add(statistics_cell::Column::TerritoryCode.eq(code))
    });
    let mut query = statistics_cell::Entity::find()
        .filter(statistics_cell::Column::EditionId.eq(edition))
        .order_by_asc(statistics_cell::Column::AboveCode)
        .order_by_asc(statistics_cell::Column::TerritoryCode)
        .order_by_asc(statistics_cell::Column::Part)
        .order_by_asc(statistics_cell::Column::Programme);
    if let Some(around) = around {
        query = query.filter(around);
    }
    query.all(db).await
}

/// Code of the country of an edition: the territory with none above it.
pub async fn country(
    db: &impl ConnectionTrait,
    edition: StatisticsEditionId,
) -> Result<Option<String>, DbErr> {
    statistics_cell::Entity::find()
        .select_only()
        .column(statistics_cell::Column::TerritoryCode)
        .filter(statistics_cell::Column::EditionId.eq(edition))
        .filter(statistics_cell::Column::AboveCode.eq(""))
        .limit(1)
        .into_tuple()
        .one(db)
        .await
}

/// What the quarters of a year were made of.
pub async fn contributions(
    db: &impl ConnectionTrait,
    editions: &[StatisticsEditionId],
) -> Result<Vec<statistics_contribution::Model>, DbErr> {
    statistics_contribution::Entity::find()
        .filter(statistics_contribution::Column::EditionId.is_in(editions.iter().copied()))
        .all(db)
        .await
}

/// Writes an edition; refused where another instance was faster, see [`is_taken`].
pub async fn publish(tx: &Tx, row: statistics_edition::Model) -> Result<(), DbErr> {
    statistics_edition::Entity::insert(row.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Whether an edition was refused because it is there already.
#[must_use]
pub fn is_taken(cause: &DbErr) -> bool {
    let names = [
        "statistics_edition_by_period",
        "statistics_edition.year",
        "statistics_edition is append-only",
    ];
    violates(cause, &names)
}

/// Writes the cells of an edition.
pub async fn write_cells(tx: &Tx, rows: Vec<statistics_cell::Model>) -> Result<(), DbErr> {
    for rows in rows.chunks(PART) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        statistics_cell::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Keeps what a quarter was made of.
pub async fn keep(tx: &Tx, rows: Vec<statistics_contribution::Model>) -> Result<(), DbErr> {
    for rows in rows.chunks(PART) {
        let rows = rows.iter().cloned().map(IntoActiveModel::into_active_model);
        statistics_contribution::Entity::insert_many(rows)
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// Lets go of what the quarters of a year were made of.
pub async fn let_go(tx: &Tx, editions: &[StatisticsEditionId]) -> Result<(), DbErr> {
    statistics_contribution::Entity::delete_many()
        .filter(statistics_contribution::Column::EditionId.is_in(editions.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(())
}
