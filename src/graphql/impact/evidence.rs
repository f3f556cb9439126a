//! Files that show what was measured, as clients see them, and the acts on them.
//!
//! What a file may be is in `impact::evidence`; the files themselves are served by `http::files`.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::ID;
use async_graphql::InputObject;
use async_graphql::Object;
use async_graphql::Result;
use async_graphql::SimpleObject;
use async_graphql::dataloader::Loader;
use entity::evidence_file;
use entity::ids::EvidenceId;
use entity::ids::MeasurementId;
use sea_orm::DbErr;

use crate::graphql::context::Gql;
use crate::graphql::error::UserError;
use crate::graphql::error::answered;
use crate::graphql::identity::User;
use crate::graphql::impact::measurement::Measurement;
use crate::graphql::loaders;
use crate::graphql::loaders::Reader;
use crate::graphql::node::NodeId;
use crate::graphql::scalars::DateTime;
use crate::graphql::scalars::Url;
use crate::impact::evidence;
use crate::impact::evidence::NewEvidence;
use crate::impact::evidence::store;
use crate::jobs::link;

/// A file that shows what was measured.
#[derive(Clone, Debug)]
pub struct EvidenceFile(pub evidence_file::Model);

/// A file that shows what was measured. Whoever sees the measurement sees it: it should name nobody who need not
/// be named.
#[Object]
impl EvidenceFile {
    /// Global id.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Its name, without folders, ending as files of its kind do.
    async fn file_name(&self) -> &str {
        &self.0.file_name
    }

    /// What it is, as HTTP names it; seen in its bytes.
    async fn media_type(&self) -> &str {
        &self.0.media_type
    }

    /// Bytes of it.
    async fn bytes(&self) -> i64 {
        self.0.size
    }

    /// SHA-256 of it, in hexadecimal. Of a picture with something behind its end, of the picture alone.
    async fn sha256(&self) -> String {
        let bytes = self.0.sha256.iter();
        bytes.map(|it| format!("{it:02x}")).collect()
    }

    /// A link that opens it without an account, until `urlExpiresAt`; made anew whenever it is asked for. It
    /// is a download, and never shown in a page.
    async fn url(&self, gql: &Context<'_>) -> Result<Url> {
        Ok(Url(link::made_to_evidence(gql.op()?.core(), self.0.id).0))
    }

    /// When a link that is made now ends.
    async fn url_expires_at(&self, gql: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(
            link::made_to_evidence(gql.op()?.core(), self.0.id).1,
        ))
    }

    /// Who brought it; null where the caller does not see them.
    async fn attached_by(&self, gql: &Context<'_>) -> Result<Option<User>> {
        match self.0.attached_by {
            Some(id) => Ok(loaders::one(gql, id).await?.map(User)),
            None => Ok(None),
        }
    }

    /// When it was brought.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
}

/// Files by id, at most one statement a level.
impl Loader<EvidenceId> for Reader {
    type Value = evidence_file::Model;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        ids: &[EvidenceId],
    ) -> std::result::Result<HashMap<EvidenceId, evidence_file::Model>, Arc<DbErr>> {
        let found = store::visible(self.ctx.read(), self.ctx.scope(), ids).await?;
        Ok(found.into_iter().map(|it| (it.id, it)).collect())
    }
}

/// Asks for the files of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EvidenceOf(pub MeasurementId);

/// Files of measurements, the first one first.
impl Loader<EvidenceOf> for Reader {
    type Value = Arc<[evidence_file::Model]>;
    type Error = Arc<DbErr>;

    async fn load(
        &self,
        asked: &[EvidenceOf],
    ) -> std::result::Result<HashMap<EvidenceOf, Arc<[evidence_file::Model]>>, Arc<DbErr>> {
        let ids: Vec<MeasurementId> = asked.iter().map(|it| it.0).collect();
        let found = store::of_measurements(self.ctx.read(), self.ctx.scope(), &ids).await?;
        let found = found.into_iter();
        Ok(found
            .map(|(id, rows)| (EvidenceOf(id), rows.into()))
            .collect())
    }
}

/// The files of a measurement.
///
/// # Errors
/// A fault of ours.
pub async fn files(gql: &Context<'_>, of: MeasurementId) -> Result<Vec<EvidenceFile>> {
    let found = loaders::one(gql, EvidenceOf(of)).await?;
    let found = found.iter().flat_map(|it| it.iter());
    Ok(found.map(|it| EvidenceFile(it.clone())).collect())
}

/// A file to keep with a measurement.
#[derive(InputObject)]
struct AttachEvidenceInput {
    /// What it shows.
    measurement_id: ID,
    /// What people call it; at most 255 characters. Its ending is not believed.
    file_name: String,
    /// The file in Base64: PDF, JPEG, PNG, CSV in UTF-8, or an Excel workbook (`.xlsx`), whichever its bytes say; at
    /// most 10 MiB, or what the server is set to. Refused where it would do something of its own.
    content: String,
    /// The version of the measurement that the caller saw; refused with `VERSION_CONFLICT` where it is not the
    /// present one.
    expected_version: Option<i32>,
}

/// A file to take away.
#[derive(InputObject)]
struct RemoveEvidenceInput {
    /// The file.
    id: ID,
    /// The version of the measurement that the caller saw; refused with `VERSION_CONFLICT` where it is not the
    /// present one.
    expected_version: Option<i32>,
}

/// The file as it is kept.
#[derive(SimpleObject)]
struct AttachEvidencePayload {
    /// The file; of bytes that are there already, the one that is there. Null when refused.
    evidence: Option<EvidenceFile>,
    /// The measurement, with a new version where the file is new; null when refused.
    measurement: Option<Measurement>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// The measurement without the file.
#[derive(SimpleObject)]
struct RemoveEvidencePayload {
    /// The measurement; null when refused.
    measurement: Option<Measurement>,
    /// Why nothing was done; empty when it was.
    user_errors: Vec<UserError>,
}

/// Acts on evidence.
#[derive(Debug, Default)]
pub struct EvidenceMutations;

/// Acts on evidence.
#[Object]
impl EvidenceMutations {
    /// Keeps a file with a measurement that does not count yet; at most 20 for one. The same bytes again are the
    /// same file. Needs a coordinator of the organization.
    async fn attach_evidence(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "The file.")] input: AttachEvidenceInput,
    ) -> Result<AttachEvidencePayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let new = NewEvidence {
                measurement: MeasurementId::input(&input.measurement_id, "measurementId")?,
                file_name: input.file_name,
                content: input.content,
                expected: input.expected_version,
            };
            evidence::attach(ctx, new).await
        };
        let (done, user_errors) = answered(ctx, outcome.await)?;
        let (file, measurement) = done.unzip();
        Ok(AttachEvidencePayload {
            evidence: file.map(EvidenceFile),
            measurement: measurement.map(Measurement),
            user_errors,
        })
    }

    /// Takes a file away from a measurement that does not count yet; links to it open nothing any more. Needs a
    /// coordinator of the organization.
    async fn remove_evidence(
        &self,
        gql: &Context<'_>,
        #[graphql(desc = "Which file.")] input: RemoveEvidenceInput,
    ) -> Result<RemoveEvidencePayload> {
        let ctx = gql.signed_in()?;
        let outcome = async {
            let id = EvidenceId::input(&input.id, "id")?;
            evidence::remove(ctx, id, input.expected_version).await
        };
        let (measurement, user_errors) = answered(ctx, outcome.await)?;
        Ok(RemoveEvidencePayload {
            measurement: measurement.map(Measurement),
            user_errors,
        })
    }
}
