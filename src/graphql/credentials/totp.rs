//! The second factor of an account: codes that follow from a secret and the time, and recovery codes.
//!
//! Signing in with one is in `sign_in`; rules are in `credentials/factor.rs`.

use async_graphql::Context;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::UserId;

use crate::credentials::factor;
use crate::credentials::store;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::fault;
use crate::graphql::scalars::DateTime;

/// What an account is asked for besides its password. Only its owner sees it.
#[derive(SimpleObject)]
pub struct SecondFactor {
    /// Since when it is asked for.
    enabled_at: DateTime,
    /// Recovery codes that were not used yet.
    recovery_codes_left: i32,
}

/// The second factor of the caller's account; `None` where it is off.
///
/// # Errors
/// A fault of ours.
pub async fn own_factor(gql: &Context<'_>, user: UserId) -> Result<Option<SecondFactor>> {
    let ctx = gql.op()?;
    if ctx.actor().token().is_some() {
        return Ok(None);
    }
    let found = factor::required(ctx, user).await;
    let found = found.map_err(|it| fault(ctx, &it))?;
    let Some(enabled_at) = found.and_then(|it| it.confirmed_at) else {
        return Ok(None);
    };
    let left = store::codes_left(ctx.read(), user).await;
    let left = left.map_err(|it| fault(ctx, &it))?;
    Ok(Some(SecondFactor {
        enabled_at: DateTime(enabled_at),
        recovery_codes_left: i32::try_from(left).unwrap_or(i32::MAX),
    }))
}

/// Proof that it is the owner who asks.
#[derive(InputObject)]
struct EnableTotpInput {
    /// The password of the account.
    password: String,
}

/// The secret, shown once.
#[derive(SimpleObject)]
struct EnableTotpPayload {
    /// The secret in Base32, for typing it into an authenticator; null when refused.
    secret: Option<String>,
    /// The same as `otpauth://` URI, for a QR code that the client draws itself; null when refused.
    otpauth_uri: Option<String>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The first code.
#[derive(InputObject)]
struct ConfirmTotpInput {
    /// The code that the authenticator shows for the secret of `enableTotp`.
    code: String,
}

/// The second factor, switched on.
#[derive(SimpleObject)]
struct ConfirmTotpPayload {
    /// Ten codes for whoever loses the device, each to be used once. They are shown here and never again; null when refused.
    recovery_codes: Option<Vec<String>>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Proof that it is the owner who asks.
#[derive(InputObject)]
struct DisableTotpInput {
    /// The password of the account.
    password: String,
    /// The code that the authenticator shows, or a recovery code.
    code: String,
}

/// The second factor, switched off.
#[derive(SimpleObject)]
struct DisableTotpPayload {
    /// Whether it was switched off.
    totp_disabled: bool,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Proof that it is the owner who asks.
#[derive(InputObject)]
struct RegenerateRecoveryCodesInput {
    /// The password of the account.
    password: String,
    /// The code that the authenticator shows, or one of the recovery codes so far.
    code: String,
}

/// New recovery codes.
#[derive(SimpleObject)]
struct RegenerateRecoveryCodesPayload {
    /// Ten codes, each to be used once; those of before are worth nothing. They are shown here and never again; null when
    /// refused.
    recovery_codes: Option<Vec<String>>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on second factors.
#[derive(Debug, Default)]
pub struct TotpMutations;

/// Acts on second factors.
#[Object]
impl TotpMutations {
    /// Makes a secret for an authenticator (TOTP, RFC 6238: six digits, 30 seconds, SHA-1). Nothing changes until
    /// `confirmTotp` brings the first code of it, within an hour.
    async fn enable_totp(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The password.")] input: EnableTotpInput,
    ) -> Result<EnableTotpPayload> {
        let ctx = gql.signed_in()?;
        let outcome = factor::enable(ctx, &input.password).await;
        let (done, user_errors) = answered(ctx, outcome)?;
        let (secret, otpauth_uri) = done.map(|it| (it.secret, it.uri)).unzip();
        Ok(EnableTotpPayload {
            secret,
            otpauth_uri,
            user_errors,
        })
    }

    /// Switches the second factor on: from then on `signIn` asks for a code.
    async fn confirm_totp(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The first code.")] input: ConfirmTotpInput,
    ) -> Result<ConfirmTotpPayload> {
        let ctx = gql.signed_in()?;
        let outcome = factor::confirm(ctx, gql.authenticator()?, &input.code).await;
        let (recovery_codes, user_errors) = answered(ctx, outcome)?;
        Ok(ConfirmTotpPayload {
            recovery_codes,
            user_errors,
        })
    }

    /// Switches the second factor off; its recovery codes go with it.
    async fn disable_totp(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Password and code.")] input: DisableTotpInput,
    ) -> Result<DisableTotpPayload> {
        let ctx = gql.signed_in()?;
        let outcome = factor::disable(ctx, &input.password, &input.code).await;
        let (done, user_errors) = answered(ctx, outcome)?;
        Ok(DisableTotpPayload {
            totp_disabled: done.is_some(),
            user_errors,
        })
    }

    /// Gives ten new recovery codes in the place of all others.
    async fn regenerate_recovery_codes(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Password and code.")] input: RegenerateRecoveryCodesInput,
    ) -> Result<RegenerateRecoveryCodesPayload> {
        let ctx = gql.signed_in()?;
        let outcome = factor::regenerate(ctx, &input.password, &input.code).await;
        let (recovery_codes, user_errors) = answered(ctx, outcome)?;
        Ok(RegenerateRecoveryCodesPayload {
            recovery_codes,
            user_errors,
        })
    }
}
