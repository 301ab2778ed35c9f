//! What became of an accepted mail in each conversation it was addressed to.

use crate::{
    Error, FromRow, Result, Row, Tx,
    driver::differing::SET_CONCLUSION,
    inbound_mails::{self, InboundMail},
    params,
    tx::Rows,
};
use model::{
    ids::{ConversationId, InboundMailId, MessageId},
    inbound::InboundState,
};

pub(crate) const STATEMENTS: &[&str] = &[OF_MAIL, OF_MESSAGE, GIVE];

/// What became of a mail in one conversation it was addressed to.
#[derive(Clone, Debug, PartialEq)]
pub struct Conclusion {
    /// The mail.
    pub inbound_mail_id: InboundMailId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// What became of it there.
    pub state: InboundState,
    /// Why, in words.
    pub reason: String,
    /// The message it became, or the message it is the same as.
    pub message_id: Option<MessageId>,
}

impl FromRow for Conclusion {
    fn from_row(row: &Row) -> Result<Self> {
        let state: String = row.get("state")?;
        let unknown = || Error::Column { column: "state".into(), expected: "a state of an inbound mail" };
        Ok(Self {
            inbound_mail_id: row.get("inbound_mail_id")?,
            conversation_id: row.get("conversation_id")?,
            state: InboundState::parse(&state).ok_or_else(unknown)?,
            reason: row.get("reason")?,
            message_id: row.get("message_id")?,
        })
    }
}

/// Keeps what became of the mail in one conversation.
///
/// # Errors
/// Storage trouble.
pub async fn set(tx: &mut Tx<'_>, new: &Conclusion) -> Result<()> {
    let values = params![new.inbound_mail_id, new.conversation_id, new.state.as_str(), &new.reason, new.message_id];
    let key = (new.inbound_mail_id.0, new.conversation_id.0);
    tx.gather(&SET_CONCLUSION, Rows::LastOf(key), values).await
}

const GIVE: &str = "UPDATE inbound_conclusions SET conversation_id = $2 WHERE message_id = $1";
/// The message stands in another conversation now.
///
/// # Errors
/// Storage trouble.
pub async fn give(tx: &mut Tx<'_>, message: MessageId, to: ConversationId) -> Result<()> {
    tx.execute(GIVE, params![message, to]).await.map(|_| ())
}

const OF_MAIL: &str = "SELECT inbound_mail_id, conversation_id, state, reason, message_id FROM inbound_conclusions \
     WHERE inbound_mail_id = $1 ORDER BY conversation_id";
/// What became of the mail in each conversation.
///
/// # Errors
/// Storage trouble.
pub async fn of_mail(tx: &mut Tx<'_>, id: InboundMailId) -> Result<Vec<Conclusion>> {
    tx.all(OF_MAIL, params![id]).await
}

const OF_MESSAGE: &str =
    "SELECT inbound_mail_id FROM inbound_conclusions WHERE message_id = $1 ORDER BY inbound_mail_id LIMIT 1";
/// The mail that became that message.
///
/// # Errors
/// Storage trouble.
pub async fn of_message(tx: &mut Tx<'_>, message: MessageId) -> Result<Option<InboundMail>> {
    let id: Option<InboundMailId> = tx.optional_column(OF_MESSAGE, params![message], "inbound_mail_id").await?;
    match id {
        Some(id) => inbound_mails::by_id(tx, id).await,
        None => Ok(None),
    }
}
