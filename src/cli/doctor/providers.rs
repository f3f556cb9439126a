//! What `tiwizi doctor` finds of the providers of OpenID Connect at whom people sign in.
//!
//! Settings that cannot be read at all are found with the configuration; nobody is signed in here.

use crate::cli::doctor::Found;
use crate::config::Config;
use crate::config::ProviderConfig;
use crate::identity::openid;

/// One finding for each provider that is set up.
pub(super) async fn looked_at(config: &Config) -> Vec<Found> {
    let providers = &config.identity.providers;
    if providers.is_empty() {
        let said = "none is set up: people sign in with passwords alone (identity.providers)";
        return vec![Found::Fine(said.to_owned())];
    }
    let mut found = Vec::with_capacity(providers.len());
    for provider in providers {
        found.push(tried(provider).await.into());
    }
    found
}

/// Whether a provider describes itself, as the settings say, and what of them is open.
async fn tried(provider: &ProviderConfig) -> Result<String, String> {
    let ProviderConfig { id, issuer, .. } = provider;
    openid::probe(provider).await.map_err(|cause| {
        format!(
            "{id}: {cause}; compare its issuer with what {}/.well-known/openid-configuration says, and see that this machine \
             reaches it",
            issuer.trim_end_matches('/')
        )
    })?;
    let mut said = format!("{id}: {issuer} describes itself");
    if provider.client_secret.expose().is_empty() {
        said.push_str("; no client_secret is set, which it takes from public clients alone");
    }
    let asks = provider.scopes.split_whitespace().any(|it| it == "email");
    if provider.link_by_email && !asks {
        said.push_str("; nobody is linked by an address, since `email` is not among the scopes");
    }
    Ok(said)
}
