//! What the channel could not deliver goes by e-mail, once, where the message may and the person has an address.

use super::{Trouble, mark_failed, record};
use crate::{
    House, Outcome,
    append::append_activity,
    mail_unseen,
    own_addresses::is_own,
    send_message::{address_for, by_mail},
};
use model::{
    Timestamp,
    conversation::Conversation,
    delivery::{Delivery, DeliveryState},
    message::Message,
};
use store::{Tx, contacts, deliveries, messages};

/// Notes that the channel has given a message up, and sends it by e-mail instead where that may be. The conversation is
/// locked.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn fail(
    tx: &mut Tx<'_>,
    house: &House,
    conversation: &mut Conversation,
    delivery: Delivery,
    trouble: &Trouble,
    now: Timestamp,
) -> Outcome<()> {
    let falls_back = delivery.falls_back;
    let failed = Delivery {
        state: DeliveryState::Failed,
        detail: Some(trouble.words.clone()),
        code: trouble.code.clone(),
        next_try_at: None,
        falls_back: false,
        at: now,
        ..delivery
    };
    deliveries::update(tx, &failed).await?;
    record(tx, &failed, now).await?;
    let Some(message) = messages::by_id(tx, conversation.id, failed.message_id).await? else { return Ok(()) };
    let to = if falls_back { recipients(tx, house, conversation, &message).await? } else { Vec::new() };
    if to.is_empty() {
        return Ok(mark_failed(tx, message, &trouble.words, now).await?);
    }
    for address in &to {
        let mail = by_mail(tx, conversation.account_id, address, now, false, false).await?;
        deliveries::plan(tx, &message, &mail, now).await?;
    }
    mail_unseen::schedule(tx, conversation.id, now, now).await?;
    let title = house.kind(&failed.by).map_or(failed.by.as_str(), |kind| kind.title);
    let words = format!("{title} could not deliver the message ({}); it goes by e-mail instead", trouble.words);
    append_activity(tx, conversation, &words, now).await?;
    Ok(())
}

/// To whom the mail goes: whom the agent named, else the person.
async fn recipients(
    tx: &mut Tx<'_>,
    house: &House,
    conversation: &Conversation,
    message: &Message,
) -> Outcome<Vec<String>> {
    let named = |field: &str| {
        let list = message.content_attributes.get(field).and_then(|list| list.as_array()).cloned().unwrap_or_default();
        list.into_iter().filter_map(|address| address.as_str().map(str::to_owned))
    };
    let mut to: Vec<String> = named("to_emails").collect();
    if to.is_empty() {
        let contact = contacts::by_id(tx, conversation.account_id, conversation.contact_id).await?;
        let Some(contact) = contact else { return Ok(to) };
        to.extend(address_for(tx, conversation, &contact).await?);
    }
    let mut all = Vec::new();
    for address in to {
        if !is_own(tx, house, &address).await? {
            all.push(address);
        }
    }
    if !all.is_empty() {
        all.extend(named("cc_emails").chain(named("bcc_emails")));
    }
    Ok(all)
}
