//! A certificate as a signed file that other programs check: a W3C Verifiable Credential 2.0 that is an Open Badges 3.0
//! credential, in the form VC-JWT.
//!
//! It says what the page says and no more. It is signed at each look with the present key of the server; files of
//! before stay checkable, since keys of before stay published. Sources: 1EdTech, *Open Badges Specification 3.0*,
//! 8.2 (JSON Web Token proof format); W3C, *Verifiable Credentials Data Model 2.0*; W3C, *Bitstring Status List 1.0*.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use chrono::NaiveDate;
use chrono::SecondsFormat;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::OrganizationId;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use serde_json::json;

use crate::certificates::document;
use crate::certificates::document::Document;
use crate::certificates::status::Status;
use crate::certificates::verify::Verified;
use crate::certificates::verify::address;
use crate::identity::Core;
use crate::platform::crypto::KeyError;

/// Media type of the signed file.
pub const MEDIA_TYPE: &str = "application/vc+jwt";
/// Ending of the address of the signed file.
pub const ENDING: &str = ".jwt";
/// Ending of the address of the signed list that says whether the certificate holds.
pub const STATUS_ENDING: &str = "/status";
/// Under which path of the server issuers are described.
pub const ISSUERS: &str = "/issuers";

const VC: &str = "https://www.w3.org/ns/credentials/v2";
const BADGES: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
/// What a set bit means: it does not hold now. Hours that are corrected back make a certificate hold again, which
/// `revocation` would exclude.
const PURPOSE: &str = "suspension";
/// Bytes of a status list: the least that there are, so that the place in it tells nothing.
const LIST_BYTES: usize = 16 * 1024;
/// How long whoever checks may remember a status, in milliseconds.
const REMEMBERED: u64 = 60_000;
/// How long a status is believed at all: an old one is not shown again in place of the present one.
const BELIEVED: TimeDelta = TimeDelta::hours(1);

/// Who certifies, as other programs know it.
#[must_use]
pub fn issuer(core: &Core, organization: OrganizationId, name: &str) -> Value {
    json!({
        "id": issuer_id(core, organization),
        "type": ["Profile"],
        "name": name,
        "url": core.config.public_url,
    })
}

fn issuer_id(core: &Core, organization: OrganizationId) -> String {
    format!("{}{ISSUERS}/{organization}", core.config.public_url)
}

/// The vocabularies of a description of an issuer.
#[must_use]
pub fn contexts() -> Value {
    json!([VC, BADGES])
}

/// The signed file; `None` for a certificate that does not hold: what is not true is not signed anew.
///
/// # Errors
/// [`KeyError`].
pub fn signed(core: &Core, it: &Verified) -> Result<Option<String>, KeyError> {
    if it.status() != Status::Valid {
        return Ok(None);
    }
    sign(core, &unsigned(core, it), it.issued_at()).map(Some)
}

/// What is signed.
#[must_use]
pub fn unsigned(core: &Core, it: &Verified) -> Value {
    let locale = it.language();
    let words = Document::of(core, it, locale);
    let url = address(core, &it.code());
    let say = |key: &str| locale.sentence::<&str>(key, &[]);
    let minutes_id = format!("{url}#minutes");
    let mut descriptions = vec![described(&minutes_id, &say("certificate-minutes"))];
    let mut results = vec![result(&minutes_id, it.minutes().unwrap_or_default())];
    for (at, share) in it.projects().into_iter().flatten().enumerate() {
        let id = format!("{url}#project-{}", at + 1);
        descriptions.push(described(&id, document::title(&share, locale)));
        results.push(result(&id, share.minutes));
    }
    let mut subject = json!({
        "id": format!("{url}#holder"),
        "type": ["AchievementSubject"],
        "achievement": {
            "id": format!("{url}#achievement"),
            "type": ["Achievement"],
            "achievementType": "CommunityService",
            "name": words.title,
            "description": words.statement.clone().unwrap_or_default(),
            "criteria": { "narrative": say("certificate-criteria") },
            "inLanguage": locale.tag(),
            "resultDescription": descriptions,
        },
        "result": results,
    });
    let days = it.days().or(it.interval());
    if let Some(members) = subject.as_object_mut() {
        if let Some((first, last)) = days {
            members.insert("activityStartDate".to_owned(), json!(midnight(first)));
            members.insert("activityEndDate".to_owned(), json!(midnight(last)));
        }
        if let Some(name) = it.holder_name(locale) {
            let named = json!([{
                "type": "IdentityObject", "hashed": false, "identityHash": name, "identityType": "name",
            }]);
            members.insert("identifier".to_owned(), named);
        }
    }
    json!({
        "@context": [VC, BADGES],
        "id": url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": words.title,
        "description": words.statement.unwrap_or_default(),
        "issuer": issuer(core, it.organization(), it.organization_name(locale)),
        "validFrom": instant(it.issued_at()),
        "credentialSubject": subject,
        "credentialStatus": {
            "id": format!("{url}{STATUS_ENDING}#0"),
            "type": "BitstringStatusListEntry",
            "statusPurpose": PURPOSE,
            "statusListIndex": "0",
            "statusListCredential": format!("{url}{STATUS_ENDING}"),
        },
    })
}

fn described(id: &str, name: &str) -> Value {
    json!({ "id": id, "type": ["ResultDescription"], "name": name, "resultType": "Result" })
}

fn result(of: &str, minutes: i64) -> Value {
    json!({ "type": ["Result"], "resultDescription": of, "value": minutes.to_string() })
}

/// The signed list that says whether a certificate holds now: its own, so that nothing is told of others. The first bit
/// is set while it does not.
///
/// # Errors
/// [`KeyError`].
pub fn status_list(core: &Core, it: &Verified) -> Result<String, KeyError> {
    let url = format!("{}{STATUS_ENDING}", address(core, &it.code()));
    let mut bits = vec![0_u8; LIST_BYTES];
    if let (Some(first), true) = (bits.first_mut(), it.status() != Status::Valid) {
        // The first bit is the highest one.
        *first = 0b1000_0000;
    }
    let list = json!({
        "@context": [VC],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_id(core, it.organization()),
        "validFrom": instant(it.at()),
        "validUntil": instant(it.at() + BELIEVED),
        "credentialSubject": {
            "id": format!("{url}#list"),
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": format!("u{}", URL_SAFE_NO_PAD.encode(packed(&bits))),
            "ttl": REMEMBERED,
        },
    });
    sign(core, &list, it.at())
}

/// Bytes as a gzip file. Writing to memory cannot fail.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let _infallible = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Signs a credential: the credential itself is what is signed, with the registered claims that name the same things.
fn sign(core: &Core, credential: &Value, from: DateTime<Utc>) -> Result<String, KeyError> {
    let keys = &core.keys;
    let header = json!({
        "alg": "EdDSA",
        "typ": "vc+jwt",
        "cty": "vc",
        "kid": keys.key_id(),
        // For whoever looks for no list of keys; whose key it is, the list alone says.
        "jwk": {
            "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
            "kid": keys.key_id(), "x": URL_SAFE_NO_PAD.encode(keys.public_key()),
        },
    });
    let mut claims = credential.clone();
    if let Some(members) = claims.as_object_mut() {
        let named = |path: &str| credential.pointer(path).cloned().unwrap_or(Value::Null);
        // An issuer is named by its id alone, or described with it.
        let issuer = credential.pointer("/issuer/id").cloned();
        let issuer = issuer.unwrap_or_else(|| named("/issuer"));
        members.insert("iss".to_owned(), issuer);
        members.insert("jti".to_owned(), named("/id"));
        members.insert("sub".to_owned(), named("/credentialSubject/id"));
        members.insert("nbf".to_owned(), json!(from.timestamp()));
        members.insert("iat".to_owned(), json!(from.timestamp()));
    }
    let part = |it: &Value| URL_SAFE_NO_PAD.encode(it.to_string());
    let text = format!("{}.{}", part(&header), part(&claims));
    let signature = keys.sign(text.as_bytes())?;
    Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn midnight(day: NaiveDate) -> String {
    format!("{day}T00:00:00Z")
}
