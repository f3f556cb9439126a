//! Decides what may run, runs it, and shapes the answer: for every transport alike.
//!
//! Media types and status codes are in `http`; what fields do is in the areas.

mod answer;
mod apart;
mod budget;
mod described;
mod descriptions;
mod document;
mod error_body;
mod given;
mod inputs;
mod measure;
mod meter;
mod named;
mod objection;
mod shape;
#[cfg(test)]
mod tests;
mod trusted;
mod work;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use async_graphql::ObjectType;
use async_graphql::Request;
use async_graphql::Response;
use async_graphql::Schema;
use async_graphql::SubscriptionType;
use futures_util::FutureExt;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

pub use answer::Answer;
pub use answer::Kind;
pub use document::Operation;
pub use meter::Client;
pub use meter::Standing;
pub use shape::Asked;
pub use shape::Call;
pub use shape::ShapeError;
pub use trusted::Listed;
pub use trusted::ManifestError;
pub use trusted::listed;

use crate::config::DocumentsMode;
use crate::config::LimitsConfig;
use crate::graphql::gate::apart::Apart;
use crate::graphql::gate::described::Data;
use crate::graphql::gate::described::Described;
use crate::graphql::gate::document::Admitted;
use crate::graphql::gate::document::Documents;
use crate::graphql::gate::document::Judged;
use crate::graphql::gate::document::Verdict;
use crate::graphql::gate::meter::Meter;
use crate::graphql::gate::objection::Objection;
use crate::graphql::gate::trusted::Trusted;
use crate::graphql::gate::work::Work;
use crate::graphql::token_scopes;
use crate::identity::Ctx;
use crate::identity::Rights;
use crate::platform::clock::Clock;
use crate::platform::crypto::sha256;
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
    /// What a program may that asks by a token; `None` for people.
    pub rights: Option<&'a Rights>,
    /// Whether somebody is signed in.
    pub signed_in: SignedIn,
    /// Whose points are spent.
    pub client: Client,
    /// Name of the request, for faults.
    pub request_id: &'a str,
    /// The language of what they are told.
    pub locale: Locale,
}

impl<'a> Caller<'a> {
    /// Whoever a request is for.
    #[must_use]
    pub fn of(ctx: &'a Ctx) -> Self {
        let user = ctx.actor().user();
        Self {
            rights: ctx.scope().rights(),
            signed_in: match user {
                Some(_) if ctx.demand_platform().is_ok() => SignedIn::AsAdministrator,
                Some(_) => SignedIn::Yes,
                None => SignedIn::No,
            },
            client: user.map_or_else(|| Client::at(ctx.origin().address), Client::User),
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
    meter: Meter,
    apart: Apart,
    described: Described,
}

/// What an operation gave.
enum Done {
    Response(Box<Response>),
    Described(Data),
}

impl<Q, M, S> Gate<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    /// A gate before a schema. `sdl` is the schema's own description; points come back by the clock.
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
        clock: &Clock,
    ) -> Result<Self, String> {
        Ok(Self {
            meter: Meter::new(&limits, clock),
            documents: Documents::new(sdl, &limits)?,
            trusted: Trusted::default(),
            schema,
            limits,
            introspection,
            apart: Apart::new(),
            described: Described::default(),
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
        match self.paid(call, carries, caller) {
            Ok((admitted, standing)) => self.run(admitted, caller, data).await.of_one(standing),
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
        let (admitted, standing) = match self.paid(call, Carries::Streams, caller) {
            Ok(paid) => paid,
            Err(answer) => return Opened::Once(*answer),
        };
        if admitted.operation.kind != "subscription" {
            let answer = self.run(admitted, caller, data).await;
            return Opened::Once(answer.of_one(standing));
        }
        let operation = admitted.operation.clone();
        let (request_id, signed_in) = (caller.request_id.to_owned(), caller.signed_in);
        let (locale, client) = (caller.locale, caller.client);
        let events = self.schema.execute_stream(prepared(admitted, data));
        let answers = AssertUnwindSafe(events)
            .catch_unwind()
            .map(move |event| match event {
                Ok(response) => {
                    let caller = Caller {
                        rights: None,
                        signed_in,
                        client,
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
        let limit = Duration::from_secs(self.limits.timeout_seconds);
        let running = self.executed(admitted, caller.client, data);
        let answer = match tokio::time::timeout(limit, running).await {
            Err(_elapsed) => Answer::timed_out(limit, caller.locale),
            Ok(Err(Panicked)) => {
                tracing::error!(request.id = caller.request_id, "a resolver panicked");
                Answer::unavailable(caller.request_id)
            }
            Ok(Ok(Done::Response(response))) => Answer::of(*response, caller),
            Ok(Ok(Done::Described(data))) => Answer::described(data),
        };
        answer.about(operation, self.limits.cost)
    }

    async fn executed<D: Send + Sync + 'static>(
        &self,
        admitted: Admitted,
        client: Client,
        data: D,
    ) -> Result<Done, Panicked> {
        let work = admitted.operation.work;
        let asked = admitted.described.clone();
        if let Some(kept) = asked.as_deref().and_then(|it| self.described.recall(it)) {
            return Ok(Done::Described(kept));
        }
        let request = prepared(admitted, data);
        if work == Work::Plain {
            let running = AssertUnwindSafe(Box::pin(self.schema.execute(request))).catch_unwind();
            let response = running.await.map_err(|_panic| Panicked)?;
            return Ok(Done::Response(Box::new(response)));
        }
        let (schema, described) = (self.schema.clone(), self.described.clone());
        let running = Box::pin(async move {
            // Somebody may have asked for it while this waited.
            let kept = asked.as_deref().and_then(|it| described.recall(it));
            if let Some(kept) = kept {
                return Done::Described(kept);
            }
            let response = schema.execute(request).await;
            let kept = match asked {
                Some(asked) if response.errors.is_empty() => described.keep(asked, &response.data),
                _ => None,
            };
            kept.map_or_else(|| Done::Response(Box::new(response)), Done::Described)
        });
        let done = self.apart.run(work, client, running).await;
        done.map_err(|_panic| Panicked)
    }

    /// What is admitted and paid for. The document is looked at for a point of its own: refusing is work as well.
    fn paid(
        &self,
        call: Call,
        carries: Carries,
        caller: Caller<'_>,
    ) -> Result<(Admitted, Option<Standing>), Box<Answer>> {
        let looked = self.meter.take(caller.client, 1);
        if let Some(standing) = looked.filter(|it| it.wait_seconds.is_some()) {
            return Err(Box::new(Answer::throttled(standing, caller.locale)));
        }
        let admitted = self
            .admitted(call, carries, caller)
            .map_err(|it| Box::new(it.of_one(looked)))?;
        let Some(more) = admitted.operation.cost.checked_sub(1).filter(|it| *it > 0) else {
            return Ok((admitted, looked));
        };
        let standing = self.meter.take(caller.client, more);
        match standing.filter(|it| it.wait_seconds.is_some()) {
            Some(standing) => {
                // The point of looking at it is to be paid again.
                let wait_seconds = standing.wait_seconds.map(|it| it.saturating_add(1));
                let standing = Standing {
                    wait_seconds,
                    ..standing
                };
                let answer = Answer::throttled(standing, caller.locale);
                Err(Box::new(answer.about(admitted.operation, self.limits.cost)))
            }
            None => Ok((admitted, standing)),
        }
    }

    fn admitted(
        &self,
        call: Call,
        carries: Carries,
        caller: Caller<'_>,
    ) -> Result<Admitted, Box<Answer>> {
        let judged = self
            .verdict(&call.query, caller)?
            .map_err(|it| Box::new(Answer::refused(&it, self.limits.cost, caller.locale)))?;
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
                    let allowed = self.trusted.may_send(digest, caller);
                    let known = allowed.then(|| self.documents.recall(digest));
                    known.flatten().map(Ok)
                };
                self.trusted
                    .with_digest(digest)
                    .or_else(others)
                    .ok_or_else(|| Box::new(Answer::not_persisted()))
            }
            Asked::Text(text) => {
                let digest = sha256(text.as_bytes());
                match self.trusted.with_digest(&digest) {
                    Some(verdict) => Ok(verdict),
                    None if self.trusted.may_send(&digest, caller) => {
                        Ok(self.documents.judge(text))
                    }
                    None => Err(Box::new(Answer::not_trusted())),
                }
            }
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
            .map_err(|it| Box::new(Answer::refused(&[it], self.limits.cost, caller.locale)))?;
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
        if let Some(rights) = caller.rights {
            let kind = admitted.operation.kind;
            let lacking = (admitted.operation.fields.iter())
                .find_map(|it| token_scopes::objection(kind, it, rights));
            if let Some(refusal) = lacking {
                let objections = [Objection::refusal(refusal)];
                let answer = Answer::refused(&objections, self.limits.cost, caller.locale);
                return Err(Box::new(answer.about(admitted.operation, self.limits.cost)));
            }
        }
        let closed =
            self.introspection == Introspection::SignedIn && caller.signed_in == SignedIn::No;
        if closed && admitted.operation.work == Work::Description {
            return Err(Box::new(Answer::introspection_closed()));
        }
        Ok(admitted)
    }
}

/// A resolver panicked.
struct Panicked;

fn prepared<D: Send + Sync + 'static>(admitted: Admitted, data: D) -> Request {
    let mut request = Request::new("").data(data).variables(admitted.variables);
    request.set_parsed_query(admitted.document);
    request
}
