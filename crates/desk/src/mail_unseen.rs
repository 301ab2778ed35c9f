//! The mail that goes out when replies stay unseen (contract §4): at the deadline, one mail a recipient.

use model::{Timestamp, ids::ConversationId};
use serde_json::json;
use store::{
    Result, Tx,
    jobs::{self, NewJob},
};

/// The job that looks after a conversation's planned mails; its key is the conversation's row id.
pub const KIND: &str = "mail_unseen";

/// Lets the conversation's planned mails be looked after at `at`, or earlier if that was meant already.
///
/// # Errors
/// Storage trouble.
pub async fn schedule(tx: &mut Tx<'_>, conversation: ConversationId, at: Timestamp, now: Timestamp) -> Result<()> {
    let key = conversation.to_string();
    let job = NewJob {
        kind: KIND,
        payload: json!({"conversation_id": conversation}),
        unique_key: Some(key.clone()),
        run_at: at,
    };
    jobs::enqueue(tx, &job, now).await?;
    jobs::hasten(tx, KIND, &key, at).await
}
