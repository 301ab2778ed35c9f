//! Files that nothing names: what a crash left between writing a file and naming it, and what was erased while the file
//! store was away.

use crate::{Desk, Outcome, retention::unnamed};
use jiff::SignedDuration;
use model::Timestamp;

/// How long a file may wait to be named.
const GRACE: SignedDuration = SignedDuration::from_hours(24);
/// Files looked up in one read.
const LOOK: usize = 100;

/// Removes the files of one folder that are older than a day and that neither an attachment nor an incoming mail names.
/// How many. A file that is written anew while this runs stays: see [`store::Blobs::remove_older`].
///
/// # Errors
/// Storage trouble.
pub async fn sweep(desk: &Desk, folder: u8) -> Outcome<usize> {
    let before = desk.now().checked_sub(GRACE).unwrap_or(Timestamp::MIN);
    let files = desk.blobs.list(folder).await?;
    let old: Vec<String> = files.into_iter().filter(|file| file.written_at < before).map(|file| file.key).collect();
    let mut removed = 0;
    for keys in old.chunks(LOOK) {
        for key in unnamed(desk, keys.to_vec()).await? {
            removed += usize::from(desk.blobs.remove_older(&key, before).await?);
        }
    }
    Ok(removed)
}
