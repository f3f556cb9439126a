//! `publicStatistics`: editions and their rows, for anybody.
//!
//! The same rows as files and as a page are in `http/open_data.rs`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::Object;
use async_graphql::Result;
use entity::types;

use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Minutes;
use crate::graphql::territories::Territory;
use crate::graphql::vocabularies::VocabularyTerm;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::statistics::period::Period;
use crate::statistics::read;

/// How much of a territory a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "types::StatisticsPart")]
pub enum StatisticsPart {
    /// All of it: the sum of the territories below it and of its own part.
    Whole,
    /// What was recorded of it and of no territory below it.
    Own,
}

/// Whose column a row is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum StatisticsColumn {
    /// All programmes, and work without one: the sum of the others.
    Total,
    /// One programme.
    Programme,
    /// Work of projects without a programme.
    None,
}

/// What of a row is kept back beside what is suppressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum StatisticsCount {
    /// Distinct named people.
    Volunteers,
    /// Distinct organizations.
    Organizations,
    /// Distinct projects.
    Projects,
}

/// The public statistics.
pub struct PublicStatistics {
    editions: Vec<read::Edition>,
    shown: Option<read::Edition>,
    territory: Option<String>,
}

/// Public statistics: approved volunteer hours by territory and INDH programme. What would tell of few
/// people is suppressed, with as many other cells as it takes that it cannot be worked out.
#[Object]
impl PublicStatistics {
    /// All editions, the newest first, a year before its quarters.
    async fn editions(&self) -> Vec<StatisticsEdition> {
        let editions = self.editions.iter().cloned();
        editions.map(StatisticsEdition).collect()
    }

    /// The edition that was asked for; null where it is not published.
    async fn edition(&self) -> Option<StatisticsEdition> {
        self.shown.clone().map(StatisticsEdition)
    }

    /// The rows of that edition for the territory that was asked for and those directly below it, that
    /// territory first. Empty for a territory that has no rows: those have the country, its regions, their
    /// provinces and prefectures.
    async fn rows(&self, gql: &Context<'_>) -> Result<Vec<StatisticsRow>> {
        let ctx = gql.op()?;
        let Some(edition) = &self.shown else {
            return Ok(Vec::new());
        };
        let found = async {
            let around = match &self.territory {
                Some(code) => Some(code.clone()),
                None => read::country(ctx.read(), edition).await?,
            };
            read::rows(ctx.read(), edition, around.as_deref()).await
        };
        let rows = found.await.map_err(|it| fault(ctx, &it))?;
        Ok(rows.into_iter().map(StatisticsRow).collect())
    }
}

/// An edition of the public statistics.
pub struct StatisticsEdition(read::Edition);

/// An edition of the public statistics. It never changes: what is corrected later is in no edition.
#[Object]
impl StatisticsEdition {
    /// `2026-Q1` for a quarter, `2026` for a year.
    async fn name(&self) -> String {
        self.0.period.to_string()
    }

    /// Calendar year.
    async fn year(&self) -> i32 {
        self.0.period.year
    }

    /// 1 to 4; null for the year as a whole, the sum of its quarters as they were published.
    async fn quarter(&self) -> Option<i32> {
        self.0.period.quarter.map(i32::from)
    }

    /// First civil day of work.
    async fn from(&self) -> Date {
        Date(self.0.period.from())
    }

    /// Last civil day of work, inclusive.
    async fn to(&self) -> Date {
        Date(self.0.period.to())
    }

    /// What was recorded up to this instant counts: the end of the last day of settling, or when the edition
    /// was made on request. Hours approved later are not in it.
    async fn as_of(&self) -> DateTime {
        DateTime(self.0.row.as_of)
    }

    /// When it was published.
    async fn published_at(&self) -> DateTime {
        DateTime(self.0.published_at())
    }

    /// Which hours count.
    async fn status_basis(&self) -> Vec<StatusBasis> {
        vec![StatusBasis::Approved]
    }

    /// Fewest distinct named people of a published row that is not zero.
    async fn threshold(&self) -> i32 {
        self.0.row.threshold
    }

    /// Licence of the figures, as SPDX names it.
    async fn licence(&self) -> &str {
        read::LICENCE
    }

    /// SHA-256 of the rows in hexadecimal digits: two servers with the same edition say the same.
    async fn digest(&self) -> String {
        self.0.digest()
    }

    /// Address of the rows as CSV, relative to this server.
    async fn csv_path(&self) -> String {
        format!("/open-data/{}.csv", self.0.period)
    }

    /// Address of the rows as JSON, relative to this server.
    async fn json_path(&self) -> String {
        format!("/open-data/{}.json", self.0.period)
    }
}

/// Figures of one territory and one programme.
pub struct StatisticsRow(read::Row);

/// Figures of one territory and one programme.
#[Object]
impl StatisticsRow {
    /// The territory, in its version of the last day.
    async fn territory(&self) -> Territory {
        Territory((*self.0.territory).clone())
    }

    /// All of the territory, or its own part.
    async fn part(&self) -> StatisticsPart {
        self.0.cell.part.into()
    }

    /// All programmes, one of them, or none.
    async fn column(&self) -> StatisticsColumn {
        if self.0.is_total() {
            StatisticsColumn::Total
        } else if self.0.is_without_programme() {
            StatisticsColumn::None
        } else {
            StatisticsColumn::Programme
        }
    }

    /// The programme; null for all and for none.
    async fn term(&self) -> Option<VocabularyTerm> {
        let term = self.0.term.as_deref();
        term.cloned().map(VocabularyTerm)
    }

    /// Whether the row is kept back: all its figures are null. It is not zero then.
    async fn suppressed(&self) -> bool {
        self.0.cell.suppressed
    }

    /// Person-minutes, by the share of the programme in each project. Where none is null, rows add up over
    /// territories, programmes and the quarters of a year.
    async fn minutes(&self) -> Option<Minutes> {
        self.0.cell.minutes.map(Minutes)
    }

    /// Distinct named people. People of groups are not named and count none. Counts do not add up.
    async fn volunteers(&self) -> Option<i64> {
        self.0.cell.volunteers
    }

    /// Distinct organizations.
    async fn organizations(&self) -> Option<i64> {
        self.0.cell.organizations
    }

    /// Distinct projects.
    async fn projects(&self) -> Option<i64> {
        self.0.cell.projects
    }

    /// Counts that are kept back although the row is published, since they would tell those of a suppressed
    /// row.
    async fn withheld(&self) -> Vec<StatisticsCount> {
        if self.0.cell.suppressed {
            return Vec::new();
        }
        let counts = [
            (StatisticsCount::Volunteers, self.0.cell.volunteers),
            (StatisticsCount::Organizations, self.0.cell.organizations),
            (StatisticsCount::Projects, self.0.cell.projects),
        ];
        let kept = counts.into_iter().filter(|(_, it)| it.is_none());
        kept.map(|(count, _)| count).collect()
    }
}

/// Which edition and territory are asked for. Kept apart from the fields that anybody may read.
#[derive(Default)]
pub struct StatisticsQueries;

#[Object]
impl StatisticsQueries {
    /// Public statistics: approved hours by territory and INDH programme, of finished quarters and years.
    /// Open to everybody, without an account.
    async fn public_statistics(
        &self,
        gql: &Context<'_>,
        #[graphql(
            desc = "Name of the edition: `2026-Q1` for a quarter, `2026` for a year. The newest by default."
        )]
        edition: Option<String>,
        #[graphql(
            desc = "Code of the country, a region, a province or a prefecture. The country by default."
        )]
        territory_code: Option<String>,
    ) -> Result<PublicStatistics> {
        let ctx = gql.op()?;
        let editions = read::editions(ctx.read()).await;
        let editions = editions.map_err(|it| fault(ctx, &it))?;
        let shown = match &edition {
            Some(name) => {
                let unread = || Refusal::of(Code::UnknownEdition, "edition").with("value", name);
                let period = Period::parse(name).ok_or_else(unread)?;
                editions.iter().find(|it| it.period == period).cloned()
            }
            None => editions.first().cloned(),
        };
        if let (Some(edition), Some(code)) = (&shown, &territory_code) {
            let found = read::has(ctx.read(), edition, code).await;
            if !found.map_err(|it| fault(ctx, &it))? {
                return Err(Refusal::of(Code::NotFound, "territoryCode").into());
            }
        }
        Ok(PublicStatistics {
            editions,
            shown,
            territory: territory_code,
        })
    }
}
