//! Organizations with hours in the territory of the INDH report, those with most minutes first.
//!
//! Whether the caller reads an organization's name is the scope's word, as in the hours report.

use std::cmp::Reverse;

use entity::ids::OrganizationId;
use entity::organization;
use sea_orm::ConnectionTrait;

use crate::reports::ReportError;
use crate::reports::foot;
use crate::reports::indh::Measures;
use crate::reports::indh::store;
use crate::rollups;
use crate::rollups::Asked;
use crate::rollups::Dimension;
use crate::rollups::Member;

/// Organizations that are listed.
const LISTED_MOST: usize = 100;

/// Organizations with hours.
#[derive(Clone, Debug)]
pub struct Partners {
    /// How many there are.
    pub total: i64,
    /// The first hundred, those with most minutes first.
    pub rows: Vec<PartnerRow>,
    /// Minutes of those that are not listed.
    pub other_minutes: i64,
}

/// An organization with hours.
#[derive(Clone, Debug)]
pub struct PartnerRow {
    /// Its key, which says no name.
    pub id: OrganizationId,
    /// The organization; `None` where the caller counts it and does not see it.
    pub organization: Option<organization::Model>,
    /// Its measures.
    pub measures: Measures,
}

/// Lists organizations with hours.
///
/// # Errors
/// [`ReportError::DoesNotFoot`]; faults of ours.
pub(super) async fn of_hours(
    db: &impl ConnectionTrait,
    asked: &Asked<'_>,
    total: i64,
) -> Result<Partners, ReportError> {
    let dimensions = (Dimension::Organization, None);
    let fields = rollups::crossed(db, asked, dimensions, usize::MAX).await?;
    let mut worked: Vec<(OrganizationId, Measures)> = Vec::new();
    for ((row, _), crossed) in fields.unwrap_or_default() {
        if let Member::Organization(id) = row {
            worked.push((id, Measures::of(&crossed.counted)));
        }
    }
    foot::check("partners", total, worked.iter().map(|(_, it)| it.minutes))?;
    worked.sort_by_key(|(id, it)| (Reverse(it.minutes), *id));
    let count = i64::try_from(worked.len()).unwrap_or(i64::MAX);
    let others = worked.split_off(worked.len().min(LISTED_MOST));
    let ids: Vec<OrganizationId> = worked.iter().map(|(id, _)| *id).collect();
    let mut seen = store::organizations(db, asked.scope, &ids).await?;
    let rows = worked.into_iter().map(|(id, measures)| PartnerRow {
        id,
        organization: seen.remove(&id),
        measures,
    });
    Ok(Partners {
        total: count,
        rows: rows.collect(),
        other_minutes: others.iter().map(|(_, it)| it.minutes).sum(),
    })
}
