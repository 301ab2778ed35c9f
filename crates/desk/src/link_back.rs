//! The link in our mails that leads back into the chat (contract §5): good for seven days, for its conversation alone,
//! worthless once the address it went to is revoked. [`crate::mail_unseen`] makes it and keeps only a hash of its secret.

use crate::{Desk, Outcome, Problem, mail_unseen::LINK_LIFE, signing::sha256, visitor::Visitor};
use model::{
    Timestamp,
    contact::ContactInbox,
    ids::{ConversationId, InboxId},
};
use store::{
    Tx, contact_inboxes, conversations,
    tokens::{self, TokenKind},
};

/// What a link opens.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// Names the link in tokens made from it.
    pub hash: String,
    /// Where it leads.
    pub conversation_id: ConversationId,
    /// The session the conversation stands in.
    pub session: ContactInbox,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Opens a link on the website of `inbox`.
///
/// # Errors
/// There is no such link there, or it has expired or was revoked: not said which.
pub async fn open(desk: &Desk, inbox: InboxId, secret: &str) -> Outcome<Opened> {
    let (hash, now) = (sha256(secret.as_bytes()), desk.now());
    desk.db.read(async move |tx| opened(tx, inbox, &hash, now).await?.ok_or(Problem::NotFound("link"))).await
}

/// What the link with that hash opens, while it is good; looked up with each request made through it.
///
/// # Errors
/// Storage trouble.
pub async fn opened(tx: &mut Tx<'_>, inbox: InboxId, hash: &str, now: Timestamp) -> store::Result<Option<Opened>> {
    let found = tokens::by_token(tx, hash).await?;
    let Some(token) = found.filter(|token| token.kind == TokenKind::Link && token.live(now)) else { return Ok(None) };
    let conversation = conversations::by_id(tx, token.conversation_id).await?;
    let Some(conversation) = conversation.filter(|conversation| conversation.inbox_id == inbox) else {
        return Ok(None);
    };
    let session = contact_inboxes::by_id(tx, conversation.contact_inbox_id).await?;
    Ok(session.map(|session| Opened {
        hash: token.token,
        conversation_id: conversation.id,
        session,
        expires_at: token.expires_at.unwrap_or(now + LINK_LIFE),
    }))
}

impl Opened {
    /// Whether the visitor may see the conversation without the link.
    #[must_use]
    pub fn already_open_to(&self, visitor: &Visitor) -> bool {
        visitor.only.is_none() && visitor.session.id == self.session.id
    }
}
