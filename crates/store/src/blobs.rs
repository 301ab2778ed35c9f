//! Files by key: attachments and large raw mails, in a local folder. A file is synced to disk before it is named in the
//! database, so a crash leaves at worst a file nobody names.

use crate::error::{Error, Result};
use bytes::Bytes;
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path};
use std::sync::Arc;

/// Where files are kept. Cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
}

impl Blobs {
    /// Keeps files in `folder`, which is made where it is missing.
    ///
    /// # Errors
    /// The folder cannot be made or opened.
    pub fn local(folder: &std::path::Path) -> Result<Self> {
        std::fs::create_dir_all(folder)
            .map_err(|error| Error::Unavailable(format!("{}: {error}", folder.display())))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| away(&error))?.with_fsync(true);
        Ok(Self { store: Arc::new(store) })
    }

    /// Keeps `bytes` under `key` (hexadecimal; names no folder), durably.
    ///
    /// # Errors
    /// The store is away or full.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<()> {
        self.store.put(&path(key), bytes.into()).await.map(|_| ()).map_err(|error| away(&error))
    }

    /// The file under `key`; `None` where there is none.
    ///
    /// # Errors
    /// The store is away.
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>> {
        match self.store.get(&path(key)).await {
            Ok(found) => found.bytes().await.map(Some).map_err(|error| away(&error)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(away(&error)),
        }
    }

    /// Removes the file under `key`, if there is one.
    ///
    /// # Errors
    /// The store is away.
    pub async fn delete(&self, key: &str) -> Result<()> {
        match self.store.delete(&path(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(away(&error)),
        }
    }
}

/// Spread over folders by the first two digits.
fn path(key: &str) -> Path {
    let folder = key.get(..2).unwrap_or("00");
    Path::from_iter([folder, key])
}

fn away(error: &object_store::Error) -> Error {
    Error::Unavailable(format!("blobs: {error}"))
}
