//! Statements of the reports: few, each over sets, never row by row.
//!
//! Which rows count is said once, in [`base`]; whose rows they may be is the scope's word.

use std::collections::HashMap;
use std::fmt::Write;

use chrono::NaiveDate;
use entity::hour_entry;
use entity::hour_entry_day;
use entity::ids::OrganizationId;
use entity::ids::TagSetId;
use entity::ids::TermId;
use entity::ids::TerritoryId;
use entity::organization;
use entity::tag_share;
use entity::territory;
use entity::territory_ancestor;
use entity::types::EntryStatus;
use entity::vocabulary_term;
use sea_orm::ActiveEnum;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use sea_orm::QuerySelect;
use sea_orm::Statement;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::PostgresQueryBuilder;
use sea_orm::sea_query::Query;
use sea_orm::sea_query::SelectStatement;
use sea_orm::sea_query::SqlWriterValues;
use sea_orm::sea_query::Values;

use crate::identity::Scope;
use crate::reports::question::OrganizationRef;

/// The vocabulary of the programmes.
pub const INDH: &str = "INDH";

/// Which rows of hours a report counts.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    /// Whose rows may be seen.
    pub scope: &'a Scope,
    /// All versions of the territory in the interval.
    pub territories: &'a [TerritoryId],
    /// Only of this organization.
    pub organization: Option<OrganizationId>,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// Which states.
    pub statuses: &'a [EntryStatus],
}

/// One line of the figures: which breakdown it belongs to, its key there, its measures.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Line {
    /// `TOTAL`, `MONTH`, `PLACE`, `EVIDENCE`, `SET` or `PROGRAMME`; with `_EVIDENCE` their minutes by
    /// evidence level.
    pub part: String,
    /// `2026-03`, the code of a territory, or an evidence level; by evidence level both, with a blank
    /// between.
    pub label: Option<String>,
    /// The tag set in force; null for work of projects without one.
    pub tag_set_id: Option<TagSetId>,
    /// The programme; null for work without one.
    pub term_id: Option<TermId>,
    /// Person-minutes.
    pub minutes: i64,
    /// Of these, minutes of groups.
    pub group_minutes: i64,
    /// Entries.
    pub entries: i64,
    /// Head-counts of the entries.
    pub participations: i64,
    /// Distinct people.
    pub volunteers: i64,
    /// Distinct projects.
    pub projects: i64,
    /// Distinct organizations.
    pub organizations: i64,
}

/// The versions of a territory that were in force on some day of an interval, newest first.
pub async fn versions(
    db: &impl ConnectionTrait,
    code: &str,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<territory::Model>, DbErr> {
    territory::Entity::find()
        .filter(territory::Column::Code.eq(code))
        .filter(territory::Column::ValidFrom.lte(to))
        .filter(
            Condition::any()
                .add(territory::Column::ValidTo.is_null())
                .add(territory::Column::ValidTo.gt(from)),
        )
        .order_by_desc(territory::Column::ValidFrom)
        .all(db)
        .await
}

/// Territories by code in the version that was in force last before a day.
pub async fn by_codes(
    db: &impl ConnectionTrait,
    codes: &[String],
    to: NaiveDate,
) -> Result<Vec<territory::Model>, DbErr> {
    territory::Entity::find()
        .filter(territory::Column::Code.is_in(codes.iter().map(String::as_str)))
        .filter(territory::Column::ValidFrom.lte(to))
        .order_by_asc(territory::Column::Code)
        .order_by_asc(territory::Column::ValidFrom)
        .all(db)
        .await
}

/// Whether one of these territories is, or lies below, one of those.
pub async fn lies_within(
    db: &impl ConnectionTrait,
    these: &[TerritoryId],
    those: &[TerritoryId],
) -> Result<bool, DbErr> {
    let found = territory_ancestor::Entity::find()
        .filter(territory_ancestor::Column::TerritoryId.is_in(these.iter().copied()))
        .filter(territory_ancestor::Column::AncestorId.is_in(those.iter().copied()))
        .limit(1)
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// One organization, where its figures may be asked for.
pub async fn organization(
    db: &impl ConnectionTrait,
    scope: &Scope,
    named: &OrganizationRef,
) -> Result<Option<organization::Model>, DbErr> {
    let named = match named {
        OrganizationRef::Id(id) => organization::Column::Id.eq(*id),
        OrganizationRef::Slug(slug) => organization::Column::Slug.eq(slug),
    };
    organization::Entity::find()
        .filter(named)
        .filter(scope.reporting_organizations())
        .one(db)
        .await
}

/// Every term of the programmes, in the order of the list.
pub async fn programmes(db: &impl ConnectionTrait) -> Result<Vec<vocabulary_term::Model>, DbErr> {
    vocabulary_term::Entity::find()
        .filter(vocabulary_term::Column::Vocabulary.eq(INDH))
        .order_by_asc(vocabulary_term::Column::Ordinal)
        .order_by_asc(vocabulary_term::Column::Code)
        .order_by_asc(vocabulary_term::Column::ValidFrom)
        .all(db)
        .await
}

/// The shares of tag sets.
pub async fn shares(
    db: &impl ConnectionTrait,
    sets: &[TagSetId],
) -> Result<Vec<tag_share::Model>, DbErr> {
    let mut found = Vec::new();
    for chunk in sets.chunks(10_000) {
        found.extend(
            tag_share::Entity::find()
                .filter(tag_share::Column::TagSetId.is_in(chunk.iter().copied()))
                .all(db)
                .await?,
        );
    }
    Ok(found)
}

/// All figures of a report, by breakdown, in one statement: they are of one moment.
pub async fn figures(db: &impl ConnectionTrait, rows: &Rows<'_>) -> Result<Vec<Line>, DbErr> {
    let found = Line::find_by_statement(figures_statement(db, rows))
        .all(db)
        .await?;
    // Sums and distinct counts of one row come as two lines.
    let mut lines: Vec<Line> = Vec::with_capacity(found.len());
    let mut places: HashMap<_, usize> = HashMap::new();
    for line in found {
        let key = (
            line.part.clone(),
            line.label.clone(),
            line.tag_set_id,
            line.term_id,
        );
        match places.get(&key).and_then(|at| lines.get_mut(*at)) {
            Some(held) => held.add(&line),
            None => {
                places.insert(key, lines.len());
                lines.push(line);
            }
        }
    }
    Ok(lines)
}

impl Line {
    fn add(&mut self, other: &Self) {
        self.minutes += other.minutes;
        self.group_minutes += other.group_minutes;
        self.entries += other.entries;
        self.participations += other.participations;
        self.volunteers += other.volunteers;
        self.projects += other.projects;
        self.organizations += other.organizations;
    }
}

fn figures_statement(db: &impl ConnectionTrait, rows: &Rows<'_>) -> Statement {
    // Both databases read PostgreSQL's placeholders and quotes.
    let (base, values) = base(rows);
    let (place, places) = {
        let ids: Vec<sea_orm::Value> = rows.territories.iter().map(|it| it.0.into()).collect();
        let first = values.0.len() + 1;
        let marks: Vec<String> = (first..first + ids.len())
            .map(|it| format!("${it}"))
            .collect();
        (marks.join(", "), ids)
    };
    let sql = figures_sql(&base, &place);
    let values = values.0.into_iter().chain(places);
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// The rows that count, each a civil day of an entry.
///
/// An entry of one day has all its minutes on it, so that its days are not looked up: those are
/// nearly all, and the index of the figures holds what is read of them. Only entries over midnight
/// go through `hour_entry_day`.
pub(super) fn base(rows: &Rows<'_>) -> (String, Values) {
    let entry = |column| Expr::col((hour_entry::Entity, column));
    let counted = |select: &mut SelectStatement| {
        let below = Query::select()
            .column(territory_ancestor::Column::TerritoryId)
            .from(territory_ancestor::Entity)
            .and_where(
                Expr::col(territory_ancestor::Column::AncestorId)
                    .is_in(rows.territories.iter().copied()),
            )
            .to_owned();
        let statuses = rows.statuses.iter().map(ActiveEnum::to_value);
        select
            .columns([
                (hour_entry::Entity, hour_entry::Column::PersonId),
                (hour_entry::Entity, hour_entry::Column::ProjectId),
                (hour_entry::Entity, hour_entry::Column::OrganizationId),
                (hour_entry::Entity, hour_entry::Column::TerritoryId),
                (hour_entry::Entity, hour_entry::Column::Headcount),
                (hour_entry::Entity, hour_entry::Column::EvidenceLevel),
            ])
            .and_where(entry(hour_entry::Column::Status).is_in(statuses))
            .and_where(entry(hour_entry::Column::TerritoryId).in_subquery(below))
            .and_where_option(
                rows.organization
                    .map(|it| entry(hour_entry::Column::OrganizationId).eq(it)),
            )
            .cond_where(rows.scope.figures())
            .to_owned()
    };
    let (worked_on, ended_on) = (hour_entry::Column::WorkedOn, hour_entry::Column::EndedOn);
    let of_one_day = counted(
        Query::select()
            .expr_as(Expr::cust("cast(null as uuid)"), "entry_id")
            .expr_as(entry(worked_on), "day")
            .expr_as(entry(hour_entry::Column::TotalMinutes), "minutes")
            .from(hour_entry::Entity)
            .and_where(entry(worked_on).between(rows.from, rows.to))
            .and_where(entry(worked_on).equals((hour_entry::Entity, ended_on))),
    );
    let over_midnight = counted(
        Query::select()
            .columns([
                (hour_entry_day::Entity, hour_entry_day::Column::EntryId),
                (hour_entry_day::Entity, hour_entry_day::Column::Day),
                (hour_entry_day::Entity, hour_entry_day::Column::Minutes),
            ])
            .from(hour_entry::Entity)
            .inner_join(
                hour_entry_day::Entity,
                entry(hour_entry::Column::Id)
                    .equals((hour_entry_day::Entity, hour_entry_day::Column::EntryId)),
            )
            .and_where(entry(worked_on).not_equals((hour_entry::Entity, ended_on)))
            .and_where(entry(worked_on).lte(rows.to))
            .and_where(
                Expr::col((hour_entry_day::Entity, hour_entry_day::Column::Day))
                    .between(rows.from, rows.to),
            ),
    );
    // Not by the builder's union: it sets brackets that SQLite does not read.
    let mut sql = SqlWriterValues::new("$", true);
    of_one_day.build_collect_into(PostgresQueryBuilder, &mut sql);
    // Writing to memory does not fail.
    let _written = write!(sql, " union all ");
    over_midnight.build_collect_into(PostgresQueryBuilder, &mut sql);
    sql.into_parts()
}

/// What adds up over rows of `effort`.
const SUMS: &str = "\
    cast(sum(minutes) as bigint) as minutes, \
    cast(sum(group_minutes) as bigint) as group_minutes, \
    cast(sum(entries) as bigint) as entries, \
    cast(sum(participations) as bigint) as participations, \
    cast(0 as bigint) as volunteers, \
    count(distinct project_id) as projects, \
    count(distinct organization_id) as organizations";

/// What is counted once over rows of `work`: people, and entries over midnight, which are always
/// of one person.
const DISTINCT: &str = "\
    cast(0 as bigint), cast(0 as bigint), count(distinct entry_id), count(distinct entry_id), \
    count(distinct person_id), cast(0 as bigint), cast(0 as bigint)";

/// No key of this kind.
const NO_LABEL: &str = "cast(null as varchar)";
/// No key of this kind.
const NO_KEY: &str = "cast(null as uuid)";

fn figures_sql(base: &str, asked: &str) -> String {
    format!(
        "with recursive \
         up(term_id, at_id, level, parent_id) as ( \
           select id, id, level, parent_id from vocabulary_term where vocabulary = '{INDH}' \
           union all \
           select up.term_id, above.id, above.level, above.parent_id \
           from up join vocabulary_term above on above.id = up.parent_id \
           where up.level <> 'PROGRAMME'), \
         touched(tag_set_id, programme_id) as materialized ( \
           select distinct tag_share.tag_set_id, coalesce(up.at_id, tag_share.term_id) \
           from tag_share left join up \
             on up.term_id = tag_share.term_id and up.level = 'PROGRAMME'), \
         place(territory_id, code) as materialized ( \
           select below.territory_id, \
             substr(min(case when child.level = 'PREFECTURE_ARRONDISSEMENTS' then '1' else '0' end \
               || child.code), 2) \
           from territory child \
           join territory_ancestor below on below.ancestor_id = child.id \
           where child.parent_id in ({asked}) or child.alternate_parent_id in ({asked}) \
           group by below.territory_id), \
         work as materialized ( \
           select counted.*, substr(cast(counted.day as varchar), 1, 7) as month, \
             tag_set.id as tag_set_id \
           from ({base}) counted left join tag_set on tag_set.project_id = counted.project_id \
             and tag_set.vocabulary = '{INDH}' and tag_set.valid_from <= counted.day \
             and (tag_set.valid_to is null or tag_set.valid_to > counted.day)), \
         effort as materialized ( \
           select project_id, organization_id, territory_id, month, tag_set_id, evidence_level, \
             sum(minutes) as minutes, \
             sum(case when person_id is null then minutes else 0 end) as group_minutes, \
             sum(case when entry_id is null then 1 else 0 end) as entries, \
             sum(case when entry_id is null then headcount else 0 end) as participations \
           from work group by \
             project_id, organization_id, territory_id, month, tag_set_id, evidence_level) \
         select 'TOTAL' as part, {NO_LABEL} as label, {NO_KEY} as tag_set_id, \
           {NO_KEY} as term_id, {SUMS} from effort having count(*) > 0 \
         union all select 'TOTAL', {NO_LABEL}, {NO_KEY}, {NO_KEY}, {DISTINCT} from work \
         union all select 'MONTH', month, {NO_KEY}, {NO_KEY}, {SUMS} from effort group by month \
         union all select 'MONTH', month, {NO_KEY}, {NO_KEY}, {DISTINCT} from work group by month \
         union all select 'PLACE', code, {NO_KEY}, {NO_KEY}, {SUMS} \
           from effort left join place on place.territory_id = effort.territory_id group by code \
         union all select 'PLACE', code, {NO_KEY}, {NO_KEY}, {DISTINCT} \
           from work left join place on place.territory_id = work.territory_id group by code \
         union all select 'EVIDENCE', evidence_level, {NO_KEY}, {NO_KEY}, {SUMS} \
           from effort group by evidence_level \
         union all select 'EVIDENCE', evidence_level, {NO_KEY}, {NO_KEY}, {DISTINCT} \
           from work where entry_id is not null group by evidence_level \
         union all select 'SET', {NO_LABEL}, tag_set_id, {NO_KEY}, {SUMS} \
           from effort where tag_set_id is not null group by tag_set_id \
         union all select 'PROGRAMME', {NO_LABEL}, {NO_KEY}, programme_id, {SUMS} \
           from effort left join touched on touched.tag_set_id = effort.tag_set_id \
           group by programme_id \
         union all select 'MONTH_EVIDENCE', month || ' ' || evidence_level, {NO_KEY}, {NO_KEY}, {SUMS} \
           from effort group by month, evidence_level \
         union all select 'PLACE_EVIDENCE', coalesce(code, '') || ' ' || evidence_level, \
           {NO_KEY}, {NO_KEY}, {SUMS} \
           from effort left join place on place.territory_id = effort.territory_id \
           group by code, evidence_level \
         union all select 'SET_EVIDENCE', ' ' || evidence_level, tag_set_id, {NO_KEY}, {SUMS} \
           from effort where tag_set_id is not null group by tag_set_id, evidence_level \
         union all select 'PROGRAMME_EVIDENCE', ' ' || evidence_level, {NO_KEY}, {NO_KEY}, {SUMS} \
           from effort left join touched on touched.tag_set_id = effort.tag_set_id \
           where programme_id is null group by evidence_level \
         union all select 'PROGRAMME', {NO_LABEL}, {NO_KEY}, programme_id, {DISTINCT} \
           from work left join touched on touched.tag_set_id = work.tag_set_id \
           group by programme_id"
    )
}
