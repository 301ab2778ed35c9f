//! A visitor answers the card that asks for an address: it is the contact's at once, unverified (contract §3).

use crate::{
    Desk, Outcome, Problem,
    own_addresses::persons_address,
    visitor::Visitor,
    visitor_details::{keep, set_address},
};
use model::{
    contact::Contact,
    event::{Event, EventKind},
    ids::MessageId,
};
use serde_json::json;
use store::{events, messages};

/// Keeps the address given on the card `message`; may be done again to mend it.
///
/// # Errors
/// There is no such card in their conversation, it is no address, or one of ours, or the contact is not
/// theirs to change.
pub async fn answer_email_prompt(
    desk: &Desk,
    visitor: &Visitor,
    message: MessageId,
    email: String,
) -> Outcome<Contact> {
    visitor.whole_session()?;
    let (visitor, house, now) = (visitor.clone(), desk.house.clone(), desk.now());
    desk.db
        .write(async move |tx| {
            let conversation = visitor.locked_conversation(tx).await?;
            let card = messages::by_id(tx, conversation.id, message).await?;
            let is_card = |card: &model::message::Message| card.content_type == "input_email" && !card.private;
            let mut card = card.filter(is_card).ok_or(Problem::NotFound("message"))?;
            let address = persons_address(tx, &house, "email", &email).await?;
            let mut contact = visitor.own_contact(tx).await?;
            set_address(&mut contact, address.clone());
            keep(tx, &contact, now).await?;
            card.content_attributes = json!({"submitted_email": address});
            card.updated_at = now;
            messages::update(tx, &card).await?;
            let updated = Event::new(EventKind::MessageUpdated, conversation.account_id, now);
            events::record(tx, &updated.conversation(conversation.id).message(card.id)).await?;
            Ok(contact)
        })
        .await
}
