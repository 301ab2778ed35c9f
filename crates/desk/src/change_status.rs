//! Changing where a conversation stands: resolve, reopen, set pending, snooze until a time or until the next message.

use crate::{
    Desk, Outcome, Problem,
    append::{append_activity, record_status},
};
use model::{
    Timestamp,
    conversation::{Conversation, Status},
    ids::{AccountId, ConversationId, UserId},
};
use serde_json::json;
use store::{Tx, conversations, jobs, users};

/// The job that wakes a snoozed conversation; its payload is `{"conversation_id": row}`.
pub const WAKE: &str = "wake_conversation";

/// What is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    /// The new status; without one, open conversations are resolved and all others opened.
    pub status: Option<Status>,
    /// When snoozed: until when; until the next message where `None`.
    pub snoozed_until: Option<Timestamp>,
}

/// Changes the status of the account's conversation of that number. The same status again changes nothing.
///
/// # Errors
/// There is no such conversation, or it is to sleep until a time that is past.
pub async fn change_status(
    desk: &Desk,
    account: AccountId,
    display_id: i64,
    by: UserId,
    change: Change,
) -> Outcome<Conversation> {
    let now = desk.now();
    if change.snoozed_until.is_some_and(|until| until <= now) {
        return Err(Problem::invalid("snoozed_until", "must be in the future"));
    }
    desk.db
        .write(async move |tx| {
            let mut conversation = locked(tx, account, display_id).await?;
            let before = (conversation.status, conversation.snoozed_until);
            conversation.status = change.status.unwrap_or(toggled(conversation.status));
            let snoozed = conversation.status == Status::Snoozed;
            conversation.snoozed_until = change.snoozed_until.filter(|_| snoozed);
            if (conversation.status, conversation.snoozed_until) == before {
                return Ok(conversation);
            }
            if conversation.status == Status::Resolved {
                conversation.waiting_since = None;
            }
            if let Some(until) = conversation.snoozed_until {
                wake_at(tx, conversation.id, until, now).await?;
            }
            let name = users::by_id(tx, by).await?.map_or_else(|| "Someone".to_owned(), |user| user.name);
            let words = said(&name, conversation.status, conversation.snoozed_until);
            append_activity(tx, &mut conversation, &words, now).await?;
            record_status(tx, &conversation, before.0, Some(by), now).await?;
            Ok(conversation)
        })
        .await
}

/// Opens a snoozed conversation whose time has come; does nothing if it was opened or snoozed anew meanwhile.
///
/// # Errors
/// Storage trouble.
pub async fn wake(desk: &Desk, id: ConversationId) -> Outcome<()> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            let Some(mut conversation) = conversations::lock(tx, id).await? else { return Ok(()) };
            let due = conversation.snoozed_until.is_some_and(|until| until <= now);
            if conversation.status != Status::Snoozed || !due {
                return Ok(());
            }
            conversation.status = Status::Open;
            append_activity(tx, &mut conversation, "The conversation woke up", now).await?;
            record_status(tx, &conversation, Status::Snoozed, None, now).await?;
            Ok(())
        })
        .await
}

/// The account's conversation of that number, locked for the rest of the transaction.
pub(crate) async fn locked(tx: &mut Tx<'_>, account: AccountId, display_id: i64) -> Outcome<Conversation> {
    const MISSING: Problem = Problem::NotFound("conversation");
    let found = conversations::by_display_id(tx, account, display_id).await?.ok_or(MISSING)?;
    conversations::lock(tx, found.id).await?.ok_or(MISSING)
}

async fn wake_at(tx: &mut Tx<'_>, id: ConversationId, until: Timestamp, now: Timestamp) -> store::Result<()> {
    // One job a time: whichever comes when the conversation is no longer due does nothing.
    let unique_key = Some(format!("{id}@{}", until.as_millisecond()));
    let payload = json!({"conversation_id": id});
    jobs::enqueue(tx, &jobs::NewJob { kind: WAKE, payload, unique_key, run_at: until }, now).await
}

fn toggled(status: Status) -> Status {
    if status == Status::Open { Status::Resolved } else { Status::Open }
}

fn said(name: &str, status: Status, until: Option<Timestamp>) -> String {
    match (status, until) {
        (Status::Open, _) => format!("{name} reopened the conversation"),
        (Status::Resolved, _) => format!("{name} resolved the conversation"),
        (Status::Pending, _) => format!("{name} marked the conversation as pending"),
        (Status::Snoozed, Some(until)) => {
            format!("{name} snoozed the conversation until {}", until.strftime("%Y-%m-%d %H:%M UTC"))
        }
        (Status::Snoozed, None) => format!("{name} snoozed the conversation until the next message"),
    }
}
