//! Puts files into folders, through one interface for all kinds of them.
//!
//! Which folder is the settings' and which below it the schedule's business.

use std::path::PathBuf;

use object_store::ObjectStore;
use object_store::PutOptions;
use object_store::PutPayload;
use object_store::local::LocalFileSystem;
use object_store::path;

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
}

/// Puts a file below a folder, whole or not at all; one of the same name is replaced.
///
/// # Errors
/// [`FolderError`].
pub async fn put(folder: &str, place: &str, content: Vec<u8>) -> Result<(), FolderError> {
    let unusable = |cause| FolderError::Unusable {
        folder: folder.to_owned(),
        cause,
    };
    // It must be there: made by a mistake in its name, nobody would look into it.
    let prefix = PathBuf::from(folder);
    // Disks may be far away.
    let opened = tokio::task::spawn_blocking(|| LocalFileSystem::new_with_prefix(prefix)).await;
    let store = opened.map_err(|_ended| FolderError::Interrupted)?;
    let store = store.map_err(unusable)?;
    put_into(&store, place, content).await
}

async fn put_into(
    store: &impl ObjectStore,
    place: &str,
    content: Vec<u8>,
) -> Result<(), FolderError> {
    let at = path::Path::parse(place).map_err(|cause| FolderError::Path {
        path: place.to_owned(),
        cause,
    })?;
    let put = store.put_opts(&at, PutPayload::from(content), PutOptions::default());
    put.await.map_err(|cause| FolderError::NotWritten {
        path: place.to_owned(),
        cause,
    })?;
    Ok(())
}
