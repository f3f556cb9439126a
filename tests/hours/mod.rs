//! Hours: logged, refused, handed in, decided, kept in the ledger.
//!
//! Here are the people of these journeys; rules without a database are tested beside their code.

mod amend;
mod approve;
mod casablanca;
mod crowd;
mod imported;
mod intruder;
mod kept;
mod keys;
mod log;
mod machine;
mod proof;
mod queue;
mod read;
mod rules;
mod selection;
mod tamper;

use entity::ids::OrganizationId;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::hours::ledger;
use tiwizi::hours::ledger::Verdict;
use tiwizi::platform::i18n::Locale;

use crate::support::app::App;

const PASSWORD: &str = "correct horse battery";
const ENTRY: &str =
    "hourEntry { id status version workedOn endedOn minutes totalMinutes breakMinutes
    headcount kind evidenceLevel timeZone decisionReason days { day minutes }
    canEdit { allowed rule reason } } userErrors { code message path rule }";

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Person {
    app: App,
    token: String,
    email: String,
}

impl Person {
    /// Makes an account.
    async fn sign_up(app: &App, email: &str) -> Self {
        let input = json!({ "email": email, "displayName": email, "password": PASSWORD });
        let query = "mutation($input: SignUpInput!) { signUp(input: $input) {
            session { accessToken } userErrors { code } } }";
        let answer = app.graphql(None, query, json!({ "input": input })).await;
        let data = answer.data();
        let token = data["signUp"]["session"]["accessToken"].as_str();
        Self {
            app: app.clone(),
            token: token.expect("a session").to_owned(),
            email: email.to_owned(),
        }
    }

    /// The same person after signing in again.
    pub async fn renewed(&self) -> Self {
        let query = "mutation($input: SignInInput!) { signIn(input: $input) {
            session { accessToken } userErrors { code } } }";
        let input = json!({ "email": self.email, "password": PASSWORD });
        let answer = self
            .app
            .graphql(None, query, json!({ "input": input }))
            .await;
        let token = text(&answer.data()["signIn"]["session"]["accessToken"]);
        Self {
            token,
            ..self.clone()
        }
    }

    /// The data of an operation.
    pub async fn asks(&self, query: &str, variables: Value) -> Value {
        let answer = self.app.graphql(Some(&self.token), query, variables).await;
        answer.data()
    }

    /// The payload of a mutation.
    pub async fn does(&self, mutation: &str, input: Value, selection: &str) -> Value {
        let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query =
            format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {selection} }} }}");
        self.asks(&query, json!({ "input": input })).await[mutation].take()
    }

    /// The payload of a mutation that must not be refused.
    pub async fn done(&self, mutation: &str, input: Value, selection: &str) -> Value {
        let selection = format!("{selection} userErrors {{ code message path }}");
        let payload = self.does(mutation, input, &selection).await;
        assert_eq!(payload["userErrors"], json!([]), "{mutation}");
        payload
    }

    /// Writes an entry.
    pub async fn logs(&self, input: Value) -> Value {
        self.does("createHourEntry", input, ENTRY).await
    }

    /// Changes an entry.
    pub async fn changes(&self, input: Value) -> Value {
        self.does("updateHourEntry", input, ENTRY).await
    }

    /// Proposes a correction of an entry.
    pub async fn amends(&self, input: Value) -> Value {
        self.does("amendHourEntry", input, ENTRY).await
    }

    /// Acts on entries; `act` is `submit`, `approve` and the like.
    pub async fn acts(&self, act: &str, ids: &[&str], reason: Option<&str>) -> Vec<Value> {
        let mut input = json!({ "ids": ids });
        if let Some(reason) = reason {
            input["reason"] = json!(reason);
        }
        let mutation = format!("{act}HourEntries");
        let selection = format!("results {{ {ENTRY} }}");
        let payload = self.does(&mutation, input, &selection).await;
        payload["results"].as_array().expect("results").clone()
    }
}

/// Two organizations, and a person who is a volunteer of both.
pub struct World {
    pub app: App,
    /// Owns the first.
    pub owner: Person,
    /// Decides in the first.
    pub coordinator: Person,
    /// The volunteer.
    pub volunteer: Person,
    /// Reads in the first.
    pub viewer: Person,
    /// Owns the second.
    pub outsider: Person,
    pub organization: String,
    pub elsewhere: String,
    pub project: String,
    pub project_elsewhere: String,
    /// The volunteer's record in the first.
    pub record: String,
    /// The same person's record in the second.
    pub record_elsewhere: String,
}

impl World {
    /// Brings everybody together.
    pub async fn on(app: &App) -> Self {
        let owner = Person::sign_up(app, "owner@example.org").await;
        let outsider = Person::sign_up(app, "outsider@example.org").await;
        let organization = found(&owner, "al-amal").await;
        let elsewhere = found(&outsider, "tifawin").await;
        let record = enrol(&owner, &organization, "Amina").await;
        let record_elsewhere = enrol(&outsider, &elsewhere, "A. Amrani").await;
        Self {
            app: app.clone(),
            coordinator: invited(app, &owner, &organization, "COORDINATOR", None).await,
            viewer: invited(app, &owner, &organization, "VIEWER", None).await,
            volunteer: invited(app, &owner, &organization, "VOLUNTEER", Some(&record)).await,
            project: plan(&owner, &organization, "2025-01-01").await,
            project_elsewhere: plan(&outsider, &elsewhere, "2025-01-01").await,
            owner,
            outsider,
            organization,
            elsewhere,
            record,
            record_elsewhere,
        }
    }

    /// Minutes of the volunteer on a day, as an input.
    pub fn on_day(&self, day: &str, minutes: i64) -> Value {
        json!({ "volunteerId": self.record, "projectId": self.project,
            "workedOn": day, "minutes": minutes })
    }

    /// An interval of the volunteer, as an input.
    pub fn between(&self, from: &str, to: &str) -> Value {
        json!({ "volunteerId": self.record, "projectId": self.project,
            "startedAt": from, "endedAt": to })
    }

    /// The same person's interval in the second organization, as an input.
    pub fn between_elsewhere(&self, from: &str, to: &str) -> Value {
        json!({ "volunteerId": self.record_elsewhere, "projectId": self.project_elsewhere,
            "startedAt": from, "endedAt": to })
    }

    /// Number of the last event of the first organization's ledger, which must be whole.
    pub async fn ledger(&self) -> i64 {
        let id = OrganizationId::read(&self.organization.clone().into()).expect("an id");
        let ctx = self.app.parts.operator(Locale::default());
        match ledger::verify(&ctx, id).await.expect("an answer") {
            Verdict::Whole { sequence, .. } => sequence,
            broken => panic!("{broken:?}"),
        }
    }
}

async fn found(owner: &Person, slug: &str) -> String {
    let input = json!({ "slug": slug, "name": slug, "kind": "ASSOCIATION", "territoryCode": "07" });
    let payload = owner
        .done("createOrganization", input, "organization { id }")
        .await;
    text(&payload["organization"]["id"])
}

async fn plan(owner: &Person, organization: &str, from: &str) -> String {
    let input = json!({ "organizationId": organization, "title": "Wells",
        "territoryCode": "07", "startsOn": from });
    let payload = owner.done("createProject", input, "project { id }").await;
    text(&payload["project"]["id"])
}

async fn enrol(owner: &Person, organization: &str, name: &str) -> String {
    let input = json!({ "organizationId": organization, "name": name, "nationalId": "EE123456" });
    let payload = owner
        .done("createVolunteer", input, "volunteer { id }")
        .await;
    text(&payload["volunteer"]["id"])
}

async fn invited(
    app: &App,
    owner: &Person,
    organization: &str,
    role: &str,
    record: Option<&str>,
) -> Person {
    let person = Person::sign_up(app, &format!("{}@example.org", role.to_lowercase())).await;
    let input = json!({ "organizationId": organization, "email": person.email, "role": role,
        "volunteerId": record });
    let payload = owner.done("inviteMember", input, "acceptanceToken").await;
    let input = json!({ "token": payload["acceptanceToken"] });
    person
        .done("acceptInvitation", input, "membership { id }")
        .await;
    person
}

/// A text of an answer.
pub fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// The code of the first refusal; empty where there is none.
pub fn code(payload: &Value) -> &str {
    payload["userErrors"][0]["code"]
        .as_str()
        .unwrap_or_default()
}

/// The id of the entry of a payload without a refusal.
#[track_caller]
pub fn id(payload: &Value) -> String {
    assert_eq!(payload["userErrors"], json!([]));
    text(&payload["hourEntry"]["id"])
}
