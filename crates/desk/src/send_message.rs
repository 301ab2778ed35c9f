//! An agent writes into a conversation: the message, its planned mails and the job that looks after them, in one
//! transaction (contract §4).

mod carried;

use crate::{
    Desk, House, Outcome, Problem,
    append::{append, append_activity},
    mail_unseen,
    own_addresses::is_own,
};
use carried::Outing;
pub(crate) use carried::greet_on_channel;
use mail::address::is_address;
use model::{
    Json, Timestamp,
    contact::Contact,
    continuity::{self, Plan, Refusal, Situation, Way},
    conversation::Conversation,
    delivery::DeliveryState,
    ids::{AccountId, MessageId, UserId},
    message::{Kind, Message, Sender},
};
use serde_json::json;
use store::{
    Tx,
    attachments::NewAttachment,
    contacts, conversations,
    deliveries::{self, NewDelivery},
    inboxes, mail_ids,
    messages::{self, Audience, NewMessage},
    suppressions,
};

/// What an agent wrote.
#[derive(Clone, Debug, Default)]
pub struct NewReply {
    /// The words; none where there are only files.
    pub content: Option<String>,
    /// A note among agents.
    pub private: bool,
    /// How it goes out.
    pub way: Way,
    /// Files, in the blob store already.
    pub files: Vec<NewAttachment>,
    /// The client's own id; sent again with the same one, it is the same message.
    pub echo_id: Option<String>,
    /// Recipients of the mail instead of the person; empty for the person.
    pub to_emails: Vec<String>,
    /// Recipients of copies.
    pub cc_emails: Vec<String>,
    /// Recipients of copies that the others do not see.
    pub bcc_emails: Vec<String>,
    /// Details for `content_attributes`; an object or null. `template_params` there is a template of the provider's.
    pub content_attributes: Json,
}

/// Appends what `by` wrote to the account's conversation of that number, and plans its mails. Sent again with the same
/// `echo_id`, it is the message that was made.
///
/// # Errors
/// There is no such conversation; nothing was written; `email` was asked for where no mail can go; an address is none,
/// or is one of ours.
pub async fn send_message(
    desk: &Desk,
    account: AccountId,
    display_id: i64,
    by: UserId,
    new: NewReply,
) -> Outcome<Message> {
    let new = check(new)?;
    let house = desk.house.clone();
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            let found = conversations::by_display_id(tx, account, display_id).await?;
            let id = found.ok_or(Problem::NotFound("conversation"))?.id;
            let mut conversation = conversations::lock(tx, id).await?.ok_or(Problem::NotFound("conversation"))?;
            match written_before(tx, &conversation, by, &new).await? {
                Some(message) => Ok(message),
                None => write(tx, &house, &mut conversation, by, &new, now).await,
            }
        })
        .await
}

/// The same message sent again by the same agent, because its first answer was lost on the way.
async fn written_before(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    by: UserId,
    new: &NewReply,
) -> Outcome<Option<Message>> {
    let Some(echo_id) = new.echo_id.as_deref().filter(|echo_id| !echo_id.is_empty()) else { return Ok(None) };
    let latest = messages::last_before(tx, conversation.id, MessageId(i64::MAX), 50, Audience::Agents).await?;
    let same = |message: &Message| message.sender == Sender::User(by) && message.echo_id.as_deref() == Some(echo_id);
    Ok(latest.into_iter().find(same))
}

/// Appends what `by` wrote ([`check`]ed) to the conversation, which the caller has locked, and plans its mails.
pub(crate) async fn write(
    tx: &mut Tx<'_>,
    house: &House,
    conversation: &mut Conversation,
    by: UserId,
    new: &NewReply,
    now: Timestamp,
) -> Outcome<Message> {
    let contact = contacts::by_id(tx, conversation.account_id, conversation.contact_id).await?;
    let contact = contact.ok_or(Problem::NotFound("contact"))?;
    let to = main_recipients(tx, house, conversation, &contact, new).await?;
    let Outing { plan, channel, activity, mandatory } = plan(tx, house, conversation, new, !to.is_empty(), now).await?;
    let recipients = recipients(tx, house, new, to, plan).await?;

    let message = NewMessage {
        content: new.content.clone(),
        private: new.private,
        echo_id: new.echo_id.clone(),
        content_attributes: attributes(new),
        ..NewMessage::text(conversation, Kind::Outgoing, Sender::User(by), "")
    };
    let mut message = append(tx, conversation, &message, &new.files, None, now).await?;
    if let Some(channel) = channel {
        carried::plan(tx, conversation, &mut message, &channel, now).await?;
    }
    if let Plan::Mail { at, unless_seen } = plan {
        for address in &recipients {
            let delivery = by_mail(tx, conversation.account_id, address, at, unless_seen, mandatory).await?;
            deliveries::plan(tx, &message, &delivery, now).await?;
        }
        mail_unseen::schedule(tx, conversation.id, at, now).await?;
    }
    if let Some(words) = activity {
        append_activity(tx, conversation, &words, now).await?;
    }
    Ok(message)
}

pub(crate) fn check(mut new: NewReply) -> Outcome<NewReply> {
    new.content = new.content.filter(|content| !content.trim().is_empty());
    if new.content.is_none() && new.files.is_empty() {
        return Err(Problem::invalid("content", "a message needs words or a file"));
    }
    let fields =
        [("to_emails", &mut new.to_emails), ("cc_emails", &mut new.cc_emails), ("bcc_emails", &mut new.bcc_emails)];
    for (field, addresses) in fields {
        for address in addresses.iter_mut() {
            *address = address.trim().to_lowercase();
            if !is_address(address) {
                return Err(Problem::Invalid(format!("{field}: `{address}` is not an e-mail address")));
            }
        }
    }
    Ok(new)
}

/// To whom the mail goes, copies aside: whom the agent names, else the person at the address last used here.
async fn main_recipients(
    tx: &mut Tx<'_>,
    house: &House,
    conversation: &Conversation,
    contact: &Contact,
    new: &NewReply,
) -> Outcome<Vec<String>> {
    if !new.to_emails.is_empty() {
        return Ok(new.to_emails.clone());
    }
    let Some(address) = address_for(tx, conversation, contact).await? else { return Ok(Vec::new()) };
    // An address that became ours after it was noted stops a mail, not a message.
    let no_mail = new.way != Way::Email && is_own(tx, house, &address).await?;
    Ok(if no_mail { Vec::new() } else { vec![address] })
}

/// The person's address for mails of this conversation: the one last used in it while it is still theirs, else the
/// contact's.
///
/// # Errors
/// Storage trouble.
pub async fn address_for(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    contact: &Contact,
) -> store::Result<Option<String>> {
    let last = mail_ids::latest_party(tx, conversation.id).await?;
    Ok(last.filter(|address| contact.has_address(address)).or_else(|| contact.email.clone()))
}

async fn plan(
    tx: &mut Tx<'_>,
    house: &House,
    conversation: &Conversation,
    new: &NewReply,
    has_address: bool,
    now: Timestamp,
) -> Outcome<Outing> {
    let inbox = inboxes::by_id(tx, conversation.inbox_id).await?.ok_or(Problem::NotFound("inbox"))?;
    if let Some((settings, kind)) = house.carried(&inbox) {
        return carried::outing(tx, conversation, new, has_address, settings, kind, now).await;
    }
    if let Some((settings, kind)) = carried::closed(tx, house, conversation, &inbox, now).await? {
        return carried::outing(tx, conversation, new, has_address, settings, kind, now).await;
    }
    let latest = messages::latest_incoming(tx, conversation.id).await?;
    let planned = deliveries::planned(tx, conversation.id).await?;
    let situation = Situation {
        public_reply: !new.private,
        has_address,
        only_by_mail: inbox.email().is_some(),
        continuity_via_email: inbox.settings.continuity_via_email,
        continuity_delay: inbox.settings.continuity_delay,
        last_came_by_mail: latest.is_some_and(|message| message.content_type == "incoming_email"),
        planned_for: planned.iter().filter_map(|delivery| delivery.next_try_at).min(),
        now,
    };
    let plan =
        continuity::plan(new.way, &situation).map_err(|refusal: Refusal| Problem::Invalid(refusal.to_string()))?;
    Ok(Outing::of(plan))
}

/// Everyone the mail goes to, each once; refused where one of them is ours. Nobody where no mail is planned.
async fn recipients(
    tx: &mut Tx<'_>,
    house: &House,
    new: &NewReply,
    to: Vec<String>,
    plan: Plan,
) -> Outcome<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    for address in to.into_iter().chain(new.cc_emails.clone()).chain(new.bcc_emails.clone()) {
        if all.contains(&address) {
            continue;
        }
        if is_own(tx, house, &address).await? {
            return Err(Problem::Invalid(format!(
                "`{address}` is an address of this installation; mail to it would come back"
            )));
        }
        all.push(address);
    }
    Ok(if plan == Plan::NoMail { Vec::new() } else { all })
}

/// A mail to that address. One nobody asked for is not sent to people who want none.
pub(crate) async fn by_mail(
    tx: &mut Tx<'_>,
    account: AccountId,
    address: &str,
    at: Timestamp,
    unless_seen: bool,
    asked_for: bool,
) -> Outcome<NewDelivery> {
    let unwanted = !asked_for && suppressions::has(tx, account, address).await?;
    let (state, detail) = if unwanted {
        (DeliveryState::Suppressed, Some("the recipient has unsubscribed from mail they did not ask for".to_owned()))
    } else {
        (DeliveryState::Planned, None)
    };
    let by = deliveries::EMAIL.into();
    Ok(NewDelivery { by, to: address.to_owned(), state, detail, at, unless_seen, falls_back: false })
}

/// The recipients stand with the message, as in the reference.
fn attributes(new: &NewReply) -> Json {
    let mut attributes = if new.content_attributes.is_object() { new.content_attributes.clone() } else { json!({}) };
    let fields = [("to_emails", &new.to_emails), ("cc_emails", &new.cc_emails), ("bcc_emails", &new.bcc_emails)];
    for (field, addresses) in fields {
        if addresses.is_empty() {
            attributes.as_object_mut().map(|attributes| attributes.remove(field));
        } else {
            attributes[field] = json!(addresses);
        }
    }
    attributes
}
