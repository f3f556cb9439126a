//! The steps that bring a database up to date, in order.
//!
//! A step names tables and columns as text and never uses `entity`: it must mean the same in two
//! years. A step that was released is never edited.

use sea_orm_migration::MigrationTrait;
pub use sea_orm_migration::MigratorTrait;
pub use sea_orm_migration::SchemaManager;

mod m20261123_000001_identity;
mod m20261123_000002_reference;
mod m20261123_000003_organizations;
mod m20261123_000004_work;
mod m20261123_000005_hours;
mod m20261123_000006_across;
mod m20261123_000007_figures;
mod m20261123_000008_amendments;
mod m20261123_000009_periods;
mod m20261123_000010_activities;
mod m20261123_000011_timers;
mod m20261123_000012_sync;
mod m20261123_000013_approval;
mod m20261123_000014_imports;
mod m20261124_000015_attendance;
mod m20261124_000016_evidence;
mod m20261127_000017_duplicates;
mod m20261127_000018_unreplaced;
mod m20261127_000019_feed;
mod m20261127_000020_presence;
mod m20261127_000021_rejected;
mod m20261127_000022_jobs;
mod m20261127_000023_indicators;
mod m20261127_000024_wages;
mod m20261127_000026_rollups;
mod m20261127_000027_statistics;
mod m20261128_000028_vocabularies;
mod m20261128_000029_evidence;
mod m20261128_000030_sectors;
mod m20261128_000033_snapshots;
mod m20261128_000035_translations;
mod m20261128_000036_contracts;
mod m20261128_000037_budget_share;
mod m20261128_000039_snapshot_heads;
mod m20261128_000040_incidents;
mod m20261128_000041_snapshot_dimensions;
mod m20261128_000042_key_fingerprint;
mod m20261128_000043_custom_dimension;
mod m20261128_000044_value_of_work;
mod m20261128_000045_schedules;
mod m20261128_000046_deliveries;
mod m20261128_000050_certificates;
mod m20261128_000055_artifact_pieces;
mod m20261128_000057_certificate_choices;
mod m20261128_000058_sent;
mod m20261128_000059_webhooks;
mod m20261128_000061_letters;
mod m20261128_000062_password_resets;
mod m20261129_000063_sign_in;
mod m20261129_000064_second_factor;
mod m20261129_000065_verified_addresses;
mod m20261129_000066_consents;
mod m20261129_000067_erasure;
mod m20261129_000068_subjects;
mod m20261129_000069_api_tokens;
mod m20261129_000070_audit;
mod m20261129_000071_identity_links;
mod m20261129_000073_national_ids;
mod m20261129_000074_erased_origins;
mod m20261129_000079_row_policies;
mod m20261129_000080_origins_of_before;
mod m20261129_000081_begun_by_network;
mod m20261129_000082_letter_jobs;
mod narrowed;
mod portable;
mod row_policies;

/// All steps, oldest first.
pub struct Migrator;

#[sea_orm_migration::async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_identity::Migration),
            Box::new(m20261123_000002_reference::Migration),
            Box::new(m20261123_000003_organizations::Migration),
            Box::new(m20261123_000004_work::Migration),
            Box::new(m20261123_000005_hours::Migration),
            Box::new(m20261123_000006_across::Migration),
            Box::new(m20261123_000007_figures::Migration),
            Box::new(m20261123_000008_amendments::Migration),
            Box::new(m20261123_000009_periods::Migration),
            Box::new(m20261123_000010_activities::Migration),
            Box::new(m20261123_000011_timers::Migration),
            Box::new(m20261123_000012_sync::Migration),
            Box::new(m20261123_000013_approval::Migration),
            Box::new(m20261123_000014_imports::Migration),
            Box::new(m20261124_000015_attendance::Migration),
            Box::new(m20261124_000016_evidence::Migration),
            Box::new(m20261127_000017_duplicates::Migration),
            Box::new(m20261127_000018_unreplaced::Migration),
            Box::new(m20261127_000019_feed::Migration),
            Box::new(m20261127_000020_presence::Migration),
            Box::new(m20261127_000021_rejected::Migration),
            Box::new(m20261127_000022_jobs::Migration),
            Box::new(m20261127_000023_indicators::Migration),
            Box::new(m20261127_000024_wages::Migration),
            Box::new(m20261127_000026_rollups::Migration),
            Box::new(m20261127_000027_statistics::Migration),
            Box::new(m20261128_000028_vocabularies::Migration),
            Box::new(m20261128_000029_evidence::Migration),
            Box::new(m20261128_000030_sectors::Migration),
            Box::new(m20261128_000033_snapshots::Migration),
            Box::new(m20261128_000035_translations::Migration),
            Box::new(m20261128_000036_contracts::Migration),
            Box::new(m20261128_000037_budget_share::Migration),
            Box::new(m20261128_000039_snapshot_heads::Migration),
            Box::new(m20261128_000040_incidents::Migration),
            Box::new(m20261128_000041_snapshot_dimensions::Migration),
            Box::new(m20261128_000042_key_fingerprint::Migration),
            Box::new(m20261128_000043_custom_dimension::Migration),
            Box::new(m20261128_000044_value_of_work::Migration),
            Box::new(m20261128_000045_schedules::Migration),
            Box::new(m20261128_000046_deliveries::Migration),
            Box::new(m20261128_000050_certificates::Migration),
            Box::new(m20261128_000055_artifact_pieces::Migration),
            Box::new(m20261128_000057_certificate_choices::Migration),
            Box::new(m20261128_000058_sent::Migration),
            Box::new(m20261128_000059_webhooks::Migration),
            Box::new(m20261128_000061_letters::Migration),
            Box::new(m20261128_000062_password_resets::Migration),
            Box::new(m20261129_000063_sign_in::Migration),
            Box::new(m20261129_000064_second_factor::Migration),
            Box::new(m20261129_000065_verified_addresses::Migration),
            Box::new(m20261129_000066_consents::Migration),
            Box::new(m20261129_000067_erasure::Migration),
            Box::new(m20261129_000068_subjects::Migration),
            Box::new(m20261129_000069_api_tokens::Migration),
            Box::new(m20261129_000070_audit::Migration),
            Box::new(m20261129_000071_identity_links::Migration),
            Box::new(m20261129_000073_national_ids::Migration),
            Box::new(m20261129_000074_erased_origins::Migration),
            Box::new(m20261129_000079_row_policies::Migration),
            Box::new(m20261129_000080_origins_of_before::Migration),
            Box::new(m20261129_000081_begun_by_network::Migration),
            Box::new(m20261129_000082_letter_jobs::Migration),
        ]
    }
}

/// Tables that have no row-level policies in PostgreSQL, and why.
pub fn unguarded() -> impl Iterator<Item = (&'static str, &'static str)> {
    let tables = m20261129_000079_row_policies::TABLES.iter();
    tables.filter_map(|(table, kind)| match kind {
        row_policies::Kind::Open(why) => Some((*table, *why)),
        _ => None,
    })
}
