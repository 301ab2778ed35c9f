//! Deliveries: what became of each message on its way to each recipient.

use crate::{Error, FromRow, Result, Row, Tx, params};
use model::{
    Timestamp,
    delivery::{Delivery, DeliveryState},
    ids::{ConversationId, DeliveryId, MailId, MessageId},
    message::{Message, MessageStatus},
};

pub(crate) const STATEMENTS: &[&str] =
    &[PLAN, UPDATE, READDRESS, BY_ID, OF_MESSAGE, OF_STRETCH, PLANNED, OF_MAIL, NEXT_ON_CHANNEL, REACHED, REACHED_BY];

impl FromRow for Delivery {
    fn from_row(row: &Row) -> Result<Self> {
        let state: String = row.get("state")?;
        Ok(Self {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            conversation_id: row.get("conversation_id")?,
            message_id: row.get("message_id")?,
            mail_id: row.get("mail_id")?,
            by: row.get("channel")?,
            to: row.get("recipient")?,
            state: DeliveryState::parse(&state)
                .ok_or_else(|| Error::Column { column: "state".into(), expected: "a delivery state" })?,
            detail: row.get("detail")?,
            code: row.get("code")?,
            next_try_at: row.get("next_try_at")?,
            unless_seen: row.get("unless_seen")?,
            falls_back: row.get("falls_back")?,
            at: row.get("at")?,
        })
    }
}

/// What stands for e-mail in [`Delivery::by`].
pub const EMAIL: &str = "email";

/// A delivery to be planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// By what: [`EMAIL`], or the kind of a channel.
    pub by: String,
    /// The recipient's address, or their id on the channel.
    pub to: String,
    /// By e-mail `Planned`, or `Suppressed` where the recipient asked for none; by a channel `Queued`, or `Failed` where it
    /// does not take the message.
    pub state: DeliveryState,
    /// Why, in words, where it does not go.
    pub detail: Option<String>,
    /// When it goes.
    pub at: Timestamp,
    /// Only if the person has not seen the message by then.
    pub unless_seen: bool,
    /// By a channel: goes by e-mail instead where the channel cannot deliver it.
    pub falls_back: bool,
}

const PLAN: &str = "INSERT INTO deliveries (account_id, conversation_id, message_id, channel, recipient, state, detail, next_try_at, unless_seen, at, falls_back) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (message_id, channel, recipient) DO NOTHING";
/// Plans a delivery of `message`; one that is there already stays as it is.
///
/// # Errors
/// Storage trouble.
pub async fn plan(tx: &mut Tx<'_>, message: &Message, new: &NewDelivery, now: Timestamp) -> Result<()> {
    let values = params![
        message.account_id,
        message.conversation_id,
        message.id,
        &new.by,
        &new.to,
        new.state.as_str(),
        new.detail.as_deref(),
        (new.state == DeliveryState::Planned).then_some(new.at),
        new.unless_seen,
        now,
        new.falls_back
    ];
    tx.execute(PLAN, values).await.map(|_| ())
}

const UPDATE: &str = "UPDATE deliveries SET mail_id = $2, state = $3, detail = $4, code = $5, next_try_at = $6, unless_seen = $7, at = $8 WHERE id = $1";
/// Keeps what of a delivery can change.
///
/// # Errors
/// Storage trouble.
pub async fn update(tx: &mut Tx<'_>, delivery: &Delivery) -> Result<()> {
    let values = params![
        delivery.id,
        delivery.mail_id,
        delivery.state.as_str(),
        delivery.detail.as_deref(),
        delivery.code.as_deref(),
        delivery.next_try_at,
        delivery.unless_seen,
        delivery.at
    ];
    tx.execute(UPDATE, values).await.map(|_| ())
}

const READDRESS: &str = "UPDATE deliveries SET recipient = $2 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM deliveries AS other \
     WHERE other.message_id = deliveries.message_id AND other.channel = deliveries.channel AND other.recipient = $2)";
/// Lets a planned delivery go to another address; `false` where the message goes there already.
///
/// # Errors
/// Storage trouble.
pub async fn readdress(tx: &mut Tx<'_>, id: DeliveryId, to: &str) -> Result<bool> {
    Ok(tx.execute(READDRESS, params![id, to]).await? > 0)
}

const BY_ID: &str = "SELECT * FROM deliveries WHERE id = $1";
/// The delivery of that id.
///
/// # Errors
/// Storage trouble.
pub async fn by_id(tx: &mut Tx<'_>, id: DeliveryId) -> Result<Option<Delivery>> {
    tx.optional(BY_ID, params![id]).await
}

const OF_MESSAGE: &str = "SELECT * FROM deliveries WHERE message_id = $1 ORDER BY id";
/// The deliveries of a message, in the order in which they were planned.
///
/// # Errors
/// Storage trouble.
pub async fn of_message(tx: &mut Tx<'_>, message: MessageId) -> Result<Vec<Delivery>> {
    tx.all(OF_MESSAGE, params![message]).await
}

const OF_STRETCH: &str = "SELECT deliveries.* FROM messages JOIN deliveries ON deliveries.message_id = messages.id \
     WHERE messages.conversation_id = $1 AND messages.id >= $2 AND messages.id <= $3 ORDER BY deliveries.id";
/// The deliveries of a conversation's messages from `first` to `last`, both included.
///
/// # Errors
/// Storage trouble.
pub async fn of_stretch(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    first: MessageId,
    last: MessageId,
) -> Result<Vec<Delivery>> {
    tx.all(OF_STRETCH, params![conversation, first, last]).await
}

const PLANNED: &str = "SELECT * FROM deliveries WHERE conversation_id = $1 AND state = 'planned' ORDER BY id";
/// What waits for its time in a conversation.
///
/// # Errors
/// Storage trouble.
pub async fn planned(tx: &mut Tx<'_>, conversation: ConversationId) -> Result<Vec<Delivery>> {
    tx.all(PLANNED, params![conversation]).await
}

const OF_MAIL: &str = "SELECT * FROM deliveries WHERE mail_id = $1 ORDER BY id";
/// The deliveries that a mail carries.
///
/// # Errors
/// Storage trouble.
pub async fn of_mail(tx: &mut Tx<'_>, mail: MailId) -> Result<Vec<Delivery>> {
    tx.all(OF_MAIL, params![mail]).await
}

const NEXT_ON_CHANNEL: &str = "SELECT * FROM deliveries WHERE conversation_id = $1 AND channel <> 'email' AND state IN ('queued', 'deferred') \
     ORDER BY message_id LIMIT 1";
/// What goes next by the channel of a conversation: one at a time, in the order of the thread.
///
/// # Errors
/// Storage trouble.
pub async fn next_on_channel(tx: &mut Tx<'_>, conversation: ConversationId) -> Result<Option<Delivery>> {
    tx.optional(NEXT_ON_CHANNEL, params![conversation]).await
}

const REACHED: &str = "UPDATE messages SET status = $3, updated_at = $4 WHERE id = $1 AND conversation_id = $2 \
     AND (status = 'sent' OR (status = 'delivered' AND $3 = 'read'))";
/// Notes that a message has arrived, or was read; whether that is news. A message that was read stays so.
///
/// # Errors
/// Storage trouble.
pub async fn reached(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    message: MessageId,
    status: MessageStatus,
    now: Timestamp,
) -> Result<bool> {
    Ok(tx.execute(REACHED, params![message, conversation, status.as_str(), now]).await? > 0)
}

const REACHED_BY: &str = "UPDATE messages SET status = $3, updated_at = $4 WHERE conversation_id = $1 AND created_at <= $2 \
     AND kind IN (1, 3) AND private = FALSE AND (status = 'sent' OR (status = 'delivered' AND $3 = 'read')) \
     AND EXISTS (SELECT 1 FROM deliveries WHERE deliveries.message_id = messages.id AND deliveries.channel <> 'email' AND deliveries.state = 'sent') \
     RETURNING id";
/// As [`reached`], for everything that went by the channel until then; which messages that is news for.
///
/// # Errors
/// Storage trouble.
pub async fn reached_until(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    until: Timestamp,
    status: MessageStatus,
    now: Timestamp,
) -> Result<Vec<MessageId>> {
    let values = params![conversation, until, status.as_str(), now];
    tx.rows(REACHED_BY, values).await?.iter().map(|row| row.get("id")).collect()
}
