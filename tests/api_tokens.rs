//! API tokens: what a program may do for a user, where, how long, and what it never may.
//!
//! Which scope each field asks for is written in `graphql/token_scopes.rs`.

use std::collections::BTreeSet;

use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use chrono::TimeDelta;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::token_scopes;
use tiwizi::graphql::token_scopes::Needs;

use crate::support::app::Answer;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::on_both_databases;
use crate::support::planted::Planted;
use crate::support::sdl;
use crate::support::socket::Heard;
use crate::support::socket::Socket;

/// Every scope but those by which people are seen.
const WITHOUT_PEOPLE: [&str; 12] = [
    "PROJECTS_READ",
    "PROJECTS_WRITE",
    "HOURS_READ",
    "HOURS_WRITE",
    "HOURS_DECIDE",
    "REPORTS_READ",
    "IMPACT_WRITE",
    "EXPORTS_WRITE",
    "IMPORTS_WRITE",
    "CERTIFICATES_WRITE",
    "ADMIN",
    "AUDIT_READ",
];

/// A token of somebody: its id and its text.
async fn token(who: &Person, scopes: &[&str], more: Value) -> (String, String) {
    let mut input = json!({ "name": "A program", "scopes": scopes });
    let fields = input.as_object_mut().expect("fields");
    fields.extend(more.as_object().expect("fields").clone());
    let made = who
        .done("createApiToken", input, "token apiToken { id }")
        .await;
    let text = |it: &Value| it.as_str().expect("a text").to_owned();
    (text(&made["apiToken"]["id"]), text(&made["token"]))
}

async fn by(app: &App, token: &str, query: &str) -> Answer {
    app.graphql(Some(token), query, json!({})).await
}

/// Why a token was refused, by the rule.
fn rule(answer: &Answer) -> &str {
    answer.body["errors"][0]["extensions"]["rule"]
        .as_str()
        .unwrap_or_default()
}

async fn revoke(who: &Person, id: &str) {
    let input = json!({ "id": id });
    let done = who
        .done("revokeApiToken", input, "apiToken { status }")
        .await;
    assert_eq!(done["apiToken"]["status"], "REVOKED");
}

const ENTRIES: &str = "{ hourEntries(first: 5) { nodes { minutes volunteer { displayName } } } }";

fn of(kinds: &[&str]) -> BTreeSet<String> {
    kinds.iter().map(|it| (*it).to_owned()).collect()
}

/// A root field that nobody thought of would be open or shut by chance.
#[test]
fn every_root_field_says_which_scope_it_asks_for() {
    for (root, table) in [
        ("Query", token_scopes::QUERIES),
        ("Mutation", token_scopes::MUTATIONS),
        ("Subscription", token_scopes::SUBSCRIPTIONS),
    ] {
        let fields = sdl::fields(sdl::schema(), root);
        let served: BTreeSet<&str> = fields.iter().map(|it| it.name.as_str()).collect();
        let told: BTreeSet<&str> = table.iter().map(|(name, _)| *name).collect();
        assert_eq!(told, served, "{root}");
        assert_eq!(told.len(), table.len(), "{root} has a line twice");
    }
    let kinds: BTreeSet<&str> = sdl::own_types(sdl::schema())
        .filter(|(_, it)| matches!(it, ExtendedType::Object(it) if it.implements_interfaces.contains("Node")))
        .map(|(name, _)| name)
        .collect();
    let told: BTreeSet<&str> = token_scopes::NODES.iter().map(|(name, _)| *name).collect();
    assert_eq!(told, kinds);
    assert_eq!(
        told.len(),
        token_scopes::NODES.len(),
        "a kind has a line twice"
    );
    // What begins with these is the act of a person.
    for (name, needs) in token_scopes::MUTATIONS {
        let person = [
            "sign",
            "reset",
            "refresh",
            "invite",
            "accept",
            "createApi",
            "revokeApi",
        ];
        let signs_up = *name == "signUpForShift";
        if person.iter().any(|it| name.starts_with(it)) && !signs_up {
            assert_eq!(*needs, Needs::Person, "{name}");
        }
    }
}

on_both_databases! {
    async fn a_token_acts_for_its_owner_within_its_scopes(app: App) {
        let cast = Cast::on(&app).await;
        cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 90).await;
        let (id, text) = token(&cast.coordinator, &["HOURS_READ"], json!({})).await;

        let read = by(&app, &text, ENTRIES).await.data();
        let people = by(&app, &text, "{ volunteers(first: 1) { totalCount } }").await;
        let french = app
            .http()
            .post(format!("{}/graphql", app.url))
            .bearer_auth(&text)
            .header("accept-language", "fr")
            .json(&json!({ "query": "mutation($i: CreateProjectInput!) { createProject(input: $i) { userErrors { code } } }",
                "variables": { "i": { "organizationId": cast.organization.id, "title": "x", "startsOn": "2026-01-01", "territoryCode": cast.organization.territory } } }))
            .send().await.expect("an answer").json::<Value>().await.expect("JSON");

        assert_eq!(read["hourEntries"]["nodes"][0]["minutes"], 90);
        assert_eq!(read["hourEntries"]["nodes"][0]["volunteer"], Value::Null);
        assert_eq!((people.error_code(), rule(&people)), ("FORBIDDEN", "identity.token-scope"));
        let told = french["errors"][0]["message"].as_str().expect("a sentence");
        assert!(told.contains("PROJECTS_WRITE") && told.contains("createProject"), "{french:#}");
        // Only its beginning is shown, and where it was used.
        let list = "{ apiTokens(first: 5) { totalCount nodes { id name prefix scopes status expiresAt lastUsedAt lastUsedAddress organization { id } } } }";
        let listed = cast.coordinator.asks(list, json!({})).await;
        let shown = &listed["apiTokens"]["nodes"][0];
        assert!(text.starts_with(shown["prefix"].as_str().unwrap()), "{listed:#}");
        assert!(!listed.to_string().contains(&text));
        assert_eq!(
            *shown,
            json!({ "id": id, "name": "A program", "prefix": &text[..12], "scopes": ["HOURS_READ"], "status": "ACTIVE",
                "expiresAt": "2027-01-31T09:00:00Z", "lastUsedAt": "2026-11-02T09:00:00Z", "lastUsedAddress": "127.0.0.1",
                "organization": null })
        );
    }

    /// However it ends, it looks like one that never was.
    async fn a_token_that_ended_is_worth_nothing(app: App) {
        let cast = Cast::on(&app).await;
        let owner = &cast.owner;
        let (revoked, one) = token(owner, &["HOURS_READ"], json!({})).await;
        let (_, short) = token(owner, &["HOURS_READ"], json!({ "expiresAt": "2026-11-02T09:10:00Z" })).await;
        let (_, other) = token(owner, &["HOURS_READ"], json!({})).await;
        let mut mistyped = other.clone();
        mistyped.replace_range(20..21, if &other[20..21] == "x" { "y" } else { "x" });
        let invented = "twz_0000000000000000000000000000000000000000000000000000";

        assert_eq!(by(&app, &short, ENTRIES).await.status, 200);
        revoke(owner, &revoked).await;
        app.advance(TimeDelta::minutes(11));

        for text in [&one, &short, &mistyped, &invented.to_owned(), &"twz_".to_owned()] {
            let answer = by(&app, text, ENTRIES).await;
            assert_eq!((answer.status, answer.error_code()), (401, "UNAUTHENTICATED"), "{:#}", answer.body);
        }
        assert_eq!(by(&app, &other, ENTRIES).await.status, 200);
        // Twice ended is once ended.
        revoke(owner, &revoked).await;
    }

    async fn whoever_leaves_takes_the_rights_of_their_tokens_along(app: App) {
        let cast = Cast::on(&app).await;
        cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 90).await;
        let (_, open) = token(&cast.coordinator, &["HOURS_READ"], json!({})).await;
        let bound = json!({ "organizationId": cast.organization.id });
        let (_, bound) = token(&cast.coordinator, &["HOURS_READ"], bound).await;
        for text in [&open, &bound] {
            let read = by(&app, text, ENTRIES).await.data();
            assert_eq!(read["hourEntries"]["nodes"].as_array().unwrap().len(), 1);
        }

        let input = json!({ "membershipId": cast.membership });
        cast.owner.done("removeMember", input, "membership { id }").await;

        let read = by(&app, &open, ENTRIES).await.data();
        assert_eq!(read["hourEntries"]["nodes"], json!([]));
        // One that is for this organization alone has nothing left.
        assert_eq!(by(&app, &bound, ENTRIES).await.status, 401);
    }

    async fn a_token_for_one_organization_sees_no_other(app: App) {
        let cast = Cast::on(&app).await;
        let second = cast.owner.founds("second", "Second").await;
        let bound = json!({ "organizationId": second.id });
        let (_, text) = token(&cast.owner, &["PROJECTS_READ", "VOLUNTEERS_READ"], bound).await;

        let seen = by(&app, &text, "{ organizations(first: 5) { nodes { slug } } volunteers(first: 5) { totalCount } projects(first: 5) { totalCount } }").await.data();
        let by_id = app.graphql(Some(&text), "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
            json!({ "ids": [cast.organization.id, cast.record, cast.project] })).await.data();

        assert_eq!(seen["organizations"]["nodes"], json!([{ "slug": "second" }]));
        assert_eq!((&seen["volunteers"]["totalCount"], &seen["projects"]["totalCount"]), (&json!(0), &json!(0)));
        assert_eq!(by_id["nodes"], json!([null, null, null]));
    }

    /// Whatever its scopes are: it is never more than its owner.
    async fn a_token_never_does_more_than_its_owner(app: App) {
        let cast = Cast::on(&app).await;
        let mut all = WITHOUT_PEOPLE.to_vec();
        all.extend(["ACCOUNT_READ", "VOLUNTEERS_READ", "VOLUNTEERS_WRITE"]);
        let (_, viewer) = token(&cast.viewer, &all, json!({})).await;
        let (_, admin) = token(&cast.admin, &all, json!({})).await;
        let (_, blind) = token(&cast.observer, &["PROJECTS_READ"], json!({})).await;
        let (_, sees) = token(&cast.observer, &["PROJECTS_READ", "REPORTS_READ"], json!({})).await;
        let create = "mutation($i: CreateProjectInput!) { createProject(input: $i) { userErrors { code } } }";
        let input = json!({ "i": { "organizationId": cast.organization.id, "title": "x", "startsOn": "2026-01-01", "territoryCode": cast.organization.territory } });

        let refused = app.graphql(Some(&viewer), create, input).await.data();
        let whole = by(&app, &admin, "{ viewer { isPlatformAdmin } organizations(first: 5) { totalCount } volunteers(first: 5) { totalCount } }").await.data();

        assert_eq!(refused["createProject"]["userErrors"][0]["code"], "FORBIDDEN", "{refused:#}");
        // Keeping the platform is no matter for programs.
        assert_eq!(whole, json!({ "viewer": { "isPlatformAdmin": false }, "organizations": { "totalCount": 0 }, "volunteers": { "totalCount": 0 } }));
        for (text, count) in [(&blind, 0), (&sees, 2)] {
            let seen = by(&app, text, "{ organizations(first: 5) { totalCount } }").await.data();
            assert_eq!(seen["organizations"]["totalCount"], count);
        }
    }

    /// All root fields, with everything that there is: none names a person to a token without the scope.
    async fn without_the_scope_for_people_nobody_is_named(app: App) {
        let planted = Planted::on(&app).await;
        let cast = &planted.cast;
        let (_, text) = token(&cast.owner, &WITHOUT_PEOPLE, json!({})).await;
        let name = format!("{MARK} Fatima");
        let mut answered = 0;
        for field in sdl::fields(sdl::schema(), "Query") {
            // Whoever has the code of a certificate is told what its holder lets be shown.
            if field.name == "verifyCertificate" {
                continue;
            }
            for (_, id) in &planted.ids {
                let fill = |name: &str, ty: &Type| crate::permissions::fill(&planted, id, name, ty);
                let operation = sdl::operation(sdl::schema(), "query", field, 2, &fill);
                let answer = app.graphql(Some(&text), &operation.query, operation.variables).await;

                let shown = answer.body.to_string();
                assert!(!shown.contains(&name), "{} names somebody: {shown}", field.name);
                assert!(!shown.contains("INTERNAL_SERVER_ERROR"), "{}: {shown}", field.name);
                answered += usize::from(answer.error_code().is_empty());
            }
        }
        assert!(answered > 300, "{answered}");
        // The same is named to a token that has it.
        let (_, text) = token(&cast.owner, &["VOLUNTEERS_READ"], json!({})).await;
        let seen = by(&app, &text, "{ volunteers(first: 5) { nodes { displayName } } }").await.data();
        assert!(seen.to_string().contains(&name), "{seen:#}");
    }

    /// With one scope each: what no list shows to a token, its global id does not show either.
    async fn a_global_id_opens_no_more_than_a_list(app: App) {
        let planted = Planted::on(&app).await;
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }";
        let ids: Vec<_> = planted.ids.iter().map(|(_, id)| id).collect();
        let opened = async |scopes: &[&str]| {
            let (_, text) = token(&planted.cast.owner, scopes, json!({})).await;
            let seen = app.graphql(Some(&text), query, json!({ "ids": ids })).await.data();
            let kinds = seen["nodes"].as_array().unwrap().iter().filter_map(|it| it["__typename"].as_str());
            kinds.map(str::to_owned).collect::<BTreeSet<_>>()
        };

        // Terms of vocabularies are told to every token.
        assert_eq!(opened(&["CERTIFICATES_WRITE"]).await, of(&["VocabularyTerm"]));
        assert_eq!(opened(&["ACCOUNT_READ"]).await, of(&["VocabularyTerm", "User"]));
        assert_eq!(opened(&["PROJECTS_READ"]).await, of(&["VocabularyTerm", "Organization", "Accreditation", "Project", "Activity", "Shift"]));
        assert_eq!(opened(&["HOURS_READ"]).await, of(&["VocabularyTerm", "HourEntry", "ReportingPeriod", "Timer"]));
        assert_eq!(opened(&["REPORTS_READ"]).await, of(&["VocabularyTerm", "Indicator", "Measurement", "EvidenceFile", "ReportSnapshot"]));
    }

    /// How somebody signs in is told to them alone, and to no program of theirs.
    async fn no_token_is_told_how_its_user_signs_in(app: App) {
        let who = Person::sign_up(&app, "somebody").await;
        let (_, text) = token(&who, &["ACCOUNT_READ"], json!({})).await;
        let query = "{ viewer { user { email } sessions(first: 5) { totalCount nodes { address } } linkedIdentities { provider } } }";

        let own = who.asks(query, json!({})).await;
        let told = by(&app, &text, query).await.data();

        assert_eq!(own["viewer"]["sessions"]["totalCount"], 1);
        let nothing = json!({ "user": { "email": who.email }, "sessions": { "totalCount": 0, "nodes": [] }, "linkedIdentities": [] });
        assert_eq!(told["viewer"], nothing);
    }

    /// Neither by the trail: it tells programs of organizations.
    async fn no_token_reads_in_the_trail_how_its_user_signs_in(app: App) {
        let cast = Cast::on(&app).await;
        let owner = cast.owner.again().await;
        let (_, text) = token(&owner, &["AUDIT_READ"], json!({})).await;
        let query = "{ auditEvents(first: 100) { nodes { action organization { id } } } }";
        let actions = |data: &Value| -> BTreeSet<String> {
            let nodes = data["auditEvents"]["nodes"].as_array().expect("a list");
            nodes.iter().filter_map(|it| it["action"].as_str()).map(str::to_owned).collect()
        };

        let own = owner.asks(query, json!({})).await;
        let told = by(&app, &text, query).await.data();

        let (own, of_program) = (actions(&own), actions(&told));
        assert!(own.contains("session.begin") && own.contains("organization.create"), "{own:?}");
        assert!(of_program.contains("organization.create"), "{told:#}");
        assert!(!of_program.iter().any(|it| it.starts_with("session.") || it.starts_with("account.")), "{told:#}");
    }

    /// A timesheet may be sent by a program that is told nothing of whose hours they are.
    async fn hours_are_written_without_reading_whose_they_are(app: App) {
        let cast = Cast::on(&app).await;
        let (_, text) = token(&cast.coordinator, &["HOURS_WRITE"], json!({})).await;
        let input = json!({ "volunteerId": cast.record, "projectId": cast.project, "workedOn": "2026-10-14", "minutes": 75, "idempotencyKey": "one" });
        let create = "mutation($i: CreateHourEntryInput!) { createHourEntry(input: $i) { hourEntry { id minutes volunteer { displayName } } userErrors { code } } }";

        let made = app.graphql(Some(&text), create, json!({ "i": input })).await.data();
        let again = app.graphql(Some(&text), create, json!({ "i": input })).await.data();

        assert_eq!(made["createHourEntry"]["userErrors"], json!([]), "{made:#}");
        assert_eq!(made["createHourEntry"]["hourEntry"]["minutes"], 75);
        assert_eq!(made["createHourEntry"]["hourEntry"]["volunteer"], Value::Null);
        assert_eq!(made, again);
    }

    /// So may a gate that checks people in, at once or with what it did while it was away.
    async fn people_are_checked_in_without_reading_who_came(app: App) {
        let cast = Cast::on(&app).await;
        let made = cast.coordinator.done("createActivity", json!({ "projectId": cast.project, "title": "Gate" }), "activity { id }").await;
        let hours = json!({ "activityId": made["activity"]["id"], "startsAt": "2026-11-02T08:30:00Z", "endsAt": "2026-11-02T12:00:00Z" });
        let made = cast.coordinator.done("createShift", hours, "shift { id }").await;
        let came = json!({ "shiftId": made["shift"]["id"], "volunteerId": cast.record });
        let item = |number: u8, operation: &str| json!({
            "clientId": format!("00000000-0000-4000-8000-00000000000{number}"), "clientTime": "2026-11-02T08:59:00Z",
            "operation": { operation: came },
        });
        let batch = json!({
            "deviceId": "00000000-0000-4000-8000-000000000009", "sentAt": "2026-11-02T09:00:00Z",
            "items": [item(1, "checkIn"), item(2, "checkOut")],
        });
        let checks = "mutation($came: CheckInInput!, $left: CheckOutInput!, $batch: SyncHourEntriesInput!) {
            checkIn(input: $came) { attendance { id checkedInAt } userErrors { code } }
            checkOut(input: $left) { attendance { id } userErrors { code } }
            syncHourEntries(input: $batch) { results { attendance { id } userErrors { code } } } }";
        let variables = json!({ "came": came, "left": came, "batch": batch });
        let (_, gate) = token(&cast.coordinator, &["HOURS_WRITE", "PROJECTS_WRITE"], json!({})).await;
        let (_, reader) = token(&cast.coordinator, &["HOURS_WRITE", "PROJECTS_WRITE", "VOLUNTEERS_READ"], json!({})).await;

        let told = app.graphql(Some(&gate), checks, variables.clone()).await.data();

        let nothing = json!({ "attendance": null, "userErrors": [] });
        assert_eq!(told, json!({ "checkIn": nothing, "checkOut": nothing, "syncHourEntries": { "results": [nothing, nothing] } }));
        let told = app.graphql(Some(&reader), checks, variables).await.data();
        for attendance in ["/checkIn", "/checkOut", "/syncHourEntries/results/0", "/syncHourEntries/results/1"] {
            assert!(told.pointer(&format!("{attendance}/attendance/id")).is_some_and(Value::is_string), "{told:#}");
        }
    }

    /// Signing in, passwords, members, tokens: whatever its scopes are.
    async fn no_token_does_what_only_people_do(app: App) {
        let planted = Planted::on(&app).await;
        let owner = &planted.cast.owner;
        let mut all = WITHOUT_PEOPLE.to_vec();
        all.extend(["ACCOUNT_READ", "VOLUNTEERS_READ", "VOLUNTEERS_WRITE"]);
        let (id, text) = token(owner, &all, json!({})).await;
        let mut tried = 0;
        for (root, kind, table) in [("Query", "query", token_scopes::QUERIES), ("Mutation", "mutation", token_scopes::MUTATIONS)] {
            for field in sdl::fields(sdl::schema(), root) {
                let needs = table.iter().find(|(name, _)| *name == field.name.as_str());
                if needs.is_none_or(|(_, needs)| *needs != Needs::Person) {
                    continue;
                }
                let fill = |name: &str, ty: &Type| crate::permissions::fill(&planted, &id, name, ty);
                let operation = sdl::operation(sdl::schema(), kind, field, 1, &fill);
                let answer = app.graphql(Some(&text), &operation.query, operation.variables).await;
                assert_eq!((answer.error_code(), rule(&answer)), ("FORBIDDEN", "identity.token"), "{}: {:#}", field.name, answer.body);
                assert!(answer.body.get("data").is_none(), "{:#}", answer.body);
                tried += 1;
            }
        }
        assert!(tried > 20, "{tried}");
        // Hidden in a fragment, under another name, beside what is allowed.
        let hidden = "query { ...f } fragment f on Query { mine: apiTokens(first: 1) { totalCount } serverInfo { version } }";
        assert_eq!(rule(&by(&app, &text, hidden).await), "identity.token");
        // A token is no node of itself.
        let own = app.graphql(Some(&text), "query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await.data();
        assert_eq!(own["node"], Value::Null);
    }

    async fn tokens_of_others_are_not_there(app: App) {
        let cast = Cast::on(&app).await;
        let (id, text) = token(&cast.owner, &["HOURS_READ"], json!({})).await;
        for stranger in [&cast.coordinator, &cast.outsider, &cast.admin] {
            let found = stranger.asks("query($id: ID!) { node(id: $id) { id } apiTokens(first: 1) { totalCount } }", json!({ "id": id })).await;
            assert_eq!(found, json!({ "node": null, "apiTokens": { "totalCount": 0 } }));
            assert_eq!(stranger.refused("revokeApiToken", json!({ "id": id })).await, ["NOT_FOUND"]);
        }
        // An organization of others is none that a token could be for.
        let input = json!({ "name": "x", "scopes": ["HOURS_READ"], "organizationId": cast.organization.id });
        assert_eq!(cast.outsider.refused("createApiToken", input).await, ["NOT_FOUND"]);
        assert_eq!(by(&app, &text, ENTRIES).await.status, 200);
    }

    /// Nothing is taken over from an input but what it is for.
    async fn nothing_is_assigned_that_a_token_is_not_made_of(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "name": "x", "scopes": ["HOURS_READ"] });
        for (field, value) in [
            ("userId", json!(cast.admin.id)),
            ("id", json!("x")),
            ("prefix", json!("twz_mine")),
            ("digest", json!("00")),
            ("revokedAt", json!(null)),
            ("scope", json!("admin")),
        ] {
            let mut input = input.clone();
            input[field] = value;
            let answer = cast.volunteer.tries("mutation($i: CreateApiTokenInput!) { createApiToken(input: $i) { token } }", json!({ "i": input })).await;
            assert!(answer.body.get("data").is_none(), "{field}: {:#}", answer.body);
        }
        for scopes in [json!(["EVERYTHING"]), json!(["*"]), json!(["hours:read admin"]), json!([["ADMIN"]])] {
            let mut input = input.clone();
            input["scopes"] = scopes.clone();
            let answer = cast.volunteer.tries("mutation($i: CreateApiTokenInput!) { createApiToken(input: $i) { token } }", json!({ "i": input })).await;
            assert!(answer.body.get("data").is_none(), "{:#}", answer.body);
            let said = answer.body.to_string();
            // Every scope is named, and none by half.
            if scopes == json!(["EVERYTHING"]) {
                assert!(said.contains("VOLUNTEERS_READ, VOLUNTEERS_WRITE"), "{said}");
            }
        }
        for (field, value, code) in [
            ("scopes", json!([]), "REQUIRED"),
            ("name", json!(" "), "REQUIRED"),
            ("expiresAt", json!("2026-11-02T08:59:00Z"), "OUT_OF_RANGE"),
            ("expiresAt", json!("2027-11-04T09:00:00Z"), "OUT_OF_RANGE"),
        ] {
            let mut input = input.clone();
            input[field] = value;
            assert_eq!(cast.volunteer.refused("createApiToken", input).await, [code], "{field}");
        }
    }

    async fn a_user_has_so_many_tokens_and_no_more(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "name": "x", "scopes": ["HOURS_READ"] });
        let mut last = String::new();
        for _ in 0..20 {
            last = token(&cast.volunteer, &["HOURS_READ"], json!({})).await.0;
        }

        assert_eq!(cast.volunteer.refused("createApiToken", input.clone()).await, ["TOO_MANY_API_TOKENS"]);
        // Ending one makes no room at once, or they could be made without end.
        revoke(&cast.volunteer, &last).await;
        assert_eq!(cast.volunteer.refused("createApiToken", input.clone()).await, ["TOO_MANY_API_TOKENS"]);
        token(&cast.coordinator, &["HOURS_READ"], json!({})).await;
        app.advance(TimeDelta::hours(25));
        let volunteer = cast.volunteer.again().await;
        token(&volunteer, &["HOURS_READ"], json!({})).await;
        assert_eq!(volunteer.refused("createApiToken", input).await, ["TOO_MANY_API_TOKENS"]);
    }

    /// The text is told once: whoever did not hear it ends the token and makes another.
    async fn a_repeated_request_makes_one_token_and_tells_it_once(app: App) {
        let cast = Cast::on(&app).await;
        let input = json!({ "name": "x", "scopes": ["HOURS_READ", "HOURS_READ"], "idempotencyKey": "k" });
        let selection = "token apiToken { id scopes }";

        let first = cast.volunteer.done("createApiToken", input.clone(), selection).await;
        let again = cast.volunteer.done("createApiToken", input.clone(), selection).await;

        assert_eq!(first["apiToken"], again["apiToken"]);
        assert_eq!(first["apiToken"]["scopes"], json!(["HOURS_READ"]));
        assert!(first["token"].is_string());
        assert_eq!(again["token"], Value::Null);
        let other = json!({ "name": "y", "scopes": ["HOURS_READ"], "idempotencyKey": "k" });
        assert_eq!(cast.volunteer.refused("createApiToken", other).await, ["IDEMPOTENCY_CONFLICT"]);
    }

    async fn a_use_is_written_down_once_a_minute(app: App) {
        let cast = Cast::on(&app).await;
        let (id, text) = token(&cast.owner, &["HOURS_READ"], json!({})).await;
        let used = async || {
            let query = "query($id: ID!) { node(id: $id) { ... on ApiToken { lastUsedAt } } }";
            cast.owner.asks(query, json!({ "id": id })).await["node"]["lastUsedAt"].clone()
        };

        assert_eq!(used().await, Value::Null);
        for (seconds, expected) in [(0, "2026-11-02T09:00:00Z"), (59, "2026-11-02T09:00:00Z"), (1, "2026-11-02T09:01:00Z")] {
            app.advance(TimeDelta::seconds(seconds));
            by(&app, &text, ENTRIES).await;
            assert_eq!(used().await, expected);
        }
    }

    /// What is open when a token ends tells nothing more, and is closed.
    async fn a_socket_ends_with_its_token(app: App) {
        let app = app.beside_with(|config| config.live.heartbeat_seconds = 1).await;
        let cast = Cast::on(&app).await;
        let (id, text) = token(&cast.coordinator, &["HOURS_READ"], json!({})).await;
        let subscription = "subscription($id: ID!) { hourEntryChanged(organizationId: $id) { __typename } }";
        let mut socket = Socket::speaking(&app).await;
        socket.begin(&text).await;
        assert_eq!(socket.hear().await, Heard::Said(json!({ "type": "connection_ack" })));
        // Without the scope nothing begins.
        let attendance = "subscription($id: ID!) { attendanceChanged(organizationId: $id) { __typename } }";
        socket.subscribe("no", attendance, json!({ "id": cast.organization.id })).await;
        let Heard::Said(said) = socket.hear().await else { panic!("closed") };
        assert_eq!(said["type"], "error", "{said:#}");
        socket.subscribe("yes", subscription, json!({ "id": cast.organization.id })).await;

        revoke(&cast.coordinator, &id).await;
        cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 90).await;

        loop {
            match socket.hear().await {
                Heard::Closed(code) => {
                    assert_eq!(code, 4403);
                    break;
                }
                Heard::Said(said) => assert_ne!(said["type"], "next", "{said:#}"),
            }
        }
        let mut late = Socket::speaking(&app).await;
        late.begin(&text).await;
        assert_eq!(late.hear().await, Heard::Closed(4403));
        app.close().await;
    }

    /// A program fetches the files that it asked for, and no others; not after its token ended.
    async fn files_are_fetched_by_the_token_that_asked_for_them(app: App) {
        let cast = Cast::on(&app).await;
        let report = json!({ "name": "INDH", "territoryCode": cast.organization.territory, "from": "2026-01-01",
            "to": "2026-10-31", "organizationId": cast.organization.id });
        let input = json!({ "report": report, "format": "CSV" });
        let theirs = cast.owner.done("requestExport", input.clone(), "exportJob { id }").await;
        let (id, text) = token(&cast.owner, &["EXPORTS_WRITE", "REPORTS_READ"], json!({})).await;
        let ask = "mutation($i: RequestExportInput!) { requestExport(input: $i) { exportJob { id } userErrors { code } } }";

        let asked = app.graphql(Some(&text), ask, json!({ "i": input })).await.data();
        while app.parts.work_once().await.expect("jobs") {}

        assert_eq!(asked["requestExport"]["userErrors"], json!([]), "{asked:#}");
        let jobs = by(&app, &text, "{ exportJobs(first: 5) { nodes { id status artifact { url } } } }").await.data();
        let jobs = jobs["exportJobs"]["nodes"].as_array().unwrap();
        assert_eq!((jobs.len(), &jobs[0]["status"]), (1, &json!("SUCCEEDED")), "{jobs:#?}");
        assert_ne!(jobs[0]["id"], theirs["exportJob"]["id"]);
        let path = jobs[0]["artifact"]["url"].as_str().unwrap().rsplit("/files/").next().unwrap().to_owned();
        let fetch = async || {
            let url = format!("{}/files/{path}", app.url);
            app.http().get(url).send().await.expect("an answer").status().as_u16()
        };
        assert_eq!(fetch().await, 200);
        let personal = json!({ "input": { "volunteerId": cast.record, "from": "2026-01-01", "to": "2026-10-31", "format": "CSV" } });
        let refused = app.graphql(Some(&text), "mutation($input: RequestStatementExportInput!) { requestStatementExport(input: $input) { userErrors { code } } }", personal).await;
        assert_eq!(rule(&refused), "identity.token-scope", "{:#}", refused.body);

        let waiting = app.graphql(Some(&text), ask, json!({ "i": input })).await.data();
        revoke(&cast.owner, &id).await;
        while app.parts.work_once().await.expect("jobs") {}

        assert_eq!(fetch().await, 404);
        // What waited is not made by a token that is none any more.
        let query = "query($id: ID!) { node(id: $id) { ... on ExportJob { status } } }";
        let job = cast.owner.asks(query, json!({ "id": waiting["requestExport"]["exportJob"]["id"] })).await;
        assert_eq!(job["node"]["status"], "FAILED", "{job:#}");
    }

    /// The region is asked for by what anybody with figures may ask.
    async fn figures_need_the_scope_for_figures(app: App) {
        let cast = Cast::on(&app).await;
        let (_, hours) = token(&cast.owner, &["HOURS_READ"], json!({})).await;
        let (_, reports) = token(&cast.owner, &["REPORTS_READ"], json!({})).await;
        let query = format!("{{ indhReport(input: {{ territoryCode: \"{REGION}\", from: \"2026-01-01\", to: \"2026-12-31\" }}) {{ totals {{ minutes }} }} }}");

        assert_eq!(rule(&by(&app, &hours, &query).await), "identity.token-scope");
        assert_eq!(by(&app, &reports, &query).await.error_code(), "");
    }
}
