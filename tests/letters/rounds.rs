//! Letters that come from time to time: what waits, every week, and months of which nothing was said.
//!
//! Each is asked for once, and says what is true when it is sent.

use std::path::Path;

use serde_json::Value;
use serde_json::json;

use crate::exports::worked_off;
use crate::letters::LANGUAGES;
use crate::letters::assert_says;
use crate::letters::became;
use crate::letters::minutes;
use crate::letters::moved;
use crate::letters::posted;
use crate::letters::read;
use crate::letters::speaks;
use crate::letters::to;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::mail::Post;
use crate::support::on_both_databases;

const QUEUE: &str = "query($id: ID!) { approvalQueue(organizationId: $id, first: 10) { totals { entries minutes } nodes { hourEntry { project { id } minutes } } } }";

/// Who decides, in each language.
async fn deciders(app: &App, cast: &Cast) -> Vec<Person> {
    let mut people = Vec::new();
    for (language, _) in LANGUAGES {
        let person = speaks(app, &format!("decider-{language}"), language).await;
        cast.owner
            .takes_in(&cast.organization, &person, "COORDINATOR", None)
            .await;
        people.push(person);
    }
    people
}

async fn late(cast: &Cast) -> Value {
    let query =
        "query($input: CompletenessInput!) { completeness(input: $input) { late expected } }";
    let input = json!({ "territoryCode": REGION, "from": "2026-11-01", "to": "2026-11-30" });
    cast.admin
        .again()
        .await
        .asks(query, json!({ "input": input }))
        .await["completeness"]
        .take()
}

/// The letters as files, for whoever wants to look at them.
fn kept(letters: &[crate::support::mail::Arrived]) {
    let Ok(folder) = std::env::var("TIWIZI_TEST_LETTERS") else {
        return;
    };
    for letter in letters {
        let read = read(letter);
        let name = format!("{}-{}.html", letter.to[0], letters.len());
        std::fs::write(
            Path::new(&folder).join(name),
            read.body_html(0).unwrap().as_bytes(),
        )
        .unwrap();
    }
}

on_both_databases! {
    async fn what_waits_is_told_on_mondays_to_those_who_decide(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        let people = deciders(&app_with, &cast).await;
        let other = cast.owner.opens_project(&cast.organization, "Second & <last>").await;
        cast.volunteer.logs(&cast.record, &cast.project, "2026-10-14", 90).await;
        cast.volunteer.logs(&cast.record, &cast.project, "2026-10-15", 45).await;
        cast.volunteer.logs(&cast.record, &other, "2026-10-16", 600).await;
        moved(&app_with, "2026-11-09T06:59:59Z");
        assert_eq!(app_with.parts.ask_for_letters().await.unwrap(), 0, "not before eight");
        moved(&app_with, "2026-11-09T08:00:00Z");

        let asked = app_with.parts.ask_for_letters().await.unwrap();
        assert_eq!(app_with.parts.ask_for_letters().await.unwrap(), 0, "once");
        worked_off(&app_with).await;

        // The owner and the coordinator of the cast decide, too; volunteers and viewers do not.
        assert_eq!(asked, 5);
        let letters = post.letters();
        kept(&letters);
        assert_eq!(letters.len(), 5);
        for (person, of) in people.iter().zip(LANGUAGES) {
            let queue = person.again().await.asks(QUEUE, json!({ "id": cast.organization.id })).await["approvalQueue"].take();
            let totals = &queue["totals"];
            let texts = [
                minutes(of.0, totals["minutes"].as_i64().unwrap()), minutes(of.0, 135), minutes(of.0, 600),
                format!("{MARK} Trees"), "Second & <last>".to_owned(), "2026-11-02".to_owned(),
            ];
            let letters = to(&letters, &person.email);
            assert_eq!(letters.len(), 1);
            assert_says(letters[0], of, &texts.each_ref().map(String::as_str));
            let entries = match of.0 { "ar" => "الإدخالات: \u{2068}3\u{2069}", "fr" => "Saisies : 3", _ => "Entries: 3" };
            assert_eq!(totals["entries"], 3);
            assert_says(letters[0], of, &[entries]);
        }
        app_with.close().await;
    }

    async fn weeks_that_were_missed_are_caught_up_once_and_empty_ones_bring_nothing(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        moved(&app_with, "2026-11-09T09:00:00Z");
        assert_eq!(app_with.parts.ask_for_letters().await.unwrap(), 0, "nothing waits");
        let volunteer = cast.volunteer.again().await;
        let entry = volunteer.logs(&cast.record, &cast.project, "2026-11-03", 90).await;
        assert_eq!(app_with.parts.ask_for_letters().await.unwrap(), 0, "the week was looked at");
        // Three Mondays without a server.
        moved(&app_with, "2026-12-02T12:00:00Z");
        assert_eq!(app_with.parts.ask_for_letters().await.unwrap(), 2);
        worked_off(&app_with).await;
        assert_eq!(post.letters().len(), 2);
        // Decided between the asking and the sending.
        moved(&app_with, "2026-12-07T08:00:00Z");
        assert_eq!(app_with.parts.ask_for_letters().await.unwrap(), 3, "and a month of the other organization");
        cast.coordinator.again().await.approves(&[&entry]).await;

        worked_off(&app_with).await;

        let letters = post.letters();
        assert_eq!((letters.len(), &letters[2].to), (3, &vec![cast.outsider.email.clone()]));
        app_with.close().await;
    }

    async fn a_month_of_which_nothing_was_said_is_told_to_those_who_attest_it(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        let people = deciders(&app_with, &cast).await;
        let grace = json!({ "id": cast.organization.id, "graceDays": 10 });
        cast.owner.done("updateOrganizationSettings", grace, "organization { graceDays }").await;
        moved(&app_with, "2026-12-08T07:59:59Z");
        // Of the other one, months close only by hand: its fifth day has passed.
        assert_eq!(app_with.parts.ask_for_letters().await.unwrap(), 1, "three days before it closes");
        moved(&app_with, "2026-12-08T08:00:00Z");
        assert_eq!(late(&cast).await["late"], 2, "and the other organization");

        let asked = app_with.parts.ask_for_letters().await.unwrap();
        assert_eq!(app_with.parts.ask_for_letters().await.unwrap(), 0, "once");
        worked_off(&app_with).await;

        assert_eq!(asked, 5);
        let letters = post.letters();
        for (person, of) in people.iter().zip(LANGUAGES) {
            let letters = to(&letters, &person.email);
            assert_eq!(letters.len(), 1);
            assert_says(letters[0], of, &["2026-11", "2026-12-11", &format!("{MARK} Al Amal")]);
        }
        // Next month somebody says it in time, and between the asking and the sending.
        moved(&app_with, "2027-01-08T08:00:00Z");
        let before = post.letters().len();
        assert!(app_with.parts.ask_for_letters().await.unwrap() >= 5);
        let zero = json!({ "organizationId": cast.organization.id, "month": "2026-12", "declaredZero": true });
        cast.owner.again().await.done("submitPeriod", zero, "reportingPeriod { month }").await;
        worked_off(&app_with).await;
        assert!(post.letters()[before..].iter().all(|it| !it.to[0].starts_with("decider")));
        app_with.close().await;
    }

    async fn a_month_with_hours_brings_no_reminder(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        cast.volunteer.logs(&cast.record, &cast.project, "2026-11-02", 30).await;
        moved(&app_with, "2026-12-05T08:00:00Z");
        let month = "kind: [MISSING_MONTH]";

        app_with.parts.ask_for_letters().await.unwrap();

        assert_eq!(became(&cast.owner, month).await, Vec::<Value>::new());
        assert_eq!(became(&cast.outsider, month).await.len(), 1, "there are no hours of the other organization");
        app_with.close().await;
    }
}
