//! Whether a certificate still holds, found out at each look.
//!
//! A certificate is not told of changes: it is compared with what the hours say now. Where they come to what was
//! certified, entry by entry and day by day, it is valid; a correction that was itself corrected back changes nothing.

use std::collections::BTreeMap;
use std::collections::HashMap;

use entity::certificate;
use entity::ids::CertificateId;
use entity::ids::VolunteerId;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::certificates::code::Code;
use crate::certificates::content::certified;
use crate::certificates::store;

/// How a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// The hours come to what it says.
    Valid,
    /// They changed since: it says what was true then.
    Superseded,
    /// The organization took it back.
    Revoked,
}

impl Status {
    /// Its stable name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Valid => "VALID",
            Self::Superseded => "SUPERSEDED",
            Self::Revoked => "REVOKED",
        }
    }
}

/// How certificates stand now. As many statements for many as for one.
///
/// # Errors
/// [`DbErr`].
pub async fn of(
    db: &impl ConnectionTrait,
    rows: &[certificate::Model],
) -> Result<HashMap<CertificateId, Status>, DbErr> {
    let held: Vec<&certificate::Model> = rows.iter().filter(|it| it.revoked_at.is_none()).collect();
    let mut all: HashMap<CertificateId, Status> =
        rows.iter().map(|it| (it.id, Status::Revoked)).collect();
    let from = held.iter().map(|it| it.from_day).min();
    let to = held.iter().map(|it| it.to_day).max();
    let Some(days) = from.zip(to) else {
        return Ok(all);
    };
    let whose: Vec<VolunteerId> = held.iter().map(|it| it.volunteer_id).collect();
    let records = store::together(db, &whose).await?;
    let every: Vec<VolunteerId> = records.keys().copied().collect();
    let mut by_person: BTreeMap<VolunteerId, Vec<_>> = BTreeMap::new();
    for (record, worked) in store::works(db, &every, days).await? {
        let person = records.get(&record).copied().unwrap_or(record);
        by_person.entry(person).or_default().push(worked);
    }
    for row in held {
        let person = records.get(&row.volunteer_id).copied();
        let works = person.and_then(|it| by_person.get(&it));
        let within = works.into_iter().flatten().copied();
        let within = within.filter(|it| (row.from_day..=row.to_day).contains(&it.day));
        let now = certified(within);
        let same = now.is_some_and(|it| it.digest == row.digest && it.minutes == row.minutes);
        let status = if same {
            Status::Valid
        } else {
            Status::Superseded
        };
        all.insert(row.id, status);
    }
    Ok(all)
}

/// The code of a later valid certificate that takes the place of one that does not hold; `None` where there is none.
///
/// # Errors
/// [`DbErr`].
pub async fn successor(
    db: &impl ConnectionTrait,
    row: &certificate::Model,
) -> Result<Option<Code>, DbErr> {
    let records = store::together(db, &[row.volunteer_id]).await?;
    let records: Vec<VolunteerId> = records.into_keys().collect();
    let later = store::later(db, row, &records).await?;
    let stands = of(db, &later).await?;
    let valid = later
        .iter()
        .find(|it| stands.get(&it.id) == Some(&Status::Valid));
    Ok(valid.map(|it| Code::of_stored(&it.code)))
}
