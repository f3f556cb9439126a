//! One field of a table: which work stands in it, which was left out of it, and why.
//!
//! Whole tables are counted in `crossing`; the entries of a field one by one are in `behind`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::hour_entry;
use entity::hour_entry_day;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TermId;
use entity::ids::TerritoryId;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::Query;

use crate::rollups::basis;
use crate::rollups::behind;
use crate::rollups::cell::Cell;
use crate::rollups::cell::Cells;
use crate::rollups::cell::Key;
use crate::rollups::crossing::Crossed;
use crate::rollups::crossing::Dimension;
use crate::rollups::crossing::Member;
use crate::rollups::crossing::PARTS;
use crate::rollups::figures;
use crate::rollups::figures::Asked;
use crate::rollups::figures::Collect;
use crate::rollups::share::Programmes;
use crate::rollups::share::Shares;
use crate::rollups::share::WHOLE_PPM;
use crate::rollups::work::Said;
use crate::vocabularies::lookup;

/// Every state, counted or not.
pub(super) const EVERY: [EntryStatus; 6] = [
    EntryStatus::Draft,
    EntryStatus::Submitted,
    EntryStatus::Approved,
    EntryStatus::Returned,
    EntryStatus::Rejected,
    EntryStatus::Voided,
];

/// What becomes of work that a field might count: it counts, or it is left out for one reason.
///
/// Each minute on each day has one lot. An entry over midnight may have two, where shares of its project
/// change at that midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lot {
    /// It counts.
    Counted,
    /// Its entry is in a state that does not count.
    Status(EntryStatus),
    /// Its state counts, and its project had no share in the term of the field on the day of work.
    NoShare,
    /// Its entry counts now, and was not written yet at the instant asked about.
    RecordedLater,
    /// Its entry counts now by a later correction; as it stood at the instant it was other work.
    CorrectedLater,
}

/// A field of a table, by at most two members that cross; by none it is the whole.
#[derive(Clone, Debug)]
pub struct Field {
    /// First day.
    pub(super) from: NaiveDate,
    /// Last day, inclusive; before `from` where its spans have no day in common.
    pub(super) to: NaiveDate,
    counted: Vec<EntryStatus>,
    organization: Option<OrganizationId>,
    project: Option<ProjectId>,
    evidence: Option<EvidenceLevel>,
    place: Option<Place>,
    terms: Vec<Sought>,
}

/// The places of a field.
#[derive(Clone, Debug)]
struct Place {
    /// Code of the place directly below the territory; `None` for work at its own level.
    code: Option<String>,
    /// Code of the place directly below to which each territory belongs.
    of: HashMap<TerritoryId, String>,
}

/// A term of a field.
#[derive(Clone, Debug)]
struct Sought {
    vocabulary: &'static str,
    programmes: Programmes,
    /// `None` for work of projects without one.
    term: Option<TermId>,
}

/// Work of one lot.
#[derive(Clone, Debug, Default)]
pub struct Portion {
    /// Entries with a minute in it.
    pub entries: i64,
    /// Person-minutes, before any is shared out.
    pub minutes: i64,
    /// Of the entries, those that the asking scope lists one by one.
    pub listed: i64,
    /// Their projects.
    pub(super) projects: BTreeSet<ProjectId>,
}

/// All work that a field might count, by its lot.
#[derive(Clone, Debug, Default)]
pub struct Sorted {
    /// What counts, as a table counts it.
    pub counted: Crossed,
    /// Every lot that has work.
    pub lots: BTreeMap<Lot, Portion>,
}

impl Field {
    /// The field where these members cross, of what is asked for.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn of(
        db: &impl ConnectionTrait,
        asked: &Asked<'_>,
        members: &[(Dimension, Member)],
    ) -> Result<Self, DbErr> {
        let mut field = Self {
            from: asked.from,
            to: asked.to,
            counted: asked.statuses.to_vec(),
            organization: None,
            project: None,
            evidence: None,
            place: None,
            terms: Vec::new(),
        };
        for (dimension, member) in members {
            match member {
                Member::Whole => {}
                Member::Span(first) => {
                    field.from = std::cmp::max(field.from, *first);
                    field.to = std::cmp::min(field.to, dimension.last(*first));
                }
                Member::Status(status) => field.counted.retain(|it| it == status),
                Member::Organization(id) => field.organization = Some(*id),
                Member::Project(id) => field.project = Some(*id),
                Member::Evidence(level) => field.evidence = Some(*level),
                Member::Place(code) => {
                    field.place = Some(Place {
                        code: code.clone(),
                        of: basis::places(db, asked.territories).await?,
                    });
                }
                Member::Term(term) => {
                    let vocabulary = dimension.vocabulary().unwrap_or_default();
                    let terms = lookup::every(db, vocabulary).await?;
                    field.terms.push(Sought {
                        vocabulary,
                        programmes: dimension.told_apart(&terms),
                        term: *term,
                    });
                }
            }
        }
        Ok(field)
    }

    /// Whether its minutes are shared out.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        !self.terms.is_empty()
    }

    /// The states that it counts.
    #[must_use]
    pub fn statuses(&self) -> &[EntryStatus] {
        &self.counted
    }

    /// The same question narrowed to the days and the organization of the field, for these states.
    pub(super) fn narrow<'a>(&self, asked: &Asked<'a>, statuses: &'a [EntryStatus]) -> Asked<'a> {
        Asked {
            from: self.from,
            to: self.to,
            organization: asked.organization.or(self.organization),
            statuses,
            ..asked.clone()
        }
    }

    /// The states of a lot.
    pub(super) fn states(&self, lot: Lot) -> Vec<EntryStatus> {
        match lot {
            Lot::Status(status) => vec![status],
            _ => self.counted.clone(),
        }
    }

    /// Whether work stands in the field as far as organization, project, place and evidence go.
    pub(super) fn holds(
        &self,
        (organization, project): (OrganizationId, ProjectId),
        territory: TerritoryId,
        evidence: EvidenceLevel,
    ) -> bool {
        let fits = |place: &Place| place.of.get(&territory) == place.code.as_ref();
        self.organization.is_none_or(|it| it == organization)
            && self.project.is_none_or(|it| it == project)
            && self.evidence.is_none_or(|it| it == evidence)
            && self.place.as_ref().is_none_or(fits)
    }

    /// The same of an entry.
    pub(super) fn holds_entry(&self, said: &Said) -> bool {
        let (organization, territory, _) = said.place();
        let of = (organization, said.project());
        self.holds(of, territory, said.stand().evidence)
    }

    /// The share that work of a project on a day has in the field, in parts of [`PARTS`]; `None` where it
    /// has none.
    pub(super) fn share(
        &self,
        shares: &Shares,
        project: ProjectId,
        day: NaiveDate,
    ) -> Option<i128> {
        let mut share = PARTS;
        for sought in &self.terms {
            let held = shares.on(project, sought.vocabulary, day);
            let held = sought.programmes.gather(held);
            let ppm = match sought.term {
                Some(term) => held.iter().find(|(id, _)| *id == term).map(|it| it.1)?,
                None if held.is_empty() => WHOLE_PPM,
                None => return None,
            };
            share = share * i128::from(ppm) / i128::from(WHOLE_PPM);
        }
        Some(share)
    }

    /// What becomes of work in a state that has a share, or has none.
    pub(super) fn lot(&self, status: EntryStatus, share: Option<i128>) -> Lot {
        match share {
            _ if !self.counted.contains(&status) => Lot::Status(status),
            Some(_) => Lot::Counted,
            None => Lot::NoShare,
        }
    }

    /// Rows of `hour_entry` with work of these projects in the field, as far as its days, project, place and
    /// evidence go: all that can be said without shares.
    pub(super) fn entries(&self, projects: Option<&BTreeSet<ProjectId>>) -> Condition {
        use hour_entry::Column as C;
        let one_day =
            Expr::col((hour_entry::Entity, C::WorkedOn)).equals((hour_entry::Entity, C::EndedOn));
        let condition = Condition::all()
            .add(C::WorkedOn.lte(self.to))
            .add(C::EndedOn.gte(self.from))
            .add(Condition::any().add(one_day).add(self.has_a_day()))
            .add_option(self.organization.map(|it| C::OrganizationId.eq(it)))
            .add_option(self.project.map(|it| C::ProjectId.eq(it)))
            .add_option(self.evidence.map(|it| C::EvidenceLevel.eq(it)))
            .add_option(projects.map(|it| C::ProjectId.is_in(it.iter().copied())));
        let Some(place) = &self.place else {
            return condition;
        };
        condition.add(match &place.code {
            Some(code) => {
                let of = place.of.iter().filter(|it| it.1 == code);
                C::TerritoryId.is_in(of.map(|it| *it.0))
            }
            None => C::TerritoryId.is_not_in(place.of.keys().copied()),
        })
    }

    /// Whether an entry over midnight has a minute on a day of the field.
    fn has_a_day(&self) -> Expr {
        let days = Query::select()
            .expr(Expr::value(1))
            .from(hour_entry_day::Entity)
            .and_where(
                Expr::col((hour_entry_day::Entity, hour_entry_day::Column::EntryId))
                    .equals((hour_entry::Entity, hour_entry::Column::Id)),
            )
            .and_where(hour_entry_day::Column::Day.between(self.from, self.to))
            .to_owned();
        Expr::exists(days)
    }
}

/// Work under sorting.
struct Sorting<'a> {
    field: &'a Field,
    asked: &'a Asked<'a>,
    sorted: Sorted,
}

impl Sorting<'_> {
    fn take(&mut self, (key, cell): (&Key, &Cell), shares: &Shares) {
        let field = self.field;
        let of = (cell.organization, key.project);
        if !field.holds(of, key.territory, key.evidence) {
            return;
        }
        let share = field.share(shares, key.project, key.segment);
        let lot = field.lot(key.status, share);
        // What came over midnight from a part of the field where it had the same lot is there already.
        let is_inner = key.segment > field.from && cell.carried > 0;
        let before = is_inner
            .then(|| key.segment.pred_opt())
            .flatten()
            .map(|day| {
                let share = field.share(shares, key.project, day);
                field.lot(key.status, share)
            });
        let again = before == Some(lot);
        if let (Lot::Counted, Some(share)) = (lot, share) {
            self.sorted.counted.parts += i128::from(cell.minutes) * share;
            self.sorted.counted.counted.take(key, cell, again);
        }
        let entries = cell.entries - if again { cell.carried } else { 0 };
        let is_listed = self.asked.scope.lists_hours(cell.organization);
        let portion = self.sorted.lots.entry(lot).or_default();
        portion.add(entries, cell.minutes, is_listed);
        portion.projects.insert(key.project);
    }
}

impl Portion {
    pub(super) fn add(&mut self, entries: i64, minutes: i64, is_listed: bool) {
        self.entries += entries;
        self.minutes += minutes;
        self.listed += if is_listed { entries } else { 0 };
    }
}

impl Collect for Sorting<'_> {
    fn add(&mut self, cells: &Cells, shares: &Shares) {
        for cell in cells {
            self.take(cell, shares);
        }
    }
}

/// Sorts all work that a field might count by its lot: of any state and any share, where the rest of the
/// field fits; as of an instant also what would count by what is known now, and was not among that.
///
/// # Errors
/// [`DbErr`].
pub async fn sorted(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    field: &Field,
) -> Result<Sorted, DbErr> {
    let every = field.narrow(asked, &EVERY);
    let mut sorting = Sorting {
        field,
        asked: &every,
        sorted: Sorted::default(),
    };
    figures::collect_all(db, &every, &mut sorting).await?;
    let mut sorted = sorting.sorted;
    behind::later(db, asked, field, |lot, it| {
        let is_listed = asked.scope.lists_hours(it.organization);
        let portion = sorted.lots.entry(lot).or_default();
        portion.add(1, it.minutes(), is_listed);
    })
    .await?;
    Ok(sorted)
}
