//! Who may see and do what, field by field, driven by the schema itself.
//!
//! The rules are written in `permissions.txt`; roles within one organization are tried in the
//! journeys.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use apollo_compiler::ast::FieldDefinition;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use serde_json::Value;
use serde_json::json;

use crate::support::app::Answer;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::cast::codes;
use crate::support::on_both_databases;
use crate::support::sdl;
use crate::support::sdl::Operation;

const RULES: &str = include_str!("permissions.txt");

/// Depth of what is selected below a root field: reaches the rows of rows.
const DEPTH: usize = 2;

#[test]
fn every_field_has_a_rule() {
    let schema = sdl::schema();
    let served: BTreeSet<String> = sdl::own_types(&schema)
        .filter(|(_, it)| matches!(it, ExtendedType::Object(_)))
        .flat_map(|(name, _)| {
            sdl::fields(&schema, name)
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
    /// Nothing of an organization reaches the owner of another, whatever they ask for.
    async fn strangers_read_nothing(app: App) {
        let cast = Cast::on(&app).await;
        let schema = sdl::schema();
        for stranger in [&cast.outsider, &cast.nobody] {
            for field in sdl::fields(&schema, "Query") {
                for (kind, operation) in calls(&cast, "query", field) {
                    let answer = ask(stranger, &operation).await;

                    assert_clean(&answer, &format!("{} with the {kind}", field.name));
                }
            }
        }
    }

    /// No mutation of a stranger finds anything of an organization, and nothing changes there.
    async fn strangers_change_nothing(app: App) {
        let cast = Cast::on(&app).await;
        let schema = sdl::schema();
        let rules = rules();
        let before = cast.whole_organization().await;
        for field in sdl::fields(&schema, "Mutation") {
            let rule = rules[&format!("Mutation.{}", field.name)].as_str();
            for (kind, operation) in calls(&cast, "mutation", field) {
                let what = format!("{} with the {kind}", field.name);
                let answer = ask(&cast.outsider, &operation).await;

                assert_clean(&answer, &what);
                if rule == "organization" {
                    let codes = codes(&answer.body["data"][field.name.as_str()]);
                    let unseen = !codes.is_empty() && codes.iter().all(|it| it == "NOT_FOUND");
                    assert!(unseen, "{what}: {:#}", answer.body);
                }
            }
        }
        assert_eq!(cast.whole_organization().await, before);
    }

    /// Without signing in, only what is said to be for anyone answers.
    async fn the_signed_out_are_asked_to_sign_in(app: App) {
        let cast = Cast::on(&app).await;
        let schema = sdl::schema();
        let rules = rules();
        for (root, kind) in [("Query", "query"), ("Mutation", "mutation")] {
            for field in sdl::fields(&schema, root) {
                if rules[&format!("{root}.{}", field.name)] == "anyone" {
                    continue;
                }
                for (of, operation) in calls(&cast, kind, field) {
                    let answer = ask(&cast.nobody, &operation).await;

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
        let cast = Cast::on(&app).await;
        let ids: Vec<_> = cast.planted().into_iter().map(|(_, id)| id).collect();
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

        for stranger in [&cast.outsider, &cast.nobody] {
            let answer = stranger.tries(query, json!({ "ids": ids })).await;

            let nodes = answer.body["data"]["nodes"].as_array().cloned().unwrap_or_default();
            assert!(nodes.iter().all(Value::is_null), "{:#}", answer.body);
        }
        let own = cast.owner.asks(query, json!({ "ids": ids })).await;
        assert!(own["nodes"][0]["id"].is_string(), "the owner sees them: {own:#}");
    }
}

/// Calls of a root field with each thing of the organization as what is asked for.
fn calls(cast: &Cast, kind: &str, field: &FieldDefinition) -> Vec<(&'static str, Operation)> {
    let schema = sdl::schema();
    cast.planted()
        .into_iter()
        .map(|(of, id)| {
            let fill = |name: &str, ty: &Type| fill(cast, &id, name, ty);
            (of, sdl::operation(&schema, kind, field, DEPTH, &fill))
        })
        .collect()
}

/// Values by the name of the argument: the organization's own wherever one could be meant.
fn fill(cast: &Cast, id: &str, name: &str, ty: &Type) -> Option<Value> {
    let value = match name {
        "slug" | "organizationSlug" => json!(cast.organization.slug),
        "organizationId" => json!(cast.organization.id),
        "volunteerId" | "volunteerIds" => json!(cast.volunteer_id),
        "projectId" | "projectIds" => json!(cast.project),
        "territoryCode" => json!(cast.territory),
        "minutes" => json!(60),
        "workedOn" => json!("2026-10-14"),
        "month" => json!("2026-10"),
        "from" => json!("2026-01-01"),
        "to" | "asOf" if ty.inner_named_type() == "Date" => json!("2026-12-31"),
        "expectedVersion" => json!(1),
        "first" => json!(2),
        "email" => json!("stranger@example.org"),
        "reason" | "comment" | "description" => json!("because"),
        _ if ty.inner_named_type() == "ID" => json!(id),
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
    assert!(!text.contains(MARK), "{what} shows: {:#}", answer.body);
    assert!(answer.status < 500, "{what}: {:#}", answer.body);
    assert!(!text.contains("INTERNAL_SERVER_ERROR"), "{what}: {text}");
    assert!(
        !text.contains("GRAPHQL_VALIDATION_FAILED") && !text.contains("QUERY_TOO_COMPLEX"),
        "{what} was never run: {text}"
    );
}

/// Null, an empty list, or a page without rows.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(page) => page.get("nodes").is_some_and(is_nothing),
        _ => false,
    }
}

/// The rules by `Type.field`.
fn rules() -> BTreeMap<String, String> {
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
