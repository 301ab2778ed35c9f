//! `segue ingress relay|postfix|exim|qmail`: the command an MTA pipes a mail to. It posts the mail to the server and
//! answers in the MTA's own language.
//!
//! It runs once for every mail, so it starts neither a runtime nor a database; and whatever goes wrong, a mistake in its
//! own configuration too, it says "later" and never lets the MTA bounce a customer's mail, unless `--strict` asks for it.

mod message;
mod post;

use clap::{Args, Subcommand};
use post::Failure;
use std::{
    io::{Read, Write},
    path::PathBuf,
    process::ExitCode,
    sync::mpsc,
    thread,
    time::Duration,
};

/// The whole run takes less than the minute after which MTAs give up.
const DEADLINE: Duration = Duration::from_secs(55);

#[derive(Args)]
#[command(
    after_help = "Example (Postfix, master.cf):\n  segue unix - n n - 10 pipe\n    flags=DORX user=segue argv=/usr/local/bin/segue ingress postfix --url https://support.example.org/rails/action_mailbox/relay/inbound_emails --password-file /etc/segue/ingress-password"
)]
pub(super) struct Ingress {
    #[command(subcommand)]
    flavour: Flavour,
}

/// Whose language the answer is in.
#[derive(Subcommand, Clone)]
enum Flavour {
    /// Exit codes as for Exim, words on standard error
    Relay(Options),
    /// An enhanced status code and words on standard output; exit code 75 on failure
    Postfix(Options),
    /// Words on standard output; exit code 75 on failure
    Exim(Options),
    /// Words on standard output; exit code 111 on failure
    Qmail(Options),
}

#[derive(Args, Clone, Default)]
struct Options {
    /// The ingress: `https://<host>/rails/action_mailbox/relay/inbound_emails`
    #[arg(long, env = "URL")]
    url: Option<String>,
    /// A file with the ingress password; without it the variable `INGRESS_PASSWORD` counts
    #[arg(long)]
    password_file: Option<PathBuf>,
    /// The envelope recipient; else `ORIGINAL_RECIPIENT` or `RECIPIENT` of the environment
    #[arg(long)]
    recipient: Option<String>,
    /// Let mail bounce that the server will never take (400, 413, 415, 422, too large)
    #[arg(long)]
    strict: bool,
    /// The largest mail, bytes
    #[arg(long, default_value_t = 50 * 1024 * 1024)]
    max_size: usize,
    /// Seconds to wait for the answer
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=50))]
    timeout: u64,
    /// Certificates (PEM) to trust besides the public ones; else those in `SSL_CERT_FILE`
    #[arg(long, env = "SSL_CERT_FILE")]
    ca_file: Option<PathBuf>,
}

/// What became of the mail.
enum Outcome {
    Relayed,
    /// URL or password are missing or make no sense.
    Misconfigured(String),
    TooLarge,
    Unreadable(String),
    Status(u16),
    Network(String),
    TimedOut,
}

impl Ingress {
    /// Relays the mail on standard input.
    pub(super) fn run(self) -> ExitCode {
        let (Flavour::Relay(options) | Flavour::Postfix(options) | Flavour::Exim(options) | Flavour::Qmail(options)) =
            self.flavour.clone();
        let (strict, qmail) = (options.strict, matches!(self.flavour, Flavour::Qmail(_)));
        let (done, outcome) = mpsc::channel();
        // A thread of its own, because name resolution has no deadline.
        thread::spawn(move || done.send(relay(&options, qmail)));
        let outcome = outcome.recv_timeout(DEADLINE).unwrap_or(Outcome::TimedOut);
        self.flavour.answer(&outcome, strict)
    }
}

/// What a command line that makes no sense answers: later, in the words of the flavour it seems to mean.
pub(super) fn misused(words: &[String], error: &clap::Error) -> ExitCode {
    let flavour = match words.get(2).map(String::as_str) {
        Some("postfix") => Flavour::Postfix(Options::default()),
        Some("exim") => Flavour::Exim(Options::default()),
        Some("qmail") => Flavour::Qmail(Options::default()),
        _ => Flavour::Relay(Options::default()),
    };
    let error = error.to_string();
    let line = error.lines().next().unwrap_or_default().trim_start_matches("error: ");
    flavour.answer(&Outcome::Misconfigured(line.to_owned()), false)
}

fn relay(options: &Options, qmail: bool) -> Outcome {
    let password = match &options.password_file {
        Some(path) => match std::fs::read_to_string(path) {
            Ok(text) => text.trim_end_matches(['\r', '\n']).to_owned(),
            Err(error) => return Outcome::Misconfigured(format!("cannot read {}: {error}", path.display())),
        },
        None => std::env::var("INGRESS_PASSWORD").unwrap_or_default(),
    };
    let url = options.url.as_deref().unwrap_or_default().trim();
    if url.is_empty() || password.trim().is_empty() {
        return Outcome::Misconfigured("URL and INGRESS_PASSWORD are required".into());
    }
    let target = match post::Target::new(url, options.ca_file.as_deref()) {
        Ok(target) => target,
        Err(error) => return Outcome::Misconfigured(error),
    };
    let mut raw = Vec::new();
    let limit = u64::try_from(options.max_size).unwrap_or(u64::MAX).saturating_add(1);
    if let Err(error) = std::io::stdin().lock().take(limit).read_to_end(&mut raw) {
        return Outcome::Unreadable(error.to_string());
    }
    if raw.len() > options.max_size {
        return Outcome::TooLarge;
    }
    let environment = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let raw = message::prepare(raw, options.recipient.as_deref(), qmail, environment);
    match target.post(&raw, &password, Duration::from_secs(options.timeout)) {
        Ok(200..=299) => Outcome::Relayed,
        Ok(status) => Outcome::Status(status),
        Err(Failure::TimedOut) => Outcome::TimedOut,
        Err(Failure::Network(words)) => Outcome::Network(words),
    }
}

impl Outcome {
    /// Enhanced status code (RFC 3463), words, and whether trying again is pointless.
    fn told(&self, strict: bool) -> (&'static str, String, bool) {
        match self {
            Self::Relayed => ("2.0.0", "Successfully relayed message to ingress".into(), false),
            Self::Status(401) => ("4.7.0", "Invalid credentials for ingress".into(), false),
            Self::Status(status @ (400 | 413 | 415 | 422)) if strict => ("5.6.0", format!("HTTP {status}"), true),
            Self::Status(status) => ("4.0.0", format!("HTTP {status}"), false),
            Self::Network(words) => ("4.4.2", format!("Network error relaying to ingress: {words}"), false),
            Self::TimedOut => ("4.4.2", "Timed out relaying to ingress".into(), false),
            Self::Unreadable(words) => ("4.0.0", format!("Error relaying to ingress: {words}"), false),
            Self::TooLarge if strict => ("5.3.4", "The message is too large".into(), true),
            Self::TooLarge => ("4.3.4", "The message is too large".into(), false),
            Self::Misconfigured(words) => ("4.3.5", words.clone(), false),
        }
    }
}

impl Flavour {
    /// Says what became of the mail, in this MTA's language.
    fn answer(&self, outcome: &Outcome, strict: bool) -> ExitCode {
        let (code, words, permanent) = outcome.told(strict);
        // Nobody to tell: the exit code still says it.
        let _ = match self {
            Self::Postfix(_) => write!(std::io::stdout(), "{code} {words}"),
            Self::Exim(_) | Self::Qmail(_) => write!(std::io::stdout(), "{words}"),
            Self::Relay(_) => writeln!(std::io::stderr(), "{words}"),
        };
        let failed = match (self, permanent) {
            // Postfix goes by the status code in the words; should they get lost, it tries again.
            (Self::Postfix(_), _) | (Self::Exim(_) | Self::Relay(_), false) => 75,
            (Self::Exim(_) | Self::Relay(_), true) => 65,
            (Self::Qmail(_), false) => 111,
            (Self::Qmail(_), true) => 100,
        };
        ExitCode::from(if matches!(outcome, Outcome::Relayed) { 0 } else { failed })
    }
}
