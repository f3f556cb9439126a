//! Which contracts moved the figures of a year between two instants.
//!
//! What they said is kept by `contracts::said`; the figures are put together in `figures`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::DateTime;
use chrono::Utc;
use entity::ids::ContractId;
use entity::ids::IncidentId;
use entity::ids::OrganizationId;
use sea_orm::ConnectionTrait;

use crate::contracts::said;
use crate::contracts::said::Contract;
use crate::contracts::said::Incident;
use crate::identity::Ctx;
use crate::reports::contractual::store;
use crate::reports::error::ReportError;
use crate::reports::ground::Ground;
use crate::reports::question::Question;

/// The contracts of a question that say something else at the later instant than at the earlier one, or stand in one
/// of both alone, and those of which other incidents count, in the order in which they came to be.
///
/// # Errors
/// As `reports::answer`.
pub(in crate::reports) async fn changed(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    ground: &Ground,
    question: &Question,
    (earlier, later): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<ContractId>, ReportError> {
    let one = ground.organization.as_ref().map(|it| it.id);
    let found = store::organizations(db, ctx.scope(), &ground.territories, one).await?;
    let ids: Vec<OrganizationId> = found.iter().map(|it| it.id).collect();
    let concerned = |said: Vec<Contract>| -> BTreeMap<ContractId, Contract> {
        let year = said
            .into_iter()
            .filter(|it| it.from <= question.to && it.last_day() >= question.from);
        year.map(|it| (it.id, it)).collect()
    };
    let before = concerned(said::contracts_at(db, &ids, earlier).await?);
    let after = concerned(said::contracts_at(db, &ids, later).await?);
    let mut changed = differing(&before, &after);
    let happened = |said: Vec<Incident>| -> BTreeMap<ContractId, BTreeMap<IncidentId, Incident>> {
        let mut by_contract: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        // Those that count: of the year, and not taken back.
        for it in said {
            if !it.void && (question.from..=question.to).contains(&it.day) {
                let own = by_contract.entry(it.contract).or_default();
                own.insert(it.id, it);
            }
        }
        by_contract
    };
    let before = happened(said::incidents_at(db, &ids, earlier).await?);
    let after = happened(said::incidents_at(db, &ids, later).await?);
    changed.extend(differing(&before, &after));
    Ok(changed.into_iter().collect())
}

/// Of which contracts something else is known.
fn differing<T: PartialEq>(
    before: &BTreeMap<ContractId, T>,
    after: &BTreeMap<ContractId, T>,
) -> BTreeSet<ContractId> {
    let all = before.keys().chain(after.keys());
    let differing = all.filter(|it| before.get(*it) != after.get(*it));
    differing.copied().collect()
}
