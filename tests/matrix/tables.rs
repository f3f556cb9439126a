//! The two tables for people to read: how they are read, how they are written, how they are compared.
//!
//! Who is asked what is not here.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use apollo_compiler::schema::ExtendedType;

use crate::matrix::people::Who;
use crate::matrix::people::row;
use crate::permissions::carries_others;
use crate::support::sdl;

/// Root fields × who asks.
pub const OPERATIONS: Table = Table {
    file: "tests/matrix/operations.txt",
    says: "\
# y yes: done, shown, or refused for what was asked and not for who asked;
# n no: told that it is not theirs to do;
# - nothing: there is nothing, or nothing that they may know of;
# s asked to sign in.
# Each is done for somebody, so that what the others are told means something; what is not stands in `excused.txt`, with the reason.
#
# What may surprise, and why it is right:
# A program sees the exports that were asked for through it alone: `exportJobs`, `cancelExport` and `retryExport` of what
#   the owner asked for are nothing to it (docs/api-tokens.md).
# Schedules are paused, resumed and ended by administrators of the platform, who change and run none (docs/schedules.md).
# Months are certified, and official lists written, by administrators of the platform alone.
# A national identity number is shown to owners and administrators: those who see the record are told that they may not,
#   the volunteer gets it with `requestPersonalData` (docs/personal-data.md).
# Whoever has the code of a certificate is told what its holder lets be shown, signed in or not (docs/certificates.md).",
};

/// Fields × who asks.
pub const FIELDS: Table = Table {
    file: "tests/matrix/fields.txt",
    says: "\
# + shown: holds something in an answer to them;
# n refused: asked for, and told that it is not theirs to see;
# . null, empty, or on no row that they see.
# What is + for nobody is asked for with arguments of its own, or nothing planted fills it.
#
# What may surprise, and why it is right:
# `Measurement.note` and `EvidenceFile` are shown to observers and to tokens without the scopes for people: whoever sees a
#   figure sees what shows it, which should name nobody who need not be named (docs/impact.md, docs/api-tokens.md).
# `UserSession`, `LinkedIdentity` and `SecondFactor` are shown to people alone: how somebody signs in is no program's
#   business (docs/api-tokens.md).
# What is named by its global id asks a token for the scope that a list of its kind asks for; what something else leads to
#   does not: an organization by its membership, a project by an entry (docs/api-tokens.md).",
};

/// The columns, for people.
const COLUMNS: &str = "\
# O owner, A administrator, C coordinator, W viewer, V the volunteer, B another volunteer of the organization;
# F API token of the owner with every scope, H one without those for people and the account, G one that reads the account alone;
# P administrator of the platform;
# T observer of the region, E observer of another region, S owner of another organization;
# N not signed in, X token expired, R session ended.";

/// A table in a file.
#[derive(Clone, Copy)]
pub struct Table {
    file: &'static str,
    says: &'static str,
}

/// The rows of a table, by `Type.field`.
pub type Rows = BTreeMap<String, String>;

impl Table {
    /// The rows as the file has them.
    pub fn expected(self) -> Rows {
        let mut rows = Rows::new();
        let text = read(self.file);
        let mut kind = "";
        for line in text.lines().filter(|it| !it.starts_with('#')) {
            match line.strip_prefix("  ") {
                Some(line) => {
                    let (cells, fields) = line.split_once(": ").expect("`cells: fields`");
                    for field in fields.split_whitespace() {
                        let twice = rows.insert(format!("{kind}.{field}"), cells.to_owned());
                        assert_eq!(twice, None, "{}: {kind}.{field} stands twice", self.file);
                    }
                }
                None => kind = line.trim(),
            }
        }
        rows
    }

    /// What the file must say where it says something else, one sentence for each field.
    pub fn differences(self, answered: &Rows) -> Vec<String> {
        let expected = self.expected();
        let mut told = Vec::new();
        for (name, cells) in answered {
            let (kind, field) = name.split_once('.').expect("`Type.field`");
            match expected.get(name) {
                Some(said) if said == cells => {}
                Some(said) => told.push(format!(
                    "{}: of {name} it says `{said}`, and they are answered `{cells}`: mend the leak, or write \
                     `  {cells}: {field}` under {kind}",
                    self.file
                )),
                None => told.push(format!(
                    "{}: who may {name}? Write under {kind}: `  {cells}: {field}`",
                    self.file
                )),
            }
        }
        for name in expected.keys().filter(|it| !answered.contains_key(*it)) {
            told.push(format!(
                "{}: take {name} out, the schema has it no longer",
                self.file
            ));
        }
        told
    }

    /// The whole file as it would be with these rows.
    pub fn written(self, rows: &Rows) -> String {
        let mut text = format!("{COLUMNS}\n#\n{}\n#\n#   {}\n", self.says, head());
        let mut kinds: BTreeMap<&str, BTreeMap<&str, Vec<&str>>> = BTreeMap::new();
        for (name, cells) in rows {
            let (kind, field) = name.split_once('.').expect("`Type.field`");
            let of = kinds.entry(kind).or_default();
            of.entry(cells).or_default().push(field);
        }
        for (kind, by_cells) in kinds {
            write!(text, "\n{kind}\n").expect("a text");
            let mut lines: Vec<_> = by_cells.into_iter().collect();
            // The most open first.
            lines.sort_by_key(|(cells, _)| std::cmp::Reverse(cells.matches(['y', '+']).count()));
            for (cells, fields) in lines {
                let mut line = format!("  {cells}:");
                for field in fields {
                    if line.len() + field.len() > 118 {
                        writeln!(text, "{line}").expect("a text");
                        line = format!("  {cells}:");
                    }
                    write!(line, " {field}").expect("a text");
                }
                writeln!(text, "{line}").expect("a text");
            }
        }
        text
    }

    /// Writes the file as it would be where nobody commits it, and gives the place.
    pub fn left_with(self, rows: &Rows) -> String {
        let name = self.file.replace('/', "-");
        let place = std::env::temp_dir().join(format!("tiwizi-{name}"));
        std::fs::write(&place, self.written(rows)).expect("a file");
        place.display().to_string()
    }
}

/// The text of a file beside the tests.
pub fn read(file: &str) -> String {
    std::fs::read_to_string(file).expect(file)
}

fn head() -> String {
    row(Who::letter)
}

/// Every field of the schema, by the table in which it stands.
pub fn served() -> (Vec<String>, Vec<String>) {
    let schema = sdl::schema();
    let names = sdl::own_types(schema)
        .filter(|(name, it)| matches!(it, ExtendedType::Object(_)) && !carries_others(name))
        .flat_map(|(kind, _)| {
            sdl::fields(schema, kind)
                .into_iter()
                .map(move |it| format!("{kind}.{}", it.name))
        });
    names.partition(|it| is_root(it))
}

/// Whether a field tells of a person, by its rule in `permissions.txt`.
pub fn is_personal(rule: &str) -> bool {
    let words = [
        "personal data",
        "health",
        "and the holder",
        "the volunteer; never",
        "whose data",
    ];
    words.iter().any(|it| rule.contains(it))
}

/// Whether it is a field of a root.
pub fn is_root(name: &str) -> bool {
    ["Query.", "Mutation.", "Subscription."]
        .iter()
        .any(|it| name.starts_with(it))
}
