//! Delivery reports find the mail they are about, by its bounce address or its Message-ID, and set its delivery; what
//! else machines and our own mail bring back is no message.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use house::{
    DOMAIN, House,
    customer::{Post, Thread, mail_from},
    on_both,
};
use model::{
    delivery::{Delivery, DeliveryState},
    ids::MessageId,
    inbound::InboundState,
    message::{Kind, MessageStatus, Sender},
};
use store::{
    conversations, deliveries, mail_ids,
    mails::{self, OutgoingMail},
    messages::NewMessage,
    tokens::{self, Token, TokenKind},
};

on_both!(
    a_report_on_a_message_id_sets_the_delivery,
    a_report_to_the_bounce_address_needs_no_message_id,
    a_report_on_nothing_of_ours_changes_nothing,
    an_absence_note_to_the_bounce_address_stands_in_the_thread,
    receipts_and_our_own_mail_are_no_messages,
    what_another_account_calls_its_own_is_nothing_to_this_one,
);

const CARLA: &str = "carla@customer.example";

fn bounce_token() -> String {
    "d".repeat(32)
}

fn our_id(thread: &Thread) -> String {
    format!("conversation/{}/messages/1@{DOMAIN}", thread.uuid)
}

/// A message of ours that went out as a mail to Carla.
async fn mailed(house: &House, thread: &Thread) -> MessageId {
    let (id, now, header) = (thread.conversation, house.desk().now(), our_id(thread));
    let sent = house.desk().db.write::<_, store::Error, _>(async move |tx| {
        let mut conversation = conversations::lock(tx, id).await?.expect("a conversation");
        let words = NewMessage::text(&conversation, Kind::Outgoing, Sender::System, "Hello Carla");
        let message = desk::append::append(tx, &mut conversation, &words, &[], None, now).await?;
        let to = CARLA.to_owned();
        let new = deliveries::NewDelivery {
            by: deliveries::EMAIL.into(),
            to,
            state: DeliveryState::Planned,
            detail: None,
            at: now,
            unless_seen: false,
            falls_back: false,
        };
        deliveries::plan(tx, &message, &new, now).await?;
        let mail = OutgoingMail {
            id: model::ids::MailId(0),
            account_id: conversation.account_id,
            conversation_id: conversation.id,
            message_id_header: header.clone(),
            envelope_from: format!("bounce+{}@{DOMAIN}", bounce_token()),
            envelope_to: CARLA.into(),
            header_from: "Acme <support@acme.example>".into(),
            reply_to: None,
            subject: "[#1] New messages".into(),
            sandboxed: false,
            created_at: now,
        };
        let mail = mails::insert(tx, &mail, b"Subject: x\r\n\r\nHello Carla").await?;
        let mut delivery = deliveries::of_message(tx, message.id).await?.remove(0);
        (delivery.state, delivery.mail_id) = (DeliveryState::Sent, Some(mail));
        deliveries::update(tx, &delivery).await?;
        let token = Token::new(&bounce_token(), TokenKind::Bounce, &conversation, CARLA, now);
        tokens::insert(tx, &Token { mail_id: Some(mail), ..token }).await?;
        let known = mail_ids::MailId {
            account_id: conversation.account_id,
            conversation_id: conversation.id,
            header: header.clone(),
            text_hash: String::new(),
            outgoing: true,
            party: CARLA.into(),
            message_id: Some(message.id),
            at: now,
        };
        mail_ids::record(tx, &known).await?;
        Ok(message.id)
    });
    sent.await.unwrap()
}

async fn delivery(house: &House, message: MessageId) -> Delivery {
    let found = house.desk().db.read::<_, store::Error, _>(async move |tx| deliveries::of_message(tx, message).await);
    found.await.unwrap().remove(0)
}

/// A report as mail systems write it, about a mail with that Message-ID.
fn report(to: &str, action: &str, status: &str, about: &str) -> Post {
    let body = format!(
        "--b\r\n\r\nSorry.\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
         Final-Recipient: rfc822; {CARLA}\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{about}>\r\n\r\nHello\r\n--b--\r\n"
    );
    let post = mail_from("MAILER-DAEMON@mx.example").to(to).with("Return-Path", "<>");
    post.with("Content-Type", "multipart/report; report-type=delivery-status; boundary=b").says(&body)
}

async fn a_report_on_a_message_id_sets_the_delivery(house: House) {
    let thread = house.thread(CARLA).await;
    let message = mailed(&house, &thread).await;
    let log = house.receives(&report("support@acme.example", "delayed", "4.2.2", &our_id(&thread))).await;
    assert_eq!(log.state, InboundState::Bounce, "{:?}", log.trace);
    assert_eq!(delivery(&house, message).await.state, DeliveryState::Deferred);
    let log = house.receives(&report("support@acme.example", "failed", "5.1.1", &our_id(&thread))).await;
    assert_eq!((log.state, log.account_id), (InboundState::Bounce, Some(house.made.account_id)), "{:?}", log.trace);
    let bounced = delivery(&house, message).await;
    assert_eq!((bounced.state, bounced.code.as_deref()), (DeliveryState::Bounced, Some("5.1.1")));
    assert_eq!(bounced.detail.as_deref(), Some("550 no such user"));
    // A late note that it is delayed does not bring it back.
    house.receives(&report("support@acme.example", "delayed", "4.4.1", &our_id(&thread))).await;
    assert_eq!(delivery(&house, message).await.state, DeliveryState::Bounced);
    let messages = house.messages(&thread).await;
    assert_eq!((messages.len(), messages[0].status), (1, MessageStatus::Failed));
}

async fn a_report_to_the_bounce_address_needs_no_message_id(house: House) {
    let thread = house.thread(CARLA).await;
    let message = mailed(&house, &thread).await;
    let to = format!("bounce+{}@{DOMAIN}", bounce_token());
    let arrived = house.receives(&report(&to, "delivered", "2.0.0", "unknown@elsewhere.example")).await;
    assert_eq!(arrived.state, InboundState::Bounce);
    assert_eq!(delivery(&house, message).await.state, DeliveryState::Sent, "good news change nothing");
    let log = house.receives(&report(&to, "failed", "5.2.2", "unknown@elsewhere.example")).await;
    assert_eq!(log.state, InboundState::Bounce, "{:?}", log.trace);
    assert!(log.trace.iter().any(|line| line.contains("the bounce address dddd…")), "{:?}", log.trace);
    let bounced = delivery(&house, message).await;
    assert_eq!((bounced.state, bounced.code.as_deref()), (DeliveryState::Bounced, Some("5.2.2")));
}

async fn a_report_on_nothing_of_ours_changes_nothing(house: House) {
    let thread = house.thread(CARLA).await;
    let message = mailed(&house, &thread).await;
    let stray = report("bounce+00000000000000000000000000000000@in.example.org", "failed", "5.1.1", "x@y.example");
    let log = house.receives(&stray).await;
    assert_eq!((log.state, log.account_id), (InboundState::Bounce, None), "{:?}", log.trace);
    assert_eq!(delivery(&house, message).await.state, DeliveryState::Sent);
}

async fn an_absence_note_to_the_bounce_address_stands_in_the_thread(house: House) {
    let thread = house.thread(CARLA).await;
    mailed(&house, &thread).await;
    let note = mail_from(CARLA).to(&format!("bounce+{}@{DOMAIN}", bounce_token()));
    // A person has no business at that address, a machine answers there (RFC 3834 §4).
    let log = house.receives(&note.clone().says("I write to the wrong address")).await;
    assert_eq!(log.state, InboundState::Unrouted, "{:?}", log.trace);
    let log = house.receives(&note.with("Auto-Submitted", "auto-replied").says("I am away")).await;
    assert_eq!(log.state, InboundState::Delivered, "{:?}", log.trace);
    assert_eq!(house.words(&thread).await.last().unwrap(), "I am away");
}

async fn what_another_account_calls_its_own_is_nothing_to_this_one(house: House) {
    let thread = house.thread(CARLA).await;
    let asked = desk::setup::Setup {
        account: "Elsewhere".into(),
        email: "eve@elsewhere.example".into(),
        password: "long enough".into(),
        ..desk::setup::Setup::default()
    };
    let other = desk::setup::setup(house.desk(), asked).await.unwrap().account_id;
    let change = desk::update_account::AccountChange {
        domain: Some("customer.example".into()),
        support_email: Some(CARLA.into()),
        ..desk::update_account::AccountChange::default()
    };
    desk::update_account::update_account(house.desk(), other, None, change).await.unwrap();
    let log = house.receives(&mail_from(CARLA).to(&thread.reply_address()).says("Still here")).await;
    assert_eq!(log.state, InboundState::Delivered, "{:?}", log.trace);
}

async fn receipts_and_our_own_mail_are_no_messages(house: House) {
    let thread = house.thread(CARLA).await;
    mailed(&house, &thread).await;
    let to = thread.reply_address();
    let looped = mail_from("support@acme.example").to(&to).id(&our_id(&thread)).says("Hello Carla");
    let by_sender = mail_from("Support <support@acme.example>").to(&to).says("Hello again");
    let receipt = mail_from(CARLA).to(&to);
    let receipt = receipt.with("Content-Type", "multipart/report; report-type=disposition-notification; boundary=b");
    for post in [looped, by_sender, receipt.says("--b\r\n\r\nRead.\r\n--b--\r\n")] {
        let log = house.receives(&post).await;
        assert_eq!(
            (log.state, log.account_id),
            (InboundState::Ignored, Some(house.made.account_id)),
            "{:?}",
            log.trace
        );
    }
    assert_eq!(house.messages(&thread).await.len(), 1);
}
