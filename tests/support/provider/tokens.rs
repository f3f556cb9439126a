//! What the provider signs: its keys, and ID tokens that are right or wrong in one way.
//!
//! Who gets one is in `provider`.

use std::sync::LazyLock;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::encoding::Pkcs8V1Der;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use aws_lc_rs::signature::EcdsaKeyPair;
use aws_lc_rs::signature::Ed25519KeyPair;
use aws_lc_rs::signature::KeyPair;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::EncodingKey;
use jsonwebtoken::Header;
use serde_json::Value;
use serde_json::json;

use crate::support::provider::CLIENT;
use crate::support::provider::Kept;
use crate::support::provider::Pending;
use crate::support::provider::SECRET;
use crate::support::provider::Twist;

/// One key of each kind, and one that it begins to sign with later.
struct Keys {
    rs: EncodingKey,
    rs_public: Vec<u8>,
    es: EncodingKey,
    es_public: Vec<u8>,
    ed: EncodingKey,
    ed_public: Vec<u8>,
    later: EncodingKey,
    later_public: Vec<u8>,
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let rs = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).expect("a key");
    let rs_whole: Pkcs8V1Der<'_> = rs.as_der().expect("DER");
    let es = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
    let ed = || Ed25519KeyPair::generate().expect("a key");
    let (first, later) = (ed(), ed());
    let private = |it: &Ed25519KeyPair| it.to_pkcs8().expect("DER").as_ref().to_vec();
    Keys {
        // Within PKCS #8 lies the older form, behind a head of 26 bytes.
        rs: EncodingKey::from_rsa_der(&rs_whole.as_ref()[26..]),
        rs_public: rs.public_key().as_ref().to_vec(),
        es: EncodingKey::from_ec_der(es.to_pkcs8v1().expect("DER").as_ref()),
        es_public: es.public_key().as_ref().to_vec(),
        ed: EncodingKey::from_ed_der(&private(&first)),
        ed_public: first.public_key().as_ref().to_vec(),
        later: EncodingKey::from_ed_der(&private(&later)),
        later_public: later.public_key().as_ref().to_vec(),
    }
});

pub(super) fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn okp(id: &str, public: &[u8]) -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": id, "x": encoded(public) })
}

pub(super) fn jwks(rotated: bool) -> Value {
    let keys = &*KEYS;
    // SEQUENCE { INTEGER of 257 bytes, INTEGER 65537 }.
    let modulus = &keys.rs_public[9..265];
    let point = &keys.es_public;
    let mut all = vec![
        json!({ "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "rs", "n": encoded(modulus), "e": "AQAB" }),
        json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "es",
            "x": encoded(&point[1..33]), "y": encoded(&point[33..65]) }),
        okp("ed", &keys.ed_public),
        json!({ "kty": "RSA", "alg": "RSA-OAEP", "use": "enc", "kid": "enc", "n": encoded(modulus), "e": "AQAB" }),
    ];
    if rotated {
        all.push(okp("later", &keys.later_public));
    }
    json!({ "keys": all })
}

pub(super) fn id_token(kept: &Kept, issuer: &str, pending: &Pending) -> String {
    let (keys, who, now) = (&*KEYS, &pending.who, kept.now.timestamp());
    let mut claims = json!({
        "iss": issuer, "aud": CLIENT, "sub": who.subject, "nonce": pending.nonce, "iat": now, "exp": now + 300,
    });
    if !matches!(
        kept.twist,
        Twist::Apart | Twist::ApartOfAnother | Twist::ApartBroken
    ) {
        claims["email"] = json!(who.email);
        claims["email_verified"] = json!(who.verified);
    }
    match kept.twist {
        Twist::Nonce => claims["nonce"] = json!("another"),
        Twist::NoNonce => claims["nonce"] = Value::Null,
        Twist::Audience => claims["aud"] = json!("another"),
        Twist::TwoAudiences => claims["aud"] = json!([CLIENT, "another"]),
        Twist::Party => claims["azp"] = json!("another"),
        Twist::Issuer => claims["iss"] = json!(format!("{issuer}/another")),
        Twist::Expired => claims["exp"] = json!(now - 61),
        Twist::Old => claims["iat"] = json!(now - 3_600),
        Twist::Early => claims["iat"] = json!(now + 3_600),
        _ => {}
    }
    let header = |algorithm, id: &str| Header {
        kid: Some(id.to_owned()),
        ..Header::new(algorithm)
    };
    let foreign = || {
        let key = Ed25519KeyPair::generate().expect("a key");
        let private = EncodingKey::from_ed_der(key.to_pkcs8().expect("DER").as_ref());
        (key.public_key().as_ref().to_vec(), private)
    };
    let signed = |header: &Header, key: &EncodingKey| {
        jsonwebtoken::encode(header, &claims, key).expect("a token")
    };
    match kept.twist {
        _ if kept.rotated => signed(&header(Algorithm::EdDSA, "later"), &keys.later),
        Twist::Es256 => signed(&header(Algorithm::ES256, "es"), &keys.es),
        Twist::EdDsa => signed(&header(Algorithm::EdDSA, "ed"), &keys.ed),
        Twist::NoAlgorithm => {
            let header = json!({ "alg": "none", "typ": "JWT" });
            let part = |it: &Value| encoded(it.to_string().as_bytes());
            format!("{}.{}.", part(&header), part(&claims))
        }
        Twist::PublicAsSecret => {
            let key = EncodingKey::from_secret(&keys.rs_public);
            signed(&header(Algorithm::HS256, "rs"), &key)
        }
        Twist::ClientSecret => {
            let key = EncodingKey::from_secret(SECRET.as_bytes());
            signed(&Header::new(Algorithm::HS256), &key)
        }
        Twist::ForeignKey => signed(&header(Algorithm::EdDSA, "ed"), &foreign().1),
        Twist::OwnKey => {
            let (public, private) = foreign();
            let own = json!({ "alg": "EdDSA", "kid": "mine", "jwk": okp("mine", &public) });
            let token = signed(&header(Algorithm::EdDSA, "mine"), &private);
            // Signed with another head than it has: no key of the provider fits either way.
            let (_, rest) = token.split_once('.').expect("a token");
            format!("{}.{rest}", encoded(own.to_string().as_bytes()))
        }
        Twist::Altered => {
            let token = signed(&header(Algorithm::RS256, "rs"), &keys.rs);
            let parts: Vec<&str> = token.split('.').collect();
            claims["sub"] = json!("another");
            format!(
                "{}.{}.{}",
                parts[0],
                encoded(claims.to_string().as_bytes()),
                parts[2]
            )
        }
        _ => signed(&header(Algorithm::RS256, "rs"), &keys.rs),
    }
}
