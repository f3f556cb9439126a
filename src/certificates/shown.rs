//! What a holder lets be shown to whoever has the code.
//!
//! Pure. Organization, interval, minutes and status are always told; without them there is nothing to check.

use std::collections::BTreeSet;

/// Something that is told only where the holder lets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Detail {
    /// The holder's name.
    Name,
    /// The projects, each with its minutes.
    Projects,
    /// The first and the last day of work.
    Days,
    /// The code of a later certificate that takes the place of this one.
    Successor,
}

impl Detail {
    /// Every detail.
    pub const ALL: [Self; 4] = [Self::Name, Self::Projects, Self::Days, Self::Successor];

    /// The stored word: never renamed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "NAME",
            Self::Projects => "PROJECTS",
            Self::Days => "DAYS",
            Self::Successor => "SUCCESSOR",
        }
    }
}

/// A choice of details.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown(BTreeSet<Detail>);

impl Shown {
    /// Whether a detail is shown.
    #[must_use]
    pub fn has(&self, detail: Detail) -> bool {
        self.0.contains(&detail)
    }

    /// The details, always in the same order.
    pub fn details(&self) -> impl Iterator<Item = Detail> {
        self.0.iter().copied()
    }

    /// Whether this shows nothing that the other does not.
    #[must_use]
    pub fn narrows(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// What of this the other shows, too.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        self.0.intersection(&other.0).copied().collect()
    }

    /// The same without a detail.
    #[must_use]
    pub fn without(mut self, detail: Detail) -> Self {
        self.0.remove(&detail);
        self
    }

    /// As it is kept.
    #[must_use]
    pub fn written(&self) -> String {
        let words: Vec<&str> = self.0.iter().map(|it| it.word()).collect();
        words.join(" ")
    }

    /// As it was kept. A word that a later release wrote shows nothing here.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let known = |word: &str| Detail::ALL.into_iter().find(|it| it.word() == word);
        text.split(' ').filter_map(known).collect()
    }
}

impl FromIterator<Detail> for Shown {
    fn from_iter<I: IntoIterator<Item = Detail>>(details: I) -> Self {
        Self(details.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_read_back_as_they_were_written() {
        for choice in [
            Shown::default(),
            Detail::ALL.into_iter().collect(),
            Shown::from_iter([Detail::Days]),
        ] {
            assert_eq!(Shown::read(&choice.written()), choice);
        }
        assert_eq!(Shown::read("NAME LATER"), Shown::from_iter([Detail::Name]));
    }

    #[test]
    fn less_narrows_and_more_does_not() {
        let name = Shown::from_iter([Detail::Name]);

        assert!(Shown::default().narrows(&name) && name.narrows(&name));
        assert!(!name.narrows(&Shown::default()));
        assert!(!name.narrows(&Shown::from_iter([Detail::Days])));
        assert_eq!(
            Shown::from_iter(Detail::ALL).within(&name),
            name.within(&name)
        );
        assert_eq!(name.within(&Shown::default()), Shown::default());
    }
}
