//! A new password for whoever knows the old one.
//!
//! A password that was lost is set anew in `recovery`.

use async_graphql::Context;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;

use crate::credentials::change;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;

/// The old password and the new one.
#[derive(InputObject)]
struct ChangePasswordInput {
    /// The password of the account.
    current_password: String,
    /// The one to take its place: at least 12 characters, none of those that are tried first, and nothing of one's own name.
    new_password: String,
}

/// That the password was changed.
#[derive(SimpleObject)]
struct ChangePasswordPayload {
    /// Whether it was changed. Every other session of the account has ended then.
    password_changed: bool,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on passwords.
#[derive(Debug, Default)]
pub struct PasswordMutations;

/// Acts on passwords.
#[Object]
impl PasswordMutations {
    /// Sets a new password for the account of the caller, who knows the old one. Every other session of the account ends, and
    /// a letter tells of it.
    async fn change_password(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The old password and the new one.")] input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload> {
        let ctx = gql.signed_in()?;
        let (old, new) = (&input.current_password, &input.new_password);
        let outcome = change::change(ctx, gql.authenticator()?, old, new).await;
        let (done, user_errors) = answered(ctx, outcome)?;
        Ok(ChangePasswordPayload {
            password_changed: done.is_some(),
            user_errors,
        })
    }
}
