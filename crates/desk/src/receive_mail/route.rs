//! Which conversations a mail belongs to. First that matches: a live token in any recipient header; a known Message-ID
//! in In-Reply-To, then in References; an e-mail inbox, where it begins a new one; else none (contract §6.4).

use super::{
    Incoming, UnderWay,
    attribute::{claimed, proof},
    opening::{self, Opening},
    trace::{Trace, shown},
};
use crate::{Desk, House, Outcome, letter::words::Words, own_addresses};
use mail::{Kind, Recipient, RecipientSource, address, reply::Hints, threading::OwnId};
use model::{
    account::Account,
    contact::Contact,
    conversation::Conversation,
    ids::{AccountId, ContactId, ConversationId, InboxId},
    inbound::InboundState,
    inbox::Inbox,
    trust::{Claimed, Proof},
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};
use store::{
    Tx, accounts, contacts, conversations, inboxes, mail_ids, messages,
    tokens::{self, Token, TokenKind},
    users,
};

/// Most ids of References that are looked up, the latest ones.
const MOST_REFERENCES: usize = 40;
/// How many of our messages history is compared with.
const RECENT: i64 = 30;

/// Where a mail goes.
pub(super) enum Routed {
    /// To these conversations, each once.
    To(Vec<Route>),
    /// To none.
    Nowhere {
        /// `Ignored` or `Unrouted`.
        state: InboundState,
        /// Why.
        reason: &'static str,
        /// Whose mail it seems to be.
        account: Option<AccountId>,
    },
}

/// One conversation that a mail goes to, and what is known there of its author.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) conversation: Conversation,
    pub(super) contact: Contact,
    pub(super) inbox: Inbox,
    /// The token that led here; checked again before anything is written.
    pub(super) token: Option<Token>,
    pub(super) proof: Proof,
    pub(super) claimed: Claimed,
    /// For the extraction: our own addresses and words.
    pub(super) hints: Hints,
    /// How the trace calls the conversation.
    pub(super) called: String,
    /// The conversation begins with this mail; until it is written, it and a new contact have no ids.
    pub(super) opening: Option<Opening>,
    /// It came out of a mailbox of another account.
    pub(super) foreign: bool,
}

/// Finds the conversations of each mail, in order.
///
/// # Errors
/// Storage trouble.
pub(super) async fn route(desk: &Desk, mails: &[UnderWay]) -> Outcome<Vec<(Arc<Incoming>, Trace, Routed)>> {
    let (mails, house) = (mails.to_vec(), desk.house.clone());
    let fresh: Vec<Opening> = mails.iter().map(|_| Opening::new(&*desk.random)).collect();
    desk.db
        .read(async move |tx| {
            let mut seen = Seen::of(tx, &mails).await?;
            let mut found = Vec::new();
            for (mail, fresh) in mails.iter().zip(&fresh) {
                let mut trace = mail.trace.clone();
                let routed = find(tx, &house, &mail.incoming, fresh, &mut seen, &mut trace).await?;
                found.push((mail.incoming.clone(), trace, routed));
            }
            Ok(found)
        })
        .await
}

/// What mails of one read have in common, each looked up once.
#[derive(Default)]
pub(super) struct Seen {
    /// Every token that a mail names.
    tokens: HashMap<String, Token>,
    conversations: HashMap<ConversationId, Option<Conversation>>,
    contacts: HashMap<ContactId, Option<Contact>>,
    accounts: HashMap<AccountId, Option<Account>>,
    inboxes: HashMap<InboxId, Option<Inbox>>,
}

impl Seen {
    /// What the mails' tokens lead to, in three look-ups for all of them.
    async fn of(tx: &mut Tx<'_>, mails: &[UnderWay]) -> store::Result<Self> {
        let named = mails.iter().map(|mail| &mail.incoming.read.mail);
        let named = named.flat_map(|mail| mail.reply_tokens().into_iter().chain(mail.bounce_tokens()));
        let digits: BTreeSet<String> = named.map(|(token, _)| token.as_str().to_owned()).collect();
        let mut seen = Self::default();
        if digits.is_empty() {
            return Ok(seen);
        }
        seen.tokens = tokens::among(tx, &digits).await?.into_iter().map(|token| (token.token.clone(), token)).collect();
        let places: BTreeSet<ConversationId> = seen.tokens.values().map(|token| token.conversation_id).collect();
        for conversation in conversations::among(tx, &places).await? {
            seen.conversations.insert(conversation.id, Some(conversation));
        }
        let people = seen.conversations.values().flatten().map(|conversation| conversation.contact_id).collect();
        for contact in contacts::among(tx, &people).await? {
            seen.contacts.insert(contact.id, Some(contact));
        }
        Ok(seen)
    }

    async fn conversation(&mut self, tx: &mut Tx<'_>, id: ConversationId) -> store::Result<Option<Conversation>> {
        if let Some(known) = self.conversations.get(&id) {
            return Ok(known.clone());
        }
        let found = conversations::by_id(tx, id).await?;
        self.conversations.insert(id, found.clone());
        Ok(found)
    }

    async fn contact(&mut self, tx: &mut Tx<'_>, of: &Conversation) -> store::Result<Option<Contact>> {
        if let Some(known) = self.contacts.get(&of.contact_id) {
            return Ok(known.clone());
        }
        let found = contacts::by_id(tx, of.account_id, of.contact_id).await?;
        self.contacts.insert(of.contact_id, found.clone());
        Ok(found)
    }

    async fn account(&mut self, tx: &mut Tx<'_>, id: AccountId) -> store::Result<Option<Account>> {
        if let Some(known) = self.accounts.get(&id) {
            return Ok(known.clone());
        }
        let found = accounts::by_id(tx, id).await?;
        self.accounts.insert(id, found.clone());
        Ok(found)
    }

    pub(super) async fn inbox(&mut self, tx: &mut Tx<'_>, id: InboxId) -> store::Result<Option<Inbox>> {
        if let Some(known) = self.inboxes.get(&id) {
            return Ok(known.clone());
        }
        let found = inboxes::by_id(tx, id).await?;
        self.inboxes.insert(id, found.clone());
        Ok(found)
    }
}

async fn find(
    tx: &mut Tx<'_>,
    house: &House,
    incoming: &Incoming,
    fresh: &Opening,
    seen: &mut Seen,
    trace: &mut Trace,
) -> Outcome<Routed> {
    let (mut places, once) = by_token(incoming, seen, trace);
    if places.is_empty() {
        places = by_message_id(tx, incoming, trace).await?.into_iter().collect();
    }
    let mailbox = match incoming.transport.inbox {
        Some(inbox) => seen.inbox(tx, inbox).await?,
        None => None,
    };
    let mut led_to = Vec::new();
    for (id, tokens) in places {
        let found = seen.conversation(tx, id).await?.filter(|conversation| {
            let own = mailbox.as_ref().is_none_or(|mailbox| mailbox.account_id == conversation.account_id);
            // A token is its own proof; a Message-ID out of another account's mailbox is anybody's.
            own || !tokens.is_empty()
        });
        led_to.extend(found.map(|conversation| (conversation, tokens)));
    }
    let openings =
        if led_to.is_empty() { opening::inboxes_of(tx, incoming, mailbox.as_ref(), trace).await? } else { Vec::new() };
    let account = led_to.first().map(|(conversation, _)| conversation.account_id);
    let account = account.or(openings.first().map(|inbox| inbox.account_id));
    if let Some(reason) = ignored(tx, house, incoming, seen, account).await? {
        trace.note(reason);
        return Ok(Routed::Nowhere { state: InboundState::Ignored, reason, account });
    }
    let mut routes = Vec::new();
    for (conversation, tokens) in led_to {
        let foreign = mailbox.as_ref().is_some_and(|mailbox| mailbox.account_id != conversation.account_id);
        let route = describe(tx, house, incoming, seen, conversation, &tokens).await?;
        routes.extend(route.map(|route| Route { foreign, ..route }));
    }
    for inbox in openings {
        match opening::begun_before(tx, incoming, &inbox).await? {
            Some(conversation) => {
                let route = describe(tx, house, incoming, seen, conversation, &[]).await?;
                routes.extend(route.map(|route| Route { proof: Proof::Opening, ..route }));
            }
            None => routes.extend(opening::open(tx, house, incoming, inbox, fresh.clone()).await?),
        }
    }
    if routes.is_empty() {
        let reason =
            "no reply address of ours, no known Message-ID and no inbox's address: it belongs to no conversation";
        trace.note(reason);
        return Ok(Routed::Nowhere { state: InboundState::Unrouted, reason, account: once });
    }
    Ok(Routed::To(routes))
}

/// A conversation and the tokens that lead into it; none where a Message-ID does.
type Place = (ConversationId, Vec<Token>);

/// The conversations that live tokens lead to; and whose the first revoked one was, which makes the mail theirs even if
/// it leads nowhere.
fn by_token(incoming: &Incoming, known: &Seen, trace: &mut Trace) -> (Vec<Place>, Option<AccountId>) {
    let mail = &incoming.read.mail;
    let mut named = mail.reply_tokens();
    // Automatic answers go to the envelope sender (RFC 3834 §4), which is our bounce address.
    let to_bounce = incoming.read.classified.kind.is_automatic();
    named.extend(if to_bounce { mail.bounce_tokens() } else { Vec::new() });
    for header in in_vain(&mail.recipients, &named) {
        trace.note(format!("looked at {header}: no reply address"));
    }
    let (mut places, mut once): (Vec<Place>, _) = (Vec::new(), None);
    for (digits, source) in named {
        let (seen, header) = (shown(digits.as_str()), source.as_str());
        let found = known.tokens.get(digits.as_str()).cloned();
        let Some(token) = found.filter(|token| routes(token.kind, to_bounce)) else {
            trace.note(format!("{header}: the reply address {seen} is not one of ours"));
            continue;
        };
        if !token.live(incoming.now) {
            trace.note_in(token.account_id, format!("{header}: the reply address {seen} has been revoked"));
            once = once.or(Some(token.account_id));
            continue;
        }
        let words = format!("{header}: the reply address {seen}, given to {}", owner(&token));
        trace.note_in(token.account_id, words);
        match places.iter_mut().find(|place| place.0 == token.conversation_id) {
            Some(place) => place.1.push(token),
            None => places.push((token.conversation_id, vec![token])),
        }
    }
    (places, once)
}

/// The headers that name recipients but no reply address, each once, in the order in which they are looked at.
fn in_vain(recipients: &[Recipient], named: &[(address::Token, RecipientSource)]) -> Vec<&'static str> {
    let mut looked: Vec<RecipientSource> = recipients.iter().map(|recipient| recipient.source).collect();
    looked.sort_unstable();
    looked.dedup();
    looked.retain(|source| named.iter().all(|(_, found)| found != source));
    looked.into_iter().map(RecipientSource::as_str).collect()
}

fn routes(kind: TokenKind, to_bounce: bool) -> bool {
    match kind {
        TokenKind::Reply | TokenKind::Agent | TokenKind::Imported => true,
        TokenKind::Bounce => to_bounce,
        TokenKind::Link => false,
    }
}

fn owner(token: &Token) -> String {
    match token.kind {
        TokenKind::Imported => "someone by an imported system".into(),
        _ if token.address.is_empty() => "someone".into(),
        _ => token.address.clone(),
    }
}

async fn by_message_id(tx: &mut Tx<'_>, incoming: &Incoming, trace: &mut Trace) -> Outcome<Option<Place>> {
    let mail = &incoming.read.mail;
    let answered = mail.in_reply_to.iter().map(|id| ("In-Reply-To", id));
    let thread = mail.references.iter().rev().take(MOST_REFERENCES).map(|id| ("References", id));
    for (header, id) in answered.chain(thread) {
        if let Some(conversation) = knows(tx, incoming, id).await? {
            let words = format!("{header}: {id} is a mail of conversation #{}", conversation.display_id);
            trace.note_in(conversation.account_id, words);
            return Ok(Some((conversation.id, Vec::new())));
        }
    }
    match (mail.in_reply_to.len(), mail.references.len()) {
        (0, 0) => trace.note("no In-Reply-To and no References: it answers no mail by its Message-ID"),
        (answered, thread) => {
            trace.note(format!("looked at In-Reply-To ({answered}) and References ({thread}): no Message-ID of ours"));
        }
    }
    Ok(None)
}

/// The conversation that knows this Message-ID; of several the one whose contact wrote this mail, else the first.
async fn knows(tx: &mut Tx<'_>, incoming: &Incoming, id: &str) -> Outcome<Option<Conversation>> {
    let from = incoming.from();
    let mut first = None;
    for known in mail_ids::by_header(tx, id).await? {
        let Some(conversation) = conversations::by_id(tx, known.conversation_id).await? else { continue };
        let contact = contacts::by_id(tx, conversation.account_id, conversation.contact_id).await?;
        if contact.is_some_and(|contact| contact.has_address(from)) {
            return Ok(Some(conversation));
        }
        first = first.or(Some(conversation));
    }
    let Some(own) = OwnId::parse(id).filter(|_| first.is_none()) else { return Ok(first) };
    let found = conversations::by_uuid(tx, own.conversation()).await?;
    Ok(found.filter(|conversation| match &own {
        OwnId::Conversation { account, .. } => conversation.account_id.0 == *account,
        OwnId::Message { .. } => true,
    }))
}

/// Why nobody is to read this mail, if so.
async fn ignored(
    tx: &mut Tx<'_>,
    house: &House,
    incoming: &Incoming,
    seen: &mut Seen,
    account: Option<AccountId>,
) -> Outcome<Option<&'static str>> {
    if incoming.read.classified.kind == Kind::Receipt {
        return Ok(Some("a read receipt"));
    }
    let id = &incoming.read.mail.message_id;
    // Ours all look alike; nobody else's has to be looked for.
    if OwnId::parse(id).is_some() && mail_ids::by_header(tx, id).await?.iter().any(|known| known.outgoing) {
        return Ok(Some("our own mail, come back: its Message-ID is ours"));
    }
    let from = incoming.from();
    let account = match account {
        Some(id) => seen.account(tx, id).await?,
        None => None,
    };
    let inboxes_own = inboxes::by_address(tx, from).await?.and_then(|inbox| Some(inbox.email()?.address.clone()));
    let inboxes_own = inboxes_own.is_some_and(|own| address::same(&own, from));
    if (inboxes_own || own_addresses::is_of(account.as_ref(), house, from))
        && users::by_email(tx, &from.to_lowercase()).await?.is_none()
    {
        return Ok(Some("our own mail, come back: it is from an address of this installation"));
    }
    Ok(None)
}

async fn describe(
    tx: &mut Tx<'_>,
    house: &House,
    incoming: &Incoming,
    seen: &mut Seen,
    conversation: Conversation,
    led_by: &[Token],
) -> Outcome<Option<Route>> {
    let contact = seen.contact(tx, &conversation).await?;
    let inbox = seen.inbox(tx, conversation.inbox_id).await?;
    let (Some(contact), Some(inbox)) = (contact, inbox) else { return Ok(None) };
    let from = incoming.from();
    let claimed = claims(tx, &conversation, &contact, from).await?;
    let own = led_by.iter().find(|token| token.address.eq_ignore_ascii_case(from));
    let token = own.or_else(|| led_by.first()).cloned();
    let sent = messages::recent_outgoing(tx, conversation.id, RECENT).await?;
    let account = seen.account(tx, conversation.account_id).await?;
    let domain = account.as_ref().and_then(|account| account.inbound_domain(house.inbound_domain.as_deref()));
    let reply = domain.zip(token.as_ref()).map(|(domain, token)| format!("reply+{}@{domain}", token.token));
    let own = inbox.email().map(|email| email.address.as_str());
    let own = own.or(account.as_ref().and_then(|account| account.support_email.as_deref()));
    let sender = address::bare(own.unwrap_or(&house.sender)).to_owned();
    let addresses = [Some(sender), reply].into_iter().flatten().collect();
    let phrases = account.as_ref().map(|account| Words::of(&account.locale).phrases()).unwrap_or_default();
    let hints = Hints { addresses, sent, phrases, ..Hints::default() };
    Ok(Some(Route {
        called: format!("conversation #{}", conversation.display_id),
        proof: proof(token.as_ref(), &contact, from),
        claimed,
        conversation,
        contact,
        inbox,
        token,
        hints,
        opening: None,
        foreign: false,
    }))
}

/// Whose address `from` is; nobody else is looked for where it is the contact's.
async fn claims(tx: &mut Tx<'_>, conversation: &Conversation, contact: &Contact, from: &str) -> Outcome<Claimed> {
    if contact.has_address(from) {
        return Ok(claimed(contact, None, false, from));
    }
    let known = tokens::of_conversation(tx, conversation.id).await?;
    let written_to = mail_ids::thread(tx, conversation.id, from, 200).await?.iter().any(|known| known.outgoing)
        || known.iter().any(|token| token.kind == TokenKind::Reply && token.address.eq_ignore_ascii_case(from));
    let user = match users::by_email(tx, &from.to_lowercase()).await? {
        Some(user) => users::role_in(tx, conversation.account_id, user.id).await?.map(|_| user.id),
        None => None,
    };
    Ok(claimed(contact, user, written_to, from))
}
