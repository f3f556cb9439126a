//! Everybody who may ask something of an organization where one thing of every kind is planted: the columns of the
//! tables.
//!
//! What they ask and what they must be answered is not here.

use entity::identity_link;
use entity::ids::IdentityLinkId;
use entity::ids::TerritoryId;
use entity::ids::UserId;
use entity::types::PlatformRole;
use sea_orm::ActiveModelTrait;
use sea_orm::IntoActiveModel;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;

use crate::letters::posted_with;
use crate::matrix::more::discarded;
use crate::matrix::more::more;
use crate::matrix::ready::ready;
use crate::support::app::App;
use crate::support::app::opening;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::cast::granted;
use crate::support::mail::Mood;
use crate::support::mail::Post;
use crate::support::planted::Planted;
use crate::support::provider::Provider;
use crate::support::sdl;

/// Code of a region in which the organization is not.
const ELSEWHERE: &str = "01";

/// The columns, in their order and in groups: of the organization, programs, platform, others, without a session.
pub const GROUPS: [&[Who]; 5] = [
    &[
        Who::Owner,
        Who::Admin,
        Who::Coordinator,
        Who::Viewer,
        Who::Volunteer,
        Who::Beside,
    ],
    &[Who::Program, Who::Blind, Who::Weak],
    &[Who::Platform],
    &[Who::Observer, Who::Elsewhere, Who::Stranger],
    &[Who::Nobody, Who::Expired, Who::Revoked],
];

/// Whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Owner of the organization.
    Owner,
    /// Administrator of it.
    Admin,
    /// Coordinator of it.
    Coordinator,
    /// Viewer of it.
    Viewer,
    /// The volunteer whose things are planted.
    Volunteer,
    /// Another volunteer of the organization, whose things are not.
    Beside,
    /// An API token of the owner with every scope.
    Program,
    /// An API token of the owner with every scope but those for people.
    Blind,
    /// An API token of the owner that may read the account alone.
    Weak,
    /// Administrator of the platform.
    Platform,
    /// Observer of the region of the organization.
    Observer,
    /// Observer of another region.
    Elsewhere,
    /// Owner of another organization.
    Stranger,
    /// Nobody: not signed in.
    Nobody,
    /// The owner, with a token that has expired.
    Expired,
    /// The owner, with the token of a session that was ended.
    Revoked,
}

impl Who {
    /// Everybody.
    pub fn all() -> impl Iterator<Item = Self> {
        GROUPS.iter().flat_map(|it| it.iter().copied())
    }

    /// The letter of the column.
    pub fn letter(self) -> char {
        match self {
            Self::Owner => 'O',
            Self::Admin => 'A',
            Self::Coordinator => 'C',
            Self::Viewer => 'W',
            Self::Volunteer => 'V',
            Self::Beside => 'B',
            Self::Program => 'F',
            Self::Blind => 'H',
            Self::Weak => 'G',
            Self::Platform => 'P',
            Self::Observer => 'T',
            Self::Elsewhere => 'E',
            Self::Stranger => 'S',
            Self::Nobody => 'N',
            Self::Expired => 'X',
            Self::Revoked => 'R',
        }
    }

    /// Whether nothing of the organization may reach them.
    pub fn is_outside(self) -> bool {
        matches!(
            self,
            Self::Stranger | Self::Elsewhere | Self::Nobody | Self::Expired | Self::Revoked
        )
    }

    /// Whether nobody of the organization may be named to them.
    pub fn is_told_of_nobody(self) -> bool {
        self.is_outside() || matches!(self, Self::Observer | Self::Beside)
    }

    /// Whether they ask without a session that is in force.
    pub fn is_signed_out(self) -> bool {
        matches!(self, Self::Nobody | Self::Expired | Self::Revoked)
    }
}

/// Letters of the columns, one for each of them, in groups.
pub fn row(of: impl Fn(Who) -> char) -> String {
    let groups = GROUPS.map(|it| it.iter().map(|who| of(*who)).collect::<String>());
    groups.join(" ")
}

/// Everybody, on one server.
pub struct People {
    /// Where they ask.
    pub app: App,
    /// What they ask for.
    pub planted: Planted,
    people: Vec<(Who, Person)>,
    /// The record of the other volunteer.
    pub record: String,
    /// A letter to the owner that did not arrive.
    pub letter: String,
    /// What is printed on the certificate.
    pub code: String,
    provider: Provider,
}

impl People {
    /// Brings everybody on, to a server that keeps numbers and knows a provider.
    pub async fn on(app: &App) -> Self {
        let provider = Provider::open(opening()).await;
        let config = provider.config();
        let app = &app
            .beside_with(|it| {
                it.identity.providers = vec![config];
                it.privacy.national_id_authorization = "D-W-123/2026".to_owned();
            })
            .await;
        let mut planted = Planted::on(app).await;
        let made = more(app, &planted).await;
        planted.ids.extend(made);
        let cast = &planted.cast;
        let code = code(&planted).await;
        let letter = unsent(app, &cast.owner).await;
        link(app, &cast.owner, &provider).await;
        let admin = Person::sign_up(app, &format!("{MARK}-admin")).await;
        let beside = Person::sign_up(app, "beside").await;
        let record = cast.owner.enrols(&cast.organization, "Beside").await;
        for (who, role, record) in [
            (&admin, "ADMIN", None),
            (&beside, "VOLUNTEER", Some(record.as_str())),
        ] {
            cast.owner
                .takes_in(&cast.organization, who, role, record)
                .await;
        }
        let timer = discarded(&beside, &cast.project).await;
        let elsewhere = Person::sign_up(app, "elsewhere").await;
        observes(app, &elsewhere, ELSEWHERE).await;
        let every: Vec<String> = match sdl::schema().types.get("ApiTokenScope") {
            Some(apollo_compiler::schema::ExtendedType::Enum(it)) => {
                it.values.keys().map(|it| it.to_string()).collect()
            }
            _ => Vec::new(),
        };
        let program = by_token(&cast.owner, &every).await;
        let people = |it: &String| it.starts_with("VOLUNTEERS") || it == "ACCOUNT_READ";
        let others: Vec<String> = every.iter().filter(|it| !people(it)).cloned().collect();
        let blind = by_token(&cast.owner, &others).await;
        let weak = by_token(&cast.owner, &["ACCOUNT_READ".to_owned()]).await;
        let expired = cast.owner.again().await;
        let revoked = cast.owner.again().await;
        let query = "mutation { signOut(input: {}) { userErrors { code } } }";
        revoked.asks(query, json!({})).await;
        let people = vec![
            (Who::Owner, cast.owner.clone()),
            (Who::Admin, admin),
            (Who::Coordinator, cast.coordinator.clone()),
            (Who::Viewer, cast.viewer.clone()),
            (Who::Volunteer, cast.volunteer.clone()),
            (Who::Beside, beside),
            (Who::Program, program),
            (Who::Blind, blind),
            (Who::Weak, weak),
            (Who::Platform, cast.admin.clone()),
            (Who::Observer, cast.observer.clone()),
            (Who::Elsewhere, elsewhere),
            (Who::Stranger, cast.outsider.clone()),
            (Who::Nobody, cast.nobody.clone()),
            (Who::Expired, expired),
            (Who::Revoked, revoked),
        ];
        planted.ids.push(timer);
        let made = ready(app, &planted).await;
        planted.ids.extend(made);
        Self {
            app: app.clone(),
            planted,
            people,
            record,
            letter,
            code,
            provider,
        }
    }

    /// Closes the server.
    pub async fn close(self) {
        let Self { app, .. } = self;
        app.close().await;
    }

    /// A thing of the organization.
    pub fn thing(&self, of: &str) -> &str {
        let found = self.planted.ids.iter().find(|(it, _)| *it == of);
        &found.expect("it is planted").1
    }

    /// What the server calls the provider.
    pub fn provider(&self) -> String {
        self.provider.config().id
    }

    /// One of them.
    pub fn person(&self, who: Who) -> &Person {
        let found = self.people.iter().find(|(it, _)| *it == who);
        &found.expect("everybody is there").1
    }
}

async fn by_token(of: &Person, scopes: &[String]) -> Person {
    let input = json!({ "name": "A program", "scopes": scopes });
    let made = of.done("createApiToken", input, "token").await;
    of.holding(made["token"].as_str().expect("a token"))
}

async fn observes(app: &App, who: &Person, region: &str) {
    assert_ne!(region, REGION, "the organization is there");
    let query = "query($code: String!) { territory(code: $code) { id } }";
    let found: Value = who.asks(query, json!({ "code": region })).await;
    let id = found["territory"]["id"].as_str().expect("a region");
    let region = TerritoryId::read(&id.to_owned().into()).expect("a region");
    granted(app, who, PlatformRole::Observer, Some(region)).await;
}

async fn code(planted: &Planted) -> String {
    let query = "query($id: ID!) { node(id: $id) { ... on Certificate { code } } }";
    let certificate = planted.ids.iter().find(|(of, _)| *of == "certificate");
    let variables = json!({ "id": certificate.expect("a certificate").1 });
    let told = planted.cast.owner.asks(query, variables).await;
    told["node"]["code"].as_str().expect("a code").to_owned()
}

/// A letter to somebody that no mail server takes.
async fn unsent(app: &App, to: &Person) -> String {
    let post = Post::open().await;
    post.will(Mood::Never);
    let posting = posted_with(app, &post, |_| ()).await;
    to.through(&posting)
        .done("requestEmailVerification", json!({}), "emailed")
        .await;
    while posting.parts.work_once().await.expect("jobs") {}
    posting.close().await;
    let query = "{ viewer { letters(first: 1) { nodes { id status } } } }";
    let told = to.asks(query, json!({})).await;
    let letter = &told["viewer"]["letters"]["nodes"][0];
    assert_eq!(letter["status"], "FAILED");
    letter["id"].as_str().expect("an id").to_owned()
}

/// Links an identity with somebody's account.
async fn link(app: &App, who: &Person, provider: &Provider) {
    let core = &app.parts.core;
    let row = identity_link::Model {
        id: IdentityLinkId(core.new_id()),
        user_id: UserId::read(&who.id.clone().into()).expect("an account"),
        provider: provider.config().id,
        digest: MARK.as_bytes().to_vec(),
        created_at: core.clock.now(),
        last_used_at: None,
        ended_at: None,
    };
    let tx = core.db.system().begin().await.expect("a transaction");
    let row = row.into_active_model().reset_all();
    row.insert(&*tx).await.expect("written");
    tx.commit().await.expect("committed");
}
