//! Writes the lists of terms into the database, once for each edition.
//!
//! What the lists say is read in `edition`. What an administrator wrote is in `terms`, and stays: a list
//! writes nothing of a term of which any version was written by hand.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::NaiveDate;
use entity::ids::TermId;
use entity::vocabulary;
use entity::vocabulary_term;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::sea_query::OnConflict;

use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::editions::Edition;
use crate::vocabularies::edition;
use crate::vocabularies::edition::GOALS;
use crate::vocabularies::edition::List;
use crate::vocabularies::edition::SECTORS;
use crate::vocabularies::edition::TARGETS;
use crate::vocabularies::edition::Term;
use crate::vocabularies::error::VocabularyError;
use crate::vocabularies::translations;

/// The lists that the binary carries; see `data/SOURCES.md`.
const PROGRAMMES: &str = include_str!("../../data/indh_programmes.csv");
const OCCUPATIONS: &str = include_str!("../../data/isco08.csv");
/// Grows when the same lists make other rows.
const READING: u8 = 3;
/// In published statistics these stand for all programmes, and for none; in breakdowns the last for what is not known.
pub const RESERVED: [&str; 3] = ["TOTAL", "NONE", "UNKNOWN"];
/// Rows of one statement, far below what either database takes.
const ROWS: usize = 1_000;

/// The texts of lists, in the form of those that the binary carries.
#[derive(Clone, Copy, Debug)]
pub struct Lists<'a> {
    /// Programmes of INDH.
    pub programmes: &'a str,
    /// Goals of sustainable development.
    pub goals: &'a str,
    /// Targets in them.
    pub targets: &'a str,
    /// Occupations of ISCO-08.
    pub occupations: &'a str,
    /// Fields of work of ICNP/TSO.
    pub sectors: &'a str,
}

impl Lists<'static> {
    /// Those that the binary carries.
    #[must_use]
    pub fn carried() -> Self {
        Self {
            programmes: PROGRAMMES,
            goals: GOALS,
            targets: TARGETS,
            occupations: OCCUPATIONS,
            sectors: SECTORS,
        }
    }
}

/// Loads the terms that the binary carries, where the database holds another edition or none.
///
/// One statement when there is nothing to do; safe when several processes start at once.
///
/// # Errors
/// [`VocabularyError`] when the database refuses; nothing was written then.
pub async fn load(ctx: &Ctx) -> Result<(), VocabularyError> {
    load_lists(ctx, &Lists::carried()).await
}

/// Loads lists in the form of those that the binary carries.
///
/// A line of a code and first day that is held corrects it; one with a later first day begins a
/// new version and ends the one before it. Terms that an administrator wrote, renamed or ended stay as they
/// are.
///
/// # Errors
/// [`VocabularyError`] when a list is at fault or the database refuses; nothing was written then.
pub async fn load_lists(ctx: &Ctx, lists: &Lists<'_>) -> Result<(), VocabularyError> {
    let texts = [
        lists.programmes,
        lists.goals,
        lists.targets,
        lists.occupations,
        lists.sectors,
    ];
    let edition = Edition::of("vocabularies", READING, &texts);
    if edition.is_held(ctx.read()).await? {
        return Ok(());
    }
    let lists = [
        edition::indh(lists.programmes)?,
        edition::sdg(lists.goals, lists.targets)?,
        edition::isco08(lists.occupations)?,
        edition::icnp_tso(lists.sectors)?,
    ];
    for list in &lists {
        let mut codes = list.terms.iter().map(|it| &it.code);
        if let Some(code) = codes.find(|it| RESERVED.contains(&it.as_str())) {
            return Err(VocabularyError::Reserved {
                vocabulary: list.code,
                code: code.clone(),
            });
        }
    }
    ctx.transaction(async |tx| {
        if edition.lock(tx).await? {
            return Ok(());
        }
        for (ordinal, list) in (1..).zip(&lists) {
            write_vocabulary(tx, list, ordinal).await?;
            write_terms(ctx, tx, list).await?;
        }
        edition.hold(tx, ctx.now()).await?;
        Ok(())
    })
    .await
}

async fn write_vocabulary(tx: &Tx, list: &List, ordinal: i32) -> Result<(), VocabularyError> {
    let row = vocabulary::Model {
        code: list.code.to_owned(),
        name_fr: list.name_fr.to_owned(),
        name_ar: list.name_ar.to_owned(),
        name_en: list.name_en.to_owned(),
        ordinal,
        organization_id: None,
        levels: serde_json::json!(list.levels).to_string(),
    };
    vocabulary::Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::column(vocabulary::Column::Code)
                .update_columns([
                    vocabulary::Column::NameFr,
                    vocabulary::Column::NameAr,
                    vocabulary::Column::NameEn,
                    vocabulary::Column::Ordinal,
                    vocabulary::Column::Levels,
                ])
                .to_owned(),
        )
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

async fn write_terms(ctx: &Ctx, tx: &Tx, list: &List) -> Result<(), VocabularyError> {
    let held = vocabulary_term::Entity::find()
        .filter(vocabulary_term::Column::Vocabulary.eq(list.code))
        .all(&**tx)
        .await?;
    let planned = plan(ctx, list, &held)?;
    let before: HashMap<TermId, &vocabulary_term::Model> =
        held.iter().map(|it| (it.id, it)).collect();
    let mut new = Vec::new();
    for row in &planned {
        match before.get(&row.id) {
            None => new.push(row.clone().into_active_model()),
            Some(held) if *held == row => {}
            Some(_) => {
                row.clone()
                    .into_active_model()
                    .reset_all()
                    .update(&**tx)
                    .await?;
            }
        }
    }
    for rows in new.chunks(ROWS) {
        vocabulary_term::Entity::insert_many(rows.to_vec())
            .exec_without_returning(&**tx)
            .await?;
    }
    Ok(())
}

/// The rows as they are to be: those of the list, and held versions that a later one ends.
fn plan(
    ctx: &Ctx,
    list: &List,
    held: &[vocabulary_term::Model],
) -> Result<Vec<vocabulary_term::Model>, VocabularyError> {
    let ids: HashMap<(&str, NaiveDate), TermId> = held
        .iter()
        .map(|it| ((it.code.as_str(), it.valid_from), it.id))
        .collect();
    let versions: HashMap<TermId, i32> = held.iter().map(|it| (it.id, it.version)).collect();
    // Whoever wrote one version of a term answers for the term.
    let by_hand: HashSet<&str> = held
        .iter()
        .filter(|it| it.changed_by.is_some())
        .map(|it| it.code.as_str())
        .collect();
    let kept = held.iter().filter(|it| by_hand.contains(it.code.as_str()));
    let mut rows: Vec<vocabulary_term::Model> = kept.cloned().collect();
    for (ordinal, term) in (1..).zip(&list.terms) {
        if by_hand.contains(term.code.as_str()) {
            continue;
        }
        let id = ids
            .get(&(term.code.as_str(), term.valid_from))
            .copied()
            .unwrap_or_else(|| TermId(ctx.new_id()));
        let parent_id = parent(list, term, &rows)?;
        rows.push(vocabulary_term::Model {
            id,
            vocabulary: list.code.to_owned(),
            code: term.code.clone(),
            parent_id,
            level: term.level.clone(),
            name_fr: term.name_fr.clone(),
            name_ar: term.name_ar.clone(),
            name_en: term.name_en.clone(),
            translations: translations::kept(&term.translations),
            valid_from: term.valid_from,
            valid_to: term.valid_to,
            source: term.source.clone(),
            ordinal,
            changed_by: None,
            version: versions.get(&id).copied().unwrap_or(1),
        });
    }
    for version in held {
        let next = list
            .terms
            .iter()
            .filter(|it| it.code == version.code && it.valid_from > version.valid_from)
            .map(|it| it.valid_from)
            .min();
        let listed = rows.iter().any(|it| it.id == version.id);
        if let (Some(next), false) = (next, listed) {
            rows.push(vocabulary_term::Model {
                valid_to: Some(version.valid_to.map_or(next, |end| end.min(next))),
                ..version.clone()
            });
        }
    }
    Ok(rows)
}

/// The latest version of the term above that had begun, else its first one: an administrator may have
/// announced the term above for a later day.
fn parent(
    list: &List,
    term: &Term,
    rows: &[vocabulary_term::Model],
) -> Result<Option<TermId>, VocabularyError> {
    let Some(code) = &term.parent else {
        return Ok(None);
    };
    let mut above: Vec<&vocabulary_term::Model> =
        rows.iter().filter(|it| it.code == *code).collect();
    above.sort_by_key(|it| it.valid_from);
    let begun = above.iter().rfind(|it| it.valid_from <= term.valid_from);
    begun
        .or(above.first())
        .map(|it| Some(it.id))
        .ok_or_else(|| VocabularyError::NoParent {
            vocabulary: list.code,
            code: term.code.clone(),
            parent: code.clone(),
        })
}
