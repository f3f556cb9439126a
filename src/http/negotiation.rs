//! Media types: what a client sends, what it takes, and which status says what.
//!
//! The statuses are those that the audits of GraphQL over HTTP ask for: a client that takes only
//! `application/json` is an old one and gets 200 with errors in the body.

use actix_web::http::StatusCode;

use crate::graphql::gate::Kind;

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `application/graphql-response+json`: the status says what became of it.
    GraphqlResponse,
    /// `application/json`.
    Json,
}

impl Form {
    /// The value of `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// The form that an `Accept` header prefers; `None` where it takes neither.
    pub fn accepted(header: Option<&str>) -> Option<Self> {
        let Some(header) = header.filter(|it| !it.trim().is_empty()) else {
            return Some(Self::Json);
        };
        let ranges: Vec<(&str, f32)> = header.split(',').map(range).collect();
        let quality = |kind: &str| {
            // The most specific range that covers a type decides.
            [kind, "application/*", "*/*"]
                .iter()
                .find_map(|wanted| {
                    ranges
                        .iter()
                        .find(|(it, _)| it.eq_ignore_ascii_case(wanted))
                })
                .map_or(0.0, |(_, quality)| *quality)
        };
        let graphql = quality("application/graphql-response+json");
        let json = quality("application/json");
        let named = ranges
            .iter()
            .any(|(it, _)| it.eq_ignore_ascii_case("application/graphql-response+json"));
        if graphql <= 0.0 && json <= 0.0 {
            None
        } else if named && graphql >= json {
            Some(Self::GraphqlResponse)
        } else if json > 0.0 {
            Some(Self::Json)
        } else {
            Some(Self::GraphqlResponse)
        }
    }

    /// The status of an answer in this form.
    pub fn status(self, kind: Kind) -> StatusCode {
        match (kind, self) {
            (Kind::Executed, _) | (Kind::Refused, Self::Json) => StatusCode::OK,
            (Kind::Refused, Self::GraphqlResponse) | (Kind::Malformed, _) => {
                StatusCode::BAD_REQUEST
            }
            (Kind::WrongMethod, _) => StatusCode::METHOD_NOT_ALLOWED,
            (Kind::Throttled, _) => StatusCode::TOO_MANY_REQUESTS,
            (Kind::TimedOut, _) => StatusCode::SERVICE_UNAVAILABLE,
            (Kind::Fault, _) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// The form in which a certificate is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// A page for people.
    Page,
    /// JSON for programs.
    Json,
    /// The signed file.
    Signed,
    /// The page to print.
    Paper,
}

impl Checked {
    /// The form that an `Accept` header prefers; the page where it names none of them. Of equal wishes the page comes
    /// first, then JSON, then the signed file.
    pub fn accepted(header: Option<&str>) -> Self {
        let ranges: Vec<(&str, f32)> = header.unwrap_or_default().split(',').map(range).collect();
        let quality = |kinds: &[&str]| {
            let named = |it: &str| kinds.iter().any(|kind| it.eq_ignore_ascii_case(kind));
            let of = ranges.iter().filter(|(it, _)| named(it));
            of.map(|it| it.1).fold(0.0, f32::max)
        };
        let page = quality(&["text/html", "application/xhtml+xml"]);
        let json = quality(&["application/json"]);
        let signed = quality(&["application/vc+jwt", "application/jwt"]);
        let paper = quality(&["application/pdf"]);
        if paper > signed && paper > json && paper > page {
            Self::Paper
        } else if signed > json && signed > page {
            Self::Signed
        } else if json > page {
            Self::Json
        } else {
            Self::Page
        }
    }
}

/// Whether an `Accept` header names a stream of events. Ranges with a star do not: nobody expects
/// one by accident.
pub fn takes_events(header: Option<&str>) -> bool {
    header.is_some_and(|it| {
        it.split(',')
            .map(range)
            .any(|(kind, quality)| kind.eq_ignore_ascii_case("text/event-stream") && quality > 0.0)
    })
}

fn range(text: &str) -> (&str, f32) {
    let mut parts = text.split(';');
    let kind = parts.next().unwrap_or("").trim();
    let quality = parts
        .find_map(|it| {
            let (name, value) = it.split_once('=')?;
            name.trim().eq_ignore_ascii_case("q").then_some(value)
        })
        .map_or(1.0, |it| it.trim().parse().unwrap_or(0.0));
    (kind, quality)
}

/// Whether a `Content-Type` is JSON in UTF-8. Nothing else is read: forms and plain text are what
/// other sites can make a browser send without asking.
pub fn is_json(content_type: Option<&str>) -> bool {
    let Some(content_type) = content_type else {
        return false;
    };
    let mut parts = content_type.split(';');
    let kind = parts.next().unwrap_or("").trim();
    kind.eq_ignore_ascii_case("application/json")
        && parts.all(|it| match it.trim().split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
}

#[cfg(test)]
mod tests {
    use super::Checked;
    use super::Form;
    use super::is_json;

    #[test]
    fn the_preferred_form_is_chosen() {
        for (accept, expected) in [
            (None, Some(Form::Json)),
            (Some("*/*"), Some(Form::Json)),
            (Some("application/*"), Some(Form::Json)),
            (Some("application/json"), Some(Form::Json)),
            (
                Some("application/graphql-response+json"),
                Some(Form::GraphqlResponse),
            ),
            (
                Some("application/graphql-response+json, application/json;q=0.9"),
                Some(Form::GraphqlResponse),
            ),
            (
                Some("application/graphql-response+json;q=0.1, application/json"),
                Some(Form::Json),
            ),
            (
                Some("application/graphql-response+json; Q=0.1, application/json;q=0.2"),
                Some(Form::Json),
            ),
            (
                Some("application/json;q=0, application/graphql-response+json"),
                Some(Form::GraphqlResponse),
            ),
            (Some("text/html"), None),
            (Some("application/json;q=0"), None),
        ] {
            assert_eq!(Form::accepted(accept), expected, "{accept:?}");
        }
    }

    #[test]
    fn certificates_are_pages_unless_something_else_is_preferred() {
        for (accept, expected) in [
            (None, Checked::Page),
            (Some("*/*"), Checked::Page),
            (
                Some("text/html,application/xhtml+xml,*/*;q=0.8"),
                Checked::Page,
            ),
            (Some("application/json"), Checked::Json),
            (Some("application/json, text/html"), Checked::Page),
            (Some("text/html;q=0.5, application/json"), Checked::Json),
            (Some("application/vc+jwt"), Checked::Signed),
            (
                Some("application/vc+jwt, application/json;q=0.9"),
                Checked::Signed,
            ),
            (Some("application/vc+jwt;q=0"), Checked::Page),
            (Some("application/pdf"), Checked::Paper),
            (Some("text/html, application/pdf"), Checked::Page),
        ] {
            assert_eq!(Checked::accepted(accept), expected, "{accept:?}");
        }
    }

    #[test]
    fn only_json_in_utf8_is_read() {
        for fine in [
            "application/json",
            "application/json; charset=utf-8",
            "Application/JSON;charset=\"UTF-8\"",
        ] {
            assert!(is_json(Some(fine)), "{fine}");
        }
        for other in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/json; charset=utf-16",
            "",
        ] {
            assert!(!is_json(Some(other)), "{other}");
        }
        assert!(!is_json(None));
    }
}
