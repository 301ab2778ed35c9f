//! An agent hastens or calls off a planned mail (contract §4).

use crate::{Desk, Outcome, Problem, mail_unseen};
use model::{
    delivery::{Delivery, DeliveryState},
    event::{Event, EventKind},
    ids::{AccountId, MessageId, UserId},
    message::Message,
};
use store::{conversations, deliveries, events, messages, users};

/// What to do with a planned mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It goes now, seen or not.
    Now,
    /// It does not go.
    Cancel,
}

impl Action {
    /// The action of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [("now", Self::Now), ("cancel", Self::Cancel)].iter().find(|row| row.0 == name).map(|row| row.1)
    }
}

/// Hastens or calls off what is planned for a message.
///
/// # Errors
/// There is no such message, or nothing is planned for it any more.
pub async fn act(
    desk: &Desk,
    account: AccountId,
    display_id: i64,
    message: MessageId,
    action: Action,
    by: UserId,
) -> Outcome<Message> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            let found = conversations::by_display_id(tx, account, display_id).await?;
            let conversation = found.ok_or(Problem::NotFound("conversation"))?.id;
            conversations::lock(tx, conversation).await?;
            let message = messages::by_id(tx, conversation, message).await?.ok_or(Problem::NotFound("message"))?;
            let planned = deliveries::of_message(tx, message.id).await?;
            let planned: Vec<Delivery> =
                planned.into_iter().filter(|delivery| delivery.state == DeliveryState::Planned).collect();
            if planned.is_empty() {
                return Err(Problem::invalid("action", "no mail is planned for this message any more"));
            }
            let who = users::by_id(tx, by).await?.map_or_else(|| "an agent".to_owned(), |user| user.name);
            for delivery in planned {
                let changed = match action {
                    Action::Now => Delivery { unless_seen: false, next_try_at: Some(now), detail: None, ..delivery },
                    Action::Cancel => Delivery {
                        state: DeliveryState::Cancelled,
                        detail: Some(format!("called off by {who}")),
                        next_try_at: None,
                        at: now,
                        ..delivery
                    },
                };
                deliveries::update(tx, &changed).await?;
            }
            if action == Action::Now {
                mail_unseen::schedule(tx, conversation, now, now).await?;
            }
            let event = Event::new(EventKind::MessageUpdated, account, now).by(Some(by));
            events::record(tx, &event.conversation(conversation).message(message.id)).await?;
            Ok(message)
        })
        .await
}
