//! What the columns of a file mean.
//!
//! Titles are compared folded, so accents, case and punctuation do not matter; the titles themselves
//! are in `titles`.

use serde::Deserialize;
use serde::Serialize;

use crate::imports::error::ImportError;
use crate::imports::titles;
use crate::platform::text::fold;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// What is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Hour entries.
    Hours,
    /// Volunteers.
    Volunteers,
    /// Projects.
    Projects,
}

/// The meaning of a column. Words of stored rows: never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Column {
    /// Day of the work.
    Date,
    /// The organization's number of a volunteer.
    Reference,
    /// A volunteer's name.
    Name,
    /// A volunteer's Arabic name.
    NameAr,
    /// Code of a project.
    Project,
    /// Clock time at which work began.
    Start,
    /// Clock time at which it ended.
    End,
    /// Minutes of break.
    Break,
    /// Net duration.
    Duration,
    /// Number of people.
    Headcount,
    /// Code of a commune.
    Commune,
    /// Free text.
    Description,
    /// Sex.
    Sex,
    /// Day of birth.
    BirthDate,
    /// E-mail address.
    Email,
    /// Telephone.
    Phone,
    /// First day with the organization.
    JoinedOn,
    /// Title, French or the only one.
    Title,
    /// Arabic title.
    TitleAr,
    /// Shares of INDH programmes.
    Shares,
    /// Budget of a project.
    Budget,
    /// What the INDH pays of it.
    BudgetIndh,
    /// First day of a project.
    StartsOn,
    /// Last day of a project.
    EndsOn,
    /// Errors of an earlier import: passed over.
    Errors,
}

use Column as C;

/// Titles with their meanings; `None` for a column that is passed over.
pub type Mapping = Vec<(String, Option<Column>)>;

/// Where each meaning stands in the rows of a file.
#[derive(Clone, Debug)]
pub struct Layout {
    header: Vec<String>,
    meanings: Vec<Option<Column>>,
}

impl Layout {
    /// Recognizes the titles of a header; a mapping has the last word on those it names.
    ///
    /// # Errors
    /// [`ImportError::Header`] where a column is missing that the kind needs, two columns mean the
    /// same, or the mapping names a title that is not there.
    pub fn recognize(
        kind: Kind,
        header: &[String],
        mapping: &[(String, Option<Column>)],
    ) -> Result<Self, ImportError> {
        let titles = titles(kind);
        let meanings = suggest(kind, header, mapping);
        let layout = Self {
            header: header.to_vec(),
            meanings,
        };
        let mut refusals: Vec<Refusal> = mapping
            .iter()
            .filter(|(title, _)| !header.iter().any(|it| it == title.trim()))
            .map(|(title, _)| Refusal::of(Code::MissingColumn, "mapping").with("column", title))
            .collect();
        for (column, _) in titles {
            let found = layout.meanings.iter().filter(|it| **it == Some(*column));
            if *column != C::Errors && found.count() > 1 {
                let named = layout.titles_of(*column).join(", ");
                refusals.push(Refusal::of(Code::Contradiction, "content").with("detail", named));
            } else if layout.lacks(kind, *column) {
                let missing = Refusal::of(Code::MissingColumn, "content");
                refusals.push(missing.with("column", word(kind, *column)));
            }
        }
        if refusals.is_empty() {
            Ok(layout)
        } else {
            Err(ImportError::Header(refusals))
        }
    }

    /// Each title of the file with what it means, in order.
    #[must_use]
    pub fn mapping(&self) -> Mapping {
        let meanings = self.meanings.iter().copied();
        self.header.iter().cloned().zip(meanings).collect()
    }

    /// Whether a column is missing that the kind cannot do without.
    fn lacks(&self, kind: Kind, column: Column) -> bool {
        let needed = match (kind, column) {
            (Kind::Hours, C::Date | C::Project) | (Kind::Projects, C::Project | C::Title) => true,
            // Whose hours: a number, a name, or how many.
            (Kind::Hours, C::Reference) => !self.has(C::Name) && !self.has(C::Headcount),
            (Kind::Hours, C::Duration) => !(self.has(C::Start) && self.has(C::End)),
            (Kind::Projects, C::Commune | C::StartsOn) => true,
            (Kind::Volunteers, C::Name) => !self.has(C::NameAr),
            // What makes the same row again the same volunteer.
            (Kind::Volunteers, C::Reference) => true,
            _ => false,
        };
        needed && !self.has(column)
    }

    /// The layout of a file whose titles were recognized before.
    #[must_use]
    pub fn of(mapping: Mapping) -> Self {
        let (header, meanings) = mapping.into_iter().unzip();
        Self { header, meanings }
    }

    /// The meanings that the file has columns for, those passed over left out.
    pub fn meant(&self) -> impl Iterator<Item = Column> {
        let meanings = self.meanings.iter().copied().flatten();
        meanings.filter(|it| *it != C::Errors)
    }

    /// Whether a meaning has a column.
    #[must_use]
    pub fn has(&self, column: Column) -> bool {
        self.meanings.contains(&Some(column))
    }

    /// Number of columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.header.len()
    }

    /// The value of a meaning in a row, trimmed; `None` where it is blank or has no column.
    #[must_use]
    pub fn value<'r>(&self, fields: &'r [String], column: Column) -> Option<&'r str> {
        let at = self.meanings.iter().position(|it| *it == Some(column))?;
        let value = fields.get(at)?.trim();
        (!value.is_empty()).then_some(value)
    }

    /// The title of a meaning as the file writes it.
    #[must_use]
    pub fn title(&self, column: Column) -> Option<&str> {
        self.titles_of(column).first().copied()
    }

    /// Titles that mean nothing to the import: passed over.
    #[must_use]
    pub fn unknown(&self) -> Vec<&str> {
        self.header
            .iter()
            .zip(&self.meanings)
            .filter(|(title, meaning)| meaning.is_none() && !title.is_empty())
            .map(|(title, _)| title.as_str())
            .collect()
    }

    /// The header and a row without the errors of an earlier import.
    #[must_use]
    pub fn without_errors<'r>(&self, fields: &'r [String]) -> Vec<&'r str> {
        fields
            .iter()
            .enumerate()
            .filter(|(at, _)| self.meanings.get(*at) != Some(&Some(C::Errors)))
            .map(|(_, it)| it.as_str())
            .collect()
    }

    /// The titles as the file writes them.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.header
    }

    fn titles_of(&self, column: Column) -> Vec<&str> {
        self.header
            .iter()
            .zip(&self.meanings)
            .filter(|(_, meaning)| **meaning == Some(column))
            .map(|(title, _)| title.as_str())
            .collect()
    }
}

/// What the titles of a header seem to mean; a mapping has the last word on those it names.
#[must_use]
pub fn suggest(
    kind: Kind,
    header: &[String],
    mapping: &[(String, Option<Column>)],
) -> Vec<Option<Column>> {
    let known = titles(kind);
    header
        .iter()
        .map(|title| {
            let named = mapping.iter().find(|(it, _)| it.trim() == title);
            if let Some((_, meaning)) = named {
                return *meaning;
            }
            let folded = fold(title);
            known
                .iter()
                .find(|(_, spellings)| spellings.split(" | ").any(|it| fold(it) == folded))
                .map(|(column, _)| *column)
        })
        .collect()
}

fn titles(kind: Kind) -> &'static [(Column, &'static str)] {
    match kind {
        Kind::Hours => titles::HOURS,
        Kind::Volunteers => titles::VOLUNTEERS,
        Kind::Projects => titles::PROJECTS,
    }
}

/// The word by which a sentence knows a column that a kind cannot do without.
fn word(kind: Kind, column: Column) -> &'static str {
    match (kind, column) {
        (_, C::Date) => "date",
        (Kind::Projects, C::Project) => "code",
        (_, C::Project) => "project",
        (Kind::Hours, C::Reference) => "worker",
        (_, C::Reference) => "reference",
        (_, C::Name | C::NameAr) => "name",
        (_, C::Duration) => "duration",
        (_, C::Title | C::TitleAr) => "title",
        (_, C::Commune) => "commune",
        (_, C::StartsOn) => "starts-on",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::Column;
    use super::Kind;
    use super::Layout;
    use crate::imports::error::ImportError;
    use crate::refusal::Code;

    fn layout(kind: Kind, header: &str) -> Result<Layout, ImportError> {
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        Layout::recognize(kind, &header, &[])
    }

    #[test]
    fn titles_of_three_languages_mean_the_same() {
        for header in [
            "Date,Réf. bénévole,Bénévole,Projet,Début,Fin,Pause (min),Commune,Description",
            "التاريخ,رقم المتطوع,المتطوع,المشروع,المدة,الجماعة,ملاحظات",
            "date,volunteer_reference,Project code,START,end",
            "date,project,headcount,minutes,commune,description",
        ] {
            let layout = layout(Kind::Hours, header).unwrap();
            assert!(layout.has(Column::Date), "{header}");
            assert!(layout.has(Column::Project), "{header}");
            assert!(layout.unknown().is_empty(), "{header}");
        }
    }

    #[test]
    fn a_header_that_lacks_a_column_names_it() {
        let Err(ImportError::Header(refusals)) = layout(Kind::Hours, "date,name,start,end") else {
            panic!("accepted");
        };

        assert_eq!(refusals[0].code, Code::MissingColumn);
        assert_eq!(refusals[0].values[0].1, "project");
    }

    #[test]
    fn two_columns_of_one_meaning_are_refused() {
        assert!(layout(Kind::Hours, "date,jour,projet,name,minutes").is_err());
    }

    #[test]
    fn a_mapping_has_the_last_word() {
        let header: Vec<String> = ["date", "chantier", "name", "minutes", "notes"]
            .map(str::to_owned)
            .to_vec();
        let mapping = [
            ("chantier".to_owned(), Some(Column::Project)),
            ("notes".to_owned(), None),
        ];

        let layout = Layout::recognize(Kind::Hours, &header, &mapping).unwrap();

        assert_eq!(layout.title(Column::Project), Some("chantier"));
        assert!(!layout.has(Column::Description));
        let unknown = [("lieu".to_owned(), None)];
        assert!(Layout::recognize(Kind::Hours, &header, &unknown).is_err());
    }

    #[test]
    fn the_errors_of_an_earlier_import_are_passed_over() {
        let layout = layout(Kind::Hours, "date,projet,name,minutes,errors").unwrap();
        let fields: Vec<String> = ["1", "2", "3", "4", "x"].map(str::to_owned).to_vec();

        assert_eq!(layout.without_errors(&fields), ["1", "2", "3", "4"]);
    }
}
