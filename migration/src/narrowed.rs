//! Triggers that an earlier step made for a whole table, narrowed to some of its rows on both databases.
//!
//! What else differs between the two is in `portable`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::portable::run;

/// Narrows what `portable::after_any_change` did of a table to rows that fulfil a condition, in which `ROW` stands
/// for the row as it is now, or as it was where it is gone.
pub async fn after_change_of(
    manager: &SchemaManager<'_>,
    table: &str,
    condition: &str,
    first: &str,
    statement: &str,
) -> Result<(), DbErr> {
    let (now, gone) = (
        condition.replace("ROW", "new"),
        condition.replace("ROW", "old"),
    );
    if manager.get_database_backend() != DbBackend::Postgres {
        for event in ["insert", "update", "delete"] {
            let name = format!("{table}_changed_{event}");
            let when = if event == "delete" { &gone } else { &now };
            run(manager, &format!("drop trigger {name}")).await?;
            run(
                manager,
                &format!(
                    "create trigger {name} after {event} on {table} when {when} \
                     begin {statement} end"
                ),
            )
            .await?;
        }
        return Ok(());
    }
    run(
        manager,
        &format!("drop trigger {table}_changed on {table}; drop function {table}_changed()"),
    )
    .await?;
    run(
        manager,
        &format!(
            "create function {table}_changed() returns trigger language plpgsql as \
             $$ begin {first} {statement} return null; end $$"
        ),
    )
    .await?;
    for (name, events, when) in [
        ("changed", "insert or update", &now),
        ("gone", "delete", &gone),
    ] {
        run(
            manager,
            &format!(
                "create trigger {table}_{name} after {events} on {table} \
                 for each row when ({when}) execute function {table}_changed()"
            ),
        )
        .await?;
    }
    run(
        manager,
        &format!(
            "create trigger {table}_emptied after truncate on {table} \
             for each statement execute function {table}_changed()"
        ),
    )
    .await
}
