//! Who is told of an event: the account's webhooks that asked for it, and the address of the API inbox in which it happened.

use desk::edit_inbox::API;
use model::{
    event::Event,
    ids::{AccountId, ConversationId, InboxId, WebhookId},
    inbox::Inbox,
    webhook::{Subscription, Webhook},
};

/// Someone who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listener {
    /// A webhook of the account.
    Webhook(WebhookId),
    /// The address of an API inbox.
    Inbox(InboxId),
}

impl Listener {
    /// What is told to them goes one after the other for each conversation, and apart from those for each account.
    pub(super) fn queue(self, account: AccountId, conversation: Option<ConversationId>) -> String {
        let about = conversation.map_or_else(|| format!("account:{account}"), |id| format!("conversation:{id}"));
        match self {
            Self::Webhook(id) => format!("webhook:{id}/{about}"),
            Self::Inbox(id) => format!("inbox:{id}/{about}"),
        }
    }
}

/// Everyone who is told of that event, which happened in that inbox.
pub(super) fn listeners(
    event: &Event,
    subscription: Subscription,
    webhooks: &[Webhook],
    inbox: Option<&Inbox>,
) -> Vec<Listener> {
    let asked = webhooks.iter().filter(|webhook| {
        webhook.account_id == event.account_id
            && webhook.subscriptions.contains(&subscription)
            && webhook.inbox_id.is_none_or(|only| inbox.is_some_and(|inbox| inbox.id == only))
            // What happened before somebody asked is not told.
            && webhook.created_at <= event.at
    });
    let mut all: Vec<Listener> = asked.map(|webhook| Listener::Webhook(webhook.id)).collect();
    let own = inbox.filter(|inbox| {
        let address = inbox.messaging().filter(|messaging| messaging.of == API);
        address.is_some_and(|api| !api.field("webhook_url").is_empty())
    });
    all.extend(own.map(|inbox| Listener::Inbox(inbox.id)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{
        Timestamp,
        event::EventKind,
        inbox::{Channel, Messaging, Sealed, Settings},
    };

    fn webhook(id: i64, inbox: Option<i64>) -> Webhook {
        Webhook {
            id: WebhookId(id),
            account_id: AccountId(1),
            inbox_id: inbox.map(InboxId),
            name: String::new(),
            url: String::new(),
            subscriptions: vec![Subscription::MessageCreated],
            secret: Sealed::default(),
            sent_at: None,
            failed_at: None,
            failure: None,
            created_at: Timestamp::from_second(100).unwrap(),
        }
    }

    #[test]
    fn those_are_told_who_asked() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut messaging = Messaging { of: API.into(), ..Messaging::default() };
        messaging.fields.insert("webhook_url".into(), "https://x.example".into());
        let channel = Channel::Messaging(messaging);
        let settings = Settings::default();
        let account_id = AccountId(1);
        let inbox = Inbox { id: InboxId(5), account_id, name: String::new(), channel, settings, created_at: at(0) };
        let all = [
            webhook(1, None),
            webhook(2, Some(5)),
            webhook(3, Some(6)),
            Webhook { account_id: AccountId(2), ..webhook(4, None) },
        ];
        let event = Event::new(EventKind::MessageCreated, account_id, at(100));
        let told = |event: &Event, subscription, inbox| listeners(event, subscription, &all, inbox);
        let (one, two, own) =
            (Listener::Webhook(WebhookId(1)), Listener::Webhook(WebhookId(2)), Listener::Inbox(InboxId(5)));
        assert_eq!(told(&event, Subscription::MessageCreated, Some(&inbox)), [one, two, own]);
        assert_eq!(told(&event, Subscription::MessageCreated, None), [one]);
        assert_eq!(told(&event, Subscription::ConversationUpdated, Some(&inbox)), [own]);
        let before = Event { at: at(99), ..event };
        assert_eq!(told(&before, Subscription::MessageCreated, Some(&inbox)), [own]);
    }
}
