//! Deliveries: what became of each message on its way to each recipient.

use crate::{Error, FromRow, Result, Row, Tx, params};
use model::{
    Timestamp,
    delivery::{Delivery, DeliveryState},
    ids::{ConversationId, DeliveryId, MailId, MessageId},
    message::Message,
};

pub(crate) const STATEMENTS: &[&str] = &[PLAN, UPDATE, READDRESS, BY_ID, OF_MESSAGE, OF_STRETCH, PLANNED, OF_MAIL];

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
            at: row.get("at")?,
        })
    }
}

/// A delivery by e-mail to be planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// The recipient's address.
    pub to: String,
    /// `Planned`, or `Suppressed` where the recipient asked for none.
    pub state: DeliveryState,
    /// Why, in words, where it is not planned.
    pub detail: Option<String>,
    /// When it goes.
    pub at: Timestamp,
    /// Only if the person has not seen the message by then.
    pub unless_seen: bool,
}

const PLAN: &str = "INSERT INTO deliveries (account_id, conversation_id, message_id, channel, recipient, state, detail, next_try_at, unless_seen, at) \
     VALUES ($1, $2, $3, 'email', $4, $5, $6, $7, $8, $9) ON CONFLICT (message_id, channel, recipient) DO NOTHING";
/// Plans a delivery of `message`; one that is there already stays as it is.
///
/// # Errors
/// Storage trouble.
pub async fn plan(tx: &mut Tx<'_>, message: &Message, new: &NewDelivery, now: Timestamp) -> Result<()> {
    let values = params![
        message.account_id,
        message.conversation_id,
        message.id,
        &new.to,
        new.state.as_str(),
        new.detail.as_deref(),
        (new.state == DeliveryState::Planned).then_some(new.at),
        new.unless_seen,
        now
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
