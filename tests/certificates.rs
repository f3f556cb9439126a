//! Certificates: issued, checked by anybody who has the code, superseded by themselves, taken back.
//!
//! Codes and digests are tested beside their code; the page in a browser is looked at in `browser`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use ed25519_compact::PublicKey;
use ed25519_compact::Signature;
use flate2::read::GzDecoder;
use reqwest::header::ACCEPT;
use reqwest::header::ACCEPT_LANGUAGE;
use serde_json::Value;
use serde_json::json;
use tiwizi::platform::crypto::Keys;
use tiwizi::platform::i18n::Locale;
use tiwizi::platform::random::Random;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::cast::Person;
use crate::support::cast::codes;
use crate::support::on_both_databases;
use crate::support::statements::counted;

const ISSUED: &str =
    "results { certificate { id code status minutes entries firstDay lastDay language shown version
    ledgerSequence volunteer { id } holderName projects { title minutes project { id } } }
    userErrors { code path } } userErrors { code path }";
const CHECK: &str = "query($code: String!) { verifyCertificate(code: $code) {
    code status from to minutes holderName firstDay lastDay projects { title minutes } organizationName
    revokedAt revocationReason supersededBy credential } }";

fn asked(cast: &Cast, volunteers: &[&str], more: Value) -> Value {
    let mut input = json!({
        "organizationId": cast.organization.id, "volunteerIds": volunteers,
        "from": "2026-01-01", "to": "2026-10-31",
    });
    let fields = input.as_object_mut().expect("fields");
    fields.extend(more.as_object().expect("fields").clone());
    input
}

async fn issues(who: &Person, cast: &Cast, volunteers: &[&str], more: Value) -> Value {
    let input = asked(cast, volunteers, more);
    who.does("issueCertificates", input, ISSUED).await
}

/// One certificate of the cast's volunteer.
pub async fn issued(cast: &Cast, more: Value) -> Value {
    let mut payload = issues(&cast.coordinator, cast, &[&cast.record], more).await;
    assert_eq!(codes(&payload), Vec::<String>::new(), "{payload:#}");
    payload["results"][0]["certificate"].take()
}

/// An hour of a day, handed in and approved.
pub async fn approved(cast: &Cast, record: &str, on: &str, minutes: u32) -> String {
    let entry = cast
        .coordinator
        .logs(record, &cast.project, on, minutes)
        .await;
    cast.owner.approves(&[&entry]).await;
    entry
}

pub async fn amended(cast: &Cast, entry: &str, minutes: u32) {
    let input = json!({ "id": entry, "minutes": minutes, "reason": "Counted again" });
    cast.coordinator
        .done("amendHourEntry", input, "hourEntry { status }")
        .await;
}

pub fn code(certificate: &Value) -> &str {
    certificate["code"].as_str().expect("a code")
}

/// What anybody is told of a certificate.
pub async fn told(app: &App, certificate: &Value) -> Value {
    let nobody = Person::nobody(app);
    let answer = nobody
        .asks(CHECK, json!({ "code": code(certificate) }))
        .await;
    answer["verifyCertificate"].clone()
}

async fn status(app: &App, certificate: &Value) -> String {
    told(app, certificate).await["status"]
        .as_str()
        .expect("a status")
        .to_owned()
}

/// What the server answers at an address of certificates.
async fn got(
    app: &App,
    path: &str,
    accept: &str,
    language: &str,
) -> (u16, reqwest::header::HeaderMap, String) {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client");
    let request = client.get(format!("{}{path}", app.url));
    let request = request
        .header(ACCEPT, accept)
        .header(ACCEPT_LANGUAGE, language);
    let response = request.send().await.expect("an answer");
    (
        response.status().as_u16(),
        response.headers().clone(),
        response.text().await.expect("text"),
    )
}

async fn page(app: &App, certificate: &Value, language: &str) -> String {
    let (status, _, page) = got(
        app,
        &format!("/verify/{}", code(certificate)),
        "text/html",
        language,
    )
    .await;
    assert_eq!(status, 200);
    page
}

fn part(token: &str, at: usize) -> Value {
    let text = token.split('.').nth(at).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).expect("base64url")).expect("JSON")
}

/// Checks a signed file as a third party does, with another library: the key that the header names, as the server
/// publishes it in its list and at the address that is its name.
async fn checks(app: &App, token: &str) -> bool {
    let (_, _, keys) = got(app, "/.well-known/jwks.json", "*/*", "en").await;
    let keys: Value = serde_json::from_str(&keys).expect("JSON");
    let named = &part(token, 0)["kid"];
    let key = keys["keys"]
        .as_array()
        .expect("keys")
        .iter()
        .find(|it| it["kid"] == *named)
        .expect("the key");
    let public_url = &app.parts.core.config.public_url;
    let address = named.as_str().and_then(|it| it.strip_prefix(public_url));
    let (status, headers, alone) = got(app, address.expect("an address"), "*/*", "en").await;
    assert_eq!(
        (status, &headers["content-type"]),
        (200, &"application/jwk+json".parse().expect("a value"))
    );
    assert_eq!(serde_json::from_str::<Value>(&alone).expect("JSON"), *key);
    let bytes = |it: &str| URL_SAFE_NO_PAD.decode(it).ok();
    let key = PublicKey::from_slice(&bytes(key["x"].as_str().expect("x")).expect("base64url"))
        .expect("a key");
    let (text, signature) = token.rsplit_once('.').expect("a signature");
    let signature = bytes(signature).and_then(|it| Signature::from_slice(&it).ok());
    signature.is_some_and(|it| key.verify(text, &it).is_ok())
}

/// The first bit of the status list of a purpose, checked as a third party does.
async fn stands(app: &App, path: &str, purpose: &str) -> bool {
    let list = got(app, &format!("{path}/status/{purpose}"), "*/*", "en")
        .await
        .2;
    assert!(checks(app, &list).await);
    assert_eq!(part(&list, 0)["typ"], "vc+jwt");
    let subject = part(&list, 1)["credentialSubject"].clone();
    assert_eq!(subject["statusPurpose"], purpose);
    assert_eq!(subject["type"], "BitstringStatusList");
    let text = subject["encodedList"]
        .as_str()
        .expect("a list")
        .strip_prefix('u')
        .expect("base64url");
    let packed = URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let mut bits = Vec::new();
    std::io::Read::read_to_end(&mut GzDecoder::new(packed.as_slice()), &mut bits).expect("gzip");
    assert_eq!(bits.len(), 16 * 1024);
    assert!(bits[1..].iter().all(|it| *it == 0));
    bits[0] == 0b1000_0000
}

/// What the QR code of a page says, read from its picture.
fn scanned(page: &str) -> String {
    let svg = &page[page.find("<svg").expect("a picture")..];
    let side: usize = svg
        .split("viewBox=\"0 0 ")
        .nth(1)
        .expect("a box")
        .split(' ')
        .next()
        .expect("a side")
        .parse()
        .expect("a number");
    let path = &svg[..svg.find("</svg>").expect("its end")];
    let mut dark = vec![false; side * side];
    for square in path.split('M').skip(1).filter(|it| it.contains("h1v1h-1")) {
        let (x, y) = square[..square.find('h').expect("a square")]
            .split_once(',')
            .expect("a place");
        let (x, y): (usize, usize) = (x.parse().expect("x"), y.parse().expect("y"));
        dark[y * side + x] = true;
    }
    let scale = 6;
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(side * scale, side * scale, |x, y| {
            if dark[(y / scale) * side + x / scale] {
                0
            } else {
                255
            }
        });
    let grids = picture.detect_grids();
    grids[0].decode().expect("a code").1
}

on_both_databases! {
    async fn approved_hours_are_certified_and_anybody_with_the_code_checks_them(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        approved(&cast, &cast.record, "2026-10-20", 45).await;
        cast.volunteer.logs(&cast.record, &cast.project, "2026-10-21", 500).await;
        approved(&cast, &cast.record, "2026-11-01", 30).await;

        let certificate = issued(&cast, json!({})).await;

        assert_eq!((&certificate["minutes"], &certificate["entries"]), (&json!(135), &json!(2)));
        assert_eq!((&certificate["firstDay"], &certificate["lastDay"]), (&json!("2026-03-10"), &json!("2026-10-20")));
        assert_eq!(certificate["status"], "VALID");
        assert_eq!(certificate["projects"][0]["minutes"], 135);
        assert_eq!(certificate["projects"][0]["project"]["id"], cast.project);
        assert!(certificate["ledgerSequence"].as_i64().unwrap() > 0);
        let check = told(&app, &certificate).await;
        assert_eq!((&check["status"], &check["minutes"]), (&json!("VALID"), &json!(135)));
        assert_eq!(check["organizationName"], format!("{MARK} Al Amal"));
        // Typed as people type.
        let typed = code(&certificate).to_lowercase().replace('-', " ");
        let answer = cast.nobody.asks(CHECK, json!({ "code": typed })).await;
        assert_eq!(answer["verifyCertificate"]["code"], certificate["code"]);
    }

    async fn many_are_issued_at_once_each_with_its_result(app: App) {
        let cast = Cast::on(&app).await;
        let other = cast.owner.enrols(&cast.organization, "Omar").await;
        let without = cast.owner.enrols(&cast.organization, "Zineb").await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        approved(&cast, &other, "2026-03-11", 60).await;

        let named = [other.as_str(), without.as_str(), "nonsense", cast.record.as_str(), other.as_str()];
        let payload = issues(&cast.owner, &cast, &named, json!({ "language": "ar" })).await;

        assert_eq!(codes(&payload), ["NOTHING_TO_CERTIFY", "NOT_FOUND"]);
        let results = payload["results"].as_array().unwrap();
        assert_eq!(results.len(), 5);
        assert_eq!(results[0]["certificate"]["minutes"], 60);
        assert_eq!(results[0]["certificate"]["language"], "ar");
        assert_eq!(results[3]["certificate"]["minutes"], 90);
        assert_eq!(results[4], results[0], "named twice, certified once");
        assert_ne!(results[0]["certificate"]["code"], results[3]["certificate"]["code"]);
    }

    async fn a_hundred_cost_as_many_statements_as_three(app: App) {
        let cast = Cast::on(&app).await;
        let mut records = Vec::new();
        for number in 0..12 {
            let record = cast.owner.enrols(&cast.organization, &format!("Volunteer {number}")).await;
            approved(&cast, &record, "2026-03-10", 30).await;
            records.push(record);
        }
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        let few = issues(&cast.owner, &cast, &records[..3], json!({ "idempotencyKey": "warm" })).await;
        assert_eq!(codes(&few), Vec::<String>::new());

        let (_, of_few) = counted(&app, issues(&cast.owner, &cast, &records[..3], json!({}))).await;
        let (_, of_many) = counted(&app, issues(&cast.owner, &cast, &records, json!({}))).await;

        assert_eq!(of_few, of_many, "more volunteers, more statements");
        let query = "query($first: Int!) { certificates(first: $first) { nodes { status volunteer { name } organization { slug } } } }";
        let (_, of_few) = counted(&app, cast.owner.asks(query, json!({ "first": 2 }))).await;
        let (page, of_many) = counted(&app, cast.owner.asks(query, json!({ "first": 18 }))).await;
        assert_eq!(page["certificates"]["nodes"].as_array().unwrap().len(), 18);
        assert_eq!(of_few, of_many, "more certificates, more statements");
    }

    async fn the_same_request_again_has_one_effect(app: App) {
        let cast = Cast::on(&app).await;
        let other = cast.owner.enrols(&cast.organization, "Omar").await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        let named = [cast.record.as_str(), other.as_str()];
        let key = json!({ "idempotencyKey": "autumn" });
        let first = issues(&cast.owner, &cast, &named, key.clone()).await;
        assert_eq!(codes(&first), ["NOTHING_TO_CERTIFY"]);

        let again = issues(&cast.owner, &cast, &named, key.clone()).await;
        assert_eq!(again, first);
        // Who was refused may be tried again with the same key; who was not, is answered as before.
        approved(&cast, &other, "2026-03-11", 60).await;
        let mended = issues(&cast.owner, &cast, &named, key).await;
        assert_eq!(codes(&mended), Vec::<String>::new());
        assert_eq!(mended["results"][0]["certificate"]["id"], first["results"][0]["certificate"]["id"]);
        let otherwise = json!({ "idempotencyKey": "autumn", "from": "2026-02-01" });
        let refused = issues(&cast.owner, &cast, &named, otherwise).await;
        assert_eq!(codes(&refused), ["IDEMPOTENCY_CONFLICT", "IDEMPOTENCY_CONFLICT"]);
        let query = "{ certificates { totalCount } }";
        assert_eq!(cast.owner.asks(query, json!({})).await["certificates"]["totalCount"], 2);
    }

    async fn what_cannot_be_certified_is_refused_with_its_reason(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        for (who, volunteers, more, expected) in [
            (&cast.viewer, vec![cast.record.as_str()], json!({}), vec!["FORBIDDEN"]),
            (&cast.volunteer, vec![cast.record.as_str()], json!({}), vec!["FORBIDDEN"]),
            (&cast.admin, vec![cast.record.as_str()], json!({}), vec!["FORBIDDEN"]),
            (&cast.observer, vec![cast.record.as_str()], json!({}), vec!["NOT_FOUND"]),
            (&cast.outsider, vec![cast.record.as_str()], json!({}), vec!["NOT_FOUND"]),
            (&cast.owner, vec![], json!({}), vec!["WRONG_COUNT"]),
            (&cast.owner, vec![cast.record.as_str(); 101], json!({}), vec!["WRONG_COUNT"]),
            (&cast.owner, vec![cast.record.as_str()], json!({ "to": "2026-11-03" }), vec!["OUT_OF_RANGE"]),
            (&cast.owner, vec![cast.record.as_str()], json!({ "from": "2026-11-01" }), vec!["CONTRADICTION"]),
            (&cast.owner, vec![cast.record.as_str()], json!({ "to": "2026-02-28" }), vec!["NOTHING_TO_CERTIFY"]),
        ] {
            let payload = issues(who, &cast, &volunteers, more.clone()).await;
            assert_eq!(codes(&payload), expected, "{more}");
        }
        // A record of another organization is not found, even by whoever belongs to both.
        let tifawin = cast.outsider.asks("{ organization(slug: \"tifawin\") { id } }", json!({})).await;
        let elsewhere = json!({ "organizationId": tifawin["organization"]["id"] });
        let payload = issues(&cast.outsider, &cast, &[&cast.record], elsewhere).await;
        assert_eq!(codes(&payload), ["NOT_FOUND"]);
    }

    /// Each thing that changes the hours supersedes; hours that are as they were make it valid again.
    async fn a_certificate_supersedes_itself_when_the_hours_behind_it_change(app: App) {
        let cast = Cast::on(&app).await;
        let entry = approved(&cast, &cast.record, "2026-03-10", 90).await;
        let voided = approved(&cast, &cast.record, "2026-03-11", 30).await;
        let certificate = issued(&cast, json!({})).await;
        assert_eq!(status(&app, &certificate).await, "VALID");

        // What waits for a decision changes nothing, nor does work outside the interval.
        app.advance(TimeDelta::minutes(1));
        let waiting = cast.coordinator.logs(&cast.record, &cast.project, "2026-03-12", 20).await;
        approved(&cast, &cast.record, "2026-11-01", 30).await;
        amended(&cast, &entry, 60).await;
        assert_eq!(status(&app, &certificate).await, "VALID");

        cast.owner.approves(&[&entry]).await;
        assert_eq!(status(&app, &certificate).await, "SUPERSEDED");
        amended(&cast, &entry, 90).await;
        cast.owner.approves(&[&entry]).await;
        assert_eq!(status(&app, &certificate).await, "VALID");

        cast.owner.approves(&[&waiting]).await;
        assert_eq!(status(&app, &certificate).await, "SUPERSEDED");
        let second = issued(&cast, json!({})).await;
        assert_eq!(second["minutes"], 140);
        let void = json!({ "id": voided, "reason": "Written twice" });
        cast.owner.done("voidHourEntry", void, "hourEntry { status }").await;
        assert_eq!(status(&app, &second).await, "SUPERSEDED");
        let list = "{ certificates { nodes { code status } } }";
        let own = cast.volunteer.asks(list, json!({})).await;
        let stands: Vec<&Value> = own["certificates"]["nodes"].as_array().unwrap().iter().map(|it| &it["status"]).collect();
        assert_eq!(stands, ["SUPERSEDED", "SUPERSEDED"]);
    }

    /// Minutes that stay alike are other hours all the same.
    async fn the_same_minutes_on_another_day_are_other_hours(app: App) {
        let cast = Cast::on(&app).await;
        let entry = approved(&cast, &cast.record, "2026-03-10", 90).await;
        let certificate = issued(&cast, json!({})).await;
        app.advance(TimeDelta::minutes(1));

        let input = json!({ "id": entry, "workedOn": "2026-03-09", "reason": "The day before" });
        cast.coordinator.done("amendHourEntry", input, "hourEntry { status }").await;
        cast.owner.approves(&[&entry]).await;

        assert_eq!(status(&app, &certificate).await, "SUPERSEDED");
    }

    async fn a_later_certificate_is_named_where_the_holder_lets_it(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        let first = issued(&cast, json!({})).await;
        let open = issued(&cast, json!({ "shown": ["SUCCESSOR"] })).await;
        app.advance(TimeDelta::minutes(1));
        approved(&cast, &cast.record, "2026-03-11", 30).await;
        assert_eq!(told(&app, &open).await["supersededBy"], json!(null));

        let later = issued(&cast, json!({})).await;

        assert_eq!(told(&app, &open).await["supersededBy"], later["code"]);
        assert_eq!(told(&app, &first).await["supersededBy"], json!(null));
        assert!(page(&app, &open, "en").await.contains(code(&later)));
        assert!(!page(&app, &first, "en").await.contains(code(&later)));
        // Whoever chose a language goes on in it.
        let path = format!("/verify/{}?lang=fr", code(&open));
        let shown = got(&app, &path, "text/html", "en").await.2;
        assert!(shown.contains(&format!("<a href=\"/verify/{}?lang=fr\">", code(&later))));
        assert!(shown.contains("<nav class=\"languages\" aria-label=\"Langues\">"));
        // Of one that was taken back nothing more is told, not even what takes its place.
        let input = json!({ "id": open["id"], "reason": "OTHER" });
        cast.owner.done("revokeCertificate", input, "certificate { id }").await;
        assert_eq!(told(&app, &open).await["supersededBy"], json!(null));
        assert!(!page(&app, &open, "en").await.contains(code(&later)));
    }

    /// Two records of one person are one holder, whichever took the other over.
    async fn a_certificate_follows_the_person_through_a_merge(app: App) {
        let cast = Cast::on(&app).await;
        let twice = cast.owner.enrols(&cast.organization, "Fatima again").await;
        approved(&cast, &twice, "2026-03-10", 90).await;
        let mut payload = issues(&cast.owner, &cast, &[&twice], json!({})).await;
        let certificate = payload["results"][0]["certificate"].take();

        let input = json!({ "keepId": cast.record, "mergeId": twice, "reason": "one person" });
        let merged = cast.owner.done("mergeVolunteers", input, "merge { id }").await;

        // The hours are those that were certified, and the holder sees it.
        assert_eq!(status(&app, &certificate).await, "VALID");
        let query = "query($of: ID!) { certificates(filter: { volunteerId: $of }) { nodes { code } } }";
        for (who, of) in [(&cast.volunteer.again().await, &cast.record), (&cast.owner, &cast.record), (&cast.owner, &twice)] {
            let found = who.asks(query, json!({ "of": of })).await;
            assert_eq!(found["certificates"]["nodes"], json!([{ "code": certificate["code"] }]));
        }
        // A new one is of the record that stands for the person.
        let mut payload = issues(&cast.owner, &cast, &[&twice], json!({})).await;
        let again = payload["results"][0]["certificate"].take();
        assert_eq!((&again["minutes"], &again["volunteer"]["id"]), (&json!(90), &json!(cast.record)));
        // More hours of the same person in the interval make it say less than there is.
        approved(&cast, &cast.record, "2026-03-11", 30).await;
        assert_eq!(status(&app, &certificate).await, "SUPERSEDED");
        let input = json!({ "id": merged["merge"]["id"], "reason": "Two people" });
        cast.owner.done("unmergeVolunteers", input, "merge { id }").await;
        assert_eq!(status(&app, &certificate).await, "VALID");
    }

    async fn a_certificate_that_was_taken_back_tells_that_and_nothing_else(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        let shown = json!({ "shown": ["NAME", "PROJECTS", "DAYS", "SUCCESSOR"] });
        let certificate = issued(&cast, shown).await;
        issued(&cast, json!({})).await;
        let input = json!({ "id": certificate["id"], "reason": "ISSUED_IN_ERROR", "comment": format!("{MARK} secret") });
        for (who, expected) in [(&cast.volunteer, "FORBIDDEN"), (&cast.admin, "FORBIDDEN"), (&cast.viewer, "NOT_FOUND"),
            (&cast.observer, "NOT_FOUND"), (&cast.outsider, "NOT_FOUND")] {
            assert_eq!(who.refused("revokeCertificate", input.clone()).await, [expected]);
        }
        let mut other = input.clone();
        other["expectedVersion"] = json!(7);
        let selection = "certificate { version } userErrors { code }";
        let stale = cast.coordinator.does("revokeCertificate", other, selection).await;
        assert_eq!((codes(&stale), &stale["certificate"]["version"]), (vec!["VERSION_CONFLICT".to_owned()], &json!(1)));

        let selection = "certificate { status revokedAt revocationReason revocationComment version }";
        let done = cast.coordinator.done("revokeCertificate", input.clone(), selection).await;

        assert_eq!(done["certificate"]["status"], "REVOKED");
        assert_eq!(done["certificate"]["version"], 2);
        assert_eq!(cast.owner.refused("revokeCertificate", input).await, ["CERTIFICATE_REVOKED"]);
        let check = told(&app, &certificate).await;
        assert_eq!((&check["status"], &check["revocationReason"]), (&json!("REVOKED"), &json!("ISSUED_IN_ERROR")));
        for nothing in ["minutes", "from", "holderName", "firstDay", "projects", "credential", "supersededBy"] {
            assert_eq!(check[nothing], json!(null), "{nothing}");
        }
        let shown = page(&app, &certificate, "en").await;
        assert!(shown.contains("Revoked") && shown.contains("Issued in error") && shown.contains("2026-11-02"));
        assert!(!shown.contains("secret") && !shown.contains("Fatima") && !shown.contains("1 h 30"));
        // The holder reads the comment.
        let query = "query($id: ID!) { node(id: $id) { ... on Certificate { revocationComment } } }";
        let own = cast.volunteer.asks(query, json!({ "id": certificate["id"] })).await;
        assert_eq!(own["node"]["revocationComment"], format!("{MARK} secret"));
    }

    async fn the_holder_chooses_what_is_shown_and_the_organization_shows_no_more(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        let certificate = issued(&cast, json!({})).await;
        let choose = |shown: Value| json!({ "id": certificate["id"], "shown": shown });
        let least = told(&app, &certificate).await;
        for hidden in ["holderName", "firstDay", "lastDay", "projects"] {
            assert_eq!(least[hidden], json!(null), "{hidden}");
        }
        assert!(!page(&app, &certificate, "en").await.contains("Fatima"));
        assert_eq!(cast.coordinator.refused("updateCertificate", choose(json!(["NAME"]))).await, ["HOLDER_CHOOSES"]);
        assert_eq!(cast.outsider.refused("updateCertificate", choose(json!([]))).await, ["NOT_FOUND"]);

        let all = choose(json!(["DAYS", "NAME", "PROJECTS"]));
        let done = cast.volunteer.done("updateCertificate", all, "certificate { shown version }").await;

        assert_eq!(done["certificate"], json!({ "shown": ["NAME", "PROJECTS", "DAYS"], "version": 2 }));
        let check = told(&app, &certificate).await;
        assert_eq!(check["holderName"], format!("{MARK} Fatima"));
        assert_eq!(check["projects"], json!([{ "title": format!("{MARK} Trees"), "minutes": 90 }]));
        assert_eq!((&check["firstDay"], &check["lastDay"]), (&json!("2026-03-10"), &json!("2026-03-10")));
        let shown = page(&app, &certificate, "en").await;
        assert!(shown.contains("Fatima") && shown.contains("Trees"));
        // The organization may show less, never again more.
        cast.coordinator.done("updateCertificate", choose(json!(["NAME"])), "certificate { version }").await;
        assert_eq!(told(&app, &certificate).await["projects"], json!(null));
        assert_eq!(cast.owner.refused("updateCertificate", choose(json!(["NAME", "DAYS"]))).await, ["HOLDER_CHOOSES"]);
        // Names and titles are those of then.
        let input = json!({ "id": cast.record, "name": "Somebody else" });
        cast.owner.done("updateVolunteer", input, "volunteer { id }").await;
        assert_eq!(told(&app, &certificate).await["holderName"], format!("{MARK} Fatima"));
    }

    /// Whoever left decides on what their certificates show all the same, and sees nothing else.
    async fn a_holder_who_left_the_organization_still_chooses(app: App) {
        let cast = Cast::on(&app).await;
        let twice = cast.owner.enrols(&cast.organization, "Fatima again").await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        approved(&cast, &twice, "2026-03-11", 60).await;
        let shown = json!({ "shown": ["NAME", "PROJECTS"] });
        let mut payload = issues(&cast.owner, &cast, &[&cast.record, &twice], shown).await;
        let certificate = payload["results"][0]["certificate"].take();
        let merged = payload["results"][1]["certificate"].take();
        let input = json!({ "keepId": cast.record, "mergeId": twice, "reason": "one person" });
        cast.owner.done("mergeVolunteers", input, "merge { id }").await;
        let query = "query($slug: String!) { organization(slug: $slug) { members(first: 100) { nodes { id role } } } }";
        let members = cast.owner.asks(query, json!({ "slug": cast.organization.slug })).await;
        let members = members["organization"]["members"]["nodes"].as_array().unwrap();
        let member = members.iter().find(|it| it["role"] == "VOLUNTEER").unwrap();
        cast.owner.done("removeMember", json!({ "membershipId": member["id"] }), "membership { endedAt }").await;
        let left = cast.volunteer.again().await;

        for held in [&certificate, &merged] {
            let hide = json!({ "id": held["id"], "shown": [] });
            left.done("updateCertificate", hide, "certificate { shown }").await;
            assert_eq!(told(&app, held).await["holderName"], json!(null));
            let more = json!({ "id": held["id"], "shown": ["DAYS"] });
            left.done("updateCertificate", more, "certificate { shown }").await;
        }

        assert_eq!(told(&app, &certificate).await["firstDay"], "2026-03-10");
        let query = "{ certificates { nodes { code volunteer { id } organization { id } projects { project { id } } } }
            viewer { volunteerRecords { id } } hourEntries { totalCount } volunteers { totalCount } }";
        let seen = left.asks(query, json!({})).await;
        let listed = seen["certificates"]["nodes"].as_array().unwrap();
        assert_eq!(listed.len(), 2);
        for it in listed {
            assert_eq!((&it["volunteer"], &it["organization"]), (&json!(null), &json!(null)));
            assert_eq!(it["projects"][0]["project"], json!(null));
        }
        assert_eq!(seen["viewer"]["volunteerRecords"], json!([]));
        assert_eq!((&seen["hourEntries"]["totalCount"], &seen["volunteers"]["totalCount"]), (&json!(0), &json!(0)));
        let input = json!({ "id": certificate["id"], "reason": "OTHER" });
        assert_eq!(left.refused("revokeCertificate", input).await, ["FORBIDDEN"]);
    }

    /// What a holder hid is not shown again by another certificate of the same hours.
    async fn a_new_certificate_shows_no_more_than_the_holder_last_chose(app: App) {
        let cast = Cast::on(&app).await;
        let other = cast.owner.enrols(&cast.organization, "Omar").await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        approved(&cast, &other, "2026-03-10", 60).await;
        let all = json!({ "shown": ["NAME", "PROJECTS", "DAYS"] });
        let first = issued(&cast, all.clone()).await;
        // What the organization hides is no choice of the holder.
        let less = json!({ "id": first["id"], "shown": [] });
        cast.coordinator.done("updateCertificate", less, "certificate { id }").await;
        assert_eq!(issued(&cast, all.clone()).await["shown"], json!(["NAME", "PROJECTS", "DAYS"]));

        // To choose what is shown already is a choice, too.
        let nothing = json!({ "id": first["id"], "shown": [] });
        cast.volunteer.done("updateCertificate", nothing, "certificate { id }").await;
        let payload = issues(&cast.coordinator, &cast, &[&cast.record, &other], all.clone()).await;
        let shown = |at: usize| payload["results"][at]["certificate"]["shown"].clone();
        assert_eq!((shown(0), shown(1)), (json!([]), json!(["NAME", "PROJECTS", "DAYS"])));

        // The last choice counts, on whichever certificate it was made; nothing that was not asked for is added.
        app.advance(TimeDelta::minutes(1));
        let later = json!({ "id": payload["results"][0]["certificate"]["id"], "shown": ["NAME", "SUCCESSOR"] });
        cast.volunteer.done("updateCertificate", later, "certificate { id }").await;
        assert_eq!(issued(&cast, all).await["shown"], json!(["NAME"]));
    }

    async fn nobody_else_finds_a_certificate(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        let certificate = issued(&cast, json!({})).await;
        let query = "query($id: ID!) { certificates { totalCount nodes { id } } node(id: $id) { id } }";
        for other in [&cast.outsider, &cast.observer, &cast.viewer] {
            let seen = other.asks(query, json!({ "id": certificate["id"] })).await;
            assert_eq!(seen, json!({ "certificates": { "totalCount": 0, "nodes": [] }, "node": null }));
        }
        for whoever in [&cast.volunteer, &cast.coordinator, &cast.owner, &cast.admin] {
            let seen = whoever.asks(query, json!({ "id": certificate["id"] })).await;
            assert_eq!((&seen["certificates"]["totalCount"], &seen["node"]["id"]), (&json!(1), &certificate["id"]));
        }
        let filtered = "query($filter: CertificateFilter) { certificates(filter: $filter) { totalCount } }";
        for (filter, expected) in [(json!({ "revoked": true }), 0), (json!({ "revoked": false }), 1),
            (json!({ "organizationId": cast.organization.id, "volunteerId": cast.record }), 1)] {
            let found = cast.owner.asks(filtered, json!({ "filter": filter })).await;
            assert_eq!(found["certificates"]["totalCount"], expected, "{filter}");
        }
    }

    /// Mistyped, never issued: one answer, whatever is asked for.
    async fn a_code_that_opens_nothing_is_answered_alike(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        let certificate = issued(&cast, json!({})).await;
        let mistyped = format!("{}{}", &code(&certificate)[..18], if code(&certificate).ends_with('7') { '8' } else { '7' });
        let never = tiwizi::certificates::Code::of_bytes([7; 10]).to_string();
        for accept in ["text/html", "application/json", "application/vc+jwt"] {
            let one = got(&app, &format!("/verify/{mistyped}"), accept, "en").await;
            let other = got(&app, &format!("/verify/{never}"), accept, "en").await;
            assert_eq!((one.0, &one.2), (404, &other.2), "{accept}");
            assert_eq!(other.0, 404);
            if accept == "application/json" {
                assert_eq!(one.1["content-type"], "application/json");
                let body: Value = serde_json::from_str(&one.2).unwrap();
                assert_eq!(body, json!({ "code": "NOT_FOUND",
                    "message": "No certificate has this code. Look whether it was typed as it is printed." }));
            }
        }
        for typed in [mistyped, never, String::new(), "%".to_owned(), "x".repeat(3_000)] {
            let answer = cast.nobody.asks(CHECK, json!({ "code": typed })).await;
            assert_eq!(answer["verifyCertificate"], json!(null));
        }
        assert_eq!(got(&app, "/verify/%3Cscript%3E", "text/html", "en").await.0, 404);
    }

    async fn a_page_says_how_it_stands_in_three_languages(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        let certificate = issued(&cast, json!({ "shown": ["NAME", "PROJECTS"] })).await;
        let path = format!("/verify/{}", code(&certificate));
        for (language, direction, word, time) in [
            ("ar", "rtl", "سارية", "ساعة واحدة و30 دقيقة"), ("fr", "ltr", "Valide", "1 h 30 min"), ("en", "ltr", "Valid", "1 h 30 min"),
        ] {
            let (status, headers, page) = got(&app, &path, "text/html", language).await;

            assert_eq!(status, 200);
            assert!(page.contains(&format!("<html lang=\"{language}\" dir=\"{direction}\">")));
            assert!(page.contains(word) && page.contains(time), "{language}");
            assert!(page.len() < 100_000 && !page.contains("<script") && !page.contains("style="), "{}", page.len());
            assert!(headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
            assert_eq!(headers["cache-control"], "no-store");
            assert_eq!(headers["x-robots-tag"], "noindex");
            assert_eq!(scanned(&page), format!("{}{path}", app.parts.core.config.public_url));
        }
        // Names and days keep their place in a sentence that goes the other way.
        let shown = page(&app, &certificate, "ar").await;
        for apart in ["\u{2068}2026-01-01\u{2069}", &format!("\u{2068}{MARK} Fatima\u{2069}")] {
            assert!(shown.contains(apart), "{apart}");
        }
        // What a language says of itself in the address counts more than the header.
        assert!(got(&app, &format!("{path}?lang=fr"), "text/html", "ar").await.2.contains("Valide"));
        // A name with signs of markup stays text.
        let input = json!({ "organizationId": cast.organization.id, "name": "<b>Ali & \"co\"", "reference": "9" });
        let record = cast.owner.done("createVolunteer", input, "volunteer { id }").await;
        let record = record["volunteer"]["id"].as_str().unwrap().to_owned();
        approved(&cast, &record, "2026-03-10", 60).await;
        let payload = issues(&cast.owner, &cast, &[&record], json!({ "shown": ["NAME"] })).await;
        let shown = page(&app, &payload["results"][0]["certificate"], "en").await;
        assert!(shown.contains("&lt;b&gt;Ali &amp; &quot;co&quot;") && !shown.contains("<b>Ali"));
    }

    async fn a_typed_code_leads_to_its_page(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        let certificate = issued(&cast, json!({})).await;
        let typed = code(&certificate).to_lowercase().replace('-', "+");

        let (status, headers, _) = got(&app, &format!("/verify?code={typed}"), "text/html", "en").await;

        assert_eq!(status, 303);
        assert_eq!(headers["location"], format!("/verify/{}", code(&certificate)));
        let (status, _, form) = got(&app, "/verify", "text/html", "fr").await;
        assert!(status == 200 && form.contains("<label for=\"code\">") && form.contains("Code du certificat"));
        let (status, _, form) = got(&app, "/verify?code=nonsense&lang=ar", "text/html", "fr").await;
        assert!(status == 404 && form.contains("role=\"alert\"") && form.contains("dir=\"rtl\""));
        assert!(got(&app, "/", "text/html", "en").await.2.contains("href=\"/verify\""));
    }

    async fn programs_are_told_what_people_are_told(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        let certificate = issued(&cast, json!({ "shown": ["NAME", "DAYS"] })).await;

        let (status, headers, body) = got(&app, &format!("/verify/{}", code(&certificate)), "application/json", "en").await;

        assert_eq!(status, 200);
        assert_eq!(headers["access-control-allow-origin"], "*");
        let body: Value = serde_json::from_str(&body).unwrap();
        let check = told(&app, &certificate).await;
        for name in ["code", "status", "from", "to", "minutes", "holderName", "firstDay", "lastDay", "organizationName"] {
            assert_eq!(body[name], check[name], "{name}");
        }
        assert!(body.get("projects").is_none() && body.get("revokedAt").is_none());
        let list = format!("{}/status/revocation", body["url"].as_str().unwrap());
        assert_eq!(body["statusLists"]["revocation"], list);
    }

    /// Signed file, keys and status hold together for whoever trusts this server's address alone.
    async fn the_signed_file_is_an_open_badge_that_another_library_verifies(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        let certificate = issued(&cast, json!({ "shown": ["NAME", "PROJECTS", "DAYS"], "language": "fr" })).await;
        let path = format!("/verify/{}", code(&certificate));
        let url = format!("{}{path}", app.parts.core.config.public_url);

        let (status, headers, file) = got(&app, &format!("{path}.jwt"), "*/*", "en").await;

        assert_eq!((status, &headers["content-type"]), (200, &reqwest::header::HeaderValue::from_static("application/vc+jwt")));
        assert_eq!(got(&app, &path, "application/vc+jwt", "en").await.2, file);
        assert_eq!(told(&app, &certificate).await["credential"], file);
        assert!(checks(&app, &file).await);
        let header = part(&file, 0);
        // Open Badges 3.0 allow these headers and no other, and no `typ` but one that the W3C does not wish for.
        let mut names: Vec<&str> = header.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!((names, &header["alg"]), (vec!["alg", "jwk", "kid"], &json!("EdDSA")));
        assert_eq!(header["jwk"].as_object().unwrap().len(), 3, "the public key, and nothing beside it");
        let keys = format!("{}/keys/", app.parts.core.config.public_url);
        assert!(header["kid"].as_str().unwrap().starts_with(&keys));
        assert_eq!(got(&app, "/keys/another", "*/*", "en").await.0, 404);
        let it = part(&file, 1);
        // What Open Badges 3.0 and Verifiable Credentials 2.0 require.
        assert_eq!(it["@context"], json!(["https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]));
        assert_eq!(it["type"], json!(["VerifiableCredential", "OpenBadgeCredential"]));
        assert_eq!((&it["id"], &it["jti"], &it["iss"]), (&json!(url), &json!(url), &it["issuer"]["id"]));
        assert_eq!((&it["issuer"]["type"], &it["issuer"]["name"]), (&json!(["Profile"]), &json!(format!("{MARK} Al Amal"))));
        assert_eq!((&it["validFrom"], &it["nbf"]), (&json!("2026-11-02T09:00:00Z"), &json!(1_793_610_000)));
        let subject = &it["credentialSubject"];
        assert_eq!((&subject["type"], &it["sub"]), (&json!(["AchievementSubject"]), &subject["id"]));
        assert_eq!(subject["identifier"], json!([{ "type": "IdentityObject", "hashed": false,
            "identityHash": format!("{MARK} Fatima"), "identityType": "name" }]));
        let achievement = &subject["achievement"];
        assert_eq!((&achievement["type"], &achievement["achievementType"]), (&json!(["Achievement"]), &json!("CommunityService")));
        for needed in ["id", "name", "description"] {
            assert!(achievement[needed].as_str().is_some_and(|it| !it.is_empty()), "{needed}");
        }
        assert!(achievement["criteria"]["narrative"].is_string() && achievement["inLanguage"] == "fr");
        assert_eq!(subject["result"][0]["value"], "90");
        assert_eq!(subject["result"][1]["resultDescription"], achievement["resultDescription"][1]["id"]);
        assert_eq!(subject["activityStartDate"], "2026-03-10T00:00:00Z");
        // The issuer is found where it says.
        let issuer = it["iss"].as_str().unwrap().strip_prefix(&app.parts.core.config.public_url).unwrap().to_owned();
        let (status, _, profile) = got(&app, &issuer, "*/*", "en").await;
        assert_eq!((status, &serde_json::from_str::<Value>(&profile).unwrap()["id"]), (200, &it["iss"]));
        assert_eq!(got(&app, "/issuers/00000000-0000-0000-0000-000000000000", "*/*", "en").await.0, 404);
        // Nothing but the least where the holder shows nothing.
        let bare = issued(&cast, json!({})).await;
        let file = got(&app, &format!("/verify/{}.jwt", code(&bare)), "*/*", "en").await.2;
        let text = part(&file, 1).to_string();
        assert!(!text.contains("Fatima") && !text.contains("Trees") && !text.contains("2026-03-10"), "{text}");
    }

    async fn a_wrong_byte_of_a_signed_file_is_found(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        let certificate = issued(&cast, json!({})).await;
        let file = got(&app, &format!("/verify/{}.jwt", code(&certificate)), "*/*", "en").await.2;
        assert!(checks(&app, &file).await);
        let parts: Vec<&str> = file.split('.').collect();
        let mut payload = part(&file, 1);
        payload["credentialSubject"]["result"][0]["value"] = json!("9000");
        let payload = URL_SAFE_NO_PAD.encode(payload.to_string());

        assert!(!checks(&app, &format!("{}.{payload}.{}", parts[0], parts[2])).await);
        let mut signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
        for at in [0, 31, 32, 63] {
            signature[at] ^= 1;
            let wrong = URL_SAFE_NO_PAD.encode(&signature);
            assert!(!checks(&app, &format!("{}.{}.{wrong}", parts[0], parts[1])).await, "{at}");
            signature[at] ^= 1;
        }
    }

    /// A file that was downloaded says where it is asked whether it still holds.
    async fn the_status_of_a_signed_file_follows_the_certificate(app: App) {
        let cast = Cast::on(&app).await;
        let entry = approved(&cast, &cast.record, "2026-03-10", 90).await;
        let certificate = issued(&cast, json!({})).await;
        let path = format!("/verify/{}", code(&certificate));
        let file = got(&app, &format!("{path}.jwt"), "*/*", "en").await.2;
        let named = part(&file, 1)["credentialStatus"].clone();
        let purposes: Vec<&Value> = named.as_array().unwrap().iter().map(|it| &it["statusPurpose"]).collect();
        assert_eq!(purposes, ["revocation", "suspension"]);
        for entry in named.as_array().unwrap() {
            assert_eq!((&entry["type"], &entry["statusListIndex"]), (&json!("BitstringStatusListEntry"), &json!("0")));
            let address = format!("{path}/status/{}", entry["statusPurpose"].as_str().unwrap());
            assert!(entry["statusListCredential"].as_str().unwrap().ends_with(&address));
            let list = got(&app, &address, "*/*", "en").await.2;
            assert_eq!(part(&list, 1)["id"], entry["statusListCredential"]);
            assert_eq!(part(&list, 1)["iss"], part(&file, 1)["iss"]);
        }
        let both = async || (stands(&app, &path, "revocation").await, stands(&app, &path, "suspension").await);
        assert_eq!(both().await, (false, false));

        app.advance(TimeDelta::minutes(1));
        amended(&cast, &entry, 60).await;
        cast.owner.approves(&[&entry]).await;

        assert_eq!(both().await, (false, true), "it may hold again");
        // What does not hold is not signed anew, and what was signed stays signed.
        assert_eq!(got(&app, &format!("{path}.jwt"), "*/*", "en").await.0, 410);
        assert!(checks(&app, &file).await);
        let input = json!({ "id": certificate["id"], "reason": "OTHER" });
        cast.owner.done("revokeCertificate", input, "certificate { id }").await;
        assert_eq!(both().await, (true, false), "it never holds again");
        for nothing in ["/verify/0000-0000-0000-0001/status/revocation".to_owned(), format!("{path}/status/other")] {
            assert_eq!(got(&app, &nothing, "*/*", "en").await.0, 404);
        }
    }

    /// Keys of before stay published.
    async fn a_signed_file_outlives_the_key_that_signed_it(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        let certificate = issued(&cast, json!({})).await;
        let path = format!("/verify/{}.jwt", code(&certificate));
        let file = got(&app, &path, "*/*", "en").await.2;

        let now = app.parts.operator(Locale::En).now();
        Keys::rotate(&app.parts.core.config.keys_path(), &Random::seeded(99), now).expect("another key");
        let later = app.beside().await;

        let anew = got(&later, &path, "*/*", "en").await.2;
        assert_ne!(part(&anew, 0)["kid"], part(&file, 0)["kid"]);
        assert!(checks(&later, &file).await && checks(&later, &anew).await);
        later.close().await;
    }
}
