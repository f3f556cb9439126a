//! Guessing is slowed down; owners are not.
//!
//! How long the waits are is tested beside the rule.

use chrono::TimeDelta;
use serde_json::json;

use crate::identity::anywhere;
use crate::identity::codes;
use crate::identity::signs_in;
use crate::identity::signs_in_from;
use crate::support::app::App;
use crate::support::cast::PASSWORD;
use crate::support::cast::Person;
use crate::support::on_both_databases;

on_both_databases! {
    /// A stranger who guesses at an account keeps nobody out of it.
    async fn whoever_guesses_waits_and_the_owner_does_not(app: App) {
        let app = anywhere(&app).await;
        let owner = Person::sign_up(&app, "owner").await;
        let at_home = async || signs_in_from(&app, "192.0.2.1", &owner.email, PASSWORD).await;
        assert_eq!(codes(&at_home().await), [""; 0]);
        // From ten networks, as many as each may.
        for network in 0..10 {
            let address = format!("198.51.{network}.1");
            for guess in 0..10 {
                let guessed = signs_in_from(&app, &address, &owner.email, &format!("guess {guess}")).await;
                assert_eq!(codes(&guessed), ["INVALID_CREDENTIALS"], "{network} {guess}");
            }
        }

        let more = signs_in_from(&app, "198.51.0.77", &owner.email, PASSWORD).await;
        let from_elsewhere = signs_in_from(&app, "203.0.113.1", &owner.email, "guess").await;
        let of_owner = at_home().await;

        assert_eq!(codes(&more), ["TOO_MANY_ATTEMPTS"], "not even with the right one");
        assert_eq!(more["retryAfterSeconds"], 30);
        assert_eq!(codes(&from_elsewhere), ["TOO_MANY_ATTEMPTS"], "all networks together");
        assert_eq!(codes(&of_owner), [""; 0]);
        assert_eq!(of_owner["retryAfterSeconds"], serde_json::Value::Null);
        app.close().await;
    }

    async fn waits_grow_with_each_failure_and_end(app: App) {
        let app = anywhere(&app).await;
        let owner = Person::sign_up(&app, "owner").await;
        let guesses = async || signs_in_from(&app, "198.51.100.1", &owner.email, "guess").await;
        for _ in 0..10 {
            guesses().await;
        }

        let mut waits = Vec::new();
        for _ in 0..7 {
            let refused = guesses().await;
            let seconds = refused["retryAfterSeconds"].as_i64().unwrap();
            waits.push(seconds);
            app.advance(TimeDelta::seconds(seconds));
            assert_eq!(codes(&guesses().await), ["INVALID_CREDENTIALS"]);
        }
        app.advance(TimeDelta::minutes(15));
        let right = signs_in_from(&app, "198.51.100.1", &owner.email, PASSWORD).await;

        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(codes(&right), [""; 0]);
        app.close().await;
    }

    /// One guess at each of many accounts is counted by whence it comes, and an account of one's own in between takes nothing
    /// of it back.
    async fn spraying_over_many_addresses_is_slowed_down(app: App) {
        let app = anywhere(&app).await;
        let own = Person::sign_up(&app, "attacker").await;
        for guess in 0..100 {
            let address = format!("198.51.100.{guess}");
            let email = format!("somebody{guess}@example.org");
            assert_eq!(codes(&signs_in_from(&app, &address, &email, PASSWORD).await), ["INVALID_CREDENTIALS"]);
            if guess == 50 {
                assert_eq!(codes(&signs_in_from(&app, "203.0.113.5", &own.email, PASSWORD).await), [""; 0]);
            }
        }

        let more = signs_in_from(&app, "198.51.100.200", "another@example.org", PASSWORD).await;
        let elsewhere = signs_in_from(&app, "198.51.101.1", "another@example.org", PASSWORD).await;

        assert_eq!(codes(&more), ["TOO_MANY_ATTEMPTS"]);
        assert_eq!(codes(&elsewhere), ["INVALID_CREDENTIALS"]);
        app.close().await;
    }

    async fn every_instance_counts_the_same(app: App) {
        let owner = Person::sign_up(&app, "owner").await;
        let beside = app.beside().await;
        let guess = json!({ "email": owner.email, "password": "guess" });
        for at in 0..10 {
            let instance = if at % 2 == 0 { &app } else { &beside };
            signs_in(instance, guess.clone()).await;
        }

        assert_eq!(codes(&signs_in(&app, guess.clone()).await), ["TOO_MANY_ATTEMPTS"]);
        assert_eq!(codes(&signs_in(&beside, guess).await), ["TOO_MANY_ATTEMPTS"]);
        beside.close().await;
    }

    /// The answers are the same bytes, and cost the same: one comparison of a password and as many statements.
    async fn an_answer_does_not_tell_which_accounts_there_are(app: App) {
        let open = Person::sign_up(&app, "open").await;
        let closed = Person::sign_up(&app, "closed").await;
        crate::letters::closed(&app, &closed.email).await;
        let hashed = || app.parts.core.hashing.done();
        let mut told = Vec::new();
        for email in [&open.email, &closed.email, "unknown@example.org"] {
            let password = if *email == closed.email { PASSWORD } else { "something else entirely" };
            let input = json!({ "email": email, "password": password });
            let (before, asked) = (hashed(), app.parts.core.db.statements());
            let answer = app.graphql(None, crate::identity::SIGN_IN, json!({ "input": input })).await;
            told.push((answer.body.to_string(), hashed() - before, app.parts.core.db.statements() - asked));
        }

        assert!(told[0].0.contains("INVALID_CREDENTIALS"));
        assert_eq!(told[0].1, 1, "one comparison");
        assert_eq!(told[0], told[1]);
        assert_eq!(told[0], told[2]);
    }

    /// Whoever asks for one address after the other is slowed down as well.
    async fn signing_up_with_taken_addresses_is_slowed_down(app: App) {
        let app = app.beside_with(|config| config.identity.sign_in_attempts = 1).await;
        let taken = Person::sign_up(&app, "taken").await;
        let tries = async || {
            let input = json!({ "email": taken.email, "displayName": "Somebody", "password": PASSWORD });
            Person::nobody(&app).refused("signUp", input).await
        };
        for _ in 0..10 {
            assert_eq!(tries().await, ["TAKEN"]);
        }

        assert_eq!(tries().await, ["TOO_MANY_ATTEMPTS"]);
        app.close().await;
    }
}
