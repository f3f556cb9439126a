//! API tokens: how they look, and whom one lets in.
//!
//! How they are made and ended is in `tokens`; what they may do is in `rights`.

use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use entity::api_token;
use entity::ids::ApiTokenId;
use entity::ids::UserId;
use entity::types::ApiTokenScope;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::QueryFilter;
use sea_orm::sea_query::Expr;

use crate::identity::ctx::Core;
use crate::identity::error::IdentityError;
use crate::identity::origin::Origin;
use crate::identity::rights::Rights;
use crate::identity::store;
use crate::platform::crypto::sha256;
use crate::platform::db::Tx;
use crate::platform::random::NoRandomness;
use crate::platform::random::Random;

/// What every token begins with, so that whoever searches for secrets finds it.
const MARK: &str = "twz_";
/// Digits and letters only: a double click takes all of it.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Signs of 64 bits.
const PART: usize = 11;
/// Signs behind the mark that are random: 256 bits.
const SECRET: usize = 4 * PART;
/// Signs of the check at the end.
const CHECK: usize = 6;
/// Signs that are shown, to know a token by.
const SHOWN: usize = MARK.len() + 8;
/// How much later a use must be to be written down.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// A token that was just made. It does not print.
pub struct Fresh {
    token: String,
}

impl std::fmt::Debug for Fresh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("twz_…")
    }
}

impl Fresh {
    /// Makes one.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn make(random: &Random) -> Result<Self, NoRandomness> {
        let mut token = MARK.to_owned();
        for part in random.bytes::<32>()?.chunks(8) {
            let part = <[u8; 8]>::try_from(part).unwrap_or_default();
            token.push_str(&written(u64::from_be_bytes(part), PART));
        }
        let check = check(&token);
        token.push_str(&check);
        Ok(Self { token })
    }

    /// What is told, once.
    #[must_use]
    pub fn shown(self) -> String {
        self.token
    }

    /// What is kept of it.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        sha256(self.token.as_bytes())
    }

    /// Its beginning, to know it by.
    #[must_use]
    pub fn prefix(&self) -> String {
        self.token.chars().take(SHOWN).collect()
    }
}

/// Whether a text says of itself that it is an API token.
#[must_use]
pub fn is_meant(text: &str) -> bool {
    text.starts_with(MARK)
}

/// Whether it is one by its form: the last six signs follow from those before, so that nobody asks the database for what
/// was mistyped.
#[must_use]
pub fn is_well_formed(text: &str) -> bool {
    let Some((body, end)) = text.split_at_checked(MARK.len() + SECRET) else {
        return false;
    };
    text.is_ascii() && is_meant(body) && end.len() == CHECK && end == check(body)
}

fn check(body: &str) -> String {
    let digest = sha256(body.as_bytes());
    let number = digest
        .iter()
        .take(4)
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    written(number, CHECK)
}

/// A number in signs, the highest first.
fn written(mut number: u64, signs: usize) -> String {
    let mut text = Vec::with_capacity(signs);
    for _ in 0..signs {
        let digit = usize::try_from(number % 62).unwrap_or_default();
        text.extend(ALPHABET.get(digit).map(|it| char::from(*it)));
        number /= 62;
    }
    text.iter().rev().collect()
}

/// Whom a token lets in.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// The token.
    pub token: ApiTokenId,
    /// For whom it acts.
    pub user: UserId,
    /// What it may do of what they may.
    pub rights: Rights,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    noted_at: Option<DateTime<Utc>>,
}

/// Whom the text of a token lets in.
///
/// # Errors
/// [`IdentityError::Session`] for one that is none, or has ended.
pub async fn presented(core: &Core, text: &str) -> Result<Bearer, IdentityError> {
    if !is_well_formed(text) {
        return Err(IdentityError::Session);
    }
    let digest = api_token::Column::Digest.eq(sha256(text.as_bytes()));
    in_force(core, Condition::all().add(digest)).await
}

/// Whom a token lets in that did before.
///
/// # Errors
/// [`IdentityError::Session`] where it has ended.
pub async fn again(core: &Core, id: ApiTokenId) -> Result<Bearer, IdentityError> {
    in_force(core, Condition::all().add(api_token::Column::Id.eq(id))).await
}

async fn in_force(core: &Core, which: Condition) -> Result<Bearer, IdentityError> {
    let row = api_token::Entity::find()
        .filter(which)
        .filter(api_token::Column::RevokedAt.is_null())
        .filter(api_token::Column::ExpiresAt.gt(core.clock.now()))
        .one(core.db.system().read())
        .await?
        .ok_or(IdentityError::Session)?;
    Ok(Bearer {
        token: row.id,
        user: row.user_id,
        rights: Rights::of(scopes(&row), row.organization_id),
        expires_at: row.expires_at,
        noted_at: row.last_used_at,
    })
}

/// The scopes of a token. A word that only a later release knows gives nothing.
#[must_use]
pub fn scopes(row: &api_token::Model) -> Vec<ApiTokenScope> {
    let words: Vec<serde_json::Value> = serde_json::from_str(&row.scopes).unwrap_or_default();
    let known = words.into_iter().map(serde_json::from_value);
    known.filter_map(Result::ok).collect()
}

/// Writes down that a token was used, at most once a minute.
///
/// # Errors
/// [`DbErr`].
pub async fn note_use(core: &Core, bearer: &Bearer, origin: &Origin) -> Result<(), DbErr> {
    let now = core.clock.now();
    let recent = |it: DateTime<Utc>| now < it + NOTED_EVERY;
    if bearer.noted_at.is_some_and(recent) {
        return Ok(());
    }
    let unknown = Condition::any()
        .add(api_token::Column::LastUsedAt.is_null())
        .add(api_token::Column::LastUsedAt.lte(now - NOTED_EVERY));
    let tx = core.db.system().begin().await?;
    api_token::Entity::update_many()
        .col_expr(api_token::Column::LastUsedAt, Expr::value(now))
        .col_expr(
            api_token::Column::LastUsedAddress,
            Expr::value(origin.address.map(|it| it.to_string())),
        )
        .filter(api_token::Column::Id.eq(bearer.token))
        // Of those that come at once, one writes.
        .filter(unknown)
        .exec(&*tx)
        .await?;
    tx.commit().await
}

/// Ends every token of a user that was not ended, also where it is being used: those that it ended.
///
/// # Errors
/// [`DbErr`].
pub async fn end_all(
    tx: &Tx,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<api_token::Model>, DbErr> {
    let ended = store::revoke_tokens(tx, user, now).await?;
    for token in &ended {
        tx.ring(token.id.0);
    }
    Ok(ended)
}

#[cfg(test)]
mod tests {
    use super::Fresh;
    use super::is_well_formed;
    use crate::platform::random::Random;

    #[test]
    fn a_token_is_known_by_its_form_and_never_printed() {
        let fresh = Fresh::make(&Random::seeded(7)).unwrap();
        assert_eq!(format!("{fresh:?}"), "twz_…");
        assert_eq!(fresh.prefix().len(), 12);
        let token = fresh.shown();
        assert_eq!(token.len(), 54);
        assert!(
            token
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'_')
        );
        assert!(is_well_formed(&token));
        assert_ne!(token, Fresh::make(&Random::seeded(8)).unwrap().shown());
    }

    #[test]
    fn a_mistyped_token_is_none() {
        let token = Fresh::make(&Random::seeded(7)).unwrap().shown();
        for at in 4..token.len() {
            let mut typed = token.clone().into_bytes();
            typed[at] = if typed[at] == b'x' { b'y' } else { b'x' };
            assert!(!is_well_formed(&String::from_utf8(typed).unwrap()), "{at}");
        }
        let mut swapped = token.clone().into_bytes();
        swapped.swap(10, 11);
        if swapped != token.as_bytes() {
            assert!(!is_well_formed(&String::from_utf8(swapped).unwrap()));
        }
        let short: String = token.chars().take(53).collect();
        for text in ["", "twz_", "twz_é", "é".repeat(27).as_str(), &short] {
            assert!(!is_well_formed(text), "{text}");
        }
        assert!(!is_well_formed(&format!("{token}0")));
    }
}
