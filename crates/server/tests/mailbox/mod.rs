//! A mailbox's server that does as it is told: it knows the few commands that fetching takes, and every way to go wrong.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// What happens when a mail is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection ends in the middle of it.
    Cut,
    /// It is refused.
    Refused,
    /// It is said to have been given, and was not.
    Forgotten,
    /// It is announced as larger than memory.
    Huge,
    /// The answer is nested deeper than any stack.
    Nested,
    /// The server says farewell.
    Bye,
    /// The answer is no IMAP.
    Nonsense,
    /// A line without an end.
    Endless,
    /// The time of arrival is none, which the library's parser does not survive.
    Nil,
}

impl Fault {
    pub const ALL: [Self; 9] = [
        Self::Cut,
        Self::Refused,
        Self::Forgotten,
        Self::Huge,
        Self::Nested,
        Self::Bye,
        Self::Nonsense,
        Self::Endless,
        Self::Nil,
    ];
}

/// A mail in the mailbox.
#[derive(Clone, Debug)]
pub struct Kept {
    pub raw: Vec<u8>,
    pub fault: Option<Fault>,
    /// The size that is told, where it is not the true one.
    pub told: Option<u32>,
}

/// What is in the mailbox, and what was heard.
#[derive(Debug, Default)]
pub struct Inside {
    pub mails: BTreeMap<u32, Kept>,
    pub validity: u32,
    pub uid_next: u32,
    pub log_ins: usize,
    /// Connections that are open.
    pub open: usize,
    /// Every command, without its tag.
    pub heard: Vec<String>,
}

/// The server.
#[derive(Clone)]
pub struct Mailbox {
    pub port: u16,
    inside: Arc<Mutex<Inside>>,
    changed: Arc<Notify>,
}

impl Mailbox {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let inside = Inside { validity: 7, uid_next: 1, ..Inside::default() };
        let mailbox = Self { port, inside: Arc::new(Mutex::new(inside)), changed: Arc::default() };
        let serving = mailbox.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mailbox = serving.clone();
                // A client that goes away, or a fault, ends the connection.
                tokio::spawn(async move {
                    mailbox.inside().open += 1;
                    mailbox.serve(stream).await;
                    mailbox.inside().open -= 1;
                });
            }
        });
        mailbox
    }

    pub fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().expect("nobody panicked")
    }

    /// Puts a mail into the mailbox; its UID.
    pub fn put(&self, raw: impl Into<Vec<u8>>, fault: Option<Fault>) -> u32 {
        let uid = {
            let mut inside = self.inside();
            let uid = inside.uid_next;
            inside.uid_next += 1;
            inside.mails.insert(uid, Kept { raw: raw.into(), fault, told: None });
            uid
        };
        self.tell();
        uid
    }

    /// Tells whoever waits that something has changed.
    pub fn tell(&self) {
        self.changed.notify_waiters();
    }

    async fn serve(&self, stream: TcpStream) -> Option<()> {
        let (reader, mut writer) = stream.into_split();
        let mut reader = BufReader::new(reader);
        say(&mut writer, "* OK ready").await?;
        // What the client knows of; it is told of the rest once.
        let mut known = 0;
        loop {
            let line = hear(&mut reader).await?;
            let (tag, command) = line.split_once(' ')?;
            self.inside().heard.push(command.to_owned());
            let verb = command.to_ascii_uppercase();
            if verb.starts_with("CAPABILITY") {
                say(&mut writer, "* CAPABILITY IMAP4rev1 IDLE UIDPLUS").await?;
            } else if verb.starts_with("LOGIN") {
                self.inside().log_ins += 1;
            } else if verb.starts_with("SELECT") || verb.starts_with("EXAMINE") {
                let (validity, next, exists) = {
                    let inside = self.inside();
                    (inside.validity, inside.uid_next, inside.mails.len())
                };
                known = next;
                let lines =
                    format!("* {exists} EXISTS\r\n* OK [UIDVALIDITY {validity}] yes\r\n* OK [UIDNEXT {next}] yes");
                say(&mut writer, &lines).await?;
            } else if verb.starts_with("IDLE") {
                let mut changed = std::pin::pin!(self.changed.notified());
                changed.as_mut().enable();
                let news = known < self.inside().uid_next;
                say(&mut writer, "+ idling").await?;
                tokio::select! {
                    () = async { if !news { changed.await } } => {
                        known = self.inside().uid_next;
                        say(&mut writer, "* 99 EXISTS").await?;
                        hear(&mut reader).await?;
                    }
                    done = hear(&mut reader) => { done?; }
                }
            } else if let Some(asked) = verb.strip_prefix("UID FETCH ")
                && self.fetch(&mut writer, asked).await?
            {
                say(&mut writer, &format!("{tag} NO [SERVERBUG] not that one")).await?;
                continue;
            }
            say(&mut writer, &format!("{tag} OK done")).await?;
        }
    }

    /// Answers a fetch; whether it is refused.
    async fn fetch(&self, writer: &mut (impl AsyncWrite + Unpin), asked: &str) -> Option<bool> {
        let (set, items) = asked.split_once(' ')?;
        let found: Vec<(u32, Kept)> = self
            .inside()
            .mails
            .iter()
            .filter(|(uid, _)| within(set, **uid))
            .map(|(uid, kept)| (*uid, kept.clone()))
            .collect();
        let mut refused = false;
        for (uid, kept) in found {
            let Some(range) = items.split_once("BODY.PEEK[]<").and_then(|(_, rest)| rest.split_once('>')) else {
                let size = kept.told.map_or(kept.raw.len(), |told| told as usize);
                say(writer, &format!("* {uid} FETCH (UID {uid} RFC822.SIZE {size})")).await?;
                continue;
            };
            let (from, most) = range.0.split_once('.')?;
            let (from, most): (usize, usize) = (from.parse().ok()?, most.parse().ok()?);
            let piece: Vec<u8> = kept.raw.iter().skip(from).take(most).copied().collect();
            match kept.fault {
                None => {
                    say(writer, &format!("* {uid} FETCH (UID {uid} BODY[]<{from}> {{{}}}", piece.len())).await?;
                    writer.write_all(&piece).await.ok()?;
                    say(writer, ")").await?;
                }
                Some(Fault::Cut) => {
                    say(writer, &format!("* {uid} FETCH (UID {uid} BODY[]<{from}> {{{}}}", piece.len())).await?;
                    writer.write_all(piece.get(..piece.len() / 2)?).await.ok()?;
                    writer.flush().await.ok()?;
                    return None;
                }
                Some(Fault::Refused) => refused = true,
                Some(Fault::Forgotten) => {}
                Some(Fault::Huge) => {
                    say(writer, &format!("* {uid} FETCH (UID {uid} BODY[]<{from}> {{500000000}}")).await?;
                }
                Some(Fault::Nested) => {
                    say(writer, &format!("* {uid} FETCH (BODYSTRUCTURE {}", "(".repeat(60_000))).await?;
                }
                Some(Fault::Bye) => say(writer, "* BYE I have had enough").await?,
                Some(Fault::Nonsense) => say(writer, "HTTP/1.1 400 Bad Request").await?,
                Some(Fault::Endless) => writer.write_all(&b"x".repeat(200_000)).await.ok()?,
                Some(Fault::Nil) => say(writer, &format!("* {uid} FETCH (UID {uid} INTERNALDATE NIL)")).await?,
            }
        }
        Some(refused)
    }
}

fn within(set: &str, uid: u32) -> bool {
    set.split(',').any(|run| {
        let (first, last) = run.split_once(':').unwrap_or((run, run));
        let number = |text: &str| text.parse().unwrap_or(u32::MAX);
        (number(first)..=number(last)).contains(&uid)
    })
}

async fn say(writer: &mut (impl AsyncWrite + Unpin), line: &str) -> Option<()> {
    writer.write_all(format!("{line}\r\n").as_bytes()).await.ok()
}

async fn hear(reader: &mut BufReader<impl AsyncRead + Unpin>) -> Option<String> {
    let mut line = String::new();
    let read = reader.take(64 * 1024).read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}
