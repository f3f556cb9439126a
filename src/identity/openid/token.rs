//! What comes back from a provider: a code, exchanged for an ID token, which is believed once everything about it fits.
//!
//! Where browsers are sent to is in `openid`.

use std::sync::Arc;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use openidconnect::AccessToken;
use openidconnect::AuthType;
use openidconnect::AuthorizationCode;
use openidconnect::ClaimsVerificationError;
use openidconnect::ClientId;
use openidconnect::Nonce;
use openidconnect::OAuth2TokenResponse;
use openidconnect::PkceCodeVerifier;
use openidconnect::RequestTokenError;
use openidconnect::SignatureVerificationError;
use openidconnect::TokenResponse;
use openidconnect::UserInfoError;
use openidconnect::core::CoreClientAuthMethod;
use openidconnect::core::CoreIdToken;
use openidconnect::core::CoreIdTokenClaims;
use openidconnect::core::CoreIdTokenVerifier;
use openidconnect::core::CoreJwsSigningAlgorithm;
use openidconnect::core::CoreUserInfoClaims;

use crate::config::ProviderConfig;
use crate::identity::ctx::Ctx;
use crate::identity::openid::Client;
use crate::identity::openid::Known;
use crate::identity::openid::Marks;
use crate::identity::openid::Metadata;
use crate::identity::openid::ProviderError;
use crate::identity::openid::unreachable;

/// Signatures that are believed: those that a public key checks and that no shared secret makes.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 3] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];
/// By how much clocks may differ.
const SKEW: TimeDelta = TimeDelta::minutes(1);

/// What came back with the browser.
#[derive(Clone, Copy)]
pub struct Returned<'a> {
    /// The code.
    pub code: &'a str,
    /// Whom it says that it comes from (RFC 9207).
    pub issuer: Option<&'a str>,
    /// Where the browser was sent back to.
    pub redirect: &'a str,
    /// When it was sent away.
    pub since: DateTime<Utc>,
}

impl std::fmt::Debug for Returned<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Returned")
    }
}

/// Somebody whom a provider knows.
pub struct Identified {
    /// Keyed digest of issuer and subject: all that is kept.
    pub digest: Vec<u8>,
    claims: CoreIdTokenClaims,
    access: AccessToken,
    client: Client,
    known: Arc<Known>,
}

impl Identified {
    /// Their address in lower case, where the provider says that it is verified: in the ID token, or where it tells of people, since
    /// many leave addresses out of ID tokens. Only then it is asked.
    ///
    /// # Errors
    /// [`ProviderError::Unreachable`].
    pub async fn verified_email(&self) -> Result<Option<String>, ProviderError> {
        let said = self.claims.email().map(|it| it.as_str());
        if let Some(email) = verified(said, self.claims.email_verified()) {
            return Ok(Some(email));
        }
        let subject = self.claims.subject().clone();
        // It has no such place: then it tells nothing.
        let Ok(asked) = self.client.user_info(self.access.clone(), Some(subject)) else {
            return Ok(None);
        };
        let told: Result<CoreUserInfoClaims, _> =
            asked.request_async(&self.known.fetcher.caller()).await;
        match told {
            Ok(told) => Ok(verified(
                told.email().map(|it| it.as_str()),
                told.email_verified(),
            )),
            Err(UserInfoError::Request(cause)) => Err(unreachable(&cause)),
            // What it tells is of another, or nothing that could be believed.
            Err(_) => Ok(None),
        }
    }
}

impl std::fmt::Debug for Identified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identified")
    }
}

/// How a client proves to a provider who it is, by what the provider says that it takes.
pub(super) fn auth_type(metadata: &Metadata) -> AuthType {
    let taken = metadata.token_endpoint_auth_methods_supported();
    let takes = |method| taken.is_some_and(|it| it.contains(&method));
    let basic = takes(CoreClientAuthMethod::ClientSecretBasic);
    if !basic && takes(CoreClientAuthMethod::ClientSecretPost) {
        AuthType::RequestBody
    } else {
        AuthType::BasicAuth
    }
}

/// Whether a signature is believed that was made so.
pub(super) fn is_believed(algorithm: &CoreJwsSigningAlgorithm) -> bool {
    ALGORITHMS.contains(algorithm)
}

/// Exchanges a code, once, and looks at everything that the provider says with it.
///
/// # Errors
/// [`ProviderError::Unproven`] where anything does not fit; [`ProviderError::Unreachable`].
pub async fn identify(
    ctx: &Ctx,
    of: &ProviderConfig,
    marks: &Marks,
    returned: Returned<'_>,
) -> Result<Identified, ProviderError> {
    let known = ctx.core().providers.known(ctx, of).await?;
    from_issuer(&known.metadata, returned.issuer)?;
    let client = known.client(of, returned.redirect)?;
    let exchange = client.exchange_code(AuthorizationCode::new(returned.code.to_owned()));
    let exchange = exchange.map_err(|_unset| ProviderError::of("it exchanges no codes"))?;
    let exchanged = exchange
        .set_pkce_verifier(PkceCodeVerifier::new(marks.verifier.clone()))
        .request_async(&known.fetcher.caller())
        .await;
    let tokens = exchanged.map_err(|cause| match cause {
        RequestTokenError::Request(cause) => unreachable(&cause),
        RequestTokenError::ServerResponse(_) => ProviderError::Unproven("the code was refused"),
        _ => ProviderError::Unproven("no token came for the code"),
    })?;
    let token = tokens.id_token();
    let token = token.ok_or(ProviderError::Unproven("no ID token came"))?;
    let judged = judge(ctx, of, &known, marks, (token, returned.since));
    let claims = match judged {
        // It may sign with another key than an hour ago.
        Err(ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey,
        )) => match ctx.core().providers.again(ctx, of, &known).await? {
            Some(now) => {
                judge(ctx, of, &now, marks, (token, returned.since)).map_err(|it| unproven(&it))?
            }
            None => return Err(ProviderError::Unproven("the key of the ID token")),
        },
        judged => judged.map_err(|it| unproven(&it))?,
    };
    let issuer_and_subject = format!("{}\n{}", of.issuer, claims.subject().as_str());
    let keys = &ctx.core().keys;
    Ok(Identified {
        digest: keys.keyed_hash("identity-link", issuer_and_subject.as_bytes()),
        access: tokens.access_token().clone(),
        claims,
        client,
        known,
    })
}

/// A provider that names itself in its answers does so in each (RFC 9207): else another one's code could be taken for its.
fn from_issuer(metadata: &Metadata, named: Option<&str>) -> Result<(), ProviderError> {
    let always = metadata
        .additional_metadata()
        .authorization_response_iss_parameter_supported;
    let fits = match named {
        Some(named) => named == metadata.issuer().as_str(),
        None => !always,
    };
    if fits {
        Ok(())
    } else {
        Err(ProviderError::Unproven(
            "the answer is not from this issuer",
        ))
    }
}

/// Signature, issuer, audience, times and nonce.
fn judge(
    ctx: &Ctx,
    of: &ProviderConfig,
    known: &Known,
    marks: &Marks,
    (token, since): (&CoreIdToken, DateTime<Utc>),
) -> Result<CoreIdTokenClaims, ClaimsVerificationError> {
    let now = ctx.now();
    let verifier = CoreIdTokenVerifier::new_public_client(
        ClientId::new(of.client_id.clone()),
        known.metadata.issuer().clone(),
        known.metadata.jwks().clone(),
    )
    .set_allowed_algs(ALGORITHMS)
    .set_time_fn(move || now - SKEW)
    .set_issue_time_verifier_fn(move |at| {
        // Made for this sign-in: after it began, and not to come.
        if at >= since - SKEW && at <= now + SKEW {
            Ok(())
        } else {
            Err("not made for this sign-in".to_owned())
        }
    });
    let claims = token.claims(&verifier, &Nonce::new(marks.nonce.clone()))?;
    let party = claims.authorized_party();
    if party.is_some_and(|it| it.as_str() != of.client_id) {
        return Err(ClaimsVerificationError::InvalidAudience(
            "for another party".to_owned(),
        ));
    }
    Ok(claims.clone())
}

fn verified(email: Option<&str>, is_verified: Option<bool>) -> Option<String> {
    let email = email.filter(|_| is_verified == Some(true))?;
    Some(email.trim().to_lowercase())
}

fn unproven(cause: &ClaimsVerificationError) -> ProviderError {
    ProviderError::Unproven(match cause {
        ClaimsVerificationError::Expired(_) => "the times of the ID token",
        ClaimsVerificationError::InvalidAudience(_) => "the audience of the ID token",
        ClaimsVerificationError::InvalidIssuer(_) => "the issuer of the ID token",
        ClaimsVerificationError::InvalidNonce(_) => "the nonce of the ID token",
        ClaimsVerificationError::SignatureVerification(_) => "the signature of the ID token",
        _ => "the ID token",
    })
}
