//! Lines of the audit trail as a file of any length: what somebody sees of it, whole.
//!
//! Whose lines are seen is decided in `audit::store`, as for pages of them.

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::audit_event;
use entity::job;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::audit::shown;
use crate::audit::store;
use crate::audit::store::Filter;
use crate::exports::Format;
use crate::exports::request;
use crate::exports::shared::parameter;
use crate::exports::table::Cell;
use crate::exports::table::Section;
use crate::exports::table::Table;
use crate::exports::words::columns;
use crate::exports::words::word;
use crate::exports::writing::Writing;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::jobs::JobError;
use crate::jobs::Made;
use crate::jobs::Progress;
use crate::platform::i18n::Locale;
use crate::platform::page::From;
use crate::platform::page::Page;
use crate::refusal::Checks;

/// Name of the file's kind in programs.
const NAME: &str = "AUDIT_EVENTS";
/// How long a file is kept: it says where people were, so no longer than to be fetched.
const KEPT: TimeDelta = TimeDelta::days(3);
/// Lines of one statement.
const PAGE: u64 = 1_000;

/// Columns of a line, with the words above them.
const COLUMNS: [(&str, &str); 15] = [
    ("at", "audit-at"),
    ("action", "audit-action"),
    ("outcome", "audit-outcome"),
    ("through", "audit-through"),
    ("actor", "audit-actor"),
    ("account", "audit-account"),
    ("session", "audit-session"),
    ("apiToken", "audit-api-token"),
    ("address", "audit-address"),
    ("userAgent", "audit-user-agent"),
    ("organization", "audit-organization"),
    ("subjectType", "audit-subject-type"),
    ("subject", "audit-subject"),
    ("details", "audit-details"),
    ("request", "audit-request"),
];

/// Which lines, how, and in which language. Kept as JSON: members are added, never renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrailRequest {
    /// Which lines.
    pub audit_events: Filter,
    /// The file format.
    pub format: Format,
    /// Language of titles.
    pub locale: Locale,
}

impl TrailRequest {
    /// What a job was asked; `None` for another kind of job, and for what a later release asked.
    #[must_use]
    pub fn of(job: &job::Model) -> Option<Self> {
        serde_json::from_str(&job.payload).ok()
    }

    fn file_name(&self, as_of: DateTime<Utc>) -> String {
        let (day, language) = (as_of.date_naive(), self.locale.tag());
        format!("audit-events-{day}-{language}.{}", self.format.extension())
    }
}

/// Asks for lines as a file, in the language of `asked` where `locale` says none.
///
/// # Errors
/// [`JobError::Invalid`] for a format that holds no list, [`JobError::Denied`] where nobody is signed in,
/// [`JobError::TooMany`], [`JobError::KeyReused`].
pub async fn request(
    ctx: &Ctx,
    asked: &TrailRequest,
    locale: Option<Locale>,
    key: Option<&str>,
) -> Result<job::Model, JobError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(key);
    request::demand_list(&mut checks, asked.format, NAME);
    checks.done().map_err(JobError::Invalid)?;
    let kept = TrailRequest {
        locale: locale.unwrap_or(asked.locale),
        ..asked.clone()
    };
    // The input as it was sent: a language that was not asked for is none of it.
    let sent = TrailRequest {
        locale: Locale::default(),
        ..asked.clone()
    };
    request::keep(ctx, ("requestAuditExport", key), &(sent, locale), &kept).await
}

/// Makes the file of a job: all lines as of one moment, page by page, none of them held once it is written.
///
/// # Errors
/// [`Failed`].
pub async fn carry_out(
    ctx: &Ctx,
    request: &TrailRequest,
    progress: &Progress<'_>,
) -> Result<Made, Failed> {
    let fault = |cause: std::io::Error| Failed::Fault(cause.to_string());
    progress.reaches(1).await?;
    let as_of = ctx.now();
    let db = ctx.snapshot().await?;
    let writing = Writing::begin(table(request, as_of), request.format, request.locale);
    let words = Words::of(request.locale);
    let mut page = Page::first(PAGE);
    loop {
        let found = store::list(&db, ctx, &request.audit_events, &page).await?;
        let Some(end) = found.rows.iter().next_back().map(|it| it.id) else {
            break;
        };
        writing
            .rows(found.rows.iter().map(|it| words.row(it)).collect())
            .await;
        if !found.has_next || !writing.goes_on() {
            break;
        }
        page.from = From::Start(Some(end));
    }
    progress.reaches(90).await?;
    let content = writing.end().await.map_err(fault)?;
    Ok(Made {
        file_name: request.file_name(as_of),
        media_type: request.format.media_type(),
        content,
        kept: KEPT,
    })
}

fn table(request: &TrailRequest, as_of: DateTime<Utc>) -> Table {
    let locale = request.locale;
    let instant = |it: Option<DateTime<Utc>>| it.map_or(Cell::Empty, Cell::Instant);
    let filter = &request.audit_events;
    let organization = filter
        .organization
        .map(|it| shown::id("Organization", it.0));
    let parameters = [
        (
            "title",
            "report-report",
            Cell::Text(word(locale, "audit-events")),
        ),
        (
            "organization",
            "audit-organization",
            organization.map_or(Cell::Empty, Cell::Text),
        ),
        ("from", "report-from", instant(filter.from)),
        ("to", "report-to", instant(filter.to)),
        ("asOf", "report-as-of", Cell::Instant(as_of)),
    ];
    Table {
        name: NAME,
        parameters: parameters
            .into_iter()
            .map(|(key, sentence, value)| parameter(locale, key, sentence, value))
            .collect(),
        sections: vec![Section {
            key: "auditEvents",
            title: word(locale, "audit-events"),
            columns: columns(locale, &COLUMNS),
            rows: Vec::new(),
        }],
    }
}

/// Words of closed sets in the language of the file.
struct Words {
    said: Vec<(&'static str, String)>,
}

impl Words {
    fn of(locale: Locale) -> Self {
        let named = [
            ("DONE", "audit-done"),
            ("REFUSED", "audit-refused"),
            ("SESSION", "audit-through-session"),
            ("API_TOKEN", "audit-through-api-token"),
            ("OPERATOR", "audit-through-operator"),
            ("NOTHING", "audit-through-nothing"),
        ];
        let said = named.map(|(code, key)| (code, word(locale, key)));
        Self { said: said.into() }
    }

    fn cell(&self, code: &'static str) -> Cell {
        let found = self.said.iter().find(|(it, _)| *it == code);
        Cell::Code {
            code,
            words: found.map(|(_, words)| words.clone()).unwrap_or_default(),
        }
    }

    /// The cells of a line.
    fn row(&self, it: &audit_event::Model) -> Vec<Cell> {
        fn text(it: Option<String>) -> Cell {
            it.map_or(Cell::Empty, Cell::Text)
        }
        let id = |kind: &str, key: Option<Uuid>| text(key.map(|it| shown::id(kind, it)));
        let details = it.details.as_deref().and_then(shown::details);
        let outcome = match it.outcome.as_str() {
            "REFUSED" => "REFUSED",
            _ => "DONE",
        };
        let through = match it.actor_kind.as_str() {
            "USER" => "SESSION",
            "TOKEN" => "API_TOKEN",
            "OPERATOR" => "OPERATOR",
            _ => "NOTHING",
        };
        vec![
            Cell::Instant(it.recorded_at),
            Cell::text(&it.action),
            self.cell(outcome),
            self.cell(through),
            id("User", it.user_id.map(|it| it.0)),
            id("User", it.account_id.map(|it| it.0)),
            id("UserSession", it.session_id.map(|it| it.0)),
            id("ApiToken", it.api_token_id.map(|it| it.0)),
            text(it.address.clone()),
            text(it.agent.clone()),
            id("Organization", it.organization_id.map(|it| it.0)),
            Cell::text(&it.subject_type),
            id(&it.subject_type, it.subject_id),
            text(details.map(|it| Value::Object(it).to_string())),
            Cell::text(&it.request_id),
        ]
    }
}
