//! What an API token may do of what its user may.
//!
//! Which scope each root field asks for is written beside the schema, in `graphql/token_scopes.rs`; what rows are left is
//! decided by `scope` with what stands here.

use std::collections::BTreeSet;

use entity::ids::OrganizationId;
use entity::types::ApiTokenScope;

use crate::identity::permissions::Action;

/// What a token may do of what its user may, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    scopes: BTreeSet<ApiTokenScope>,
    organization: Option<OrganizationId>,
}

impl Rights {
    /// Those of a token with these scopes, in all organizations of its user or in one.
    #[must_use]
    pub fn of(
        scopes: impl IntoIterator<Item = ApiTokenScope>,
        organization: Option<OrganizationId>,
    ) -> Self {
        let mut all = BTreeSet::new();
        for scope in scopes {
            all.insert(scope);
            all.extend(read_by(scope));
        }
        Self {
            scopes: all,
            organization,
        }
    }

    /// The only organization in which it acts.
    #[must_use]
    pub fn organization(&self) -> Option<OrganizationId> {
        self.organization
    }

    /// Whether it has a scope, or one that includes it.
    #[must_use]
    pub fn has(&self, scope: ApiTokenScope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether an action is among what it may, for a user who may.
    #[must_use]
    pub fn grant(&self, action: Action) -> bool {
        use Action as A;
        use ApiTokenScope as S;
        let any = |scopes: &[S]| scopes.iter().any(|it| self.has(*it));
        match action {
            // Everything stands on it: the name of the organization, its projects.
            A::ReadOrganization => true,
            A::ManageOrganization => any(&[S::Admin]),
            A::ReadMembers | A::ReadVolunteers => any(&[S::VolunteersRead]),
            // Who belongs to an organization is decided by people who have signed in.
            A::ManageMembers | A::ManageOwners => false,
            // Programs need no number of an identity card.
            A::RevealNationalIds => false,
            A::ManageVolunteers => any(&[S::VolunteersWrite]),
            A::ManageProjects | A::ManageActivities => any(&[S::ProjectsWrite]),
            A::TakePart => any(&[S::VolunteersWrite, S::HoursWrite]),
            A::ReadHours => any(&[S::HoursRead]),
            A::LogOwnHours | A::LogHoursForOthers => any(&[S::HoursWrite]),
            A::DecideHours | A::SubmitPeriod | A::ManagePeriods => any(&[S::HoursDecide]),
            A::ManageIndicators | A::RecordMeasurements | A::DecideMeasurements => {
                any(&[S::ImpactWrite])
            }
            A::ReadFigures => any(&[S::ReportsRead]),
            A::IssueCertificates => any(&[S::CertificatesWrite]),
            A::ReadAudit => any(&[S::AuditRead]),
        }
    }
}

/// What is read by whoever may write.
fn read_by(scope: ApiTokenScope) -> Option<ApiTokenScope> {
    use ApiTokenScope as S;
    match scope {
        S::ProjectsWrite => Some(S::ProjectsRead),
        S::VolunteersWrite => Some(S::VolunteersRead),
        S::HoursWrite | S::HoursDecide => Some(S::HoursRead),
        S::ImpactWrite => Some(S::ReportsRead),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use entity::types::ApiTokenScope;
    use sea_orm::Iterable;

    use super::Rights;
    use crate::identity::permissions::Action;

    #[test]
    fn a_token_makes_nobody_a_member_and_is_shown_no_number() {
        let all = Rights::of(ApiTokenScope::iter(), None);
        for action in Action::ALL {
            let withheld = matches!(
                action,
                Action::ManageMembers | Action::ManageOwners | Action::RevealNationalIds
            );
            assert_eq!(all.grant(action), !withheld, "{action:?}");
        }
    }

    #[test]
    fn a_token_without_scopes_knows_the_organization_and_nothing_of_people() {
        let none = Rights::of([], None);
        let granted: Vec<Action> = Action::ALL
            .into_iter()
            .filter(|it| none.grant(*it))
            .collect();
        assert_eq!(granted, [Action::ReadOrganization]);
    }

    #[test]
    fn whoever_may_write_may_read() {
        let hours = Rights::of([ApiTokenScope::HoursWrite], None);
        assert!(hours.has(ApiTokenScope::HoursRead));
        assert!(!hours.has(ApiTokenScope::VolunteersRead));
    }

    #[test]
    fn every_scope_is_kept_by_its_word() {
        for scope in ApiTokenScope::iter() {
            let kept = serde_json::to_value(scope).unwrap();
            assert_eq!(kept, scope.word(), "{scope:?}");
        }
    }
}
