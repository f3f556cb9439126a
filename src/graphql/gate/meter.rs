//! How much each client may ask for: points that come back with time.
//!
//! What an operation costs is in `budget`; headers and statuses are in `http`.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::TimeDelta;
use entity::ids::UserId;
use governor::Quota;
use governor::RateLimiter;
use governor::clock;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;

use crate::config::LimitsConfig;
use crate::platform::clock::Clock;
use crate::platform::network;

/// Points come back evenly, over this long.
const WINDOW_SECONDS: u32 = 60;
/// Clients that are remembered before those are let go whose points are all back.
const CLIENTS: usize = 10_000;
/// How long those who are remembered are not looked through again: it takes time for each of them.
const LOOKED_THROUGH: TimeDelta = TimeDelta::seconds(1);

/// Whose points are spent. All sessions and tokens of a user share theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Client {
    /// Somebody who is signed in.
    User(UserId),
    /// Nobody who is, from this address.
    Address(Option<IpAddr>),
}

impl Client {
    /// Whoever comes from an address, where nobody is signed in.
    #[must_use]
    pub fn at(address: Option<IpAddr>) -> Self {
        Self::Address(address.map(network::client))
    }
}

/// How a client stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Most points at once.
    pub limit: u32,
    /// Points that can be spent now.
    pub remaining: u32,
    /// Seconds until all points are back.
    pub full_seconds: u64,
    /// Seconds until what was asked for can be paid; none where it was.
    pub wait_seconds: Option<u64>,
}

/// Counts what clients spend at this instance.
pub struct Meter {
    users: Option<Purse<UserId>>,
    addresses: Option<Purse<Option<IpAddr>>>,
}

impl Meter {
    /// With what the settings allow, by this clock.
    pub fn new(limits: &LimitsConfig, clock: &Clock) -> Self {
        Self {
            users: Purse::of(limits.points, limits, clock),
            addresses: Purse::of(limits.points_signed_out, limits, clock),
        }
    }

    /// Takes points from a client: all of them, or none where there are fewer. `None` where nothing is counted.
    pub fn take(&self, client: Client, points: usize) -> Option<Standing> {
        match client {
            Client::User(user) => Some(self.users.as_ref()?.take(&user, points)),
            Client::Address(address) => Some(self.addresses.as_ref()?.take(&address, points)),
        }
    }
}

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, Ticks, StateInformationMiddleware>;

/// The points of one kind of client.
struct Purse<K: Hash + Eq + Clone> {
    limiter: Limiter<K>,
    most: NonZeroU32,
    clock: Clock,
    /// Milliseconds since 1970 at which those who are remembered were looked through.
    looked_through: AtomicI64,
}

impl<K: Hash + Eq + Clone> Purse<K> {
    /// `None` for no points: then nothing is counted. Fewer than the dearest operation costs would keep it from ever
    /// running.
    fn of(points: u32, limits: &LimitsConfig, clock: &Clock) -> Option<Self> {
        NonZeroU32::new(points)?;
        let dearest = u32::try_from(limits.cost).unwrap_or(u32::MAX);
        let most = NonZeroU32::new(points.max(dearest))?;
        let quota = Quota::per_minute(most).allow_burst(most);
        let state = DashMapStateStore::default();
        Some(Self {
            limiter: Limiter::new(quota, state, Ticks(clock.clone())),
            most,
            clock: clock.clone(),
            looked_through: AtomicI64::default(),
        })
    }

    /// Whether it is a while ago; of several that ask at once one is told so.
    fn is_to_be_looked_through(&self) -> bool {
        let now = self.clock.now().timestamp_millis();
        let before = self.looked_through.load(Ordering::Relaxed);
        now.saturating_sub(before) >= LOOKED_THROUGH.num_milliseconds()
            && self
                .looked_through
                .compare_exchange(before, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }

    fn take(&self, client: &K, points: usize) -> Standing {
        if self.limiter.len() > CLIENTS && self.is_to_be_looked_through() {
            self.limiter.retain_recent();
        }
        let most = self.most.get();
        let asked = u32::try_from(points).unwrap_or(u32::MAX).clamp(1, most);
        let count = NonZeroU32::new(asked).unwrap_or(NonZeroU32::MIN);
        let seconds = |points: u32| {
            let whole = u64::from(points) * u64::from(WINDOW_SECONDS);
            whole.div_ceil(u64::from(most))
        };
        match self.limiter.check_key_n(client, count) {
            Ok(Ok(left)) => {
                let remaining = left.remaining_burst_capacity();
                Standing {
                    limit: most,
                    remaining,
                    full_seconds: seconds(most.saturating_sub(remaining)),
                    wait_seconds: None,
                }
            }
            Ok(Err(until)) => {
                let wait = until.wait_time_from(clock::Clock::now(self.limiter.clock()));
                let missing = wait.as_nanos() * u128::from(most) / u128::from(WINDOW_SECONDS);
                let missing = missing.div_ceil(Duration::from_secs(1).as_nanos());
                let missing = u32::try_from(missing).unwrap_or(u32::MAX);
                let remaining = asked.saturating_sub(missing);
                Standing {
                    limit: most,
                    remaining,
                    full_seconds: seconds(most.saturating_sub(remaining)),
                    wait_seconds: Some(seconds(missing).max(1)),
                }
            }
            // No more than all was asked for.
            Err(_insufficient) => Standing {
                limit: most,
                remaining: 0,
                full_seconds: seconds(most),
                wait_seconds: Some(u64::from(WINDOW_SECONDS)),
            },
        }
    }
}

/// Our clock, as the library reads it.
#[derive(Clone, Debug)]
struct Ticks(Clock);

impl clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        // Microseconds since 1970 stay far below the bound of the nanoseconds for centuries.
        let micros = self.0.now().timestamp_micros();
        Duration::from_micros(u64::try_from(micros).unwrap_or_default()).into()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use chrono::Utc;

    use super::*;
    use crate::config::Config;

    fn meter(points: u32) -> (Meter, Clock) {
        let limits = LimitsConfig {
            points,
            points_signed_out: points,
            cost: 60,
            ..Config::default().limits
        };
        let at = chrono::DateTime::<Utc>::from_timestamp(1_800_000_000, 0).unwrap();
        let clock = Clock::fixed(at);
        (Meter::new(&limits, &clock), clock)
    }

    fn one() -> Client {
        Client::User(UserId(uuid::Uuid::from_u128(1)))
    }

    #[test]
    fn points_are_spent_and_come_back_with_time() {
        let (meter, clock) = meter(60);

        let first = meter.take(one(), 50).unwrap();
        assert_eq!((first.remaining, first.wait_seconds), (10, None));
        assert_eq!(first.full_seconds, 50);

        let second = meter.take(one(), 20).unwrap();
        assert_eq!((second.remaining, second.wait_seconds), (10, Some(10)));

        clock.advance(TimeDelta::seconds(10));
        let third = meter.take(one(), 20).unwrap();
        assert_eq!((third.remaining, third.wait_seconds), (0, None));
    }

    #[test]
    fn what_one_client_spends_another_keeps() {
        let (meter, _) = meter(60);
        meter.take(one(), 60).unwrap();

        let other = Client::User(UserId(uuid::Uuid::from_u128(2)));
        assert_eq!(meter.take(other, 60).unwrap().wait_seconds, None);
        let nobody = Client::at("192.0.2.1".parse().ok());
        assert_eq!(meter.take(nobody, 60).unwrap().wait_seconds, None);
        assert_eq!(meter.take(nobody, 1).unwrap().wait_seconds, Some(1));
    }

    #[test]
    fn addresses_of_one_network_share_their_points() {
        let (meter, _) = meter(60);
        let at = |it: &str| Client::at(it.parse().ok());
        meter.take(at("2001:db8::1"), 60).unwrap();

        assert!(
            meter
                .take(at("2001:db8::2"), 1)
                .unwrap()
                .wait_seconds
                .is_some()
        );
        assert!(
            meter
                .take(at("2001:db8:0:1::1"), 1)
                .unwrap()
                .wait_seconds
                .is_none()
        );
    }

    #[test]
    fn the_dearest_operation_can_always_be_paid_once() {
        let (meter, _) = meter(1);
        assert_eq!(meter.take(one(), 60).unwrap().wait_seconds, None);
    }

    #[test]
    fn without_points_nothing_is_counted() {
        let (meter, _) = meter(0);
        assert_eq!(meter.take(one(), 1_000_000), None);
    }
}
