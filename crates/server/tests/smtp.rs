//! What becomes of a mail at the configured server, answer by answer.

mod post;

use desk::send_mail::{Answer, Fate};
use post::{Manners, Post};
use server::{
    config::{Mechanism, Smtp, Tls},
    outbound::smtp::{Outgoing, send},
};
use std::time::Duration;

const RAW: &[u8] = b"From: a@b.example\r\nSubject: x\r\n\r\n.starts with a dot\r\n..two\r\n\r\nend\r\n";
const BOUNCE: &str = "bounce+0123456789abcdef0123456789abcdef@in.acme.example";

fn outgoing() -> Outgoing<'static> {
    Outgoing { from: BOUNCE, fallback_from: "support@acme.example", to: "vera@example.org", raw: RAW }
}

async fn hand_over(manners: Manners, change: impl FnOnce(&mut Smtp)) -> (Answer, Post) {
    let post = Post::with(manners).await;
    let mut config = post.config();
    change(&mut config);
    (send(&config, outgoing()).await, post)
}

#[tokio::test]
async fn the_server_gets_exactly_the_stored_bytes() {
    let (answer, post) = hand_over(Manners::default(), |_| {}).await;
    assert_eq!(answer.fate, Fate::Accepted);
    assert_eq!(answer.detail, "accepted by 127.0.0.1: 2.0.0 Ok: queued as 4711");
    assert_eq!(answer.code.as_deref(), Some("2.0.0"));
    let given = post.given();
    assert_eq!(given.len(), 1);
    assert_eq!((given[0].from.as_str(), given[0].to.as_str()), (BOUNCE, "vera@example.org"));
    assert_eq!(String::from_utf8_lossy(&given[0].raw), String::from_utf8_lossy(RAW));
}

#[tokio::test]
async fn answers_are_told_apart() {
    let usual = Manners::default;
    let rows: Vec<(&str, Manners, Fate, Option<&str>)> = vec![
        ("no such user", Manners { rcpt: "550 5.1.1 no such user", ..usual() }, Fate::Refused, Some("5.1.1")),
        ("without enhanced code", Manners { rcpt: "550 no", ..usual() }, Fate::Refused, Some("550")),
        ("greylisted", Manners { rcpt: "451 4.7.1 come back later", ..usual() }, Fate::Later, Some("4.7.1")),
        ("mailbox full", Manners { end_of_data: Some("452 4.2.2 full"), ..usual() }, Fate::Later, Some("4.2.2")),
        ("spam", Manners { end_of_data: Some("554 5.7.1 spam"), ..usual() }, Fate::Refused, Some("5.7.1")),
        ("closed", Manners { greeting: "554 5.3.2 closed", ..usual() }, Fate::Later, Some("5.3.2")),
        ("hangs up after the mail", Manners { end_of_data: None, ..usual() }, Fate::Later, None),
    ];
    for (name, manners, fate, code) in rows {
        let (answer, _post) = hand_over(manners, |_| {}).await;
        assert_eq!((answer.fate, answer.code.as_deref()), (fate, code), "{name}: {}", answer.detail);
        assert!(answer.detail.contains("127.0.0.1"), "{name}: {}", answer.detail);
    }
}

#[tokio::test]
async fn a_server_that_is_away_or_silent_is_tried_later() {
    let port = Post::with(Manners::default()).await.port;
    let (answer, _post) = hand_over(Manners::default(), |config| config.port = port).await;
    assert_eq!(answer.fate, Fate::Later, "{}", answer.detail);
    let patience = |config: &mut Smtp| {
        config.open_timeout = Duration::from_millis(100);
        config.read_timeout = Duration::from_millis(100);
    };
    let (answer, _post) = hand_over(Manners { silent: true, ..Manners::default() }, patience).await;
    assert_eq!(answer, Answer { fate: Fate::Later, detail: "127.0.0.1: no answer in time".into(), code: None });
}

#[tokio::test]
async fn it_logs_in_as_configured() {
    let login = |config: &mut Smtp| config.login = Some(("segue".into(), "pass".into()));
    let offers = Manners { offers: &["AUTH PLAIN LOGIN"], ..Manners::default() };
    let (answer, post) = hand_over(offers.clone(), login).await;
    assert_eq!(answer.fate, Fate::Accepted, "{}", answer.detail);
    assert_eq!(post.given()[0].credentials.as_deref(), Some("AUTH PLAIN AHNlZ3VlAHBhc3M="));
    let wrong = Manners { auth: "535 5.7.8 bad credentials", ..offers.clone() };
    let (answer, _post) = hand_over(wrong, login).await;
    assert_eq!((answer.fate, answer.code.as_deref()), (Fate::Later, Some("5.7.8")), "the operator can mend it");
    assert_eq!(answer.detail, "127.0.0.1 refuses our log-in: 5.7.8 bad credentials");
    let only_login = |config: &mut Smtp| {
        config.login = Some(("segue".into(), "pass".into()));
        config.mechanism = Some(Mechanism::Login);
    };
    let (answer, _post) = hand_over(Manners { offers: &["AUTH PLAIN"], ..Manners::default() }, only_login).await;
    assert_eq!(answer.fate, Fate::Later, "a mechanism that is not offered is not another one");
}

#[tokio::test]
async fn it_encrypts_where_it_can_and_checks_the_certificate() {
    let offers = Manners { offers: &["STARTTLS"], ..Manners::default() };
    let (answer, post) = hand_over(offers.clone(), |config| config.verify = false).await;
    assert_eq!(answer.fate, Fate::Accepted, "{}", answer.detail);
    assert!(post.given()[0].encrypted);
    let (answer, post) = hand_over(offers.clone(), |_| {}).await;
    assert_eq!(answer.fate, Fate::Later, "a certificate nobody vouches for");
    assert!(post.given().is_empty());
    let (answer, post) = hand_over(offers, |config| config.tls = Tls::None).await;
    assert_eq!(answer.fate, Fate::Accepted, "{}", answer.detail);
    assert!(!post.given()[0].encrypted);
}

#[tokio::test]
async fn a_refused_bounce_address_gives_way_to_from() {
    let refusal = ("bounce+", "553 5.7.1 Sender address rejected: not owned by user");
    let at_once = Manners { refused_sender: Some(refusal), ..Manners::default() };
    let late = Manners { refused_late: Some(refusal), ..Manners::default() };
    for manners in [at_once, late] {
        let (answer, post) = hand_over(manners, |_| {}).await;
        assert_eq!(answer.fate, Fate::Accepted, "{}", answer.detail);
        assert_eq!(post.given()[0].from, "support@acme.example");
    }
}

#[tokio::test]
async fn an_address_no_server_takes_is_refused_before_anything_is_sent() {
    let post = Post::with(Manners::default()).await;
    for (to, words) in [("jörg@example.org", "SMTPUTF8"), ("a b@example.org", "a b@example.org"), ("", "")] {
        let answer = send(&post.config(), Outgoing { to, ..outgoing() }).await;
        assert!(answer.fate == Fate::Refused && answer.detail.contains(words), "{to}: {}", answer.detail);
    }
    assert!(post.given().is_empty());
}
