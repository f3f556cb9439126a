//! Requests of erasure: who is told of them, when, and by when they are due.
//!
//! What an erasure takes away is tried in `privacy`.

use serde_json::Value;
use serde_json::json;

use crate::exports::worked_off;
use crate::letters::LANGUAGES;
use crate::letters::assert_says;
use crate::letters::posted;
use crate::letters::read;
use crate::letters::speaks;
use crate::letters::to;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::mail::Post;
use crate::support::on_both_databases;

async fn told(who: &Person) -> Vec<Value> {
    let query =
        "{ viewer { notifications(first: 20) { nodes { kind message organization { id } } } } }";
    let mut told = who.asks(query, json!({})).await;
    let nodes = told["viewer"]["notifications"]["nodes"].take();
    let nodes = nodes.as_array().expect("notifications").clone();
    let of_erasures = |it: &Value| {
        it["kind"]
            .as_str()
            .is_some_and(|it| it.starts_with("ERASURE"))
    };
    nodes.into_iter().filter(of_erasures).collect()
}

fn kinds(told: &[Value]) -> Vec<&str> {
    told.iter().map(|it| it["kind"].as_str().unwrap()).collect()
}

async fn asks(who: &Person, input: Value) -> Value {
    let mut done = who
        .done("requestErasure", input, "erasureRequest { id dueAt }")
        .await;
    done["erasureRequest"].take()
}

async fn decides(who: &Person, request: &Value, verdict: &str, reason: &str) {
    let input = json!({ "id": request["id"], "verdict": verdict, "reason": reason });
    who.done("decideErasure", input, "erasureRequest { id }")
        .await;
}

on_both_databases! {
    async fn those_who_decide_are_told_at_once_and_by_when(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;

        let request = asks(&cast.volunteer, json!({ "volunteerId": cast.record, "reason": "a private reason" })).await;

        assert_eq!(request["dueAt"], "2026-11-12T09:00:00Z");
        let owner = told(&cast.owner).await;
        assert_eq!(kinds(&owner), ["ERASURE_REQUESTED"]);
        assert_eq!(owner[0]["organization"]["id"], json!(cast.organization.id));
        let message = owner[0]["message"].as_str().unwrap();
        assert!(message.contains("2026-11-02") && message.contains("2026-11-12") && message.contains("Al Amal"), "{message}");
        assert!(!message.contains("private") && !message.contains("Fatima"), "{message}");
        for other in [&cast.volunteer, &cast.coordinator, &cast.viewer, &cast.outsider, &cast.observer] {
            assert_eq!(told(other).await, Vec::<Value>::new());
        }
        app_with.close().await;
    }

    async fn whose_data_it_is_learns_what_was_decided_in_their_language(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        for of in LANGUAGES {
            let person = speaks(&app_with, &format!("erased-{}", of.0), of.0).await;
            let input = json!({ "organizationId": cast.organization.id, "name": of.0 });
            let made = cast.owner.done("createVolunteer", input, "volunteer { id }").await;
            let record = made["volunteer"]["id"].as_str().unwrap().to_owned();
            cast.owner.takes_in(&cast.organization, &person, "VOLUNTEER", Some(&record)).await;
            worked_off(&app_with).await;
            post.forget();
            let request = asks(&person, json!({ "volunteerId": record })).await;
            decides(&cast.owner, &request, "REFUSE", "There is a lawsuit").await;
            worked_off(&app_with).await;
            let refused = post.letters();
            assert_eq!(refused.len(), 1, "none to whoever decided");
            assert_says(to(&refused, &person.email)[0], of, &["There is a lawsuit", "2026-11-02", "CNDP", &format!("{MARK} Al Amal")]);
            let request = asks(&person, json!({ "volunteerId": record })).await;
            decides(&cast.owner, &request, "APPROVE", "Yes").await;
            worked_off(&app_with).await;
            let letters = post.letters();
            assert_eq!(letters.len(), 2);
            assert_says(to(&letters, &person.email)[1], of, &["2026-11-09", &format!("{MARK} Al Amal")]);

            let told = told(&person).await;

            assert_eq!(kinds(&told), ["ERASURE_APPROVED", "ERASURE_REFUSED"]);
            assert!(told[0]["message"].as_str().unwrap().contains("2026-11-09"));
            assert!(!told[1]["message"].as_str().unwrap().contains("lawsuit"));
        }
        app_with.close().await;
    }

    async fn what_was_taken_back_meanwhile_is_written_to_nobody(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        // Asked for on paper: the person learns of it by the decision.
        let request = asks(&cast.owner, json!({ "volunteerId": cast.record })).await;
        assert_eq!(told(&cast.owner).await, Vec::<Value>::new(), "they know");
        decides(&cast.owner, &request, "APPROVE", "Yes").await;
        assert_eq!(kinds(&told(&cast.volunteer).await), ["ERASURE_APPROVED"]);
        cast.volunteer.done("withdrawErasure", json!({ "id": request["id"] }), "erasureRequest { id }").await;

        worked_off(&app_with).await;

        assert_eq!(post.letters().len(), 0);
        app_with.close().await;
    }

    async fn of_an_account_the_platform_is_told_and_then_its_holder(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        let person = Person::sign_up(&app_with, "nobody-knows").await;

        let request = asks(&person, json!({})).await;

        assert_eq!(kinds(&told(&cast.admin).await), ["ERASURE_REQUESTED"]);
        assert_eq!(told(&cast.owner).await, Vec::<Value>::new());
        decides(&cast.admin, &request, "APPROVE", "Yes").await;
        worked_off(&app_with).await;
        assert_eq!(kinds(&told(&person).await), ["ERASURE_APPROVED"]);
        let letters = post.letters();
        let text = read(to(&letters, &person.email).last().unwrap()).body_text(0).unwrap().into_owned();
        assert!(text.contains("2026-11-09") && !text.contains("CNDP"), "{text}");
        app_with.close().await;
    }
}
