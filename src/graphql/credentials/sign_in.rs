//! Making an account, signing in and out, and staying signed in.
//!
//! Who is signed in is in `graphql/identity.rs`; rules are in `credentials`.

use async_graphql::Context;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;

use crate::credentials::CredentialError;
use crate::credentials::sessions;
use crate::credentials::sign_in;
use crate::credentials::sign_in::Proof;
use crate::credentials::sign_in::SignedUp;
use crate::credentials::sign_in::Wanted;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::identity::Viewer;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::EmailAddress;
use crate::graphql::scalars::Locale;
use crate::identity::tokens::Tokens;

/// What a client keeps to stay signed in.
#[derive(SimpleObject)]
pub struct Session {
    /// Sent with each request as `Authorization: Bearer …`.
    access_token: String,
    /// Exchanged once for the next pair by `refreshSession`. Keep it secret.
    refresh_token: String,
    /// When the access token ends.
    expires_at: DateTime,
}

impl From<Tokens> for Session {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access,
            refresh_token: tokens.refresh,
            expires_at: DateTime(tokens.expires_at),
        }
    }
}

/// A new account.
#[derive(InputObject)]
struct SignUpInput {
    /// Address for sign-in and letters.
    email: EmailAddress,
    /// How others see the user; at most 120 characters.
    display_name: String,
    /// At least 12 characters, none of those that are tried first, and nothing of one's own name: several unusual words.
    password: String,
    /// Language of letters; that of the request where absent.
    locale: Option<Locale>,
}

/// The new account, signed in.
#[derive(SimpleObject)]
struct SignUpPayload {
    /// The session that began; null when refused, and where the address has to be verified first.
    session: Option<Session>,
    /// The new user; null when refused, and where the address has to be verified first.
    viewer: Option<Viewer>,
    /// Whether a letter went to the address. With a session it verifies the address, which holds nothing up. Without one the
    /// address has to be verified first, on servers that demand it: there the answer is the same for an address that has an
    /// account, whose owner is told.
    verification_sent: bool,
    /// With `TOO_MANY_ATTEMPTS`: after how many seconds it may be tried again; null otherwise.
    retry_after_seconds: Option<i32>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Address and password, and a code where the account asks for one.
#[derive(InputObject)]
struct SignInInput {
    /// Address of the account.
    email: EmailAddress,
    /// Its password.
    password: String,
    /// The code that the authenticator shows, or a recovery code. Leave it out at first: `TOTP_REQUIRED` says that it is
    /// needed; send the same again with it then.
    code: Option<String>,
}

/// The session that began.
#[derive(SimpleObject)]
struct SignInPayload {
    /// The session; null when refused.
    session: Option<Session>,
    /// Who signed in; null when refused.
    viewer: Option<Viewer>,
    /// With `TOO_MANY_ATTEMPTS`: after how many seconds it may be tried again; null otherwise.
    retry_after_seconds: Option<i32>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// A refresh token.
#[derive(InputObject)]
struct RefreshSessionInput {
    /// The token of the last sign-in or refresh. It is used up.
    refresh_token: String,
}

/// The next pair of tokens.
#[derive(SimpleObject)]
struct RefreshSessionPayload {
    /// The session with new tokens; null when refused.
    session: Option<Session>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Ends the caller's session.
#[derive(Default, InputObject)]
struct SignOutInput {
    /// The session's refresh token, for a client whose access token has ended.
    refresh_token: Option<String>,
}

/// The end of a session.
#[derive(SimpleObject)]
struct SignOutPayload {
    /// Whether no session remains; also true when it had ended before.
    signed_out: bool,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on accounts and sessions.
#[derive(Default)]
pub struct SignInMutations;

#[Object]
impl SignInMutations {
    /// Makes an account and signs it in, unless this server demands that addresses are verified first.
    async fn sign_up(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The new account.")] input: SignUpInput,
    ) -> Result<SignUpPayload> {
        let ctx = gql.op()?;
        let authenticator = gql.authenticator()?;
        let locale = input.locale.map_or(ctx.locale(), |it| it.0);
        let wanted = Wanted {
            email: &input.email.0,
            display_name: &input.display_name,
            password: &input.password,
            locale,
        };
        let outcome = sign_in::sign_up(ctx, authenticator, wanted).await;
        let retry_after_seconds = outcome.as_ref().err().and_then(retry_after);
        let (done, user_errors) = answered(ctx, outcome)?;
        let verification_sent = matches!(done, Some(SignedUp::Emailed | SignedUp::In(_, _, true)));
        let (viewer, session) = match done {
            Some(SignedUp::In(account, tokens, _)) => {
                gql.go_on_as(&tokens).await?;
                (Some(*account), Some(tokens))
            }
            Some(SignedUp::Emailed) | None => (None, None),
        };
        Ok(SignUpPayload {
            verification_sent,
            session: session.map(Session::from),
            viewer: viewer.map(Viewer),
            retry_after_seconds,
            user_errors,
        })
    }

    /// Begins a session. The answer does not tell whether the address is known. Where a second factor is on a right password
    /// is answered `TOTP_REQUIRED`: ask for the code, and send all three.
    async fn sign_in(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Address and password.")] input: SignInInput,
    ) -> Result<SignInPayload> {
        let ctx = gql.op()?;
        let proof = Proof {
            email: &input.email.0,
            password: &input.password,
            code: input.code.as_deref(),
        };
        let outcome = sign_in::sign_in(ctx, gql.authenticator()?, proof).await;
        let retry_after_seconds = outcome.as_ref().err().and_then(retry_after);
        let (done, user_errors) = answered(ctx, outcome)?;
        if let Some((_, tokens)) = &done {
            gql.go_on_as(tokens).await?;
        }
        let (viewer, session) = done.unzip();
        Ok(SignInPayload {
            session: session.map(Session::from),
            viewer: viewer.map(Viewer),
            retry_after_seconds,
            user_errors,
        })
    }

    /// Exchanges a refresh token for the next pair of tokens. A token that was used before ends the
    /// session, since two hold it.
    async fn refresh_session(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The refresh token.")] input: RefreshSessionInput,
    ) -> Result<RefreshSessionPayload> {
        let ctx = gql.op()?;
        let outcome = sessions::refresh(ctx, gql.authenticator()?, &input.refresh_token).await;
        let (done, user_errors) = answered(ctx, outcome)?;
        Ok(RefreshSessionPayload {
            session: done.map(Session::from),
            user_errors,
        })
    }

    /// Ends the session of the request, or that of a refresh token.
    async fn sign_out(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which session; that of the request where absent.")] input: Option<
            SignOutInput,
        >,
    ) -> Result<SignOutPayload> {
        let ctx = gql.op()?;
        let token = input.unwrap_or_default().refresh_token;
        let outcome = sessions::sign_out(ctx, gql.authenticator()?, token.as_deref()).await;
        let (done, user_errors) = answered(ctx, outcome)?;
        Ok(SignOutPayload {
            signed_out: done.is_some(),
            user_errors,
        })
    }
}

/// After how many seconds what was refused may be tried again; `None` where waiting does not help.
pub fn retry_after(cause: &CredentialError) -> Option<i32> {
    let seconds = cause.retry_after()?;
    Some(i32::try_from(seconds).unwrap_or(i32::MAX))
}
