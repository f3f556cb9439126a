//! The link by which no more letters of a kind come.
//!
//! A look changes nothing; the button does, and so does what mail programs send in its place.

use serde_json::json;

use crate::exports::worked_off;
use crate::letters::LANGUAGES;
use crate::letters::posted;
use crate::letters::read;
use crate::letters::volunteer;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::mail::Post;
use crate::support::on_both_databases;

on_both_databases! {
    async fn one_click_ends_a_kind(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post).await;
        let cast = Cast::on(&app_with).await;
        for (language, direction) in LANGUAGES {
            let (person, record) = volunteer(&app_with, &cast, &format!("tired-{language}"), language).await;
            let returned = async |day: &str| {
                let entry = person.logs(&record, &cast.project, day, 30).await;
                let input = json!({ "ids": [entry], "reason": "Why?" });
                cast.coordinator.does("returnHourEntries", input, "results { userErrors { code } }").await;
                worked_off(&app_with).await;
                post.letters().into_iter().filter(|it| it.to == [person.email.clone()]).collect::<Vec<_>>()
            };
            let letters = returned("2026-10-14").await;
            let letter = read(&letters[0]);
            let header = |name: &'static str| letter.header_raw(name).unwrap().replace(['\r', '\n', ' '], "");
            assert_eq!(header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
            let url = header("List-Unsubscribe");
            let url = url.trim_matches(['<', '>']);
            for part in [letter.body_text(0).unwrap(), letter.body_html(0).unwrap()] {
                assert!(part.contains(url), "{url} is not in {part}");
            }
            let path = url.strip_prefix("http://127.0.0.1:8080").unwrap();
            let here = format!("{}{path}", app_with.url);

            let shown = app_with.http().get(&here).send().await.unwrap();
            assert_eq!(shown.status(), 200);
            let policy = shown.headers()["content-security-policy"].to_str().unwrap().to_owned();
            assert!(policy.starts_with("default-src 'none'") && policy.contains("form-action 'self'") && !policy.contains("script"), "{policy}");
            assert_eq!(shown.headers()["content-language"], language);
            let page = shown.text().await.unwrap();
            assert!(page.contains(&format!("lang=\"{language}\" dir=\"{direction}\"")), "{page}");
            assert!(page.contains("<form method=\"post\"") && !page.contains("<script") && !page.contains("letters-off") && !page.contains(&person.email), "{page}");
            assert_eq!(returned("2026-10-15").await.len(), 2, "a look changes nothing");

            let pressed = app_with.http().post(&here).header("content-type", "application/x-www-form-urlencoded").body("List-Unsubscribe=One-Click").send().await.unwrap();

            assert_eq!(pressed.status(), 200);
            assert_eq!(returned("2026-10-16").await.len(), 2);
            let query = "{ viewer { notificationPreferences { kind enabled } } }";
            let now = person.asks(query, json!({})).await;
            let off: Vec<_> = now["viewer"]["notificationPreferences"].as_array().unwrap().iter().filter(|it| it["enabled"] == false).collect();
            assert_eq!(off, [&json!({ "kind": "HOURS_RETURNED", "enabled": false })]);
            // Twice is once.
            assert_eq!(app_with.http().post(&here).send().await.unwrap().status(), 200);
        }
        app_with.close().await;
    }

    async fn what_was_made_up_switches_nothing_off(app: App) {
        let cast = Cast::on(&app).await;
        let core = &app.parts.core;
        let recipient = tiwizi::letters::asked::recipient(core, &cast.owner.email);
        let link = |kind| {
            let url = tiwizi::letters::off::link(core, &recipient, kind, tiwizi::platform::i18n::Locale::En);
            url.replace(&core.config.public_url, &app.url)
        };
        let good = link(entity::types::LetterKind::WeeklyDigest);
        let token = good.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
        let first = if token.starts_with('A') { 'B' } else { 'A' };
        let altered = good.replace(&token, &format!("{first}{}", &token[1..]));
        let security = link(entity::types::LetterKind::PasswordReset);
        for url in [altered, security, format!("{}/letters/off/x", app.url)] {
            for sent in [app.http().get(&url), app.http().post(&url)] {
                let answer = sent.send().await.unwrap();
                assert_eq!(answer.status(), 404, "{url}");
                assert!(answer.headers().contains_key("content-security-policy"));
            }
        }
        assert_eq!(app.http().get(&good).send().await.unwrap().status(), 200);
    }
}
