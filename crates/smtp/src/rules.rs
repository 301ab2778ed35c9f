//! What a session allows.

/// Which of the two dialogues is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// RFC 5321: one answer for a mail.
    Smtp,
    /// RFC 2033: one answer for each recipient of a mail.
    Lmtp,
}

/// What a session allows.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The dialogue.
    pub protocol: Protocol,
    /// The name this server goes by, in greeting and trace lines.
    pub hostname: String,
    /// Whether STARTTLS is offered.
    pub starttls: bool,
    /// The largest mail, bytes (RFC 1870).
    pub largest: usize,
    /// The most recipients of a mail; at least 100 (RFC 5321 §4.5.3.1.8).
    pub most_recipients: usize,
    /// After this many commands that make no sense the session ends.
    pub most_errors: u32,
    /// After this many refused recipients the session ends.
    pub most_refused: u32,
    /// After this many commands since the last mail that lead nowhere (NOOP, RSET, …) the session ends.
    pub most_idle: u32,
    /// The most `Received` lines of a mail; one with more goes in circles (RFC 5321 §6.3).
    pub most_hops: u32,
}

impl Rules {
    /// The usual rules of SMTP, without STARTTLS.
    #[must_use]
    pub fn smtp(hostname: &str) -> Self {
        Self {
            protocol: Protocol::Smtp,
            hostname: hostname.to_owned(),
            starttls: false,
            largest: 50 * 1024 * 1024,
            most_recipients: 100,
            most_errors: 20,
            most_refused: 20,
            most_idle: 100,
            most_hops: 100,
        }
    }

    /// The usual rules of LMTP. The client is a mail server of the house: it may name more recipients that are not ours.
    #[must_use]
    pub fn lmtp(hostname: &str) -> Self {
        Self {
            protocol: Protocol::Lmtp,
            most_recipients: 1000,
            most_refused: 1000,
            most_idle: 1000,
            ..Self::smtp(hostname)
        }
    }
}
