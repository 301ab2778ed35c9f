//! Handing one mail to the configured server by SMTP (RFC 5321): exactly the stored bytes, to one recipient.
//!
//! The conversation is driven step by step, because what an answer means depends on the step: a refused log-in or
//! greeting is our operator's trouble and passes, a refused recipient or text is final. A connection carries one mail.

use crate::config::{Mechanism, Smtp, Tls};
use desk::send_mail::{Answer, Fate};
use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism as Sasl},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt, Rset},
        extension::{ClientId, Extension, MailParameter},
        response::Response,
    },
};
use std::{error::Error as _, future::Future, time::Duration};

/// How many times the read timeout the mail itself may take: it is long, and servers scan it before they answer.
const DATA_PATIENCE: u32 = 10;

/// A mail and its envelope.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'m> {
    /// Envelope sender.
    pub from: &'m str,
    /// Envelope sender where the server refuses `from`.
    pub fallback_from: &'m str,
    /// Envelope recipient.
    pub to: &'m str,
    /// The mail: CRLF line ends, 7 bit.
    pub raw: &'m [u8],
}

/// Hands the mail over; what the server made of it.
pub async fn send(config: &Smtp, mail: Outgoing<'_>) -> Answer {
    match attempt(config, mail).await {
        Ok(response) => accepted(config, &response),
        Err(trouble) => trouble.answer(config),
    }
}

async fn attempt(config: &Smtp, mail: Outgoing<'_>) -> Result<Response, Trouble> {
    let address = |text: &str| text.parse::<Address>().map_err(|error| Trouble::Address(format!("{text}: {error}")));
    let (from, to) = (address(mail.from)?, address(mail.to)?);
    let mut connection = connect(config).await?;
    let wait = config.read_timeout;
    let mut envelope = step(Step::Sender, wait, hand_envelope(&mut connection, &from, &to)).await;
    if mail.fallback_from != mail.from && envelope.as_ref().is_err_and(Trouble::is_about_the_sender) {
        let fallback = address(mail.fallback_from)?;
        tracing::warn!(refused = mail.from, "the mail server refuses the bounce address; From is used instead");
        step(Step::Sender, wait, flat(connection.command(Rset))).await?;
        envelope = step(Step::Sender, wait, hand_envelope(&mut connection, &fallback, &to)).await;
    }
    envelope?;
    step(Step::Mail, wait, flat(connection.command(Data))).await?;
    // The end of data is written with a line end of its own (RFC 5321 §4.1.1.4).
    let raw = mail.raw.strip_suffix(b"\r\n").unwrap_or(mail.raw);
    let response = step(Step::Mail, wait * DATA_PATIENCE, flat(connection.message(raw))).await?;
    // The mail is accepted: whatever becomes of the farewell does not matter.
    let _ = tokio::time::timeout(Duration::from_secs(2), connection.quit()).await;
    Ok(response)
}

async fn connect(config: &Smtp) -> Result<AsyncSmtpConnection, Trouble> {
    let hello = config.hello.clone().map_or_else(ClientId::default, ClientId::Domain);
    let tls = TlsParameters::builder(config.host.clone())
        .dangerous_accept_invalid_certs(!config.verify)
        .dangerous_accept_invalid_hostnames(!config.verify)
        .build()
        .map_err(|error| Trouble::Server(Step::Connect, error))?;
    let implicit = (config.tls == Tls::Implicit).then(|| tls.clone());
    let open = Some(config.open_timeout);
    let server = (config.host.as_str(), config.port);
    let patience = config.open_timeout + config.read_timeout;
    let connecting = AsyncSmtpConnection::connect_tokio1(server, open, &hello, implicit, None);
    let mut connection = step(Step::Connect, patience, flat(connecting)).await?;
    if config.tls == Tls::Opportunistic && connection.can_starttls() {
        step(Step::Connect, config.read_timeout, flat(connection.starttls(tls, &hello))).await?;
    }
    if let Some((user, password)) = &config.login {
        let credentials = Credentials::new(user.clone(), password.clone());
        let mechanisms = match config.mechanism {
            Some(Mechanism::Plain) => &[Sasl::Plain][..],
            Some(Mechanism::Login) => &[Sasl::Login][..],
            None => &[Sasl::Plain, Sasl::Login][..],
        };
        step(Step::LogIn, config.read_timeout, flat(connection.auth(mechanisms, &credentials))).await?;
    }
    Ok(connection)
}

/// MAIL and RCPT; an error says which of them was refused.
async fn hand_envelope(
    connection: &mut AsyncSmtpConnection,
    from: &Address,
    to: &Address,
) -> Result<Response, Trouble> {
    let mut parameters = Vec::new();
    let plain = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
    if !plain(from) || !plain(to) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(Trouble::Address(format!("the mail server cannot handle the letters of {to} (SMTPUTF8)")));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    let sender = connection.command(Mail::new(Some(from.clone()), parameters)).await;
    sender.map_err(|error| Trouble::Server(Step::Sender, error))?;
    let recipient = connection.command(Rcpt::new(to.clone(), Vec::new())).await;
    recipient.map_err(|error| Trouble::Server(Step::Recipient, error))
}

/// Where in the conversation with the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Connect,
    LogIn,
    Sender,
    Recipient,
    Mail,
}

/// Why a mail was not handed over.
enum Trouble {
    /// The server's answer, or none at all.
    Server(Step, Error),
    /// No answer in time.
    Silence,
    /// An address that cannot be written to by this server.
    Address(String),
}

/// An error of the library before it is known at which step it happened.
async fn flat<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Trouble> {
    work.await.map_err(|error| Trouble::Server(Step::Connect, error))
}

async fn step<T>(at: Step, patience: Duration, work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    let done = tokio::time::timeout(patience, work).await.map_err(|_| Trouble::Silence)?;
    done.map_err(|trouble| match trouble {
        Trouble::Server(Step::Connect, error) => Trouble::Server(at, error),
        other => other,
    })
}

impl Trouble {
    /// Whether the server refuses the envelope's sender; many say so only when they hear the recipient.
    fn is_about_the_sender(&self) -> bool {
        let Self::Server(step, error) = self else { return false };
        let words = words(error).to_lowercase();
        error.is_permanent()
            && (*step == Step::Sender
                || words.starts_with("5.1.7")
                || words.starts_with("5.1.8")
                || words.contains("sender"))
    }

    fn answer(&self, config: &Smtp) -> Answer {
        match self {
            Self::Address(why) => Answer { fate: Fate::Refused, detail: why.clone(), code: None },
            Self::Silence => {
                let detail = format!("{}: no answer in time", config.host);
                Answer { fate: Fate::Later, detail, code: None }
            }
            Self::Server(step, error) => {
                let said = words(error);
                let code = enhanced(&said).or_else(|| error.status().map(|code| code.to_string()));
                let final_step = matches!(step, Step::Sender | Step::Recipient | Step::Mail);
                let refused = error.is_permanent() && final_step;
                let detail = match step {
                    Step::LogIn => format!("{} refuses our log-in: {said}", config.host),
                    _ => format!("{}: {said}", config.host),
                };
                Answer { fate: if refused { Fate::Refused } else { Fate::Later }, detail, code }
            }
        }
    }
}

fn accepted(config: &Smtp, response: &Response) -> Answer {
    let said = response.message().collect::<Vec<_>>().join(" ");
    let code = enhanced(&said).or_else(|| Some(response.code().to_string()));
    Answer { fate: Fate::Accepted, detail: format!("accepted by {}: {said}", config.host), code }
}

/// The server's words on one line, or what the library says where there are none.
fn words(error: &Error) -> String {
    let said = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    let line = said.split(|c: char| c.is_control()).map(str::trim).filter(|part| !part.is_empty());
    line.collect::<Vec<_>>().join(" ").chars().take(500).collect()
}

/// The enhanced status code (RFC 3463) that the words begin with.
fn enhanced(words: &str) -> Option<String> {
    let code = words.split_whitespace().next()?;
    let parts: Vec<&str> = code.split('.').collect();
    let digits = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    (parts.len() == 3 && parts.iter().all(digits)).then(|| code.to_owned())
}
