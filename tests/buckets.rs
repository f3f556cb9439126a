//! Files of schedules in buckets of an S3-compatible store: whole, under one name, and only with the right key.
//!
//! Folders on disks are tried in `deliveries`.

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::artifact;
use entity::artifact_piece;
use entity::ids::ArtifactId;
use entity::ids::JobId;
use sea_orm::DbErr;
use serde_json::Value;
use serde_json::json;
use tiwizi::config::Config;
use tiwizi::deliveries::bucket;
use tiwizi::deliveries::folder;
use tiwizi::graphql::node::NodeId;
use tiwizi::jobs;
use tiwizi::platform::crypto::sha256;
use tiwizi::platform::i18n::Locale;

use crate::exports::fetched;
use crate::exports::worked_off;
use crate::support::app::App;
use crate::support::bucket::KEY_ID;
use crate::support::bucket::SECRET;
use crate::support::bucket::Store;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::on_both_databases;

const SEEN: &str = "query($id: ID!) { node(id: $id) { ... on Schedule { lastRun {
    exportJob { id artifact { sha256 bytes fileName url } } deliveries { id status failures { code message } } } } } }";

fn keyed(config: &mut Config, store: &Store, secret: &str) {
    let it = &mut config.deliveries;
    it.folder = "s3://reports/from/tiwizi".to_owned();
    it.s3_endpoint = format!("http://127.0.0.1:{}", store.port);
    it.s3_key_id = KEY_ID.to_owned();
    it.s3_secret = serde_json::from_value(json!(secret)).unwrap();
    it.s3_allow_http = true;
}

async fn storing(app: &App, store: &Store, secret: &str) -> App {
    app.beside_with(|config| keyed(config, store, secret)).await
}

async fn daily(who: &Person) -> String {
    let input = json!({
        "title": "For the province", "report": { "name": "INDH", "territoryCode": REGION }, "format": "CSV", "locale": "fr",
        "cadence": { "cron": "0 7 * * *" }, "covers": "PREVIOUS_DAY", "deliverTo": [{ "folder": { "path": "province/indh" } }],
    });
    let made = who.done("createSchedule", input, "schedule { id }").await;
    made["schedule"]["id"].as_str().unwrap().to_owned()
}

async fn morning(app: &App) {
    let then: DateTime<Utc> = "2026-11-03T07:00:00Z".parse().unwrap();
    app.advance(then - app.parts.core.clock.now());
    assert_eq!(app.parts.run_schedules().await.unwrap(), 1);
    worked_off(app).await;
}

async fn last_run(who: &Person, id: &str) -> Value {
    let mut data = who.again().await.asks(SEEN, json!({ "id": id })).await;
    data["node"]["lastRun"].take()
}

on_both_databases! {
    async fn a_file_lies_in_a_bucket_as_it_was_made(app: App) {
        let store = Store::open("reports").await;
        let app = storing(&app, &store, SECRET).await;
        let cast = Cast::on(&app).await;
        let id = daily(&cast.observer).await;

        morning(&app).await;

        let run = last_run(&cast.observer, &id).await;
        assert_eq!(run["deliveries"][0]["status"], "SUCCEEDED", "{run:#}");
        let file = &run["exportJob"]["artifact"];
        let (_, _, whole) = fetched(&app, file["url"].as_str().unwrap()).await;
        let names = store.names("reports", "from/tiwizi/province/indh");
        let name = file["fileName"].as_str().unwrap();
        assert!(names.contains(&name.to_owned()), "{names:?}");
        let schedule = entity::ids::ScheduleId::read(&id.into()).unwrap();
        let key = format!("from/tiwizi/province/indh/{schedule}/{name}");
        assert_eq!(store.object("reports", &key).unwrap(), whole);
        assert_eq!(store.parts(), 0, "it is small");
        let config = &app.parts.core.config.deliveries;
        bucket::named(&config.folder).unwrap().tried(config).await.unwrap();
        app.close().await;
        store.close().await;
    }

    /// A large file goes in parts, is there whole, and takes the place of one of the same name; of one that is not whole
    /// nothing is there.
    async fn a_large_file_goes_in_parts(app: App) {
        let store = Store::open("reports").await;
        let app = storing(&app, &store, SECRET).await;
        let cast = Cast::on(&app).await;
        let id = daily(&cast.observer).await;
        morning(&app).await;
        let run = last_run(&cast.observer, &id).await;
        let job = run["exportJob"]["id"].as_str().unwrap().to_owned();
        let job = JobId::read(&job.into()).unwrap();
        let operator = app.parts.operator(Locale::En);
        let pieces: Vec<Vec<u8>> = (0..20_u8).map(|it| vec![it; 1024 * 1024 + 7]).collect();
        let written = operator.transaction(async |tx| {
            for (number, content) in (0..).zip(&pieces) {
                let piece = artifact_piece::Model { job_id: job, fence: 99, number, content: content.clone() };
                jobs::store::insert_piece(tx, piece).await?;
            }
            Ok::<_, DbErr>(())
        });
        written.await.unwrap();
        let whole = pieces.concat();
        let file = artifact::Model {
            id: ArtifactId(operator.new_id()),
            job_id: job,
            fence: 99,
            file_name: "large.csv".to_owned(),
            media_type: "text/csv".to_owned(),
            size: i64::try_from(whole.len()).unwrap(),
            sha256: sha256(&whole),
            created_at: operator.now(),
            expires_at: operator.now(),
        };

        for _ in 0..2 {
            folder::put(&operator, "large.csv", &file).await.unwrap();
            assert_eq!(store.object("reports", "from/tiwizi/large.csv").unwrap(), whole);
        }

        assert_eq!(store.parts(), 10);
        let short = artifact::Model { size: file.size + 1, ..file.clone() };
        let lost = folder::put(&operator, "short.csv", &short).await;
        assert!(matches!(lost, Err(folder::FolderError::Gone)), "{lost:?}");
        assert_eq!(store.object("reports", "from/tiwizi/short.csv"), None);
        // On a disk it is the same.
        let disk = app.beside_with(|config| {
            config.deliveries.folder = config.keys_file.replace("keys", "out");
        }).await;
        let operator = disk.parts.operator(Locale::En);
        folder::put(&operator, "large.csv", &file).await.unwrap();
        assert!(folder::put(&operator, "short.csv", &short).await.is_err());
        let out = disk.parts.core.config.deliveries.folder.clone();
        assert_eq!(std::fs::read(format!("{out}/large.csv")).unwrap(), whole);
        assert!(!std::path::Path::new(&format!("{out}/short.csv")).exists());
        disk.close().await;
        app.close().await;
        store.close().await;
    }

    /// The store lets nobody in with another key: that is said, and the key is not.
    async fn a_wrong_key_is_told_and_not_repeated(app: App) {
        let store = Store::open("reports").await;
        let wrong = "another-secret-of-the-tests";
        let app_with = storing(&app, &store, wrong).await;
        let cast = Cast::on(&app_with).await;
        let id = daily(&cast.observer).await;

        morning(&app_with).await;

        let run = last_run(&cast.observer, &id).await;
        let delivery = &run["deliveries"][0];
        assert_eq!((&delivery["status"], &delivery["failures"][0]["code"]), (&json!("FAILED"), &json!("STORE_REFUSED")), "{run:#}");
        assert!(!run.to_string().contains(wrong));
        let config = &app_with.parts.core.config.deliveries;
        let cause = bucket::named(&config.folder).unwrap().tried(config).await.unwrap_err();
        assert!(!format!("{cause} {cause:?} {config:?}").contains(wrong), "{cause:?}");
        assert!(store.names("reports", "").is_empty());

        let mended = storing(&app, &store, SECRET).await;
        mended.advance(app_with.parts.core.clock.now() - mended.parts.core.clock.now());
        let observer = cast.observer.through(&mended).again().await;
        observer.done("retryDelivery", json!({ "id": delivery["id"] }), "delivery { status }").await;
        worked_off(&mended).await;
        assert_eq!(last_run(&observer, &id).await["deliveries"][0]["status"], "SUCCEEDED");
        let bare = app.beside_with(|config| {
            keyed(config, &store, SECRET);
            config.deliveries.s3_key_id = String::new();
        }).await;
        let config = &bare.parts.core.config.deliveries;
        let cause = bucket::named(&config.folder).unwrap().tried(config).await.unwrap_err();
        assert!(cause.to_string().contains("deliveries.s3_key_id"), "{cause}");
        bare.close().await;
        mended.close().await;
        app_with.close().await;
        store.close().await;
    }

    async fn a_store_that_is_busy_is_asked_again(app: App) {
        let store = Store::open("reports").await;
        let app = storing(&app, &store, SECRET).await;
        let cast = Cast::on(&app).await;
        let id = daily(&cast.observer).await;
        store.is_busy(true);

        morning(&app).await;

        assert_eq!(last_run(&cast.observer, &id).await["deliveries"][0]["status"], "QUEUED");
        assert!(store.asked() > 1, "it was asked again at once");
        store.is_busy(false);
        app.advance(TimeDelta::seconds(10));
        worked_off(&app).await;
        assert_eq!(last_run(&cast.observer, &id).await["deliveries"][0]["status"], "SUCCEEDED");
        app.close().await;
        store.close().await;
    }
}
