//! Writing wage rates: a batch of them, all or none.
//!
//! Which rate work takes is in `table`; those that come with the binary in `catalogue`.

use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::Months;
use chrono::NaiveDate;
use entity::ids::WageRateId;
use entity::territory;
use entity::types::TerritoryLevel;
use entity::types::WageKind;
use entity::wage_rate;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::territories;
use crate::valuation::error::ValuationError;
use crate::valuation::series;
use crate::valuation::series::Series;
use crate::valuation::series::cell;
use crate::valuation::store;
use crate::vocabularies;
use crate::vocabularies::ISCO08;

/// Most rates of one batch.
pub const BATCH_MOST: usize = 500;
/// The highest rate of an hour, in hundredths: a slip of the comma is mostly more.
pub(super) const MOST_MINOR: i64 = 100_000;
/// The highest minimum wage of an hour, in hundredths: some five times the one of 2026.
const MINIMUM_MOST_MINOR: i64 = 10_000;
/// The first day of any rate: no hours of volunteers are older.
const EARLIEST: NaiveDate = match NaiveDate::from_ymd_opt(2000, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
/// So many years ahead a rate may be announced.
const AHEAD_YEARS: u32 = 5;

/// A rate as asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewRate {
    /// What it is.
    pub kind: WageKind,
    /// Code of the occupation in ISCO-08; absent for all of them.
    pub occupation_code: Option<String>,
    /// Code of a region, prefecture or province; absent for the country.
    pub territory_code: Option<String>,
    /// First day.
    pub valid_from: NaiveDate,
    /// Lower end of the interval, where the source has one.
    pub low: Option<Decimal>,
    /// The rate.
    pub central: Decimal,
    /// Upper end of the interval, where the source has one.
    pub high: Option<Decimal>,
    /// Who says so.
    pub source: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// The version that the caller saw, where the rate is there already.
    pub expected: Option<i32>,
}

/// Writes rates, each in the place of the one of the same kind, occupation, place and first day; the same
/// again changes nothing. All of them are written or none.
///
/// # Errors
/// One outcome for each, in order; [`ValuationError::Denied`] for whoever does not administer the platform,
/// [`ValuationError::KeyReused`], and faults of ours for all.
pub async fn upsert(
    ctx: &Ctx,
    batch: &[NewRate],
    key: Option<&str>,
) -> Result<Vec<Result<wage_rate::Model, ValuationError>>, ValuationError> {
    ctx.demand_platform()?;
    let mut checks = Checks::new();
    checks.key(key);
    checks.demand(!batch.is_empty(), || Refusal::of(Code::Required, "rates"));
    checks.demand(batch.len() <= BATCH_MOST, || {
        Refusal::of(Code::TooLong, "rates").with("most", BATCH_MOST)
    });
    checks.done().map_err(ValuationError::Invalid)?;
    let together = ctx.transaction(async |tx| together(ctx, tx, batch, key).await);
    match together.await {
        Ok(rows) => Ok(rows.into_iter().map(Ok).collect()),
        Err(Undone::For(cause)) => Err(cause),
        // What was fine by itself was not written either, and says so.
        Err(Undone::As(outcomes)) => Ok(outcomes
            .into_iter()
            .map(|it| it.and_then(|_| Err(Refusal::new(Code::BatchUndone).into())))
            .collect()),
    }
}

/// Why the transaction was taken back.
enum Undone {
    As(Vec<Result<wage_rate::Model, ValuationError>>),
    For(ValuationError),
}

impl<E: Into<ValuationError>> From<E> for Undone {
    fn from(cause: E) -> Self {
        Self::For(cause.into())
    }
}

async fn together(
    ctx: &Ctx,
    tx: &Tx,
    batch: &[NewRate],
    key: Option<&str>,
) -> Result<Vec<wage_rate::Model>, Undone> {
    let claim = ctx.claim(tx, "upsertWageRates", key, &batch, ctx.new_id());
    let replayed = match claim.await? {
        Claim::Conflict => return Err(ValuationError::KeyReused.into()),
        Claim::Replay(_) => true,
        Claim::Go => false,
    };
    store::lock(tx).await?;
    let held = store::all(&**tx).await?;
    let mut series = Series::of(&held);
    let known = Known::of(&**tx, ctx.today(), batch).await?;
    let mut seen = BTreeSet::new();
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut lines = Vec::new();
    for new in batch {
        let outcome = parse(ctx, &known, new).and_then(|row| {
            let before = series.at(&row).cloned();
            let current = before.as_ref().map_or(0, |it| it.version);
            if replayed {
                // As it is now: others may have changed it since.
                return Ok(before.unwrap_or(row));
            }
            if !seen.insert(cell(&row)) {
                return Err(Refusal::of(Code::Taken, "validFrom").into());
            }
            if new.expected.is_some_and(|it| it != current) {
                return Err(ValuationError::VersionConflict { current });
            }
            let row = series.put(row);
            if before.as_ref() != Some(&row) {
                lines.push(line(before.as_ref(), &row));
            }
            Ok(row)
        });
        outcomes.push(outcome);
    }
    if outcomes.iter().any(Result::is_err) {
        return Err(Undone::As(outcomes));
    }
    if !replayed {
        series::save(tx, &held, series).await?;
        audit::record_all(ctx, tx, lines).await?;
    }
    let ids: Vec<WageRateId> = outcomes.iter().flatten().map(|it| it.id).collect();
    let written = store::by_ids(&**tx, &ids).await?;
    let mut written: HashMap<_, _> = written.into_iter().map(|it| (it.id, it)).collect();
    Ok(ids.iter().filter_map(|it| written.remove(it)).collect())
}

fn line(before: Option<&wage_rate::Model>, row: &wage_rate::Model) -> Line {
    let said = |it: &wage_rate::Model| {
        json!({
            "amounts": [it.low_minor, it.central_minor, it.high_minor],
            "source": it.source, "url": it.url,
        })
    };
    Line {
        action: "wage_rate.upsert",
        organization: None,
        subject: ("WageRate", Some(row.id.0)),
        details: Some(json!({
            "kind": row.kind, "occupation": row.occupation_code, "territory": row.territory_code,
            "validFrom": row.valid_from, "before": before.map(said), "after": said(row),
        })),
    }
}

/// The occupations and places that a batch names.
struct Known {
    occupations: BTreeSet<String>,
    places: HashMap<NaiveDate, HashMap<String, territory::Model>>,
}

impl Known {
    async fn of(
        conn: &impl ConnectionTrait,
        today: NaiveDate,
        batch: &[NewRate],
    ) -> Result<Self, DbErr> {
        let terms = vocabularies::lookup::list(conn, &[ISCO08.to_owned()], today).await?;
        let mut codes: HashMap<NaiveDate, Vec<String>> = HashMap::new();
        for new in batch {
            let named = codes.entry(new.valid_from).or_default();
            named.extend(new.territory_code.as_deref().map(|it| it.trim().to_owned()));
        }
        let mut places = HashMap::new();
        for (day, codes) in codes {
            places.insert(day, territories::lookup::by_codes(conn, &codes, day).await?);
        }
        Ok(Self {
            occupations: terms.into_iter().map(|it| it.code).collect(),
            places,
        })
    }

    /// The code of a place that rates may be of; `None` for the country.
    fn place(&self, checks: &mut Checks, new: &NewRate, code: &str) -> Option<String> {
        let on_day = self.places.get(&new.valid_from);
        let Some(found) = on_day.and_then(|it| it.get(code)) else {
            let refusal = Refusal::of(Code::UnknownTerritory, "territoryCode");
            checks.refuse(refusal.with("value", code));
            return None;
        };
        match found.level {
            TerritoryLevel::Country => None,
            TerritoryLevel::Region | TerritoryLevel::Prefecture | TerritoryLevel::Province => {
                Some(found.code.clone())
            }
            TerritoryLevel::PrefectureArrondissements
            | TerritoryLevel::Commune
            | TerritoryLevel::Arrondissement => {
                let refusal = Refusal::of(Code::UnknownValue, "territoryCode");
                checks.refuse(refusal.with("known", "REGION, PREFECTURE, PROVINCE"));
                None
            }
        }
    }
}

fn parse(ctx: &Ctx, known: &Known, new: &NewRate) -> Result<wage_rate::Model, ValuationError> {
    let mut checks = Checks::new();
    let occupation_code = checks.optional_text("occupationCode", new.occupation_code.as_deref(), 4);
    if let Some(code) = &occupation_code {
        checks.demand(known.occupations.contains(code), || {
            Refusal::of(Code::UnknownTerm, "occupationCode")
                .with("value", code)
                .with("vocabulary", ISCO08)
        });
    }
    let territory_code = checks.optional_text("territoryCode", new.territory_code.as_deref(), 32);
    let territory_code = territory_code.and_then(|it| known.place(&mut checks, new, &it));
    let latest = ctx
        .today()
        .checked_add_months(Months::new(12 * AHEAD_YEARS));
    let latest = latest.unwrap_or(NaiveDate::MAX);
    checks.demand((EARLIEST..=latest).contains(&new.valid_from), || {
        let refusal = Refusal::of(Code::OutOfRange, "validFrom");
        refusal.with("least", EARLIEST).with("most", latest)
    });
    let most = match new.kind {
        WageKind::MinimumWage => MINIMUM_MOST_MINOR,
        WageKind::Wage => MOST_MINOR,
    };
    let central = minor(&mut checks, "central", new.central, most);
    let low_minor = new
        .low
        .and_then(|it| minor(&mut checks, "low", it, MOST_MINOR));
    let high_minor = new
        .high
        .and_then(|it| minor(&mut checks, "high", it, MOST_MINOR));
    // What could not be read was refused already.
    let read =
        new.low.is_some() == low_minor.is_some() && new.high.is_some() == high_minor.is_some();
    if let (Some(central), true) = (central, read) {
        interval(&mut checks, low_minor, central, high_minor);
    }
    if new.kind == WageKind::MinimumWage {
        // One for everybody, everywhere, and exactly known.
        for (field, given) in [
            ("occupationCode", occupation_code.is_some()),
            ("territoryCode", territory_code.is_some()),
            ("low", new.low.is_some()),
            ("high", new.high.is_some()),
        ] {
            checks.demand(!given, || {
                let refusal = Refusal::of(Code::Contradiction, field);
                refusal.with("detail", format!("MINIMUM_WAGE, {field}"))
            });
        }
    }
    let source = checks.prose("source", &new.source, 500);
    let url = checks.optional_text("url", new.url.as_deref(), 500);
    let link = |it: &String| it.starts_with("https://") || it.starts_with("http://");
    checks.demand(url.as_ref().is_none_or(link), || {
        let value = url.clone().unwrap_or_default();
        Refusal::of(Code::InvalidFormat, "url").with("value", value)
    });
    checks.done().map_err(ValuationError::Invalid)?;
    let now = ctx.now();
    // A rate that could not be read was refused above.
    let central_minor = central.unwrap_or_default();
    Ok(wage_rate::Model {
        id: WageRateId(ctx.new_id()),
        kind: new.kind,
        occupation_code,
        territory_code,
        valid_from: new.valid_from,
        valid_to: None,
        low_minor,
        central_minor,
        high_minor,
        source,
        url,
        changed_by: ctx.actor().user(),
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

/// Refuses an interval of which one end is missing, or that the rate does not lie in.
fn interval(checks: &mut Checks, low: Option<i64>, central: i64, high: Option<i64>) {
    let range = |field: &str, least: i64, most: i64| {
        let refusal = Refusal::of(Code::OutOfRange, field);
        let told = |it| Decimal::new(it, 2);
        refusal.with("least", told(least)).with("most", told(most))
    };
    match (low, high) {
        (None, None) => {}
        (Some(_), None) => checks.refuse(Refusal::of(Code::Required, "high")),
        (None, Some(_)) => checks.refuse(Refusal::of(Code::Required, "low")),
        (Some(low), Some(high)) => {
            checks.demand(low <= central, || range("low", 1, central));
            checks.demand(high >= central, || range("high", central, MOST_MINOR));
        }
    }
}

/// An hourly rate in hundredths: above zero, to two decimals. `None` where it was refused.
pub(super) fn minor(checks: &mut Checks, field: &str, given: Decimal, most: i64) -> Option<i64> {
    let exact = given.checked_mul(Decimal::ONE_HUNDRED);
    let exact = exact.filter(|it| it.fract().is_zero());
    let Some(minor) = exact.and_then(|it| it.to_i64()) else {
        checks.refuse(Refusal::of(Code::InvalidFormat, field).with("value", given));
        return None;
    };
    checks.demand((1..=most).contains(&minor), || {
        let refusal = Refusal::of(Code::OutOfRange, field);
        refusal
            .with("least", "0.01")
            .with("most", Decimal::new(most, 2))
    });
    (1..=most).contains(&minor).then_some(minor)
}
