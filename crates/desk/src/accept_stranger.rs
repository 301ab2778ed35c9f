//! An agent accepts a stranger's mail: it is shown to everybody, its author takes part from now on, and the conversation
//! goes on as after any mail of people who do (contract §6.5).

use crate::{
    Desk, Outcome,
    append::{append_activity, arrived},
    strangers::{Found, find},
};
use model::{
    Timestamp,
    contact::Contact,
    conversation::Conversation,
    ids::{AccountId, MessageId, UserId},
    message::Message,
    trust::Relation,
};
use serde_json::json;
use store::{Tx, messages, tokens};

/// Accepts the withheld message of that id. Of several agents who decide at once one does; the others get what it has
/// become.
///
/// # Errors
/// There is no such message, or it never was withheld.
pub async fn accept_stranger(
    desk: &Desk,
    account: AccountId,
    display_id: i64,
    id: MessageId,
    by: UserId,
) -> Outcome<Message> {
    let (now, fresh) = (desk.now(), desk.random.hex_128());
    desk.db
        .write(async move |tx| {
            let mut mail = match find(tx, account, display_id, id, by).await? {
                Found::Decided(message) => return Ok(*message),
                Found::Waiting(mail) => *mail,
            };
            // A mail that failed DMARC may bear the contact's own address.
            let own = mail.author.id == mail.conversation.contact_id;
            let relation = if own { Relation::Contact } else { Relation::Participant };
            mail.shown(&[("relation", json!(relation)), ("accepted_by", json!(by))], now);
            messages::update(tx, &mail.message).await?;
            if relation == Relation::Participant {
                takes_part(tx, &mail.conversation, &mail.author, &fresh, now).await?;
            }
            let (arrival, called) = (mail.arrival(), mail.called());
            arrived(tx, &mut mail.conversation, &mail.message, Some(arrival), now).await?;
            append_activity(tx, &mut mail.conversation, &format!("{} accepted {called}", mail.agent), now).await?;
            Ok(mail.message)
        })
        .await
}

/// Makes someone a participant: there is a reply address for them, which the next mail to them names; only with it, or
/// an authenticated sender, is a mail theirs. `fresh` is its token, unless they have one.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn takes_part(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    author: &Contact,
    fresh: &str,
    now: Timestamp,
) -> store::Result<()> {
    if let Some(address) = &author.email {
        tokens::reply_for(tx, conversation, Some(author.id), address, fresh, now).await?;
    }
    Ok(())
}
