//! Erasing for good what an account knows of a conversation or of a person: messages, mails in and out with their bytes,
//! files, addresses, and what of them stands in the inbound log. Of an incoming mail its hash stays, so that it is known
//! if it comes again, and that something came at all.
//!
//! Done in small steps, each of which may be the last before a crash: a job goes on from there.

use crate::{Desk, Outcome, Problem, inbound_log::visible, retention};
use jiff::SignedDuration;
use model::{
    contact::Contact,
    event::{Event, EventKind},
    ids::{AccountId, ContactId, ConversationId, MessageId, UserId},
};
use serde_json::json;
use std::collections::BTreeSet;
use store::{
    Tx, contact_merges, contacts, conversations, erasure, events,
    inbound_log::{self, Filter, Visible},
    jobs::{self, NewJob},
};

/// The job that ends what was begun. Payload: `{"account", "conversation"}` or `{"account", "contact"}`.
pub const KIND: &str = "erase";

/// Rows that one short write deletes.
const STEP: i64 = 50;
/// Messages that one read looks through for those of a person.
const STRETCH: i64 = 20_000;
/// How long whoever asked has, before the job takes over.
const HEAD_START: SignedDuration = SignedDuration::from_secs(10);

/// Erases the account's conversation of that number.
///
/// # Errors
/// There is none, or storage trouble: then the job ends it.
pub async fn erase_conversation(desk: &Desk, account: AccountId, number: i64, by: UserId) -> Outcome<()> {
    let now = desk.now();
    let begun = desk.db.write::<_, Problem, _>(async move |tx| {
        let found = conversations::by_display_id(tx, account, number).await?;
        let id = found.ok_or(Problem::NotFound("conversation"))?.id;
        begin(tx, json!({"account": account, "conversation": id}), now).await?;
        let event = Event::new(EventKind::ConversationDeleted, account, now).by(Some(by));
        events::record(tx, &event.data(json!({"id": number}))).await?;
        Ok(id)
    });
    conversation(desk, account, begun.await?).await
}

/// Erases the account's contact of that id with all their conversations, and what they wrote in others.
///
/// # Errors
/// There is none, or storage trouble: then the job ends it.
pub async fn erase_contact(desk: &Desk, account: AccountId, id: ContactId, by: UserId) -> Outcome<()> {
    let now = desk.now();
    let begun = desk.db.write::<_, Problem, _>(async move |tx| {
        // Not by the id of one that is part of another.
        let found = contacts::by_id(tx, account, id).await?.filter(|contact| contact.id == id);
        found.ok_or(Problem::NotFound("contact"))?;
        begin(tx, json!({"account": account, "contact": id}), now).await?;
        let event = Event::new(EventKind::ContactDeleted, account, now).by(Some(by));
        Ok(events::record(tx, &event.data(json!({"id": id}))).await?)
    });
    begun.await?;
    contact(desk, account, id).await
}

async fn begin(tx: &mut Tx<'_>, payload: model::Json, now: model::Timestamp) -> store::Result<()> {
    let unique_key = Some(payload.to_string());
    jobs::enqueue(tx, &NewJob { kind: KIND, payload, unique_key, run_at: now + HEAD_START }, now).await
}

/// Erases the conversation, or what is left of it.
///
/// # Errors
/// Storage trouble.
pub async fn conversation(desk: &Desk, account: AccountId, id: ConversationId) -> Outcome<()> {
    // Nothing finds its way in any more.
    while step(desk, async move |tx| Ok((erasure::delete_ways_in(tx, id, STEP).await? > 0, Vec::new()))).await? {}
    let now = desk.now();
    while step(desk, async move |tx| {
        let (mails, mut files) = (erasure::inbound_of(tx, id, STEP).await?, Vec::new());
        for mail in &mails {
            erasure::forget_conclusion(tx, *mail, id).await?;
            if !erasure::still_in(tx, *mail, account).await? {
                files.extend(erasure::erase_inbound(tx, account, *mail, "erased with its conversation", now).await?);
            }
        }
        Ok((!mails.is_empty(), files))
    })
    .await?
    {}
    while step(desk, async move |tx| {
        let (messages, mut files) = (erasure::messages_of(tx, id, STEP).await?, Vec::new());
        for message in &messages {
            files.extend(erasure::delete_message(tx, *message).await?);
        }
        Ok((!messages.is_empty(), files))
    })
    .await?
    {}
    while step(desk, async move |tx| {
        let mails = erasure::mails_of(tx, id, STEP).await?;
        for mail in &mails {
            erasure::delete_mail(tx, *mail).await?;
        }
        Ok((!mails.is_empty(), Vec::new()))
    })
    .await?
    {}
    step(desk, async move |tx| {
        erasure::delete_conversation(tx, id).await?;
        Ok((false, Vec::new()))
    })
    .await
    .map(|_| ())
}

/// Erases the contact, or what is left of them.
///
/// # Errors
/// Storage trouble.
pub async fn contact(desk: &Desk, account: AccountId, id: ContactId) -> Outcome<()> {
    let read = desk.db.read::<_, store::Error, _>(async move |tx| contacts::by_id(tx, account, id).await);
    let Some(person) = read.await?.filter(|person| person.id == id) else { return Ok(()) };
    loop {
        let own: Vec<ConversationId> =
            desk.db.read(async move |tx| erasure::conversations_of(tx, id, STEP).await).await?;
        if own.is_empty() {
            break;
        }
        for of in own {
            conversation(desk, account, of).await?;
        }
    }
    // In other people's conversations they bear the ids of the contacts that became part of this one.
    let merged = desk.db.read::<_, store::Error, _>(async move |tx| contact_merges::merged_into(tx, id).await).await?;
    for id in [id].into_iter().chain(merged) {
        words_elsewhere(desk, &Contact { id, ..person.clone() }).await?;
    }
    mails_without_conversation(desk, &person).await?;
    step(desk, async move |tx| {
        erasure::delete_contact(tx, account, id).await?;
        Ok((false, Vec::new()))
    })
    .await
    .map(|_| ())
}

/// What the person wrote in other people's conversations.
async fn words_elsewhere(desk: &Desk, person: &Contact) -> Outcome<()> {
    let (account, id, now) = (person.account_id, person.id, desk.now());
    let latest: MessageId = desk.db.read(async |tx| erasure::latest_message(tx).await).await?;
    let mut after = MessageId(0);
    let mut others = BTreeSet::new();
    while after < latest {
        let last = MessageId(after.0.saturating_add(STRETCH).min(latest.0));
        let found: Vec<(MessageId, ConversationId)> =
            desk.db.read(async move |tx| erasure::written_by(tx, (account, id), (after, last)).await).await?;
        for few in found.chunks(usize::try_from(STEP).unwrap_or(1)) {
            others.extend(few.iter().map(|(_, conversation)| *conversation));
            let few = few.to_vec();
            step(desk, async move |tx| {
                let mut files = Vec::new();
                for (message, conversation) in &few {
                    for mail in erasure::inbound_of_message(tx, *message).await? {
                        erasure::forget_conclusion(tx, mail, *conversation).await?;
                        files.extend(erasure::erase_inbound(tx, account, mail, REASON, now).await?);
                    }
                    files.extend(erasure::delete_message(tx, *message).await?);
                }
                Ok((false, files))
            })
            .await?;
        }
        after = last;
    }
    let addresses = addresses(person);
    for other in others {
        let addresses = addresses.clone();
        step(desk, async move |tx| {
            erasure::forget_participant(tx, other, id, &addresses).await?;
            Ok((false, Vec::new()))
        })
        .await?;
    }
    Ok(())
}

const REASON: &str = "erased with its author";

/// Mails from the person that were held, or found no conversation; unless another contact has the address too.
async fn mails_without_conversation(desk: &Desk, person: &Contact) -> Outcome<()> {
    let (account, id, now) = (person.account_id, person.id, desk.now());
    for address in addresses(person) {
        let (mut filter, house) = (Filter { words: address.clone(), ..Filter::default() }, desk.house.clone());
        let known = address.clone();
        let read = desk.db.read::<_, store::Error, _>(async move |tx| {
            let holders = contacts::by_email(tx, account, &known).await?;
            Ok((holders.iter().all(|holder| holder.id == id), visible(tx, &house, account).await?))
        });
        let (alone, sees) = read.await?;
        if !alone {
            continue;
        }
        loop {
            let (wanted, seen) = (filter.clone(), own_of(&sees, account));
            let page: inbound_log::Page =
                desk.db.read(async move |tx| inbound_log::page(tx, &seen, &wanted, STEP).await).await?;
            let from_them = page.mails.iter().filter(|mail| {
                mail.from_address
                    .as_deref()
                    .or(mail.envelope_from.as_deref())
                    .is_some_and(|from| mail::address::same(from, &address))
            });
            let theirs: Vec<_> = from_them.map(|mail| mail.id).collect();
            step(desk, async move |tx| {
                let mut files = Vec::new();
                for mail in &theirs {
                    files.extend(erasure::erase_inbound(tx, account, *mail, REASON, now).await?);
                }
                Ok((false, files))
            })
            .await?;
            let Some(next) = page.next else { break };
            filter.before = Some(next);
        }
    }
    Ok(())
}

/// What nobody owns is erased where the account is the only one.
fn own_of(sees: &Visible, account: AccountId) -> Visible {
    match sees {
        Visible::OnlyAccount(_) => sees.clone(),
        Visible::Every | Visible::Account(..) => Visible::Account(account, None),
    }
}

fn addresses(person: &Contact) -> Vec<String> {
    person.email.iter().chain(&person.additional_emails).map(|address| address.to_lowercase()).collect()
}

/// One short write, then the files that it left without a name. Whether there is more to do.
async fn step<F>(desk: &Desk, work: F) -> Outcome<bool>
where
    F: AsyncFn(&mut Tx<'_>) -> store::Result<(bool, Vec<String>)> + Send + Sync + 'static,
{
    let (more, files) = desk.db.write(work).await?;
    retention::remove_files(desk, files).await?;
    Ok(more)
}
