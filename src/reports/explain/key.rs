//! Which number is meant: keys of rows and columns, as reports and snapshots write them, become members.
//!
//! Global ids are read where clients are answered; what a member counts is decided in `rollups`.

use chrono::Datelike;
use chrono::NaiveDate;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TermId;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::vocabulary_term;
use sea_orm::ActiveEnum;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::identity::Ctx;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::reports::ReportError;
use crate::reports::explain::store;
use crate::reports::ground::Ground;
use crate::reports::hours::Label;
use crate::reports::question::Question;
use crate::rollups;
use crate::rollups::Dimension;
use crate::rollups::Member;
use crate::rollups::Programmes;
use crate::vocabularies::lookup;
use crate::vocabularies::versions;

/// A row or a column, as whoever asks names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coordinate {
    /// By what rows or columns are told apart.
    pub dimension: Dimension,
    /// Which of them.
    pub key: Key,
}

/// One of the rows or columns of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// Work without a term, or known of the territory asked for alone.
    Nothing,
    /// A code, a name, or a span: `PH3-P1`, `APPROVED`, `2026-03`, `2026-Q1`, `2026`, or its first day.
    Text(String),
    /// A term, by any of its versions.
    Term(TermId),
    /// A project.
    Project(ProjectId),
    /// An organization.
    Organization(OrganizationId),
}

/// What crosses in the INDH report.
pub(super) const CROSSING: [Dimension; 3] =
    [Dimension::Programme, Dimension::Territory, Dimension::Month];
/// What stands for nothing in keys.
pub const NONE: &str = "NONE";
/// Most codes that a refusal proposes.
const NEAREST: usize = 5;
/// Characters of a wrong code that it is compared by.
const CODE_LOOKED_AT: usize = 40;

/// Holds the number of coordinates and their dimensions against the rules.
///
/// # Errors
/// [`ReportError::Invalid`] for more than two, or two of one dimension or vocabulary, unless they are those of
/// what crosses in the INDH report.
pub(super) fn check(cell: &[Coordinate]) -> Result<(), ReportError> {
    let is_fine = match cell {
        [] | [_] => true,
        [one, other] => !one.dimension.clashes(other.dimension),
        cell if cell.len() == CROSSING.len() => {
            let is_named = |it| cell.iter().any(|of| of.dimension == it);
            CROSSING.into_iter().all(is_named)
        }
        _ => false,
    };
    match is_fine {
        true => Ok(()),
        false => {
            let refusal = Refusal::of(Code::CellCoordinates, "cell");
            Err(ReportError::Invalid(vec![refusal]))
        }
    }
}

/// What a coordinate names.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// By what rows or columns are told apart.
    pub dimension: Dimension,
    /// Which of them.
    pub member: Member,
    /// Of a term above those that are told apart, as a phase of programmes: only where work is shared to it itself
    /// it has a row. What is refused where it has none.
    pub otherwise: Option<Refusal>,
}

/// The members that coordinates name.
///
/// # Errors
/// [`ReportError::Invalid`] for those that the answer has no row for, all of them.
pub(super) async fn members(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    of: (&Ground, &Question),
    cell: &[Coordinate],
) -> Result<Vec<Named>, ReportError> {
    let mut checks = Checks::new();
    let mut members = Vec::new();
    for (at, coordinate) in cell.iter().enumerate() {
        let dimension = coordinate.dimension;
        let field = format!("cell.{at}.key");
        let unknown = |value: &str, known: &str| {
            Refusal::of(Code::UnknownMember, &field)
                .with("dimension", dimension.word())
                .with("value", value)
                .with("known", known)
        };
        let terms = match dimension.vocabulary() {
            Some(vocabulary) => lookup::every(db, vocabulary).await?,
            None => Vec::new(),
        };
        let member = match (dimension.vocabulary(), &coordinate.key) {
            (None, _) => member(ctx, db, of, coordinate).await?,
            (Some(_), Key::Nothing) => Some(Member::Term(None)),
            (Some(_), key) => term(&terms, dimension, key).map(|it| Member::Term(Some(it))),
        };
        match (member, &coordinate.key) {
            (Some(member), _) => {
                let apart = above(&terms, dimension, &member);
                members.push(Named {
                    dimension,
                    member,
                    otherwise: apart
                        .map(|it| unknown(&it.code, &nearest(&terms, dimension, &it.code))),
                });
            }
            (None, Key::Text(text)) if dimension.vocabulary().is_some() => {
                checks.refuse(unknown(text, &nearest(&terms, dimension, text)));
            }
            (None, Key::Text(text)) => checks.refuse(unknown(text, "none")),
            (None, Key::Nothing) => checks.refuse(unknown(NONE, "none")),
            // As for a thing that is not there.
            (None, Key::Term(_) | Key::Project(_) | Key::Organization(_)) => {
                checks.refuse(Refusal::of(Code::NotFound, &field));
            }
        }
    }
    checks.done().map_err(ReportError::Invalid)?;
    Ok(members)
}

async fn member(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    (ground, question): (&Ground, &Question),
    coordinate: &Coordinate,
) -> Result<Option<Member>, DbErr> {
    let dimension = coordinate.dimension;
    Ok(match (dimension, &coordinate.key) {
        (Dimension::Territory, Key::Nothing) => Some(Member::Place(None)),
        // The INDH report shows what is known of the territory alone under its own code.
        (Dimension::Territory, Key::Text(code)) if *code == question.territory_code => {
            Some(Member::Place(None))
        }
        (Dimension::Territory, Key::Text(code)) => {
            let places = rollups::places(db, &ground.territories).await?;
            let is_below = places.values().any(|it| it == code);
            is_below.then(|| Member::Place(Some(code.clone())))
        }
        (Dimension::Project, Key::Project(id)) => {
            let is_known = store::is_project_known(db, ctx.scope(), *id).await?;
            is_known.then_some(Member::Project(*id))
        }
        (Dimension::Organization, Key::Organization(id)) => {
            let is_known = store::is_organization_known(db, ctx.scope(), *id).await?;
            is_known.then_some(Member::Organization(*id))
        }
        (Dimension::Month | Dimension::Quarter | Dimension::Year, Key::Text(text)) => {
            span(dimension, text)
                .filter(|it| *it <= question.to && dimension.last(*it) >= question.from)
                .map(Member::Span)
        }
        (Dimension::Status, Key::Text(text)) => EntryStatus::try_from_value(text)
            .ok()
            .filter(|it| question.status_basis.contains(it))
            .map(Member::Status),
        (Dimension::Evidence, Key::Text(text)) => EvidenceLevel::try_from_value(text)
            .ok()
            .map(Member::Evidence),
        _ => None,
    })
}

/// The first version of the term that a key names, where it is one that reports tell apart.
fn term(terms: &[vocabulary_term::Model], dimension: Dimension, key: &Key) -> Option<TermId> {
    let named = terms.iter().find(|it| match key {
        Key::Text(code) => it.code == *code,
        Key::Term(id) => it.id == *id,
        _ => false,
    })?;
    let first = versions::firsts(terms).get(&named.id).copied()?;
    // What lies within what is told apart counts under that, and has no row of its own.
    let under = dimension.told_apart(terms).above(named.id);
    (under == Some(first)).then_some(first)
}

/// The term that a member is, where it lies above those that its dimension tells apart, or beside them.
fn above<'a>(
    terms: &'a [vocabulary_term::Model],
    dimension: Dimension,
    member: &Member,
) -> Option<&'a vocabulary_term::Model> {
    let Member::Term(Some(id)) = member else {
        return None;
    };
    let by_id = |id: TermId| terms.iter().find(|it| it.id == id);
    let level = dimension.level();
    let reported = Programmes::at(terms, level).above(*id).and_then(by_id);
    by_id(*id).filter(|_| reported.is_none_or(|it| it.level != level))
}

/// Codes of terms that a dimension tells apart and that are most like one that it does not: those within it or
/// around it first.
fn nearest(terms: &[vocabulary_term::Model], dimension: Dimension, wrong: &str) -> String {
    // Whoever sent a long text did not mistype a code.
    let wrong: String = wrong.chars().take(CODE_LOOKED_AT).collect();
    let apart = dimension.told_apart(terms);
    let firsts = versions::firsts(terms);
    let mut known: Vec<&str> = terms
        .iter()
        .filter(|it| {
            let first = firsts.get(&it.id).copied();
            apart.above(it.id) == first && above(terms, dimension, &Member::Term(first)).is_none()
        })
        .map(|it| it.code.as_str())
        .collect();
    known.sort_by_cached_key(|code| {
        let is_kin = code.starts_with(&wrong) || wrong.starts_with(*code);
        (
            !is_kin,
            strsim::damerau_levenshtein(code, &wrong),
            (*code).to_owned(),
        )
    });
    known.dedup();
    known.truncate(NEAREST);
    known.join(", ")
}

/// The first day of a span that a key names.
fn span(dimension: Dimension, text: &str) -> Option<NaiveDate> {
    let first = match (dimension, text.split_once("-Q")) {
        (Dimension::Quarter, Some((year, number))) => {
            let number: u32 = number.parse().ok().filter(|it| (1..=4).contains(it))?;
            NaiveDate::from_ymd_opt(year.parse().ok()?, number * 3 - 2, 1)?
        }
        _ => {
            let of_month = format!("{text}-01");
            let of_year = format!("{text}-01-01");
            let written = match dimension {
                Dimension::Month if text.len() == 7 => of_month.as_str(),
                Dimension::Year if text.len() == 4 => of_year.as_str(),
                _ => text,
            };
            written.parse().ok()?
        }
    };
    (dimension.span(first) == Some(first)).then_some(first)
}

/// The key of a row or a column as files and snapshots write it: codes of terms and places, ids as they are, spans as
/// they are asked for.
#[must_use]
pub fn written(dimension: Dimension, label: &Label) -> String {
    match &label.member {
        Member::Whole => "ALL".to_owned(),
        Member::Term(_) => {
            let code = label.term.as_ref().map(|it| it.code.clone());
            code.unwrap_or_else(|| NONE.to_owned())
        }
        Member::Place(code) => match (&label.territory, code) {
            (Some(territory), _) => territory.code.clone(),
            (None, Some(code)) => code.clone(),
            (None, None) => NONE.to_owned(),
        },
        Member::Project(id) => id.to_string(),
        Member::Organization(id) => id.to_string(),
        Member::Span(first) => span_written(dimension, *first),
        Member::Status(status) => status.to_value(),
        Member::Evidence(level) => level.to_value(),
    }
}

fn span_written(dimension: Dimension, first: NaiveDate) -> String {
    match dimension {
        Dimension::Year => first.year().to_string(),
        Dimension::Quarter => format!("{}-Q{}", first.year(), first.month0() / 3 + 1),
        _ => first.format("%Y-%m").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(dimension: Dimension, text: &str) -> Option<String> {
        span(dimension, text).map(|it| it.to_string())
    }

    #[test]
    fn spans_are_named_by_their_first_day_or_shorter() {
        let march = Some("2026-03-01".to_owned());
        assert_eq!(named(Dimension::Month, "2026-03"), march);
        assert_eq!(named(Dimension::Month, "2026-03-01"), march);
        let second = Some("2026-04-01".to_owned());
        assert_eq!(named(Dimension::Quarter, "2026-Q2"), second);
        assert_eq!(named(Dimension::Quarter, "2026-04-01"), second);
        assert_eq!(
            named(Dimension::Year, "2026"),
            Some("2026-01-01".to_owned())
        );
    }

    #[test]
    fn what_is_no_first_day_names_no_span() {
        assert_eq!(named(Dimension::Month, "2026-03-02"), None);
        assert_eq!(named(Dimension::Quarter, "2026-03-01"), None);
        assert_eq!(named(Dimension::Quarter, "2026-Q5"), None);
        assert_eq!(named(Dimension::Year, "2026-Q1"), None);
        assert_eq!(named(Dimension::Month, "mars"), None);
    }

    #[test]
    fn spans_are_written_as_cells_are_asked_for() {
        let first = |text: &str| text.parse().unwrap();
        let written = |dimension, text| span_written(dimension, first(text));
        assert_eq!(written(Dimension::Month, "2026-03-01"), "2026-03");
        assert_eq!(written(Dimension::Quarter, "2026-04-01"), "2026-Q2");
        assert_eq!(written(Dimension::Year, "2026-01-01"), "2026");
    }
}
