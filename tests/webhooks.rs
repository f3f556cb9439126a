//! Other systems are told of changes: signed, in order, under one id, however often it is tried and whoever dies.
//!
//! Which addresses are taken is tested beside the code, whom else a field shows something to in `permissions`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::TimeDelta;
use futures_util::future::join_all;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use serde_json::json;
use standardwebhooks::Webhook;
use tiwizi::platform::clock::Clock;
use tiwizi::platform::i18n::Locale;
use tiwizi::webhooks;
use tokio_util::sync::CancellationToken;

use crate::exports::worked_off;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::hooks::Heard;
use crate::support::hooks::Hook;
use crate::support::hooks::Mood;
use crate::support::on_both_databases;

const SEEN: &str = "query($id: ID!) { node(id: $id) { ... on WebhookEndpoint { status failingSince lastSequence version
    events url previousSecretUntil deliveries(last: 100) { totalCount nodes { id messageId event sequence status attempts
        responseStatus failure nextAttemptAt deliveredAt payload } } } } }";
const TOLD: &str = "{ viewer { notifications { nodes { kind message } } } }";

/// An instance that may tell systems on the same machine.
async fn telling(app: &App) -> App {
    app.beside_with(|config| {
        config.webhooks.allow_http = true;
        config.webhooks.allow_networks = "127.0.0.0/8".to_owned();
    })
    .await
}

/// A webhook of the cast's organization: its id and its secret.
async fn hooked(cast: &Cast, url: &str, more: Value) -> (String, String) {
    let mut input = json!({ "organizationId": cast.organization.id, "url": url });
    let fields = input.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    let selection = "webhookEndpoint { id } secret";
    let made = cast.owner.done("createWebhookEndpoint", input, selection);
    let made = made.await;
    (text(&made["webhookEndpoint"]["id"]), text(&made["secret"]))
}

async fn seen(who: &Person, id: &str) -> Value {
    let mut data = who.again().await.asks(SEEN, json!({ "id": id })).await;
    data["node"].take()
}

/// What became of each event, oldest first.
async fn statuses(who: &Person, id: &str) -> Vec<String> {
    let seen = seen(who, id).await;
    let nodes = seen["deliveries"]["nodes"].as_array().unwrap().iter();
    nodes.rev().map(|it| text(&it["status"])).collect()
}

async fn sends(app: &App) {
    app.parts.run_webhooks().await.unwrap();
}

async fn tests(who: &Person, id: &str) {
    let input = json!({ "id": id });
    let who = who.again().await;
    who.done("sendWebhookTest", input, "delivery { id }").await;
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn sequences(heard: &[Heard]) -> Vec<i64> {
    heard.iter().map(Heard::sequence).collect()
}

fn ids(heard: &[Heard]) -> Vec<&str> {
    heard.iter().map(Heard::id).collect()
}

on_both_databases! {
    /// What happens to hours, months, files and certificates is told in order, signed, and names nobody.
    async fn changes_are_told_in_order_and_signed(app: App) {
        let app = telling(&app).await;
        let cast = Cast::on(&app).await;
        cast.volunteer.drafts(&cast.record, &cast.project, "2026-09-01", 10).await;
        let hook = Hook::open().await;
        let (id, secret) = hooked(&cast, &hook.url(), json!({})).await;
        let approved = cast.volunteer.logs(&cast.record, &cast.project, "2026-09-14", 90).await;
        cast.coordinator.approves(&[&approved]).await;
        for (act, day) in [("returnHourEntries", "2026-09-15"), ("rejectHourEntries", "2026-09-16")] {
            let entry = cast.volunteer.logs(&cast.record, &cast.project, day, 30).await;
            let input = json!({ "ids": [entry], "reason": format!("{MARK} no") });
            cast.coordinator.does(act, input, "results { userErrors { code } }").await;
        }
        let input = json!({ "organizationId": cast.organization.id, "volunteerIds": [cast.record], "from": "2026-09-01", "to": "2026-09-30" });
        let made = cast.coordinator.does("issueCertificates", input, "results { certificate { id } }").await;
        let certificate = text(&made["results"][0]["certificate"]["id"]);
        sends(&app).await;
        let input = json!({ "id": approved, "reason": format!("{MARK} twice") });
        cast.owner.done("voidHourEntry", input, "hourEntry { id }").await;
        sends(&app).await;
        let input = json!({ "id": certificate, "reason": "ISSUED_IN_ERROR" });
        cast.coordinator.done("revokeCertificate", input, "certificate { id }").await;
        let month = json!({ "organizationId": cast.organization.id, "month": "2026-09" });
        cast.owner.done("submitPeriod", month.clone(), "reportingPeriod { id }").await;
        cast.owner.done("closePeriod", month.clone(), "reportingPeriod { id }").await;
        cast.admin.done("certifyPeriod", month, "reportingPeriod { id }").await;
        let report = json!({ "name": "INDH", "territoryCode": REGION, "from": "2026-09-01", "to": "2026-09-30", "organizationId": cast.organization.id });
        cast.owner.done("requestExport", json!({ "report": report, "format": "CSV" }), "exportJob { id }").await;
        worked_off(&app).await;

        sends(&app).await;

        let heard = hook.heard();
        let events: Vec<String> = heard.iter().map(Heard::event).collect();
        assert_eq!(events, [
            "hour_entry.created", "hour_entry.submitted", "hour_entry.approved",
            "hour_entry.created", "hour_entry.submitted", "hour_entry.returned",
            "hour_entry.created", "hour_entry.submitted", "hour_entry.rejected",
            "certificate.issued", "hour_entry.voided", "certificate.superseded", "certificate.revoked",
            "period.submitted", "period.closed", "period.certified", "export.succeeded",
        ]);
        let most = i64::try_from(heard.len()).unwrap();
        assert_eq!(sequences(&heard), (1..=most).collect::<Vec<_>>());
        assert_eq!(ids(&heard).iter().collect::<BTreeSet<_>>().len(), heard.len());
        for it in &heard {
            assert!(it.is_signed_with(&secret), "{it:?}");
            assert_eq!((it.path.as_str(), it.header("content-type")), ("/in", "application/json"));
            assert!(!String::from_utf8_lossy(&it.raw).contains(MARK), "{it:?}");
            // Its id is the one that the API knows.
            let data = it.body()["data"].clone();
            let node = cast.owner.asks("query($id: ID!) { node(id: $id) { __typename id } }", json!({ "id": data["id"] })).await;
            assert_eq!(node["node"]["id"], data["id"], "{data}");
            assert_eq!(data["organizationId"], json!(cast.organization.id));
        }
        let entry = heard[2].body();
        assert_eq!(entry["timestamp"], "2026-11-02T09:00:00.000000Z");
        let data = &entry["data"];
        assert_eq!(
            (&data["id"], &data["status"], &data["minutes"], &data["workedOn"], &data["volunteerId"], &data["projectId"], &data["headcount"]),
            (&json!(approved), &json!("APPROVED"), &json!(90), &json!("2026-09-14"), &json!(cast.record), &json!(cast.project), &json!(1)),
        );
        let data = heard[9].body()["data"].clone();
        assert_eq!((&data["id"], &data["status"], &data["minutes"], &data["volunteerId"]), (&json!(certificate), &json!("VALID"), &json!(90), &json!(cast.record)));
        assert_eq!(heard[14].body()["data"]["month"], "2026-09");
        let seen = seen(&cast.owner, &id).await;
        assert_eq!((&seen["status"], &seen["lastSequence"], &seen["deliveries"]["totalCount"]), (&json!("ACTIVE"), &json!(most), &json!(most)));
        assert_eq!(seen["deliveries"]["nodes"][0]["payload"].as_str().unwrap().as_bytes(), heard.last().unwrap().raw);
        app.close().await;
    }

    /// The public crate takes a message as it is, its time included.
    async fn receivers_verify_with_what_they_have(app: App) {
        let app = telling(&app).await;
        let cast = Cast::on(&app).await;
        let hook = Hook::open().await;
        let (id, secret) = hooked(&cast, &hook.url(), json!({})).await;
        app.advance(Clock::System.now() - app.parts.core.clock.now());

        tests(&cast.owner, &id).await;
        sends(&app).await;

        let heard = hook.heard().pop().unwrap();
        assert_eq!(heard.event(), "webhook.test");
        Webhook::new(&secret).unwrap().verify(&heard.raw, &heard.headers).unwrap();
        let other = Webhook::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        assert!(other.verify(&heard.raw, &heard.headers).is_err());
        let altered = [heard.raw.as_slice(), b" "].concat();
        assert!(Webhook::new(&secret).unwrap().verify(&altered, &heard.headers).is_err());
        app.close().await;
    }

    /// A later event waits for the one before; each comes under one id in every attempt, and again when it is asked for.
    async fn order_and_id_stay_however_often_it_is_tried(app: App) {
        let app = telling(&app).await;
        let cast = Cast::on(&app).await;
        let hook = Hook::open().await;
        let (id, _) = hooked(&cast, &hook.url(), json!({})).await;
        hook.first(&[Mood::Says(503), Mood::HangsUp]);
        for _ in 0..3 {
            tests(&cast.owner, &id).await;
        }

        sends(&app).await;
        sends(&app).await;
        assert_eq!(sequences(&hook.heard()), [1], "the second waits for the first");
        let waiting = seen(&cast.owner, &id).await;
        let first = &waiting["deliveries"]["nodes"][2];
        assert_eq!(
            (&first["status"], &first["attempts"], &first["responseStatus"], &first["failure"], &first["nextAttemptAt"]),
            (&json!("PENDING"), &json!(1), &json!(503), &json!("STATUS"), &json!("2026-11-02T09:00:05Z")),
        );
        assert_eq!(waiting["failingSince"], "2026-11-02T09:00:00Z");
        app.advance(TimeDelta::seconds(5));
        sends(&app).await;
        app.advance(TimeDelta::seconds(30));
        sends(&app).await;

        let heard = hook.heard();
        assert_eq!(sequences(&heard), [1, 1, 1, 2, 3]);
        assert_eq!(ids(&heard)[..3], [heard[0].id(); 3]);
        assert_eq!(heard[0].raw, heard[2].raw);
        assert_ne!(heard[0].header("webhook-timestamp"), heard[2].header("webhook-timestamp"));
        let done = seen(&cast.owner, &id).await;
        assert_eq!(done["failingSince"], Value::Null);
        assert_eq!(done["deliveries"]["nodes"][2]["attempts"], 3);

        let third = &done["deliveries"]["nodes"][0]["id"];
        let owner = cast.owner.again().await;
        let replayed = owner.done("replayWebhookDeliveries", json!({ "id": id, "deliveryIds": [third] }), "replayed").await;
        assert_eq!(replayed["replayed"], 1);
        sends(&app).await;
        let replayed = owner.done("replayWebhookDeliveries", json!({ "id": id, "fromSequence": 2 }), "replayed").await;
        assert_eq!(replayed["replayed"], 2);
        sends(&app).await;
        let again = hook.heard();
        assert_eq!(sequences(&again)[5..], [3, 2, 3]);
        assert_eq!(ids(&again)[5..], [heard[4].id(), heard[3].id(), heard[4].id()]);
        assert_eq!(again[5].raw, heard[4].raw);
        assert_eq!(owner.refused("replayWebhookDeliveries", json!({ "id": id })).await, ["REQUIRED"]);
        app.close().await;
    }

    /// For a day both secrets are right, then the new one alone.
    async fn another_secret_holds_beside_the_one_before(app: App) {
        let app = telling(&app).await;
        let cast = Cast::on(&app).await;
        let hook = Hook::open().await;
        let (id, old) = hooked(&cast, &hook.url(), json!({})).await;
        let turned = cast.owner.done("rotateWebhookSecret", json!({ "id": id, "expectedVersion": 1 }), "secret webhookEndpoint { version previousSecretUntil }").await;
        let new = text(&turned["secret"]);
        assert!(new.starts_with("whsec_") && new != old);
        assert_eq!(turned["webhookEndpoint"], json!({ "version": 2, "previousSecretUntil": "2026-11-03T09:00:00Z" }));

        tests(&cast.owner, &id).await;
        sends(&app).await;
        app.advance(TimeDelta::hours(24));
        tests(&cast.owner, &id).await;
        sends(&app).await;

        let heard = hook.heard();
        let signed = |it: &Heard| (it.is_signed_with(&old), it.is_signed_with(&new));
        assert_eq!((signed(&heard[0]), signed(&heard[1])), ((true, true), (false, true)));
        let conflict = cast.owner.again().await.does("rotateWebhookSecret", json!({ "id": id, "expectedVersion": 1 }), "secret webhookEndpoint { version } userErrors { code }").await;
        assert_eq!(conflict, json!({ "secret": null, "webhookEndpoint": { "version": 2 }, "userErrors": [{ "code": "VERSION_CONFLICT" }] }));
        app.close().await;
    }

    /// What no attempt in a day brings is passed over, and somebody is told; what takes nothing for days, or is gone, is
    /// told of nothing more. Others go on meanwhile.
    async fn what_is_dead_holds_up_nobody(app: App) {
        let app = telling(&app).await;
        let cast = Cast::on(&app).await;
        let (dead, alive, gone) = (Hook::open().await, Hook::open().await, Hook::open().await);
        dead.will(Mood::Says(500));
        gone.will(Mood::Says(410));
        let (id, _) = hooked(&cast, &dead.url(), json!({})).await;
        let (living, _) = hooked(&cast, &alive.url(), json!({})).await;
        let (left, _) = hooked(&cast, &gone.url(), json!({})).await;
        for it in [&id, &living, &left, &id] {
            tests(&cast.owner, it).await;
        }

        sends(&app).await;

        assert_eq!((alive.heard().len(), gone.heard().len()), (1, 1));
        assert_eq!(seen(&cast.owner, &left).await["status"], "DISABLED");
        let owner = cast.owner.again().await;
        assert_eq!(owner.refused("sendWebhookTest", json!({ "id": left })).await, ["WEBHOOK_DISABLED"]);
        for _ in 0..30 {
            app.advance(TimeDelta::hours(1));
            sends(&app).await;
        }
        assert_eq!(statuses(&cast.owner, &id).await, ["DEAD", "PENDING"]);
        assert_eq!(dead.heard().iter().filter(|it| it.sequence() == 1).count(), 12);
        let told = cast.owner.again().await.asks(TOLD, json!({})).await;
        let kinds: Vec<_> = told["viewer"]["notifications"]["nodes"].as_array().unwrap().iter().map(|it| text(&it["kind"])).collect();
        assert_eq!(kinds, ["WEBHOOK_FAILING", "WEBHOOK_DISABLED"]);
        for _ in 0..100 {
            app.advance(TimeDelta::hours(1));
            sends(&app).await;
        }
        assert_eq!(statuses(&cast.owner, &id).await, ["DEAD", "DEAD"]);
        // Days without an event are none in which it failed: one attempt more ends nothing.
        tests(&cast.owner, &id).await;
        sends(&app).await;
        assert_eq!(seen(&cast.owner, &id).await["status"], "ACTIVE");
        for _ in 0..30 {
            app.advance(TimeDelta::hours(1));
            sends(&app).await;
        }
        let disabled = seen(&cast.owner, &id).await;
        assert_eq!((&disabled["status"], &disabled["failingSince"]), (&json!("DISABLED"), &json!("2026-11-02T09:00:00Z")));
        let before = dead.heard().len();
        cast.volunteer.again().await.drafts(&cast.record, &cast.project, "2026-10-20", 10).await;
        sends(&app).await;
        assert_eq!(dead.heard().len(), before);
        assert_eq!(alive.heard().last().unwrap().event(), "hour_entry.created");

        dead.will(Mood::Says(200));
        let owner = cast.owner.again().await;
        owner.done("updateWebhookEndpoint", json!({ "id": id, "enabled": true }), "webhookEndpoint { status }").await;
        owner.done("replayWebhookDeliveries", json!({ "id": id, "onlyDead": true }), "replayed").await;
        tests(&cast.owner, &id).await;
        sends(&app).await;

        let after = dead.heard();
        assert_eq!(sequences(&after)[before..], [1, 2, 3, 4]);
        assert!(statuses(&cast.owner, &id).await.iter().all(|it| it == "DELIVERED"));
        app.close().await;
    }

    /// Nothing is sent where not everybody gets, whatever a name leads to; nothing is followed, nothing is read to its end.
    async fn nothing_is_sent_elsewhere_and_answers_are_not_read(app: App) {
        let strict = app.beside_with(|config| config.webhooks.allow_http = true).await;
        let cast = Cast::on(&strict).await;
        let hook = Hook::open().await;
        for (url, word) in [
            (hook.url(), "private"),
            ("http://[::1]:9000/".to_owned(), "private"),
            ("http://localhost:9000/".to_owned(), "private"),
            ("https://hooks.internal/".to_owned(), "private"),
            ("http://169.254.169.254/".to_owned(), "private"),
            ("ftp://example.org/".to_owned(), "https"),
            ("https://user:word@example.org/".to_owned(), "password"),
            ("https://example.org:22/".to_owned(), "443"),
        ] {
            let input = json!({ "organizationId": cast.organization.id, "url": url });
            let refused = cast.owner.does("createWebhookEndpoint", input, "secret userErrors { code path message rule }").await;
            let error = &refused["userErrors"][0];
            assert_eq!((&error["code"], &error["path"], &error["rule"]), (&json!("WEBHOOK_URL_UNFIT"), &json!(["url"]), &json!("webhook.url")), "{url}");
            let message = error["message"].as_str().unwrap();
            assert!(message.contains(word) && !message.contains("user:"), "{message}");
            assert_eq!(refused["secret"], Value::Null);
        }
        // Where the settings allow it the name is taken; what it stands for is looked at when something is sent.
        let open = telling(&app).await;
        let cast = Cast { owner: cast.owner.through(&open), ..cast };
        let (named, _) = hooked(&cast, &format!("http://localhost:{}/in", hook.port), json!({})).await;
        tests(&cast.owner, &named).await;
        sends(&strict).await;
        let tried = seen(&cast.owner, &named).await;
        assert_eq!((&tried["deliveries"]["nodes"][0]["failure"], &tried["deliveries"]["nodes"][0]["status"]), (&json!("ADDRESS_REFUSED"), &json!("PENDING")));
        assert_eq!(hook.heard().len(), 0);

        let (pointing, babbling, nowhere) = (Hook::open().await, Hook::open().await, Hook::open().await);
        pointing.will(Mood::Points);
        babbling.will(Mood::Babbles);
        let closed = nowhere.url();
        drop(nowhere);
        let mut found = BTreeMap::new();
        for (name, url) in [("pointing", pointing.url()), ("babbling", babbling.url()), ("nowhere", closed)] {
            let (id, _) = hooked(&cast, &url, json!({})).await;
            tests(&cast.owner, &id).await;
            found.insert(name, id);
        }
        sends(&open).await;
        let outcome = async |name: &str| {
            let seen = seen(&cast.owner, &found[name]).await;
            let it = &seen["deliveries"]["nodes"][0];
            json!([it["status"], it["responseStatus"], it["failure"]])
        };
        assert_eq!(outcome("pointing").await, json!(["PENDING", 307, "REDIRECT"]));
        assert_eq!(outcome("babbling").await, json!(["DELIVERED", 200, null]));
        assert_eq!(outcome("nowhere").await, json!(["PENDING", null, "UNREACHABLE"]));
        assert_eq!(pointing.heard().iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["/in"]);
        // What lies in buffers of the system on the way comes on top of what was read.
        assert!(babbling.babbled() < 20 * 1024 * 1024, "{}", babbling.babbled());
        open.close().await;
        strict.close().await;
    }

    /// One that does not answer keeps nobody else waiting, and is sent to by one worker.
    async fn whoever_is_slow_holds_up_nobody(app: App) {
        let app = telling(&app).await;
        let cast = Cast::on(&app).await;
        let (slow, quick) = (Hook::open().await, Hook::open().await);
        slow.will(Mood::Waits);
        let (waiting, _) = hooked(&cast, &slow.url(), json!({})).await;
        let (going, _) = hooked(&cast, &quick.url(), json!({})).await;
        tests(&cast.owner, &waiting).await;
        let it = app.clone();
        let held = tokio::spawn(async move { it.parts.run_webhooks().await });
        slow.is_waited_for().await;

        tests(&cast.owner, &going).await;
        tests(&cast.owner, &waiting).await;
        sends(&app).await;

        assert_eq!((quick.heard().len(), slow.heard().len()), (1, 1));
        slow.lets_go();
        held.await.unwrap().unwrap();
        sends(&app).await;
        assert_eq!(sequences(&slow.heard()), [1, 2]);
        app.close().await;
    }

    /// What a server does beside its requests tells others, too, at once.
    async fn a_server_tells_while_it_serves(app: App) {
        let app = telling(&app).await;
        let cast = Cast::on(&app).await;
        let hook = Hook::open().await;
        hook.will(Mood::Waits);
        let (id, _) = hooked(&cast, &hook.url(), json!({})).await;
        let closing = CancellationToken::new();
        let chores = tokio::spawn(app.parts.clone().chores(closing.clone()));

        tests(&cast.owner, &id).await;
        hook.is_waited_for().await;
        hook.lets_go();
        cast.volunteer.drafts(&cast.record, &cast.project, "2026-10-14", 90).await;
        hook.is_waited_for().await;

        assert_eq!(sequences(&hook.heard()), [1, 2]);
        closing.cancel();
        chores.await.unwrap();
        app.close().await;
    }

    /// Three instances send, and their workers die at any point: each event comes under one id, in order.
    async fn every_event_comes_under_one_id_whoever_dies(app: App) {
        let first = telling(&app).await;
        let instances = [first.clone(), first.beside().await, first.beside().await];
        let cast = Cast::on(&first).await;
        let hooks = [Hook::open().await, Hook::open().await, Hook::open().await];
        let mut ids = Vec::new();
        for hook in &hooks {
            ids.push(hooked(&cast, &hook.url(), json!({})).await.0);
        }
        let mut dice = StdRng::seed_from_u64(11);
        let mut deaths = 0;
        for round in 0..12 {
            let day = format!("2026-10-{:02}", round + 1);
            cast.volunteer.again().await.logs(&cast.record, &cast.project, &day, 30).await;
            for hook in &hooks {
                if dice.random_range(0..3) == 0 {
                    hook.first(&[Mood::Says(503)]);
                }
            }
            let working = instances.iter().map(|it| {
                let it = it.clone();
                let patience = std::time::Duration::from_micros(dice.random_range(200..40_000));
                tokio::spawn(async move {
                    // Ended at any point, as by the end of its process.
                    tokio::time::timeout(patience, it.parts.run_webhooks()).await.is_err()
                })
            });
            for it in join_all(working).await {
                deaths += usize::from(it.unwrap());
            }
            // What the dead held is free again a minute later.
            for it in &instances {
                it.advance(TimeDelta::seconds(61));
            }
        }
        for _ in 0..40 {
            join_all(instances.iter().map(sends)).await;
            for it in &instances {
                it.advance(TimeDelta::seconds(700));
            }
        }

        assert!(deaths > 0, "nobody died");
        for (hook, id) in hooks.iter().zip(&ids) {
            let heard = hook.heard();
            let mut by_number: BTreeMap<i64, BTreeSet<&str>> = BTreeMap::new();
            for it in &heard {
                by_number.entry(it.sequence()).or_default().insert(it.id());
            }
            assert_eq!(by_number.keys().copied().collect::<Vec<_>>(), (1..=24).collect::<Vec<_>>());
            assert!(by_number.values().all(|it| it.len() == 1), "{by_number:?}");
            assert!(sequences(&heard).is_sorted(), "{:?}", sequences(&heard));
            assert!(statuses(&cast.owner, id).await.iter().all(|it| it == "DELIVERED"));
        }
        let [_, second, third] = instances;
        second.close().await;
        third.close().await;
        first.close().await;
    }

    /// Only those who manage an organization know what it tells to whom.
    async fn webhooks_are_for_owners_and_administrators(app: App) {
        let app = telling(&app).await;
        let cast = Cast::on(&app).await;
        let hook = Hook::open().await;
        let (id, _) = hooked(&cast, &hook.url(), json!({ "description": "to the register", "events": ["HOUR_ENTRY_APPROVED", "HOUR_ENTRY_APPROVED"] })).await;
        let list = "query($id: ID!) { webhookEndpoints(organizationId: $id) { totalCount nodes { id url description events organization { id } contact { id } } } }";
        let own = cast.owner.asks(list, json!({ "id": cast.organization.id })).await;
        assert_eq!(own["webhookEndpoints"], json!({ "totalCount": 1, "nodes": [{
            "id": id, "url": hook.url(), "description": "to the register", "events": ["HOUR_ENTRY_APPROVED"],
            "organization": { "id": cast.organization.id }, "contact": { "id": cast.owner.id },
        }] }));

        for who in [&cast.coordinator, &cast.viewer, &cast.volunteer, &cast.observer, &cast.admin, &cast.outsider] {
            for (act, input) in [
                ("updateWebhookEndpoint", json!({ "id": id, "enabled": false })),
                ("rotateWebhookSecret", json!({ "id": id })),
                ("deleteWebhookEndpoint", json!({ "id": id })),
                ("replayWebhookDeliveries", json!({ "id": id, "fromSequence": 1 })),
                ("sendWebhookTest", json!({ "id": id })),
            ] {
                assert_eq!(who.refused(act, input).await, ["NOT_FOUND"], "{act}");
            }
            let node = who.asks("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(node["node"], Value::Null);
            let refused = who.tries(list, json!({ "id": cast.organization.id })).await;
            assert!(refused.body["errors"].is_array(), "{:#}", refused.body);
        }
        let new = json!({ "organizationId": cast.organization.id, "url": "https://example.org/" });
        for (who, code) in [(&cast.coordinator, "FORBIDDEN"), (&cast.observer, "NOT_FOUND"), (&cast.outsider, "NOT_FOUND")] {
            assert_eq!(who.refused("createWebhookEndpoint", new.clone()).await, [code]);
        }
        // What is told to one organization is nobody else's.
        let elsewhere = Hook::open().await;
        let theirs = cast.outsider.asks("{ viewer { memberships { organization { id } } } }", json!({})).await;
        let theirs = text(&theirs["viewer"]["memberships"][0]["organization"]["id"]);
        cast.outsider.done("createWebhookEndpoint", json!({ "organizationId": theirs, "url": elsewhere.url() }), "secret").await;
        let entry = cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 90).await;
        cast.coordinator.approves(&[&entry]).await;
        sends(&app).await;
        assert_eq!(elsewhere.heard().len(), 0);
        assert_eq!(hook.heard().iter().map(Heard::event).collect::<Vec<_>>(), ["hour_entry.approved"]);
        app.close().await;
    }

    /// One that waits has everything when it goes on; one that is deleted is told of nothing; what was told is kept for
    /// thirty days; the same key is the same webhook.
    async fn webhooks_wait_end_and_are_made_once(app: App) {
        let app = telling(&app).await;
        let cast = Cast::on(&app).await;
        let hook = Hook::open().await;
        let input = json!({ "organizationId": cast.organization.id, "url": hook.url(), "idempotencyKey": "one" });
        let selection = "webhookEndpoint { id } secret";
        let made = cast.owner.done("createWebhookEndpoint", input.clone(), selection).await;
        assert_eq!(cast.owner.done("createWebhookEndpoint", input, selection).await, made);
        let other = json!({ "organizationId": cast.organization.id, "url": "https://example.org/", "idempotencyKey": "one" });
        assert_eq!(cast.owner.refused("createWebhookEndpoint", other).await, ["IDEMPOTENCY_CONFLICT"]);
        let id = text(&made["webhookEndpoint"]["id"]);
        let enabled = async |it: bool| {
            let input = json!({ "id": id, "enabled": it });
            cast.owner.again().await.done("updateWebhookEndpoint", input, "webhookEndpoint { status }").await
        };

        enabled(false).await;
        cast.volunteer.drafts(&cast.record, &cast.project, "2026-10-14", 90).await;
        sends(&app).await;
        assert_eq!(hook.heard().len(), 0);
        enabled(true).await;
        sends(&app).await;
        assert_eq!(hook.heard().iter().map(Heard::event).collect::<Vec<_>>(), ["hour_entry.created"]);

        let operator = app.parts.operator(Locale::En);
        app.advance(TimeDelta::days(29));
        tests(&cast.owner, &id).await;
        sends(&app).await;
        assert_eq!(webhooks::send::forget_old(&operator).await.unwrap(), 0);
        app.advance(TimeDelta::days(2));
        assert_eq!(webhooks::send::forget_old(&operator).await.unwrap(), 1);
        let left = seen(&cast.owner, &id).await;
        assert_eq!((&left["deliveries"]["totalCount"], &left["deliveries"]["nodes"][0]["sequence"]), (&json!(1), &json!(2)));

        let owner = cast.owner.again().await;
        let gone = owner.done("deleteWebhookEndpoint", json!({ "id": id }), "deletedId").await;
        assert_eq!(gone["deletedId"], json!(id));
        assert_eq!(owner.refused("deleteWebhookEndpoint", json!({ "id": id })).await, ["NOT_FOUND"]);
        cast.volunteer.again().await.drafts(&cast.record, &cast.project, "2026-10-15", 90).await;
        sends(&app).await;
        assert_eq!(hook.heard().len(), 2);
        assert_eq!(webhooks::send::forget_old(&operator).await.unwrap(), 1);
        for at in 0..20 {
            hooked(&Cast { owner: owner.clone(), ..cast.clone() }, &format!("https://example.org/{at}"), json!({})).await;
        }
        let more = json!({ "organizationId": cast.organization.id, "url": "https://example.org/more" });
        assert_eq!(owner.refused("createWebhookEndpoint", more).await, ["TOO_MANY_WEBHOOKS"]);
        app.close().await;
    }
}
