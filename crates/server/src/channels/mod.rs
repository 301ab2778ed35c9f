//! The channels: the list of kinds, and what a provider's file has to say of each. A new channel is a file here and a line
//! in [`ALL`]; its settings, window, limits and set-up page stand in its file as data ([`Kind`]).

mod addressed;
pub(crate) mod api;
mod client;
mod email;
mod facebook_page;
mod hooks;
mod instagram;
mod line;
mod meta;
mod pieces;
mod place;
mod telegram;
mod twilio_sms;
mod twitter;
mod upload;
mod website;
mod whatsapp;
mod whole;
mod wire;

pub use client::{Client, Reply};
pub use hooks::{Admitted, Posted, routes};
pub use pieces::{Part, Piece};
pub use whole::whole;
pub use wire::Wire;

use crate::{app::App, config::ChannelConfig, fetch::Fetched, http::problem::Refusal};
use axum::response::Response;
use desk::{
    markup::{self, Style},
    receive_on_channel::{News, Person},
    send_on_channel::{End, Errand, Trouble},
};
use futures_util::future::BoxFuture;
use model::{
    Json,
    channel::{Given, Kind},
};

/// A channel of the list.
pub struct Listed {
    /// What it is and can do.
    pub kind: &'static Kind,
    /// Who carries its messages; none for those that the house carries itself.
    pub provider: Option<&'static dyn Provider>,
}

/// Every channel.
pub static ALL: &[Listed] = &[
    website::LISTED,
    email::LISTED,
    api::LISTED,
    facebook_page::LISTED,
    instagram::LISTED,
    telegram::LISTED,
    line::LISTED,
    twilio_sms::LISTED,
    twitter::LISTED,
    whatsapp::LISTED,
];

/// Kinds that are otherwise where the operator says so: by what the operator sets to true, and what they are then.
static OTHERWISE: &[(&str, &Kind)] = &[
    ("ENABLE_MESSENGER_CHANNEL_HUMAN_AGENT", &facebook_page::FOR_HUMANS),
    ("ENABLE_INSTAGRAM_CHANNEL_HUMAN_AGENT", &instagram::FOR_HUMANS),
];

/// The kinds whose inboxes are made from their table of fields, as the operator has them: those that a provider carries, and
/// the client API.
#[must_use]
pub fn carried(config: &ChannelConfig) -> Vec<&'static Kind> {
    let carried = ALL.iter().map(|listed| listed.kind).filter(|kind| !kind.fields.is_empty());
    let otherwise = |kind: &'static Kind| {
        let set =
            OTHERWISE.iter().find(|(variable, other)| other.name == kind.name && config.value(variable) == "true");
        set.map_or(kind, |(_, other)| *other)
    };
    carried.map(otherwise).collect()
}

/// Who carries the messages of that kind of channel.
#[must_use]
pub fn provider(kind: &str) -> Option<&'static dyn Provider> {
    ALL.iter().find(|listed| listed.kind.name == kind).and_then(|listed| listed.provider)
}

/// What a provider's file says. The functions that ask the provider get a [`Wire`] to it.
pub trait Provider: Sync {
    /// Where the provider is, unless the operator says otherwise.
    fn home(&self) -> &'static str;

    /// The paths of its webhooks, as the router writes them.
    fn hooks(&self) -> &'static [&'static str];

    /// What the settings lack that others of them ask for, beyond what the kind's fields say.
    fn lacks(&self, _: &ChannelConfig, _: &Given) -> Option<Lacks> {
        None
    }

    /// Checks a post to a webhook before anything of it is believed: whose it is, and that the provider made it.
    fn admit<'a>(&'a self, app: &'a App, post: &'a Posted) -> BoxFuture<'a, Result<Admitted, Refusal>>;

    /// Answers a GET of a webhook, with which some providers make sure that it is ours.
    fn handshake<'a>(&'a self, _: &'a App, _: &'a Posted) -> BoxFuture<'a, Result<Response, Refusal>> {
        Box::pin(async { Err(Refusal::not_found()) })
    }

    /// Reads an admitted body. Pure; what is of no interest is left out.
    ///
    /// # Errors
    /// It is not what the provider's documentation says, in words.
    fn read(&self, wire: &Wire, body: &str) -> Result<Vec<News>, String>;

    /// What is known of a person who is heard for the first time and whose name the webhook did not say.
    fn profile<'a>(&'a self, _: &'a Wire, _: &'a str) -> BoxFuture<'a, Option<Person>> {
        Box::pin(async { None })
    }

    /// How what agents mark (`**strong**`, …) is written for the channel; `None` where [`Self::send`] sees to it.
    fn style(&self, _: &Wire) -> Option<&'static Style> {
        Some(&markup::PLAIN)
    }

    /// In which pieces a message goes.
    fn pieces(&self, wire: &Wire, errand: &Errand) -> Vec<Piece> {
        pieces::usual(wire, errand)
    }

    /// Sends one part of a message; the provider's id of it, where it gives one.
    fn send<'a>(&'a self, wire: &'a Wire, part: &'a Part<'a>) -> BoxFuture<'a, Result<Option<String>, End>>;

    /// Fetches a file that a person sent, by the provider's id of it.
    fn media<'a>(&'a self, _: &'a Wire, _: &'a str) -> BoxFuture<'a, Result<Fetched, Lost>> {
        Box::pin(async { Err(Lost::Never("this channel has no files".into())) })
    }

    /// The templates that the provider has agreed to: `{name, language, category, parameter_format, components}` each, the
    /// components as WhatsApp describes them; `title` where people call it otherwise.
    fn templates<'a>(&'a self, _: &'a Wire) -> BoxFuture<'a, Result<Vec<Json>, Trouble>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Asks the provider whether the settings are good; what it says of the inbox, in words.
    fn check<'a>(&'a self, wire: &'a Wire) -> BoxFuture<'a, Result<String, Trouble>>;

    /// Tells the provider where the webhook is, where it takes that from a program.
    fn register<'a>(&'a self, _: &'a Wire) -> BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async { Ok(()) })
    }
}

/// A setting, and what is wrong with it.
pub type Lacks = (&'static str, &'static str);

/// Why a file cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Not now.
    Later(String),
    /// Never.
    Never(String),
}
