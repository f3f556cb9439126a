//! What a record and what stands beside it say of a person.
//!
//! Hours, sign-ups, presence and timers are in `erasure` of their areas, files in `files`, the account in `account`.

use chrono::NaiveDate;
use entity::certificate;
use entity::contract_incident;
use entity::volunteer;
use entity::volunteer_contract;
use sea_orm::DbErr;

use crate::certificates::Detail;
use crate::certificates::Shown;
use crate::hours::erasure::BLANK;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::privacy::erase::Whose;
use crate::privacy::erase::rules::veiled;
use crate::privacy::erase::store;

/// Bytes of SHA-256: zeros stand for the digest of a document, so that the register still says that there is one.
const NO_DIGEST: [u8; 32] = [0; 32];

/// Takes it away.
pub(super) async fn erase(
    ctx: &Ctx,
    tx: &Tx,
    whose: &Whose,
    told_on: &[NaiveDate],
) -> Result<(), DbErr> {
    let ids = whose.ids();
    for record in &whose.records {
        store::put_record(tx, blank(ctx, record, told_on)).await?;
    }
    store::forget_likeness(tx, &ids).await?;
    store::forget_merges(tx, &ids).await?;
    store::forget_numbers(tx, &whose.people(), &ids).await?;
    for contract in store::contracts(tx, &ids).await? {
        for incident in store::incidents(tx, contract.id).await? {
            store::put_incident(tx, silent(incident)).await?;
        }
        store::put_contract(tx, plain(contract)).await?;
    }
    for row in store::certificates(tx, &ids).await? {
        store::put_certificate(tx, nameless(ctx, row)).await?;
    }
    store::forget_invitations(tx, whose.organization, &ids, &whose.addresses()).await?;
    Ok(())
}

/// The record as it stays: a key, sex, and the year of birth.
fn blank(ctx: &Ctx, record: &volunteer::Model, told_on: &[NaiveDate]) -> volunteer::Model {
    let now = ctx.now();
    volunteer::Model {
        user_id: None,
        reference: None,
        name: BLANK.to_owned(),
        name_ar: None,
        search_key: String::new(),
        birth_date: record.birth_date.map(|it| veiled(it, told_on)),
        territory_id: None,
        email: None,
        phone: None,
        joined_on: None,
        version: record.version.saturating_add(1),
        updated_at: now,
        archived_at: record.archived_at.or(Some(now)),
        erased_at: Some(now),
        ..record.clone()
    }
}

/// The contract without what is of the person alone. What for, where and when, and the nationality, is what the register
/// and the yearly report rest on.
fn plain(row: volunteer_contract::Model) -> volunteer_contract::Model {
    volunteer_contract::Model {
        policy_number: row.policy_number.map(|_| BLANK.to_owned()),
        document_sha256: row.document_sha256.map(|_| NO_DIGEST.to_vec()),
        end_reason: row.end_reason.map(|_| BLANK.to_owned()),
        ..row
    }
}

/// The incident without words.
fn silent(row: contract_incident::Model) -> contract_incident::Model {
    contract_incident::Model {
        claim_number: None,
        description: BLANK.to_owned(),
        void_reason: row.void_reason.map(|_| BLANK.to_owned()),
        ..row
    }
}

/// The certificate without names: minutes, days and projects can still be checked by its code.
fn nameless(ctx: &Ctx, row: certificate::Model) -> certificate::Model {
    let less = |it: &str| Shown::read(it).without(Detail::Name).written();
    certificate::Model {
        holder_name: None,
        holder_name_ar: None,
        shown: less(&row.shown),
        chosen: row.chosen.as_deref().map(less),
        revocation_comment: None,
        version: row.version.saturating_add(1),
        updated_at: ctx.now(),
        ..row
    }
}
