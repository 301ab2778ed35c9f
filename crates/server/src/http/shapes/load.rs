//! Gathers what shapes need of an entity's surroundings, within the caller's read. A page of messages takes the same
//! number of statements as one message.

use super::{
    conversation,
    message::{Parts, Wrote},
};
use model::{
    Timestamp,
    attachment::Attachment,
    contact::{Contact, ContactInbox},
    conversation::Conversation,
    delivery::Delivery,
    ids::{AccountId, ContactId, InboxId, UserId},
    inbox::Inbox,
    message::{Message, Sender},
    user::User,
};
use std::collections::{HashMap, HashSet};
use store::{
    Result, Tx, attachments, contact_inboxes, contacts, conversations, deliveries, inboxes, mail_ids, messages,
    presences, users,
};

/// What has been looked up in this read, so that nothing is looked up twice.
pub struct Loader {
    account: AccountId,
    users_here: HashSet<UserId>,
    contacts_here: HashSet<ContactId>,
    users: HashMap<UserId, Option<User>>,
    contacts: HashMap<ContactId, Option<Contact>>,
    inboxes: HashMap<InboxId, Option<Inbox>>,
}

impl Loader {
    /// A loader for one read in that account.
    ///
    /// # Errors
    /// Storage trouble.
    pub async fn new(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> Result<Self> {
        Ok(Self {
            account,
            users_here: presences::users_here(tx, account, now).await?.into_iter().collect(),
            contacts_here: presences::contacts_here(tx, account, now).await?.into_iter().collect(),
            users: HashMap::new(),
            contacts: HashMap::new(),
            inboxes: HashMap::new(),
        })
    }

    /// Whether the user has a dashboard open.
    #[must_use]
    pub fn user_here(&self, user: UserId) -> bool {
        self.users_here.contains(&user)
    }

    /// Whether the contact's widget is connected.
    #[must_use]
    pub fn contact_here(&self, contact: ContactId) -> bool {
        self.contacts_here.contains(&contact)
    }

    /// The user of that id.
    ///
    /// # Errors
    /// Storage trouble.
    pub async fn user(&mut self, tx: &mut Tx<'_>, id: UserId) -> Result<Option<User>> {
        if let Some(known) = self.users.get(&id) {
            return Ok(known.clone());
        }
        let found = users::by_id(tx, id).await?;
        self.users.insert(id, found.clone());
        Ok(found)
    }

    /// The account's contact of that id.
    ///
    /// # Errors
    /// Storage trouble.
    pub async fn contact(&mut self, tx: &mut Tx<'_>, id: ContactId) -> Result<Option<Contact>> {
        if let Some(known) = self.contacts.get(&id) {
            return Ok(known.clone());
        }
        let found = contacts::by_id(tx, self.account, id).await?;
        self.contacts.insert(id, found.clone());
        Ok(found)
    }

    /// The inbox of that id.
    ///
    /// # Errors
    /// Storage trouble.
    pub async fn inbox(&mut self, tx: &mut Tx<'_>, id: InboxId) -> Result<Option<Inbox>> {
        if let Some(known) = self.inboxes.get(&id) {
            return Ok(known.clone());
        }
        let found = inboxes::by_id(tx, id).await?;
        self.inboxes.insert(id, found.clone());
        Ok(found)
    }

    /// Who wrote a message, in full; `None` for the system and for whoever is gone.
    ///
    /// # Errors
    /// Storage trouble.
    pub async fn wrote(&mut self, tx: &mut Tx<'_>, sender: Sender) -> Result<Option<Wrote>> {
        Ok(match sender {
            Sender::Contact(id) => {
                let online = self.contact_here(id);
                self.contact(tx, id).await?.map(|contact| Wrote::Contact(Box::new(contact), online))
            }
            Sender::User(id) => {
                let online = self.user_here(id);
                self.user(tx, id).await?.map(|user| Wrote::User(Box::new(user), online))
            }
            Sender::System => None,
        })
    }

    /// A message of `conversation` with what belongs to it.
    ///
    /// # Errors
    /// Storage trouble.
    pub async fn message(&mut self, tx: &mut Tx<'_>, conversation: &Conversation, message: Message) -> Result<Parts> {
        Ok(Parts {
            display_id: conversation.display_id,
            sender: self.wrote(tx, message.sender).await?,
            files: attachments::of_message(tx, message.id).await?,
            deliveries: deliveries::of_message(tx, message.id).await?,
            message,
        })
    }

    /// A stretch of `conversation`'s messages, ascending, with what belongs to them.
    ///
    /// # Errors
    /// Storage trouble.
    pub async fn messages(
        &mut self,
        tx: &mut Tx<'_>,
        conversation: &Conversation,
        stretch: Vec<Message>,
    ) -> Result<Vec<Parts>> {
        let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else { return Ok(Vec::new()) };
        let (first, last) = (first.id, last.id);
        let mut files: HashMap<_, Vec<Attachment>> = HashMap::new();
        for file in attachments::of_stretch(tx, conversation.id, first, last).await? {
            files.entry(file.message_id).or_default().push(file);
        }
        let mut ways: HashMap<_, Vec<Delivery>> = HashMap::new();
        for way in deliveries::of_stretch(tx, conversation.id, first, last).await? {
            ways.entry(way.message_id).or_default().push(way);
        }
        let mut parts = Vec::with_capacity(stretch.len());
        for message in stretch {
            parts.push(Parts {
                display_id: conversation.display_id,
                sender: self.wrote(tx, message.sender).await?,
                files: files.remove(&message.id).unwrap_or_default(),
                deliveries: ways.remove(&message.id).unwrap_or_default(),
                message,
            });
        }
        Ok(parts)
    }

    /// A conversation with what belongs to it; `None` where its contact, session or inbox is gone meanwhile.
    ///
    /// # Errors
    /// Storage trouble.
    pub async fn conversation(
        &mut self,
        tx: &mut Tx<'_>,
        conversation: Conversation,
    ) -> Result<Option<conversation::Parts>> {
        let Some(contact) = self.contact(tx, conversation.contact_id).await? else { return Ok(None) };
        let Some(session) = contact_inboxes::by_id(tx, conversation.contact_inbox_id).await? else { return Ok(None) };
        let Some(inbox) = self.inbox(tx, conversation.inbox_id).await? else { return Ok(None) };
        let assignee = match conversation.assignee_id {
            Some(id) => self.user(tx, id).await?.map(|user| (user, self.user_here(id))),
            None => None,
        };
        let latest = match messages::latest(tx, conversation.id, true).await? {
            Some(message) => Some(self.message(tx, &conversation, message).await?),
            None => None,
        };
        let latest_said = match &latest {
            Some(parts) if said(&parts.message) => latest.clone(),
            _ => match messages::latest(tx, conversation.id, false).await? {
                Some(message) => Some(self.message(tx, &conversation, message).await?),
                None => None,
            },
        };
        let online = self.contact_here(contact.id);
        // A stranger who wrote last gets no reply.
        let party = mail_ids::latest_party(tx, conversation.id).await?;
        Ok(Some(conversation::Parts {
            unread: conversations::unread(tx, &conversation).await?,
            last_mail_to: party.filter(|address| contact.has_address(address)),
            contact: (contact, online),
            session,
            inbox,
            assignee,
            latest,
            latest_said,
            conversation,
        }))
    }

    /// A contact's sessions with their inboxes.
    ///
    /// # Errors
    /// Storage trouble.
    pub async fn sessions(&mut self, tx: &mut Tx<'_>, contact: ContactId) -> Result<Vec<(ContactInbox, Inbox)>> {
        let mut sessions = Vec::new();
        for session in contact_inboxes::of_contact(tx, contact).await? {
            if let Some(inbox) = self.inbox(tx, session.inbox_id).await? {
                sessions.push((session, inbox));
            }
        }
        Ok(sessions)
    }
}

/// Whether someone said it: no activity line, and not the card that asks for an address, which follows the first words
/// of every visitor and would hide them in lists.
fn said(message: &Message) -> bool {
    message.kind != model::message::Kind::Activity && message.content_type != "input_email"
}
