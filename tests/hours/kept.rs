//! Rules that decide whether figures can be trusted, and that no journey shows by the way: whose time
//! it is, in which zone, on which day.
//!
//! Each test quotes the rule that it keeps.

use entity::hour_entry;
use entity::ids::EntryId;
use entity::types::Minutes;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::hours::list;
use tiwizi::hours::store;
use tiwizi::platform::i18n::Locale;
use tiwizi::platform::zones;

use crate::hours::World;
use crate::hours::code;
use crate::hours::id;
use crate::hours::text;
use crate::support::app::App;
use crate::support::on_both_databases;

/// The record of somebody else in the first organization.
async fn enrols(world: &World, more: Value) -> String {
    let mut input = json!({ "organizationId": world.organization, "name": "Idir" });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let payload = world
        .owner
        .done("createVolunteer", input, "volunteer { id }")
        .await;
    text(&payload["volunteer"]["id"])
}

/// Minutes that count from one day to another.
async fn reported(world: &World, from: &str, to: &str) -> i64 {
    let query =
        "query($input: IndhReportInput!) { indhReport(input: $input) { totals { minutes } } }";
    let input = json!({ "territoryCode": "MA", "from": from, "to": to,
        "organizationId": world.organization });
    let data = world.owner.asks(query, json!({ "input": input })).await;
    data["indhReport"]["totals"]["minutes"].as_i64().unwrap()
}

on_both_databases! {
    /// "Duration-only entries have no clock interval; they are checked against a daily cap, never
    /// against overlap."
    async fn minutes_without_clock_times_overlap_nothing_and_fill_the_day(app: App) {
        let world = World::on(&app).await;
        id(&world.volunteer.logs(world.between("2026-10-14T00:00:00Z", "2026-10-14T12:00:00Z")).await);

        id(&world.volunteer.logs(world.on_day("2026-10-14", 360)).await);
        id(&world.volunteer.logs(world.on_day("2026-10-14", 360)).await);
        let more = world.volunteer.logs(world.on_day("2026-10-14", 1)).await;
        let between = world.volunteer.logs(world.between("2026-10-14T13:00:00Z", "2026-10-14T13:01:00Z")).await;

        assert_eq!(code(&more), "DAILY_CAP_EXCEEDED");
        assert_eq!(code(&between), "DAILY_CAP_EXCEEDED");
    }

    /// "Every rule keys on the volunteer, never the actor."
    async fn rules_look_at_who_worked_and_not_at_who_typed(app: App) {
        let world = World::on(&app).await;
        let other = enrols(&world, json!({})).await;
        let (from, to) = ("2026-10-14T09:00:00Z", "2026-10-14T11:00:00Z");
        let mut of_another = world.between(from, to);
        of_another["volunteerId"] = json!(other);

        id(&world.coordinator.logs(world.between(from, to)).await);
        id(&world.coordinator.logs(of_another).await);

        for typist in [&world.volunteer, &world.owner] {
            let again = typist.logs(world.between(from, to)).await;
            assert_eq!(code(&again), "ENTRY_OVERLAP");
        }
    }

    /// "Zone comes from the activity or site, falling back to the organization; never from the actor or
    /// the server."
    async fn the_zone_is_that_of_the_project_whoever_writes_from_wherever(app: App) {
        let world = World::on(&app).await;
        let input = json!({ "organizationId": world.organization, "title": "Abroad", "territoryCode": "07",
            "startsOn": "2025-01-01", "timeZone": "Pacific/Auckland" });
        let abroad = world.owner.done("createProject", input, "project { id }").await;
        let (from, to) = ("2026-07-01T21:00:00-04:00", "2026-07-01T22:00:00-04:00");

        let at_home = world.volunteer.logs(world.between(from, to)).await;
        let mut input = world.between("2026-07-02T13:00:00Z", "2026-07-02T14:00:00Z");
        input["projectId"] = abroad["project"]["id"].clone();
        let away = world.coordinator.logs(input).await;

        let zone_and_day = |it: &Value| json!([it["hourEntry"]["timeZone"], it["hourEntry"]["workedOn"]]);
        assert_eq!(zone_and_day(&at_home), json!(["Africa/Casablanca", "2026-07-02"]));
        assert_eq!(zone_and_day(&away), json!(["Pacific/Auckland", "2026-07-03"]));
    }

    /// "Duration from instants; CHECK > 0."
    async fn the_database_takes_no_work_that_ends_before_it_begins_or_lasts_no_minute(app: App) {
        let world = World::on(&app).await;
        let work = world.between("2026-10-14T09:00:00Z", "2026-10-14T11:00:00Z");
        let entry = EntryId::read(&id(&world.volunteer.logs(work).await).into()).unwrap();
        let ctx = world.app.parts.operator(Locale::En);
        let stored = list::by_ids(ctx.read(), ctx.scope(), &[entry]).await.unwrap();
        let right = hour_entry::Model {
            id: EntryId(ctx.new_id()),
            started_at: "2026-10-14T12:00:00Z".parse().ok(),
            ended_at: "2026-10-14T14:00:00Z".parse().ok(),
            ..stored[&entry].row.clone()
        };
        let lasting = |minutes| hour_entry::Model {
            minutes: Minutes(minutes),
            total_minutes: Minutes(minutes),
            ..right.clone()
        };
        let backwards = hour_entry::Model {
            started_at: right.ended_at,
            ended_at: right.started_at,
            ..right.clone()
        };

        for wrong in [lasting(0), lasting(-120), backwards] {
            let written = ctx.transaction(async |tx| store::insert(tx, &[(&wrong, &[])]).await).await;
            written.expect_err("refused");
        }
        ctx.transaction(async |tx| store::insert(tx, &[(&right, &[])]).await).await.expect("nothing else is wrong");
    }

    /// "Reports filter on work date."
    async fn figures_count_the_day_of_the_work_and_not_of_its_writing(app: App) {
        let world = World::on(&app).await;
        let mut input = world.on_day("2025-03-14", 75);
        input["submit"] = json!(true);
        let entry = id(&world.volunteer.logs(input).await);
        world.coordinator.acts("approve", &[&entry], None).await;

        assert_eq!(reported(&world, "2025-03-14", "2025-03-14").await, 75);
        assert_eq!(reported(&world, "2026-11-01", "2026-11-30").await, 0);
    }

    /// "State lives on the entry; the period state is derived": what is added to a month that was
    /// attested waits for a decision like any other.
    async fn what_comes_after_the_attestation_of_its_month_is_decided_on_all_the_same(app: App) {
        let world = World::on(&app).await;
        let said = json!({ "organizationId": world.organization, "month": "2026-10" });
        world.owner.done("submitPeriod", said, "reportingPeriod { id }").await;
        let mut input = world.on_day("2026-10-14", 90);
        input["submit"] = json!(true);

        let late = id(&world.volunteer.logs(input).await);
        let query = "query($of: ID!) { approvalQueue(organizationId: $of, first: 5) {
            nodes { hourEntry { id } } } }";
        let waiting = world.coordinator.asks(query, json!({ "of": world.organization })).await;
        let decided = world.coordinator.acts("approve", &[&late], None).await;

        assert_eq!(waiting["approvalQueue"]["nodes"], json!([{ "hourEntry": { "id": late } }]));
        assert_eq!(decided[0]["hourEntry"]["status"], "APPROVED");
        assert_eq!(reported(&world, "2026-10-01", "2026-10-31").await, 90);
    }

    /// "Approval scope is that of the activity's organization, not the person": whoever decides on
    /// somebody's hours here has no say about the same person's hours elsewhere.
    async fn the_same_persons_hours_elsewhere_are_not_decided_on_here(app: App) {
        let world = World::on(&app).await;
        let mut input = world.between_elsewhere("2026-10-14T09:00:00Z", "2026-10-14T11:00:00Z");
        input["submit"] = json!(true);
        let elsewhere = id(&world.outsider.logs(input).await);

        for (act, reason) in [("approve", None), ("return", Some("not ours")), ("reject", Some("not ours"))] {
            let decided = world.coordinator.acts(act, &[&elsewhere], reason).await;
            assert_eq!(code(&decided[0]), "NOT_FOUND", "{act}");
        }
    }

    /// "Families share one e-mail, so that e-mail alone over-merges": an address makes no two records one
    /// person, a national identity number does.
    async fn an_address_in_common_makes_nobody_the_same_person(app: App) {
        let world = World::on(&app).await;
        let shared = json!({ "email": "family@example.org", "phone": "+212612345678" });
        let (mother, daughter) = (enrols(&world, shared.clone()).await, enrols(&world, shared).await);
        let (from, to) = ("2026-10-14T09:00:00Z", "2026-10-14T11:00:00Z");

        for somebody in [mother, daughter] {
            let mut input = world.between(from, to);
            input["volunteerId"] = json!(somebody);
            id(&world.coordinator.logs(input).await);
        }
        id(&world.volunteer.logs(world.between(from, to)).await);
        let known = world.outsider.logs(world.between_elsewhere(from, to)).await;
        assert_eq!(code(&known), "ENTRY_OVERLAP");
    }

    /// "Zone data version in health output."
    async fn the_server_says_which_zone_data_decide(app: App) {
        let answer = app.graphql(None, "{ serverInfo { timeZoneData } }", json!({})).await;

        let version = text(&answer.data()["serverInfo"]["timeZoneData"]);
        assert!(version.as_str() >= zones::DATA_LEAST, "{version}");
    }
}
