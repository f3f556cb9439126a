//! Attempts to get in: how many there may be, and how long whoever fails waits.
//!
//! Counted is by address and network together, by network alone (one guess at each of many addresses), and by address alone
//! (guesses from many networks). The last two do not stop whoever comes from where the owner came before, so that a stranger
//! who guesses at an account locks nobody out of it. Counts are in the database: every instance has the same.

use std::net::IpAddr;

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::UserId;
use sea_orm::DbErr;

use crate::identity::ctx::Core;
use crate::identity::ctx::Ctx;
use crate::identity::error::IdentityError;
use crate::identity::store;
use crate::platform::db::Tx;

/// The first wait; each further failure doubles it.
const WAIT_FIRST: TimeDelta = TimeDelta::seconds(30);
/// The longest wait.
pub const WAIT_MOST: TimeDelta = TimeDelta::minutes(15);
/// After so long without an attempt counting begins anew.
const QUIET: TimeDelta = TimeDelta::hours(1);
/// How often more may fail of a whole network, or of an address from all networks, than of both together.
const WIDE: u32 = 10;
/// How long it is remembered where an owner came from.
const KNOWN: TimeDelta = TimeDelta::days(90);

/// Something whose failures are counted, and how many there may be before the first wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    digest: Vec<u8>,
    most: u32,
    /// Forgotten with a success; of the others only the attempt itself is taken back, or whoever guesses would sign in to an
    /// account of their own in between.
    clears: bool,
    /// Whether one waits for it. Others are counted all the same: what an attempt costs does not tell which addresses are known.
    binds: bool,
}

impl Counter {
    fn new(core: &Core, kind: &str, of: &str, wide: u32, clears: bool) -> Self {
        let counted = format!("{kind} {of}");
        Self {
            digest: core.keys.keyed_hash("sign-in-attempt", counted.as_bytes()),
            most: core.config.identity.sign_in_attempts.saturating_mul(wide),
            clears,
            binds: true,
        }
    }

    /// Attempts to prove again that one is who one is, by an account.
    #[must_use]
    pub fn proof(core: &Core, user: UserId) -> Self {
        Self::new(core, "proof", &user.to_string(), 1, true)
    }

    /// Codes of a second factor, by an account.
    #[must_use]
    pub fn code(core: &Core, user: UserId) -> Self {
        Self::new(core, "code", &user.to_string(), 1, true)
    }

    /// What came back from other providers and proved nothing, by network.
    #[must_use]
    pub fn returned(ctx: &Ctx) -> Self {
        Self::new(ctx.core(), "returned", &network_of(ctx), WIDE, false)
    }

    /// Addresses that turned out to be taken, by network.
    #[must_use]
    pub fn taken(ctx: &Ctx) -> Self {
        Self::new(ctx.core(), "taken", &network_of(ctx), WIDE, false)
    }
}

/// What was counted of an attempt, so that a success takes it back.
#[derive(Debug)]
pub struct Taken(Vec<(Counter, Option<DateTime<Utc>>)>);

/// Counts an attempt to sign in with an address, whoever has it.
///
/// # Errors
/// [`IdentityError::Attempts`] where one has to wait; that attempt does not count.
pub async fn sign_in(ctx: &Ctx, email: &str) -> Result<Taken, IdentityError> {
    let core = ctx.core();
    let network = network_of(ctx);
    let pair = Counter::new(core, "pair", &format!("{network} {email}"), 1, true);
    let mut counters = vec![pair];
    // Looked up for every address alike.
    let known = known(core, email, &network);
    let since = ctx.now() - KNOWN;
    let binds = !store::is_known(ctx.read(), &known, since).await?;
    for (kind, of) in [("address", email), ("network", network.as_str())] {
        counters.push(Counter {
            binds,
            ..Counter::new(core, kind, of, WIDE, false)
        });
    }
    take(ctx, counters).await
}

/// Counts an attempt before it is looked at: guesses that come all at once count as well.
///
/// # Errors
/// [`IdentityError::Attempts`] where one has to wait; that attempt does not count.
pub async fn take(ctx: &Ctx, counters: Vec<Counter>) -> Result<Taken, IdentityError> {
    let now = ctx.now();
    ctx.transaction(async |tx| {
        let mut taken = Vec::with_capacity(counters.len());
        for counter in counters {
            let row = store::count_attempt(tx, &counter.digest, now, now - QUIET).await?;
            if !counter.binds {
                taken.push((counter, None));
                continue;
            }
            if let Some(until) = row.wait_until.filter(|it| *it > now) {
                let seconds = (until - now).num_seconds().max(1);
                return Err(IdentityError::Attempts { seconds });
            }
            let failures = u32::try_from(row.failures).unwrap_or(u32::MAX);
            let until = wait(failures, counter.most).map(|it| now + it);
            if until.is_some() {
                store::wait_until(tx, &counter.digest, until).await?;
            }
            taken.push((counter, until));
        }
        Ok(Taken(taken))
    })
    .await
}

/// Notes that an attempt succeeded.
///
/// # Errors
/// [`DbErr`].
pub async fn succeeded(tx: &Tx, taken: Taken) -> Result<(), DbErr> {
    for (counter, until) in taken.0 {
        if counter.clears {
            store::forget_attempts(tx, &counter.digest).await?;
        } else {
            store::take_back_attempt(tx, &counter.digest, until).await?;
        }
    }
    Ok(())
}

/// The network that somebody comes from, as a keyed digest.
#[must_use]
pub fn network_digest(ctx: &Ctx) -> Vec<u8> {
    let keys = &ctx.core().keys;
    keys.keyed_hash("sign-in-network", network_of(ctx).as_bytes())
}

/// How many sign-ins at other providers may be on their way from one network.
#[must_use]
pub fn most_begun(core: &Core) -> u64 {
    u64::from(core.config.identity.sign_in_attempts.saturating_mul(WIDE))
}

/// Notes from where the owner of an address came.
///
/// # Errors
/// [`DbErr`].
pub async fn remember(ctx: &Ctx, tx: &Tx, email: &str) -> Result<(), DbErr> {
    let known = known(ctx.core(), email, &network_of(ctx));
    store::know(tx, known, ctx.now()).await
}

/// Forgets the failed attempts of an address from where one is: whoever set a new password need not wait.
///
/// # Errors
/// [`DbErr`].
pub async fn forgive(ctx: &Ctx, tx: &Tx, email: &str) -> Result<(), DbErr> {
    let network = network_of(ctx);
    let pair = format!("{network} {email}");
    let pair = Counter::new(ctx.core(), "pair", &pair, 1, true);
    store::forget_attempts(tx, &pair.digest).await?;
    remember(ctx, tx, email).await
}

/// Forgets what is too old to count: how many rows.
///
/// # Errors
/// [`DbErr`].
pub async fn forget_old(operator: &Ctx) -> Result<u64, DbErr> {
    let now = operator.now();
    operator
        .transaction(async |tx| {
            let attempts = store::forget_attempts_before(tx, now - QUIET - WAIT_MOST).await?;
            let known = store::forget_known_before(tx, now - KNOWN).await?;
            Ok(attempts.saturating_add(known))
        })
        .await
}

fn known(core: &Core, email: &str, network: &str) -> Vec<u8> {
    let both = format!("{network} {email}");
    core.keys.keyed_hash("known-network", both.as_bytes())
}

fn network_of(ctx: &Ctx) -> String {
    ctx.origin().address.map_or_else(String::new, network)
}

/// The part of the network that one provider gives to one customer, or little more. Wider than what one client is counted by
/// elsewhere (`platform::network::client`): who guesses passwords has neighbours' addresses too, and a wait costs them little.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [first, second, third, _] = address.octets();
            format!("{first}.{second}.{third}")
        }
        IpAddr::V6(address) => {
            let [first, second, third, ..] = address.segments();
            format!("{first:x}:{second:x}:{third:x}")
        }
    }
}

/// How long nobody tries again after so many failures.
fn wait(failures: u32, most: u32) -> Option<TimeDelta> {
    let over = failures.checked_sub(most)?;
    let doubled = 1_i32.checked_shl(over.min(10)).unwrap_or(i32::MAX);
    Some((WAIT_FIRST * doubled).min(WAIT_MOST))
}

#[cfg(test)]
mod tests {
    use super::network;
    use super::wait;

    #[test]
    fn waits_grow_and_end_growing() {
        let waits = [9, 10, 11, 12, 13, 14, 15, 16, 99, u32::MAX]
            .map(|it| wait(it, 10).map(|it| it.num_seconds()));
        let grown = [30, 60, 120, 240, 480, 900, 900, 900, 900].map(Some);
        assert_eq!(waits[0], None);
        assert_eq!(waits[1..], grown);
    }

    #[test]
    fn neighbours_are_counted_together() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("192.0.2.7"), of("192.0.2.200"));
        assert_eq!(of("192.0.2.7"), of("::ffff:192.0.2.9"));
        assert_ne!(of("192.0.2.7"), of("192.0.3.7"));
        assert_eq!(of("2001:db8:1::1"), of("2001:db8:1:ffff::2"));
        assert_ne!(of("2001:db8:1::1"), of("2001:db8:2::1"));
    }
}
