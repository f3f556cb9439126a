//! Decides what may run, runs it, and shapes the answer: for every transport alike.
//!
//! Media types and status codes are in `http`; what fields do is in the areas.

mod answer;
mod budget;
mod descriptions;
mod document;
mod error_body;
mod given;
mod inputs;
mod measure;
mod objection;
mod shape;
#[cfg(test)]
mod tests;
mod trusted;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use async_graphql::ObjectType;
use async_graphql::Request;
use async_graphql::Schema;
use async_graphql::SubscriptionType;
use futures_util::FutureExt;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

pub use answer::Answer;
pub use answer::Kind;
pub use document::Operation;
pub use shape::Asked;
pub use shape::Call;
pub use shape::ShapeError;
pub use trusted::Listed;
pub use trusted::ManifestError;
pub use trusted::listed;

use crate::config::DocumentsMode;
use crate::config::LimitsConfig;
use crate::graphql::gate::document::Admitted;
use crate::graphql::gate::document::Documents;
use crate::graphql::gate::document::Judged;
use crate::graphql::gate::document::Verdict;
use crate::graphql::gate::trusted::Trusted;
use crate::identity::Ctx;
use crate::platform::i18n::Locale;

/// Who may ask for the schema's own description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Introspection {
    /// Everybody: on one's own machine.
    Open,
    /// Only who is signed in.
    SignedIn,
}

/// Which operations a transport may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carries {
    /// Queries only: a request by `GET`.
    Queries,
    /// Queries and mutations.
    Everything,
    /// Those, and subscriptions.
    Streams,
}

/// An operation that runs: one answer, or one for each event.
pub enum Opened {
    /// The answer.
    Once(Answer),
    /// The answers, and what is known of their operation. One without data is the last.
    Events(Operation, BoxStream<'static, Answer>),
}

/// What is known of whoever asks, as far as the gate cares.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// Whether somebody is signed in.
    pub signed_in: SignedIn,
    /// Name of the request, for faults.
    pub request_id: &'a str,
    /// The language of what they are told.
    pub locale: Locale,
}

impl<'a> Caller<'a> {
    /// Whoever a request is for.
    #[must_use]
    pub fn of(ctx: &'a Ctx) -> Self {
        Self {
            signed_in: match ctx.actor().user() {
                Some(_) if ctx.demand_platform().is_ok() => SignedIn::AsAdministrator,
                Some(_) => SignedIn::Yes,
                None => SignedIn::No,
            },
            request_id: ctx.request_id(),
            locale: ctx.locale(),
        }
    }
}

/// Whether somebody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// Somebody is who administers the platform.
    AsAdministrator,
    /// Somebody else is.
    Yes,
    /// Nobody is.
    No,
}

/// The one way to the schema.
pub struct Gate<Q, M, S> {
    schema: Schema<Q, M, S>,
    documents: Documents,
    trusted: Trusted,
    limits: LimitsConfig,
    introspection: Introspection,
}

impl<Q, M, S> Gate<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    /// A gate before a schema. `sdl` is the schema's own description.
    ///
    /// The schema should be built with [`async_graphql::ValidationMode::Fast`]: the gate validates
    /// each document itself, and the library's own validation refuses some that are valid.
    ///
    /// # Errors
    /// What is wrong with the description, which only a fault of ours can cause.
    pub fn new(
        schema: Schema<Q, M, S>,
        sdl: &str,
        limits: LimitsConfig,
        introspection: Introspection,
    ) -> Result<Self, String> {
        Ok(Self {
            documents: Documents::new(sdl, &limits)?,
            trusted: Trusted::default(),
            schema,
            limits,
            introspection,
        })
    }

    /// The same with documents that clients listed when they were built, and what becomes of others.
    #[must_use]
    pub fn trusting(self, listed: Vec<Listed>, mode: DocumentsMode) -> Self {
        Self {
            trusted: Trusted::new(listed, mode, &self.documents),
            ..self
        }
    }

    /// Judges a call, runs it, and shapes the answer. Never fails: a refusal is an answer.
    pub async fn answer<D: Send + Sync + 'static>(
        &self,
        call: Call,
        carries: Carries,
        caller: Caller<'_>,
        data: D,
    ) -> Answer {
        match self.admitted(call, carries, caller) {
            Ok(admitted) => self.run(admitted, caller, data).await,
            Err(answer) => *answer,
        }
    }

    /// The same for transports that carry subscriptions too.
    pub async fn open<D: Send + Sync + 'static>(
        &self,
        call: Call,
        caller: Caller<'_>,
        data: D,
    ) -> Opened {
        let admitted = match self.admitted(call, Carries::Streams, caller) {
            Ok(admitted) => admitted,
            Err(answer) => return Opened::Once(*answer),
        };
        if admitted.operation.kind != "subscription" {
            return Opened::Once(self.run(admitted, caller, data).await);
        }
        let operation = admitted.operation.clone();
        let (request_id, signed_in) = (caller.request_id.to_owned(), caller.signed_in);
        let locale = caller.locale;
        let events = self.schema.execute_stream(prepared(admitted, data));
        let answers = AssertUnwindSafe(events)
            .catch_unwind()
            .map(move |event| match event {
                Ok(response) => {
                    let caller = Caller {
                        signed_in,
                        request_id: &request_id,
                        locale,
                    };
                    Answer::of(response, caller)
                }
                Err(_panic) => {
                    tracing::error!(request.id = request_id, "a resolver panicked");
                    Answer::unavailable(&request_id)
                }
            });
        Opened::Events(operation, answers.boxed())
    }

    async fn run<D: Send + Sync + 'static>(
        &self,
        admitted: Admitted,
        caller: Caller<'_>,
        data: D,
    ) -> Answer {
        let operation = admitted.operation.clone();
        let request = prepared(admitted, data);
        let running = AssertUnwindSafe(self.schema.execute(request)).catch_unwind();
        let limit = Duration::from_secs(self.limits.timeout_seconds);
        let answer = match tokio::time::timeout(limit, running).await {
            Err(_elapsed) => Answer::timed_out(limit, caller.locale),
            Ok(Err(_panic)) => {
                tracing::error!(request.id = caller.request_id, "a resolver panicked");
                Answer::unavailable(caller.request_id)
            }
            Ok(Ok(response)) => Answer::of(response, caller),
        };
        answer.about(operation, self.limits.cost)
    }

    fn admitted(
        &self,
        call: Call,
        carries: Carries,
        caller: Caller<'_>,
    ) -> Result<Admitted, Box<Answer>> {
        let judged = self
            .verdict(&call.query, caller)?
            .map_err(|it| Box::new(Answer::refused(&it, caller.locale)))?;
        self.permitted(&judged, call, carries, caller)
    }

    /// What is thought of a document, however it is given.
    fn verdict(&self, asked: &Asked, caller: Caller<'_>) -> Result<Verdict, Box<Answer>> {
        match asked {
            Asked::Listed(name) => self
                .trusted
                .named(name)
                .ok_or_else(|| Box::new(Answer::not_listed())),
            Asked::Digest(digest) => {
                let others = || {
                    let allowed = self.trusted.may_send(caller);
                    let known = allowed.then(|| self.documents.recall(digest));
                    known.flatten().map(Ok)
                };
                self.trusted
                    .with_digest(digest)
                    .or_else(others)
                    .ok_or_else(|| Box::new(Answer::not_persisted()))
            }
            Asked::Text(text) => match self.trusted.with_text(text) {
                Some(verdict) => Ok(verdict),
                None if self.trusted.may_send(caller) => Ok(self.documents.judge(text)),
                None => Err(Box::new(Answer::not_trusted())),
            },
        }
    }

    fn permitted(
        &self,
        judged: &Judged,
        call: Call,
        carries: Carries,
        caller: Caller<'_>,
    ) -> Result<Admitted, Box<Answer>> {
        let admitted = judged
            .admit(call.operation_name.as_deref(), call.variables, &self.limits)
            .map_err(|it| Box::new(Answer::refused(&[it], caller.locale)))?;
        if carries == Carries::Queries && admitted.operation.kind != "query" {
            return Err(Box::new(
                Answer::wrong_method().about(admitted.operation, self.limits.cost),
            ));
        }
        if carries != Carries::Streams && admitted.operation.kind == "subscription" {
            return Err(Box::new(
                Answer::no_stream().about(admitted.operation, self.limits.cost),
            ));
        }
        let closed =
            self.introspection == Introspection::SignedIn && caller.signed_in == SignedIn::No;
        if closed && admitted.operation.introspects {
            return Err(Box::new(Answer::introspection_closed()));
        }
        Ok(admitted)
    }
}

fn prepared<D: Send + Sync + 'static>(admitted: Admitted, data: D) -> Request {
    let mut request = Request::new("").data(data).variables(admitted.variables);
    request.set_parsed_query(admitted.document);
    request
}
