//! Who uses the server: people of one organization, a stranger, an observer, and their verbs.
//!
//! They do everything as clients do, over GraphQL; only what the operator gives at the command line,
//! platform roles, is given by the operator here too.

use entity::ids::TerritoryId;
use entity::ids::UserId;
use entity::types::PlatformRole;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::identity::IdentityError;
use tiwizi::identity::account;
use tiwizi::platform::i18n::Locale;

use crate::support::app::Answer;
use crate::support::app::App;

/// Stands in every name and text of the organization, so that a leak can be seen.
pub const MARK: &str = "Zzyzx";

const PASSWORD: &str = "correct horse battery";

/// Code of the region in which everything takes place: Marrakech-Safi.
pub const REGION: &str = "07";

/// Somebody who asks: signed in, or not.
#[derive(Clone)]
pub struct Person {
    app: App,
    token: Option<String>,
    /// Global id of the account; empty for whoever has none.
    pub id: String,
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
    /// A commune of the region.
    pub territory: String,
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
    /// A project of the organization, global id.
    pub project: String,
    /// The volunteer's record, global id.
    pub record: String,
    /// A membership of the organization, global id.
    pub membership: String,
}

impl Person {
    /// Whoever has not signed in.
    pub fn nobody(app: &App) -> Self {
        Self {
            app: app.clone(),
            token: None,
            id: String::new(),
            email: String::new(),
        }
    }

    /// Makes an account and signs it in.
    pub async fn sign_up(app: &App, name: &str) -> Self {
        let email = format!("{name}@example.org").to_lowercase();
        let nobody = Self::nobody(app);
        let input = json!({ "email": email, "displayName": name, "password": PASSWORD });
        let selection = "session { accessToken } viewer { user { id } }";
        let payload = nobody.done("signUp", input, selection).await;
        Self {
            token: Some(text(&payload["session"]["accessToken"])),
            id: text(&payload["viewer"]["user"]["id"]),
            email,
            ..nobody
        }
    }

    /// The same person at another instance.
    pub fn through(&self, app: &App) -> Self {
        Self {
            app: app.clone(),
            ..self.clone()
        }
    }

    /// The same person with a new session: tokens end when the clock is moved.
    pub async fn again(&self) -> Self {
        let input = json!({ "email": self.email, "password": PASSWORD });
        let nobody = Self {
            token: None,
            ..self.clone()
        };
        let payload = nobody
            .done("signIn", input, "session { accessToken }")
            .await;
        Self {
            token: Some(text(&payload["session"]["accessToken"])),
            ..nobody
        }
    }

    /// The same person through another token.
    pub fn holding(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// The access token; empty for whoever has none.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

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

    /// Calls a mutation with an input and gives its payload.
    pub async fn does(&self, mutation: &str, input: Value, selection: &str) -> Value {
        let mut kind = mutation.to_owned();
        if let Some(first) = kind.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let query = format!(
            "mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ {selection} }} }}"
        );
        let mut data = self.asks(&query, json!({ "input": input })).await;
        data[mutation].take()
    }

    /// The same, where nothing may be refused.
    pub async fn done(&self, mutation: &str, input: Value, selection: &str) -> Value {
        let selection = format!("{selection} userErrors {{ code message path }}");
        let payload = self.does(mutation, input, &selection).await;
        assert_eq!(payload["userErrors"], json!([]), "{mutation}");
        payload
    }

    /// The same, where it must be refused: the codes.
    pub async fn refused(&self, mutation: &str, input: Value) -> Vec<String> {
        let payload = self
            .does(mutation, input, "userErrors { code message }")
            .await;
        codes(&payload)
    }

    /// One act on several things, each of which must be refused: the codes.
    pub async fn refused_each(&self, mutation: &str, input: Value) -> Vec<String> {
        let payload = self
            .does(mutation, input, "results { userErrors { code message } }")
            .await;
        codes(&payload)
    }

    /// Founds an organization in a commune of the region.
    pub async fn founds(&self, slug: &str, name: &str) -> Organization {
        let query = "query($code: String!) { territories(first: 1, filter: {level: COMMUNE, \
                     parentCode: $code}) { nodes { code } } }";
        // A province of the region, and in it a commune.
        let found = self.asks(query, json!({ "code": "07.041" })).await;
        let territory = text(&found["territories"]["nodes"][0]["code"]);
        let input = json!({
            "slug": slug, "name": name, "nameAr": name, "kind": "ASSOCIATION",
            "registrationNumber": name, "territoryCode": territory,
        });
        let payload = self
            .done("createOrganization", input, "organization { id }")
            .await;
        Organization {
            id: text(&payload["organization"]["id"]),
            slug: slug.to_owned(),
            territory,
        }
    }

    /// Opens a project that ran all year.
    pub async fn opens_project(&self, at: &Organization, title: &str) -> String {
        let input = json!({
            "organizationId": at.id, "title": title, "titleAr": title, "code": title,
            "startsOn": "2026-01-01", "endsOn": "2026-12-31", "territoryCode": at.territory,
            "budget": "1250.50",
        });
        let payload = self.done("createProject", input, "project { id }").await;
        text(&payload["project"]["id"])
    }

    /// Keeps the record of a volunteer.
    pub async fn enrols(&self, at: &Organization, name: &str) -> String {
        let input = json!({
            "organizationId": at.id, "name": name, "nameAr": name, "reference": name,
            "joinedOn": "2026-01-01",
        });
        let payload = self
            .done("createVolunteer", input, "volunteer { id }")
            .await;
        text(&payload["volunteer"]["id"])
    }

    /// Takes somebody in; `record` where they have one. Gives their membership.
    pub async fn takes_in(
        &self,
        at: &Organization,
        who: &Person,
        role: &str,
        record: Option<&str>,
    ) -> String {
        let input = json!({
            "organizationId": at.id, "email": who.email, "role": role, "volunteerId": record,
        });
        let invited = self.done("inviteMember", input, "acceptanceToken").await;
        let input = json!({ "token": invited["acceptanceToken"] });
        let joined = who
            .done("acceptInvitation", input, "membership { id }")
            .await;
        text(&joined["membership"]["id"])
    }

    /// Records hours of a day as a draft.
    pub async fn drafts(&self, record: &str, project: &str, day: &str, minutes: u32) -> String {
        let input = json!({
            "volunteerId": record, "projectId": project, "workedOn": day, "minutes": minutes,
            "description": format!("{MARK} planting"),
        });
        let payload = self
            .done("createHourEntry", input, "hourEntry { id }")
            .await;
        text(&payload["hourEntry"]["id"])
    }

    /// Records hours of a day and submits them.
    pub async fn logs(&self, record: &str, project: &str, day: &str, minutes: u32) -> String {
        let entry = self.drafts(record, project, day, minutes).await;
        self.decides("submitHourEntries", json!({ "ids": [entry] }))
            .await;
        entry
    }

    /// Approves entries.
    pub async fn approves(&self, entries: &[&str]) {
        self.decides("approveHourEntries", json!({ "ids": entries }))
            .await;
    }

    /// One act on several entries, none of which may be refused.
    async fn decides(&self, act: &str, input: Value) {
        let selection = "results { hourEntry { status } userErrors { code message } }";
        let payload = self.does(act, input, selection).await;
        assert_eq!(codes(&payload), Vec::<String>::new(), "{payload:#}");
    }

    /// Approved minutes of the region in 2026, as far as this person may count them.
    pub async fn reported_minutes(&self) -> i64 {
        let query =
            "query($input: IndhReportInput!) { indhReport(input: $input) { totals { minutes } } }";
        let input = json!({ "territoryCode": REGION, "from": "2026-01-01", "to": "2026-12-31" });
        let data = self.asks(query, json!({ "input": input })).await;
        data["indhReport"]["totals"]["minutes"]
            .as_i64()
            .expect("minutes")
    }
}

impl Cast {
    /// An indicator of the organization as `createIndicator` takes it, with more fields or others.
    pub fn indicator(&self, more: Value) -> Value {
        let mut input = json!({
            "organizationId": self.organization.id, "code": "OURS", "nameFr": "Personnes formées", "unit": "personnes",
            "valueType": "COUNT", "level": "OUTPUT", "overTime": "SUM", "overPlace": "SUM",
        });
        let fields = input.as_object_mut().expect("fields");
        fields.extend(more.as_object().expect("fields").clone());
        input
    }

    /// Brings everybody on.
    pub async fn on(app: &App) -> Self {
        let owner = Person::sign_up(app, &format!("{MARK}-owner")).await;
        let organization = owner.founds("al-amal", &format!("{MARK} Al Amal")).await;
        let project = owner
            .opens_project(&organization, &format!("{MARK} Trees"))
            .await;
        let record = owner.enrols(&organization, &format!("{MARK} Fatima")).await;

        let volunteer = Person::sign_up(app, &format!("{MARK}-volunteer")).await;
        owner
            .takes_in(&organization, &volunteer, "VOLUNTEER", Some(&record))
            .await;
        let coordinator = Person::sign_up(app, &format!("{MARK}-coordinator")).await;
        let membership = owner
            .takes_in(&organization, &coordinator, "COORDINATOR", None)
            .await;
        let viewer = Person::sign_up(app, &format!("{MARK}-viewer")).await;
        owner.takes_in(&organization, &viewer, "VIEWER", None).await;

        let outsider = Person::sign_up(app, "outsider").await;
        outsider.founds("tifawin", "Tifawin").await;
        let admin = Person::sign_up(app, "admin").await;
        granted(app, &admin, PlatformRole::PlatformAdmin, None).await;
        let observer = Person::sign_up(app, "observer").await;
        let query = "query($code: String!) { territory(code: $code) { id } }";
        let region = observer.asks(query, json!({ "code": REGION })).await;
        let region = text(&region["territory"]["id"]);
        let region = TerritoryId::read(&region.into()).expect("a region");
        granted(app, &observer, PlatformRole::Observer, Some(region)).await;

        Self {
            owner,
            coordinator,
            volunteer,
            viewer,
            observer,
            outsider,
            admin,
            nobody: Person::nobody(app),
            organization,
            project,
            record,
            membership,
        }
    }
}

/// Gives a platform role, as the operator does at the command line.
pub async fn granted(app: &App, who: &Person, role: PlatformRole, territory: Option<TerritoryId>) {
    let ctx = app.parts.operator(Locale::En);
    let user = UserId::read(&who.id.clone().into()).expect("a user");
    ctx.transaction(async |tx| account::grant(&ctx, tx, user, role, territory).await)
        .await
        .map_err(|it: IdentityError| it.to_string())
        .expect("granted");
}

/// Codes of all user errors of a payload, its own and those of its results.
pub fn codes(payload: &Value) -> Vec<String> {
    let empty = Vec::new();
    let results = payload["results"].as_array().unwrap_or(&empty);
    results
        .iter()
        .chain([payload])
        .flat_map(|it| it["userErrors"].as_array().cloned().unwrap_or_default())
        .map(|it| text(&it["code"]))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
