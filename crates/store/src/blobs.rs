//! Files by key: attachments and large raw mails, in a local folder. A file is synced to disk before it is named in the
//! database, so a crash leaves at worst a file nobody names; a sweep removes those.

use crate::error::{Error, Result};
use bytes::Bytes;
use futures_util::TryStreamExt;
use model::Timestamp;
use object_store::{ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path};
use std::sync::Arc;

/// A file as a sweep sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its key.
    pub key: String,
    /// When it was last written.
    pub written_at: Timestamp,
}

/// Where a sweep puts a file aside before it looks at it for the last time. No key is so short.
const ASIDE: &str = "aside";

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

    /// The files of one of the 256 folders, in no order; with the first those that a sweep had put aside when it died.
    ///
    /// # Errors
    /// The store is away.
    pub async fn list(&self, folder: u8) -> Result<Vec<File>> {
        let mut found = Vec::new();
        if folder == 0 {
            found.extend(self.files_in(ASIDE).await?);
        }
        found.extend(self.files_in(&format!("{folder:02x}")).await?);
        Ok(found)
    }

    async fn files_in(&self, folder: &str) -> Result<Vec<File>> {
        let found = self.store.list(Some(&Path::from(folder))).try_collect::<Vec<_>>().await;
        let file = |meta: object_store::ObjectMeta| {
            let written_at = Timestamp::from_millisecond(meta.last_modified.timestamp_millis()).ok()?;
            Some(File { key: meta.location.filename()?.to_owned(), written_at })
        };
        Ok(found.map_err(|error| away(&error))?.into_iter().filter_map(file).collect())
    }

    /// Removes the file under `key` if it was last written before `time`; whether it was. One that somebody writes anew
    /// meanwhile stays: the file is put aside first, and what was put aside is what is looked at.
    ///
    /// # Errors
    /// The store is away.
    pub async fn remove_older(&self, key: &str, time: Timestamp) -> Result<bool> {
        let aside = Path::from_iter([ASIDE, key]);
        match self.store.rename(&path(key), &aside).await {
            // It may lie aside already.
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(away(&error)),
        }
        let meta = match self.store.head(&aside).await {
            Ok(meta) => meta,
            Err(object_store::Error::NotFound { .. }) => return Ok(false),
            Err(error) => return Err(away(&error)),
        };
        if meta.last_modified.timestamp_millis() < time.as_millisecond() {
            self.store.delete(&aside).await.map_err(|error| away(&error))?;
            return Ok(true);
        }
        match self.store.rename_if_not_exists(&aside, &path(key)).await {
            Ok(()) => Ok(false),
            // Written once more: the same bytes, as a key stands for its bytes.
            Err(object_store::Error::AlreadyExists { .. }) => {
                self.store.delete(&aside).await.map(|()| false).map_err(|error| away(&error))
            }
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
