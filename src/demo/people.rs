//! Volunteers, and the people behind them; some people help two organizations.
//!
//! Their hours are in `diary`.

use chrono::Days;
use chrono::NaiveDate;
use entity::ids::PersonId;
use entity::ids::VolunteerId;
use entity::person;
use entity::types::Sex;
use entity::volunteer;

use crate::demo::cast::House;
use crate::demo::dice::Dice;
use crate::demo::span::Span;
use crate::demo::words;
use crate::platform::text::fold;

/// One in so many helps a second organization.
const SHARED: usize = 50;

/// When somebody can work: a person who helps two organizations gives one the mornings and the
/// other the afternoons, so that nobody is in two places at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    /// Morning or afternoon.
    Any,
    /// Mornings.
    Mornings,
    /// Afternoons.
    Afternoons,
}

/// What the diary needs of a volunteer.
#[derive(Clone, Copy, Debug)]
pub struct Hand {
    /// The record.
    pub volunteer: VolunteerId,
    /// The person behind it.
    pub person: PersonId,
    /// When they can work.
    pub hours: Hours,
    /// Whether the volunteer writes their own hours.
    pub writes: bool,
}

/// One volunteer to be written.
#[derive(Clone, Debug)]
pub struct Recruit {
    /// The person, unless another organization wrote them already.
    pub person: Option<person::Model>,
    /// The record.
    pub volunteer: volunteer::Model,
    /// What the diary needs.
    pub hand: Hand,
}

/// The volunteers of an organization, one after the other.
pub struct Recruits<'a> {
    house: &'a House,
    span: &'a Span,
    dice: Dice,
    number: usize,
    count: usize,
    /// People of the organization before that help here too.
    shared: std::vec::IntoIter<volunteer::Model>,
    /// People of this one that will help in the next.
    pub lent: Vec<volunteer::Model>,
}

impl<'a> Recruits<'a> {
    /// `count` volunteers of an organization; `shared` come from the one before.
    #[must_use]
    pub fn new(
        seed: u64,
        house: &'a House,
        span: &'a Span,
        count: usize,
        shared: Vec<volunteer::Model>,
    ) -> Self {
        let part = u64::try_from(house.index).unwrap_or_default();
        Self {
            house,
            span,
            dice: Dice::of(seed, 2_000_000 + part),
            number: 0,
            count,
            shared: shared.into_iter(),
            lent: Vec::new(),
        }
    }

    fn recruit(&mut self) -> Recruit {
        let founded = self.span.founded();
        let id = VolunteerId(self.dice.key(founded));
        let account = self.house.volunteer.as_ref().filter(|_| self.number == 1);
        let user = account.map(|it| it.id);
        // Every second of the places that a shared person could take.
        let guest = if self.number % SHARED == SHARED / 2 {
            self.shared.next()
        } else {
            None
        };
        let place = self.dice.below(self.house.province.communes.len());
        let mut volunteer = self.stranger(id);
        volunteer.territory_id = self.house.province.communes.get(place).copied();
        volunteer.user_id = user;
        if let Some(account) = account {
            volunteer.email = Some(account.email.clone());
            volunteer.name.clone_from(&account.display_name);
            volunteer.name_ar = None;
            volunteer.search_key = fold(&account.display_name);
        }
        let Some(guest) = guest else {
            let lends = self.number.is_multiple_of(SHARED) && self.lent.len() < 1_000;
            if lends {
                self.lent.push(volunteer.clone());
            }
            return Recruit {
                person: Some(person::Model {
                    id: volunteer.person_id,
                    national_id_hash: None,
                    created_at: founded,
                }),
                hand: Hand {
                    volunteer: id,
                    person: volunteer.person_id,
                    hours: if lends { Hours::Mornings } else { Hours::Any },
                    writes: user.is_some(),
                },
                volunteer,
            };
        };
        volunteer.person_id = guest.person_id;
        volunteer.name = guest.name;
        volunteer.name_ar = guest.name_ar;
        volunteer.search_key = guest.search_key;
        volunteer.sex = guest.sex;
        volunteer.birth_date = guest.birth_date;
        Recruit {
            person: None,
            hand: Hand {
                volunteer: id,
                person: volunteer.person_id,
                hours: Hours::Afternoons,
                writes: false,
            },
            volunteer,
        }
    }

    /// Somebody new.
    fn stranger(&mut self, id: VolunteerId) -> volunteer::Model {
        let founded = self.span.founded();
        let dice = &mut self.dice;
        let (sex, given) = if dice.in_thousand(540) {
            (Sex::Female, dice.pick(&words::WOMEN))
        } else {
            (Sex::Male, dice.pick(&words::MEN))
        };
        let family = dice.pick(&words::FAMILIES);
        let name = format!("{} {}", given.0, family.0);
        let name_ar = format!("{} {}", given.1, family.1);
        let born = NaiveDate::from_ymd_opt(dice.between(1952, 2006), 1, 1)
            .and_then(|it| it.checked_add_days(days(dice.between(0, 364))));
        let joined = founded
            .date_naive()
            .checked_add_days(days(dice.between(0, 170)));
        volunteer::Model {
            id,
            organization_id: self.house.organization.id,
            person_id: PersonId(dice.key(founded)),
            user_id: None,
            reference: Some(format!("V-{:06}", self.number)),
            search_key: format!("{}|{}", fold(&name), fold(&name_ar)),
            name,
            name_ar: Some(name_ar),
            sex: Some(sex).filter(|_| dice.in_thousand(970)),
            birth_date: born.filter(|_| dice.in_thousand(900)),
            territory_id: None,
            email: None,
            phone: None,
            joined_on: joined,
            version: 1,
            created_at: founded,
            updated_at: founded,
            archived_at: None,
            merged_into_id: None,
            erased_at: None,
        }
    }
}

impl Iterator for Recruits<'_> {
    type Item = Recruit;

    fn next(&mut self) -> Option<Recruit> {
        (self.number < self.count).then(|| {
            self.number += 1;
            self.recruit()
        })
    }
}

fn days(count: i32) -> Days {
    Days::new(u64::try_from(count).unwrap_or_default())
}
