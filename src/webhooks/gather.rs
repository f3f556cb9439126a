//! Numbers what endpoints are told: from the ledger of their organization, and from what the outbox keeps of it.
//!
//! One transaction takes a part of both, writes it down for each endpoint, and moves on: what is lost with it is taken
//! again. Nobody who changes hours waits for it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use entity::certificate;
use entity::ids::CertificateId;
use entity::ids::JobId;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::ids::WebhookDeliveryId;
use entity::job;
use entity::outbox;
use entity::types::WebhookDeliveryStatus;
use entity::webhook_delivery;
use entity::webhook_endpoint;
use entity::webhook_stream;
use sea_orm::DbErr;
use uuid::Uuid;

use crate::certificates;
use crate::certificates::status;
use crate::certificates::status::Status;
use crate::hours::ledger;
use crate::identity::Ctx;
use crate::identity::Scope;
use crate::jobs;
use crate::jobs::Whose;
use crate::organizations;
use crate::platform::db::Tx;
use crate::webhooks::BELL;
use crate::webhooks::event::Event;
use crate::webhooks::event::EventType;
use crate::webhooks::event::wants;
use crate::webhooks::passed;
use crate::webhooks::store;
use crate::webhooks::store::stream;

/// How much is taken at once, of the ledger and of the outbox.
const PART: u64 = 500;

/// Writes down what endpoints are to be told of what happened since: how many events there were.
///
/// # Errors
/// [`DbErr`].
pub async fn gather(operator: &Ctx) -> Result<u64, DbErr> {
    // Exports that nobody is found for hold up nothing else.
    if let Err(cause) = assign(operator).await {
        tracing::error!(%cause, "owners of exports not found");
    }
    let mut all = 0;
    for organization in stream::behind(operator.read()).await? {
        loop {
            let taken = operator.transaction(async |tx| part(operator, tx, organization).await);
            match taken.await {
                Ok((told, More::No)) => {
                    all += told;
                    break;
                }
                Ok((told, More::Yes)) => all += told,
                // One organization holds up no other.
                Err(cause) => {
                    tracing::error!(%organization, %cause, "changes not passed on");
                    break;
                }
            }
        }
    }
    Ok(all)
}

/// Whether there is more to take.
#[derive(Clone, Copy)]
enum More {
    Yes,
    No,
}

/// Finds out of which organization the exports are that came to an end: the one that they were asked for, where whoever
/// asked belongs to it. Others are told to nobody.
async fn assign(operator: &Ctx) -> Result<(), DbErr> {
    loop {
        let kept = stream::kept(operator.read(), None, PART).await?;
        if kept.is_empty() {
            return Ok(());
        }
        let jobs = exports(operator, &kept).await?;
        operator
            .transaction(async |tx| {
                let mut nobodys = Vec::new();
                for it in &kept {
                    let job = jobs.get(&it.subject_id);
                    match owner(tx, job).await? {
                        Some(organization) => stream::assign(tx, it.id, organization).await?,
                        None => nobodys.push(it.id),
                    }
                }
                stream::drop_kept(tx, &nobodys).await
            })
            .await?;
    }
}

async fn owner(tx: &Tx, job: Option<&job::Model>) -> Result<Option<OrganizationId>, DbErr> {
    let Some(job) = job else { return Ok(None) };
    let Some(organization) = passed::exported_of(job) else {
        return Ok(None);
    };
    let asked = [job.requested_by];
    if stream::stream(tx, organization).await?.is_none() {
        return Ok(None);
    }
    let members = organizations::store::members_among(tx, organization, &asked).await?;
    Ok((!members.is_empty()).then_some(organization))
}

async fn exports(
    operator: &Ctx,
    kept: &[outbox::Model],
) -> Result<BTreeMap<Uuid, job::Model>, DbErr> {
    let ids: Vec<JobId> = kept.iter().map(|it| JobId(it.subject_id)).collect();
    let found = jobs::store::by_ids(operator.read(), Whose::Everybody, &ids).await?;
    Ok(found.into_iter().map(|it| (it.id.0, it)).collect())
}

/// Takes a part of what happened in an organization.
async fn part(operator: &Ctx, tx: &Tx, organization: OrganizationId) -> Result<(u64, More), DbErr> {
    let Some(held) = stream::stream(tx, organization).await? else {
        return Ok((0, More::No));
    };
    let kept = stream::kept(&**tx, Some(organization), PART).await?;
    let endpoints = store::listening(tx, organization).await?;
    if endpoints.is_empty() {
        skip(tx, organization, &kept).await?;
        return Ok((0, more(kept.len())));
    }
    let position = held.ledger_sequence;
    let (told, reached) = ledger::told_after(&**tx, organization, position, PART).await?;
    let mut events: Vec<Event> = told
        .iter()
        .filter_map(|it| passed::entry(organization, it))
        .collect();
    // Clocks of instances are apart: what the ledger has in order stays in order.
    let mut latest = None;
    for it in &mut events {
        it.at = it.at.max(latest.unwrap_or(it.at));
        latest = Some(it.at);
    }
    events.extend(acts(operator, tx, organization, &kept).await?);
    // Stable, so that the ledger's order stays.
    events.sort_by_key(|it| it.at);
    if endpoints
        .iter()
        .any(|it| wants(&it.events, EventType::CertificateSuperseded))
    {
        let touched = told.iter().filter_map(|it| it.volunteer).collect();
        events.extend(superseded(operator, tx, organization, touched).await?);
    }
    for endpoint in endpoints {
        let wanted = events.iter().filter(|it| wants(&endpoint.events, it.kind));
        let rows = wanted
            .zip(endpoint.sequence.saturating_add(1)..)
            .map(|(event, sequence)| delivery(operator, &endpoint, sequence, event))
            .collect();
        put(tx, endpoint, rows).await?;
    }
    let ids: Vec<Uuid> = kept.iter().map(|it| it.id).collect();
    stream::drop_kept(tx, &ids).await?;
    if reached > position {
        let row = webhook_stream::Model {
            ledger_sequence: reached,
            ..held
        };
        stream::put_stream(tx, row).await?;
    }
    let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
    Ok((count, more(told.len().max(kept.len()))))
}

fn more(taken: usize) -> More {
    match u64::try_from(taken).unwrap_or(u64::MAX) < PART {
        true => More::No,
        false => More::Yes,
    }
}

/// Passes over what nobody is told of.
async fn skip(tx: &Tx, organization: OrganizationId, kept: &[outbox::Model]) -> Result<(), DbErr> {
    let ids: Vec<Uuid> = kept.iter().map(|it| it.id).collect();
    stream::drop_kept(tx, &ids).await?;
    begin(tx, organization).await
}

/// Notes that what happens in an organization from now on is passed on.
///
/// # Errors
/// [`DbErr`].
pub(super) async fn begin(tx: &Tx, organization: OrganizationId) -> Result<(), DbErr> {
    let row = webhook_stream::Model {
        organization_id: organization,
        ledger_sequence: ledger::last(&**tx, organization).await?,
    };
    stream::put_stream(tx, row).await
}

/// What the outbox keeps, as endpoints are told of it.
async fn acts(
    operator: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    kept: &[outbox::Model],
) -> Result<Vec<Event>, DbErr> {
    let ids: Vec<CertificateId> = kept.iter().filter_map(passed::certificate_of).collect();
    let found = certificates::store::by_ids(&**tx, &Scope::everything(), &ids).await?;
    let certificates: BTreeMap<Uuid, certificate::Model> =
        found.into_iter().map(|it| (it.id.0, it)).collect();
    let jobs = exports(operator, kept).await?;
    let told = kept.iter().filter_map(|it| {
        passed::period(organization, it)
            .or_else(|| passed::certificate(it, certificates.get(&it.subject_id)?))
            .or_else(|| passed::export(organization, it, jobs.get(&it.subject_id)?))
    });
    Ok(told.collect())
}

/// Certificates of people whose hours changed that do not hold any more; each is told once, until it holds again.
async fn superseded(
    operator: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    touched: BTreeSet<VolunteerId>,
) -> Result<Vec<Event>, DbErr> {
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let touched: Vec<VolunteerId> = touched.into_iter().collect();
    let together = certificates::store::together(&**tx, &touched).await?;
    let records: Vec<VolunteerId> = together.into_keys().collect();
    let rows = stream::certificates(&**tx, organization, &records).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let stands = status::of(&**tx, &rows).await?;
    let ids: Vec<CertificateId> = rows.iter().map(|it| it.id).collect();
    let known = stream::superseded(&**tx, &ids).await?;
    let mut told = Vec::new();
    let (mut new, mut again) = (Vec::new(), Vec::new());
    for row in &rows {
        match (stands.get(&row.id), known.contains(&row.id)) {
            (Some(Status::Superseded), false) => {
                new.push(row.id);
                told.push(Event {
                    kind: EventType::CertificateSuperseded,
                    at: operator.now(),
                    data: passed::certified(row, Status::Superseded),
                });
            }
            (Some(Status::Valid), true) => again.push(row.id),
            _ => {}
        }
    }
    stream::note_superseded(tx, &new, &again).await?;
    Ok(told)
}

/// Something that an endpoint is to be told, under a number.
#[must_use]
pub(super) fn delivery(
    ctx: &Ctx,
    endpoint: &webhook_endpoint::Model,
    sequence: i64,
    event: &Event,
) -> webhook_delivery::Model {
    let now = ctx.now();
    webhook_delivery::Model {
        id: WebhookDeliveryId(ctx.new_id()),
        endpoint_id: endpoint.id,
        sequence,
        event: event.kind.name().to_owned(),
        data: event.data.to_string(),
        happened_at: event.at,
        status: WebhookDeliveryStatus::Pending,
        attempts: 0,
        response_status: None,
        failure: None,
        next_attempt_at: Some(now),
        delivered_at: None,
        created_at: now,
    }
}

/// Writes down what an endpoint that is held is to be told, numbered on from its last.
///
/// # Errors
/// [`DbErr`].
pub(super) async fn put(
    tx: &Tx,
    endpoint: webhook_endpoint::Model,
    rows: Vec<webhook_delivery::Model>,
) -> Result<webhook_endpoint::Model, DbErr> {
    let Some(last) = rows.last() else {
        return Ok(endpoint);
    };
    let endpoint = webhook_endpoint::Model {
        sequence: last.sequence,
        // What waits already is sent before.
        due_at: endpoint.due_at.or(Some(last.created_at)),
        ..endpoint
    };
    store::insert_deliveries(tx, rows).await?;
    store::update(tx, &endpoint).await?;
    tx.ring(BELL);
    Ok(endpoint)
}
