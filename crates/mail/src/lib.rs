//! E-mail to meaning and back: parse, address, thread, classify, extract the reply, compose.
//!
//! A library without I/O, clock or randomness: bytes and strings in, plain structs out. Whatever the bytes are, nothing here
//! panics, and the work grows linearly with the size of the mail.
//!
//! | question | answered by |
//! |---|---|
//! | what stands in these bytes? | [`parse()`] → [`Mail`] |
//! | which conversation is it for? | [`Mail::reply_tokens`], [`threading::OwnId`] |
//! | did a person write it? | [`classify()`] → [`Classified`] |
//! | can the author be believed? | [`verdict::Verdicts`] |
//! | what is new in it? | [`reply::extract`] → [`Reply`] |
//! | what may be shown? | [`html::sanitize`], [`html::to_text`] |
//! | how is an answer sent? | [`Letter`] → [`render`] |
//!
//! A conversation's way out and back:
//!
//! ```
//! use mail::{Hints, Kind, Letter, Mailbox, Token, address, threading};
//!
//! let token = Token::from_bytes([7; 16]);
//! let conversation = "5a1c2f34-0000-4000-8000-0123456789ab";
//! let letter = Letter {
//!     from: Mailbox::new(Some("Zoë from Acme"), "help@acme.example"),
//!     to: vec![Mailbox::new(Some("Jörg"), "jorg@x.example")],
//!     reply_to: Some(Mailbox::new(Some("Zoë from Acme"), &address::reply_address(&token, "in.acme.example"))),
//!     subject: "[#7] New messages on this conversation".into(),
//!     message_id: threading::message_id(conversation, 42, "in.acme.example"),
//!     in_reply_to: Some(threading::root_id(1, conversation, "in.acme.example")),
//!     text: "It is on its way.".into(),
//!     ..Letter::default()
//! };
//! let sent = mail::parse(&mail::render(&letter)?);
//!
//! // Jörg answers from his mail program, which quotes what it got
//! let jorg = &letter.to[0];
//! let raw = mail::reply_as_recipient(&sent, "Thank you!", jorg, "2026-11-22T10:00:00Z".parse()?, "r1@x.example")?;
//!
//! let answer = mail::parse(&raw);
//! assert_eq!(answer.reply_tokens()[0].0, token);
//! assert_eq!(threading::OwnId::parse(&answer.in_reply_to[0]).unwrap().conversation(), conversation);
//! assert_eq!(mail::classify(&answer).kind, Kind::Human);
//! assert_eq!(mail::extract(&answer, &Hints::default()).text, "Thank you!");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod address;
pub mod classify;
pub mod compose;
pub mod html;
pub mod inspect;
pub mod message;
pub mod parse;
pub mod reply;
pub mod threading;
pub mod verdict;

pub use address::Token;
pub use classify::{Bounce, Classified, Kind, classify};
pub use compose::{ComposeError, Letter, render, reply_as_recipient};
pub use inspect::{Inspection, inspect_eml, inspect_html, inspect_plain};
pub use message::{Attachment, Header, Mail, Mailbox, Note, Recipient, RecipientSource};
pub use parse::parse;
pub use reply::{Hints, Reply, extract};
