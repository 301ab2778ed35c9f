//! An agent begins or stops typing. Nothing is kept but the event.

use crate::{Desk, Outcome, Problem};
use model::{
    event::{Event, EventKind},
    ids::{AccountId, UserId},
};
use serde_json::json;
use store::{conversations, events, users};

/// Tells everyone in the account's conversation of that number; visitors only of what is not `private`.
///
/// # Errors
/// There is no such conversation.
pub async fn agent_types(
    desk: &Desk,
    account: AccountId,
    display_id: i64,
    by: UserId,
    on: bool,
    private: bool,
) -> Outcome<()> {
    let now = desk.now();
    let kind = if on { EventKind::TypingOn } else { EventKind::TypingOff };
    desk.db
        .write(async move |tx| {
            let found = conversations::by_display_id(tx, account, display_id).await?;
            let conversation = found.ok_or(Problem::NotFound("conversation"))?;
            let user = users::by_id(tx, by).await?.ok_or(Problem::NotFound("user"))?;
            let data = json!({"user": {"id": user.id, "name": user.name, "type": "user"}, "is_private": private});
            let event = Event::new(kind, account, now).conversation(conversation.id).by(Some(by)).data(data);
            Ok(events::record(tx, &event).await?)
        })
        .await
}
