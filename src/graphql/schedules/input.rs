//! What clients send of a schedule: the report without its days, and when it is due.
//!
//! What is acceptable is decided in `schedules`.

use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::OneofObject;
use entity::ids::OrganizationId;

use crate::exports::Format;
use crate::graphql::exports::export::ReportName;
use crate::graphql::node::NodeId;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::hours::HoursDimension;
use crate::platform::i18n::Locale;
use crate::refusal::Refusal;
use crate::schedules::question::ScheduledQuestion;
use crate::schedules::schedule::CadenceAsked;

/// A report without its days, which are told from when it is due.
#[derive(Debug, InputObject)]
pub struct ScheduledReportInput {
    /// Which report.
    name: ReportName,
    /// Dotted code of the territory: `MA`, `07`, `07.041`. All below it is included. May be absent where an organization is
    /// named of `CONTRACTUAL_VOLUNTEERING`, for its seat, and of `DATA_QUALITY`, for the country.
    territory_code: Option<String>,
    /// Only the hours of this organization.
    organization_id: Option<ID>,
    /// By what rows are told apart: of `HOURS`, which needs it, and of no other report.
    rows: Option<HoursDimension>,
    /// By what columns are told apart: of `HOURS` alone; rows alone where absent.
    columns: Option<HoursDimension>,
    /// Which hours count. Only approved ones by default, and of `CONTRACTUAL_VOLUNTEERING` and `DATA_QUALITY` no others.
    #[graphql(default_with = "vec![StatusBasis::Approved]")]
    status_basis: Vec<StatusBasis>,
}

impl ScheduledReportInput {
    /// The question of it, in a format and a language.
    ///
    /// # Errors
    /// `NOT_FOUND` for what is no id of an organization.
    pub fn asked(self, format: Format, locale: Locale) -> Result<ScheduledQuestion, Refusal> {
        let organization =
            OrganizationId::optional(self.organization_id.as_ref(), "organizationId");
        Ok(ScheduledQuestion {
            name: self.name.into(),
            territory_code: self.territory_code,
            organization: organization.map_err(|it| it.within("report"))?,
            status_basis: self.status_basis.into_iter().map(Into::into).collect(),
            rows: self.rows.map(Into::into),
            columns: self.columns.map(Into::into),
            format,
            locale,
        })
    }
}

/// When a schedule waits for a month no longer.
#[derive(Debug, InputObject)]
pub struct MonthlyAfterClosingInput {
    /// The day of the next month, 1 to 28, at whose 06:00 the report is made in any case.
    #[graphql(default = 10)]
    latest_day: i32,
}

/// When a schedule is due.
#[derive(Debug, OneofObject)]
pub enum ScheduleCadenceInput {
    /// By a cron expression of five fields, on the clocks of the schedule's zone: minute, hour, day of the month, month,
    /// day of the week; `0 7 1 * *` is seven o'clock on the first of each month. The minute is one number: a schedule
    /// is due once an hour at most. A time that clocks jump over is due as much later as they jump, one that they show
    /// twice the first time only.
    Cron(String),
    /// When a month has ended and the organization has closed it, by hand or by its days of grace; at the latest on a day
    /// of the next month. Months of a territory are those of many organizations: its report comes on that day.
    MonthlyAfterClosing(MonthlyAfterClosingInput),
}

impl From<ScheduleCadenceInput> for CadenceAsked {
    fn from(input: ScheduleCadenceInput) -> Self {
        match input {
            ScheduleCadenceInput::Cron(text) => Self::Cron(text),
            ScheduleCadenceInput::MonthlyAfterClosing(it) => {
                Self::MonthlyAfterClosing(it.latest_day)
            }
        }
    }
}
