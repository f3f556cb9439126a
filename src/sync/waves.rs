//! In which order a batch is carried out: what does not concern each other goes together.
//!
//! An operation goes into the first wave after all those before it that it must follow; all of one
//! kind in a wave are carried out together, in the order of the batch. So the number of statements
//! grows with the longest chain of operations that concern each other, not with their number, and
//! what comes of each is what would come of them one by one. Pure; what an operation touches is found
//! out in `touch`.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::PersonId;
use entity::ids::ShiftId;
use entity::ids::VolunteerId;
use uuid::Uuid;

use crate::sync::operation::EntryRef;

/// What an operation touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// Its kind: only operations of one kind are carried out together.
    pub kind: &'static str,
    /// As the device calls it.
    pub client_id: Uuid,
    /// The entry that it makes, or is done to.
    pub entry: Option<EntryRef>,
    /// Whose presence in which shift it is about.
    pub presence: Option<(ShiftId, VolunteerId)>,
    /// Whose time it is about.
    pub time: Option<Time>,
}

/// Somebody's time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    /// Who; in all organizations together.
    pub person: PersonId,
    /// As which record.
    pub volunteer: VolunteerId,
    /// The days, both ends inclusive.
    pub days: (NaiveDate, NaiveDate),
    /// From one instant to another; `None` for days without clock times.
    pub span: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Whether it may take or free time.
    pub moves: bool,
    /// Whether rules of approval judge it by all that the person did on these days.
    pub judged: bool,
}

impl Time {
    fn meets(&self, other: &Self) -> bool {
        let day = self.days.0 <= other.days.1 && other.days.0 <= self.days.1;
        let hour = self
            .span
            .zip(other.span)
            .is_some_and(|(one, two)| one.0 < two.1 && two.0 < one.1);
        self.person == other.person && (day || hour)
    }
}

/// How an operation stands to one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    /// They do not concern each other.
    Free,
    /// It goes with it or later: those that go together keep their order.
    NotBefore,
    /// It goes later.
    After,
}

fn order(before: &Touch, it: &Touch) -> Order {
    let same = |one: Option<EntryRef>, two| one.is_some() && one == two;
    if before.client_id == it.client_id
        || same(before.entry, it.entry)
        || (it.presence.is_some() && before.presence == it.presence)
    {
        return Order::After;
    }
    let (Some(first), Some(second)) = (&before.time, &it.time) else {
        return Order::Free;
    };
    if !first.meets(second) || !(first.moves || second.moves) {
        return Order::Free;
    }
    // Those of one record go through the gate one after the other, also together; rules judge at the
    // end, by what the others have become.
    let together = before.kind == it.kind && first.volunteer == second.volunteer;
    if together && !first.judged {
        Order::NotBefore
    } else {
        Order::After
    }
}

/// The groups to be carried out, one after the other: the places of the operations of each, which are
/// of one kind and in the order of the batch.
#[must_use]
pub fn waves(touches: &[Touch]) -> Vec<Vec<usize>> {
    let mut levels: Vec<usize> = Vec::with_capacity(touches.len());
    let mut groups: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
    for (at, it) in touches.iter().enumerate() {
        let level = touches
            .iter()
            .zip(&levels)
            .map(|(before, level)| match order(before, it) {
                Order::Free => 0,
                Order::NotBefore => *level,
                Order::After => level + 1,
            })
            .max()
            .unwrap_or_default();
        levels.push(level);
        groups.entry((level, it.kind)).or_default().push(at);
    }
    groups.into_values().collect()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use entity::ids::PersonId;
    use entity::ids::ShiftId;
    use entity::ids::VolunteerId;
    use rand::Rng;
    use rand::SeedableRng;
    use rand::rngs::StdRng;
    use uuid::Uuid;

    use super::Order;
    use super::Time;
    use super::Touch;
    use super::order;
    use super::waves;
    use crate::sync::operation::EntryRef;

    fn uuid(number: usize) -> Uuid {
        Uuid::from_u128(u128::try_from(number).unwrap())
    }

    fn touch(kind: &'static str, id: usize) -> Touch {
        Touch {
            kind,
            client_id: uuid(1_000 + id),
            entry: None,
            presence: None,
            time: None,
        }
    }

    fn on(day: u32, who: usize) -> Time {
        let day = NaiveDate::from_ymd_opt(2026, 10, day).unwrap();
        Time {
            person: PersonId(uuid(who)),
            volunteer: VolunteerId(uuid(who)),
            days: (day, day),
            span: None,
            moves: true,
            judged: false,
        }
    }

    fn create(id: usize, day: u32, who: usize) -> Touch {
        Touch {
            entry: Some(EntryRef::Made(uuid(id))),
            time: Some(on(day, who)),
            ..touch("create", id)
        }
    }

    fn submit(id: usize, of: usize, day: u32, who: usize) -> Touch {
        Touch {
            entry: Some(EntryRef::Made(uuid(of))),
            time: Some(Time {
                moves: false,
                judged: true,
                ..on(day, who)
            }),
            ..touch("submit", id)
        }
    }

    #[test]
    fn creations_and_their_submissions_are_two_groups_however_many_there_are() {
        let touches: Vec<Touch> = (0..28)
            .flat_map(|it| {
                let day = u32::try_from(it).unwrap() + 1;
                [create(it, day, it % 3), submit(500 + it, it, day, it % 3)]
            })
            .collect();

        let groups = waves(&touches);

        assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [28, 28]);
    }

    #[test]
    fn what_frees_time_comes_before_what_takes_it() {
        let free = Touch {
            entry: Some(EntryRef::Made(uuid(90))),
            time: Some(on(5, 1)),
            ..touch("delete", 1)
        };

        let groups = waves(&[create(2, 5, 1), free, create(3, 5, 1), create(4, 6, 1)]);

        assert_eq!(groups, [vec![0, 3], vec![1], vec![2]]);
    }

    #[test]
    fn one_presence_is_told_twice_in_two_waves() {
        let come = |id: usize, shift: usize| Touch {
            presence: Some((ShiftId(uuid(shift)), VolunteerId(uuid(1)))),
            ..touch("come", id)
        };

        let groups = waves(&[come(1, 1), come(2, 2), come(3, 1)]);

        assert_eq!(groups, [vec![0, 1], vec![2]]);
    }

    #[test]
    fn whoever_has_two_records_has_one_time() {
        let mut other = create(2, 5, 1);
        other.time.as_mut().unwrap().volunteer = VolunteerId(uuid(77));

        assert_eq!(waves(&[create(1, 5, 1), other]), [vec![0], vec![1]]);
    }

    #[test]
    fn an_order_that_matters_is_always_kept() {
        let mut rng = StdRng::seed_from_u64(20_261_127);
        for _ in 0..2_000 {
            let count = rng.random_range(1..40);
            let touches: Vec<Touch> = (0..count)
                .map(|id| {
                    let day = rng.random_range(1..4);
                    let who = rng.random_range(0..3);
                    let mut one = match rng.random_range(0..3) {
                        0 => create(id, day, who),
                        1 => submit(id, rng.random_range(0..count), day, who),
                        _ => Touch {
                            entry: Some(EntryRef::Made(uuid(rng.random_range(0..count)))),
                            time: Some(on(day, who)),
                            ..touch("change", id)
                        },
                    };
                    if rng.random_bool(0.1) {
                        one.client_id = uuid(1_000);
                    }
                    one
                })
                .collect();

            let groups = waves(&touches);

            let mut place = vec![None; touches.len()];
            for (group, members) in groups.iter().enumerate() {
                let kind = touches[members[0]].kind;
                for (within, at) in members.iter().enumerate() {
                    assert_eq!(touches[*at].kind, kind);
                    assert_eq!(place[*at], None, "carried out once");
                    place[*at] = Some((group, within));
                }
            }
            for at in 0..touches.len() {
                for before in 0..at {
                    let (first, second) = (place[before].unwrap(), place[at].unwrap());
                    match order(&touches[before], &touches[at]) {
                        Order::Free => {}
                        Order::NotBefore => assert!(first < second),
                        Order::After => assert!(first.0 < second.0),
                    }
                }
            }
        }
    }
}
