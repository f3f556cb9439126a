//! What whoever asks may do, and what is demanded of them.
//!
//! Which role allows which action is in `permissions`; which rows are seen in `scope`.

use entity::ids::OrganizationId;

use crate::identity::actor::Actor;
use crate::identity::ctx::Ctx;
use crate::identity::error::Denied;
use crate::identity::permissions::Action;

impl Ctx {
    /// Whether an action is allowed in an organization.
    #[must_use]
    pub fn may(&self, action: Action, organization: OrganizationId) -> bool {
        match self.actor() {
            Actor::Operator => true,
            Actor::Nobody => false,
            Actor::User { .. } | Actor::Token { .. } => self.scope().allows(organization, action),
        }
    }

    /// Whether the actor belongs to an organization, or oversees all of them. Observers see its projects and do not.
    #[must_use]
    pub fn belongs(&self, organization: OrganizationId) -> bool {
        self.scope().is_everything() || self.may(Action::ReadOrganization, organization)
    }

    /// Demands that an action is allowed in an organization.
    ///
    /// # Errors
    /// [`Denied::SignedOut`], [`Denied::Invisible`] for an organization that the actor does not
    /// belong to, [`Denied::NotAllowed`] where the role lacks the action.
    pub fn demand(&self, action: Action, organization: OrganizationId) -> Result<(), Denied> {
        if self.may(action, organization) {
            return Ok(());
        }
        if self.actor().user().is_some() {
            self.notes().lacking(organization);
        }
        match self.actor() {
            Actor::Nobody => Err(Denied::SignedOut),
            _ if self.scope().role(organization).is_some() || self.scope().is_everything() => {
                Err(Denied::NotAllowed)
            }
            _ => Err(Denied::Invisible),
        }
    }

    /// Demands an action on what the actor sees: whoever sees a thing without belonging to its organization, an observer or
    /// the person it is about, is told that it is the act that is refused.
    ///
    /// # Errors
    /// [`Denied::SignedOut`], [`Denied::NotAllowed`].
    pub fn demand_of_seen(
        &self,
        action: Action,
        organization: OrganizationId,
    ) -> Result<(), Denied> {
        match self.demand(action, organization) {
            Err(Denied::Invisible) => Err(Denied::NotAllowed),
            outcome => outcome,
        }
    }

    /// Demands that somebody is signed in, or that it is the operator.
    ///
    /// # Errors
    /// [`Denied::SignedOut`].
    pub fn demand_signed_in(&self) -> Result<(), Denied> {
        match self.actor() {
            Actor::Nobody => Err(Denied::SignedOut),
            Actor::User { .. } | Actor::Token { .. } | Actor::Operator => Ok(()),
        }
    }

    /// Demands an administrator of the platform, or the operator.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn demand_platform(&self) -> Result<(), Denied> {
        self.demand_signed_in()?;
        if self.scope().is_everything() {
            Ok(())
        } else {
            Err(Denied::NotAllowed)
        }
    }
}
