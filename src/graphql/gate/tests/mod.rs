//! The gate before a small schema.
//!
//! Over HTTP, with the real schema, it is tested from outside.

mod answers;
mod limits;
mod values;

use async_graphql::EmptySubscription;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::OneofObject;
use async_graphql::SDLExportOptions;
use async_graphql::Schema;
use async_graphql::ValidationMode;
use serde_json::Value;
use serde_json::json;

use crate::config::Config;
use crate::config::LimitsConfig;
use crate::graphql::gate::Call;
use crate::graphql::gate::Caller;
use crate::graphql::gate::Carries;
use crate::graphql::gate::Client;
use crate::graphql::gate::Gate;
use crate::graphql::gate::Introspection;
use crate::graphql::gate::Kind;
use crate::graphql::gate::SignedIn;
use crate::platform::clock::Clock;
use crate::platform::i18n::Locale;

struct Query;

#[Object]
impl Query {
    async fn me(&self) -> Person {
        Person
    }

    async fn plus(&self, number: Option<i32>) -> i32 {
        number.unwrap_or(3) + 1
    }

    async fn panics(&self) -> Option<i32> {
        let reasons: Vec<&str> = vec!["on purpose"];
        reasons.get(1).expect("on purpose");
        None
    }

    async fn leaks(&self) -> async_graphql::Result<i32> {
        Err(async_graphql::Error::new("select secret from vault"))
    }

    async fn sum(&self, numbers: Vec<i32>) -> i32 {
        numbers.iter().sum()
    }

    async fn found(&self, by: By) -> String {
        match by {
            By::Name(name) => name,
            By::Number(number) => number.to_string(),
        }
    }

    async fn never(&self) -> i32 {
        std::future::pending().await
    }
}

struct Person;

#[Object]
impl Person {
    async fn name(&self) -> &str {
        "Aïcha"
    }

    async fn friends(&self, first: Option<i32>) -> Vec<Person> {
        let _size = first;
        vec![Person]
    }
}

#[derive(OneofObject)]
enum By {
    Name(String),
    Number(i32),
}

#[derive(InputObject)]
struct Patch {
    name: MaybeUndefined<String>,
}

struct Mutation;

#[Object]
impl Mutation {
    async fn patch(&self, input: Patch) -> &str {
        match input.name {
            MaybeUndefined::Undefined => "unchanged",
            MaybeUndefined::Null => "cleared",
            MaybeUndefined::Value(_) => "set",
        }
    }
}

fn gate(
    limits: LimitsConfig,
    introspection: Introspection,
) -> Gate<Query, Mutation, EmptySubscription> {
    let schema = Schema::build(Query, Mutation, EmptySubscription)
        .disable_suggestions()
        .validation_mode(ValidationMode::Fast)
        .finish();
    let sdl = schema.sdl_with_options(SDLExportOptions::new());
    Gate::new(schema, &sdl, limits, introspection, &Clock::System).unwrap()
}

async fn run(call: Value) -> (Kind, Value) {
    run_with(call, Config::default().limits, Introspection::Open).await
}

async fn run_with(
    call: Value,
    limits: LimitsConfig,
    introspection: Introspection,
) -> (Kind, Value) {
    let call = Call::from_json(call.to_string().as_bytes()).unwrap();
    let caller = Caller {
        rights: None,
        signed_in: SignedIn::No,
        client: Client::at(None),
        request_id: "test",
        locale: Locale::En,
    };
    let answer = gate(limits, introspection)
        .answer(call, Carries::Everything, caller, ())
        .await;
    (
        answer.kind,
        serde_json::from_slice(&answer.to_json()).unwrap(),
    )
}

async fn query(text: &str) -> (Kind, Value) {
    run(json!({ "query": text })).await
}

fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or("none")
}
