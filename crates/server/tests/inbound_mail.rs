//! Mail that comes in finds its conversation and its author, and ends in one state with a reason.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use house::{DOMAIN, House, customer::mail_from, on_both};
use mail::verdict::{Outcome, Policy, Verdicts};
use model::{
    conversation::Status,
    inbound::InboundState,
    message::{Kind, Sender},
};
use store::{conversations, mail_ids, tokens};

on_both!(
    an_answer_stands_in_its_conversation,
    a_token_is_found_wherever_it_stands,
    tokens_that_are_no_good_lead_nowhere,
    a_message_id_alone_needs_proof,
    nobody_speaks_as_another,
    a_mail_to_two_conversations_lands_in_both,
    the_same_mail_is_appended_once,
    machines_wake_nobody,
    people_reopen_unless_they_are_blocked,
    files_and_pictures_are_kept,
    a_mail_with_nothing_usual_is_still_a_message,
    nothing_in_a_mail_is_too_long,
    a_mail_that_cannot_be_kept_ends_too,
    two_accounts_in_one_mail_learn_nothing_of_each_other,
    a_crash_between_accept_and_append_loses_and_doubles_nothing,
    an_answer_verifies_the_address_unless_dmarc_fails,
);

const CARLA: &str = "carla@customer.example";

const QUOTING: &str = "Yes, **please**.\r\n\r\n-- \r\nCarla\r\n\r\nOn Sun, 22 Nov 2026 at 10:00, Acme <support@acme.example> wrote:\r\n> Shall we?\r\n";

async fn an_answer_stands_in_its_conversation(house: House) {
    let thread = house.thread(CARLA).await;
    let post = mail_from("Carla C <Carla@Customer.example>").to(&thread.reply_address()).id("a1@customer.example");
    let post = post.with("Cc", "boss@customer.example").with("In-Reply-To", "<x@d>").with("References", "<r@d> <x@d>");
    let log = house.receives(&post.says(QUOTING)).await;
    assert_eq!((log.state, log.account_id), (InboundState::Delivered, Some(house.made.account_id)), "{:?}", log.trace);
    assert_eq!((log.kind.as_deref(), log.subject.as_deref()), (Some("human"), Some("Re: [#1] New messages")));
    assert!(log.trace.iter().any(|line| line.contains("given to carla@customer.example")), "{:?}", log.trace);
    assert!(log.trace.iter().all(|line| !line.contains(&thread.token)), "a trace shows no token");

    let messages = house.messages(&thread).await;
    let [message] = &messages[..] else { panic!("one message, not {messages:?}") };
    assert_eq!(message.content.as_deref(), Some("Yes, **please**."));
    assert_eq!((message.kind, message.content_type.as_str()), (Kind::Incoming, "incoming_email"));
    assert_eq!(message.source_id.as_deref(), Some("a1@customer.example"));
    assert_eq!(message.sender, Sender::Contact(thread.contact.id));
    assert_eq!(message.created_at, house.desk().now());
    let email = &message.content_attributes["email"];
    assert_eq!(email["text_content"]["quoted"], "Yes, **please**.");
    assert!(email["text_content"]["full"].as_str().unwrap().contains("Shall we?"));
    assert_eq!(email["from"][0], "carla@customer.example");
    assert_eq!(email["cc"][0], "boss@customer.example");
    assert_eq!(email["bcc"], serde_json::Value::Null);
    assert_eq!((email["date"].as_str(), email["in_reply_to"].as_str()), (Some("2026-11-22T09:59:00Z"), Some("x@d")));
    assert_eq!((email["multipart"].as_bool(), email["auto_reply"].as_bool()), (Some(false), Some(false)));
    assert_eq!(email["references"], serde_json::json!(["r@d", "x@d"]));
    let author = &message.content_attributes["author"];
    assert_eq!((author["relation"].as_str(), author["name"].as_str()), (Some("contact"), Some("Carla C")));
    let (id, conversation) = (log.id, thread.conversation);
    assert_eq!(house.conclusions(id).await[0].message_id, Some(message.id));
    let ids = house.desk().db.read::<_, store::Error, _>(async move |tx| {
        mail_ids::thread(tx, conversation, "carla@customer.example", 9).await
    });
    assert_eq!(ids.await.unwrap()[0].header, "a1@customer.example");
}

async fn a_token_is_found_wherever_it_stands(house: House) {
    let thread = house.thread(CARLA).await;
    let (token, upper) = (&thread.token, thread.token.to_uppercase());
    let uuid = [&token[..8], &token[8..12], &token[12..16], &token[16..20], &token[20..]].join("-");
    let places = [
        ("To", format!("Acme <reply+{token}@{DOMAIN}>, other@x.example")),
        ("To", format!("REPLY+{upper}@IN.EXAMPLE.ORG")),
        ("To", format!("reply+{uuid}@{DOMAIN}")),
        ("To", format!("\"reply+{token}\"@{DOMAIN}")),
        ("To", format!("reply+reply+{token}@{DOMAIN}")),
        ("Cc", format!("reply+{token}@{DOMAIN}")),
        ("Bcc", format!("reply+{token}@{DOMAIN}")),
        ("Delivered-To", format!("reply+{token}@{DOMAIN}")),
        ("X-Original-To", format!("reply+{token}@{DOMAIN}")),
        ("Envelope-To", format!("reply+{token}@{DOMAIN}")),
        ("X-Forwarded-To", format!("reply+{token}@{DOMAIN}")),
        ("Resent-To", format!("reply+{token}@elsewhere.example")),
    ];
    for (number, (field, address)) in places.iter().enumerate() {
        let words = format!("Words {number}");
        let post = mail_from(CARLA).to("support@acme.example").with(field, address).says(&words);
        let log = house.receives(&post).await;
        assert_eq!(log.state, InboundState::Delivered, "{field}: {address}: {:?}", log.trace);
        assert_eq!(house.words(&thread).await.last().unwrap(), &words, "{field}: {address}");
    }
}

async fn tokens_that_are_no_good_lead_nowhere(house: House) {
    let thread = house.thread(CARLA).await;
    let unknown = format!("reply+{}@{DOMAIN}", "0".repeat(32));
    let log = house.receives(&mail_from(CARLA).to(&unknown).says("Hello")).await;
    assert_eq!((log.state, log.account_id), (InboundState::Unrouted, None));
    assert!(log.trace.iter().any(|line| line.contains("not one of ours")), "{:?}", log.trace);

    let (conversation, now) = (thread.conversation, house.desk().now());
    let revoked = house
        .desk()
        .db
        .write::<_, store::Error, _>(async move |tx| tokens::revoke_address(tx, conversation, CARLA, now).await);
    revoked.await.unwrap();
    let log = house.receives(&mail_from(CARLA).to(&thread.reply_address()).says("Hello again")).await;
    assert_eq!(log.state, InboundState::Unrouted);
    assert!(log.trace.iter().any(|line| line.contains("revoked")), "{:?}", log.trace);
    assert!(house.words(&thread).await.is_empty());
}

async fn a_message_id_alone_needs_proof(house: House) {
    let thread = house.thread(CARLA).await;
    let own = format!("<conversation/{}/messages/1@{DOMAIN}>", thread.uuid);
    let answer = mail_from(CARLA).to("support@acme.example").with("In-Reply-To", &own).says("By id");
    let log = house.receives(&answer).await;
    assert_eq!(log.state, InboundState::Held, "{:?}", log.trace);
    assert_eq!(log.account_id, Some(house.made.account_id));

    // The sender's host vouches: replayed, the mail is delivered; once more changes nothing.
    let pass = Verdicts { dmarc: Outcome::Pass, policy: Policy::Reject, ..Verdicts::default() };
    assert!(desk::receive_mail::replay(house.desk(), log.id).await.unwrap());
    let received = desk::receive_mail::receive_mail(house.desk(), log.id, Some(pass)).await.unwrap();
    assert_eq!(received.state, InboundState::Delivered);
    house.work().await;
    assert!(!desk::receive_mail::replay(house.desk(), log.id).await.unwrap());
    assert_eq!(house.words(&thread).await, ["By id"]);

    let root = format!("<account/{}/conversation/{}@{DOMAIN}>", house.made.account_id, thread.uuid);
    let log = house.receives(&mail_from(CARLA).with("References", &root).says("By root")).await;
    assert_eq!(log.state, InboundState::Held, "{:?}", log.trace);
    let other_account = format!("<account/77/conversation/{}@{DOMAIN}>", thread.uuid);
    let log = house.receives(&mail_from(CARLA).with("References", &other_account).says("By a wrong root")).await;
    assert_eq!(log.state, InboundState::Unrouted, "{:?}", log.trace);
}

async fn nobody_speaks_as_another(house: House) {
    let thread = house.thread(CARLA).await;
    let log = house.receives(&mail_from("Eve <eve@evil.example>").to(&thread.reply_address()).says("I am Carla")).await;
    assert_eq!(log.state, InboundState::Delivered, "{:?}", log.trace);
    let messages = house.messages(&thread).await;
    let stranger = messages.last().unwrap();
    assert!(stranger.withheld);
    assert_ne!(stranger.sender, Sender::Contact(thread.contact.id));
    assert_eq!(stranger.content_attributes["author"]["relation"], "stranger");
    assert_eq!(stranger.content_attributes["author"]["address"], "eve@evil.example");

    // A colleague's address is not proof enough, a participant's own token is.
    let log = house.receives(&mail_from(house::ADMIN).to(&thread.reply_address()).says("It is Ann")).await;
    assert_eq!(log.state, InboundState::Held, "{:?}", log.trace);
    let (conversation, now, fresh) = (thread.conversation, house.desk().now(), "b".repeat(32));
    let given = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        let conversation = conversations::lock(tx, conversation).await?.expect("a conversation");
        tokens::reply_for(tx, &conversation, None, "bob@customer.example", &fresh, now).await
    });
    let bobs = format!("reply+{}@{DOMAIN}", given.await.unwrap());
    house.receives(&mail_from("Bob <bob@customer.example>").to(&bobs).says("Me too")).await;
    let messages = house.messages(&thread).await;
    let bob = messages.last().unwrap();
    assert_eq!((bob.content.as_deref(), bob.withheld), (Some("Me too"), false));
    assert_eq!(bob.content_attributes["author"]["relation"], "participant");
    // Carla with Bob's token is nobody.
    house.receives(&mail_from(CARLA).to(&bobs).says("Am I Carla?")).await;
    assert!(house.messages(&thread).await.last().unwrap().withheld);
}

async fn a_mail_to_two_conversations_lands_in_both(house: House) {
    let (one, two) = (house.thread(CARLA).await, house.thread("dora@other.example").await);
    let both = format!("{}, {}", one.reply_address(), two.reply_address());
    let log = house.receives(&mail_from(CARLA).to(&both).says("To both")).await;
    assert_eq!(log.state, InboundState::Delivered);
    assert_eq!((house.words(&one).await, house.words(&two).await), (vec!["To both".into()], vec!["To both".into()]));
    let relations: Vec<bool> =
        [&house.messages(&one).await[0], &house.messages(&two).await[0]].map(|message| message.withheld).to_vec();
    assert_eq!(relations, [false, true]);
    assert_eq!(house.conclusions(log.id).await.len(), 2);
}

async fn the_same_mail_is_appended_once(house: House) {
    let thread = house.thread(CARLA).await;
    let post = mail_from(CARLA).to(&thread.reply_address()).id("same@customer.example").says("Once\r\n");
    let first = house.receives(&post).await;
    let again = house.receives(&post).await;
    assert_eq!(first.id, again.id, "the same bytes are kept once");
    // By another road: another Received header, other line ends.
    let other = post.clone().and("Received", "from elsewhere").says("Once  \n");
    let other = house.receives(&other).await;
    assert_eq!(other.state, InboundState::Delivered);
    assert_ne!(first.id, other.id);
    assert!(other.reason.contains("by another road"), "{}", other.reason);
    let messages = house.messages(&thread).await;
    assert_eq!(messages.len(), 1);
    assert_eq!(house.conclusions(other.id).await[0].message_id, Some(messages[0].id));
    // The same Message-ID with other words is another version.
    house.receives(&post.says("Twice")).await;
    let messages = house.messages(&thread).await;
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[1].content_attributes["another_version"], true);
}

async fn set(house: &House, thread: &house::customer::Thread, status: Status) {
    let id = thread.conversation;
    let done = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        let mut conversation = conversations::lock(tx, id).await?.expect("a conversation");
        conversation.status = status;
        conversations::update(tx, &conversation).await
    });
    done.await.unwrap();
}

async fn machines_wake_nobody(house: House) {
    let thread = house.thread(CARLA).await;
    set(&house, &thread, Status::Resolved).await;
    let away = mail_from(CARLA).to(&thread.reply_address()).with("Auto-Submitted", "auto-replied").says("I am away");
    let log = house.receives(&away).await;
    assert_eq!((log.state, log.kind.as_deref()), (InboundState::Delivered, Some("auto_reply")));
    assert_eq!(house.conversation(&thread).await.status, Status::Resolved);
    let messages = house.messages(&thread).await;
    assert_eq!(messages.last().unwrap().content_attributes["email"]["auto_reply"], true);
    assert!(!house.contact(&thread).await.email_verified, "a machine's answer proves nothing");
}

async fn people_reopen_unless_they_are_blocked(house: House) {
    let thread = house.thread(CARLA).await;
    for status in [Status::Resolved, Status::Snoozed] {
        set(&house, &thread, status).await;
        house.receives(&mail_from(CARLA).to(&thread.reply_address()).says(status.as_str())).await;
        assert_eq!(house.conversation(&thread).await.status, Status::Open, "{status:?}");
    }
    set(&house, &thread, Status::Resolved).await;
    house.receives(&mail_from("eve@evil.example").to(&thread.reply_address()).says("Hello?")).await;
    assert_eq!(house.conversation(&thread).await.status, Status::Resolved, "a stranger reopens nothing");
    let mut contact = house.contact(&thread).await;
    contact.blocked = true;
    let blocked =
        house.desk().db.write::<_, store::Error, _>(async move |tx| store::contacts::update(tx, &contact).await);
    blocked.await.unwrap();
    let log = house.receives(&mail_from(CARLA).to(&thread.reply_address()).says("Still there?")).await;
    assert_eq!(log.state, InboundState::Delivered);
    assert_eq!(house.conversation(&thread).await.status, Status::Resolved);
}

async fn files_and_pictures_are_kept(house: House) {
    let thread = house.thread(CARLA).await;
    let body = "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>See <img src=\"cid:pic@x\"></p><script>alert(1)</script>\r\n\
        --b\r\nContent-Type: image/png\r\nContent-ID: <pic@x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n\
        --b\r\nContent-Type: application/x-msdownload; name=\"../run me.exe\"\r\nContent-Disposition: attachment\r\n\r\nMZ\r\n\
        --b\r\nContent-Type: text/calendar\r\nContent-Disposition: attachment\r\n\r\nBEGIN:VCALENDAR\r\n--b--\r\n";
    let post = mail_from(CARLA).to(&thread.reply_address()).with("Content-Type", "multipart/mixed; boundary=b");
    let log = house.receives(&post.says(body)).await;
    assert_eq!(log.state, InboundState::Delivered, "{:?}", log.trace);
    let message = house.messages(&thread).await.remove(0);
    assert_eq!(message.content.as_deref(), Some("See"));
    let email = &message.content_attributes["email"];
    assert_eq!((email["multipart"].as_bool(), email["number_of_attachments"].as_i64()), (Some(true), Some(3)));
    let shown = email["html_content"]["full"].as_str().unwrap();
    assert!(shown.contains("cid:pic@x") && !shown.contains("script"), "{shown}");
    let id = message.id;
    let files =
        house.desk().db.read::<_, store::Error, _>(async move |tx| store::attachments::of_message(tx, id).await);
    let files = files.await.unwrap();
    let told: Vec<_> = files.iter().map(|file| (file.name.as_str(), file.content_type.as_str(), file.inline)).collect();
    let expected = [
        ("image.png", "image/png", true),
        ("run me.exe", "application/x-msdownload", false),
        ("invitation.ics", "text/calendar", false),
    ];
    assert_eq!(told, expected);
    assert_eq!(files[0].content_id.as_deref(), Some("pic@x"));
    let bytes = house.desk().blobs.get(&files[1].blob_key).await.unwrap().expect("kept");
    assert_eq!(&bytes[..2], b"MZ");
}

async fn a_mail_with_nothing_usual_is_still_a_message(house: House) {
    let thread = house.thread(CARLA).await;
    // HTML only, without Message-ID, with NUL.
    let post = mail_from(CARLA).to(&thread.reply_address()).with("Content-Type", "text/html; charset=utf-8");
    let post = post.says("<p>Nice\0 <b>words</b></p><blockquote type=\"cite\">old words</blockquote>");
    let log = house.receives(&post).await;
    assert_eq!(log.state, InboundState::Delivered, "{:?}", log.trace);
    let message = house.messages(&thread).await.remove(0);
    assert_eq!(message.content.as_deref(), Some("Nice words"));
    assert!(message.source_id.as_deref().unwrap().ends_with("@segue.invalid"));
    assert_eq!(message.content_attributes["email"]["text_content"], serde_json::json!({}));
    assert!(message.content_attributes["email"]["html_content"]["reply"].as_str().unwrap().contains("old words"));
    // No words at all: the subject speaks.
    house.receives(&mail_from(CARLA).to(&thread.reply_address()).with("Subject", "Call me").says("")).await;
    assert_eq!(house.words(&thread).await.last().unwrap(), "Call me");
    // No author at all.
    let nobody = format!("To: {}\r\n\r\nBoo", thread.reply_address());
    assert_eq!(house.relays(nobody).await.status, 204);
    house.work().await;
    assert!(house.messages(&thread).await.last().unwrap().withheld);
    // Large enough for the blob store.
    let long = "All work and no play. ".repeat(20_000);
    let log = house.receives(&mail_from(CARLA).to(&thread.reply_address()).says(&long)).await;
    assert_eq!(log.state, InboundState::Delivered);
    assert_eq!(house.words(&thread).await.last().unwrap().len(), long.trim().len());
    assert_eq!(house.relays("").await.status, 204);
    house.work().await;
    assert_eq!(house.inbound_log().await[0].state, InboundState::Unrouted);
}

async fn a_crash_between_accept_and_append_loses_and_doubles_nothing(house: House) {
    let thread = house.thread(CARLA).await;
    for number in 0..5 {
        let post = mail_from(CARLA).to(&thread.reply_address()).says(&format!("Words {number}"));
        assert_eq!(house.relays(post.bytes()).await.status, 204);
    }
    // A worker claims everything, does some of it, and dies before it can say so.
    let now = house.desk().now();
    let claimed = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        store::jobs::claim(
            tx,
            store::jobs::Lane::Bulk,
            "a worker that dies",
            now,
            now + jiff::SignedDuration::from_secs(10),
            100,
        )
        .await
    });
    let routing = claimed.await.unwrap().into_iter().filter(|job| job.kind == "route_mail");
    for job in routing.take(2) {
        let id = model::ids::InboundMailId(job.payload["id"].as_i64().unwrap());
        desk::receive_mail::receive_mail(house.desk(), id, None).await.unwrap();
    }
    house.work().await;
    assert_eq!(house.words(&thread).await.len(), 2);
    house.clock.advance(11);
    let later = house.desk().now();
    let freed = house.desk().db.write::<_, store::Error, _>(async move |tx| store::jobs::free_expired(tx, later).await);
    assert_eq!(freed.await.unwrap(), 5);
    house.work().await;
    let mut words = house.words(&thread).await;
    words.sort();
    assert_eq!(words, ["Words 0", "Words 1", "Words 2", "Words 3", "Words 4"]);

    // A mail whose job was given up is found by the sweep.
    let post = mail_from(CARLA).to(&thread.reply_address()).says("Swept");
    house.relays(post.bytes()).await;
    let lost = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        let jobs = store::jobs::claim(tx, store::jobs::Lane::Bulk, "x", later, later, 1).await?;
        store::jobs::give_up(tx, jobs[0].id, "lost").await
    });
    lost.await.unwrap();
    server::jobs::start_sweeping(&house.app).await.unwrap();
    house.pass(601).await;
    house.pass(601).await;
    assert_eq!(house.words(&thread).await.last().unwrap(), "Swept");
}

async fn an_answer_verifies_the_address_unless_dmarc_fails(house: House) {
    let thread = house.thread(CARLA).await;
    assert!(!house.contact(&thread).await.email_verified);
    let post = mail_from(CARLA).to(&thread.reply_address()).says("Forged?");
    house.relays(post.bytes()).await;
    let id = house.inbound_log().await[0].id;
    let fails = Verdicts { dmarc: Outcome::Fail, policy: Policy::Reject, ..Verdicts::default() };
    desk::receive_mail::receive_mail(house.desk(), id, Some(fails)).await.unwrap();
    let message = house.messages(&thread).await.remove(0);
    assert!(message.withheld && !house.contact(&thread).await.email_verified);
    house.receives(&mail_from(CARLA).to(&thread.reply_address()).says("True")).await;
    assert!(house.contact(&thread).await.email_verified);
}

async fn nothing_in_a_mail_is_too_long(house: House) {
    let thread = house.thread(CARLA).await;
    let long = "x".repeat(6000);
    let post = mail_from(&format!("\"{long}\" <{long}@{long}.example>")).to(&thread.reply_address());
    let post = post
        .id(&format!("{}@x.example", "i".repeat(900)))
        .with("Subject", &long)
        .with("Cc", &format!("{long}@x.example"));
    let log = house.receives(&post.says("Long")).await;
    assert_eq!(log.state, InboundState::Delivered, "{} {:?}", log.reason, log.trace);
    assert!(house.messages(&thread).await[0].withheld);
    let log =
        house.receives(&mail_from(CARLA).to(&thread.reply_address()).id(&format!("{long}@x.example")).says("Id")).await;
    assert_eq!(log.state, InboundState::Delivered, "{} {:?}", log.reason, log.trace);
}

async fn a_mail_that_cannot_be_kept_ends_too(house: House) {
    let thread = house.thread(CARLA).await;
    let post = mail_from(CARLA).to(&thread.reply_address()).says("Hello");
    assert_eq!(house.relays(post.bytes()).await.status, 204);
    let id = house.inbound_log().await[0].id;
    desk::receive_mail::give_up(house.desk(), id, "a defect").await.unwrap();
    let log = house.inbound_log().await.remove(0);
    assert_eq!((log.state, log.reason.as_str()), (InboundState::Failed, "it could not be kept: a defect"));
    house.work().await;
    assert!(desk::receive_mail::replay(house.desk(), id).await.unwrap());
    house.work().await;
    desk::receive_mail::give_up(house.desk(), id, "too late").await.unwrap();
    assert_eq!(house.inbound_log().await[0].state, InboundState::Delivered);
}

async fn two_accounts_in_one_mail_learn_nothing_of_each_other(mut house: House) {
    let ours = house.thread(CARLA).await;
    let asked = desk::setup::Setup {
        account: "Other".into(),
        name: "Olaf".into(),
        email: "olaf@other.example".into(),
        password: "correct horse".into(),
        website_url: Some("https://other.example".into()),
        only_first: false,
    };
    let other = desk::setup::setup(house.desk(), asked).await.unwrap();
    let first = std::mem::replace(&mut house.made, other);
    let theirs = house.thread("secret@person.example").await;
    house.made = first;
    let both = format!("{}, {}", ours.reply_address(), theirs.reply_address());
    let log = house.receives(&mail_from(CARLA).to(&both).says("To both")).await;
    assert_eq!((log.state, log.account_id), (InboundState::Delivered, None), "it is of several accounts");
    assert_eq!((house.words(&ours).await.len(), house.words(&theirs).await.len()), (1, 1));
    let account = house.made.account_id;
    let entry = desk::inbound_log::show(house.desk(), account, log.id).await.unwrap().0;
    let told = entry.mail.trace.join(" ");
    assert!(told.contains("another account") && !told.contains("secret@person.example"), "{told}");
}
