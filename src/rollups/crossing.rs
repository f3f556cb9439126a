//! Cells counted by two dimensions at once: every member of one against every member of the other, and
//! both edges.
//!
//! Minutes are exact fractions; rounding, names and order are left to reports.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::Datelike;
use chrono::Months;
use chrono::NaiveDate;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TermId;
use entity::ids::TerritoryId;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::vocabulary_term;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EnumIter;
use sea_orm::Iterable;
use serde::Deserialize;
use serde::Serialize;

use crate::rollups::basis;
use crate::rollups::cell::Cell;
use crate::rollups::cell::Cells;
use crate::rollups::cell::Key;
use crate::rollups::figures;
use crate::rollups::figures::Asked;
use crate::rollups::figures::Collect;
use crate::rollups::share::GOAL;
use crate::rollups::share::PROGRAMME;
use crate::rollups::share::Programmes;
use crate::rollups::share::Shares;
use crate::rollups::share::WHOLE_PPM;
use crate::rollups::tally::Counted;
use crate::vocabularies::INDH;
use crate::vocabularies::SDG;
use crate::vocabularies::lookup;

/// By what hours are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Dimension {
    /// INDH programme of the project on the day of work, by share.
    Programme,
    /// Term directly below an INDH programme, by share: an axis, or what the list calls it. What is shared to a
    /// programme itself counts under that.
    Axis,
    /// Sustainable development goal of the project on the day of work, by share.
    Goal,
    /// Target of such a goal, by share. What is shared to a goal itself counts under that.
    Target,
    /// Place directly below the territory.
    Territory,
    /// Project.
    Project,
    /// Organization.
    Organization,
    /// Month of the day of work.
    Month,
    /// Quarter of the day of work.
    Quarter,
    /// Year of the day of work.
    Year,
    /// State of the entry.
    Status,
    /// What shows the work.
    Evidence,
}

/// One of what a dimension tells apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Member {
    /// All of them together: an edge.
    Whole,
    /// A term; `None` for projects without one.
    Term(Option<TermId>),
    /// Code of a place; `None` for work at the level of the territory itself.
    Place(Option<String>),
    /// A project.
    Project(ProjectId),
    /// An organization.
    Organization(OrganizationId),
    /// A month, quarter or year, by its first day.
    Span(NaiveDate),
    /// A state.
    Status(EntryStatus),
    /// A level of evidence.
    Evidence(EvidenceLevel),
}

/// What is counted where two members cross.
#[derive(Clone, Debug, Default)]
pub struct Crossed {
    /// Person-minutes by share, in parts of [`PARTS`].
    pub parts: i128,
    /// What adds up otherwise and what is counted once; minutes are those of all work that the members
    /// touch.
    pub counted: Counted,
}

/// So many parts make a minute: two shares in millionths may be taken of one.
pub const PARTS: i128 = 1_000_000_000_000;

/// A member that a cell belongs to.
struct Belongs {
    member: Member,
    /// Its share of the cell.
    ppm: i64,
    /// Whether what came over midnight was counted for it on the day before.
    before: bool,
}

/// A dimension with what it needs to know.
struct Axis {
    dimension: Dimension,
    /// The vocabulary, where it is of terms, and what its terms count under.
    terms: Option<(&'static str, Programmes)>,
}

/// A table under construction.
struct Crossing {
    from: NaiveDate,
    places: HashMap<TerritoryId, String>,
    rows: Axis,
    columns: Option<Axis>,
    fields: BTreeMap<(Member, Member), Crossed>,
    most: usize,
}

impl Dimension {
    /// Its name in questions and answers. Stored with frozen answers: never renamed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Programme => "PROGRAMME",
            Self::Axis => "AXIS",
            Self::Goal => "GOAL",
            Self::Target => "TARGET",
            Self::Territory => "TERRITORY",
            Self::Project => "PROJECT",
            Self::Organization => "ORGANIZATION",
            Self::Month => "MONTH",
            Self::Quarter => "QUARTER",
            Self::Year => "YEAR",
            Self::Status => "STATUS",
            Self::Evidence => "EVIDENCE",
        }
    }

    /// The dimension of a stored word; `None` for one that this release does not know.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::iter().find(|it| it.word() == word)
    }

    /// The vocabulary of which it tells terms apart.
    #[must_use]
    pub fn vocabulary(self) -> Option<&'static str> {
        match self {
            Self::Programme | Self::Axis => Some(INDH),
            Self::Goal | Self::Target => Some(SDG),
            _ => None,
        }
    }

    /// Whether no table has both: they are one, or tell terms of one vocabulary apart, of which none lies in
    /// another but its own.
    #[must_use]
    pub fn clashes(self, other: Self) -> bool {
        self == other || (self.vocabulary().is_some() && self.vocabulary() == other.vocabulary())
    }

    /// Of terms that lie in others, the dimension of those.
    #[must_use]
    pub fn above(self) -> Option<Self> {
        match self {
            Self::Axis => Some(Self::Programme),
            Self::Target => Some(Self::Goal),
            _ => None,
        }
    }

    /// The level of the terms of its vocabulary that work is reported at: those it tells apart, or directly above
    /// them; empty where it has no vocabulary.
    #[must_use]
    pub fn level(self) -> &'static str {
        match self {
            Self::Programme | Self::Axis => PROGRAMME,
            Self::Goal | Self::Target => GOAL,
            _ => "",
        }
    }

    /// What each term of its vocabulary counts under.
    #[must_use]
    pub fn told_apart(self, terms: &[vocabulary_term::Model]) -> Programmes {
        match self {
            Self::Goal => Programmes::at(terms, GOAL),
            Self::Axis => Programmes::below(terms, PROGRAMME),
            Self::Target => Programmes::below(terms, GOAL),
            _ => Programmes::at(terms, PROGRAMME),
        }
    }

    /// The first day of its span that holds a day; `None` where it does not tell days apart.
    #[must_use]
    pub fn span(self, day: NaiveDate) -> Option<NaiveDate> {
        let month = match self {
            Self::Month => day.month(),
            Self::Quarter => (day.month0() / 3) * 3 + 1,
            Self::Year => 1,
            _ => return None,
        };
        NaiveDate::from_ymd_opt(day.year(), month, 1)
    }

    /// The last day of its span that begins on a day; that day where it does not tell days apart.
    #[must_use]
    pub fn last(self, first: NaiveDate) -> NaiveDate {
        let months = match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
            _ => return first,
        };
        let next = first.checked_add_months(Months::new(months));
        next.and_then(|it| it.pred_opt()).unwrap_or(NaiveDate::MAX)
    }
}

impl Axis {
    async fn of(db: &impl ConnectionTrait, dimension: Dimension) -> Result<Self, DbErr> {
        let terms = match dimension.vocabulary() {
            Some(vocabulary) => {
                let terms = lookup::every(db, vocabulary).await?;
                Some((vocabulary, dimension.told_apart(&terms)))
            }
            None => None,
        };
        Ok(Self { dimension, terms })
    }

    /// The members that a cell belongs to.
    fn members(
        &self,
        (key, cell): (&Key, &Cell),
        shares: &Shares,
        places: &HashMap<TerritoryId, String>,
    ) -> Vec<Belongs> {
        if let Some((vocabulary, terms)) = &self.terms {
            let of = (key.project, *vocabulary);
            let parts = terms.parts(shares, of, key.segment, cell.carried > 0);
            let belongs = parts.into_iter().map(|part| Belongs {
                member: Member::Term(part.term),
                ppm: part.ppm,
                before: part.before,
            });
            return belongs.collect();
        }
        let member = match self.dimension {
            Dimension::Territory => Member::Place(places.get(&key.territory).cloned()),
            Dimension::Project => Member::Project(key.project),
            Dimension::Organization => Member::Organization(cell.organization),
            Dimension::Status => Member::Status(key.status),
            Dimension::Evidence => Member::Evidence(key.evidence),
            it => match it.span(key.month) {
                Some(first) => Member::Span(first),
                None => Member::Whole,
            },
        };
        vec![Belongs {
            member,
            ppm: WHOLE_PPM,
            before: true,
        }]
    }
}

impl Crossing {
    /// Whether it has more fields than it may.
    fn is_full(&self) -> bool {
        self.fields.len() > self.most
    }

    fn count(&mut self, row: &Belongs, column: &Belongs, (key, cell): (&Key, &Cell)) {
        let span = |it: &Belongs| match it.member {
            Member::Span(first) => first,
            _ => self.from,
        };
        let first = span(row).max(span(column)).max(self.from);
        let at = (row.member.clone(), column.member.clone());
        let field = self.fields.entry(at).or_default();
        field.parts += i128::from(cell.minutes) * i128::from(row.ppm) * i128::from(column.ppm);
        let again = key.segment > first && row.before && column.before;
        field.counted.take(key, cell, again);
    }
}

impl Collect for Crossing {
    fn add(&mut self, cells: &Cells, shares: &Shares) {
        for cell in cells {
            if self.is_full() {
                return;
            }
            let whole = || Belongs {
                member: Member::Whole,
                ppm: WHOLE_PPM,
                before: true,
            };
            let mut rows = self.rows.members(cell, shares, &self.places);
            rows.push(whole());
            let mut columns = match &self.columns {
                Some(columns) => columns.members(cell, shares, &self.places),
                None => Vec::new(),
            };
            columns.push(whole());
            for row in &rows {
                for column in &columns {
                    self.count(row, column, cell);
                }
            }
        }
    }
}

/// Counts what is asked for by one dimension, or by two; each edge under [`Member::Whole`]. `None` where
/// that makes more than `most` fields.
///
/// # Errors
/// [`DbErr`].
pub async fn crossed(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    (rows, columns): (Dimension, Option<Dimension>),
    most: usize,
) -> Result<Option<BTreeMap<(Member, Member), Crossed>>, DbErr> {
    let mut crossing = Crossing {
        from: asked.from,
        places: basis::places(db, asked.territories).await?,
        rows: Axis::of(db, rows).await?,
        columns: match columns {
            Some(columns) => Some(Axis::of(db, columns).await?),
            None => None,
        },
        fields: BTreeMap::new(),
        most,
    };
    figures::collect_all(db, asked, &mut crossing).await?;
    let full = crossing.is_full();
    Ok((!full).then_some(crossing.fields))
}
