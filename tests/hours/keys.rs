//! Another signing key: what was signed before is still checked, tokens end in their time.
//!
//! How single tokens are forged is tried with signing in.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::Algorithm;
use jsonwebtoken::EncodingKey;
use jsonwebtoken::Header;
use serde_json::Value;
use serde_json::json;
use tiwizi::hours::ledger;
use tiwizi::hours::ledger::Verdict;
use tiwizi::platform::crypto::Keys;
use tiwizi::platform::i18n::Locale;
use tiwizi::platform::random::Random;

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
        assert_eq!(names, [json!(after.parts.core.keys.key_id()), json!(app.parts.core.keys.key_id())]);
        // A file without the retired key does not know the old signatures.
        let verdict = ledger::verify(&app.parts.operator(Locale::default()), organization).await.unwrap();
        assert!(matches!(verdict, Verdict::Broken { fault: ledger::Fault::Signature, .. }), "{verdict:?}");
        after.close().await;
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
