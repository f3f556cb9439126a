//! Lets the rules of an organization decide on entries that were just handed in.
//!
//! Every path on which entries become submitted calls it, in its own transaction, with the chain it
//! holds. Which rule decides is in `rules`.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::NaiveDate;
use entity::approval_decision;
use entity::approval_types::RuleEffect;
use entity::approval_types::RuleOutcome;
use entity::hour_entry;
use entity::ids::ApprovalDecisionId;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::types::EntryStatus;
use sea_orm::ActiveEnum;
use sea_orm::DbErr;
use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::hours::days::DayShare;
use crate::hours::engaged;
use crate::hours::ledger;
use crate::hours::ledger::Chain;
use crate::hours::ledger::Event;
use crate::hours::ledger::EventKind;
use crate::hours::policy::rules;
use crate::hours::policy::rules::Conditions;
use crate::hours::policy::rules::Facts;
use crate::hours::policy::rules::Rule;
use crate::hours::policy::store;
use crate::hours::store::Stamp;
use crate::identity::Ctx;
use crate::platform::db::Tx;

/// An entry that was handed in, with its days.
#[derive(Debug)]
pub struct HandedIn<'a> {
    /// The entry as it stands; approved in place.
    pub row: &'a mut hour_entry::Model,
    /// Its days.
    pub days: &'a [DayShare],
}

/// What a trace keeps of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Judged {
    /// The rule's conditions as they were.
    pub conditions: Conditions,
    /// What was judged.
    pub facts: Facts,
    /// The rule's name as it was.
    pub rule: String,
}

/// Lets rules decide on entries of one organization whose chain is held; gives those that were
/// approved. Entries that are not submitted and groups, whose people nobody names, are left alone.
///
/// The number of statements does not depend on the number of entries.
///
/// # Errors
/// [`DbErr`].
pub async fn settle(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    chain: &mut Chain,
    handed_in: Vec<HandedIn<'_>>,
) -> Result<HashSet<EntryId>, DbErr> {
    let mut waiting: Vec<(HandedIn<'_>, PersonId)> = handed_in
        .into_iter()
        .filter(|it| it.row.status == EntryStatus::Submitted)
        .filter_map(|it| Some((it.row.person_id?, it)))
        .map(|(person, it)| (it, person))
        .collect();
    if waiting.is_empty() {
        return Ok(HashSet::new());
    }
    let rules = store::in_force(&**tx, organization).await?;
    if rules.is_empty() {
        return Ok(HashSet::new());
    }
    let minutes = minutes_by_day(tx, &waiting).await?;
    let authors = Authors::of(tx, organization, &rules, &waiting).await?;

    let now = ctx.now();
    let mut decisions = Vec::new();
    let mut events = Vec::new();
    let mut approved = HashSet::new();
    for (entry, person) in &mut waiting {
        let day_minutes = entry
            .days
            .iter()
            .filter_map(|it| minutes.get(&(*person, it.day)))
            .max();
        let facts = Facts {
            evidence_level: entry.row.evidence_level,
            minutes: i64::from(entry.row.minutes.0),
            day_minutes: day_minutes.copied().unwrap_or_default(),
            project: entry.row.project_id,
        };
        let decided = rules::decide(&rules, &facts, |it| authors.had_part(ctx, it, entry.row));
        let Some((rule, outcome)) = decided else {
            continue;
        };
        decisions.push(trace(ctx, entry.row, rule, outcome, facts));
        if outcome == RuleOutcome::Approved {
            let row = &mut *entry.row;
            row.status = EntryStatus::Approved;
            row.version = row.version.saturating_add(1);
            row.updated_at = now;
            row.decided_by = None;
            row.decided_at = Some(now);
            row.decision_reason = None;
            approved.insert(row.id);
            let by = (rule.id, rule.version);
            let keys = &ctx.core().keys;
            events.push(Event::by_rule(
                keys,
                EventKind::Approved,
                row,
                entry.days,
                by,
            ));
        }
    }
    if decisions.is_empty() {
        return Ok(approved);
    }
    store::insert_decisions(tx, &decisions).await?;
    if approved.is_empty() {
        return Ok(approved);
    }
    let ids: Vec<EntryId> = approved.iter().copied().collect();
    crate::hours::store::stamp(tx, &ids, &stamp(now)).await?;
    let before = chain.sequence();
    ledger::append(tx, chain, now, &events).await?;
    let line = Line {
        action: "hours.approve_by_rule",
        organization: Some(organization),
        subject: ("HourEntry", None),
        details: Some(json!({
            "entries": ids.len(),
            "ledger": [before.saturating_add(1), chain.sequence()],
        })),
    };
    audit::record(ctx, tx, line).await?;
    Ok(approved)
}

/// Minutes of the people on the days of their entries, in all organizations together.
async fn minutes_by_day(
    tx: &Tx,
    waiting: &[(HandedIn<'_>, PersonId)],
) -> Result<HashMap<(PersonId, NaiveDate), i64>, DbErr> {
    let people: HashSet<PersonId> = waiting.iter().map(|(_, it)| *it).collect();
    let people: Vec<PersonId> = people.into_iter().collect();
    let days = waiting
        .iter()
        .flat_map(|(it, _)| [it.row.worked_on, it.row.ended_on]);
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else {
        return Ok(HashMap::new());
    };
    let minutes = engaged::minutes_by_day(&tx.beyond(), &people, (first, last), &[]).await?;
    Ok(minutes
        .into_iter()
        .map(|(person, day, minutes)| ((person, day), minutes))
        .collect())
}

/// What those who wrote the approving rules had to do with the entries.
#[derive(Debug, Default)]
struct Authors {
    records: HashMap<VolunteerId, UserId>,
    written: HashSet<(EntryId, UserId)>,
}

impl Authors {
    async fn of(
        tx: &Tx,
        organization: OrganizationId,
        rules: &[Rule],
        waiting: &[(HandedIn<'_>, PersonId)],
    ) -> Result<Self, DbErr> {
        let users: HashSet<UserId> = rules
            .iter()
            .filter(|it| it.effect == RuleEffect::Approve)
            .filter_map(|it| it.author)
            .collect();
        // Attendance proves itself: nobody needs to know who wrote it.
        let entries: Vec<EntryId> = waiting
            .iter()
            .filter(|(it, _)| !rules::is_attended(it.row.evidence_level))
            .map(|(it, _)| it.row.id)
            .collect();
        if users.is_empty() || entries.is_empty() {
            return Ok(Self::default());
        }
        let users: Vec<UserId> = users.into_iter().collect();
        let mut authors = Self::default();
        for (record, user) in store::records_of(&**tx, organization, &users).await? {
            if let Some(user) = user {
                authors.records.insert(record, user);
            }
        }
        for user in users {
            for entry in ledger::written_by(&**tx, &entries, user).await? {
                authors.written.insert((entry, user));
            }
        }
        Ok(authors)
    }

    /// Whether somebody did the work, wrote the entry or handed it in.
    fn had_part(&self, ctx: &Ctx, user: UserId, entry: &hour_entry::Model) -> bool {
        let own = entry
            .volunteer_id
            .is_some_and(|it| self.records.get(&it) == Some(&user));
        own || entry.created_by == Some(user)
            || ctx.actor().user() == Some(user)
            || self.written.contains(&(entry.id, user))
    }
}

fn trace(
    ctx: &Ctx,
    entry: &hour_entry::Model,
    rule: &Rule,
    outcome: RuleOutcome,
    facts: Facts,
) -> approval_decision::Model {
    let judged = Judged {
        conditions: rule.conditions.clone(),
        facts,
        rule: rule.name.clone(),
    };
    approval_decision::Model {
        id: ApprovalDecisionId(ctx.new_id()),
        organization_id: entry.organization_id,
        entry_id: entry.id,
        entry_version: entry.version,
        rule_id: rule.id,
        rule_version: rule.version,
        outcome,
        facts: serde_json::to_string(&judged).unwrap_or_default(),
        decided_at: ctx.now(),
    }
}

fn stamp(now: chrono::DateTime<chrono::Utc>) -> Stamp {
    use hour_entry::Column as C;
    Stamp {
        columns: vec![
            (C::Status, EntryStatus::Approved.to_value().into()),
            (C::DecidedBy, None::<uuid::Uuid>.into()),
            (C::DecidedAt, Some(now).into()),
            (C::DecisionReason, None::<String>.into()),
        ],
        now,
    }
}
