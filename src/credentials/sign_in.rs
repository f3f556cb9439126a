//! Making an account, and signing in.
//!
//! Whoever guesses learns nothing from an answer, nor from what it costs: an unknown address, a closed account and a wrong
//! password are answered alike, with the same work.

use entity::user_account;

use crate::config::EmailVerification;
use crate::credentials::CredentialError;
use crate::credentials::accounts;
use crate::credentials::address;
use crate::credentials::enter::Entering;
use crate::credentials::enter::enter;
use crate::credentials::enter::must_verify;
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
use crate::platform::i18n::Locale;

/// An account that was asked for.
#[derive(Debug)]
pub enum SignedUp {
    /// It was made, and is signed in; the last says whether a letter goes to its address that verifies it.
    In(Box<user_account::Model>, Tokens, bool),
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
        let account = accounts::create(ctx, tx, new).await?;
        attempts::succeeded(tx, taken).await?;
        attempts::remember(ctx, tx, &account.email).await?;
        let wanted = ctx.core().config.identity.email_verification == EmailVerification::Letter;
        let emailed = wanted && address::send(ctx, tx, account.id, &account.email).await?;
        let tokens = authenticator.open(ctx, tx, account.id).await?;
        Ok(SignedUp::In(Box::new(account), tokens, emailed))
    })
    .await
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
                    let account = accounts::create(ctx, tx, new).await?;
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
    let entering = Entering {
        account,
        taken,
        code: proof.code,
    };
    enter(ctx, authenticator, entering, async |_, _| Ok(())).await
}
