//! A visitor of a website, as their token proves them: which session, and which conversation they go on with.

use crate::{Outcome, Problem};
use model::{
    contact::{Contact, ContactInbox},
    conversation::Conversation,
    ids::{AccountId, ConversationId},
};
use store::{Tx, contact_inboxes, contacts, conversations};

/// A visitor, as their token proves them.
#[derive(Clone, Debug, PartialEq)]
pub struct Visitor {
    /// The inbox's account.
    pub account_id: AccountId,
    /// The session.
    pub session: ContactInbox,
    /// They came by a link in a mail, which lets them into this conversation alone (contract §5).
    pub only: Option<ConversationId>,
    /// They name the conversation themselves, as callers of the client API do; see [`Visitor::at`].
    pub at: Option<ConversationId>,
}

impl Visitor {
    /// The conversation the widget goes on with: the session's latest, or the latest of all sessions for whom the site
    /// vouched (reference §3.4), or the one a link led to, or the one they named.
    ///
    /// # Errors
    /// Storage trouble.
    pub async fn conversation(&self, tx: &mut Tx<'_>) -> store::Result<Option<Conversation>> {
        if let Some(named) = self.only.or(self.at) {
            return conversations::by_id(tx, named).await;
        }
        if self.session.hmac_verified {
            return conversations::latest_of_verified(tx, self.session.contact_id, self.session.inbox_id).await;
        }
        conversations::latest_of_session(tx, self.session.id).await
    }

    /// The visitor in the conversation of that number: one of the session's, or of any session for which the site vouched
    /// if it did for this one.
    ///
    /// # Errors
    /// There is no such conversation, or it is not theirs.
    pub async fn at(&self, tx: &mut Tx<'_>, number: i64) -> Outcome<Self> {
        let missing = || Problem::NotFound("conversation");
        let found = conversations::by_display_id(tx, self.account_id, number).await?.ok_or_else(missing)?;
        let home = contact_inboxes::by_id(tx, found.contact_inbox_id).await?.ok_or_else(missing)?;
        let same_person = home.hmac_verified
            && self.session.hmac_verified
            && home.contact_id == self.session.contact_id
            && home.inbox_id == self.session.inbox_id;
        if home.id != self.session.id && !same_person {
            return Err(missing());
        }
        Ok(Self { at: Some(found.id), ..self.clone() })
    }

    /// The same, locked, for a unit that changes it.
    ///
    /// # Errors
    /// There is none, or storage trouble.
    pub(crate) async fn locked_conversation(&self, tx: &mut Tx<'_>) -> Outcome<Conversation> {
        let missing = || Problem::NotFound("conversation");
        let found = self.conversation(tx).await?.ok_or_else(missing)?;
        conversations::lock(tx, found.id).await?.ok_or_else(missing)
    }

    /// Who they are, as far as known. Read anew, because the session may have been given to another contact.
    ///
    /// # Errors
    /// The contact was deleted, or storage trouble.
    pub async fn contact(&self, tx: &mut Tx<'_>) -> Outcome<Contact> {
        let missing = || Problem::NotFound("contact");
        let session = contact_inboxes::by_id(tx, self.session.id).await?.ok_or_else(missing)?;
        contacts::by_id(tx, self.account_id, session.contact_id).await?.ok_or_else(missing)
    }

    /// Whether what is known of their contact is theirs to read and to change: not through a link in a mail, and not in
    /// a session for which the site never vouched once it vouches for the contact in another.
    ///
    /// # Errors
    /// Storage trouble.
    pub async fn owns(&self, tx: &mut Tx<'_>, contact: &Contact) -> store::Result<bool> {
        if self.only.is_some() {
            return Ok(false);
        }
        let sessions = contact_inboxes::of_contact(tx, contact.id).await?;
        let (own, others): (Vec<_>, Vec<_>) = sessions.iter().partition(|session| session.id == self.session.id);
        let vouched = |sessions: &[&ContactInbox]| sessions.iter().any(|session| session.hmac_verified);
        Ok(vouched(&own) || !vouched(&others))
    }

    /// Their contact, to be changed.
    ///
    /// # Errors
    /// It is not theirs to change, or was deleted.
    pub(crate) async fn own_contact(&self, tx: &mut Tx<'_>) -> Outcome<Contact> {
        self.whole_session()?;
        let contact = self.contact(tx).await?;
        if self.owns(tx, &contact).await? {
            return Ok(contact);
        }
        Err(Problem::Forbidden("The site vouches for this person, but not in this session"))
    }

    /// Refuses what a link in a mail does not open: it may have been forwarded.
    pub fn whole_session(&self) -> Outcome<()> {
        match self.only {
            None => Ok(()),
            Some(_) => Err(Problem::Forbidden("A link from a mail opens its conversation only")),
        }
    }
}
