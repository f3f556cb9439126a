//! Writes down what somebody agreed to or took back: they themselves, or whoever keeps the organization's volunteers.
//!
//! What was said is never changed: who erred writes down another word.

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::consent;
use entity::ids::ConsentId;
use entity::ids::VolunteerId;
use entity::types::ConsentDecision;
use entity::types::ConsentMeans;
use entity::types::ConsentPurpose;
use sea_orm::DbErr;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::consents::error::ConsentError;
use crate::consents::store;
use crate::credentials;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::hex::sha256_of;
use crate::platform::i18n::Locale;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::volunteers;

/// Longest name of a version of a text, in characters.
const VERSION_MOST: usize = 60;
/// Words about one record or account that are written down within a day: none is ever taken away.
pub const OF_A_DAY_MOST: u64 = 50;
/// How far a clock may run ahead.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// What somebody said.
#[derive(Clone, Debug, Serialize)]
pub struct Said {
    /// Whose record it is about; the actor's own account where absent.
    pub volunteer: Option<VolunteerId>,
    /// To what.
    pub purpose: ConsentPurpose,
    /// Given, or withdrawn.
    pub decision: ConsentDecision,
    /// Version of the text that was put before the person.
    pub text_version: String,
    /// Language of that text.
    pub language: Locale,
    /// How it was said.
    pub means: ConsentMeans,
    /// SHA-256 of what shows it, in hexadecimal.
    pub document_sha256: Option<String>,
    /// When it was said; now where absent.
    pub decided_at: Option<DateTime<Utc>>,
}

/// Writes down what somebody agreed to, or took back.
///
/// # Errors
/// [`ConsentError::NotFound`], [`ConsentError::Denied`], [`ConsentError::KeyReused`], [`ConsentError::Invalid`].
pub async fn record(
    ctx: &Ctx,
    said: &Said,
    key: Option<&str>,
) -> Result<consent::Model, ConsentError> {
    ctx.demand_signed_in()?;
    let mut own = ctx.actor().user().is_some();
    if let Some(volunteer) = said.volunteer {
        // Whoever may not see the record, or not speak for it, learns that first, and nothing of the rest.
        let seen = volunteers::store::kept(ctx.read(), ctx.scope(), &[volunteer]).await?;
        if seen.is_empty() {
            return Err(ConsentError::NotFound("volunteerId"));
        }
        for it in seen.values().filter(|it| !ctx.scope().owns(it.id)) {
            own = false;
            ctx.demand_of_seen(Action::ManageVolunteers, it.organization_id)?;
        }
    }
    let mut checks = Checks::new();
    checks.key(key);
    let text_version = checks.text("textVersion", &said.text_version, VERSION_MOST);
    let document = said.document_sha256.as_deref().map(sha256_of);
    checks.demand(document != Some(None), || {
        let value = said.document_sha256.as_deref().unwrap_or_default();
        Refusal::of(Code::InvalidFormat, "documentSha256").with("value", value)
    });
    checks.demand(own || said.means != ConsentMeans::Account, || {
        Refusal::of(Code::AccountOfAnother, "means")
    });
    let latest = ctx.now() + AHEAD;
    checks.demand(said.decided_at.is_none_or(|it| it <= latest), || {
        Refusal::of(Code::OutOfRange, "decidedAt")
            .with("least", "1970-01-01")
            .with("most", ctx.now())
    });
    checks.done().map_err(ConsentError::Invalid)?;
    ctx.transaction(async |tx| {
        let id = ConsentId(ctx.new_id());
        match ctx.claim(tx, "recordConsent", key, said, id.0).await? {
            Claim::Go => {}
            Claim::Conflict => return Err(ConsentError::KeyReused),
            Claim::Replay(id) => {
                return store::by_id(&**tx, ConsentId(id))
                    .await?
                    .ok_or(ConsentError::NotFound("idempotencyKey"));
            }
        }
        let mut row = consent::Model {
            id,
            organization_id: None,
            volunteer_id: None,
            user_id: ctx.actor().user(),
            purpose: said.purpose,
            decision: said.decision,
            text_version: text_version.clone(),
            language: said.language.tag().to_owned(),
            means: said.means,
            document_sha256: document.clone().flatten(),
            decided_at: said.decided_at.unwrap_or(ctx.now()),
            recorded_by: ctx.actor().user(),
            recorded_at: ctx.now(),
        };
        if let Some(volunteer) = said.volunteer {
            row = of_record(ctx, tx, volunteer, row).await?;
        } else if let Some(user) = row.user_id {
            // One after the other, as with a record: what two write down at once is in the count of neither.
            credentials::store::hold_account(tx, user).await?;
        } else {
            // The operator has no account to speak for.
            return Err(Refusal::of(Code::Required, "volunteerId").into());
        }
        let since = ctx.now() - TimeDelta::days(1);
        if !takes_back(tx, &row).await?
            && store::count_since(tx, &row, since).await? >= OF_A_DAY_MOST
        {
            let refusal = Refusal::new(Code::TooManyConsents);
            return Err(refusal.with("most", OF_A_DAY_MOST).into());
        }
        store::insert(tx, &row).await?;
        audit::record(ctx, tx, line(&row)).await?;
        Ok(row)
    })
    .await
}

/// Whether a word takes back what is in force. Nobody is kept from that; as it then is the last word, there is no more of
/// it than was given before.
async fn takes_back(tx: &Tx, word: &consent::Model) -> Result<bool, DbErr> {
    if word.decision != ConsentDecision::Withdrawn {
        return Ok(false);
    }
    let last = store::last_word(tx, word).await?;
    Ok(last.is_some_and(|it| {
        let follows = (word.decided_at, word.id) > (it.decided_at, it.id);
        it.decision == ConsentDecision::Given && follows
    }))
}

/// The row as it is of a record that the actor may speak for.
async fn of_record(
    ctx: &Ctx,
    tx: &Tx,
    volunteer: VolunteerId,
    row: consent::Model,
) -> Result<consent::Model, ConsentError> {
    let held = volunteers::store::hold_kept(tx, ctx.scope(), &[volunteer]).await?;
    let record = held.into_values().next();
    let record = record.ok_or(ConsentError::NotFound("volunteerId"))?;
    if !ctx.scope().owns(record.id) {
        ctx.demand_of_seen(Action::ManageVolunteers, record.organization_id)?;
    }
    Ok(consent::Model {
        organization_id: Some(record.organization_id),
        volunteer_id: Some(record.id),
        user_id: None,
        ..row
    })
}

fn line(row: &consent::Model) -> Line {
    Line {
        action: "consent.record",
        organization: row.organization_id,
        subject: match row.volunteer_id {
            Some(id) => ("Volunteer", Some(id.0)),
            None => ("User", row.user_id.map(|it| it.0)),
        },
        details: Some(json!({
            "consent": row.id, "purpose": row.purpose, "decision": row.decision,
            "textVersion": row.text_version, "language": row.language, "means": row.means,
        })),
    }
}
