//! A sign that a person puts on a message: a small line in the thread.

use super::{
    Person, Scene,
    person::{self, heard_at},
};
use crate::{Outcome, append::append_activity};
use model::Timestamp;
use store::{Tx, contact_inboxes, conversations, messages, provider_ids};

/// The most characters of the message that the line repeats.
const SHOWN: usize = 40;

/// A reaction.
pub(super) struct Reaction<'n> {
    /// What names it.
    pub(super) id: &'n str,
    /// The provider's id of the message.
    pub(super) to: &'n str,
    /// The sign; `None` where it was taken away.
    pub(super) sign: Option<&'n str>,
}

/// The person reacted. What nobody here knows the message of is passed over.
///
/// # Errors
/// Storage trouble.
pub(super) async fn reacted(
    tx: &mut Tx<'_>,
    scene: &Scene<'_>,
    by: &Person,
    reaction: &Reaction<'_>,
    at: Option<Timestamp>,
) -> Outcome<()> {
    let (session, contact) = person::session(tx, scene, by).await?;
    contact_inboxes::heard(tx, session.id, heard_at(scene, at)).await?;
    let known = provider_ids::by_id(tx, scene.inbox.id, reaction.to).await?;
    let told_before = provider_ids::by_id(tx, scene.inbox.id, reaction.id).await?.is_some();
    let Some(id) = known.and_then(|known| known.message_id).filter(|_| !told_before) else { return Ok(()) };
    let Some(message) = messages::of_account(tx, scene.inbox.account_id, id).await? else { return Ok(()) };
    let Some(mut conversation) = conversations::lock(tx, message.conversation_id).await? else { return Ok(()) };
    let words: String = message.content.as_deref().unwrap_or("a file").chars().take(SHOWN).collect();
    let who = contact.display_name();
    let line = match reaction.sign {
        Some(sign) => format!("{who} reacted with {sign} to “{words}”"),
        None => format!("{who} took their reaction to “{words}” back"),
    };
    let line = append_activity(tx, &mut conversation, &line, scene.now).await?;
    provider_ids::take(tx, scene.inbox.id, reaction.id, line.id, 0, scene.now).await?;
    Ok(())
}
