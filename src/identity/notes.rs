//! What is noted while an operation runs, for the audit trail to tell in one line each when it is over.
//!
//! Nothing is written here: whoever runs the operation hands it to `audit::told`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use entity::ids::OrganizationId;
use entity::ids::SessionId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use moka::sync::Cache;

use crate::refusal::Code;

/// For how long refusals of one actor or address are counted.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// Refusals that were told lately, of one process. In memory: a restart tells a few more.
pub struct Refusals(Cache<String, u32>);

impl std::fmt::Debug for Refusals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Refusals")
    }
}

impl Default for Refusals {
    fn default() -> Self {
        let cache = Cache::builder().max_capacity(100_000);
        Self(cache.time_to_live(WINDOW).build())
    }
}

impl Refusals {
    /// Counts one more: the how manyth it is within a quarter of an hour.
    #[must_use]
    pub fn count(&self, of: String) -> u32 {
        let entry = self.0.entry(of);
        entry
            .and_upsert_with(|it| it.map_or(1, |it| it.into_value().saturating_add(1)))
            .into_value()
    }
}

/// What is noted of one operation.
#[derive(Debug, Default)]
pub struct Notes {
    inner: Mutex<Noted>,
}

/// What was noted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    /// Records of which personal data were shown, by organization: not more than the cost of an operation lets it show.
    pub opened: BTreeMap<OrganizationId, BTreeSet<VolunteerId>>,
    /// Codes of refusals that the trail tells.
    pub refused: BTreeSet<&'static str>,
    /// Organizations in which whoever asked lacked the right, of something that they see.
    pub withheld: BTreeSet<OrganizationId>,
    /// Where a right was found lacking last, until it is known whether that refused anything.
    lacking: Option<OrganizationId>,
    /// Whose account it was about, where nobody was signed in.
    pub account: Option<UserId>,
    /// The session that began.
    pub began: Option<(UserId, SessionId)>,
}

impl Notes {
    /// Personal data of a record were shown to somebody else than the person.
    pub fn opened(&self, organization: OrganizationId, volunteer: VolunteerId) {
        let mut noted = self.held();
        let records = noted.opened.entry(organization).or_default();
        records.insert(volunteer);
    }

    /// A right was found lacking in an organization, which may refuse the act or not.
    pub fn lacking(&self, organization: OrganizationId) {
        self.held().lacking = Some(organization);
    }

    /// Something was refused. Only refusals of rights and of credentials are told; where the right was lacking, of what is
    /// seen alone: of whatever is answered like what does not exist, no organization is told.
    pub fn refused(&self, code: Code) {
        let told = matches!(
            code,
            Code::Forbidden
                | Code::TokenScope
                | Code::TokenNever
                | Code::InvalidCredentials
                | Code::SignInInvalid
                | Code::IdentityUnlinked
                | Code::TooManyAttempts
        );
        let mut held = self.held();
        match code {
            Code::Forbidden => {
                let lacking = held.lacking.take();
                held.withheld.extend(lacking);
            }
            Code::NotFound => held.lacking = None,
            _ => {}
        }
        if told {
            held.refused.insert(code.key());
        }
    }

    /// It is about an account.
    pub fn about(&self, user: UserId) {
        self.held().account = Some(user);
    }

    /// A session began.
    pub fn began(&self, user: UserId, session: SessionId) {
        self.held().began = Some((user, session));
    }

    /// What was noted so far; from now on afresh.
    #[must_use]
    pub fn take(&self) -> Noted {
        std::mem::take(&mut *self.held())
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Noted> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use entity::ids::OrganizationId;
    use entity::ids::VolunteerId;
    use uuid::Uuid;

    use super::Noted;
    use super::Notes;
    use crate::refusal::Code;

    #[test]
    fn several_fields_of_one_record_are_one_look_at_it() {
        let notes = Notes::default();
        let organization = OrganizationId(Uuid::from_u128(1));
        for number in (0..30).chain(0..30) {
            notes.opened(organization, VolunteerId(Uuid::from_u128(number)));
        }
        let noted = notes.take();
        assert_eq!(noted.opened[&organization].len(), 30);
        assert_eq!(notes.take(), Noted::default());
    }

    #[test]
    fn refusals_of_input_are_nobodys_business() {
        let notes = Notes::default();
        notes.refused(Code::Required);
        notes.refused(Code::NotFound);
        notes.refused(Code::Forbidden);
        let refused: Vec<_> = notes.take().refused.into_iter().collect();
        assert_eq!(refused, ["forbidden"]);
    }

    #[test]
    fn an_organization_is_told_what_was_withheld_in_it_and_not_what_was_not_there() {
        let notes = Notes::default();
        let [one, other, third] = [1, 2, 3].map(|it| OrganizationId(Uuid::from_u128(it)));
        notes.lacking(one);
        notes.refused(Code::Required);
        notes.refused(Code::Forbidden);
        notes.lacking(other);
        notes.refused(Code::NotFound);
        notes.refused(Code::Forbidden);
        notes.lacking(third);
        assert_eq!(Vec::from_iter(notes.take().withheld), [one]);
    }
}
