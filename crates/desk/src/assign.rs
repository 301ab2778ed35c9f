//! Giving a conversation to someone, or to nobody; and its priority.

use crate::{Desk, Outcome, Problem, append::append_activity, change_status::locked};
use model::{
    Timestamp,
    conversation::Conversation,
    event::{Event, EventKind},
    ids::{AccountId, UserId},
    user::User,
};
use serde_json::json;
use store::{Tx, conversations, events, users};

/// Gives the account's conversation of that number to `assignee`; who has it now.
///
/// # Errors
/// There is no such conversation, or the assignee has no place in the account.
pub async fn assign(
    desk: &Desk,
    account: AccountId,
    display_id: i64,
    by: UserId,
    assignee: Option<UserId>,
) -> Outcome<Option<User>> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            let mut conversation = locked(tx, account, display_id).await?;
            let user = match assignee {
                Some(id) => Some(colleague(tx, account, id).await?),
                None => None,
            };
            if conversation.assignee_id == assignee {
                return Ok(user);
            }
            let before = conversation.assignee_id;
            conversation.assignee_id = assignee;
            conversation.assignee_last_seen_at = None;
            let name = users::by_id(tx, by).await?.map_or_else(|| "Someone".to_owned(), |user| user.name);
            let words = said(&name, by, user.as_ref());
            append_activity(tx, &mut conversation, &words, now).await?;
            let data = json!({"assignee_id": {"previous_value": before, "current_value": assignee}});
            record(tx, EventKind::AssigneeChanged, &conversation, by, data, now).await?;
            Ok(user)
        })
        .await
}

/// A user with a place in the account.
///
/// # Errors
/// They have none.
pub(crate) async fn colleague(tx: &mut Tx<'_>, account: AccountId, id: UserId) -> Outcome<User> {
    let missing = || Problem::invalid("assignee_id", "is no agent of this account");
    users::role_in(tx, account, id).await?.ok_or_else(missing)?;
    users::by_id(tx, id).await?.ok_or_else(missing)
}

/// The priorities there are.
pub const PRIORITIES: [&str; 4] = ["low", "medium", "high", "urgent"];

/// Sets the priority of the account's conversation of that number, or takes it away.
///
/// # Errors
/// There is no such conversation or no such priority.
pub async fn set_priority(
    desk: &Desk,
    account: AccountId,
    display_id: i64,
    by: UserId,
    priority: Option<String>,
) -> Outcome<()> {
    if priority.as_deref().is_some_and(|name| !PRIORITIES.contains(&name)) {
        return Err(Problem::invalid("priority", "must be low, medium, high, urgent or null"));
    }
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            let mut conversation = locked(tx, account, display_id).await?;
            if conversation.priority == priority {
                return Ok(());
            }
            let before = conversation.priority.replace(String::new());
            conversation.priority.clone_from(&priority);
            conversation.updated_at = now;
            conversations::update(tx, &conversation).await?;
            let data = json!({"priority": {"previous_value": before, "current_value": priority}});
            record(tx, EventKind::ConversationUpdated, &conversation, by, data, now).await?;
            Ok(())
        })
        .await
}

async fn record(
    tx: &mut Tx<'_>,
    kind: EventKind,
    conversation: &Conversation,
    by: UserId,
    data: model::Json,
    now: Timestamp,
) -> store::Result<()> {
    let event = Event::new(kind, conversation.account_id, now).conversation(conversation.id);
    events::record(tx, &event.by(Some(by)).data(data)).await
}

fn said(name: &str, by: UserId, assignee: Option<&User>) -> String {
    match assignee {
        Some(user) if user.id == by => format!("{name} took the conversation"),
        Some(user) => format!("{name} assigned the conversation to {}", user.name),
        None => format!("{name} unassigned the conversation"),
    }
}
