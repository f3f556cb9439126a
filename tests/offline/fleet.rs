//! Two hundred phones, two weeks without a reliable network, three coordinators meanwhile.
//!
//! Batches are lost, repeated, delayed and overtaken; at the end every phone holds what the server
//! holds, nothing is missing and nothing is there twice. `SEED` plays another fortnight.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use chrono::TimeDelta;
use entity::hour_entry;
use entity::ids::MembershipId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::membership;
use entity::types::Role;
use entity::user_account;
use entity::volunteer;
use futures_util::StreamExt;
use futures_util::stream;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::ActiveEnum;
use sea_orm::ColumnTrait;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::sea_query::Expr;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::hours::ledger;
use tiwizi::hours::ledger::Verdict;
use tiwizi::platform::i18n::Locale;
use uuid::Uuid;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::on_both_databases;

const PHONES: usize = 200;
const DAYS: u16 = 14;
/// Requests under way at once.
const AT_ONCE: usize = 12;

/// What a phone knows of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    status: String,
    version: i64,
    minutes: i64,
    description: String,
}

struct Phone {
    rng: StdRng,
    user: UserId,
    volunteer: VolunteerId,
    device: Uuid,
    /// What was done and not yet acknowledged, oldest first.
    outbox: Vec<Value>,
    /// Copies of batches that are still on their way.
    under_way: Vec<Vec<Value>>,
    /// Creations that were acknowledged and not taken away since.
    acknowledged: BTreeSet<String>,
    /// Entries that a refused operation would have made or taken away. Nothing is remembered of a
    /// refusal: a copy that arrives later, when the rule no longer refuses, is carried out.
    undecided: BTreeSet<String>,
    /// Creations of this phone by client id, with whether it has taken the entry away.
    made: Vec<Uuid>,
    number: u32,
    cursor: Value,
    mirror: BTreeMap<String, Seen>,
}

/// What all phones share.
struct Fleet {
    app: App,
    project: String,
}

impl Fleet {
    async fn token(&self, user: UserId) -> String {
        let tx = self.app.parts.core.db.begin().await.unwrap();
        let tokens = self.app.parts.authenticator.open(&tx, user).await.unwrap();
        tx.commit().await.unwrap();
        tokens.access
    }

    async fn send(&self, token: &str, device: Uuid, items: &[Value]) -> Vec<Value> {
        let query = "mutation($input: SyncHourEntriesInput!) { syncHourEntries(input: $input) {
            results { clientId status hourEntry { id } userErrors { code } } } }";
        let input = json!({ "deviceId": device, "sentAt": self.app.parts.core.clock.now().to_rfc3339(),
            "items": items });
        let answer = self
            .app
            .graphql(Some(token), query, json!({ "input": input }))
            .await;
        let data = answer.data();
        data["syncHourEntries"]["results"]
            .as_array()
            .unwrap()
            .clone()
    }
}

impl Phone {
    fn client_id(&mut self) -> Uuid {
        Uuid::from_u128(self.rng.random())
    }

    /// A day's work: some hours, some corrections, some second thoughts.
    fn lives(&mut self, fleet: &Fleet, day: NaiveDate) {
        for _ in 0..self.rng.random_range(0..3) {
            let id = self.client_id();
            self.number += 1;
            let hour = 6 + self.number % 12;
            let minutes = self.rng.random_range(10..55);
            let what = if self.rng.random_bool(0.5) {
                json!({ "startedAt": format!("{day}T{hour:02}:00:00Z"),
                    "endedAt": format!("{day}T{hour:02}:{minutes:02}:00Z") })
            } else {
                json!({ "workedOn": day.to_string(), "minutes": minutes })
            };
            let mut create = json!({ "volunteerId": self.volunteer.global(), "projectId": fleet.project,
                "description": id.to_string() });
            create
                .as_object_mut()
                .unwrap()
                .extend(what.as_object().unwrap().clone());
            self.does(id, json!({ "create": create }));
            self.made.push(id);
        }
        for _ in 0..self.rng.random_range(0..3) {
            if self.made.is_empty() {
                continue;
            }
            let at = self.rng.random_range(0..self.made.len());
            let entry = json!({ "clientId": self.made[at] });
            let act = match self.rng.random_range(0..10) {
                0..5 => json!({ "submit": { "entry": entry } }),
                5..8 => json!({ "change": { "entry": entry, "territoryCode": "07" } }),
                8 => json!({ "withdraw": { "entry": entry } }),
                _ => json!({ "delete": { "entry": entry } }),
            };
            let id = self.client_id();
            self.does(id, act);
        }
    }

    fn does(&mut self, id: Uuid, operation: Value) {
        self.outbox.push(
            json!({ "clientId": id, "clientTime": "2026-11-01T00:00:00Z",
            "operation": operation }),
        );
    }

    /// A short while with some network.
    async fn goes_online(&mut self, fleet: &Fleet) {
        let token = fleet.token(self.user).await;
        let batches: Vec<Vec<Value>> = self.outbox.chunks(6).map(<[Value]>::to_vec).collect();
        for batch in batches {
            match self.rng.random_range(0..10) {
                // Never left the phone.
                0 => {}
                // Overtaken by whatever is sent next; arrives some other day.
                1 => self.under_way.push(batch),
                // Arrived, but the answer did not.
                2 => drop(fleet.send(&token, self.device, &batch).await),
                // Sent twice.
                3 => {
                    drop(fleet.send(&token, self.device, &batch).await);
                    let results = fleet.send(&token, self.device, &batch).await;
                    self.hears(&results);
                }
                _ => {
                    let results = fleet.send(&token, self.device, &batch).await;
                    self.hears(&results);
                    if self.rng.random_bool(0.2) {
                        self.under_way.push(batch);
                    }
                }
            }
        }
        if self.rng.random_bool(0.3)
            && let Some(late) = self.under_way.pop()
        {
            drop(fleet.send(&token, self.device, &late).await);
        }
        if self.rng.random_bool(0.4) {
            self.learns(fleet, &token).await;
        }
    }

    /// Takes out of the outbox what is settled. What names a creation that has not arrived is kept.
    fn hears(&mut self, results: &[Value]) {
        for result in results {
            let id = result["clientId"].as_str().unwrap();
            let settled = match result["status"].as_str().unwrap() {
                "APPLIED" | "REPLAYED" => {
                    let done = self.outbox.iter().find(|it| it["clientId"] == id);
                    if let Some(done) = done.map(|it| it["operation"].clone()) {
                        self.acknowledges(id, &done, !result["hourEntry"].is_null());
                    }
                    true
                }
                _ => {
                    let refused = self.outbox.iter().find(|it| it["clientId"] == id);
                    let operation = refused.map_or(&Value::Null, |it| &it["operation"]);
                    if operation.get("create").is_some() {
                        self.undecided.insert(id.to_owned());
                    } else if let Some(entry) = operation["delete"]["entry"]["clientId"].as_str() {
                        self.undecided.insert(entry.to_owned());
                    }
                    result["userErrors"][0]["code"] != "NOT_FOUND"
                }
            };
            if settled {
                self.outbox.retain(|it| it["clientId"] != id);
            }
        }
    }

    fn acknowledges(&mut self, id: &str, operation: &Value, is_there: bool) {
        if operation.get("create").is_some() {
            // An old copy may have brought the creation and the second thought about it together.
            if is_there {
                self.acknowledged.insert(id.to_owned());
            }
        } else if let Some(taken) = operation.get("delete") {
            let entry = taken["entry"]["clientId"].as_str().unwrap();
            self.acknowledged.remove(entry);
            let gone = |it: &Uuid| it.to_string() != entry;
            self.made.retain(gone);
        }
    }

    /// Reads everything that changed since the last time.
    async fn learns(&mut self, fleet: &Fleet, token: &str) {
        let query = "query($since: String) { syncChanges(since: $since) { cursor hasMore forget
            changes { kind id removed node { ... on HourEntry { status version minutes description } } } } }";
        loop {
            let asked = json!({ "since": self.cursor });
            let data =
                fleet.app.graphql(Some(token), query, asked).await.data()["syncChanges"].take();
            assert_eq!(data["forget"], json!([]));
            for change in data["changes"].as_array().unwrap() {
                if change["kind"] != "HOUR_ENTRY" {
                    continue;
                }
                let id = change["id"].as_str().unwrap().to_owned();
                let node = &change["node"];
                if node.is_null() {
                    self.mirror.remove(&id);
                } else {
                    self.mirror.insert(
                        id,
                        Seen {
                            status: node["status"].as_str().unwrap().to_owned(),
                            version: node["version"].as_i64().unwrap(),
                            minutes: node["minutes"].as_i64().unwrap(),
                            description: node["description"]
                                .as_str()
                                .unwrap_or_default()
                                .to_owned(),
                        },
                    );
                }
            }
            self.cursor = data["cursor"].clone();
            if data["hasMore"] == false {
                return;
            }
        }
    }
}

/// Decides on what waits, while the phones send.
async fn coordinates(fleet: &Fleet, user: UserId, mut rng: StdRng) {
    let token = fleet.token(user).await;
    let query = "query { hourEntries(first: 100, filter: { status: [SUBMITTED] }) { nodes { id version } } }";
    let data = fleet
        .app
        .graphql(Some(&token), query, json!({}))
        .await
        .data();
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for node in data["hourEntries"]["nodes"].as_array().unwrap() {
        match rng.random_range(0..10) {
            0..6 => good.push(node["id"].clone()),
            6 => bad.push(node["id"].clone()),
            _ => {}
        }
    }
    let approve = "mutation($input: ApproveHourEntriesInput!) { approveHourEntries(input: $input) {
        results { userErrors { code } } } }";
    let back = "mutation($input: ReturnHourEntriesInput!) { returnHourEntries(input: $input) {
        results { userErrors { code } } } }";
    fleet
        .app
        .graphql(Some(&token), approve, json!({ "input": { "ids": good } }))
        .await
        .data();
    let input = json!({ "ids": bad, "reason": "which village?" });
    fleet
        .app
        .graphql(Some(&token), back, json!({ "input": input }))
        .await
        .data();
}

/// Accounts of people who belong to the organization, without the slow hashing of passwords.
async fn accounts(
    app: &App,
    organization: OrganizationId,
    role: Role,
    count: usize,
) -> Vec<UserId> {
    let ctx = app.parts.operator(Locale::default());
    let now = ctx.now();
    let users: Vec<UserId> = (0..count).map(|_| UserId(ctx.new_id())).collect();
    let accounts = users.iter().map(|id| {
        user_account::Model {
            id: *id,
            email: format!("{id}@example.org"),
            display_name: "Somebody".to_owned(),
            password_hash: "none".to_owned(),
            locale: "fr".to_owned(),
            version: 1,
            created_at: now,
            updated_at: now,
            disabled_at: None,
        }
        .into_active_model()
    });
    let members = users.iter().map(|id| {
        membership::Model {
            id: MembershipId(ctx.new_id()),
            organization_id: organization,
            user_id: *id,
            role,
            version: 1,
            created_at: now,
            updated_at: now,
            ended_at: None,
        }
        .into_active_model()
    });
    let (accounts, members): (Vec<_>, Vec<_>) = (accounts.collect(), members.collect());
    ctx.transaction(async |tx| {
        user_account::Entity::insert_many(accounts)
            .exec_without_returning(&**tx)
            .await?;
        membership::Entity::insert_many(members)
            .exec_without_returning(&**tx)
            .await?;
        Ok::<_, sea_orm::DbErr>(())
    })
    .await
    .unwrap();
    users
}

async fn muster(app: &App, cast: &Cast, organization: OrganizationId, seed: u64) -> Vec<Phone> {
    let users = accounts(app, organization, Role::Volunteer, PHONES).await;
    let mut phones = Vec::with_capacity(PHONES);
    for (number, user) in (0_u64..).zip(users) {
        let record = cast
            .owner
            .enrols(&cast.organization, &format!("Volunteer {number}"))
            .await;
        let volunteer = VolunteerId::read(&record.into()).unwrap();
        let ctx = app.parts.operator(Locale::default());
        ctx.transaction(async |tx| {
            volunteer::Entity::update_many()
                .col_expr(volunteer::Column::UserId, Expr::value(user.0))
                .filter(volunteer::Column::Id.eq(volunteer))
                .exec(&**tx)
                .await
        })
        .await
        .unwrap();
        let mut rng = StdRng::seed_from_u64(seed.wrapping_add(number));
        phones.push(Phone {
            device: Uuid::from_u128(rng.random()),
            rng,
            user,
            volunteer,
            outbox: Vec::new(),
            under_way: Vec::new(),
            acknowledged: BTreeSet::new(),
            undecided: BTreeSet::new(),
            made: Vec::new(),
            number: 0,
            cursor: Value::Null,
            mirror: BTreeMap::new(),
        });
    }
    phones
}

on_both_databases! {
    async fn a_fleet_ends_with_what_the_server_holds(app: App) {
        let seed = std::env::var("SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(20_261_102_u64);
        let cast = Cast::on(&app).await;
        let organization = OrganizationId::read(&cast.organization.id.clone().into()).unwrap();
        let mut phones = muster(&app, &cast, organization, seed).await;
        let coordinators = accounts(&app, organization, Role::Coordinator, 3).await;
        let fleet = Fleet { app: app.clone(), project: cast.project.clone() };
        let mut rng = StdRng::seed_from_u64(seed);

        for number in 0..DAYS {
            let day: NaiveDate = "2026-11-01".parse().unwrap();
            let day = day + TimeDelta::days(i64::from(number));
            let mut online = Vec::new();
            let mut away = Vec::new();
            for mut phone in phones {
                phone.lives(&fleet, day);
                if rng.random_bool(0.3) { online.push(phone) } else { away.push(phone) }
            }
            let busy = stream::iter(online)
                .map(|mut phone| async { phone.goes_online(&fleet).await; phone })
                .buffer_unordered(AT_ONCE)
                .collect::<Vec<_>>();
            let deciding = coordinators.iter().zip(1_u64..)
                .map(|(user, n)| coordinates(&fleet, *user, StdRng::seed_from_u64(seed ^ (n << 32) ^ u64::from(number))));
            let (back, _) = futures_util::future::join(busy, futures_util::future::join_all(deciding)).await;
            away.extend(back);
            away.sort_by_key(|it| it.volunteer.0);
            phones = away;
            app.advance(TimeDelta::days(1));
        }

        // At last a good network: what is left arrives, old copies of batches first.
        let mut rounds = 0;
        for phone in &mut phones {
            let token = fleet.token(phone.user).await;
            for late in std::mem::take(&mut phone.under_way) {
                drop(fleet.send(&token, phone.device, &late).await);
            }
            while !phone.outbox.is_empty() {
                let before = phone.outbox.len();
                for batch in phone.outbox.chunks(50).map(<[Value]>::to_vec).collect::<Vec<_>>() {
                    let results = fleet.send(&token, phone.device, &batch).await;
                    phone.hears(&results);
                }
                // What names a creation that was refused is settled as well.
                if phone.outbox.len() == before {
                    phone.outbox.clear();
                }
                rounds += 1;
            }
            phone.learns(&fleet, &token).await;
        }

        let read = app.parts.core.db.read();
        let mut counted = (0_usize, 0_i64);
        for phone in &phones {
            let rows = hour_entry::Entity::find()
                .filter(hour_entry::Column::VolunteerId.eq(phone.volunteer))
                .all(read)
                .await
                .unwrap();
            let held: BTreeMap<String, Seen> = rows.iter().map(|it| (it.id.global().to_string(), Seen {
                status: it.status.to_value(),
                version: i64::from(it.version),
                minutes: i64::from(it.minutes.0),
                description: it.description.clone().unwrap_or_default(),
            })).collect();
            assert_eq!(phone.mirror, held, "seed {seed}: a phone holds something else");
            let told: Vec<&str> = held.values().map(|it| it.description.as_str()).collect();
            let distinct: BTreeSet<String> = told.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(told.len(), distinct.len(), "seed {seed}: an entry is there twice");
            let lost: Vec<&String> = phone.acknowledged.symmetric_difference(&distinct)
                .filter(|it| !phone.undecided.contains(*it)).collect();
            assert!(lost.is_empty(), "seed {seed}: lost or never acknowledged: {lost:?}");
            counted.0 += held.len();
            counted.1 += held.values().map(|it| it.minutes).sum::<i64>();
        }
        assert!(counted.0 > PHONES * 5, "seed {seed}: {counted:?} after {rounds} rounds");
        let ctx = app.parts.operator(Locale::default());
        let verdict = ledger::verify(&ctx, organization).await.unwrap();
        assert!(matches!(verdict, Verdict::Whole { .. }), "seed {seed}: {verdict:?}");
    }
}
