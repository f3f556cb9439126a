//! Whether an address is its account's: verified by letter, changed, demanded before anybody signs in.
//!
//! How letters look in single is tested beside the code.

use chrono::TimeDelta;
use serde_json::Value;
use serde_json::json;
use tiwizi::config::EmailVerification;

use crate::exports::worked_off;
use crate::identity::PASSWORD;
use crate::identity::codes;
use crate::identity::credentials;
use crate::identity::signs_in;
use crate::identity::text;
use crate::letters::LANGUAGES;
use crate::letters::assert_says;
use crate::letters::posted_with;
use crate::letters::read;
use crate::letters::to;
use crate::support::app::App;
use crate::support::cast::Person;
use crate::support::mail::Arrived;
use crate::support::mail::Post;
use crate::support::on_both_databases;

const SITE: &str = "https://app.tiwizi.test/address#";
const VERIFIED: &str = "{ viewer { user { email emailVerifiedAt version } } }";

async fn posted(app: &App, post: &Post, how: EmailVerification) -> App {
    posted_with(app, post, |config| {
        config.mail.verification_url = format!("{SITE}{{token}}");
        config.mail.reset_url = format!("{SITE}{{token}}");
        config.identity.email_verification = how;
    })
    .await
}

fn token(letter: &Arrived) -> String {
    let text = read(letter).body_text(0).unwrap().into_owned();
    let url = text.split_whitespace().find(|it| it.starts_with(SITE));
    url.unwrap().trim_start_matches(SITE).to_owned()
}

async fn verifies(app: &App, token: &str) -> Vec<String> {
    let nobody = Person::nobody(app);
    nobody
        .refused("verifyEmail", json!({ "token": token }))
        .await
}

async fn user(person: &Person) -> Value {
    person.asks(VERIFIED, json!({})).await["viewer"]["user"].take()
}

async fn signs_up(app: &App, email: &str, language: &str) -> Value {
    let input = json!({ "email": email, "displayName": "Somebody", "password": PASSWORD, "locale": language });
    let selection = "session { accessToken } viewer { user { id } } verificationSent userErrors { code message path rule }";
    Person::nobody(app).does("signUp", input, selection).await
}

on_both_databases! {
    async fn a_new_address_is_verified_by_letter(app: App) {
        let post = Post::open().await;
        let app = posted(&app, &post, EmailVerification::Letter).await;
        for of in LANGUAGES {
            let email = format!("new-{}@example.org", of.0);
            let made = signs_up(&app, &email, of.0).await;
            assert!(made["session"].is_object(), "signed in at once");
            assert_eq!(made["verificationSent"], true);
            worked_off(&app).await;
            let letters = post.letters();
            let letter = to(&letters, &email)[0];
            assert_says(letter, of, &["2026-11-04 09:00 UTC", &email]);
            let token = token(letter);
            let mut person = Person::nobody(&app);
            person.email = email;
            let person = person.again().await;
            assert_eq!(user(&person).await["emailVerifiedAt"], Value::Null);

            assert_eq!(verifies(&app, &token).await, [""; 0]);
            let again = verifies(&app, &token).await;

            assert_eq!(user(&person).await["emailVerifiedAt"], "2026-11-02T09:00:00Z");
            assert_eq!(again, ["VERIFICATION_INVALID"], "used up");
            let more = person.done("requestEmailVerification", json!({}), "emailed").await;
            assert_eq!(more["emailed"], false, "verified");
        }
        assert_eq!(verifies(&app, "x").await, ["VERIFICATION_INVALID"]);
        let sent = post.letters().len();
        let taken = signs_up(&app, "new-en@example.org", "en").await;
        worked_off(&app).await;
        assert_eq!(codes(&taken), ["TAKEN"]);
        assert_eq!(taken["verificationSent"], false);
        assert_eq!(post.letters().len(), sent);
        app.close().await;
    }

    async fn a_token_is_good_for_two_days(app: App) {
        let post = Post::open().await;
        let app = posted(&app, &post, EmailVerification::Off).await;
        let person = Person::sign_up(&app, "slow").await;
        assert_eq!(person.done("requestEmailVerification", json!({}), "emailed").await["emailed"], true);
        worked_off(&app).await;
        let late = token(to(&post.letters(), &person.email)[0]);
        app.advance(TimeDelta::days(2));

        assert_eq!(verifies(&app, &late).await, ["VERIFICATION_INVALID"]);
        app.close().await;
    }

    async fn nobody_is_flooded_by_verifications(app: App) {
        let post = Post::open().await;
        let app = posted(&app, &post, EmailVerification::Off).await;
        let person = Person::sign_up(&app, "flooder").await;
        for at in 0..7 {
            let asked = json!({ "email": "victim@example.org", "password": PASSWORD });
            let answer = person.done("updateEmail", asked, "emailed").await;
            assert_eq!(answer["emailed"], at < 5, "{at}");
        }
        worked_off(&app).await;

        assert_eq!(to(&post.letters(), "victim@example.org").len(), 5);
        app.close().await;
    }

    async fn another_address_counts_once_it_is_verified_and_the_old_one_is_told(app: App) {
        let post = Post::open().await;
        let app = posted(&app, &post, EmailVerification::Off).await;
        let person = Person::sign_up(&app, "mover").await;
        let input = |password: &str, version: i32| json!({ "email": "Moved@example.org", "password": password, "expectedVersion": version });
        assert_eq!(person.refused("updateEmail", input("not the password", 1)).await, ["PASSWORD_WRONG"]);
        assert_eq!(person.refused("updateEmail", input(PASSWORD, 2)).await, ["VERSION_CONFLICT"]);
        // A letter of a lost password that went to the old address.
        Person::nobody(&app).done("requestPasswordReset", json!({ "email": person.email }), "sendsLetters").await;
        worked_off(&app).await;
        let reset = token(to(&post.letters(), &person.email)[0]);
        let asked = person.done("updateEmail", input(PASSWORD, 1), "emailed user { email }").await;
        assert_eq!(asked["user"]["email"], "mover@example.org", "not yet");
        worked_off(&app).await;
        let sent = token(to(&post.letters(), "moved@example.org")[0]);

        assert_eq!(verifies(&app, &sent).await, [""; 0]);
        worked_off(&app).await;

        let now = user(&person).await;
        assert_eq!(now["email"], "moved@example.org");
        assert_eq!(now["emailVerifiedAt"], "2026-11-02T09:00:00Z");
        assert_eq!(codes(&signs_in(&app, credentials(&person)).await), ["INVALID_CREDENTIALS"]);
        let input = json!({ "email": "moved@example.org", "password": PASSWORD });
        assert_eq!(codes(&signs_in(&app, input).await), [""; 0]);
        assert_eq!(to(&post.letters(), "mover@example.org").len(), 2, "told at the old address");
        let input = json!({ "token": reset, "newPassword": "another horse battery" });
        assert_eq!(Person::nobody(&app).refused("resetPassword", input).await, ["RESET_INVALID"]);
        app.close().await;
    }

    /// Neither the answer nor a letter tells who has an address.
    async fn the_address_of_somebody_else_is_not_taken(app: App) {
        let post = Post::open().await;
        let app = posted(&app, &post, EmailVerification::Off).await;
        let owner = Person::sign_up(&app, "owner").await;
        let person = Person::sign_up(&app, "taker").await;
        let asks = async |email: &str| {
            let input = json!({ "email": email, "password": PASSWORD });
            person.does("updateEmail", input, "emailed user { email } userErrors { code }").await
        };

        let known = asks(&owner.email).await;
        let unknown = asks("nobody@example.org").await;
        worked_off(&app).await;

        assert_eq!(known, unknown);
        assert_eq!(to(&post.letters(), &owner.email).len(), 0);
        // Somebody takes it while the letter is on its way.
        Person::sign_up(&app, "nobody").await;
        let sent = token(to(&post.letters(), "nobody@example.org")[0]);
        assert_eq!(verifies(&app, &sent).await, ["VERIFICATION_INVALID"]);
        assert_eq!(user(&person).await["email"], "taker@example.org");
        app.close().await;
    }

    async fn where_no_letters_are_sent_addresses_stay(app: App) {
        let person = Person::sign_up(&app, "stays").await;
        let input = json!({ "email": "moved@example.org", "password": PASSWORD });

        assert_eq!(person.refused("updateEmail", input).await, ["MAIL_UNSET"]);
        assert_eq!(person.done("requestEmailVerification", json!({}), "emailed").await["emailed"], false);
    }

    /// Where addresses have to be verified first nobody learns from a sign-up who has an account, and the owner is told.
    async fn a_sign_up_does_not_tell_who_has_an_account(app: App) {
        let post = Post::open().await;
        let app = posted(&app, &post, EmailVerification::Required).await;
        let hashed = || app.parts.core.hashing.done();
        let before = hashed();
        let new = signs_up(&app, "new@example.org", "en").await;
        let first = hashed() - before;
        worked_off(&app).await;
        let sent = token(to(&post.letters(), "new@example.org")[0]);
        let early = signs_in(&app, json!({ "email": "new@example.org", "password": PASSWORD })).await;
        let guess = signs_in(&app, json!({ "email": "new@example.org", "password": "not the password" })).await;
        assert_eq!(verifies(&app, &sent).await, [""; 0]);
        post.forget();

        let before = hashed();
        let taken = signs_up(&app, "new@example.org", "en").await;
        let second = hashed() - before;
        worked_off(&app).await;

        assert_eq!(new, taken);
        assert_eq!(new["verificationSent"], true);
        assert_eq!(new["session"], Value::Null);
        assert_eq!(new["userErrors"], json!([]));
        assert_eq!((first, second), (1, 1), "the same work");
        assert_eq!(codes(&early), ["EMAIL_UNVERIFIED"]);
        assert_eq!(codes(&guess), ["INVALID_CREDENTIALS"]);
        let letters = post.letters();
        let told = to(&letters, "new@example.org");
        assert_says(told.last().unwrap(), ("en", "ltr"), &["2026-11-02 09:00 UTC"]);
        assert!(!read(told.last().unwrap()).body_text(0).unwrap().contains(SITE), "no token");
        let right = signs_in(&app, json!({ "email": "new@example.org", "password": PASSWORD })).await;
        assert!(!text(&right["session"]["accessToken"]).is_empty());
        app.close().await;
    }

    /// The token of a lost password goes to the address alone.
    async fn a_password_set_by_letter_verifies_the_address(app: App) {
        let post = Post::open().await;
        let app = posted(&app, &post, EmailVerification::Required).await;
        signs_up(&app, "lost@example.org", "en").await;
        Person::nobody(&app).done("requestPasswordReset", json!({ "email": "lost@example.org" }), "sendsLetters").await;
        worked_off(&app).await;
        let letters = post.letters();
        let tokens: Vec<String> = to(&letters, "lost@example.org").into_iter().map(token).collect();
        let mut set = false;
        for token in tokens {
            let input = json!({ "token": token, "newPassword": "another horse battery" });
            set |= Person::nobody(&app).refused("resetPassword", input).await.is_empty();
        }
        assert!(set);

        let input = json!({ "email": "lost@example.org", "password": "another horse battery" });

        assert_eq!(codes(&signs_in(&app, input).await), [""; 0]);
        app.close().await;
    }
}
