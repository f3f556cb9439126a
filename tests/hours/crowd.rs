//! Many at once: one interval wins, the cap holds, the ledger has no gap and shows every change.
//!
//! What one person alone may do is in `log`.

use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use futures_util::future::join_all;
use sea_orm::DbBackend;
use serde_json::Value;
use serde_json::json;
use tiwizi::graphql::node::NodeId;
use tiwizi::hours::ledger;
use tiwizi::hours::ledger::Fault;
use tiwizi::hours::ledger::Verdict;
use tiwizi::hours::list;
use tiwizi::hours::record;
use tiwizi::hours::store;
use tiwizi::platform::db::violates;
use tiwizi::platform::i18n::Locale;

use crate::hours::World;
use crate::hours::code;
use crate::hours::id;
use crate::hours::intruder::Intruder;
use crate::support::app::App;
use crate::support::databases::above;
use crate::support::on_both_databases;

const CLIENTS: usize = 64;

async fn crowd(world: &World, input: impl Fn(usize) -> Value) -> Vec<String> {
    let logging = (0..CLIENTS).map(|it| {
        let (person, input) = (world.volunteer.clone(), input(it));
        tokio::spawn(async move { code(&person.logs(input).await).to_owned() })
    });
    let ended = join_all(logging).await;
    ended.into_iter().map(|it| it.expect("no panic")).collect()
}

fn count(codes: &[String], code: &str) -> usize {
    codes.iter().filter(|it| *it == code).count()
}

on_both_databases! {
    async fn of_overlapping_intervals_exactly_one_is_accepted(app: App) {
        let world = World::on(&app).await;

        let codes = crowd(&world, |it| {
            let from = format!("2026-10-14T09:{:02}:00Z", it % 60);
            world.between(&from, "2026-10-14T11:00:00Z")
        })
        .await;

        assert_eq!(count(&codes, ""), 1, "{codes:?}");
        assert_eq!(count(&codes, "ENTRY_OVERLAP"), CLIENTS - 1, "{codes:?}");
        assert_eq!(world.ledger().await, 1);
    }

    /// Whoever writes past the gate meets the constraint, by a name that both databases give.
    async fn the_database_has_the_last_word_on_overlap(app: App) {
        let world = World::on(&app).await;
        let work = world.between("2026-10-14T09:00:00Z", "2026-10-14T11:00:00Z");
        let entry = EntryId::read(&id(&world.volunteer.logs(work).await).into()).expect("an id");
        let ctx = world.app.parts.operator(Locale::En);
        let stored = list::by_ids(ctx.read(), ctx.scope(), &[entry]).await.expect("an answer");
        let again = hour_entry::Model { id: EntryId(ctx.new_id()), ..stored[&entry].row.clone() };

        let written = ctx
            .transaction(async |tx| store::insert(tx, &[(&again, &[])]).await)
            .await;

        let refused = written.expect_err("refused");
        assert!(violates(&refused, &[record::OVERLAP]), "{refused}");
    }

    async fn the_daily_cap_holds_among_many(app: App) {
        let world = World::on(&app).await;

        let codes = crowd(&world, |_| world.on_day("2026-10-14", 100)).await;

        assert_eq!(count(&codes, ""), 14, "{codes:?}");
        assert_eq!(count(&codes, "DAILY_CAP_EXCEEDED"), CLIENTS - 14, "{codes:?}");
        assert_eq!(world.ledger().await, 14);
    }

    async fn one_key_among_many_has_one_effect(app: App) {
        let world = World::on(&app).await;

        let codes = crowd(&world, |_| {
            let mut input = world.on_day("2026-10-14", 100);
            input["idempotencyKey"] = json!("the same");
            input
        })
        .await;

        assert_eq!(count(&codes, ""), CLIENTS, "{codes:?}");
        assert_eq!(world.ledger().await, 1);
    }

    async fn the_ledger_shows_a_changed_byte(app: App) {
        let world = World::on(&app).await;
        let codes = crowd(&world, |it| world.on_day("2026-10-14", i64::try_from(it).unwrap() % 7 + 1)).await;
        assert_eq!(count(&codes, ""), CLIENTS);
        let organization = OrganizationId::read(&world.organization.clone().into()).expect("an id");
        assert_eq!(world.ledger().await, i64::try_from(CLIENTS).unwrap());

        let ctx = world.app.parts.operator(Locale::En);
        // Whoever can do this can do anything with the database; the chain still shows it.
        let intruder = Intruder::with_triggers(&above(&app.parts.core.config.database_url)).await;
        intruder.run(unlocked(app.parts.core.db.backend())).await;
        intruder
            .run(
                "update ledger_event set payload = replace(payload, 'DURATION', 'DURATIOM') \
                 where sequence = 17",
            )
            .await;

        let verdict = ledger::verify(&ctx, organization).await.expect("an answer");
        assert_eq!(verdict, Verdict::Broken { sequence: 17, fault: Fault::Content });
    }
}

fn unlocked(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "alter table ledger_event disable trigger all",
        _ => "drop trigger ledger_event_no_update",
    }
}
