//! New passwords for whoever lost theirs.
//!
//! What is asked for an address looks the same whether it has an account or not.

use chrono::TimeDelta;
use entity::types::JobKind;
use entity::user_account;
use sea_orm::ColumnTrait;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::sea_query::Expr;
use serde_json::Value;
use serde_json::json;
use tiwizi::jobs::queue;
use tiwizi::platform::i18n::Locale;

use crate::exports::worked_off;
use crate::letters::LANGUAGES;
use crate::letters::assert_says;
use crate::letters::became;
use crate::letters::closed;
use crate::letters::posted_with;
use crate::letters::read;
use crate::letters::speaks;
use crate::letters::to;
use crate::support::app::App;
use crate::support::cast::Person;
use crate::support::cast::granted;
use crate::support::mail::Arrived;
use crate::support::mail::Post;
use crate::support::on_both_databases;
use crate::support::socket::Heard;
use crate::support::socket::Socket;
use crate::support::statements;

const SITE: &str = "https://app.tiwizi.test/password#";
const NEW: &str = "another horse battery";

async fn posted(app: &App, post: &Post) -> App {
    posted_with(app, post, |config| {
        config.mail.reset_url = format!("{SITE}{{token}}")
    })
    .await
}

async fn asks(app: &App, email: &str) -> Value {
    let selection = "sendsLetters userErrors { code message path rule }";
    Person::nobody(app)
        .does("requestPasswordReset", json!({ "email": email }), selection)
        .await
}

fn token(letter: &Arrived) -> String {
    let text = read(letter).body_text(0).unwrap().into_owned();
    let url = text
        .split_whitespace()
        .find(|it| it.starts_with(SITE))
        .unwrap();
    url.trim_start_matches(SITE).to_owned()
}

async fn signs_in(app: &App, email: &str, password: &str) -> bool {
    let input = json!({ "email": email, "password": password });
    let payload = Person::nobody(app)
        .does("signIn", input, "session { accessToken }")
        .await;
    payload["session"].is_object()
}

on_both_databases! {
    /// Whoever carries files waits for stores that are silent; whoever waits for a letter does not wait for them.
    async fn whoever_carries_files_takes_no_letter(app: App) {
        let post = Post::open().await;
        let app = posted(&app, &post).await;
        let salma = Person::sign_up(&app, "Salma").await;
        asks(&app, &salma.email).await;
        assert_eq!(app.parts.look_up_requests().await.unwrap(), 1);

        let operator = app.parts.operator(Locale::En);
        let of_files = queue::take(&operator, &[JobKind::Export, JobKind::Delivery]).await.unwrap();
        worked_off(&app).await;

        assert_eq!(of_files, None);
        assert!(!post.letters().is_empty());
        app.close().await;
    }

    async fn a_lost_password_is_set_anew_with_a_letter(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        for of in LANGUAGES {
            let person = speaks(&app_with, &format!("lost-{}", of.0), of.0).await;
            asks(&app_with, &person.email.to_uppercase()).await;
            worked_off(&app_with).await;
            let letters = post.letters();
            let letter = to(&letters, &person.email)[0];
            assert_says(letter, of, &["2026-11-02 10:00 UTC"]);
            assert!(read(letter).header("List-Unsubscribe").is_none());
            let token = token(letter);
            let weak = json!({ "token": token, "newPassword": "short" });
            assert_eq!(person.refused("resetPassword", weak).await, ["TOO_SHORT"]);

            let input = json!({ "token": token, "newPassword": NEW });
            let nobody = Person::nobody(&app_with);
            let done = nobody.done("resetPassword", input.clone(), "passwordSet").await;
            worked_off(&app_with).await;

            assert_eq!(done["passwordSet"], true);
            assert!(signs_in(&app_with, &person.email, NEW).await);
            assert!(!signs_in(&app_with, &person.email, "correct horse battery").await);
            let ended = person.tries("{ viewer { user { id } } }", json!({})).await;
            assert_eq!(ended.error_code(), "UNAUTHENTICATED", "every session ended");
            assert_eq!(nobody.refused("resetPassword", input).await, ["RESET_INVALID"], "used up");
            let letters = post.letters();
            let letters = to(&letters, &person.email);
            assert_eq!(letters.len(), 2);
            assert_says(letters[1], of, &["2026-11-02 09:00 UTC"]);
            assert!(!read(letters[1]).body_text(0).unwrap().contains(SITE));
        }
        app_with.close().await;
    }

    /// Long before anything would be looked at by itself: of whoever waited in the account, too.
    /// Accounts keep the addresses that were taken when they were made.
    async fn an_address_that_would_be_taken_no_more_is_found(app: App) {
        let post = Post::open().await;
        let app = posted(&app, &post).await;
        let salma = Person::sign_up(&app, "Salma").await;
        let kept = "salma@under_score.example.org";
        let taken = json!({ "email": kept, "displayName": "Salma", "password": NEW });
        assert_eq!(salma.refused("signUp", taken).await, ["INVALID_FORMAT"]);
        let tx = app.begin().await;
        user_account::Entity::update_many()
            .col_expr(user_account::Column::Email, Expr::value(kept))
            .filter(user_account::Column::Email.eq(&salma.email))
            .exec(&*tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();

        let asked = asks(&app, kept).await;
        assert_eq!(asked["userErrors"], json!([]));
        assert_eq!(app.parts.look_up_requests().await.unwrap(), 1);
        worked_off(&app).await;

        let letters = post.letters();
        let input = json!({ "token": token(to(&letters, kept)[0]), "newPassword": NEW });
        Person::nobody(&app).done("resetPassword", input, "passwordSet").await;
        assert!(signs_in(&app, kept, NEW).await);
        app.close().await;
    }

    async fn what_is_open_ends_with_a_new_password(app: App) {
        let post = Post::open().await;
        let app = posted_with(&app, &post, |config| {
            config.mail.reset_url = format!("{SITE}{{token}}");
            config.live.heartbeat_seconds = 600;
        }).await;
        let person = speaks(&app, "open", "en").await;
        let input = json!({ "name": "A program", "scopes": ["ACCOUNT_READ"] });
        let made = person.done("createApiToken", input, "token").await;
        let mut program = Socket::speaking(&app).await;
        program.begin(made["token"].as_str().expect("a token")).await;
        assert_eq!(program.hear().await, Heard::Said(json!({ "type": "connection_ack" })));
        let mut phone = Socket::of(&app, &person).await;
        asks(&app, &person.email).await;
        worked_off(&app).await;
        let letters = post.letters();
        let input = json!({ "token": token(to(&letters, &person.email)[0]), "newPassword": NEW });

        Person::nobody(&app).done("resetPassword", input, "passwordSet").await;

        assert_eq!(program.hear().await, Heard::Closed(4403));
        assert_eq!(phone.hear().await, Heard::Closed(4403));
        app.close().await;
    }

    async fn a_token_is_worth_something_once_and_for_an_hour(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let person = speaks(&app_with, "hour", "en").await;
        for _ in 0..2 {
            asks(&app_with, &person.email).await;
        }
        worked_off(&app_with).await;
        let letters = post.letters();
        let (first, second) = (token(&letters[0]), token(&letters[1]));
        assert!(first.len() >= 43 && first != second, "256 bits");
        let nobody = Person::nobody(&app_with);
        app_with.advance(TimeDelta::minutes(59));
        nobody.done("resetPassword", json!({ "token": second, "newPassword": NEW }), "passwordSet").await;

        // The other one ended with it.
        assert_eq!(nobody.refused("resetPassword", json!({ "token": first, "newPassword": NEW })).await, ["RESET_INVALID"]);
        assert_eq!(nobody.refused("resetPassword", json!({ "token": "x", "newPassword": NEW })).await, ["RESET_INVALID"]);
        asks(&app_with, &person.email).await;
        worked_off(&app_with).await;
        let third = token(to(&post.letters(), &person.email).last().unwrap());
        app_with.advance(TimeDelta::minutes(60));
        assert_eq!(nobody.refused("resetPassword", json!({ "token": third, "newPassword": NEW })).await, ["RESET_INVALID"]);
        // A letter that would come too late is not sent.
        asks(&app_with, &person.email).await;
        assert!(app_with.parts.look_up_requests().await.unwrap() == 1);
        app_with.advance(TimeDelta::minutes(61));
        let before = post.letters().len();
        worked_off(&app_with).await;
        assert_eq!(post.letters().len(), before);
        app_with.close().await;
    }

    async fn an_unknown_address_is_answered_as_a_known_one(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let known = speaks(&app_with, "known", "en").await;
        let shut = speaks(&app_with, "shut", "en").await;
        closed(&app_with, &shut.email).await;
        let mut answers = Vec::new();
        let mut counts = Vec::new();
        for email in [known.email.as_str(), shut.email.as_str(), "nobody@example.org"] {
            let (answer, counted) = statements::counted(&app_with, asks(&app_with, email)).await;
            answers.push(answer);
            counts.push(counted);
        }

        worked_off(&app_with).await;

        assert!(answers.iter().all(|it| it == &answers[0]) && answers[0]["userErrors"] == json!([]), "{answers:#?}");
        assert!(counts.iter().all(|it| it == &counts[0]), "the same statements: {counts:?}");
        assert_eq!(post.letters().len(), 1);
        assert_eq!(post.letters()[0].to, std::slice::from_ref(&known.email));
        // And refused as often.
        for email in [known.email.as_str(), "nobody@example.org"] {
            let mut codes = Vec::new();
            for _ in 0..5 {
                codes.push(asks(&app_with, email).await["userErrors"][0]["code"].clone());
            }
            assert_eq!(codes, [Value::Null, Value::Null, Value::Null, Value::Null, json!("TOO_MANY_ATTEMPTS")], "{email}");
        }
        app_with.advance(TimeDelta::minutes(16));
        assert_eq!(asks(&app_with, "nobody@example.org").await["userErrors"], json!([]));
        app_with.close().await;
    }

    async fn nobody_is_flooded_by_new_passwords(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let person = speaks(&app_with, "flooded", "en").await;
        let admin = speaks(&app_with, "keeper", "en").await;
        granted(&app_with, &admin_with_id(&admin).await, entity::types::PlatformRole::PlatformAdmin, None).await;
        for _ in 0..4 {
            for _ in 0..5 {
                asks(&app_with, &person.email).await;
            }
            worked_off(&app_with).await;
            app_with.advance(TimeDelta::minutes(16));
        }

        assert_eq!(to(&post.letters(), &person.email).len(), 5);
        // Whoever has the account is not kept out by strangers: none of the five opens anything any more.
        app_with.advance(TimeDelta::minutes(61));
        asks(&app_with, &person.email).await;
        asks(&app_with, &person.email).await;
        worked_off(&app_with).await;
        assert_eq!(to(&post.letters(), &person.email).len(), 6);
        let lost = became(&admin, "status: [FAILED], owner: EVERYBODY").await;
        assert_eq!(lost, Vec::<Value>::new(), "what is too much is not even asked for");
        app_with.close().await;
    }
}

async fn admin_with_id(who: &Person) -> Person {
    let found = who.asks("{ viewer { user { id } } }", json!({})).await;
    let mut person = who.clone();
    person.id = found["viewer"]["user"]["id"].as_str().unwrap().to_owned();
    person
}
