//! Chance that repeats: the same seed, the same data.
//!
//! Nothing here is secret or unpredictable.

use chrono::DateTime;
use chrono::Utc;
use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use uuid::Builder;
use uuid::Uuid;

/// A stream of chance.
pub struct Dice(StdRng);

impl Dice {
    /// The stream of one part of the data: parts do not disturb each other.
    #[must_use]
    pub fn of(seed: u64, part: u64) -> Self {
        Self(StdRng::seed_from_u64(
            seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(part),
        ))
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, least: i32, most: i32) -> i32 {
        self.0.random_range(least..=most.max(least))
    }

    /// An index below `count`; 0 where there is none.
    pub fn below(&mut self, count: usize) -> usize {
        self.0.random_range(0..count.max(1))
    }

    /// True so many times in a thousand.
    pub fn in_thousand(&mut self, times: i32) -> bool {
        self.between(1, 1_000) <= times
    }

    /// One of several; the default of nothing.
    pub fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        let index = self.below(from.len());
        from.get(index).copied().unwrap_or_default()
    }

    /// A time-ordered key of an instant.
    pub fn key(&mut self, at: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &self.0.random()).into_uuid()
    }
}
