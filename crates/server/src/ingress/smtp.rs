//! The built-in receiving server: drives the session of the crate `smtp` over sockets, so that an MX record, or a mail
//! server's `lmtp:` hop, is all that is needed. A mail is answered 250 after [`super::accept`] has committed it.
//!
//! Nobody can fill it up: seats are counted, all and for each address; slow clients are given less time the fewer seats
//! are left; a mail lies in memory only while it is small and there is room.

mod conversation;
mod tls;

use super::spool::Spools;
use crate::{app::App, config::Lmtp, seats::Seats};
use conversation::{Client, converse};
use smtp::{Protocol, Rules};
use std::{io, net::IpAddr, path::PathBuf, sync::Arc, time::Duration};
use tls::Tls;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::watch,
    task::JoinSet,
};

/// How much the server lets itself in for.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at the same time.
    pub connections: usize,
    /// Connections of one address at the same time.
    pub connections_of_one: usize,
    /// How long a client may be silent (RFC 5321 §4.5.3.2.7).
    pub silence: Duration,
    /// The same, while more than three quarters of the seats are taken.
    pub silence_pressed: Duration,
    /// How long a client may take for a mail, from its hello or the mail before.
    pub mail: Duration,
    /// The pause after the third recipient that is not here; it doubles with each further one.
    pub tarpit: Duration,
    /// The longest such pause.
    pub tarpit_longest: Duration,
}

impl Limits {
    /// Of SMTP: anybody may come.
    #[must_use]
    pub fn smtp() -> Self {
        Self {
            connections: 500,
            connections_of_one: 20,
            silence: Duration::from_secs(300),
            silence_pressed: Duration::from_secs(10),
            mail: Duration::from_secs(30 * 60),
            tarpit: Duration::from_millis(500),
            tarpit_longest: Duration::from_secs(15),
        }
    }

    /// Of LMTP: the client is a mail server of the house.
    #[must_use]
    pub fn lmtp() -> Self {
        Self { connections_of_one: usize::MAX, tarpit: Duration::ZERO, tarpit_longest: Duration::ZERO, ..Self::smtp() }
    }
}

/// A place where mail is taken.
pub struct Receiver {
    socket: Socket,
    rules: Rules,
    limits: Limits,
    tls: Option<Arc<Tls>>,
}

enum Socket {
    Tcp(TcpListener),
    /// With the path to remove in the end.
    Unix(UnixListener, PathBuf),
}

/// Opens the configured listeners; none where none is configured.
///
/// # Errors
/// A line that names the variable and the reason.
pub async fn open(app: &App) -> anyhow::Result<Vec<Receiver>> {
    let config = &app.config.receiving;
    let mut receivers = Vec::new();
    if let Some(address) = config.smtp {
        let listener = TcpListener::bind(address).await;
        let listener =
            listener.map_err(|error| anyhow::anyhow!("SEGUE_SMTP_LISTEN: cannot listen on {address}: {error}"))?;
        receivers.push(Receiver::smtp(app, listener)?);
    }
    if let Some(place) = &config.lmtp {
        let wrong = |error: io::Error| anyhow::anyhow!("SEGUE_LMTP_LISTEN: cannot listen on {place}: {error}");
        let socket = match place {
            Lmtp::Tcp(address) => Socket::Tcp(TcpListener::bind(address).await.map_err(wrong)?),
            Lmtp::Unix(path) => Socket::Unix(bind_unix(path).await.map_err(wrong)?, path.clone()),
        };
        receivers.push(Receiver::new(app, socket, Rules::lmtp(&config.hostname), Limits::lmtp())?);
    }
    for receiver in &receivers {
        tracing::info!(protocol = receiver.name(), name = config.hostname, tls = receiver.tls.is_some(), "taking mail");
    }
    Ok(receivers)
}

/// A socket that a dead process left behind is taken over; one that answers is not.
async fn bind_unix(path: &PathBuf) -> io::Result<UnixListener> {
    let left_behind = path.exists() && UnixStream::connect(path).await.is_err();
    if left_behind {
        tokio::fs::remove_file(path).await?;
    }
    let listener = UnixListener::bind(path)?;
    // Mail servers run as users of their own; the folder says who may come this far.
    tokio::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o666)).await?;
    Ok(listener)
}

impl Receiver {
    /// Takes mail by SMTP.
    ///
    /// # Errors
    /// The certificate cannot be used.
    pub fn smtp(app: &App, listener: TcpListener) -> anyhow::Result<Self> {
        Self::new(app, Socket::Tcp(listener), Rules::smtp(&app.config.receiving.hostname), Limits::smtp())
    }

    /// Takes mail by LMTP.
    ///
    /// # Errors
    /// The certificate cannot be used.
    pub fn lmtp(app: &App, listener: TcpListener) -> anyhow::Result<Self> {
        Self::new(app, Socket::Tcp(listener), Rules::lmtp(&app.config.receiving.hostname), Limits::lmtp())
    }

    fn new(app: &App, socket: Socket, rules: Rules, limits: Limits) -> anyhow::Result<Self> {
        let files = app.config.receiving.certificate.as_ref();
        let tls = files.map(|(certificate, key)| Tls::open(certificate, key).map(Arc::new)).transpose()?;
        let rules = Rules { starttls: tls.is_some(), largest: super::LARGEST, ..rules };
        Ok(Self { socket, rules, limits, tls })
    }

    /// With other limits.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.limits);
        self
    }

    /// The ingress's name in the inbound log.
    fn name(&self) -> &'static str {
        match self.rules.protocol {
            Protocol::Smtp => "smtp",
            Protocol::Lmtp => "lmtp",
        }
    }

    /// Takes mail until it is stopped; then lets the mails that have begun end.
    pub async fn run(self, app: App, mut stop: watch::Receiver<bool>) {
        let ingress = self.name();
        let Self { socket, rules, limits, tls } = self;
        let seats = Arc::new(Seats::new(limits.connections, limits.connections_of_one));
        let spools = Spools::new(app.config.data_dir.join("spool"));
        let client = Client { app, ingress, rules, limits, tls, seats, spools, stop: stop.clone(), peer: None };
        let mut clients = JoinSet::new();
        while !*stop.borrow() {
            let accepted = tokio::select! {
                accepted = socket.accept() => accepted,
                Some(_) = clients.join_next() => continue,
                _ = stop.changed() => break,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let client = Client { peer, ..client.clone() };
                    clients.spawn(welcome(client, stream));
                }
                Err(error) => {
                    // Too few file descriptors, or a client that was gone at once: the next one may do better.
                    tracing::warn!(%error, ingress, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
        drop(socket);
        while clients.join_next().await.is_some() {}
    }
}

/// A connection of either kind.
enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket {
    async fn accept(&self) -> io::Result<(Stream, Option<IpAddr>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok((Stream::Tcp(stream), Some(peer.ip().to_canonical())))
            }
            Self::Unix(listener, _) => Ok((Stream::Unix(listener.accept().await?.0), None)),
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Self::Unix(_, path) = self {
            // Gone already is as good.
            let _ = std::fs::remove_file(path);
        }
    }
}

async fn welcome(client: Client, stream: Stream) {
    let seat = client.seats.take(client.peer);
    match (seat, stream) {
        (Some(seat), Stream::Tcp(stream)) => converse(client, seat, stream).await,
        (Some(seat), Stream::Unix(stream)) => converse(client, seat, stream).await,
        (None, Stream::Tcp(mut stream)) => {
            tracing::info!(peer = ?client.peer, ingress = client.ingress, "no room for a connection");
            let _ = stream.write_all(&smtp::busy(&client.rules.hostname)).await;
        }
        (None, Stream::Unix(mut stream)) => {
            let _ = stream.write_all(&smtp::busy(&client.rules.hostname)).await;
        }
    }
}
