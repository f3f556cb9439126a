//! When two records may be of one person: names in either script, day of birth, telephone.
//!
//! Pure. A likeness is a hint for people, never a decision: relatives share telephones, and twins
//! share days of birth. What is done about it is in `duplicates`.

use std::collections::BTreeSet;

use entity::volunteer;

use crate::platform::text::fold;

/// In what two records are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trait {
    /// A name, in one script or the other, whatever the order of its words.
    SameName,
    /// Names that sound alike, also one in Latin and one in Arabic script.
    SimilarName,
    /// The day of birth.
    SameBirthDate,
    /// The telephone.
    SamePhone,
    /// The address for letters.
    SameEmail,
}

/// How much speaks for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Like names, and a day of birth or a telephone beside them.
    Likely,
    /// The same name, and nothing against it; or like names with a telephone and another day of birth.
    Possible,
}

/// What speaks for one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// How much.
    pub confidence: Confidence,
    /// What, most telling first.
    pub traits: Vec<Trait>,
}

/// The keys of a record: two records of one organization are compared where they share one.
///
/// A key is a letter, a bar and what the record says, folded: `n` a name, `b` a day of birth with the
/// sound of a name, `p` a telephone with the sound of a name.
#[must_use]
pub fn keys(record: &volunteer::Model) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for name in names(record) {
        let words = words(name);
        if words.is_empty() {
            continue;
        }
        // A name without a consonant sounds as it is written.
        let sound = Some(sound(name)).filter(|it| !it.is_empty());
        let sound = sound.as_ref().unwrap_or(&words);
        keys.insert(format!("n|{words}"));
        if let Some(day) = record.birth_date {
            keys.insert(format!("b|{day}|{sound}"));
        }
        if let Some(phone) = &record.phone {
            keys.insert(format!("p|{phone}|{sound}"));
        }
    }
    keys
}

/// What speaks for it that two records are of one person; `None` where too little does.
#[must_use]
pub fn compare(one: &volunteer::Model, other: &volunteer::Model) -> Option<Likeness> {
    let same = |of: fn(&str) -> String| {
        let of_one: BTreeSet<String> = names(one).map(of).filter(|it| !it.is_empty()).collect();
        names(other).map(of).any(|it| of_one.contains(&it))
    };
    let (same_name, similar_name) = (same(words), same(sound));
    let days = one.birth_date.zip(other.birth_date);
    let same_day = days.is_some_and(|(one, other)| one == other);
    let same_phone = one.phone.is_some() && one.phone == other.phone;
    let same_email = one.email.is_some() && one.email == other.email;
    let against = days.is_some() && !same_day;
    let confidence = match (same_name, similar_name) {
        (_, true) | (true, _) if (same_day || same_phone) && !against => Confidence::Likely,
        (true, _) if !against => Confidence::Possible,
        (_, true) | (true, _) if same_phone => Confidence::Possible,
        _ => return None,
    };
    let traits = [
        (Trait::SameName, same_name),
        (Trait::SimilarName, similar_name && !same_name),
        (Trait::SameBirthDate, same_day),
        (Trait::SamePhone, same_phone),
        (Trait::SameEmail, same_email),
    ];
    Some(Likeness {
        confidence,
        traits: traits
            .into_iter()
            .filter_map(|(which, holds)| holds.then_some(which))
            .collect(),
    })
}

fn names(record: &volunteer::Model) -> impl Iterator<Item = &str> {
    [Some(record.name.as_str()), record.name_ar.as_deref()]
        .into_iter()
        .flatten()
}

/// The words of a name, folded, in one order.
fn words(name: &str) -> String {
    let folded = fold(name);
    let mut words: Vec<&str> = folded.split(' ').filter(|it| !it.is_empty()).collect();
    words.sort_unstable();
    words.join(" ")
}

/// The consonants of a name as they sound in either script, word by word in one order: `Mohammed`,
/// `Muhamad` and `محمد` meet. Vowels, doublings and articles tell spellings apart, not people.
fn sound(name: &str) -> String {
    let folded = fold(name);
    let mut words: Vec<String> = Vec::new();
    let mut servant = String::new();
    for word in folded.split(' ') {
        match word {
            // "Servant of": one name with the word that follows, written apart or not.
            "abd" | "abdel" | "abdul" | "عبد" => servant.push_str(word),
            "el" | "al" | "ال" if servant.is_empty() => {}
            "el" | "al" | "ال" => servant.push('l'),
            _ => {
                let word = match word.strip_prefix("ال") {
                    Some(rest) if servant.is_empty() && rest.chars().count() > 2 => rest,
                    _ => word,
                };
                let sound = consonants(&format!("{servant}{word}"));
                servant.clear();
                if !sound.is_empty() {
                    words.push(sound);
                }
            }
        }
    }
    words.sort_unstable();
    words.join(" ")
}

fn consonants(word: &str) -> String {
    let mut sound = String::new();
    let mut signs = word.chars().peekable();
    while let Some(sign) = signs.next() {
        // French spelling of Arabic: two letters for one, and a soft c.
        let pair = match (sign, signs.peek()) {
            ('c' | 's', Some('h')) => Some('c'),
            ('k', Some('h')) => Some('x'),
            ('g', Some('h')) => Some('g'),
            ('p', Some('h')) => Some('f'),
            ('d', Some('j')) => Some('j'),
            ('t' | 'd', Some('h')) => Some(sign),
            _ => None,
        };
        if pair.is_some() {
            signs.next();
        }
        let soft = sign == 'c' && matches!(signs.peek(), Some('e' | 'i' | 'y'));
        let letter = pair.or(soft.then_some('s'));
        let Some(letter) = letter.or_else(|| consonant(sign)) else {
            continue;
        };
        if !sound.ends_with(letter) {
            sound.push(letter);
        }
    }
    // The ending of feminine names is written or not.
    if sound.chars().count() > 1 && sound.ends_with('h') {
        sound.pop();
    }
    sound
}

/// The sound of a folded letter; `None` for vowels and half vowels.
fn consonant(sign: char) -> Option<char> {
    Some(match sign {
        'ب' | 'پ' | 'p' => 'b',
        'ت' | 'ث' | 'ط' => 't',
        'ج' => 'j',
        'ح' | 'ه' => 'h',
        'خ' => 'x',
        'د' | 'ذ' | 'ض' => 'd',
        'ر' => 'r',
        'ز' | 'ظ' => 'z',
        'س' | 'ص' => 's',
        'ش' => 'c',
        'غ' | 'گ' | 'ڭ' => 'g',
        'ف' | 'ڤ' | 'v' => 'f',
        'ق' | 'ك' | 'q' | 'c' => 'k',
        'ل' => 'l',
        'م' => 'm',
        'ن' => 'n',
        'b' | 'd' | 'f' | 'g' | 'h' | 'j' | 'k' | 'l' | 'm' | 'n' | 'r' | 's' | 't' | 'x' | 'z' => {
            sign
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entity::ids::OrganizationId;
    use entity::ids::PersonId;
    use entity::ids::VolunteerId;
    use entity::volunteer;
    use uuid::Uuid;

    use super::Confidence;
    use super::Trait;
    use super::compare;
    use super::keys;
    use super::sound;

    fn record(name: &str, arabic: Option<&str>) -> volunteer::Model {
        let id = Uuid::nil();
        volunteer::Model {
            id: VolunteerId(id),
            organization_id: OrganizationId(id),
            person_id: PersonId(id),
            user_id: None,
            reference: None,
            name: name.to_owned(),
            name_ar: arabic.map(str::to_owned),
            search_key: String::new(),
            sex: None,
            birth_date: None,
            territory_id: None,
            email: None,
            phone: None,
            joined_on: None,
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
            archived_at: None,
            merged_into_id: None,
            erased_at: None,
        }
    }

    fn born(name: &str, day: &str) -> volunteer::Model {
        volunteer::Model {
            birth_date: Some(day.parse().unwrap()),
            ..record(name, None)
        }
    }

    fn called(name: &str, phone: &str) -> volunteer::Model {
        volunteer::Model {
            phone: Some(phone.to_owned()),
            ..record(name, None)
        }
    }

    fn confidence(one: &volunteer::Model, other: &volunteer::Model) -> Option<Confidence> {
        let found = compare(one, other);
        assert_eq!(found, compare(other, one), "{one:?} {other:?}");
        // Whatever is alike shares a key, so that it is found at all.
        assert!(found.is_none() || !keys(one).is_disjoint(&keys(other)));
        found.map(|it| it.confidence)
    }

    #[test]
    fn names_that_sound_alike_meet_in_either_script() {
        for (one, other) in [
            ("Mohammed Alaoui", "Muhamad El Alaoui"),
            ("محمد العلوي", "Mohamed Alaoui"),
            ("Fatima Zahra", "فاطمة الزهراء"),
            ("Khadija Benali", "خديجة بنعلي"),
            ("Abdelkader Naciri", "Abd El Kader Naciri"),
            ("عبد القادر الناصري", "Abdelkader Naciri"),
            ("Cherif Chaoui", "الشاوي شريف"),
            ("Youssef El Idrissi", "يوسف الإدريسي"),
        ] {
            assert_eq!(sound(one), sound(other), "{one} and {other}");
        }
        for (one, other) in [
            ("Khadija Benali", "Karima Benali"),
            ("Said Amrani", "Samir Amrani"),
        ] {
            assert_ne!(sound(one), sound(other), "{one} and {other}");
        }
    }

    #[test]
    fn a_day_of_birth_or_a_telephone_beside_a_like_name_is_likely() {
        let latin = born("Mohamed Alaoui", "1990-04-02");
        let arabic = born("محمد العلوي", "1990-04-02");
        assert_eq!(confidence(&latin, &arabic), Some(Confidence::Likely));
        let (one, other) = (
            called("Fatima Zahra", "+212600000001"),
            called("Zahra Fatema", "+212600000001"),
        );
        let found = compare(&one, &other).unwrap();
        assert_eq!(found.confidence, Confidence::Likely);
        assert_eq!(found.traits, [Trait::SimilarName, Trait::SamePhone]);
    }

    #[test]
    fn a_name_alone_is_possible_unless_the_days_of_birth_differ() {
        let known = born("Hassan Amrani", "1990-04-02");
        let unknown = record("Amrani Hassan", None);
        let another = born("Hassan Amrani", "1991-04-02");
        assert_eq!(confidence(&known, &unknown), Some(Confidence::Possible));
        assert_eq!(confidence(&known, &another), None);
    }

    #[test]
    fn a_telephone_is_shared_by_a_family() {
        let (mother, son) = (
            called("Naima Berrada", "+212600000001"),
            called("Omar Berrada", "+212600000001"),
        );
        assert_eq!(confidence(&mother, &son), None);
        let mut one = called("Omar Berrada", "+212600000001");
        let mut other = one.clone();
        one.birth_date = Some("1990-04-02".parse().unwrap());
        other.birth_date = Some("1990-02-04".parse().unwrap());
        assert_eq!(confidence(&one, &other), Some(Confidence::Possible));
    }

    #[test]
    fn one_name_in_each_script_is_compared_with_both_of_the_other() {
        let both = record("Rachid Tazi", Some("رشيد التازي"));
        let arabic = record("رشيد التازي", None);
        let found = compare(&both, &arabic).unwrap();
        assert_eq!(found.traits, [Trait::SameName]);
        assert_eq!(confidence(&both, &arabic), Some(Confidence::Possible));
    }
}
