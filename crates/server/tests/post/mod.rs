//! A mail server on loopback that says what it is told to say, and keeps what it was given.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test file uses a part of it")]

use server::config::{Smtp, Tls};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
};
use tokio_rustls::{TlsAcceptor, rustls};

/// What the server says; `None` where it hangs up instead.
#[derive(Clone, Debug)]
pub struct Manners {
    pub greeting: &'static str,
    pub auth: &'static str,
    pub mail: &'static str,
    /// Refuses senders that begin with this at MAIL; the answer.
    pub refused_sender: Option<(&'static str, &'static str)>,
    /// The same, but said only at RCPT, as Postfix does.
    pub refused_late: Option<(&'static str, &'static str)>,
    pub rcpt: &'static str,
    pub end_of_data: Option<&'static str>,
    pub offers: &'static [&'static str],
    /// Says nothing after the greeting.
    pub silent: bool,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            greeting: "220 post.example ESMTP",
            auth: "235 2.7.0 welcome",
            mail: "250 2.1.0 ok",
            refused_sender: None,
            refused_late: None,
            rcpt: "250 2.1.5 ok",
            end_of_data: Some("250 2.0.0 Ok: queued as 4711"),
            offers: &["8BITMIME"],
            silent: false,
        }
    }
}

/// What was handed over, whether acknowledged or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub from: String,
    pub to: String,
    pub raw: Vec<u8>,
    pub encrypted: bool,
    pub credentials: Option<String>,
}

/// The running server.
pub struct Post {
    pub port: u16,
    given: Arc<Mutex<Vec<Given>>>,
    manners: Arc<Mutex<Manners>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Post {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Post {
    pub async fn with(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let given = Arc::new(Mutex::new(Vec::new()));
        let manners = Arc::new(Mutex::new(manners));
        let (kept, told) = (given.clone(), manners.clone());
        let acceptor = acceptor();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let manners = told.lock().unwrap().clone();
                let (kept, acceptor) = (kept.clone(), acceptor.clone());
                tokio::spawn(async move {
                    let mut talk = Talk::new(manners, kept);
                    let stream = talk.go(stream, true).await;
                    if let Some(stream) = stream.filter(|_| talk.wants_tls)
                        && let Ok(stream) = acceptor.accept(stream).await
                    {
                        talk.encrypted = true;
                        talk.go(stream, false).await;
                    }
                });
            }
        });
        Self { port, given, manners, task }
    }

    pub fn given(&self) -> Vec<Given> {
        self.given.lock().unwrap().clone()
    }

    pub fn now_with(&self, manners: Manners) {
        *self.manners.lock().unwrap() = manners;
    }

    /// The configuration that leads here.
    pub fn config(&self) -> Smtp {
        Smtp {
            host: "127.0.0.1".into(),
            port: self.port,
            hello: Some("segue.example".into()),
            login: None,
            mechanism: None,
            tls: Tls::Opportunistic,
            verify: true,
            open_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(5),
        }
    }
}

fn acceptor() -> TlsAcceptor {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// One connection.
struct Talk {
    manners: Manners,
    kept: Arc<Mutex<Vec<Given>>>,
    from: String,
    to: String,
    credentials: Option<String>,
    encrypted: bool,
    wants_tls: bool,
}

impl Talk {
    fn new(manners: Manners, kept: Arc<Mutex<Vec<Given>>>) -> Self {
        let (from, to) = (String::new(), String::new());
        Self { manners, kept, from, to, credentials: None, encrypted: false, wants_tls: false }
    }

    /// Talks until the client leaves, the server hangs up, or TLS is wanted; the stream in that case.
    async fn go<S: AsyncRead + AsyncWrite + Unpin>(&mut self, stream: S, greets: bool) -> Option<S> {
        let mut stream = BufReader::new(stream);
        if greets {
            say(&mut stream, self.manners.greeting).await?;
        }
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 || self.manners.silent {
                tokio::time::sleep(Duration::from_secs(if self.manners.silent { 60 } else { 0 })).await;
                return None;
            }
            let verb = line.split([' ', ':', '\r']).next().unwrap_or_default().to_uppercase();
            let argument = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            match verb.as_str() {
                "EHLO" => {
                    for offer in self.manners.offers.iter().filter(|offer| !(self.encrypted && **offer == "STARTTLS")) {
                        say(&mut stream, &format!("250-{offer}")).await?;
                    }
                    say(&mut stream, "250 HELP").await?;
                }
                "STARTTLS" => {
                    say(&mut stream, "220 go ahead").await?;
                    self.wants_tls = true;
                    return Some(stream.into_inner());
                }
                "AUTH" => {
                    self.credentials = Some(line.trim().to_owned());
                    say(&mut stream, self.manners.auth).await?;
                }
                "MAIL" => {
                    let refused = self.manners.refused_sender.filter(|(prefix, _)| argument.starts_with(prefix));
                    self.from = argument;
                    say(&mut stream, refused.map_or(self.manners.mail, |(_, answer)| answer)).await?;
                }
                "RCPT" => {
                    let refused = self.manners.refused_late.filter(|(prefix, _)| self.from.starts_with(prefix));
                    self.to = argument;
                    say(&mut stream, refused.map_or(self.manners.rcpt, |(_, answer)| answer)).await?;
                }
                "DATA" => {
                    say(&mut stream, "354 go on").await?;
                    let raw = data(&mut stream).await?;
                    self.keep(raw);
                    say(&mut stream, self.manners.end_of_data?).await?;
                }
                "QUIT" => {
                    say(&mut stream, "221 bye").await?;
                    return None;
                }
                _ => say(&mut stream, "250 ok").await?,
            }
        }
    }

    fn keep(&self, raw: Vec<u8>) {
        self.kept.lock().unwrap().push(Given {
            from: self.from.clone(),
            to: self.to.clone(),
            raw,
            encrypted: self.encrypted,
            credentials: self.credentials.clone(),
        });
    }
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>, line: &str) -> Option<()> {
    stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.ok()?;
    stream.get_mut().flush().await.ok()
}

/// The mail up to the lonely dot, dots undone (RFC 5321 §4.5.2).
async fn data<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> Option<Vec<u8>> {
    let mut raw = Vec::new();
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        if line == b".\r\n" {
            return Some(raw);
        }
        raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
