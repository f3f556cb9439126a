//! What an entry holds as it stands, in the form in which the gate judges new work.
//!
//! It is put aside while something else is judged in its place.

use entity::hour_entry;
use entity::ids::PersonId;

use crate::hours::days::Calendar;
use crate::hours::days::cut;
use crate::hours::entry::Entry;
use crate::hours::entry::NewEntry;
use crate::hours::entry::Work;
use crate::hours::error::HoursError;
use crate::hours::guard::Candidate;
use crate::platform::zones;
use crate::platform::zones::Zone;

/// What an entry holds.
pub(super) struct Before<'a> {
    /// The entry.
    pub row: &'a hour_entry::Model,
    /// Its days.
    pub calendar: Calendar,
    /// The zone that decided them.
    pub zone: Zone,
    work: Work,
}

impl<'a> Before<'a> {
    /// What a stored entry holds.
    ///
    /// # Errors
    /// [`HoursError::Inconsistent`] where what is stored cannot be read.
    pub fn of(row: &'a hour_entry::Model) -> Result<Self, HoursError> {
        let parsed = NewEntry::parse(&Entry::fields(row))
            .map_err(|_refused| HoursError::Inconsistent("an entry that says nothing"))?;
        let zone = zones::parse(&row.time_zone)
            .ok_or(HoursError::Inconsistent("a time zone without a name"))?;
        Ok(Self {
            calendar: cut(&parsed.work, &zone),
            work: parsed.work,
            zone,
            row,
        })
    }

    /// The same, as the gate judges it.
    pub fn candidate(&self) -> Candidate<'_> {
        self.candidate_of(self.row.person_id)
    }

    /// The same, as if another person had done the work.
    pub fn candidate_of(&self, person: Option<PersonId>) -> Candidate<'_> {
        Candidate {
            id: self.row.id,
            person,
            work: &self.work,
            calendar: &self.calendar,
            status: self.row.status,
        }
    }
}
