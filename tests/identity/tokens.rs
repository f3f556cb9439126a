//! Forged access tokens are worth nothing: what RFC 8725 warns of, attack by attack.
//!
//! Tokens that were stolen are in `sessions`.

use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use aws_lc_rs::signature::EcdsaKeyPair;
use aws_lc_rs::signature::Ed25519KeyPair;
use aws_lc_rs::signature::KeyPair;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::Algorithm;
use jsonwebtoken::EncodingKey;
use jsonwebtoken::Header;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use tiwizi::platform::crypto::Keys;
use tiwizi::platform::random::Random;

use crate::identity::credentials;
use crate::identity::is_let_in;
use crate::identity::signs_in;
use crate::identity::text;
use crate::support::app::App;
use crate::support::cast::Person;
use crate::support::on_both_databases;

/// Makes tokens as the server does, but for one thing.
struct Workshop {
    claims: Value,
    real: String,
    refresh: String,
    person: Person,
    key_id: String,
    ours: EncodingKey,
    public: Vec<u8>,
}

impl Workshop {
    /// With a real token to begin with; what it makes is let in where nothing is changed.
    async fn open(app: &App) -> Self {
        let person = Person::sign_up(app, "somebody").await;
        let session = signs_in(app, credentials(&person)).await["session"].take();
        let real = text(&session["accessToken"]);
        let claims = real.split('.').nth(1).unwrap();
        let claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
        let keys = &app.parts.core.keys;
        let workshop = Self {
            claims,
            real,
            refresh: text(&session["refreshToken"]),
            person,
            key_id: keys.key_id().to_owned(),
            ours: EncodingKey::from_ed_der(keys.signing_pkcs8()),
            public: keys.public_key().to_vec(),
        };
        assert!(
            is_let_in(app, &workshop.with(&[])).await,
            "the workshop works"
        );
        workshop
    }

    fn header(&self, algorithm: Algorithm) -> Header {
        let mut header = Header::new(algorithm);
        header.kid = Some(self.key_id.clone());
        header.typ = Some("at+jwt".to_owned());
        header
    }

    fn signed(&self, header: &Header, key: &EncodingKey) -> String {
        jsonwebtoken::encode(header, &self.claims, key).unwrap()
    }

    /// Signed with our key, with other claims.
    fn with(&self, changes: &[(&str, Value)]) -> String {
        let mut claims = self.claims.clone();
        for (name, value) in changes {
            claims[*name] = value.clone();
        }
        jsonwebtoken::encode(&self.header(Algorithm::EdDSA), &claims, &self.ours).unwrap()
    }

    /// Without a signature that anything could make.
    fn bare(&self, header: &impl Serialize, signature: &str) -> String {
        let part = |it: String| URL_SAFE_NO_PAD.encode(it);
        let header = part(serde_json::to_string(header).unwrap());
        format!("{header}.{}.{signature}", part(self.claims.to_string()))
    }
}

async fn refused(app: &App, token: &str, what: &str) {
    assert!(!is_let_in(app, token).await, "{what}");
}

on_both_databases! {
    async fn algorithm_confusion_is_refused(app: App) {
        let shop = Workshop::open(&app).await;
        let stranger = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let stranger = EncodingKey::from_ec_der(stranger.to_pkcs8v1().unwrap().as_ref());
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            base64::engine::general_purpose::STANDARD.encode(&shop.public)
        );
        let parts: Vec<&str> = shop.real.split('.').collect();

        for none in ["none", "None", "NONE", "nOnE", ""] {
            let header = json!({ "alg": none, "typ": "at+jwt", "kid": shop.key_id });
            refused(&app, &shop.bare(&header, ""), none).await;
            refused(&app, &shop.bare(&header, parts[2]), none).await;
        }
        for (algorithm, secret) in [
            (Algorithm::HS256, shop.public.as_slice()),
            (Algorithm::HS384, shop.public.as_slice()),
            (Algorithm::HS512, shop.public.as_slice()),
            (Algorithm::HS256, pem.as_bytes()),
            (Algorithm::HS256, b""),
        ] {
            let forged = shop.signed(&shop.header(algorithm), &EncodingKey::from_secret(secret));
            refused(&app, &forged, "the public key as a secret").await;
        }
        let forged = shop.signed(&shop.header(Algorithm::ES256), &stranger);
        refused(&app, &forged, "another kind of key").await;
        // The header says EdDSA, the signature is of something else.
        let hmac = shop.signed(&shop.header(Algorithm::HS256), &EncodingKey::from_secret(&shop.public));
        let lying = format!("{}.{}.{}", parts[0], parts[1], hmac.rsplit('.').next().unwrap());
        refused(&app, &lying, "a header that lies").await;
        refused(&app, &format!("{}.{}.", parts[0], parts[1]), "no signature").await;
        refused(&app, &format!("{}.{}", parts[0], parts[1]), "two parts").await;
    }

    /// It names a key that is known, or none: nothing is read, asked or fetched by it.
    async fn a_key_id_is_only_looked_up(app: App) {
        let shop = Workshop::open(&app).await;
        for (kid, secret) in [
            ("../../../../../../dev/null", ""),
            ("/proc/sys/kernel/randomize_va_space", "2\n"),
            ("x' union select 'secret' -- ", "secret"),
            ("'; drop table session; --", "secret"),
            ("https://evil.example/key", "secret"),
            ("", ""),
            ("\u{0}", "secret"),
        ] {
            let mut header = shop.header(Algorithm::HS256);
            header.kid = Some(kid.to_owned());
            let forged = shop.signed(&header, &EncodingKey::from_secret(secret.as_bytes()));
            refused(&app, &forged, kid).await;
            let mut header = shop.header(Algorithm::EdDSA);
            header.kid = Some(kid.to_owned());
            refused(&app, &shop.signed(&header, &shop.ours), "our key under another name").await;
        }
        let mut header = shop.header(Algorithm::EdDSA);
        header.kid = None;
        refused(&app, &shop.signed(&header, &shop.ours), "our key without a name").await;
        assert!(is_let_in(&app, &shop.real).await);
    }

    async fn a_key_that_a_token_brings_is_not_used(app: App) {
        let shop = Workshop::open(&app).await;
        let stranger = Ed25519KeyPair::generate().unwrap();
        let public = URL_SAFE_NO_PAD.encode(stranger.public_key().as_ref());
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": public, "kid": shop.key_id });
        for (name, value) in [
            ("jwk", jwk),
            ("jku", json!("https://evil.example/jwks.json")),
            ("x5u", json!("https://evil.example/chain.pem")),
            ("x5c", json!([public])),
        ] {
            let mut header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": shop.key_id });
            header[name] = value;
            let unsigned = shop.bare(&header, "");
            let said = unsigned.trim_end_matches('.');
            let signature = URL_SAFE_NO_PAD.encode(stranger.sign(said.as_bytes()));
            refused(&app, &format!("{said}.{signature}"), name).await;
        }
    }

    async fn a_token_for_something_else_is_refused(app: App) {
        let shop = Workshop::open(&app).await;
        for (what, token) in [
            ("other audience", shop.with(&[("aud", json!("other"))])),
            ("no audience", shop.with(&[("aud", Value::Null)])),
            ("other issuer", shop.with(&[("iss", json!("http://other"))])),
            ("no issuer", shop.with(&[("iss", Value::Null)])),
            ("no user of ours", shop.with(&[("sub", shop.claims["sid"].clone())])),
            ("no session", shop.with(&[("sid", shop.claims["sub"].clone())])),
            ("the session of somebody else", {
                let stranger = Person::sign_up(&app, "stranger").await;
                let theirs = stranger.token().split('.').nth(1).unwrap().to_owned();
                let theirs: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(theirs).unwrap()).unwrap();
                shop.with(&[("sid", theirs["sid"].clone())])
            }),
        ] {
            refused(&app, &token, what).await;
        }
        for kind in [Some("JWT"), Some("at+JWT "), Some("dpop+jwt"), None] {
            let mut header = shop.header(Algorithm::EdDSA);
            header.typ = kind.map(str::to_owned);
            refused(&app, &shop.signed(&header, &shop.ours), "another kind of token").await;
        }
    }

    async fn a_token_is_worth_something_in_its_time_alone(app: App) {
        let shop = Workshop::open(&app).await;
        let now = app.parts.core.clock.now().timestamp();
        for (what, change, fits) in [
            ("ends now", ("exp", json!(now)), false),
            ("ends in a second", ("exp", json!(now + 1)), true),
            ("never ends", ("exp", Value::Null), false),
            ("ends by a text", ("exp", json!("never")), false),
            ("begins in a second", ("nbf", json!(now + 1)), false),
            ("begins now", ("nbf", json!(now)), true),
        ] {
            assert_eq!(is_let_in(&app, &shop.with(&[change])).await, fits, "{what}");
        }
    }

    /// Whoever holds a key of before cannot make tokens with it for ever.
    async fn a_retired_key_is_worth_nothing_after_its_time(app: App) {
        let shop = Workshop::open(&app).await;
        let file = app.parts.core.config.keys_path();
        Keys::rotate(&file, &Random::seeded(7), app.parts.core.clock.now()).unwrap();
        let beside = app.beside().await;
        let end = app.parts.core.clock.now() + TimeDelta::days(1);
        let forged = shop.with(&[("exp", json!(end.timestamp()))]);

        assert!(is_let_in(&beside, &forged).await, "tokens of before go on");
        beside.advance(TimeDelta::minutes(15));
        refused(&beside, &forged, "after the life of a token").await;
        beside.close().await;
    }

    async fn a_closed_account_has_no_tokens(app: App) {
        let shop = Workshop::open(&app).await;
        crate::letters::closed(&app, &shop.person.email).await;

        refused(&app, &shop.real, "closed").await;
        let query = "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { userErrors { code } } }";
        let input = json!({ "input": { "refreshToken": shop.refresh } });
        let answer = app.graphql(None, query, input).await.data();
        assert_eq!(answer["refreshSession"]["userErrors"][0]["code"], "SESSION_ENDED");
    }

    async fn access_and_refresh_tokens_do_not_stand_for_each_other(app: App) {
        let shop = Workshop::open(&app).await;
        let query = "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { session { accessToken } \
                     userErrors { code } } }";

        refused(&app, &shop.refresh, "a refresh token").await;
        let input = json!({ "input": { "refreshToken": shop.real } });
        let answer = app.graphql(None, query, input).await.data();

        assert_eq!(answer["refreshSession"]["userErrors"][0]["code"], "SESSION_ENDED");
        assert!(is_let_in(&app, &shop.real).await, "and nothing ended by it");
    }

    async fn texts_that_are_no_tokens_are_refused(app: App) {
        let shop = Workshop::open(&app).await;
        let parts: Vec<&str> = shop.real.split('.').collect();
        for token in [
            "abc".to_owned(),
            "..".to_owned(),
            "a.b.c".to_owned(),
            "=.=.=".to_owned(),
            format!("{}.{}.{}.{}", parts[0], parts[1], parts[2], parts[2]),
            format!("{} {}", shop.real, shop.real),
            "A".repeat(5_000),
            format!("{}.{}.{}", parts[0], "A".repeat(3_000), parts[2]),
        ] {
            refused(&app, &token, &token).await;
        }
    }
}
