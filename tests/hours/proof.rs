//! A proof of one entry, checked by somebody who has nothing but the published key.
//!
//! What the server itself checks is in `tamper`.

use std::process::Command;

use aws_lc_rs::signature::ED25519;
use aws_lc_rs::signature::UnparsedPublicKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use serde_json::json;
use tiwizi::platform::crypto::sha256;
use tiwizi::platform::hex::hex;

use crate::hours::tamper::furnished;
use crate::support::app::App;
use crate::support::on_both_databases;

const SCRIPT: &str = include_str!("../../docs/check-proof.js");
const GUIDE: &str = include_str!("../../docs/ledger.md");

/// What the documentation says between two fences.
fn shown(language: &str) -> &'static str {
    let (_, rest) = GUIDE
        .split_once(&format!("```{language}\n"))
        .expect(language);
    rest.split_once("```\n").expect("a fence").0
}

/// Runs the script of the documentation; whether it proves, and what it says. `None` without Node.js.
fn checked(answer: &Value, keys: &Value) -> Option<(bool, String)> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("check-proof.js", SCRIPT.to_owned()),
        ("proof.json", answer.to_string()),
        ("jwks.json", keys.to_string()),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let node = Command::new("node")
        .args(["check-proof.js", "proof.json", "jwks.json"])
        .current_dir(folder.path())
        .output();
    match node {
        Ok(done) => {
            let said = [done.stdout, done.stderr].concat();
            Some((done.status.success(), String::from_utf8(said).unwrap()))
        }
        Err(_) => {
            assert!(std::env::var_os("CI").is_none(), "Node.js is not installed");
            None
        }
    }
}

async fn published(app: &App) -> Value {
    let keys = app.http().get(format!("{}/.well-known/jwks.json", app.url));
    keys.send().await.unwrap().json().await.unwrap()
}

#[test]
fn the_documentation_shows_the_script_that_is_tested() {
    assert_eq!(shown("js"), SCRIPT);
}

on_both_databases! {
    /// With the query of the documentation and its script.
    async fn the_script_of_the_documentation_proves_what_is_and_nothing_else(app: App) {
        let (world, _) = furnished(&app).await;
        let entries = world.owner.asks("{ hourEntries(first: 1) { nodes { id } } }", json!({})).await;
        let asked = json!({ "entry": entries["hourEntries"]["nodes"][0]["id"] });
        let data = world.owner.asks(shown("graphql"), asked).await;
        let answer = json!({ "data": data });
        let keys = published(&app).await;
        let Some((proved, said)) = checked(&answer, &keys) else { return };
        assert!(proved && said.starts_with("proved: entry "), "{said}");

        let other = |text: &str, line: usize, new: &str| {
            let mut lines: Vec<&str> = text.split('\n').collect();
            lines[line] = new;
            lines.join("\n")
        };
        let text = data["ledgerProof"]["eventText"].as_str().unwrap();
        let signed = data["ledgerProof"]["signedText"].as_str().unwrap();
        let nobody = "00000000-0000-0000-0000-000000000000";
        // An event of another organization, with a hash that fits it.
        let moved = other(text, 0, nobody);
        let before = unhex(data["ledgerProof"]["previousHash"].as_str().unwrap());
        let mut hash = sha256(&[before, sha256(moved.as_bytes())].concat());
        let moved_hash = hex(&hash);
        for digest in data["ledgerProof"]["followingDigests"].as_array().unwrap() {
            hash = sha256(&[hash, unhex(digest.as_str().unwrap())].concat());
        }
        let alterations: Vec<(&str, Vec<(&str, Value)>)> = vec![
            ("the event is not", vec![("/eventText", json!(text.replace("minutes\":", "minutes\":1")))]),
            ("the chain does not", vec![("/eventText", json!(moved.clone())), ("/hash", json!(moved_hash.clone()))]),
            ("different organizations", vec![("/eventText", json!(moved)), ("/hash", json!(moved_hash)),
                ("/checkpoint/hash", json!(hex(&hash))), ("/signedText", json!(other(signed, 3, &hex(&hash))))]),
            ("the signature is not", vec![("/signedText", json!(other(signed, 4, "2020-01-01T00:00:00.000000Z")))]),
            ("names another event", vec![("/checkpoint/sequence", json!("1"))]),
            ("names another hash", vec![("/checkpoint/hash", json!("00"))]),
            ("names another key", vec![("/checkpoint/keyId", json!("x"))]),
            ("not among the published", vec![("/checkpoint/keyId", json!("x")), ("/signedText", json!(other(signed, 5, "x")))]),
            ("is no checkpoint", vec![("/signedText", json!(other(signed, 0, "something else")))]),
            ("the signature is not", vec![("/checkpoint/signature", json!("00".repeat(64)))]),
        ];
        for (reason, changes) in alterations {
            let mut altered = answer.clone();
            for (place, value) in changes {
                *altered.pointer_mut(&format!("/data/ledgerProof{place}")).unwrap() = value;
            }
            let (proved, said) = checked(&altered, &keys).unwrap();
            assert!(!proved && said.contains(reason), "{reason}: {said}");
        }
        let (proved, said) = checked(&json!({ "data": { "ledgerProof": null } }), &keys).unwrap();
        assert!(!proved && said.contains("no proof yet"), "{said}");
    }

    /// As `docs/ledger.md` describes it, without any code of the server.
    async fn a_stranger_can_check_that_an_entry_is_in_the_ledger(app: App) {
        let (world, _) = furnished(&app).await;
        let entries = world.owner.asks("{ hourEntries(first: 4) { nodes { id } } }", json!({})).await;
        let keys = published(&app).await;
        let key = URL_SAFE_NO_PAD.decode(keys["keys"][0]["x"].as_str().unwrap()).unwrap();
        let query = "query($id: ID!) { ledgerProof(hourEntryId: $id) { eventText previousHash hash
            followingDigests signedText checkpoint { sequence hash keyId signature } } }";

        for entry in entries["hourEntries"]["nodes"].as_array().unwrap() {
            let asked = json!({ "id": entry["id"] });
            let proof = world.volunteer.asks(query, asked.clone()).await["ledgerProof"].take();
            let text = proof["eventText"].as_str().unwrap();
            let mut hash = sha256(&[
                unhex(proof["previousHash"].as_str().unwrap()),
                sha256(text.as_bytes()),
            ].concat());
            assert_eq!(proof["hash"], hex(&hash));
            for digest in proof["followingDigests"].as_array().unwrap() {
                hash = sha256(&[hash, unhex(digest.as_str().unwrap())].concat());
            }
            assert_eq!(proof["checkpoint"]["hash"], hex(&hash));
            let signed = proof["signedText"].as_str().unwrap();
            assert!(signed.lines().nth(3) == Some(&hex(&hash)), "{signed}");
            let signature = unhex(proof["checkpoint"]["signature"].as_str().unwrap());
            UnparsedPublicKey::new(&ED25519, &key).verify(signed.as_bytes(), &signature).unwrap();
            let strange = world.outsider.asks(query, asked).await;
            assert_eq!(strange["ledgerProof"], json!(null));
        }
    }
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
