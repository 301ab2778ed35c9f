//! When a reply goes on by mail (contract §4), as stories.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod office;

use desk::{
    mail_unseen,
    presence::GRACE,
    send_message::NewReply,
    visitor_details::{Details, change_details},
};
use model::continuity::Way;
use office::{Office, VERA, on_both};

on_both!(
    an_unseen_reply_is_mailed_after_two_minutes,
    a_seen_reply_is_not_mailed,
    what_was_seen_in_between_is_left_out,
    a_present_visitor_delays_the_mail_ten_minutes_at_most,
    a_mail_that_waited_goes_when_the_visitor_leaves,
    after_a_mail_the_answer_is_mailed_at_once,
    notes_and_channel_messages_never_go_by_mail,
    an_unverified_address_gets_five_mails_a_day,
    a_mail_is_queued_once_however_often_the_job_runs,
    messages_without_an_address_wait_for_none,
    a_planned_mail_follows_a_corrected_address,
);

async fn an_unseen_reply_is_mailed_after_two_minutes(office: Office) {
    office.visitor_with_address().await;
    let first = office.agent_writes("We do!").await;
    let planned = office.deliveries(&first).await;
    assert_eq!(planned[0].next_try_at, Some(first.created_at + jiff::SignedDuration::from_secs(120)));
    assert!(planned[0].unless_seen && planned[0].to == VERA);
    office.pass(60);
    let second = office.agent_writes("It takes a week.").await;
    office.pass(58);
    office.mail_unseen().await;
    assert_eq!(office.states(&first).await, ["planned"], "a second too early");
    office.pass(1);
    office.mail_unseen().await;
    assert_eq!((office.states(&first).await, office.states(&second).await), (vec!["queued"], vec!["queued"]));
    let mails = office.queued().await;
    assert_eq!(mails.len(), 1, "both in one mail");
    let mail = mail::parse(&mails[0].1);
    assert!(mail.text.contains("We do!") && mail.text.contains("It takes a week."), "{}", mail.text);
}

async fn a_seen_reply_is_not_mailed(office: Office) {
    office.visitor_with_address().await;
    let reply = office.agent_writes("We do!").await;
    office.visitor_looks().await;
    office.pass(120);
    office.mail_unseen().await;
    assert_eq!(office.states(&reply).await, ["cancelled"]);
    assert_eq!(office.deliveries(&reply).await[0].detail.as_deref(), Some("seen at 10:00 UTC"));
    assert!(office.queued().await.is_empty());
}

async fn what_was_seen_in_between_is_left_out(office: Office) {
    office.visitor_with_address().await;
    let seen = office.agent_writes("seen words").await;
    office.visitor_looks().await;
    let unseen = office.agent_writes("unseen words").await;
    office.pass(120);
    office.mail_unseen().await;
    assert_eq!((office.states(&seen).await, office.states(&unseen).await), (vec!["cancelled"], vec!["queued"]));
    let text = mail::parse(&office.queued().await[0].1).text;
    assert!(text.contains("unseen words") && !text.contains("\nseen words"), "{text}");
}

async fn a_present_visitor_delays_the_mail_ten_minutes_at_most(office: Office) {
    office.visitor_with_address().await;
    let reply = office.agent_writes("We do!").await;
    office.visitor_is_present().await;
    for _ in 0..12 {
        office.pass(60);
        office.mail_unseen().await;
        if office.desk.now() < reply.created_at + jiff::SignedDuration::from_secs(720) {
            assert_eq!(office.states(&reply).await, ["planned"]);
        }
    }
    assert_eq!(office.states(&reply).await, ["queued"]);
}

async fn a_mail_that_waited_goes_when_the_visitor_leaves(office: Office) {
    office.visitor_with_address().await;
    let reply = office.agent_writes("We do!").await;
    office.visitor_is_present().await;
    office.pass(130);
    office.mail_unseen().await;
    assert_eq!(office.states(&reply).await, ["planned"]);
    office.pass(5);
    desk::presence::gone(&office.desk, "c1").await.unwrap();
    office.pass(GRACE.as_secs());
    office.mail_unseen().await;
    assert_eq!(office.states(&reply).await, ["queued"]);
}

async fn after_a_mail_the_answer_is_mailed_at_once(office: Office) {
    office.visitor_with_address().await;
    let incoming = office.visitor_writes("by mail").await;
    office
        .write(async move |tx| {
            let conversation = store::conversations::lock(tx, incoming.conversation_id).await?.unwrap();
            let mut new = store::messages::NewMessage::text(
                &conversation,
                model::message::Kind::Incoming,
                incoming.sender,
                "an answer by mail",
            );
            new.content_type = "incoming_email".into();
            store::messages::insert(tx, &new, incoming.created_at).await
        })
        .await;
    let reply = office.agent_writes("At once").await;
    office.mail_unseen().await;
    assert_eq!(office.states(&reply).await, ["queued"]);
}

async fn notes_and_channel_messages_never_go_by_mail(office: Office) {
    office.visitor_with_address().await;
    let note = NewReply { content: Some("secret".into()), private: true, ..NewReply::default() };
    let note = office.replies(note).await.unwrap();
    let chat = NewReply { content: Some("chat only".into()), way: Way::Channel, ..NewReply::default() };
    let chat = office.replies(chat).await.unwrap();
    let reply = office.agent_writes("by mail").await;
    office.pass(200);
    office.mail_unseen().await;
    assert!(office.states(&note).await.is_empty() && office.states(&chat).await.is_empty());
    assert_eq!(office.states(&reply).await, ["queued"]);
    let raw = mail::parse(&office.queued().await[0].1);
    assert!(!raw.text.contains("secret") && !raw.html.unwrap().contains("secret"));
}

async fn an_unverified_address_gets_five_mails_a_day(office: Office) {
    office.visitor_with_address().await;
    let mut last = None;
    for number in 1..=6 {
        last = Some(office.agent_writes(&format!("mail {number}")).await);
        office.pass(120);
        office.mail_unseen().await;
    }
    let last = last.unwrap();
    assert_eq!(office.queued().await.len(), 5);
    assert_eq!(office.states(&last).await, ["planned"]);
    assert!(office.deliveries(&last).await[0].detail.as_deref().unwrap().contains("5 mails a day"));
    office.pass(24 * 60 * 60);
    office.mail_unseen().await;
    assert_eq!(office.states(&last).await, ["queued"]);
}

async fn a_mail_is_queued_once_however_often_the_job_runs(office: Office) {
    office.visitor_with_address().await;
    office.agent_writes("once").await;
    office.pass(120);
    let conversation = office.conversation().await.unwrap().id;
    // The job dies after its work and before it is noted as done; two workers do it at once.
    let (one, two) =
        tokio::join!(mail_unseen::run(&office.desk, conversation), mail_unseen::run(&office.desk, conversation));
    one.unwrap();
    two.unwrap();
    mail_unseen::run(&office.desk, conversation).await.unwrap();
    office.mail_unseen().await;
    assert_eq!(office.queued().await.len(), 1);
    assert_eq!(office.due(desk::send_mail::KIND).await.len(), 1);
}

async fn messages_without_an_address_wait_for_none(office: Office) {
    office.visitor_writes("Hello").await;
    let reply = office.agent_writes("Hello to you").await;
    office.pass(200);
    office.mail_unseen().await;
    assert!(office.states(&reply).await.is_empty() && office.queued().await.is_empty());
}

async fn a_planned_mail_follows_a_corrected_address(office: Office) {
    office.visitor_with_address().await;
    let reply = office.agent_writes("We do!").await;
    let right = Details { email: Some("vera@right.example".into()), ..Details::default() };
    change_details(&office.desk, &office.visitor, right).await.unwrap();
    office.pass(120);
    office.mail_unseen().await;
    assert_eq!(office.states(&reply).await, ["queued"]);
    let (row, raw) = office.queued().await.remove(0);
    assert_eq!(row.envelope_to, "vera@right.example");
    assert_eq!(mail::parse(&raw).to[0].address, "vera@right.example");
}
