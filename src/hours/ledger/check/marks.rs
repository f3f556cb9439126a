//! Checkpoints: signed by us, of the chain that is there, and none of them missing.
//!
//! The last one can go unnoticed here: nothing follows it. Whoever kept a copy of it notices.

use sea_orm::DatabaseTransaction;
use sea_orm::DbErr;

use crate::hours::ledger::chain::Chain;
use crate::hours::ledger::check::Fault;
use crate::hours::ledger::check::found::Found;
use crate::hours::ledger::check::found::Lost;
use crate::hours::ledger::check::is_unreadable;
use crate::hours::ledger::checkpoint;
use crate::hours::ledger::checkpoint::PART;
use crate::platform::crypto::Keys;

/// Every checkpoint is signed by the key that it names, names an event of the chain, and follows the
/// one before it; how many.
pub(super) async fn checkpoints(
    keys: &Keys,
    tx: &DatabaseTransaction,
    chain: &Chain,
    found: &mut Found,
) -> Result<u64, DbErr> {
    let mut checked = 0;
    let mut before = 0;
    let mut most = PART;
    loop {
        let marks = match checkpoint::after(tx, chain.organization, before, most).await {
            // One of them cannot be read: go on one by one until it comes.
            Err(error) if is_unreadable(&error) && most > 1 => {
                most = 1;
                continue;
            }
            Err(error) if is_unreadable(&error) => {
                let number = checkpoint::number_after(tx, chain.organization, before).await;
                found.add(number.unwrap_or(before), Fault::Checkpoint);
                return Ok(checked);
            }
            marks => marks?,
        };
        if marks.is_empty() {
            return Ok(checked);
        }
        for (mark, event) in marks {
            if !checkpoint::is_signed(keys, &mark) {
                found.add(mark.sequence, Fault::Signature);
                return Ok(checked);
            }
            // It is ours: what it says was so.
            if mark.previous_sequence.is_some_and(|it| it > before) {
                let missing = mark.previous_sequence.unwrap_or(mark.sequence);
                found.add(missing, Fault::Checkpoint);
                return Ok(checked);
            }
            if event.as_ref() != Some(&mark.hash) {
                let end = chain.sequence.saturating_add(1);
                if found.torn_at().is_none() && mark.sequence >= end {
                    // The chain was cut off, and its head with it.
                    found.tear(end, Fault::Checkpoint, Lost::Perhaps);
                } else {
                    found.add(mark.sequence, Fault::Checkpoint);
                }
                return Ok(checked);
            }
            before = mark.sequence;
            checked += 1;
        }
    }
}
