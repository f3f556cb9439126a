//! A contract looked at as a whole, against the volunteer, the organization and its other contracts.
//!
//! The rules themselves are in `rules`; each value by itself is looked at in `contract`.

use chrono::NaiveDate;
use entity::organization;
use entity::volunteer;
use entity::volunteer_contract;

use crate::contracts::error::ContractError;
use crate::contracts::incidents;
use crate::contracts::rules;
use crate::contracts::store;
use crate::identity::Ctx;
use crate::platform::db::Tx;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Looks at the contract as a whole. What did not change is not held against it again: a contract can be ended
/// whatever became of the accreditation or of the day of birth since.
pub(super) async fn judged(
    ctx: &Ctx,
    tx: &Tx,
    checks: &mut Checks,
    before: Option<&volunteer_contract::Model>,
    row: &volunteer_contract::Model,
    (volunteer, organization): (&volunteer::Model, &organization::Model),
) -> Result<(), ContractError> {
    let begins_anew = before.is_none_or(|it| it.from_day != row.from_day);
    dates(ctx, checks, row);
    let insurance = [
        (
            "insurer",
            row.insurer.is_some() || row.policy_number.is_none(),
        ),
        (
            "policyNumber",
            row.policy_number.is_some() || row.insurer.is_none(),
        ),
        (
            "endReason",
            row.end_reason.is_some() || row.ended_on.is_none(),
        ),
    ];
    for (field, whole) in insurance {
        checks.demand(whole, || Refusal::of(Code::Required, field));
    }
    if begins_anew {
        match volunteer.birth_date {
            // Refused, not only noted: whether the contract may be at all hangs on it, and it is mended at once.
            None => checks.refuse(Refusal::of(Code::ContractBirthDate, "volunteerId")),
            Some(born) => {
                let old_enough = rules::age(born, row.from_day) >= Some(rules::AGE_LEAST);
                checks.demand(old_enough, || {
                    Refusal::of(Code::ContractUnderAge, "from")
                        .with("least", rules::AGE_LEAST)
                        .with("day", row.from_day)
                });
            }
        }
        if rules::needs_accreditation(organization.kind) {
            let known = store::accreditations_in(tx, organization.id).await?;
            let accredited = known.iter().any(|it| rules::holds(it, row.from_day));
            checks.demand(accredited, || {
                Refusal::of(Code::ContractNotAccredited, "from").with("day", row.from_day)
            });
        }
    }
    covered(tx, checks, before, row).await?;
    let others = store::of_record(tx, row.volunteer_id).await?;
    let clash = others
        .iter()
        .find(|it| it.id != row.id && rules::overlap(it, row))
        // Two records that were merged may have brought both: neither hinders the other's end.
        .filter(|it| before.is_none_or(|before| !rules::overlap(it, before)));
    if let Some(clash) = clash {
        checks.refuse(
            Refusal::of(Code::ContractOverlap, changed(before, row))
                .with("number", rules::number(clash))
                .with("from", clash.from_day)
                .with("to", rules::last_day(clash)),
        );
    }
    Ok(())
}

/// What happened under the contract happened on days that it still covers.
async fn covered(
    tx: &Tx,
    checks: &mut Checks,
    before: Option<&volunteer_contract::Model>,
    row: &volunteer_contract::Model,
) -> Result<(), ContractError> {
    let days = |it: &volunteer_contract::Model| (it.from_day, rules::last_day(it));
    if before.is_none_or(|it| days(it) == days(row)) {
        return Ok(());
    }
    if let Some(day) = incidents::store::outside(tx, row.id, days(row)).await? {
        let field = match (day < row.from_day, row.ended_on) {
            (true, _) => "from",
            (false, Some(_)) => "endedOn",
            (false, None) => "until",
        };
        checks.refuse(Refusal::of(Code::ContractIncident, field).with("day", day));
    }
    Ok(())
}

/// The field that brought the contract where another one is: what was given beside the first day, or else the
/// first day.
fn changed(
    before: Option<&volunteer_contract::Model>,
    row: &volunteer_contract::Model,
) -> &'static str {
    if before.and_then(|it| it.ended_on) != row.ended_on {
        "endedOn"
    } else if before.is_some_and(|it| it.until_day != row.until_day) {
        "until"
    } else if before.is_some_and(|it| it.mission_key != row.mission_key) {
        "mission"
    } else {
        "from"
    }
}

fn dates(ctx: &Ctx, checks: &mut Checks, row: &volunteer_contract::Model) {
    let within =
        |checks: &mut Checks, field: &str, day: NaiveDate, bounds: (NaiveDate, NaiveDate)| {
            let (least, most) = bounds;
            checks.demand((least..=most).contains(&day), || {
                Refusal::of(Code::OutOfRange, field)
                    .with("least", least)
                    .with("most", most)
            });
        };
    let (earliest, today) = (rules::earliest(), ctx.today());
    within(
        checks,
        "from",
        row.from_day,
        (earliest, rules::latest(today)),
    );
    let longest = rules::latest(row.from_day);
    within(checks, "until", row.until_day, (row.from_day, longest));
    within(checks, "signedOn", row.signed_on, (earliest, today));
    checks.demand(row.signed_on <= row.from_day, || {
        Refusal::of(Code::ContractSignedLate, "signedOn").with("signed", row.signed_on)
    });
    if let Some(ended) = row.ended_on {
        let last = rules::last_early_end(row.until_day);
        within(checks, "endedOn", ended, (row.from_day, last));
    }
}
