//! One certificate: of the volunteer of the first organization whose account is promised.
//!
//! What it says is worked out in `certificates`, of the hours that were written before.

use chrono::Datelike;
use chrono::Months;
use chrono::NaiveDate;
use entity::ids::CertificateId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use entity::project;

use crate::certificates::Code;
use crate::certificates::Detail;
use crate::certificates::Shown;
use crate::certificates::content::certified;
use crate::certificates::issue::Issued;
use crate::certificates::issue::shares;
use crate::certificates::store;
use crate::demo::cast::House;
use crate::demo::dice::Dice;
use crate::demo::error::DemoError;
use crate::demo::span::Span;
use crate::hours::ledger;
use crate::identity::Scope;
use crate::platform::db::Tx;
use crate::platform::i18n::Locale;
use crate::volunteers;

/// Certifies what a volunteer gave in months that are decided. Nothing is written where that is nothing.
///
/// # Errors
/// [`DemoError`] of the database only.
pub async fn certify(
    tx: &Tx,
    seed: u64,
    span: &Span,
    house: &House,
    projects: &[project::Model],
    volunteer: VolunteerId,
) -> Result<(), DemoError> {
    let everything = Scope::everything();
    let found = volunteers::store::by_ids(&**tx, &everything, &[volunteer]).await?;
    let interval = (span.first, decided(span).unwrap_or(span.first));
    let works = store::works(&**tx, &[volunteer], interval).await?;
    let what = certified(works.into_iter().map(|(_, worked)| worked));
    let (Some(record), Some(what)) = (found.first(), what) else {
        return Ok(());
    };
    let chain = ledger::lock(tx, house.organization.id).await?;
    let mut dice = Dice::of(seed, 8_700_000);
    let id = CertificateId(dice.key(span.now));
    // A code of demonstration data follows from its seed.
    let mut bytes = [0_u8; 10];
    for (byte, drawn) in bytes
        .iter_mut()
        .zip(dice.key(span.now).as_bytes().iter().rev())
    {
        *byte = *drawn;
    }
    let issued = Issued {
        id,
        code: Code::of_bytes(bytes),
        interval,
        language: Locale::Fr,
        shown: Shown::from_iter([Detail::Name, Detail::Projects]),
        ledger_sequence: chain.head().sequence,
        by: Some(house.coordinator),
        at: span.now,
    };
    let titled = |id: ProjectId| projects.iter().find(|it| it.id == id);
    let shares = shares(&what, titled);
    let row = issued.row(&house.organization, record, &what, &shares);
    store::insert(tx, &[row]).await?;
    Ok(())
}

/// The last day of the month before the last one.
fn decided(span: &Span) -> Option<NaiveDate> {
    let month = span.today.with_day(1)?;
    month.checked_sub_months(Months::new(1))?.pred_opt()
}
