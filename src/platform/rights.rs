//! Whose rows a statement may touch, as PostgreSQL is told it before the statement runs.
//!
//! What somebody may see is decided in `identity`, which derives these; the policies that read them are a step of the
//! tables. SQLite has no policies: there nothing is told.

use std::time::Duration;

use uuid::Uuid;

/// The rights of one actor, in settings of the connection. Nothing set means nothing seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// How far they go.
    pub sees: Sees,
    /// The actor's account.
    pub user: Option<Uuid>,
    /// Organizations of which the actor sees what names nobody.
    pub organizations: Vec<Uuid>,
    /// Those of which the actor sees rows about people.
    pub people: Vec<Uuid>,
    /// The actor's own records.
    pub records: Vec<Uuid>,
    /// Records of which the certificates are the actor's.
    pub certified: Vec<Uuid>,
    /// Territories of which the actor sees figures, and what names nobody.
    pub observed: Vec<Uuid>,
    /// How long a statement may take; `None` for as long as it takes.
    pub patience: Option<Duration>,
}

/// How far rights go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sees {
    /// No row.
    #[default]
    Nothing,
    /// Rows of what they list.
    Some,
    /// The same; and rows about people in what the actor observes, to be counted and never listed.
    Counts,
    /// Everything.
    All,
}

/// One statement that sets all of them for the connection.
pub(super) const SET: &str = "select set_config('tiwizi.sees', $1, false), \
    set_config('tiwizi.account', $2, false), set_config('tiwizi.organizations', $3, false), \
    set_config('tiwizi.people', $4, false), set_config('tiwizi.records', $5, false), \
    set_config('tiwizi.certified', $6, false), set_config('tiwizi.observed', $7, false), \
    set_config('statement_timeout', $8, false), set_config('tiwizi.beyond', '', false)";

/// The names, as they stand in [`SET`].
const NAMES: [&str; 8] = [
    "tiwizi.sees",
    "tiwizi.account",
    "tiwizi.organizations",
    "tiwizi.people",
    "tiwizi.records",
    "tiwizi.certified",
    "tiwizi.observed",
    "statement_timeout",
];

/// Startup options of a connection that brings tables up to date: steps see everything.
pub(super) const OF_STEPS: (&str, &str) = ("tiwizi.sees", "all");

impl Rights {
    /// Those of the system itself.
    #[must_use]
    pub fn all() -> Self {
        Self {
            sees: Sees::All,
            ..Self::default()
        }
    }

    /// The same for acts: they weigh rows about people of all of the actor's organizations, since a rule holds for
    /// everybody there, whoever's role is too small to read about others.
    #[must_use]
    pub fn acting(&self) -> Self {
        Self {
            people: self.organizations.clone(),
            ..self.clone()
        }
    }

    /// The same for figures.
    #[must_use]
    pub fn counting(&self) -> Self {
        let sees = match self.sees {
            Sees::Some => Sees::Counts,
            other => other,
        };
        Self {
            sees,
            ..self.clone()
        }
    }

    /// The values, in the order of [`SET`].
    pub(super) fn values(&self) -> [String; 8] {
        let sees = match self.sees {
            Sees::Nothing => "",
            Sees::Some => "some",
            Sees::Counts => "counts",
            Sees::All => "all",
        };
        let patience = self.patience.map_or(0, |it| it.as_millis());
        [
            sees.to_owned(),
            self.user.map(|it| it.to_string()).unwrap_or_default(),
            array(&self.organizations),
            array(&self.people),
            array(&self.records),
            array(&self.certified),
            array(&self.observed),
            patience.to_string(),
        ]
    }

    /// Statements that set them until the transaction ends. They read nothing, so that the state that a transaction
    /// sees is not fixed by them.
    pub(super) fn of_transaction(&self) -> String {
        let set = |(name, value): (&str, String)| format!("set local {name} = '{value}'");
        let settings: Vec<String> = NAMES.into_iter().zip(self.values()).map(set).collect();
        settings.join("; ")
    }
}

fn array(ids: &[Uuid]) -> String {
    if ids.is_empty() {
        return String::new();
    }
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    format!("{{{}}}", ids.join(","))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::Rights;
    use super::SET;
    use super::Sees;

    #[test]
    fn nothing_is_said_of_whoever_holds_nothing() {
        let said = Rights::default().values();

        assert_eq!(said, ["", "", "", "", "", "", "", "0"]);
    }

    #[test]
    fn an_act_weighs_people_of_all_organizations_of_the_actor() {
        let rights = Rights {
            sees: Sees::Some,
            organizations: vec![Uuid::from_u128(1), Uuid::from_u128(2)],
            people: vec![Uuid::from_u128(2)],
            ..Rights::default()
        };

        assert_eq!(rights.acting().people, rights.organizations);
        assert_eq!(rights.counting().sees, Sees::Counts);
        assert_eq!(Rights::all().counting().sees, Sees::All);
        assert_eq!(Rights::default().counting().sees, Sees::Nothing);
    }

    #[test]
    fn both_ways_set_the_same_names() {
        for (number, name) in super::NAMES.iter().enumerate() {
            assert!(
                SET.contains(&format!("'{name}', ${}", number + 1)),
                "{name}"
            );
        }
        let said = Rights::all().of_transaction();
        assert!(
            said.starts_with("set local tiwizi.sees = 'all'; set local tiwizi.account = ''"),
            "{said}"
        );
    }
}
