//! The second factor: switched on, asked for, never the same code twice, and a way back for whoever lost the device.
//!
//! How a code follows from secret and time is tested beside the rule, with the table of RFC 6238.

use chrono::TimeDelta;
use entity::email_verification;
use entity::password_reset;
use entity::second_factor;
use sea_orm::EntityTrait;
use serde_json::Value;
use serde_json::json;
use tiwizi::config::RequireTotp;
use tiwizi::identity::totp;

use crate::exports::worked_off;
use crate::identity::PASSWORD;
use crate::identity::codes;
use crate::identity::is_let_in;
use crate::identity::signs_in;
use crate::identity::text;
use crate::letters::LANGUAGES;
use crate::letters::assert_says;
use crate::letters::posted_with;
use crate::letters::speaks;
use crate::letters::to;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::mail::Post;
use crate::support::on_both_databases;

const FACTOR: &str = "{ viewer { secondFactor { enabledAt recoveryCodesLeft } } }";

/// Somebody with an authenticator.
pub(super) struct Holder {
    app: App,
    person: Person,
    secret: Vec<u8>,
    recovery: Vec<String>,
}

impl Holder {
    pub(super) async fn of(app: &App, person: Person) -> Self {
        let begun = person
            .done(
                "enableTotp",
                json!({ "password": PASSWORD }),
                "secret otpauthUri",
            )
            .await;
        let secret = text(&begun["secret"]);
        assert!(text(&begun["otpauthUri"]).contains(&format!("secret={secret}&issuer=Tiwizi")));
        let mut holder = Self {
            app: app.clone(),
            person,
            secret: base32(&secret),
            recovery: Vec::new(),
        };
        let confirmed = holder
            .person
            .done(
                "confirmTotp",
                json!({ "code": holder.code() }),
                "recoveryCodes",
            )
            .await;
        let given = confirmed["recoveryCodes"].as_array().unwrap();
        holder.recovery = given.iter().map(text).collect();
        holder
    }

    /// The same at another instance.
    pub(super) fn through(self, app: &App) -> Self {
        Self {
            app: app.clone(),
            ..self
        }
    }

    /// What the authenticator shows now.
    fn code(&self) -> String {
        totp::code(&self.secret, totp::step(self.app.parts.core.clock.now()))
    }

    /// The next one: nobody is signed in twice with one code.
    pub(super) fn next_code(&self) -> String {
        self.app.advance(TimeDelta::seconds(30));
        self.code()
    }

    pub(super) async fn signs_in(&self, code: Option<&str>) -> Value {
        let input = json!({ "email": self.person.email, "password": PASSWORD, "code": code });
        signs_in(&self.app, input).await
    }
}

/// As an authenticator reads it.
pub(super) fn base32(text: &str) -> Vec<u8> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = text
        .chars()
        .map(|it| format!("{:05b}", letters.find(it).unwrap()))
        .collect();
    let bytes = bits.as_bytes().chunks_exact(8);
    bytes
        .map(|it| u8::from_str_radix(std::str::from_utf8(it).unwrap(), 2).unwrap())
        .collect()
}

/// Sets a new password with the letter that was asked for.
async fn resets(app: &App, email: &str, new: &str) {
    let nobody = Person::nobody(app);
    nobody
        .done(
            "requestPasswordReset",
            json!({ "email": email }),
            "sendsLetters",
        )
        .await;
    worked_off(app).await;
    let leave = password_reset::Entity::find().one(app.parts.core.db.system().read());
    let id = leave.await.unwrap().unwrap().id;
    let token = tiwizi::recovery::reset::token(&app.parts.core, id);
    let input = json!({ "token": token, "newPassword": new });
    nobody.done("resetPassword", input, "passwordSet").await;
}

on_both_databases! {
    async fn no_session_begins_without_the_second_factor(app: App) {
        let owner = Holder::of(&app, Person::sign_up(&app, "owner").await).await;

        let without = owner.signs_in(None).await;
        let wrong = owner.signs_in(Some("000000")).await;
        let input = json!({ "email": owner.person.email, "password": "not the password", "code": owner.next_code() });
        let no_password = signs_in(&app, input).await;
        let right = owner.signs_in(Some(&owner.next_code())).await;

        assert_eq!(codes(&without), ["TOTP_REQUIRED"]);
        assert_eq!(without["session"], Value::Null);
        assert_eq!(without["viewer"], Value::Null);
        assert_eq!(codes(&wrong), ["TOTP_INVALID"]);
        assert_eq!(wrong["session"], Value::Null);
        assert_eq!(codes(&no_password), ["INVALID_CREDENTIALS"], "as without a second factor");
        assert!(is_let_in(&app, &text(&right["session"]["accessToken"])).await);
    }

    async fn a_code_is_used_once(app: App) {
        let owner = Holder::of(&app, Person::sign_up(&app, "owner").await).await;
        let code = owner.code();
        assert_eq!(codes(&owner.signs_in(Some(&code)).await), ["TOTP_INVALID"], "it confirmed the secret");
        let next = owner.next_code();
        assert_eq!(codes(&owner.signs_in(Some(&next)).await), [""; 0]);

        let again = owner.signs_in(Some(&next)).await;
        let older = owner.signs_in(Some(&code)).await;
        let uses = futures_util::future::join_all({
            let code = owner.next_code();
            (0..4).map(move |_| code.clone()).map(|code| {
                let input = json!({ "email": owner.person.email, "password": PASSWORD, "code": code });
                let app = app.clone();
                async move { signs_in(&app, input).await }
            })
        });
        let at_once = uses.await;

        assert_eq!(codes(&again), ["TOTP_INVALID"]);
        assert_eq!(codes(&older), ["TOTP_INVALID"]);
        assert_eq!(at_once.iter().filter(|it| it["session"].is_object()).count(), 1);
    }

    async fn codes_of_clocks_that_are_a_little_off_are_taken(app: App) {
        let owner = Holder::of(&app, Person::sign_up(&app, "owner").await).await;
        let slow = owner.next_code();
        app.advance(TimeDelta::seconds(30));
        assert_eq!(codes(&owner.signs_in(Some(&slow)).await), [""; 0]);

        let late = owner.next_code();
        app.advance(TimeDelta::seconds(60));
        assert_eq!(codes(&owner.signs_in(Some(&late)).await), ["TOTP_INVALID"]);
        let eastern: String = owner.code().chars().map(|it| char::from_u32(u32::from(it) + 0x630).unwrap()).collect();
        assert_eq!(codes(&owner.signs_in(Some(&eastern)).await), [""; 0], "digits of an Arabic keyboard");
    }

    async fn guessing_codes_is_slowed_down(app: App) {
        let owner = Holder::of(&app, Person::sign_up(&app, "owner").await).await;
        for guess in 0..10 {
            let guessed = owner.signs_in(Some(&format!("00000{guess}"))).await;
            assert_eq!(codes(&guessed), ["TOTP_INVALID"]);
        }

        let right = owner.signs_in(Some(&owner.code())).await;

        assert_eq!(codes(&right), ["TOO_MANY_ATTEMPTS"]);
        assert!(right["retryAfterSeconds"].as_i64().unwrap() > 0);
        app.advance(TimeDelta::minutes(15));
        assert_eq!(codes(&owner.signs_in(Some(&owner.code())).await), [""; 0]);
    }

    async fn recovery_codes_are_used_once_each(app: App) {
        let owner = Holder::of(&app, Person::sign_up(&app, "owner").await).await;
        assert_eq!(owner.recovery.len(), 10);
        let first = owner.recovery[0].to_uppercase().replace('-', " ");

        let once = owner.signs_in(Some(&first)).await;
        let twice = owner.signs_in(Some(&owner.recovery[0])).await;
        let left = owner.person.asks(FACTOR, json!({})).await;
        let other = Holder::of(&app, Person::sign_up(&app, "other").await).await;
        let of_other = owner.signs_in(Some(&other.recovery[0])).await;

        assert_eq!(codes(&once), [""; 0]);
        assert_eq!(codes(&twice), ["TOTP_INVALID"]);
        assert_eq!(codes(&of_other), ["TOTP_INVALID"]);
        assert_eq!(left["viewer"]["secondFactor"]["recoveryCodesLeft"], 9);
        let input = json!({ "password": PASSWORD, "code": owner.next_code() });
        let anew = owner.person.done("regenerateRecoveryCodes", input, "recoveryCodes").await;
        assert_eq!(anew["recoveryCodes"].as_array().unwrap().len(), 10);
        assert_eq!(codes(&owner.signs_in(Some(&owner.recovery[1])).await), ["TOTP_INVALID"], "those of before");
        assert_eq!(codes(&owner.signs_in(anew["recoveryCodes"][0].as_str()).await), [""; 0]);
    }

    async fn switching_on_and_off_takes_proof(app: App) {
        let person = Person::sign_up(&app, "owner").await;
        assert_eq!(person.refused("enableTotp", json!({ "password": "not the password" })).await, ["PASSWORD_WRONG"]);
        assert_eq!(person.refused("confirmTotp", json!({ "code": "000000" })).await, ["TOTP_OFF"]);
        person.done("enableTotp", json!({ "password": PASSWORD }), "secret").await;
        let input = json!({ "email": person.email, "password": PASSWORD });
        assert_eq!(codes(&signs_in(&app, input).await), [""; 0], "not asked for before it is confirmed");
        assert_eq!(person.refused("confirmTotp", json!({ "code": "000000" })).await, ["TOTP_INVALID"]);
        let owner = Holder::of(&app, person).await;
        let off = |password: &str, code: String| json!({ "password": password, "code": code });

        assert_eq!(owner.person.refused("enableTotp", json!({ "password": PASSWORD })).await, ["TOTP_ON"]);
        let refused = owner.person.refused("disableTotp", off("not the password", owner.next_code())).await;
        assert_eq!(refused, ["PASSWORD_WRONG"]);
        assert_eq!(owner.person.refused("disableTotp", off(PASSWORD, "000000".to_owned())).await, ["TOTP_INVALID"]);
        let done = owner.person.done("disableTotp", off(PASSWORD, owner.next_code()), "totpDisabled").await;

        assert_eq!(done["totpDisabled"], true);
        assert_eq!(codes(&owner.signs_in(None).await), [""; 0]);
        assert_eq!(owner.person.asks(FACTOR, json!({})).await["viewer"]["secondFactor"], Value::Null);
    }

    async fn a_secret_waits_an_hour_for_its_first_code(app: App) {
        let person = Person::sign_up(&app, "owner").await;
        let begun = person.done("enableTotp", json!({ "password": PASSWORD }), "secret").await;
        app.advance(TimeDelta::minutes(60));
        let person = person.again().await;

        let code = totp::code(&base32(&text(&begun["secret"])), totp::step(app.parts.core.clock.now()));

        assert_eq!(person.refused("confirmTotp", json!({ "code": code })).await, ["TOTP_OFF"]);
    }

    /// Who has none signs in and switches one on, and the role is not there before.
    async fn a_role_that_needs_a_second_factor_is_not_there_without(app: App) {
        let cast = Cast::on(&app).await;
        let see = "query($slug: String!) { organization(slug: $slug) { id hourEntries { totalCount } } viewer { isPlatformAdmin mustEnableTotp } }";
        let slug = json!({ "slug": cast.organization.slug });
        for (require, admin, owner) in [
            (RequireTotp::None, true, true),
            (RequireTotp::Platform, false, true),
            (RequireTotp::Owners, false, false),
        ] {
            let strict = app.beside_with(|config| config.identity.require_totp = require).await;
            let of_admin = cast.admin.through(&strict).asks(see, slug.clone()).await;
            let of_owner = cast.owner.through(&strict).asks(see, slug.clone()).await;
            let of_coordinator = cast.coordinator.through(&strict).asks(see, slug.clone()).await;
            assert_eq!(of_admin["viewer"]["isPlatformAdmin"], admin);
            assert_eq!(of_admin["viewer"]["mustEnableTotp"], !admin);
            assert_eq!(of_owner["organization"].is_object(), owner);
            assert_eq!(of_owner["viewer"]["mustEnableTotp"], !owner);
            assert!(of_coordinator["organization"].is_object());
            strict.close().await;
        }
        let strict = app.beside_with(|config| config.identity.require_totp = RequireTotp::Owners).await;
        Holder::of(&strict, cast.owner.through(&strict)).await;

        let then = cast.owner.through(&strict).asks(see, slug).await;

        assert!(then["organization"].is_object());
        assert_eq!(then["viewer"]["mustEnableTotp"], false);
        strict.close().await;
    }

    /// Whoever reads the rows of the database makes no code of them.
    async fn secrets_are_stored_sealed(app: App) {
        let owner = Holder::of(&app, Person::sign_up(&app, "owner").await).await;

        let rows = second_factor::Entity::find().all(app.parts.core.db.system().read()).await.unwrap();

        assert_eq!(rows.len(), 1);
        assert!(rows[0].secret.0.starts_with("s1."));
        assert!(!rows[0].secret.0.contains(&totp::shown(&owner.secret)));
    }

    /// Whoever reads somebody's letters sets a password, and gets no further.
    async fn a_new_password_leaves_the_second_factor_on(app: App) {
        let post = Post::open().await;
        let app = posted_with(&app, &post, |_| ()).await;
        let owner = Holder::of(&app, Person::sign_up(&app, "owner").await).await;
        owner.person.done("requestEmailVerification", json!({}), "emailed").await;
        let asked = email_verification::Entity::find().one(app.parts.core.db.system().read()).await.unwrap();
        let token = tiwizi::credentials::address::token(&app.parts.core, asked.unwrap().id);
        assert_eq!(Person::nobody(&app).refused("verifyEmail", json!({ "token": token })).await, [""; 0]);
        let new = "another horse battery";
        resets(&app, &owner.person.email, new).await;

        let without = signs_in(&app, json!({ "email": owner.person.email, "password": new })).await;
        let code = owner.next_code();
        let with = signs_in(&app, json!({ "email": owner.person.email, "password": new, "code": code })).await;

        assert_eq!(codes(&without), ["TOTP_REQUIRED"]);
        assert_eq!(codes(&with), [""; 0]);
        app.close().await;
    }

    /// Somebody else made the account, to wait in it.
    async fn whoever_proves_an_address_first_finds_no_second_factor(app: App) {
        let post = Post::open().await;
        let app = posted_with(&app, &post, |_| ()).await;
        let occupant = Holder::of(&app, Person::sign_up(&app, "owner").await).await;
        let new = "another horse battery";
        resets(&app, &occupant.person.email, new).await;

        let owner = signs_in(&app, json!({ "email": occupant.person.email, "password": new })).await;

        assert_eq!(codes(&owner), [""; 0]);
        assert!(is_let_in(&app, &text(&owner["session"]["accessToken"])).await);
        app.close().await;
    }

    async fn owners_are_told_in_their_language(app: App) {
        let post = Post::open().await;
        let app = posted_with(&app, &post, |_| ()).await;
        for of in LANGUAGES {
            let person = speaks(&app, &format!("owner-{}", of.0), of.0).await;
            let owner = Holder::of(&app, person).await;
            owner.signs_in(Some(&owner.recovery[0])).await;
            let input = json!({ "password": PASSWORD, "code": owner.recovery[1] });
            owner.person.done("regenerateRecoveryCodes", input, "recoveryCodes").await;
            let input = json!({ "password": PASSWORD, "code": owner.next_code() });
            owner.person.done("disableTotp", input, "totpDisabled").await;
            worked_off(&app).await;

            let letters = post.letters();
            let told = to(&letters, &owner.person.email);
            // On, a recovery code twice, new ones, off.
            assert_eq!(told.len(), 5);
            for letter in told {
                assert_says(letter, of, &["2026-11-02 09:0"]);
            }
        }
        app.close().await;
    }
}
