//! Why an act on an account was refused.
//!
//! Sentences are in `locales/`.

use sea_orm::DbErr;

use crate::identity::Denied;
use crate::identity::IdentityError;
use crate::platform::vault::VaultError;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;

/// Why an act on an account was refused.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// Values of the input are not acceptable.
    #[error("the input is not acceptable")]
    Invalid(Vec<Refusal>),
    /// The password is not that of the account.
    #[error("the password in {field} is not right")]
    Password {
        /// In which field it was given.
        field: &'static str,
    },
    /// The password is right, and a code of the second factor is needed besides.
    #[error("a code is needed besides")]
    CodeNeeded,
    /// The code is wrong, too old or used.
    #[error("the code is worth nothing")]
    Code,
    /// The second factor is on.
    #[error("the second factor is on")]
    FactorOn,
    /// The second factor is off, or no secret waits for its first code.
    #[error("the second factor is off")]
    FactorOff,
    /// The token of a verification is unknown, used or too old.
    #[error("the token verifies nothing")]
    Verification,
    /// The password is right, and the address has to be verified first.
    #[error("the address is not verified")]
    Unverified,
    /// There is no such provider.
    #[error("there is no such provider")]
    NoProvider,
    /// This server sends nobody back there.
    #[error("nobody is sent back there")]
    Redirect,
    /// The provider does not answer as it should.
    #[error("the provider does not answer as it should")]
    ProviderUnreachable,
    /// What came back from the provider proves nothing.
    #[error("what came back from the provider proves nothing")]
    Unproven,
    /// No account is linked with the identity.
    #[error("no account is linked with the identity")]
    Unlinked,
    /// Another account has the identity, or the account another one of the provider.
    #[error("the identity or the place of it is taken")]
    LinkTaken,
    /// No identity of the provider is linked with the account.
    #[error("no identity of the provider is linked")]
    NoLink,
    /// The provider proved who it is, and a code of the second factor is needed besides.
    #[error("a code is needed besides what the provider says")]
    FactorNeeded,
    /// The code of the second factor is wrong, too old or used.
    #[error("the code of the second factor is worth nothing")]
    FactorCode,
    /// No mail server is set up.
    #[error("no mail server is set up")]
    MailUnset,
    /// There is no such session of the actor.
    #[error("there is no such session")]
    NoSession,
    /// It changed since the version that the caller expected.
    #[error("it is at version {current} now")]
    VersionConflict {
        /// What it is at.
        current: i32,
    },
    /// A fault of ours: what was sealed cannot be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Not allowed.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Of identity.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl CredentialError {
    /// After how many seconds it may be tried again; `None` where waiting does not help.
    #[must_use]
    pub fn retry_after(&self) -> Option<i64> {
        match self {
            Self::Identity(IdentityError::Attempts { seconds }) => Some(*seconds),
            _ => None,
        }
    }
}

impl Refuse for CredentialError {
    fn refusals(&self) -> Option<Vec<Refusal>> {
        Some(match self {
            Self::Invalid(refusals) => refusals.clone(),
            Self::Password { field } => vec![Refusal::of(Code::PasswordWrong, field)],
            Self::CodeNeeded => vec![Refusal::of(Code::TotpRequired, "code")],
            Self::Code => vec![Refusal::of(Code::TotpInvalid, "code")],
            Self::FactorOn => vec![Refusal::new(Code::TotpOn)],
            Self::FactorOff => vec![Refusal::new(Code::TotpOff)],
            Self::Verification => vec![Refusal::of(Code::VerificationInvalid, "token")],
            Self::Unverified => vec![Refusal::of(Code::EmailUnverified, "email")],
            Self::NoProvider | Self::NoLink => vec![Refusal::of(Code::NotFound, "provider")],
            Self::Redirect => vec![Refusal::of(Code::RedirectRefused, "redirectUri")],
            Self::ProviderUnreachable => vec![Refusal::new(Code::ProviderUnreachable)],
            Self::Unproven => vec![Refusal::new(Code::SignInInvalid)],
            Self::Unlinked => vec![Refusal::new(Code::IdentityUnlinked)],
            Self::LinkTaken => vec![Refusal::new(Code::IdentityTaken)],
            Self::FactorNeeded => vec![Refusal::of(Code::TotpRequired, "totpCode")],
            Self::FactorCode => vec![Refusal::of(Code::TotpInvalid, "totpCode")],
            Self::MailUnset => vec![Refusal::new(Code::MailUnset)],
            Self::NoSession => vec![Refusal::of(Code::NotFound, "id")],
            Self::VersionConflict { current } => {
                vec![Refusal::of(Code::VersionConflict, "expectedVersion").with("current", current)]
            }
            Self::Denied(denied) => vec![Refusal::new(denied.code())],
            Self::Identity(cause) => return cause.refusals(),
            Self::Vault(_) | Self::Database(_) => return None,
        })
    }
}
