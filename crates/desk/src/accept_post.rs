//! A provider's post to a channel's webhook is accepted: kept as it came, with the job that reads it. Only then it is
//! answered. The posts of an inbox are read one after the other, in the order in which they were accepted.

use crate::{Desk, Outcome, signing::sha256};
use model::{Timestamp, ids::InboxId, inbox::Inbox};
use serde_json::json;
use store::{
    Result, Tx, channel_health,
    channel_posts::{self, Post},
    inboxes,
    jobs::{self, NewJob},
};

/// The job that reads an accepted post; its key is the post's row id.
pub const READ_POST: &str = "read_post";

/// Keeps what was posted to each inbox; what was posted before is not kept again.
///
/// # Errors
/// Storage trouble: nothing is kept then.
pub async fn accept(desk: &Desk, posts: Vec<(InboxId, String)>) -> Outcome<()> {
    let now = desk.now();
    let kept = desk.db.write::<_, store::Error, _>(async move |tx| {
        for (inbox, body) in &posts {
            channel_health::heard(tx, *inbox, now).await?;
            let kept = channel_posts::accept(tx, *inbox, &sha256(body.as_bytes()), body, now).await?;
            let next = channel_posts::next(tx, *inbox).await?;
            // Where another has the turn, it may be read just now, and this one follows it.
            if let Some(id) = next.filter(|_| next == kept) {
                enqueue(tx, id, now).await?;
            }
        }
        Ok(())
    });
    Ok(kept.await?)
}

/// Lets a post be read.
async fn enqueue(tx: &mut Tx<'_>, id: i64, now: Timestamp) -> Result<()> {
    let job = NewJob { kind: READ_POST, payload: json!({"id": id}), unique_key: Some(id.to_string()), run_at: now };
    jobs::enqueue(tx, &job, now).await
}

/// The post in that row with its inbox, while it has not been dealt with.
///
/// # Errors
/// Storage trouble.
pub async fn waiting(desk: &Desk, id: i64) -> Outcome<Option<(Post, Inbox)>> {
    let read = desk.db.read::<_, store::Error, _>(async move |tx| {
        let Some(post) = channel_posts::by_id(tx, id).await? else { return Ok(None) };
        Ok(inboxes::by_id(tx, post.inbox_id).await?.map(|inbox| (post, inbox)))
    });
    Ok(read.await?)
}

/// The post has been dealt with, or cannot be for that reason; the next one follows.
///
/// # Errors
/// Storage trouble.
pub async fn conclude(desk: &Desk, id: i64, inbox: InboxId, failure: Option<String>) -> Outcome<()> {
    let now = desk.now();
    let noted = desk.db.write::<_, store::Error, _>(async move |tx| {
        channel_health::lock(tx, inbox).await?;
        match &failure {
            Some(words) => {
                channel_posts::give_up(tx, id, words).await?;
                channel_health::failed(tx, inbox, words, now).await?;
            }
            None => channel_posts::done(tx, id).await?,
        }
        match channel_posts::next(tx, inbox).await? {
            Some(id) => enqueue(tx, id, now).await,
            None => Ok(()),
        }
    });
    Ok(noted.await?)
}
