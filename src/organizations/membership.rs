//! Memberships: invitations, roles, leaving. The last owner stays.
//!
//! What a role allows is in `identity/permissions.rs`.

use chrono::TimeDelta;
use entity::ids::InvitationId;
use entity::ids::MembershipId;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::invitation;
use entity::membership;
use entity::types::Role;
use entity::volunteer;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::sea_query::Expr;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::identity::account;
use crate::organizations::error::OrganizationError;
use crate::organizations::profile::demand;
use crate::organizations::store;
use crate::platform::crypto;
use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::refusal::Checks;

/// An invitation, as asked for.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// To which organization.
    pub organization: OrganizationId,
    /// Whom, by address.
    pub email: String,
    /// As what.
    pub role: Role,
    /// The record that the invited person takes over.
    pub volunteer: Option<VolunteerId>,
}

/// A membership that the actor may see: their own, and those of an organization whose members they
/// may read.
///
/// # Errors
/// [`OrganizationError`] of the database only.
pub async fn visible(
    ctx: &Ctx,
    id: MembershipId,
) -> Result<Option<membership::Model>, OrganizationError> {
    let found = store::membership(ctx.read(), id).await?;
    Ok(found.filter(|it| {
        ctx.scope().is_everything()
            || ctx.actor().user() == Some(it.user_id)
            || ctx.may(Action::ReadMembers, it.organization_id)
    }))
}

/// Invites somebody. The token is known only now: what is stored is its digest.
///
/// # Errors
/// [`Denied`] where the role lacks the right, or where an owner is made by somebody who is none.
pub async fn invite(
    ctx: &Ctx,
    new: NewInvitation,
) -> Result<(invitation::Model, String), OrganizationError> {
    ctx.demand_signed_in()?;
    let mut checks = Checks::new();
    let email = account::checked_email(&mut checks, "email", &new.email);
    checks.done().map_err(OrganizationError::Invalid)?;
    let token = crypto::random_text(24)?;
    ctx.transaction(async |tx| {
        store::lock(tx, ctx.scope(), new.organization)
            .await?
            .ok_or(OrganizationError::NotFound("organizationId"))?;
        demand(ctx, right_over(new.role), new.organization)?;
        if let Some(record) = new.volunteer {
            volunteer::Entity::find_by_id(record)
                .filter(volunteer::Column::OrganizationId.eq(new.organization))
                .filter(volunteer::Column::UserId.is_null())
                .one(&**tx)
                .await?
                .ok_or(OrganizationError::NotFound("volunteerId"))?;
        }
        let now = ctx.now();
        let invitation = invitation::Model {
            id: InvitationId(ctx.new_id()),
            organization_id: new.organization,
            email,
            role: new.role,
            volunteer_id: new.volunteer,
            digest: crypto::sha256(token.as_bytes()),
            invited_by: ctx.actor().user(),
            created_at: now,
            expires_at: now + TimeDelta::days(ctx.core().config.identity.invitation_days),
            accepted_at: None,
            accepted_by: None,
        };
        invitation::Entity::insert(invitation.clone().into_active_model())
            .exec_without_returning(&**tx)
            .await?;
        let line = Line {
            action: "membership.invite",
            organization: Some(new.organization),
            subject: ("Invitation", Some(invitation.id.0)),
            details: Some(json!({"role": new.role})),
        };
        audit::record(ctx, tx, line).await?;
        Ok((invitation, token))
    })
    .await
}

/// Accepts an invitation: the signed-in user, whose address it was sent to, becomes a member.
///
/// # Errors
/// [`OrganizationError::InvitationInvalid`] whatever is wrong with it, [`OrganizationError::Member`].
pub async fn accept(ctx: &Ctx, token: &str) -> Result<membership::Model, OrganizationError> {
    let account = account::of_actor(ctx).await?.ok_or(Denied::SignedOut)?;
    let now = ctx.now();
    ctx.transaction(async |tx| {
        let mut invitation = store::lock_invitation(tx, &crypto::sha256(token.as_bytes()))
            .await?
            .filter(|it| it.expires_at > now && it.email == account.email)
            .ok_or(OrganizationError::InvitationInvalid)?;
        let membership = membership::Model {
            id: MembershipId(ctx.new_id()),
            organization_id: invitation.organization_id,
            user_id: account.id,
            role: invitation.role,
            version: 1,
            created_at: now,
            updated_at: now,
            ended_at: None,
        };
        membership::Entity::insert(membership.clone().into_active_model())
            .exec_without_returning(&**tx)
            .await
            .map_err(|it| {
                let names = ["membership_in_force", "membership.organization_id"];
                if violates(&it, &names) {
                    OrganizationError::Member
                } else {
                    OrganizationError::Database(it)
                }
            })?;
        if let Some(record) = invitation.volunteer_id {
            volunteer::Entity::update_many()
                .col_expr(volunteer::Column::UserId, Expr::value(account.id))
                .filter(volunteer::Column::Id.eq(record))
                .filter(volunteer::Column::UserId.is_null())
                .exec(&**tx)
                .await?;
        }
        invitation.accepted_at = Some(now);
        invitation.accepted_by = Some(account.id);
        invitation::Entity::update(invitation.into_active_model().reset_all())
            .exec(&**tx)
            .await?;
        audit::record(ctx, tx, line("membership.accept", &membership)).await?;
        Ok(membership)
    })
    .await
}

/// Changes what a member is.
///
/// # Errors
/// [`OrganizationError::LastOwner`], [`OrganizationError::VersionConflict`], [`Denied`].
pub async fn change_role(
    ctx: &Ctx,
    id: MembershipId,
    expected: Option<i32>,
    role: Role,
) -> Result<membership::Model, OrganizationError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let mut membership = held(ctx, tx, id).await?;
        demand(ctx, right_over(role), membership.organization_id)?;
        if expected.is_some_and(|it| it != membership.version) {
            return Err(OrganizationError::VersionConflict {
                current: membership.version,
            });
        }
        if membership.role == role {
            return Ok(membership);
        }
        keep_an_owner(tx, &membership).await?;
        membership.role = role;
        save(ctx, tx, membership, "membership.role").await
    })
    .await
}

/// Ends a membership. Everybody may end their own.
///
/// # Errors
/// [`OrganizationError::LastOwner`], [`Denied`].
pub async fn remove(ctx: &Ctx, id: MembershipId) -> Result<membership::Model, OrganizationError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let mut membership = held(ctx, tx, id).await?;
        keep_an_owner(tx, &membership).await?;
        membership.ended_at = Some(ctx.now());
        save(ctx, tx, membership, "membership.remove").await
    })
    .await
}

/// A membership that the actor may change, with its organization held so that two owners cannot
/// leave at once.
async fn held(
    ctx: &Ctx,
    tx: &Tx,
    id: MembershipId,
) -> Result<membership::Model, OrganizationError> {
    let not_found = OrganizationError::NotFound("membershipId");
    let Some(membership) = store::membership(&**tx, id).await? else {
        return Err(not_found);
    };
    if store::lock(tx, ctx.scope(), membership.organization_id)
        .await?
        .is_none()
    {
        return Err(not_found);
    }
    // Read again: it may have ended while we waited.
    let membership = store::membership(&**tx, id).await?.ok_or(not_found)?;
    if ctx.actor().user() != Some(membership.user_id) {
        demand(ctx, right_over(membership.role), membership.organization_id)?;
    }
    Ok(membership)
}

async fn keep_an_owner(tx: &Tx, leaving: &membership::Model) -> Result<(), OrganizationError> {
    if leaving.role == Role::Owner && store::owners(tx, leaving.organization_id).await? <= 1 {
        return Err(OrganizationError::LastOwner);
    }
    Ok(())
}

async fn save(
    ctx: &Ctx,
    tx: &Tx,
    mut membership: membership::Model,
    action: &'static str,
) -> Result<membership::Model, OrganizationError> {
    membership.version += 1;
    membership.updated_at = ctx.now();
    membership::Entity::update(membership.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    audit::record(ctx, tx, line(action, &membership)).await?;
    Ok(membership)
}

fn right_over(role: Role) -> Action {
    match role {
        Role::Owner => Action::ManageOwners,
        _ => Action::ManageMembers,
    }
}

fn line(action: &'static str, membership: &membership::Model) -> Line {
    Line {
        action,
        organization: Some(membership.organization_id),
        subject: ("Membership", Some(membership.id.0)),
        details: Some(json!({"role": membership.role})),
    }
}
