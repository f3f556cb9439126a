//! From an area's error to what a client sees: the one mapping.
//!
//! Codes are in `refusal`; sentences in `locales/`.

use async_graphql::Error;
use async_graphql::ErrorExtensions;
use async_graphql::Result;
use async_graphql::SimpleObject;

use crate::identity::Ctx;
use crate::identity::Denied;
use crate::platform::i18n::Locale;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why a mutation was refused, for the person who asked for it.
#[derive(Clone, Debug, SimpleObject)]
pub struct UserError {
    /// What clients branch on.
    pub code: Code,
    /// The sentence to show, in the language of `Accept-Language`: what, and the mend.
    pub message: String,
    /// The field of the input it concerns, outermost first; empty for the whole.
    pub path: Vec<String>,
    /// Stable name of the rule that refused.
    pub rule: Option<String>,
}

impl UserError {
    /// A refusal in a language.
    #[must_use]
    pub fn new(refusal: &Refusal, locale: Locale) -> Self {
        Self {
            code: refusal.code,
            message: refusal.message(locale),
            path: refusal.path.clone(),
            rule: Some(refusal.code.rule().to_owned()),
        }
    }
}

/// The refusals of an area as user errors.
///
/// # Errors
/// A fault of ours as `INTERNAL_SERVER_ERROR`; its cause goes to the log, once, here.
pub fn user_errors<E: Refuse>(ctx: &Ctx, error: &E) -> Result<Vec<UserError>> {
    match error.refusals() {
        Some(refusals) => Ok(refusals
            .iter()
            .map(|it| {
                ctx.notes().refused(it.code);
                UserError::new(it, ctx.locale())
            })
            .collect()),
        None => Err(fault(ctx, error)),
    }
}

/// Splits an outcome into what was done and the refusals.
///
/// # Errors
/// A fault of ours.
pub fn answered<T, E: Refuse>(
    ctx: &Ctx,
    outcome: Result<T, E>,
) -> Result<(Option<T>, Vec<UserError>)> {
    match outcome {
        Ok(done) => Ok((Some(done), Vec::new())),
        Err(error) => Ok((None, user_errors(ctx, &error)?)),
    }
}

/// Whether the thing changed since the version that the caller expected: then the answer shows it as
/// it is now.
#[must_use]
pub fn changed_meanwhile(errors: &[UserError]) -> bool {
    errors.iter().any(|it| it.code == Code::VersionConflict)
}

/// An outcome of reading: refusals become GraphQL errors, since a query has no payload for them.
///
/// # Errors
/// `FORBIDDEN` or `BAD_USER_INPUT` with the refusal's sentence; a fault of ours.
pub fn read<T, E: Refuse>(ctx: &Ctx, outcome: Result<T, E>) -> Result<T> {
    outcome.map_err(|error| {
        let first = error.refusals().and_then(|it| it.into_iter().next());
        first.map_or_else(|| fault(ctx, &error), Error::from)
    })
}

/// A fault of ours: the client learns the request's name and nothing else.
pub fn fault(ctx: &Ctx, cause: &dyn std::error::Error) -> Error {
    tracing::error!(request.id = ctx.request_id(), cause = chain(cause), "fault");
    Error::new("Something went wrong on our side.").extend_with(|_, extensions| {
        extensions.set("code", "INTERNAL_SERVER_ERROR");
        extensions.set("requestId", ctx.request_id());
    })
}

/// Nobody is signed in, or the session is over.
#[must_use]
pub fn unauthenticated() -> Error {
    Refusal::new(Code::SessionEnded).into()
}

/// Values that exclude each other.
#[must_use]
pub fn contradiction(field: &str, detail: &str) -> Error {
    Refusal::of(Code::Contradiction, field)
        .with("detail", detail)
        .into()
}

/// A number that lies outside its bounds.
#[must_use]
pub fn out_of_range(field: &str, least: impl ToString, most: impl ToString) -> Error {
    Refusal::of(Code::OutOfRange, field)
        .with("least", least)
        .with("most", most)
        .into()
}

/// None or several of what excludes each other.
#[must_use]
pub fn exactly_one(names: &str) -> Error {
    Refusal::new(Code::ExactlyOne).with("names", names).into()
}

/// A query that the caller may not make.
#[must_use]
pub fn denied(denied: Denied) -> Error {
    match denied {
        Denied::SignedOut => unauthenticated(),
        Denied::Invisible | Denied::NotAllowed => Refusal::new(Code::Forbidden).into(),
    }
}

/// The code of a GraphQL error that is made of a refusal: a refusal is an error of the library with
/// the refusal as its source, and the gate gives it code, path, rule and language.
#[must_use]
pub fn protocol_code(code: Code) -> &'static str {
    match code {
        Code::SessionEnded => "UNAUTHENTICATED",
        Code::Forbidden | Code::TokenScope | Code::TokenNever => "FORBIDDEN",
        _ => "BAD_USER_INPUT",
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
