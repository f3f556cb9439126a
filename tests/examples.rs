//! The examples of GraphiQL: one of every root field, in three languages, run on demonstration data as the account each is
//! meant for.
//!
//! How the page shows them is tried in a browser.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;

use apollo_compiler::ast::Definition;
use apollo_compiler::ast::Document;
use apollo_compiler::ast::Selection;
use serde_json::Value;
use serde_json::json;
use tiwizi::demo;
use tiwizi::demo::Sizes;
use tiwizi::platform::i18n::Locale;

use crate::support::app::App;
use crate::support::on_both_databases;
use crate::support::sdl::fields;
use crate::support::sdl::schema;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/graphiql/examples");
const SIZES: Sizes = Sizes {
    organizations: 2,
    volunteers: 20,
    entries: 200,
    seed: 3,
};

fn list() -> Value {
    let text = fs::read_to_string(format!("{FOLDER}/examples.json")).expect("the list");
    serde_json::from_str(&text).expect("JSON")
}

fn examples() -> Vec<Value> {
    list()["examples"].as_array().expect("examples").clone()
}

fn document(example: &Value) -> String {
    let file = example["file"].as_str().expect("a file");
    fs::read_to_string(format!("{FOLDER}/{file}")).expect("the document")
}

on_both_databases! {
    async fn every_example_runs_for_the_account_it_is_meant_for(app: App) {
        demo::fill(&app.parts.operator(Locale::En), SIZES, |_| ()).await.expect("filled");
        let mut tokens = BTreeMap::new();
        let owner = sign_in(&app, "owner@example.org").await;
        let ids = ids(&app, &owner).await;

        for example in examples() {
            let id = example["id"].as_str().expect("an id");
            let query = document(&example);
            let role = example["role"].as_str().expect("a role");
            let email = format!("{role}@example.org");
            // What ends a session ends one of its own.
            let token = if id == "sign-out" || !tokens.contains_key(role) {
                let token = sign_in(&app, &email).await;
                tokens.entry(role.to_owned()).or_insert_with(|| token.clone());
                token
            } else {
                tokens[role].clone()
            };
            let mut variables = example["variables"].to_string();
            // Queries are asked of something that is there. Mutations keep the ids to be filled in, which are refused in the
            // data; a document that does not fit the schema would be refused as a whole.
            if query.starts_with("query") {
                for (place, id) in &ids {
                    variables = variables.replace(place, id);
                }
            }
            let variables = serde_json::from_str(&variables).expect("JSON");

            let answer = app.graphql(Some(&token), &query, variables).await;

            if query.starts_with("subscription") {
                // Valid, and carried by another transport.
                let message = answer.body["errors"][0]["message"].as_str().unwrap_or_default();
                assert!(message.starts_with("A subscription needs"), "{id}: {:#}", answer.body);
            } else {
                let expected = example["answers"].as_str().unwrap_or_default();
                assert_eq!(answer.error_code(), expected, "{id}: {:#}", answer.body);
            }
        }
    }
}

/// What stands for the ids that people fill in, and such ids.
async fn ids(app: &App, token: &str) -> Vec<(String, String)> {
    let query = "{ organization(slug: \"al-amal\") { id } volunteers(first: 1) { nodes { id } }
        projects(first: 1) { nodes { id } } activities(first: 1) { nodes { id } }
        hourEntries(first: 1) { nodes { id } } indicators(first: 1) { nodes { id } } }";
    let data = app.graphql(Some(token), query, json!({})).await.data();
    let mut ids = Vec::new();
    for (place, list) in [
        ("volunteer", "volunteers"),
        ("project", "projects"),
        ("activity", "activities"),
        ("hour entry", "hourEntries"),
        ("indicator", "indicators"),
    ] {
        if let Some(id) = data[list]["nodes"][0]["id"].as_str() {
            ids.push((format!("<{place} id>"), id.to_owned()));
        }
    }
    let organization = data["organization"]["id"].as_str().expect("al-amal");
    ids.push(("<organization id>".to_owned(), organization.to_owned()));
    ids
}

async fn sign_in(app: &App, email: &str) -> String {
    let query =
        "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }";
    let input = json!({ "input": { "email": email, "password": demo::PASSWORD } });
    let data = app.graphql(None, query, input).await.data();
    let token = data["signIn"]["session"]["accessToken"].as_str();
    token.expect("a session").to_owned()
}

/// An administrator finds an example of whatever can be asked.
#[test]
fn every_root_field_has_an_example() {
    let mut shown = BTreeSet::new();
    for example in examples() {
        let text = document(&example);
        let document = Document::parse(text, "example.graphql").expect("a document");
        for definition in &document.definitions {
            let Definition::OperationDefinition(operation) = definition else {
                continue;
            };
            let root = match operation.operation_type.to_string().as_str() {
                "query" => "Query",
                "mutation" => "Mutation",
                _ => "Subscription",
            };
            let fields = operation.selection_set.iter().filter_map(|it| match it {
                Selection::Field(field) => Some(field.name.to_string()),
                _ => None,
            });
            shown.extend(fields.map(|it| (root, it)));
        }
    }
    let mut missing = Vec::new();
    for root in ["Query", "Mutation", "Subscription"] {
        let all = fields(schema(), root);
        let bare = all
            .iter()
            .filter(|it| !shown.contains(&(root, it.name.to_string())));
        missing.extend(bare.map(|it| it.name.to_string()));
    }
    assert!(
        missing.is_empty(),
        "GraphiQL has no example of {missing:?}. For each run `node graphiql/draft.mjs NAME` (after `npm ci` in graphiql), fill in \
         topic, role, title, prose and variables in graphiql/examples/examples.json, then run graphiql/build.sh"
    );
}

#[test]
fn every_example_speaks_three_languages() {
    for example in examples() {
        for part in ["title", "prose"] {
            let text = |language: &str| example[part][language].as_str().unwrap_or_default();
            for language in ["ar", "fr", "en"] {
                assert!(!text(language).is_empty(), "{part}.{language}: {example}");
            }
            let arabic = |it: char| ('\u{600}'..='\u{6ff}').contains(&it);
            assert!(text("ar").contains(arabic), "{part}.ar: {example}");
            assert!(
                !text("fr").contains(arabic) && !text("en").contains(arabic),
                "{part}: {example}"
            );
        }
    }
}

/// Each has a name, a file and a place of its own, and no file is left over.
#[test]
fn the_list_of_examples_is_whole() {
    let list = list();
    let topics: BTreeSet<_> = list["topics"]
        .as_array()
        .expect("topics")
        .iter()
        .map(|it| it["id"].to_string())
        .collect();
    let mut listed = BTreeSet::new();
    for example in examples() {
        let id = example["id"].as_str().expect("an id").to_owned();
        assert_eq!(example["file"], format!("{id}.graphql"));
        assert!(topics.contains(&example["topic"].to_string()), "{id}");
        assert!(
            listed.insert(format!("{id}.graphql")),
            "{id} is there twice"
        );
    }
    let files: BTreeSet<String> = fs::read_dir(FOLDER)
        .expect("the folder")
        .map(|it| {
            it.expect("a file")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .filter(|it| it.ends_with(".graphql"))
        .collect();
    assert_eq!(listed, files);
}
