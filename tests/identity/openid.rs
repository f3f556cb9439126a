//! Signing in at another provider: whom it signs in, what of it is believed, and what is linked with an account.
//!
//! Against a real client from npm and a real provider it is tried in `tests/openid`.

use chrono::TimeDelta;
use entity::password_reset;
use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use sea_orm::EntityTrait;
use serde_json::Value;
use serde_json::json;
use tiwizi::config::IdentityConfig;
use tiwizi::identity::totp;

use crate::exports::worked_off;
use crate::identity::PASSWORD;
use crate::identity::codes;
use crate::identity::is_let_in;
use crate::identity::second_factor::base32;
use crate::identity::text;
use crate::letters::posted_with;
use crate::support::app::App;
use crate::support::app::opening;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::mail::Post;
use crate::support::on_both_databases;
use crate::support::provider::Provider;
use crate::support::provider::REDIRECT;
use crate::support::provider::Somebody;
use crate::support::provider::Twist;

const BEGUN: &str =
    "authorizationUrl state key expiresAt retryAfterSeconds userErrors { code message path }";
const COMPLETED: &str = "session { accessToken } viewer { user { email } } retryAfterSeconds userErrors { code message path }";
const LINKED: &str = "{ viewer { linkedIdentities { provider name linkedAt lastUsedAt } } }";

/// A server at which people sign in by a provider.
struct Door {
    app: App,
    provider: Provider,
    nobody: Person,
}

/// What a browser brings back.
#[derive(Clone)]
struct Back {
    key: String,
    state: String,
    code: String,
}

impl Back {
    fn input(&self) -> Value {
        json!({ "key": self.key, "state": self.state, "code": self.code })
    }

    fn with(&self, name: &str, value: &str) -> Value {
        let mut input = self.input();
        input[name] = json!(value);
        input
    }
}

impl Door {
    async fn of(app: &App) -> Self {
        Self::with(app, |_| {}).await
    }

    async fn with(app: &App, change: impl FnOnce(&mut IdentityConfig)) -> Self {
        let provider = Provider::open(opening()).await;
        let config = provider.config();
        let app = app
            .beside_with(|it| {
                it.identity.providers = vec![config];
                change(&mut it.identity);
            })
            .await;
        Self {
            nobody: Person::nobody(&app),
            app,
            provider,
        }
    }

    /// Somebody with an account whose address is known to be theirs.
    async fn verified(&self, name: &str) -> Person {
        let person = Person::sign_up(&self.app, name).await;
        let tx = self.app.parts.core.db.system().begin().await.unwrap();
        let email = &person.email;
        let known = format!(
            "update user_account set email_verified_at = created_at where email = '{email}'"
        );
        tx.execute_unprepared(&known).await.unwrap();
        tx.commit().await.unwrap();
        person
    }

    /// Begins as one person, and lets somebody sign in at the provider.
    async fn back(&self, person: &Person, who: &Somebody) -> Back {
        let begun = person
            .does("beginSignIn", json!({ "provider": "home" }), BEGUN)
            .await;
        assert_eq!(begun["userErrors"], json!([]));
        let (code, state) = self
            .provider
            .signs_in(&text(&begun["authorizationUrl"]), who);
        assert_eq!(begun["state"], json!(state));
        Back {
            key: text(&begun["key"]),
            state,
            code,
        }
    }

    async fn completes(&self, input: Value) -> Value {
        self.nobody.does("completeSignIn", input, COMPLETED).await
    }

    async fn signs_in(&self, who: &Somebody) -> Value {
        let back = self.back(&self.nobody, who).await;
        self.completes(back.input()).await
    }

    async fn links(&self, person: &Person, who: &Somebody, password: &str) -> Vec<String> {
        let back = self.back(person, who).await;
        person
            .refused("linkIdentity", back.with("password", password))
            .await
    }

    async fn close(self) {
        drop(self.nobody);
        self.app.close().await;
    }
}

/// What was refused of a sign-in, and that nothing of it began.
#[track_caller]
fn refused(payload: &Value) -> Vec<&str> {
    assert_eq!(payload["session"], Value::Null);
    assert_eq!(payload["viewer"], Value::Null);
    codes(payload)
}

/// The address of who signed in.
#[track_caller]
fn came_in(payload: &Value) -> &str {
    assert_eq!(payload["userErrors"], json!([]));
    payload["viewer"]["user"]["email"].as_str().unwrap()
}

on_both_databases! {
    async fn whoever_has_a_verified_address_on_both_sides_signs_in(app: App) {
        let door = Door::of(&app).await;
        let salma = door.verified("Salma").await;
        let who = Somebody { email: "SALMA@example.org".to_owned(), ..Somebody::verified(&salma.email) };

        let first = door.signs_in(&who).await;
        door.app.advance(TimeDelta::minutes(1));
        door.provider.advance(TimeDelta::minutes(1));
        // The link is of the identity: what its address becomes there changes nothing.
        let again = door.signs_in(&Somebody { email: "elsewhere@example.org".to_owned(), ..who }).await;

        assert_eq!(came_in(&first), salma.email);
        assert!(is_let_in(&door.app, &text(&first["session"]["accessToken"])).await);
        assert_eq!(came_in(&again), salma.email);
        let linked = salma.asks(LINKED, json!({})).await;
        let linked = &linked["viewer"]["linkedIdentities"];
        assert_eq!(linked.as_array().unwrap().len(), 1);
        assert_eq!((&linked[0]["provider"], &linked[0]["name"]), (&json!("home"), &json!("Home")));
        assert_ne!(linked[0]["lastUsedAt"], linked[0]["linkedAt"]);
        let sessions = salma.asks("{ viewer { sessions { totalCount } } }", json!({})).await;
        assert_eq!(sessions["viewer"]["sessions"]["totalCount"], 3);
        let trail = salma.asks("{ auditEvents(first: 20) { nodes { action } } }", json!({})).await;
        let trail = trail["auditEvents"]["nodes"].as_array().unwrap().clone();
        assert_eq!(trail.iter().filter(|it| it["action"] == "account.link").count(), 1);
        assert_eq!(door.provider.described(), 1, "it is not asked each time");
        door.close().await;
    }

    /// Nobody comes in by an address that one of the two sides has not verified, nor is an account made of what a provider says;
    /// the answer is the same whether an account has the address or not.
    async fn no_account_is_taken_or_made_by_an_address_alone(app: App) {
        let door = Door::of(&app).await;
        let waiting = Person::sign_up(&door.app, "Waiting").await;
        let salma = door.verified("Salma").await;
        let closed = door.verified("Closed").await;
        let tx = door.app.parts.core.db.system().begin().await.unwrap();
        tx.execute_unprepared("update user_account set disabled_at = created_at where email = 'closed@example.org'").await.unwrap();
        tx.commit().await.unwrap();

        let mut answers = Vec::new();
        for who in [
            Somebody::verified("nobody@example.org"),
            Somebody::verified(&waiting.email),
            Somebody::verified(&closed.email),
            Somebody { verified: Some(false), ..Somebody::verified(&salma.email) },
            Somebody { verified: None, ..Somebody::verified(&salma.email) },
        ] {
            answers.push(door.signs_in(&who).await);
        }

        for answer in &answers {
            assert_eq!(refused(answer), ["IDENTITY_UNLINKED"]);
            assert_eq!(answer, &answers[0]);
        }
        let input = json!({ "email": "nobody@example.org", "password": PASSWORD });
        assert_eq!(door.nobody.refused("signIn", input).await, ["INVALID_CREDENTIALS"]);
        door.close().await;
    }

    async fn a_provider_that_is_not_trusted_with_addresses_links_none(app: App) {
        let door = Door::of(&app).await;
        let salma = door.verified("Salma").await;
        let mut config = door.provider.config();
        config.link_by_email = false;
        let wary = app.beside_with(|it| it.identity.providers = vec![config]).await;
        let wary = Door { nobody: Person::nobody(&wary), app: wary, provider: door.provider };

        let by_address = wary.signs_in(&Somebody::verified(&salma.email)).await;
        let linked = wary.links(&salma.through(&wary.app), &Somebody::verified(&salma.email), PASSWORD).await;
        let by_link = wary.signs_in(&Somebody::verified(&salma.email)).await;

        assert_eq!(refused(&by_address), ["IDENTITY_UNLINKED"]);
        assert_eq!(linked, [""; 0]);
        assert_eq!(came_in(&by_link), salma.email);
        drop(door.nobody);
        door.app.close().await;
        wary.close().await;
    }

    /// Many providers keep addresses out of ID tokens; what they tell beside is of the same person, or of nobody.
    async fn addresses_are_asked_for_where_the_token_has_none(app: App) {
        let door = Door::of(&app).await;
        let (salma, driss) = (door.verified("Salma").await, door.verified("Driss").await);

        door.provider.will(Twist::ApartOfAnother);
        let of_another = door.signs_in(&Somebody::verified(&driss.email)).await;
        door.provider.will(Twist::Apart);
        let told = door.signs_in(&Somebody::verified(&salma.email)).await;
        door.provider.will(Twist::ApartBroken);
        let down = door.signs_in(&Somebody::verified(&driss.email)).await;
        let asked = door.provider.asked_of_people();
        let linked = door.signs_in(&Somebody::verified(&salma.email)).await;

        assert_eq!(refused(&of_another), ["IDENTITY_UNLINKED"]);
        assert_eq!(came_in(&told), salma.email);
        assert_eq!(refused(&down), ["PROVIDER_UNREACHABLE"]);
        assert_eq!(came_in(&linked), salma.email);
        assert_eq!(door.provider.asked_of_people(), asked, "whoever is linked is known without an address");
        door.close().await;
    }

    async fn every_algorithm_that_a_public_key_checks_is_believed(app: App) {
        let door = Door::of(&app).await;
        let salma = door.verified("Salma").await;
        for twist in [Twist::Nothing, Twist::Es256, Twist::EdDsa] {
            door.provider.will(twist);

            let answer = door.signs_in(&Somebody::verified(&salma.email)).await;

            assert_eq!(came_in(&answer), salma.email, "{twist:?}");
        }
        door.close().await;
    }

    /// RFC 8725 and OpenID Connect Core, 3.1.3.7: whatever is wrong of a token, the answer is one and the same.
    async fn a_token_of_which_anything_is_wrong_signs_nobody_in(app: App) {
        let door = Door::of(&app).await;
        let salma = door.verified("Salma").await;
        let who = Somebody::verified(&salma.email);
        came_in(&door.signs_in(&who).await);
        let mut said = Vec::new();
        for twist in [
            Twist::Nonce,
            Twist::NoNonce,
            Twist::Audience,
            Twist::TwoAudiences,
            Twist::Party,
            Twist::Issuer,
            Twist::Expired,
            Twist::Old,
            Twist::Early,
            Twist::NoAlgorithm,
            Twist::PublicAsSecret,
            Twist::ClientSecret,
            Twist::ForeignKey,
            Twist::OwnKey,
            Twist::Altered,
            Twist::Without,
            Twist::Refused,
        ] {
            door.provider.will(twist);

            let answer = door.signs_in(&who).await;

            assert_eq!(refused(&answer), ["SIGN_IN_INVALID"], "{twist:?}");
            said.push(answer);
        }
        assert!(said.iter().all(|it| it == &said[0]));
        door.close().await;
    }

    async fn what_came_back_is_taken_once_and_for_ten_minutes(app: App) {
        let door = Door::of(&app).await;
        let salma = door.verified("Salma").await;
        let who = Somebody::verified(&salma.email);
        let back = door.back(&door.nobody, &who).await;
        let late = door.back(&door.nobody, &who).await;
        came_in(&door.completes(back.input()).await);
        let exchanged = door.provider.exchanged();

        let replayed = door.completes(back.input()).await;
        let other_code = door.completes(back.with("code", "another")).await;
        let unknown = door.completes(back.with("state", "another")).await;
        door.app.advance(TimeDelta::minutes(10));
        let after = door.completes(late.input()).await;

        for answer in [replayed, other_code, unknown, after] {
            assert_eq!(refused(&answer), ["SIGN_IN_INVALID"]);
        }
        assert_eq!(door.provider.exchanged(), exchanged, "the provider hears of none");
        door.close().await;
    }

    /// Whoever lures somebody to an address with their own code and state signs them in to nothing: the key stayed where the
    /// sign-in began. And whoever reads address and code on the way has no key either.
    async fn what_somebody_else_began_is_worth_nothing(app: App) {
        let door = Door::of(&app).await;
        let (salma, mallory) = (door.verified("Salma").await, door.verified("Mallory").await);
        let of_mallory = door.back(&door.nobody, &Somebody::verified(&mallory.email)).await;
        let of_salma = door.back(&door.nobody, &Somebody::verified(&salma.email)).await;

        let lured = Back { key: of_salma.key.clone(), ..of_mallory.clone() };
        let lured = door.completes(lured.input()).await;
        let read = Back { key: of_mallory.key.clone(), ..of_salma.clone() };
        let read = door.completes(read.input()).await;
        // A code that was put in the place of another is not of that sign-in (PKCE).
        let put = door.completes(Back { code: of_mallory.code.clone(), ..of_salma.clone() }.input()).await;

        assert_eq!(refused(&lured), ["SIGN_IN_INVALID"]);
        assert_eq!(refused(&read), ["SIGN_IN_INVALID"]);
        assert_eq!(refused(&put), ["SIGN_IN_INVALID"]);
        assert_eq!(came_in(&door.signs_in(&Somebody::verified(&salma.email)).await), salma.email);
        door.close().await;
    }

    /// RFC 9207.
    async fn an_answer_names_its_issuer_where_the_provider_says_so(app: App) {
        let door = Door::of(&app).await;
        door.provider.names_itself();
        let salma = door.verified("Salma").await;
        let who = Somebody::verified(&salma.email);

        let without = door.signs_in(&who).await;
        let wrong = door.back(&door.nobody, &who).await.with("iss", "https://id.example.org");
        let wrong = door.completes(wrong).await;
        let right = door.back(&door.nobody, &who).await.with("iss", &door.provider.issuer);
        let right = door.completes(right).await;

        assert_eq!(refused(&without), ["SIGN_IN_INVALID"]);
        assert_eq!(refused(&wrong), ["SIGN_IN_INVALID"]);
        assert_eq!(came_in(&right), salma.email);
        assert_eq!(door.provider.exchanged(), 1);
        door.close().await;
    }

    async fn a_second_factor_is_asked_for_all_the_same(app: App) {
        let door = Door::of(&app).await;
        let salma = door.verified("Salma").await;
        let begun = salma.done("enableTotp", json!({ "password": PASSWORD }), "secret").await;
        let secret = base32(&text(&begun["secret"]));
        let code = || totp::code(&secret, totp::step(door.app.parts.core.clock.now()));
        salma.done("confirmTotp", json!({ "code": code() }), "recoveryCodes").await;
        let back = door.back(&door.nobody, &Somebody::verified(&salma.email)).await;

        let without = door.completes(back.input()).await;
        let wrong = door.completes(back.with("totpCode", "000000")).await;
        let mut of_another = back.clone();
        of_another.key = door.back(&door.nobody, &Somebody::verified("x@example.org")).await.key;
        door.app.advance(TimeDelta::seconds(30));
        let no_key = door.completes(of_another.with("totpCode", &code())).await;
        let right = door.completes(back.with("totpCode", &code())).await;
        door.app.advance(TimeDelta::seconds(30));
        let again = door.completes(back.with("totpCode", &code())).await;

        assert_eq!(refused(&without), ["TOTP_REQUIRED"]);
        assert_eq!(without["userErrors"][0]["path"], json!(["totpCode"]));
        assert_eq!(refused(&wrong), ["TOTP_INVALID"]);
        assert_eq!(refused(&no_key), ["SIGN_IN_INVALID"]);
        assert_eq!(came_in(&right), salma.email);
        assert_eq!(refused(&again), ["SIGN_IN_INVALID"]);
        assert_eq!(door.provider.exchanged(), 1, "a code is exchanged once");
        door.close().await;
    }

    async fn whoever_knows_the_password_links_an_identity(app: App) {
        let door = Door::of(&app).await;
        // An address that is not verified is no hindrance: the password is the proof.
        let (salma, driss) = (Person::sign_up(&door.app, "Salma").await, door.verified("Driss").await);
        let who = Somebody { verified: None, ..Somebody::verified("work@example.net") };

        let wrong = door.links(&salma, &who, "not the password").await;
        let linked = door.links(&salma, &who, PASSWORD).await;
        let twice = door.links(&salma, &who, PASSWORD).await;
        let second = door.links(&salma, &Somebody::verified("other@example.net"), PASSWORD).await;
        let of_another = door.links(&driss, &who, PASSWORD).await;
        let came = door.signs_in(&who).await;

        assert_eq!(wrong, ["PASSWORD_WRONG"]);
        assert_eq!(linked, [""; 0]);
        assert_eq!(twice, [""; 0], "it is linked already");
        assert_eq!(second, ["IDENTITY_TAKEN"], "one of each provider");
        assert_eq!(of_another, ["IDENTITY_TAKEN"]);
        assert_eq!(came_in(&came), salma.email);
        door.close().await;
    }

    /// Whoever changed the password while the provider was asked has shut out whoever knew the one before.
    async fn a_password_that_is_changed_meanwhile_links_nothing(app: App) {
        let door = Door::of(&app).await;
        let thief = Person::sign_up(&door.app, "Salma").await;
        let salma = thief.again().await;
        let who = Somebody::verified("mallory@example.net");
        let back = door.back(&thief, &who).await;
        let pause = door.provider.pauses();

        let change = json!({ "currentPassword": PASSWORD, "newPassword": "her own words of it" });
        let (linked, changed) = tokio::join!(thief.refused("linkIdentity", back.with("password", PASSWORD)), async {
            pause.came().await;
            let changed = salma.done("changePassword", change, "passwordChanged").await;
            pause.ends();
            changed
        });

        assert_eq!(changed["passwordChanged"], true);
        assert_eq!(linked, ["PASSWORD_WRONG"]);
        let viewer = salma.asks("{ viewer { linkedIdentities { provider } } }", json!({})).await;
        assert_eq!(viewer["viewer"]["linkedIdentities"], json!([]));
        door.close().await;
    }

    /// Sign-ins at providers that fail are told beside those by password, to whoever watches for guessing.
    async fn sign_ins_that_fail_are_told_as_such(app: App) {
        let door = Door::of(&app).await;
        let cast = Cast::on(&app).await;

        let unknown = door.signs_in(&Somebody::verified("stranger@example.net")).await;
        let query = "{ auditEvents(filter: { actions: [\"session.begin\"], outcome: REFUSED }) { totalCount } }";
        let told = cast.admin.asks(query, json!({})).await;

        assert_eq!(refused(&unknown), ["IDENTITY_UNLINKED"]);
        assert_eq!(told["auditEvents"]["totalCount"], 1);
        door.close().await;
    }

    /// What began as a link signs nobody in, and what began as a sign-in, or with somebody else, links nothing.
    async fn signing_in_and_linking_are_not_taken_for_each_other(app: App) {
        let door = Door::of(&app).await;
        let (salma, driss) = (door.verified("Salma").await, door.verified("Driss").await);
        let who = Somebody::verified(&salma.email);
        let link = door.back(&salma, &who).await;
        let sign_in = door.back(&door.nobody, &who).await;

        let signed_in = door.completes(link.input()).await;
        let by_another = driss.refused("linkIdentity", link.with("password", PASSWORD)).await;
        let linked = salma.refused("linkIdentity", sign_in.with("password", PASSWORD)).await;
        let query = "mutation($input: LinkIdentityInput!) { linkIdentity(input: $input) { userErrors { code } } }";
        let stranger = door.nobody.tries(query, json!({ "input": link.with("password", PASSWORD) })).await;

        assert_eq!(refused(&signed_in), ["SIGN_IN_INVALID"]);
        assert_eq!(by_another, ["SIGN_IN_INVALID"]);
        assert_eq!(linked, ["SIGN_IN_INVALID"]);
        assert_eq!(stranger.error_code(), "UNAUTHENTICATED");
        door.close().await;
    }

    async fn what_its_owner_unlinked_is_not_linked_by_an_address_again(app: App) {
        let door = Door::of(&app).await;
        let salma = door.verified("Salma").await;
        let who = Somebody::verified(&salma.email);
        came_in(&door.signs_in(&who).await);

        let unlinked = salma.refused("unlinkIdentity", json!({ "provider": "home" })).await;
        let again = salma.refused("unlinkIdentity", json!({ "provider": "home" })).await;
        let by_address = door.signs_in(&who).await;
        let linked = door.links(&salma, &who, PASSWORD).await;
        let by_link = door.signs_in(&who).await;

        assert_eq!(unlinked, [""; 0]);
        assert_eq!(again, ["NOT_FOUND"]);
        assert_eq!(refused(&by_address), ["IDENTITY_UNLINKED"]);
        assert_eq!(linked, [""; 0]);
        assert_eq!(came_in(&by_link), salma.email);
        door.close().await;
    }

    async fn a_provider_that_does_not_answer_as_it_should_is_told_apart(app: App) {
        let door = Door::of(&app).await;
        for twist in [Twist::Redirects, Twist::Babbles, Twist::DescribedAsAnother, Twist::UnsafeKeys] {
            door.provider.will(twist);

            let codes = door.nobody.refused("beginSignIn", json!({ "provider": "home" })).await;

            assert_eq!(codes, ["PROVIDER_UNREACHABLE"], "{twist:?}");
            door.app.advance(TimeDelta::seconds(5));
        }
        door.provider.will(Twist::Nothing);
        let begin = |input: Value| door.nobody.refused("beginSignIn", input);
        assert_eq!(begin(json!({ "provider": "home", "redirectUri": REDIRECT })).await, [""; 0]);
        assert_eq!(begin(json!({ "provider": "other" })).await, ["NOT_FOUND"]);
        for elsewhere in ["https://evil.example.org/in", "https://app.example.org/in/", "https://app.example.org/in?x=1"] {
            let codes = begin(json!({ "provider": "home", "redirectUri": elsewhere })).await;
            assert_eq!(codes, ["REDIRECT_REFUSED"], "{elsewhere}");
        }
        door.close().await;
    }

    /// Whoever stands before a provider that is down may try again as soon as it is back.
    async fn an_outage_of_a_provider_slows_nobody_down(app: App) {
        let door = Door::with(&app, |it| it.sign_in_attempts = 1).await;
        let salma = door.verified("Salma").await;
        let who = Somebody::verified(&salma.email);
        door.provider.will(Twist::Broken);

        for _ in 0..12 {
            assert_eq!(refused(&door.signs_in(&who).await), ["PROVIDER_UNREACHABLE"]);
            assert_eq!(door.links(&salma, &who, PASSWORD).await, ["PROVIDER_UNREACHABLE"]);
        }
        door.provider.will(Twist::Nothing);
        let back = door.signs_in(&who).await;

        assert_eq!(came_in(&back), salma.email);
        door.close().await;
    }

    async fn keys_that_a_provider_begins_to_sign_with_are_fetched(app: App) {
        let door = Door::of(&app).await;
        let salma = door.verified("Salma").await;
        let who = Somebody::verified(&salma.email);
        came_in(&door.signs_in(&who).await);
        door.provider.rotates();

        let at_once = door.signs_in(&who).await;
        door.app.advance(TimeDelta::minutes(2));
        door.provider.advance(TimeDelta::minutes(2));
        let later = door.signs_in(&who).await;

        assert_eq!(refused(&at_once), ["SIGN_IN_INVALID"], "nobody makes it ask without end");
        assert_eq!(came_in(&later), salma.email);
        assert_eq!(door.provider.described(), 2);
        door.close().await;
    }

    /// However many come at once, one of them asks; and a provider that is down is left alone for some seconds.
    async fn a_provider_is_asked_once_for_all_who_wait(app: App) {
        let door = Door::of(&app).await;
        let salma = door.verified("Salma").await;
        let who = Somebody::verified(&salma.email);
        let begin = async || door.nobody.does("beginSignIn", json!({ "provider": "home" }), BEGUN).await;
        let together = async || join_all((0..6).map(|_| begin())).await.iter().map(|it| codes(it).join(" ")).collect::<Vec<_>>();

        door.provider.will(Twist::Babbles);
        let down = together().await;
        let asked_while_down = door.provider.described();
        door.provider.will(Twist::Nothing);
        door.app.advance(TimeDelta::seconds(5));
        let up = together().await;
        let asked_when_up = door.provider.described();
        came_in(&door.signs_in(&who).await);
        door.app.advance(TimeDelta::minutes(2));
        door.provider.advance(TimeDelta::minutes(2));
        let mut backs = Vec::new();
        for _ in 0..6 {
            backs.push(door.back(&door.nobody, &who).await);
        }
        door.provider.rotates();
        let by_new_keys = join_all(backs.iter().map(|it| door.completes(it.input()))).await;

        assert_eq!(down, ["PROVIDER_UNREACHABLE"; 6]);
        assert_eq!(asked_while_down, 1);
        assert_eq!(up, [""; 6]);
        assert_eq!(asked_when_up, 2);
        assert!(by_new_keys.iter().all(|it| came_in(it) == salma.email));
        assert_eq!(door.provider.described(), 3, "for all of them once");
        door.close().await;
    }

    async fn whoever_begins_without_end_has_to_wait(app: App) {
        let door = Door::of(&app).await;
        let begin = async || door.nobody.does("beginSignIn", json!({ "provider": "home" }), BEGUN).await;
        for _ in 0..100 {
            assert_eq!(codes(&begin().await), [""; 0]);
        }

        let waits = begin().await;

        assert_eq!(codes(&waits), ["TOO_MANY_ATTEMPTS"]);
        assert_eq!(waits["retryAfterSeconds"], 600);
        door.app.advance(TimeDelta::minutes(10));
        assert_eq!(codes(&begin().await), [""; 0], "the others are over");
        door.close().await;
    }

    /// A school is one network: whoever of it finishes takes no place from whoever comes after.
    async fn sign_ins_that_are_finished_make_room_for_others(app: App) {
        let door = Door::with(&app, |it| it.sign_in_attempts = 1).await;
        let salma = door.verified("Salma").await;
        let who = Somebody::verified(&salma.email);
        let begin = async || codes(&door.nobody.does("beginSignIn", json!({ "provider": "home" }), BEGUN).await).join(" ");

        for _ in 0..15 {
            came_in(&door.signs_in(&who).await);
        }
        let on_its_way = door.back(&door.nobody, &who).await;
        for _ in 0..9 {
            assert_eq!(begin().await, "");
        }
        let full = begin().await;
        came_in(&door.completes(on_its_way.input()).await);
        let room = begin().await;
        let full_again = begin().await;

        assert_eq!(full, "TOO_MANY_ATTEMPTS");
        assert_eq!(room, "");
        assert_eq!(full_again, "TOO_MANY_ATTEMPTS");
        door.close().await;
    }

    /// Nobody waits in an account for its owner, with an identity of their own.
    async fn an_identity_of_whoever_had_the_account_before_its_owner_goes(app: App) {
        let door = Door::of(&app).await;
        let post = Post::open().await;
        let provider = door.provider.config();
        let lettered = posted_with(&app, &post, |it| it.identity.providers = vec![provider]).await;
        let waiting = Person::sign_up(&door.app, "Salma").await;
        assert_eq!(door.links(&waiting, &Somebody::verified("mallory@example.net"), PASSWORD).await, [""; 0]);

        let nobody = Person::nobody(&lettered);
        nobody.done("requestPasswordReset", json!({ "email": waiting.email }), "sendsLetters").await;
        worked_off(&lettered).await;
        let leave = password_reset::Entity::find().one(lettered.parts.core.db.system().read());
        let token = tiwizi::recovery::reset::token(&lettered.parts.core, leave.await.unwrap().unwrap().id);
        let input = json!({ "token": token, "newPassword": "her own words of it" });
        nobody.done("resetPassword", input, "passwordSet").await;
        let mallory = door.signs_in(&Somebody::verified("mallory@example.net")).await;
        let salma = door.signs_in(&Somebody::verified(&waiting.email)).await;

        assert_eq!(refused(&mallory), ["IDENTITY_UNLINKED"]);
        assert_eq!(came_in(&salma), waiting.email);
        drop(nobody);
        lettered.close().await;
        door.close().await;
    }

    async fn strangers_see_where_they_may_sign_in(app: App) {
        let door = Door::of(&app).await;
        let query = "{ signInProviders { code name } }";

        let there = door.nobody.asks(query, json!({})).await;
        let here = Person::nobody(&app).asks(query, json!({})).await;

        assert_eq!(there["signInProviders"], json!([{ "code": "home", "name": "Home" }]));
        assert_eq!(here["signInProviders"], json!([]));
        door.close().await;
    }
}
