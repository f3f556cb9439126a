//! What `createSnapshot` is asked: the question of any report, and what to call its answer.
//!
//! What each report takes of it is decided in `reports::asked`.

use async_graphql::ID;
use async_graphql::InputObject;
use entity::ids::OrganizationId;

use crate::graphql::exports::export::ReportName;
use crate::graphql::node::NodeId;
use crate::graphql::reports::basis::StatusBasis;
use crate::graphql::reports::hours::HoursDimension;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::reports::OrganizationRef;
use crate::reports::ReportError;
use crate::reports::asked::Asking;

/// An answer to be frozen.
#[derive(Debug, InputObject)]
pub struct CreateSnapshotInput {
    /// Which report.
    report: ReportName,
    /// Dotted code of the territory: `MA`, `07`, `07.041`. All below it is included. May be absent where an organization is
    /// named of `CONTRACTUAL_VOLUNTEERING`, for its seat, and of `DATA_QUALITY`, for the country.
    territory_code: Option<String>,
    /// First civil day of work. Of `CONTRACTUAL_VOLUNTEERING` the first day of a calendar year.
    from: Date,
    /// Last civil day of work, inclusive. Of `CONTRACTUAL_VOLUNTEERING` the last day of the same year.
    to: Date,
    /// Only the hours of this organization. Needed by whoever may not count all of the territory.
    organization_id: Option<ID>,
    /// Which hours count. Only approved ones by default, and of `CONTRACTUAL_VOLUNTEERING` and `DATA_QUALITY` no others.
    #[graphql(default_with = "vec![StatusBasis::Approved]")]
    status_basis: Vec<StatusBasis>,
    /// By what rows are told apart: of `HOURS`, which needs it, and of no other report.
    rows: Option<HoursDimension>,
    /// By what columns are told apart: of `HOURS` alone; rows alone where absent.
    columns: Option<HoursDimension>,
    /// As of which instant. Now where absent.
    as_of: Option<DateTime>,
    /// What to call it; at most 200 characters.
    pub(super) title: Option<String>,
    /// Makes a repeated request have one effect; at most 200 characters.
    pub(super) idempotency_key: Option<String>,
}

impl CreateSnapshotInput {
    /// The question as the report takes it.
    pub(super) fn question(&self) -> Result<Asking, ReportError> {
        let organization =
            OrganizationId::optional(self.organization_id.as_ref(), "organizationId")
                .map_err(|refusal| ReportError::Invalid(vec![refusal]))?;
        Ok(Asking {
            name: self.report.into(),
            territory_code: self.territory_code.clone(),
            from: self.from.0,
            to: self.to.0,
            organization: organization.map(OrganizationRef::Id),
            status_basis: self.status_basis.iter().map(|it| (*it).into()).collect(),
            as_of: self.as_of.map(|it| it.0),
            rows: self.rows.map(Into::into),
            columns: self.columns.map(Into::into),
        })
    }
}
