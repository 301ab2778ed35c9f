//! From an inbox's settings to a session: reach the host by the one rule for users' hosts, secure the connection, log in.

use super::{
    guard::{Guarded, Wire},
    talk::Talk,
    trouble::Trouble,
};
use crate::{app::App, reach::Reached};
use async_imap::{Authenticator, Client, error::Error, imap_proto::Response};
use desk::sealing::{self, Purpose};
use model::inbox::{Imap, ImapTls};
use rustls::pki_types::ServerName;
use std::{future::Future, sync::Arc, time::Duration};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// How long each step until the log-in may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes that the server may say until then, each time it is asked something.
const MOST_SAID: usize = 64 * 1024;

/// Opens a session.
///
/// # Errors
/// The host cannot be reached, the connection cannot be secured, or the log-in is refused.
pub(super) async fn dial(app: &App, imap: &Imap) -> Result<Talk, Trouble> {
    let password = sealing::open(&app.desk.house.secret, Purpose::Imap, &imap.password);
    let password = password.ok_or_else(|| {
        Trouble::Unfit("The password cannot be read with this SECRET_KEY_BASE; type it in again".into())
    })?;
    let Reached { stream, private } = app.config.reach.connect(&imap.host, imap.port).await?;
    if imap.tls == ImapTls::None && !private {
        // It would be read by everybody on the way.
        let why = "Without TLS a password goes only to a server in the same network. Choose TLS or STARTTLS";
        return Err(Trouble::Unfit(why.into()));
    }
    let mut client = match imap.tls {
        ImapTls::Implicit => greeted(secured(app, imap, stream).await?).await?,
        ImapTls::None => greeted(Guarded::new(stream)).await?,
        ImapTls::Starttls => {
            let mut client = greeted(Guarded::new(stream)).await?;
            in_time(asked(&mut client, "STARTTLS")).await?.map_err(|error| match error {
                Error::No(_) | Error::Bad(_) => Trouble::Unfit("The server does not offer STARTTLS".into()),
                other => said(other),
            })?;
            // What came before TLS is forgotten with the client: nobody on the way can slip words in.
            Client::new(secured(app, imap, client.into_inner().into_wire()).await?)
        }
    };
    let offers = capabilities(&mut client).await?;
    let offered = |name: &str| offers.iter().any(|offer| offer.eq_ignore_ascii_case(name));
    let session = if offered("AUTH=PLAIN") {
        let plain = Plain(format!("\0{}\0{password}", imap.login));
        in_time(client.authenticate("PLAIN", plain)).await?
    } else if offered("LOGINDISABLED") {
        return Err(Trouble::Unfit("The server takes no password over this connection. Choose TLS or STARTTLS".into()));
    } else {
        in_time(client.login(&imap.login, &password)).await?
    };
    let mut session = session.map_err(|(error, _)| match error {
        Error::No(said) | Error::Bad(said) => Trouble::LogIn(words(&said)),
        other => said(other),
    })?;
    session.get_mut().allow(0, MOST_SAID);
    Talk::begin(session).await
}

async fn secured(app: &App, imap: &Imap, wire: impl Wire + 'static) -> Result<Guarded, Trouble> {
    let host = imap.host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(host.to_owned()).map_err(|_| Trouble::Tls("the host is no name".into()))?;
    let connector = TlsConnector::from(Arc::clone(&app.config.trust));
    let secured = in_time(connector.connect(name, wire)).await?;
    let stream = secured.map_err(|error| {
        let told = error.get_ref().map_or_else(String::new, ToString::to_string);
        Trouble::Tls(if told.contains("certificate") {
            format!(
                "the server’s certificate is not good for {host} ({told}). Is the host the name in the certificate?"
            )
        } else {
            "the server does not speak TLS there; port 993 usually does, port 143 wants STARTTLS".into()
        })
    })?;
    Ok(Guarded::new(stream))
}

async fn greeted(wire: Guarded) -> Result<Client<Guarded>, Trouble> {
    let mut client = Client::new(wire);
    let Some(greeting) = in_time(client.read_response()).await?? else {
        return Err(Trouble::Broken("the server ended it before saying anything".into()));
    };
    match greeting.parsed() {
        Response::Data { status: async_imap::imap_proto::Status::Bye, outcome } => {
            Err(Trouble::Server(outcome.information.clone().unwrap_or_default().into_owned()))
        }
        Response::Data { .. } => Ok(client),
        _ => Err(Trouble::Broken("the server says what is not IMAP".into())),
    }
}

/// What the server offers before the log-in.
async fn capabilities(client: &mut Client<Guarded>) -> Result<Vec<String>, Trouble> {
    client.get_mut().allow(0, MOST_SAID);
    let (told, hear) = async_channel::bounded(100);
    let asked = in_time(client.run_command_and_check_ok("CAPABILITY", Some(told))).await?;
    asked.map_err(said)?;
    let mut offers = Vec::new();
    while let Ok(response) = hear.try_recv() {
        if let async_imap::types::UnsolicitedResponse::Other(data) = response
            && let Response::Capabilities(listed) = data.parsed()
        {
            offers.extend(listed.iter().map(super::talk::name_of));
        }
    }
    Ok(offers)
}

async fn asked(client: &mut Client<Guarded>, command: &str) -> Result<(), Error> {
    client.get_mut().allow(0, MOST_SAID);
    client.run_command_and_check_ok(command, None).await
}

async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, Trouble> {
    timeout(PATIENCE, work).await.map_err(|_| Trouble::Silent)
}

fn said(error: Error) -> Trouble {
    match error {
        Error::Io(error) => error.into(),
        Error::No(said) | Error::Bad(said) => Trouble::Server(words(&said)),
        Error::ConnectionLost => Trouble::Broken("the server ended it".into()),
        _ => Trouble::Broken("the server says what is not IMAP".into()),
    }
}

/// The server's own words in the library's report of a refusal, `code: …, info: Some("…")`.
fn words(report: &str) -> String {
    let start = report.rfind("info: Some(\"").map(|at| at + "info: Some(\"".len());
    let quoted = start.and_then(|start| report.get(start..)?.strip_suffix("\")"));
    quoted.unwrap_or_default().replace("\\\"", "\"").replace("\\\\", "\\")
}

/// SASL PLAIN (RFC 4616).
struct Plain(String);

impl Authenticator for Plain {
    type Response = String;

    fn process(&mut self, _: &[u8]) -> String {
        std::mem::take(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_servers_words_are_found_in_the_report() {
        let report = |information: Option<&str>| format!("code: None, info: {information:?}");
        assert_eq!(words(&report(Some("Invalid \"credentials\" \\o/"))), "Invalid \"credentials\" \\o/");
        assert_eq!(words(&report(None)), "");
        assert_eq!(words("something else"), "");
    }
}
