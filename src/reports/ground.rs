//! What an answer stands on: the territory in its versions, what of it the actor may count, and the instant.
//!
//! Every report of hours begins here; which figures it gives of them is in its own file.

use std::collections::HashSet;

use chrono::DateTime;
use chrono::Utc;
use entity::ids::TerritoryId;
use entity::organization;
use entity::territory;
use sea_orm::ConnectionTrait;

use crate::identity::Coverage;
use crate::identity::Ctx;
use crate::identity::Sight;
use crate::impact::overview::Within;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::reports::ReportError;
use crate::reports::head::Head;
use crate::reports::question::Question;
use crate::reports::question::TimeBasis;
use crate::reports::span;
use crate::reports::store;
use crate::rollups;
use crate::rollups::Asked;
use crate::rollups::Folded;
use crate::territories::lookup;

/// What an answer stands on.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The territory asked about, in its newest version of the interval.
    pub territory: territory::Model,
    /// All its versions.
    pub territories: Vec<TerritoryId>,
    /// The one organization asked about.
    pub organization: Option<organization::Model>,
    /// How much of the hours of the territory the actor may count.
    pub visible: Coverage,
    /// The instant asked about, where it is not now.
    pub at: Option<DateTime<Utc>>,
    /// The instant of the answer.
    pub as_of: DateTime<Utc>,
    /// Whether roll-ups are up to date.
    pub folded: Folded,
}

impl Ground {
    /// Finds it, in the state that `db` sees.
    ///
    /// # Errors
    /// As `reports::answer`.
    pub async fn of(
        ctx: &Ctx,
        db: &impl ConnectionTrait,
        question: &Question,
    ) -> Result<Self, ReportError> {
        let folded = rollups::standing(db).await?;
        // Not before what is seen: everything in the answer was recorded until then.
        let now = ctx.now();
        let at = question.as_of.map(|it| it.min(now));
        let place = place(db, question).await?;
        let visible = visible(ctx, db, &place, question).await?;
        let organization = organization(ctx, db, question).await?;
        Ok(Self {
            territory: place.territory,
            territories: place.every,
            organization,
            visible,
            at,
            as_of: at.unwrap_or(now),
            folded,
        })
    }

    /// Which figures are asked for.
    #[must_use]
    pub fn asked<'a>(&'a self, ctx: &'a Ctx, question: &'a Question) -> Asked<'a> {
        Asked {
            scope: ctx.scope(),
            territories: &self.territories,
            whole: self.visible == Coverage::Territory,
            organization: self.organization.as_ref().map(|it| it.id),
            from: question.from,
            to: question.to,
            statuses: &question.status_basis,
            cuts: &[],
            at: self.at,
            folded: self.folded,
        }
    }

    /// Which measured figures are asked for.
    #[must_use]
    pub fn within<'a>(&'a self, ctx: &'a Ctx, question: &Question) -> Within<'a> {
        Within {
            scope: ctx.scope(),
            territories: &self.territories,
            organization: self.organization.as_ref().map(|it| it.id),
            from: question.from,
            to: question.to,
            at: self.at,
            as_of: self.as_of,
            coverage: self.coverage(),
            folded: self.folded,
        }
    }

    /// Which part of the hours of the territory the answer covers.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        match self.organization {
            Some(_) => Coverage::Organizations,
            None => self.visible,
        }
    }

    /// Of which hours the answer is.
    #[must_use]
    pub fn head(self, question: &Question) -> Head {
        Head {
            from: question.from,
            to: question.to,
            coverage: self.coverage(),
            whole: self.visible == Coverage::Territory,
            time_basis: self.time_basis(),
            status_basis: question.status_basis.clone(),
            as_of: self.as_of,
            territory: self.territory,
            organization: self.organization,
        }
    }

    /// How its days and months are cut: by the zone of the organization, else that of the country.
    #[must_use]
    pub fn time_basis(&self) -> TimeBasis {
        let zone = self.organization.as_ref().map(|it| it.time_zone.as_str());
        span::time_basis(zone)
    }
}

/// Whether the actor may ask a question, and whether it can be answered: the question in order, for
/// whoever wants the answer later.
///
/// # Errors
/// As `reports::answer`.
pub async fn may_ask(ctx: &Ctx, question: &Question) -> Result<Question, ReportError> {
    ctx.demand_signed_in()?;
    let question = question
        .clone()
        .checked(ctx.now())
        .map_err(ReportError::Invalid)?;
    let place = place(ctx.read(), &question).await?;
    visible(ctx, ctx.read(), &place, &question).await?;
    organization(ctx, ctx.read(), &question).await?;
    Ok(question)
}

/// Brings the roll-ups up to the present, and makes the sheets from which a whole territory is answered.
///
/// Only whoever may count everything there is answered from sheets; a past instant never is.
pub(super) async fn bring_up(ctx: &Ctx, question: &Question) -> Result<(), ReportError> {
    let db = &ctx.core().db;
    let place = place(ctx.read(), question).await?;
    let visible = visible(ctx, ctx.read(), &place, question).await?;
    rollups::fold(db).await?;
    if let ([territory], None, None, Coverage::Territory) = (
        place.every.as_slice(),
        question.as_of,
        &question.organization,
        visible,
    ) {
        let interval = (question.from, question.to);
        rollups::refresh(db, *territory, interval, &question.status_basis).await?;
    }
    Ok(())
}

/// The territory of a question.
#[derive(Clone, Debug)]
struct Place {
    /// In its newest version of the interval.
    territory: territory::Model,
    /// All versions that were in force on some day of the interval.
    within: Vec<TerritoryId>,
    /// Every version there is. What was recorded before a new version was published stays in the old one,
    /// on days of the new one too, and counts as long as the place is the same.
    every: Vec<TerritoryId>,
}

async fn place(db: &impl ConnectionTrait, question: &Question) -> Result<Place, ReportError> {
    let code = &question.territory_code;
    let versions = lookup::versions(db, code).await?;
    let in_force = |it: &&territory::Model| {
        it.valid_from <= question.to && it.valid_to.is_none_or(|end| end > question.from)
    };
    let within: Vec<&territory::Model> = versions.iter().filter(in_force).collect();
    match within.first() {
        Some(newest) => Ok(Place {
            territory: (*newest).clone(),
            within: within.iter().map(|it| it.id).collect(),
            every: versions.iter().map(|it| it.id).collect(),
        }),
        None => {
            let refusal = Refusal::of(Code::UnknownTerritory, "territoryCode").with("value", code);
            Err(ReportError::Invalid(vec![refusal]))
        }
    }
}

/// How much of a territory's hours the actor may count.
async fn visible(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    place: &Place,
    question: &Question,
) -> Result<Coverage, ReportError> {
    let scope = ctx.scope();
    if scope.is_everything() {
        return Ok(Coverage::Territory);
    }
    let observed = match scope.observed() {
        [] => HashSet::new(),
        observed => store::lying_within(db, &place.every, observed).await?,
    };
    let sight = if place.within.iter().all(|it| observed.contains(it)) {
        // What an earlier or later version holds of the interval, elsewhere than observed, would be missing.
        let others = place.every.iter().filter(|it| !observed.contains(it));
        let others: Vec<TerritoryId> = others.copied().collect();
        // Whether there is any is asked of everybody's rows: those elsewhere are not the actor's to see.
        let everybody = ctx.core().db.system().read();
        match others.is_empty() || !store::is_worked_in(everybody, &others, question).await? {
            true => Sight::Whole,
            false => Sight::Part,
        }
    } else if place.within.iter().any(|it| observed.contains(it)) {
        Sight::Part
    } else {
        Sight::Nothing
    };
    Ok(scope.coverage(sight)?)
}

async fn organization(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    question: &Question,
) -> Result<Option<organization::Model>, ReportError> {
    let Some(named) = &question.organization else {
        return Ok(None);
    };
    match store::organization(db, ctx.scope(), named).await? {
        Some(found) => Ok(Some(found)),
        None => Err(ReportError::Invalid(vec![Refusal::of(
            Code::NotFound,
            "organizationId",
        )])),
    }
}
