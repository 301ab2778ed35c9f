//! The built-in mail server over real sockets: whom it takes mail for, what it keeps, and what it does not let itself in
//! for.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use house::{
    DOMAIN, House,
    customer::mail_from,
    mail_client::{MailClient, MailPort},
    on_both,
};
use server::{app::App, config::Lmtp, ingress};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use store::inbound_mails::{self, Raw};
use tokio::{
    io::AsyncReadExt,
    net::{TcpStream, UnixStream},
    sync::watch,
};

on_both!(
    a_reply_comes_in_by_smtp,
    a_retry_is_the_same_mail,
    recipients_are_asked_for,
    lmtp_answers_for_each_recipient,
    what_cannot_be_kept_is_not_taken,
    nothing_is_smuggled,
    large_mails_pass_and_too_large_ones_do_not,
    whoever_stops_in_the_middle_has_sent_nothing,
    a_stop_lets_the_mail_that_has_begun_end,
);

async fn raw_of(house: &House, id: model::ids::InboundMailId) -> Vec<u8> {
    let raw = house.desk().db.read::<_, store::Error, _>(async move |tx| inbound_mails::raw(tx, id).await);
    match raw.await.unwrap() {
        Some(Raw::Row(packed)) => inbound_mails::unpack(&packed).unwrap(),
        Some(Raw::Blob(key)) => house.desk().blobs.get(&key).await.unwrap().unwrap().to_vec(),
        _ => panic!("no bytes"),
    }
}

async fn a_reply_comes_in_by_smtp(house: House) {
    let thread = house.thread("carla@example.org").await;
    let port = house.takes_smtp(|_| {}).await;
    let mut client = port.client().await;
    let raw = mail_from("carla@example.org").to("x@y.example").id("1@example.org").says("The blue one.\r\n").bytes();
    let to = [thread.reply_address(), format!("postmaster@{DOMAIN}")];
    let answer = client.mails("carla@example.org", &[&to[0], &to[1]], &raw).await;
    assert_eq!(answer, "250 2.0.0 the mail is kept\r\n");
    client.says("QUIT", "221 2.0.0").await;
    assert_eq!(client.hears().await, "", "the server hangs up");
    house.work().await;
    assert_eq!(house.words(&thread).await, ["The blue one."], "the envelope names the conversation");
    let log = house.inbound_log().await;
    assert_eq!(log.len(), 1, "two recipients, one mail");
    assert_eq!((log[0].ingress.as_str(), log[0].state.as_str()), ("smtp", "delivered"));
    assert_eq!(
        (log[0].envelope_from.as_deref(), log[0].envelope_to.as_slice()),
        (Some("carla@example.org"), to.as_slice())
    );
    assert_eq!(log[0].peer.as_deref(), Some("127.0.0.1"));
    assert_eq!(log[0].transport, serde_json::json!({"helo": "mail.example.org"}), "a neighbour is nobody for SPF");
    let kept = raw_of(&house, log[0].id).await;
    let head = "Return-Path: <carla@example.org>\r\nReceived: from mail.example.org ([127.0.0.1])\r\n\tby segue.example (Segue) with \
                ESMTP;\r\n\tSun, 22 Nov 2026 10:00:00 +0000\r\n";
    assert_eq!(String::from_utf8_lossy(&kept), format!("{head}{}", String::from_utf8_lossy(&raw)));
}

async fn a_retry_is_the_same_mail(house: House) {
    let thread = house.thread("carla@example.org").await;
    let port = house.takes_smtp(|_| {}).await;
    // Without a Message-ID nothing but the bytes says that it is the same.
    let raw = mail_from("carla@example.org").says("Once.\r\n").bytes();
    for _ in 0..2 {
        let mut client = port.client().await;
        let answer = client.mails("carla@example.org", &[&thread.reply_address()], &raw).await;
        assert!(answer.starts_with("250 "), "{answer}");
        // The trace line of the second one has another time.
        house.pass(60).await;
    }
    assert_eq!(house.words(&thread).await, ["Once."]);
    assert_eq!(house.inbound_log().await.len(), 1);
}

async fn recipients_are_asked_for(house: House) {
    let thread = house.thread("carla@example.org").await;
    let port = house.takes_smtp(|limits| limits.tarpit = Duration::ZERO).await;
    let mut client = port.client().await;
    let token = &thread.token;
    let digits = "0123456789abcdef0123456789abcdef";
    let rows = [
        (format!("reply+{token}@{DOMAIN}"), "250 2.1.5"),
        (format!("Reply+{}@{}", token.to_uppercase(), DOMAIN.to_uppercase()), "250 2.1.5"),
        (format!("\"reply+{token}\"@{DOMAIN}"), "250 2.1.5"),
        (format!("bounce+{token}@{DOMAIN}"), "250 2.1.5"),
        (format!("reply+{digits}@{DOMAIN}"), "250 2.1.5"),
        (format!("postmaster@{DOMAIN}"), "250 2.1.5"),
        ("Postmaster".into(), "250 2.1.5"),
        (format!("reply+{token}@elsewhere.example"), "550 5.7.1"),
        ("ann@acme.example".into(), "550 5.7.1"),
        (format!("nobody@{DOMAIN}"), "550 5.1.1"),
        (format!("reply+short@{DOMAIN}"), "550 5.1.1"),
        (format!("reply+{token}@sub.{DOMAIN}"), "550 5.7.1"),
        (format!("x%{DOMAIN}@elsewhere.example"), "550 5.7.1"),
    ];
    client.says("MAIL FROM:<>", "250").await;
    for (to, expected) in rows {
        client.says(&format!("RCPT TO:<{to}>"), expected).await;
    }
    // An account's own domain, and its inboxes' addresses, wherever those are.
    house.own_domain_and_inbox("answers.acme.example", "help@acme.example").await;
    client.says(&format!("RCPT TO:<reply+{digits}@answers.acme.example>"), "250 2.1.5").await;
    client.says("RCPT TO:<Help@Acme.example>", "250 2.1.5").await;
    client.says("RCPT TO:<help+eu@acme.example>", "250 2.1.5").await;
    client.says(&format!("RCPT TO:<{FORWARD}@answers.acme.example>"), "250 2.1.5").await;
    client.says(&format!("RCPT TO:<{FORWARD}@elsewhere.example>"), "550 5.7.1").await;
    client.says("RCPT TO:<other@acme.example>", "550 5.7.1").await;
}

const FORWARD: &str = "fedcba9876543210fedcba9876543210";

impl House {
    async fn own_domain_and_inbox(&self, domain: &str, address: &str) {
        let (id, now) = (self.made.account_id, self.desk().now());
        let (domain, address) = (domain.to_owned(), address.to_owned());
        let done = self.desk().db.write::<_, store::Error, _>(async move |tx| {
            let mut account = store::accounts::by_id(tx, id).await?.expect("the account");
            account.domain = Some(domain.clone());
            store::accounts::update(tx, &account).await?;
            let email = model::inbox::Email {
                address: address.clone(),
                forward_to: FORWARD.into(),
                ..model::inbox::Email::default()
            };
            let channel = model::inbox::Channel::Email(email);
            store::inboxes::insert(tx, id, "Help", &channel, &model::inbox::Settings::default(), now).await
        });
        done.await.unwrap();
    }
}

async fn lmtp_answers_for_each_recipient(house: House) {
    let thread = house.thread("carla@example.org").await;
    let port = house.takes_lmtp().await;
    let (mut client, greeting) = port.dial().await;
    assert!(greeting.starts_with("220 segue.example LMTP"), "{greeting}");
    client.says("EHLO x", "500").await;
    client.says("LHLO relay", "250-").await;
    client.says("MAIL FROM:<carla@example.org>", "250").await;
    client.says(&format!("RCPT TO:<{}>", thread.reply_address()), "250").await;
    client.says(&format!("RCPT TO:<nobody@{DOMAIN}>"), "550 5.1.1").await;
    client.says(&format!("RCPT TO:<postmaster@{DOMAIN}>"), "250").await;
    client.says("DATA", "354").await;
    client.sends(mail_from("carla@example.org").id("2@example.org").says("Both.\r\n").bytes()).await;
    client.sends(".\r\nNOOP\r\n").await;
    let answers = [client.hears().await, client.hears().await, client.hears().await];
    assert_eq!(answers.map(|answer| answer[..9].to_owned()), ["250 2.0.0", "250 2.0.0", "250 2.0.0"]);
    house.work().await;
    assert_eq!(house.words(&thread).await, ["Both."]);
    let log = house.inbound_log().await;
    assert_eq!((log.len(), log[0].ingress.as_str()), (1, "lmtp"));
}

async fn what_cannot_be_kept_is_not_taken(house: House) {
    let thread = house.thread("carla@example.org").await;
    let mut desk = house.desk().clone();
    let folder = tempfile::tempdir().unwrap();
    desk.blobs = store::Blobs::local(&folder.path().join("blobs")).unwrap();
    std::fs::remove_dir_all(folder.path().join("blobs")).unwrap();
    std::fs::write(folder.path().join("blobs"), "a file, not a folder").unwrap();
    let app = App::new(desk, house.app.config.clone());
    let port = MailPort::of(&app, ingress::smtp::Receiver::smtp, |_| {}).await;
    let mut client = port.client().await;
    let raw = mail_from("carla@example.org").says(&"Large.\r\n".repeat(40_000)).bytes();
    let answer = client.mails("carla@example.org", &[&thread.reply_address()], &raw).await;
    assert_eq!(answer, "451 4.3.0 the storage is away; try again later\r\n");
    assert!(house.inbound_log().await.is_empty());
    let small = mail_from("carla@example.org").says("Small.\r\n").bytes();
    let answer = client.mails("carla@example.org", &[&thread.reply_address()], small).await;
    assert!(answer.starts_with("250"), "the session goes on: {answer}");
}

async fn nothing_is_smuggled(house: House) {
    let thread = house.thread("carla@example.org").await;
    let to = thread.reply_address();
    let port = house.takes_smtp(|_| {}).await;
    for end in ["\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r.\r\n", "\r\n.\r\r\n"] {
        let mut client = port.client().await;
        client.says("MAIL FROM:<carla@example.org>", "250").await;
        client.says(&format!("RCPT TO:<{to}>"), "250").await;
        client.says("DATA", "354").await;
        let hidden =
            format!("MAIL FROM:<ceo@acme.example>\r\nRCPT TO:<{to}>\r\nDATA\r\nFrom: ceo@acme.example\r\n\r\nPay!\r\n");
        client.sends(format!("From: carla@example.org\r\n\r\nHi{end}{hidden}.\r\nQUIT\r\n")).await;
        let answers = [client.hears().await, client.hears().await];
        assert_eq!(answers.map(|answer| answer[..3].to_owned()), ["550", "221"], "{end:?}");
    }
    assert!(house.inbound_log().await.is_empty());
}

async fn large_mails_pass_and_too_large_ones_do_not(house: House) {
    let thread = house.thread("carla@example.org").await;
    let port = house.takes_smtp(|_| {}).await;
    let mut client = port.client().await;
    client.says("MAIL FROM:<a@b.example> SIZE=52428801", "552 5.3.4").await;
    client.says("MAIL FROM:<a@b.example> SIZE=52428800", "250").await;
    client.says(&format!("RCPT TO:<{}>", thread.reply_address()), "250").await;
    // The largest mail there may be, in chunks of a size that fits nothing.
    let raw = [b"From: a@b.example\r\n\r\n".as_slice(), &vec![b'x'; ingress::LARGEST - 21]].concat();
    let mut chunks = raw.chunks(7_000_001).peekable();
    while let Some(chunk) = chunks.next() {
        let last = if chunks.peek().is_none() { " LAST" } else { "" };
        client.sends(format!("BDAT {}{last}\r\n", chunk.len())).await;
        client.sends(chunk).await;
        let answer = client.hears().await;
        assert!(answer.starts_with("250"), "{answer}");
    }
    let log = house.inbound_log().await;
    assert!(raw_of(&house, log[0].id).await.ends_with(&raw), "as it came");
    // One octet more, which shows only at its end.
    client.says("MAIL FROM:<a@b.example>", "250").await;
    client.says(&format!("RCPT TO:<{}>", thread.reply_address()), "250").await;
    client.says("DATA", "354").await;
    client.sends([b"X: ".as_slice(), &vec![b'x'; ingress::LARGEST - 4], b"\r\n.\r\n"].concat()).await;
    assert_eq!(client.hears().await, "552 5.3.4 the mail is too large\r\n");
    client.says("QUIT", "221").await;
    assert_eq!(house.inbound_log().await.len(), 1);
}

async fn whoever_stops_in_the_middle_has_sent_nothing(house: House) {
    let thread = house.thread("carla@example.org").await;
    let port = house.takes_smtp(|_| {}).await;
    let mut client = port.client().await;
    client.says("MAIL FROM:<carla@example.org>", "250").await;
    client.says(&format!("RCPT TO:<{}>", thread.reply_address()), "250").await;
    client.says("DATA", "354").await;
    client.sends("From: carla@example.org\r\n\r\nHalf a sen").await;
    drop(client);
    // The next one is served after it, so its end has been seen.
    let mut next = port.client().await;
    next.says("QUIT", "221").await;
    drop(next);
    port.stop.send_replace(true);
    port.running.await.unwrap();
    assert!(house.inbound_log().await.is_empty());
}

async fn a_stop_lets_the_mail_that_has_begun_end(house: House) {
    let thread = house.thread("carla@example.org").await;
    let port = house.takes_smtp(|_| {}).await;
    let mut idle = port.client().await;
    let mut busy = port.client().await;
    busy.says("MAIL FROM:<carla@example.org>", "250").await;
    busy.says(&format!("RCPT TO:<{}>", thread.reply_address()), "250").await;
    busy.says("DATA", "354").await;
    busy.sends("From: carla@example.org\r\n\r\nJust").await;
    port.stop.send_replace(true);
    assert_eq!(idle.hears().await, "421 4.3.2 stopping; try again later\r\n");
    busy.sends(" in time.\r\n.\r\n").await;
    assert_eq!(busy.hears().await, "250 2.0.0 the mail is kept\r\n");
    assert_eq!(busy.hears().await, "421 4.3.2 stopping; try again later\r\n");
    drop((idle, busy));
    port.running.await.unwrap();
    assert_eq!(house.inbound_log().await.len(), 1);
    assert!(TcpStream::connect(port.address).await.is_err(), "nobody listens any more");
}

async fn on_sqlite() -> House {
    House::on(store::testkit::sqlite().await).await
}

#[tokio::test]
async fn who_tries_names_is_slowed_down_and_sent_away() {
    let house = on_sqlite().await;
    let port = house
        .takes_smtp(|limits| {
            limits.tarpit = Duration::from_millis(20);
            limits.tarpit_longest = Duration::from_millis(80);
        })
        .await;
    let mut client = port.client().await;
    client.says("MAIL FROM:<>", "250").await;
    let mut waits = Vec::new();
    for number in 0..20 {
        let start = Instant::now();
        client.says(&format!("RCPT TO:<name{number}@{DOMAIN}>"), "550 5.1.1").await;
        waits.push(start.elapsed());
    }
    assert_eq!(client.hears().await, "421 4.7.0 too many recipients that are not here\r\n");
    assert!(waits[2] >= Duration::from_millis(20) && waits[3] >= Duration::from_millis(40), "{waits:?}");
    assert!(waits[4..].iter().all(|wait| *wait >= Duration::from_millis(80)), "{waits:?}");
    // Coming back helps for a while: after sixty in an hour every answer takes the longest.
    for _ in 0..2 {
        let mut client = port.client().await;
        client.says("MAIL FROM:<>", "250").await;
        client.sends(format!("RCPT TO:<name@{DOMAIN}>\r\n").repeat(20)).await;
        while !client.hears().await.starts_with("421") {}
    }
    let mut client = port.client().await;
    client.says("MAIL FROM:<>", "250").await;
    let start = Instant::now();
    client.says(&format!("RCPT TO:<first@{DOMAIN}>"), "550").await;
    assert!(start.elapsed() >= Duration::from_millis(80), "{:?}", start.elapsed());
}

#[tokio::test]
async fn slow_clients_do_not_stop_a_fast_one() {
    let house = on_sqlite().await;
    let thread = house.thread("carla@example.org").await;
    let port = house.takes_smtp(|limits| limits.connections_of_one = 200).await;
    let mut slow = Vec::new();
    for _ in 0..100 {
        let mut client = port.client().await;
        client.sends(format!("MAIL FROM:<>\r\nRCPT TO:<{}>\r\nDATA\r\nFrom: x", thread.reply_address())).await;
        slow.push(client);
    }
    let start = Instant::now();
    let mut fast = port.client().await;
    let answer =
        fast.mails("carla@example.org", &[&thread.reply_address()], b"From: carla@example.org\r\n\r\nHi\r\n").await;
    assert!(answer.starts_with("250"), "{answer}");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(house.inbound_log().await.len(), 1);
    drop(slow);
}

#[tokio::test]
async fn seats_are_few_and_the_silent_lose_theirs() {
    let house = on_sqlite().await;
    let port = house
        .takes_smtp(|limits| {
            limits.connections = 4;
            limits.connections_of_one = 4;
            limits.silence_pressed = Duration::from_millis(100);
        })
        .await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(port.client().await);
    }
    let mut fourth = port.client().await;
    let (_, greeting) = port.dial().await;
    assert!(greeting.starts_with("421 4.7.0 "), "{greeting}");
    assert_eq!(fourth.hears().await, "421 4.4.2 nothing came in time\r\n");
    assert_eq!(fourth.hears().await, "");
    let one = house.takes_smtp(|limits| limits.connections_of_one = 1).await;
    let first = one.client().await;
    assert!(one.dial().await.1.starts_with("421 "));
    drop((first, clients));
}

#[tokio::test]
async fn a_mail_may_not_take_for_ever() {
    let house = on_sqlite().await;
    let port = house.takes_smtp(|limits| limits.mail = Duration::from_millis(300)).await;
    let mut client = port.client().await;
    let start = Instant::now();
    // Never silent for long, never done.
    let drip = async {
        loop {
            client.sends("NOOP\r\n").await;
            let answer = client.hears().await;
            if !answer.starts_with("250") {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert_eq!(drip.await, "421 4.4.2 nothing came in time\r\n");
    assert!(start.elapsed() >= Duration::from_millis(250), "{:?}", start.elapsed());
}

#[tokio::test]
async fn one_address_sends_so_many_mails_a_minute() {
    let house = on_sqlite().await;
    let port = house.takes_smtp(|_| {}).await;
    let (mut welcome, mut later) = (0, 0);
    while later == 0 {
        let mut client = port.client().await;
        client.sends("MAIL FROM:<>\r\nRSET\r\n".repeat(45)).await;
        for _ in 0..45 {
            match client.hears().await.as_str() {
                "250 2.1.0 ok\r\n" => welcome += 1,
                answer => {
                    assert!(answer.starts_with("450 4.7.1"), "{answer}");
                    later += 1;
                }
            }
            assert!(client.hears().await.starts_with("250"));
        }
    }
    assert_eq!(welcome, 1000);
    house.clock.advance(60);
    port.client().await.says("MAIL FROM:<>", "250").await;
}

/// The app with a certificate in files, and the certificate.
fn with_certificate(house: &House, folder: &std::path::Path) -> (App, rustls::pki_types::CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec!["mx.acme.example".to_owned()]).unwrap();
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let mut config = house.app.config.clone();
    config.receiving.certificate = Some((certificate, key));
    (App::new(house.desk().clone(), config), made.cert.der().clone())
}

async fn secured(
    stream: TcpStream,
    trusted: rustls::pki_types::CertificateDer<'static>,
) -> tokio_rustls::client::TlsStream<TcpStream> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(trusted).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = "mx.acme.example".try_into().unwrap();
    tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap()
}

#[tokio::test]
async fn a_session_becomes_secret_and_begins_anew() {
    let house = on_sqlite().await;
    let thread = house.thread("carla@example.org").await;
    let folder = tempfile::tempdir().unwrap();
    let (app, certificate) = with_certificate(&house, folder.path());
    let port = MailPort::of(&app, ingress::smtp::Receiver::smtp, |_| {}).await;
    let (mut client, _) = port.dial().await;
    let offers = client.says("EHLO mail.example.org", "250-").await;
    assert!(offers.contains("250-STARTTLS\r\n"), "{offers}");
    client.says("STARTTLS", "220 2.0.0").await;
    let mut client = MailClient::of(secured(client.into_stream(), certificate.clone()).await);
    client.says("MAIL FROM:<>", "503 5.5.1 say hello first").await;
    let offers = client.says("EHLO mail.example.org", "250-").await;
    assert!(!offers.contains("STARTTLS"), "{offers}");
    let answer =
        client.mails("carla@example.org", &[&thread.reply_address()], b"From: carla@example.org\r\n\r\nPsst\r\n").await;
    assert!(answer.starts_with("250 2.0.0"), "{answer}");
    client.says("QUIT", "221").await;
    let log = house.inbound_log().await;
    let kept = String::from_utf8(raw_of(&house, log[0].id).await).unwrap();
    assert!(kept.contains("with ESMTPS\r\n"), "{kept}");

    // What is sent in the clear behind STARTTLS is not obeyed once it is secret.
    let mut client = port.client().await;
    client.sends("STARTTLS\r\nEHLO evil\r\nMAIL FROM:<evil@b.example>\r\n").await;
    assert!(client.hears().await.starts_with("220"));
    let mut client = MailClient::of(secured(client.into_stream(), certificate).await);
    client.says("RSET", "250 2.0.0").await;
    client.says("MAIL FROM:<>", "503 5.5.1 say hello first").await;

    // A renewed certificate is used at once.
    let renewed = with_certificate(&house, folder.path()).1;
    let later = std::time::UNIX_EPOCH + Duration::from_secs(2_000_000_000);
    std::fs::File::options().append(true).open(folder.path().join("cert.pem")).unwrap().set_modified(later).unwrap();
    let mut client = port.client().await;
    client.says("STARTTLS", "220").await;
    MailClient::of(secured(client.into_stream(), renewed).await).says("EHLO x", "250-").await;
}

#[tokio::test]
async fn listeners_open_as_configured_or_say_what_is_wrong() {
    let house = on_sqlite().await;
    let thread = house.thread("carla@example.org").await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lmtp");
    let with = |change: &dyn Fn(&mut server::config::Receiving)| {
        let mut config = house.app.config.clone();
        change(&mut config.receiving);
        App::new(house.desk().clone(), config)
    };
    let app = with(&|receiving| receiving.lmtp = Some(Lmtp::Unix(path.clone())));
    // One that a dead process left behind.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let receiver = ingress::smtp::open(&app).await.unwrap().remove(0);
    let taken = ingress::smtp::open(&app).await.err().unwrap().to_string();
    assert!(taken.starts_with("SEGUE_LMTP_LISTEN: cannot listen on unix:/"), "{taken}");
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(receiver.run(app.clone(), stopped));
    let mut client = MailClient::of(UnixStream::connect(&path).await.unwrap());
    assert!(client.hears().await.starts_with("220 segue.example LMTP"));
    client.says("LHLO relay", "250-").await;
    let answer = client.mails("", &[&thread.reply_address()], b"From: carla@example.org\r\n\r\nHi\r\n").await;
    assert!(answer.starts_with("250"), "{answer}");
    let log = house.inbound_log().await;
    assert_eq!((log[0].peer.as_deref(), log[0].envelope_from.as_deref()), (None, Some("")));
    stop.send_replace(true);
    let mut rest = Vec::new();
    client.into_stream().read_to_end(&mut rest).await.unwrap();
    running.await.unwrap();
    assert!(!path.exists(), "the socket is gone with the server");

    let busy = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let taken = busy.local_addr().unwrap();
    std::fs::write(folder.path().join("empty.pem"), "").unwrap();
    let (absent, empty) = (folder.path().join("absent.pem"), folder.path().join("empty.pem"));
    let free = "127.0.0.1:0".parse().unwrap();
    let rows: [(App, &str); 3] = [
        (with(&|receiving| receiving.smtp = Some(taken)), "SEGUE_SMTP_LISTEN: "),
        (
            with(&|receiving| {
                receiving.smtp = Some(free);
                receiving.certificate = Some((absent.clone(), absent.clone()));
            }),
            "SEGUE_SMTP_TLS_CERT: ",
        ),
        (
            with(&|receiving| {
                receiving.smtp = Some(free);
                receiving.certificate = Some((empty.clone(), empty.clone()));
            }),
            "SEGUE_SMTP_TLS_CERT: ",
        ),
    ];
    for (app, variable) in rows {
        let told = ingress::smtp::open(&app).await.err().unwrap().to_string();
        assert!(told.starts_with(variable), "{told}");
    }
}
