//! Attendance of shifts, and which shifts still wait for its end.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable;
use crate::portable::index;

/// The step.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        // SQLite would otherwise keep half a step.
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let shift = Table::alter()
            .table("shift")
            .add_column(timestamp_with_time_zone_null("attendance_closed_at"))
            .to_owned();
        manager.alter_table(shift).await?;
        portable::index_where(
            manager,
            "shift_unclosed",
            "shift",
            &["ends_at", "id"],
            "attendance_closed_at is null and status = 'PLANNED'",
        )
        .await?;
        attendance(manager).await
    }
}

fn reference(column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from("attendance", column)
        .to(to, "id")
        .to_owned()
}

async fn attendance(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let attendance = Table::create()
        .table("attendance")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(uuid("shift_id"))
        .col(uuid("volunteer_id"))
        .col(uuid("person_id"))
        .col(uuid_null("signup_id"))
        .col(string("status"))
        .col(timestamp_with_time_zone_null("checked_in_at"))
        .col(string_null("check_in_method"))
        .col(timestamp_with_time_zone_null("checked_out_at"))
        .col(string_null("check_out_method"))
        .col(string_null("review"))
        .col(string_null("refusal"))
        .col(uuid_null("entry_id"))
        .col(text_null("reason"))
        .col(uuid_null("recorded_by"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("organization_id", "organization"))
        .foreign_key(&mut reference("shift_id", "shift"))
        .foreign_key(&mut reference("volunteer_id", "volunteer"))
        .foreign_key(&mut reference("person_id", "person"))
        .foreign_key(&mut reference("signup_id", "signup"))
        .foreign_key(&mut reference("recorded_by", "user_account"))
        // Hours that are deleted leave the presence behind.
        .foreign_key(reference("entry_id", "hour_entry").on_delete(ForeignKeyAction::SetNull))
        .check(Check::named(
            "attendance_order",
            Expr::cust("checked_out_at is null or checked_out_at >= checked_in_at"),
        ))
        .check(Check::named(
            "attendance_review",
            Expr::cust("(status = 'NEEDS_REVIEW') = (review is not null)"),
        ))
        // What waits for a review counts nowhere.
        .check(Check::named(
            "attendance_hours",
            Expr::cust("entry_id is null or status = 'COMPLETED'"),
        ))
        .to_owned();
    manager.create_table(attendance).await?;
    portable::unique(
        manager,
        "attendance_once",
        "attendance",
        &["shift_id", "volunteer_id"],
    )
    .await?;
    // One entry shows one presence: an entry that is deleted is found by it, too.
    portable::unique_where(
        manager,
        "attendance_by_entry",
        "attendance",
        &["entry_id"],
        "entry_id is not null",
    )
    .await?;
    index(
        manager,
        "attendance_by_volunteer",
        "attendance",
        &["volunteer_id", "id"],
    )
    .await?;
    index(
        manager,
        "attendance_by_shift",
        "attendance",
        &["shift_id", "id"],
    )
    .await?;
    portable::index_where(
        manager,
        "attendance_to_review",
        "attendance",
        &["organization_id", "id"],
        "status = 'NEEDS_REVIEW'",
    )
    .await
}
