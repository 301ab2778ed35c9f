//! The mail behind a message, as it arrived.

use crate::{Desk, Outcome, Problem, receive_mail::bytes_of};
use bytes::Bytes;
use model::ids::{AccountId, MessageId};
use store::{
    conversations, inbound_conclusions,
    inbound_mails::{self, InboundMail, Raw},
    messages,
};

/// The mail behind a message.
pub struct Original {
    /// What became of it and why.
    pub mail: InboundMail,
    /// Its bytes; `None` once they are erased.
    pub bytes: Option<Bytes>,
    /// The message's own `content_attributes`, where what was read of the mail stays.
    pub kept: model::Json,
}

/// The mail that became the message of that id in the account's conversation of that number.
///
/// # Errors
/// There is no such message, or it came by no mail.
pub async fn original(desk: &Desk, account: AccountId, display_id: i64, message: MessageId) -> Outcome<Original> {
    let found = desk.db.read::<_, Problem, _>(async move |tx| {
        let conversation = conversations::by_display_id(tx, account, display_id).await?;
        let conversation = conversation.ok_or(Problem::NotFound("conversation"))?;
        let message = messages::by_id(tx, conversation.id, message).await?.ok_or(Problem::NotFound("message"))?;
        let mail = inbound_conclusions::of_message(tx, message.id).await?.ok_or(Problem::NotFound("original"))?;
        let raw = inbound_mails::raw(tx, mail.id).await?.unwrap_or(Raw::Erased);
        Ok((mail, raw, message.content_attributes))
    });
    let (mail, raw, kept) = found.await?;
    let bytes = bytes_of(desk, &raw).await?;
    Ok(Original { mail, bytes, kept })
}
