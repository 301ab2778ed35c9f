//! One connection: bytes between the socket and the session, and the answers to what the session asks.

use super::{Limits, tls::Tls};
use crate::{
    app::App,
    http::limits::Deed,
    ingress::{
        Envelope, Transport, accept,
        spool::{Spool, Spools},
    },
    seats::{Seat, Seats},
};
use desk::{
    Problem,
    recipient::{Standing, standing},
};
use smtp::{Address, Fate, Recipient, Rules, Sender, Session, Step, Trace};
use std::{io, net::IpAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::watch,
    time::{Instant, sleep, timeout},
};

/// How much is read at once.
const PIECE: usize = 32 * 1024;
/// How long a client that was sent away may take to notice.
const LINGER: Duration = Duration::from_secs(2);
/// Recipients that are not here and are answered at once; people mistype.
const FORGIVEN: u32 = 2;

/// Who is connected, and what is needed to serve them.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) app: App,
    pub(super) ingress: &'static str,
    pub(super) rules: Rules,
    pub(super) limits: Limits,
    pub(super) tls: Option<Arc<Tls>>,
    pub(super) seats: Arc<Seats>,
    pub(super) spools: Spools,
    pub(super) stop: watch::Receiver<bool>,
    /// None at a socket of this machine.
    pub(super) peer: Option<IpAddr>,
}

/// A connection and how far it is.
struct Talk {
    client: Client,
    session: Session,
    spool: Spool,
    /// Until when the next mail has to be complete.
    deadline: Instant,
    told_to_stop: bool,
}

/// Why reading from a stream ended.
enum End {
    /// The client, or the session, is done.
    Done,
    /// TLS is to begin.
    StartTls,
}

/// Talks until either side has had enough.
pub(super) async fn converse<S: AsyncRead + AsyncWrite + Unpin>(client: Client, seat: Seat, mut stream: S) {
    let deadline = Instant::now() + client.limits.mail;
    let session = Session::new(client.rules.clone());
    let mut talk = Talk { client, session, spool: Spool::default(), deadline, told_to_stop: false };
    // A client that breaks off is nobody's business: what was kept is kept, what was not it sends again.
    if let Ok(End::StartTls) = talk.over(&mut stream).await
        && let Some(tls) = talk.client.tls.clone()
    {
        let handshake = timeout(talk.patience(), tls.acceptor().accept(stream)).await;
        match handshake {
            Ok(Ok(mut stream)) => {
                talk.session.secured();
                if let Ok(End::Done | End::StartTls) = talk.over(&mut stream).await {
                    part(&mut stream).await;
                }
            }
            Ok(Err(error)) => tracing::info!(peer = ?talk.client.peer, %error, "TLS did not begin"),
            Err(_) => {}
        }
    } else {
        part(&mut stream).await;
    }
    drop(seat);
}

/// Lets the client read the last words: a socket closed with bytes unread would take them back.
async fn part<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) {
    let gone = async {
        stream.shutdown().await?;
        let mut rest = [0; 4096];
        while stream.read(&mut rest).await? > 0 {}
        Ok::<_, io::Error>(())
    };
    let _ = timeout(LINGER, gone).await;
}

impl Talk {
    async fn over<S: AsyncRead + AsyncWrite + Unpin>(&mut self, stream: &mut S) -> io::Result<End> {
        let mut piece = vec![0; PIECE];
        loop {
            match self.session.step() {
                Step::Read => {
                    self.send(stream).await?;
                    if !self.read(stream, &mut piece).await? {
                        return Ok(End::Done);
                    }
                }
                Step::Sender(_) => {
                    let answer = self.sender();
                    self.session.sender(answer);
                }
                Step::Recipient(address) => {
                    let answer = self.recipient(&address).await;
                    if matches!(answer, Recipient::NoSuchUser | Recipient::NotOurs) {
                        self.send(stream).await?;
                        sleep(self.tarpit()).await;
                    }
                    self.session.recipient(answer);
                }
                Step::Body(bytes) => self.client.spools.push(&mut self.spool, &bytes).await,
                Step::Forget => self.spool = Spool::default(),
                Step::Keep(envelope) => {
                    self.send(stream).await?;
                    let fate = self.keep(envelope).await;
                    self.deadline = Instant::now() + self.client.limits.mail;
                    self.session.kept(&fate);
                }
                Step::StartTls => {
                    self.send(stream).await?;
                    return Ok(End::StartTls);
                }
                Step::Close => {
                    self.send(stream).await?;
                    return Ok(End::Done);
                }
            }
        }
    }

    async fn send<S: AsyncWrite + Unpin>(&mut self, stream: &mut S) -> io::Result<()> {
        let output = self.session.output();
        if output.is_empty() {
            return Ok(());
        }
        let sending = async {
            stream.write_all(&output).await?;
            stream.flush().await
        };
        timeout(self.patience(), sending).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    /// Reads what the client sends, or learns that it is time to end; false when it has hung up.
    async fn read<S: AsyncRead + Unpin>(&mut self, stream: &mut S, piece: &mut [u8]) -> io::Result<bool> {
        let patience = self.patience();
        tokio::select! {
            read = timeout(patience, stream.read(piece)) => match read {
                Ok(read) => {
                    let read = read?;
                    self.session.receive(piece.get(..read).unwrap_or_default());
                    Ok(read > 0)
                }
                Err(_) => {
                    self.session.timed_out();
                    Ok(true)
                }
            },
            _ = self.client.stop.wait_for(|stop| *stop), if !self.told_to_stop => {
                self.told_to_stop = true;
                self.session.stop();
                Ok(true)
            }
        }
    }

    /// How long to wait for this client now.
    fn patience(&self) -> Duration {
        let limits = &self.client.limits;
        let silence = if self.client.seats.are_few() { limits.silence_pressed } else { limits.silence };
        silence.min(self.deadline.saturating_duration_since(Instant::now()))
    }

    fn sender(&self) -> Sender {
        match (self.stranger(), &self.client.app.limits) {
            (Some(peer), limits) if limits.count(Deed::Mail, peer).is_err() => Sender::Later,
            _ => Sender::Welcome,
        }
    }

    async fn recipient(&self, address: &Address) -> Recipient {
        match standing(&self.client.app.desk, address.local(), address.domain()).await {
            Ok(Standing::Ours) => Recipient::Ours,
            Ok(Standing::NoSuchUser) => Recipient::NoSuchUser,
            Ok(Standing::NotOurs) => Recipient::NotOurs,
            Err(problem) => {
                tracing::error!(%problem, "a recipient could not be looked for");
                Recipient::Later
            }
        }
    }

    /// How long an answer about a recipient that is not here is held back: ever longer, and longest for addresses that
    /// have tried many (contract: a dictionary attack gets nowhere).
    fn tarpit(&self) -> Duration {
        let limits = &self.client.limits;
        let exhausted =
            self.stranger().is_some_and(|peer| self.client.app.limits.count(Deed::UnknownRecipient, peer).is_err());
        if exhausted {
            return limits.tarpit_longest;
        }
        match self.session.refused().checked_sub(FORGIVEN) {
            None => Duration::ZERO,
            Some(over) => limits.tarpit.saturating_mul(1 << over.min(16)).min(limits.tarpit_longest),
        }
    }

    /// The client's address where it is not a mail server of the house.
    fn stranger(&self) -> Option<IpAddr> {
        self.client.peer.filter(|_| self.client.rules.protocol == smtp::Protocol::Smtp)
    }

    async fn keep(&mut self, envelope: smtp::Envelope) -> Fate {
        let spool = std::mem::take(&mut self.spool);
        let head = self.trace(&envelope);
        let whole = match self.client.spools.whole(spool, &head).await {
            Ok(whole) => whole,
            Err(error) => {
                tracing::error!(%error, "a mail could not be spooled");
                let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
                return if full { Fate::Full } else { Fate::Later };
            }
        };
        let smtp::Envelope { from, to, hello, .. } = envelope;
        // Only a client from outside is one that SPF can be asked about; others hand on what they were given.
        let outside = self.stranger().filter(|peer| is_public(*peer));
        let envelope = Envelope {
            ingress: self.client.ingress.into(),
            from: Some(from.map(|from| from.as_str().to_owned()).unwrap_or_default()),
            to: to.iter().map(|to| to.as_str().to_owned()).collect(),
            peer: self.client.peer.map(|peer| peer.to_string()),
            traced: head.len(),
            transport: Transport { helo: Some(hello), peer: outside, ..Transport::default() },
        };
        match accept(&self.client.app.desk, envelope, whole.raw.clone()).await {
            Ok(accepted) => {
                tracing::info!(id = %accepted.id, new = accepted.new, ingress = self.client.ingress, "a mail was accepted");
                Fate::Kept
            }
            Err(Problem::Invalid(_)) => Fate::TooLarge,
            Err(problem) => {
                tracing::error!(%problem, "a mail could not be accepted");
                Fate::Later
            }
        }
    }

    fn trace(&self, envelope: &smtp::Envelope) -> String {
        let zoned = self.client.app.desk.now().to_zoned(jiff::tz::TimeZone::UTC);
        smtp::lines(&Trace {
            from: envelope.from.as_ref(),
            hello: &envelope.hello,
            peer: self.client.peer,
            by: &self.client.rules.hostname,
            with: envelope.with,
            to: &envelope.to,
            date: &jiff::fmt::rfc2822::to_string(&zoned).unwrap_or_default(),
        })
    }
}

/// Whether an address is one of the Internet at large.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified()),
        IpAddr::V6(v6) => {
            !(v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local() || v6.is_unicast_link_local())
        }
    }
}
