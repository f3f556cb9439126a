//! Whoever changes stored hours past the ledger is found out, down to a single byte.
//!
//! The changes are made by direct SQL, with every trigger out of the way; `SEED` makes others,
//! `CHANGES` more of them.

use std::io::Write;

use entity::ids::OrganizationId;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::ConnectionTrait;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::hours::ledger;
use tiwizi::hours::ledger::Fault;
use tiwizi::hours::ledger::Verdict;
use tiwizi::platform::i18n::Locale;

use crate::hours::World;
use crate::hours::id;
use crate::hours::intruder::Intruder;
use crate::support::app::App;
use crate::support::databases::Database;
use crate::support::on_both_databases;

/// Changes of one run.
const CHANGES: u64 = 400;

/// A ledger with everything in it: entries in several states and one that was taken away, corrections,
/// reasons, three checkpoints.
pub async fn furnished(app: &App) -> (World, OrganizationId) {
    let mut world = World::on(app).await;
    let ctx = app.parts.operator(Locale::default());
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
    let draft = id(&world.volunteer.logs(world.on_day("2026-10-09", 30)).await);
    assert_eq!(ledger::sign_due(&ctx).await.unwrap(), 1);
    app.advance(chrono::TimeDelta::hours(25));
    world.volunteer = world.volunteer.renewed().await;
    world.coordinator = world.coordinator.renewed().await;
    world.owner = world.owner.renewed().await;
    world.outsider = world.outsider.renewed().await;
    world
        .coordinator
        .acts("approve", &[&entries[0], &entries[1]], None)
        .await;
    world
        .coordinator
        .acts("return", &[&entries[2]], Some("which village?"))
        .await;
    let taken = json!({ "id": draft });
    world
        .volunteer
        .done("deleteHourEntry", taken, "deletedHourEntryId")
        .await;
    assert_eq!(ledger::sign_due(&ctx).await.unwrap(), 1);
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
    app.advance(chrono::TimeDelta::hours(25));
    assert_eq!(ledger::sign_due(&ctx).await.unwrap(), 1);
    world.volunteer = world.volunteer.renewed().await;
    world.coordinator = world.coordinator.renewed().await;
    world.owner = world.owner.renewed().await;
    world.outsider = world.outsider.renewed().await;
    let organization = OrganizationId::read(&world.organization.clone().into()).unwrap();
    (world, organization)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

async fn broken(app: &App, organization: OrganizationId) -> Option<(i64, Fault)> {
    let ctx = app.parts.operator(Locale::default());
    match ledger::verify(&ctx, organization).await.unwrap() {
        Verdict::Whole { .. } => None,
        Verdict::Broken { sequence, fault } => Some((sequence, fault)),
    }
}

on_both_databases! {
    async fn a_single_changed_byte_is_found_wherever_it_is(app: App) {
        let (_, organization) = furnished(&app).await;
        let ctx = app.parts.operator(Locale::default());
        let whole = ledger::verify(&ctx, organization).await.unwrap();
        let Verdict::Whole { sequence: end, entries: 4, checkpoints: 3, .. } = whole else { panic!("{whole:?}") };
        let intruder = Intruder::at(&app).await;
        let seed = number("SEED").unwrap_or(20_261_123);
        let changes = number("CHANGES").unwrap_or(CHANGES);
        let mut rng = StdRng::seed_from_u64(seed);

        let mut struck = 0;
        for _ in 0..changes {
            let Some(strike) = intruder.strikes(&mut rng).await else { continue };
            struck += 1;
            let what = format!("SEED={seed}: {}", strike.what);
            let Some((named, _)) = broken(&app, organization).await else { panic!("not found, {what}") };
            match (strike.table, strike.column.as_str()) {
                // Where such a row was, nothing says: it is found where it is now, or by its follower.
                ("ledger_note" | "ledger_checkpoint", "sequence") => {}
                ("ledger_head", _) => assert!([end, end + 1].contains(&named), "{named}, {what}"),
                _ => assert_eq!(named, strike.event, "{what}"),
            }
            intruder.restore(strike.table).await;
        }

        // Not `eprintln`: the runner would hide it behind a passing test.
        let _ = writeln!(std::io::stderr(), "SEED={seed} CHANGES={changes}: {struck} bytes changed, all found");
        assert!(struck > changes / 3, "{struck} changes were possible");
        assert_eq!(ledger::verify(&ctx, organization).await.unwrap(), whole);
    }

    async fn of_several_broken_links_the_first_is_named(app: App) {
        let (_, organization) = furnished(&app).await;
        let intruder = Intruder::at(&app).await;
        let entry = "hour_entry set minutes = minutes + 1, total_minutes = total_minutes + 1 where id =";
        let at = |sequence: i64| format!("(select entry_id from ledger_event where sequence = {sequence})");
        let end = intruder.number("select max(sequence) from ledger_event").await.unwrap();
        let last = "select max(sequence) from ledger_event where entry_id =";
        // The fourth entry was never touched again: its first event is its last.
        let early = intruder.number(&format!("{last} {}", at(4))).await.unwrap();
        assert_eq!(early, 4);
        let late_event = format!("update ledger_event set kind = 'ENTRY_VOIDED' where sequence = {end}");
        let lost_event = format!("delete from ledger_event where sequence = {end}");
        let notes = intruder.all("select sequence from ledger_note order by sequence").await;
        let note: i64 = notes[0].try_get("", "sequence").unwrap();
        let mark = intruder.number("select max(sequence) from ledger_checkpoint").await.unwrap();
        let gone = intruder.number("select sequence from ledger_event where kind = 'ENTRY_DELETED'").await.unwrap();
        let proposed = intruder
            .number("select min(sequence) from ledger_event where kind = 'AMENDMENT_REJECTED'").await.unwrap();
        let note_too = format!("update ledger_note set text = 'x' where sequence = {note}");
        let cases = [
            (vec![format!("update {entry} {}", at(4)), late_event.clone()], (4, Fault::Entry)),
            (vec![format!("update {entry} {}", at(4)), lost_event.clone()], (4, Fault::Entry)),
            (vec![lost_event.clone()], (end, Fault::Head)),
            (vec![lost_event, "delete from ledger_head".to_owned()], (end - 1, Fault::Head)),
            (vec![late_event.clone(), note_too.clone()], (note, Fault::Note)),
            (vec![format!("update ledger_checkpoint set key_id = 'x' where sequence = {mark}"), note_too],
                (note, Fault::Note)),
            (vec![format!("delete from ledger_event where sequence = {gone}"), late_event.clone()], (gone, Fault::Gap)),
            (vec!["update hour_entry_amendment set reason = 'x' where status = 'REJECTED'".to_owned(), late_event],
                (proposed, Fault::Amendment)),
            (vec!["delete from hour_entry_amendment where status = 'REJECTED'".to_owned()],
                (proposed, Fault::Amendment)),
        ];
        for (changes, first) in cases {
            for sql in &changes {
                intruder.run(sql).await;
            }
            assert_eq!(broken(&app, organization).await, Some(first), "{changes:?}");
            intruder.restore_all().await;
        }
        // What cannot be read at all hides nothing before it.
        if app.parts.core.db.backend() == sea_orm::DbBackend::Sqlite {
            intruder.run("update hour_entry_amendment set minutes = 'x' where status = 'REJECTED'").await;
            assert_eq!(broken(&app, organization).await, Some((proposed, Fault::Amendment)));
            intruder.run(&format!("update {entry} {}", at(4))).await;
            assert_eq!(broken(&app, organization).await, Some((4, Fault::Entry)));
        }
    }

    async fn a_checkpoint_that_is_taken_away_is_missed_by_the_next(app: App) {
        let (_, organization) = furnished(&app).await;
        let intruder = Intruder::at(&app).await;
        let marks = intruder.all("select sequence from ledger_checkpoint order by sequence").await;
        let marks: Vec<i64> = marks.iter().map(|it| it.try_get("", "sequence").unwrap()).collect();
        assert_eq!(marks.len(), 3);

        for gone in &marks[..2] {
            intruder.run(&format!("delete from ledger_checkpoint where sequence = {gone}")).await;
            assert_eq!(broken(&app, organization).await, Some((*gone, Fault::Checkpoint)));
            intruder.restore("ledger_checkpoint").await;
        }
        // Nothing follows the last one: the documentation says so.
        intruder.run(&format!("delete from ledger_checkpoint where sequence = {}", marks[2])).await;
        assert_eq!(broken(&app, organization).await, None);
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
            intruder.restore_all().await;
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
        let tx = app.begin().await;
        for table in ["ledger_event", "ledger_checkpoint"] {
            for sql in [format!("update {table} set sequence = 99"), format!("delete from {table}")] {
                tx.execute_unprepared("savepoint attempt").await.unwrap();
                assert!(tx.execute_unprepared(&sql).await.is_err(), "{sql}");
                tx.execute_unprepared("rollback to savepoint attempt").await.unwrap();
            }
        }
    }

    /// In SQLite a row can be put in the place of another, which no trigger of deletion notices.
    async fn no_row_that_is_kept_takes_the_place_of_another(app: App) {
        furnished(&app).await;
        if app.parts.core.db.backend() != sea_orm::DbBackend::Sqlite {
            return;
        }
        let stranger = Intruder::with_triggers(&app.parts.core.config.database_url).await;
        stranger.run("pragma foreign_keys = off").await;
        // What an empty table is given fits none of its rules.
        stranger.run("pragma ignore_check_constraints = on").await;
        let kept = stranger.all("select tbl_name as name from sqlite_master \
            where type = 'trigger' and name = tbl_name || '_no_delete'").await;
        assert!(kept.len() >= 4);

        for row in kept {
            let table: String = row.try_get("", "name").unwrap();
            if stranger.number(&format!("select count(*) from {table}")).await == Some(0) {
                let values = stranger.all(&format!("select group_concat(case when type like 'uuid%' then 'x''01''' \
                    when type like '%int%' or type like 'bool%' then '1' else '''2026-11-02''' end) as row \
                    from pragma_table_info('{table}')")).await;
                let values: String = values[0].try_get("", "row").unwrap();
                stranger.run(&format!("insert into {table} values ({values})")).await;
            }
            let columns = stranger.all(&format!("select group_concat(name) as names, \
                group_concat(case when type like 'uuid%' then 'randomblob(16)' else name end) as others \
                from pragma_table_info('{table}')")).await;
            let names: String = columns[0].try_get("", "names").unwrap();
            let others: String = columns[0].try_get("", "others").unwrap();
            for sql in [
                format!("insert or replace into {table} ({names}) select {names} from {table} limit 1"),
                // The number that SQLite gives a row is a key as well.
                format!("insert or replace into {table} (rowid, {names}) select rowid, {others} from {table} limit 1"),
            ] {
                let refused = stranger.tries(&sql).await.expect_err(&sql);
                assert!(refused.contains("append-only"), "{refused}");
            }
        }
        // Of two that follow the same checkpoint, the second would take the first's place.
        let forked = stranger.tries("insert or replace into ledger_checkpoint select organization_id, \
            sequence + 1000, hash, signed_at, key_id, signature, previous_sequence from ledger_checkpoint limit 1").await;
        assert!(forked.unwrap_err().contains("append-only"));
    }

    async fn a_broken_ledger_is_told_to_clients_and_on_the_command_line(app: App) {
        let (world, _) = furnished(&app).await;
        let query = "query($id: ID!) { verifyLedger(organizationId: $id) { whole sequence hash entries checkpoints fault } }";
        let asked = json!({ "id": world.organization });
        let whole = world.owner.asks(query, asked.clone()).await["verifyLedger"].take();
        let (code, said, complained) = verify_command(&app);
        assert_eq!(whole["whole"], true);
        assert!(code == Some(0) && said.starts_with("whole   al-amal: ") && said.lines().count() == 1, "{said}");
        assert_eq!(complained, "");

        Intruder::at(&app).await.run("update ledger_event set payload = '{}' where sequence = 3").await;

        let told = world.owner.asks(query, asked).await["verifyLedger"].take();
        assert_eq!(told, json!({ "whole": false, "sequence": "3", "hash": null, "entries": null,
            "checkpoints": null, "fault": "CONTENT" }));
        let (code, said, complained) = verify_command(&app);
        assert_eq!(code, Some(1));
        assert_eq!(said, "BROKEN  al-amal: first at event 3, CONTENT\n");
        assert_eq!(complained.lines().count(), 1, "{complained}");
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
        // Whoever does not want to wait signs at once, and once.
        assert_eq!(ledger::sign_now(&ctx).await.unwrap(), 1);
        assert_eq!(ledger::sign_now(&ctx).await.unwrap(), 0);
        let owner = world.owner.renewed().await;
        let seen = owner.asks(query, asked.clone()).await;
        let strange = world.app.graphql(None, query, asked).await;

        assert_eq!((idle, moved, same_day), (0, 1, 0));
        assert_eq!(seen["ledgerCheckpoints"]["totalCount"], 5);
        assert_eq!(seen["verifyLedger"], json!({ "whole": true, "checkpoints": "5", "fault": null }));
        assert_eq!(strange.error_code(), "UNAUTHENTICATED");
    }
}

/// Exit code, output and complaint of `tiwizi ledger verify`.
fn verify_command(app: &App) -> (Option<i32>, String, String) {
    let config = &app.parts.core.config;
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_tiwizi"))
        .args(["ledger", "verify", "--organization", "al-amal"])
        .args(["--database-url", &config.database_url])
        .env("TIWIZI_KEYS_FILE", &config.keys_file)
        .output()
        .unwrap();
    let text = |it| String::from_utf8(it).unwrap();
    (done.status.code(), text(done.stdout), text(done.stderr))
}

/// In PostgreSQL the right is missing before a trigger has to refuse, for an owner who is no superuser.
#[tokio::test]
async fn an_owner_of_tables_may_not_rewrite_what_is_kept() {
    let Some((database, above)) = Database::of_an_owner().await else {
        return;
    };
    let app = App::start(database).await;
    let (_, organization) = furnished(&app).await;
    let owner = Intruder::with_triggers(&app.parts.core.config.database_url).await;
    let superuser = Intruder::with_triggers(&above).await;
    let power = "select rolsuper::text from pg_roles where rolname = current_user";
    assert_eq!(owner.text(power).await.as_deref(), Some("false"));

    for table in [
        "ledger_event",
        "ledger_checkpoint",
        "approval_decision",
        "audit_event",
    ] {
        for right in ["update", "delete", "truncate"] {
            let held =
                format!("select has_table_privilege(current_user, '{table}', '{right}')::text");
            assert_eq!(
                owner.text(&held).await.as_deref(),
                Some("false"),
                "{right} on {table}"
            );
        }
        superuser
            .run(&format!("alter table {table} disable trigger user"))
            .await;
        for sql in [
            format!("update {table} set organization_id = organization_id"),
            format!("delete from {table}"),
            format!("truncate {table}"),
        ] {
            let refused = owner.tries(&sql).await.expect_err(&sql);
            assert!(refused.contains("permission denied"), "{sql}: {refused}");
        }
    }
    assert_eq!(broken(&app, organization).await, None);
    app.close().await;
}
