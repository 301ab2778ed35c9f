//! Where mails go: a table of ways to write one, each in a conversation of its own that was resolved before.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use house::{
    House,
    customer::{Post, Thread, mail_from},
    on_both,
};
use model::{conversation::Status, inbound::InboundState};

on_both!(every_way_to_write_goes_where_it_belongs, the_same_mail_by_another_road_stands_once);

const CARLA: &str = "Carla <carla@customer.example>";

/// What is expected of a mail.
#[derive(Clone, Copy, Debug)]
enum Becomes {
    /// The contact's message, which reopens.
    Theirs,
    /// The contact's message, which wakes nobody.
    Quiet,
    /// A stranger's message, for agents alone.
    Withheld,
    /// No message.
    No(InboundState),
}

/// How a mail is written, given the conversation it is about.
type Write = fn(&Thread) -> Post;

fn plain(thread: &Thread) -> Post {
    mail_from(CARLA).to(&thread.reply_address()).says("Words")
}

/// To somebody else, with the reply address in that field only.
fn only_in(field: &str, thread: &Thread) -> Post {
    mail_from(CARLA).to("support@acme.example").and(field, &thread.reply_address()).says("Words")
}

fn spelt(address: &str) -> Post {
    mail_from(CARLA).to(address).says("Words")
}

fn answering(thread: &Thread, from: &str) -> Post {
    let ours = format!("<conversation/{}/messages/1@in.example.org>", thread.uuid);
    mail_from(from).to("support@acme.example").with("In-Reply-To", &ours).says("Words")
}

fn human(thread: &Thread, subject: &str) -> Post {
    plain(thread).with("Subject", subject).with("Auto-Submitted", "no")
}

fn hyphened(token: &str) -> String {
    [&token[..8], &token[8..12], &token[12..16], &token[16..20], &token[20..]].join("-")
}

/// Name, mail, what becomes of it, and words of its trace.
const ROWS: &[(&str, Write, Becomes, &str)] = &[
    ("To", plain, Becomes::Theirs, "To: the reply address"),
    ("Cc", |t| only_in("Cc", t), Becomes::Theirs, "Cc: the reply address"),
    ("Bcc", |t| only_in("Bcc", t), Becomes::Theirs, "Bcc: the reply address"),
    ("Delivered-To", |t| only_in("Delivered-To", t), Becomes::Theirs, "Delivered-To: the reply address"),
    ("X-Original-To", |t| only_in("X-Original-To", t), Becomes::Theirs, "X-Original-To: the reply address"),
    ("Envelope-To", |t| only_in("Envelope-To", t), Becomes::Theirs, "Envelope-To: the reply address"),
    ("X-Forwarded-To", |t| only_in("X-Forwarded-To", t), Becomes::Theirs, "X-Forwarded-To: the reply address"),
    ("Resent-To", |t| only_in("Resent-To", t), Becomes::Theirs, "Resent-To: the reply address"),
    ("upper case", |t| spelt(&t.reply_address().to_uppercase()), Becomes::Theirs, "given to carla@customer.example"),
    ("hyphens", |t| spelt(&format!("reply+{}@in.example.org", hyphened(&t.token))), Becomes::Theirs, "given to"),
    ("quoted", |t| spelt(&format!("\"reply+{}\"@in.example.org", t.token)), Becomes::Theirs, "given to"),
    ("doubled prefix", |t| spelt(&format!("reply+reply+{}@in.example.org", t.token)), Becomes::Theirs, "given to"),
    (
        "unknown token",
        |_| spelt(&format!("reply+{}@in.example.org", "0".repeat(32))),
        Becomes::No(InboundState::Unrouted),
        "is not one of ours",
    ),
    ("no token", |_| spelt("support@acme.example"), Becomes::No(InboundState::Unrouted), "no known Message-ID"),
    ("a stranger's", |t| plain(t).with("From", "eve@evil.example"), Becomes::Withheld, "not known here"),
    ("nobody's", |t| plain(t).with("From", ""), Becomes::Withheld, "nobody named"),
    ("by id, the contact", |t| answering(t, CARLA), Becomes::No(InboundState::Held), "In-Reply-To"),
    ("by id, a stranger", |t| answering(t, "eve@evil.example"), Becomes::No(InboundState::Held), "not known here"),
    ("away", |t| plain(t).with("Auto-Submitted", "auto-replied"), Becomes::Quiet, "automatic answer"),
    ("vacation", |t| plain(t).with("X-Autoreply", "yes"), Becomes::Quiet, "automatic answer"),
    ("old vacation", |t| plain(t).with("Precedence", "auto_reply"), Becomes::Quiet, "automatic answer"),
    ("away, in words", |t| plain(t).with("Subject", "Automatische Antwort: Blau"), Becomes::Quiet, "automatic answer"),
    ("away, said to be human", |t| human(t, "Out of office: x"), Becomes::Theirs, "written by a person"),
    ("about being away", |t| plain(t).with("Subject", "Out of office hours"), Becomes::Theirs, "written by a person"),
    ("answers an absence", |t| plain(t).with("Subject", "Re: Abwesenheitsnotiz: x"), Becomes::Theirs, "by a person"),
    ("an empty return path", |t| plain(t).with("Return-Path", "<>"), Becomes::Quiet, "written by a machine"),
    ("challenge, by an old header", |t| plain(t).with("Precedence", "junk"), Becomes::Quiet, "written by a machine"),
    ("challenge", |t| plain(t).with("Auto-Submitted", "auto-generated"), Becomes::Quiet, "written by a machine"),
    ("bulk", |t| plain(t).with("Precedence", "bulk"), Becomes::Quiet, "written by a machine"),
    ("said to be human", |t| plain(t).with("Auto-Submitted", "no"), Becomes::Theirs, "written by a person"),
    ("Outlook's wish", |t| plain(t).with("X-Auto-Response-Suppress", "All"), Becomes::Theirs, "written by a person"),
    ("a list's", |t| plain(t).with("List-Id", "<l.customer.example>"), Becomes::Theirs, "mailing list"),
    (
        "a receipt",
        |t| plain(t).with("Content-Type", "multipart/report; report-type=disposition-notification; boundary=b"),
        Becomes::No(InboundState::Ignored),
        "read receipt",
    ),
    (
        "our own",
        |t| plain(t).with("From", "Acme Support <support@acme.example>"),
        Becomes::No(InboundState::Ignored),
        "our own mail, come back",
    ),
];

async fn every_way_to_write_goes_where_it_belongs(house: House) {
    for (place, (name, write, becomes, told)) in ROWS.iter().enumerate() {
        let thread = house.thread("carla@customer.example").await;
        house.agent().resolves(thread.number).await;
        let before = house.messages(&thread).await.len();
        let log = house.receives(&write(&thread).id(&format!("row{place}@customer.example"))).await;
        let trace = log.trace.join("\n");
        assert!(trace.contains(told), "{name}: {trace}");
        let new = house.messages(&thread).await.split_off(before);
        let status = house.conversation(&thread).await.status;
        let (state, relation, withheld, after) = match *becomes {
            Becomes::Theirs => (InboundState::Delivered, Some("contact"), false, Status::Open),
            Becomes::Quiet => (InboundState::Delivered, Some("contact"), false, Status::Resolved),
            Becomes::Withheld => (InboundState::Delivered, Some("stranger"), true, Status::Resolved),
            Becomes::No(state) => (state, None, false, Status::Resolved),
        };
        assert_eq!((log.state, status), (state, after), "{name}: {trace}");
        let message = new.first();
        assert_eq!(message.is_some(), relation.is_some(), "{name}: {trace}");
        if let Some(message) = message {
            assert_eq!(message.content_attributes["author"]["relation"].as_str(), relation, "{name}: {trace}");
            assert_eq!((message.withheld, message.content.as_deref()), (withheld, Some("Words")), "{name}");
        }
    }
}

async fn the_same_mail_by_another_road_stands_once(house: House) {
    let thread = house.thread("carla@customer.example").await;
    let post = plain(&thread).id("once@customer.example");
    house.receives(&post).await;
    for (field, value) in [("Received", "from a by b; now"), ("X-Original-To", "else@in.example.org")] {
        let log = house.receives(&post.clone().and(field, value)).await;
        assert!(log.reason.contains("by another road"), "{field}: {}", log.reason);
    }
    assert_eq!(house.words(&thread).await, ["Words"]);
    let footer = post.says("Words\r\n-- \r\nA list's footer");
    let log = house.receives(&footer).await;
    assert_eq!(log.reason, "appended as another version of a mail that came before");
    let revoked = thread.token.clone();
    let now = house.desk().now();
    let done =
        house.desk().db.write::<_, store::Error, _>(async move |tx| store::tokens::revoke(tx, &revoked, now).await);
    done.await.unwrap();
    let log = house.receives(&plain(&thread).id("late@customer.example")).await;
    assert_eq!(log.state, InboundState::Unrouted);
    assert!(log.trace.join("\n").contains("has been revoked"), "{:?}", log.trace);
}
