//! Two contacts that were merged are two people after all. What was moved goes back, and what has come since by the
//! sessions that went back. Nobody's words become another's: a mail of the time between belongs to whose address it came
//! from, in whichever conversation it stands, and reply addresses and links follow.

use crate::{Desk, Outcome, Problem};
use model::{
    Json, Timestamp,
    contact::Contact,
    event::{Event, EventKind},
    ids::{AccountId, MergeId, UserId},
    merge::{Snapshot, parted},
    trust::Relation,
};
use serde_json::json;
use store::{
    Tx, accounts,
    contact_merges::{self, Merge},
    contacts, events,
};

/// Undoes the account's merge: the contact that stayed, and the one that is there again. Again changes nothing.
///
/// # Errors
/// There is no such merge, it is too long ago, or what it made has become part of another contact since.
pub async fn undo_merge(desk: &Desk, account: AccountId, id: MergeId, by: UserId) -> Outcome<(Contact, Contact)> {
    let now = desk.now();
    desk.db
        .write(async move |tx| {
            accounts::lock(tx, account).await?;
            let missing = || Problem::NotFound("merge");
            let merge = contact_merges::lock(tx, account, id).await?.ok_or_else(missing)?;
            if merge.undone_at.is_some() {
                let base = contacts::by_id(tx, account, merge.base_id).await?.ok_or_else(missing)?;
                let mergee = contacts::by_id(tx, account, merge.mergee_id).await?.ok_or_else(missing)?;
                return Ok((base, mergee));
            }
            let late = |_| Problem::Invalid("this merge is too long ago to be undone".into());
            let was: Snapshot = serde_json::from_value(merge.snapshot.clone()).map_err(late)?;
            if contact_merges::is_covered(tx, id).await? {
                return Err(Problem::Invalid("undo the later merge of this contact first".into()));
            }
            let as_is = contacts::lock(tx, account, merge.base_id).await?.ok_or_else(missing)?;
            let (base, mut mergee) = parted(&as_is, &was);
            if let Some(identifier) = &mergee.identifier {
                let holder = contacts::by_identifier(tx, account, identifier).await?;
                if holder.is_some_and(|holder| holder.id != base.id) || base.identifier == mergee.identifier {
                    mergee.identifier = None;
                }
            }
            contacts::update(tx, &base).await?;
            contacts::restore(tx, &mergee).await?;
            contact_merges::give_back(tx, &merge).await?;
            authors(tx, &merge, &base, &mergee).await?;
            ways_in(tx, &base, &mergee, now).await?;
            contact_merges::undone(tx, merge.id, now).await?;
            let event = |kind| Event::new(kind, account, now).by(Some(by));
            events::record(tx, &event(EventKind::ContactCreated).contact(mergee.id)).await?;
            events::record(tx, &event(EventKind::ContactUpdated).contact(base.id)).await?;
            let told = json!({"mergee_contact_id": mergee.id, "merge_id": id, "undone": true});
            events::record(tx, &event(EventKind::ContactMerged).contact(base.id).data(told)).await?;
            Ok((base, mergee))
        })
        .await
}

/// Gives what was written since the merge to whoever wrote it.
async fn authors(tx: &mut Tx<'_>, merge: &Merge, base: &Contact, mergee: &Contact) -> store::Result<()> {
    for (id, _, mut attributes) in contact_merges::written_since(tx, merge, mergee.id, base.id).await? {
        if bears(&attributes, base, mergee) {
            // The base, in what is now somebody else's conversation.
            part_of_it(&mut attributes);
            contact_merges::give_message(tx, id, base.id, &attributes).await?;
        } else {
            contact_merges::give_message(tx, id, mergee.id, &attributes).await?;
        }
    }
    for (id, _, mut attributes) in contact_merges::written_since(tx, merge, base.id, base.id).await? {
        if bears(&attributes, mergee, base) {
            part_of_it(&mut attributes);
            contact_merges::give_message(tx, id, mergee.id, &attributes).await?;
        }
    }
    Ok(())
}

/// Whether it is a mail from an address of `one` that is not the other's.
fn bears(attributes: &Json, one: &Contact, other: &Contact) -> bool {
    let from = attributes["author"]["address"].as_str().unwrap_or_default();
    !from.is_empty() && one.has_address(from) && !other.has_address(from)
}

fn part_of_it(attributes: &mut Json) {
    attributes["author"]["relation"] = json!(Relation::Participant);
}

/// Reply addresses are whose address they went to; links and planned mail to the other one's address end.
async fn ways_in(tx: &mut Tx<'_>, base: &Contact, mergee: &Contact, now: Timestamp) -> store::Result<()> {
    const WHY: &str = "the contacts were parted again";
    for address in mergee.addresses() {
        contact_merges::give_tokens(tx, (base.id, mergee.id), address).await?;
        if !base.has_address(address) {
            contact_merges::shut_out(tx, base.id, address, WHY, now).await?;
        }
    }
    for address in base.addresses().filter(|address| !mergee.has_address(address)) {
        contact_merges::shut_out(tx, mergee.id, address, WHY, now).await?;
    }
    Ok(())
}
