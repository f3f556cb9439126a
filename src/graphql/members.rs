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
use crate::graphql::identity::User;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::organizations::read_id;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::EmailAddress;
use crate::organizations::OrganizationError;
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

/// Whom to invite.
#[derive(InputObject)]
struct InviteMemberInput {
    /// To which organization.
    organization_id: ID,
    /// Address of the person.
    email: EmailAddress,
    /// As what.
    role: Role,
    /// The record of a volunteer that the person takes over.
    volunteer_id: Option<ID>,
}

/// The invitation.
#[derive(SimpleObject)]
struct InviteMemberPayload {
    /// The invitation; null when refused.
    invitation: Option<Invitation>,
    /// What the invited person gives to `acceptInvitation`. Shown only now: only a digest is kept.
    acceptance_token: Option<String>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// An invitation to accept.
#[derive(InputObject)]
struct AcceptInvitationInput {
    /// The token of the invitation, which was sent to the address of the signed-in user.
    token: String,
}

/// A new role of a member.
#[derive(InputObject)]
struct ChangeMembershipRoleInput {
    /// Which membership.
    membership_id: ID,
    /// The version that the caller saw.
    expected_version: Option<i32>,
    /// The new role.
    role: Role,
}

/// A membership to end.
#[derive(InputObject)]
struct RemoveMemberInput {
    /// Which membership. Everybody may end their own.
    membership_id: ID,
}

/// The membership after the act.
#[derive(SimpleObject)]
struct MembershipPayload {
    /// The membership; null when refused.
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
    /// Invites somebody to an organization.
    async fn invite_member(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Whom, and as what.")] input: InviteMemberInput,
    ) -> Result<InviteMemberPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let volunteer = match &input.volunteer_id {
                Some(id) => Some(read_id::<VolunteerId>(id, "volunteerId")?),
                None => None,
            };
            let new = NewInvitation {
                organization: read_id::<OrganizationId>(&input.organization_id, "organizationId")?,
                email: input.email.0,
                role: input.role.into(),
                volunteer,
            };
            members::invite(ctx, new).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let (invitation, acceptance_token) = done.unzip();
        Ok(InviteMemberPayload {
            invitation: invitation.map(Invitation),
            acceptance_token,
            user_errors,
        })
    }

    /// Accepts an invitation: the signed-in user becomes a member.
    async fn accept_invitation(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which one.")] input: AcceptInvitationInput,
    ) -> Result<MembershipPayload> {
        let ctx = gql.signed_in()?;
        payload(gql, members::accept(ctx, &input.token).await)
    }

    /// Changes what a member is. An organization keeps at least one owner.
    async fn change_membership_role(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Whose, and the new role.")] input: ChangeMembershipRoleInput,
    ) -> Result<MembershipPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = read_id::<MembershipId>(&input.membership_id, "membershipId")?;
            members::change_role(ctx, id, input.expected_version, input.role.into()).await
        };
        payload(gql, outcome.await)
    }

    /// Ends a membership. An organization keeps at least one owner.
    async fn remove_member(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Whose.")] input: RemoveMemberInput,
    ) -> Result<MembershipPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = read_id::<MembershipId>(&input.membership_id, "membershipId")?;
            members::remove(ctx, id).await
        };
        payload(gql, outcome.await)
    }
}

fn payload(
    gql: &Context<'_>,
    outcome: std::result::Result<membership::Model, OrganizationError>,
) -> Result<MembershipPayload> {
    let (membership, user_errors) = answered(gql.op()?, outcome)?;
    Ok(MembershipPayload {
        membership: membership.map(Membership),
        user_errors,
    })
}
