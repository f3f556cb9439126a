//! Demonstration data of any size: organizations, people, projects and two years of hours.
//!
//! Deterministic: the same sizes, the same seed and the same day make the same rows. It is written
//! in bounded memory, in transactions of a few thousand rows. It enters beside the areas, not
//! through their acts, so its rows keep their rules by construction; tests hold that. Commands are
//! in `cli`.

pub mod agenda;
pub mod cast;
pub mod certificates;
pub mod chronicle;
pub mod contracts;
pub mod diary;
pub mod dice;
pub mod error;
pub mod gauges;
pub mod people;
pub mod periods;
pub mod places;
pub mod projects;
pub mod schedules;
pub mod span;
pub mod words;
pub mod write;

use entity::ledger_event;
use entity::volunteer;
use sea_orm::ConnectionTrait;

use crate::audit;
use crate::demo::cast::House;
use crate::demo::chronicle::Chronicle;
use crate::demo::contracts::Register;
use crate::demo::diary::Diary;
use crate::demo::diary::Written;
use crate::demo::people::Hand;
use crate::demo::people::Recruits;
use crate::demo::places::Places;
use crate::demo::projects::Works;
use crate::demo::span::Span;
use crate::identity::Ctx;
use crate::identity::hashing;
use crate::platform::editions::Edition;
use crate::platform::feed;
use crate::platform::zones;
use crate::platform::zones::Zone;

pub use cast::ACCOUNTS;
pub use cast::PASSWORD;
pub use error::DemoError;

/// Name under which a database remembers that it holds demonstration data.
const DATASET: &str = "demo";
/// Name under which a database remembers that such data is being written.
const FILLING: &str = "demo.filling";
/// Entries of one transaction, and those of the day that fills it.
const BATCH: usize = 2_000;
/// Most entries of one volunteer: about four in five days.
const ENTRIES_EACH: u64 = 600;

/// How much data to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Organizations; the first two are `al-amal` and `tifawin`.
    pub organizations: usize,
    /// Volunteers of all organizations.
    pub volunteers: usize,
    /// Hour entries of all organizations.
    pub entries: u64,
    /// Another seed, other data.
    pub seed: u64,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            organizations: 12,
            volunteers: 300,
            entries: 6_000,
            seed: 1,
        }
    }
}

impl Sizes {
    /// The usual number of volunteers, or as many as it takes for so many entries.
    #[must_use]
    pub fn volunteers_for(entries: u64) -> usize {
        let needed = usize::try_from(entries.div_ceil(ENTRIES_EACH)).unwrap_or(usize::MAX);
        needed.max(Self::default().volunteers)
    }

    fn check(self) -> Result<Self, DemoError> {
        if self.organizations == 0 || self.organizations > 10_000 {
            return Err(DemoError::Sizes("organizations lie between 1 and 10000"));
        }
        if self.volunteers < self.organizations {
            return Err(DemoError::Sizes(
                "every organization needs a volunteer: give at least as many as organizations",
            ));
        }
        let volunteers = u64::try_from(self.volunteers).unwrap_or_default();
        if self.entries > volunteers.saturating_mul(ENTRIES_EACH) {
            return Err(DemoError::Sizes(
                "a volunteer has time for 600 entries: give more volunteers or fewer entries",
            ));
        }
        Ok(self)
    }

    /// Volunteers of an organization: the first ones are the largest.
    fn volunteers_of(self, index: usize) -> usize {
        let most = self.organizations;
        let over = self.volunteers - most;
        // 2n, 2n − 1, …, n + 1 parts.
        let before = |count: usize| count * 2 * most - count * count.saturating_sub(1) / 2;
        let upto = |count: usize| over * before(count) / before(most).max(1);
        1 + upto(index + 1) - upto(index)
    }

    /// Entries of an organization, by its volunteers, of whom so many are in those before it.
    fn entries_of(self, before: usize, here: usize) -> u64 {
        let upto = |count: usize| {
            let part = u128::from(self.entries) * wide(count) / wide(self.volunteers).max(1);
            u64::try_from(part).unwrap_or(u64::MAX)
        };
        upto(before + here) - upto(before)
    }
}

fn wide(count: usize) -> u128 {
    u128::try_from(count).unwrap_or_default()
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The data was written.
    Filled,
    /// The database holds demonstration data already; nothing was written.
    Held,
}

/// Fills an empty database; `progress` learns how many entries are written.
///
/// Of two that begin at once one fills, the other is told so.
///
/// # Errors
/// [`DemoError::NotEmpty`] on a database with any account or organization that is not of this
/// data, [`DemoError::HalfFilled`] where somebody else fills it or was interrupted,
/// [`DemoError::Sizes`].
pub async fn fill(
    ctx: &Ctx,
    sizes: Sizes,
    mut progress: impl FnMut(u64) + Send,
) -> Result<Outcome, DemoError> {
    let sizes = sizes.check()?;
    if write::marked(ctx.read(), DATASET).await?.is_some() {
        return Ok(Outcome::Held);
    }
    may_begin(ctx.read()).await?;
    let span = Span::ending(ctx.now());
    let places = places::find(ctx.read(), span.today).await?;
    let hash = hashing::hash(ctx.core(), PASSWORD.to_owned()).await?;
    let zone = zones::parse(cast::ZONE)
        .ok_or_else(|| DemoError::NoReference(format!("time zone {}", cast::ZONE)))?;
    let (accounts, grants) = cast::platform(sizes.seed, &span, &places, &hash);
    let observer = grants.iter().find(|it| it.territory_id.is_some());
    let schedule = observer
        .map(|it| schedules::schedule(sizes.seed, &span, &zone, it.user_id))
        .transpose()?;
    let filling = Edition::of(FILLING, 1, &[]);
    let held = ctx
        .transaction(async |tx| {
            // Whoever waited here looks again.
            filling.lock(tx).await?;
            if write::marked(&**tx, DATASET).await?.is_some() {
                return Ok(true);
            }
            may_begin(&**tx).await?;
            filling.hold(tx, ctx.now()).await?;
            write::accounts(tx, accounts, grants).await?;
            write::schedules(tx, schedule).await?;
            Ok::<_, DemoError>(false)
        })
        .await?;
    if held {
        return Ok(Outcome::Held);
    }
    let mark = filling;
    let mut filling = Filling {
        ctx,
        sizes,
        span,
        places,
        zone,
        volunteers: 0,
        written: 0,
        lent: Vec::new(),
    };
    for index in 0..sizes.organizations {
        let house = cast::house(sizes.seed, &filling.span, &filling.places, &hash, index)?;
        filling.organization(&house, &mut progress).await?;
        // Shows others that it goes on.
        ctx.transaction(async |tx| mark.hold(tx, ctx.now()).await)
            .await?;
    }
    let edition = Edition::of(DATASET, 1, &[&format!("{sizes:?} {}", span.today)]);
    ctx.transaction(async |tx| {
        edition.hold(tx, ctx.now()).await?;
        write::unmark(tx, FILLING).await?;
        feed::fill(tx).await?;
        let line = audit::Line {
            action: "demo.fill",
            organization: None,
            subject: ("Demo", None),
            details: None,
        };
        audit::record(ctx, tx, line).await
    })
    .await?;
    Ok(Outcome::Filled)
}

/// Refuses a database that holds something, or a part of this data.
async fn may_begin(conn: &impl ConnectionTrait) -> Result<(), DemoError> {
    if let Some(since) = write::marked(conn, FILLING).await? {
        return Err(DemoError::HalfFilled { since });
    }
    match write::is_empty(conn).await? {
        true => Ok(()),
        false => Err(DemoError::NotEmpty),
    }
}

/// What is kept from one organization to the next.
struct Filling<'a> {
    ctx: &'a Ctx,
    sizes: Sizes,
    span: Span,
    places: Places,
    zone: Zone,
    /// Written so far.
    volunteers: usize,
    written: u64,
    /// People of the last organization that help in the next.
    lent: Vec<volunteer::Model>,
}

impl Filling<'_> {
    async fn organization(
        &mut self,
        house: &House,
        progress: &mut (impl FnMut(u64) + Send),
    ) -> Result<(), DemoError> {
        let count = self.sizes.volunteers_of(house.index);
        let entries = self.sizes.entries_of(self.volunteers, count);
        let works = projects::works(self.sizes.seed, &self.span, &self.places, house, count)?;
        let months = periods::months(self.sizes.seed, &self.span, house);
        self.ctx
            .transaction(async |tx| write::house(tx, house, &works, months).await)
            .await?;
        let (span, places) = (&self.span, &self.places);
        let gauges = gauges::gauges(self.sizes.seed, span, places, house, &works.projects)?;
        self.ctx
            .transaction(async |tx| write::gauges(tx, gauges).await)
            .await?;
        let hands = self.recruit(house, count).await?;
        self.volunteers += count;
        let (seed, zone) = (self.sizes.seed, &self.zone);
        let agenda = agenda::agenda(seed, &self.span, house, &works.projects, &hands, zone);
        self.ctx
            .transaction(async |tx| write::agenda(tx, agenda).await)
            .await?;
        self.log(house, &works, &hands, entries, progress).await?;
        self.certify(house, &works, &hands).await
    }

    /// Whoever signs in as the promised volunteer has a certificate.
    async fn certify(&self, house: &House, works: &Works, hands: &[Hand]) -> Result<(), DemoError> {
        let (Some(first), Some(_)) = (hands.first(), &house.volunteer) else {
            return Ok(());
        };
        let (seed, span, projects) = (self.sizes.seed, &self.span, &works.projects);
        self.ctx
            .transaction(async |tx| {
                certificates::certify(tx, seed, span, house, projects, first.volunteer).await
            })
            .await
    }

    async fn recruit(&mut self, house: &House, count: usize) -> Result<Vec<Hand>, DemoError> {
        let shared = std::mem::take(&mut self.lent);
        let mut recruits = Recruits::new(self.sizes.seed, house, &self.span, count, shared);
        let mut hands = Vec::with_capacity(count);
        let mut register = Register::of(self.sizes.seed, house, &self.span);
        loop {
            let batch: Vec<_> = recruits.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            hands.extend(batch.iter().map(|it| it.hand));
            register.enter(batch.iter().map(|it| &it.volunteer));
            self.ctx
                .transaction(async |tx| write::volunteers(tx, batch).await)
                .await?;
        }
        self.lent = recruits.lent;
        self.ctx
            .transaction(async |tx| write::register(tx, register).await)
            .await?;
        Ok(hands)
    }

    async fn log(
        &mut self,
        house: &House,
        works: &Works,
        hands: &[Hand],
        entries: u64,
        progress: &mut (impl FnMut(u64) + Send),
    ) -> Result<(), DemoError> {
        let seed = self.sizes.seed;
        let zone = self.zone.clone();
        let diary = Diary::new(
            seed,
            &self.span,
            house,
            &works.projects,
            hands,
            &zone,
            entries,
        );
        let keys = &self.ctx.core().keys;
        let mut chronicle = Chronicle::begin(house.organization.id);
        let mut batch = Batch::default();
        for (next, written) in diary {
            for written in &written {
                chronicle.tell(written);
            }
            batch.written.extend(written);
            // What is written later happened later.
            batch.events.extend(chronicle.bind(keys, Some(next)));
            if batch.written.len() >= BATCH {
                self.write(std::mem::take(&mut batch), &chronicle).await?;
                progress(self.written);
            }
        }
        batch.events.extend(chronicle.bind(keys, None));
        self.write(batch, &chronicle).await?;
        progress(self.written);
        Ok(())
    }

    async fn write(&mut self, batch: Batch, chronicle: &Chronicle) -> Result<(), DemoError> {
        self.written += u64::try_from(batch.written.len()).unwrap_or_default();
        let head = chronicle.head();
        self.ctx
            .transaction(async |tx| {
                write::entries(tx, batch.written).await?;
                write::events(tx, batch.events, head).await
            })
            .await?;
        Ok(())
    }
}

/// What goes into one transaction.
#[derive(Default)]
struct Batch {
    written: Vec<Written>,
    events: Vec<ledger_event::Model>,
}

#[cfg(test)]
mod tests;
