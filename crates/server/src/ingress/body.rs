//! Reading bodies of any size in bounded memory. Small ones are simply read; up to a mebibyte they are kept in memory as
//! long as there is room, larger ones go to a file that has no name, as long as there is room on the disk that is set aside
//! for them. Whole large bodies come into memory one after the other, within a budget: the others wait on disk.
//!
//! Most providers prove themselves by something in the body, so whoever fills memory or disk here need not be one.

use axum::body::Body;
use bytes::Bytes;
use futures_util::StreamExt;
use std::{
    io::{Read, Seek, Write},
    path::Path,
    sync::Arc,
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bodies up to this size are not counted.
const SMALL: usize = 64 * 1024;
/// Bodies up to this size stay in memory while there is room.
const MIDDLE: usize = 1024 * 1024;
/// So many middle bodies may be in memory while they are being received.
const RECEIVING: usize = 32;
/// Memory for whole bodies and what is made of them, in units of [`UNIT`]. One that needs more has all of it.
const WORKING: usize = 128 * 1024 * 1024 / UNIT;
const UNIT: usize = 16 * 1024;
/// Disk for bodies that are being received or wait for memory, in units of [`MIDDLE`].
const ON_DISK: usize = 2048;
/// The longest a sender may be silent.
const SILENCE: Duration = Duration::from_secs(30);
/// The longest a body may take: the largest one at two megabits a second.
const LONGEST: Duration = Duration::from_secs(600);

/// The memory there is for bodies.
#[derive(Clone, Debug)]
pub struct Intake {
    receiving: Arc<Semaphore>,
    working: Arc<Semaphore>,
    budget: usize,
    on_disk: Arc<Semaphore>,
    silence: Duration,
    longest: Duration,
}

/// A whole body, and the right to have it in memory.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) bytes: Bytes,
    _memory: Option<OwnedSemaphorePermit>,
}

/// Why a body could not be read.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It is larger than it may be.
    TooLarge,
    /// It ended before its end.
    CutOff,
    /// Nothing came for too long, or the whole takes too long.
    Slow,
    /// Too many large ones are being received.
    Crowded,
    /// It could not be kept on disk.
    Disk(std::io::Error),
}

impl Default for Intake {
    fn default() -> Self {
        Self::with(RECEIVING, WORKING)
    }
}

impl Intake {
    fn with(receiving: usize, working: usize) -> Self {
        Self {
            receiving: Arc::new(Semaphore::new(receiving)),
            working: Arc::new(Semaphore::new(working)),
            budget: working,
            on_disk: Arc::new(Semaphore::new(ON_DISK)),
            silence: SILENCE,
            longest: LONGEST,
        }
    }

    /// Reads a body of at most `most` bytes; `folder` is where large ones wait.
    pub(super) async fn read(
        &self,
        body: Body,
        announced: Option<u64>,
        most: usize,
        folder: &Path,
    ) -> Result<Held, Trouble> {
        if announced.is_some_and(|length| length > most as u64) {
            return Err(Trouble::TooLarge);
        }
        let received = tokio::time::timeout(self.longest, self.receive(body, most, folder));
        let (kept, length) = received.await.map_err(|_| Trouble::Slow)??;
        if length <= SMALL {
            return Ok(Held { bytes: kept.load().await?, _memory: None });
        }
        // What is made of a body (the mail, its hash, its compressed form) takes about as much again.
        let units = (length / UNIT * 2 + 1).min(self.budget);
        let memory = self.working.clone().acquire_many_owned(u32::try_from(units).unwrap_or(u32::MAX)).await.ok();
        Ok(Held { bytes: kept.load().await?, _memory: memory })
    }

    /// The whole body, and its length.
    async fn receive(&self, body: Body, most: usize, folder: &Path) -> Result<(Kept, usize), Trouble> {
        let mut chunks = body.into_data_stream();
        let mut kept = Kept::Memory(Vec::new(), None);
        let mut length = 0;
        while let Some(chunk) = tokio::time::timeout(self.silence, chunks.next()).await.map_err(|_| Trouble::Slow)? {
            let chunk = chunk.map_err(|_| Trouble::CutOff)?;
            length += chunk.len();
            if length > most {
                return Err(Trouble::TooLarge);
            }
            kept = self.keep(kept, chunk, length, folder).await?;
        }
        Ok((kept, length))
    }

    async fn keep(&self, kept: Kept, chunk: Bytes, length: usize, folder: &Path) -> Result<Kept, Trouble> {
        match kept {
            Kept::Memory(mut bytes, mut room) => {
                if length > SMALL && length <= MIDDLE && room.is_none() {
                    room = self.receiving.clone().try_acquire_owned().ok();
                }
                if length <= SMALL || (length <= MIDDLE && room.is_some()) {
                    bytes.extend_from_slice(&chunk);
                    return Ok(Kept::Memory(bytes, room));
                }
                let (folder, room) = (folder.to_owned(), self.room_on_disk(None, length)?);
                disk(move || {
                    // Beside the database where that can be: other temporary folders may lie in memory.
                    let mut file = tempfile::tempfile_in(folder).or_else(|_| tempfile::tempfile())?;
                    file.write_all(&bytes)?;
                    file.write_all(&chunk)?;
                    Ok(Kept::File(file, room))
                })
                .await
            }
            Kept::File(mut file, room) => {
                let room = self.room_on_disk(Some(room), length)?;
                disk(move || {
                    file.write_all(&chunk)?;
                    Ok(Kept::File(file, room))
                })
                .await
            }
        }
    }

    /// The room that a file has, and as much more as it needs for that length.
    fn room_on_disk(&self, room: Option<OwnedSemaphorePermit>, length: usize) -> Result<OwnedSemaphorePermit, Trouble> {
        let has = room.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = u32::try_from(length.div_ceil(MIDDLE).saturating_sub(has)).unwrap_or(u32::MAX);
        let mut more = self.on_disk.clone().try_acquire_many_owned(more).map_err(|_| Trouble::Crowded)?;
        if let Some(room) = room {
            more.merge(room);
        }
        Ok(more)
    }
}

/// Where the bytes are that came so far.
enum Kept {
    Memory(Vec<u8>, Option<OwnedSemaphorePermit>),
    File(std::fs::File, OwnedSemaphorePermit),
}

impl Kept {
    async fn load(self) -> Result<Bytes, Trouble> {
        match self {
            Self::Memory(bytes, _) => Ok(bytes.into()),
            Self::File(mut file, _room) => {
                disk(move || {
                    let length = usize::try_from(file.stream_position()?).unwrap_or(0);
                    file.rewind()?;
                    let mut bytes = Vec::with_capacity(length);
                    file.read_to_end(&mut bytes)?;
                    Ok(bytes.into())
                })
                .await
            }
        }
    }
}

async fn disk<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T, Trouble> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(std::io::Error::other(error))).map_err(Trouble::Disk)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A body of so many bytes in chunks that fit nowhere evenly.
    fn body(length: usize) -> (Body, Vec<u8>) {
        let bytes: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let chunks: Vec<Result<Bytes, std::io::Error>> =
            bytes.chunks(40_000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        (Body::from_stream(futures_util::stream::iter(chunks)), bytes)
    }

    #[tokio::test]
    async fn bodies_come_out_as_they_went_in_wherever_they_waited() {
        let folder = tempfile::tempdir().unwrap();
        let (roomy, full) = (Intake::default(), Intake::with(0, WORKING));
        for length in [0, 1, SMALL, SMALL + 1, MIDDLE, MIDDLE + 1, 3 * MIDDLE] {
            for intake in [&roomy, &full] {
                let (body, bytes) = body(length);
                let held = intake.read(body, None, 4 * MIDDLE, folder.path()).await.unwrap();
                assert!(held.bytes == bytes, "{length} bytes");
            }
        }
        assert_eq!(roomy.working.available_permits(), WORKING, "what was held is free again");
        assert_eq!(roomy.receiving.available_permits(), RECEIVING);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the files have no names");
    }

    #[tokio::test]
    async fn what_is_too_large_or_cut_off_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let intake = Intake::default();
        let read = async |body, announced| intake.read(body, announced, MIDDLE, folder.path()).await;
        assert!(matches!(read(Body::empty(), Some(MIDDLE as u64 + 1)).await, Err(Trouble::TooLarge)));
        assert!(matches!(read(body(MIDDLE + 1).0, None).await, Err(Trouble::TooLarge)));
        let broken = [Ok(Bytes::from_static(b"From: ")), Err(std::io::Error::other("gone"))];
        let broken = Body::from_stream(futures_util::stream::iter(broken));
        assert!(matches!(read(broken, Some(100)).await, Err(Trouble::CutOff)));
        let hasty = Intake { silence: Duration::from_millis(1), ..intake.clone() };
        let silent = Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        assert!(matches!(hasty.read(silent, None, MIDDLE, folder.path()).await, Err(Trouble::Slow)));
        let busy = Intake { longest: Duration::from_millis(20), ..intake.clone() };
        let trickle = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(b"x")));
        let trickle = Body::from_stream(trickle.then(async |chunk| {
            tokio::time::sleep(Duration::from_millis(1)).await;
            chunk
        }));
        assert!(
            matches!(busy.read(trickle, None, MIDDLE, folder.path()).await, Err(Trouble::Slow)),
            "a byte at a time"
        );
    }

    #[tokio::test]
    async fn there_is_so_much_room_on_disk_and_it_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let intake = Intake { on_disk: Arc::new(Semaphore::new(4)), ..Intake::with(0, WORKING) };
        let read = async |length| intake.read(body(length).0, None, 8 * MIDDLE, folder.path()).await;
        for _ in 0..3 {
            assert_eq!(read(4 * MIDDLE).await.unwrap().bytes.len(), 4 * MIDDLE);
            assert!(matches!(read(4 * MIDDLE + 1).await, Err(Trouble::Crowded)));
            assert_eq!(intake.on_disk.available_permits(), 4);
        }
        let taken = intake.on_disk.clone().acquire_many_owned(4).await.unwrap();
        assert!(matches!(read(SMALL + 1).await, Err(Trouble::Crowded)));
        assert_eq!(read(SMALL).await.unwrap().bytes.len(), SMALL, "small ones need none");
        drop(taken);
        assert!(read(SMALL + 1).await.is_ok());
    }

    #[tokio::test]
    async fn large_bodies_wait_for_memory_and_small_ones_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let intake = Intake::with(RECEIVING, 200);
        let read = |length: usize| {
            let (intake, folder) = (intake.clone(), folder.path().to_owned());
            async move { intake.read(body(length).0, None, 8 * MIDDLE, &folder).await.unwrap() }
        };
        let first = read(2 * MIDDLE).await;
        assert_eq!(intake.working.available_permits(), 0, "more than there is means all of it");
        let mut second = tokio::spawn(read(SMALL + 1));
        assert_eq!(read(SMALL).await.bytes.len(), SMALL);
        assert!(tokio::time::timeout(Duration::from_millis(50), &mut second).await.is_err(), "it waits");
        drop(first);
        assert_eq!(second.await.unwrap().bytes.len(), SMALL + 1);
    }
}
