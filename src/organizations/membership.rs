//! Memberships: invitations, roles, leaving. The last owner stays.
//!
//! What a role allows is in `identity/permissions.rs`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use entity::ids::InvitationId;
use entity::ids::MembershipId;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::invitation;
use entity::membership;
use entity::types::LetterKind;
use entity::types::Role;
use entity::volunteer;
use sea_orm::ActiveModelTrait;
use sea_orm::ColumnTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::IntoActiveModel;
use sea_orm::QueryFilter;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::identity::Action;
use crate::identity::Core;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::identity::account;
use crate::letters;
use crate::letters::Cause;
use crate::letters::asked;
use crate::organizations::error::OrganizationError;
use crate::organizations::profile::demand;
use crate::organizations::store;
use crate::platform::crypto;
use crate::platform::db::Tx;
use crate::platform::db::violates;
use crate::platform::i18n::Locale;
use crate::platform::idempotency::Claim;
use crate::refusal::Checks;

/// An invitation, as asked for.
#[derive(Clone, Debug, Serialize)]
pub struct NewInvitation {
    /// To which organization.
    pub organization: OrganizationId,
    /// Whom, by address.
    pub email: String,
    /// As what.
    pub role: Role,
    /// The record that the invited person takes over.
    pub volunteer: Option<VolunteerId>,
    /// The language of the letter; that of the account of the address where absent, else that of the account of whoever
    /// invites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
}

/// An invitation that was written.
#[derive(Clone, Debug)]
pub struct Invited {
    /// What is stored of it.
    pub invitation: invitation::Model,
    /// What accepts it.
    pub token: String,
    /// Whether a letter brings it.
    pub emailed: bool,
}

/// Invites somebody. What is stored of the token is its digest; only the holder of the keys can make
/// the token of an invitation, and a repeated request is answered with the same one.
///
/// # Errors
/// [`Denied`] where the role lacks the right, or where an owner is made by somebody who is none.
pub async fn invite(
    ctx: &Ctx,
    new: NewInvitation,
    key: Option<&str>,
) -> Result<Invited, OrganizationError> {
    ctx.demand_signed_in()?;
    let id = InvitationId(ctx.new_id());
    ctx.transaction(async |tx| {
        store::lock(tx, ctx.scope(), new.organization)
            .await?
            .ok_or(OrganizationError::NotFound("organizationId"))?;
        demand(ctx, right_over(new.role), new.organization)?;
        let mut checks = Checks::new();
        checks.key(key);
        let email = account::checked_email(&mut checks, "email", &new.email);
        checks.done().map_err(OrganizationError::Invalid)?;
        match ctx.claim(tx, "inviteMember", key, &new, id.0).await? {
            Claim::Go => {}
            Claim::Conflict => return Err(OrganizationError::KeyReused),
            Claim::Replay(id) => {
                let stored = store::invitation(tx, InvitationId(id))
                    .await?
                    .ok_or(OrganizationError::NotFound("idempotencyKey"))?;
                let token = token(ctx.core(), stored.id);
                let emailed = letters::store::is_asked(&**tx, stored.id.0).await?;
                return Ok(Invited {
                    invitation: stored,
                    token,
                    emailed,
                });
            }
        }
        if let Some(record) = new.volunteer {
            volunteer::Entity::find_by_id(record)
                .filter(volunteer::Column::OrganizationId.eq(new.organization))
                .filter(volunteer::Column::UserId.is_null())
                .one(&**tx)
                .await?
                .ok_or(OrganizationError::NotFound("volunteerId"))?;
        }
        let now = ctx.now();
        let token = token(ctx.core(), id);
        let invitation = invitation::Model {
            id,
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
        let cause = Cause {
            kind: LetterKind::Invitation,
            organization: Some(new.organization),
            subject: Some(id.0),
            matter: json!({ "locale": new.locale }),
        };
        let emailed = asked::to_address(ctx, tx, &invitation.email, &cause).await?;
        Ok(Invited {
            invitation,
            token,
            emailed,
        })
    })
    .await
}

/// What accepts an invitation: only the holder of the keys can make it.
#[must_use]
pub fn token(core: &Core, id: InvitationId) -> String {
    URL_SAFE_NO_PAD.encode(core.keys.keyed_hash("invitation", id.0.as_bytes()))
}

/// Accepts an invitation: the signed-in user, whose address it was sent to, becomes a member. Whoever
/// is one already stays what they are, and takes over the record of the invitation.
///
/// # Errors
/// [`OrganizationError::InvitationInvalid`] whatever is wrong with it, [`OrganizationError::Member`]
/// for a member to whom it gives nothing.
pub async fn accept(ctx: &Ctx, token: &str) -> Result<membership::Model, OrganizationError> {
    let account = account::of_actor(ctx).await?.ok_or(Denied::SignedOut)?;
    let now = ctx.now();
    ctx.beyond(async |tx| {
        let mut invitation = store::lock_invitation(tx, &crypto::sha256(token.as_bytes()))
            .await?
            .filter(|it| it.expires_at > now && it.email == account.email)
            .ok_or(OrganizationError::InvitationInvalid)?;
        store::hold(tx, invitation.organization_id).await?;
        let held = store::member(&**tx, invitation.organization_id, account.id).await?;
        let membership = match held {
            Some(membership) if invitation.volunteer_id.is_some() => membership,
            Some(_) => return Err(OrganizationError::Member),
            None => {
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
                    .await?;
                membership
            }
        };
        if let Some(record) = invitation.volunteer_id {
            take_over(ctx, tx, record, account.id).await?;
        }
        invitation.accepted_at = Some(now);
        invitation.accepted_by = Some(account.id);
        invitation::Entity::update(invitation.into_active_model().reset_all())
            .exec(&**tx)
            .await?;
        let line = line("membership.accept", None, &membership);
        audit::record_about(ctx, tx, line, membership.user_id).await?;
        Ok(membership)
    })
    .await
}

/// Ties a record to the account of the person it is about.
async fn take_over(
    ctx: &Ctx,
    tx: &Tx,
    record: VolunteerId,
    user: UserId,
) -> Result<(), OrganizationError> {
    let tied = volunteer::Entity::update_many()
        .col_expr(volunteer::Column::UserId, Expr::value(user))
        .col_expr(
            volunteer::Column::Version,
            Expr::col(volunteer::Column::Version).add(1),
        )
        .col_expr(volunteer::Column::UpdatedAt, Expr::value(ctx.now()))
        .filter(volunteer::Column::Id.eq(record))
        .filter(volunteer::Column::UserId.is_null())
        .exec(&**tx)
        .await
        .map_err(|it| {
            // One account has one record in an organization.
            if violates(&it, &["volunteer_account", "volunteer.user_id"]) {
                OrganizationError::InvitationInvalid
            } else {
                OrganizationError::Database(it)
            }
        })?;
    // Somebody else took it over since the invitation was sent.
    if tied.rows_affected == 0 {
        return Err(OrganizationError::InvitationInvalid);
    }
    Ok(())
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
        let mut membership = held(ctx, tx, id, expected).await?;
        demand(ctx, right_over(role), membership.organization_id)?;
        if membership.role == role {
            return Ok(membership);
        }
        keep_an_owner(tx, &membership).await?;
        let before = membership.role;
        membership.role = role;
        Ok(save(ctx, tx, before, membership, "membership.role").await?)
    })
    .await
}

/// Ends a membership. Everybody may end their own.
///
/// # Errors
/// [`OrganizationError::LastOwner`], [`OrganizationError::VersionConflict`], [`Denied`].
pub async fn remove(
    ctx: &Ctx,
    id: MembershipId,
    expected: Option<i32>,
) -> Result<membership::Model, OrganizationError> {
    ctx.demand_signed_in()?;
    ctx.transaction(async |tx| {
        let mut membership = held(ctx, tx, id, expected).await?;
        keep_an_owner(tx, &membership).await?;
        membership.ended_at = Some(ctx.now());
        Ok(save(ctx, tx, membership.role, membership, "membership.remove").await?)
    })
    .await
}

/// Ends the membership of somebody who is in an organization as a volunteer alone, once their record is gone. Whoever has
/// another part there keeps it.
///
/// # Errors
/// [`DbErr`].
pub async fn leave_in(
    ctx: &Ctx,
    tx: &Tx,
    organization: OrganizationId,
    user: UserId,
) -> Result<(), DbErr> {
    store::hold(tx, organization).await?;
    let membership = store::member(&**tx, organization, user).await?;
    let Some(mut membership) = membership.filter(|it| it.role == Role::Volunteer) else {
        return Ok(());
    };
    membership.ended_at = Some(ctx.now());
    save(ctx, tx, membership.role, membership, "membership.remove").await?;
    Ok(())
}

/// A membership that the actor may change, with its organization held so that two owners cannot
/// leave at once.
async fn held(
    ctx: &Ctx,
    tx: &Tx,
    id: MembershipId,
    expected: Option<i32>,
) -> Result<membership::Model, OrganizationError> {
    let not_found = OrganizationError::NotFound("membershipId");
    let Some(membership) = store::membership(&**tx, id).await? else {
        return Err(not_found);
    };
    // Observers see the organization, and who belongs to it is not there for them.
    let belongs = ctx.may(Action::ReadOrganization, membership.organization_id);
    if !belongs && !ctx.scope().is_everything() {
        return Err(not_found);
    }
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
    if expected.is_some_and(|it| it != membership.version) {
        return Err(OrganizationError::VersionConflict {
            current: membership.version,
        });
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
    before: Role,
    mut membership: membership::Model,
    action: &'static str,
) -> Result<membership::Model, DbErr> {
    membership.version += 1;
    membership.updated_at = ctx.now();
    membership::Entity::update(membership.clone().into_active_model().reset_all())
        .exec(&**tx)
        .await?;
    let line = line(action, Some(before), &membership);
    audit::record_about(ctx, tx, line, membership.user_id).await?;
    Ok(membership)
}

fn right_over(role: Role) -> Action {
    match role {
        Role::Owner => Action::ManageOwners,
        _ => Action::ManageMembers,
    }
}

fn line(action: &'static str, before: Option<Role>, membership: &membership::Model) -> Line {
    let after = membership.ended_at.is_none().then_some(membership.role);
    Line {
        action,
        organization: Some(membership.organization_id),
        subject: ("Membership", Some(membership.id.0)),
        details: Some(json!({ "before": { "role": before }, "after": { "role": after } })),
    }
}
