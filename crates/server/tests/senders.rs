//! Who sent a mail: SPF, DKIM and DMARC, from a name server that answers from a table.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use desk::accept_mail::{Accepted, Envelope, Transport, accept};
use house::{
    House,
    customer::{Post, Thread, mail_from},
    dns::{NameServer, Record},
    on_both,
};
use mail::verdict::{Outcome, Verdicts};
use mail_auth::{
    common::{crypto::Ed25519Key, headers::HeaderWriter},
    dkim::DkimSigner,
};
use model::{inbound::InboundState, message::Message};
use serde_json::json;
use server::{
    app::App,
    http::router,
    ingress::verify::{Resolver, Senders},
};
use std::{net::IpAddr, sync::Arc, time::Instant};

on_both!(
    an_answer_without_its_reply_address_needs_a_proof,
    an_answer_with_a_token_waits_for_nobody,
    a_forged_answer_with_a_token_is_marked_and_verifies_nothing,
    a_policy_of_none_marks_nothing,
    a_name_server_that_is_silent_changes_only_words,
    the_word_of_the_own_mail_server_counts_and_nobody_elses,
    a_providers_word_is_kept,
    a_body_that_ends_in_blanks_is_read_right,
);

const CARLA: &str = "Carla <carla@customer.example>";
/// Whose server may send for customer.example.
const TRUE_SENDER: &str = "192.0.2.1";

/// Signs as a domain does.
struct Signer(Vec<u8>);

impl Signer {
    fn new() -> Self {
        Self(Ed25519Key::generate_pkcs8().unwrap())
    }

    fn key(&self) -> Ed25519Key {
        Ed25519Key::from_pkcs8_der(&self.0).unwrap()
    }

    /// The record of the selector `s`.
    fn record(&self) -> String {
        let key = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, self.key().public_key());
        format!("v=DKIM1; k=ed25519; p={key}")
    }

    fn signs(&self, domain: &str, mail: &[u8]) -> Vec<u8> {
        let signer = DkimSigner::from_key(self.key()).domain(domain).selector("s").headers(["From", "To", "Subject"]);
        [signer.sign(mail).unwrap().to_header().as_bytes(), mail].concat()
    }
}

/// customer.example with its key, its server and that policy; evil.example with the same key.
async fn names(signer: &Signer, policy: &str) -> NameServer {
    let records: Vec<Record> = vec![
        ("s._domainkey.customer.example", "TXT", signer.record()),
        ("s._domainkey.evil.example", "TXT", signer.record()),
        ("customer.example", "TXT", format!("v=spf1 ip4:{TRUE_SENDER} -all")),
        ("_dmarc.customer.example", "TXT", format!("v=DMARC1; p={policy}")),
        ("silent.example", "silence", String::new()),
        ("_dmarc.silent.example", "silence", String::new()),
        ("s._domainkey.silent.example", "silence", String::new()),
    ];
    NameServer::with(records).await
}

/// The house, asking that name server and trusting that mail server.
fn asking(mut house: House, resolver: Resolver, trusted: Option<&str>) -> House {
    let mut desk = house.app.desk.clone();
    desk.verifier = Arc::new(Senders::new(resolver, trusted.map(str::to_owned)));
    house.app = App::new(desk, house.app.config.clone());
    house.router = router::router(house.app.clone());
    house
}

/// As if a sending server at `peer` had spoken to us.
fn from_server(peer: &str) -> Envelope {
    let transport = Transport {
        helo: Some("mail.customer.example".into()),
        peer: Some(peer.parse::<IpAddr>().unwrap()),
        ..Transport::default()
    };
    Envelope {
        ingress: "smtp".into(),
        from: Some("carla@customer.example".into()),
        peer: Some(peer.into()),
        transport,
        ..Envelope::default()
    }
}

async fn arrives(house: &House, envelope: Envelope, raw: Vec<u8>) -> Accepted {
    let accepted = accept(house.desk(), envelope, raw.into()).await.unwrap();
    house.work().await;
    accepted
}

/// An answer to one of our mails whose client forgot the reply address.
fn by_message_id(thread: &Thread, id: &str) -> Post {
    let ours = format!("<conversation/{}/messages/1@in.example.org>", thread.uuid);
    mail_from(CARLA).to("support@acme.example").id(id).with("In-Reply-To", &ours).says("Without the reply address")
}

async fn last(house: &House, thread: &Thread) -> Message {
    house.messages(thread).await.pop().expect("a message")
}

async fn an_answer_without_its_reply_address_needs_a_proof(house: House) {
    let signer = Signer::new();
    let dns = names(&signer, "reject").await;
    let house = asking(house, Resolver::At(dns.address), None);
    let thread = house.thread("carla@customer.example").await;
    let relayed = async |raw: Vec<u8>| {
        assert_eq!(house.relays(raw).await.status, 204);
        house.work().await;
        let log = house.inbound_log().await.remove(0);
        (log.state, log.trace.join("\n"), log.verdicts)
    };

    let (state, trace, verdicts) = relayed(by_message_id(&thread, "1@c").bytes()).await;
    assert_eq!((state, &verdicts["dkim"]), (InboundState::Held, &"none".into()), "{trace}");
    let (state, trace, verdicts) = relayed(signer.signs("evil.example", &by_message_id(&thread, "2@c").bytes())).await;
    assert_eq!((state, &verdicts["dkim"]), (InboundState::Held, &"pass".into()), "{trace}");
    let changed = signer.signs("customer.example", &by_message_id(&thread, "3@c").bytes());
    let changed = String::from_utf8(changed).unwrap().replace("Without", "With").into_bytes();
    let (state, trace, verdicts) = relayed(changed).await;
    assert_eq!((state, &verdicts["dkim"]), (InboundState::Held, &"fail".into()), "{trace}");

    let (state, trace, verdicts) =
        relayed(signer.signs("customer.example", &by_message_id(&thread, "4@c").bytes())).await;
    assert_eq!(state, InboundState::Delivered, "{trace}");
    assert!(trace.contains("sender authenticated"), "{trace}");
    assert_eq!((&verdicts["dmarc"], &verdicts["by"]), (&"pass".into(), &"segue".into()));
    let message = last(&house, &thread).await;
    assert_eq!(message.content_attributes["author"]["relation"], "contact");
    assert_eq!(message.content_attributes["email"]["verdicts"]["dkim"], "pass");
    let original =
        house.agent().get(&format!("/conversations/{}/messages/{}/original", thread.number, message.id)).await;
    assert_eq!((&original["verdicts"]["dmarc"], &original["verdicts"]["by"]), (&"pass".into(), &"segue".into()));

    // By SPF alone, since the sender's own server speaks to us.
    arrives(&house, from_server(TRUE_SENDER), by_message_id(&thread, "5@c").bytes()).await;
    assert_eq!(house.inbound_log().await[0].state, InboundState::Delivered);
    arrives(&house, from_server("198.51.100.7"), by_message_id(&thread, "6@c").bytes()).await;
    let log = house.inbound_log().await.remove(0);
    assert_eq!((log.state, &log.verdicts["spf"]), (InboundState::Held, &"fail".into()));
    assert_eq!(dns.asked_for("s._domainkey.customer.example"), 1, "answers are kept");
}

async fn an_answer_with_a_token_waits_for_nobody(house: House) {
    let signer = Signer::new();
    let dns = names(&signer, "reject").await;
    let house = asking(house, Resolver::At(dns.address), None);
    let thread = house.thread("carla@customer.example").await;
    let post = mail_from(CARLA).to(&thread.reply_address()).id("1@c").says("At once");
    house.relays(signer.signs("customer.example", &post.bytes())).await;
    let log = house.inbound_log().await.remove(0);
    desk::receive_mail::receive_mail(house.desk(), log.id, None).await.unwrap();
    assert_eq!(house.words(&thread).await, ["At once"]);
    let before = last(&house, &thread).await;
    assert!(before.content_attributes["email"]["verdicts"].is_null());
    assert!(!house.contact(&thread).await.email_verified, "an address is verified when it is known not to fail");
    assert_eq!(dns.asked_for("s._domainkey.customer.example"), 0);
    let profile = house.call("GET", "/api/v1/profile").header("api_access_token", &house.made.access_token);
    let token = profile.send().await.ok()["pubsub_token"].clone();
    let node = house.listens().await;
    let params = json!({"pubsub_token": token, "account_id": house.made.account_id});
    let mut agent = node.subscribes(params).await.ok().unwrap();
    house.work().await;
    let told = agent.hears("message.updated").await;
    assert_eq!(told["content_attributes"]["email"]["verdicts"]["dmarc"], "pass");
    assert!(house.contact(&thread).await.email_verified);
    assert_eq!(house.inbound_log().await[0].verdicts["dkim"], "pass");
    assert_eq!(house.words(&thread).await.len(), 1);
}

async fn a_forged_answer_with_a_token_is_marked_and_verifies_nothing(house: House) {
    let dns = names(&Signer::new(), "quarantine").await;
    let house = asking(house, Resolver::At(dns.address), None);
    let thread = house.thread("carla@customer.example").await;
    let post = mail_from(CARLA).to(&thread.reply_address()).says("I am Carla");
    arrives(&house, from_server("198.51.100.7"), post.bytes()).await;
    let message = last(&house, &thread).await;
    assert_eq!(message.content_attributes["author"]["disputed"], true);
    assert_eq!(message.content_attributes["email"]["verdicts"]["policy"], "quarantine");
    assert!(!message.withheld, "it was seen: it is marked, not taken back");
    assert!(!house.contact(&thread).await.email_verified);
    // Over a relay nobody knows the sending server, so a mail without a signature may be as good as any.
    house.receives(&mail_from(CARLA).to(&thread.reply_address()).says("Over a relay")).await;
    let message = last(&house, &thread).await;
    assert!(message.content_attributes["author"].get("disputed").is_none());
    assert!(house.contact(&thread).await.email_verified);
}

async fn a_policy_of_none_marks_nothing(house: House) {
    let dns = names(&Signer::new(), "none").await;
    let house = asking(house, Resolver::At(dns.address), None);
    let thread = house.thread("carla@customer.example").await;
    let post = mail_from(CARLA).to(&thread.reply_address()).says("From home");
    arrives(&house, from_server("198.51.100.7"), post.bytes()).await;
    let message = last(&house, &thread).await;
    assert_eq!(message.content_attributes["email"]["verdicts"]["dmarc"], "fail");
    assert!(message.content_attributes["author"].get("disputed").is_none());
    assert!(house.contact(&thread).await.email_verified);
}

async fn a_name_server_that_is_silent_changes_only_words(house: House) {
    let signer = Signer::new();
    let dns = names(&signer, "reject").await;
    let house = asking(house, Resolver::At(dns.address), None);
    let thread = house.thread("sue@silent.example").await;
    let post = mail_from("sue@silent.example").to(&thread.reply_address()).id("1@s").says("Hello");
    let begun = Instant::now();
    house.relays(signer.signs("silent.example", &post.bytes())).await;
    house.work().await;
    assert_eq!(house.words(&thread).await, ["Hello"]);
    let log = house.inbound_log().await.remove(0);
    assert_eq!((log.state, &log.verdicts["dkim"]), (InboundState::Delivered, &"temperror".into()));
    assert!(house.contact(&thread).await.email_verified, "not checked is no failure");
    let post = by_message_id(&thread, "2@s").with("From", "sue@silent.example");
    house.relays(signer.signs("silent.example", &post.bytes())).await;
    house.work().await;
    assert_eq!(house.inbound_log().await[0].state, InboundState::Held);
    assert!(begun.elapsed().as_secs() < 12, "five seconds each at most: {:?}", begun.elapsed());
}

async fn the_word_of_the_own_mail_server_counts_and_nobody_elses(house: House) {
    let house = asking(house, Resolver::Off, Some("mx.acme.example"));
    let thread = house.thread("carla@customer.example").await;
    let says = |id: &str, results: &str| by_message_id(&thread, id).with("Authentication-Results", results);
    let good = "mx.acme.example; dkim=pass header.d=customer.example; dmarc=pass (p=reject)";
    let state = async |post: Post| house.receives(&post).await.state;
    assert_eq!(state(says("1@c", good)).await, InboundState::Delivered);
    let verdicts = &last(&house, &thread).await.content_attributes["email"]["verdicts"];
    assert_eq!((&verdicts["dmarc"], &verdicts["by"]), (&"pass".into(), &"mx.acme.example".into()));
    let elses = "mx.evil.example; dkim=pass header.d=customer.example; dmarc=pass";
    assert_eq!(state(says("2@c", elses)).await, InboundState::Held);
    let forged =
        says("3@c", "mx.acme.example; dmarc=fail (p=reject)").and("Received", "from x by mx.acme.example; now");
    let forged = forged.and("Authentication-Results", good);
    assert_eq!(state(forged).await, InboundState::Held, "the topmost is the server's");
    // Whoever can speak to our own door can write anything.
    arrives(&house, from_server("198.51.100.7"), says("4@c", good).bytes()).await;
    assert_eq!(house.inbound_log().await[0].state, InboundState::Held);
    // With a token: known at once, so a failure keeps the mail from being the contact's.
    let fails = mail_from(CARLA).to(&thread.reply_address()).says("Forged");
    house.receives(&fails.with("Authentication-Results", "mx.acme.example; dmarc=fail (p=quarantine)")).await;
    assert!(last(&house, &thread).await.withheld);
}

async fn a_providers_word_is_kept(house: House) {
    let said = Verdicts {
        spf: Outcome::Pass,
        spf_domain: Some("customer.example".into()),
        by: Some("sendgrid".into()),
        ..Verdicts::default()
    };
    let envelope = || Envelope {
        ingress: "sendgrid".into(),
        transport: Transport { verdicts: Some(said.clone()), ..Transport::default() },
        ..Envelope::default()
    };
    let house = asking(house, Resolver::Off, None);
    let thread = house.thread("carla@customer.example").await;
    arrives(&house, envelope(), by_message_id(&thread, "1@c").bytes()).await;
    let log = house.inbound_log().await.remove(0);
    assert_eq!((log.state, &log.verdicts["by"]), (InboundState::Delivered, &"sendgrid".into()));
    // With a resolver the policy of the domain joins what the provider saw.
    let dns = names(&Signer::new(), "reject").await;
    let house = asking(house, Resolver::At(dns.address), None);
    arrives(&house, envelope(), by_message_id(&thread, "2@c").bytes()).await;
    let log = house.inbound_log().await.remove(0);
    let seen = (&log.verdicts["spf"], &log.verdicts["dmarc"], &log.verdicts["by"]);
    assert_eq!(seen, (&"pass".into(), &"pass".into(), &"segue, sendgrid".into()));
}

async fn a_body_that_ends_in_blanks_is_read_right(house: House) {
    let signer = Signer::new();
    let dns = names(&signer, "reject").await;
    let house = asking(house, Resolver::At(dns.address), None);
    let thread = house.thread("carla@customer.example").await;
    for (id, end) in [("1@c", "  \t\r\n\r\n \t \r\n\r\n"), ("2@c", "\r\n\r\n \r\n"), ("3@c", "\r\n")] {
        // The sender's signature is over the body as RFC 6376 has it; on the way it keeps its blanks.
        let post = by_message_id(&thread, id);
        let signed = signer.signs("customer.example", &post.clone().says("Best\twishes\r\n").bytes());
        let sent = post.says(&format!("Best  wishes{end}")).bytes();
        let head = signed.len() - by_message_id(&thread, id).says("Best\twishes\r\n").bytes().len();
        let log_before = house.inbound_log().await.len();
        house.relays([&signed[..head], &sent].concat()).await;
        house.work().await;
        let log = house.inbound_log().await;
        assert_eq!(log.len(), log_before + 1);
        assert_eq!(log[0].verdicts["dkim"], "pass", "{end:?}");
        // Bare line feeds, as a piping command writes them, are the same lines.
        let piped = String::from_utf8([&signed[..head], &sent].concat()).unwrap().replace("\r\n", "\n");
        house.relays(piped).await;
        house.work().await;
        assert_eq!(house.inbound_log().await[0].verdicts["dkim"], "pass", "piped {end:?}");
    }
}
