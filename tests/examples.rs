//! The examples of GraphiQL, run on demonstration data as the account each is meant for.
//!
//! How the page shows them is tried in a browser.

use std::fs;

use serde_json::Value;
use serde_json::json;
use tiwizi::demo;
use tiwizi::demo::Sizes;
use tiwizi::platform::i18n::Locale;

use crate::support::app::App;
use crate::support::on_both_databases;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/graphiql/examples");
const SIZES: Sizes = Sizes {
    organizations: 2,
    volunteers: 20,
    entries: 200,
    seed: 3,
};

fn examples() -> Vec<Value> {
    let text = fs::read_to_string(format!("{FOLDER}/examples.json")).expect("the list");
    let list: Value = serde_json::from_str(&text).expect("JSON");
    list["examples"].as_array().expect("examples").clone()
}

on_both_databases! {
    async fn every_example_runs_for_the_account_it_is_meant_for(app: App) {
        demo::fill(&app.parts.operator(Locale::En), SIZES, |_| ()).await.expect("filled");

        for example in examples() {
            let file = example["file"].as_str().expect("a file");
            let query = fs::read_to_string(format!("{FOLDER}/{file}")).expect("the document");
            let email = format!("{}@example.org", example["role"].as_str().expect("a role"));
            let token = sign_in(&app, &email).await;
            let variables = example["variables"].clone();

            // Ids to be filled in are refused in the data; a document that does not fit the
            // schema would be refused as a whole.
            let answer = app.graphql(Some(&token), &query, variables).await;
            assert!(answer.body.get("errors").is_none(), "{file}: {:#}", answer.body);
        }
    }
}

async fn sign_in(app: &App, email: &str) -> String {
    let query =
        "mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }";
    let input = json!({ "input": { "email": email, "password": demo::PASSWORD } });
    let data = app.graphql(None, query, input).await.data();
    let token = data["signIn"]["session"]["accessToken"].as_str();
    token.expect("a session").to_owned()
}

#[test]
fn every_example_speaks_three_languages() {
    for example in examples() {
        for part in ["title", "prose"] {
            for language in ["ar", "fr", "en"] {
                let text = example[part][language].as_str();
                assert!(
                    text.is_some_and(|it| !it.is_empty()),
                    "{part}.{language}: {example}"
                );
            }
        }
    }
}
