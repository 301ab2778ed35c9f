//! Where a mail lies while it is being taken: in memory while it is small and there is room, else in a file without a
//! name, which is gone with the process. Both kinds of room are the server's as a whole.

use bytes::Bytes;
use std::{io, path::PathBuf, sync::Arc};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
    sync::{OwnedSemaphorePermit, Semaphore},
};

/// Larger mails lie in a file.
const LARGEST_IN_MEMORY: usize = 1024 * 1024;
/// What room is counted in.
const BLOCK: usize = 64 * 1024;
/// Room for mails that are being taken.
const ROOM: usize = 24 * 1024 * 1024;
/// Room for mails from files that are being accepted; one of the largest fits.
const ROOM_TO_ACCEPT: usize = 64 * 1024 * 1024;

/// The room there is.
#[derive(Clone)]
pub(super) struct Spools {
    folder: Arc<PathBuf>,
    room: Arc<Semaphore>,
    room_to_accept: Arc<Semaphore>,
}

/// One mail that is being taken.
#[derive(Default)]
pub(super) struct Spool {
    memory: Vec<u8>,
    room: Vec<OwnedSemaphorePermit>,
    file: Option<File>,
    size: usize,
    /// Why it cannot be kept.
    failed: Option<io::Error>,
}

/// A whole mail in memory, and the room it takes.
pub(super) struct Whole {
    pub(super) raw: Bytes,
    _room: Vec<OwnedSemaphorePermit>,
}

impl Spools {
    pub(super) fn new(folder: PathBuf) -> Self {
        let room = |bytes: usize| Arc::new(Semaphore::new(bytes / BLOCK));
        Self { folder: Arc::new(folder), room: room(ROOM), room_to_accept: room(ROOM_TO_ACCEPT) }
    }

    /// Adds a piece. What goes wrong is told by [`Spools::whole`], when the client can be.
    pub(super) async fn push(&self, spool: &mut Spool, piece: &[u8]) {
        spool.size += piece.len();
        if spool.failed.is_some() {
            return;
        }
        if spool.file.is_none() && self.has_room(spool) {
            spool.memory.extend_from_slice(piece);
            return;
        }
        if let Err(error) = self.push_to_file(spool, piece).await {
            spool.memory = Vec::new();
            spool.room.clear();
            spool.failed = Some(error);
        }
    }

    /// Whether the mail may stay in memory at its size; takes the room.
    fn has_room(&self, spool: &mut Spool) -> bool {
        if spool.size > LARGEST_IN_MEMORY {
            return false;
        }
        while spool.room.len() * BLOCK < spool.size {
            match Arc::clone(&self.room).try_acquire_owned() {
                Ok(block) => spool.room.push(block),
                Err(_) => return false,
            }
        }
        true
    }

    async fn push_to_file(&self, spool: &mut Spool, piece: &[u8]) -> io::Result<()> {
        if let Some(file) = &mut spool.file {
            return file.write_all(piece).await;
        }
        let folder = Arc::clone(&self.folder);
        let made = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&*folder)?;
            tempfile::tempfile_in(&*folder)
        });
        let file = spool.file.insert(File::from_std(made.await.map_err(io::Error::other)??));
        file.write_all(&spool.memory).await?;
        spool.memory = Vec::new();
        spool.room.clear();
        file.write_all(piece).await
    }

    /// The whole mail with `head` before it; waits for room.
    ///
    /// # Errors
    /// It could not be written or read.
    pub(super) async fn whole(&self, spool: Spool, head: &str) -> io::Result<Whole> {
        if let Some(error) = spool.failed {
            return Err(error);
        }
        let size = head.len() + spool.size;
        let mut raw;
        let mut room = spool.room;
        if let Some(mut file) = spool.file {
            let blocks = u32::try_from(size.div_ceil(BLOCK)).unwrap_or(u32::MAX);
            let more = Arc::clone(&self.room_to_accept).acquire_many_owned(blocks).await;
            room.push(more.map_err(io::Error::other)?);
            raw = Vec::with_capacity(size);
            raw.extend_from_slice(head.as_bytes());
            file.flush().await?;
            file.rewind().await?;
            file.read_to_end(&mut raw).await?;
        } else {
            raw = [head.as_bytes(), &spool.memory].concat();
        }
        if raw.len() != size {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the spooled mail has lost bytes"));
        }
        Ok(Whole { raw: raw.into(), _room: room })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spools(folder: PathBuf, blocks: usize) -> Spools {
        Spools { room: Arc::new(Semaphore::new(blocks)), ..Spools::new(folder) }
    }

    #[tokio::test]
    async fn mails_lie_in_memory_or_in_a_file_and_come_out_whole() {
        let folder = tempfile::tempdir().unwrap();
        let spools = spools(folder.path().join("new"), 20);
        for (size, in_file) in [(0, false), (100, false), (BLOCK + 1, false), (LARGEST_IN_MEMORY + 1, true)] {
            let mail: Vec<u8> = (0..=250).cycle().take(size).collect();
            let mut spool = Spool::default();
            for piece in mail.chunks(10_000) {
                spools.push(&mut spool, piece).await;
            }
            assert_eq!(spool.file.is_some(), in_file, "{size}");
            assert!(!in_file || (spool.memory.is_empty() && spools.room.available_permits() == 20));
            let whole = spools.whole(spool, "head\r\n").await.unwrap();
            assert!(whole.raw == [b"head\r\n", mail.as_slice()].concat(), "{size}");
            drop(whole);
            assert_eq!((spools.room.available_permits(), spools.room_to_accept.available_permits()), (20, 1024));
        }
        assert_eq!(std::fs::read_dir(folder.path().join("new")).unwrap().count(), 0, "the files have no names");
    }

    #[tokio::test]
    async fn without_room_even_small_mails_go_to_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let spools = spools(folder.path().into(), 1);
        let (mut first, mut second) = (Spool::default(), Spool::default());
        spools.push(&mut first, b"one").await;
        spools.push(&mut second, b"two").await;
        assert!(first.file.is_none() && second.file.is_some());
        assert_eq!(&*spools.whole(second, "").await.unwrap().raw, b"two");
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_fails_the_mail() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let spools = spools(file.path().join("below a file"), 0);
        let mut spool = Spool::default();
        spools.push(&mut spool, b"one").await;
        spools.push(&mut spool, b"two").await;
        assert!(spools.whole(spool, "").await.is_err());
    }
}
