//! Time-ordered keys (UUID version 7): those of one process never fall behind each other.
//!
//! Which clock and which randomness they are made of is the caller's business.

use std::sync::Mutex;
use std::sync::PoisonError;

use chrono::DateTime;
use chrono::Utc;
use uuid::Builder;
use uuid::Uuid;

use crate::platform::random::Random;

/// Bits of a key that count within its millisecond, the highest of them free for counting.
const TAIL: u64 = (1 << 61) - 1;

/// Makes keys in order.
#[derive(Debug, Default)]
pub struct Order(Mutex<Last>);

/// The last key that was made.
#[derive(Debug, Default)]
struct Last {
    millisecond: u64,
    head: [u8; 2],
    tail: u64,
}

impl Order {
    /// The next key: after every one before it, even where the clock stands still or falls back.
    ///
    /// Without randomness keys still differ within the process: ids are names, not secrets.
    pub fn next(&self, now: DateTime<Utc>, random: &Random) -> Uuid {
        let millisecond = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if millisecond > last.millisecond {
            last.millisecond = millisecond;
            last.head = random.bytes().unwrap_or_default();
            last.tail = u64::from_be_bytes(random.bytes().unwrap_or_default()) & TAIL;
        } else {
            // A step that nobody can guess: who knows one key does not know the next.
            let step = u32::from_be_bytes(random.bytes().unwrap_or_default());
            last.tail = last.tail.saturating_add(u64::from(step) + 1);
        }
        let mut bytes = [0; 10];
        let (head, tail) = bytes.split_at_mut(2);
        head.copy_from_slice(&last.head);
        tail.copy_from_slice(&last.tail.to_be_bytes());
        Builder::from_unix_timestamp_millis(last.millisecond, &bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::Order;
    use crate::platform::random::Random;

    #[test]
    fn keys_follow_each_other_whatever_the_clock_does() {
        let order = Order::default();
        let mut now = "2026-11-02T09:00:00Z".parse().unwrap();
        let mut last = uuid::Uuid::nil();
        for round in 0..3_000 {
            now += TimeDelta::milliseconds([0, 0, 1, -3, 5][round % 5]);
            let id = order.next(now, &Random::seeded(round.try_into().unwrap()));
            assert!(id > last, "{id} after {last}");
            assert_eq!(id.get_version_num(), 7);
            last = id;
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_keys() {
        let now = "2026-11-02T09:00:00Z".parse().unwrap();
        let drawn = || {
            let (order, random) = (Order::default(), Random::seeded(3));
            [(); 4].map(|()| order.next(now, &random))
        };
        assert_eq!(drawn(), drawn());
    }
}
