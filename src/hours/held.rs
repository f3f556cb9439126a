//! Entries that are held for an act, with all that decides whether it is allowed.
//!
//! What is allowed is said in `guard`, what is written in `change`, `discard` and `amend`.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::HashSet;

use entity::hour_entry;
use entity::hour_entry_amendment;
use entity::ids::EntryId;
use uuid::Uuid;

use crate::hours::amend;
use crate::hours::closed::Closed;
use crate::hours::days::months_between;
use crate::hours::error::HoursError;
use crate::hours::guard;
use crate::hours::guard::Attempt;
use crate::hours::state::Act;
use crate::hours::state::Correction;
use crate::hours::store;
use crate::identity::Ctx;
use crate::platform::db::Tx;

/// Entries that are held until the transaction ends, with all that decides about acts on them.
pub struct Held {
    rows: HashMap<EntryId, hour_entry::Model>,
    waiting: HashMap<EntryId, hour_entry_amendment::Model>,
    closed: Closed,
}

impl Held {
    /// Holds entries that the actor may see.
    ///
    /// # Errors
    /// A fault.
    pub async fn lock(ctx: &Ctx, tx: &Tx, ids: &[EntryId]) -> Result<Self, HoursError> {
        let rows = store::lock(tx, ctx.scope(), ids).await?;
        let organizations: BTreeSet<_> = rows.values().map(|it| it.organization_id).collect();
        let organizations: Vec<_> = organizations.into_iter().collect();
        let months: BTreeSet<_> = rows
            .values()
            .flat_map(|it| months_between(it.worked_on, it.ended_on))
            .collect();
        let months: Vec<_> = months.into_iter().collect();
        Ok(Self {
            waiting: amend::pending(&**tx, ids).await?,
            rows,
            closed: Closed::hold(ctx, tx, &organizations, &months).await?,
        })
    }

    /// The entries that are held.
    pub fn rows(&self) -> impl Iterator<Item = &hour_entry::Model> + Clone {
        self.rows.values()
    }

    /// The entry, if the act on it is allowed.
    ///
    /// # Errors
    /// [`HoursError::NotFound`], the gate's refusal.
    pub fn check(
        &self,
        ctx: &Ctx,
        id: EntryId,
        act: Act,
        expected: Option<i32>,
        reason: Option<&str>,
    ) -> Result<&hour_entry::Model, HoursError> {
        let row = self.rows.get(&id);
        let row = row.ok_or(HoursError::NotFound { field: "id" })?;
        let attempt = Attempt {
            act,
            expected,
            correction: Correction::of(self.waiting.get(&id)),
            reason,
            closed: &self.closed,
            written: &HashSet::new(),
        };
        guard::check(ctx, row, &attempt)?;
        Ok(row)
    }
}

/// The only one, as what an audit line is about.
#[must_use]
pub fn single(ids: &[EntryId]) -> Option<Uuid> {
    match ids {
        [only] => Some(only.0),
        _ => None,
    }
}
