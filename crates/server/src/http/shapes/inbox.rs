//! Inboxes.

use desk::House;
use model::inbox::{Inbox as Row, SenderName, WebWidget};
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
    /// `Channel::WebWidget`, …
    pub channel_type: &'static str,
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
            provider: None,
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
    /// `Channel::WebWidget`, …
    pub channel_type: &'static str,
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

impl Inbox {
    /// The inbox as an agent sees it; administrators also see its secret.
    #[must_use]
    pub fn of(inbox: &Row, house: &House, administrator: bool) -> Self {
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
