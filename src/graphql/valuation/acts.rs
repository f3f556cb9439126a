//! Acts on wage rates: write a batch.
//!
//! What a rate must be is in `valuation::rates`.

use async_graphql::Context;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Url;
use crate::graphql::valuation::rate::WageKind;
use crate::graphql::valuation::rate::WageRate;
use crate::valuation::rates;
use crate::valuation::rates::NewRate;

/// What an hour of work is paid from one day on.
#[derive(InputObject)]
struct WageRateInput {
    /// What it is; `WAGE` by default.
    kind: Option<WageKind>,
    /// Code of the occupation in ISCO-08; absent for all of them.
    occupation_code: Option<String>,
    /// Code of a region, prefecture or province; absent for the country.
    territory_code: Option<String>,
    /// First day. The rate before it ends there.
    valid_from: Date,
    /// Lower end of the interval in dirhams an hour, to two decimals, where the source has one; with `high`.
    low: Option<Decimal>,
    /// The rate in dirhams an hour, to two decimals; at most 10,000.
    central: Decimal,
    /// Upper end of the interval in dirhams an hour, to two decimals, where the source has one; with `low`.
    high: Option<Decimal>,
    /// Who says so; at most 500 characters.
    source: String,
    /// Where it can be read: a link that begins with `https://` or `http://`; at most 500 characters.
    url: Option<Url>,
    /// The version that the caller saw, where the rate is there already, 0 where none is; refused with
    /// `VERSION_CONFLICT` where it is not the present one.
    expected_version: Option<i32>,
}

/// Rates to write.
#[derive(InputObject)]
struct UpsertWageRatesInput {
    /// The rates, at most 500.
    rates: Vec<WageRateInput>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// What became of one rate.
#[derive(SimpleObject)]
struct WageRateResult {
    /// The rate; null when nothing was written.
    wage_rate: Option<WageRate>,
    /// Why it was refused; `BATCH_UNDONE` where only others were.
    user_errors: Vec<UserError>,
}

/// What became of the rates.
#[derive(SimpleObject)]
struct UpsertWageRatesPayload {
    /// One result for each rate, in order; empty where the whole was refused.
    results: Vec<WageRateResult>,
    /// Why the whole was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// Acts on wage rates.
#[derive(Debug, Default)]
pub struct WageRateMutations;

/// Acts on wage rates.
#[Object]
impl WageRateMutations {
    /// Writes what hours of work are paid, each rate in the place of the one of the same kind, occupation,
    /// place and first day; the same again changes nothing. All of them are written or none. Needs an
    /// administrator of the platform.
    async fn upsert_wage_rates(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The rates.")] input: UpsertWageRatesInput,
    ) -> Result<UpsertWageRatesPayload> {
        let ctx = gql.signed_in()?;
        let batch: Vec<NewRate> = input.rates.into_iter().map(new_rate).collect();
        let outcomes = rates::upsert(ctx, &batch, input.idempotency_key.as_deref()).await;
        let (outcomes, user_errors) = answered(ctx, outcomes)?;
        let mut results = Vec::with_capacity(batch.len());
        for outcome in outcomes.unwrap_or_default() {
            let (row, user_errors) = answered(ctx, outcome)?;
            results.push(WageRateResult {
                wage_rate: row.map(WageRate),
                user_errors,
            });
        }
        Ok(UpsertWageRatesPayload {
            results,
            user_errors,
        })
    }
}

fn new_rate(input: WageRateInput) -> NewRate {
    NewRate {
        kind: input.kind.unwrap_or(WageKind::Wage).into(),
        occupation_code: input.occupation_code,
        territory_code: input.territory_code,
        valid_from: input.valid_from.0,
        low: input.low.map(|it| it.0),
        central: input.central.0,
        high: input.high.map(|it| it.0),
        source: input.source,
        url: input.url.map(|it| it.0),
        expected: input.expected_version,
    }
}
