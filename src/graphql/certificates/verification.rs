//! `verifyCertificate`: what whoever has a code is told, without an account.
//!
//! What that is, is decided in `certificates::verify`; the page says the same.

use async_graphql::Context;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;

use crate::certificates::credential;
use crate::certificates::document;
use crate::certificates::verify;
use crate::certificates::verify::Verified;
use crate::graphql::certificates::certificate::CertificateRevocationReason;
use crate::graphql::certificates::certificate::CertificateStatus;
use crate::graphql::context::Gql;
use crate::graphql::error::fault;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Locale;
use crate::graphql::scalars::Minutes;

/// What whoever has the code of a certificate is told: how it stands, and what the holder lets be shown. Of one that was
/// taken back, nothing is told but that.
pub struct CertificateVerification(Verified);

/// What whoever has the code of a certificate is told: how it stands, and what the holder lets be shown. Of one that was
/// taken back, nothing is told but that.
#[Object]
impl CertificateVerification {
    /// The code, in groups of four.
    async fn code(&self) -> String {
        self.0.code().to_string()
    }

    /// How it stands.
    async fn status(&self) -> CertificateStatus {
        self.0.status().into()
    }

    /// When that was found out.
    async fn checked_at(&self) -> DateTime {
        DateTime(self.0.at())
    }

    /// When it was issued.
    async fn issued_at(&self) -> DateTime {
        DateTime(self.0.issued_at())
    }

    /// The name of the organization when it certified.
    async fn organization_name(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<&str> {
        let locale = gql.spoken(locale)?;
        Ok(self.0.organization_name(locale))
    }

    /// First civil day of work that counts; null where it was taken back.
    async fn from(&self) -> Option<Date> {
        self.0.interval().map(|it| Date(it.0))
    }

    /// Last civil day of work that counts, inclusive; null where it was taken back.
    async fn to(&self) -> Option<Date> {
        self.0.interval().map(|it| Date(it.1))
    }

    /// The approved minutes that were certified; null where it was taken back.
    async fn minutes(&self) -> Option<Minutes> {
        self.0.minutes().map(Minutes)
    }

    /// The name of the holder; null where it is not shown.
    async fn holder_name(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The language; that of the request by default.")] locale: Option<Locale>,
    ) -> Result<Option<&str>> {
        let locale = gql.spoken(locale)?;
        Ok(self.0.holder_name(locale))
    }

    /// First day with approved work; null where it is not shown.
    async fn first_day(&self) -> Option<Date> {
        self.0.days().map(|it| Date(it.0))
    }

    /// Last day with approved work; null where it is not shown.
    async fn last_day(&self) -> Option<Date> {
        self.0.days().map(|it| Date(it.1))
    }

    /// The certified minutes by project, which add up to `minutes`; null where they are not shown.
    async fn projects(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Language of the titles; that of the request by default.")] locale: Option<
            Locale,
        >,
    ) -> Result<Option<Vec<VerifiedProject>>> {
        let locale = gql.spoken(locale)?;
        let shares = self.0.projects();
        Ok(shares.map(|all| {
            all.iter()
                .map(|share| VerifiedProject {
                    title: document::title(share, locale).to_owned(),
                    minutes: Minutes(share.minutes),
                })
                .collect()
        }))
    }

    /// Since when it is taken back; null while it is not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revocation().map(|it| DateTime(it.0))
    }

    /// Why it was taken back; null while it is not.
    async fn revocation_reason(&self) -> Option<CertificateRevocationReason> {
        self.0.revocation().map(|it| it.1.into())
    }

    /// The code of a later valid certificate that takes its place; null where there is none or it is not shown.
    async fn superseded_by(&self) -> Option<String> {
        self.0.successor().map(ToString::to_string)
    }

    /// The signed file, a W3C Verifiable Credential that is an Open Badges 3.0 credential; null while the certificate is
    /// not valid. Its keys are those of `/.well-known/jwks.json`.
    async fn credential(&self, gql: &Context<'_>) -> Result<Option<String>> {
        let ctx = gql.op()?;
        credential::signed(ctx.core(), &self.0).map_err(|it| fault(ctx, &it))
    }
}

/// What was certified of one project.
#[derive(Clone, Debug, SimpleObject)]
struct VerifiedProject {
    /// Its title when the certificate was issued.
    title: String,
    /// Approved minutes.
    minutes: Minutes,
}

/// The check of certificates.
#[derive(Debug, Default)]
pub struct VerificationQueries;

/// The check of certificates.
#[Object]
impl VerificationQueries {
    /// Checks a certificate by its code, without an account; null where no certificate has it. Case, spaces and hyphens
    /// do not matter, O stands for 0, I and L for 1.
    async fn verify_certificate(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The code, as it is printed on the certificate.")] code: String,
    ) -> Result<Option<CertificateVerification>> {
        let ctx = gql.op()?;
        let found = verify::verify(ctx.core(), &code).await;
        let found = found.map_err(|it| fault(ctx, &it))?;
        Ok(found.map(CertificateVerification))
    }
}
