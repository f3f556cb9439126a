//! Indicators of an organization: created, renamed, archived. Those of the catalogue come with the
//! binary.
//!
//! What an indicator measures stays as it was created: its values would say something else.

use entity::ids::IndicatorId;
use entity::ids::OrganizationId;
use entity::indicator;
use entity::types::Dimension;
use entity::types::Direction;
use entity::types::OverPlace;
use entity::types::OverTime;
use entity::types::Reading;
use entity::types::ResultLevel;
use entity::types::ValueType;
use sea_orm::DbErr;
use serde::Serialize;

use crate::audit;
use crate::audit::Line;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::impact::catalogue;
use crate::impact::custom;
use crate::impact::error::ImpactError;
use crate::impact::rules;
use crate::impact::store;
use crate::platform::change::Change;
use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::platform::idempotency::Claim;
use crate::platform::text::fold;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Mend;
use crate::refusal::Refusal;
use crate::vocabularies::lookup;

/// A new indicator, as asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewIndicator {
    /// Its short name.
    pub code: String,
    /// Name in French.
    pub name_fr: String,
    /// Name in Arabic.
    pub name_ar: Option<String>,
    /// Name in English.
    pub name_en: Option<String>,
    /// What is counted.
    pub unit: String,
    /// What its values are.
    pub value_type: ValueType,
    /// Which way is better.
    pub direction: Direction,
    /// Where in the chain of results it stands.
    pub level: ResultLevel,
    /// What a value says.
    pub reading: Reading,
    /// How values become one over time.
    pub over_time: OverTime,
    /// How values become one over places.
    pub over_place: OverPlace,
    /// By what its totals may be broken down.
    pub dimensions: Vec<Dimension>,
    /// Code of the vocabulary whose terms are one dimension more.
    pub vocabulary: Option<String>,
    /// What it serves, and where it is defined.
    pub links: Links,
}

/// What an indicator serves, and where it is defined.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Links {
    /// Code of an INDH programme or axis.
    pub programme_code: Option<String>,
    /// Code of a goal of sustainable development.
    pub sdg_code: Option<String>,
    /// Code in the IRIS+ catalogue.
    pub iris_code: Option<String>,
    /// Where its definition comes from.
    pub source: Option<String>,
}

/// Changes of an indicator.
#[derive(Clone, Debug, Default)]
pub struct IndicatorChanges {
    /// Name in French.
    pub name_fr: Change<String>,
    /// Name in Arabic.
    pub name_ar: Change<Option<String>>,
    /// Name in English.
    pub name_en: Change<Option<String>>,
    /// What is counted.
    pub unit: Change<String>,
    /// Code of an INDH programme or axis.
    pub programme_code: Change<Option<String>>,
    /// Code of a goal of sustainable development.
    pub sdg_code: Change<Option<String>>,
    /// Code in the IRIS+ catalogue.
    pub iris_code: Change<Option<String>>,
    /// Where its definition comes from.
    pub source: Change<Option<String>>,
    /// Whether nothing new is measured.
    pub archived: Change<bool>,
}

/// Creates an indicator.
///
/// # Errors
/// [`ImpactError::Invalid`] with everything that is wrong, [`Denied`].
pub async fn create(
    ctx: &Ctx,
    organization: OrganizationId,
    new: NewIndicator,
    key: Option<&str>,
) -> Result<indicator::Model, ImpactError> {
    ctx.demand(Action::ManageIndicators, organization)
        .map_err(unseen)?;
    let mut checks = Checks::new();
    checks.key(key);
    let row = parse(ctx, &mut checks, organization, &new);
    checks.done().map_err(ImpactError::Invalid)?;
    ctx.transaction(async |tx| {
        let content = (organization, &new);
        match ctx
            .claim(tx, "createIndicator", key, &content, row.id.0)
            .await?
        {
            Claim::Conflict => return Err(ImpactError::KeyReused),
            Claim::Replay(id) => {
                let found = store::indicators(&**tx, ctx.scope(), &[IndicatorId(id)]).await?;
                return found
                    .into_iter()
                    .next()
                    .ok_or(ImpactError::NotFound("idempotencyKey"));
            }
            Claim::Go => {}
        }
        terms(ctx, tx, &row).await?;
        store::insert_indicator(tx, row.clone())
            .await
            .map_err(taken)?;
        audit::record(ctx, tx, line("indicator.create", &row)).await?;
        Ok(row)
    })
    .await
}

/// Changes an indicator.
///
/// # Errors
/// [`ImpactError::NotFound`], [`ImpactError::VersionConflict`], [`ImpactError::Invalid`]; [`Denied`]
/// for those of the catalogue, too.
pub async fn update(
    ctx: &Ctx,
    id: IndicatorId,
    expected: Option<i32>,
    changes: IndicatorChanges,
) -> Result<indicator::Model, ImpactError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let before = store::lock_indicator(tx, ctx.scope(), id).await?;
        let before = before.ok_or(ImpactError::NotFound("id"))?;
        let owner = before.organization_id.ok_or(Denied::NotAllowed)?;
        ctx.demand(Action::ManageIndicators, owner)
            .map_err(|_unseen| Denied::NotAllowed)?;
        if expected.is_some_and(|it| it != before.version) {
            return Err(ImpactError::VersionConflict {
                current: before.version,
            });
        }
        let mut checks = Checks::new();
        let mut after = before.clone();
        after.name_fr = changes
            .name_fr
            .map(|it| checks.text("nameFr", &it, 300))
            .over(after.name_fr);
        after.name_ar = changes
            .name_ar
            .map(|it| checks.optional_text("nameAr", it.as_deref(), 300))
            .over(after.name_ar);
        after.name_en = changes
            .name_en
            .map(|it| checks.optional_text("nameEn", it.as_deref(), 300))
            .over(after.name_en);
        after.unit = changes
            .unit
            .map(|it| checks.text("unit", &it, 40))
            .over(after.unit);
        let mut text = |change: Change<Option<String>>, field, most, present| {
            change
                .map(|it| checks.optional_text(field, it.as_deref(), most))
                .over(present)
        };
        after.programme_code = text(
            changes.programme_code,
            "programmeCode",
            40,
            after.programme_code,
        );
        after.sdg_code = text(changes.sdg_code, "sdgCode", 40, after.sdg_code);
        after.iris_code = changes
            .iris_code
            .map(|it| iris(&mut checks, it.as_deref()))
            .over(after.iris_code);
        after.source = changes
            .source
            .map(|it| checks.optional_prose("source", it.as_deref(), 500))
            .over(after.source);
        match changes.archived {
            Change::To(true) => after.archived_at = after.archived_at.or(Some(ctx.now())),
            Change::To(false) => after.archived_at = None,
            Change::Keep => {}
        }
        checks.done().map_err(ImpactError::Invalid)?;
        after.search_key = search_key(
            &after.code,
            &after.name_fr,
            after.name_ar.as_deref(),
            after.name_en.as_deref(),
        );
        if after == before {
            return Ok(after);
        }
        terms(ctx, tx, &after).await?;
        after.version = before.version.saturating_add(1);
        after.updated_at = ctx.now();
        store::update_indicator(tx, &after).await?;
        audit::record(ctx, tx, line("indicator.update", &after)).await?;
        Ok(after)
    })
    .await
}

fn parse(
    ctx: &Ctx,
    checks: &mut Checks,
    organization: OrganizationId,
    new: &NewIndicator,
) -> indicator::Model {
    let code = checks.text("code", &new.code, 40);
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    checks.demand(code.chars().all(plain), || {
        Refusal::of(Code::InvalidFormat, "code")
            .with("value", &code)
            .mended(Mend::IndicatorCode)
    });
    checks.demand(!catalogue::keeps(&code), || {
        Refusal::of(Code::CodeReserved, "code")
            .with("value", &code)
            .with("kept", catalogue::KEPT)
    });
    let name_fr = checks.text("nameFr", &new.name_fr, 300);
    let name_ar = checks.optional_text("nameAr", new.name_ar.as_deref(), 300);
    let name_en = checks.optional_text("nameEn", new.name_en.as_deref(), 300);
    // A part of a whole is weighed by its whole, and what was said yes to is counted nowhere.
    let adds = new.over_time == OverTime::Sum || new.over_place == OverPlace::Sum;
    let fits = !(adds && matches!(new.value_type, ValueType::Percentage | ValueType::YesNo));
    checks.demand(fits, || {
        Refusal::of(Code::Contradiction, "valueType")
            .with("detail", "valueType, SUM")
            .mended(Mend::NotAdded)
    });
    // It holds what came before: adding it up would count that again.
    let sums = new.reading == Reading::Cumulative && new.over_time != OverTime::Last;
    checks.demand(!sums, || {
        Refusal::of(Code::Contradiction, "overTime")
            .with("detail", "CUMULATIVE, overTime")
            .mended(Mend::CumulativeLast)
    });
    let vocabulary = checks.optional_text("vocabulary", new.vocabulary.as_deref(), 100);
    let mut dimensions = new.dimensions.clone();
    let named = vocabulary.is_some() || !dimensions.contains(&Dimension::Custom);
    checks.demand(named, || Refusal::of(Code::Required, "vocabulary"));
    dimensions.extend(vocabulary.is_some().then_some(Dimension::Custom));
    dimensions.sort();
    dimensions.dedup();
    let now = ctx.now();
    indicator::Model {
        id: IndicatorId(ctx.new_id()),
        organization_id: Some(organization),
        search_key: search_key(&code, &name_fr, name_ar.as_deref(), name_en.as_deref()),
        code,
        name_fr,
        name_ar,
        name_en,
        unit: checks.text("unit", &new.unit, 40),
        value_type: new.value_type,
        direction: new.direction,
        level: new.level,
        reading: new.reading,
        over_time: new.over_time,
        over_place: new.over_place,
        dimensions: serde_json::json!(dimensions).to_string(),
        vocabulary,
        derived: None,
        programme_code: checks.optional_text(
            "programmeCode",
            new.links.programme_code.as_deref(),
            40,
        ),
        sdg_code: checks.optional_text("sdgCode", new.links.sdg_code.as_deref(), 40),
        iris_code: iris(checks, new.links.iris_code.as_deref()),
        source: checks.optional_prose("source", new.links.source.as_deref(), 500),
        version: 1,
        created_at: now,
        updated_at: now,
        archived_at: None,
    }
}

/// Reads a code of the IRIS+ catalogue; blank counts as absent.
fn iris(checks: &mut Checks, given: Option<&str>) -> Option<String> {
    let code = given.map(str::trim).filter(|it| !it.is_empty())?;
    checks.demand(rules::is_iris(code), || {
        Refusal::of(Code::InvalidFormat, "irisCode")
            .with("value", code)
            .mended(Mend::IrisCode)
    });
    Some(code.to_owned())
}

/// Refuses terms that the vocabularies do not have today, and a vocabulary that is not there.
async fn terms(ctx: &Ctx, tx: &Tx, row: &indicator::Model) -> Result<(), ImpactError> {
    let mut checks = Checks::new();
    for (vocabulary, field, code) in [
        ("INDH", "programmeCode", &row.programme_code),
        ("SDG", "sdgCode", &row.sdg_code),
    ] {
        if let Some(code) = code {
            let codes = std::slice::from_ref(code);
            let found = lookup::by_codes(&**tx, vocabulary, codes, ctx.today()).await?;
            checks.demand(found.contains_key(code), || {
                Refusal::of(Code::UnknownTerm, field)
                    .with("vocabulary", vocabulary)
                    .with("value", code)
            });
        }
    }
    custom::vocabulary(ctx, tx, &mut checks, row).await?;
    checks.done().map_err(ImpactError::Invalid)
}

/// The code and the names of an indicator as they are searched.
#[must_use]
pub fn search_key(code: &str, french: &str, arabic: Option<&str>, english: Option<&str>) -> String {
    let names = [Some(code), Some(french), arabic, english];
    let folded: Vec<String> = names.into_iter().flatten().map(fold).collect();
    folded.join(" ")
}

/// An organization that the actor does not belong to looks like none.
pub(super) fn unseen(denied: Denied) -> ImpactError {
    match denied {
        Denied::Invisible => ImpactError::NotFound("organizationId"),
        other => other.into(),
    }
}

fn taken(error: DbErr) -> ImpactError {
    if violates(&error, &["indicator_code", "indicator.code"]) {
        Refusal::of(Code::Taken, "code").into()
    } else {
        error.into()
    }
}

fn line(action: &'static str, row: &indicator::Model) -> Line {
    Line {
        action,
        organization: row.organization_id,
        subject: ("Indicator", Some(row.id.0)),
        details: None,
    }
}
