//! The hours report: any measure by any dimension, or by two that cross.
//!
//! Which cells belong to which member is counted in `rollups::crossing`; here they are rounded, once,
//! and put in order.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::NaiveDate;
use entity::ids::TermId;
use entity::territory;
use entity::types::EvidenceLevel;
use entity::vocabulary_term;
use sea_orm::ConnectionTrait;
use sea_orm::Iterable;

use crate::apportionment::allocation;
use crate::apportionment::controlled;
use crate::apportionment::controlled::Field;
use crate::hours::days::months_between;
use crate::identity::Ctx;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::reports::ReportError;
use crate::reports::additivity;
use crate::reports::foot;
use crate::reports::ground;
use crate::reports::ground::Ground;
use crate::reports::head::Head;
use crate::reports::indh::Measures;
use crate::reports::question::Question;
use crate::reports::store;
use crate::rollups;
use crate::rollups::Crossed;
use crate::rollups::Dimension;
use crate::rollups::Member;
use crate::rollups::PARTS;
use crate::vocabularies::lookup;
use crate::vocabularies::versions;

/// Most fields of one answer, edges included.
const FIELDS_MOST: usize = 5_000;

/// The answer.
#[derive(Clone, Debug)]
pub struct HoursReport {
    /// What it is of.
    pub head: Head,
    /// By what its rows are told apart.
    pub rows: Dimension,
    /// By what its columns are; `None` where it has rows alone.
    pub columns: Option<Dimension>,
    /// The whole.
    pub totals: Measures,
    /// Each row as a whole, in order.
    pub by_row: Vec<Line>,
    /// Each column as a whole, in order.
    pub by_column: Vec<Line>,
    /// What crosses, row by row, those with work only.
    pub crossings: Vec<Crossing>,
    /// What may be summed.
    pub additivity: Vec<additivity::Rule>,
}

/// A row or a column as a whole.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it stands for.
    pub label: Label,
    /// Its measures.
    pub measures: Measures,
}

/// Where a row and a column cross.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// The row, by its place among them.
    pub row: usize,
    /// The column, by its place among them.
    pub column: usize,
    /// What is counted there.
    pub measures: Measures,
}

/// What a row or a column stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The member.
    pub member: Member,
    /// Its term, called as on the last day of the interval; `None` for work without one.
    pub term: Option<vocabulary_term::Model>,
    /// Its territory, where it is a place.
    pub territory: Option<territory::Model>,
    /// Its last day within the interval, where it is a span.
    pub last: Option<NaiveDate>,
}

/// Members of one dimension, in order.
struct Axis {
    members: Vec<Member>,
    at: BTreeMap<Member, usize>,
    /// Number of the programme or goal that each lies in, in order; of one, where they lie in none.
    groups: Vec<usize>,
}

/// What is counted, by row and column.
type Fields = BTreeMap<(Member, Member), Crossed>;

impl From<Dimension> for additivity::Dimension {
    fn from(dimension: Dimension) -> Self {
        match dimension {
            Dimension::Programme => Self::Programme,
            Dimension::Axis => Self::Axis,
            Dimension::Goal => Self::Goal,
            Dimension::Target => Self::Target,
            Dimension::Territory => Self::Territory,
            Dimension::Project => Self::Project,
            Dimension::Organization => Self::Organization,
            Dimension::Month => Self::Month,
            Dimension::Quarter => Self::Quarter,
            Dimension::Year => Self::Year,
            Dimension::Status => Self::Status,
            Dimension::Evidence => Self::Evidence,
        }
    }
}

/// Answers the hours report by one dimension, or by two that differ.
///
/// # Errors
/// As `reports::answer`; [`ReportError::Invalid`] where both dimensions are the same or of one vocabulary, or the table would
/// have more than five thousand fields.
pub async fn answer(
    ctx: &Ctx,
    question: &Question,
    (rows, columns): (Dimension, Option<Dimension>),
) -> Result<HoursReport, ReportError> {
    ctx.demand_signed_in()?;
    if columns.is_some_and(|it| it.clashes(rows)) {
        let refusal = Refusal::of(Code::SameDimension, "columns");
        return Err(ReportError::Invalid(vec![refusal]));
    }
    let question = question
        .clone()
        .checked(ctx.now())
        .map_err(ReportError::Invalid)?;
    ground::may_ask(ctx, &question).await?;
    rollups::fold(&ctx.core().db).await?;
    // All of it as of one moment, while others write.
    let db = &ctx.counting().await?;
    let ground = Ground::of(ctx, db, &question).await?;
    table(ctx, db, (&ground, &question), (rows, columns)).await
}

/// The table of a question that was checked, as `db` sees it.
///
/// # Errors
/// As [`answer`].
pub(super) async fn table(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    (ground, question): (&Ground, &Question),
    (rows, columns): (Dimension, Option<Dimension>),
) -> Result<HoursReport, ReportError> {
    let asked = ground.asked(ctx, question);
    let Some(fields) = rollups::crossed(db, &asked, (rows, columns), FIELDS_MOST).await? else {
        let refusal = Refusal::of(Code::TooManyFields, "columns").with("most", FIELDS_MOST);
        return Err(ReportError::Invalid(vec![refusal]));
    };
    let by_rows = axis(db, &fields, question, rows, |(row, _)| row).await?;
    let by_columns = match columns {
        Some(columns) => axis(db, &fields, question, columns, |(_, column)| column).await?,
        None => Axis::of(Vec::new(), |_| 0),
    };
    let whole = fields.get(&(Member::Whole, Member::Whole));
    let totals = whole
        .map(|it| Measures::of(&it.counted))
        .unwrap_or_default();
    let minutes = minutes(&fields, &by_rows, &by_columns, totals.minutes);
    let crossings = crossings(&fields, &by_rows, &by_columns, &minutes);
    let by_row = lines(db, ground, question, rows, &by_rows, |member| {
        let edge = fields.get(&(member.clone(), Member::Whole));
        (edge, minutes.rows.get(member).copied().unwrap_or_default())
    })
    .await?;
    let by_column = match columns {
        Some(columns) => {
            lines(db, ground, question, columns, &by_columns, |member| {
                let edge = fields.get(&(Member::Whole, member.clone()));
                (
                    edge,
                    minutes.columns.get(member).copied().unwrap_or_default(),
                )
            })
            .await?
        }
        None => Vec::new(),
    };
    let of = |lines: &[Line]| lines.iter().map(|it| it.measures.minutes).sum::<i64>();
    foot::check("rows", totals.minutes, [of(&by_row)].into_iter())?;
    if columns.is_some() {
        foot::check("columns", totals.minutes, [of(&by_column)].into_iter())?;
    }
    let dimensions: Vec<additivity::Dimension> = std::iter::once(rows)
        .chain(columns)
        .map(Into::into)
        .collect();
    Ok(HoursReport {
        rows,
        columns,
        totals,
        by_row,
        by_column,
        crossings,
        additivity: additivity::of_dimensions(&dimensions),
        head: ground.clone().head(question),
    })
}

impl Axis {
    fn of(members: Vec<Member>, group: impl Fn(&Member) -> usize) -> Self {
        let at = members.iter().cloned().zip(0..).collect();
        let groups = members.iter().map(group).collect();
        Self {
            members,
            at,
            groups,
        }
    }

    /// Whole minutes of members, of which these are the parts, that add up to the total: by largest remainder, those
    /// of groups first, so that axes are what they are in the report by programmes.
    fn alone(&self, parts: &[i128], total: i64) -> Vec<i64> {
        let mut groups: BTreeMap<usize, Vec<i128>> = BTreeMap::new();
        for (group, parts) in self.groups.iter().zip(parts) {
            groups.entry(*group).or_default().push(*parts);
        }
        let sums: Vec<i128> = groups.values().map(|it| it.iter().sum()).collect();
        let wholes = allocation::round_large_to_sum(total, &sums, PARTS);
        let rounded = groups.values().zip(wholes);
        rounded
            .flat_map(|(parts, whole)| allocation::round_large_to_sum(whole, parts, PARTS))
            .collect()
    }
}

/// The members of a dimension in order: all of those that there are few of, of others those with work.
async fn axis(
    db: &impl ConnectionTrait,
    fields: &Fields,
    question: &Question,
    dimension: Dimension,
    of: fn(&(Member, Member)) -> &Member,
) -> Result<Axis, ReportError> {
    let mut members: Vec<Member> = match dimension {
        Dimension::Month | Dimension::Quarter | Dimension::Year => {
            let mut spans: Vec<NaiveDate> = months_between(question.from, question.to)
                .into_iter()
                .filter_map(|it| dimension.span(it))
                .collect();
            spans.dedup();
            spans.into_iter().map(Member::Span).collect()
        }
        Dimension::Status => {
            let states = question.status_basis.iter().copied();
            states.map(Member::Status).collect()
        }
        Dimension::Evidence => EvidenceLevel::iter().map(Member::Evidence).collect(),
        _ => {
            let found = fields.keys().map(of).filter(|it| **it != Member::Whole);
            let found: std::collections::BTreeSet<&Member> = found.collect();
            found.into_iter().cloned().collect()
        }
    };
    match dimension {
        Dimension::Programme | Dimension::Axis | Dimension::Goal | Dimension::Target => {
            let vocabulary = dimension.vocabulary().unwrap_or_default();
            let terms = lookup::every(db, vocabulary).await?;
            let order: HashMap<TermId, usize> = terms.iter().map(|it| it.id).zip(0..).collect();
            let above = dimension.above().map(|it| it.told_apart(&terms));
            let last = (usize::MAX, true, usize::MAX);
            let place = |member: &Member| match member {
                Member::Term(Some(id)) => {
                    let of = above.as_ref().map_or(*id, |it| it.under(*id));
                    let at = |id| order.get(&id).copied().unwrap_or(usize::MAX - 1);
                    (at(of), of == *id, at(*id))
                }
                _ => last,
            };
            // What is shared to a programme itself comes after its axes, work without a term last.
            members.sort_by_key(place);
            return Ok(Axis::of(members, |it| match above {
                Some(_) => place(it).0,
                None => 0,
            }));
        }
        // What was recorded at the level asked for comes last.
        Dimension::Territory => members.sort_by_key(|it| *it == Member::Place(None)),
        Dimension::Project | Dimension::Organization => {
            let mut worked: BTreeMap<&Member, i128> = BTreeMap::new();
            for (key, crossed) in fields {
                *worked.entry(of(key)).or_default() += crossed.parts;
            }
            members.sort_by_key(|it| std::cmp::Reverse(worked.get(it).copied()));
        }
        _ => {}
    }
    Ok(Axis::of(members, |_| 0))
}

/// Whole minutes of everything that is shown.
struct Minutes<'a> {
    rows: BTreeMap<&'a Member, i64>,
    columns: BTreeMap<&'a Member, i64>,
    crossings: BTreeMap<(usize, usize), i64>,
}

/// Rounds what is shared out, once: rows alone by largest remainder, as in the INDH report; a table so
/// that its rows, its columns and the whole add up, with rows and columns as they are alone where that can be.
fn minutes<'a>(fields: &Fields, rows: &'a Axis, columns: &'a Axis, total: i64) -> Minutes<'a> {
    let mut found = Minutes {
        rows: BTreeMap::new(),
        columns: BTreeMap::new(),
        crossings: BTreeMap::new(),
    };
    let alone = |axis: &Axis, edge: fn(Member) -> (Member, Member)| {
        let parts = axis.members.iter().map(|it| {
            let counted = fields.get(&edge(it.clone()));
            counted.map_or(0, |it| it.parts)
        });
        axis.alone(&parts.collect::<Vec<i128>>(), total)
    };
    let of_rows = alone(rows, |row| (row, Member::Whole));
    if columns.members.is_empty() {
        found.rows = rows.members.iter().zip(of_rows).collect();
        return found;
    }
    let of_columns = alone(columns, |column| (Member::Whole, column));
    let mut inner = Vec::new();
    for ((row, column), crossed) in fields {
        if let (Some(row), Some(column)) = (rows.at.get(row), columns.at.get(column)) {
            inner.push(Field {
                row: *row,
                column: *column,
                numerator: crossed.parts,
            });
        }
    }
    let rounded = controlled::round_near(&inner, (&of_rows, &of_columns), PARTS);
    for (field, whole) in inner.iter().zip(rounded) {
        found.crossings.insert((field.row, field.column), whole);
        if let Some(row) = rows.members.get(field.row) {
            *found.rows.entry(row).or_default() += whole;
        }
        if let Some(column) = columns.members.get(field.column) {
            *found.columns.entry(column).or_default() += whole;
        }
    }
    found
}

fn crossings(fields: &Fields, rows: &Axis, columns: &Axis, minutes: &Minutes<'_>) -> Vec<Crossing> {
    let mut found = Vec::new();
    for ((row, column), crossed) in fields {
        let (Some(row), Some(column)) = (rows.at.get(row), columns.at.get(column)) else {
            continue;
        };
        let whole = minutes.crossings.get(&(*row, *column));
        found.push(Crossing {
            row: *row,
            column: *column,
            measures: Measures {
                minutes: whole.copied().unwrap_or_default(),
                ..Measures::of(&crossed.counted)
            },
        });
    }
    found.sort_by_key(|it| (it.row, it.column));
    found
}

/// Rows or columns as a whole, with what they stand for.
async fn lines<'a>(
    db: &impl ConnectionTrait,
    ground: &Ground,
    question: &Question,
    dimension: Dimension,
    axis: &Axis,
    of: impl Fn(&Member) -> (Option<&'a Crossed>, i64),
) -> Result<Vec<Line>, ReportError> {
    let mut territories = HashMap::new();
    if dimension == Dimension::Territory {
        let codes = axis.members.iter().filter_map(|it| match it {
            Member::Place(code) => code.clone(),
            _ => None,
        });
        let codes: Vec<String> = codes.collect();
        for it in store::by_codes(db, &codes, question.to).await? {
            // The newest version comes last.
            territories.insert(it.code.clone(), it);
        }
    }
    let terms = match dimension.vocabulary() {
        Some(vocabulary) => lookup::every(db, vocabulary).await?,
        None => Vec::new(),
    };
    let called = |id: &TermId| {
        let counted = terms.iter().find(|it| it.id == *id)?;
        versions::on(&terms, &counted.code, question.to).cloned()
    };
    let mut lines = Vec::with_capacity(axis.members.len());
    for (at, member) in axis.members.iter().enumerate() {
        let (edge, minutes) = of(member);
        let territory = match member {
            Member::Place(None) => Some(ground.territory.clone()),
            Member::Place(Some(code)) => {
                let found = territories.remove(code);
                Some(found.ok_or(ReportError::Unknown { kind: "territory" })?)
            }
            _ => None,
        };
        let last = match member {
            Member::Span(_) => Some(match axis.members.get(at + 1) {
                Some(Member::Span(next)) => next.pred_opt().unwrap_or(*next),
                _ => question.to,
            }),
            _ => None,
        };
        lines.push(Line {
            label: Label {
                member: member.clone(),
                term: match member {
                    Member::Term(id) => id.as_ref().and_then(called),
                    _ => None,
                },
                territory,
                last,
            },
            measures: Measures {
                minutes,
                ..edge.map(|it| Measures::of(&it.counted)).unwrap_or_default()
            },
        });
    }
    Ok(lines)
}
