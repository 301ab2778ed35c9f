//! What reply tokens, Message-IDs and accepted mails promise, on both databases.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use model::{
    Timestamp,
    conversation::Conversation,
    ids::{InboundMailId, MessageId},
    inbound::InboundState,
    inbox::{Channel, Email, Imap, Settings, WebWidget},
};
use serde_json::Value as Json;
use store::{
    Db, Error, Result, Tx, accounts, contact_inboxes, contacts,
    conversations::{self, NewConversation},
    inbound_conclusions::{self, Conclusion},
    inbound_hosts,
    inbound_log::{self, Filter, Visible},
    inbound_mails::{self, NewInbound, Raw},
    inboxes,
    mail_ids::{self, MailId},
    tokens,
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

macro_rules! on_both {
    ($($story:ident),* $(,)?) => {
        mod on_sqlite { $(#[tokio::test] async fn $story() { super::$story(store::testkit::sqlite().await.db).await; })* }
        mod on_postgres { $(#[tokio::test] async fn $story() {
            if let Some(test) = store::testkit::postgres().await { super::$story(test.db).await; }
        })* }
    };
}

on_both!(
    one_reply_token_lives_for_each_address,
    a_thread_is_told_for_each_party,
    the_same_mail_is_kept_once,
    an_account_sees_its_mails_and_those_addressed_to_its_host,
    an_address_leads_to_one_inbox,
);

async fn conversation(tx: &mut Tx<'_>) -> Result<Conversation> {
    let account = accounts::insert(tx, "Acme", "en", at(1)).await?;
    let channel = Channel::WebWidget(WebWidget { website_token: account.id.to_string(), ..WebWidget::default() });
    let inbox = inboxes::insert(tx, account.id, "Site", &channel, &Settings::default(), at(1)).await?;
    let contact = contacts::insert(tx, account.id, &contacts::NewContact::default(), at(1)).await?;
    let key = account.id.to_string();
    let session = contact_inboxes::insert(tx, contact.id, inbox, &key, &key, at(1)).await?;
    let new = NewConversation {
        account_id: account.id,
        uuid: key,
        mail_subject: None,
        additional_attributes: Json::Null,
        custom_attributes: Json::Null,
    };
    conversations::insert(tx, &session, &new, at(1)).await
}

async fn one_reply_token_lives_for_each_address(db: Db) {
    db.write::<_, Error, _>(async |tx| {
        let conversation = conversation(tx).await?;
        let (one, two, three) = ("1".repeat(32), "2".repeat(32), "3".repeat(32));
        let first = tokens::reply_for(tx, &conversation, None, "Ann@x.example", &one, at(2)).await?;
        let again = tokens::reply_for(tx, &conversation, None, "ann@X.example ", &two, at(3)).await?;
        assert_eq!((first.as_str(), again.as_str()), (one.as_str(), one.as_str()));
        assert_eq!(tokens::reply_for(tx, &conversation, None, "bob@x.example", &two, at(3)).await?, two);

        tokens::revoke_address(tx, conversation.id, "ANN@x.example", at(4)).await?;
        let revoked = tokens::by_token(tx, &one).await?.expect("still known");
        assert!(!revoked.live(at(5)) && revoked.conversation_id == conversation.id);
        assert_eq!(tokens::reply_for(tx, &conversation, None, "ann@x.example", &three, at(5)).await?, three);
        assert!(tokens::by_token(tx, &three).await?.expect("known").live(at(5)));
        assert_eq!(tokens::of_conversation(tx, conversation.id).await?.len(), 3);
        Ok(())
    })
    .await
    .unwrap();
}

async fn a_thread_is_told_for_each_party(db: Db) {
    db.write::<_, Error, _>(async |tx| {
        let conversation = conversation(tx).await?;
        let id = |header: &str, party: &str, outgoing| MailId {
            account_id: conversation.account_id,
            conversation_id: conversation.id,
            header: header.into(),
            text_hash: if outgoing { String::new() } else { "h".into() },
            outgoing,
            party: party.into(),
            message_id: Some(MessageId(1)),
            at: at(1),
        };
        for new in
            [id("1@d", "Ann@x.example", true), id("2@x", "ann@x.example", false), id("3@d", "bob@x.example", true)]
        {
            mail_ids::record(tx, &new).await?;
            mail_ids::record(tx, &new).await?;
        }
        let thread = mail_ids::thread(tx, conversation.id, "ANN@x.example", 20).await?;
        assert_eq!(thread.iter().map(|id| id.header.as_str()).collect::<Vec<_>>(), ["1@d", "2@x"]);
        assert_eq!(mail_ids::thread(tx, conversation.id, "ann@x.example", 1).await?[0].header, "2@x");
        assert_eq!(mail_ids::by_header(tx, "3@d").await?[0].party, "bob@x.example");
        assert!(mail_ids::among(tx, &["4@x".to_owned()].into()).await?.is_empty());
        Ok(())
    })
    .await
    .unwrap();
}

fn mail(hash: &str, to: &str) -> NewInbound {
    NewInbound {
        hash: hash.into(),
        ingress: "relay".into(),
        envelope_from: None,
        envelope_to: vec![to.into()],
        peer: None,
        transport: Json::Null,
        raw: Raw::Row(vec![0, 1, 2]),
        size: 3,
    }
}

async fn the_same_mail_is_kept_once(db: Db) {
    let first = db.write::<_, Error, _>(async |tx| inbound_mails::accept(tx, &mail("a", "x@d.example"), at(1)).await);
    let id = first.await.unwrap().expect("new");
    let again = db.write::<_, Error, _>(async |tx| inbound_mails::accept(tx, &mail("a", "x@d.example"), at(2)).await);
    assert_eq!(again.await.unwrap(), None);
    db.write::<_, Error, _>(async move |tx| {
        assert_eq!(inbound_mails::id_of_hash(tx, "a").await?, Some(id));
        assert_eq!(inbound_mails::raw(tx, id).await?, Some(Raw::Row(vec![0, 1, 2])));
        assert_eq!(inbound_mails::pending(tx, at(1), 10).await?, []);
        assert_eq!(inbound_mails::pending(tx, at(2), 10).await?, [id]);

        let conversation = conversation(tx).await?;
        let mut kept = inbound_mails::by_id(tx, id).await?.expect("kept");
        kept.account_id = Some(conversation.account_id);
        kept.state = InboundState::Held;
        kept.subject = Some("Order 7".into());
        kept.recipients = vec!["Help@D.example".into()];
        inbound_mails::conclude(tx, &kept).await?;
        let mut conclusion = Conclusion {
            inbound_mail_id: id,
            conversation_id: conversation.id,
            state: InboundState::Held,
            reason: "why".into(),
            message_id: None,
        };
        inbound_conclusions::set(tx, &conclusion).await?;
        assert!(inbound_mails::reopen(tx, id).await?);
        assert!(!inbound_mails::reopen(tx, id).await?);
        conclusion.message_id = Some(MessageId(9));
        conclusion.state = InboundState::Delivered;
        inbound_conclusions::set(tx, &conclusion).await?;
        assert_eq!(inbound_conclusions::of_mail(tx, id).await?, [conclusion]);
        assert_eq!(inbound_conclusions::of_message(tx, MessageId(9)).await?.expect("found").id, id);
        Ok(())
    })
    .await
    .unwrap();
}

async fn an_account_sees_its_mails_and_those_addressed_to_its_host(db: Db) {
    db.write::<_, Error, _>(async |tx| {
        let account = conversation(tx).await?.account_id;
        let mut ids = Vec::new();
        for (second, (hash, to)) in
            (1..).zip([("own", "a@elsewhere.example"), ("ours", "A@D.example"), ("other", "a@not-d.example")])
        {
            let id = inbound_mails::accept(tx, &mail(hash, to), at(second)).await?.expect("new");
            let mut kept = inbound_mails::by_id(tx, id).await?.expect("kept");
            kept.state = InboundState::Unrouted;
            if hash == "own" {
                kept.account_id = Some(account);
                kept.subject = Some("100% Wool".into());
            } else {
                inbound_hosts::note(tx, &kept).await?;
            }
            inbound_mails::conclude(tx, &kept).await?;
            ids.push(id);
        }
        let [own, ours, other] = ids[..] else { panic!("three") };
        let all = Filter::default;
        let words = |words: &str| Filter { words: words.into(), ..all() };
        let host = Visible::Account(account, Some("d.example".into()));
        let (none, only) = (Visible::Account(account, None), Visible::OnlyAccount(account));
        let rows = [
            (&host, all(), vec![ours, own]),
            (&none, all(), vec![own]),
            (&only, all(), vec![other, ours, own]),
            (&Visible::Every, all(), vec![other, ours, own]),
            (&Visible::Every, Filter { before: Some(other), ..all() }, vec![ours, own]),
            (&only, words("100% WOOL"), vec![own]),
            (&only, words("100_ wool"), vec![]),
            (&only, words("a@d.example"), vec![ours]),
            (&only, Filter { state: Some(InboundState::Held), ..all() }, vec![]),
            (&only, Filter { state: Some(InboundState::Unrouted), ..words("wool") }, vec![own]),
            (&only, Filter { ingress: Some("relay".into()), kind: None, ..all() }, vec![other, ours, own]),
            (&only, Filter { ingress: Some("smtp".into()), ..all() }, vec![]),
            (&only, Filter { kind: Some("human".into()), ..all() }, vec![]),
            (&only, Filter { since: Some(at(2)), until: Some(at(3)), ..all() }, vec![ours]),
            (&host, Filter { since: Some(at(9)), ..all() }, vec![]),
        ];
        for (visible, filter, expected) in rows {
            let page = inbound_log::page(tx, visible, &filter, 10).await?;
            let found: Vec<InboundMailId> = page.mails.iter().map(|mail| mail.id).collect();
            assert_eq!((found, page.next), (expected, None), "{visible:?} {filter:?}");
        }
        let first = inbound_log::page(tx, &only, &all(), 2).await?;
        assert_eq!((first.mails.len(), first.next), (2, Some(ours)));
        assert_eq!(inbound_log::one(tx, &none, other).await?, None);
        assert_eq!(inbound_log::one(tx, &host, ours).await?.map(|mail| mail.id), Some(ours));
        let counts = inbound_log::counts(tx, &host).await?;
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), [(InboundState::Unrouted, 2)]);
        let due = inbound_log::undecided(tx, &only, at(0), at(3)).await?;
        assert_eq!(due, (2, Some(at(1))));
        Ok(())
    })
    .await
    .unwrap();
}

async fn an_address_leads_to_one_inbox(db: Db) {
    let email = |address: &str, forward_to: &str| {
        Channel::Email(Email { address: address.into(), forward_to: forward_to.repeat(32), imap: None })
    };
    let (help, eu) = (email("help@acme.example", "a"), email("help+eu@acme.example", "b"));
    let (one, two) = db
        .write::<_, Error, _>(async move |tx| {
            let account = accounts::insert(tx, "Acme", "en", at(1)).await?.id;
            let one = inboxes::insert(tx, account, "Help", &help, &Settings::default(), at(1)).await?;
            Ok((one, inboxes::insert(tx, account, "Help EU", &eu, &Settings::default(), at(1)).await?))
        })
        .await
        .unwrap();
    let forwarded = format!("{}@anywhere.example", "A".repeat(32));
    let rows = [
        ("Help@Acme.example", Some(one)),
        ("help+today@acme.example", Some(one)),
        ("HELP+eu@acme.example", Some(two)),
        (forwarded.as_str(), Some(one)),
        ("help@other.example", None),
        ("other@acme.example", None),
        ("help", None),
    ];
    for (address, expected) in rows.map(|(address, expected)| (address.to_owned(), expected)) {
        let asked = address.clone();
        let found = db.read::<_, Error, _>(async move |tx| inboxes::by_address(tx, &asked).await).await.unwrap();
        assert_eq!(found.map(|inbox| inbox.id), expected, "{address}");
    }

    // Its address changes, its mailbox is fetched; another cannot take what it has.
    let changed = db.write::<_, Error, _>(async move |tx| {
        let mut inbox = inboxes::lock(tx, one).await?.expect("an inbox");
        let imap = Imap { enabled: true, host: "imap.acme.example".into(), ..Imap::default() };
        let Channel::Email(email) = &mut inbox.channel else { panic!("an e-mail inbox") };
        (email.address, email.imap) = ("hello@acme.example".into(), Some(imap));
        inboxes::update(tx, &inbox).await?;
        let gone = inboxes::by_address(tx, "help@acme.example").await?;
        let fetched = inboxes::with_imap(tx).await?;
        Ok((gone, fetched.into_iter().map(|inbox| inbox.id).collect::<Vec<_>>()))
    });
    assert_eq!(changed.await.unwrap(), (None, vec![one]));
    let taken = db.write::<_, Error, _>(async move |tx| {
        let mut inbox = inboxes::lock(tx, two).await?.expect("an inbox");
        let Channel::Email(email) = &mut inbox.channel else { panic!("an e-mail inbox") };
        email.address = "hello@acme.example".into();
        inboxes::update(tx, &inbox).await
    });
    assert!(matches!(taken.await, Err(Error::Conflict(_))));
}
