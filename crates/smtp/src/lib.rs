//! Receiving mail by SMTP (RFC 5321) and LMTP (RFC 2033): the server's side of a session, without I/O, clock or threads.
//!
//! Bytes go in, bytes for the client come out, and in between the session asks whoever drives it: may this sender begin,
//! is this recipient ours, is this mail kept. It relays nothing and knows no log-in. Strict where looseness lets a mail be
//! smuggled inside another: a line of the dialogue and of DATA ends in CR LF, a mail in CR LF `.` CR LF, and in nothing else.
//!
//! ```
//! use smtp::{Fate, Recipient, Rules, Sender, Session, Step};
//!
//! let mut session = Session::new(Rules::smtp("mx.in.example.org"));
//! session.receive(b"EHLO a.example\r\nMAIL FROM:<ann@a.example>\r\nRCPT TO:<x@in.example.org>\r\nDATA\r\n");
//! session.receive(b"Subject: Hi\r\n\r\n..dots\r\n.\r\nQUIT\r\n");
//! let mut body = Vec::new();
//! loop {
//!     match session.step() {
//!         Step::Sender(_) => session.sender(Sender::Welcome),
//!         Step::Recipient(_) => session.recipient(Recipient::Ours),
//!         Step::Body(bytes) => body.extend(bytes),
//!         Step::Keep(_) => session.kept(&Fate::Kept),
//!         Step::Forget => body.clear(),
//!         Step::StartTls | Step::Read | Step::Close => break,
//!     }
//! }
//! assert_eq!(body, b"Subject: Hi\r\n\r\n.dots\r\n");
//! assert!(String::from_utf8(session.output()).unwrap().ends_with("221 2.0.0 bye\r\n"));
//! ```

mod address;
mod command;
mod dots;
mod hops;
mod reply;
mod rules;
mod session;
mod trace;

pub use address::Address;
pub use reply::{Fate, Recipient, Sender, busy};
pub use rules::{Protocol, Rules};
pub use session::{Envelope, Session, Step};
pub use trace::{Trace, lines};
