//! Editions from approved hours to what anybody reads: over GraphQL, as a page and as files.
//!
//! What is suppressed when is tested in `small` and beside the code.

use entity::statistics_contribution;
use futures_util::future::join;
use sea_orm::ConnectionTrait;
use sea_orm::EntityTrait;
use sea_orm::PaginatorTrait;
use serde_json::Value;
use serde_json::json;
use tiwizi::platform::i18n::Locale;
use tiwizi::statistics::period::Period;
use tiwizi::statistics::publish_from;
use tokio_util::sync::CancellationToken;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::on_both_databases;

const QUERY: &str = "query($edition: String, $code: String) {
    publicStatistics(edition: $edition, territoryCode: $code) {
      editions { name } edition { name year quarter from to threshold statusBasis licence csvPath }
      rows { territory { code } part column term { code } suppressed minutes volunteers organizations
        projects withheld } } }";

/// Publishes as the operator does, everything from the start of the year on.
async fn published(app: &App) -> usize {
    let ctx = app.parts.operator(Locale::En);
    let first = Period::first_of(2026);
    let made = publish_from(&ctx, first, &CancellationToken::new()).await;
    made.expect("published").len()
}

/// What somebody reads who has no account.
async fn read(app: &App, edition: &str, code: Option<&str>) -> Value {
    let variables = json!({ "edition": edition, "code": code });
    let nobody = Person::nobody(app);
    nobody.asks(QUERY, variables).await["publicStatistics"].take()
}

/// The row of a territory as a whole and all programmes.
fn total<'a>(read: &'a Value, code: &str) -> &'a Value {
    let rows = read["rows"].as_array().expect("rows");
    let mut found = rows.iter().filter(|it| {
        it["territory"]["code"] == code && it["part"] == "WHOLE" && it["column"] == "TOTAL"
    });
    found.next().expect("a row")
}

async fn fetched(app: &App, path: &str) -> (u16, String) {
    let answer = app
        .http()
        .get(format!("{}{path}", app.url))
        .send()
        .await
        .expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.text().await.expect("a text"))
}

/// An hour each of so many people, approved.
async fn worked(cast: &Cast, day: &str, people: usize) {
    let mut entries = Vec::new();
    for number in 0..people {
        let name = format!("{MARK} {day} {number}");
        let record = cast.owner.enrols(&cast.organization, &name).await;
        entries.push(cast.coordinator.logs(&record, &cast.project, day, 60).await);
    }
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    cast.owner.approves(&entries).await;
}

on_both_databases! {
    async fn finished_quarters_are_published_for_everybody(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast, "2026-05-04", 6).await;
        let before = read(&app, "2026-Q2", None).await;
        assert_eq!((&before["editions"], &before["edition"]), (&json!([]), &Value::Null));

        // The third quarter is over, but has not settled.
        assert_eq!(published(&app).await, 2);

        let country = read(&app, "2026-Q2", None).await;
        let names: Vec<&Value> = country["editions"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
        assert_eq!(names, ["2026-Q2", "2026-Q1"]);
        assert_eq!(country["edition"], json!({
            "name": "2026-Q2", "year": 2026, "quarter": 2, "from": "2026-04-01", "to": "2026-06-30",
            "threshold": 5, "statusBasis": ["APPROVED"], "licence": "CC-BY-4.0",
            "csvPath": "/open-data/2026-Q2.csv",
        }));
        let row = total(&country, "MA");
        assert_eq!((&row["minutes"], &row["volunteers"]), (&json!(360), &json!(6)));
        assert_eq!((&row["organizations"], &row["projects"]), (&json!(1), &json!(1)));
        assert_eq!(total(&country, "07")["minutes"], 360);
        assert_eq!(total(&country, "01")["minutes"], 0);
        for (edition, code, field) in [("2026-Q8", None, "edition"), ("spring", None, "edition"), ("2026-Q2", Some("99"), "territoryCode")] {
            let variables = json!({ "edition": edition, "code": code });
            let answer = Person::nobody(&app).tries(QUERY, variables).await;
            assert_eq!(answer.body["errors"][0]["extensions"]["path"], json!([field]), "{:#}", answer.body);
        }
        let region = read(&app, "2026-Q2", Some("07")).await;
        assert_eq!(total(&region, "07.041")["minutes"], 360);
        assert_eq!(total(&read(&app, "2026-Q1", None).await, "MA")["minutes"], 0);
    }

    async fn few_people_are_kept_back_and_stored_nowhere(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast, "2026-05-04", 4).await;
        published(&app).await;

        let found = read(&app, "2026-Q2", None).await;

        let row = total(&found, "MA");
        assert_eq!((&row["suppressed"], &row["minutes"], &row["volunteers"]), (&json!(true), &Value::Null, &Value::Null));
        let (status, csv) = fetched(&app, "/open-data/2026-Q2.csv").await;
        let line = csv.lines().find(|it| it.contains(",MA,COUNTRY,") && it.contains(",WHOLE,TOTAL,"));
        assert_eq!(status, 200);
        assert!(line.unwrap().ends_with(",true,,,,,"), "{line:?}");
        assert!(!csv.contains(",240,") && !csv.contains(MARK), "{csv}");
    }

    async fn an_edition_never_changes(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast, "2026-05-04", 6).await;
        published(&app).await;
        let before = fetched(&app, "/open-data/2026-Q2.csv").await;

        worked(&cast, "2026-05-05", 9).await;

        assert_eq!(published(&app).await, 0);
        assert_eq!(fetched(&app, "/open-data/2026-Q2.csv").await, before);
        for table in ["statistics_cell", "statistics_edition"] {
            let tx = app.begin().await;
            assert!(tx.execute_unprepared(&format!("delete from {table}")).await.is_err(), "{table}");
        }
    }

    async fn of_several_instances_one_publishes(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast, "2026-05-04", 6).await;
        let other = app.beside().await;

        let (one, two) = join(published(&app), published(&other)).await;

        assert_eq!(one + two, 2);
        let kept = statistics_contribution::Entity::find().count(app.parts.core.db.system().read()).await;
        assert_eq!(kept.unwrap(), 6);
        other.close().await;
    }

    async fn the_page_speaks_three_languages_and_is_kept_by_caches(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast, "2026-05-04", 6).await;
        published(&app).await;

        for (lang, direction, word) in [
            ("ar", "rtl", "إحصاءات عمومية"),
            ("fr", "ltr", "statistiques publiques"),
            ("en", "ltr", "public statistics"),
        ] {
            let url = format!("{}/open-data?edition=2026-Q2", app.url);
            let ask = || app.http().get(&url).header("accept-language", lang);
            let answer = ask().send().await.unwrap();
            let headers = answer.headers().clone();
            assert_eq!(answer.status(), 200);
            assert_eq!(headers["content-language"], lang);
            assert_eq!(headers["cache-control"], "public, max-age=3600");
            assert!(headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'; style-src 'self'"));
            let text = answer.text().await.unwrap();
            assert!(text.contains(&format!("<html lang=\"{lang}\" dir=\"{direction}\">")), "{text}");
            assert!(text.contains(word) && text.contains("<caption>") && text.contains("scope=\"row\""), "{text}");
            assert!(text.contains("<td>6:00</td>") && !text.contains("open-data-lead"), "{text}");
            // The map and the chart are shapes of the page with a sentence, and nothing that the policy forbids.
            let pictures = text.matches("<svg role=\"img\" aria-label=\"").count();
            let direction = format!("direction=\"{direction}\"");
            assert!(pictures == 2 && text.contains(&direction) && text.contains("OpenStreetMap"), "{text}");
            assert!(!text.contains("style=") && !text.contains("<script") && text.len() < 100_000, "{}", text.len());

            let again = ask().header("if-none-match", headers["etag"].to_str().unwrap()).send().await.unwrap();

            assert_eq!(again.status(), 304);
            assert_eq!(again.headers()["etag"], headers["etag"]);
            // Browsers put the headers of this answer in the place of those they kept, and apply the policy that they hold.
            assert!(!again.headers().contains_key("content-security-policy"), "{again:?}");
        }
        let (_, asked) = fetched(&app, "/open-data?lang=ar&territory=07").await;
        assert!(asked.contains("dir=\"rtl\"") && asked.contains("lang=ar"), "{asked}");
    }

    async fn files_are_kept_by_caches_and_nothing_else_is_found(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast, "2026-05-04", 6).await;
        published(&app).await;

        for path in ["2026-Q2.csv", "2026-Q2.json", "all.csv", "editions.json"] {
            let url = format!("{}/open-data/{path}", app.url);
            let answer = app.http().get(&url).send().await.unwrap();
            assert_eq!((answer.status().as_u16(), answer.headers()["access-control-allow-origin"].to_str().unwrap()), (200, "*"));
            let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
            let again = app.http().get(&url).header("if-none-match", tag).send().await.unwrap();
            assert_eq!(again.status(), 304, "{path}");
        }
        let (_, text) = fetched(&app, "/open-data/2026-Q2.json").await;
        let file: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&file["edition"], &file["licence"]), (&json!("2026-Q2"), &json!("CC-BY-4.0")));
        assert_eq!(file["rows"][0]["minutes"], 360);
        for path in ["2026.csv", "2026-Q4.csv", "2026-Q2.xml", "2026-Q2", "all.json", "..%2Fx.csv"] {
            assert_eq!(fetched(&app, &format!("/open-data/{path}")).await.0, 404, "{path}");
        }
        assert_eq!(fetched(&app, "/open-data?edition=1999").await.0, 404);
        assert_eq!(fetched(&app, "/open-data?territory=99").await.0, 404);
    }

    async fn pages_of_other_sites_may_ask_whether_it_changed(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast, "2026-05-04", 6).await;
        published(&app).await;
        let get = |path: &str, tag: &str| {
            app.http().get(format!("{}{path}", app.url)).header("if-none-match", tag.to_owned()).send()
        };
        let tag = get("/open-data/all.csv", "").await.unwrap().headers()["etag"].to_str().unwrap().to_owned();

        for (path, tag, status) in [
            ("/open-data", "", 200),
            ("/open-data", "*", 304),
            ("/open-data/all.csv", tag.as_str(), 304),
            ("/open-data/2026-Q4.csv", "*", 404),
            ("/open-data?territory=99", "*", 404),
            ("/open-data?edition=1999", "*", 404),
        ] {
            let answer = get(path, tag).await.unwrap();
            assert_eq!(answer.status(), status, "{path}");
            assert_eq!(answer.headers()["access-control-allow-origin"], "*", "{path}");
            assert_eq!(answer.headers()["access-control-expose-headers"], "ETag", "{path}");
        }
        for path in ["/open-data", "/open-data/all.csv"] {
            let url = format!("{}{path}", app.url);
            let asked = app.http().request(reqwest::Method::OPTIONS, &url).send().await.unwrap();
            assert_eq!(asked.status(), 204);
            assert_eq!(asked.headers()["access-control-allow-headers"], "If-None-Match");
            let head = app.http().head(&url).send().await.unwrap();
            let get = app.http().get(&url).send().await.unwrap();
            assert_eq!((head.status().as_u16(), &head.headers()["etag"]), (200, &get.headers()["etag"]));
            assert_eq!(head.text().await.unwrap(), "");
        }
    }

    async fn two_servers_with_the_same_edition_say_the_same(app: App) {
        let cast = Cast::on(&app).await;
        worked(&cast, "2026-05-04", 6).await;
        published(&app).await;

        let (_, text) = fetched(&app, "/open-data/editions.json").await;

        let list: Value = serde_json::from_str(&text).unwrap();
        let newest = &list["editions"][0];
        assert_eq!(newest["asOf"], newest["publishedAt"]);
        let query = "{ publicStatistics { edition { digest asOf publishedAt } } }";
        let read = Person::nobody(&app).asks(query, json!({})).await;
        let edition = &read["publicStatistics"]["edition"];
        assert_eq!((&edition["digest"], edition["digest"].as_str().unwrap().len()), (&newest["digest"], 64));
        assert_eq!(edition["asOf"], edition["publishedAt"]);
    }
}
