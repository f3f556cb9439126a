//! Acts on certificates: issue, choose what is shown, take back.
//!
//! What decides is in `certificates`.

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use entity::ids::CertificateId;
use entity::ids::OrganizationId;
use entity::ids::VolunteerId;

use crate::certificates::CertificateError;
use crate::certificates::Detail;
use crate::certificates::Shown;
use crate::certificates::issue;
use crate::certificates::revoke;
use crate::certificates::revoke::Revocation;
use crate::graphql::certificates::certificate::Certificate;
use crate::graphql::certificates::certificate::CertificateDetail;
use crate::graphql::certificates::certificate::CertificateRevocationReason;
use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::error::changed_meanwhile;
use crate::graphql::loaders;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::Date;
use crate::graphql::scalars::Locale;

/// Hours to certify.
#[derive(Debug, InputObject)]
struct IssueCertificatesInput {
    /// Who certifies.
    organization_id: ID,
    /// Whose hours: 1 to 100 volunteers of the organization. A record that was merged stands for the one that took it
    /// over.
    volunteer_ids: Vec<ID>,
    /// First civil day of work that counts.
    from: Date,
    /// Last civil day of work that counts, inclusive; not in the future.
    to: Date,
    /// Language of the documents; by default that of each volunteer's account, or else that of the request.
    language: Option<Locale>,
    /// What the holders said that may be shown to whoever has the code, beyond organization, interval, minutes and
    /// status; nothing by default. Holders with an account may choose otherwise later: of whoever did so on a
    /// certificate of the organization, a new one shows no more than they chose last.
    shown: Option<Vec<CertificateDetail>>,
    /// Makes a repeated request have one effect, for each volunteer by itself; at most 200 characters.
    idempotency_key: Option<String>,
}

/// What became of one volunteer.
#[derive(SimpleObject)]
struct IssueCertificateResult {
    /// The certificate; null when refused.
    certificate: Option<Certificate>,
    /// Why there is none; empty when there is.
    user_errors: Vec<UserError>,
}

/// What became of the volunteers.
#[derive(SimpleObject)]
struct IssueCertificatesPayload {
    /// One result for each volunteer, in the order given; empty when the whole was refused.
    results: Vec<IssueCertificateResult>,
    /// Why the whole was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What is shown of a certificate.
#[derive(Debug, InputObject)]
struct UpdateCertificateInput {
    /// The certificate.
    id: ID,
    /// What is shown from now on to whoever has the code, beyond organization, interval, minutes and status. The holder
    /// chooses freely; the organization shows nothing that was not shown before.
    shown: Vec<CertificateDetail>,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present one.
    expected_version: Option<i32>,
}

/// A certificate to take back.
#[derive(Debug, InputObject)]
struct RevokeCertificateInput {
    /// The certificate.
    id: ID,
    /// Why; everybody who has the code is told.
    reason: CertificateRevocationReason,
    /// Why, in words, for the organization and the holder; at most 500 characters.
    comment: Option<String>,
    /// The version that the caller saw; refused with `VERSION_CONFLICT` where it is not the present one.
    expected_version: Option<i32>,
}

/// The certificate.
#[derive(SimpleObject)]
struct UpdateCertificatePayload {
    /// The certificate; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    certificate: Option<Certificate>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The certificate that was taken back.
#[derive(SimpleObject)]
struct RevokeCertificatePayload {
    /// The certificate; null when refused, except for `VERSION_CONFLICT`: then as it is now.
    certificate: Option<Certificate>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on certificates.
#[derive(Debug, Default)]
pub struct CertificateMutations;

/// Acts on certificates.
#[Object]
impl CertificateMutations {
    /// Certifies the approved hours of volunteers in an interval, one certificate each. Needs a coordinator of the
    /// organization. Whoever has no approved hours there gets none.
    async fn issue_certificates(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Whose hours, when, and what is shown of it.")]
        input: IssueCertificatesInput,
    ) -> Result<IssueCertificatesPayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let asked = issue::Asked {
                organization: OrganizationId::input(&input.organization_id, "organizationId")?,
                volunteers: input.volunteer_ids.iter().map(VolunteerId::read).collect(),
                from: input.from.0,
                to: input.to.0,
                language: input.language.map(|it| it.0),
                shown: shown(input.shown.unwrap_or_default()),
            };
            issue::issue(ctx, &asked, input.idempotency_key.as_deref()).await
        };
        let (outcomes, user_errors) = answered(ctx, outcome.await)?;
        let result = |outcome| {
            let (certificate, user_errors) = answered::<_, CertificateError>(ctx, outcome)?;
            Ok(IssueCertificateResult {
                certificate: certificate.map(Certificate),
                user_errors,
            })
        };
        let results = outcomes.into_iter().flatten().map(result);
        Ok(IssueCertificatesPayload {
            results: results.collect::<Result<_>>()?,
            user_errors,
        })
    }

    /// Chooses what whoever has the code of a certificate is shown: the holder freely, the organization only less than
    /// before.
    async fn update_certificate(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The certificate and what is shown.")] input: UpdateCertificateInput,
    ) -> Result<UpdateCertificatePayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = CertificateId::input(&input.id, "id")?;
            revoke::show(ctx, id, &shown(input.shown), input.expected_version).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(UpdateCertificatePayload {
            certificate: match changed_meanwhile(&user_errors) {
                true => present(gql, &input.id).await?,
                false => done.map(Certificate),
            },
            user_errors,
        })
    }

    /// Takes a certificate back for good; whoever has the code is told so from now on. Needs a coordinator of the
    /// organization.
    async fn revoke_certificate(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The certificate and the reason.")] input: RevokeCertificateInput,
    ) -> Result<RevokeCertificatePayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let what = Revocation {
                id: CertificateId::input(&input.id, "id")?,
                reason: input.reason.into(),
                comment: input.comment,
                expected: input.expected_version,
            };
            revoke::revoke(ctx, &what).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        Ok(RevokeCertificatePayload {
            certificate: match changed_meanwhile(&user_errors) {
                true => present(gql, &input.id).await?,
                false => done.map(Certificate),
            },
            user_errors,
        })
    }
}

fn shown(details: Vec<CertificateDetail>) -> Shown {
    details.into_iter().map(Detail::from).collect()
}

/// The certificate as it is now.
async fn present(gql: &Context<'_>, id: &ID) -> Result<Option<Certificate>> {
    match CertificateId::read(id) {
        Some(id) => Ok(loaders::one(gql, id).await?.map(Certificate)),
        None => Ok(None),
    }
}
