//! Whoever changes stored hours past the ledger is found out, down to a single byte.
//!
//! The changes are made by direct SQL, with every trigger out of the way.

use aws_lc_rs::signature::ED25519;
use aws_lc_rs::signature::UnparsedPublicKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::ids::OrganizationId;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::ConnectionTrait;
use sea_orm::Database;
use sea_orm::DatabaseConnection;
use sea_orm::DbBackend;
use sea_orm::QueryResult;
use sea_orm::Statement;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::hours::ledger;
use tiwizi::hours::ledger::Fault;
use tiwizi::hours::ledger::Verdict;
use tiwizi::platform::crypto::hex;
use tiwizi::platform::crypto::sha256;
use tiwizi::platform::i18n::Locale;

use crate::hours::World;
use crate::hours::id;
use crate::support::app::App;
use crate::support::on_both_databases;

const TABLES: [&str; 7] = [
    "ledger_event",
    "ledger_checkpoint",
    "ledger_note",
    "ledger_head",
    "hour_entry",
    "hour_entry_day",
    "hour_entry_amendment",
];
/// Changes of one run.
const CHANGES: u32 = 150;

/// Somebody with the password of the database.
struct Intruder {
    db: DatabaseConnection,
}

impl Intruder {
    async fn at(app: &App) -> Self {
        let mut options = sea_orm::ConnectOptions::new(app.parts.core.config.database_url.clone());
        options.max_connections(1).sqlx_logging(false);
        let db = Database::connect(options).await.unwrap();
        let it = Self { db };
        match it.db.get_database_backend() {
            DbBackend::Postgres => it.run("set session_replication_role = replica").await,
            _ => {
                it.run("pragma foreign_keys = off").await;
                it.run("pragma ignore_check_constraints = on").await;
                for row in it
                    .all("select name from sqlite_master where type = 'trigger'")
                    .await
                {
                    let name: String = row.try_get("", "name").unwrap();
                    it.run(&format!("drop trigger {name}")).await;
                }
            }
        }
        for table in TABLES {
            it.run(&format!(
                "create table kept_{table} as select * from {table}"
            ))
            .await;
        }
        it
    }

    async fn run(&self, sql: &str) {
        self.db
            .execute_unprepared(sql)
            .await
            .unwrap_or_else(|it| panic!("{sql}: {it}"));
    }

    async fn all(&self, sql: &str) -> Vec<QueryResult> {
        let statement = Statement::from_string(self.db.get_database_backend(), sql);
        self.db
            .query_all_raw(statement)
            .await
            .unwrap_or_else(|it| panic!("{sql}: {it}"))
    }

    async fn text(&self, sql: &str) -> Option<String> {
        let row = self.all(sql).await.pop()?;
        row.try_get_by_index::<Option<String>>(0).unwrap()
    }

    /// Puts everything back.
    async fn restore(&self) {
        for table in TABLES {
            self.run(&format!("delete from {table}")).await;
            self.run(&format!("insert into {table} select * from kept_{table}"))
                .await;
        }
    }

    async fn columns(&self, table: &str) -> Vec<String> {
        let sql = match self.db.get_database_backend() {
            DbBackend::Postgres => format!(
                "select column_name as name from information_schema.columns \
                 where table_name = '{table}' order by ordinal_position"
            ),
            _ => format!("select name from pragma_table_info('{table}')"),
        };
        let rows = self.all(&sql).await;
        rows.iter()
            .map(|it| it.try_get("", "name").unwrap())
            .collect()
    }

    /// Changes one byte somewhere; says where, or nothing where the database itself would not have
    /// it.
    async fn strikes(&self, rng: &mut StdRng) -> Option<(String, Option<i64>)> {
        let table = TABLES[rng.random_range(0..TABLES.len())];
        let columns = self.columns(table).await;
        let column = &columns[rng.random_range(0..columns.len())];
        let postgres = self.db.get_database_backend() == DbBackend::Postgres;
        let key = if postgres { "ctid" } else { "rowid" };
        let row = if postgres {
            format!(
                "(select ctid from {table} order by ctid offset {} limit 1)",
                rng.random_range(0..3)
            )
        } else {
            format!(
                "(select rowid from {table} order by rowid limit 1 offset {})",
                rng.random_range(0..3)
            )
        };
        let shown = if postgres {
            format!("{column}::text")
        } else {
            format!(
                "case typeof({column}) when 'blob' then 'x' || hex({column}) else cast({column} as text) end"
            )
        };
        let old = self
            .text(&format!("select {shown} from {table} where {key} = {row}"))
            .await?;
        let blob = !postgres && column_is_blob(self, table, column, &row).await;
        let prefix = if blob {
            1
        } else if old.starts_with("\\x") {
            2
        } else {
            0
        };
        let bytes: Vec<char> = old.chars().collect();
        if bytes.len() <= prefix {
            return None;
        }
        let at = rng.random_range(prefix..bytes.len());
        let digits: Vec<char> = if bytes[at].is_ascii_digit() && !blob && prefix == 0 {
            ('0'..='9').collect()
        } else if blob || prefix == 2 {
            "0123456789ABCDEF".chars().collect()
        } else {
            "abcdefXYZ tT-.".chars().collect()
        };
        let new = digits[rng.random_range(0..digits.len())];
        if new.eq_ignore_ascii_case(&bytes[at]) && (blob || prefix == 2) || new == bytes[at] {
            return None;
        }
        let changed: String = bytes
            .iter()
            .enumerate()
            .map(|(place, old)| if place == at { new } else { *old })
            .collect();
        let sequence =
            if table == "ledger_event" && column != "sequence" && column != "organization_id" {
                let read =
                    format!("select cast(sequence as text) from {table} where {key} = {row}");
                self.text(&read).await.and_then(|it| it.parse().ok())
            } else {
                None
            };
        let quoted = changed.replace('\'', "''");
        let value = if blob {
            format!("x'{}'", &quoted[1..])
        } else if postgres {
            format!("'{quoted}'")
        } else {
            // Numbers stay numbers where they still are.
            match changed.parse::<i64>() {
                Ok(number) if old.parse::<i64>().is_ok() => number.to_string(),
                _ => format!("'{quoted}'"),
            }
        };
        let sql = format!("update {table} set {column} = {value} where {key} = {row}");
        self.db.execute_unprepared(&sql).await.ok()?;
        let kept = format!("kept_{table}");
        let differs = self.text(&format!(
            "select cast(count(*) as text) from (select * from {table} except select * from {kept}) changed"
        )).await;
        (differs.as_deref() != Some("0")).then(|| {
            (
                format!("{table}.{column}: {old} became {changed}"),
                sequence,
            )
        })
    }
}

async fn column_is_blob(intruder: &Intruder, table: &str, column: &str, row: &str) -> bool {
    let sql = format!("select typeof({column}) from {table} where rowid = {row}");
    intruder.text(&sql).await.as_deref() == Some("blob")
}

/// A ledger with everything in it: entries in several states, corrections, reasons, a checkpoint.
async fn furnished(app: &App) -> (World, OrganizationId) {
    let world = World::on(app).await;
    let mut entries = Vec::new();
    for day in 1..=4 {
        let mut input = world.between(
            &format!("2026-10-{day:02}T08:00:00Z"),
            &format!("2026-10-{day:02}T09:30:00Z"),
        );
        input["submit"] = json!(true);
        input["description"] = json!("زيارة القرية");
        entries.push(id(&world.volunteer.logs(input).await));
    }
    world
        .coordinator
        .acts("approve", &[&entries[0], &entries[1]], None)
        .await;
    world
        .coordinator
        .acts("return", &[&entries[2]], Some("which village?"))
        .await;
    for (entry, act) in [(&entries[0], "approve"), (&entries[1], "reject")] {
        let amended = json!({ "id": entry, "breakMinutes": 30, "reason": "a break" });
        assert_eq!(
            world.volunteer.amends(amended).await["userErrors"],
            json!([])
        );
        let reason = (act == "reject").then_some("there was none");
        world.coordinator.acts(act, &[entry], reason).await;
    }
    let amended = json!({ "id": entries[0], "breakMinutes": 20, "reason": "a shorter one" });
    assert_eq!(
        world.volunteer.amends(amended).await["userErrors"],
        json!([])
    );
    let ctx = app.parts.operator(Locale::default());
    assert_eq!(ledger::sign_due(&ctx).await.unwrap(), 1);
    let organization = OrganizationId::read(&world.organization.clone().into()).unwrap();
    (world, organization)
}

on_both_databases! {
    async fn a_single_changed_byte_is_found_wherever_it_is(app: App) {
        let (_, organization) = furnished(&app).await;
        let ctx = app.parts.operator(Locale::default());
        let whole = ledger::verify(&ctx, organization).await.unwrap();
        assert!(matches!(whole, Verdict::Whole { entries: 4, checkpoints: 1, .. }), "{whole:?}");
        let intruder = Intruder::at(&app).await;
        let seed = std::env::var("SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(20_261_123_u64);
        let mut rng = StdRng::seed_from_u64(seed);

        let mut struck = 0;
        for _ in 0..CHANGES {
            if let Some((what, sequence)) = intruder.strikes(&mut rng).await {
                struck += 1;
                match ledger::verify(&ctx, organization).await.unwrap() {
                    Verdict::Whole { .. } => panic!("seed {seed}, not found: {what}"),
                    Verdict::Broken { sequence: named, .. } => {
                        if let Some(sequence) = sequence {
                            assert_eq!(named, sequence, "seed {seed}: {what}");
                        }
                    }
                }
            }
            intruder.restore().await;
        }

        assert!(struck > CHANGES / 4, "{struck} changes were possible");
        assert_eq!(ledger::verify(&ctx, organization).await.unwrap(), whole);
    }

    async fn rows_that_vanish_or_appear_are_found(app: App) {
        let (_, organization) = furnished(&app).await;
        let ctx = app.parts.operator(Locale::default());
        let intruder = Intruder::at(&app).await;
        let gone = [
            ("delete from ledger_event where sequence = 3", Fault::Gap),
            ("delete from hour_entry where minutes = 90", Fault::EntryMissing),
            ("delete from hour_entry_day", Fault::Entry),
            ("delete from ledger_event where sequence = (select max(sequence) from ledger_event)", Fault::Head),
            ("delete from ledger_head", Fault::Head),
        ];
        for (sql, expected) in gone {
            intruder.run(sql).await;
            let verdict = ledger::verify(&ctx, organization).await.unwrap();
            assert!(matches!(verdict, Verdict::Broken { fault, .. } if fault == expected), "{sql}: {verdict:?}");
            intruder.restore().await;
        }
        // A chain written anew from the start contradicts what was signed.
        for sql in ["delete from ledger_event", "delete from ledger_head", "delete from hour_entry_day",
            "delete from hour_entry_amendment", "delete from ledger_note", "delete from hour_entry"] {
            intruder.run(sql).await;
        }
        let verdict = ledger::verify(&ctx, organization).await.unwrap();
        assert!(matches!(verdict, Verdict::Broken { fault: Fault::Checkpoint, .. }), "{verdict:?}");
    }

    async fn the_application_itself_cannot_rewrite_the_ledger(app: App) {
        furnished(&app).await;
        let tx = app.parts.core.db.begin().await.unwrap();
        for table in ["ledger_event", "ledger_checkpoint"] {
            for sql in [format!("update {table} set sequence = 99"), format!("delete from {table}")] {
                tx.execute_unprepared("savepoint attempt").await.unwrap();
                assert!(tx.execute_unprepared(&sql).await.is_err(), "{sql}");
                tx.execute_unprepared("rollback to savepoint attempt").await.unwrap();
            }
        }
    }

    /// As `docs/ledger.md` describes it, without any code of the server.
    async fn a_stranger_can_check_that_an_entry_is_in_the_ledger(app: App) {
        let (world, _) = furnished(&app).await;
        let entries = world.owner.asks("{ hourEntries(first: 4) { nodes { id } } }", json!({})).await;
        let keys: Value = app.http().get(format!("{}/.well-known/jwks.json", app.url))
            .send().await.unwrap().json().await.unwrap();
        let key = URL_SAFE_NO_PAD.decode(keys["keys"][0]["x"].as_str().unwrap()).unwrap();
        let query = "query($id: ID!) { ledgerProof(hourEntryId: $id) { eventText previousHash hash
            followingDigests signedText checkpoint { sequence hash keyId signature } } }";

        for entry in entries["hourEntries"]["nodes"].as_array().unwrap() {
            let asked = json!({ "id": entry["id"] });
            let proof = world.volunteer.asks(query, asked.clone()).await["ledgerProof"].take();
            let text = proof["eventText"].as_str().unwrap();
            let mut hash = sha256(&[
                unhex(proof["previousHash"].as_str().unwrap()),
                sha256(text.as_bytes()),
            ].concat());
            assert_eq!(proof["hash"], hex(&hash));
            for digest in proof["followingDigests"].as_array().unwrap() {
                hash = sha256(&[hash, unhex(digest.as_str().unwrap())].concat());
            }
            assert_eq!(proof["checkpoint"]["hash"], hex(&hash));
            let signed = proof["signedText"].as_str().unwrap();
            assert!(signed.lines().nth(3) == Some(&hex(&hash)), "{signed}");
            let signature = unhex(proof["checkpoint"]["signature"].as_str().unwrap());
            UnparsedPublicKey::new(&ED25519, &key).verify(signed.as_bytes(), &signature).unwrap();
            let strange = world.outsider.asks(query, asked).await;
            assert_eq!(strange["ledgerProof"], json!(null));
        }
    }

    async fn checkpoints_come_at_least_daily_and_only_where_something_happened(app: App) {
        let (world, _) = furnished(&app).await;
        let ctx = app.parts.operator(Locale::default());
        let query = "query($id: ID!) { ledgerCheckpoints(organizationId: $id) { totalCount nodes { sequence keyId } }
            verifyLedger(organizationId: $id) { whole checkpoints fault } }";
        let asked = json!({ "id": world.organization });

        app.advance(chrono::TimeDelta::hours(25));
        let idle = ledger::sign_due(&ctx).await.unwrap();
        let volunteer = world.volunteer.renewed().await;
        id(&volunteer.logs(world.on_day("2026-10-20", 60)).await);
        let moved = ledger::sign_due(&ctx).await.unwrap();
        id(&volunteer.logs(world.on_day("2026-10-21", 60)).await);
        let same_day = ledger::sign_due(&ctx).await.unwrap();
        let owner = world.owner.renewed().await;
        let seen = owner.asks(query, asked.clone()).await;
        let strange = world.app.graphql(None, query, asked).await;

        assert_eq!((idle, moved, same_day), (0, 1, 0));
        assert_eq!(seen["ledgerCheckpoints"]["totalCount"], 2);
        assert_eq!(seen["verifyLedger"], json!({ "whole": true, "checkpoints": "2", "fault": null }));
        assert_eq!(strange.error_code(), "UNAUTHENTICATED");
    }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
