//! The row filter of lists and registers that the platform and organizations keep.
//!
//! That of what people and projects do is in `scope`.

use entity::accreditation;
use entity::approval_rule;
use entity::audit_event;
use entity::certificate;
use entity::contract_incident;
use entity::erasure_request;
use entity::feed;
use entity::ids::OrganizationId;
use entity::ids::UserId;
use entity::import;
use entity::organization;
use entity::vocabulary;
use entity::volunteer_contract;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::QuerySelect;
use sea_orm::QueryTrait;
use sea_orm::sea_query::Expr;

use crate::identity::permissions::Action;
use crate::identity::rights::Rights;
use crate::identity::scope::Scope;
use crate::platform::feed::Kind;

impl Scope {
    /// Rows of `vocabulary` that may be seen: those of the platform by everybody, those of an organization
    /// by its members alone, since they say how it sees its own work.
    #[must_use]
    pub fn vocabularies(&self) -> Condition {
        self.bounded(|any| {
            any.add(vocabulary::Column::OrganizationId.is_null()).add(
                vocabulary::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadOrganization)),
            )
        })
    }

    /// Whether the vocabularies of an organization may be seen, by the same rule.
    #[must_use]
    pub fn sees_vocabularies_of(&self, organization: OrganizationId) -> bool {
        let members = self.organizations_where(Action::ReadOrganization);
        self.is_everything() || members.contains(&organization)
    }

    /// Rows of `accreditation` that may be seen: those of the organizations that may be seen.
    #[must_use]
    pub fn accreditations(&self) -> Condition {
        self.bounded(|any| {
            let seen = organization::Entity::find()
                .select_only()
                .column(organization::Column::Id)
                .filter(self.organizations())
                .into_query();
            any.add(accreditation::Column::OrganizationId.in_subquery(seen))
        })
    }

    /// Rows of `volunteer_contract` that may be seen one by one: by those who keep the organization's
    /// volunteers, and by the volunteer. Personal data, so never an observer's, nor of whoever only reads.
    #[must_use]
    pub fn contracts(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                volunteer_contract::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ManageVolunteers)),
            )
            .add(
                volunteer_contract::Column::VolunteerId
                    .is_in(self.own_where(Action::ReadVolunteers)),
            )
        })
    }

    /// Rows of `certificate` that may be seen in lists: by those who issue them, and by the holder, whatever became of
    /// the membership. Whoever holds the code of one sees what the holder lets be shown, without a scope.
    #[must_use]
    pub fn certificates(&self) -> Condition {
        self.bounded(|any| {
            // They name people.
            let organizations = match self.reads_people() {
                true => self.organizations_where(Action::IssueCertificates),
                false => Vec::new(),
            };
            any.add(certificate::Column::OrganizationId.is_in(organizations))
                .add(certificate::Column::VolunteerId.is_in(self.certified_where()))
        })
    }

    /// Lines of the audit trail that a reader may see: those of organizations that they own or administer, what they did, and
    /// what was done with their account.
    #[must_use]
    pub fn audit(&self, reader: Option<UserId>) -> Condition {
        self.bounded(|any| {
            let bound = self.rights().and_then(Rights::organization);
            let within = bound.map(|it| audit_event::Column::OrganizationId.eq(it));
            let own = reader
                .filter(|_| self.rights().is_none_or(|it| it.grant(Action::ReadAudit)))
                .map(|it| {
                    let whose = Condition::any()
                        .add(audit_event::Column::UserId.eq(it))
                        .add(audit_event::Column::AccountId.eq(it));
                    Condition::all().add(whose).add_option(within)
                });
            any.add(
                audit_event::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ReadAudit)),
            )
            .add_option(own)
        })
    }

    /// Rows of `erasure_request` that a reader may see: those of organizations that they administer, those about them, and
    /// those that they wrote down.
    #[must_use]
    pub fn erasures(&self, reader: Option<UserId>) -> Condition {
        self.bounded(|any| {
            let by = reader.map(|it| {
                Condition::any()
                    .add(erasure_request::Column::RequestedBy.eq(it))
                    .add(erasure_request::Column::UserId.eq(it))
            });
            any.add(
                erasure_request::Column::OrganizationId
                    .is_in(self.organizations_where(Action::ManageOrganization)),
            )
            .add(erasure_request::Column::VolunteerId.is_in(self.own.iter().copied()))
            .add_option(by)
        })
    }

    /// Rows of `approval_rule` that may be seen: those of organizations whose hours the actor decides.
    #[must_use]
    pub fn approval_rules(&self) -> Condition {
        self.bounded(|any| {
            any.add(
                approval_rule::Column::OrganizationId
                    .is_in(self.organizations_where(Action::DecideHours)),
            )
        })
    }

    /// Rows of `contract_incident` that may be seen one by one: by those who keep the organization's volunteers,
    /// and by nobody else. They tell of health and of quarrels, so that neither the volunteer, of whom somebody
    /// else may have complained, nor administrators of the platform are among them.
    #[must_use]
    pub fn incidents(&self) -> Condition {
        if self.lets_all_through() && !self.is_everything() {
            return Condition::all();
        }
        Condition::any().add(Expr::value(false)).add(
            contract_incident::Column::OrganizationId
                .is_in(self.organizations_where(Action::ManageVolunteers)),
        )
    }

    /// Rows of `feed` that a reader may see: changes of what the other filters let through, and of what
    /// the reader alone is told.
    #[must_use]
    pub fn changes(&self, reader: Option<UserId>) -> Condition {
        let of = |kinds: &[Kind]| feed::Column::Kind.is_in(kinds.iter().map(|it| it.word()));
        let whole = |action: Action, kinds: &[Kind]| {
            Condition::all()
                .add(feed::Column::OrganizationId.is_in(self.organizations_where(action)))
                .add(of(kinds))
        };
        let told = reader.map(|it| {
            Condition::all()
                .add(feed::Column::Audience.eq(it.0))
                .add(of(&[Kind::Notification]))
        });
        if self.lets_all_through() {
            // What users are told is nobody else's, whoever administers the platform.
            let others = feed::Column::Kind.ne(Kind::Notification.word());
            return Condition::any().add(others).add_option(told);
        }
        Condition::any()
            .add(Expr::value(false))
            .add_option(told)
            .add(whole(Action::ReadOrganization, &Kind::OF_MEMBERS))
            .add(whole(Action::ReadMembers, &[Kind::Membership]))
            .add(whole(
                Action::ReadVolunteers,
                &[Kind::Volunteer, Kind::Attendance, Kind::Signup],
            ))
            .add(whole(Action::ReadHours, &[Kind::HourEntry, Kind::Timer]))
            .add(
                Condition::all()
                    .add(feed::Column::Audience.is_in(self.own.iter().map(|it| it.0)))
                    .add(of(&[
                        Kind::Volunteer,
                        Kind::HourEntry,
                        Kind::Attendance,
                        Kind::Timer,
                        Kind::Signup,
                    ])),
            )
    }

    /// Rows of `import` that may be seen: where one may write for others.
    #[must_use]
    pub fn imports(&self) -> Condition {
        self.bounded(|any| {
            // What was refused of a file names people.
            let organizations = match self.reads_people() {
                true => self.organizations_where(Action::LogHoursForOthers),
                false => Vec::new(),
            };
            any.add(import::Column::OrganizationId.is_in(organizations))
        })
    }
}
