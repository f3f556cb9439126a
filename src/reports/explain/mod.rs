//! Explains a number: the entries behind it, and those that it leaves out, each for one reason.
//!
//! Which number is meant is read in `key`; what becomes of work is decided in `rollups::field`, as every report
//! counts it.

pub mod key;
mod store;

use entity::ids::EntryId;
use entity::ids::OrganizationId;
use sea_orm::ConnectionTrait;

use crate::identity::Ctx;
use crate::platform::page::Page;
use crate::platform::page::Slice;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::reports::ReportError;
use crate::reports::explain::key::Coordinate;
use crate::reports::explain::key::Named;
use crate::reports::ground;
use crate::reports::ground::Ground;
use crate::reports::head::Head;
use crate::reports::hours;
use crate::reports::indh;
use crate::reports::indh::Measures;
use crate::reports::question::Question;
use crate::rollups;
use crate::rollups::Behind;
use crate::rollups::Dimension;
use crate::rollups::Field;
use crate::rollups::Lot;
use crate::rollups::Member;
use crate::rollups::Place;
use crate::rollups::Portion;
use crate::rollups::Sorted;
use crate::rollups::Verdict;

/// A number with what it is made of.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// Of which hours it is.
    pub head: Head,
    /// Where it stands: at most two members that cross, or a programme, a place and a month; the whole where there
    /// are none.
    pub members: Vec<(Dimension, Member)>,
    /// What the hours report prints there: where one member is named in its row, where two are in the field in
    /// which the first as a row crosses the second as a column. Where three are, what the INDH report does.
    pub measures: Measures,
    /// All work that it might count, by what became of it.
    pub sorted: Sorted,
    question: Question,
    ground: Ground,
    field: Field,
}

/// Explains the number at these coordinates of the answer to a question.
///
/// # Errors
/// As `reports::answer`; [`ReportError::Invalid`] for coordinates at which no number stands.
pub async fn answer(
    ctx: &Ctx,
    question: &Question,
    cell: &[Coordinate],
) -> Result<Explanation, ReportError> {
    ctx.demand_signed_in()?;
    key::check(cell)?;
    let question = ground::may_ask(ctx, question).await?;
    rollups::fold(&ctx.core().db).await?;
    if cell.len() == key::CROSSING.len() {
        // Of the whole report, which has sheets.
        ground::bring_up(ctx, &question).await?;
    }
    // All of it as of one moment, while others write.
    let db = &ctx.counting().await?;
    let ground = Ground::of(ctx, db, &question).await?;
    let named = key::members(ctx, db, (&ground, &question), cell).await?;
    let members = named.iter().map(|it| (it.dimension, it.member.clone()));
    let members: Vec<_> = members.collect();
    let asked = ground.asked(ctx, &question);
    let field = Field::of(db, &asked, &members).await?;
    let sorted = rollups::sorted(db, &asked, &field).await?;
    let exact = Measures::of(&sorted.counted.counted);
    let minutes = match members.as_slice() {
        _ if !field.is_shared() => exact.minutes,
        [_, _, _] => crossing(ctx, db, &question, &named).await?,
        _ => printed(ctx, db, (&ground, &question), &named).await?,
    };
    Ok(Explanation {
        head: ground.clone().head(&question),
        measures: Measures { minutes, ..exact },
        members,
        sorted,
        question,
        ground,
        field,
    })
}

/// The minutes that the hours report prints where these members cross: rounded with all of its table.
///
/// # Errors
/// As `reports::answer`; [`ReportError::Invalid`] for a member that the table has no row or column for, and that
/// is none of those that every table may have.
async fn printed(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    of: (&Ground, &Question),
    members: &[Named],
) -> Result<i64, ReportError> {
    let mut members = members.iter();
    let Some(row) = members.next() else {
        return Ok(0);
    };
    let crossed = members.next();
    let table = hours::table(ctx, db, of, (row.dimension, crossed.map(|it| it.dimension))).await;
    let table = table.map_err(named)?;
    let place = |lines: &[hours::Line], named: &Named| {
        let found = lines.iter().position(|it| it.label.member == named.member);
        match (found, &named.otherwise) {
            (None, Some(refusal)) => Err(ReportError::Invalid(vec![refusal.clone()])),
            (found, _) => Ok(found),
        }
    };
    let at_row = place(&table.by_row, row)?;
    let measures = match crossed {
        None => at_row
            .and_then(|it| table.by_row.get(it))
            .map(|it| it.measures),
        Some(column) => {
            let at = at_row.zip(place(&table.by_column, column)?);
            let crossing = table
                .crossings
                .iter()
                .find(|it| Some((it.row, it.column)) == at);
            crossing.map(|it| it.measures)
        }
    };
    Ok(measures.map(|it| it.minutes).unwrap_or_default())
}

/// The minutes that the INDH report prints of a programme at a place in a month; refused where a key names a row
/// that is not there, and is none of those that every report may have.
async fn crossing(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    question: &Question,
    members: &[Named],
) -> Result<i64, ReportError> {
    let report = indh::of_state(ctx, db, question, &[]).await?;
    let (mut month, mut place, mut programme) = (None, None, None);
    for named in members {
        match &named.member {
            Member::Span(first) => month = Some(*first),
            Member::Place(code) => place = Some(code.clone()),
            Member::Term(id) => {
                let mut rows = report.by_programme.iter();
                let is_there = rows.any(|it| it.counted_as == *id);
                if let (false, Some(refusal)) = (is_there, &named.otherwise) {
                    return Err(ReportError::Invalid(vec![refusal.clone()]));
                }
                programme = Some(*id);
            }
            _ => {}
        }
    }
    let key = month.zip(place).zip(programme);
    let minutes = key.and_then(|((month, place), programme)| {
        let minutes = &report.crossings.minutes;
        minutes.get(&(month, place, programme)).copied()
    });
    Ok(minutes.unwrap_or_default())
}

/// Refusals of a table, by the field that names the number.
fn named(error: ReportError) -> ReportError {
    let ReportError::Invalid(refusals) = error else {
        return error;
    };
    let refusals = refusals.into_iter().map(|it| match it.code {
        Code::TooManyFields => Refusal {
            path: vec!["cell".to_owned()],
            ..it
        },
        _ => it,
    });
    ReportError::Invalid(refusals.collect())
}

impl Explanation {
    /// The work of one lot; nothing where it has none.
    #[must_use]
    pub fn portion(&self, lot: Lot) -> Portion {
        self.sorted.lots.get(&lot).cloned().unwrap_or_default()
    }

    /// A page of the entries of one lot, in the order of their first day: those of organizations whose hours
    /// the actor reads one by one.
    ///
    /// # Errors
    /// [`ReportError::Database`].
    pub async fn entries(
        &self,
        ctx: &Ctx,
        lot: Lot,
        page: &Page<Place>,
    ) -> Result<Slice<(Place, Behind)>, ReportError> {
        let db = &ctx.counting().await?;
        let asked = self.ground.asked(ctx, &self.question);
        let of = (lot, &self.portion(lot));
        Ok(rollups::behind(db, &asked, &self.field, of, page).await?)
    }

    /// What became of one entry that the actor may see.
    ///
    /// # Errors
    /// [`ReportError::Database`].
    pub async fn entry(
        &self,
        ctx: &Ctx,
        of: (EntryId, OrganizationId),
    ) -> Result<Verdict, ReportError> {
        let db = &ctx.counting().await?;
        let asked = self.ground.asked(ctx, &self.question);
        Ok(rollups::verdict(db, &asked, &self.field, of).await?)
    }
}
