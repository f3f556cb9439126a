//! Who may see and do what, field by field, driven by the schema itself.
//!
//! The rules are written in `permissions.txt`; roles within one organization are tried in the
//! journeys.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use apollo_compiler::ast::FieldDefinition;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use async_graphql::ID;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::split;

use crate::support::app::Answer;
use crate::support::app::App;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::cast::codes;
use crate::support::on_both_databases;
use crate::support::planted::Planted;
use crate::support::sdl;
use crate::support::sdl::Operation;

const RULES: &str = include_str!("permissions.txt");

/// Depth of what is selected below a root field: reaches the rows of rows.
const DEPTH: usize = 2;

#[test]
fn every_field_has_a_rule() {
    let schema = sdl::schema();
    let served: BTreeSet<String> = sdl::own_types(schema)
        .filter(|(name, it)| matches!(it, ExtendedType::Object(_)) && !carries_others(name))
        .flat_map(|(name, _)| {
            sdl::fields(schema, name)
                .into_iter()
                .map(move |it| format!("{name}.{}", it.name))
        })
        .collect();
    let ruled: BTreeSet<String> = rules().into_keys().collect();

    let without: Vec<_> = served.difference(&ruled).collect();
    let stale: Vec<_> = ruled.difference(&served).collect();

    assert!(
        without.is_empty() && stale.is_empty(),
        "tests/permissions.txt: say who may read these: {without:#?}\n\
         and take these out, the schema has them no longer: {stale:#?}"
    );
}

on_both_databases! {
    /// No kind of thing that has a global id is left out of what the tests below ask for.
    async fn every_kind_of_thing_is_planted(app: App) {
        let planted = Planted::on(&app).await;
        let served: BTreeSet<String> = sdl::own_types(sdl::schema())
            .filter(|(_, it)| matches!(it, ExtendedType::Object(it) if it.implements_interfaces.contains("Node")))
            .map(|(name, _)| name.to_owned())
            .collect();
        let kinds = planted.ids.iter().map(|(_, id)| {
            let (kind, _) = split(&ID(id.clone())).expect("a global id");
            kind
        });
        // Official lists belong to nobody; an invitation is no node.
        let public = ["Territory", "WageRate"].map(str::to_owned);
        let tried: BTreeSet<String> = kinds.chain(public).filter(|it| it != "Invitation").collect();

        assert_eq!(tried, served);
    }

    /// Nothing of an organization reaches the owner of another, whatever they ask for: no text, and
    /// no number either.
    async fn strangers_read_nothing(app: App) {
        let planted = Planted::on(&app).await;
        let schema = sdl::schema();
        let shown = shown_to(&planted, &[&planted.cast.outsider, &planted.cast.nobody]).await;

        assert!(shown.is_empty(), "{}", shown.join("\n"));
        // The same questions do find it, asked by whoever may.
        // Whoever has the code of a certificate is answered, whoever they are: tried in `certificates`.
        // The instants that are asked for lie before anything was done: the trail is tried in `audit`.
        // No provider is named where this is tried: those are in `identity::openid`.
        let elsewhere = ["verifyCertificate", "auditEvents", "signInProviders"];
        let asked = |it: &str| !elsewhere.contains(&it);
        for field in sdl::fields(schema, "Query").into_iter().filter(|it| asked(&it.name)) {
            let mut found = false;
            for (_, operation) in calls(&planted, "query", field) {
                let answer = ask(&planted.cast.owner, &operation).await;
                found |= !is_nothing(&answer.body["data"][field.name.as_str()]);
            }
            assert!(found, "{} finds nothing for the owner either", field.name);
        }
    }

    /// No mutation of a stranger finds anything of an organization, and nothing changes there.
    async fn strangers_change_nothing(app: App) {
        let planted = Planted::on(&app).await;
        let schema = sdl::schema();
        let rules = rules();
        let before = planted.whole().await;
        // Signing out would make the rest the acts of nobody.
        let acts = sdl::fields(schema, "Mutation").into_iter().filter(|it| it.name != "signOut");
        for field in acts {
            let rule = rules[&format!("Mutation.{}", field.name)].as_str();
            for (kind, operation) in calls(&planted, "mutation", field) {
                let what = format!("{} with the {kind}", field.name);
                let answer = ask(&planted.cast.outsider, &operation).await;

                assert_clean(&answer, &what);
                if rule == "organization" {
                    let codes = codes(&answer.body["data"][field.name.as_str()]);
                    let unseen = !codes.is_empty() && codes.iter().all(|it| it == "NOT_FOUND");
                    assert!(unseen, "{what}: {:#}", answer.body);
                }
            }
        }
        assert_eq!(planted.whole().await, before);
    }

    /// Without signing in, only what is said to be for anyone answers.
    async fn the_signed_out_are_asked_to_sign_in(app: App) {
        let planted = Planted::on(&app).await;
        let schema = sdl::schema();
        let rules = rules();
        for (root, kind) in [("Query", "query"), ("Mutation", "mutation")] {
            for field in sdl::fields(schema, root) {
                if rules[&format!("{root}.{}", field.name)] == "anyone" {
                    continue;
                }
                for (of, operation) in calls(&planted, kind, field) {
                    let answer = ask(&planted.cast.nobody, &operation).await;

                    let value = &answer.body["data"][field.name.as_str()];
                    let told = answer.error_code() == "UNAUTHENTICATED";
                    let nothing = answer.body.get("errors").is_none() && is_nothing(value);
                    assert!(
                        told || (root == "Query" && nothing),
                        "{} with the {of}: {:#}", field.name, answer.body
                    );
                    assert_clean(&answer, &field.name);
                }
            }
        }
    }

    /// `node` and `nodes` know no more than the fields that return the same things.
    async fn global_ids_open_nothing(app: App) {
        let planted = Planted::on(&app).await;
        let cast = &planted.cast;
        let ids: Vec<_> = planted.ids.iter().map(|(_, id)| id).collect();
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

        for stranger in [&cast.outsider, &cast.nobody] {
            let answer = stranger.tries(query, json!({ "ids": ids })).await;

            let nodes = answer.body["data"]["nodes"].as_array().cloned().unwrap_or_default();
            assert!(nodes.iter().all(Value::is_null), "{:#}", answer.body);
        }
        let own = cast.owner.asks(query, json!({ "ids": ids })).await;
        let theirs = cast.volunteer.asks(query, json!({ "ids": ids })).await;
        let nodes = own["nodes"].as_array().unwrap().iter().zip(theirs["nodes"].as_array().unwrap());
        for ((of, id), (node, of_volunteer)) in planted.ids.iter().zip(nodes) {
            // Invitations are shown once, to whoever invites, and are no nodes; what somebody is told
            // is theirs.
            let expected = !["invitation", "notification"].contains(of);
            assert_eq!(node["id"].as_str(), expected.then_some(id.as_str()), "{own:#}");
            if *of == "notification" {
                assert_eq!(of_volunteer["id"].as_str(), Some(id.as_str()), "{theirs:#}");
            }
        }
    }
}

/// What queries show to strangers of the organization, by every thing of it that they could name.
pub async fn shown_to(planted: &Planted, strangers: &[&Person]) -> Vec<String> {
    let schema = sdl::schema();
    let rules = rules();
    let mut shown = Vec::new();
    for stranger in strangers {
        for field in sdl::fields(schema, "Query") {
            for (kind, operation) in calls(planted, "query", field) {
                let answer = ask(stranger, &operation).await;

                let what = format!("{} with the {kind}", field.name);
                assert_clean(&answer, &what);
                if rules[&format!("Query.{}", field.name)] == "organization" {
                    let value = &answer.body["data"][field.name.as_str()];
                    let told = answer.body.get("errors").is_none_or(|_| {
                        // An input that names what is not there is refused alike, there or not.
                        ["FORBIDDEN", "NOT_FOUND", "UNAUTHENTICATED"].contains(&answer.error_code())
                            || answer.body["errors"][0]["extensions"]["rule"] == "identity.scope"
                    });
                    let blank = is_blank(value, &said(&operation.variables));
                    if !(told && blank) {
                        shown.push(format!("{what} shows: {:#}", answer.body));
                    }
                }
            }
        }
    }
    shown
}

/// What queries answer to somebody, whole, by every thing of the organization that could be named.
pub async fn answers_to(planted: &Planted, person: &Person) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    for field in sdl::fields(sdl::schema(), "Query") {
        for (kind, operation) in calls(planted, "query", field) {
            let answer = ask(person, &operation).await;
            let what = format!("{} with the {kind}", field.name);
            assert!(answer.status < 500, "{what}: {:#}", answer.body);
            answers.push((what, answer.body.to_string()));
        }
    }
    answers
}

/// Types that only hold others.
pub fn carries_others(name: &str) -> bool {
    let carriers = ["Connection", "Edge", "Payload", "Result"];
    carriers.iter().any(|it| name.ends_with(it))
}

/// Calls of a root field with each thing of the organization as what is asked for.
pub fn calls(planted: &Planted, kind: &str, field: &FieldDefinition) -> Vec<(String, Operation)> {
    let schema = sdl::schema();
    // A thing that can be named in several ways is asked for in each.
    let alternatives = !field.arguments.is_empty()
        && field
            .arguments
            .iter()
            .all(|it| !it.ty.is_non_null() && it.name != "first" && it.name != "input");
    let mut calls = Vec::new();
    for (of, id) in &planted.ids {
        let fill = |name: &str, ty: &Type| fill(planted, id, name, ty);
        if alternatives {
            for only in &field.arguments {
                let mut field = field.clone();
                field.arguments.retain(|it| it.name == only.name);
                let operation = sdl::operation(schema, kind, &field, DEPTH, &fill);
                calls.push((format!("{} of the {of}", only.name), operation));
            }
        } else {
            let operation = sdl::operation(schema, kind, field, DEPTH, &fill);
            calls.push(((*of).to_owned(), operation));
        }
    }
    calls
}

/// Values by the name of the argument: the organization's own wherever one could be meant.
pub fn fill(planted: &Planted, id: &str, name: &str, ty: &Type) -> Option<Value> {
    let cast = &planted.cast;
    let kind = ty.inner_named_type().as_str();
    let value = match name {
        "slug" | "organizationSlug" => json!(cast.organization.slug),
        "code" => json!(cast.organization.territory),
        "organizationId" => json!(cast.organization.id),
        "volunteerId" | "volunteerIds" | "keepId" => json!(cast.record),
        "projectId" | "projectIds" => json!(cast.project),
        "territoryCode" => json!(cast.organization.territory),
        "activityId" => json!(planted.activity),
        "seriesId" => json!(planted.series),
        "indicatorId" => json!(planted.indicator),
        "minutes" if kind == "Minutes" => json!(60),
        "workedOn" if kind == "Date" => json!("2026-10-14"),
        "month" => json!("2026-10"),
        "from" if kind == "Date" => json!("2026-01-01"),
        // Before the month from which the organizations of strangers are counted themselves.
        "to" if kind == "Date" => json!("2026-10-31"),
        "expectedVersion" => json!(1),
        "first" => json!(2),
        "vocabulary" => json!("INDH"),
        "percent" => json!("100"),
        "year" => json!(2026),
        "cell" => json!({ "dimension": "MONTH", "key": "2026-10" }),
        "email" if kind != "EmailTargetInput" => json!("stranger@example.org"),
        "password" => json!("correct horse battery"),
        "reason" | "comment" | "description" if kind == "String" => json!("because"),
        _ if kind == "ID" => json!(id),
        _ => return None,
    };
    Some(value)
}

async fn ask(person: &Person, operation: &Operation) -> Answer {
    person
        .tries(&operation.query, operation.variables.clone())
        .await
}

/// Nothing that was planted in the organization, and no fault of ours.
#[track_caller]
fn assert_clean(answer: &Answer, what: &str) {
    let text = answer.body.to_string();
    let shown = text.to_lowercase().contains(&MARK.to_lowercase());
    assert!(!shown, "{what} shows: {:#}", answer.body);
    assert!(answer.status < 500, "{what}: {:#}", answer.body);
    assert!(!text.contains("INTERNAL_SERVER_ERROR"), "{what}: {text}");
    assert!(
        !text.contains("GRAPHQL_VALIDATION_FAILED") && !text.contains("QUERY_TOO_COMPLEX"),
        "{what} was never run: {text}"
    );
}

/// The texts that an operation says itself: an answer that repeats them tells nothing.
pub fn said(variables: &Value) -> BTreeSet<String> {
    match variables {
        Value::Array(items) => items.iter().flat_map(said).collect(),
        Value::Object(members) => members.values().flat_map(said).collect(),
        Value::String(text) => BTreeSet::from([text.clone()]),
        _ => BTreeSet::new(),
    }
}

/// Whether nothing can be learned from an answer: no row, no figure but zero, no text but what was
/// asked, and what every organization is told.
pub fn is_blank(value: &Value, said: &BTreeSet<String>) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.parse::<f64>() == Ok(0.0) || said.contains(text),
        Value::Array(items) => items.iter().all(|it| is_blank(it, said)),
        Value::Object(members) => {
            // What is of nobody: official lists, and how figures are counted.
            let public = members.get("__typename").and_then(Value::as_str);
            let public =
                public.is_some_and(|it| ["Territory", "Additivity", "TimeBasis"].contains(&it));
            // A refusal that looks like that of what does not exist.
            let unseen = members.get("code").is_some_and(|it| it == "NOT_FOUND");
            // The organization of whoever asks, and a list of it alone.
            let mine = |it: &Value| it["slug"] == "tifawin";
            let rows = members.get("nodes").and_then(Value::as_array);
            let alone = rows.is_some_and(|it| {
                !it.is_empty()
                    && it.iter().all(mine)
                    && members.get("totalCount") == Some(&json!(it.len()))
            });
            let own = members.get("slug").is_some_and(|it| it == "tifawin");
            // What says how it was counted, and where one stands.
            let basis = [
                "__typename",
                "asOf",
                "coverage",
                "statusBasis",
                "cursor",
                "serverTime",
            ];
            let told = |(name, it): (&String, &Value)| {
                basis.contains(&name.as_str()) || is_blank(it, said)
            };
            public || unseen || own || alone || members.iter().all(told)
        }
    }
}

/// Null, an empty list, or a page without rows.
pub fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(page) => page.get("nodes").is_some_and(is_nothing),
        _ => false,
    }
}

/// The rules by `Type.field`.
pub fn rules() -> BTreeMap<String, String> {
    let mut rules = BTreeMap::new();
    let mut of = ("", "");
    for line in RULES.lines().filter(|it| !it.starts_with('#')) {
        if let Some(fields) = line.strip_prefix("  ") {
            for field in fields.split_whitespace() {
                rules.insert(format!("{}.{field}", of.0), of.1.to_owned());
            }
        } else if let Some((kind, rule)) = line.split_once(": ") {
            of = (kind, rule);
        }
    }
    rules
}
