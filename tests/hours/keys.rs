//! Another signing key: what was signed before is still checked, tokens end in their time.
//!
//! How single tokens are forged is tried with signing in.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use entity::key_fingerprint;
use jsonwebtoken::Algorithm;
use jsonwebtoken::EncodingKey;
use jsonwebtoken::Header;
use sea_orm::EntityTrait;
use sea_orm::PaginatorTrait;
use serde_json::Value;
use serde_json::json;
use tiwizi::app::StartError;
use tiwizi::app::keys::KeysError;
use tiwizi::config::Config;
use tiwizi::hours::ledger;
use tiwizi::hours::ledger::Verdict;
use tiwizi::platform::clock::Clock;
use tiwizi::platform::crypto::Keys;
use tiwizi::platform::crypto::MayCreate;
use tiwizi::platform::i18n::Locale;
use tiwizi::platform::random::Random;

use crate::hours::World;
use crate::hours::id;
use crate::hours::tamper::furnished;
use crate::support::app::App;
use crate::support::on_both_databases;

/// Changes the key in the file; running servers keep theirs.
fn rotate(app: &App) {
    let core = &app.parts.core;
    let keys = Keys::rotate(
        Path::new(&core.config.keys_file),
        &Random::seeded(9),
        core.clock.now(),
    );
    assert_ne!(keys.unwrap().key_id(), core.keys.key_id());
}

/// What a start with this key file says; nothing where it starts.
async fn start_with(app: &App, file: &Path) -> Option<StartError> {
    let config = Config {
        keys_file: file.display().to_string(),
        ..app.parts.core.config.clone()
    };
    let clock = Clock::fixed(app.parts.core.clock.now());
    let started = tiwizi::app::App::start_with(config, clock, Random::seeded(31)).await;
    started.err()
}

/// Makes the database one of before fingerprints.
async fn forget_fingerprint(app: &App) {
    let tx = app.begin().await;
    key_fingerprint::Entity::delete_many()
        .exec(&*tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn has_fingerprint(app: &App) -> bool {
    let db = app.parts.core.db.system().read();
    key_fingerprint::Entity::find().count(db).await.unwrap() == 1
}

async fn viewer(app: &App, token: &str) -> String {
    let answer = app
        .graphql(Some(token), "{ viewer { user { id } } }", json!({}))
        .await;
    answer.error_code().to_owned()
}

on_both_databases! {
    async fn what_was_signed_before_the_change_is_still_checked(app: App) {
        let (world, organization) = furnished(&app).await;
        rotate(&app);
        let after = app.beside().await;
        after.advance(app.parts.core.clock.now() - after.parts.core.clock.now());
        id(&world.volunteer.logs(world.on_day("2026-10-20", 60)).await);
        let ctx = after.parts.operator(Locale::default());
        after.advance(TimeDelta::hours(21));

        assert_eq!(ledger::sign_due(&ctx).await.unwrap(), 1);
        let verdict = ledger::verify(&ctx, organization).await.unwrap();
        assert!(matches!(verdict, Verdict::Whole { checkpoints: 4, entries: 5, .. }), "{verdict:?}");
        let url = format!("{}/.well-known/jwks.json", after.url);
        let published: Value = after.http().get(url).send().await.unwrap().json().await.unwrap();
        let names: Vec<_> = published["keys"].as_array().unwrap().iter().map(|it| it["kid"].clone()).collect();
        let both = [after.parts.core.keys.key_id(), app.parts.core.keys.key_id()];
        assert_eq!(names[..2], both.map(|it| json!(it)));
        // Each again under its address, by which certificates name it.
        let address = |it: &str| json!(format!("{}/keys/{it}", after.parts.core.config.public_url));
        assert_eq!(names[2..], both.map(address));
        // A file without the retired key does not know the old signatures.
        let verdict = ledger::verify(&app.parts.operator(Locale::default()), organization).await.unwrap();
        assert!(matches!(verdict, Verdict::Broken { fault: ledger::Fault::Signature, .. }), "{verdict:?}");
        after.close().await;
    }

    /// The database says nothing of its keys then, but what it holds does.
    async fn a_ledger_of_before_fingerprints_tells_its_keys_from_others(app: App) {
        furnished(&app).await;
        let own = Path::new(&app.parts.core.config.keys_file).to_owned();
        let other = own.with_extension("other");
        forget_fingerprint(&app).await;

        // None is made, though whoever develops has one made otherwise.
        let gone = start_with(&app, &other).await;
        assert!(matches!(gone, Some(StartError::OtherKeys(KeysError::Gone { .. }))), "{gone:?}");
        assert!(!other.exists());
        Keys::load(&other, MayCreate::Yes, &Random::seeded(8)).unwrap();
        let others = start_with(&app, &other).await;
        assert!(matches!(others, Some(StartError::OtherKeys(KeysError::Others { .. }))), "{others:?}");
        assert!(!has_fingerprint(&app).await);

        assert!(start_with(&app, &own).await.is_none());
        assert!(has_fingerprint(&app).await);
    }

    /// Without a checkpoint the seals of entries say it.
    async fn entries_tell_whose_seals_they_have(app: App) {
        let world = World::on(&app).await;
        id(&world.volunteer.logs(world.on_day("2026-10-20", 60)).await);
        let own = Path::new(&app.parts.core.config.keys_file).to_owned();
        let other = own.with_extension("other");
        Keys::load(&other, MayCreate::Yes, &Random::seeded(8)).unwrap();
        forget_fingerprint(&app).await;

        assert!(start_with(&app, &other).await.is_some());
        assert!(start_with(&app, &own).await.is_none());
    }

    async fn a_database_without_anything_sealed_takes_the_keys_at_hand(app: App) {
        forget_fingerprint(&app).await;
        let own = Path::new(&app.parts.core.config.keys_file).to_owned();
        let other = own.with_extension("other");

        assert!(start_with(&app, &other).await.is_none());

        assert!(start_with(&app, &own).await.is_some());
        assert!(start_with(&app, &other).await.is_none());
    }

    async fn tokens_of_the_old_key_end_in_their_time_and_forged_ones_with_them(app: App) {
        let (world, _) = furnished(&app).await;
        let token = &world.volunteer.token;
        let old = &app.parts.core.keys;
        // Whoever stole the old key makes a token that would live for years.
        let mut claims: Value = serde_json::from_slice(
            &URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap();
        claims["exp"] = json!(4_000_000_000_i64);
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(old.key_id().to_owned());
        header.typ = Some("at+jwt".to_owned());
        let stolen = EncodingKey::from_ed_der(old.signing_pkcs8());
        let forged = jsonwebtoken::encode(&header, &claims, &stolen).unwrap();
        rotate(&app);
        let after = app.beside().await;
        after.advance(app.parts.core.clock.now() - after.parts.core.clock.now());

        assert_eq!(viewer(&after, token).await, "");
        assert_eq!(viewer(&after, &forged).await, "");
        after.advance(TimeDelta::minutes(app.parts.core.config.identity.access_token_minutes));
        assert_eq!(viewer(&after, token).await, "UNAUTHENTICATED");
        assert_eq!(viewer(&after, &forged).await, "UNAUTHENTICATED");
        after.close().await;
    }
}
