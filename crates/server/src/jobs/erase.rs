//! Ends the erasure of a conversation or a contact that was begun. Payload: `{"account", "conversation"}` or
//! `{"account", "contact"}`. Running again finds nothing left and does nothing.

use super::Stop;
use crate::app::App;
use desk::erase;
use model::{
    Json,
    ids::{AccountId, ContactId, ConversationId},
};

pub(super) const KIND: &str = erase::KIND;

pub(super) async fn run(app: &App, payload: &Json) -> Result<(), Stop> {
    let id = |name: &str| payload[name].as_i64();
    let account = AccountId(id("account").ok_or_else(|| Stop::Fail("the payload names no account".into()))?);
    match (id("conversation"), id("contact")) {
        (Some(conversation), _) => erase::conversation(&app.desk, account, ConversationId(conversation)).await?,
        (None, Some(contact)) => erase::contact(&app.desk, account, ContactId(contact)).await?,
        (None, None) => return Err(Stop::Fail("the payload names nothing".into())),
    }
    Ok(())
}
