//! Beginning a vocabulary: one of the platform, or one of an organization.
//!
//! Its terms are written by `terms`.

use std::collections::HashSet;

use entity::ids::OrganizationId;
use entity::vocabulary;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity::Ctx;
use crate::identity::permissions::Action;
use crate::platform::db::Tx;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::vocabularies::error::VocabularyError;
use crate::vocabularies::store;

/// Stands between the slug of an organization and the code of its vocabulary; no code of the platform has
/// one.
pub const SEPARATOR: char = ':';
/// Longest code.
const CODE_MOST: usize = 32;
/// Longest name.
const NAME_MOST: usize = 300;
/// Most levels.
const LEVELS_MOST: usize = 8;
/// Most vocabularies of one organization: they are listed together.
pub const OWN_MOST: u64 = 20;
/// Most vocabularies of the platform.
const PLATFORM_MOST: u64 = 50;

/// A vocabulary as asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewVocabulary {
    /// Whose it is; absent for the platform.
    #[serde(skip)]
    pub organization: Option<OrganizationId>,
    /// Its code, without the slug.
    pub code: String,
    /// Name in French.
    pub name_fr: String,
    /// Name in Arabic.
    pub name_ar: Option<String>,
    /// Name in English.
    pub name_en: Option<String>,
    /// What its terms are, the highest first.
    pub levels: Vec<String>,
}

/// Begins a vocabulary without terms.
///
/// # Errors
/// [`VocabularyError::NotFound`] for an organization that may not be seen, [`VocabularyError::Denied`],
/// [`VocabularyError::Invalid`] for a code that is taken, names or levels that are none, or too many
/// vocabularies, [`VocabularyError::KeyReused`].
pub async fn create(
    ctx: &Ctx,
    new: &NewVocabulary,
    key: Option<&str>,
) -> Result<vocabulary::Model, VocabularyError> {
    ctx.demand_signed_in()?;
    match new.organization {
        Some(organization) => ctx.demand(Action::ManageProjects, organization)?,
        None => ctx.demand_platform()?,
    }
    let mut row = read(new, key)?;
    ctx.transaction(async |tx| {
        row.code = full_code(ctx, tx, new.organization, &row.code).await?;
        let content = (new.organization.map(|it| it.0), new);
        let claim = ctx.claim(tx, "createVocabulary", key, &content, ctx.new_id());
        match claim.await? {
            Claim::Conflict => return Err(VocabularyError::KeyReused),
            Claim::Replay(_) => {
                let held = store::by_code(tx, &row.code).await?;
                return held.ok_or(VocabularyError::NotFound("idempotencyKey"));
            }
            Claim::Go => {}
        }
        store::lock_all(tx).await?;
        if store::by_code(tx, &row.code).await?.is_some() {
            return Err(Refusal::of(Code::Taken, "code").into());
        }
        let most = if new.organization.is_some() {
            OWN_MOST
        } else {
            PLATFORM_MOST
        };
        if store::count(tx, new.organization).await? >= most {
            let refusal = Refusal::of(Code::TooLong, "organizationId");
            return Err(refusal.with("most", most).into());
        }
        row.ordinal = store::next_ordinal(tx).await?;
        store::insert(tx, &row).await?;
        let line = Line {
            action: "vocabulary.create",
            organization: row.organization_id,
            subject: ("Vocabulary", None),
            details: Some(json!({ "code": row.code, "levels": new.levels })),
        };
        audit::record(ctx, tx, line).await?;
        Ok(row)
    })
    .await
}

/// The code of a vocabulary: of an organization's own, behind its slug, which never changes. Two
/// organizations may take the same one, and neither learns of the other.
async fn full_code(
    ctx: &Ctx,
    tx: &Tx,
    organization: Option<OrganizationId>,
    code: &str,
) -> Result<String, VocabularyError> {
    let Some(id) = organization else {
        return Ok(code.to_owned());
    };
    let found = store::organization(tx, ctx.scope(), id).await?;
    let found = found.ok_or(VocabularyError::NotFound("organizationId"))?;
    if found.archived_at.is_some() {
        return Err(Refusal::of(Code::Archived, "organizationId").into());
    }
    Ok(format!("{}{SEPARATOR}{code}", found.slug))
}

fn read(new: &NewVocabulary, key: Option<&str>) -> Result<vocabulary::Model, VocabularyError> {
    let mut checks = Checks::new();
    checks.key(key);
    let code = checks.text("code", &new.code, CODE_MOST);
    checks.demand(code.is_empty() || is_word(&code), || {
        Refusal::of(Code::InvalidFormat, "code").with("value", &code)
    });
    let name_fr = checks.text("nameFr", &new.name_fr, NAME_MOST);
    let mut name = |field: &str, given: Option<&str>| {
        let given = checks.optional_text(field, given, NAME_MOST);
        // What everybody reads is there in every language.
        checks.demand(given.is_some() || new.organization.is_some(), || {
            Refusal::of(Code::Required, field)
        });
        given.unwrap_or_else(|| name_fr.clone())
    };
    let name_ar = name("nameAr", new.name_ar.as_deref());
    let name_en = name("nameEn", new.name_en.as_deref());
    checks.demand((1..=LEVELS_MOST).contains(&new.levels.len()), || {
        let refusal = Refusal::of(Code::WrongCount, "levels");
        refusal.with("least", 1).with("most", LEVELS_MOST)
    });
    let mut seen = HashSet::new();
    for (at, level) in new.levels.iter().take(LEVELS_MOST).enumerate() {
        let field = format!("levels.{at}");
        let fits = level.chars().count() <= CODE_MOST && is_word(level);
        checks.demand(fits, || {
            Refusal::of(Code::InvalidFormat, &field).with("value", level)
        });
        checks.demand(seen.insert(level), || Refusal::of(Code::Taken, &field));
    }
    checks.done().map_err(VocabularyError::Invalid)?;
    Ok(vocabulary::Model {
        code,
        name_fr,
        name_ar,
        name_en,
        ordinal: 0,
        organization_id: new.organization,
        levels: json!(new.levels).to_string(),
    })
}

/// Capitals, digits and underscores, a capital first.
fn is_word(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_uppercase())
        && text
            .chars()
            .all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_')
}
