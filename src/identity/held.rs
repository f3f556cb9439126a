//! What a user holds at this moment: a session, roles with own records, observed territories.
//!
//! What may be seen with it is in `scope`.

use entity::ids::OrganizationId;
use entity::ids::SessionId;
use entity::ids::TerritoryId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::types::ApiTokenScope;
use entity::types::PlatformRole;
use entity::types::Role;
use sea_orm::ActiveEnum;
use sea_orm::FromQueryResult;
use sea_orm::Statement;
use uuid::Uuid;

use crate::config::RequireTotp;
use crate::identity::ctx::Core;
use crate::identity::error::IdentityError;
use crate::identity::rights::Rights;
use crate::identity::scope::Scope;

/// Everything that the actor holds, in one statement: whether the session lives, whether the account
/// does, roles with own records, platform roles, and the records of which the certificates are theirs whatever
/// became of the membership. Who observes a place observes it in all of its versions, whichever was in force when
/// that was granted.
const HELD: &str = "\
select 'SESSION' as held, cast(null as uuid) as organization_id, cast(null as varchar) as role, \
  cast(null as uuid) as volunteer_id, cast(null as uuid) as territory_id \
  from session s join user_account u on u.id = s.user_id \
  where s.id = $1 and s.user_id = $2 and s.ended_at is null and s.expires_at > $3 and u.disabled_at is null \
union all \
select 'ACCOUNT', null, null, null, null from user_account u where u.id = $2 and u.disabled_at is null \
union all \
select 'FACTOR', null, null, null, null from second_factor f where f.user_id = $2 and f.confirmed_at is not null \
union all \
select 'MEMBERSHIP', m.organization_id, m.role, v.id, null \
  from membership m left join volunteer v on v.organization_id = m.organization_id and v.user_id = m.user_id \
  where m.user_id = $2 and m.ended_at is null \
union all \
select 'MERGED', m.organization_id, m.role, b.id, null \
  from membership m join volunteer v on v.organization_id = m.organization_id and v.user_id = m.user_id \
  join volunteer b on b.merged_into_id = v.id where m.user_id = $2 and m.ended_at is null \
union all \
select 'CERTIFIED', v.organization_id, null, v.id, null from volunteer v where v.user_id = $2 \
union all \
select 'CERTIFIED', b.organization_id, null, b.id, null \
  from volunteer v join volunteer b on b.merged_into_id = v.id where v.user_id = $2 \
union all \
select 'GRANT', null, g.role, null, coalesce(version.id, g.territory_id) \
  from role_grant g left join territory granted on granted.id = g.territory_id \
  left join territory version on version.code = granted.code \
  where g.user_id = $2 and g.ended_at is null";

/// What somebody acts through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// A session that goes on.
    Session,
    /// The account alone: what was asked for in a session is done although the session has ended.
    Account,
}

#[derive(Debug, FromQueryResult)]
struct Held {
    held: String,
    organization_id: Option<OrganizationId>,
    role: Option<String>,
    volunteer_id: Option<VolunteerId>,
    territory_id: Option<TerritoryId>,
}

/// The scope of a user.
///
/// # Errors
/// [`IdentityError::Session`] where the session, or the account, has ended.
pub async fn by(
    core: &Core,
    through: Through,
    user: UserId,
    session: SessionId,
) -> Result<Scope, IdentityError> {
    let held = read(core, through, user, session).await?;
    Ok(core.filtering(scope(held, core.config.identity.require_totp)))
}

/// What of the scope of a user is left to a token of theirs. Keeping the platform is no matter for programs: a token
/// sees what its user sees as a member and as an observer.
///
/// # Errors
/// [`IdentityError::Session`] where the account has ended, or the membership in the only organization of the token.
pub async fn by_token(core: &Core, user: UserId, rights: Rights) -> Result<Scope, IdentityError> {
    let nothing = SessionId(Uuid::nil());
    let held = read(core, Through::Account, user, nothing).await?;
    let observes = rights.has(ApiTokenScope::ReportsRead);
    let bound = rights.organization();
    let left = held.into_iter().filter(|it| match it.held.as_str() {
        "GRANT" => bound.is_none() && observes && it.role.as_deref() == Some("OBSERVER"),
        // Of the account, not of an organization.
        "FACTOR" => true,
        _ => bound.is_none_or(|bound| it.organization_id == Some(bound)),
    });
    let scope = scope(left.collect(), core.config.identity.require_totp);
    match bound {
        Some(organization) if scope.role(organization).is_none() => Err(IdentityError::Session),
        _ => Ok(core.filtering(scope.within_rights(rights))),
    }
}

async fn read(
    core: &Core,
    through: Through,
    user: UserId,
    session: SessionId,
) -> Result<Vec<Held>, IdentityError> {
    let held = Held::find_by_statement(Statement::from_sql_and_values(
        core.db.backend(),
        HELD,
        [session.into(), user.into(), core.clock.now().into()],
    ))
    .all(core.db.system().read())
    .await?;
    let needed = match through {
        Through::Session => "SESSION",
        Through::Account => "ACCOUNT",
    };
    if held.iter().any(|it| it.held == needed) {
        Ok(held)
    } else {
        Err(IdentityError::Session)
    }
}

/// What is held. Roles that need a second factor are not there without one.
fn scope(held: Vec<Held>, require: RequireTotp) -> Scope {
    let guarded = held.iter().any(|it| it.held == "FACTOR");
    let mut withheld = false;
    let mut roles = Vec::new();
    let mut own = Vec::new();
    let mut certified = Vec::new();
    let mut observed = Vec::new();
    for it in held {
        if it.held == "CERTIFIED" {
            certified.extend(it.volunteer_id);
        }
        let Some(role) = it.role else { continue };
        if it.held == "MERGED" {
            own.extend(it.volunteer_id);
        } else if it.held == "GRANT" {
            match PlatformRole::try_from_value(&role) {
                Ok(PlatformRole::PlatformAdmin) if !guarded && require != RequireTotp::None => {
                    withheld = true;
                }
                Ok(PlatformRole::PlatformAdmin) => return Scope::everything(),
                Ok(PlatformRole::Observer) => observed.extend(it.territory_id),
                Err(_) => {}
            }
        } else if let (Some(organization), Ok(role)) =
            (it.organization_id, Role::try_from_value(&role))
        {
            if role == Role::Owner && !guarded && require == RequireTotp::Owners {
                withheld = true;
            } else {
                roles.push((organization, role));
            }
            own.extend(it.volunteer_id);
        }
    }
    let scope = Scope::of(roles, own, observed).with_certificates_of(certified);
    if withheld { scope.withholding() } else { scope }
}
