//! Figures of an interval: the whole, and its breakdowns by place, evidence and programme.
//!
//! Sums and bitmaps only, so that months, states and organizations can be put together without reading
//! anything again. Rounding is left to reports.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::TermId;
use entity::ids::TerritoryId;
use entity::types::EvidenceLevel;
use roaring::RoaringBitmap;
use serde::Deserialize;
use serde::Serialize;

use crate::rollups::cell::Cell;
use crate::rollups::cell::Key;
use crate::rollups::share::Axis;
use crate::rollups::share::Part;
use crate::rollups::share::Programmes;
use crate::rollups::share::Shares;
use crate::vocabularies::INDH;

/// What adds up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Person-minutes; of a programme in millionths of one, by its shares.
    pub minutes: i64,
    /// Person-minutes of all work that a programme has a share in; else as `minutes`.
    pub touched_minutes: i64,
    /// Of these, minutes of groups.
    pub group_minutes: i64,
    /// Entries with a minute in the interval.
    pub entries: i64,
    /// Head-counts of these.
    pub participations: i64,
    /// Of these entries, those with a minute on the day before the interval. Each is of one person.
    carried: i64,
}

/// Sums, and what is counted once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    /// What adds up.
    pub sums: Sums,
    /// Minutes by what shows them, in the unit of `sums`.
    pub levels: BTreeMap<EvidenceLevel, i64>,
    /// Distinct named people, by number.
    people: RoaringBitmap,
    /// Distinct projects, by number.
    projects: RoaringBitmap,
    /// Distinct organizations, by number.
    organizations: RoaringBitmap,
}

/// The figures of an interval.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// The whole.
    pub total: Counted,
    /// By code of the place directly below the territory; `None` for work at its own level.
    pub by_place: BTreeMap<Option<String>, Counted>,
    /// By what shows the work.
    pub by_evidence: BTreeMap<EvidenceLevel, Sums>,
    /// By programme, minutes in millionths; `None` for work of projects without one.
    pub by_programme: BTreeMap<Option<TermId>, Counted>,
    /// By place and programme where they cross, minutes in millionths. Of one month: what follows it is not
    /// added.
    pub by_crossing: BTreeMap<(Option<String>, Option<TermId>), Counted>,
    /// By axis of programmes, minutes in millionths.
    pub by_axis: BTreeMap<Axis, Counted>,
}

/// By what cells of a territory are laid out.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Code of the place directly below that each territory belongs to.
    pub places: HashMap<TerritoryId, String>,
    /// Which programme terms belong to.
    pub programmes: Programmes,
}

impl Sums {
    fn beside(&mut self, other: &Self) {
        self.minutes += other.minutes;
        self.touched_minutes += other.touched_minutes;
        self.group_minutes += other.group_minutes;
        self.entries += other.entries;
        self.participations += other.participations;
        self.carried += other.carried;
    }

    fn then(&mut self, later: &Self) {
        self.beside(later);
        // What came over midnight is in both.
        self.entries -= later.carried;
        self.participations -= later.carried;
        self.carried -= later.carried;
    }
}

impl Counted {
    /// Number of distinct named people.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.people.len()
    }

    /// Number of distinct projects.
    #[must_use]
    pub fn projects(&self) -> u64 {
        self.projects.len()
    }

    /// Number of distinct organizations.
    #[must_use]
    pub fn organizations(&self) -> u64 {
        self.organizations.len()
    }

    /// Adds figures of other work in the same interval.
    pub fn beside(&mut self, other: &Self) {
        self.sums.beside(&other.sums);
        self.gather(other);
    }

    /// Adds figures of the interval that follows.
    pub fn then(&mut self, later: &Self) {
        self.sums.then(&later.sums);
        self.gather(later);
    }

    fn gather(&mut self, other: &Self) {
        for (level, minutes) in &other.levels {
            *self.levels.entry(*level).or_default() += minutes;
        }
        self.people |= &other.people;
        self.projects |= &other.projects;
        self.organizations |= &other.organizations;
    }

    /// Adds a cell; `again` where entries that came over midnight were counted in the part before.
    pub fn take(&mut self, key: &Key, cell: &Cell, again: bool) {
        let again = if again { cell.carried } else { 0 };
        let sums = Sums {
            minutes: cell.minutes,
            touched_minutes: cell.minutes,
            group_minutes: cell.group_minutes,
            entries: cell.entries - again,
            participations: cell.participations - again,
            carried: cell.carried - again,
        };
        self.add(&sums, key.evidence, cell);
    }

    /// Adds what of a cell falls to a term by its share in millionths: minutes in millionths of one, the rest
    /// of everything that it touches.
    pub fn take_share(&mut self, (key, cell): (&Key, &Cell), ppm: i64, again: bool) {
        let again = if again { cell.carried } else { 0 };
        let sums = Sums {
            minutes: cell.minutes * ppm,
            touched_minutes: cell.minutes,
            group_minutes: cell.group_minutes * ppm,
            entries: cell.entries - again,
            participations: cell.participations - again,
            carried: cell.carried - again,
        };
        self.add(&sums, key.evidence, cell);
    }

    fn add(&mut self, sums: &Sums, evidence: EvidenceLevel, cell: &Cell) {
        self.sums.beside(sums);
        *self.levels.entry(evidence).or_default() += sums.minutes;
        self.people |= &cell.people;
        self.projects.insert(cell.project_number);
        self.organizations.insert(cell.organization_number);
    }
}

impl Tally {
    /// Adds a cell of a month whose first counted day is `first`.
    pub fn add(
        &mut self,
        (key, cell): (&Key, &Cell),
        first: NaiveDate,
        shares: &Shares,
        layout: &Layout,
    ) {
        // An entry that came over midnight from a segment of the same month is there already.
        let inner = key.segment > first;
        let sums = |minutes, group_minutes, touched_before: bool| {
            let carried = if touched_before { cell.carried } else { 0 };
            let again = if inner { carried } else { 0 };
            Sums {
                minutes,
                touched_minutes: cell.minutes,
                group_minutes,
                entries: cell.entries - again,
                participations: cell.participations - again,
                carried: carried - again,
            }
        };
        let whole = sums(cell.minutes, cell.group_minutes, true);
        self.total.add(&whole, key.evidence, cell);
        let by_evidence = self.by_evidence.entry(key.evidence).or_default();
        by_evidence.beside(&whole);
        let place = layout.places.get(&key.territory).cloned();
        let by_place = self.by_place.entry(place.clone()).or_default();
        by_place.add(&whole, key.evidence, cell);

        let shared = |ppm, before| sums(cell.minutes * ppm, cell.group_minutes * ppm, before);
        let (of, carried) = ((key.project, INDH), cell.carried > 0);
        let programmes = &layout.programmes;
        for Part { term, ppm, before } in programmes.parts(shares, of, key.segment, carried) {
            let shared = shared(ppm, before);
            let row = self.by_programme.entry(term).or_default();
            row.add(&shared, key.evidence, cell);
            let crossing = self.by_crossing.entry((place.clone(), term));
            crossing.or_default().add(&shared, key.evidence, cell);
        }
        for Part { term, ppm, before } in programmes.axes(shares, of, key.segment, carried) {
            let row = self.by_axis.entry(term).or_default();
            row.add(&shared(ppm, before), key.evidence, cell);
        }
    }

    /// Figures of an interval that begins with a month.
    #[must_use]
    pub fn from_month(month: &Self) -> Self {
        let mut tally = Self::default();
        tally.put(month, Counted::beside, Sums::beside);
        tally
    }

    /// Adds figures of other work in the same month.
    pub fn beside(&mut self, other: &Self) {
        self.put(other, Counted::beside, Sums::beside);
        for (crossing, counted) in &other.by_crossing {
            let held = self.by_crossing.entry(crossing.clone()).or_default();
            held.beside(counted);
        }
    }

    /// Adds figures of the interval that follows.
    pub fn then(&mut self, later: &Self) {
        self.put(later, Counted::then, Sums::then);
    }

    fn put(&mut self, other: &Self, count: fn(&mut Counted, &Counted), sum: fn(&mut Sums, &Sums)) {
        count(&mut self.total, &other.total);
        for (place, counted) in &other.by_place {
            count(self.by_place.entry(place.clone()).or_default(), counted);
        }
        for (level, sums) in &other.by_evidence {
            sum(self.by_evidence.entry(*level).or_default(), sums);
        }
        for (programme, counted) in &other.by_programme {
            count(self.by_programme.entry(*programme).or_default(), counted);
        }
        for (axis, counted) in &other.by_axis {
            count(self.by_axis.entry(*axis).or_default(), counted);
        }
    }
}
