//! Letters to people: through a real mail server, in three languages, each once, and only while they are true.
//!
//! How letters look in single is tested beside the code; reports that come by letter are in `deliveries`.

mod erasure;
mod invitation;
mod off;
mod once;
mod reset;
mod returned;
mod rounds;

use chrono::DateTime;
use chrono::Utc;
use mail_parser::HeaderName;
use mail_parser::Message;
use mail_parser::MessageParser;
use sea_orm::ConnectionTrait;
use serde_json::Value;
use serde_json::json;
use tiwizi::config::Config;
use tiwizi::config::MailSecurity;
use tiwizi::platform::i18n::Locale;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::mail::Arrived;
use crate::support::mail::Post;

/// The languages, and which way each is written.
pub const LANGUAGES: [(&str, &str); 3] = [("ar", "rtl"), ("fr", "ltr"), ("en", "ltr")];

/// An instance that sends its letters to a mail server of the test.
async fn posted(app: &App, post: &Post) -> App {
    posted_with(app, post, |_| ()).await
}

pub async fn posted_with(app: &App, post: &Post, change: impl FnOnce(&mut Config)) -> App {
    let port = post.port;
    app.beside_with(|config| {
        config.mail.host = "127.0.0.1".to_owned();
        config.mail.port = port;
        config.mail.security = MailSecurity::None;
        config.mail.from = "Tiwizi <hours@tiwizi.test>".to_owned();
        change(config);
    })
    .await
}

fn moved(app: &App, at: &str) {
    let then: DateTime<Utc> = at.parse().unwrap();
    app.advance(then - app.parts.core.clock.now());
}

/// Somebody whose account speaks a language.
pub async fn speaks(app: &App, name: &str, language: &str) -> Person {
    let email = format!("{name}@example.org");
    let input = json!({ "email": email, "displayName": name, "password": "correct horse battery", "locale": language });
    let mut person = Person::nobody(app);
    person.done("signUp", input, "viewer { user { id } }").await;
    person.email = email;
    person.again().await
}

/// A volunteer of the organization whose account speaks a language, and their record.
async fn volunteer(app: &App, cast: &Cast, name: &str, language: &str) -> (Person, String) {
    let person = speaks(app, name, language).await;
    let record = cast
        .owner
        .enrols(&cast.organization, &format!("{MARK} {name}"))
        .await;
    cast.owner
        .takes_in(&cast.organization, &person, "VOLUNTEER", Some(&record))
        .await;
    (person, record)
}

pub fn read(letter: &Arrived) -> Message<'_> {
    MessageParser::default().parse(&letter.raw).unwrap()
}

/// The letters to an address.
pub fn to<'a>(letters: &'a [Arrived], address: &str) -> Vec<&'a Arrived> {
    letters.iter().filter(|it| it.to == [address]).collect()
}

/// A letter in a language: both of its parts hold these texts, and it is written its way.
pub fn assert_says(letter: &Arrived, (language, direction): (&str, &str), texts: &[&str]) {
    let read = read(letter);
    let header = |name: &'static str| read.header_raw(name).unwrap_or_default().trim().to_owned();
    assert_eq!(header("Content-Language"), language);
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    let (plain, html) = (read.body_text(0).unwrap(), read.body_html(0).unwrap());
    assert!(
        html.contains(&format!("<html lang=\"{language}\" dir=\"{direction}\">")),
        "{html}"
    );
    let markup = |it: &str| {
        it.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
    };
    for text in texts {
        assert!(plain.contains(text), "{text} is not in\n{plain}");
        assert!(html.contains(&markup(text)), "{text} is not in\n{html}");
    }
    for text in [plain.as_ref(), html.as_ref(), read.subject().unwrap()] {
        assert!(!text.contains("letter-") && !text.contains("{ $"), "{text}");
        assert!(
            !text.chars().any(|it| matches!(it, '\u{202a}'..='\u{202e}')),
            "{text}"
        );
    }
    assert!(read.header(HeaderName::MessageId).is_some());
}

/// Minutes as letters say them.
fn minutes(language: &str, minutes: i64) -> String {
    let locale = Locale::parse(language).unwrap();
    let values = [
        (
            "time",
            tiwizi::certificates::document::time(locale, minutes),
        ),
        ("minutes", minutes.to_string()),
    ];
    locale.sentence("letter-minutes", &values)
}

/// What became of the letters that somebody sees.
async fn became(who: &Person, filter: &str) -> Vec<Value> {
    let query = format!(
        "{{ viewer {{ letters(first: 100, filter: {{ {filter} }}) {{ totalCount nodes {{ id kind status attempts sentAt droppedAt version failures {{ code message }} }} }} }} }}"
    );
    let mut data = who.again().await.asks(&query, json!({})).await;
    let letters = data["viewer"]["letters"].take();
    let nodes = letters["nodes"].as_array().unwrap().clone();
    assert_eq!(letters["totalCount"], nodes.len());
    nodes
}

/// Closes an account, as the operator of the database does.
pub async fn closed(app: &App, email: &str) {
    let tx = app.begin().await;
    let statement =
        format!("update user_account set disabled_at = created_at where email = '{email}'");
    tx.execute_unprepared(&statement).await.unwrap();
    tx.commit().await.unwrap();
}
