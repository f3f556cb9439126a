//! What a scope lets PostgreSQL show and take: the second line behind the row filter.
//!
//! It is wider than the filter, which is the fine one, and never reaches into an organization of others. The policies
//! that read it are written in a step of the tables.

use uuid::Uuid;

use crate::identity::actor::Actor;
use crate::identity::permissions::Action;
use crate::identity::scope::Scope;
use crate::platform::rights::Rights;
use crate::platform::rights::Sees;

impl Scope {
    /// The rights of an actor with this scope. A removed filter changes nothing of them.
    #[must_use]
    pub fn row_rights(&self, actor: Actor) -> Rights {
        let user = actor.user().map(|it| it.0);
        if self.is_everything() {
            return Rights {
                user,
                ..Rights::all()
            };
        }
        let of = |action: Action| -> Vec<Uuid> {
            let organizations = self.organizations_where(action);
            organizations.into_iter().map(|it| it.0).collect()
        };
        let mut people = of(Action::ReadVolunteers);
        people.extend(of(Action::ReadHours));
        people.sort_unstable();
        people.dedup();
        Rights {
            sees: match actor {
                Actor::Nobody => Sees::Nothing,
                Actor::User { .. } | Actor::Token { .. } | Actor::Operator => Sees::Some,
            },
            user,
            // Whatever a token is for, its acts weigh what is there.
            organizations: self.roles.iter().map(|(id, _)| id.0).collect(),
            people,
            records: self.own.iter().map(|it| it.0).collect(),
            certified: self.certified.iter().map(|it| it.0).collect(),
            observed: self.observed.iter().map(|it| it.0).collect(),
            patience: None,
        }
    }
}
