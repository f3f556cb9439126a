//! Buckets of S3-compatible stores: how one is named, and how it is reached.
//!
//! What is put there is in `folder`.

use std::time::Duration;

use object_store::BackoffConfig;
use object_store::ClientOptions;
use object_store::ObjectStoreExt;
use object_store::PutPayload;
use object_store::RetryConfig;
use object_store::aws::AmazonS3;
use object_store::aws::AmazonS3Builder;
use object_store::path;

use crate::config::DeliveriesConfig;
use crate::deliveries::folder::FolderError;
use crate::deliveries::folder::failed;

/// How a folder that is a bucket begins.
const SCHEME: &str = "s3://";
/// How long a request may take: a part of a file over a slow line.
const TIMEOUT: Duration = Duration::from_secs(300);
/// How often a request is made again at once; the work of a delivery is tried again later, too.
const RETRIES: usize = 2;

/// A bucket, and a path in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    name: String,
    path: String,
}

/// The bucket that a folder of the settings names; `None` for a folder on a disk.
#[must_use]
pub fn named(folder: &str) -> Option<Bucket> {
    let (name, path) = match folder.strip_prefix(SCHEME)?.split_once('/') {
        Some((name, path)) => (name, path.trim_matches('/')),
        None => (folder.strip_prefix(SCHEME)?, ""),
    };
    Some(Bucket {
        name: name.to_owned(),
        path: path.to_owned(),
    })
}

impl Bucket {
    /// What stands before every path: nothing, or a path that ends with `/`.
    #[must_use]
    pub fn prefix(&self) -> String {
        match self.path.as_str() {
            "" => String::new(),
            path => format!("{path}/"),
        }
    }

    /// Its store. Nothing is asked of it yet, and nothing of the environment.
    ///
    /// # Errors
    /// [`FolderError::NoKey`], [`FolderError::Unusable`].
    pub fn open(&self, config: &DeliveriesConfig) -> Result<AmazonS3, FolderError> {
        let folder = || config.folder.clone();
        // Without a key the machine would be asked for one.
        if config.s3_key_id.is_empty() || config.s3_secret.expose().is_empty() {
            return Err(FolderError::NoKey { folder: folder() });
        }
        let options = ClientOptions::new()
            .with_allow_http(config.s3_allow_http)
            .with_timeout(TIMEOUT);
        let backoff = BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(1),
            ..BackoffConfig::default()
        };
        let retry = RetryConfig {
            backoff,
            max_retries: RETRIES,
            retry_timeout: TIMEOUT,
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&self.name)
            .with_region(&config.s3_region)
            .with_access_key_id(&config.s3_key_id)
            .with_secret_access_key(config.s3_secret.expose())
            .with_client_options(options)
            .with_retry(retry);
        if !config.s3_endpoint.is_empty() {
            builder = builder.with_endpoint(config.s3_endpoint.trim_end_matches('/'));
        }
        builder.build().map_err(|cause| FolderError::Unusable {
            folder: folder(),
            cause,
        })
    }

    /// Whether something can be put there and taken away: only trying tells.
    ///
    /// # Errors
    /// [`FolderError`].
    pub async fn tried(&self, config: &DeliveriesConfig) -> Result<(), FolderError> {
        let store = self.open(config)?;
        let place = format!("{}tiwizi-doctor-{}", self.prefix(), std::process::id());
        let at = path::Path::parse(&place).map_err(|cause| FolderError::Path {
            path: place.clone(),
            cause,
        })?;
        let put = store.put(&at, PutPayload::from_static(b"tiwizi")).await;
        put.map_err(|cause| failed(config, &place, cause))?;
        let gone = store.delete(&at).await;
        gone.map_err(|cause| failed(config, &place, cause))
    }
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_bucket_has_a_name_and_may_have_a_path() {
        for (folder, name, prefix) in [
            ("s3://reports", "reports", ""),
            ("s3://reports/", "reports", ""),
            ("s3://reports/province/07/", "reports", "province/07/"),
        ] {
            let bucket = named(folder).unwrap();
            assert_eq!(
                (bucket.name.as_str(), bucket.prefix().as_str()),
                (name, prefix)
            );
        }
        for folder in ["", "out", "s3/reports", "file://out"] {
            assert_eq!(named(folder), None, "{folder}");
        }
    }
}
