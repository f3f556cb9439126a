//! Incidents under contracts: recorded, corrected, seen by few, and counted in the yearly report.
//!
//! Contracts themselves are tried in `contracts`; which days go with which severity, beside the code.

use entity::audit_event;
use sea_orm::ColumnTrait;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QueryOrder;
use serde_json::Value;
use serde_json::json;
use tiwizi::platform::i18n::Locale;

use crate::contracts::accredited;
use crate::contracts::born;
use crate::contracts::entered;
use crate::contracts::one;
use crate::contracts::plain;
use crate::contracts::refused;
use crate::contracts::with;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::on_both_databases;
use crate::support::statements::counted;

const LIST: &str = "query($slug: String!, $filter: ContractIncidentFilter) { organization(slug: $slug) {
    contractIncidents(first: 100, filter: $filter) { totalCount nodes { id day kind } }
    contracts(first: 100) { nodes { id volunteer { id } incidents { id day description voidReason } } } } }";

const REPORT: &str = "query($input: ContractualVolunteeringReportInput!, $locale: Locale) {
    contractualVolunteeringReport(input: $input) { totals { inForce } incidents { incidents declared daysLost
        byKind { kind name(locale: $locale) incidents declared daysLost }
        bySeverity { severity name(locale: $locale) incidents declared daysLost } } } }";

/// A contract of the cast's volunteer, from March to December; its global id.
async fn contract(cast: &Cast) -> Value {
    born(cast, &cast.record, Some("1990-03-08")).await;
    accredited(cast, "2025-01-01", None).await;
    entered(&cast.owner, plain(cast, &cast.record)).await["id"].clone()
}

/// The plainest incident.
fn fall(contract: &Value) -> Value {
    json!({ "contractId": contract, "day": "2026-04-10", "kind": "ACCIDENT", "description": "fell from a ladder" })
}

async fn recorded(who: &Person, input: Value) -> Value {
    let selection = "incident { id version day kind severity daysLost declaredOn claimNumber description voidReason
        recordedBy { id } recordedAt contract { id } organization { slug } }";
    let mut made = who.done("recordIncident", input, selection).await;
    made["incident"].take()
}

async fn seen(who: &Person, cast: &Cast, filter: Value) -> Value {
    let asked = json!({ "slug": cast.organization.slug, "filter": filter });
    who.asks(LIST, asked).await["organization"].take()
}

async fn told(who: &Person, input: Value, locale: &str) -> Value {
    let mut data = who
        .asks(REPORT, json!({ "input": input, "locale": locale }))
        .await;
    data["contractualVolunteeringReport"]["incidents"].take()
}

/// Rows that are not empty: code, incidents, declared, lost days.
fn rows(told: &Value, breakdown: &str, code: &str) -> Vec<(String, i64, i64, i64)> {
    let number = |it: &Value| it.as_i64().unwrap();
    let rows = told[breakdown].as_array().unwrap().iter();
    rows.map(|it| {
        let code = it[code].as_str().unwrap_or("UNKNOWN").to_owned();
        (
            code,
            number(&it["incidents"]),
            number(&it["declared"]),
            number(&it["daysLost"]),
        )
    })
    .filter(|it| it.1 > 0)
    .collect()
}

fn row(code: &str, incidents: i64, declared: i64, lost: i64) -> (String, i64, i64, i64) {
    (code.to_owned(), incidents, declared, lost)
}

on_both_databases! {
    /// From the first note to what the insurer answered, taken back and let count again; the same request twice is
    /// one incident, and the trail tells nothing of what happened.
    async fn an_incident_is_recorded_corrected_and_taken_back(app: App) {
        let cast = Cast::on(&app).await;
        let contract = contract(&cast).await;
        let whole = with(fall(&contract), json!({
            "severity": "TEMPORARY_INCAPACITY", "daysLost": 5, "declaredOn": "2026-04-12", "claimNumber": " C-9 ",
            "description": "fell from a ladder\nin the yard", "idempotencyKey": "i-1",
        }));

        let made = recorded(&cast.coordinator, whole.clone()).await;

        assert_eq!((&made["day"], &made["kind"], &made["severity"]), (&json!("2026-04-10"), &json!("ACCIDENT"), &json!("TEMPORARY_INCAPACITY")));
        assert_eq!((&made["daysLost"], &made["declaredOn"], &made["claimNumber"]), (&json!(5), &json!("2026-04-12"), &json!("C-9")));
        assert_eq!((&made["recordedBy"]["id"], &made["contract"]["id"], &made["version"]), (&json!(cast.coordinator.id), &contract, &json!(1)));
        assert_eq!(recorded(&cast.coordinator, whole.clone()).await["id"], made["id"], "asked twice, recorded once");
        let other = with(whole, json!({ "day": "2026-04-11" }));
        assert_eq!(refused(&cast.coordinator, "recordIncident", other).await, one("IDEMPOTENCY_CONFLICT", "idempotencyKey"));

        let id = &made["id"];
        let longer = recorded(&cast.owner, json!({ "id": id, "expectedVersion": 1, "daysLost": 8, "claimNumber": null })).await;
        assert_eq!((&longer["daysLost"], &longer["claimNumber"], &longer["version"]), (&json!(8), &Value::Null, &json!(2)));
        assert_eq!(longer["recordedBy"]["id"], json!(cast.coordinator.id), "who recorded it first");
        let late = json!({ "id": id, "expectedVersion": 1, "daysLost": 9 });
        let payload = cast.owner.does("recordIncident", late, "incident { daysLost version } userErrors { code }").await;
        assert_eq!(payload["incident"], json!({ "daysLost": 8, "version": 2 }), "as it is now");
        assert_eq!(payload["userErrors"][0]["code"], "VERSION_CONFLICT");
        let same = recorded(&cast.owner, json!({ "id": id, "kind": "ACCIDENT" })).await;
        assert_eq!(same["version"], json!(2), "nothing changed");

        let void = recorded(&cast.owner, json!({ "id": id, "voidReason": "somebody else" })).await;
        assert_eq!((&void["voidReason"], &void["version"]), (&json!("somebody else"), &json!(3)));
        let counts = |filter: Value| {
            let cast = &cast;
            async move { seen(&cast.owner, cast, filter).await["contractIncidents"]["totalCount"].clone() }
        };
        assert_eq!((counts(json!({ "void": true })).await, counts(json!({ "void": false })).await), (json!(1), json!(0)));
        let back = recorded(&cast.owner, json!({ "id": id, "voidReason": null })).await;
        assert_eq!((&back["voidReason"], &back["version"]), (&Value::Null, &json!(4)));

        // The list, newest day first, and narrowed.
        let damage = json!({ "kind": "DAMAGE", "day": "2026-06-02" });
        recorded(&cast.owner, with(fall(&contract), damage)).await;
        let all = seen(&cast.owner, &cast, json!({})).await;
        let nodes = &all["contractIncidents"]["nodes"];
        assert_eq!((&nodes[0]["kind"], &nodes[1]["kind"]), (&json!("DAMAGE"), &json!("ACCIDENT")));
        let under = all["contracts"]["nodes"][0]["incidents"].as_array().unwrap();
        assert_eq!(under.iter().map(|it| it["day"].as_str().unwrap()).collect::<Vec<_>>(), ["2026-04-10", "2026-06-02"]);
        for (filter, count) in [
            (json!({ "kinds": ["DAMAGE", "ILLNESS"] }), 1), (json!({ "declared": false }), 1), (json!({ "declared": true }), 1),
            (json!({ "from": "2026-04-11" }), 1), (json!({ "to": "2026-04-09" }), 0), (json!({ "contractId": contract }), 2), (json!({ "kinds": [] }), 0),
        ] {
            assert_eq!(counts(filter.clone()).await, json!(count), "{filter}");
        }

        let ctx = app.parts.operator(Locale::En);
        let lines = audit_event::Entity::find()
            .filter(audit_event::Column::SubjectType.eq("ContractIncident"))
            .order_by_asc(audit_event::Column::Id);
        let lines = lines.all(ctx.read()).await.unwrap();
        let acts: Vec<&str> = lines.iter().map(|it| it.action.as_str()).collect();
        assert_eq!(acts, ["incident.record", "incident.correct", "incident.correct", "incident.correct", "incident.record"]);
        for line in lines {
            let details = line.details.unwrap();
            for word in ["ladder", "ACCIDENT", "INCAPACITY", "C-9", "somebody", "2026-"] {
                assert!(!details.contains(word), "{details}");
            }
        }
    }

    /// Each rule says its code and its field, and nothing is recorded.
    async fn each_rule_refuses_with_its_field(app: App) {
        let cast = Cast::on(&app).await;
        let contract = contract(&cast).await;
        for (changes, code, field) in [
            (json!({ "contractId": null }), "REQUIRED", "contractId"),
            (json!({ "contractId": cast.record }), "NOT_FOUND", "contractId"),
            (json!({ "day": null }), "REQUIRED", "day"),
            (json!({ "kind": null }), "REQUIRED", "kind"),
            (json!({ "description": null }), "REQUIRED", "description"),
            (json!({ "description": " " }), "REQUIRED", "description"),
            (json!({ "description": "x".repeat(1001) }), "TOO_LONG", "description"),
            (json!({ "description": "a\u{1}b" }), "INVALID_FORMAT", "description"),
            (json!({ "day": "2026-02-28" }), "INCIDENT_DAY", "day"),
            // Tomorrow, and a day after the last one.
            (json!({ "day": "2026-11-03" }), "INCIDENT_DAY", "day"),
            (json!({ "day": "2027-01-01" }), "INCIDENT_DAY", "day"),
            (json!({ "daysLost": -1 }), "OUT_OF_RANGE", "daysLost"),
            (json!({ "daysLost": 3651 }), "OUT_OF_RANGE", "daysLost"),
            (json!({ "daysLost": 1, "severity": "NO_LOST_TIME" }), "INCIDENT_DAYS_LOST", "daysLost"),
            (json!({ "daysLost": 0, "severity": "TEMPORARY_INCAPACITY" }), "INCIDENT_DAYS_LOST", "daysLost"),
            (json!({ "daysLost": 3, "severity": "FATAL" }), "INCIDENT_DAYS_LOST", "daysLost"),
            (json!({ "declaredOn": "2026-04-09" }), "OUT_OF_RANGE", "declaredOn"),
            (json!({ "declaredOn": "2026-11-03" }), "OUT_OF_RANGE", "declaredOn"),
            (json!({ "claimNumber": "7" }), "REQUIRED", "declaredOn"),
            (json!({ "claimNumber": "x".repeat(61), "declaredOn": "2026-04-10" }), "TOO_LONG", "claimNumber"),
            (json!({ "claimNumber": "7\u{202e}8", "declaredOn": "2026-04-10" }), "INVALID_FORMAT", "claimNumber"),
            (json!({ "voidReason": "x".repeat(501) }), "TOO_LONG", "voidReason"),
            (json!({ "idempotencyKey": "x".repeat(201) }), "TOO_LONG", "idempotencyKey"),
        ] {
            let input = with(fall(&contract), changes.clone());
            assert_eq!(refused(&cast.owner, "recordIncident", input).await, one(code, field), "{changes}");
        }
        assert_eq!(seen(&cast.owner, &cast, json!({})).await["contractIncidents"]["totalCount"], json!(0));
        let day = with(fall(&contract), json!({ "day": "2026-02-28" }));
        let payload = cast.owner.does("recordIncident", day, "userErrors { message }").await;
        let message = payload["userErrors"][0]["message"].as_str().unwrap();
        for part in ["2026-0001", "2026-03-01", "2026-12-31", "2026-11-02"] {
            assert!(message.contains(part), "{message}");
        }

        // Of a contract that ended, the last day still counts and no later one; what happened keeps its day covered.
        let early = recorded(&cast.owner, with(fall(&contract), json!({ "day": "2026-03-05" }))).await;
        entered(&cast.owner, json!({ "id": contract, "endedOn": "2026-05-31", "endReason": "moved" })).await;
        let after = with(fall(&contract), json!({ "day": "2026-06-01" }));
        assert_eq!(refused(&cast.owner, "recordIncident", after).await, one("INCIDENT_DAY", "day"));
        let last = recorded(&cast.owner, with(fall(&contract), json!({ "day": "2026-05-31" }))).await;
        let shorter = json!({ "id": contract, "endedOn": "2026-05-30" });
        assert_eq!(refused(&cast.owner, "recordContract", shorter.clone()).await, one("CONTRACT_INCIDENT", "endedOn"));
        let begun = json!({ "id": contract, "from": "2026-03-06" });
        assert_eq!(refused(&cast.owner, "recordContract", begun).await, one("CONTRACT_INCIDENT", "from"));
        let blank = json!({ "id": last["id"], "voidReason": "  " });
        assert_eq!(refused(&cast.owner, "recordIncident", blank).await, one("REASON_REQUIRED", "voidReason"));
        recorded(&cast.owner, json!({ "id": last["id"], "voidReason": "another contract" })).await;
        entered(&cast.owner, shorter).await;
        let back = json!({ "id": last["id"], "voidReason": null });
        assert_eq!(refused(&cast.owner, "recordIncident", back).await, one("INCIDENT_DAY", "day"));

        let other = entered(&cast.owner, with(plain(&cast, &cast.record), json!({ "mission": "Trees" }))).await;
        let moved = json!({ "id": early["id"], "contractId": other["id"] });
        assert_eq!(refused(&cast.owner, "recordIncident", moved).await, one("CONTRADICTION", "contractId"));
        let ahead = json!({ "mission": "Wells", "from": "2026-12-01" });
        let ahead = entered(&cast.owner, with(plain(&cast, &cast.record), ahead)).await;
        let today = with(fall(&ahead["id"]), json!({ "day": "2026-11-02" }));
        assert_eq!(refused(&cast.owner, "recordIncident", today).await, one("INCIDENT_DAY", "day"));
    }

    /// Those who keep the volunteers read incidents; viewers, observers, the volunteer and administrators of the
    /// platform do not, and get no more than the counts that they may ask for.
    async fn incidents_are_read_by_those_who_keep_the_volunteers(app: App) {
        let cast = Cast::on(&app).await;
        let contract = contract(&cast).await;
        let made = recorded(&cast.coordinator, fall(&contract)).await;
        let query = "query($id: ID!) { node(id: $id) { ... on ContractIncident { description } } }";
        let shown = json!({ "description": "fell from a ladder" });
        for (who, count) in [
            (&cast.owner, 1), (&cast.coordinator, 1), (&cast.viewer, 0), (&cast.volunteer, 0), (&cast.observer, 0), (&cast.admin, 0),
        ] {
            let list = seen(who, &cast, json!({})).await;
            assert_eq!(list["contractIncidents"]["totalCount"], json!(count), "{}", who.email);
            let node = who.asks(query, json!({ "id": made["id"] })).await["node"].take();
            assert_eq!(node, if count > 0 { shown.clone() } else { Value::Null }, "{}", who.email);
            assert_eq!(list.to_string().contains("ladder"), count > 0, "{}", who.email);
            for contract in list["contracts"]["nodes"].as_array().unwrap() {
                assert_eq!(contract["incidents"].is_null(), count == 0, "{}", who.email);
            }
        }
        let correction = json!({ "id": made["id"], "daysLost": 3 });
        for (who, recording, correcting) in [
            (&cast.volunteer, "FORBIDDEN", "NOT_FOUND"), (&cast.viewer, "NOT_FOUND", "NOT_FOUND"),
            (&cast.observer, "NOT_FOUND", "NOT_FOUND"), (&cast.outsider, "NOT_FOUND", "NOT_FOUND"),
            (&cast.admin, "FORBIDDEN", "NOT_FOUND"),
        ] {
            assert_eq!(who.refused("recordIncident", fall(&contract)).await, [recording], "{}", who.email);
            assert_eq!(who.refused("recordIncident", correction.clone()).await, [correcting], "{}", who.email);
        }
        let of_one = json!({ "organizationId": cast.organization.id, "year": 2026 });
        for who in [&cast.viewer, &cast.observer, &cast.admin] {
            assert_eq!(told(who, of_one.clone(), "en").await["incidents"], json!(1), "{}", who.email);
        }
    }

    /// Worked out by hand. An illness on the last day of 2025 is of that year. Of 2026: an accident with 5 lost days
    /// that the insurer knows of, one on the way with none, damage of which nothing more is known, and a dispute.
    /// Five minutes later the 5 days are 8, and the dispute is taken back: 3 incidents, 1 declared, 8 days.
    async fn the_yearly_report_counts_incidents_by_hand(app: App) {
        let cast = Cast::on(&app).await;
        born(&cast, &cast.record, Some("1990-03-08")).await;
        accredited(&cast, "2025-01-01", None).await;
        let year = json!({ "from": "2025-09-01", "signedOn": "2025-08-20" });
        let contract = entered(&cast.owner, with(plain(&cast, &cast.record), year)).await["id"].clone();
        let mut made = Vec::new();
        for changes in [
            json!({ "day": "2025-12-31", "kind": "ILLNESS" }),
            json!({ "day": "2026-01-01", "severity": "TEMPORARY_INCAPACITY", "daysLost": 5, "declaredOn": "2026-01-03" }),
            json!({ "day": "2026-04-10", "kind": "COMMUTING_ACCIDENT", "severity": "NO_LOST_TIME", "daysLost": 0 }),
            json!({ "day": "2026-11-02", "kind": "DAMAGE" }),
            json!({ "day": "2026-06-01", "kind": "DISPUTE", "severity": "NO_HARM" }),
        ] {
            made.push(recorded(&cast.coordinator, with(fall(&contract), changes)).await["id"].clone());
        }
        let before = app.parts.core.clock.now();
        app.advance(chrono::TimeDelta::minutes(5));
        recorded(&cast.owner, json!({ "id": made[1], "daysLost": 8 })).await;
        recorded(&cast.owner, json!({ "id": made[4], "voidReason": "no dispute" })).await;

        let of_one = json!({ "organizationId": cast.organization.id, "year": 2026 });
        let of_region = json!({ "territoryCode": REGION, "year": 2026 });
        for who in [&cast.owner, &cast.coordinator] {
            let now = told(who, of_one.clone(), "en").await;
            assert_eq!((&now["incidents"], &now["declared"], &now["daysLost"]), (&json!(3), &json!(1), &json!(8)), "{}", who.email);
            assert_eq!(rows(&now, "byKind", "kind"), [row("ACCIDENT", 1, 1, 8), row("COMMUTING_ACCIDENT", 1, 0, 0), row("DAMAGE", 1, 0, 0)]);
            assert_eq!(rows(&now, "bySeverity", "severity"), [row("NO_LOST_TIME", 1, 0, 0), row("TEMPORARY_INCAPACITY", 1, 1, 8), row("UNKNOWN", 1, 0, 0)]);
        }
        // Of one volunteer everybody else would learn what happened to whom.
        for (who, asked) in [(&cast.viewer, &of_one), (&cast.observer, &of_one), (&cast.observer, &of_region)] {
            let counts = json!({ "incidents": 3, "declared": 1, "daysLost": null, "byKind": null, "bySeverity": null });
            assert_eq!(told(who, asked.clone(), "en").await, counts, "{}", who.email);
        }
        let then = told(&cast.owner, with(of_one.clone(), json!({ "asOf": before.to_rfc3339() })), "en").await;
        assert_eq!((&then["incidents"], &then["declared"], &then["daysLost"]), (&json!(4), &json!(1), &json!(5)));
        assert_eq!(rows(&then, "byKind", "kind").len(), 4);
        let earlier = told(&cast.owner, with(of_one.clone(), json!({ "year": 2025 })), "en").await;
        assert_eq!(rows(&earlier, "byKind", "kind"), [row("ILLNESS", 1, 0, 0)]);
        for (locale, name) in [("en", "Accident at work"), ("fr", "Accident pendant l’activité"), ("ar", "حادثة أثناء النشاط")] {
            let named = told(&cast.owner, of_one.clone(), locale).await;
            assert_eq!(named["byKind"].as_array().unwrap().len(), 8, "every kind is named");
            assert_eq!(named["byKind"][0]["name"], json!(name));
            assert_eq!(named["bySeverity"].as_array().unwrap().len(), 6);
        }
    }

    /// What happened under a contract goes where the contract goes.
    async fn incidents_follow_their_contract(app: App) {
        let cast = Cast::on(&app).await;
        accredited(&cast, "2025-01-01", None).await;
        let (keep, merge) = (cast.owner.enrols(&cast.organization, "Karim").await, cast.owner.enrols(&cast.organization, "Karim 2").await);
        born(&cast, &merge, Some("1990-03-08")).await;
        let contract = entered(&cast.owner, plain(&cast, &merge)).await["id"].clone();
        recorded(&cast.owner, fall(&contract)).await;
        let holder = || async {
            let list = seen(&cast.owner, &cast, json!({})).await;
            let contract = &list["contracts"]["nodes"][0];
            (contract["volunteer"]["id"].clone(), contract["incidents"].as_array().unwrap().len())
        };

        let merged = cast.owner.done("mergeVolunteers", json!({ "keepId": keep, "mergeId": merge }), "merge { id }").await;
        assert_eq!(holder().await, (json!(keep), 1));
        let input = json!({ "id": merged["merge"]["id"], "reason": "two people" });
        cast.owner.done("unmergeVolunteers", input, "merge { id }").await;
        assert_eq!(holder().await, (json!(merge), 1));
        let asked = json!({ "organizationId": cast.organization.id, "year": 2026 });
        assert_eq!(told(&cast.owner, asked, "en").await["incidents"], json!(1));
    }

    /// A contract has a hundred incidents at most.
    async fn a_contract_has_a_hundred_incidents_at_most(app: App) {
        let cast = Cast::on(&app).await;
        let contract = contract(&cast).await;
        for number in 0..100 {
            recorded(&cast.owner, with(fall(&contract), json!({ "description": format!("{number}") }))).await;
        }
        assert_eq!(refused(&cast.owner, "recordIncident", fall(&contract)).await, one("TOO_LONG", "contractId"));
        let list = seen(&cast.owner, &cast, json!({})).await;
        assert_eq!(list["contracts"]["nodes"][0]["incidents"].as_array().unwrap().len(), 100);
    }

    /// More contracts with more incidents cost no more statements, in the register, in the list and in the report.
    async fn more_incidents_cost_no_more_statements(app: App) {
        let cast = Cast::on(&app).await;
        accredited(&cast, "2025-01-01", None).await;
        let register = "query($slug: String!) { organization(slug: $slug) {
            contracts(first: 50) { nodes { incidents { kind recordedBy { id } } } } } }";
        let list = "query($slug: String!) { organization(slug: $slug) {
            contractIncidents(first: 50) { totalCount nodes { contract { number volunteer { name } } } } } }";
        let slug = json!({ "slug": cast.organization.slug });
        let mut costs = Vec::new();
        for number in 0..5_usize {
            let record = cast.owner.enrols(&cast.organization, &format!("V{number}")).await;
            born(&cast, &record, Some("1990-03-08")).await;
            let contract = entered(&cast.owner, plain(&cast, &record)).await["id"].clone();
            for _ in 0..=number {
                recorded(&cast.owner, fall(&contract)).await;
            }
            // From five volunteers on it is told to whoever may ask for the report.
            let asked = json!({ "organizationId": cast.organization.id, "year": 2026 });
            for who in [&cast.viewer, &cast.observer] {
                let told = told(who, asked.clone(), "en").await;
                assert_eq!(told["byKind"].is_null(), number < 4, "{}", who.email);
            }
            if number % 2 == 1 {
                let (_, of_register) = counted(&app, cast.owner.asks(register, slug.clone())).await;
                let (listed, of_list) = counted(&app, cast.owner.asks(list, slug.clone())).await;
                let count = &listed["organization"]["contractIncidents"]["totalCount"];
                assert_eq!(*count, json!((number + 1) * (number + 2) / 2));
                let asked = json!({ "organizationId": cast.organization.id, "year": 2026 });
                let (_, of_report) = counted(&app, told(&cast.owner, asked, "en")).await;
                costs.push([of_register, of_list, of_report]);
            }
        }
        assert_eq!(costs[0], costs[1], "more rows, more statements");
        assert!(costs[1].iter().zip([6, 6, 15]).all(|(cost, most)| *cost <= most), "{costs:?}");
    }
}
