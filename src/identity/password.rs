//! Which passwords are taken: long enough, not among those that are tried first, nothing of their owner.
//!
//! How one is hashed is in `hashing`; a mixture of kinds of signs is not asked for, since it makes passwords harder to
//! remember and hardly harder to guess (NIST SP 800-63B).

mod spelled;

use std::collections::HashSet;
use std::sync::LazyLock;

use entity::user_account;
use sea_orm::DbErr;

use crate::identity::ctx::Ctx;
use crate::identity::store;
use crate::platform::text;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;

/// Longest password that is hashed; more would only cost time.
const PASSWORD_MOST: usize = 256;
/// What is tried first: passwords of breaches, words and names, one a line, in lower case, sorted. Where they come from is in
/// `data/SOURCES.md`.
const COMMON: &str = include_str!("../../data/passwords/common.txt");
/// Fewest letters of a word that counts as one.
const WORD_LEAST: usize = 4;
/// With fewer different signs than this it is no password, however long.
const SIGNS_LEAST: usize = 5;
/// The product's name.
const PRODUCT: &str = "tiwizi";

static LISTED: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.lines().collect());

/// Words that the owner of a password is known by: they are what is guessed first of this person.
#[derive(Clone, Debug, Default)]
pub struct Own(Vec<String>);

impl Own {
    /// Of an account that has this address and name.
    #[must_use]
    pub fn of(email: &str, display_name: &str) -> Self {
        Self::default().and(email).and(display_name)
    }

    /// With another name: of an organization, for instance.
    #[must_use]
    pub fn and(mut self, name: &str) -> Self {
        let name = name.to_lowercase();
        let parts = name.split(|it: char| !it.is_alphanumeric());
        let whole: String = name.chars().filter(|it| it.is_alphanumeric()).collect();
        let words = parts.map(str::to_owned).chain([whole]);
        let words = words.filter(|it| it.chars().count() >= WORD_LEAST);
        // Also without vowel signs, accents, and what else people leave out.
        let both = words.flat_map(|it| [spelled::letters(&it).into_iter().collect(), it]);
        self.0.extend(both);
        self
    }

    /// Whether hardly anything is left of a password without these words.
    fn is_all_of(&self, password: &str) -> bool {
        let mut words: Vec<&str> = self.0.iter().map(String::as_str).collect();
        words.push(PRODUCT);
        // The longest first: a name may be part of another.
        words.sort_by_key(|it| std::cmp::Reverse(it.len()));
        let lower = password.to_lowercase();
        let spellings = [text::fold(password), plain(&lower), lower];
        spellings.iter().any(|spelling| {
            let mut left: String = spelling.chars().filter(|it| it.is_alphanumeric()).collect();
            let before = left.len();
            for word in &words {
                left = left.replace(word, "");
            }
            let letters = left.chars().filter(|it| it.is_alphabetic()).count();
            left.len() < before && letters < WORD_LEAST
        })
    }
}

/// What the owner of an account is known by: its address and name, and the organizations that they belong to.
///
/// # Errors
/// [`DbErr`].
pub async fn own(ctx: &Ctx, account: &user_account::Model) -> Result<Own, DbErr> {
    // As the system: whoever brings the token of a letter is nobody yet, to whom rows of organizations are hidden. The account
    // is their own, and nothing of the names is told.
    let everybody = ctx.core().db.system().read();
    let names = store::names_of_organizations(everybody, account.id).await?;
    let own = Own::of(&account.email, &account.display_name);
    Ok(names.iter().fold(own, |own, it| own.and(it)))
}

/// Notes what is wrong with a password that whoever is known by `own` would set.
pub fn checked(ctx: &Ctx, checks: &mut Checks, field: &str, password: &str, own: &Own) {
    let least = ctx.core().config.identity.password_min_length;
    let length = password.chars().count();
    if length < least {
        checks.refuse(Refusal::of(Code::TooShort, field).with("least", least));
    } else if length > PASSWORD_MOST {
        checks.refuse(Refusal::of(Code::TooLong, field).with("most", PASSWORD_MOST));
    } else if own.is_all_of(password) {
        checks.refuse(Refusal::of(Code::PasswordPersonal, field));
    } else if is_common(password) {
        checks.refuse(Refusal::of(Code::PasswordCommon, field));
    }
}

/// Whether a password is among those that are tried first: a listed one, also in capitals, with signs in the place of
/// letters, with digits and signs around it, or written several times; a few words of ours; a run of signs; hardly any
/// different signs. Arabic is compared without vowel signs and in one spelling of its letters, digits of both scripts alike.
#[must_use]
pub fn is_common(password: &str) -> bool {
    let lower = text::western_digits(&password.to_lowercase());
    let signs: Vec<char> = lower.chars().filter(|it| !it.is_whitespace()).collect();
    let letters = spelled::letters(password);
    let different: HashSet<&char> = signs.iter().collect();
    if different.len() < SIGNS_LEAST || is_run(&signs) || spelled::is_spelled(&letters) {
        return true;
    }
    let once: Vec<char> = unit(&letters.iter().collect::<String>()).chars().collect();
    let whole: String = signs.iter().collect();
    let bare = bare(&whole);
    spelled::is_spelled(&once)
        || [whole.as_str(), bare, &plain(&whole), &plain(bare)]
            .iter()
            .any(|it| is_listed(it))
}

/// Whether a text is listed, as it is or as what it repeats; a number behind it that is listed itself adds nothing.
fn is_listed(text: &str) -> bool {
    let unit = unit(text);
    if LISTED.contains(unit.as_str()) || LISTED.contains(bare(&unit)) {
        return true;
    }
    let word = unit.trim_end_matches(|it: char| it.is_ascii_digit());
    let number = unit.strip_prefix(word).unwrap_or_default();
    let digits: Vec<char> = number.chars().collect();
    word.chars().count() < WORD_LEAST
        && number.len() >= WORD_LEAST
        && (LISTED.contains(number) || is_run(&digits))
}

/// Without what is no letter at both ends.
fn bare(text: &str) -> &str {
    text.trim_matches(|it: char| !it.is_alphabetic())
}

/// With letters in the place of the signs that stand for them.
fn plain(text: &str) -> String {
    text.chars().map(letter).collect()
}

fn letter(sign: char) -> char {
    match sign {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        other => other,
    }
}

/// What a text repeats; itself where it repeats nothing.
fn unit(text: &str) -> String {
    let signs: Vec<char> = text.chars().collect();
    let length = (1..=signs.len() / 2).find(|length| {
        let again = signs.iter().skip(*length);
        again.zip(&signs).all(|(later, sooner)| later == sooner)
    });
    signs.iter().take(length.unwrap_or(signs.len())).collect()
}

/// Whether signs follow one another, up or down: `abcdefgh`, `4321098`.
fn is_run(signs: &[char]) -> bool {
    let follows = |one: char, other: char| match (one.to_digit(10), other.to_digit(10)) {
        (Some(one), Some(other)) => (one + 1) % 10 == other,
        _ => u32::from(one) + 1 == u32::from(other),
    };
    let pairs = || signs.iter().zip(signs.iter().skip(1));
    pairs().all(|(one, other)| follows(*one, *other))
        || pairs().all(|(one, other)| follows(*other, *one))
}

#[cfg(test)]
mod tests {
    use super::COMMON;
    use super::Own;
    use super::is_common;

    #[test]
    fn what_is_tried_first_is_common_however_it_is_dressed_up() {
        for text in [
            "password1234",
            "Password2024!",
            "P@ssw0rd2024",
            "passwordpassword",
            "pass word pass word",
            "qwertyuiop123",
            "azertyuiop2026",
            "motdepasse2026",
            "Casablanca1956",
            "123456789012",
            "987654321098",
            "abcdefghijkl",
            "aaaaaaaaaaaa",
            "121212121212",
            "123456123456",
            "ab1234567890",
            "!!elephant!!",
            "1qaz2wsx3edc",
            "iloveyou!!!!",
            "كلمةالمرور2026",
            "كلمةالسر12345",
            "محمد123456789",
            "اللهأكبر12345",
            "مُحَمَّد ١٢٣٤٥٦٧٨٩",
            "محمدمحمدمحمدمحمد",
            "١٢٣٤٥٦٧٨٩٠١٢",
            "correct horse battery staple",
            "qwertyuiopasdf",
            "wydadcasablanca",
            "tiwizi-demo2026",
            "7bibti7bibti2020",
        ] {
            assert!(is_common(text), "{text}");
        }
    }

    #[test]
    fn what_takes_time_to_guess_is_not_common() {
        for text in [
            "correct horse battery",
            "Zaytoun bleu 7 montagnes",
            "k9#vTq2!xLm8",
            "xyz849302857",
            "زيتون أزرق وسبعة جبال",
            "ⵜⵉⵡⵉⵣⵉ ⴳ ⵓⴷⵔⴰⵔ",
        ] {
            assert!(!is_common(text), "{text}");
        }
    }

    #[test]
    fn nothing_of_the_owner_makes_a_password() {
        let own = Own::of("amina.benali@al-amal.example", "Amina Benali")
            .and("Association Al Amal")
            .and("خزامى الوراق");
        for text in [
            "amina.benali1990",
            "AminaBenali!!2026",
            "benali-amina-77",
            "al-amal.example",
            "association-al-amal",
            "tiwizi-tiwizi-1",
            "T1w1z1-2026-2026",
            "amina.benali@al-amal.example",
            "خُزامى الوَرّاق 2026",
            "خزامي-الوراق-٧٧",
        ] {
            assert!(own.is_all_of(text), "{text}");
        }
        for text in ["correct horse battery", "amina keeps eleven goats"] {
            assert!(!own.is_all_of(text), "{text}");
        }
    }

    #[test]
    fn the_list_is_sorted_in_lower_case_and_names_each_once() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() > 70_000);
        assert!(lines.is_sorted_by(|one, other| one < other));
        assert!(lines.iter().all(|it| it.to_lowercase() == **it));
    }
}
