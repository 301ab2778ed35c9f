//! The short write at the end: checks again what may have changed since it was read, then message, address, Message-ID,
//! states and trace in one transaction.

use super::{
    Incoming, Received, author, opening,
    plan::{Part, Plan, Planned},
    trace::Trace,
};
use crate::{
    Desk, Outcome,
    accept_stranger::takes_part,
    append::{append, append_activity},
    strangers::called,
    verify_mail::{self, Waiting},
};
use mail::Kind as MailKind;
use model::{
    contact::Contact,
    conversation::Conversation,
    event::{Event, EventKind},
    ids::{AccountId, ContactId, ConversationId, InboundMailId, MessageId},
    inbound::InboundState,
    message::{Kind, Sender},
    status::Arrival,
    trust::{Proof, Relation, Verdict},
};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use store::{
    Tx,
    attachments::NewAttachment,
    contacts, conversations, events,
    inbound_conclusions::{self, Conclusion},
    inbound_hosts,
    inbound_mails::{self, InboundMail},
    inbound_shares::{self, Share},
    mail_ids::{self, MailId},
    messages::{self, NewMessage},
    tokens::{self, Token},
};

/// A mail with its plan and its files, which are kept already.
pub(super) type Ready = (Planned, Vec<NewAttachment>);

/// Writes what becomes of the mails, in the order in which they came; of those `None`, and nothing is written, where
/// what was read is no longer so.
///
/// # Errors
/// Storage trouble; then nothing is written of any.
pub(super) async fn conclude(desk: &Desk, mut mails: Vec<Ready>) -> Outcome<Vec<(InboundMailId, Option<Received>)>> {
    mails.sort_by_key(|(mail, _)| mail.incoming.log.id);
    desk.db
        .write(async move |tx| {
            let mut now = Now::of(tx, &mails).await?;
            messages::reserve(tx, mails.iter().map(|(mail, _)| mail.parts().len()).sum()).await?;
            let mut concluded = Vec::new();
            for (mail, files) in &mails {
                concluded.push((mail.incoming.log.id, whole(tx, mail, files, &mut now).await?));
            }
            Ok(concluded)
        })
        .await
}

/// How things stand now that the conversations are locked, read for all mails at once and kept up to date.
#[derive(Default)]
struct Now {
    /// Every conversation that is written to.
    conversations: HashMap<ConversationId, Conversation>,
    tokens: HashMap<String, Token>,
    contacts: HashMap<ContactId, Contact>,
    /// What is known of the mails' own Message-IDs.
    known: Vec<MailId>,
}

impl Now {
    async fn of(tx: &mut Tx<'_>, mails: &[Ready]) -> store::Result<Self> {
        let parts = || mails.iter().flat_map(|(mail, _)| mail.parts()).filter(|part| part.route.opening.is_none());
        let ids: BTreeSet<ConversationId> = parts().map(|part| part.route.conversation.id).collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let digits = parts().filter_map(|part| Some(part.route.token.as_ref()?.token.clone())).collect();
        let people = parts().map(|part| part.route.contact.id).collect();
        let headers = mails.iter().map(|(mail, _)| mail.incoming.read.mail.message_id.clone()).collect();
        Ok(Self {
            conversations: conversations::lock_all(tx, &ids).await?.into_iter().map(|row| (row.id, row)).collect(),
            tokens: tokens::among(tx, &digits).await?.into_iter().map(|row| (row.token.clone(), row)).collect(),
            contacts: contacts::among(tx, &people).await?.into_iter().map(|row| (row.id, row)).collect(),
            known: mail_ids::among(tx, &headers).await?,
        })
    }

    /// Whether the conversation is gone, the token has been revoked, or the contact's addresses have changed, since they
    /// were read.
    fn differs(&self, part: &Part, incoming: &Incoming) -> bool {
        let route = &part.route;
        if route.opening.is_some() {
            return false;
        }
        let live = |token: &Token| self.tokens.get(&token.token).is_some_and(|token| token.live(incoming.now));
        let is = self.contacts.get(&route.contact.id);
        let same = is.is_some_and(|is| {
            is.email == route.contact.email && is.additional_emails == route.contact.additional_emails
        });
        !self.conversations.contains_key(&route.conversation.id)
            || route.token.as_ref().is_some_and(|token| !live(token))
            || !same
    }
}

async fn whole(
    tx: &mut Tx<'_>,
    mail: &Planned,
    files: &[NewAttachment],
    now: &mut Now,
) -> store::Result<Option<Received>> {
    let (incoming, mut trace) = (&mail.incoming, mail.trace.clone());
    if let Plan::Nowhere { state, reason, account } = mail.plan {
        return finish(tx, incoming, account, state, reason, trace).await.map(Some);
    }
    if mail.parts().iter().any(|part| now.differs(part, incoming)) {
        return Ok(None);
    }
    for part in mail.parts() {
        if opening::is_late(tx, incoming, part).await? {
            return Ok(None);
        }
    }
    let mut concluded: Vec<(AccountId, Conclusion)> = Vec::new();
    for part in mail.parts() {
        let begun;
        let part = match (&part.route.opening, part.verdict.verdict) {
            (Some(_), Verdict::Hold(reason)) => {
                let (account, words) = (part.route.conversation.account_id, reason.to_owned());
                trace.note_in(account, format!("{}: held: {reason}", part.route.called));
                concluded.push((account, held(incoming, words)));
                continue;
            }
            (Some(opening), _) => {
                begun = opening::begin(tx, incoming, part, opening).await?;
                let conversation = begun.route.conversation.clone();
                now.conversations.insert(conversation.id, conversation);
                &begun
            }
            (None, _) => part,
        };
        let conclusion = one(tx, incoming, part, now, files).await?;
        let account = part.route.conversation.account_id;
        let words = format!("{}: {}: {}", part.route.called, conclusion.state.as_str(), conclusion.reason);
        trace.note_in(account, words);
        inbound_conclusions::set(tx, &conclusion).await?;
        concluded.push((account, conclusion));
    }
    let Some(worst) = worst(concluded.iter().map(|(_, conclusion)| conclusion)) else { return Ok(None) };
    if incoming.unverified() {
        let verifies = mail.parts().iter().filter(|part| part.verdict.verifies);
        let verifies = verifies.map(|part| part.route.conversation.id).collect();
        verify_mail::later(tx, &Waiting { id: incoming.log.id, verifies }, incoming.now).await?;
    }
    let whose = Whose::of(&concluded);
    finish(tx, incoming, whose, worst.state, &worst.reason, trace).await.map(Some)
}

/// Keeps the state of the mail as a whole and tells the account's followers.
///
/// # Errors
/// Storage trouble.
pub(super) async fn finish(
    tx: &mut Tx<'_>,
    incoming: &Incoming,
    whose: impl Into<Whose>,
    state: InboundState,
    reason: &str,
    trace: Trace,
) -> store::Result<Received> {
    let whose = whose.into();
    let mail = &incoming.read.mail;
    let mut recipients: Vec<String> = mail.recipients.iter().map(|to| to.address.to_lowercase()).collect();
    recipients.sort_unstable();
    recipients.dedup();
    recipients.truncate(100);
    let concluded = InboundMail {
        account_id: whose.account(),
        state,
        reason: reason.to_owned(),
        trace: trace.lines(whose.account()),
        kind: Some(incoming.read.classified.kind.as_str().to_owned()),
        message_id_header: Some(mail.message_id.clone()),
        from_address: mail.author().map(|author| author.address.clone()),
        recipients,
        subject: mail.subject.clone(),
        processed_at: Some(incoming.now),
        verdicts: incoming.verdicts.get().map_or(model::Json::Null, |verdicts| json!(verdicts)),
        ..incoming.log.clone()
    };
    inbound_mails::conclude(tx, &concluded).await?;
    if incoming.log.processed_at.is_some() {
        inbound_shares::forget(tx, incoming.log.id).await?;
        inbound_hosts::forget(tx, incoming.log.id).await?;
    }
    match whose {
        Whose::Nobody => inbound_hosts::note(tx, &concluded).await?,
        Whose::Account(account) => tell(tx, incoming, account, state).await?,
        Whose::Several(shares) => {
            for (account, state, reason) in shares {
                let trace = trace.lines(Some(account));
                let (inbound_mail_id, raw) = (incoming.log.id, true);
                let share = Share { account_id: account, inbound_mail_id, state, reason, trace, raw };
                inbound_shares::set(tx, &share).await?;
                tell(tx, incoming, account, state).await?;
            }
        }
    }
    Ok(Received { state, reason: reason.to_owned() })
}

async fn tell(tx: &mut Tx<'_>, incoming: &Incoming, account: AccountId, state: InboundState) -> store::Result<()> {
    let event = Event::new(EventKind::InboundMailUpdated, account, incoming.now);
    events::record(tx, &event.data(json!({"id": incoming.log.id, "state": state.as_str()}))).await
}

/// In whose log a mail stands.
pub(super) enum Whose {
    /// Nobody's: those see it to whose host it was addressed.
    Nobody,
    /// That account's.
    Account(AccountId),
    /// Of several accounts, with what became of it in each and why.
    Several(Vec<(AccountId, InboundState, String)>),
}

impl Whose {
    fn of(concluded: &[(AccountId, Conclusion)]) -> Self {
        let mut accounts: Vec<AccountId> = concluded.iter().map(|(account, _)| *account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        if let [account] = accounts[..] {
            return Self::Account(account);
        }
        let share = |account| {
            let own = concluded.iter().filter(|(of, _)| *of == account).map(|(_, conclusion)| conclusion);
            worst(own).map(|worst| (account, worst.state, worst.reason.clone()))
        };
        Self::Several(accounts.into_iter().filter_map(share).collect())
    }

    fn account(&self) -> Option<AccountId> {
        match self {
            Self::Account(account) => Some(*account),
            Self::Nobody | Self::Several(_) => None,
        }
    }
}

impl From<Option<AccountId>> for Whose {
    fn from(account: Option<AccountId>) -> Self {
        account.map_or(Self::Nobody, Self::Account)
    }
}

/// What is to be said of a mail that would have begun a conversation, and is held: there is none that it is held for.
fn held(incoming: &Incoming, reason: String) -> Conclusion {
    let (inbound_mail_id, conversation_id) = (incoming.log.id, ConversationId(0));
    Conclusion { inbound_mail_id, conversation_id, state: InboundState::Held, reason, message_id: None }
}

/// The first of the worst.
fn worst<'c>(conclusions: impl Iterator<Item = &'c Conclusion>) -> Option<&'c Conclusion> {
    conclusions.reduce(|worst, next| if worst.state < next.state { next } else { worst })
}

async fn one(
    tx: &mut Tx<'_>,
    incoming: &Incoming,
    part: &Part,
    now: &mut Now,
    files: &[NewAttachment],
) -> store::Result<Conclusion> {
    let mail = &incoming.read.mail;
    let concluded = |state, reason: &str, message_id| Conclusion {
        inbound_mail_id: incoming.log.id,
        conversation_id: part.route.conversation.id,
        state,
        reason: reason.to_owned(),
        message_id,
    };
    if let Verdict::Hold(reason) = part.verdict.verdict {
        return Ok(concluded(InboundState::Held, reason, None));
    }
    let Some(conversation) = now.conversations.get_mut(&part.route.conversation.id) else {
        return Err(store::Error::Conflict("the conversation is gone".into()));
    };
    let here = |known: &&MailId| known.conversation_id == conversation.id && known.header == mail.message_id;
    let known: Vec<MailId> = now.known.iter().filter(here).cloned().collect();
    if let Some(same) = known.iter().find(|known| known.text_hash == part.letter.text_hash) {
        let reason = "the same mail came before by another road; it stands in the conversation once";
        return Ok(concluded(InboundState::Delivered, reason, same.message_id));
    }
    let message = write_message(tx, incoming, part, conversation, files, !known.is_empty()).await?;
    let id = MailId {
        account_id: conversation.account_id,
        conversation_id: conversation.id,
        header: mail.message_id.clone(),
        text_hash: part.letter.text_hash.clone(),
        outgoing: false,
        party: author::shortened(incoming.from(), author::LONGEST_ADDRESS),
        message_id: Some(message),
        at: incoming.now,
    };
    mail_ids::record(tx, &id).await?;
    now.known.push(id);
    if part.verdict.verifies && !incoming.unverified() {
        author::verify(tx, &part.route.contact, incoming.from(), incoming.now).await?;
    }
    let reason = match (part.verdict.verdict, known.is_empty()) {
        (Verdict::AppendWithheld, _) => "from someone who takes no part: shown to agents only until one accepts it",
        _ if part.verdict.accepted_by.is_some() => "accepted by hand: appended under its author's own name",
        (_, false) => "appended as another version of a mail that came before",
        _ if part.route.proof == Proof::Opening => "began a conversation",
        _ => "appended to the conversation",
    };
    Ok(concluded(InboundState::Delivered, reason, Some(message)))
}

async fn write_message(
    tx: &mut Tx<'_>,
    incoming: &Incoming,
    part: &Part,
    conversation: &mut Conversation,
    files: &[NewAttachment],
    another_version: bool,
) -> store::Result<MessageId> {
    let withheld = part.verdict.verdict == Verdict::AppendWithheld;
    let (sender, blocked) = author::sender(tx, incoming, part).await?;
    let mut attributes = part.letter.attributes.clone();
    if another_version && let Some(fields) = attributes.as_object_mut() {
        fields.insert("another_version".into(), true.into());
    }
    let acceptance = incoming.accepted_in(conversation.account_id).filter(|_| part.verdict.accepted_by.is_some());
    if let (Some(acceptance), Sender::Contact(author), Relation::Participant) =
        (acceptance, sender, part.verdict.relation)
        && let Some(author) = contacts::by_id(tx, conversation.account_id, author).await?
    {
        takes_part(tx, conversation, &author, &acceptance.fresh, incoming.now).await?;
    }
    let kind = if matches!(sender, Sender::User(_)) { Kind::Outgoing } else { Kind::Incoming };
    let new = NewMessage {
        content: part.letter.content.clone(),
        content_type: "incoming_email".into(),
        content_attributes: attributes,
        withheld,
        // What nobody proved to be an agent's goes to nobody outside.
        private: acceptance.is_some() && matches!(sender, Sender::User(_)),
        source_id: Some(incoming.read.mail.message_id.clone()),
        ..NewMessage::text(conversation, kind, sender, "")
    };
    let human = matches!(incoming.read.classified.kind, MailKind::Human | MailKind::List);
    let arrival = Arrival { human, takes_part: !withheld, blocked: blocked || part.route.contact.blocked };
    let message = append(tx, conversation, &new, files, Some(arrival), incoming.now).await?;
    if let Some(acceptance) = acceptance {
        let words = format!("{} accepted {}", acceptance.name, called(&message.content_attributes["author"]));
        append_activity(tx, conversation, &words, incoming.now).await?;
    }
    Ok(message.id)
}
