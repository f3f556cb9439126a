//! New passwords for whoever lost theirs.
//!
//! Rules are in `recovery`.

use async_graphql::Context;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::scalars::EmailAddress;
use crate::recovery::reset;

/// For which address.
#[derive(InputObject)]
struct RequestPasswordResetInput {
    /// The address of the account.
    email: EmailAddress,
}

/// That it was asked for; the same whether the address has an account or not.
#[derive(SimpleObject)]
struct RequestPasswordResetPayload {
    /// Whether this server sends letters at all; it says nothing of the address. Where it does not, administrators help.
    sends_letters: bool,
    /// Why nothing was done; empty when it was. A known address and an unknown one are refused alike.
    user_errors: Vec<UserError>,
}

/// The token of the letter, and the password.
#[derive(InputObject)]
struct ResetPasswordInput {
    /// The token that the letter brought; it is worth something once, for an hour.
    token: String,
    /// The new password: at least 12 characters.
    new_password: String,
}

/// That the password was set.
#[derive(SimpleObject)]
struct ResetPasswordPayload {
    /// Whether it was set. Every session of the account has ended then: sign in with the new one.
    password_set: bool,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts of whoever lost a password.
#[derive(Debug, Default)]
pub struct RecoveryMutations;

/// Acts of whoever lost a password.
#[Object]
impl RecoveryMutations {
    /// Has a letter sent with which a new password can be set, where the address has an account. The answer and its time do not
    /// tell whether it has. At most five requests for an address within a quarter of an hour.
    async fn request_password_reset(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The address.")] input: RequestPasswordResetInput,
    ) -> Result<RequestPasswordResetPayload> {
        let ctx = gql.op()?;
        let outcome = reset::request(ctx, &input.email.0).await;
        let (_, user_errors) = answered(ctx, outcome)?;
        Ok(RequestPasswordResetPayload {
            sends_letters: ctx.core().config.mail.is_set_up(),
            user_errors,
        })
    }

    /// Sets a new password with the token of a letter. Every session of the account ends.
    async fn reset_password(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The token and the password.")] input: ResetPasswordInput,
    ) -> Result<ResetPasswordPayload> {
        let ctx = gql.op()?;
        let authenticator = gql.authenticator()?;
        let outcome = reset::reset(ctx, authenticator, &input.token, &input.new_password).await;
        let (done, user_errors) = answered(ctx, outcome)?;
        Ok(ResetPasswordPayload {
            password_set: done.is_some(),
            user_errors,
        })
    }
}
