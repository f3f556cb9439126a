//! What whoever has a code is told: how the certificate stands, and what the holder lets be shown of it.
//!
//! A code that was mistyped, was never issued, or opens nothing any more are all answered alike: there is none. Of a
//! certificate that was taken back nothing is told but that.

use std::collections::HashSet;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::certificate;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use entity::types::ConsentPurpose;
use entity::types::RevocationReason;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;

use crate::certificates::code::Code;
use crate::certificates::content;
use crate::certificates::content::Share;
use crate::certificates::shown::Detail;
use crate::certificates::shown::Shown;
use crate::certificates::status;
use crate::certificates::status::Status;
use crate::certificates::store;
use crate::consents;
use crate::identity::Core;
use crate::platform::i18n::Locale;

/// Under which path of the server certificates are checked.
pub const PATH: &str = "/verify";

/// A certificate as third parties may see it.
#[derive(Clone, Debug)]
pub struct Verified {
    row: certificate::Model,
    shown: Shown,
    status: Status,
    successor: Option<Code>,
    at: DateTime<Utc>,
}

/// Looks a code up as somebody typed it; `None` where it opens nothing.
///
/// # Errors
/// [`DbErr`].
pub async fn verify(core: &Core, typed: &str) -> Result<Option<Verified>, DbErr> {
    let Some(code) = Code::read(typed) else {
        return Ok(None);
    };
    // All of it as of one moment, while others write.
    let db = &core.db.system().snapshot().await?;
    let Some(row) = store::by_code(db, &code).await? else {
        return Ok(None);
    };
    let stands = status::of(db, std::slice::from_ref(&row)).await?;
    let status = stands.get(&row.id).copied().unwrap_or(Status::Superseded);
    let nameless = nameless(db, std::slice::from_ref(&row)).await?;
    let shown = match nameless.contains(&row.volunteer_id) {
        true => Shown::read(&row.shown).without(Detail::Name),
        false => Shown::read(&row.shown),
    };
    let named = status == Status::Superseded && shown.has(Detail::Successor);
    let successor = match named {
        true => status::successor(db, &row).await?,
        false => None,
    };
    Ok(Some(Verified {
        row,
        shown,
        status,
        successor,
        at: core.clock.now(),
    }))
}

impl Verified {
    /// One of which it is known how it stands, without the code of a later one.
    #[must_use]
    pub fn known(row: certificate::Model, status: Status, at: DateTime<Utc>) -> Self {
        Self {
            shown: Shown::read(&row.shown),
            row,
            status,
            successor: None,
            at,
        }
    }

    /// The same without the name of the holder.
    #[must_use]
    pub fn without_name(self) -> Self {
        Self {
            shown: self.shown.without(Detail::Name),
            ..self
        }
    }
}

/// Whose certificates show no name, whatever was chosen for them: those who took back that it be shown.
///
/// # Errors
/// [`DbErr`].
pub async fn nameless(
    db: &impl ConnectionTrait,
    rows: &[certificate::Model],
) -> Result<HashSet<VolunteerId>, DbErr> {
    let holders: Vec<VolunteerId> = rows.iter().map(|it| it.volunteer_id).collect();
    consents::store::withdrawn(db, ConsentPurpose::CertificateName, &holders).await
}

/// The address at which a code is checked.
#[must_use]
pub fn address(core: &Core, code: &Code) -> String {
    format!("{}{PATH}/{code}", core.config.public_url)
}

impl Verified {
    /// Its code.
    #[must_use]
    pub fn code(&self) -> Code {
        Code::of_stored(&self.row.code)
    }

    /// How it stands.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// When that was found out.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// When it was issued.
    #[must_use]
    pub fn issued_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// Who certified.
    #[must_use]
    pub fn organization(&self) -> OrganizationId {
        self.row.organization_id
    }

    /// The name of the organization when it certified.
    #[must_use]
    pub fn organization_name(&self, locale: Locale) -> &str {
        let arabic = self.row.organization_name_ar.as_deref();
        locale.choose(&self.row.organization_name, arabic, None)
    }

    /// Language of the document.
    #[must_use]
    pub fn language(&self) -> Locale {
        Locale::parse(&self.row.language).unwrap_or_default()
    }

    /// What is shown of it; nothing of one that was taken back.
    fn told(&self, detail: Detail) -> Option<&certificate::Model> {
        self.certified().filter(|_| self.shown.has(detail))
    }

    fn certified(&self) -> Option<&certificate::Model> {
        (self.status != Status::Revoked).then_some(&self.row)
    }

    /// First and last civil day of the interval.
    #[must_use]
    pub fn interval(&self) -> Option<(NaiveDate, NaiveDate)> {
        self.certified().map(|it| (it.from_day, it.to_day))
    }

    /// The minutes that were certified.
    #[must_use]
    pub fn minutes(&self) -> Option<i64> {
        self.certified().map(|it| it.minutes)
    }

    /// The name of the holder when it was certified.
    #[must_use]
    pub fn holder_name(&self, locale: Locale) -> Option<&str> {
        let row = self.told(Detail::Name)?;
        let name = row.holder_name.as_deref()?;
        Some(locale.choose(name, row.holder_name_ar.as_deref(), None))
    }

    /// First and last day with work.
    #[must_use]
    pub fn days(&self) -> Option<(NaiveDate, NaiveDate)> {
        let row = self.told(Detail::Days);
        row.map(|it| (it.first_day, it.last_day))
    }

    /// Minutes by project, with the titles of then.
    #[must_use]
    pub fn projects(&self) -> Option<Vec<Share>> {
        let row = self.told(Detail::Projects);
        row.map(|it| content::read(&it.projects))
    }

    /// When and why it was taken back.
    #[must_use]
    pub fn revocation(&self) -> Option<(DateTime<Utc>, RevocationReason)> {
        self.row.revoked_at.zip(self.row.revocation_reason)
    }

    /// The code of a later valid certificate that takes the place of a superseded one, where the holder lets it be named.
    #[must_use]
    pub fn successor(&self) -> Option<&Code> {
        self.successor.as_ref()
    }
}
