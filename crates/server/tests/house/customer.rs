//! What customers do by mail, and what is found of it: conversations with a reply address, mails as their clients write
//! them, the inbound log.

use super::{Answer, DOMAIN, House, INGRESS_PASSWORD};
use model::{
    contact::Contact,
    conversation::Conversation,
    ids::{ConversationId, InboundMailId},
    message::Message,
};
use store::{
    contact_inboxes, contacts,
    contacts::NewContact,
    conversations::{self, NewConversation},
    inbound_conclusions::{self, Conclusion},
    inbound_log::{self, Filter, Visible},
    inbound_mails::InboundMail,
    messages, tokens,
};

/// The path of the relay ingress.
pub const RELAY: &str = "/rails/action_mailbox/relay/inbound_emails";

/// A conversation with someone who has a reply address.
#[derive(Clone, Debug)]
pub struct Thread {
    pub conversation: ConversationId,
    pub number: i64,
    pub uuid: String,
    pub contact: Contact,
    pub token: String,
}

impl Thread {
    pub fn reply_address(&self) -> String {
        format!("reply+{}@{DOMAIN}", self.token)
    }
}

/// A mail in the making.
#[derive(Clone, Debug)]
pub struct Post {
    fields: Vec<(String, String)>,
    body: Vec<u8>,
}

/// A mail from that address, with the usual fields.
pub fn mail_from(from: &str) -> Post {
    let fields = [("From", from), ("Subject", "Re: [#1] New messages"), ("Date", "Sun, 22 Nov 2026 10:59:00 +0100")];
    Post { fields: fields.map(|(name, value)| (name.into(), value.into())).to_vec(), body: Vec::new() }
}

impl Post {
    /// With a field; one of that name that was there before goes.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|field| field.0 != name);
        self.and(name, value)
    }

    /// With a further field, whatever was there before.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    pub fn to(self, address: &str) -> Self {
        self.with("To", address)
    }

    pub fn id(self, id: &str) -> Self {
        self.with("Message-ID", &format!("<{id}>"))
    }

    /// With those words.
    pub fn says(mut self, words: &str) -> Self {
        self.body = words.as_bytes().to_vec();
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let head: String = self.fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        [head.as_bytes(), b"\r\n", &self.body].concat()
    }
}

impl House {
    /// A conversation with a contact at that address (any text), to whom a reply address was given.
    pub async fn thread(&self, address: &str) -> Thread {
        let desk = self.desk();
        let (account, inbox) = (self.made.account_id, self.made.inbox_id.expect("an inbox"));
        let new =
            NewContact { name: "Carla Customer".into(), email: Some(address.to_owned()), ..NewContact::default() };
        let (uuid, source, pubsub, fresh) =
            (desk.random.uuid(), desk.random.uuid(), desk.random.hex_128(), desk.random.hex_128());
        let now = desk.now();
        let made = desk.db.write::<_, store::Error, _>(async move |tx| {
            let contact = contacts::insert(tx, account, &new, now).await?;
            let session = contact_inboxes::insert(tx, contact.id, inbox, &source, &pubsub, now).await?;
            let new = NewConversation {
                account_id: account,
                uuid: uuid.clone(),
                mail_subject: None,
                additional_attributes: model::Json::Null,
                custom_attributes: model::Json::Null,
            };
            let conversation = conversations::insert(tx, &session, &new, now).await?;
            let to = contact.email.clone().unwrap_or_default();
            let token = tokens::reply_for(tx, &conversation, Some(contact.id), &to, &fresh, now).await?;
            Ok((conversation, contact, token))
        });
        let (conversation, contact, token) = made.await.expect("a conversation");
        Thread {
            conversation: conversation.id,
            number: conversation.display_id,
            uuid: conversation.uuid,
            contact,
            token,
        }
    }

    /// Hands a mail to the relay ingress.
    pub async fn relays(&self, raw: impl Into<Vec<u8>>) -> Answer {
        let credentials =
            base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("actionmailbox:{INGRESS_PASSWORD}"));
        let call = self.call("POST", RELAY).header("content-type", "message/rfc822");
        call.header("authorization", format!("Basic {credentials}")).body(raw).await
    }

    /// Takes a mail and processes it; its entry in the log.
    pub async fn receives(&self, post: &Post) -> InboundMail {
        let answer = self.relays(post.bytes()).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
        self.work().await;
        self.inbound_log().await.into_iter().next().expect("the mail is in the log")
    }

    /// The inbound log, the latest first.
    pub async fn inbound_log(&self) -> Vec<InboundMail> {
        let listed = self.desk().db.read::<_, store::Error, _>(async |tx| {
            inbound_log::page(tx, &Visible::Every, &Filter::default(), 1000).await
        });
        listed.await.expect("the log").mails
    }

    pub async fn conclusions(&self, mail: InboundMailId) -> Vec<Conclusion> {
        let found =
            self.desk().db.read::<_, store::Error, _>(async move |tx| inbound_conclusions::of_mail(tx, mail).await);
        found.await.expect("conclusions")
    }

    /// All messages of a conversation, as agents see them.
    pub async fn messages(&self, thread: &Thread) -> Vec<Message> {
        let id = thread.conversation;
        let found = self.desk().db.read::<_, store::Error, _>(async move |tx| {
            let all = messages::Range { after: Some(model::ids::MessageId(0)), before: None };
            messages::range(tx, id, all, messages::Audience::Agents).await
        });
        found.await.expect("messages")
    }

    /// Their words.
    pub async fn words(&self, thread: &Thread) -> Vec<String> {
        self.messages(thread).await.into_iter().map(|message| message.content.unwrap_or_default()).collect()
    }

    pub async fn conversation(&self, thread: &Thread) -> Conversation {
        let id = thread.conversation;
        let found = self.desk().db.read::<_, store::Error, _>(async move |tx| conversations::by_id(tx, id).await);
        found.await.expect("a read").expect("a conversation")
    }

    pub async fn contact(&self, thread: &Thread) -> Contact {
        let (account, id) = (self.made.account_id, thread.contact.id);
        let found = self.desk().db.read::<_, store::Error, _>(async move |tx| contacts::by_id(tx, account, id).await);
        found.await.expect("a read").expect("a contact")
    }
}
