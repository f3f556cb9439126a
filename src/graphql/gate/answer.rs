//! The answer: what ran or why not, with codes, without what nobody should see.
//!
//! Status codes are in `http`.

use std::collections::BTreeSet;
use std::time::Duration;

use async_graphql::Response;
use async_graphql::ServerError;
use async_graphql::Value;
use serde::Serialize;
use serde::Serializer;

use crate::graphql::error::protocol_code;
use crate::graphql::gate::Caller;
use crate::graphql::gate::described;
use crate::graphql::gate::document::Operation;
use crate::graphql::gate::error_body::ERRORS_MOST;
use crate::graphql::gate::error_body::ErrorBody;
use crate::graphql::gate::meter::Standing;
use crate::graphql::gate::objection::Objection;
use crate::graphql::gate::shape::ShapeError;
use crate::platform::i18n::Locale;
use crate::refusal::Refusal;

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It ran; fields may have failed.
    Executed,
    /// It was refused before it ran.
    Refused,
    /// The request is no GraphQL request.
    Malformed,
    /// A mutation came by a way that carries queries only.
    WrongMethod,
    /// It ran longer than allowed.
    TimedOut,
    /// The client asked for more than it may for now.
    Throttled,
    /// A fault of ours ended it.
    Fault,
}

impl Kind {
    /// Its name in logs and figures.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Executed => "executed",
            Self::Refused => "refused",
            Self::Malformed => "malformed",
            Self::WrongMethod => "wrong_method",
            Self::TimedOut => "timed_out",
            Self::Throttled => "throttled",
            Self::Fault => "fault",
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ErrorBody],
    // Absent when nothing ran, null when a required field failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Data>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<Extensions>,
}

#[derive(Serialize)]
struct Extensions {
    cost: Cost,
}

#[derive(Serialize)]
struct Cost {
    // Absent where the document was refused for all its operations, and where there is no number for so much.
    #[serde(skip_serializing_if = "Option::is_none")]
    requested: Option<usize>,
    limit: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<Points>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Points {
    limit: u32,
    remaining: u32,
    full_in_seconds: u64,
}

/// What is answered.
#[derive(Debug)]
enum Data {
    Made(Value),
    Kept(described::Data),
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Made(value) => value.serialize(serializer),
            Self::Kept(raw) => raw.as_ref().serialize(serializer),
        }
    }
}

/// What an operation costs, and what one may.
#[derive(Clone, Copy, Debug)]
struct Price {
    requested: Option<usize>,
    limit: usize,
}

/// An answer, not yet bytes.
#[derive(Debug)]
pub struct Answer {
    /// What became of the call.
    pub kind: Kind,
    /// What is known of the operation, for logs and figures.
    pub operation: Option<Operation>,
    errors: Vec<ErrorBody>,
    data: Option<Data>,
    price: Option<Price>,
    standing: Option<Standing>,
}

impl Answer {
    fn of_errors(kind: Kind, errors: Vec<ErrorBody>) -> Self {
        Self {
            kind,
            operation: None,
            errors,
            data: None,
            price: None,
            standing: None,
        }
    }

    /// Refused before it ran. What is too much is told with its cost.
    pub(super) fn refused(objections: &[Objection], limit: usize, locale: Locale) -> Self {
        let told = objections.iter().map(|it| it.told(locale));
        let price = objections.iter().find_map(Objection::too_complex);
        let price = price.map(|it| Price {
            requested: it.filter(|it| *it < usize::MAX),
            limit,
        });
        Self {
            price,
            ..Self::of_errors(Kind::Refused, told.collect())
        }
    }

    /// The schema's own description, as it was made before.
    pub(super) fn described(data: described::Data) -> Self {
        Self {
            data: Some(Data::Kept(data)),
            ..Self::of_errors(Kind::Executed, Vec::new())
        }
    }

    /// The request is no GraphQL request.
    #[must_use]
    pub fn malformed(error: &ShapeError) -> Self {
        Self::of_errors(
            Kind::Malformed,
            vec![ErrorBody::new("BAD_REQUEST", error.to_string())],
        )
    }

    /// A request that the transport itself refuses.
    #[must_use]
    pub fn transport(code: &str, message: &str) -> Self {
        Self::of_errors(Kind::Malformed, vec![ErrorBody::new(code, message)])
    }

    /// What the request needs does not answer.
    #[must_use]
    pub fn unavailable(request_id: &str) -> Self {
        Self::of_errors(Kind::Fault, vec![hidden(request_id)])
    }

    pub(super) fn wrong_method() -> Self {
        let message = "Only queries may be sent by GET: send this by POST.";
        Self::of_errors(
            Kind::WrongMethod,
            vec![ErrorBody::new("BAD_REQUEST", message)],
        )
    }

    pub(super) fn no_stream() -> Self {
        let message = "A subscription needs a WebSocket, or `Accept: text/event-stream`.";
        Self::of_errors(Kind::Refused, vec![ErrorBody::new("BAD_REQUEST", message)])
    }

    /// The document is not known by its digest. Clients know code and message, and send it whole.
    pub(super) fn not_persisted() -> Self {
        let error = ErrorBody::new("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound");
        Self::of_errors(Kind::Refused, vec![error])
    }

    /// No list names a document so. Nothing is sent whole instead, so that the words are not those of digests.
    pub(super) fn not_listed() -> Self {
        let message = "No document is listed under this `documentId`.";
        let error = ErrorBody::new("PERSISTED_QUERY_NOT_FOUND", message);
        Self::of_errors(Kind::Refused, vec![error])
    }

    /// The document is none of those that may run.
    pub(super) fn not_trusted() -> Self {
        let message = "Only listed documents run here: ask for one by its `documentId`.";
        Self::of_errors(Kind::Refused, vec![ErrorBody::new("FORBIDDEN", message)])
    }

    pub(super) fn introspection_closed() -> Self {
        let message = "The schema is described to signed-in callers, and at /schema.graphql.";
        Self::of_errors(Kind::Refused, vec![ErrorBody::new("FORBIDDEN", message)])
    }

    pub(super) fn timed_out(limit: Duration, locale: Locale) -> Self {
        let seconds = limit.as_secs().to_string();
        let message = locale.sentence("operation-timed-out", &[("seconds", seconds)]);
        Self::of_errors(Kind::TimedOut, vec![ErrorBody::new("TIMEOUT", message)])
    }

    /// More was asked for than the client has points for.
    pub(super) fn throttled(standing: Standing, locale: Locale) -> Self {
        let seconds = standing.wait_seconds.unwrap_or_default();
        let message = locale.sentence("operation-throttled", &[("seconds", seconds.to_string())]);
        let error = ErrorBody::new("RATE_LIMITED", message);
        let error = error.with_number("retryAfterSeconds", seconds);
        Self::of_errors(Kind::Throttled, vec![error]).of_one(Some(standing))
    }

    /// What the library answered, with codes on every error and faults hidden.
    pub(super) fn of(response: Response, caller: Caller<'_>) -> Self {
        // An error without a path stopped the request before anything ran.
        let refused = response.data == Value::Null
            && !response.errors.is_empty()
            && response.errors.iter().all(|it| it.path.is_empty());
        let errors = response
            .errors
            .into_iter()
            .take(ERRORS_MOST)
            .map(|it| shown(it, caller))
            .collect();
        Self {
            kind: if refused {
                Kind::Refused
            } else {
                Kind::Executed
            },
            operation: None,
            errors,
            data: (!refused).then_some(Data::Made(response.data)),
            price: None,
            standing: None,
        }
    }

    pub(super) fn about(mut self, operation: Operation, limit: usize) -> Self {
        self.price = Some(Price {
            requested: Some(operation.cost),
            limit,
        });
        self.operation = Some(operation);
        self
    }

    pub(super) fn of_one(mut self, standing: Option<Standing>) -> Self {
        self.standing = standing;
        self
    }

    /// How whoever asked stands now; none where nothing is counted.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        self.standing
    }

    /// The codes of its errors, each once: what may stand in a log.
    #[must_use]
    pub fn codes(&self) -> Vec<String> {
        let codes: BTreeSet<&str> = self.errors.iter().filter_map(|it| it.code()).collect();
        codes.into_iter().map(str::to_owned).collect()
    }

    /// Whether one of its errors was refused by a rule.
    #[must_use]
    pub fn has_rule(&self, rule: &str) -> bool {
        self.errors.iter().any(|it| it.rule() == Some(rule))
    }

    /// Whether it holds data.
    #[must_use]
    pub fn has_data(&self) -> bool {
        let nothing = |it: &Data| matches!(it, Data::Made(Value::Null));
        self.data.as_ref().is_some_and(|it| !nothing(it))
    }

    /// Its errors alone, as JSON.
    #[must_use]
    pub fn errors(&self) -> serde_json::Value {
        serde_json::to_value(&self.errors).unwrap_or_default()
    }

    /// The bytes of the answer.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Text, numbers and lists only: always writable.
        serde_json::to_vec(&self.body()).unwrap_or_default()
    }

    /// The answer as part of a message.
    #[must_use]
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::to_value(self.body()).unwrap_or_default()
    }

    fn body(&self) -> Body<'_> {
        Body {
            errors: &self.errors,
            data: self.data.as_ref(),
            extensions: self.price.map(|it| Extensions {
                cost: Cost {
                    requested: it.requested,
                    limit: it.limit,
                    points: self.standing.map(|it| Points {
                        limit: it.limit,
                        remaining: it.remaining,
                        full_in_seconds: it.full_seconds,
                    }),
                },
            }),
        }
    }
}

fn shown(error: ServerError, caller: Caller<'_>) -> ErrorBody {
    let place = error.locations.first().map(|it| (it.line, it.column));
    let code = error
        .extensions
        .as_ref()
        .and_then(|it| it.get("code"))
        .is_some();
    let body = if let Some(refusal) = error.source::<Refusal>() {
        ErrorBody::of_refusal(protocol_code(refusal.code), refusal, caller.locale)
    } else if code {
        let known = error.extensions.as_ref().map(serde_json::to_value);
        let known = match known {
            Some(Ok(serde_json::Value::Object(known))) => Some(known),
            _ => None,
        };
        ErrorBody::new("", error.message.clone()).knowing(known)
    } else if error.path.is_empty() || unreadable_argument(&error.message) {
        // The document is valid by now, so what remains are values that do not fit.
        ErrorBody::new("BAD_USER_INPUT", error.message.clone())
    } else {
        tracing::error!(
            request.id = caller.request_id,
            cause = error.message,
            "fault"
        );
        hidden(caller.request_id)
    };
    body.along(error.path).at(place)
}

/// Whether the library refused an argument's value. It marks that in no other way than by its own
/// sentence; anything that is not recognized here is hidden, which is the safe side.
fn unreadable_argument(message: &str) -> bool {
    [
        "Failed to parse \"",
        "Expected input type \"",
        "Invalid value for argument",
    ]
    .iter()
    .any(|it| message.starts_with(it))
}

fn hidden(request_id: &str) -> ErrorBody {
    ErrorBody::new("INTERNAL_SERVER_ERROR", "Something went wrong on our side.")
        .with("requestId", request_id)
}
