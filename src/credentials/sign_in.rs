//! Making an account, and signing in.
//!
//! Whoever guesses learns nothing from an answer, nor from what it costs: an unknown address, a closed account and a wrong
//! password are answered alike, with the same work.

use entity::second_factor;
use entity::user_account;

use crate::audit;
use crate::audit::Line;
use crate::config::EmailVerification;
use crate::credentials::CredentialError;
use crate::credentials::address;
use crate::credentials::factor;
use crate::credentials::store;
use crate::identity::Authenticator;
use crate::identity::Ctx;
use crate::identity::IdentityError;
use crate::identity::account;
use crate::identity::account::NewAccount;
use crate::identity::attempts;
use crate::identity::attempts::Counter;
use crate::identity::attempts::Taken;
use crate::identity::hashing;
use crate::identity::tokens::Tokens;
use crate::platform::db::Tx;
use crate::platform::i18n::Locale;

/// An account that was asked for.
#[derive(Debug)]
pub enum SignedUp {
    /// It was made, and is signed in.
    In(Box<user_account::Model>, Tokens),
    /// A letter goes to its address: one that verifies it, or one that says that it has an account.
    Emailed,
}

/// What somebody says of the account that they want.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// Its address.
    pub email: &'a str,
    /// How others see the user.
    pub display_name: &'a str,
    /// Its password.
    pub password: &'a str,
    /// Language of messages.
    pub locale: Locale,
}

impl std::fmt::Debug for Wanted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Wanted({})", self.locale.tag())
    }
}

/// Creates an account and signs it in. Where addresses have to be verified first nobody is signed in, and the answer is the
/// same whether the address has an account or not.
///
/// # Errors
/// [`IdentityError::Invalid`] with everything that is wrong; [`IdentityError::Taken`] when the address has an account: how
/// often one hears that is counted by network.
pub async fn sign_up(
    ctx: &Ctx,
    authenticator: &Authenticator,
    wanted: Wanted<'_>,
) -> Result<SignedUp, CredentialError> {
    // Who asks for one address after the other would learn which have accounts. Before the password is hashed, which costs
    // most of all: whoever has to wait causes nothing of it.
    let taken = attempts::take(ctx, vec![Counter::taken(ctx)]).await?;
    let Wanted {
        email,
        display_name,
        password,
        locale,
    } = wanted;
    let new = match NewAccount::parse(ctx, email, display_name, password, locale).await {
        Ok(new) => new,
        Err(refused) => {
            ctx.transaction(async |tx| attempts::succeeded(tx, taken).await)
                .await?;
            return Err(refused.into());
        }
    };
    if must_verify(ctx) {
        return emailed(ctx, new, taken).await;
    }
    ctx.transaction(async |tx| {
        let account = create(ctx, tx, new).await?;
        attempts::succeeded(tx, taken).await?;
        attempts::remember(ctx, tx, &account.email).await?;
        if ctx.core().config.identity.email_verification == EmailVerification::Letter {
            address::send(ctx, tx, account.id, &account.email).await?;
        }
        let tokens = authenticator.open(ctx, tx, account.id).await?;
        Ok(SignedUp::In(Box::new(account), tokens))
    })
    .await
}

async fn create(ctx: &Ctx, tx: &Tx, new: NewAccount) -> Result<user_account::Model, IdentityError> {
    let account = account::create(ctx, tx, new).await?;
    let line = Line {
        action: "account.create",
        organization: None,
        subject: ("User", Some(account.id.0)),
        details: None,
    };
    audit::record(ctx, tx, line).await?;
    Ok(account)
}

/// Either letter is asked for with the same statements, or nearly: the password was hashed before in both cases.
async fn emailed(ctx: &Ctx, new: NewAccount, taken: Taken) -> Result<SignedUp, CredentialError> {
    let known = account::by_email(ctx, &new.email).await?;
    let made = ctx
        .transaction(async |tx| {
            // Nobody heard of an address that is taken.
            attempts::succeeded(tx, taken).await?;
            match known {
                Some(account) => address::tell_of_sign_up(ctx, tx, account.id).await?,
                None => {
                    let account = create(ctx, tx, new).await?;
                    address::send(ctx, tx, account.id, &account.email).await?;
                }
            }
            Ok(SignedUp::Emailed)
        })
        .await;
    match made {
        // Somebody else was faster by a moment.
        Err(CredentialError::Identity(IdentityError::Taken)) => Ok(SignedUp::Emailed),
        made => made,
    }
}

/// Whether nobody signs in with an address that is not verified.
pub(super) fn must_verify(ctx: &Ctx) -> bool {
    let config = &ctx.core().config;
    config.mail.is_set_up() && config.identity.email_verification == EmailVerification::Required
}

/// What somebody signs in with.
#[derive(Clone, Copy)]
pub struct Proof<'a> {
    /// The address of the account.
    pub email: &'a str,
    /// Its password.
    pub password: &'a str,
    /// A code of the second factor, where one is on.
    pub code: Option<&'a str>,
}

impl std::fmt::Debug for Proof<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proof")
    }
}

/// Signs a user in. Where a second factor is on there is no session without a code of it.
///
/// # Errors
/// [`IdentityError::Credentials`] whether the address is unknown, the password wrong or the account
/// disabled; [`IdentityError::Attempts`] after too many failures; [`CredentialError::CodeNeeded`] and
/// [`CredentialError::Code`] once the password is right.
pub async fn sign_in(
    ctx: &Ctx,
    authenticator: &Authenticator,
    proof: Proof<'_>,
) -> Result<(user_account::Model, Tokens), CredentialError> {
    let email = proof.email.trim().to_lowercase();
    let taken = attempts::sign_in(ctx, &email).await?;
    let account = account::by_email(ctx, &email).await?;
    if let Some(account) = &account {
        ctx.notes().about(account.id);
    }
    let stored = account.as_ref().map(|it| it.password_hash.clone());
    let fits = hashing::verify(ctx.core(), proof.password.to_owned(), stored).await?;
    let account = account.filter(|it| fits && it.disabled_at.is_none());
    let account = account.ok_or(IdentityError::Credentials)?;
    if account.email_verified_at.is_none() && must_verify(ctx) {
        ctx.transaction(async |tx| {
            attempts::succeeded(tx, taken).await?;
            address::send(ctx, tx, account.id, &account.email).await
        })
        .await?;
        return Err(CredentialError::Unverified);
    }
    let factor = factor::required(ctx, account.id).await?;
    let (code, taken) = match (&factor, proof.code) {
        (None, _) => (None, vec![taken]),
        (Some(_), None) => {
            ctx.transaction(async |tx| attempts::succeeded(tx, taken).await)
                .await?;
            return Err(CredentialError::CodeNeeded);
        }
        (Some(_), Some(code)) => {
            let counter = Counter::code(ctx.core(), account.id);
            let more = attempts::take(ctx, vec![counter]).await?;
            (Some(code), vec![taken, more])
        }
    };
    ctx.transaction(async |tx| {
        let account = unchanged(tx, &account, factor.as_ref()).await?;
        if let (Some(factor), Some(code)) = (factor, code) {
            factor::pass(ctx, tx, factor, code).await?;
        }
        for taken in taken {
            attempts::succeeded(tx, taken).await?;
        }
        attempts::remember(ctx, tx, &account.email).await?;
        let tokens = authenticator.open(ctx, tx, account.id).await?;
        Ok((account, tokens))
    })
    .await
}

/// The account as it is now, held until the transaction ends. While the password was compared somebody may have closed it, set
/// another password or switched a second factor on, whose sessions ended: none begins after that with what was before.
///
/// # Errors
/// [`IdentityError::Credentials`] where the account is another now, [`CredentialError::CodeNeeded`] where its second factor is.
pub(super) async fn unchanged(
    tx: &Tx,
    seen: &user_account::Model,
    factor: Option<&second_factor::Model>,
) -> Result<user_account::Model, CredentialError> {
    let held = store::hold_account(tx, seen.id).await?;
    let held = held.filter(|it| it.password_hash == seen.password_hash);
    let held = held.ok_or(IdentityError::Credentials)?;
    let now = store::factor(&**tx, seen.id).await?;
    let now = now.filter(|it| it.confirmed_at.is_some());
    // A secret is known by when it was made: another one may stand in its place.
    if now.map(|it| it.created_at) != factor.map(|it| it.created_at) {
        return Err(CredentialError::CodeNeeded);
    }
    Ok(held)
}
