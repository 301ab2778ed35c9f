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
//! # What a person newly wrote
//!
//! Mail programs put the mail that is answered below, above or around the answer, each in its own way and language. [`extract`] tells them
//! apart:
//!
//! ```
//! use mail::{Hints, extract, parse};
//!
//! let mail = parse(
//!     "From: Jörg Müller <joerg@x.example>\nTo: help@acme.example\n\n\
//!      Passt, danke!\n\nViele Grüße\nJörg\n\n\
//!      Am 05.01.26 um 10:00 schrieb Acme <help@acme.example>:\n> Passt Ihnen Dienstag?\n"
//!         .as_bytes(),
//! );
//! let reply = extract(&mail, &Hints::default());
//! assert_eq!(reply.text, "Passt, danke!");
//! assert_eq!(reply.signature.as_deref(), Some("Viele Grüße\nJörg"));
//! assert_eq!(reply.quoted.as_deref(), Some("Am 05.01.26 um 10:00 schrieb Acme <help@acme.example>:\n> Passt Ihnen Dienstag?"));
//! ```
//!
//! There is no mail at hand, only a body? [`reply::extract_plain`] and [`reply::extract_html`] take one. What is known of the conversation
//! makes it surer: with the text of the mails that were sent ([`Hints::sent`]) history is found by comparison, whatever surrounds it.
//!
//! ```
//! use mail::reply::{Body, Hints, PartKind, take_apart_plain};
//!
//! let hints = Hints { sent: vec!["Your parcel left us today; it will be with you on Friday.".into()], ..Hints::default() };
//! let body = take_apart_plain("Great!\n\nYour parcel left us today; it\nwill be with you on Friday.", &hints);
//!
//! // the parts are the text again, byte for byte, each with its rule and how sure that is
//! let parts: Vec<(PartKind, &str)> = body.parts.iter().map(|part| (part.kind, part.rule)).collect();
//! assert_eq!(parts, [(PartKind::Written, "written"), (PartKind::Quoted, "own words")]);
//!
//! // a reader may know better, and cut elsewhere
//! let cuts = body.cuts();
//! assert!(cuts[0].taken);
//! assert_eq!(Body::cut_at(&body.text, 6).reply().text, "Great!");
//! ```
//!
//! Promised:
//!
//! * **Nothing is lost.** [`reply::Body`] is a sequence of parts without gaps; what is not shown is in [`Reply::quoted`] or
//!   [`Reply::signature`].
//! * **No empty messages.** A mail that has words has a reply; of a forwarded mail without a comment it is what was forwarded.
//! * **Rather too much than too little.** Only what is at least [likely](reply::Confidence) to be history is cut; answers between quotes keep
//!   the lines they answer.
//! * **A reply is final.** Reading a reply again changes nothing.
//! * **Linear work.** A mail of a few kilobytes takes microseconds, ten hostile megabytes less than a second (`cargo bench` shows both).
//!
//! The limits: lines after the ten thousandth are folded away with the history; a language that no row of the table in `reply/locales`
//! holds is read by dates, addresses and quote marks alone; a signature that is neither set off, nor named after its author, nor full of
//! telephone numbers stays with the words; and nobody can tell a pasted mail from one that a client quoted without a mark.
//!
//! Where to find what: `parse` bytes to mail, `reply` the extraction, `html` rendering and cleaning, `classify` kinds and delivery reports,
//! `compose` the way out; the tests' mails stand in `corpus`.
//!
//! # The way out and back
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
