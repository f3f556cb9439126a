//! Which entries moved figures between two states of the ledger: how each counted before, and how it counts after.
//!
//! What the figures were is added up elsewhere; here are the entries behind the difference.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use entity::hour_entry;
use entity::ids::EntryId;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TerritoryId;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::sea_query::ExprTrait;

use crate::hours::ledger;
use crate::hours::ledger::Reach;
use crate::identity::Action;
use crate::rollups::figures::Asked;
use crate::rollups::fold::ALWAYS;
use crate::rollups::past::Places;
use crate::rollups::work;
use crate::rollups::work::Said;

/// How an entry counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stand {
    /// For which project.
    pub project: ProjectId,
    /// Where.
    pub territory: TerritoryId,
    /// In which state.
    pub status: EntryStatus,
    /// By what it is shown.
    pub evidence: EvidenceLevel,
    /// Its person-minutes in the interval.
    pub minutes: i64,
}

/// An entry that counts otherwise than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The entry.
    pub entry: EntryId,
    /// Whose hours it is of.
    pub organization: OrganizationId,
    /// How it counted; `None` where it did not.
    pub before: Option<Stand>,
    /// How it counts; `None` where it does not.
    pub after: Option<Stand>,
}

impl Moved {
    /// By how many minutes it moved the total.
    #[must_use]
    pub fn difference(&self) -> i64 {
        let minutes = |it: Option<Stand>| it.map_or(0, |it| it.minutes);
        minutes(self.after) - minutes(self.before)
    }
}

/// What moved figures between two states of the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Movement {
    /// How many entries count otherwise.
    pub entries: i64,
    /// By how many minutes all of them moved the total.
    pub minutes: i64,
    /// Those of organizations whose hours the asking scope reads one by one, those that moved the total most
    /// first; at most five hundred.
    pub listed: Vec<Moved>,
}

/// Most entries that are listed.
const LISTED_MOST: usize = 500;

impl Movement {
    fn add(&mut self, moved: Moved, is_read: bool) {
        self.entries += 1;
        self.minutes += moved.difference();
        if is_read {
            self.listed.push(moved);
            // Sorted now and then, so that no more than twice as many are held.
            if self.listed.len() >= 2 * LISTED_MOST {
                self.cut();
            }
        }
    }

    fn cut(&mut self) {
        let listed = &mut self.listed;
        listed.sort_by_key(|it| (std::cmp::Reverse(it.difference().abs()), it.entry));
        listed.truncate(LISTED_MOST);
    }
}

/// The entries that count otherwise where chains go as far as `to` says, or as they go now, than where they
/// go as far as `from` says, those that moved the total most first. `asked` says what counts; its own
/// instant does not.
///
/// # Errors
/// [`DbErr`].
pub async fn moved(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    from: &Reach,
    to: Option<&Reach>,
) -> Result<Movement, DbErr> {
    let places = Places::of(db, asked).await?;
    let mut movement = Movement::default();
    let read = asked.scope.organizations_where(Action::ReadHours);
    for (organization, head) in ledger::reach(db, None).await? {
        let of = |reach: &Reach| reach.get(&organization).copied().unwrap_or(0);
        let (begin, end) = (of(from), to.map_or(head, of));
        if begin == end || !places.concern(asked, organization) {
            continue;
        }
        let sides = Sides::of(
            db,
            organization,
            (std::cmp::min(begin, end), std::cmp::max(begin, end)),
        )
        .await?;
        let is_read = asked.scope.is_everything() || read.contains(&organization);
        let counted = |said: Vec<Said>| -> BTreeMap<EntryId, Said> {
            let counted = said.into_iter().filter(|it| places.count(asked, it));
            counted.filter_map(|it| clipped(asked, it)).collect()
        };
        let (mut before, mut after) = (counted(sides.before), counted(sides.after));
        // Clocks of several instances differ: of two snapshots the later one may have seen less of a chain.
        if end < begin {
            std::mem::swap(&mut before, &mut after);
        }
        let entries: BTreeSet<EntryId> = before.keys().chain(after.keys()).copied().collect();
        for entry in entries {
            let (before, after) = (before.get(&entry), after.get(&entry));
            // Days, person and head-count too: they move months and people where minutes stay.
            if before != after {
                let one = Moved {
                    entry,
                    organization,
                    before: before.map(Said::stand),
                    after: after.map(Said::stand),
                };
                movement.add(one, is_read);
            }
        }
    }
    movement.cut();
    Ok(movement)
}

/// The entries of a chain to which something happened between two positions, as they stood at both. Others
/// may be in it, the same on both sides.
struct Sides {
    before: Vec<Said>,
    after: Vec<Said>,
}

impl Sides {
    async fn of(
        db: &impl ConnectionTrait,
        organization: OrganizationId,
        (begin, end): (i64, i64),
    ) -> Result<Self, DbErr> {
        let before = stood(db, organization, begin).await?;
        let touched = Condition::all()
            .add(hour_entry::Column::OrganizationId.eq(organization))
            .add(ledger::touched_after(begin))
            .add(ledger::touched_after(end).not());
        let mut after = stood(db, organization, end).await?;
        after.extend(work::of_now(db, touched, ALWAYS).await?);
        Ok(Self { before, after })
    }
}

async fn stood(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    sequence: i64,
) -> Result<Vec<Said>, DbErr> {
    let stood = ledger::stood(db, organization, sequence).await?;
    Ok(stood.iter().map(|it| Said::of(organization, it)).collect())
}

/// An entry with its days within the interval; `None` where it has none.
fn clipped(asked: &Asked<'_>, mut said: Said) -> Option<(EntryId, Said)> {
    said.within(asked.from, asked.to)
        .then(|| (said.entry(), said))
}
