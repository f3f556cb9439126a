//! Whose hours stand together in the statement of one person, and whose records describe people in figures.
//!
//! Row filters of [`Scope`] like those in `scope`, which says what may be seen at all.

use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::sea_query::Expr;

use crate::identity::permissions::Action;
use crate::identity::scope::Scope;

impl Scope {
    /// Rows of `volunteer` whose hours stand together in the statement of a record that may be seen. To
    /// the person all their own records, in whatever organization. To others the record and those
    /// merged into it, where they may read the hours of its organization: what else the person does
    /// is not theirs to know, even where they read the hours of both.
    #[must_use]
    pub fn stated_records(&self, record: &volunteer::Model) -> Condition {
        if self.owns(record.id) {
            let own = self.own_records().iter().copied();
            return Condition::all().add(volunteer::Column::Id.is_in(own));
        }
        let one = Condition::any()
            .add(volunteer::Column::Id.eq(record.id))
            .add(volunteer::Column::MergedIntoId.eq(record.id));
        let reads = self.is_everything() || self.allows(record.organization_id, Action::ReadHours);
        Condition::all()
            .add(volunteer::Column::OrganizationId.eq(record.organization_id))
            .add(one)
            .add(Expr::value(reads))
    }

    /// Rows of `volunteer` of which sex and year of birth describe the people that figures count: all for
    /// whoever may count the whole of a territory, since they see people added up alone; else those of one's
    /// organizations, so that nobody learns from a figure what another organization wrote.
    #[must_use]
    pub fn describing_records(&self, whole: bool) -> Condition {
        if self.lets_all_through() || whole {
            return Condition::all();
        }
        let organizations = self.organizations_where(Action::ReadFigures);
        Condition::all().add(volunteer::Column::OrganizationId.is_in(organizations))
    }
}
