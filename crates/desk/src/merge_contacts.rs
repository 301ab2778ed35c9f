//! An agent says that two contacts are one person: everything of the one moves to the other, whose id both have from then
//! on. For [`UNDOABLE`] it can be undone: see [`crate::undo_merge`].

use crate::{Desk, Outcome, Problem};
use jiff::SignedDuration;
use model::{
    contact::Contact,
    event::{Event, EventKind},
    ids::{AccountId, ContactId, MergeId, UserId},
    merge::{LeftOut, Snapshot, left_out, merged},
};
use serde_json::json;
use store::{
    Tx, accounts, contact_inboxes, contact_merges, contacts, events, inboxes,
    jobs::{self, NewJob},
};

/// How long a merge can be undone: 30 days.
pub const UNDOABLE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The job that ends that time. Payload: `{"account", "merge"}`.
pub const SETTLE: &str = "settle_merge";

/// What a merge would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// What the contact would be.
    pub merged: Contact,
    /// How many conversations would move.
    pub conversations: i64,
    /// In which inboxes the person would be reached besides, by name.
    pub inboxes: Vec<String>,
    /// What would be left out.
    pub left_out: Vec<LeftOut>,
}

/// Says what [`merge_contacts`] would do, and does nothing.
///
/// # Errors
/// There is no such contact, or they cannot be merged.
pub async fn preview(desk: &Desk, account: AccountId, base: ContactId, mergee: ContactId) -> Outcome<Preview> {
    desk.db
        .read(async move |tx| {
            let missing = || Problem::NotFound("contact");
            let base = contacts::by_id(tx, account, base).await?.ok_or_else(missing)?;
            let mergee = contacts::by_id(tx, account, mergee).await?.ok_or_else(missing)?;
            check(tx, &base, &mergee).await?;
            let mut names = Vec::new();
            for session in contact_inboxes::of_contact(tx, mergee.id).await? {
                if let Some(inbox) = inboxes::by_id(tx, session.inbox_id).await?
                    && !names.contains(&inbox.name)
                {
                    names.push(inbox.name);
                }
            }
            Ok(Preview {
                merged: merged(&base, &mergee),
                conversations: contact_merges::conversations_of(tx, mergee.id).await?,
                inboxes: names,
                left_out: left_out(&base, &mergee),
            })
        })
        .await
}

async fn check(tx: &mut Tx<'_>, base: &Contact, mergee: &Contact) -> Outcome<()> {
    if base.id == mergee.id {
        return Err(Problem::invalid("mergee_contact_id", "is the same contact"));
    }
    if contact_merges::vouched_apart(tx, base.id, mergee.id).await? {
        return Err(Problem::invalid("mergee_contact_id", "the website vouches that these are two people"));
    }
    Ok(())
}

/// Makes the account's contact `mergee` part of its contact `base`. Where it is already, nothing happens.
///
/// # Errors
/// There is no such contact, both are one, or a website vouches that they are two people.
pub async fn merge_contacts(
    desk: &Desk,
    account: AccountId,
    base: ContactId,
    mergee: ContactId,
    by: UserId,
) -> Outcome<(Contact, Option<MergeId>)> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            // Identifiers and merges of an account wait for each other here.
            accounts::lock(tx, account).await?;
            let missing = || Problem::NotFound("contact");
            let found = contacts::by_id(tx, account, base).await?.ok_or_else(missing)?;
            let other = contacts::by_id(tx, account, mergee).await?.ok_or_else(missing)?;
            if found.id == other.id && base != mergee {
                return Ok((found, None));
            }
            let base = contacts::lock(tx, account, found.id).await?.ok_or_else(missing)?;
            let mergee = contacts::seize(tx, account, other.id).await?.ok_or_else(missing)?;
            check(tx, &base, &mergee).await?;
            let was = Snapshot { merged: merged(&base, &mergee), base, mergee };
            let (merged, mergee) = (&was.merged, &was.mergee);
            let id = contact_merges::give(tx, account, (mergee.id, merged.id), &json!(was), by, now).await?;
            contacts::forget(tx, mergee).await?;
            contacts::update(tx, merged).await?;
            contacts::touch(tx, merged.id, mergee.last_activity_at).await?;
            let told = json!({"mergee_contact_id": mergee.id, "merge_id": id});
            let event = |kind| Event::new(kind, account, now).by(Some(by));
            events::record(tx, &event(EventKind::ContactMerged).contact(merged.id).data(told)).await?;
            events::record(tx, &event(EventKind::ContactUpdated).contact(merged.id)).await?;
            events::record(tx, &event(EventKind::ContactDeleted).data(json!({"id": mergee.id}))).await?;
            let payload = json!({"account": account, "merge": id});
            let job = NewJob { kind: SETTLE, payload, unique_key: Some(id.to_string()), run_at: now + UNDOABLE };
            jobs::enqueue(tx, &job, now).await?;
            Ok((was.merged, Some(id)))
        })
        .await
}

/// From now on the merge cannot be undone: what the two were is forgotten.
///
/// # Errors
/// Storage trouble.
pub async fn settle(desk: &Desk, account: AccountId, id: MergeId) -> Outcome<()> {
    desk.db
        .write(async move |tx| {
            if let Some(merge) = contact_merges::lock(tx, account, id).await? {
                contact_merges::settle(tx, merge.id).await?;
            }
            Ok(())
        })
        .await
}
