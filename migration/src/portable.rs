//! Where the two databases differ, and the shorthands of the steps.
//!
//! What a table holds is in the steps.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;
use sea_orm_migration::sea_orm::DbBackend;
use sea_orm_migration::sea_orm::Statement;

/// Creates an ordinary index.
pub async fn index(
    manager: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let mut index = Index::create().name(name).table(table).to_owned();
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await
}

/// Creates a unique index.
pub async fn unique(
    manager: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let mut index = Index::create().name(name).table(table).unique().to_owned();
    for column in columns {
        index.col(*column);
    }
    manager.create_index(index).await
}

/// Creates a unique index over the rows that fulfil a condition.
pub async fn unique_where(
    manager: &SchemaManager<'_>,
    name: &str,
    table: &str,
    columns: &[&str],
    condition: &str,
) -> Result<(), DbErr> {
    let columns = columns.join(", ");
    run(
        manager,
        &format!("create unique index {name} on {table} ({columns}) where {condition}"),
    )
    .await
}

/// Creates a unique index over expressions.
pub async fn unique_by(
    manager: &SchemaManager<'_>,
    name: &str,
    table: &str,
    expressions: &[&str],
) -> Result<(), DbErr> {
    let expressions = expressions.join(", ");
    run(
        manager,
        &format!("create unique index {name} on {table} ({expressions})"),
    )
    .await
}

/// Creates an index over the rows that fulfil a condition.
pub async fn index_where(
    manager: &SchemaManager<'_>,
    name: &str,
    table: &str,
    columns: &[&str],
    condition: &str,
) -> Result<(), DbErr> {
    let columns = columns.join(", ");
    run(
        manager,
        &format!("create index {name} on {table} ({columns}) where {condition}"),
    )
    .await
}

/// Refuses a second interval of one person at the same time, whoever writes it.
///
/// Half-open: an interval may begin where another ends. PostgreSQL holds it by an exclusion
/// constraint, SQLite by triggers behind its single writer. Both report `hour_entry_overlap`.
pub async fn forbid_overlap(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::Postgres => {
            run(manager, "create extension if not exists btree_gist").await?;
            run(
                manager,
                "alter table hour_entry add constraint hour_entry_overlap exclude using gist \
                 (person_id with =, tstzrange(started_at, ended_at, '[)') with &&) \
                 where (kind = 'INTERVAL' and status not in ('REJECTED', 'VOIDED'))",
            )
            .await
        }
        _ => {
            for (name, when) in [
                ("hour_entry_overlap_insert", "before insert on hour_entry"),
                (
                    "hour_entry_overlap_update",
                    "before update of person_id, started_at, ended_at, kind, status on hour_entry",
                ),
            ] {
                run(
                    manager,
                    &format!(
                        "create trigger {name} {when} \
                         when new.kind = 'INTERVAL' and new.status not in ('REJECTED', 'VOIDED') \
                         begin \
                           select raise(abort, 'hour_entry_overlap') where exists ( \
                             select 1 from hour_entry other \
                             where other.person_id = new.person_id and other.id <> new.id \
                               and other.kind = 'INTERVAL' \
                               and other.status not in ('REJECTED', 'VOIDED') \
                               and other.started_at < new.ended_at \
                               and other.ended_at > new.started_at); \
                         end"
                    ),
                )
                .await?;
            }
            Ok(())
        }
    }
}

/// Keeps the counts of a shift equal to its sign-ups, whoever writes them.
///
/// A counted seat is a confirmed sign-up, whatever attendance said of it later. The counts meet
/// the check `shift_capacity`, so that no statement at all can overbook.
pub async fn count_signups(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    const SEATED: &str = "status in ('CONFIRMED', 'ATTENDED', 'NO_SHOW')";
    const WAITING: &str = "status = 'WAITLISTED'";
    let step = |sign: &str, row: &str| {
        format!(
            "update shift set \
             confirmed_count = confirmed_count {sign} case when {row}.{SEATED} then 1 else 0 end, \
             waitlisted_count = waitlisted_count {sign} case when {row}.{WAITING} then 1 else 0 end \
             where id = {row}.shift_id;"
        )
    };
    let (add, take) = (step("+", "new"), step("-", "old"));
    match manager.get_database_backend() {
        DbBackend::Postgres => {
            run(
                manager,
                &format!(
                    "create function count_signup() returns trigger language plpgsql as $$ begin \
                     if tg_op <> 'INSERT' then {take} end if; \
                     if tg_op <> 'DELETE' then {add} end if; \
                     return null; end $$"
                ),
            )
            .await?;
            run(
                manager,
                "create trigger signup_counted after insert or delete or update of status, shift_id \
                 on signup for each row execute function count_signup()",
            )
            .await
        }
        _ => {
            for (event, steps) in [
                ("insert", add.clone()),
                ("delete", take.clone()),
                ("update of status, shift_id", format!("{take} {add}")),
            ] {
                let name = event.split(' ').next().unwrap_or(event);
                run(
                    manager,
                    &format!(
                        "create trigger signup_counted_{name} after {event} on signup \
                         begin {steps} end"
                    ),
                )
                .await?;
            }
            Ok(())
        }
    }
}

/// Refuses a second confirmed sign-up of one person at the same time, whoever writes it.
///
/// Half-open: a shift may begin where another ends. Both databases report `signup_overlap`.
pub async fn forbid_double_booking(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::Postgres => {
            run(
                manager,
                "alter table signup add constraint signup_overlap exclude using gist \
                 (person_id with =, tstzrange(starts_at, ends_at, '[)') with &&) \
                 where (status = 'CONFIRMED')",
            )
            .await
        }
        _ => {
            for (name, when) in [
                ("signup_overlap_insert", "before insert on signup"),
                (
                    "signup_overlap_update",
                    "before update of person_id, starts_at, ends_at, status on signup",
                ),
            ] {
                run(
                    manager,
                    &format!(
                        "create trigger {name} {when} when new.status = 'CONFIRMED' \
                         begin \
                           select raise(abort, 'signup_overlap') where exists ( \
                             select 1 from signup other \
                             where other.person_id = new.person_id and other.id <> new.id \
                               and other.status = 'CONFIRMED' \
                               and other.starts_at < new.ends_at \
                               and other.ends_at > new.starts_at); \
                         end"
                    ),
                )
                .await?;
            }
            Ok(())
        }
    }
}

/// Takes the right to change or delete a table's rows from the role that made it: the right is
/// missing before a trigger has to refuse. SQLite knows no roles.
pub async fn forbid_rewriting(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    run(
        manager,
        &format!("revoke update, delete, truncate on {table} from public, current_user"),
    )
    .await
}

/// Refuses every change and every deletion of a table's rows.
pub async fn append_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::Postgres => {
            run(
                manager,
                "create or replace function refuse_rewrite() returns trigger language plpgsql as \
                 $$ begin raise exception '% is append-only', tg_table_name; end $$",
            )
            .await?;
            run(
                manager,
                &format!(
                    "create trigger {table}_append_only before update or delete or truncate \
                     on {table} for each statement execute function refuse_rewrite()"
                ),
            )
            .await
        }
        _ => {
            for act in ["update", "delete"] {
                run(
                    manager,
                    &format!(
                        "create trigger {table}_no_{act} before {act} on {table} \
                         begin select raise(abort, '{table} is append-only'); end"
                    ),
                )
                .await?;
            }
            Ok(())
        }
    }
}

/// Refuses to put a row in the place of another in an append-only table: `insert or replace` takes
/// the old row away without a trigger of deletion. PostgreSQL knows no such statement.
///
/// `keys` are the columns of each unique key. An insert that would meet `on conflict` is refused too.
pub async fn forbid_replacing(
    manager: &SchemaManager<'_>,
    table: &str,
    keys: &[&[&str]],
) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        return Ok(());
    }
    let taken = |columns: &[&str]| {
        let same = columns.iter().map(|it| format!("{it} = new.{it}"));
        let same = same.collect::<Vec<_>>().join(" and ");
        format!("exists (select 1 from {table} where {same})")
    };
    // The number that SQLite gives each row is a key as well; an insert that leaves it out shows -1.
    let mut found = vec![taken(&["rowid"])];
    found.extend(keys.iter().map(|it| taken(it)));
    let found = found.join(" or ");
    run(
        manager,
        &format!(
            "create trigger {table}_no_replace before insert on {table} when {found} \
             begin select raise(abort, '{table} is append-only'); end"
        ),
    )
    .await
}

/// Runs a statement after each of these changes of a table's rows; `ROW` in it stands for the row as it
/// is now, or as it was where it is gone.
pub async fn after_each(
    manager: &SchemaManager<'_>,
    events: &[&str],
    table: &str,
    statement: &str,
) -> Result<(), DbErr> {
    let when = events.join(" or ");
    let (now, gone) = (
        statement.replace("ROW", "new"),
        statement.replace("ROW", "old"),
    );
    match manager.get_database_backend() {
        DbBackend::Postgres => {
            run(
                manager,
                &format!(
                    "create function {table}_changed() returns trigger language plpgsql as $$ begin \
                     if tg_op = 'DELETE' then {gone} else {now} end if; return null; end $$"
                ),
            )
            .await?;
            run(
                manager,
                &format!(
                    "create trigger {table}_changed after {when} on {table} \
                     for each row execute function {table}_changed()"
                ),
            )
            .await
        }
        _ => {
            for event in events {
                let statement = if *event == "delete" { &gone } else { &now };
                run(
                    manager,
                    &format!(
                        "create trigger {table}_changed_{event} after {event} on {table} \
                         begin {statement} end"
                    ),
                )
                .await?;
            }
            Ok(())
        }
    }
}

/// Runs a statement after statements that change a table, in PostgreSQL with another one `first`. SQLite
/// knows no triggers of statements: there it runs after each row, so that it must be cheap the second time.
pub async fn after_any_change(
    manager: &SchemaManager<'_>,
    table: &str,
    first: &str,
    statement: &str,
) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        let events = ["insert", "update", "delete"];
        return after_each(manager, &events, table, statement).await;
    }
    run(
        manager,
        &format!(
            "create function {table}_changed() returns trigger language plpgsql as \
             $$ begin {first} {statement} return null; end $$"
        ),
    )
    .await?;
    run(
        manager,
        &format!(
            "create trigger {table}_changed after insert or update or delete or truncate on {table} \
             for each statement execute function {table}_changed()"
        ),
    )
    .await
}

/// Runs one statement as it stands.
pub async fn run(manager: &SchemaManager<'_>, statement: &str) -> Result<(), DbErr> {
    manager
        .get_connection()
        .execute_unprepared(statement)
        .await
        .map(|_| ())
}

/// Lets a check of a column, which stands apart in its table, hold otherwise for all rows that it held for before.
///
/// SQLite alters no checks. Rewriting the table would break what refers to it; its own manual has the check rewritten
/// in the stored schema where what is on disk stays the same (*ALTER TABLE*, section 7).
pub async fn widen_check(
    manager: &SchemaManager<'_>,
    (table, column): (&str, &str),
    before: &str,
    after: &str,
) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        // The name that PostgreSQL gives to the check of one column.
        let name = format!("{table}_{column}_check");
        return run(
            manager,
            &format!(
                "alter table {table} drop constraint {name}, \
                 add constraint {name} check ({after})"
            ),
        )
        .await;
    }
    let conn = manager.get_connection();
    let version = Statement::from_sql_and_values(DbBackend::Sqlite, "pragma schema_version", []);
    let version = conn.query_one_raw(version).await?;
    let version: i64 = match version {
        Some(row) => row.try_get_by_index(0)?,
        None => 0,
    };
    let text = |check: &str| check.replace('\'', "''");
    run(manager, "pragma writable_schema = on").await?;
    let changed = conn
        .execute_unprepared(&format!(
            "update sqlite_schema set sql = replace(sql, '{0}', '{1}') \
             where type = 'table' and name = '{table}' and instr(sql, '{0}') > 0",
            text(before),
            text(after)
        ))
        .await?;
    // Other connections read the schema anew by its version, this one when it is reset.
    run(manager, &format!("pragma schema_version = {}", version + 1)).await?;
    run(manager, "pragma writable_schema = reset").await?;
    match changed.rows_affected() {
        1 => Ok(()),
        _ => Err(DbErr::Custom(format!("{table} has no check `{before}`"))),
    }
}
