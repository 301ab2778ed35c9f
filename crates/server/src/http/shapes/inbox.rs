//! Inboxes.

use super::channel::Carried;
use desk::House;
use model::{
    account::Account,
    inbox::{Email, ImapTls, Inbox as Row, SenderName, WebWidget},
};
use serde::Serialize;
use utoipa::ToSchema;

/// An inbox where it is only named: in a contact's sessions.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SlimInbox {
    /// Row id.
    pub id: i64,
    /// Picture, or empty.
    pub avatar_url: String,
    /// The channel's id; the inbox's.
    pub channel_id: i64,
    /// Its name.
    pub name: String,
    /// `Channel::WebWidget`, `Channel::Email`, `Channel::Telegram`, …
    pub channel_type: String,
    /// The provider, for channels that have several.
    pub provider: Option<String>,
}

impl SlimInbox {
    /// The inbox, named.
    #[must_use]
    pub fn of(inbox: &Row) -> Self {
        Self {
            id: inbox.id.0,
            avatar_url: String::new(),
            channel_id: inbox.id.0,
            name: inbox.name.clone(),
            channel_type: inbox.channel.class(),
            provider: inbox.messaging().and_then(|messaging| messaging.fields.get("provider").cloned()),
        }
    }
}

/// An inbox with its settings (reference §4.3).
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Inbox {
    /// Row id.
    pub id: i64,
    /// Picture, or empty.
    pub avatar_url: String,
    /// The channel's id; the inbox's.
    pub channel_id: i64,
    /// Its name.
    pub name: String,
    /// `Channel::WebWidget`, `Channel::Email`, `Channel::Telegram`, …
    pub channel_type: String,
    /// The greeting is sent when a conversation starts.
    pub greeting_enabled: bool,
    /// The greeting's words.
    pub greeting_message: String,
    /// A visitor without an address is asked for one.
    pub enable_email_collect: bool,
    /// `friendly` or `professional`: how the sender of a mail is named.
    pub sender_name_type: &'static str,
    /// The business in the sender's name; the inbox's name where empty.
    pub business_name: String,
    /// Mail of strangers waits in the inbound log.
    pub hold_strangers: bool,
    /// Words after `[#N]` in the subject of mails; the built-in ones where empty.
    pub mail_subject: String,
    /// Unseen replies go on by e-mail.
    pub continuity_via_email: bool,
    /// Seconds a reply waits to be seen before it is mailed.
    pub continuity_delay: u32,
    /// Settings of a website inbox.
    #[serde(flatten)]
    pub website: Option<Website>,
    /// Settings of an e-mail inbox.
    #[serde(flatten)]
    pub email: Option<EmailInbox>,
    /// A person goes on with their last conversation, resolved or not.
    pub lock_to_single_conversation: bool,
    /// Settings of a channel that someone else carries, and how it is doing.
    #[serde(flatten)]
    pub carried: Option<Carried>,
}

/// Settings of a website inbox.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Website {
    /// Names the widget; public.
    pub website_token: String,
    /// The page the widget stands on.
    pub website_url: String,
    /// What to put on that page.
    pub web_widget_script: String,
    /// CSS colour.
    pub widget_color: String,
    /// First line of the widget's header.
    pub welcome_title: String,
    /// Second line of the widget's header.
    pub welcome_tagline: String,
    /// `in_a_few_minutes`, `in_a_few_hours` or `in_a_day`.
    pub reply_time: String,
    /// Signs `identifier_hash`; to administrators alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hmac_token: Option<String>,
}

/// Settings of an e-mail inbox.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct EmailInbox {
    /// Its own address: mail to it opens a conversation, replies go out from it.
    pub email: String,
    /// Where mail to its own address can be forwarded to; null without an inbound domain.
    pub forward_to_email: Option<String>,
    /// Whether forwarded mail and answers come in: the account's feature is on and there is an inbound domain.
    pub forwarding_enabled: bool,
    /// Mail is fetched from a mailbox.
    pub imap_enabled: bool,
    /// The mailbox's server.
    pub imap_address: String,
    /// Its port.
    pub imap_port: u16,
    /// Whom to log in as.
    pub imap_login: String,
    /// Whether there is a password; it is never shown.
    pub imap_password_set: bool,
    /// Whether the connection is secured from the first byte.
    pub imap_enable_ssl: bool,
    /// `implicit`, `starttls` or `none`.
    pub imap_tls: &'static str,
    /// The folder that is looked into.
    pub imap_folder: String,
    /// What lies there at the first look is fetched too, not only what comes afterwards.
    pub imap_existing: bool,
    /// What is done with a mail that is ours: `keep`, `mark_seen`, `delete` or `move`.
    pub imap_after: &'static str,
    /// The folder it is moved to.
    pub imap_move_to: String,
    /// How the last look into the mailbox went; null where there was none.
    pub imap_state: Option<ImapState>,
}

/// How the last look into a mailbox went.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ImapState {
    /// Whether it worked; null while the first one is under way.
    pub ok: Option<bool>,
    /// What happened, or what to change.
    pub words: String,
    /// When; epoch seconds.
    pub at: Option<i64>,
    /// When one last went well; epoch seconds.
    pub succeeded_at: Option<i64>,
    /// How many mails have been fetched in all.
    pub fetched: i64,
    /// Mails that could not be had, the latest twenty; the others came in without them.
    pub set_aside: Vec<SetAside>,
}

/// A mail of a mailbox that could not be had.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SetAside {
    /// Its number in the mailbox.
    pub uid: u32,
    /// Why.
    pub reason: String,
    /// When it was last tried; epoch seconds.
    pub at: i64,
    /// When it is tried again; null where it is not.
    pub next_try_at: Option<i64>,
}

impl EmailInbox {
    fn of(email: &Email, house: &House, account: &Account) -> Self {
        let domain = account.inbound_domain(house.inbound_domain.as_deref());
        let imap = email.imap.clone().unwrap_or_default();
        Self {
            email: email.address.clone(),
            forward_to_email: domain.map(|domain| format!("{}@{domain}", email.forward_to)),
            forwarding_enabled: account.inbound(house.inbound_domain.as_deref()).is_some(),
            imap_enabled: imap.enabled,
            imap_address: imap.host,
            imap_port: imap.port,
            imap_login: imap.login,
            imap_password_set: imap.password.is_set(),
            imap_enable_ssl: imap.tls == ImapTls::Implicit,
            imap_tls: imap.tls.as_str(),
            imap_folder: imap.folder,
            imap_existing: imap.existing,
            imap_after: imap.after.as_str(),
            imap_move_to: imap.move_to,
            imap_state: None,
        }
    }
}

impl Inbox {
    /// The account's inbox as an agent sees it; administrators also see a website's secret.
    #[must_use]
    pub fn of(inbox: &Row, house: &House, account: &Account, administrator: bool) -> Self {
        let settings = &inbox.settings;
        Self {
            id: inbox.id.0,
            avatar_url: String::new(),
            channel_id: inbox.id.0,
            name: inbox.name.clone(),
            channel_type: inbox.channel.class(),
            greeting_enabled: settings.greeting_enabled,
            greeting_message: settings.greeting_message.clone(),
            enable_email_collect: settings.enable_email_collect,
            sender_name_type: match settings.sender_name_type {
                SenderName::Friendly => "friendly",
                SenderName::Professional => "professional",
            },
            business_name: settings.business_name.clone(),
            hold_strangers: settings.hold_strangers,
            mail_subject: settings.mail_subject.clone(),
            continuity_via_email: settings.continuity_via_email,
            continuity_delay: settings.continuity_delay,
            website: inbox.web_widget().map(|widget| Website::of(widget, house, administrator)),
            email: inbox.email().map(|email| EmailInbox::of(email, house, account)),
            lock_to_single_conversation: settings.lock_to_single_conversation,
            carried: Carried::of(inbox, house, administrator),
        }
    }
}

impl Website {
    fn of(widget: &WebWidget, house: &House, administrator: bool) -> Self {
        Self {
            website_token: widget.website_token.clone(),
            website_url: widget.website_url.clone(),
            web_widget_script: snippet(&house.frontend_url, &widget.website_token),
            widget_color: widget.widget_color.clone(),
            welcome_title: widget.welcome_title.clone(),
            welcome_tagline: widget.welcome_tagline.clone(),
            reply_time: widget.reply_time.clone(),
            hmac_token: administrator.then(|| widget.hmac_token.clone()),
        }
    }
}

/// What a website's owner puts on their pages. It only loads the loader and starts it (reference §3.1).
#[must_use]
pub fn snippet(frontend_url: &str, website_token: &str) -> String {
    // Both values are ours (a checked URL, hexadecimal digits); JSON makes them JavaScript strings all the same.
    let (base, token) = (serde_json::Value::from(frontend_url), serde_json::Value::from(website_token));
    format!(
        "<script>\n  (function (base, token) {{\n    var script = document.createElement('script');\n    script.src = base + '/packs/js/sdk.js';\n    \
         script.async = true;\n    script.onload = function () {{\n      window.chatwootSDK.run({{ websiteToken: token, baseUrl: base }});\n    }};\n    \
         document.head.appendChild(script);\n  }})({base}, {token});\n</script>\n"
    )
}
