//! The row filter of lists that the platform and organizations keep.
//!
//! That of what people and projects do is in `scope`.

use entity::vocabulary;
use sea_orm::ColumnTrait;
use sea_orm::Condition;

use crate::identity::permissions::Action;
use crate::identity::scope::Scope;

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
}
