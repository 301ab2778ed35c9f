//! A customer's answer comes by each provider, and stands in its conversation; what the provider knew comes with it.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;
mod providers;

use desk::accept_mail::Transport;
use house::{
    House,
    customer::{Post, Thread, mail_from},
    on_both,
};
use model::inbound::InboundState;
use providers::{
    Amazon, Posted, inbound_event, mailgun, mandrill, multipart, now, open_every_road, postmark, received, relay,
    sendgrid, ses,
};
use serde_json::json;

on_both!(
    an_answer_comes_by_every_road,
    a_blind_copy_finds_its_conversation_by_the_envelope,
    the_same_mail_by_two_roads_is_one_message,
    another_node_knows_the_token_too,
    what_providers_found_is_kept,
    large_mails_come_through,
    the_message_that_the_page_has_amazon_send_is_a_mail,
);

const CARLA: &str = "carla@customer.example";

/// The mail as every provider posts it, for that recipient.
fn by_every_road(house: &House, raw: &[u8], to: &str) -> Vec<Posted> {
    let text = String::from_utf8(raw.to_vec()).unwrap();
    let envelope = json!({"to": [to], "from": CARLA}).to_string();
    let token = format!("{}-{to}", raw.len());
    vec![
        relay(raw),
        mailgun(
            &now(house).to_string(),
            &token,
            &[("body-mime", raw), ("recipient", to.as_bytes()), ("sender", CARLA.as_bytes())],
        ),
        mandrill(&json!([inbound_event(&text, to)]).to_string()),
        postmark(json!({"RawEmail": text, "OriginalRecipient": to}).to_string()),
        sendgrid(multipart(&[
            ("SPF", b"pass"),
            ("dkim", b"{@customer.example : pass}"),
            ("sender_ip", b"192.0.2.25"),
            ("envelope", envelope.as_bytes()),
            ("email", raw),
        ])),
        ses("Notification", &received(raw, to), None),
    ]
}

fn post(to: &str, number: usize) -> Post {
    let words = format!("Words {number}");
    mail_from(CARLA).to(to).id(&format!("{number}@customer.example")).says(&words)
}

async fn take(house: &House, posted: &Posted) -> store::inbound_mails::InboundMail {
    let answer = posted.to(house).await;
    assert!(answer.status.is_success(), "{}: {} {}", posted.path, answer.status, answer.text());
    house.work().await;
    house.inbound_log().await.remove(0)
}

async fn furnished(house: &mut House) -> (Amazon, Thread) {
    let amazon = Amazon::start().await;
    open_every_road(house, Some(&amazon), |_| {});
    let thread = house.thread(CARLA).await;
    (amazon, thread)
}

async fn an_answer_comes_by_every_road(mut house: House) {
    let (_amazon, thread) = furnished(&mut house).await;
    for (number, provider) in webhooks::ALL.iter().enumerate() {
        let raw = post(&thread.reply_address(), number).bytes();
        let posted = by_every_road(&house, &raw, &thread.reply_address()).remove(number);
        let log = take(&house, &posted).await;
        assert_eq!((log.ingress.as_str(), log.state), (provider.name, InboundState::Delivered), "{:?}", log.trace);
        assert_eq!(house.words(&thread).await.last().unwrap(), &format!("Words {number}"), "{}", provider.name);
    }
}

async fn a_blind_copy_finds_its_conversation_by_the_envelope(mut house: House) {
    let (_amazon, thread) = furnished(&mut house).await;
    for number in 1..webhooks::ALL.len() {
        let raw = post("support@acme.example", number).bytes();
        let posted = by_every_road(&house, &raw, &thread.reply_address()).remove(number);
        let log = take(&house, &posted).await;
        assert_eq!(
            (log.state, log.envelope_to),
            (InboundState::Delivered, vec![thread.reply_address()]),
            "{:?}",
            log.trace
        );
        assert_eq!(house.words(&thread).await.last().unwrap(), &format!("Words {number}"), "{}", posted.path);
    }
}

async fn the_same_mail_by_two_roads_is_one_message(mut house: House) {
    let (_amazon, thread) = furnished(&mut house).await;
    let raw = post(&thread.reply_address(), 1).bytes();
    for posted in by_every_road(&house, &raw, &thread.reply_address()) {
        for _ in 0..2 {
            take(&house, &posted).await;
        }
    }
    assert_eq!(house.words(&thread).await, ["Words 1"]);
}

/// The block of the administrator's page below that mark.
fn page(name: &str) -> String {
    let page = include_str!("../../../docs/conversation-continuity.md");
    let (_, block) = page.split_once(&format!("<!-- {name} -->\n```sh\n")).unwrap();
    block.split_once("```").unwrap().0.to_owned()
}

async fn the_message_that_the_page_has_amazon_send_is_a_mail(mut house: House) {
    let (_amazon, thread) = furnished(&mut house).await;
    let publish = page("ses publish");
    let message = publish.split('\'').nth(1).unwrap();
    assert!(publish.contains(providers::TOPIC) && page("ses environment").contains(providers::TOPIC));
    let log = take(&house, &ses("Notification", message, None)).await;
    assert_eq!((log.state, log.envelope_to.join(" ").as_str()), (InboundState::Unrouted, "nobody@in.example.org"));
    let message = message.replace("nobody@in.example.org", &thread.reply_address()).replace("you@example.net", CARLA);
    let log = take(&house, &ses("Notification", &message, None)).await;
    assert_eq!(log.state, InboundState::Delivered, "{:?}", log.trace);
    assert_eq!(house.words(&thread).await, ["It works."]);
}

async fn another_node_knows_the_token_too(mut house: House) {
    let (_amazon, thread) = furnished(&mut house).await;
    let (first, other) = (post(&thread.reply_address(), 1).bytes(), post(&thread.reply_address(), 2).bytes());
    let posted = |house: &House, raw: &[u8]| mailgun(&now(house).to_string(), "one token", &[("body-mime", raw)]);
    assert_eq!(posted(&house, &first).to(&house).await.status, 204);
    house.app = house.another_node().await;
    house.router = server::http::router::router(house.app.clone());
    assert_eq!(posted(&house, &first).to(&house).await.status, 204, "a retry");
    assert_eq!(posted(&house, &other).to(&house).await.status, 401, "another mail under the same token");
    assert_eq!(house.inbound_log().await.len(), 1);
    // A signature that is no longer good needs no memory of its token.
    house.clock.advance(121);
    assert_eq!(mailgun(&now(&house).to_string(), "two", &[("body-mime", &other)]).to(&house).await.status, 204);
    assert_eq!(posted(&house, &other).to(&house).await.status, 204, "forgotten, and signed anew");
}

async fn what_providers_found_is_kept(mut house: House) {
    let (_amazon, thread) = furnished(&mut house).await;
    let mut found = Vec::new();
    for number in 0..webhooks::ALL.len() {
        let post = post(&thread.reply_address(), number);
        let post = post.with("X-Mailgun-Spf", "Fail").with("X-Mailgun-Dkim-Check-Result", "Pass");
        let posted = by_every_road(&house, &post.bytes(), &thread.reply_address()).remove(number);
        assert!(posted.to(&house).await.status.is_success());
        found.push(Transport::from_json(&house.inbound_log().await.remove(0).transport));
    }
    let told: Vec<_> = found
        .iter()
        .map(|transport| transport.verdicts.clone().unwrap_or_default())
        .map(|verdicts| {
            (
                verdicts.by.unwrap_or_default(),
                verdicts.spf.as_str(),
                verdicts.dkim.as_str(),
                verdicts.dmarc.as_str(),
                verdicts.dkim_domains.join(" "),
            )
        })
        .collect();
    let row = |by: &str, spf, dkim, dmarc, domains: &str| (by.to_owned(), spf, dkim, dmarc, domains.to_owned());
    assert_eq!(
        told,
        [
            row("", "none", "none", "none", ""),
            row("mailgun", "fail", "pass", "none", ""),
            row("mandrill", "pass", "fail", "none", ""),
            row("", "none", "none", "none", ""),
            row("sendgrid", "pass", "pass", "none", "customer.example"),
            row("ses", "pass", "none", "pass", ""),
        ]
    );
    assert_eq!(found[4].peer, "192.0.2.25".parse().ok());
}

async fn large_mails_come_through(mut house: House) {
    let (_amazon, thread) = furnished(&mut house).await;
    // Beyond what stays in memory while it is received.
    let line = "x".repeat(70) + "\r\n";
    for number in 0..webhooks::ALL.len() {
        let words = format!("Words {number}\r\n\r\n-- \r\n{}", line.repeat(30_000));
        let raw = post(&thread.reply_address(), number).says(&words).bytes();
        let posted = by_every_road(&house, &raw, &thread.reply_address()).remove(number);
        let log = take(&house, &posted).await;
        assert_eq!(log.state, InboundState::Delivered, "{}: {:?}", posted.path, log.trace);
        let said = house.words(&thread).await.pop().unwrap();
        assert!(said.starts_with(&format!("Words {number}\n")), "{}", posted.path);
    }
    let larger = vec![b'x'; webhooks::LARGEST_MAIL + 1];
    let words = sendgrid(multipart(&[("email", &larger)])).to(&house).await.refused(413);
    assert_eq!(words, "The mail is larger than 50 MiB");
    let (announced, more) = (relay(b"x").with("content-length", Some("52428801")), sendgrid(b"x".to_vec()));
    announced.to(&house).await.refused(413);
    let words = more.with("content-length", Some("157286401")).to(&house).await.refused(413);
    assert_eq!(words, "The body is larger than 150 MiB");
}
