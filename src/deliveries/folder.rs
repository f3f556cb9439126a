//! Puts files below the folder of the settings, through one interface for disks and for buckets of S3-compatible stores.
//!
//! Which folder is the settings' and which below it the schedule's business. How a bucket is reached is in `bucket`.

use std::path::PathBuf;

use entity::artifact;
use object_store::ObjectStore;
use object_store::ObjectStoreExt;
use object_store::PutOptions;
use object_store::PutPayload;
use object_store::local::LocalFileSystem;
use object_store::path;
use sea_orm::DbErr;

use crate::config::DeliveriesConfig;
use crate::deliveries::bucket;
use crate::identity::Ctx;
use crate::jobs;

/// How much goes at once: stores want parts of five megabytes at least, and some want all of one size.
const PART: usize = 5 * 1024 * 1024;

/// Why a file was not put.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder of the settings cannot be used.
    #[error("the folder {folder} cannot be used: {cause}")]
    Unusable {
        /// The folder.
        folder: String,
        /// What the system said.
        cause: object_store::Error,
    },
    /// A bucket has no key.
    #[error("{folder} needs deliveries.s3_key_id and deliveries.s3_secret")]
    NoKey {
        /// The folder.
        folder: String,
    },
    /// The store lets nobody in with the key of the settings.
    #[error("{folder} does not let us in: {cause}")]
    Refused {
        /// The folder.
        folder: String,
        /// What the store said.
        cause: object_store::Error,
    },
    /// The process ends.
    #[error("the folder was not opened")]
    Interrupted,
    /// The file was not taken.
    #[error("{path} was not written: {cause}")]
    NotWritten {
        /// Where.
        path: String,
        /// What the system said.
        cause: object_store::Error,
    },
    /// It would not lie where it should.
    #[error("{path} is no path: {cause}")]
    Path {
        /// Where.
        path: String,
        /// Why.
        cause: path::Error,
    },
    /// There is nothing to put: the file is kept no longer.
    #[error("the file is kept no longer")]
    Gone,
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Puts a file below the folder of the settings, whole or not at all; one of the same name is replaced. A part of it is in
/// memory at a time.
///
/// # Errors
/// [`FolderError`].
pub async fn put(ctx: &Ctx, place: &str, file: &artifact::Model) -> Result<(), FolderError> {
    let config = &ctx.core().config.deliveries;
    let (store, prefix) = open(config).await?;
    let place = format!("{prefix}{place}");
    let at = path::Path::parse(&place).map_err(|cause| FolderError::Path {
        path: place.clone(),
        cause,
    })?;
    let mut parts = Parts {
        ctx,
        file,
        number: 0,
        read: Vec::new(),
        size: 0,
    };
    let first = parts.next().await?;
    let failed = |cause| failed(config, &place, cause);
    if first.len() < PART {
        parts.demand_whole()?;
        let put = store.put_opts(&at, PutPayload::from(first), PutOptions::default());
        put.await.map_err(failed)?;
        return Ok(());
    }
    let mut upload = store.put_multipart(&at).await.map_err(failed)?;
    let mut part = first;
    let sent = async {
        while !part.is_empty() {
            let put = upload.put_part(PutPayload::from(std::mem::take(&mut part)));
            put.await.map_err(failed)?;
            part = parts.next().await?;
        }
        parts.demand_whole()?;
        upload.complete().await.map_err(failed)?;
        Ok(())
    };
    let sent: Result<(), FolderError> = sent.await;
    if sent.is_err()
        && let Err(cause) = upload.abort().await
    {
        tracing::warn!(%cause, "the parts of a file were left in a store");
    }
    sent
}

/// Reads a file part by part.
struct Parts<'a> {
    ctx: &'a Ctx,
    file: &'a artifact::Model,
    number: i32,
    read: Vec<u8>,
    size: usize,
}

impl Parts<'_> {
    /// The next part: less than a whole one at the end, and nothing after it.
    async fn next(&mut self) -> Result<Vec<u8>, FolderError> {
        while self.read.len() < PART {
            let piece = jobs::store::piece(self.ctx.read(), self.file, self.number).await?;
            let Some(piece) = piece else { break };
            self.number += 1;
            self.size += piece.len();
            self.read.extend_from_slice(&piece);
        }
        let rest = self.read.split_off(self.read.len().min(PART));
        Ok(std::mem::replace(&mut self.read, rest))
    }

    /// Refuses where pieces are missing: they are taken away when a file is kept no longer.
    fn demand_whole(&self) -> Result<(), FolderError> {
        match i64::try_from(self.size) {
            Ok(size) if size == self.file.size => Ok(()),
            _ => Err(FolderError::Gone),
        }
    }
}

/// The store, and what stands before every path in it.
async fn open(config: &DeliveriesConfig) -> Result<(Box<dyn ObjectStore>, String), FolderError> {
    if let Some(bucket) = bucket::named(&config.folder) {
        return Ok((Box::new(bucket.open(config)?), bucket.prefix()));
    }
    // It must be there: made by a mistake in its name, nobody would look into it.
    let folder = PathBuf::from(&config.folder);
    // Disks may be far away.
    let opened = tokio::task::spawn_blocking(|| LocalFileSystem::new_with_prefix(folder)).await;
    let store = opened.map_err(|_ended| FolderError::Interrupted)?;
    let store = store.map_err(|cause| FolderError::Unusable {
        folder: config.folder.clone(),
        cause,
    })?;
    Ok((Box::new(store), String::new()))
}

/// Why a store did not take something.
pub(super) fn failed(
    config: &DeliveriesConfig,
    place: &str,
    cause: object_store::Error,
) -> FolderError {
    match cause {
        object_store::Error::Unauthenticated { .. }
        | object_store::Error::PermissionDenied { .. } => FolderError::Refused {
            folder: config.folder.clone(),
            cause,
        },
        cause => FolderError::NotWritten {
            path: place.to_owned(),
            cause,
        },
    }
}
