//! Mail that is kept instead of sent, where no server is configured (contract §2): looked at as its recipient would, and
//! answered as its recipient, by a real mail on the real way in.

use crate::{
    Desk, Outcome, Problem,
    accept_mail::{Accepted, Envelope, accept},
};
use mail::{Mail, Mailbox, address::domain_of, reply_as_recipient};
use model::ids::{AccountId, MailId, MessageId};
use store::{
    Tx, conversations, deliveries,
    mails::{self, OutgoingMail},
};

/// The ingress that the inbound log names for answers from here.
pub const INGRESS: &str = "sandbox";

/// A kept mail with what it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The mail.
    pub mail: OutgoingMail,
    /// The number of its conversation.
    pub display_id: i64,
    /// The messages it carries, oldest first.
    pub messages: Vec<MessageId>,
}

/// The account's latest 100 kept mails, newest first.
///
/// # Errors
/// Storage trouble.
pub async fn list(desk: &Desk, account: AccountId) -> Outcome<Vec<Kept>> {
    let read = desk.db.read::<_, store::Error, _>(async move |tx| {
        let mut kept = Vec::new();
        for mail in mails::sandboxed(tx, account, None).await? {
            kept.extend(with_messages(tx, mail).await?);
        }
        Ok(kept)
    });
    Ok(read.await?)
}

/// One kept mail of the account, with its bytes.
///
/// # Errors
/// There is no such mail.
pub async fn show(desk: &Desk, account: AccountId, id: MailId) -> Outcome<(Kept, Vec<u8>)> {
    let read = desk.db.read::<_, store::Error, _>(async move |tx| {
        let found = mails::by_id(tx, id).await?.filter(|mail| mail.account_id == account && mail.sandboxed);
        let Some(mail) = found else { return Ok(None) };
        let Some(raw) = mails::bytes(tx, id).await? else { return Ok(None) };
        Ok(with_messages(tx, mail).await?.map(|kept| (kept, raw)))
    });
    read.await?.ok_or(Problem::NotFound("mail"))
}

async fn with_messages(tx: &mut Tx<'_>, mail: OutgoingMail) -> store::Result<Option<Kept>> {
    let Some(conversation) = conversations::by_id(tx, mail.conversation_id).await? else { return Ok(None) };
    let mut messages: Vec<MessageId> =
        deliveries::of_mail(tx, mail.id).await?.iter().map(|delivery| delivery.message_id).collect();
    messages.sort_unstable();
    Ok(Some(Kept { mail, display_id: conversation.display_id, messages }))
}

/// Answers a kept mail as its recipient would with a mail client: quoted history, threading headers and all. The answer
/// is accepted like any other mail.
///
/// # Errors
/// There is no such mail, or no words.
pub async fn reply(desk: &Desk, account: AccountId, id: MailId, text: &str) -> Outcome<Accepted> {
    if text.trim().is_empty() {
        return Err(Problem::invalid("text", "must not be empty"));
    }
    let (kept, raw) = show(desk, account, id).await?;
    let original = mail::parse(&raw);
    let recipient = kept.mail.envelope_to;
    let from = original.to.iter().find(|to| mail::address::same(&to.address, &recipient)).cloned();
    let from = from.unwrap_or_else(|| Mailbox::new(None, &recipient));
    let message_id =
        format!("{}@{}", desk.random.hex_128(), domain_of(&recipient).unwrap_or_else(|| "localhost".into()));
    let answer = reply_as_recipient(&original, text, &from, desk.now(), &message_id)
        .map_err(|error| Problem::Invalid(error.to_string()))?;
    let envelope = Envelope {
        ingress: INGRESS.into(),
        from: Some(recipient),
        to: answers_go_to(&original),
        ..Envelope::default()
    };
    accept(desk, envelope, answer.into()).await
}

fn answers_go_to(original: &Mail) -> Vec<String> {
    let named = if original.reply_to.is_empty() { &original.from } else { &original.reply_to };
    named.iter().map(|mailbox| mailbox.address.clone()).collect()
}
