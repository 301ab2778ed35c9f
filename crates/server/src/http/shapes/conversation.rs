//! Conversations, as agents see them.

use super::{
    Frame,
    channel::ReplyWindow,
    contact::Contact,
    message::{Message, Parts as MessageParts},
    seconds_or_zero,
    user::AgentSender,
};
use model::{
    Json,
    contact::{Contact as Person, ContactInbox},
    conversation::Conversation as Row,
    inbox::Inbox,
    user::User,
};
use serde::Serialize;
use utoipa::ToSchema;

/// A conversation with what belongs to it.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The conversation.
    pub conversation: Row,
    /// With whom, and whether they are here.
    pub contact: (Person, bool),
    /// The session.
    pub session: ContactInbox,
    /// Where.
    pub inbox: Inbox,
    /// Who looks after it, and whether they are here.
    pub assignee: Option<(User, bool)>,
    /// Its last message.
    pub latest: Option<MessageParts>,
    /// Its last message that is no activity line.
    pub latest_said: Option<MessageParts>,
    /// How many of the contact's messages no agent has seen.
    pub unread: i64,
    /// The contact's address last used in it.
    pub last_mail_to: Option<String>,
}

/// A conversation as agents see it (reference §4.3).
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Conversation {
    /// With whom, where, and who looks after it.
    pub meta: Meta,
    /// The number people see.
    pub id: i64,
    /// The last message alone.
    pub messages: Vec<Message>,
    /// Whose.
    pub account_id: i64,
    /// Public UUID.
    pub uuid: String,
    /// What the system noted.
    #[schema(value_type = Object)]
    pub additional_attributes: Json,
    /// How far any agent has seen it; epoch seconds, 0 for never.
    pub agent_last_seen_at: i64,
    /// How far the assignee has seen it; epoch seconds, 0 for never.
    pub assignee_last_seen_at: i64,
    /// Whether the channel takes a reply now.
    pub can_reply: bool,
    /// What the channel takes now, where someone else carries it.
    pub reply_window: Option<ReplyWindow>,
    /// Whether a reply can go by e-mail: the contact has an address.
    pub can_mail: bool,
    /// The contact's address last used in this conversation; null where the latest mail was not with them.
    pub last_mail_to: Option<String>,
    /// How far the contact has seen it; epoch seconds, 0 for never.
    pub contact_last_seen_at: i64,
    /// What the site or account noted.
    #[schema(value_type = Object)]
    pub custom_attributes: Json,
    /// Where it lives.
    pub inbox_id: i64,
    /// Labels.
    pub labels: Vec<String>,
    /// The contact is blocked.
    pub muted: bool,
    /// Until when it sleeps; epoch seconds.
    pub snoozed_until: Option<i64>,
    /// `open`, `resolved`, `pending` or `snoozed`.
    pub status: &'static str,
    /// Epoch seconds.
    pub created_at: i64,
    /// Epoch seconds with fractions.
    pub updated_at: f64,
    /// When anything last happened; epoch seconds.
    pub timestamp: i64,
    /// When an agent first answered; epoch seconds, 0 for never.
    pub first_reply_created_at: i64,
    /// How many of the contact's messages no agent has seen, at most 100.
    pub unread_count: i64,
    /// The last message that is no activity line.
    pub last_non_activity_message: Option<Message>,
    /// When anything last happened; epoch seconds.
    pub last_activity_at: i64,
    /// `low`, `medium`, `high`, `urgent`.
    pub priority: Option<String>,
    /// Since when the contact waits for an answer; epoch seconds, 0 for not at all.
    pub waiting_since: i64,
    /// Always null.
    pub sla_policy_id: Option<i64>,
    /// Place in a list, for `before`: everything further down comes after it.
    pub cursor: String,
}

/// With whom a conversation is, where, and who looks after it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Meta {
    /// The contact.
    pub sender: Contact,
    /// `Channel::WebWidget`, …
    pub channel: String,
    /// Who looks after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<AgentSender>,
    /// `User` where there is an assignee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee_type: Option<&'static str>,
    /// The site vouched for the person.
    pub hmac_verified: bool,
}

impl Meta {
    /// What of `parts` is about people and place.
    #[must_use]
    pub fn of(parts: &Parts) -> Self {
        let assignee = parts.assignee.as_ref().map(|(user, online)| AgentSender::of(user, *online));
        Self {
            sender: Contact::of(&parts.contact.0, parts.contact.1),
            channel: parts.inbox.channel.class(),
            assignee_type: assignee.is_some().then_some("User"),
            assignee,
            hmac_verified: parts.session.hmac_verified,
        }
    }
}

impl Conversation {
    /// The conversation as agents see it.
    #[must_use]
    pub fn of(parts: &Parts, frame: Frame<'_>) -> Self {
        let row = &parts.conversation;
        let shown = |message: &MessageParts| Message::of(message, frame);
        let reply_window = ReplyWindow::of(&parts.inbox, &parts.session, frame);
        Self {
            meta: Meta::of(parts),
            id: row.display_id,
            messages: parts.latest.iter().map(shown).collect(),
            account_id: row.account_id.0,
            uuid: row.uuid.clone(),
            additional_attributes: row.additional_attributes.clone(),
            agent_last_seen_at: seconds_or_zero(row.agent_last_seen_at),
            assignee_last_seen_at: seconds_or_zero(row.assignee_last_seen_at),
            can_reply: reply_window.as_ref().is_none_or(|window| window.open),
            reply_window,
            can_mail: parts.contact.0.email.is_some(),
            last_mail_to: parts.last_mail_to.clone(),
            contact_last_seen_at: seconds_or_zero(row.contact_last_seen_at),
            custom_attributes: row.custom_attributes.clone(),
            inbox_id: row.inbox_id.0,
            labels: Vec::new(),
            muted: parts.contact.0.blocked,
            snoozed_until: row.snoozed_until.map(model::Timestamp::as_second),
            status: row.status.as_str(),
            created_at: row.created_at.as_second(),
            updated_at: row.updated_at.as_duration().as_secs_f64(),
            timestamp: row.last_activity_at.as_second(),
            first_reply_created_at: seconds_or_zero(row.first_reply_created_at),
            unread_count: parts.unread,
            last_non_activity_message: parts.latest_said.as_ref().map(shown),
            last_activity_at: row.last_activity_at.as_second(),
            priority: row.priority.clone(),
            waiting_since: seconds_or_zero(row.waiting_since),
            sla_policy_id: None,
            cursor: cursor(row),
        }
    }
}

/// The conversation's place in lists, which are ordered by last activity: `<milliseconds>-<row>`.
fn cursor(row: &Row) -> String {
    format!("{}-{}", row.last_activity_at.as_millisecond(), row.id)
}

/// The place that [`cursor`] wrote.
#[must_use]
pub fn place(cursor: &str) -> Option<(model::Timestamp, model::ids::ConversationId)> {
    let (time, row) = cursor.split_once('-')?;
    let time = model::Timestamp::from_millisecond(time.parse().ok()?).ok()?;
    Some((time, model::ids::ConversationId(row.parse().ok()?)))
}
