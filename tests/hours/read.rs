//! Reading: pages, filters, order, who sees what, and what it costs.
//!
//! What an entry says is tested where it is logged.

use serde_json::Value;
use serde_json::json;

use crate::hours::World;
use crate::hours::id;
use crate::support::app::App;
use crate::support::on_both_databases;
use crate::support::statements::counted;

const LIST: &str = "query($slug: String!, $first: Int!, $after: String, $filter: HourEntryFilter,
    $order: HourEntryOrder) {
    organization(slug: $slug) { hourEntries(first: $first, after: $after, filter: $filter, orderBy: $order) {
        nodes { id workedOn minutes volunteer { displayName } project { title } }
        pageInfo { hasNextPage endCursor } totalCount } } }";

async fn logged(world: &World, count: u32) {
    for day in 1..=count {
        id(&world
            .volunteer
            .logs(world.on_day(&format!("2026-10-{day:02}"), 60))
            .await);
    }
}

async fn page(world: &World, variables: Value) -> Value {
    let mut all = json!({ "slug": "al-amal", "first": 50 });
    for (name, value) in variables.as_object().expect("an object") {
        all[name] = value.clone();
    }
    world.coordinator.asks(LIST, all).await["organization"]["hourEntries"].take()
}

fn days(page: &Value) -> Vec<&str> {
    let nodes = page["nodes"].as_array().expect("nodes");
    nodes
        .iter()
        .filter_map(|it| it["workedOn"].as_str())
        .collect()
}

on_both_databases! {
    /// Who asks, the organization, the entries with volunteers and projects, the count.
    async fn a_page_costs_four_statements(app: App) {
        let world = World::on(&app).await;
        logged(&world, 12).await;

        let (few, cost_of_few) = counted(&app, page(&world, json!({ "first": 2 }))).await;
        let (all, cost) = counted(&app, page(&world, json!({}))).await;

        assert_eq!(few["nodes"].as_array().unwrap().len(), 2);
        assert_eq!(all["totalCount"], 12);
        assert_eq!(all["nodes"][0]["volunteer"]["displayName"], "Amina");
        assert_eq!(all["nodes"][0]["project"]["title"], "Wells");
        assert_eq!(cost_of_few, cost);
        assert!(cost <= 4, "{cost}");
    }

    /// Days, places, months of all entries: one statement each.
    async fn what_lies_behind_entries_is_gathered(app: App) {
        let world = World::on(&app).await;
        logged(&world, 12).await;
        let query = "query($first: Int!) { hourEntries(first: $first) { edges { cursor node {
            days { day } territory { code } organization { slug } canEdit { allowed }
            volunteer { name } project { title } } } } }";
        let mut costs = Vec::new();

        for first in [1, 12] {
            let (answer, cost) = counted(&app, world.coordinator.asks(query, json!({ "first": first }))).await;
            assert_eq!(answer["hourEntries"]["edges"].as_array().unwrap().len(), first);
            costs.push(cost);
        }

        assert_eq!(costs[0], costs[1]);
        assert!(costs[1] <= 7, "{costs:?}");
    }

    async fn pages_show_every_entry_once_in_order(app: App) {
        let world = World::on(&app).await;
        logged(&world, 7).await;
        // Two on the same day.
        logged(&world, 3).await;
        let mut seen = Vec::new();
        let mut after = Value::Null;

        loop {
            let found = page(&world, json!({ "first": 3, "after": after })).await;
            seen.extend(days(&found).into_iter().map(str::to_owned));
            if found["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
            after = found["pageInfo"]["endCursor"].clone();
        }

        let mut sorted = seen.clone();
        sorted.sort();
        sorted.reverse();
        assert_eq!(seen, sorted);
        assert_eq!(seen.len(), 10);
        let other_order = json!({ "slug": "al-amal", "first": 3, "after": after,
            "order": { "field": "CREATED_AT", "direction": "ASC" } });
        let answer = app.graphql(Some(&world.coordinator.token), LIST, other_order).await;
        assert_eq!(answer.error_code(), "BAD_USER_INPUT");
    }

    async fn filters_narrow_and_orders_turn(app: App) {
        let world = World::on(&app).await;
        logged(&world, 5).await;
        let entry = page(&world, json!({ "first": 1 })).await["nodes"][0]["id"].clone();
        world.volunteer.acts("submit", &[entry.as_str().unwrap()], None).await;
        for (filter, expected) in [
            (json!({ "status": ["SUBMITTED"] }), 1),
            (json!({ "status": [] }), 0),
            (json!({ "workedOn": { "from": "2026-10-02", "to": "2026-10-04" } }), 3),
            (json!({ "kind": ["INTERVAL", "GROUP"] }), 0),
            (json!({ "territoryCode": "07" }), 5),
            (json!({ "territoryCode": "MA" }), 5),
            (json!({ "territoryCode": "01" }), 0),
            (json!({ "volunteerId": world.record }), 5),
            (json!({ "organizationId": world.elsewhere }), 0),
            (json!({ "projectId": "nonsense" }), 0),
        ] {
            let found = page(&world, json!({ "filter": filter })).await;
            assert_eq!(found["totalCount"], expected, "{filter}");
        }
        let oldest = page(&world, json!({ "order": { "field": "WORKED_ON", "direction": "ASC" } })).await;
        assert_eq!(days(&oldest)[0], "2026-10-01");
        let newest = page(&world, json!({ "order": { "field": "CREATED_AT", "direction": "DESC" } })).await;
        assert_eq!(days(&newest)[0], "2026-10-05");
    }

    async fn a_volunteer_sees_their_own_and_a_stranger_nothing(app: App) {
        let world = World::on(&app).await;
        logged(&world, 2).await;
        let other = json!({ "organizationId": world.organization, "name": "Brahim" });
        let other = world.owner.done("createVolunteer", other, "volunteer { id }").await;
        let mut input = world.on_day("2026-10-14", 60);
        input["volunteerId"] = other["volunteer"]["id"].clone();
        id(&world.coordinator.logs(input).await);
        let query = "{ hourEntries(first: 10) { totalCount nodes { minutes } } }";

        let own = world.volunteer.asks(query, json!({})).await;
        let all = world.viewer.asks(query, json!({})).await;
        let none = world.outsider.asks(query, json!({})).await;
        let nobody = app.graphql(None, query, json!({})).await;

        assert_eq!(own["hourEntries"]["totalCount"], 2);
        assert_eq!(all["hourEntries"]["totalCount"], 3);
        assert_eq!(none["hourEntries"], json!({ "totalCount": 0, "nodes": [] }));
        assert_eq!(nobody.error_code(), "UNAUTHENTICATED");
    }
}
