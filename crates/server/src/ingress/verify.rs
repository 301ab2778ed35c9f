//! Who sent a mail: DKIM (RFC 6376), SPF (RFC 7208) and DMARC (RFC 7489) through the configured resolver, or the word of a
//! trusted server in `Authentication-Results` (RFC 8601), or that of the provider that took the mail. A resolver that is
//! away changes words only: every check ends within [`LONGEST`].

use bytes::Bytes;
use desk::{
    accept_mail::Transport,
    verify_mail::{AtHand, Verifier},
};
use mail::{
    Mail,
    verdict::{Outcome, Policy, Verdicts},
};
use mail_auth::{
    AuthenticatedMessage, DkimOutput, DkimResult, DmarcResult, Error, MessageAuthenticator, SpfOutput, SpfResult,
    dkim::{Canonicalization, DkimError, Signature},
    dmarc::{Policy as DmarcPolicy, verify::DmarcParameters},
    hickory_resolver::{
        config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts},
        system_conf::read_system_conf,
    },
    spf::verify::SpfParameters,
};
use std::{future::Future, net::IpAddr, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};
use store::inbound_mails::InboundMail;
use tokio::{runtime::Handle, sync::Semaphore, time::timeout};

/// How long a check may take, waiting for its turn included.
const LONGEST: Duration = Duration::from_secs(5);
/// Checks at once. Fewer than jobs at once, so that slow name servers never hold all of them.
const AT_ONCE: usize = 16;
/// Signatures of one mail that are checked; honest mails have one to three.
const MOST_SIGNATURES: usize = 10;
/// Who says so, where it is us.
const OURSELVES: &str = "segue";

/// Where DNS answers come from: `SEGUE_RESOLVER`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolver {
    /// Where the system looks.
    System,
    /// From there.
    At(SocketAddr),
    /// From nowhere: nothing is looked up.
    Off,
}

/// Checks who sent mails.
pub struct Senders {
    dns: Option<Arc<MessageAuthenticator>>,
    trusted: Option<String>,
    turns: Arc<Semaphore>,
}

impl Senders {
    /// With that resolver and, in `Authentication-Results`, that server's word.
    #[must_use]
    pub fn new(resolver: Resolver, trusted: Option<String>) -> Self {
        let dns = match resolver {
            Resolver::Off => None,
            Resolver::System => read_system_conf().ok(),
            Resolver::At(server) => Some((one_server(server), ResolverOpts::default())),
        };
        let dns = dns.and_then(|(servers, mut options)| {
            options.timeout = Duration::from_secs(2);
            options.attempts = 2;
            options.cache_size = 8192;
            MessageAuthenticator::new(servers, options).ok()
        });
        if dns.is_none() && resolver != Resolver::Off {
            tracing::warn!("no resolver: SPF, DKIM and DMARC are not checked; see SEGUE_RESOLVER");
        }
        Self { dns: dns.map(Arc::new), trusted, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

fn one_server(address: SocketAddr) -> ResolverConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = address.port();
        connection
    });
    ResolverConfig::from_parts(None, Vec::new(), vec![NameServerConfig::new(address.ip(), true, connections.to_vec())])
}

impl Verifier for Senders {
    fn at_hand(&self, log: &InboundMail, transport: &Transport, mail: &Mail) -> AtHand {
        // What comes out of the sandbox never was on the road.
        if log.ingress == desk::sandbox::INGRESS {
            return AtHand::Nothing;
        }
        let pinned = self.trusted.as_deref().filter(|_| behind_a_server_of_ours(log, transport));
        if let Some(verdicts) = pinned.and_then(|trusted| Verdicts::from_header(mail, trusted)) {
            return AtHand::Said(verdicts);
        }
        let signed = mail.header("DKIM-Signature").is_some();
        match (&self.dns, &transport.verdicts) {
            (Some(_), said) if signed || said.is_some() || client(transport).is_some() => AtHand::AskDns,
            (Some(_), _) => AtHand::Said(Verdicts { by: Some(OURSELVES.into()), ..Verdicts::default() }),
            (None, Some(said)) => AtHand::Said(said.clone()),
            (None, None) => AtHand::Nothing,
        }
    }

    fn look_up<'v>(
        &'v self,
        log: &InboundMail,
        transport: Transport,
        raw: Bytes,
    ) -> Pin<Box<dyn Future<Output = Verdicts> + Send + 'v>> {
        let said = transport.verdicts.clone();
        let by = said.as_ref().and_then(|said| said.by.clone());
        let by = by.map_or_else(|| OURSELVES.to_owned(), |provider| format!("{OURSELVES}, {provider}"));
        let from = log.envelope_from.clone().unwrap_or_default();
        let case = Case { raw, from, client: client(&transport), helo: transport.helo.unwrap_or_default(), said };
        Box::pin(async move {
            let Some(dns) = self.dns.clone() else { return case.said.unwrap_or_default() };
            let unknown = case.unknown();
            let turns = self.turns.clone();
            let checked = async move {
                let turn = turns.acquire_owned().await.ok()?;
                let here = Handle::current();
                // Hashing is work, and a defect in someone else's parser is to cost one verdict, no more.
                let work = move || {
                    let verdicts = here.block_on(timeout(LONGEST, case.check(&dns)));
                    drop(turn);
                    verdicts.ok()
                };
                tokio::task::spawn_blocking(work).await.ok().flatten()
            };
            let verdicts = timeout(LONGEST, checked).await.ok().flatten().unwrap_or(unknown);
            Verdicts { by: Some(by), ..verdicts }
        })
    }
}

/// Whether the mail was handed over by a server whose `Authentication-Results` can be trusted, and not by anyone who can
/// reach a public door: providers and strangers leave in what a sender wrote there.
fn behind_a_server_of_ours(log: &InboundMail, transport: &Transport) -> bool {
    match log.ingress.as_str() {
        "relay" | "lmtp" | "imap" => true,
        "smtp" => client(transport).is_none(),
        _ => false,
    }
}

/// The sending server's address, where it is one that SPF can speak of.
fn client(transport: &Transport) -> Option<IpAddr> {
    transport.peer.map(|peer| peer.to_canonical()).filter(|peer| match peer {
        IpAddr::V4(peer) => !(peer.is_loopback() || peer.is_private() || peer.is_link_local() || peer.is_unspecified()),
        IpAddr::V6(peer) => !(peer.is_loopback() || peer.is_unique_local() || peer.is_unicast_link_local()),
    })
}

/// A mail to be checked.
struct Case {
    raw: Bytes,
    /// Envelope sender; empty for reports, or unknown.
    from: String,
    client: Option<IpAddr>,
    helo: String,
    /// What the provider said.
    said: Option<Verdicts>,
}

impl Case {
    /// What is known of it when time is up.
    fn unknown(&self) -> Verdicts {
        let spf = if self.client.is_some() { Outcome::TempError } else { Outcome::None };
        let unknown = Verdicts { spf, dkim: Outcome::TempError, dmarc: Outcome::TempError, ..Verdicts::default() };
        match &self.said {
            Some(said) => Verdicts { dmarc: Outcome::TempError, ..said.clone() },
            None => unknown,
        }
    }

    async fn check(&self, dns: &MessageAuthenticator) -> Verdicts {
        let Some(mut message) = AuthenticatedMessage::parse(&self.raw) else { return Verdicts::default() };
        message.dkim_headers.truncate(MOST_SIGNATURES);
        let mut signatures = dns.verify_dkim(&message).await;
        // The library's relaxed body differs from RFC 6376 §3.4.4 where lines of blanks end it; ours has none of those.
        let plain = body_may_be_misread(&signatures).then(|| relaxed(&self.raw, message.body_offset()));
        let again = plain.as_deref().and_then(AuthenticatedMessage::parse).map(|mut again| {
            again.dkim_headers.truncate(MOST_SIGNATURES);
            again
        });
        if let Some(again) = &again {
            let passes = dns.verify_dkim(again).await;
            signatures.extend(passes.into_iter().filter(|output| *output.result() == DkimResult::Pass));
        }
        let vouched: Vec<Signature> = self.vouched().map(signed_by).collect();
        signatures.extend(vouched.iter().map(|signature| DkimOutput::pass().with_signature(signature)));
        let spf = self.spf(dns).await;
        let nobody = SpfOutput::new(String::new());
        let asked = DmarcParameters {
            message: &message,
            dkim_output: &signatures,
            dkim2_output: None,
            rfc5321_mail_from_domain: spf.as_ref().map_or("", SpfOutput::domain),
            spf_output: spf.as_ref().unwrap_or(&nobody),
        };
        let dmarc = dns.verify_dmarc(asked).await;
        Verdicts {
            spf: spf.as_ref().map_or(Outcome::None, |spf| outcome_of_spf(spf.result())),
            spf_domain: spf.as_ref().map(|spf| spf.domain().to_ascii_lowercase()).filter(|domain| !domain.is_empty()),
            dkim: best(&signatures),
            dkim_domains: passing(&signatures),
            dmarc: match outcome_of_dmarc(&dmarc.result()) {
                // A sender whose SPF could not be looked at may well have passed by it.
                Outcome::Fail if spf.is_none() => Outcome::None,
                outcome => outcome,
            },
            policy: match dmarc.policy() {
                DmarcPolicy::Quarantine => Policy::Quarantine,
                DmarcPolicy::Reject => Policy::Reject,
                DmarcPolicy::None | DmarcPolicy::Unspecified => Policy::None,
            },
            by: None,
        }
    }

    /// SPF as we see it, or as the provider saw it; `None` where nobody could look.
    async fn spf(&self, dns: &MessageAuthenticator) -> Option<SpfOutput> {
        let Some(client) = self.client else {
            let said = self.said.as_ref().filter(|said| said.spf != Outcome::None)?;
            let domain = said.spf_domain.clone().or_else(|| mail::address::domain_of(&self.from));
            return Some(SpfOutput::new(domain.unwrap_or_default()).with_result(spf_of_outcome(said.spf)));
        };
        let helo = if mail::address::is_host_name(&self.helo) { self.helo.as_str() } else { "" };
        if helo.is_empty() && !self.from.contains('@') {
            return Some(SpfOutput::new(String::new()));
        }
        Some(dns.verify_spf(SpfParameters::verify_mail_from(client, helo, "localhost", &self.from)).await)
    }

    /// The domains whose signature the provider saw to be good.
    fn vouched(&self) -> impl Iterator<Item = &str> {
        let said = self.said.iter().filter(|said| said.dkim == Outcome::Pass);
        said.flat_map(|said| said.dkim_domains.iter().map(String::as_str))
    }
}

fn signed_by(domain: &str) -> Signature {
    Signature { d: domain.to_owned(), ..Signature::default() }
}

/// The domains of the signatures that are good, each once.
fn passing(signatures: &[DkimOutput<'_>]) -> Vec<String> {
    let good = signatures.iter().filter(|output| *output.result() == DkimResult::Pass);
    let mut domains: Vec<String> =
        good.filter_map(DkimOutput::signature).map(|signature| signature.d.to_ascii_lowercase()).collect();
    domains.sort_unstable();
    domains.dedup();
    domains
}

fn body_may_be_misread(signatures: &[DkimOutput<'_>]) -> bool {
    signatures.iter().any(|output| {
        let relaxed = output.signature().is_some_and(|signature| signature.cb == Canonicalization::Relaxed);
        relaxed && matches!(output.result(), DkimResult::Neutral(Error::Dkim(DkimError::FailedBodyHashMatch)))
    })
}

/// The mail with its body in the relaxed form of RFC 6376 §3.4.4, which any reader of that form leaves as it is.
fn relaxed(raw: &[u8], body_offset: usize) -> Vec<u8> {
    let (head, body) = raw.split_at_checked(body_offset).unwrap_or((raw, &[]));
    let mut out = Vec::with_capacity(raw.len());
    out.extend_from_slice(head);
    let mut end = out.len();
    for line in body.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let start = out.len();
        let mut blank = false;
        for byte in line {
            if matches!(byte, b' ' | b'\t') {
                blank = true;
                continue;
            }
            if blank {
                out.push(b' ');
            }
            blank = false;
            out.push(*byte);
        }
        let written = out.len() > start;
        out.extend_from_slice(b"\r\n");
        if written {
            end = out.len();
        }
    }
    out.truncate(end);
    out
}

/// Of all signatures the best word: one good one is enough (RFC 6376 §4.2).
fn best(signatures: &[DkimOutput<'_>]) -> Outcome {
    let order = [Outcome::Pass, Outcome::TempError, Outcome::Fail, Outcome::PermError, Outcome::Neutral];
    let said: Vec<Outcome> = signatures.iter().map(|output| outcome_of_dkim(output.result())).collect();
    order.into_iter().find(|outcome| said.contains(outcome)).unwrap_or(Outcome::None)
}

fn outcome_of_dkim(result: &DkimResult) -> Outcome {
    match result {
        DkimResult::Pass => Outcome::Pass,
        DkimResult::Neutral(Error::Dkim(DkimError::FailedBodyHashMatch)) | DkimResult::Fail(_) => Outcome::Fail,
        DkimResult::Neutral(_) => Outcome::Neutral,
        DkimResult::PermError(_) => Outcome::PermError,
        DkimResult::TempError(_) => Outcome::TempError,
        DkimResult::None => Outcome::None,
    }
}

fn outcome_of_dmarc(result: &DmarcResult) -> Outcome {
    match result {
        DmarcResult::Pass => Outcome::Pass,
        DmarcResult::Fail(_) => Outcome::Fail,
        DmarcResult::TempError(_) => Outcome::TempError,
        DmarcResult::PermError(_) => Outcome::PermError,
        DmarcResult::None => Outcome::None,
    }
}

const SPF: [(SpfResult, Outcome); 7] = [
    (SpfResult::Pass, Outcome::Pass),
    (SpfResult::Fail, Outcome::Fail),
    (SpfResult::SoftFail, Outcome::SoftFail),
    (SpfResult::Neutral, Outcome::Neutral),
    (SpfResult::TempError, Outcome::TempError),
    (SpfResult::PermError, Outcome::PermError),
    (SpfResult::None, Outcome::None),
];

fn outcome_of_spf(result: SpfResult) -> Outcome {
    SPF.iter().find(|row| row.0 == result).map_or(Outcome::None, |row| row.1)
}

fn spf_of_outcome(outcome: Outcome) -> SpfResult {
    SPF.iter().find(|row| row.1 == outcome).map_or(SpfResult::None, |row| row.0)
}
