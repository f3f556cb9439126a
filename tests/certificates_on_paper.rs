//! Certificates as PDF: what stands on the page is what whoever has the code is told, and nothing else; only what holds
//! is printed; many are one file.
//!
//! How a file is read is in `documents::reader`; the template without values is tested beside it.

use reqwest::header::HeaderMap;
use serde_json::Value;
use serde_json::json;
use tiwizi::certificates::document::time;
use tiwizi::platform::i18n::Locale;

use crate::certificates::amended;
use crate::certificates::approved;
use crate::certificates::code;
use crate::certificates::issued;
use crate::documents::reader::Pdf;
use crate::exports::fetched;
use crate::exports::seen;
use crate::exports::worked_off;
use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::MARK;
use crate::support::cast::codes;
use crate::support::on_both_databases;

const TOLD: &str = "query($code: String!, $in: Locale!) { verifyCertificate(code: $code) {
    organizationName(locale: $in) holderName(locale: $in) from to minutes firstDay lastDay
    projects(locale: $in) { title minutes } } }";
const ALL: [&str; 4] = ["NAME", "PROJECTS", "DAYS", "SUCCESSOR"];
const ARABIC: &str = "فاطمة الزهراء بنعلي";

/// What the server answers at the address of the paper of a certificate.
async fn got(app: &App, path: &str) -> (u16, HeaderMap, Vec<u8>) {
    let answer = app.http().get(format!("{}{path}", app.url)).send().await;
    let answer = answer.expect("an answer");
    (
        answer.status().as_u16(),
        answer.headers().clone(),
        answer.bytes().await.expect("bytes").to_vec(),
    )
}

fn path(certificate: &Value) -> String {
    format!("/verify/{}.pdf", code(certificate))
}

async fn paper(app: &App, certificate: &Value, locale: Locale) -> Pdf {
    let path = format!("{}?lang={}", path(certificate), locale.tag());
    let (status, _, bytes) = got(app, &path).await;
    assert_eq!(status, 200);
    Pdf::read(&bytes)
}

/// The holder has a name in Arabic.
async fn named(cast: &Cast) {
    let input = json!({ "id": cast.record, "nameAr": ARABIC });
    cast.owner
        .done("updateVolunteer", input, "volunteer { id }")
        .await;
}

/// A text without spaces and the signs that set words apart.
fn dense(text: &str) -> String {
    let kept = |it: &char| !it.is_whitespace() && !matches!(it, '\u{2068}' | '\u{2069}');
    text.chars().filter(kept).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}"))
}

/// What the QR codes of a file say.
fn scanned(pdf: &Pdf) -> Vec<String> {
    let read = |(width, points): (usize, Vec<u8>)| {
        let height = points.len() / width;
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
            points[y * width + x]
        });
        let grids = picture.detect_grids();
        grids[0].decode().expect("a code").1
    };
    pdf.pictures().into_iter().map(read).collect()
}

/// The figures of a time, which keep their order in every language.
fn is_told(pdf: &Pdf, locale: Locale, words: &str) -> bool {
    match locale {
        Locale::Fr | Locale::En => dense(&pdf.told()).contains(&dense(words)),
        // Runs of both directions share a line: each is looked for by itself.
        Locale::Ar => {
            let (right, left) = (pdf.told_from_the_right(), dense(&pdf.told()));
            let is_arabic = |it: char| matches!(it, '\u{600}'..='\u{6FF}');
            let mut arabic = words.split(|it| !is_arabic(it)).filter(|it| !it.is_empty());
            let mut other = words.split(|it: char| {
                is_arabic(it) || it.is_whitespace() || "\u{2068}\u{2069}".contains(it)
            });
            arabic.all(|it| right.contains(it)) && other.all(|it| left.contains(it))
        }
    }
}

on_both_databases! {
    async fn a_page_says_what_whoever_has_the_code_is_told(app: App) {
        let cast = Cast::on(&app).await;
        named(&cast).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        approved(&cast, &cast.record, "2026-10-20", 45).await;
        let certificate = issued(&cast, json!({ "shown": ALL, "language": "ar" })).await;

        for locale in Locale::ALL {
            let pdf = paper(&app, &certificate, locale).await;

            let variables = json!({ "code": code(&certificate), "in": locale.tag() });
            let told = cast.nobody.asks(TOLD, variables).await["verifyCertificate"].take();
            let minutes = told["minutes"].as_i64().unwrap();
            let project = &told["projects"][0];
            let here = |words: &str| {
                assert!(is_told(&pdf, locale, words), "{} lacks {words}: {}", locale.tag(), pdf.told());
            };
            for words in ["organizationName", "holderName", "from", "to", "firstDay", "lastDay"] {
                here(text(&told[words]));
            }
            here(&time(locale, minutes));
            here(text(&project["title"]));
            assert_eq!(project["minutes"], minutes);
            here(code(&certificate));
            here("2026-11-02");
            let address = format!("{}/verify/{}", app.parts.core.config.public_url, code(&certificate));
            assert_eq!(scanned(&pdf), [address.as_str()]);
            assert!(dense(&pdf.told()).contains(&address));
            assert_eq!(pdf.language().split('-').next(), Some(locale.tag()));
            assert!(pdf.is_accessible());
            assert_eq!(pdf.pages, 1);
            assert_eq!(pdf.alternatives().len(), 1);
        }
        // Without another wish it is in the language of the certificate.
        let (_, _, bytes) = got(&app, &path(&certificate)).await;
        let pdf = Pdf::read(&bytes);
        assert_eq!(pdf.language().split('-').next(), Some("ar"));
        assert!(pdf.told_from_the_right().contains(ARABIC), "{}", pdf.told_from_the_right());
        // Arabic letters change their shape by their place: joined, one letter has several glyphs.
        let shapes: std::collections::BTreeSet<u16> = pdf.runs.iter()
            .filter(|it| it.font.contains("Amiri"))
            .flat_map(|it| &it.glyphs)
            .filter(|it| it.1 == "ع")
            .map(|it| it.0)
            .collect();
        assert!(shapes.len() >= 2, "{shapes:?}");
    }

    async fn what_the_holder_hides_is_nowhere_in_the_file(app: App) {
        let cast = Cast::on(&app).await;
        named(&cast).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        let certificate = issued(&cast, json!({})).await;
        let hidden = [format!("{MARK} Fatima"), ARABIC.to_owned(), format!("{MARK} Trees"), "2026-03-10".to_owned()];

        for locale in Locale::ALL {
            let pdf = paper(&app, &certificate, locale).await;

            let everything = pdf.everything();
            for words in &hidden {
                assert!(everything.iter().all(|it| !it.contains(words)), "{words}");
                assert!(!dense(&pdf.told()).contains(&dense(words)), "{words}");
                assert!(!pdf.told_from_the_right().contains(words), "{words}");
                assert!(pdf.alternatives().iter().all(|it| !it.contains(words)), "{words}");
            }
            assert!(is_told(&pdf, locale, &format!("{MARK} Al Amal")));
        }
        // Shown from now on, it stands there.
        let input = json!({ "id": certificate["id"], "shown": ["NAME"] });
        cast.volunteer.done("updateCertificate", input, "certificate { id }").await;
        let pdf = paper(&app, &certificate, Locale::En).await;
        assert!(is_told(&pdf, Locale::En, &hidden[0]) && !is_told(&pdf, Locale::En, &hidden[2]));
    }

    async fn only_what_holds_is_printed(app: App) {
        let cast = Cast::on(&app).await;
        let entry = approved(&cast, &cast.record, "2026-03-10", 90).await;
        let certificate = issued(&cast, json!({ "shown": ["NAME"] })).await;
        let query = "query($id: ID!) { node(id: $id) { ... on Certificate { pdfUrl url } } }";
        let told = cast.volunteer.asks(query, json!({ "id": certificate["id"] })).await;
        assert_eq!(text(&told["node"]["pdfUrl"]), format!("{}.pdf", text(&told["node"]["url"])));

        let (status, headers, bytes) = got(&app, &path(&certificate)).await;
        assert_eq!(status, 200);
        assert!(bytes.starts_with(b"%PDF-"));
        assert_eq!(headers["content-type"], "application/pdf");
        assert_eq!(headers["cache-control"], "private, no-store");
        assert_eq!(headers["x-robots-tag"], "noindex");
        assert_eq!(
            headers["content-disposition"],
            format!("attachment; filename=\"certificate-{}.pdf\"", code(&certificate))
        );
        let accepted = app.http().get(format!("{}/verify/{}", app.url, code(&certificate)));
        let accepted = accepted.header("accept", "application/pdf").send().await.unwrap();
        assert_eq!(accepted.headers()["content-type"], "application/pdf");
        let (_, _, page) = got(&app, &format!("/verify/{}?lang=fr", code(&certificate))).await;
        let link = format!("href=\"/verify/{}.pdf?lang=fr\"", code(&certificate));
        assert!(String::from_utf8(page).unwrap().contains(&link));

        amended(&cast, &entry, 60).await;
        cast.owner.approves(&[&entry]).await;
        let (status, headers, bytes) = got(&app, &path(&certificate)).await;
        assert_eq!((status, &headers["content-type"]), (410, &"text/plain; charset=utf-8".parse().unwrap()));
        assert!(!bytes.starts_with(b"%PDF-"));
        amended(&cast, &entry, 90).await;
        cast.owner.approves(&[&entry]).await;
        assert_eq!(got(&app, &path(&certificate)).await.0, 200, "corrected back, it holds again");
        let input = json!({ "id": certificate["id"], "reason": "OTHER" });
        cast.owner.done("revokeCertificate", input, "certificate { id }").await;
        assert_eq!(got(&app, &path(&certificate)).await.0, 410);
        let (_, _, page) = got(&app, &format!("/verify/{}", code(&certificate))).await;
        assert!(!String::from_utf8(page).unwrap().contains(".pdf"));
        for unknown in ["/verify/7K2M-7K2M-7K2M-7K2M.pdf", "/verify/.pdf", "/verify/x.pdf"] {
            assert_eq!(got(&app, unknown).await.0, 404, "{unknown}");
        }
    }

    async fn many_are_one_file_a_page_each(app: App) {
        let cast = Cast::on(&app).await;
        let mut certificates = Vec::new();
        for (name, language) in [("Brahim", "fr"), ("Chama", "ar"), ("Driss", "en")] {
            let record = cast.owner.enrols(&cast.organization, name).await;
            approved(&cast, &record, "2026-03-10", 90).await;
            let input = json!({
                "organizationId": cast.organization.id, "volunteerIds": [record], "shown": ["NAME"],
                "from": "2026-01-01", "to": "2026-10-31", "language": language,
            });
            let payload = cast.coordinator.done("issueCertificates", input, "results { certificate { id code } }").await;
            certificates.push(payload["results"][0]["certificate"].clone());
        }
        let ids: Vec<&Value> = [0, 1, 2, 0].iter().map(|it| &certificates[*it]["id"]).collect();
        let input = json!({ "certificateIds": ids, "locale": "fr", "idempotencyKey": "honours" });
        const JOB: &str = "exportJob { id certificateCount format locale report { name } } userErrors { code path }";
        let asked = cast.coordinator.done("requestCertificatesExport", input.clone(), JOB).await;
        let job = &asked["exportJob"];
        assert_eq!((&job["certificateCount"], &job["format"], &job["locale"]), (&json!(3), &json!("PDF"), &json!("fr")));
        assert_eq!(job["report"], Value::Null);
        let again = cast.coordinator.done("requestCertificatesExport", input, JOB).await;
        assert_eq!(again, asked);
        // One of them is taken back before the file is made.
        let input = json!({ "id": certificates[2]["id"], "reason": "ISSUED_IN_ERROR" });
        cast.owner.done("revokeCertificate", input, "certificate { id }").await;

        worked_off(&app).await;

        let done = seen(&cast.coordinator, text(&job["id"])).await;
        assert_eq!(done["status"], "SUCCEEDED", "{done:#}");
        let (status, name, bytes) = fetched(&app, text(&done["artifact"]["url"])).await;
        assert_eq!(status, 200);
        assert!(name.contains("certificates-2026-11-02-fr.pdf"), "{name}");
        let pdf = Pdf::read(&bytes);
        assert_eq!(pdf.pages, 3, "two, and the code of the third");
        assert!(pdf.is_accessible());
        for (page, certificate) in (1..).zip(&certificates) {
            assert!(dense(&pdf.page(page)).contains(code(certificate)), "{page}");
        }
        assert!(pdf.page(1).contains("Brahim") && dense(&pdf.page(1)).contains("1h30min"));
        assert!(pdf.page(2).contains("Chama"));
        assert!(pdf.everything().iter().all(|it| !it.contains("Driss")));
        assert!(!pdf.told().contains("Driss") && pdf.page(3).contains("Retiré"), "{}", pdf.page(3));
        assert_eq!(scanned(&pdf).len(), 2);
    }

    async fn only_certificates_that_one_sees_are_printed(app: App) {
        let cast = Cast::on(&app).await;
        approved(&cast, &cast.record, "2026-03-10", 90).await;
        let certificate = issued(&cast, json!({})).await;
        let id = &certificate["id"];

        for (who, ids, expected) in [
            (&cast.outsider, json!([id]), "NOT_FOUND"),
            (&cast.viewer, json!([id]), "NOT_FOUND"),
            (&cast.observer, json!([id]), "NOT_FOUND"),
            (&cast.owner, json!([id, "nonsense"]), "NOT_FOUND"),
            (&cast.owner, json!([]), "WRONG_COUNT"),
            (&cast.owner, json!(vec![id; 501]), "WRONG_COUNT"),
        ] {
            let input = json!({ "certificateIds": ids });
            let payload = who.does("requestCertificatesExport", input, "userErrors { code path }").await;
            assert_eq!(codes(&payload), [expected]);
        }
        let input = json!({ "certificateIds": [id] });
        let own = cast.volunteer.done("requestCertificatesExport", input, "exportJob { id }").await;
        worked_off(&app).await;
        let done = seen(&cast.volunteer, text(&own["exportJob"]["id"])).await;
        assert_eq!(done["status"], "SUCCEEDED", "the holder prints their own");
    }
}
