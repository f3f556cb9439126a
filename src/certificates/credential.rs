//! A certificate as a signed file that other programs check: a W3C Verifiable Credential 2.0 that is an Open Badges 3.0
//! credential, in the form VC-JWT.
//!
//! It says what the page says and no more. It is signed at each look with the present key of the server; files of
//! before stay checkable, since keys of before stay published. Sources: 1EdTech, *Open Badges Specification 3.0*,
//! 8.2 (JSON Web Token proof format); W3C, *Verifiable Credentials Data Model 2.0*; W3C, *Securing Verifiable Credentials
//! using JOSE and COSE*, 3.1; W3C, *Bitstring Status List 1.0*.

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
use crate::identity::published;
use crate::platform::crypto::KeyError;

/// Media type of the signed file.
pub const MEDIA_TYPE: &str = "application/vc+jwt";
/// Ending of the address of the signed file.
pub const ENDING: &str = ".jwt";
/// Between the address of a certificate and the word of a [`Purpose`]: the address of a signed list.
pub const STATUS: &str = "/status/";
/// Under which path of the server issuers are described.
pub const ISSUERS: &str = "/issuers";

const VC: &str = "https://www.w3.org/ns/credentials/v2";
const BADGES: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
/// Bytes of a status list: the least that there are, so that the place in it tells nothing.
const LIST_BYTES: usize = 16 * 1024;
/// How long whoever checks may remember a status, in milliseconds.
const REMEMBERED: u64 = 60_000;
/// How long a status is believed at all: an old one is not shown again in place of the present one.
const BELIEVED: TimeDelta = TimeDelta::hours(1);

/// What a signed list says of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// That it was taken back, for good.
    Revocation,
    /// That the hours behind it are others now; they may be corrected back, which `revocation` excludes.
    Suspension,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 2] = [Self::Revocation, Self::Suspension];

    /// Its name in the standard and in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Revocation => "revocation",
            Self::Suspension => "suspension",
        }
    }

    /// The purpose of a name.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    fn says(self, status: Status) -> bool {
        match self {
            Self::Revocation => status == Status::Revoked,
            Self::Suspension => status == Status::Superseded,
        }
    }
}

/// The address of a signed list about the certificate of an address.
#[must_use]
pub fn list_address(url: &str, purpose: Purpose) -> String {
    format!("{url}{STATUS}{}", purpose.word())
}

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
    sign(core, Kind::Badge, &unsigned(core, it), it.issued_at()).map(Some)
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
        "credentialStatus": Purpose::ALL.map(|purpose| {
            let list = list_address(&url, purpose);
            json!({
                "id": format!("{list}#0"),
                "type": "BitstringStatusListEntry",
                "statusPurpose": purpose.word(),
                "statusListIndex": "0",
                "statusListCredential": list,
            })
        }),
    })
}

fn described(id: &str, name: &str) -> Value {
    json!({ "id": id, "type": ["ResultDescription"], "name": name, "resultType": "Result" })
}

fn result(of: &str, minutes: i64) -> Value {
    json!({ "type": ["Result"], "resultDescription": of, "value": minutes.to_string() })
}

/// A signed list that says how a certificate stands now: its own, so that nothing is told of others. The first bit is
/// set while it is what the purpose says.
///
/// # Errors
/// [`KeyError`].
pub fn status_list(core: &Core, it: &Verified, purpose: Purpose) -> Result<String, KeyError> {
    let url = list_address(&address(core, &it.code()), purpose);
    let mut bits = vec![0_u8; LIST_BYTES];
    if let (Some(first), true) = (bits.first_mut(), purpose.says(it.status())) {
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
            "statusPurpose": purpose.word(),
            "encodedList": format!("u{}", URL_SAFE_NO_PAD.encode(packed(&bits))),
            "ttl": REMEMBERED,
        },
    });
    sign(core, Kind::List, &list, it.at())
}

/// Bytes as a gzip file. Writing to memory cannot fail.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let _infallible = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// What is signed: each has the header that its standard lets it have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// An Open Badge: no header but `alg`, `kid`, `jwk`, and a `typ` that would have to be `JWT`, where the W3C wishes
    /// for `vc+jwt`. Without `typ`, what both demand is kept; an access token it is not, since those have a `typ`.
    Badge,
    /// A status list, of which Open Badges say nothing.
    List,
}

/// Signs a credential: the credential itself is what is signed, with the registered claims that name the same things.
fn sign(
    core: &Core,
    kind: Kind,
    credential: &Value,
    from: DateTime<Utc>,
) -> Result<String, KeyError> {
    let keys = &core.keys;
    let mut header = json!({
        "alg": "EdDSA",
        "kid": published::address(core, keys.key_id()),
        // For whoever looks at no address; whose key it is, the address alone says.
        "jwk": published::bare(keys.public_key()),
    });
    if let (Kind::List, Some(members)) = (kind, header.as_object_mut()) {
        members.insert("typ".to_owned(), json!("vc+jwt"));
    }
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
