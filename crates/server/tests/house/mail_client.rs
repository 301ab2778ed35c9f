//! A client of the built-in mail server, who says lines and reads answers.

use super::House;
use server::{
    app::App,
    ingress::smtp::{Limits, Receiver},
};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// A listener of the house.
pub struct MailPort {
    pub address: SocketAddr,
    pub stop: watch::Sender<bool>,
    pub running: JoinHandle<()>,
}

impl House {
    /// Lets the house take mail by SMTP.
    pub async fn takes_smtp(&self, change: impl FnOnce(&mut Limits)) -> MailPort {
        MailPort::of(&self.app, Receiver::smtp, change).await
    }

    /// Lets the house take mail by LMTP.
    pub async fn takes_lmtp(&self) -> MailPort {
        MailPort::of(&self.app, Receiver::lmtp, |_| {}).await
    }
}

impl MailPort {
    pub async fn of(
        app: &App,
        open: impl FnOnce(&App, TcpListener) -> anyhow::Result<Receiver>,
        change: impl FnOnce(&mut Limits),
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let receiver = open(app, listener).expect("a receiver").with(change);
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(receiver.run(app.clone(), stopped));
        Self { address, stop, running }
    }

    /// A connection that was greeted, whatever the words.
    pub async fn dial(&self) -> (MailClient<TcpStream>, String) {
        let mut client = MailClient::of(TcpStream::connect(self.address).await.expect("a connection"));
        let greeting = client.hears().await;
        (client, greeting)
    }

    /// A connection that has said hello.
    pub async fn client(&self) -> MailClient<TcpStream> {
        let (mut client, greeting) = self.dial().await;
        assert!(greeting.starts_with("220 "), "{greeting}");
        client.says("EHLO mail.example.org", "250").await;
        client
    }
}

pub struct MailClient<S> {
    stream: BufReader<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> MailClient<S> {
    pub fn of(stream: S) -> Self {
        Self { stream: BufReader::new(stream) }
    }

    pub fn into_stream(self) -> S {
        self.stream.into_inner()
    }

    /// The next answer, its lines joined; empty where the server has hung up.
    pub async fn hears(&mut self) -> String {
        let mut answer = String::new();
        loop {
            let mut line = String::new();
            let read = tokio::time::timeout(Duration::from_secs(20), self.stream.read_line(&mut line)).await;
            if read.expect("an answer in time").unwrap_or(0) == 0 {
                return answer;
            }
            answer.push_str(&line);
            if line.as_bytes().get(3) != Some(&b'-') {
                return answer;
            }
        }
    }

    pub async fn sends(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.get_mut().write_all(bytes.as_ref()).await.expect("sent");
        self.stream.get_mut().flush().await.expect("sent");
    }

    /// Says a line and hears an answer that begins so.
    #[track_caller]
    pub fn says<'a>(&'a mut self, line: &'a str, expected: &'a str) -> impl Future<Output = String> + 'a {
        let place = std::panic::Location::caller();
        async move {
            self.sends(format!("{line}\r\n")).await;
            let answer = self.hears().await;
            assert!(answer.starts_with(expected), "{line} at {place}: {answer}");
            answer
        }
    }

    /// Hands a mail over and hears what becomes of it.
    pub async fn mails(&mut self, from: &str, to: &[&str], raw: impl AsRef<[u8]>) -> String {
        self.says(&format!("MAIL FROM:<{from}>"), "250 2.1.0").await;
        for to in to {
            self.says(&format!("RCPT TO:<{to}>"), "250 2.1.5").await;
        }
        self.says("DATA", "354").await;
        self.sends(raw).await;
        self.sends(".\r\n").await;
        self.hears().await
    }
}
