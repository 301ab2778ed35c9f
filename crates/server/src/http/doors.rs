//! Taking HTTP connections. Nobody can fill the house up: seats are counted, all and for each address, and a client that
//! does not send the head of a request in time loses its own. How long a body may take is up to whoever reads it.

use crate::seats::{Seat, Seats};
use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use ipnet::IpNet;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};
use tower::ServiceExt;

/// How much the house lets itself in for.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// Connections at the same time, sockets of widgets and dashboards among them.
    connections: usize,
    /// Connections of one address at the same time.
    of_one: usize,
    /// Proxies, behind which everybody comes from one address.
    trusted: Vec<IpNet>,
    /// How long the head of a request may take, and how long there may be none. Longer than proxies keep a connection.
    head: Duration,
}

/// File descriptors that are left for the database, files and other servers.
const SPARE: u64 = 256;
/// No more connections than that, however many file descriptors there are.
const MOST: usize = 8192;

impl Limits {
    /// As many as there are file descriptors for, of which this process takes all it may have.
    pub(crate) fn of_this_process(trusted: Vec<IpNet>) -> Self {
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let wanted = MOST as u64 + SPARE;
        let raised = maximum.map_or(wanted, |maximum| maximum.min(wanted)).max(current.unwrap_or(wanted));
        // What may not be raised stays as it is.
        let open = match setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum }) {
            Ok(()) => raised,
            Err(_) => current.unwrap_or(wanted),
        };
        let connections = usize::try_from(open.saturating_sub(SPARE)).unwrap_or(MOST).clamp(64, MOST);
        Self { connections, of_one: connections / 4, trusted, head: Duration::from_secs(75) }
    }

    /// Whom a connection is counted for; nobody where addresses tell nobody apart.
    fn guest(&self, peer: IpAddr) -> Option<IpAddr> {
        let peer = peer.to_canonical();
        let proxy = peer.is_loopback() || self.trusted.iter().any(|network| network.contains(&peer));
        (!proxy).then_some(peer)
    }
}

/// Answers requests until it is stopped; then lets those that have begun end.
pub(crate) async fn serve(router: Router, listener: TcpListener, limits: Limits, mut stop: watch::Receiver<bool>) {
    let seats = Arc::new(Seats::new(limits.connections, limits.of_one));
    let mut guests = JoinSet::new();
    while !*stop.borrow() {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = guests.join_next() => continue,
            _ = stop.changed() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Whoever finds no seat is not kept waiting: a closed connection says "later" to proxies and browsers.
                let Some(seat) = seats.take(limits.guest(peer.ip())) else {
                    tracing::debug!(%peer, "no room for a connection");
                    continue;
                };
                let guest = Guest { stream, _seat: seat };
                guests.spawn(welcome(router.clone(), guest, peer, limits.head, stop.clone()));
            }
            Err(error) => {
                // Too few file descriptors, or a client that was gone at once: the next one may do better.
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    while guests.join_next().await.is_some() {}
}

async fn welcome(router: Router, guest: Guest, peer: SocketAddr, head: Duration, mut stop: watch::Receiver<bool>) {
    // Small answers are not kept waiting for more; where that cannot be set they wait.
    let _ = guest.stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(head);
    let connection = builder.serve_connection(TokioIo::new(guest), service).with_upgrades();
    tokio::pin!(connection);
    let told = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection broke off");
    }
}

/// A connection and its seat, which it keeps when it becomes a WebSocket.
struct Guest {
    stream: TcpStream,
    _seat: Seat,
}

impl AsyncRead for Guest {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Guest {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::sync::Arc;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::Notify,
        task::JoinHandle,
    };

    struct House {
        address: SocketAddr,
        stop: watch::Sender<bool>,
        serving: JoinHandle<()>,
        /// Lets the answer to `/slow` go.
        go: Arc<Notify>,
        /// `/slow` is being answered.
        begun: Arc<Notify>,
    }

    async fn house(connections: usize, head: Duration) -> House {
        let (go, begun) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (let_go, has_begun) = (go.clone(), begun.clone());
        let slow = async move || {
            has_begun.notify_one();
            let_go.notified().await;
            "slow"
        };
        let router = Router::new().route("/", get(async || "here")).route("/slow", get(slow));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let limits = Limits { connections, of_one: connections, trusted: Vec::new(), head };
        let serving = tokio::spawn(serve(router, listener, limits, stopped));
        House { address, stop, serving, go, begun }
    }

    impl House {
        async fn sends(&self, text: &str) -> TcpStream {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            // It may have been closed at once.
            let _ = stream.write_all(text.as_bytes()).await;
            stream
        }
    }

    /// What comes until the other side closes.
    async fn rest(mut stream: TcpStream) -> String {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        String::from_utf8(bytes).unwrap()
    }

    const ASK: &str = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    const LONG: Duration = Duration::from_secs(600);

    #[tokio::test]
    async fn who_does_not_say_what_they_want_is_let_go() {
        let house = house(8, Duration::from_millis(50)).await;
        for beginning in ["", "GET / HTTP/1.1\r\nHost: ", "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET"] {
            let heard = rest(house.sends(beginning).await).await;
            assert_eq!(heard.contains("here"), beginning.ends_with("GET"), "{beginning}: {heard}");
        }
    }

    #[tokio::test]
    async fn who_finds_no_seat_is_sent_away_until_one_is_free() {
        let house = house(1, LONG).await;
        let first = house.sends("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
        house.begun.notified().await;
        assert_eq!(rest(house.sends(ASK).await).await, "");
        drop(first);
        while !rest(house.sends(ASK).await).await.ends_with("here") {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_stop_lets_what_has_begun_end() {
        let house = house(8, LONG).await;
        let asked = house.sends("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
        house.begun.notified().await;
        let idle = house.sends("").await;
        house.stop.send_replace(true);
        assert_eq!(rest(idle).await, "", "who has asked nothing goes at once");
        house.go.notify_one();
        assert!(rest(asked).await.ends_with("slow"));
        house.serving.await.unwrap();
    }

    #[test]
    fn proxies_are_not_counted_as_one_guest() {
        let trusted = vec!["10.0.0.0/8".parse().unwrap()];
        let limits = Limits::of_this_process(trusted);
        assert!((64..=MOST).contains(&limits.connections) && limits.of_one < limits.connections);
        let guest = |peer: &str| limits.guest(peer.parse().unwrap()).map(|guest| guest.to_string());
        assert_eq!(guest("::ffff:192.0.2.1"), Some("192.0.2.1".into()));
        for proxy in ["127.0.0.1", "::1", "10.1.2.3", "::ffff:10.1.2.3"] {
            assert_eq!(guest(proxy), None, "{proxy}");
        }
    }
}
