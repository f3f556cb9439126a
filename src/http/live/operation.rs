//! One operation on what stays open: its answers one after the other, then its end.
//!
//! How they are written is the transport's business; what may run is decided by the gate.

use std::future::ready;

use chrono::DateTime;
use chrono::Utc;
use futures_util::FutureExt;
use futures_util::StreamExt;
use futures_util::stream;
use futures_util::stream::BoxStream;

use crate::graphql::context::RequestData;
use crate::graphql::gate::Answer;
use crate::graphql::gate::Call;
use crate::graphql::gate::Caller;
use crate::graphql::gate::Kind;
use crate::graphql::gate::Opened;
use crate::graphql::gate::Operation;
use crate::http::Parts;
use crate::http::headers::shortened;
use crate::http::trail;
use crate::identity::Ctx;
use crate::identity::IdentityError;

/// What an operation gives. Its end without a failure is its completion.
pub enum Said {
    /// A result.
    Next(Answer),
    /// Why it did not begin, or broke off. Nothing follows.
    Failed(Answer),
}

/// An operation that began, or its only answer.
pub enum Begun {
    /// The only answer.
    Once(Box<Answer>),
    /// The answers to a subscription.
    Events(BoxStream<'static, Said>),
}

impl Begun {
    /// The answers, one or many.
    pub fn answers(self) -> BoxStream<'static, Said> {
        match self {
            Self::Once(answer) => {
                let said = if answer.kind == Kind::Executed {
                    Said::Next(*answer)
                } else {
                    Said::Failed(*answer)
                };
                stream::once(ready(said)).boxed()
            }
            Self::Events(events) => events,
        }
    }
}

/// Begins an operation of whoever may go on until `ends_at`.
pub async fn begin(parts: &Parts, ctx: Ctx, ends_at: Option<DateTime<Utc>>, call: Call) -> Begun {
    let request_id = ctx.request_id().to_owned();
    let mut data = RequestData::new(ctx.clone(), parts.authenticator.clone());
    if let Some(ends_at) = ends_at {
        data = data.until(ends_at);
    }
    match parts.gate.open(call, Caller::of(&ctx), data).await {
        Opened::Once(answer) => {
            note(&request_id, answer.operation.as_ref(), answer.kind.name());
            trail::settle(&ctx, &answer).await;
            Begun::Once(Box::new(answer))
        }
        Opened::Events(operation, answers) => {
            note(&request_id, Some(&operation), "opened");
            trail::tell(&ctx, Some(&operation)).await;
            let said = answers.map(|answer| {
                if answer.has_data() {
                    Said::Next(answer)
                } else {
                    Said::Failed(answer)
                }
            });
            // The first failure is the last word.
            let said = said.scan(false, |over, it| {
                let go_on = !*over;
                *over = matches!(it, Said::Failed(_));
                ready(go_on.then_some(it))
            });
            Begun::Events(said.boxed())
        }
    }
}

/// The answers of an operation on a socket: who asks is looked at again for each. `None` is its end.
pub fn run(
    parts: Parts,
    ctx: Ctx,
    ends_at: DateTime<Utc>,
    call: Call,
) -> BoxStream<'static, Option<Said>> {
    async move {
        let request_id = ctx.request_id().to_owned();
        match parts.authenticator.look_again(&ctx).await {
            Ok(ctx) => begin(&parts, ctx, Some(ends_at), call).await.answers(),
            Err(cause) => {
                let answer = unknown(&request_id, &cause);
                stream::once(ready(Said::Failed(answer))).boxed()
            }
        }
    }
    .flatten_stream()
    .map(Some)
    .chain(stream::once(ready(None)))
    .boxed()
}

/// Why somebody could not be looked at.
pub fn unknown(request_id: &str, cause: &IdentityError) -> Answer {
    if matches!(cause, IdentityError::Session) {
        return over();
    }
    tracing::error!(request.id = request_id, %cause, "fault");
    Answer::unavailable(request_id)
}

/// The last word to somebody whose session or token has ended.
pub fn over() -> Answer {
    Answer::transport(
        "UNAUTHENTICATED",
        "The session or the token has ended: sign in again.",
    )
}

fn note(request_id: &str, operation: Option<&Operation>, became: &'static str) {
    let kind = operation.map_or("unknown", |it| it.kind);
    metrics::counter!("graphql_operations_total", "kind" => kind, "outcome" => became).increment(1);
    tracing::info!(
        request.id = request_id,
        operation.kind = kind,
        operation.name = operation.and_then(|it| it.name.as_deref()).map(shortened),
        operation.cost = operation.map(|it| it.cost),
        outcome = became,
        "operation"
    );
}
