//! Providers of OpenID Connect: where people are sent to sign in, and what is believed of what comes back.
//!
//! Whose account it is, is decided in `credentials::openid`; which providers there are, in the settings.

mod fetch;
mod token;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use openidconnect::AdditionalProviderMetadata;
use openidconnect::ClientId;
use openidconnect::ClientSecret;
use openidconnect::CsrfToken;
use openidconnect::DiscoveryError;
use openidconnect::EndpointMaybeSet;
use openidconnect::EndpointNotSet;
use openidconnect::EndpointSet;
use openidconnect::IssuerUrl;
use openidconnect::Nonce;
use openidconnect::PkceCodeChallenge;
use openidconnect::PkceCodeVerifier;
use openidconnect::ProviderMetadata;
use openidconnect::RedirectUrl;
use openidconnect::core::CoreAuthDisplay;
use openidconnect::core::CoreAuthenticationFlow;
use openidconnect::core::CoreClaimName;
use openidconnect::core::CoreClaimType;
use openidconnect::core::CoreClient;
use openidconnect::core::CoreClientAuthMethod;
use openidconnect::core::CoreGrantType;
use openidconnect::core::CoreJsonWebKey;
use openidconnect::core::CoreJweContentEncryptionAlgorithm;
use openidconnect::core::CoreJweKeyManagementAlgorithm;
use openidconnect::core::CoreResponseMode;
use openidconnect::core::CoreResponseType;
use openidconnect::core::CoreSubjectIdentifierType;
use openidconnect::url::Url;
use serde::Deserialize;
use serde::Serialize;

use crate::config::ProviderConfig;
use crate::identity::ctx::Ctx;
use crate::identity::openid::fetch::FetchError;
use crate::identity::openid::fetch::Fetcher;

pub use token::Identified;
pub use token::Returned;
pub use token::identify;

/// How long it is believed what a provider says of itself; keys that it begins to sign with are fetched before.
const LASTS: TimeDelta = TimeDelta::hours(1);
/// How soon it is asked again for keys that it does not name.
const AGAIN: TimeDelta = TimeDelta::minutes(1);
/// How long one that did not answer is left alone.
const RESTS: TimeDelta = TimeDelta::seconds(5);

/// What a provider says of itself besides what OpenID Connect lays down.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Besides {
    /// Whether answers name their issuer (RFC 9207).
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Besides {}

/// What a provider says of itself, with its keys.
type Metadata = ProviderMetadata<
    Besides,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// A provider that can be spoken to.
type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why nobody was identified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The provider does not answer, or not as it should.
    #[error("the provider cannot be used: {0}")]
    Unreachable(Cow<'static, str>),
    /// What came back proves nothing.
    #[error("the provider proved nothing: {0}")]
    Unproven(&'static str),
}

impl ProviderError {
    fn of(what: &'static str) -> Self {
        Self::Unreachable(Cow::Borrowed(what))
    }
}

/// What providers said of themselves.
#[derive(Default)]
pub struct Providers {
    places: Mutex<HashMap<String, Arc<Place>>>,
}

/// What one said, and who asks it.
#[derive(Default)]
struct Place {
    said: Mutex<Option<Arc<Known>>>,
    /// One asks at a time; whoever waits for this hears what that one heard.
    asked: tokio::sync::Mutex<Asked>,
}

/// When it was asked last, and why it did not answer, where it did not.
#[derive(Default)]
struct Asked {
    at: Option<DateTime<Utc>>,
    failed: Option<ProviderError>,
}

/// What one said, and when.
struct Known {
    since: DateTime<Utc>,
    metadata: Metadata,
    fetcher: Fetcher,
}

impl std::fmt::Debug for Providers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Providers")
    }
}

impl Providers {
    /// A provider as it described itself within the hour, or does now.
    async fn known(&self, ctx: &Ctx, of: &ProviderConfig) -> Result<Arc<Known>, ProviderError> {
        let place = self.place(of);
        if let Some(known) = place.believed(ctx.now()) {
            return Ok(known);
        }
        let mut asked = place.asked.lock().await;
        // Whoever had the lock before may have asked.
        if let Some(known) = place.believed(ctx.now()) {
            return Ok(known);
        }
        match asked.failed_within(RESTS, ctx.now()) {
            Some(cause) => Err(cause),
            None => place.ask(ctx, of, &mut asked).await,
        }
    }

    /// The same, asked again: it may sign with keys that it did not name before. `None` where it was asked within the minute
    /// and says the same.
    async fn again(
        &self,
        ctx: &Ctx,
        of: &ProviderConfig,
        before: &Arc<Known>,
    ) -> Result<Option<Arc<Known>>, ProviderError> {
        let place = self.place(of);
        let mut asked = place.asked.lock().await;
        let known = place.believed(ctx.now());
        if let Some(newer) = known.filter(|it| !Arc::ptr_eq(it, before)) {
            return Ok(Some(newer));
        }
        if let Some(cause) = asked.failed_within(AGAIN, ctx.now()) {
            return Err(cause);
        }
        if asked.is_within(AGAIN, ctx.now()) {
            return Ok(None);
        }
        place.ask(ctx, of, &mut asked).await.map(Some)
    }

    fn place(&self, of: &ProviderConfig) -> Arc<Place> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(places.entry(of.id.clone()).or_default())
    }
}

impl Place {
    /// What it said, as long as that is believed.
    fn believed(&self, now: DateTime<Utc>) -> Option<Arc<Known>> {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.clone().filter(|it| now - it.since < LASTS)
    }

    async fn ask(
        &self,
        ctx: &Ctx,
        of: &ProviderConfig,
        asked: &mut Asked,
    ) -> Result<Arc<Known>, ProviderError> {
        let described = described(of).await;
        asked.at = Some(ctx.now());
        asked.failed = described.as_ref().err().cloned();
        let (metadata, fetcher) = described?;
        let known = Arc::new(Known {
            since: ctx.now(),
            metadata,
            fetcher,
        });
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        *said = Some(Arc::clone(&known));
        Ok(known)
    }
}

impl Asked {
    fn is_within(&self, span: TimeDelta, now: DateTime<Utc>) -> bool {
        self.at.is_some_and(|at| now - at < span)
    }

    fn failed_within(&self, span: TimeDelta, now: DateTime<Utc>) -> Option<ProviderError> {
        self.failed.clone().filter(|_| self.is_within(span, now))
    }
}

/// What a provider says of itself now, with its keys.
async fn described(of: &ProviderConfig) -> Result<(Metadata, Fetcher), ProviderError> {
    let fetcher = Fetcher::new(of.is_plain()).map_err(|cause| unreachable(&cause))?;
    let issuer = IssuerUrl::new(of.issuer.clone());
    let issuer = issuer.map_err(|_malformed| ProviderError::of("its issuer"))?;
    let asked = Metadata::discover_async(issuer, &fetcher.caller()).await;
    let metadata = asked.map_err(|cause| match cause {
        DiscoveryError::Request(cause) => unreachable(&cause),
        DiscoveryError::Response(status, ..) => {
            ProviderError::Unreachable(format!("it answers {status}").into())
        }
        DiscoveryError::Validation(_) => ProviderError::of("it has another issuer"),
        _ => ProviderError::of("its description cannot be read"),
    })?;
    if !fetcher.takes(metadata.authorization_endpoint().url()) {
        return Err(ProviderError::of("it sends browsers where nobody is safe"));
    }
    Ok((metadata, fetcher))
}

impl Known {
    fn client(&self, of: &ProviderConfig, redirect: &str) -> Result<Client, ProviderError> {
        let secret = of.client_secret.expose();
        let secret = (!secret.is_empty()).then(|| ClientSecret::new(secret.to_owned()));
        let id = ClientId::new(of.client_id.clone());
        let redirect = RedirectUrl::new(redirect.to_owned());
        let redirect = redirect.map_err(|_malformed| ProviderError::of("the way back"))?;
        let client = CoreClient::from_provider_metadata(self.metadata.clone(), id, secret);
        Ok(client
            .set_auth_type(token::auth_type(&self.metadata))
            .set_redirect_uri(redirect))
    }
}

fn unreachable(cause: &FetchError) -> ProviderError {
    ProviderError::Unreachable(cause.told().into())
}

/// Whether people can be sent to a provider: it describes itself as the settings say, and signs so that it can be believed.
///
/// # Errors
/// [`ProviderError::Unreachable`].
pub async fn probe(of: &ProviderConfig) -> Result<(), ProviderError> {
    let (metadata, _) = described(of).await?;
    if metadata.token_endpoint().is_none() {
        return Err(ProviderError::of("it exchanges no codes"));
    }
    let signs = metadata.id_token_signing_alg_values_supported();
    if !signs.iter().any(token::is_believed) {
        return Err(ProviderError::of(
            "it signs with none of RS256, ES256 and EdDSA",
        ));
    }
    Ok(())
}

/// What one sign-in is known by, to the provider and to nobody else.
pub struct Marks {
    /// What comes back with the browser.
    pub state: String,
    /// What stands in the ID token.
    pub nonce: String,
    /// What the code is exchanged with (PKCE): the browser carries its digest alone.
    pub verifier: String,
}

impl std::fmt::Debug for Marks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Marks")
    }
}

/// Where a browser is sent to sign in.
///
/// # Errors
/// [`ProviderError::Unreachable`].
pub async fn authorization_url(
    ctx: &Ctx,
    of: &ProviderConfig,
    redirect: &str,
    marks: &Marks,
) -> Result<Url, ProviderError> {
    let known = ctx.core().providers.known(ctx, of).await?;
    let client = known.client(of, redirect)?;
    let verifier = PkceCodeVerifier::new(marks.verifier.clone());
    let scopes = of.scopes.split_whitespace().filter(|it| *it != "openid");
    let (state, nonce) = (marks.state.clone(), marks.nonce.clone());
    let asked = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        )
        .add_scopes(scopes.map(|it| openidconnect::Scope::new(it.to_owned())))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    let (url, _, _) = asked.url();
    Ok(url)
}
