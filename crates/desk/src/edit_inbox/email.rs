//! The settings of an e-mail inbox: its own address, and the mailbox its mail is fetched from.

use super::{InboxChange, one_of, text};
use crate::{
    Desk, House, Outcome, Problem,
    own_addresses::is_at_inbound_domain,
    sealing::{self, Purpose},
};
use model::inbox::{AfterFetch, Email, Imap, ImapTls, Inbox, Sealed};
use store::{Tx, inboxes};

/// What is to change of the mailbox; `None` stays as it is.
#[derive(Clone, Default)]
pub struct ImapChange {
    /// Mail is fetched.
    pub enabled: Option<bool>,
    /// The server's host name.
    pub host: Option<String>,
    /// The server's port.
    pub port: Option<i64>,
    /// Secured from the first byte, or not at all: the reference's switch, for which `tls` has more words.
    pub ssl: Option<bool>,
    /// `implicit`, `starttls` or `none`.
    pub tls: Option<String>,
    /// Whom to log in as.
    pub login: Option<String>,
    /// Their password; empty to forget it.
    pub password: Option<String>,
    /// The folder that is looked into.
    pub folder: Option<String>,
    /// What lies there at the first look is fetched too.
    pub existing: Option<bool>,
    /// `keep`, `mark_seen`, `delete` or `move`.
    pub after: Option<String>,
    /// The folder mails are moved to.
    pub move_to: Option<String>,
}

impl std::fmt::Debug for ImapChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImapChange").field("host", &self.host).field("login", &self.login).finish_non_exhaustive()
    }
}

/// What is asked for a new one: without an address it is refused; without a name it is called by its address.
pub(super) fn required(asked: InboxChange) -> InboxChange {
    let email = asked.email.unwrap_or_default();
    let name = asked.name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
    InboxChange { name: Some(name), email: Some(email), ..asked }
}

impl ImapChange {
    /// Takes the password and encrypts it: it travels no further in the clear.
    ///
    /// # Errors
    /// It is none that a mailbox could have.
    pub(super) fn seal(&mut self, desk: &Desk) -> Outcome<Option<Sealed>> {
        let Some(password) = self.password.take() else { return Ok(None) };
        let password = plain("imap_password", &password)?;
        Ok(Some(sealing::seal(&desk.house.secret, &*desk.random, Purpose::Imap, password)))
    }

    fn is_empty(&self) -> bool {
        let Self { enabled, host, port, ssl, tls, login, password, folder, existing, after, move_to } = self;
        let texts = [host, tls, login, password, folder, after, move_to];
        texts.iter().all(|text| text.is_none()) && enabled.or(*ssl).or(*existing).is_none() && port.is_none()
    }
}

/// Changes the values, checked.
///
/// # Errors
/// One makes no sense; the words name it.
pub(super) fn apply(email: &mut Email, change: &InboxChange, password: Option<&Sealed>) -> Outcome<()> {
    if let Some(address) = &change.email {
        email.address = address.trim().to_lowercase();
    }
    if !change.imap.is_empty() || password.is_some() {
        let mut imap = email.imap.clone().unwrap_or_default();
        apply_to_mailbox(&mut imap, &change.imap, password)?;
        email.imap = Some(imap);
    }
    Ok(())
}

fn apply_to_mailbox(imap: &mut Imap, change: &ImapChange, password: Option<&Sealed>) -> Outcome<()> {
    let before = imap.clone();
    imap.enabled = change.enabled.unwrap_or(imap.enabled);
    imap.existing = change.existing.unwrap_or(imap.existing);
    if let Some(host) = &change.host {
        imap.host = checked_host(host)?;
    }
    if let Some(port) = change.port {
        let port = u16::try_from(port).ok().filter(|port| *port > 0);
        imap.port = port.ok_or_else(|| Problem::invalid("imap_port", "must be between 1 and 65535"))?;
    }
    imap.tls = match (&change.tls, change.ssl) {
        (Some(name), _) => {
            let name = one_of("imap_tls", name, &ImapTls::ALL.iter().map(|tls| tls.as_str()).collect::<Vec<_>>())?;
            ImapTls::parse(&name).unwrap_or_default()
        }
        (None, Some(true)) => ImapTls::Implicit,
        (None, Some(false)) if imap.tls == ImapTls::Implicit => ImapTls::None,
        (None, _) => imap.tls,
    };
    if let Some(name) = &change.after {
        let name = one_of("imap_after", name, &AfterFetch::ALL.iter().map(|after| after.as_str()).collect::<Vec<_>>())?;
        imap.after = AfterFetch::parse(&name).unwrap_or_default();
    }
    let texts = [
        ("imap_login", &change.login, &mut imap.login),
        ("imap_folder", &change.folder, &mut imap.folder),
        ("imap_move_to", &change.move_to, &mut imap.move_to),
    ];
    for (field, asked, value) in texts {
        if let Some(asked) = asked {
            *value = text(field, plain(field, asked)?, 255)?;
        }
    }
    if let Some(password) = password {
        imap.password = password.clone();
    } else if leads_elsewhere(&before, imap) {
        // Else whoever may change the settings could have the password sent to a server of theirs.
        return Err(Problem::invalid("imap_password", "must be given again when the server or its security changes"));
    }
    check_mailbox(imap)
}

/// Whether the password that is kept would go to another server than before, or go there in the clear.
fn leads_elsewhere(before: &Imap, after: &Imap) -> bool {
    let in_clear = after.tls == ImapTls::None && before.tls != ImapTls::None;
    before.password.is_set() && (before.host != after.host || before.port != after.port || in_clear)
}

fn check_mailbox(imap: &Imap) -> Outcome<()> {
    if imap.folder.is_empty() {
        return Err(Problem::invalid("imap_folder", "must not be empty"));
    }
    if imap.after == AfterFetch::Move && (imap.move_to.is_empty() || imap.move_to == imap.folder) {
        return Err(Problem::invalid("imap_move_to", "must name another folder than the one that is looked into"));
    }
    let needed = [
        ("imap_address", imap.host.is_empty()),
        ("imap_login", imap.login.is_empty()),
        ("imap_password", !imap.password.is_set()),
    ];
    match needed.into_iter().find(|(_, missing)| imap.enabled && *missing) {
        Some((field, _)) => Err(Problem::invalid(field, "must not be empty where mail is fetched")),
        None => Ok(()),
    }
}

fn checked_host(host: &str) -> Outcome<String> {
    let host = host.trim().to_lowercase();
    let good = host.is_empty() || url::Host::parse(&host).is_ok();
    let longest = 253;
    if good && host.len() <= longest {
        Ok(host)
    } else {
        Err(Problem::invalid("imap_address", "must be the host name of a mail server, such as imap.example.org"))
    }
}

/// Text that may stand in a line of the mailbox's protocol.
fn plain<'v>(field: &str, value: &'v str) -> Outcome<&'v str> {
    if value.chars().any(char::is_control) {
        return Err(Problem::invalid(field, "must not have control characters"));
    }
    Ok(value)
}

/// Whether the inbox may have its address: an address, of no other inbox, and none that reply or bounce addresses have.
///
/// # Errors
/// It may not, and why.
pub(super) async fn check_address(tx: &mut Tx<'_>, house: &House, inbox: &Inbox) -> Outcome<()> {
    let Some(Email { address, .. }) = inbox.email() else { return Ok(()) };
    if !mail::address::is_address(address) {
        return Err(Problem::invalid("email", "is not an address"));
    }
    let local = address.split(['@', '+']).next().unwrap_or_default();
    let reserved = matches!(local, "reply" | "bounce") || mail::Token::parse(local).is_some();
    if reserved && is_at_inbound_domain(tx, house, address).await? {
        return Err(Problem::invalid("email", "is kept for the reply addresses of this installation"));
    }
    match inboxes::by_address(tx, address).await? {
        Some(other) if other.id != inbox.id && other.email().is_some_and(|other| other.address == *address) => {
            Err(Problem::invalid("email", "is the address of another inbox"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> ImapChange {
        ImapChange {
            enabled: Some(true),
            host: Some("IMAP.acme.example".into()),
            login: Some("help".into()),
            ..ImapChange::default()
        }
    }

    fn changed(imap: &Imap, change: &ImapChange, password: Option<&str>) -> Outcome<Imap> {
        let (mut imap, password) = (imap.clone(), password.map(|text| Sealed::new(text.to_owned())));
        apply_to_mailbox(&mut imap, change, password.as_ref()).map(|()| imap)
    }

    #[test]
    fn a_mailbox_is_checked_and_what_is_wrong_named() {
        let some = |value: &str| Some(value.to_owned());
        let rows = [
            ("imap_address", ImapChange { host: some("imap acme"), ..good() }),
            ("imap_address", ImapChange { host: some(""), ..good() }),
            ("imap_login", ImapChange { login: some(""), ..good() }),
            ("imap_login", ImapChange { login: some("a\r\nb LOGOUT"), ..good() }),
            ("imap_port", ImapChange { port: Some(0), ..good() }),
            ("imap_port", ImapChange { port: Some(65_536), ..good() }),
            ("imap_tls", ImapChange { tls: some("ssl3"), ..good() }),
            ("imap_folder", ImapChange { folder: some(" "), ..good() }),
            ("imap_folder", ImapChange { folder: Some("x".repeat(256)), ..good() }),
            ("imap_after", ImapChange { after: some("burn"), ..good() }),
            ("imap_move_to", ImapChange { after: some("move"), ..good() }),
            ("imap_move_to", ImapChange { after: some("move"), move_to: some("INBOX"), ..good() }),
        ];
        for (field, change) in rows {
            let problem = changed(&Imap::default(), &change, Some("x1:00")).expect_err(field);
            assert!(problem.to_string().starts_with(field), "{field}: {problem}");
        }
        for password in [None, Some("")] {
            let problem = changed(&Imap::default(), &good(), password).expect_err("no password");
            assert!(problem.to_string().starts_with("imap_password"), "{problem}");
        }
        let imap = changed(&Imap::default(), &good(), Some("x1:00")).unwrap();
        assert_eq!((imap.host.as_str(), imap.port, imap.tls), ("imap.acme.example", 993, ImapTls::Implicit));
    }

    #[test]
    fn a_kept_password_goes_to_no_other_server() {
        let imap = changed(&Imap::default(), &good(), Some("x1:00")).unwrap();
        let elsewhere = [
            ImapChange { host: Some("imap.evil.example".into()), ..ImapChange::default() },
            ImapChange { port: Some(1993), ..ImapChange::default() },
            ImapChange { tls: Some("none".into()), ..ImapChange::default() },
            ImapChange { ssl: Some(false), ..ImapChange::default() },
        ];
        for change in elsewhere {
            assert!(changed(&imap, &change, None).is_err(), "{change:?}");
            assert_eq!(changed(&imap, &change, Some("x1:01")).unwrap().password.text(), "x1:01");
        }
        let folder = ImapChange { folder: Some("Support".into()), ..ImapChange::default() };
        assert_eq!(changed(&imap, &folder, None).unwrap(), Imap { folder: "Support".into(), ..imap });
    }
}
