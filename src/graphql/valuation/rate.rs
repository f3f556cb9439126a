//! A wage rate as clients see it, and the list of them.
//!
//! What writes them is in `acts`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use entity::ids::WageRateId;
use entity::wage_rate;
use sea_orm::DbErr;

use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::bounded;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::CurrencyCode;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Decimal;
use crate::graphql::scalars::Url;
use crate::identity::Ctx;
use crate::territories;
use crate::valuation::CURRENCY;
use crate::valuation::store;
use crate::valuation::store::RateFilter as Filter;
use crate::valuation::table;

const BY_DAY: &str = "wageRates.validFrom.desc";

/// What an hourly rate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::WageKind")]
pub enum WageKind {
    /// What people who do the work for pay earn.
    Wage,
    /// What nobody may be paid less than, outside agriculture. It has no occupation, no place and no interval.
    MinimumWage,
}

/// What an hour of work is paid, by occupation and place, from one day on.
#[derive(Clone, Debug)]
pub struct WageRate(pub wage_rate::Model);

/// What an hour of work is paid, by occupation and place, from one day on.
#[Object]
impl WageRate {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What it is.
    async fn kind(&self) -> WageKind {
        self.0.kind.into()
    }

    /// Code of the occupation in ISCO-08; null for all of them.
    async fn occupation_code(&self) -> Option<&str> {
        self.0.occupation_code.as_deref()
    }

    /// Code of the region, prefecture or province; null for the country.
    async fn territory_code(&self) -> Option<&str> {
        self.0.territory_code.as_deref()
    }

    /// First day.
    async fn valid_from(&self) -> Date {
        Date(self.0.valid_from)
    }

    /// First day on which it is no longer in force: that of the rate that follows it; null while none does.
    async fn valid_to(&self) -> Option<Date> {
        self.0.valid_to.map(Date)
    }

    /// Lower end of the interval, for an hour; null where the source has none.
    async fn low(&self) -> Option<Decimal> {
        self.0.low_minor.map(amount)
    }

    /// The rate, for an hour.
    async fn central(&self) -> Decimal {
        amount(self.0.central_minor)
    }

    /// Upper end of the interval, for an hour; null where the source has none.
    async fn high(&self) -> Option<Decimal> {
        self.0.high_minor.map(amount)
    }

    /// The currency of the amounts.
    async fn currency(&self) -> CurrencyCode {
        CurrencyCode(CURRENCY.to_owned())
    }

    /// Who says so.
    async fn source(&self) -> &str {
        &self.0.source
    }

    /// Where it can be read.
    async fn url(&self) -> Option<Url> {
        self.0.url.clone().map(Url)
    }

    /// Counts the changes; for `expectedVersion`. That a later rate ends it is none.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

/// Hundredths as an amount.
pub(super) fn amount(minor: i64) -> Decimal {
    Decimal(rust_decimal::Decimal::new(minor, 2))
}

impl Loader<WageRateId> for Reader {
    type Value = wage_rate::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[WageRateId],
    ) -> std::result::Result<HashMap<WageRateId, wage_rate::Model>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Longest code of an occupation in ISCO-08.
const OCCUPATION_MOST: usize = 4;
/// Longest code of a territory.
const TERRITORY_MOST: usize = 32;

/// Which rates to list; an absent part does not narrow.
#[derive(Debug, Default, InputObject)]
pub struct WageRateFilter {
    /// Of this kind.
    kind: Option<WageKind>,
    /// Those that work of this ISCO-08 code may take: of the occupation, of the groups it lies in, and of all
    /// occupations.
    occupation_code: Option<String>,
    /// Those that work in the territory of this code may take: of its province and region, and of the country.
    territory_code: Option<String>,
    /// In force on this day.
    on: Option<Date>,
}

impl WageRateFilter {
    async fn read(self, ctx: &Ctx) -> Result<Filter> {
        let occupation = bounded("occupationCode", self.occupation_code, OCCUPATION_MOST)?;
        let territory = bounded("territoryCode", self.territory_code, TERRITORY_MOST)?;
        let occupations = occupation.map(|it| {
            let groups = table::groups(&it).into_iter();
            groups.map(str::to_owned).collect()
        });
        let on = self.on.map(|it| it.0);
        let territories = match territory {
            Some(code) => {
                let found = above(ctx, code, on.unwrap_or_else(|| ctx.today())).await;
                Some(found.map_err(|it| fault(ctx, &it))?)
            }
            None => None,
        };
        Ok(Filter {
            kind: self.kind.map(Into::into),
            occupations,
            territories,
            on,
        })
    }
}

/// The code of a territory and those of what it lies in.
async fn above(ctx: &Ctx, code: String, day: NaiveDate) -> std::result::Result<Vec<String>, DbErr> {
    let mut codes = Vec::new();
    if let Some(found) = territories::lookup::by_code(ctx.read(), &code, day).await? {
        let path = territories::lookup::path(ctx.read(), &[found.id]).await?;
        codes.extend(path.into_values().flatten().map(|it| it.code));
        codes.push(found.code);
    } else {
        codes.push(code);
    }
    Ok(codes)
}

/// Queries of wage rates.
#[derive(Debug, Default)]
pub struct WageRateQueries;

/// Queries of wage rates.
#[Object]
impl WageRateQueries {
    /// What an hour of work is paid, those that began last first. Whoever has signed in may read them.
    async fn wage_rates(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<WageRateFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<WageRate>> {
        let ctx = gql.signed_in()?;
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<(NaiveDate, WageRateId)>(BY_DAY)?;
        let filter = filter.unwrap_or_default().read(ctx).await?;
        let slice = store::list(ctx.read(), &filter, &page).await;
        Ok(Connection::new(
            slice.map_err(|it| fault(ctx, &it))?,
            BY_DAY,
            |it| (it.valid_from, it.id),
            WageRate,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { store::count(ctx.read(), &filter).await }
            }),
        ))
    }
}
