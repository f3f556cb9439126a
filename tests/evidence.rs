//! Files that show what was measured: what is taken, what is refused however it is dressed, and who sees it.
//!
//! How single kinds are looked into is tested beside the code.

use std::io::Cursor;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use entity::evidence_content;
use entity::evidence_file;
use sea_orm::EntityTrait;
use sea_orm::PaginatorTrait;
use serde_json::Value;
use serde_json::json;
use zip::CompressionMethod;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::app::App;
use crate::support::cast::Cast;
use crate::support::cast::Person;
use crate::support::cast::codes;
use crate::support::on_both_databases;

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n";
const KEPT: &str = "evidence { id fileName mediaType bytes sha256 url urlExpiresAt } measurement { version evidence { id } }
    userErrors { code path }";
const TYPES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

/// A measurement that waits for a decision.
async fn measured(cast: &Cast) -> String {
    let input = json!({ "organizationId": cast.organization.id, "code": "WELLS", "nameFr": "Puits", "unit": "puits",
        "valueType": "COUNT", "level": "OUTPUT", "overTime": "SUM", "overPlace": "SUM" });
    let made = cast
        .owner
        .done("createIndicator", input, "indicator { id }")
        .await;
    let input = json!({ "measurements": [{ "indicatorId": made["indicator"]["id"], "projectId": cast.project,
        "from": "2026-09-01", "to": "2026-09-30", "value": { "value": "7" } }] });
    let done = cast
        .coordinator
        .does(
            "recordMeasurements",
            input,
            "results { measurement { id } userErrors { code } }",
        )
        .await;
    done["results"][0]["measurement"]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn attach(who: &Person, measurement: &str, name: &str, bytes: &[u8]) -> Value {
    let input = json!({ "measurementId": measurement, "fileName": name, "content": STANDARD.encode(bytes) });
    who.does("attachEvidence", input, KEPT).await
}

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in parts {
        archive.start_file(*name, options).unwrap();
        archive.write_all(text).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn a_png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 2, 2);
    encoder.set_color(png::ColorType::Grayscale);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&[0, 9, 200, 255])
        .unwrap();
    bytes
}

async fn rows(app: &App) -> (u64, u64) {
    let db = app.parts.core.db.system().read();
    (
        evidence_file::Entity::find().count(db).await.unwrap(),
        evidence_content::Entity::find().count(db).await.unwrap(),
    )
}

async fn fetched(app: &App, url: &str) -> reqwest::Response {
    let path = &url[url.find("/files/").unwrap()..];
    app.http()
        .get(format!("{}{path}", app.url))
        .send()
        .await
        .unwrap()
}

on_both_databases! {
    async fn a_file_is_kept_with_its_measurement_and_opened_by_a_link(app: App) {
        let cast = Cast::on(&app).await;
        let measurement = measured(&cast).await;

        let kept = attach(&cast.coordinator, &measurement, "لائحة الحضور.exe", PDF).await;

        assert_eq!(kept["userErrors"], json!([]), "{kept:#}");
        let file = &kept["evidence"];
        assert_eq!((&file["fileName"], &file["mediaType"], &file["bytes"]), (&json!("لائحة الحضور.pdf"), &json!("application/pdf"), &json!(PDF.len())));
        assert_eq!(kept["measurement"]["version"], 2, "whoever decides by version 1 has not seen the file");
        // The same bytes by another name are the same file, and no change.
        let again = attach(&cast.owner, &measurement, "other.pdf", PDF).await;
        assert_eq!((&again["evidence"]["id"], &again["measurement"]["version"]), (&file["id"], &json!(2)));
        assert_eq!(rows(&app).await, (1, 1));

        let answer = fetched(&app, file["url"].as_str().unwrap()).await;
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!((answer.status().as_u16(), header("content-type").as_str()), (200, "application/pdf"));
        let disposition = header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\"_____ ______.pdf\"; filename*=UTF-8''%D9%84"), "{disposition}");
        assert_eq!((header("x-content-type-options").as_str(), header("content-security-policy").as_str()), ("nosniff", "default-src 'none'; sandbox"));
        assert_eq!(answer.bytes().await.unwrap(), PDF);
        app.advance(TimeDelta::minutes(61));
        assert_eq!(fetched(&app, file["url"].as_str().unwrap()).await.status(), 404);
    }

    async fn every_kind_is_known_by_its_bytes(app: App) {
        let cast = Cast::on(&app).await;
        let measurement = measured(&cast).await;
        let book = package(&[("[Content_Types].xml", TYPES.as_bytes()), ("xl/worksheets/sheet1.xml", b"<worksheet/>")]);
        let followed = [a_png(), b"PK\x03\x04 an archive behind the picture".to_vec()].concat();
        for (bytes, name) in [(PDF.to_vec(), "x.pdf"), (book, "x.xlsx"), (b"nom;heures\nAmina;3\n".to_vec(), "x.csv"), (followed, "x.png")] {
            let kept = attach(&cast.coordinator, &measurement, "x.html", &bytes).await;
            assert_eq!(kept["evidence"]["fileName"], name, "{kept:#}");
        }
        // Of a picture with something behind it, the picture.
        let query = "query($id: ID!) { node(id: $id) { ... on Measurement { evidence { fileName bytes url } } } }";
        let data = cast.viewer.asks(query, json!({ "id": measurement })).await;
        let last = &data["node"]["evidence"][3];
        assert_eq!(last["bytes"], a_png().len());
        assert_eq!(fetched(&app, last["url"].as_str().unwrap()).await.bytes().await.unwrap(), a_png());
    }

    async fn what_is_dangerous_is_refused_however_it_is_dressed(app: App) {
        let cast = Cast::on(&app).await;
        let measurement = measured(&cast).await;
        let pdf = |inner: &str| [&b"%PDF-1.7\n"[..], inner.as_bytes(), b"\n%%EOF"].concat();
        let types = ("[Content_Types].xml", TYPES.as_bytes());
        let macros = package(&[types, ("xl/vbaProject.bin", b"macro")]);
        let spaces = vec![b' '; 4 * 1024 * 1024];
        let bomb = package(&[types, ("xl/worksheets/sheet1.xml", &spaces)]);
        let other = package(&[("word/document.xml", b"<document/>")]);
        let outside = package(&[types, ("../../etc/passwd.xml", b"x")]);
        for (name, bytes, code) in [
            ("photo.png", b"<html><script>alert(1)</script></html>".to_vec(), "EVIDENCE_KIND"),
            ("photo.png", b"\xef\xbb\xbf <svg onload=alert(1), x/>".to_vec(), "EVIDENCE_KIND"),
            ("photo.jpg", b"MZ\x90\0\x03program".to_vec(), "EVIDENCE_KIND"),
            ("photo.png", b"GIF89a\x01\0\x01\0".to_vec(), "EVIDENCE_KIND"),
            ("report.docx", other, "EVIDENCE_KIND"),
            ("empty.csv", Vec::new(), "EVIDENCE_KIND"),
            ("report.pdf", pdf("<< /S /JavaScript /JS (app.alert(1)) >>"), "EVIDENCE_ACTIVE"),
            ("report.pdf", pdf("<< /S /J#61v#61Script >>"), "EVIDENCE_ACTIVE"),
            ("report.pdf", pdf("<< /S /Launch /F (cmd.exe) >>"), "EVIDENCE_ACTIVE"),
            ("report.pdf", pdf("<< /EmbeddedFiles 3 0 R >>"), "EVIDENCE_ACTIVE"),
            ("report.pdf", pdf("<< /Encrypt 3 0 R >>"), "EVIDENCE_OPAQUE"),
            ("report.pdf", b"%PDF-1.7 cut".to_vec(), "EVIDENCE_OPAQUE"),
            ("book.xlsx", macros, "EVIDENCE_ACTIVE"),
            ("book.xlsx", bomb, "EVIDENCE_OPAQUE"),
            ("book.xlsx", outside, "EVIDENCE_OPAQUE"),
            ("list.csv", b"a,b\n=cmd|'/c calc'!A0,1\n".to_vec(), "EVIDENCE_ACTIVE"),
            ("photo.png", a_png()[..40].to_vec(), "EVIDENCE_OPAQUE"),
        ] {
            let refused = attach(&cast.coordinator, &measurement, name, &bytes).await;
            assert_eq!(codes(&refused), [code], "{name} {}", String::from_utf8_lossy(&bytes[..bytes.len().min(40)]));
            assert_eq!(refused["evidence"], Value::Null);
        }
        let large = vec![b'a'; 10 * 1024 * 1024 + 1];
        assert_eq!(codes(&attach(&cast.coordinator, &measurement, "large.csv", &large).await), ["EVIDENCE_TOO_LARGE"]);
        let input = json!({ "measurementId": measurement, "fileName": "x.pdf", "content": "%%%" });
        assert_eq!(cast.coordinator.refused("attachEvidence", input).await, ["INVALID_FORMAT"]);
        assert_eq!(codes(&attach(&cast.coordinator, &measurement, " ", PDF).await), ["REQUIRED"]);
        assert_eq!(rows(&app).await, (0, 0));
        let split = attach(&cast.coordinator, &measurement, "x\r\nSet-Cookie: a=b.pdf", PDF).await;
        assert_eq!(codes(&split), ["INVALID_FORMAT"]);
        let kept = attach(&cast.coordinator, &measurement, "../..\\C:\\evil\u{202e}fdp.exe", PDF).await;
        assert_eq!(kept["evidence"]["fileName"], "evilfdp.pdf");
    }

    async fn only_whoever_sees_the_measurement_sees_its_files(app: App) {
        let cast = Cast::on(&app).await;
        let measurement = measured(&cast).await;
        let kept = attach(&cast.coordinator, &measurement, "list.pdf", PDF).await;
        let id = kept["evidence"]["id"].as_str().unwrap();
        let node = "query($id: ID!) { node(id: $id) { ... on EvidenceFile { url attachedBy { id } } } }";
        for who in [&cast.owner, &cast.coordinator, &cast.viewer, &cast.observer, &cast.admin] {
            assert!(who.asks(node, json!({ "id": id })).await["node"]["url"].is_string());
        }
        for who in [&cast.outsider, &cast.volunteer, &cast.nobody] {
            assert_eq!(who.asks(node, json!({ "id": id })).await["node"], Value::Null);
        }
        // Nobody else brings or takes away.
        for (who, code) in [(&cast.outsider, "NOT_FOUND"), (&cast.volunteer, "NOT_FOUND"), (&cast.viewer, "FORBIDDEN"),
            (&cast.observer, "FORBIDDEN"), (&cast.admin, "FORBIDDEN")] {
            assert_eq!(codes(&attach(who, &measurement, "x.pdf", b"a,b\n1,2\n").await), [code]);
            assert_eq!(who.refused("removeEvidence", json!({ "id": id })).await, [code]);
        }
        assert_eq!(rows(&app).await, (1, 1));
        // A link is of one file alone, and a changed one opens none.
        let url = kept["evidence"]["url"].as_str().unwrap();
        let mut other = url.to_owned();
        let last = if other.pop() == Some('A') { 'B' } else { 'A' };
        other.insert(url.len() - 20, last);
        assert_eq!(fetched(&app, &other).await.status(), 404);
        assert_eq!(fetched(&app, url).await.status(), 200);
    }

    async fn files_change_only_while_the_figure_does_not_count(app: App) {
        let cast = Cast::on(&app).await;
        let measurement = measured(&cast).await;
        let first = attach(&cast.coordinator, &measurement, "one.pdf", PDF).await;
        let second = attach(&cast.coordinator, &measurement, "two.csv", b"a,b\n1,2\n").await;
        let url = second["evidence"]["url"].as_str().unwrap();
        let mut input = json!({ "id": second["evidence"]["id"], "expectedVersion": 2 });
        assert_eq!(cast.coordinator.refused("removeEvidence", input.clone()).await, ["VERSION_CONFLICT"]);
        input["expectedVersion"] = json!(3);
        let removed = cast.coordinator.done("removeEvidence", input, "measurement { version evidence { fileName } }").await;
        assert_eq!(removed["measurement"], json!({ "version": 4, "evidence": [{ "fileName": "one.pdf" }] }));
        assert_eq!(fetched(&app, url).await.status(), 404, "what was taken away is gone");
        assert_eq!(rows(&app).await, (1, 1));

        let input = json!({ "ids": [measurement], "expectedVersions": [4] });
        let approved = cast.owner.does("approveMeasurements", input, "results { measurement { status } userErrors { code } }").await;
        assert_eq!(approved["results"][0]["measurement"]["status"], "APPROVED", "{approved:#}");
        assert_eq!(codes(&attach(&cast.coordinator, &measurement, "late.csv", b"a,b\n3,4\n").await), ["MEASUREMENT_APPROVED"]);
        let input = json!({ "id": first["evidence"]["id"] });
        assert_eq!(cast.coordinator.refused("removeEvidence", input.clone()).await, ["MEASUREMENT_APPROVED"]);
        let back = json!({ "ids": [measurement], "reason": "Which wells?" });
        cast.owner.does("returnMeasurements", back, "results { measurement { status } userErrors { code } }").await;
        cast.coordinator.done("removeEvidence", input, "measurement { id }").await;
        for number in 0..20 {
            let kept = attach(&cast.coordinator, &measurement, "n.csv", format!("a,b\n{number},2\n").as_bytes()).await;
            assert_eq!(kept["userErrors"], json!([]));
        }
        assert_eq!(codes(&attach(&cast.coordinator, &measurement, "n.csv", b"a,b\n99,2\n").await), ["TOO_LONG"]);
    }
}
