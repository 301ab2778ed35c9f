//! What people do in Segue, one file per use case.
//!
//! A use case loads what it needs, decides with the rules of `model`, writes and records the event, in one
//! transaction. It takes the [`Desk`] it works at: database, blobs, clock, chance and the house's settings.

pub mod accept_held;
pub mod accept_mail;
pub mod accept_post;
pub mod accept_stranger;
pub mod answer_email_prompt;
pub mod append;
pub mod assign;
pub mod change_status;
pub mod channel_media;
mod channel_reach;
pub mod client_contact;
pub mod client_conversation;
mod cut;
pub mod delivery;
pub mod edit_contact;
pub mod edit_inbox;
pub mod edit_webhook;
pub mod erase;
pub mod file_links;
pub mod identify_visitor;
pub mod inbound_log;
pub mod invite_agent;
pub mod letter;
pub mod link_back;
pub mod mail_unseen;
pub mod mark_seen;
pub mod markup;
pub mod merge_contacts;
pub mod move_cut;
pub mod offered_address;
pub mod open_conversation;
pub mod original;
pub mod own_addresses;
pub mod passwords;
pub mod post_webhook;
pub mod presence;
mod problem;
pub mod receive_mail;
pub mod receive_on_channel;
pub mod recipient;
pub mod reject_stranger;
pub mod report_message;
pub mod retention;
pub mod same_person;
pub mod sandbox;
pub mod sealing;
pub mod send_mail;
pub mod send_message;
pub mod send_on_channel;
pub mod setup;
pub mod signing;
pub mod split_stranger;
mod spoken_address;
pub mod start_chat;
mod strangers;
pub mod sweep_files;
pub mod typing;
pub mod undo_merge;
pub mod unsubscribe;
pub mod update_account;
pub mod update_profile;
pub mod verify_mail;
pub mod visitor;
pub mod visitor_details;
pub mod visitor_message;
pub mod visitor_seen;

pub use problem::{Outcome, Problem};

use model::{
    Clock, Random, Timestamp,
    channel::{Continuity, Kind},
    inbox::{Inbox, Messaging},
};
use std::sync::Arc;
use store::{Blobs, Db};

/// Everything a use case may touch. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    /// What is kept.
    pub db: Db,
    /// Files.
    pub blobs: Blobs,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
    /// Reads mails.
    pub parser: receive_mail::Parser,
    /// Checks who sent a mail.
    pub verifier: Arc<dyn verify_mail::Verifier>,
    /// What the operator configured.
    pub house: Arc<House>,
}

/// What the operator configured that use cases need (contract §2).
#[derive(Clone, Debug)]
pub struct House {
    /// `FRONTEND_URL` without a slash at its end.
    pub frontend_url: String,
    /// `MAILER_INBOUND_EMAIL_DOMAIN`.
    pub inbound_domain: Option<String>,
    /// `MAILER_SENDER_EMAIL`: `addr` or `Name <addr>`.
    pub sender: String,
    /// `SEGUE_RETURN_PATH=verp`: bounces come back to an address of their own.
    pub verp: bool,
    /// No SMTP server is configured: mail is kept, never sent.
    pub sandbox: bool,
    /// Signs links and tokens.
    pub secret: signing::Secret,
    /// How long the bytes of mails are kept.
    pub retention: retention::Retention,
    /// The kinds of channels that someone else carries.
    pub channels: Vec<&'static Kind>,
}

impl House {
    /// The kind of channel of that name that someone else carries.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<&'static Kind> {
        self.channels.iter().find(|kind| kind.name == name).copied()
    }

    /// Settings and kind of an inbox whose replies go out by the channel, and by e-mail only where it cannot deliver them.
    #[must_use]
    pub fn carried<'i>(&self, inbox: &'i Inbox) -> Option<(&'i Messaging, &'static Kind)> {
        let messaging = inbox.messaging()?;
        let kind = self.kind(&messaging.of)?;
        (kind.continuity == Continuity::Undeliverable).then_some((messaging, kind))
    }
}

impl Desk {
    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
