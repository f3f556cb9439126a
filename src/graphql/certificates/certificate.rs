//! Certificates as those see them who issue and hold them.
//!
//! What third parties see is in `verification`; what makes and changes them, in `acts`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::Enum;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::dataloader::Loader;
use entity::certificate;
use entity::ids::CertificateId;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;
use sea_orm::DbErr;

use crate::certificates;
use crate::certificates::Code;
use crate::certificates::Shown;
use crate::certificates::content;
use crate::certificates::content::Share;
use crate::certificates::credential;
use crate::certificates::document;
use crate::certificates::printed;
use crate::certificates::status;
use crate::certificates::store;
use crate::certificates::verify;
use crate::graphql::connection::Connection;
use crate::graphql::connection::PageArguments;
use crate::graphql::connection::total;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::organizations::Organization;
use crate::graphql::projects::Project;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Locale;
use crate::graphql::scalars::Minutes;
use crate::graphql::scalars::Url;
use crate::graphql::volunteers::Volunteer;
use crate::platform::i18n;

/// The order of the list.
const BY_INSTANT: &str = "certificates.created_at.desc";

/// How a certificate stands, found out at each look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "certificates::Status")]
pub enum CertificateStatus {
    /// The approved hours come to what it says.
    Valid,
    /// The hours behind it changed since it was issued: it says what was true then.
    Superseded,
    /// The organization took it back.
    Revoked,
}

/// What whoever has the code is told beyond organization, interval, minutes and status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "certificates::Detail")]
pub enum CertificateDetail {
    /// The holder's name.
    Name,
    /// The projects, each with its minutes.
    Projects,
    /// The first and the last day of work.
    Days,
    /// The code of a later certificate that takes the place of this one.
    Successor,
}

/// Why a certificate was taken back. Everybody who has its code is told this, and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::types::RevocationReason")]
pub enum CertificateRevocationReason {
    /// It should not have been issued, or not so.
    IssuedInError,
    /// The holder asked for it.
    HolderRequest,
    /// Anything else.
    Other,
}

/// A signed statement of a volunteer's approved hours. Personal data: seen by those who issue certificates of the
/// organization and by the holder. Whoever has the code sees through `verifyCertificate` what the holder lets be shown.
#[derive(Clone, Debug)]
pub struct Certificate(pub certificate::Model);

/// A signed statement of a volunteer's approved hours. Personal data: seen by those who issue certificates of the
/// organization and by the holder. Whoever has the code sees through `verifyCertificate` what the holder lets be shown.
#[Object]
impl Certificate {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// By what anybody checks it, in groups of four. It cannot be guessed: whoever has it, has it from the holder or the
    /// organization.
    async fn code(&self) -> String {
        Code::of_stored(&self.0.code).to_string()
    }

    /// The page on which it is checked, for people and programs.
    async fn url(&self, gql: &Context<'_>) -> Result<Url> {
        let code = Code::of_stored(&self.0.code);
        Ok(Url(verify::address(gql.op()?.core(), &code)))
    }

    /// The signed file: a W3C Verifiable Credential that is an Open Badges 3.0 credential. There is one while the
    /// certificate is valid.
    async fn credential_url(&self, gql: &Context<'_>) -> Result<Url> {
        let code = Code::of_stored(&self.0.code);
        let url = verify::address(gql.op()?.core(), &code);
        Ok(Url(format!("{url}{}", credential::ENDING)))
    }

    /// The page to print, a PDF with a QR code in the language of the certificate; `?lang=` takes another. It says what
    /// `url` says to whoever has the code, no more. There is one while the certificate is valid.
    async fn pdf_url(&self, gql: &Context<'_>) -> Result<Url> {
        let code = Code::of_stored(&self.0.code);
        let url = verify::address(gql.op()?.core(), &code);
        Ok(Url(format!("{url}{}", printed::ENDING)))
    }

    /// Who certifies; null to a holder who left it.
    async fn organization(&self, gql: &Context<'_>) -> Result<Option<Organization>> {
        let found = loaders::one(gql, self.0.organization_id).await?;
        Ok(found.map(Organization))
    }

    /// Whose hours they are, by the record that stood for the person when it was issued; null to a holder who left the
    /// organization.
    async fn volunteer(&self, gql: &Context<'_>) -> Result<Option<Volunteer>> {
        Ok(loaders::one(gql, self.0.volunteer_id).await?.map(Volunteer))
    }

    /// The name of the holder when it was issued; null once it was erased.
    async fn holder_name(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<Option<&str>> {
        let locale = gql.spoken(locale)?;
        let arabic = self.0.holder_name_ar.as_deref();
        let name = self.0.holder_name.as_deref();
        Ok(name.map(|it| locale.choose(it, arabic, None)))
    }

    /// Language of the document.
    async fn language(&self) -> Locale {
        Locale(i18n::Locale::parse(&self.0.language).unwrap_or_default())
    }

    /// First civil day of work that counts.
    async fn from(&self) -> Date {
        Date(self.0.from_day)
    }

    /// Last civil day of work that counts, inclusive.
    async fn to(&self) -> Date {
        Date(self.0.to_day)
    }

    /// The approved minutes that were certified, each on the civil day on which it was worked.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.minutes)
    }

    /// Approved hour entries that were certified.
    async fn entries(&self) -> i32 {
        self.0.entries
    }

    /// First day with approved work.
    async fn first_day(&self) -> Date {
        Date(self.0.first_day)
    }

    /// Last day with approved work.
    async fn last_day(&self) -> Date {
        Date(self.0.last_day)
    }

    /// The certified minutes by project; they add up to `minutes`.
    async fn projects(&self) -> Vec<CertificateProject> {
        let shares = content::read(&self.0.projects);
        shares.into_iter().map(CertificateProject).collect()
    }

    /// How it stands, compared with the hours as they are now.
    async fn status(&self, gql: &Context<'_>) -> Result<CertificateStatus> {
        let found = loaders::one(gql, StatusOf(self.0.id)).await?;
        Ok(found.unwrap_or(certificates::Status::Superseded).into())
    }

    /// What whoever has the code is told beyond organization, interval, minutes and status. The holder chooses.
    async fn shown(&self) -> Vec<CertificateDetail> {
        let shown = Shown::read(&self.0.shown);
        shown.details().map(Into::into).collect()
    }

    /// Number of the last event of the organization's ledger when it was issued: the hours up to there were certified.
    async fn ledger_sequence(&self) -> i64 {
        self.0.ledger_sequence
    }

    /// Since when it is taken back; null while it is not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }

    /// Why it was taken back, as everybody who has the code is told; null while it is not.
    async fn revocation_reason(&self) -> Option<CertificateRevocationReason> {
        self.0.revocation_reason.map(Into::into)
    }

    /// Why it was taken back, in words, for the organization and the holder; null where nothing was said.
    async fn revocation_comment(&self) -> Option<&str> {
        self.0.revocation_comment.as_deref()
    }

    /// When it was issued.
    async fn issued_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Counts the changes; for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }
}

/// What was certified of one project.
pub struct CertificateProject(Share);

/// What was certified of one project.
#[Object]
impl CertificateProject {
    /// Its title when the certificate was issued.
    async fn title(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<&str> {
        let locale = gql.spoken(locale)?;
        Ok(document::title(&self.0, locale))
    }

    /// The project as it is now; null where the caller may not see it.
    async fn project(&self, gql: &Context<'_>) -> Result<Option<Project>> {
        Ok(loaders::one(gql, self.0.project).await?.map(Project))
    }

    /// Approved minutes.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0.minutes)
    }
}

/// Certificates by id, at most one statement a level.
impl Loader<CertificateId> for Reader {
    type Value = certificate::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[CertificateId],
    ) -> std::result::Result<HashMap<CertificateId, certificate::Model>, Arc<DbErr>> {
        let found = store::by_ids(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Asks how a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StatusOf(CertificateId);

/// How certificates stand, as many statements for many as for one.
impl Loader<StatusOf> for Reader {
    type Value = certificates::Status;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[StatusOf],
    ) -> std::result::Result<HashMap<StatusOf, certificates::Status>, Arc<DbErr>> {
        let ids: Vec<CertificateId> = asked.iter().map(|it| it.0).collect();
        let rows = store::by_ids(self.ctx.read(), self.ctx.scope(), &ids).await?;
        let found = status::of(self.ctx.read(), &rows).await?.into_iter();
        Ok(found.map(|(id, it)| (StatusOf(id), it)).collect())
    }
}

/// Which certificates to list; an absent part does not narrow. Valid and superseded ones are told apart when they are
/// looked at, so that no list can be narrowed to either.
#[derive(Debug, Default, InputObject)]
struct CertificateFilter {
    /// Of this organization.
    organization_id: Option<ID>,
    /// Of this volunteer. A record that was merged stands for the one that took it over, with all that were merged into
    /// that one.
    volunteer_id: Option<ID>,
    /// Only those taken back, or only those that are not; all by default.
    revoked: Option<bool>,
}

/// Queries of certificates.
#[derive(Debug, Default)]
pub struct CertificateQueries;

/// Queries of certificates.
#[Object]
impl CertificateQueries {
    /// Certificates, the newest first: your own as a volunteer, also of organizations that you left, and those of
    /// organizations in which you issue certificates.
    async fn certificates(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which ones; all by default.")] filter: Option<CertificateFilter>,
        #[graphql(desc = "At most this many from the start, 1 to 100; 20 by default.")]
        first: Option<i32>,
        #[graphql(desc = "Only those after this cursor; with `first`.")] after: Option<String>,
        #[graphql(desc = "At most this many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor; with `last`.")] before: Option<String>,
    ) -> Result<Connection<Certificate>> {
        let ctx = gql.signed_in()?;
        let asked = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = asked.page::<store::Place>(BY_INSTANT)?;
        let filter = filter.unwrap_or_default();
        let volunteer = VolunteerId::optional(filter.volunteer_id.as_ref(), "volunteerId")?;
        let volunteers = match volunteer {
            Some(id) => {
                let together = store::together(ctx.read(), &[id]).await;
                let together = together.map_err(|it| fault(ctx, &it))?;
                Some(together.into_keys().collect())
            }
            None => None,
        };
        let filter = store::Filter {
            organization: OrganizationId::optional(
                filter.organization_id.as_ref(),
                "organizationId",
            )?,
            volunteers,
            revoked: filter.revoked,
        };
        let slice = store::list(ctx.read(), ctx.scope(), &filter, &page).await;
        Ok(Connection::new(
            slice.map_err(|it| fault(ctx, &it))?,
            BY_INSTANT,
            |it| (it.created_at, it.id),
            Certificate,
            total(ctx, move |ctx| {
                let filter = filter.clone();
                async move { store::count(ctx.read(), ctx.scope(), &filter).await }
            }),
        ))
    }
}
