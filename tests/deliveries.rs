//! Reports on their way: letters through a real mail server, files in folders; each arrives once, and what does not is
//! told.
//!
//! What letters say in single is tested beside the code, when reports are made in `schedules`.

use std::collections::BTreeMap;
use std::fs;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::job;
use futures_util::future::join_all;
use mail_parser::MessageParser;
use mail_parser::MimeHeaders;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::ConnectionTrait;
use sea_orm::DbBackend;
use serde_json::Value;
use serde_json::json;
use tempfile::TempDir;
use tiwizi::config::Config;
use tiwizi::config::MailSecurity;
use tiwizi::deliveries;
use tiwizi::deliveries::send::LETTERS_MOST;
use tiwizi::identity::Ctx;
use tiwizi::jobs::Failed;
use tiwizi::jobs::Made;
use tiwizi::jobs::Progress;
use tiwizi::jobs::Work;
use tiwizi::jobs::worker;
use tiwizi::platform::i18n::Locale;
use tokio_util::sync::CancellationToken;

use crate::exports::fetched;
use crate::exports::worked_off;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::REGION;
use crate::support::mail::Arrived;
use crate::support::mail::Mood;
use crate::support::mail::Post;
use crate::support::on_both_databases;

const SEEN: &str = "query($id: ID!) { node(id: $id) { ... on Schedule { alarm { kind } deliverTo { kind address form path }
    lastRun { status exportJob { artifact { sha256 bytes fileName } } deliveries { id status attempts sentAt version
        target { kind address path } failures { code message } } } } } }";

fn daily(language: &str, targets: Value) -> Value {
    json!({
        "title": "For the province", "report": { "name": "INDH", "territoryCode": REGION }, "format": "CSV", "locale": language,
        "cadence": { "cron": "0 7 * * *" }, "covers": "PREVIOUS_DAY", "deliverTo": targets,
    })
}

fn to(address: &str, form: &str) -> Value {
    json!({ "email": { "address": address, "form": form } })
}

/// An instance that sends its letters to a mail server of the test.
async fn posted(app: &App, post: &Post, change: impl FnOnce(&mut Config)) -> App {
    let port = post.port;
    app.beside_with(|config| {
        config.mail.host = "127.0.0.1".to_owned();
        config.mail.port = port;
        config.mail.security = MailSecurity::None;
        config.mail.from = "Tiwizi <reports@tiwizi.test>".to_owned();
        change(config);
    })
    .await
}

/// The people, who have read their invitations.
async fn people(app: &App, post: &Post) -> Cast {
    let cast = Cast::on(app).await;
    worked_off(app).await;
    post.forget();
    cast
}

async fn created(who: &Person, input: Value) -> String {
    let payload = who.done("createSchedule", input, "schedule { id }").await;
    payload["schedule"]["id"].as_str().unwrap().to_owned()
}

async fn seen(who: &Person, id: &str) -> Value {
    who.again().await.asks(SEEN, json!({ "id": id })).await["node"].take()
}

fn moved(app: &App, at: &str) {
    let then: DateTime<Utc> = at.parse().unwrap();
    app.advance(then - app.parts.core.clock.now());
}

/// The next morning: what is due is made and sent.
async fn next_morning(app: &App) {
    moved(app, "2026-11-03T07:00:00Z");
    assert!(app.parts.run_schedules().await.unwrap() > 0);
    worked_off(app).await;
}

fn message_id(letter: &Arrived) -> String {
    let read = MessageParser::default().parse(&letter.raw).unwrap();
    read.message_id().unwrap().to_owned()
}

/// Dies after the letter was taken and before that is said of the work.
struct DiesAfterwards;

impl Work for DiesAfterwards {
    async fn carry_out(
        &self,
        ctx: &Ctx,
        job: &job::Model,
        progress: &Progress<'_>,
    ) -> Result<Option<Made>, Failed> {
        deliveries::send::carry_out(ctx, job, progress).await?;
        Err(Failed::Interrupted)
    }
}

on_both_databases! {
    async fn a_report_arrives_by_letter_in_its_language(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post, |config| {
            config.mail.user = "tiwizi".to_owned();
            config.mail.password = serde_json::from_value(json!("a secret")).unwrap();
        }).await;
        let cast = people(&app_with, &post).await;
        let mut ids = Vec::new();
        for language in ["ar", "fr", "en"] {
            ids.push(created(&cast.observer, daily(language, json!([to(&format!("{language}@example.org"), "ATTACHMENT")]))).await);
        }

        next_morning(&app_with).await;

        let letters = post.letters();
        assert_eq!((letters.len(), post.heard("AUTH")), (3, 3));
        for (language, id) in ["ar", "fr", "en"].into_iter().zip(&ids) {
            let run = seen(&cast.observer, id).await["lastRun"].take();
            let delivery = &run["deliveries"][0];
            assert_eq!((&run["status"], &delivery["status"], &delivery["sentAt"]), (&json!("SUCCEEDED"), &json!("SUCCEEDED"), &json!("2026-11-03T07:00:00Z")), "{run:#}");
            let address = format!("{language}@example.org");
            let letter = letters.iter().find(|it| it.to == [address.clone()]).unwrap();
            assert_eq!(letter.from, "reports@tiwizi.test");
            let read = MessageParser::default().parse(&letter.raw).unwrap();
            assert_eq!(read.to().unwrap().first().unwrap().address(), Some(address.as_str()));
            assert_eq!(read.from().unwrap().first().unwrap().name(), Some("Tiwizi"));
            assert!(read.subject().unwrap().contains("For the province") && read.subject().unwrap().contains("2026-11-02"), "{:?}", read.subject());
            assert!(read.message_id().unwrap().ends_with("@tiwizi.test"));
            let (plain, html) = (read.body_text(0).unwrap(), read.body_html(0).unwrap());
            let word = match language { "ar" => "مرفقا", "fr" => "joint", _ => "comes with this letter" };
            assert!(plain.contains(word) && html.contains(word), "{plain}\n{html}");
            let direction = if language == "ar" { "dir=\"rtl\"" } else { "dir=\"ltr\"" };
            assert!(html.contains(direction) && html.contains(&format!("lang=\"{language}\"")), "{html}");
            let file = read.attachment(0).unwrap();
            let artifact = &run["exportJob"]["artifact"];
            assert_eq!((read.attachment_count(), file.attachment_name()), (1, artifact["fileName"].as_str()));
            let digest: String = tiwizi::platform::crypto::sha256(file.contents()).iter().map(|it| format!("{it:02x}")).collect();
            assert_eq!(artifact["sha256"], digest, "{language}");
        }
        app_with.close().await;
    }

    /// A link stands for the file where that was asked, and where the file is too large; it lasts for a week.
    async fn a_letter_may_bring_a_link(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post, |config| config.deliveries.attachment_bytes = 10).await;
        let cast = people(&app_with, &post).await;
        let id = created(&cast.observer, daily("en", json!([to("a@example.org", "LINK"), to("b@example.org", "ATTACHMENT"), to("a@example.org", "LINK")]))).await;

        next_morning(&app_with).await;

        let letters = post.letters();
        assert_eq!(letters.len(), 2, "each address has one");
        let bytes = seen(&cast.observer, &id).await["lastRun"]["exportJob"]["artifact"]["bytes"].clone();
        for letter in &letters {
            let read = MessageParser::default().parse(&letter.raw).unwrap();
            assert_eq!(read.attachment_count(), 0);
            let text = read.body_text(0).unwrap().into_owned();
            assert_eq!(text.contains("too large"), letter.to == ["b@example.org"], "{text}");
            let url = text.split_whitespace().find(|it| it.contains("/files/")).unwrap();
            assert!(read.body_html(0).unwrap().contains(url));
            let (status, _, file) = fetched(&app_with, url).await;
            assert_eq!((status, json!(file.len())), (200, bytes.clone()));
        }
        let text = MessageParser::default().parse(&letters[0].raw).unwrap().body_text(0).unwrap().into_owned();
        let url = text.split_whitespace().find(|it| it.contains("/files/")).unwrap();
        moved(&app_with, "2026-11-10T06:59:00Z");
        assert_eq!(fetched(&app_with, url).await.0, 200);
        moved(&app_with, "2026-11-10T07:00:00Z");
        assert_eq!(fetched(&app_with, url).await.0, 404);
        app_with.close().await;
    }

    async fn a_report_lies_in_the_folder_where_it_goes(app: App) {
        let post = Post::open().await;
        let folder = TempDir::new().unwrap();
        let place = folder.path().display().to_string();
        let app_with = posted(&app, &post, |config| config.deliveries.folder = place).await;
        let cast = people(&app_with, &post).await;
        let id = created(&cast.observer, daily("en", json!([{ "folder": { "path": "province/indh" } }]))).await;

        next_morning(&app_with).await;

        let after = seen(&cast.observer, &id).await;
        let delivery = &after["lastRun"]["deliveries"][0];
        assert_eq!((&delivery["status"], &delivery["target"]["path"]), (&json!("SUCCEEDED"), &json!("province/indh")), "{after:#}");
        let of_schedule: Vec<_> = fs::read_dir(folder.path().join("province/indh")).unwrap().map(|it| it.unwrap().path()).collect();
        assert_eq!(of_schedule.len(), 1);
        let artifact = &after["lastRun"]["exportJob"]["artifact"];
        let bytes = fs::read(of_schedule[0].join(artifact["fileName"].as_str().unwrap())).unwrap();
        let digest: String = tiwizi::platform::crypto::sha256(&bytes).iter().map(|it| format!("{it:02x}")).collect();
        assert_eq!(artifact["sha256"], digest);
        assert_eq!(after["alarm"], Value::Null);
        app_with.close().await;
    }

    async fn what_is_not_taken_is_tried_again_and_told_in_the_end(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post, |_| ()).await;
        let cast = people(&app_with, &post).await;
        let id = created(&cast.observer, daily("en", json!([to("a@example.org", "LINK")]))).await;
        post.will(Mood::Later);
        next_morning(&app_with).await;
        let waiting = seen(&cast.observer, &id).await["lastRun"]["deliveries"][0].take();
        assert_eq!((&waiting["status"], &waiting["attempts"]), (&json!("QUEUED"), &json!(1)), "{waiting:#}");
        post.will(Mood::Never);
        app_with.advance(TimeDelta::seconds(10));

        worked_off(&app_with).await;

        let after = seen(&cast.observer, &id).await;
        let lost = &after["lastRun"]["deliveries"][0];
        assert_eq!((&lost["status"], &lost["failures"][0]["code"], &after["alarm"]["kind"]), (&json!("FAILED"), &json!("MAIL_REFUSED"), &json!("DELIVERY_FAILED")), "{after:#}");
        let told = lost["failures"][0]["message"].as_str().unwrap();
        assert!(told.contains("550 5.1.1") && !told.contains("nobody of that name"), "only the codes are kept: {told}");
        app_with.parts.run_schedules().await.unwrap();
        let query = "{ viewer { notifications(first: 5) { nodes { kind } } } }";
        let told = cast.observer.again().await.asks(query, json!({})).await;
        assert_eq!(told["viewer"]["notifications"]["nodes"], json!([{ "kind": "DELIVERY_FAILED" }]));
        assert_eq!(post.letters().len(), 0);
        // Administrators find what failed, and try it again.
        let admin = cast.admin.again().await;
        let query = "{ deliveries(filter: { status: [FAILED], owner: EVERYBODY }) { totalCount nodes { id exportJob { status } } } }";
        let found = admin.asks(query, json!({})).await;
        assert_eq!((&found["deliveries"]["totalCount"], &found["deliveries"]["nodes"][0]["id"]), (&json!(1), &lost["id"]));
        let retry = json!({ "id": lost["id"], "expectedVersion": lost["version"] });
        for other in [&cast.outsider, &cast.owner] {
            assert_eq!(other.again().await.refused("retryDelivery", retry.clone()).await, ["NOT_FOUND"]);
        }
        let stale = json!({ "id": lost["id"], "expectedVersion": 1 });
        assert_eq!(admin.refused("retryDelivery", stale).await, ["VERSION_CONFLICT"]);
        post.will(Mood::Takes);
        admin.done("retryDelivery", retry.clone(), "delivery { status }").await;
        worked_off(&app_with).await;
        let after = seen(&cast.observer, &id).await;
        assert_eq!((&after["lastRun"]["deliveries"][0]["status"], &after["alarm"]), (&json!("SUCCEEDED"), &Value::Null));
        assert_eq!(post.letters().len(), 1);
        assert_eq!(admin.refused("retryDelivery", json!({ "id": lost["id"] })).await, ["JOB_STATE"]);
        app_with.close().await;
    }

    /// Only what answers the recipient or the letter ends it; what is wrong with the server or with us is mended meanwhile.
    async fn only_what_is_about_the_letter_refuses_it_for_good(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post, |config| config.mail.user = "tiwizi".to_owned()).await;
        let cast = people(&app_with, &post).await;
        let id = created(&cast.observer, daily("en", json!([to("a@example.org", "LINK")]))).await;
        post.will(Mood::Closed);
        next_morning(&app_with).await;
        for (attempt, (mood, pause)) in [(Mood::NoSignIn, 10), (Mood::NoSender, 40), (Mood::NeverOnceRead, 160)].into_iter().enumerate() {
            let waiting = seen(&cast.observer, &id).await["lastRun"]["deliveries"][0].take();
            assert_eq!((&waiting["status"], &waiting["attempts"]), (&json!("QUEUED"), &json!(attempt + 1)), "{waiting:#}");
            post.will(mood);
            app_with.advance(TimeDelta::seconds(pause));
            worked_off(&app_with).await;
        }

        let lost = seen(&cast.observer, &id).await["lastRun"]["deliveries"][0].take();
        assert_eq!((&lost["status"], &lost["attempts"], &lost["failures"][0]["code"]), (&json!("FAILED"), &json!(4), &json!("MAIL_REFUSED")), "{lost:#}");
        let told = lost["failures"][0]["message"].as_str().unwrap();
        assert!(told.contains("554 5.7.1") && !told.contains("example.org"), "{told}");
        app_with.close().await;
    }

    /// Its link lasts for a week from then on, and its attempts are one letter; without the file there is nothing to send.
    async fn what_is_tried_again_late_brings_a_link_that_opens(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post, |_| ()).await;
        let cast = people(&app_with, &post).await;
        let targets = json!([to("a@example.org", "LINK"), to("b@example.org", "LINK")]);
        let id = created(&cast.observer, daily("en", targets)).await;
        post.will(Mood::Never);
        next_morning(&app_with).await;
        let lost = seen(&cast.observer, &id).await["lastRun"]["deliveries"].take();
        moved(&app_with, "2026-11-12T09:00:00Z");
        post.will(Mood::HangsUp);

        let observer = cast.observer.again().await;
        observer.done("retryDelivery", json!({ "id": lost[0]["id"], "expectedVersion": lost[0]["version"] }), "delivery { status }").await;

        worked_off(&app_with).await;
        post.will(Mood::Takes);
        app_with.advance(TimeDelta::seconds(10));
        worked_off(&app_with).await;
        let letters = post.letters();
        assert_eq!(letters.len(), 2);
        assert_eq!(letters[0].raw, letters[1].raw);
        let text = MessageParser::default().parse(&letters[0].raw).unwrap().body_text(0).unwrap().into_owned();
        assert!(text.contains("2026-11-19 09:00 UTC"), "{text}");
        let url = text.split_whitespace().find(|it| it.contains("/files/")).unwrap();
        assert_eq!(fetched(&app_with, url).await.0, 200);
        moved(&app_with, "2026-12-03T07:00:00Z");
        let observer = cast.observer.again().await;
        assert_eq!(observer.refused("retryDelivery", json!({ "id": lost[1]["id"] })).await, ["FILE_GONE"]);
        let kept = seen(&cast.observer, &id).await["lastRun"]["deliveries"][1].take();
        assert_eq!((&kept["status"], &kept["version"]), (&json!("FAILED"), &lost[1]["version"]));
        app_with.close().await;
    }

    /// A right that is lost between the making of a file and its sending sends nothing.
    async fn what_its_owner_may_not_ask_any_more_is_not_sent(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post, |_| ()).await;
        let cast = people(&app_with, &post).await;
        let mut input = daily("en", json!([to("a@example.org", "ATTACHMENT")]));
        input["report"]["organizationId"] = json!(cast.organization.id);
        let id = created(&cast.coordinator, input).await;
        moved(&app_with, "2026-11-03T07:00:00Z");
        assert_eq!(app_with.parts.run_schedules().await.unwrap(), 1);
        assert!(app_with.parts.work_once().await.unwrap(), "the report");
        cast.owner.again().await.done("removeMember", json!({ "membershipId": cast.membership }), "membership { id }").await;

        worked_off(&app_with).await;

        let after = seen(&cast.coordinator, &id).await;
        let lost = &after["lastRun"]["deliveries"][0];
        assert_eq!((&lost["status"], &lost["failures"][0]["code"]), (&json!("FAILED"), &json!("FORBIDDEN")), "{after:#}");
        assert_eq!(post.heard("MAIL"), 0);
        app_with.close().await;
    }

    /// One run that cannot be settled holds up neither the runs behind it nor what is due.
    async fn what_cannot_be_settled_holds_up_nothing_else(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post, |_| ()).await;
        let cast = people(&app_with, &post).await;
        let mut input = daily("en", json!([to("a@example.org", "LINK")]));
        input["title"] = json!("Poison");
        let stuck = created(&cast.observer, input).await;
        let other = created(&cast.observer, daily("en", json!([to("b@example.org", "LINK")]))).await;
        let db = &app_with.parts.core.db;
        let (bad, good) = match db.backend() {
            DbBackend::Postgres => (
                "create function poison() returns trigger language plpgsql as 'begin raise exception ''poisoned''; end'; \
                 create trigger poison before insert on delivery for each row when (new.shipment like '%Poison%') execute function poison()",
                "drop trigger poison on delivery",
            ),
            _ => (
                "create trigger poison before insert on delivery when new.shipment like '%Poison%' begin select raise(abort, 'poisoned'); end",
                "drop trigger poison",
            ),
        };
        let runs = async |statement: &str| {
            let tx = db.system().begin().await.unwrap();
            tx.execute_unprepared(statement).await.unwrap();
            tx.commit().await.unwrap();
        };
        runs(bad).await;
        next_morning(&app_with).await;
        moved(&app_with, "2026-11-04T07:00:00Z");

        assert_eq!(app_with.parts.run_schedules().await.unwrap(), 2);

        worked_off(&app_with).await;
        assert_eq!(seen(&cast.observer, &stuck).await["lastRun"]["status"], "REQUESTED");
        assert_eq!(seen(&cast.observer, &other).await["lastRun"]["deliveries"][0]["status"], "SUCCEEDED");
        assert_eq!(post.letters().len(), 2);
        runs(good).await;
        app_with.parts.run_schedules().await.unwrap();
        worked_off(&app_with).await;
        assert_eq!(seen(&cast.observer, &stuck).await["lastRun"]["deliveries"][0]["status"], "SUCCEEDED");
        assert_eq!(post.letters().len(), 4);
        app_with.close().await;
    }

    /// Nobody writes to whomever they like: so many letters of one person go out in a day, each with their name.
    async fn a_person_sends_so_many_letters_in_a_day(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post, |_| ()).await;
        let cast = people(&app_with, &post).await;
        let query = "{ viewer { user { displayName } } }";
        let name = cast.observer.asks(query, json!({})).await["viewer"]["user"]["displayName"].as_str().unwrap().to_owned();
        let most = usize::try_from(LETTERS_MOST).unwrap();
        for at in 0..=most / 20 {
            let targets: Vec<Value> = (0..20).map(|it| to(&format!("reader{it}of{at}@example.org"), "LINK")).collect();
            created(&cast.observer, daily("en", json!(targets))).await;
        }

        next_morning(&app_with).await;

        let letters = post.letters();
        assert_eq!(letters.len(), most);
        let text = MessageParser::default().parse(&letters[0].raw).unwrap().body_text(0).unwrap().into_owned();
        assert!(text.contains(&name), "{text}");
        let query = "{ deliveries(filter: { status: [FAILED] }) { totalCount nodes { id failures { code } } } }";
        let lost = cast.observer.again().await.asks(query, json!({})).await;
        assert_eq!((&lost["deliveries"]["totalCount"], &lost["deliveries"]["nodes"][0]["failures"][0]["code"]), (&json!(20), &json!("TOO_MANY_LETTERS")));
        moved(&app_with, "2026-11-04T07:00:00Z");
        let retry = json!({ "id": lost["deliveries"]["nodes"][0]["id"] });
        cast.observer.again().await.done("retryDelivery", retry, "delivery { id }").await;
        worked_off(&app_with).await;
        assert_eq!(post.letters().len(), most + 1);
        app_with.close().await;
    }

    /// What was taken is not sent again, whoever dies; where nobody heard that it was taken, it comes again as the same
    /// letter.
    async fn a_letter_is_one_letter_however_often_it_is_sent(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post, |_| ()).await;
        let cast = people(&app_with, &post).await;
        created(&cast.observer, daily("en", json!([to("a@example.org", "ATTACHMENT")]))).await;
        moved(&app_with, "2026-11-03T07:00:00Z");
        assert_eq!(app_with.parts.run_schedules().await.unwrap(), 1);
        assert!(app_with.parts.work_once().await.unwrap(), "the report");
        let operator = app_with.parts.operator(Locale::En);
        let closing = CancellationToken::new();
        assert!(worker::one(&operator, &app_with.parts.authenticator, &DiesAfterwards, &closing).await.unwrap());
        assert_eq!(post.letters().len(), 1);

        worked_off(&app_with).await;

        assert_eq!(post.letters().len(), 1, "it was taken");
        moved(&app_with, "2026-11-04T07:00:00Z");
        assert_eq!(app_with.parts.run_schedules().await.unwrap(), 1);
        post.will(Mood::HangsUp);
        worked_off(&app_with).await;
        post.will(Mood::Takes);
        app_with.advance(TimeDelta::seconds(10));
        worked_off(&app_with).await;
        let letters = post.letters();
        assert_eq!(letters.len(), 3, "nobody heard that it was taken");
        assert_eq!(message_id(&letters[1]), message_id(&letters[2]));
        assert_eq!(letters[1].raw, letters[2].raw);
        assert_ne!(message_id(&letters[0]), message_id(&letters[1]));
        app_with.close().await;
    }

    /// A server that cannot keep a secret is told nothing.
    async fn nothing_is_said_in_the_open(app: App) {
        let post = Post::open().await;
        let app_with = posted(&app, &post, |config| {
            config.mail.security = MailSecurity::Starttls;
            config.mail.user = "tiwizi".to_owned();
        }).await;
        let cast = people(&app_with, &post).await;
        let id = created(&cast.observer, daily("en", json!([to("a@example.org", "LINK")]))).await;

        next_morning(&app_with).await;

        assert_eq!((post.heard("AUTH"), post.heard("MAIL")), (0, 0));
        assert_eq!(seen(&cast.observer, &id).await["lastRun"]["deliveries"][0]["status"], "QUEUED");
        app_with.close().await;
    }

    async fn where_nothing_is_set_up_nothing_is_promised(app: App) {
        let bare = app.beside_with(|config| config.deliveries.folder = String::new()).await;
        let cast = Cast::on(&bare).await;
        let refused = async |who: &Person, target: Value| {
            let payload = who.does("createSchedule", daily("en", json!([target])), "userErrors { code path message }").await;
            payload["userErrors"][0].clone()
        };
        let error = refused(&cast.observer, to("a@example.org", "LINK")).await;
        assert_eq!((&error["code"], &error["path"]), (&json!("MAIL_UNSET"), &json!(["deliverTo", "0", "email", "address"])));
        assert!(error["message"].as_str().unwrap().contains("mail.host"), "{error:#}");
        let error = refused(&cast.observer, json!({ "folder": { "path": "indh" } })).await;
        assert_eq!((&error["code"], &error["path"]), (&json!("FOLDER_UNSET"), &json!(["deliverTo", "0", "folder", "path"])));

        let post = Post::open().await;
        let folder = TempDir::new().unwrap();
        let place = folder.path().display().to_string();
        let app_with = posted(&app, &post, |config| config.deliveries.folder = place).await;
        let observer = cast.observer.through(&app_with);
        for address in ["a", "a@example.org\r\nBcc: b@example.org", "A <a@example.org>"] {
            assert_eq!(refused(&observer, to(address, "LINK")).await["code"], "INVALID_FORMAT", "{address}");
        }
        for path in ["../indh", "/etc", "a/../../b", ".ssh", "a\\b", ""] {
            assert_eq!(refused(&observer, json!({ "folder": { "path": path } })).await["code"], "PATH_UNFIT", "{path}");
        }
        let many: Vec<Value> = (0..21).map(|it| to(&format!("a{it}@example.org"), "LINK")).collect();
        assert_eq!(observer.refused("createSchedule", daily("en", json!(many))).await, ["WRONG_COUNT"]);
        let id = created(&observer, daily("en", json!([to("a@example.org", "LINK")]))).await;
        let change = json!({ "id": id, "deliverTo": [{ "folder": { "path": "indh" } }] });
        observer.done("updateSchedule", change, "schedule { id }").await;
        let seen = seen(&observer, &id).await;
        assert_eq!(seen["deliverTo"], json!([{ "kind": "FOLDER", "address": null, "form": null, "path": "indh" }]));
        app_with.close().await;
        bare.close().await;
    }

    /// Fifty reports are due at the same moment; three instances make and send them, and workers die at any point.
    async fn fifty_reports_are_made_once_and_arrive_once_whoever_dies(app: App) {
        let post = Post::open().await;
        let first = posted(&app, &post, |_| ()).await;
        let instances = [first.clone(), first.beside().await, first.beside().await];
        let cast = Cast::on(&first).await;
        let people = [&cast.observer, &cast.owner, &cast.viewer];
        let mut ids = Vec::new();
        for at in 0..50 {
            let who = people[at % people.len()];
            ids.push((who, created(who, daily("en", json!([to(&format!("reader{at}@example.org"), "LINK")]))).await));
        }
        for it in &instances {
            moved(it, "2026-11-03T07:00:00Z");
        }
        let mut dice = StdRng::seed_from_u64(7);
        let mut deaths = 0;
        // Four times, so that no work takes as many workers with it as it is tried.
        for _ in 0..4 {
            let mut working = Vec::new();
            for it in &instances {
                let it = it.clone();
                let patience = std::time::Duration::from_millis(dice.random_range(20..900));
                working.push(tokio::spawn(async move {
                    // Ended at any point, as by the end of its process.
                    tokio::time::timeout(patience, async {
                        it.parts.run_schedules().await.unwrap();
                        worked_off(&it).await;
                    }).await.is_err()
                }));
            }
            for it in working {
                deaths += usize::from(it.await.unwrap());
            }
            // What the dead held is free again a minute later.
            for it in &instances {
                it.advance(TimeDelta::seconds(61));
            }
        }
        for _ in 0..3 {
            for it in &instances {
                it.parts.run_schedules().await.unwrap();
            }
            join_all(instances.iter().map(worked_off)).await;
            for it in &instances {
                it.advance(TimeDelta::seconds(700));
            }
        }

        assert!(deaths > 0, "nobody died");
        let mut letters: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for it in post.letters() {
            letters.entry(it.to[0].clone()).or_default().push(message_id(&it));
        }
        assert_eq!(letters.len(), 50, "every reader has the report");
        for (to, ids) in &mut letters {
            ids.dedup();
            assert_eq!(ids.len(), 1, "{to} has more than one letter");
        }
        assert!(post.letters().len() <= 50 + deaths, "{} letters, {deaths} deaths", post.letters().len());
        for (who, id) in &ids {
            let query = "query($id: ID!) { node(id: $id) { ... on Schedule { runs(first: 5) { nodes { tickAt status deliveries { status } } } } } }";
            let mut after = who.again().await.asks(query, json!({ "id": id })).await;
            let runs = after["node"]["runs"]["nodes"].take();
            let expected = json!([{ "tickAt": "2026-11-03T07:00:00Z", "status": "SUCCEEDED", "deliveries": [{ "status": "SUCCEEDED" }] }]);
            assert_eq!(runs, expected);
        }
        let [_, second, third] = instances;
        second.close().await;
        third.close().await;
        first.close().await;
    }
}
