//! The address of an account: whether it is known to be the owner's, and another one.
//!
//! Rules are in `credentials/address.rs`.

use async_graphql::Context;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;

use crate::credentials::address;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::identity::User;
use crate::graphql::scalars::EmailAddress;

/// To which address.
#[derive(Default, InputObject)]
struct RequestEmailVerificationInput {
    /// The address of the caller's account, where the client says it; nothing is sent where it is another by now.
    email: Option<EmailAddress>,
}

/// Whether a letter was asked for.
#[derive(SimpleObject)]
struct RequestEmailVerificationPayload {
    /// Whether a letter brings a token: not where the address is verified, where this server sends no letters, and after five
    /// within a day.
    emailed: bool,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// A token that came by letter.
#[derive(InputObject)]
struct VerifyEmailInput {
    /// The token. It is used up.
    token: String,
}

/// That the address was verified.
#[derive(SimpleObject)]
struct VerifyEmailPayload {
    /// Whether the address to which the token went is known to be that of the account, from now on.
    email_verified: bool,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Another address.
#[derive(InputObject)]
struct UpdateEmailInput {
    /// The address that is to take the place of the present one.
    email: EmailAddress,
    /// The password of the account.
    password: String,
    /// The version of the account that was seen; `VERSION_CONFLICT` where it is another by now.
    expected_version: Option<i32>,
}

/// Another address, on its way.
#[derive(SimpleObject)]
struct UpdateEmailPayload {
    /// The account, with its present address: the new one counts once it is verified; null when refused.
    user: Option<User>,
    /// Whether a letter brings a token to the new address. It does not tell whether an account has that address: nothing is
    /// sent there then.
    emailed: bool,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on addresses of accounts.
#[derive(Debug, Default)]
pub struct AddressMutations;

/// Acts on addresses of accounts.
#[Object]
impl AddressMutations {
    /// Has a letter sent to the address of the caller's account, with a token for `verifyEmail`.
    async fn request_email_verification(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "To which address; that of the account by default.")] input: Option<
            RequestEmailVerificationInput,
        >,
    ) -> Result<RequestEmailVerificationPayload> {
        let ctx = gql.signed_in()?;
        let email = input.unwrap_or_default().email.map(|it| it.0);
        let outcome = address::request(ctx, email.as_deref()).await;
        let (done, user_errors) = answered(ctx, outcome)?;
        Ok(RequestEmailVerificationPayload {
            emailed: done.unwrap_or_default(),
            user_errors,
        })
    }

    /// Takes an address for that of its account, with the token that went there by letter. Nobody needs to be signed in.
    async fn verify_email(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The token.")] input: VerifyEmailInput,
    ) -> Result<VerifyEmailPayload> {
        let ctx = gql.op()?;
        let (done, user_errors) = answered(ctx, address::verify(ctx, &input.token).await)?;
        Ok(VerifyEmailPayload {
            email_verified: done.is_some(),
            user_errors,
        })
    }

    /// Asks for another address of the caller's account. It counts once it is verified with the token of the letter that goes
    /// there; the address so far is told of it then.
    async fn update_email(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The new address and the password.")] input: UpdateEmailInput,
    ) -> Result<UpdateEmailPayload> {
        let ctx = gql.signed_in()?;
        let (email, expected) = (&input.email.0, input.expected_version);
        let outcome = address::change(ctx, email, &input.password, expected).await;
        let (done, user_errors) = answered(ctx, outcome)?;
        let (account, emailed) = done.unzip();
        Ok(UpdateEmailPayload {
            user: account.map(User),
            emailed: emailed.unwrap_or_default(),
            user_errors,
        })
    }
}
