//! What is told of an operation when it is over: whose personal data it showed, what it was refused, which session began.
//!
//! One line for each, however many rows it was. Refusals are bounded, so that nobody fills the trail by being refused.

use entity::ids::OrganizationId;
use entity::ids::SessionId;
use entity::ids::UserId;
use sea_orm::DbErr;
use serde_json::json;
use uuid::Uuid;

use crate::audit::Line;
use crate::audit::Outcome;
use crate::audit::write;
use crate::identity::Actor;
use crate::identity::Ctx;
use crate::identity::notes::Noted;
use crate::platform::network;

/// Records that one line names; of more it tells how many there were.
const NAMED_MOST: usize = 20;
/// Lines of refusals of one actor, or of nobody from one part of the network, within a quarter of an hour.
const OF_ONE_MOST: u32 = 20;
/// Lines of refusals of nobody, wherever they come from, within that time.
const OF_NOBODY_MOST: u32 = 1_000;

/// An operation as far as the trail names it.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    /// `query`, `mutation` or `subscription`; empty for one that is not known.
    pub kind: &'a str,
    /// The names of its root fields.
    pub fields: &'a [String],
    /// The single thing that its input names, by type and key: the organization where it names one.
    pub named: Option<(&'static str, Uuid)>,
}

/// Writes what was noted of an operation, in a transaction of its own.
///
/// # Errors
/// [`DbErr`].
pub async fn tell(ctx: &Ctx, operation: Operation<'_>, noted: Noted) -> Result<(), DbErr> {
    let mut lines: Vec<Line> = noted
        .opened
        .iter()
        .map(|(organization, records)| Line {
            action: "volunteer.read",
            organization: Some(*organization),
            subject: (
                "Volunteer",
                // One that was opened alone can be looked for.
                records
                    .first()
                    .filter(|_| records.len() == 1)
                    .map(|it| it.0),
            ),
            details: Some(json!({
                "records": records.iter().take(NAMED_MOST).collect::<Vec<_>>(),
                "count": records.len(),
            })),
        })
        .collect();
    let mut by = ctx.clone();
    if let Some((id, session)) = noted.began {
        by = ctx.clone().acting_as(Actor::User { id, session });
        lines.push(session_line(session));
    }
    let refused: Vec<Line> = refusals(operation, &noted)
        .into_iter()
        .filter(|_| is_told(ctx))
        .collect();
    if lines.is_empty() && refused.is_empty() {
        return Ok(());
    }
    ctx.transaction(async |tx| {
        write(&by, tx, lines, Outcome::Done, None).await?;
        write(ctx, tx, refused, Outcome::Refused, noted.account).await
    })
    .await
}

/// Tells that somebody fetched a file by a link, of which nobody knows who they are. Whoever fetches it without end is told of
/// for a while.
///
/// # Errors
/// [`DbErr`].
pub async fn fetched(
    ctx: &Ctx,
    subject: (&'static str, Uuid),
    account: Option<UserId>,
) -> Result<(), DbErr> {
    if ctx.core().refusals.count(format!("file {}", subject.1)) > OF_ONE_MOST {
        return Ok(());
    }
    let line = Line {
        action: "file.fetch",
        organization: None,
        subject: (subject.0, Some(subject.1)),
        details: None,
    };
    ctx.transaction(async |tx| write(ctx, tx, vec![line], Outcome::Done, account).await)
        .await
}

fn session_line(session: SessionId) -> Line {
    Line {
        action: "session.begin",
        organization: None::<OrganizationId>,
        subject: ("UserSession", Some(session.0)),
        details: None,
    }
}

/// What was refused: signing in by whatever operation, and everything else of mutations. What a query may not show is not
/// there, and told to nobody. One line for each organization whose rights were asked for, so that it sees it.
fn refusals(operation: Operation<'_>, noted: &Noted) -> Vec<Line> {
    if noted.refused.is_empty() {
        return Vec::new();
    }
    let any = |of: &[&str]| noted.refused.iter().any(|it| of.contains(it));
    // Whoever links an identity has signed in.
    let linking = operation.fields.iter().any(|it| it == "linkIdentity");
    let signing_in = any(&["invalid-credentials", "too-many-attempts"])
        || !linking && any(&["sign-in-invalid", "identity-unlinked"]);
    let by_token = noted.refused.iter().any(|it| it.starts_with("token-"));
    if !signing_in && !by_token && operation.kind != "mutation" {
        return Vec::new();
    }
    let line = Line {
        action: match signing_in {
            true => "session.begin",
            false => "request.refuse",
        },
        organization: None,
        subject: ("Operation", None),
        details: Some(json!({
            "fields": operation.fields.iter().take(5).collect::<Vec<_>>(),
            "codes": noted.refused,
        })),
    };
    if signing_in || noted.withheld.is_empty() {
        return vec![line];
    }
    let subject = match operation.named {
        // Of several organizations none is told what was named of another.
        Some((kind, key)) if noted.withheld.len() == 1 => (kind, Some(key)),
        _ => line.subject,
    };
    let of = |organization: &OrganizationId| Line {
        organization: Some(*organization),
        subject: match subject {
            ("Organization", _) => ("Organization", Some(organization.0)),
            other => other,
        },
        ..line.clone()
    };
    noted.withheld.iter().map(of).collect()
}

/// Whether one more refusal of whoever asks is told.
fn is_told(ctx: &Ctx) -> bool {
    let key = match (ctx.actor().user(), ctx.origin().address) {
        (Some(user), _) => format!("user {user}"),
        (None, Some(address)) => format!("address {}", network::client(address)),
        (None, None) => "nowhere".to_owned(),
    };
    let own = ctx.core().refusals.count(key) <= OF_ONE_MOST;
    if ctx.actor().user().is_some() {
        return own;
    }
    // Counted only where it would be told: one address does not silence the others.
    own && ctx.core().refusals.count("nobody".to_owned()) <= OF_NOBODY_MOST
}
