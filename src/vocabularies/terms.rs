//! Writing terms: a batch of them, all or none.
//!
//! What a term must be is in `rules`; the lists that come with the binary are loaded by `import`.

use std::collections::BTreeSet;
use std::collections::HashMap;

use entity::ids::TermId;
use entity::vocabulary;
use entity::vocabulary_term;
use sea_orm::DbErr;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::identity::permissions::Action;
use crate::platform::db::Tx;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::vocabularies::error::VocabularyError;
use crate::vocabularies::rules::Became;
use crate::vocabularies::rules::Book;
use crate::vocabularies::rules::By;
use crate::vocabularies::rules::NewTerm;
use crate::vocabularies::rules::ROWS_MOST;
use crate::vocabularies::rules::TERMS_MOST;
use crate::vocabularies::store;
use crate::vocabularies::versions;

/// Most terms of one batch.
pub const BATCH_MOST: usize = 500;

/// A term as written, and what it became.
pub type Written = (vocabulary_term::Model, Became);

/// Terms to write.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    /// Code of the vocabulary.
    pub vocabulary: &'a str,
    /// The terms, those above before those below.
    pub terms: &'a [NewTerm],
    /// The idempotency key.
    pub key: Option<&'a str>,
    /// Whether nothing is written: what would be is told all the same.
    pub dry_run: bool,
}

/// Writes terms of a vocabulary, each from its first day on; the same again changes nothing. All of them are
/// written or none.
///
/// # Errors
/// One outcome for each, in order; of the whole [`VocabularyError::NotFound`] for a vocabulary that may not be
/// seen, [`VocabularyError::Denied`] for whoever does not keep it, [`VocabularyError::KeyReused`], and faults
/// of ours.
pub async fn upsert(
    ctx: &Ctx,
    batch: &Batch<'_>,
) -> Result<Vec<Result<Written, VocabularyError>>, VocabularyError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    checks.key(batch.key);
    checks.demand(!batch.terms.is_empty(), || {
        Refusal::of(Code::Required, "terms")
    });
    checks.demand(batch.terms.len() <= BATCH_MOST, || {
        Refusal::of(Code::TooLong, "terms").with("most", BATCH_MOST)
    });
    checks.done().map_err(VocabularyError::Invalid)?;
    let together = ctx.transaction(async |tx| together(ctx, tx, batch).await);
    match together.await {
        Ok(rows) => Ok(rows.into_iter().map(Ok).collect()),
        Err(Undone::For(cause)) => Err(cause),
        Err(Undone::Dry(rows)) => Ok(rows.into_iter().map(Ok).collect()),
        // What was fine by itself was not written either, and says so.
        Err(Undone::As(outcomes)) => Ok(outcomes
            .into_iter()
            .map(|it| it.and_then(|_| Err(Refusal::new(Code::BatchUndone).into())))
            .collect()),
    }
}

/// Demands that the actor keeps a vocabulary that they see.
///
/// # Errors
/// [`Denied`].
pub fn demand(ctx: &Ctx, vocabulary: &vocabulary::Model) -> Result<(), Denied> {
    match vocabulary.organization_id {
        Some(organization) => ctx.demand(Action::ManageProjects, organization),
        None => ctx.demand_platform(),
    }
}

/// Why the transaction was taken back.
enum Undone {
    As(Vec<Result<Written, VocabularyError>>),
    Dry(Vec<Written>),
    For(VocabularyError),
}

impl<E: Into<VocabularyError>> From<E> for Undone {
    fn from(cause: E) -> Self {
        Self::For(cause.into())
    }
}

async fn together(ctx: &Ctx, tx: &Tx, batch: &Batch<'_>) -> Result<Vec<Written>, Undone> {
    let held = store::lock(tx, ctx.scope(), batch.vocabulary).await?;
    let vocabulary = held.ok_or(VocabularyError::NotFound("vocabulary"))?;
    demand(ctx, &vocabulary)?;
    let content = (batch.vocabulary, batch.terms);
    let key = batch.key.filter(|_| !batch.dry_run);
    let claim = ctx.claim(tx, "upsertVocabularyTerms", key, &content, ctx.new_id());
    let replayed = match claim.await? {
        Claim::Conflict => return Err(VocabularyError::KeyReused.into()),
        Claim::Replay(_) => true,
        Claim::Go => false,
    };
    let held = store::terms(tx, &vocabulary.code).await?;
    let mut book = Book::of(&vocabulary, &held);
    let before = book.clone();
    if replayed {
        // As they are now: others may have changed them since.
        let found = batch.terms.iter().map(|it| {
            let row = book.at(&it.code, it.valid_from).cloned();
            row.map(|row| (row, Became::Unchanged))
                .ok_or_else(|| VocabularyError::NotFound("code"))
        });
        return Ok(found.collect::<Result<_, _>>()?);
    }
    let mut outcomes = put_all(ctx, &mut book, batch.terms);
    for (at, refusal) in outlived(&book, batch.terms) {
        if let Some(outcome) = outcomes.get_mut(at).filter(|it| it.is_ok()) {
            *outcome = Err(refusal.into());
        }
    }
    if book.rows().len() > ROWS_MOST {
        let refusal = Refusal::of(Code::TooLong, "terms").with("most", ROWS_MOST);
        return Err(VocabularyError::from(refusal).into());
    }
    if book.len() > TERMS_MOST {
        return Err(VocabularyError::from(
            Refusal::of(Code::TooLong, "terms").with("most", TERMS_MOST),
        )
        .into());
    }
    if outcomes.iter().any(Result::is_err) {
        return Err(Undone::As(outcomes));
    }
    // Of two rows of one term the later one may have ended the earlier one since it was put.
    let rows: Vec<Written> = outcomes
        .into_iter()
        .flatten()
        .map(|(row, became)| {
            let now = book.at(&row.code, row.valid_from).cloned();
            (now.unwrap_or(row), became)
        })
        .collect();
    if batch.dry_run {
        return Err(Undone::Dry(rows));
    }
    save(tx, &held, &book).await?;
    let changed = rows.iter().filter(|it| it.1 != Became::Unchanged);
    let lines = changed.map(|(row, _)| {
        let before = before.at(&row.code, row.valid_from);
        line(&vocabulary, before, row)
    });
    audit::record_all(ctx, tx, lines.collect()).await?;
    Ok(rows)
}

fn put_all(ctx: &Ctx, book: &mut Book, terms: &[NewTerm]) -> Vec<Result<Written, VocabularyError>> {
    let by = By {
        today: ctx.today(),
        user: ctx.actor().user(),
    };
    let mut seen = BTreeSet::new();
    let mut outcomes = Vec::with_capacity(terms.len());
    for new in terms {
        let place = (new.code.trim(), new.valid_from);
        let outcome = if seen.contains(&place) {
            Err(Refusal::of(Code::Taken, "validFrom").into())
        } else {
            book.put(new, TermId(ctx.new_id()), by)
        };
        if outcome.is_ok() {
            seen.insert(place);
        }
        outcomes.push(outcome);
    }
    outcomes
}

fn outlived(book: &Book, terms: &[NewTerm]) -> Vec<(usize, Refusal)> {
    let touched: Vec<&str> = terms.iter().map(|it| it.code.trim()).collect();
    book.outlived(&touched)
}

/// Writes what is new or different.
async fn save(tx: &Tx, held: &[vocabulary_term::Model], book: &Book) -> Result<(), DbErr> {
    let held: HashMap<TermId, &vocabulary_term::Model> =
        held.iter().map(|it| (it.id, it)).collect();
    let mut new = Vec::new();
    for row in versions::in_order(book.rows()) {
        match held.get(&row.id) {
            None => new.push(row),
            Some(before) if **before == row => {}
            Some(_) => store::update_term(tx, &row).await?,
        }
    }
    store::insert_terms(tx, &new).await
}

fn line(
    vocabulary: &vocabulary::Model,
    before: Option<&vocabulary_term::Model>,
    row: &vocabulary_term::Model,
) -> Line {
    let said = |it: &vocabulary_term::Model| {
        json!({
            "names": [it.name_fr, it.name_ar, it.name_en],
            "validTo": it.valid_to, "source": it.source,
        })
    };
    Line {
        action: "vocabulary_term.upsert",
        organization: vocabulary.organization_id,
        subject: ("VocabularyTerm", Some(row.id.0)),
        details: Some(json!({
            "vocabulary": vocabulary.code, "code": row.code, "level": row.level,
            "validFrom": row.valid_from, "before": before.map(said), "after": said(row),
        })),
    }
}
