//! Who uses the server: people of one organization, a stranger, an observer, and their verbs.
//!
//! They do everything as clients do, over GraphQL; only what the operator gives at the command line,
//! platform roles, is given by the operator here too.

use entity::types::PlatformRole;
use serde_json::Value;
use serde_json::json;
use tiwizi::identity::account;
use tiwizi::platform::i18n::Locale;
use tiwizi::territories;

use crate::support::app::Answer;
use crate::support::app::App;

/// Stands in every name and text of the organization, so that a leak can be seen.
pub const MARK: &str = "Zzyzx";

const PASSWORD: &str = "correct horse battery";

/// Somebody who asks: signed in, or not.
#[derive(Clone)]
pub struct Person {
    app: App,
    token: Option<String>,
    /// Address of the account; empty for whoever has none.
    pub email: String,
}

/// An organization.
#[derive(Clone, Debug)]
pub struct Organization {
    /// Global id.
    pub id: String,
    /// Name in addresses.
    pub slug: String,
}

/// The people of one organization, and those around it.
#[derive(Clone)]
pub struct Cast {
    /// Founded the organization.
    pub owner: Person,
    /// Decides on hours.
    pub coordinator: Person,
    /// Logs their own hours.
    pub volunteer: Person,
    /// Reads.
    pub viewer: Person,
    /// Sees figures of the region, and nobody's record.
    pub observer: Person,
    /// Owns another organization.
    pub outsider: Person,
    /// Administers the platform.
    pub admin: Person,
    /// Has not signed in.
    pub nobody: Person,
    /// The organization.
    pub organization: Organization,
    /// The stranger's organization.
    pub elsewhere: Organization,
    /// A project of the organization, global id.
    pub project: String,
    /// The volunteer's record, global id.
    pub volunteer_id: String,
    /// Code of the region.
    pub territory: String,
}

impl Person {
    /// The data of an operation that must succeed.
    pub async fn asks(&self, query: &str, variables: Value) -> Value {
        self.tries(query, variables).await.data()
    }

    /// Whatever an operation answers.
    pub async fn tries(&self, query: &str, variables: Value) -> Answer {
        self.app
            .graphql(self.token.as_deref(), query, variables)
            .await
    }

    /// Calls a mutation with one input and gives its payload.
    pub async fn does(&self, mutation: &str, input: Value, selection: &str) -> Value {
        let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!(
            "mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {selection} }} }}"
        );
        self.asks(&query, json!({ "input": input })).await[mutation].take()
    }

    /// The same, where nothing may be refused.
    pub async fn done(&self, mutation: &str, input: Value, selection: &str) -> Value {
        let selection = format!("{selection} userErrors {{ code message path }}");
        let payload = self.does(mutation, input, &selection).await;
        assert_eq!(payload["userErrors"], json!([]), "{mutation}");
        payload
    }
}
