//! Acts on vocabularies: begin one, write a batch of terms.
//!
//! What a term must be is in `vocabularies::rules`; what vocabularies look like in `vocabularies`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::MaybeUndefined;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::OrganizationId;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::node::NodeId;
use crate::graphql::patch::clearable;
use crate::graphql::scalars::Date;
use crate::graphql::vocabularies::Vocabulary;
use crate::graphql::vocabularies::VocabularyTerm;
use crate::vocabularies::VocabularyError;
use crate::vocabularies::own;
use crate::vocabularies::own::NewVocabulary;
use crate::vocabularies::rules::Became;
use crate::vocabularies::rules::NewTerm;
use crate::vocabularies::terms;
use crate::vocabularies::terms::Batch;

/// A new vocabulary.
#[derive(InputObject)]
struct CreateVocabularyInput {
    /// Whose it is: only its members see it, only its projects are shared among its terms. Absent: one of the
    /// platform, for everybody.
    organization_id: Option<ID>,
    /// Its code: capitals, digits and `_`, a capital first; at most 32. Of an organization's own, its slug and a
    /// colon are put before it.
    code: String,
    /// Name in French; at most 300 characters.
    name_fr: String,
    /// Name in Arabic; at most 300 characters. Of an organization's own it may be absent: then the French one.
    name_ar: Option<String>,
    /// Name in English; at most 300 characters. Of an organization's own it may be absent: then the French one.
    name_en: Option<String>,
    /// What its terms are, the highest first: one to eight words such as `THEME`, in capitals, digits and `_`.
    levels: Vec<String>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// The new vocabulary.
#[derive(SimpleObject)]
struct CreateVocabularyPayload {
    /// The vocabulary, without terms; null when refused.
    vocabulary: Option<Vocabulary>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// How a term is called from one day on.
#[derive(InputObject)]
struct VocabularyTermInput {
    /// Its code, which is its name for good: letters, digits, `-`, `_`, `.`; at most 40.
    code: String,
    /// Code of the term above, which is there already or stands before this one. Absent: at the top, or where
    /// the term stands already; a term keeps its place.
    parent_code: Option<String>,
    /// Its level, one of the vocabulary's, below that of the term above. May be absent where the term is there
    /// already: it keeps its level.
    level: Option<String>,
    /// Name in French; at most 300 characters.
    name_fr: String,
    /// Name in Arabic; at most 300 characters. In a vocabulary of an organization it may be absent: then the
    /// French one.
    name_ar: Option<String>,
    /// Name in English; at most 300 characters. In a vocabulary of an organization it may be absent: then the
    /// French one.
    name_en: Option<String>,
    /// First day. That of a version that is there: the version is changed, where it has not begun before
    /// today. Another one, today or later: a new version, which ends the one before it. Of a new term any day
    /// since 1990.
    valid_from: Date,
    /// First day on which it is no longer in force; null for no end, absent as it is. Today or later for what is
    /// in force. Shares that name an ended term go on counting under it until the project is shared otherwise.
    valid_to: MaybeUndefined<Date>,
    /// Who says so; at most 500 characters.
    source: Option<String>,
    /// The version that the caller saw, where one begins on that day, 0 where none does; refused with
    /// `VERSION_CONFLICT` where it is not the present one.
    expected_version: Option<i32>,
}

/// Terms to write.
#[derive(InputObject)]
struct UpsertVocabularyTermsInput {
    /// Code of the vocabulary, as `vocabularies` tells it.
    vocabulary: String,
    /// The terms, at most 500, those above before those below.
    terms: Vec<VocabularyTermInput>,
    /// Whether nothing is written, and the results say what would be; false by default.
    dry_run: Option<bool>,
    /// Makes a repeated request have one effect; at most 200 characters. Of no account for a dry run.
    idempotency_key: Option<String>,
}

/// What a term became, or would become in a dry run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
enum VocabularyTermChange {
    /// It is new, or a new version.
    Created,
    /// The version says something else.
    Changed,
    /// It was so before.
    Unchanged,
}

impl From<Became> for VocabularyTermChange {
    fn from(became: Became) -> Self {
        match became {
            Became::Created => Self::Created,
            Became::Changed => Self::Changed,
            Became::Unchanged => Self::Unchanged,
        }
    }
}

/// What became of one term.
#[derive(SimpleObject)]
struct VocabularyTermResult {
    /// The version as it is now, or would be in a dry run; null when nothing was written.
    term: Option<VocabularyTerm>,
    /// What it became; null when it was refused.
    change: Option<VocabularyTermChange>,
    /// Why it was refused; `BATCH_UNDONE` where only others were.
    user_errors: Vec<UserError>,
}

/// What became of the terms.
#[derive(SimpleObject)]
struct UpsertVocabularyTermsPayload {
    /// One result for each term, in order; empty where the whole was refused.
    results: Vec<VocabularyTermResult>,
    /// Why the whole was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// Acts on vocabularies.
#[derive(Debug, Default)]
pub struct VocabularyMutations;

/// Acts on vocabularies.
#[Object]
impl VocabularyMutations {
    /// Begins a vocabulary without terms. Needs an administrator of the organization, or for one of the
    /// platform an administrator of the platform.
    async fn create_vocabulary(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The new vocabulary.")] input: CreateVocabularyInput,
    ) -> Result<CreateVocabularyPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = input.organization_id.as_ref();
            let new = NewVocabulary {
                organization: OrganizationId::optional(id, "organizationId")?,
                code: input.code,
                name_fr: input.name_fr,
                name_ar: input.name_ar,
                name_en: input.name_en,
                levels: input.levels,
            };
            own::create(ctx, &new, input.idempotency_key.as_deref()).await
        };
        let outcome: std::result::Result<_, VocabularyError> = outcome.await;
        let (vocabulary, user_errors) = answered(ctx, outcome)?;
        Ok(CreateVocabularyPayload {
            vocabulary: vocabulary.map(Vocabulary),
            user_errors,
        })
    }

    /// Writes terms of a vocabulary, each from its first day on; what was in force before stays as it was, and
    /// the same again changes nothing. A term is never taken away: it ends. All of them are written or none.
    /// Needs an administrator of the organization whose vocabulary it is, or of the platform for its own.
    async fn upsert_vocabulary_terms(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The terms.")] input: UpsertVocabularyTermsInput,
    ) -> Result<UpsertVocabularyTermsPayload> {
        let ctx = gql.signed_in()?;
        let new: Vec<NewTerm> = input.terms.into_iter().map(new_term).collect();
        let batch = Batch {
            vocabulary: &input.vocabulary,
            terms: &new,
            key: input.idempotency_key.as_deref(),
            dry_run: input.dry_run.unwrap_or_default(),
        };
        let (outcomes, user_errors) = answered(ctx, terms::upsert(ctx, &batch).await)?;
        let mut results = Vec::with_capacity(new.len());
        for outcome in outcomes.unwrap_or_default() {
            let (written, user_errors) = answered(ctx, outcome)?;
            let (term, change) = written.unzip();
            results.push(VocabularyTermResult {
                term: term.map(VocabularyTerm),
                change: change.map(Into::into),
                user_errors,
            });
        }
        Ok(UpsertVocabularyTermsPayload {
            results,
            user_errors,
        })
    }
}

fn new_term(input: VocabularyTermInput) -> NewTerm {
    NewTerm {
        code: input.code,
        parent_code: input.parent_code,
        level: input.level,
        name_fr: input.name_fr,
        name_ar: input.name_ar,
        name_en: input.name_en,
        valid_from: input.valid_from.0,
        valid_to: clearable(input.valid_to, |it| it.0),
        source: input.source,
        expected: input.expected_version,
    }
}
