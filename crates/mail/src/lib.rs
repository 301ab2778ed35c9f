//! E-mail to meaning and back: parse, address, thread, classify, extract the reply, compose.
//!
//! A library without I/O, clock or randomness: bytes and strings in, plain structs out. Whatever the bytes are, nothing here
//! panics, and the work grows linearly with the size of the mail.

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
pub use message::{Attachment, Header, Mail, Mailbox, Recipient, RecipientSource};
pub use parse::parse;
pub use reply::{Hints, Reply, extract};
