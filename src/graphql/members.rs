//! Members of organizations, and invitations to them.
//!
//! Rules are in `organizations/membership.rs`; what a role allows in `identity/permissions.rs`.

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::MembershipId;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::invitation;
use entity::membership;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::identity::User;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::EmailAddress;
use crate::graphql::scalars::Locale;
use crate::organizations::membership as members;
use crate::organizations::membership::NewInvitation;

/// A user's role in one organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::Role")]
pub enum Role {
    /// Everything, making and unmaking owners included.
    Owner,
    /// Members, settings, projects and everything a coordinator may.
    Admin,
    /// Volunteers, and the hours of all of them: enters, approves.
    Coordinator,
    /// Reads, changes nothing.
    Viewer,
    /// Their own hours.
    Volunteer,
}

/// A user's place in an organization.
#[derive(Clone, Debug)]
pub struct Membership(pub membership::Model);

/// A user's place in an organization.
#[Object]
impl Membership {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Who.
    async fn user(&self, gql: &Context<'_>) -> Result<Option<User>> {
        Ok(loaders::one(gql, self.0.user_id).await?.map(User))
    }

    /// Where; null when the membership has just ended.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// As what.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Since when.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Since when it is over; null while it is in force.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }
}

/// An invitation to an organization.
#[derive(Clone, Debug)]
pub struct Invitation(pub invitation::Model);

/// An invitation to an organization.
#[Object]
impl Invitation {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Whom, by address.
    async fn email(&self) -> EmailAddress {
        EmailAddress(self.0.email.clone())
    }

    /// As what.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// Until when it can be accepted.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }
}

/// Whom to invite, as what.
#[derive(InputObject)]
struct InviteMemberInput {
    /// To which organization.
    organization_id: ID,
    /// The address of the account that may accept.
    email: EmailAddress,
    /// What they become. An owner is made by owners only.
    role: Role,
    /// The record that the invited person takes over, so that they log hours of their own.
    volunteer_id: Option<ID>,
    /// The language of the letter. Where absent, that of the account of the address, else that of the caller's.
    locale: Option<Locale>,
    /// Makes a repeated request have one effect; at most 200 characters.
    idempotency_key: Option<String>,
}

/// The invitation.
#[derive(SimpleObject)]
struct InviteMemberPayload {
    /// The invitation; null when refused.
    invitation: Option<Invitation>,
    /// What the invited person gives to `acceptInvitation`; null when refused. It is shown in this answer alone; where
    /// `emailed` is false, send it to them.
    acceptance_token: Option<String>,
    /// Whether a letter brings it to the invited person. False where this server sends none, where the address does not
    /// want any, or received as many as it may in a day.
    emailed: bool,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The token of an invitation.
#[derive(InputObject)]
struct AcceptInvitationInput {
    /// The token that `inviteMember` answered with.
    token: String,
}

/// The membership that the invitation gave.
#[derive(SimpleObject)]
struct AcceptInvitationPayload {
    /// The membership; null when refused.
    membership: Option<Membership>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// A member's new role.
#[derive(InputObject)]
struct ChangeMembershipRoleInput {
    /// The membership.
    membership_id: ID,
    /// What the member becomes. Owners are made and unmade by owners only.
    role: Role,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
}

/// The membership with its new role.
#[derive(SimpleObject)]
struct ChangeMembershipRolePayload {
    /// The membership; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    membership: Option<Membership>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Who leaves.
#[derive(InputObject)]
struct RemoveMemberInput {
    /// The membership to end.
    membership_id: ID,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present
    /// one.
    expected_version: Option<i32>,
}

/// The membership that ended.
#[derive(SimpleObject)]
struct RemoveMemberPayload {
    /// The membership with its end; null when refused, except for `VERSION_CONFLICT`: then as it is
    /// now.
    membership: Option<Membership>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on memberships.
#[derive(Debug, Default)]
pub struct MemberMutations;

/// Acts on memberships.
#[Object]
impl MemberMutations {
    /// Invites somebody to an organization, whether they have an account or not. Needs an
    /// administrator of it.
    async fn invite_member(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Whom, as what.")] input: InviteMemberInput,
    ) -> Result<InviteMemberPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let volunteer = input.volunteer_id.as_ref();
            let new = NewInvitation {
                organization: OrganizationId::input(&input.organization_id, "organizationId")?,
                email: input.email.0,
                role: input.role.into(),
                volunteer: volunteer
                    .map(|it| VolunteerId::input(it, "volunteerId"))
                    .transpose()?,
                locale: input.locale.map(|it| it.0),
            };
            members::invite(ctx, new, input.idempotency_key.as_deref()).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(InviteMemberPayload {
            emailed: done.as_ref().is_some_and(|it| it.emailed),
            acceptance_token: done.as_ref().map(|it| it.token.clone()),
            invitation: done.map(|it| Invitation(it.invitation)),
            user_errors,
        })
    }

    /// Accepts an invitation: the signed-in user, whose address it was made for, becomes a member.
    /// Whoever is one already keeps their role and takes over the volunteer's record that it names.
    async fn accept_invitation(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The token.")] input: AcceptInvitationInput,
    ) -> Result<AcceptInvitationPayload> {
        let ctx = gql.signed_in()?;
        let (done, user_errors) = answered(ctx, members::accept(ctx, &input.token).await)?;
        if done.is_some() {
            gql.look_again().await?;
        }
        Ok(AcceptInvitationPayload {
            membership: done.map(Membership),
            user_errors,
        })
    }

    /// Changes what a member is. An organization keeps at least one owner.
    async fn change_membership_role(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The member and the role.")] input: ChangeMembershipRoleInput,
    ) -> Result<ChangeMembershipRolePayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = MembershipId::input(&input.membership_id, "membershipId")?;
            members::change_role(ctx, id, input.expected_version, input.role.into()).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        if done.is_some() {
            gql.look_again().await?;
        }
        Ok(ChangeMembershipRolePayload {
            membership: present(gql, &input.membership_id, done, &user_errors).await?,
            user_errors,
        })
    }

    /// Ends a membership; everybody may end their own. What the member did stays. An organization
    /// keeps at least one owner.
    async fn remove_member(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Who leaves.")] input: RemoveMemberInput,
    ) -> Result<RemoveMemberPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = MembershipId::input(&input.membership_id, "membershipId")?;
            members::remove(ctx, id, input.expected_version).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        if done.is_some() {
            gql.look_again().await?;
        }
        Ok(RemoveMemberPayload {
            membership: present(gql, &input.membership_id, done, &user_errors).await?,
            user_errors,
        })
    }
}

/// The membership after an act, or as it is where it changed meanwhile.
async fn present(
    gql: &Context<'_>,
    id: &ID,
    done: Option<membership::Model>,
    errors: &[UserError],
) -> Result<Option<Membership>> {
    match MembershipId::read(id) {
        Some(id) if changed_meanwhile(errors) => Ok(loaders::one(gql, id).await?.map(Membership)),
        _ => Ok(done.map(Membership)),
    }
}
