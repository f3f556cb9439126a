//! What an edition is made of, and what is made of it: first it is read, then worked out.
//!
//! Working it out asks no database, and takes a processor for itself. When and where it is written is in
//! `due` and `publish`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::fmt::Write;

use chrono::DateTime;
use chrono::Utc;
use entity::ids::StatisticsEditionId;
use entity::ids::TagSetId;
use entity::statistics_cell;
use entity::statistics_contribution;
use sea_orm::ConnectionTrait;

use crate::platform::crypto::sha256;
use crate::statistics::frame::Frame;
use crate::statistics::frame::Place;
use crate::statistics::period::Period;
use crate::statistics::protect;
use crate::statistics::protect::Unprotected;
use crate::statistics::publish::PublishError;
use crate::statistics::ratios;
use crate::statistics::shape::YEAR;
use crate::statistics::store;
use crate::statistics::table::Contribution;
use crate::statistics::table::Count;
use crate::statistics::table::Table;
use crate::statistics::work;
use crate::statistics::work::Places;
use crate::statistics::work::Programmes;
use crate::statistics::work::Shared;
use crate::statistics::worked::People;
use crate::statistics::worked::Worked;
use crate::statistics::worked::worked;
use crate::vocabularies::INDH;
use crate::vocabularies::lookup;

/// Everything that is read for an edition.
pub(super) struct Material {
    period: Period,
    threshold: usize,
    places: Places,
    programmes: Programmes,
    of: Of,
}

enum Of {
    /// A quarter: the approved work of its days, and shares by tag set.
    Quarter(Vec<Worked>, HashMap<TagSetId, BTreeMap<usize, i64>>),
    /// A year: its quarters as they were published.
    Year(Year),
}

struct Year {
    /// Slot and threshold of each quarter.
    quarters: BTreeMap<StatisticsEditionId, (u8, i32)>,
    published: Vec<statistics_cell::Model>,
    kept: Vec<statistics_contribution::Model>,
    people: People,
}

/// What is written of an edition.
pub(super) struct Made {
    /// The rows that everybody may read.
    pub cells: Vec<statistics_cell::Model>,
    /// SHA-256 of them.
    pub digest: Vec<u8>,
    /// Of a quarter: what the year will need.
    pub kept: Vec<statistics_contribution::Model>,
    /// Of a year: its quarters, whose contributions go.
    pub quarters: Vec<StatisticsEditionId>,
}

impl Material {
    /// Reads what an edition is made of, as it stood at an instant.
    pub(super) async fn read(
        db: &impl ConnectionTrait,
        period: Period,
        threshold: usize,
        as_of: DateTime<Utc>,
    ) -> Result<Self, PublishError> {
        let places = Places::of(store::territories(db).await?).ok_or(PublishError::NoCountry)?;
        let programmes = Programmes::of(lookup::every(db, INDH).await?);
        let of = match period.quarter {
            Some(_) => {
                let work = worked(db, (period.from(), period.to()), as_of).await?;
                let mut sets: Vec<_> = work.iter().filter_map(|it| it.whose.tag_set).collect();
                sets.sort();
                sets.dedup();
                let shares = programmes.shares(&store::shares(db, &sets).await?);
                Of::Quarter(work, shares)
            }
            None => Of::Year(Year::read(db, period.year, as_of).await?),
        };
        Ok(Self {
            period,
            threshold,
            places,
            programmes,
            of,
        })
    }

    /// Works an edition out: what it counts, and what of it is suppressed.
    pub(super) fn made(self, id: StatisticsEditionId) -> Result<Made, Unprotected> {
        let period = self.period;
        let (frame, mut table, kept, quarters) = match self.of {
            Of::Quarter(work, shares) => {
                let kept = work::shared(&self.places, &self.programmes, &shares, work);
                let (frame, table) = of_quarter(
                    &self.places,
                    &self.programmes,
                    period,
                    self.threshold,
                    &kept,
                );
                (frame, table, kept, Vec::new())
            }
            Of::Year(year) => {
                let ids = year.quarters.keys().copied().collect();
                let (frame, table) = year.table(&self.places, self.threshold);
                (frame, table, Vec::new(), ids)
            }
        };
        protect::protect(&mut table)?;
        let cells = cells(&frame, &table, (&self.places, &self.programmes), period, id);
        Ok(Made {
            digest: digest(&cells),
            cells,
            kept: contributions(kept, id),
            quarters,
        })
    }
}

fn of_quarter(
    places: &Places,
    programmes: &Programmes,
    period: Period,
    threshold: usize,
    work: &[Shared],
) -> (Frame, Table) {
    let (from, to) = (period.from(), period.to());
    let mut rows = places.with_those_above(work.iter().map(|it| it.place.clone()));
    rows.extend(places.in_force(to));
    let mut columns = programmes.in_force(from, to);
    columns.extend(work.iter().map(|it| it.programme.clone()));
    let frame = Frame::of(&places.country, &rows, &columns);
    let cell = |it: &Shared| frame.cell(period.slot(), &it.place, &it.programme);
    let parts = work.iter().filter_map(|it| {
        let cell = cell(it)?;
        Some(Contribution {
            slot: cell.slot,
            leaf: cell.node,
            column: cell.column,
            person: it.person,
            is_few: it.is_few,
            organization: it.organization,
            project: it.project,
            minutes: it.minutes,
        })
    });
    let mut table = Table::of(frame.shape.clone(), threshold, period.slot(), parts);
    let mixes: BTreeSet<_> = work
        .iter()
        .filter_map(|it| Some((cell(it)?.node, &*it.mix)))
        .collect();
    for (node, mix) in mixes {
        table.note_mix(
            period.slot(),
            node,
            ratios::read(mix, |it| frame.column(it)),
        );
    }
    (frame, table)
}

impl Year {
    async fn read(
        db: &impl ConnectionTrait,
        year: i32,
        as_of: DateTime<Utc>,
    ) -> Result<Self, PublishError> {
        let editions = store::editions(db).await?;
        let quarters: BTreeMap<StatisticsEditionId, (u8, i32)> = editions
            .iter()
            .filter(|it| it.year == year)
            .map(|it| {
                (
                    it.id,
                    Period::stored(it.year, it.quarter).slot(),
                    it.threshold,
                )
            })
            .filter(|(_, slot, _)| *slot != YEAR)
            .map(|(id, slot, threshold)| (id, (slot, threshold)))
            .collect();
        let ids: Vec<StatisticsEditionId> = quarters.keys().copied().collect();
        let mut published = Vec::new();
        for id in &ids {
            published.extend(store::cells(db, *id, None).await?);
        }
        Ok(Self {
            quarters,
            published,
            kept: store::contributions(db, &ids).await?,
            people: People::merged_by(db, as_of).await?,
        })
    }

    /// The sum of the quarters as they were published: what was corrected since is in none.
    fn table(self, places: &Places, threshold: usize) -> (Frame, Table) {
        let published = &self.published;
        let rows: BTreeSet<Place> = published.iter().map(place).collect();
        let columns: BTreeSet<String> = published.iter().map(|it| it.programme.clone()).collect();
        let frame = Frame::of(&places.country, &rows, &columns);
        let slot = |id: StatisticsEditionId| self.quarters.get(&id).map(|it| it.0);
        let cell = |it: &statistics_contribution::Model| {
            let place = Place {
                above: it.above_code.clone(),
                code: it.territory_code.clone(),
                part: it.part,
            };
            frame.cell(slot(it.edition_id)?, &place, &it.programme)
        };
        let parts = self.kept.iter().filter_map(|it| {
            let cell = cell(it)?;
            Some(Contribution {
                slot: cell.slot,
                leaf: cell.node,
                column: cell.column,
                person: it.person_id.map(|it| self.people.one(it)),
                is_few: it.is_few,
                organization: it.organization_id,
                project: it.project_id,
                minutes: it.minutes,
            })
        });
        let mut table = Table::of(frame.shape.clone(), threshold, YEAR, parts);
        for (slot, threshold) in self.quarters.values() {
            table.was_published_by(*slot, usize::try_from(*threshold).unwrap_or(usize::MAX));
        }
        let mixes = self.kept.iter().filter_map(|it| {
            let cell = cell(it)?;
            Some((cell.slot, cell.node, it.mix.as_str()))
        });
        for (slot, node, mix) in mixes.collect::<BTreeSet<_>>() {
            table.note_mix(slot, node, ratios::read(mix, |it| frame.column(it)));
        }
        for row in published {
            let slot = slot(row.edition_id).unwrap_or_default();
            let Some(cell) = frame.cell(slot, &place(row), &row.programme) else {
                continue;
            };
            if row.suppressed {
                table.was_suppressed(cell);
                continue;
            }
            for (count, value) in [
                (Count::Volunteers, row.volunteers),
                (Count::Organizations, row.organizations),
                (Count::Projects, row.projects),
            ] {
                if value.is_none() {
                    table.was_withheld(cell, count);
                }
            }
        }
        (frame, table)
    }
}

fn place(row: &statistics_cell::Model) -> Place {
    Place {
        above: row.above_code.clone(),
        code: row.territory_code.clone(),
        part: row.part,
    }
}

/// The rows that everybody may read: of suppressed cells that they are, and nothing else.
fn cells(
    frame: &Frame,
    table: &Table,
    (places, programmes): (&Places, &Programmes),
    period: Period,
    edition: StatisticsEditionId,
) -> Vec<statistics_cell::Model> {
    let to = period.to();
    let mut versions = HashMap::new();
    let mut rows = Vec::new();
    for (place, programme, cell) in frame.cells(period.slot()) {
        let code = place.code.as_str();
        let version = versions.entry(code);
        let version = version.or_insert_with(|| places.version(code, to));
        let Some(territory_id) = *version else {
            continue;
        };
        let suppressed = table.is_suppressed(cell);
        let count = |count| {
            let counted = table.amount(cell).map_or(0, |it| it.count(count));
            let counted = i64::try_from(counted).unwrap_or(i64::MAX);
            (!suppressed && !table.is_withheld(cell, count)).then_some(counted)
        };
        rows.push(statistics_cell::Model {
            edition_id: edition,
            above_code: place.above.clone(),
            territory_code: place.code.clone(),
            part: place.part,
            programme: programme.to_owned(),
            territory_id,
            term_id: programmes.version(programme, to),
            suppressed,
            minutes: (!suppressed).then(|| table.minutes(cell)),
            volunteers: count(Count::Volunteers),
            organizations: count(Count::Organizations),
            projects: count(Count::Projects),
        });
    }
    rows
}

/// SHA-256 over the cells, a line each.
fn digest(cells: &[statistics_cell::Model]) -> Vec<u8> {
    let mut text = String::new();
    for it in cells {
        // Writing to memory does not fail.
        let _written = writeln!(
            text,
            "{} {} {:?} {} {:?} {:?} {:?} {:?}",
            it.above_code,
            it.territory_code,
            it.part,
            it.programme,
            it.minutes,
            it.volunteers,
            it.organizations,
            it.projects
        );
    }
    sha256(text.as_bytes())
}

fn contributions(
    kept: Vec<Shared>,
    edition_id: StatisticsEditionId,
) -> Vec<statistics_contribution::Model> {
    (0..)
        .zip(kept)
        .map(|(ordinal, it)| statistics_contribution::Model {
            edition_id,
            ordinal,
            above_code: it.place.above,
            territory_code: it.place.code,
            part: it.place.part,
            programme: it.programme,
            mix: it.mix.to_string(),
            person_id: it.person,
            is_few: it.is_few,
            organization_id: it.organization,
            project_id: it.project,
            minutes: it.minutes,
        })
        .collect()
}
