//! The inbox: one channel of an account, and its settings.

mod email;
mod messaging;

pub use email::{AfterFetch, Email, Imap, ImapTls, Sealed};
pub use messaging::Messaging;

use crate::{
    Timestamp,
    ids::{AccountId, InboxId},
};
use serde::{Deserialize, Serialize};

/// One channel of an account.
#[derive(Clone, Debug, PartialEq)]
pub struct Inbox {
    /// Row id.
    pub id: InboxId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Its name, shown to agents and to visitors.
    pub name: String,
    /// What kind of channel it is, with that kind's settings.
    pub channel: Channel,
    /// Settings every kind has.
    pub settings: Settings,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The kind of a channel with its own settings; stored as `kind` plus JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Channel {
    /// A chat widget on a website.
    WebWidget(WebWidget),
    /// An address of its own.
    Email(Email),
    /// A channel that someone else carries.
    Messaging(Messaging),
}

impl Channel {
    /// The class name the reference API shows as `channel_type`.
    #[must_use]
    pub fn class(&self) -> String {
        let words = self.kind().split('_').map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
        });
        format!("Channel::{}", words.collect::<String>())
    }

    /// The name of its kind, as in the API's `channel.type`.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::WebWidget(_) => "web_widget",
            Self::Email(_) => "email",
            Self::Messaging(messaging) => &messaging.of,
        }
    }
}

/// Settings of a website inbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WebWidget {
    /// Names the widget in the snippet; 32 hexadecimal digits, public.
    pub website_token: String,
    /// Signs `identifier_hash` (reference §3.4); shown to administrators.
    pub hmac_token: String,
    /// The page the widget stands on; link-backs lead there.
    pub website_url: String,
    /// CSS colour of the widget.
    pub widget_color: String,
    /// First line of the widget's header.
    pub welcome_title: String,
    /// Second line of the widget's header.
    pub welcome_tagline: String,
    /// A promise: `in_a_few_minutes`, `in_a_few_hours`, `in_a_day`.
    pub reply_time: String,
}

impl Default for WebWidget {
    fn default() -> Self {
        Self {
            website_token: String::new(),
            hmac_token: String::new(),
            website_url: String::new(),
            widget_color: "#4f46e5".into(),
            welcome_title: String::new(),
            welcome_tagline: String::new(),
            reply_time: "in_a_few_minutes".into(),
        }
    }
}

/// How the sender of a mail is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SenderName {
    /// `<agent> from <business>`
    #[default]
    Friendly,
    /// `<business>`
    Professional,
}

/// Settings every kind of inbox has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Unseen replies go on by e-mail.
    pub continuity_via_email: bool,
    /// Seconds a reply waits to be seen before it is mailed.
    pub continuity_delay: u32,
    /// A visitor without an address is asked for one.
    pub enable_email_collect: bool,
    /// The greeting is sent when a conversation starts.
    pub greeting_enabled: bool,
    /// The greeting's words.
    pub greeting_message: String,
    /// How the sender of a mail is named.
    pub sender_name_type: SenderName,
    /// The business in the sender's name; the inbox's name where empty.
    pub business_name: String,
    /// Mail of strangers waits in the inbound log instead of standing in the thread.
    pub hold_strangers: bool,
    /// Words after `[#N]` in the subject of mails for chat-born conversations; the built-in ones where empty.
    pub mail_subject: String,
    /// A person goes on with their last conversation, resolved or not, instead of beginning another after it was resolved.
    pub lock_to_single_conversation: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            continuity_via_email: true,
            continuity_delay: 120,
            enable_email_collect: true,
            greeting_enabled: false,
            greeting_message: String::new(),
            sender_name_type: SenderName::Friendly,
            business_name: String::new(),
            hold_strangers: false,
            mail_subject: String::new(),
            lock_to_single_conversation: false,
        }
    }
}

impl Inbox {
    /// The business as customers know it.
    #[must_use]
    pub fn business(&self) -> &str {
        if self.settings.business_name.trim().is_empty() { &self.name } else { &self.settings.business_name }
    }

    /// The widget's settings, if it is a website inbox.
    #[must_use]
    pub fn web_widget(&self) -> Option<&WebWidget> {
        match &self.channel {
            Channel::WebWidget(widget) => Some(widget),
            Channel::Email(_) | Channel::Messaging(_) => None,
        }
    }

    /// The address's settings, if it is an e-mail inbox.
    #[must_use]
    pub fn email(&self) -> Option<&Email> {
        match &self.channel {
            Channel::Email(email) => Some(email),
            Channel::WebWidget(_) | Channel::Messaging(_) => None,
        }
    }

    /// The settings of a messaging channel, or of the client API.
    #[must_use]
    pub fn messaging(&self) -> Option<&Messaging> {
        match &self.channel {
            Channel::Messaging(messaging) => Some(messaging),
            Channel::WebWidget(_) | Channel::Email(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_named_as_in_the_reference() {
        let class = |of: &str| Channel::Messaging(Messaging { of: of.into(), ..Messaging::default() }).class();
        assert_eq!(class("telegram"), "Channel::Telegram");
        assert_eq!(class("facebook_page"), "Channel::FacebookPage");
        assert_eq!(class("api"), "Channel::Api");
        assert_eq!(Channel::WebWidget(WebWidget::default()).class(), "Channel::WebWidget");
        assert_eq!(Channel::Email(Email::default()).class(), "Channel::Email");
    }

    #[test]
    fn an_email_channel_is_kept_as_json_and_tells_no_secret() {
        let imap = Imap { host: "imap.acme.example".into(), password: Sealed::new("x1:00".into()), ..Imap::default() };
        let email = Email { address: "help@acme.example".into(), forward_to: "0".repeat(32), imap: Some(imap) };
        let channel = Channel::Email(email);
        let kept = serde_json::to_value(&channel).unwrap();
        assert_eq!((kept["kind"].as_str(), kept["imap"]["after"].as_str()), (Some("email"), Some("keep")));
        assert_eq!(serde_json::from_value::<Channel>(kept).unwrap(), channel);
        assert!(!format!("{channel:?}").contains("x1:00"));
        let bare: Channel = serde_json::from_str(r#"{"kind": "email", "address": "a@b.example"}"#).unwrap();
        assert_eq!(bare, Channel::Email(Email { address: "a@b.example".into(), ..Email::default() }));
    }
}
