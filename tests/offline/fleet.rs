//! Two hundred phones, two weeks without a reliable network, three coordinators meanwhile.
//!
//! Batches are lost, repeated, delayed and overtaken; at the end every phone holds what the server
//! holds, nothing is missing and nothing is there twice. `SEED` plays another fortnight.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io::Write;

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
    /// Creations that the phone knows to be done, and not taken away since.
    acknowledged: BTreeSet<String>,
    /// Creations that the server carried out, whether the phone heard of it or not.
    created: BTreeSet<String>,
    /// Entries that the server took away, whether the phone heard of it or not.
    taken: BTreeSet<String>,
    /// Changes that were made again on what the server holds.
    resolutions: BTreeSet<String>,
    /// What came of everything.
    tally: BTreeMap<&'static str, u64>,
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
        let tx = self.app.parts.core.db.system().begin().await.unwrap();
        let tokens = self
            .app
            .parts
            .authenticator
            .open(
                &self
                    .app
                    .parts
                    .authenticator
                    .nobody(tiwizi::platform::i18n::Locale::En, "fleet"),
                &tx,
                user,
            )
            .await
            .unwrap();
        tx.commit().await.unwrap();
        tokens.access
    }

    async fn send(&self, token: &str, device: Uuid, items: &[Value]) -> Vec<Value> {
        let query = "mutation($input: SyncHourEntriesInput!) { syncHourEntries(input: $input) {
            results { clientId status hourEntry { id version } userErrors { code } } } }";
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
        // Something that is on the screen, in the version that is on the screen.
        if self.rng.random_bool(0.3) && !self.mirror.is_empty() {
            let at = self.rng.random_range(0..self.mirror.len());
            let (entry, seen) = self.mirror.iter().nth(at).unwrap();
            let act = changed(entry, seen.version);
            let id = self.client_id();
            self.does(id, act);
        }
    }

    fn counts(&mut self, what: &'static str) {
        *self.tally.entry(what).or_default() += 1;
    }

    /// Sends a batch. What the server did is noted for the end; what the phone hears of it is
    /// another matter.
    async fn sends(&mut self, fleet: &Fleet, token: &str, batch: &[Value]) -> Vec<Value> {
        self.counts("batches sent");
        let results = fleet.send(token, self.device, batch).await;
        assert_eq!(results.len(), batch.len());
        for (item, result) in batch.iter().zip(&results) {
            assert_eq!(item["clientId"], result["clientId"]);
            let operation = &item["operation"];
            match result["status"].as_str().unwrap() {
                "APPLIED" => {
                    self.counts("applied");
                    if operation.get("create").is_some() {
                        let new = self
                            .created
                            .insert(item["clientId"].as_str().unwrap().to_owned());
                        assert!(new, "made twice: {item}");
                    } else if let Some(entry) = operation["delete"]["entry"]["clientId"].as_str() {
                        self.taken.insert(entry.to_owned());
                    }
                    if self
                        .resolutions
                        .contains(item["clientId"].as_str().unwrap())
                    {
                        self.counts("conflicts resolved");
                    }
                }
                "REPLAYED" => self.counts("replayed"),
                "CONFLICT" if result["userErrors"][0]["code"] == "VERSION_CONFLICT" => {
                    self.counts("conflicts of versions");
                }
                "CONFLICT" => self.counts("conflicts of states"),
                _ => self.counts("rejected"),
            }
        }
        results
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
                0 => self.counts("batches lost"),
                // Overtaken by whatever is sent next; arrives some other day.
                1 => {
                    self.counts("batches delayed");
                    self.under_way.push(batch);
                }
                // Arrived, but the answer did not.
                2 => {
                    self.counts("answers lost");
                    self.sends(fleet, &token, &batch).await;
                }
                // Sent twice.
                3 => {
                    self.counts("batches repeated");
                    self.sends(fleet, &token, &batch).await;
                    let results = self.sends(fleet, &token, &batch).await;
                    self.hears(&results);
                }
                _ => {
                    let results = self.sends(fleet, &token, &batch).await;
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
            self.sends(fleet, &token, &late).await;
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
                "CONFLICT" if result["userErrors"][0]["code"] == "VERSION_CONFLICT" => {
                    // The phone's change once more, on what the server holds.
                    let (entry, version) =
                        (&result["hourEntry"]["id"], &result["hourEntry"]["version"]);
                    if let (Some(entry), Some(version)) = (entry.as_str(), version.as_i64()) {
                        let again = self.client_id();
                        self.resolutions.insert(again.to_string());
                        self.does(again, changed(entry, version));
                    }
                    true
                }
                // What was decided meanwhile is no longer the phone's to change.
                _ => result["userErrors"][0]["code"] != "NOT_FOUND",
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

/// Changes an entry in the version that the phone holds.
fn changed(entry: &str, version: i64) -> Value {
    json!({ "change": { "entry": { "id": entry }, "expectedVersion": version, "territoryCode": "07" } })
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
            email_verified_at: None,
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
            created: BTreeSet::new(),
            taken: BTreeSet::new(),
            resolutions: BTreeSet::new(),
            tally: BTreeMap::new(),
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
                phone.sends(&fleet, &token, &late).await;
            }
            while !phone.outbox.is_empty() {
                let before = phone.outbox.len();
                for batch in phone.outbox.chunks(50).map(<[Value]>::to_vec).collect::<Vec<_>>() {
                    let results = phone.sends(&fleet, &token, &batch).await;
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

        let read = app.parts.core.db.system().read();
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
            // Nothing is lost and nothing is there that nobody made: what the server said that it did, it did.
            let expected: BTreeSet<String> = phone.created.difference(&phone.taken).cloned().collect();
            assert_eq!(distinct, expected, "seed {seed}: lost, or there without being made");
            let forgotten: Vec<&String> = phone.acknowledged.difference(&distinct)
                .filter(|it| !phone.taken.contains(*it)).collect();
            assert!(forgotten.is_empty(), "seed {seed}: acknowledged and not there: {forgotten:?}");
            counted.0 += held.len();
            counted.1 += held.values().map(|it| it.minutes).sum::<i64>();
        }
        let mut tally: BTreeMap<&str, u64> = BTreeMap::new();
        for (what, count) in phones.iter().flat_map(|it| &it.tally) {
            *tally.entry(what).or_default() += count;
        }
        // Not `eprintln`: the runner would hide it behind a passing test.
        let _ = writeln!(std::io::stderr(), "SEED={seed}: {PHONES} phones, {DAYS} days, {} entries, {tally:?}", counted.0);
        for what in ["batches lost", "batches delayed", "batches repeated", "answers lost", "replayed", "conflicts of versions",
            "conflicts resolved"] {
            assert!(tally.contains_key(what), "seed {seed}: {what} never happened: {tally:?}");
        }
        assert!(counted.0 > PHONES * 5, "seed {seed}: {counted:?} after {rounds} rounds");
        let ctx = app.parts.operator(Locale::default());
        let verdict = ledger::verify(&ctx, organization).await.unwrap();
        assert!(matches!(verdict, Verdict::Whole { .. }), "seed {seed}: {verdict:?}");
    }
}
