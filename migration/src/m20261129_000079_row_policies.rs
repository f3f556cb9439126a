//! Row-level policies: whose the rows of each table are. SQLite has none.

use sea_orm_migration::prelude::*;

use crate::row_policies::Kind;
use crate::row_policies::Kind::Catalogue;
use crate::row_policies::Kind::Members;
use crate::row_policies::Kind::Open;
use crate::row_policies::Kind::Organization;
use crate::row_policies::Kind::Part;
use crate::row_policies::Kind::People;
use crate::row_policies::Kind::Share;
use crate::row_policies::Kind::User;
use crate::row_policies::Kind::UserOfAny;
use crate::row_policies::Person;
use crate::row_policies::Place;
use crate::row_policies::functions;
use crate::row_policies::guard;
use crate::row_policies::let_go;
use crate::row_policies::let_references_hold;

/// The step.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Why accounts have no policies.
const ACCOUNTS: &str =
    "of the platform and of no organization; looked up before it is known who asks";
/// Why queues have none.
const QUEUE: &str = "ids and states for the system's own work, written by whoever causes it";
/// Why official lists have none.
const PUBLIC: &str = "official lists and published figures: everybody reads them";
/// Why the marks of roll-ups have none.
const MARKS: &str = "how far figures are counted; no figure";

/// Every table, in the order of the alphabet.
pub const TABLES: &[(&str, Kind)] = &[
    ("accreditation", Organization(Place::Organization)),
    ("activity", Organization(Place::Project("project_id"))),
    ("api_token", Open(ACCOUNTS)),
    (
        "approval_decision",
        People(Person::Entry("entry_id"), Place::Nowhere),
    ),
    ("approval_rule", Organization(Place::Nowhere)),
    ("approval_selection", Organization(Place::Nowhere)),
    ("artifact", Part("job", "id", "job_id")),
    ("artifact_piece", Part("job", "id", "job_id")),
    (
        "attendance",
        People(Person::Record("volunteer_id"), Place::Nowhere),
    ),
    ("audit_event", Kind::Trail),
    (
        "audit_horizon",
        Open("until when lines of the trail were let go of"),
    ),
    (
        "certificate",
        People(Person::Certified("volunteer_id"), Place::Nowhere),
    ),
    ("consent", Kind::Said(None)),
    (
        "contract_incident",
        People(Person::Nobody, Place::Organization),
    ),
    ("contract_said", People(Person::Nobody, Place::Organization)),
    ("delivery", Part("schedule_run", "id", "run_id")),
    ("device", User("user_id")),
    ("email_verification", Open(ACCOUNTS)),
    ("erasure_request", Kind::Said(Some("requested_by"))),
    (
        "evidence_content",
        Part("evidence_file", "id", "evidence_id"),
    ),
    ("evidence_file", Part("measurement", "id", "measurement_id")),
    (
        "feed",
        Members(Person::Either("audience"), Place::Certified),
    ),
    (
        "feed_head",
        Open("how many changes there were, and none of them"),
    ),
    (
        "hour_entry",
        People(Person::Record("volunteer_id"), Place::Here("territory_id")),
    ),
    (
        "hour_entry_amendment",
        People(Person::Entry("entry_id"), Place::Here("territory_id")),
    ),
    (
        "hour_entry_day",
        People(Person::Entry("entry_id"), Place::Counted),
    ),
    (
        "idempotency_key",
        Open("digests of requests under the name of their sender"),
    ),
    ("identity_link", Open(ACCOUNTS)),
    ("import", People(Person::Nobody, Place::Nowhere)),
    ("import_record", Part("import", "id", "import_id")),
    ("import_refusal", Part("import", "id", "import_id")),
    ("import_rejected", Part("import", "id", "import_id")),
    ("import_source", Part("import", "id", "import_id")),
    ("indicator", Catalogue(Place::Organization)),
    ("indicator_baseline", Share("project", "id", "project_id")),
    ("indicator_target", Share("project", "id", "project_id")),
    ("invitation", People(Person::Nobody, Place::Nowhere)),
    ("job", UserOfAny("requested_by")),
    (
        "key_fingerprint",
        Open("one row about the keys of the server"),
    ),
    ("known_network", Open(ACCOUNTS)),
    ("ledger_checkpoint", Organization(Place::Counted)),
    ("ledger_event", Organization(Place::Counted)),
    ("ledger_head", Organization(Place::Counted)),
    ("ledger_note", Organization(Place::Counted)),
    ("letter", Open(QUEUE)),
    ("letter_off", Open(QUEUE)),
    ("letter_round", Open(QUEUE)),
    ("measurement", Organization(Place::Here("territory_id"))),
    (
        "membership",
        People(Person::Account("user_id"), Place::Nowhere),
    ),
    ("national_id", People(Person::Nobody, Place::Nowhere)),
    (
        "notification",
        People(Person::Account("user_id"), Place::Nowhere),
    ),
    ("organization", Kind::Itself),
    ("outbox", Open(QUEUE)),
    ("password_request", Open(ACCOUNTS)),
    ("password_reset", Open(ACCOUNTS)),
    ("period_exception", Organization(Place::Nowhere)),
    (
        "period_exception_user",
        Part("period_exception", "id", "exception_id"),
    ),
    (
        "person",
        Open("an id and a keyed hash; whose it is, is in the records"),
    ),
    (
        "project",
        Organization(Place::HereOrCounted("territory_id")),
    ),
    ("recovery_code", Open(ACCOUNTS)),
    ("reference_load", Open("which editions of lists are loaded")),
    ("refresh_token", Open(ACCOUNTS)),
    (
        "report_snapshot",
        Organization(Place::Frozen("territory_id")),
    ),
    (
        "report_snapshot_head",
        Part("report_snapshot", "id", "snapshot_id"),
    ),
    ("reporting_period", Organization(Place::Certified)),
    ("reporting_period_said", Organization(Place::Certified)),
    ("role_grant", Open(ACCOUNTS)),
    ("rollup_cell", Organization(Place::Here("territory_id"))),
    ("rollup_mark", Open(MARKS)),
    ("rollup_month", Open(MARKS)),
    ("rollup_number", Open(MARKS)),
    ("rollup_sheet", Kind::OfPlace("territory_id")),
    ("rollup_stale", Open(MARKS)),
    ("schedule", User("owner_id")),
    ("schedule_run", Part("schedule", "id", "schedule_id")),
    ("seaql_migrations", Open("which steps were applied")),
    ("second_factor", Open(ACCOUNTS)),
    ("session", Open(ACCOUNTS)),
    ("shift", Organization(Place::Activity("activity_id"))),
    ("shift_series", Organization(Place::Activity("activity_id"))),
    ("sign_in_attempt", Open(ACCOUNTS)),
    ("sign_in_request", Open(ACCOUNTS)),
    (
        "signup",
        People(Person::Record("volunteer_id"), Place::Nowhere),
    ),
    ("statistics_cell", Open(PUBLIC)),
    ("statistics_contribution", Kind::System),
    ("statistics_edition", Open(PUBLIC)),
    ("tag_set", Share("project", "id", "project_id")),
    ("tag_share", Part("tag_set", "id", "tag_set_id")),
    ("territory", Open(PUBLIC)),
    ("territory_ancestor", Open(PUBLIC)),
    (
        "timer",
        People(Person::Record("volunteer_id"), Place::Nowhere),
    ),
    ("user_account", Open(ACCOUNTS)),
    ("vocabulary", Catalogue(Place::Nowhere)),
    ("vocabulary_term", Part("vocabulary", "code", "vocabulary")),
    ("volunteer", People(Person::Itself, Place::Counted)),
    ("volunteer_apart", People(Person::Nobody, Place::Counted)),
    (
        "volunteer_contract",
        People(Person::Record("volunteer_id"), Place::Organization),
    ),
    ("volunteer_key", People(Person::Nobody, Place::Counted)),
    ("volunteer_merge", People(Person::Nobody, Place::Nowhere)),
    (
        "volunteer_merge_record",
        Part("volunteer_merge", "id", "merge_id"),
    ),
    ("wage_rate", Open(PUBLIC)),
    (
        "webhook_delivery",
        Part("webhook_endpoint", "id", "endpoint_id"),
    ),
    ("webhook_endpoint", Organization(Place::Nowhere)),
    ("webhook_stream", Organization(Place::Certified)),
    ("webhook_superseded", Open(QUEUE)),
];

#[sea_orm_migration::async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let_references_hold(manager).await?;
        // A record that an import made and nobody used goes with the import.
        let_go(manager, "consent", "volunteer_id").await?;
        functions(manager).await?;
        guard(manager, TABLES).await
    }
}
