//! Organizations, memberships, invitations.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::portable;
use crate::portable::index;
use crate::portable::unique;

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
        create(manager).await
    }
}

async fn create(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let organization = Table::create()
        .table("organization")
        .col(uuid("id").primary_key())
        .col(string("slug").unique_key())
        .col(string("name"))
        .col(string_null("name_ar"))
        .col(text("search_key"))
        .col(string("kind"))
        .col(string_null("registration_number"))
        .col(uuid("territory_id"))
        .col(uuid_null("parent_id"))
        .col(string("time_zone"))
        .col(integer("daily_cap_minutes"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("archived_at"))
        .foreign_key(
            ForeignKey::create()
                .from("organization", "territory_id")
                .to("territory", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("organization", "parent_id")
                .to("organization", "id"),
        )
        .to_owned();
    manager.create_table(organization).await?;
    let membership = Table::create()
        .table("membership")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(uuid("user_id"))
        .col(string("role"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .foreign_key(
            ForeignKey::create()
                .from("membership", "organization_id")
                .to("organization", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("membership", "user_id")
                .to("user_account", "id"),
        )
        .to_owned();
    manager.create_table(membership).await?;
    let invitation = Table::create()
        .table("invitation")
        .col(uuid("id").primary_key())
        .col(uuid("organization_id"))
        .col(string("email"))
        .col(string("role"))
        .col(uuid_null("volunteer_id"))
        .col(blob("digest"))
        .col(uuid_null("invited_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("accepted_at"))
        .col(uuid_null("accepted_by"))
        .foreign_key(
            ForeignKey::create()
                .from("invitation", "organization_id")
                .to("organization", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("invitation", "invited_by")
                .to("user_account", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("invitation", "accepted_by")
                .to("user_account", "id"),
        )
        .to_owned();
    manager.create_table(invitation).await?;
    index(
        manager,
        "organization_by_territory",
        "organization",
        &["territory_id"],
    )
    .await?;
    portable::unique_where(
        manager,
        "membership_in_force",
        "membership",
        &["organization_id", "user_id"],
        "ended_at is null",
    )
    .await?;
    index(manager, "membership_by_user", "membership", &["user_id"]).await?;
    unique(manager, "invitation_digest", "invitation", &["digest"]).await?;
    index(
        manager,
        "invitation_by_organization",
        "invitation",
        &["organization_id", "id"],
    )
    .await?;
    Ok(())
}
