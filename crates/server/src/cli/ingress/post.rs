//! One HTTP/1.1 POST over a blocking socket, with TLS where the URL says so. Nothing is followed and nothing repeated:
//! the MTA has the queue.

use base64::{Engine, prelude::BASE64_STANDARD};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use std::{
    io::{ErrorKind, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    path::Path,
    sync::Arc,
    time::Duration,
};
use url::Url;

const CONNECT: Duration = Duration::from_secs(5);
/// An answer's head is never longer; more is no answer.
const LONGEST_HEAD: usize = 64 * 1024;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Failure {
    TimedOut,
    Network(String),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::TimedOut,
            _ => Self::Network(error.to_string()),
        }
    }
}

/// Where mails go.
pub(super) struct Target {
    url: Url,
    host: String,
    port: u16,
    tls: Option<Arc<ClientConfig>>,
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

impl Target {
    /// Reads the URL, and for `https` the certificates to trust.
    ///
    /// # Errors
    /// A line that says what to change.
    pub(super) fn new(url: &str, ca_file: Option<&Path>) -> Result<Self, String> {
        let parsed = Url::parse(url).map_err(|error| format!("URL {url:?}: {error}"))?;
        let (Some(host), Some(port)) = (parsed.host_str(), parsed.port_or_known_default()) else {
            return Err(format!("URL {url:?}: names no host"));
        };
        let tls = match parsed.scheme() {
            "http" => None,
            "https" => Some(Arc::new(tls(ca_file)?)),
            other => return Err(format!("URL {url:?}: {other} is neither http nor https")),
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        Ok(Self { host, port, tls, url: parsed })
    }

    /// Posts the mail; the status of the answer, which may take as long as `patience`.
    ///
    /// # Errors
    /// There was no answer.
    pub(super) fn post(&self, raw: &[u8], password: &str, patience: Duration) -> Result<u16, Failure> {
        let mut stream = self.connect(patience)?;
        let sent = stream.write_all(self.head(raw.len(), password).as_bytes()).and_then(|()| stream.write_all(raw));
        let sent = sent.and_then(|()| stream.flush());
        // A server that refuses may answer and close before it has read everything.
        match (status(&mut stream), sent) {
            (Ok(status), _) => Ok(status),
            (Err(_), Err(error)) => Err(error.into()),
            (Err(failure), Ok(())) => Err(failure),
        }
    }

    fn connect(&self, patience: Duration) -> Result<Box<dyn Stream>, Failure> {
        let mut failure = Failure::Network(format!("{}: no address", self.host));
        for address in (self.host.as_str(), self.port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, CONNECT) {
                Ok(socket) => {
                    socket.set_read_timeout(Some(patience))?;
                    socket.set_write_timeout(Some(patience))?;
                    return self.protect(socket);
                }
                Err(error) => failure = error.into(),
            }
        }
        Err(failure)
    }

    fn protect(&self, socket: TcpStream) -> Result<Box<dyn Stream>, Failure> {
        let Some(config) = &self.tls else { return Ok(Box::new(socket)) };
        let name = ServerName::try_from(self.host.clone()).map_err(|error| Failure::Network(error.to_string()))?;
        let connection =
            ClientConnection::new(config.clone(), name).map_err(|error| Failure::Network(error.to_string()))?;
        Ok(Box::new(StreamOwned::new(connection, socket)))
    }

    fn head(&self, length: usize, password: &str) -> String {
        let path = &self.url[url::Position::BeforePath..url::Position::AfterQuery];
        let host = &self.url[url::Position::BeforeHost..url::Position::AfterPort];
        let credentials = BASE64_STANDARD.encode(format!("actionmailbox:{password}"));
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Segue relayer v{}\r\nAuthorization: Basic {credentials}\r\n\
             Content-Type: message/rfc822\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
            env!("CARGO_PKG_VERSION")
        )
    }
}

/// Public certificate authorities and those in the file.
fn tls(ca_file: Option<&Path>) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = ca_file {
        let told = |error: &dyn std::fmt::Display| format!("cannot read certificates from {}: {error}", path.display());
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| told(&error))? {
            roots.add(certificate.map_err(|error| told(&error))?).map_err(|error| told(&error))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// The status of the answer; interim ones (1xx) are passed over.
fn status(stream: &mut dyn Stream) -> Result<u16, Failure> {
    let mut head = Vec::new();
    loop {
        if let Some(end) = head.windows(2).position(|pair| pair == b"\r\n") {
            let line = String::from_utf8_lossy(head.get(..end).unwrap_or_default()).into_owned();
            let status = line.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1)?.parse().ok());
            match status {
                Some(100..=199) => {
                    if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
                        head.drain(..end + 4);
                        continue;
                    }
                }
                Some(status) => return Ok(status),
                None => return Err(Failure::Network("the answer is not HTTP".into())),
            }
        }
        if head.len() > LONGEST_HEAD {
            return Err(Failure::Network("the answer is not HTTP".into()));
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer)? {
            0 => return Err(Failure::Network("the server closed the connection without an answer".into())),
            read => head.extend_from_slice(buffer.get(..read).unwrap_or_default()),
        }
    }
}
