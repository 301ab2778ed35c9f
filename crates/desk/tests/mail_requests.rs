//! What agents ask of the mail that goes out, and what they may not (contract §4), as stories.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod office;

use desk::{
    delivery::{Action, act},
    send_message::NewReply,
};
use model::continuity::Way;
use office::{Office, VERA, on_both};
use store::{
    contacts,
    mail_ids::{self, MailId},
};

on_both!(
    an_agent_can_ask_for_a_mail_now,
    an_agent_hastens_or_calls_off_a_planned_mail,
    wrong_requests_change_nothing,
    copies_go_to_whom_the_agent_names,
    who_unsubscribed_gets_only_what_an_agent_asks_for,
    it_goes_to_the_address_last_used_while_that_is_theirs,
);

async fn an_agent_can_ask_for_a_mail_now(office: Office) {
    office.visitor_with_address().await;
    office.visitor_looks().await;
    let reply = NewReply { content: Some("Now".into()), way: Way::Email, ..NewReply::default() };
    let reply = office.replies(reply).await.unwrap();
    office.visitor_is_present().await;
    office.visitor_looks().await;
    office.mail_unseen().await;
    assert_eq!(office.states(&reply).await, ["queued"], "seen or not, here or not");
}

async fn an_agent_hastens_or_calls_off_a_planned_mail(office: Office) {
    office.visitor_with_address().await;
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
    office.visitor_with_address().await;
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
    office.visitor_with_address().await;
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

async fn it_goes_to_the_address_last_used_while_that_is_theirs(office: Office) {
    office.visitor_with_address().await;
    let conversation = office.conversation().await.unwrap();
    let (account, contact, now) = (office.made.account_id, conversation.contact_id, office.desk.now());
    office
        .write(async move |tx| {
            let mut contact = contacts::by_id(tx, account, contact).await?.unwrap();
            contact.additional_emails = vec!["vera@work.example".into()];
            contacts::update(tx, &contact).await?;
            let theirs = MailId {
                account_id: account,
                conversation_id: conversation.id,
                header: "x@work.example".into(),
                text_hash: "hash".into(),
                outgoing: false,
                party: "vera@work.example".into(),
                message_id: None,
                at: now,
            };
            mail_ids::record(tx, &theirs).await
        })
        .await;
    let mail = || NewReply { content: Some("x".into()), way: Way::Email, ..NewReply::default() };
    let reply = office.replies(mail()).await.unwrap();
    assert_eq!(office.deliveries(&reply).await[0].to, "vera@work.example");
    office
        .write(async move |tx| {
            let mut contact = contacts::by_id(tx, account, contact).await?.unwrap();
            contact.additional_emails.clear();
            contacts::update(tx, &contact).await
        })
        .await;
    let reply = office.replies(mail()).await.unwrap();
    assert_eq!(office.deliveries(&reply).await[0].to, VERA);
}
