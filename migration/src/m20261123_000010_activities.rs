//! Activities, their shifts, sign-ups, and what people are told about them.

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
        activities(manager).await?;
        shifts(manager).await?;
        signups(manager).await?;
        notifications(manager).await
    }
}

fn reference(
    from: &'static str,
    column: &'static str,
    to: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(from, column)
        .to(to, "id")
        .to_owned()
}

async fn activities(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let activity = Table::create()
        .table("activity")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(uuid("project_id"))
        .col(string("title"))
        .col(string_null("title_ar"))
        .col(text_null("description"))
        .col(text_null("place"))
        .col(uuid_null("territory_id"))
        .col(string_null("time_zone"))
        .col(string("status"))
        .col(text_null("cancel_reason"))
        .col(timestamp_with_time_zone_null("cancelled_at"))
        .col(string("attendance_mode"))
        .col(string("auto_close"))
        .col(integer_null("auto_close_minutes"))
        .col(integer("check_in_before_minutes"))
        .col(integer("check_in_after_minutes"))
        .col(uuid_null("created_by"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference(
            "activity",
            "organization_id",
            "organization",
        ))
        .foreign_key(&mut reference("activity", "project_id", "project"))
        .foreign_key(&mut reference("activity", "territory_id", "territory"))
        .foreign_key(&mut reference("activity", "created_by", "user_account"))
        .check(Check::named(
            "activity_auto_close",
            Expr::cust("(auto_close = 'CREDIT_MINUTES') = (auto_close_minutes is not null)"),
        ))
        .to_owned();
    manager.create_table(activity).await?;
    index(
        manager,
        "activity_by_organization",
        "activity",
        &["organization_id", "id"],
    )
    .await?;
    index(
        manager,
        "activity_by_project",
        "activity",
        &["project_id", "id"],
    )
    .await
}

async fn shifts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let series = Table::create()
        .table("shift_series")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(uuid("activity_id"))
        // RFC 5545, in local wall time from the first start on.
        .col(text("rule"))
        .col(timestamp("first_start"))
        .col(string("time_zone"))
        .col(integer("minutes"))
        .col(uuid_null("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference(
            "shift_series",
            "organization_id",
            "organization",
        ))
        .foreign_key(&mut reference("shift_series", "activity_id", "activity"))
        .foreign_key(&mut reference("shift_series", "created_by", "user_account"))
        .to_owned();
    manager.create_table(series).await?;
    let shift = Table::create()
        .table("shift")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(uuid("activity_id"))
        .col(uuid_null("series_id"))
        .col(timestamp_with_time_zone("starts_at"))
        .col(timestamp_with_time_zone("ends_at"))
        .col(string("time_zone"))
        .col(integer_null("capacity"))
        .col(integer("break_minutes"))
        .col(string("status"))
        .col(text_null("cancel_reason"))
        .col(timestamp_with_time_zone_null("cancelled_at"))
        // Counted by the triggers on `signup`, never written by statements.
        .col(integer("confirmed_count").default(0))
        .col(integer("waitlisted_count").default(0))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("shift", "organization_id", "organization"))
        .foreign_key(&mut reference("shift", "activity_id", "activity"))
        .foreign_key(&mut reference("shift", "series_id", "shift_series"))
        .check(Check::named(
            "shift_interval",
            Expr::cust("ends_at > starts_at"),
        ))
        .check(Check::named(
            "shift_break",
            Expr::cust("break_minutes >= 0"),
        ))
        .check(Check::named(
            "shift_counts",
            Expr::cust("waitlisted_count >= 0"),
        ))
        // The last word on overbooking, whoever writes a sign-up or lowers the capacity.
        .check(Check::named(
            "shift_capacity",
            Expr::cust(
                "capacity is null or (capacity >= 1 and confirmed_count between 0 and capacity)",
            ),
        ))
        .to_owned();
    manager.create_table(shift).await?;
    // Lists run by start; the list of one activity and of one organization page on these keys.
    index(
        manager,
        "shift_by_start",
        "shift",
        &["organization_id", "starts_at", "id"],
    )
    .await?;
    index(
        manager,
        "shift_by_activity",
        "shift",
        &["activity_id", "starts_at", "id"],
    )
    .await?;
    portable::index_where(
        manager,
        "shift_by_series",
        "shift",
        &["series_id", "starts_at"],
        "series_id is not null",
    )
    .await
}

async fn signups(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let signup = Table::create()
        .table("signup")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(uuid("shift_id"))
        .col(uuid("volunteer_id"))
        .col(uuid("person_id"))
        // Those of the shift, so that one person's overlap can be refused here.
        .col(timestamp_with_time_zone("starts_at"))
        .col(timestamp_with_time_zone("ends_at"))
        .col(string("status"))
        .col(timestamp_with_time_zone_null("waiting_since"))
        .col(timestamp_with_time_zone_null("confirmed_at"))
        .col(timestamp_with_time_zone_null("cancelled_at"))
        .col(text_null("cancel_reason"))
        .col(text_null("note"))
        .col(uuid_null("created_by"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("signup", "organization_id", "organization"))
        .foreign_key(&mut reference("signup", "shift_id", "shift"))
        .foreign_key(&mut reference("signup", "volunteer_id", "volunteer"))
        .foreign_key(&mut reference("signup", "person_id", "person"))
        .foreign_key(&mut reference("signup", "created_by", "user_account"))
        .to_owned();
    manager.create_table(signup).await?;
    portable::unique_where(
        manager,
        "signup_once",
        "signup",
        &["shift_id", "volunteer_id"],
        "status <> 'CANCELLED'",
    )
    .await?;
    // The waiting list, first come first.
    portable::index_where(
        manager,
        "signup_waiting",
        "signup",
        &["shift_id", "waiting_since", "id"],
        "status = 'WAITLISTED'",
    )
    .await?;
    index(manager, "signup_by_shift", "signup", &["shift_id", "id"]).await?;
    index(
        manager,
        "signup_by_volunteer",
        "signup",
        &["volunteer_id", "starts_at", "id"],
    )
    .await?;
    index(
        manager,
        "signup_by_person",
        "signup",
        &["person_id", "starts_at"],
    )
    .await?;
    portable::count_signups(manager).await?;
    portable::forbid_double_booking(manager).await
}

async fn notifications(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let notification = Table::create()
        .table("notification")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(uuid_null("organization_id"))
        .col(string("kind"))
        // JSON: the values of the sentence.
        .col(text("params"))
        .col(uuid_null("activity_id"))
        .col(uuid_null("shift_id"))
        .col(uuid_null("signup_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("read_at"))
        .foreign_key(&mut reference("notification", "user_id", "user_account"))
        .foreign_key(&mut reference(
            "notification",
            "organization_id",
            "organization",
        ))
        .to_owned();
    manager.create_table(notification).await?;
    index(
        manager,
        "notification_by_user",
        "notification",
        &["user_id", "id"],
    )
    .await?;
    portable::index_where(
        manager,
        "notification_unread",
        "notification",
        &["user_id"],
        "read_at is null",
    )
    .await
}
