//! Invitations by letter.
//!
//! What accepts one comes with it; nobody is flooded by them.

use chrono::TimeDelta;
use serde_json::Value;
use serde_json::json;
use tiwizi::letters::asked::RECEIVED_OF_STRANGERS_MOST;

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
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::mail::Arrived;
use crate::support::mail::Post;
use crate::support::on_both_databases;

const SITE: &str = "https://app.tiwizi.test/invitation#";

async fn posted(app: &App, post: &Post) -> App {
    posted_with(app, post, |config| {
        config.mail.invitation_url = format!("{SITE}{{token}}");
    })
    .await
}

async fn invited(cast: &Cast, email: &str, more: Value) -> Value {
    let mut input =
        json!({ "organizationId": cast.organization.id, "email": email, "role": "COORDINATOR" });
    let fields = input.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    let selection = "invitation { id expiresAt } acceptanceToken emailed";
    cast.owner.done("inviteMember", input, selection).await
}

fn token(letter: &Arrived) -> String {
    let text = read(letter).body_text(0).unwrap().into_owned();
    let url = text
        .split_whitespace()
        .find(|it| it.starts_with(SITE))
        .unwrap();
    url.trim_start_matches(SITE).to_owned()
}

on_both_databases! {
    async fn an_invitation_comes_by_letter_in_the_language_chosen_and_can_be_accepted(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        for (language, direction) in LANGUAGES {
            let email = format!("invited-{language}@example.org");

            let answer = invited(&cast, &email, json!({ "locale": language })).await;
            worked_off(&app_with).await;

            assert_eq!(answer["emailed"], true);
            let letters = post.letters();
            let letter = to(&letters, &email)[0];
            let role = match language { "ar" => "المنسق", "fr" => "coordinateur", _ => "coordinator" };
            let names = [format!("{MARK} Al Amal"), format!("{MARK}-owner")];
            assert_says(letter, (language, direction), &[&names[0], &names[1], role, "2026-11-16 09:00", &email]);
            assert_eq!(json!(token(letter)), answer["acceptanceToken"]);
            let new = speaks(&app_with, &format!("invited-{language}"), "en").await;
            new.done("acceptInvitation", json!({ "token": token(letter) }), "membership { role }").await;
        }
        // An account has its own language, and whoever has none that of whoever invites.
        let known = speaks(&app_with, "known", "ar").await;
        for (email, of) in [(known.email.as_str(), ("ar", "rtl")), ("unknown@example.org", ("en", "ltr"))] {
            invited(&cast, email, json!({})).await;
            worked_off(&app_with).await;
            assert_says(to(&post.letters(), email)[0], of, &[]);
        }
        app_with.close().await;
    }

    async fn what_cannot_be_accepted_any_more_is_not_sent(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        let quick = speaks(&app_with, "quick", "en").await;
        let gone = speaks(&app_with, "gone", "en").await;
        let accepted = invited(&cast, &quick.email, json!({})).await;
        quick.done("acceptInvitation", json!({ "token": accepted["acceptanceToken"] }), "membership { id }").await;
        invited(&cast, &gone.email, json!({})).await;
        closed(&app_with, &gone.email).await;
        invited(&cast, "late@example.org", json!({})).await;
        app_with.advance(TimeDelta::days(15));

        worked_off(&app_with).await;

        assert_eq!(post.letters().len(), 0);
        let became = became(&cast.owner, "kind: [INVITATION]").await;
        assert!(became.iter().all(|it| it["droppedAt"].is_string() && it["status"] == "SUCCEEDED"), "{became:#?}");
        assert!(became.len() >= 3);
        app_with.close().await;
    }

    /// Whoever invites cannot fill the box of somebody who does not know them.
    async fn nobody_is_flooded_by_invitations(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        let most = usize::try_from(RECEIVED_OF_STRANGERS_MOST).unwrap();
        let mut emailed = Vec::new();
        for _ in 0..most + 3 {
            emailed.push(invited(&cast, "target@example.org", json!({})).await["emailed"] == true);
        }
        // The same from elsewhere.
        let other = cast.outsider.asks("{ viewer { memberships { organization { id } } } }", json!({})).await;
        let other = other["viewer"]["memberships"][0]["organization"]["id"].clone();
        let input = json!({ "organizationId": other, "email": "Target@example.org", "role": "VIEWER" });
        let also = cast.outsider.done("inviteMember", input, "emailed acceptanceToken").await;

        worked_off(&app_with).await;

        assert_eq!(emailed.iter().filter(|it| **it).count(), most);
        assert_eq!((&also["emailed"], also["acceptanceToken"].is_string()), (&json!(false), true));
        assert_eq!(to(&post.letters(), "target@example.org").len(), most);
        app_with.advance(TimeDelta::hours(25));
        let owner = cast.owner.again().await;
        let input = json!({ "organizationId": cast.organization.id, "email": "target@example.org", "role": "VIEWER" });
        assert_eq!(owner.done("inviteMember", input, "emailed").await["emailed"], true);
        app_with.close().await;
    }

    /// A repeated request sends no second letter.
    async fn the_same_request_again_is_one_letter(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        let key = json!({ "idempotencyKey": "once" });
        let first = invited(&cast, "once@example.org", key.clone()).await;

        let again = invited(&cast, "once@example.org", key).await;
        worked_off(&app_with).await;

        assert_eq!(first, again);
        assert_eq!(post.letters().len(), 1);
        app_with.close().await;
    }

    /// What somebody is called makes no header and no link.
    async fn names_do_nothing_in_a_letter(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let owner = Person::sign_up(&app_with, "plain").await;
        let place = owner.founds("odd", "Odd <b>https://evil.test</b> & more").await;
        let input = json!({ "organizationId": place.id, "email": "a@example.org", "role": "VIEWER" });
        owner.done("inviteMember", input, "emailed").await;

        worked_off(&app_with).await;

        let letters = post.letters();
        assert_eq!((letters.len(), &letters[0].to), (1, &vec!["a@example.org".to_owned()]));
        let read = read(&letters[0]);
        for text in [read.body_text(0).unwrap(), read.body_html(0).unwrap(), read.subject().unwrap().into()] {
            assert!(!text.contains("https://evil"), "{text}");
        }
        assert!(!read.body_html(0).unwrap().contains("<b>"));
        app_with.close().await;
    }
}
