//! What the columns of an imported file mean, as clients say it.
//!
//! How titles are recognized is in `imports::columns`.

use async_graphql::Enum;
use async_graphql::InputObject;
use async_graphql::SimpleObject;

use crate::imports::columns::Column;
use crate::imports::columns::Mapping;

/// The meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ImportField {
    /// Hours: the civil day of the work.
    Date,
    /// The organization's own number of a volunteer.
    Reference,
    /// A volunteer's name.
    Name,
    /// Volunteers: the name in Arabic script.
    NameAr,
    /// Hours: the code of the project.
    Project,
    /// Hours: the clock time at which work began.
    Start,
    /// Hours: the clock time at which it ended; not after the start is on the next day.
    End,
    /// Hours: minutes of break within start and end.
    Break,
    /// Hours: the net duration, in minutes or as hours and minutes; instead of start and end.
    Duration,
    /// Hours: how many people worked, for a group without names.
    Headcount,
    /// The code of a commune: of the work, or of residence.
    Commune,
    /// Hours: free text.
    Description,
    /// Volunteers: sex as stated.
    Sex,
    /// Volunteers: day of birth.
    BirthDate,
    /// Volunteers: e-mail address.
    Email,
    /// Volunteers: telephone number.
    Phone,
    /// Volunteers: first day with the organization.
    JoinedOn,
}

impl ImportField {
    /// The meaning for clients; `None` for what these files do not hold.
    #[must_use]
    pub fn of(column: Column) -> Option<Self> {
        Some(match column {
            Column::Date => Self::Date,
            Column::Reference => Self::Reference,
            Column::Name => Self::Name,
            Column::NameAr => Self::NameAr,
            Column::Project => Self::Project,
            Column::Start => Self::Start,
            Column::End => Self::End,
            Column::Break => Self::Break,
            Column::Duration => Self::Duration,
            Column::Headcount => Self::Headcount,
            Column::Commune => Self::Commune,
            Column::Description => Self::Description,
            Column::Sex => Self::Sex,
            Column::BirthDate => Self::BirthDate,
            Column::Email => Self::Email,
            Column::Phone => Self::Phone,
            Column::JoinedOn => Self::JoinedOn,
            Column::Title
            | Column::TitleAr
            | Column::Shares
            | Column::Budget
            | Column::BudgetIndh
            | Column::StartsOn
            | Column::EndsOn
            | Column::Errors => return None,
        })
    }
}

impl From<ImportField> for Column {
    fn from(field: ImportField) -> Self {
        match field {
            ImportField::Date => Self::Date,
            ImportField::Reference => Self::Reference,
            ImportField::Name => Self::Name,
            ImportField::NameAr => Self::NameAr,
            ImportField::Project => Self::Project,
            ImportField::Start => Self::Start,
            ImportField::End => Self::End,
            ImportField::Break => Self::Break,
            ImportField::Duration => Self::Duration,
            ImportField::Headcount => Self::Headcount,
            ImportField::Commune => Self::Commune,
            ImportField::Description => Self::Description,
            ImportField::Sex => Self::Sex,
            ImportField::BirthDate => Self::BirthDate,
            ImportField::Email => Self::Email,
            ImportField::Phone => Self::Phone,
            ImportField::JoinedOn => Self::JoinedOn,
        }
    }
}

/// A column of a file with what it means.
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportColumn {
    /// Its title, as the file writes it.
    pub title: String,
    /// What it means; null for a column that is passed over.
    pub field: Option<ImportField>,
}

/// What a column means, where that is not what its title seems to say.
#[derive(Clone, Debug, InputObject)]
pub struct ImportColumnInput {
    /// Its title, as the file writes it.
    title: String,
    /// What it means; null passes the column over.
    field: Option<ImportField>,
}

/// A mapping as clients see it.
#[must_use]
pub fn shown(mapping: Mapping) -> Vec<ImportColumn> {
    mapping
        .into_iter()
        .map(|(title, meaning)| ImportColumn {
            title,
            field: meaning.and_then(ImportField::of),
        })
        .collect()
}

/// A mapping as clients give it.
#[must_use]
pub fn given(columns: Vec<ImportColumnInput>) -> Mapping {
    columns
        .into_iter()
        .map(|it| (it.title, it.field.map(Into::into)))
        .collect()
}
