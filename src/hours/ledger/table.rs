//! Entries and their days as they stood at an instant, as tables that statements read in the place of
//! `hour_entry` and `hour_entry_day`.
//!
//! For whoever counts in the database. Single entries of a chain are read by `past`.

use chrono::DateTime;
use chrono::Utc;
use entity::hour_entry;
use entity::hour_entry_day;
use entity::ledger_event;
use sea_orm::DbBackend;
use sea_orm::sea_query::Alias;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::Func;
use sea_orm::sea_query::JoinType;
use sea_orm::sea_query::Query;
use sea_orm::sea_query::SelectStatement;
use sea_orm::sea_query::UnionType;

use crate::hours::ledger::event::EventKind;

/// What is read of an entry that stands as it stood. `created_at` follows.
const KEPT: [hour_entry::Column; 14] = [
    hour_entry::Column::Id,
    hour_entry::Column::OrganizationId,
    hour_entry::Column::PersonId,
    hour_entry::Column::ProjectId,
    hour_entry::Column::TerritoryId,
    hour_entry::Column::Status,
    hour_entry::Column::EvidenceLevel,
    hour_entry::Column::StartedAt,
    hour_entry::Column::WorkedOn,
    hour_entry::Column::EndedOn,
    hour_entry::Column::BreakMinutes,
    hour_entry::Column::Minutes,
    hour_entry::Column::Headcount,
    hour_entry::Column::TotalMinutes,
];
/// The same in an event, by the type of the column: `id` and `organization_id` are its own.
const TOLD: [(&str, &str, &str); 12] = [
    ("person_id", "person", "uuid"),
    ("project_id", "project", "uuid"),
    ("territory_id", "territory", "uuid"),
    ("status", "status", "varchar"),
    ("evidence_level", "evidence", "varchar"),
    ("started_at", "startedAt", "timestamptz"),
    ("worked_on", "workedOn", "date"),
    ("ended_on", "endedOn", "date"),
    ("break_minutes", "breakMinutes", "integer"),
    ("minutes", "minutes", "integer"),
    ("headcount", "headcount", "integer"),
    ("total_minutes", "totalMinutes", "integer"),
];

/// Rows as those of `hour_entry`, of the columns that figures are counted by, as they stood at an instant;
/// and `position`, the number up to which events of the chain are of then.
#[must_use]
pub fn entries_at(at: DateTime<Utc>, backend: DbBackend) -> SelectStatement {
    let mut untouched = Query::select();
    untouched
        .columns(KEPT.map(|it| (hour_entry::Entity, it)))
        .column((hour_entry::Entity, hour_entry::Column::CreatedAt))
        .expr_as(
            Expr::cust("cast(9223372036854775807 as bigint)"),
            "position",
        )
        .from(hour_entry::Entity)
        .and_where(is_touched(at, "hour_entry.id").not());
    let written = "coalesce(own.created_at, (select min(first.recorded_at) from ledger_event first \
         where first.organization_id = stood.organization_id and first.entry_id = stood.entry_id))";
    let mut touched = Query::select();
    touched
        .expr_as(Expr::cust("stood.entry_id"), "id")
        .expr_as(Expr::cust("stood.organization_id"), "organization_id");
    for (column, member, kind) in TOLD {
        touched.expr_as(Expr::cust(told(member, kind, backend)), column);
    }
    touched
        .expr_as(Expr::cust(written), "created_at")
        .expr_as(Expr::cust("stood.position"), "position")
        .from_subquery(stood(at), "stood")
        .join_as(
            JoinType::LeftJoin,
            hour_entry::Entity,
            "own",
            Expr::cust("own.id = stood.entry_id"),
        );
    untouched.union(UnionType::All, touched).to_owned()
}

/// Rows as those of `hour_entry_day`, of the entries as they stood at an instant.
#[must_use]
pub fn days_at(at: DateTime<Utc>, backend: DbBackend) -> SelectStatement {
    let column = |it| (hour_entry_day::Entity, it);
    let mut untouched = Query::select();
    untouched
        .column(column(hour_entry_day::Column::EntryId))
        .column(column(hour_entry_day::Column::Day))
        .column(column(hour_entry_day::Column::Minutes))
        .from(hour_entry_day::Entity)
        .and_where(is_touched(at, "hour_entry_day.entry_id").not());
    let (each, of, day, minutes) = match backend {
        DbBackend::Postgres => (
            "jsonb_array_elements",
            "cast(stood.payload as jsonb) -> 'days'",
            "cast(part.value ->> 0 as date)",
            "cast(part.value ->> 1 as integer)",
        ),
        _ => (
            "json_each",
            "json_extract(stood.payload, '$.days')",
            "json_extract(part.value, '$[0]')",
            "json_extract(part.value, '$[1]')",
        ),
    };
    let mut touched = Query::select();
    touched
        .expr_as(Expr::cust("stood.entry_id"), "entry_id")
        .expr_as(Expr::cust(day), "day")
        .expr_as(Expr::cust(minutes), "minutes")
        .from_subquery(stood(at), "stood")
        .from_function(Func::cust(each).arg(Expr::cust(of)), "part");
    untouched.union(UnionType::All, touched).to_owned()
}

/// A member of an event, as the type of a column. SQLite keeps ids as bytes, and days as the text they are.
fn told(member: &str, kind: &str, backend: DbBackend) -> String {
    match (backend, kind) {
        (DbBackend::Postgres, _) => {
            format!("cast(cast(stood.payload as jsonb) ->> '{member}' as {kind})")
        }
        (_, "uuid") => {
            format!("unhex(replace(json_extract(stood.payload, '$.{member}'), '-', ''))")
        }
        _ => format!("json_extract(stood.payload, '$.{member}')"),
    }
}

/// Whether something happened since to the entry of an id.
fn is_touched(at: DateTime<Utc>, id: &str) -> Expr {
    let found = Query::select()
        .expr(Expr::value(1))
        .from_subquery(touched(at), "touched")
        .and_where(Expr::cust(format!("touched.entry_id = {id}")))
        .to_owned();
    Expr::exists(found)
}

/// The entries to which something happened since, each with the position of its chain at the instant: the
/// first later event ends what was known, as in `past`.
fn touched(at: DateTime<Utc>) -> SelectStatement {
    let moved = Query::select()
        .column(ledger_event::Column::OrganizationId)
        .expr_as(Expr::cust("min(sequence) - 1"), "position")
        .from(ledger_event::Entity)
        .and_where(Expr::col(ledger_event::Column::RecordedAt).gt(at))
        .group_by_col(ledger_event::Column::OrganizationId)
        .to_owned();
    let later = Alias::new("later");
    Query::select()
        .distinct()
        .column((later.clone(), ledger_event::Column::EntryId))
        .column((later.clone(), ledger_event::Column::OrganizationId))
        .expr_as(Expr::cust("moved.position"), "position")
        .from_as(ledger_event::Entity, later)
        .join_subquery(
            JoinType::InnerJoin,
            moved,
            "moved",
            Expr::cust(
                "moved.organization_id = later.organization_id and later.sequence > moved.position",
            ),
        )
        .and_where(Expr::cust("later.entry_id is not null"))
        .to_owned()
}

/// The event after which each of them stood at the instant, if there was one, and it was not taken away.
fn stood(at: DateTime<Utc>) -> SelectStatement {
    // A proposed correction changes nothing yet: its event says what it proposes.
    let last = format!(
        "event.organization_id = touched.organization_id and event.entry_id = touched.entry_id \
         and event.sequence = (select max(earlier.sequence) from ledger_event earlier \
           where earlier.organization_id = touched.organization_id \
             and earlier.entry_id = touched.entry_id \
             and earlier.sequence <= touched.position and earlier.kind <> '{}')",
        EventKind::AmendmentProposed.word()
    );
    Query::select()
        .expr_as(Expr::cust("event.entry_id"), "entry_id")
        .expr_as(Expr::cust("event.organization_id"), "organization_id")
        .expr_as(Expr::cust("event.payload"), "payload")
        .expr_as(Expr::cust("touched.position"), "position")
        .from_subquery(touched(at), "touched")
        .join_as(
            JoinType::InnerJoin,
            ledger_event::Entity,
            "event",
            Expr::cust(last),
        )
        .and_where(Expr::cust(format!(
            "event.kind <> '{}'",
            EventKind::Deleted.word()
        )))
        .to_owned()
}
