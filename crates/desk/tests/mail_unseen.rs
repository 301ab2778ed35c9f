//! When a reply goes on by mail (contract §4), as stories.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod office;

use desk::{
    delivery::{Action, act},
    mail_unseen,
    send_message::NewReply,
    visitor_details::{Details, change_details},
};
use model::{continuity::Way, ids::ContactInboxId};
use office::{Office, VERA, on_both};
use store::presences::{self, Presence};

on_both!(
    an_unseen_reply_is_mailed_after_two_minutes,
    a_seen_reply_is_not_mailed,
    what_was_seen_in_between_is_left_out,
    a_present_visitor_delays_the_mail_ten_minutes_at_most,
    a_mail_that_waited_goes_when_the_visitor_leaves,
    after_a_mail_the_answer_is_mailed_at_once,
    notes_and_channel_messages_never_go_by_mail,
    an_agent_can_ask_for_a_mail_now,
    an_agent_hastens_or_calls_off_a_planned_mail,
    wrong_requests_change_nothing,
    copies_go_to_whom_the_agent_names,
    who_unsubscribed_gets_only_what_an_agent_asks_for,
    an_unverified_address_gets_five_mails_a_day,
    a_mail_is_queued_once_however_often_the_job_runs,
    messages_without_an_address_wait_for_none,
    a_planned_mail_follows_a_corrected_address,
);

async fn with_address(office: &Office) {
    office.visitor_writes("Do you ship to Iceland?").await;
    office.visitor_leaves_address().await;
}

async fn an_unseen_reply_is_mailed_after_two_minutes(office: Office) {
    with_address(&office).await;
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
    with_address(&office).await;
    let reply = office.agent_writes("We do!").await;
    office.visitor_looks().await;
    office.pass(120);
    office.mail_unseen().await;
    assert_eq!(office.states(&reply).await, ["cancelled"]);
    assert_eq!(office.deliveries(&reply).await[0].detail.as_deref(), Some("seen at 10:00 UTC"));
    assert!(office.queued().await.is_empty());
}

async fn what_was_seen_in_between_is_left_out(office: Office) {
    with_address(&office).await;
    let seen = office.agent_writes("seen words").await;
    office.visitor_looks().await;
    let unseen = office.agent_writes("unseen words").await;
    office.pass(120);
    office.mail_unseen().await;
    assert_eq!((office.states(&seen).await, office.states(&unseen).await), (vec!["cancelled"], vec!["queued"]));
    let text = mail::parse(&office.queued().await[0].1).text;
    assert!(text.contains("unseen words") && !text.contains("\nseen words"), "{text}");
}

async fn presence(office: &Office, visible: bool) {
    let here = Presence {
        connection: "c1".into(),
        account_id: office.made.account_id,
        contact_inbox_id: Some(ContactInboxId(office.visitor.session.id.0)),
        user_id: None,
        visible,
    };
    let until = office.desk.now() + jiff::SignedDuration::from_hours(1);
    office.write(async move |tx| presences::keep(tx, &here, until).await).await;
}

async fn a_present_visitor_delays_the_mail_ten_minutes_at_most(office: Office) {
    with_address(&office).await;
    let reply = office.agent_writes("We do!").await;
    presence(&office, true).await;
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
    with_address(&office).await;
    let reply = office.agent_writes("We do!").await;
    presence(&office, true).await;
    office.pass(130);
    office.mail_unseen().await;
    assert_eq!(office.states(&reply).await, ["planned"]);
    office.pass(5);
    desk::presence::gone(&office.desk, "c1").await.unwrap();
    office.mail_unseen().await;
    assert_eq!(office.states(&reply).await, ["queued"]);
}

async fn after_a_mail_the_answer_is_mailed_at_once(office: Office) {
    with_address(&office).await;
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
    with_address(&office).await;
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

async fn an_agent_can_ask_for_a_mail_now(office: Office) {
    with_address(&office).await;
    office.visitor_looks().await;
    let reply = NewReply { content: Some("Now".into()), way: Way::Email, ..NewReply::default() };
    let reply = office.replies(reply).await.unwrap();
    presence(&office, true).await;
    office.visitor_looks().await;
    office.mail_unseen().await;
    assert_eq!(office.states(&reply).await, ["queued"], "seen or not, here or not");
}

async fn an_agent_hastens_or_calls_off_a_planned_mail(office: Office) {
    with_address(&office).await;
    let number = office.conversation().await.unwrap().display_id;
    let act = async |message: &model::message::Message, action| {
        act(&office.desk, office.made.account_id, number, message.id, action, office.made.user_id).await
    };
    let first = office.agent_writes("one").await;
    act(&first, Action::Cancel).await.unwrap();
    assert_eq!(office.states(&first).await, ["cancelled"]);
    assert_eq!(office.deliveries(&first).await[0].detail.as_deref(), Some("called off by Ann Agent"));
    assert!(act(&first, Action::Now).await.is_err(), "nothing is planned any more");
    let second = office.agent_writes("two").await;
    act(&second, Action::Now).await.unwrap();
    office.mail_unseen().await;
    assert_eq!(office.states(&second).await, ["queued"]);
    assert!(act(&second, Action::Cancel).await.is_err());
}

async fn wrong_requests_change_nothing(office: Office) {
    office.visitor_writes("Hello").await;
    let words = |error: desk::Problem| error.to_string();
    let mail = |content: &str| NewReply { content: Some(content.into()), way: Way::Email, ..NewReply::default() };
    assert_eq!(words(office.replies(mail("x")).await.unwrap_err()), "delivery: the contact has no e-mail address");
    office.visitor_leaves_address().await;
    let rows = [
        (NewReply { private: true, ..mail("x") }, "delivery: a private note cannot go by e-mail"),
        (mail("  "), "content: a message needs words or a file"),
        (NewReply { cc_emails: vec!["nobody".into()], ..mail("x") }, "cc_emails: `nobody` is not an e-mail address"),
        (
            NewReply { bcc_emails: vec!["a@b.example\r\nBcc: c@d.example".into()], ..mail("x") },
            "bcc_emails: `a@b.example\r\nbcc: c@d.example` is not an e-mail address",
        ),
        (
            NewReply { to_emails: vec!["loop@in.acme.example".into()], ..mail("x") },
            "`loop@in.acme.example` is an address of this installation; mail to it would come back",
        ),
        (
            NewReply { cc_emails: vec!["Support@Acme.example".into()], ..mail("x") },
            "`support@acme.example` is an address of this installation; mail to it would come back",
        ),
    ];
    for (new, expected) in rows {
        assert_eq!(words(office.replies(new).await.unwrap_err()), expected);
    }
    let latest = office.conversation().await.unwrap();
    let count = office
        .write(async move |tx| {
            store::messages::range(tx, latest.id, store::messages::Range::default(), store::messages::Audience::Agents)
                .await
        })
        .await;
    assert_eq!(count.iter().filter(|message| message.kind == model::message::Kind::Outgoing).count(), 0);
}

async fn copies_go_to_whom_the_agent_names(office: Office) {
    with_address(&office).await;
    office.address_is_verified().await;
    let first = office.agent_writes("for Vera alone").await;
    let new = NewReply {
        content: Some("for all".into()),
        cc_emails: vec!["Boss@example.org ".into()],
        bcc_emails: vec!["audit@example.net".into(), VERA.into()],
        ..NewReply::default()
    };
    let second = office.replies(new).await.unwrap();
    office.pass(121);
    office.mail_unseen().await;
    assert_eq!((office.states(&first).await.len(), office.states(&second).await.len()), (1, 3));
    let mails = office.queued().await;
    let mut seen_tokens = Vec::new();
    for (row, raw) in &mails {
        let mail = mail::parse(raw);
        let to: Vec<&str> = mail.to.iter().map(|to| to.address.as_str()).collect();
        let cc: Vec<&str> = mail.cc.iter().map(|cc| cc.address.as_str()).collect();
        assert_eq!((to, cc), (vec![VERA], vec!["boss@example.org"]), "{}", row.envelope_to);
        assert!(!String::from_utf8_lossy(raw).contains("audit@example.net"));
        assert_eq!(mail.text.contains("for Vera alone"), row.envelope_to == VERA);
        assert!(row.envelope_to == VERA || !mail.text.contains("Iceland"), "no recap for others");
        seen_tokens.push(row.reply_to.clone());
    }
    seen_tokens.dedup();
    assert_eq!(seen_tokens.len(), 3, "each has a reply address of their own");
    let recipients: Vec<&str> = mails.iter().map(|(row, _)| row.envelope_to.as_str()).collect();
    assert_eq!(recipients, [VERA, "boss@example.org", "audit@example.net"]);
}

async fn who_unsubscribed_gets_only_what_an_agent_asks_for(office: Office) {
    with_address(&office).await;
    let first = office.agent_writes("one").await;
    office.pass(120);
    office.mail_unseen().await;
    let raw = office.queued().await.remove(0).1;
    let unsubscribe = mail::parse(&raw).header("List-Unsubscribe").unwrap().to_owned();
    let key = unsubscribe.trim_matches(['<', '>']).rsplit('/').next().unwrap().to_owned();
    assert!(desk::unsubscribe::unsubscribe(&office.desk, "forged-key").await.is_err());
    let planned = office.agent_writes("two").await;
    desk::unsubscribe::unsubscribe(&office.desk, &key).await.unwrap();
    desk::unsubscribe::unsubscribe(&office.desk, &key).await.unwrap();
    let third = office.agent_writes("three").await;
    assert_eq!(office.states(&third).await, ["suppressed"]);
    office.pass(120);
    office.mail_unseen().await;
    assert_eq!(office.states(&planned).await, ["suppressed"], "planned before, unwanted since");
    let asked = NewReply { content: Some("four".into()), way: Way::Email, ..NewReply::default() };
    let asked = office.replies(asked).await.unwrap();
    office.mail_unseen().await;
    assert_eq!((office.states(&first).await, office.states(&asked).await), (vec!["queued"], vec!["queued"]));
    let last = mail::parse(&office.queued().await.last().unwrap().1);
    assert!(last.header("List-Unsubscribe").is_none(), "not on mail an agent asked for");
}

async fn an_unverified_address_gets_five_mails_a_day(office: Office) {
    with_address(&office).await;
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
    with_address(&office).await;
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
    with_address(&office).await;
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
