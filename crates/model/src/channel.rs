//! What a kind of channel is and can do, as data: its settings, its reply window, its limits, its set-up page. Each kind's
//! row stands in its file in `server/channels`; the rules here and in [`crate::continuity`] read it.

mod sms;
mod split;
mod window;

pub use split::{Limit, Units, split};
pub use window::{Standing, Window, standing};

use crate::inbox::Messaging;
use std::collections::BTreeMap;

/// A kind of channel.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its name in the API, `channel.type`: `telegram`.
    pub name: &'static str,
    /// Its name for people: `Telegram`.
    pub title: &'static str,
    /// The settings of such an inbox.
    pub fields: &'static [Field],
    /// What outside callers know such an inbox by, unique among inboxes of the kind, from its settings in the clear.
    pub key: fn(&Given) -> Option<String>,
    /// The path of its webhook below `FRONTEND_URL`.
    pub webhook: fn(&Messaging) -> Option<String>,
    /// What such an inbox can do.
    pub able: fn(&Messaging) -> Capabilities,
    /// What a person with that phone number (E.164) is called there, where they may be written to first.
    pub write_first: Option<fn(&str) -> String>,
    /// When its replies go out by e-mail.
    pub continuity: Continuity,
    /// What to do at the provider, one step a line; `{webhook}` stands for the address of the webhook.
    pub steps: &'static [&'static str],
}

/// Settings in the clear, by name.
pub type Given = BTreeMap<String, String>;

/// When the replies of a kind of channel go out by e-mail (contract §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuity {
    /// When they stay unseen: websites and the client API.
    Unseen,
    /// When the channel cannot deliver them: messaging channels.
    Undeliverable,
}

/// A setting of a kind of channel.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in the API; a dot leads into an object: `provider_config.api_key`.
    pub name: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// Where to find it.
    pub help: &'static str,
    /// Who sees it.
    pub shown: Shown,
    /// It must be given.
    pub required: bool,
    /// What it may be.
    pub shape: Shape,
}

/// Who sees a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Every agent.
    Everyone,
    /// Administrators.
    Administrators,
    /// Nobody: it is encrypted, and only whether there is one is shown.
    Nobody,
}

/// What a setting may be.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Any line of text.
    Text,
    /// A phone number in E.164.
    Phone,
    /// An `http` or `https` address.
    Url,
    /// One of these words; the first where none is given.
    OneOf(&'static [&'static str]),
    /// `true` or `false`; `false` where none is given.
    Truth,
    /// A whole number from 1 to that.
    Number(u32),
    /// A line of text; 32 hexadecimal digits that we draw where none is given.
    Drawn,
}

/// What an inbox can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// How long after the person's latest message replies are taken; always where `None`.
    pub window: Option<Window>,
    /// The longest text that goes as one message.
    pub text: Limit,
    /// Files.
    pub files: Files,
    /// Whether the provider tells that a message has arrived, and that it was read.
    pub marks: Marks,
    /// Templates agreed with the provider go out at any time.
    pub templates: bool,
}

/// Which files a channel takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Files {
    /// The largest, bytes; 0 where it takes none.
    pub largest: i64,
    /// A text goes with a file as its caption, up to this limit; in a message of its own where `None`.
    pub caption: Option<Limit>,
}

/// What a provider tells of a message it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// That it has arrived.
    pub delivered: bool,
    /// That it was read.
    pub read: bool,
}

impl Kind {
    /// What a provider said without the name before it, for sentences that name the channel anyway.
    #[must_use]
    pub fn bare<'w>(&self, words: &'w str) -> &'w str {
        let names = |name: &str| name == self.title || self.title.split(['/', ' ']).any(|part| part == name);
        words.split_once(": ").filter(|(name, _)| names(name)).map_or(words, |(_, rest)| rest)
    }

    /// The setting of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_said_once() {
        let able = |_: &Messaging| Capabilities {
            window: None,
            text: Limit { most: 1, units: Units::Characters },
            files: Files { largest: 0, caption: None },
            marks: Marks { delivered: false, read: false },
            templates: false,
        };
        let kind = Kind {
            name: "twitter_profile",
            title: "X/Twitter",
            fields: &[],
            key: |_| None,
            webhook: |_| None,
            able,
            write_first: None,
            continuity: Continuity::Undeliverable,
            steps: &[],
        };
        let rows = [("X: no", "no"), ("X/Twitter: no", "no"), ("Y: no", "Y: no"), ("no", "no"), ("X: a: b", "a: b")];
        for (said, bare) in rows {
            assert_eq!(kind.bare(said), bare);
        }
    }
}
