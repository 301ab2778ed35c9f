//! The inbound log: what arrived, what became of it and why, for an account's administrators.
//!
//! Nobody reads another's mail. An account sees what turned out to be its own (also by a reply address that was revoked),
//! its share in a mail to several accounts, and what belongs to nobody but was addressed to its inbound domain. Where
//! two accounts have one domain, nothing says whose such a mail is: neither sees it, only the operator does, on the
//! command line. Where there is one account, everything is its.

use crate::{
    Desk, House, Outcome, Problem,
    receive_mail::{self, Received},
    retention::{self, Retention},
};
use bytes::Bytes;
use mail::address;
use model::{
    Timestamp,
    event::{Event, EventKind},
    ids::{AccountId, InboundMailId},
    inbound::InboundState,
};
use serde_json::json;
use std::collections::BTreeMap;
use store::{
    Tx, accounts, conversations, events, inbound_conclusions,
    inbound_log::{self, Filter, Visible},
    inbound_mails::{self, InboundMail, Raw},
    inbound_shares, tokens,
};

/// Entries on a page.
pub const PAGE: i64 = 50;
/// The most mails that are processed again at once.
pub const MOST_REPLAYED: usize = 200;

/// An entry with the number of the account's conversation it went to, if it went to one.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The mail.
    pub mail: InboundMail,
    /// The conversation's number.
    pub conversation: Option<i64>,
    /// When the bytes go; `None` once they are gone, and while the mail is being processed.
    pub erases_at: Option<Timestamp>,
}

/// A page of the log, the latest first.
#[derive(Clone, Debug)]
pub struct Page {
    /// The entries; a search may stop before the page is full.
    pub entries: Vec<Entry>,
    /// Where the next page begins; `None` at the end of the log.
    pub next: Option<InboundMailId>,
}

/// A page of what the account sees of the log.
///
/// # Errors
/// Storage trouble.
pub async fn list(desk: &Desk, account: AccountId, filter: Filter) -> Outcome<Page> {
    let house = desk.house.clone();
    desk.db
        .read(async move |tx| {
            let visible = visible(tx, &house, account).await?;
            let page = inbound_log::page(tx, &visible, &filter, PAGE).await?;
            let mut entries = Vec::with_capacity(page.mails.len());
            for mail in page.mails {
                entries.push(entry(tx, house.retention, account, mail).await?);
            }
            Ok(Page { entries, next: page.next })
        })
        .await
}

/// One entry and the mail's bytes; no bytes once they are erased.
///
/// # Errors
/// The account has no such entry.
pub async fn show(desk: &Desk, account: AccountId, id: InboundMailId) -> Outcome<(Entry, Option<Bytes>)> {
    let house = desk.house.clone();
    let found = desk.db.read::<_, Problem, _>(async move |tx| {
        let mail = find(tx, &house, account, id).await?;
        let entry = entry(tx, house.retention, account, mail).await?;
        let raw = if entry.mail.erased { None } else { inbound_mails::raw(tx, id).await? };
        Ok((entry, raw.unwrap_or(Raw::Erased)))
    });
    let (entry, raw) = found.await?;
    let bytes = receive_mail::bytes_of(desk, &raw).await?;
    Ok((entry, bytes))
}

/// The bytes of a mail, whoever's it is: for the operator. `None` once they are erased.
///
/// # Errors
/// Storage trouble.
pub async fn raw_of_all(desk: &Desk, id: InboundMailId) -> Outcome<Option<Bytes>> {
    let raw: Option<Raw> = desk.db.read(async move |tx| inbound_mails::raw(tx, id).await).await?;
    receive_mail::bytes_of(desk, &raw.unwrap_or(Raw::Erased)).await
}

/// How many mails there are in each state, and what goes soon.
#[derive(Clone, Debug)]
pub struct Counts {
    /// Every state, those without any mail too.
    pub by_state: BTreeMap<InboundState, i64>,
    /// Mails nobody has decided about whose bytes go within [`retention::ANNOUNCED`].
    pub erased_soon: i64,
    /// When the first of them goes.
    pub erased_at: Option<Timestamp>,
}

/// Counts what the account sees of the log.
///
/// # Errors
/// Storage trouble.
pub async fn counts(desk: &Desk, account: AccountId) -> Outcome<Counts> {
    let (house, now) = (desk.house.clone(), desk.now());
    desk.db
        .read(async move |tx| {
            let visible = visible(tx, &house, account).await?;
            let found = inbound_log::counts(tx, &visible).await?;
            let by_state = InboundState::ALL.iter().map(|state| (*state, found.get(state).copied().unwrap_or(0)));
            let (erased, soon) = house.retention.announced(now);
            let (erased_soon, first) = inbound_log::undecided(tx, &visible, erased, soon).await?;
            let erased_at = first.map(|first| house.retention.undecided_until(first));
            Ok(Counts { by_state: by_state.collect(), erased_soon, erased_at })
        })
        .await
}

/// Processes the mail again, at once, if it failed, was held or found no conversation; otherwise it stays as it is. Its
/// entry afterwards.
///
/// # Errors
/// The account has no such entry.
pub async fn replay(desk: &Desk, account: AccountId, id: InboundMailId) -> Outcome<Entry> {
    show(desk, account, id).await?;
    process_again(desk, id).await?;
    Ok(show(desk, account, id).await?.0)
}

/// Processes a mail again, at once, as [`replay`] does, whoever's it is.
///
/// # Errors
/// There is no such mail.
pub async fn process_again(desk: &Desk, id: InboundMailId) -> Outcome<Received> {
    receive_mail::replay(desk, id).await?;
    // The job that was enqueued as well finds it done; it is there in case this process dies now, or breaks on the mail.
    match receive_mail::receive_mail(desk, id, None).await {
        Err(Problem::Storage(error)) if !error.unavailable() => {
            Ok(Received { state: InboundState::Pending, reason: error.to_string() })
        }
        received => received,
    }
}

/// Processes these mails again, the oldest first, as [`replay`] does; of more than [`MOST_REPLAYED`] the oldest. Their
/// entries afterwards.
///
/// # Errors
/// The account has not all of them: then nothing is done.
pub async fn replay_each(desk: &Desk, account: AccountId, mut ids: Vec<InboundMailId>) -> Outcome<Vec<Entry>> {
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(MOST_REPLAYED);
    let (house, wanted) = (desk.house.clone(), ids.clone());
    let found = desk.db.read::<_, Problem, _>(async move |tx| {
        for id in &wanted {
            find(tx, &house, account, *id).await?;
        }
        Ok(())
    });
    found.await?;
    let mut entries = Vec::with_capacity(ids.len());
    // In the order in which they came, so that a thread is told in order.
    for id in ids {
        entries.push(replay(desk, account, id).await?);
    }
    Ok(entries)
}

/// Processes again what matches: the latest [`MOST_REPLAYED`] mails, the oldest of them first. The entries afterwards, and
/// where the next lot begins, if there is one.
///
/// # Errors
/// The state is not one of those that can be processed again.
pub async fn replay_matching(
    desk: &Desk,
    account: AccountId,
    filter: Filter,
) -> Outcome<(Vec<Entry>, Option<InboundMailId>)> {
    if !filter.state.is_some_and(InboundState::replayable) {
        return Err(Problem::invalid("state", "must be failed, held or unrouted"));
    }
    let house = desk.house.clone();
    let limit = i64::try_from(MOST_REPLAYED).unwrap_or(i64::MAX);
    let found = desk.db.read::<_, Problem, _>(async move |tx| {
        let visible = visible(tx, &house, account).await?;
        Ok(inbound_log::page(tx, &visible, &filter, limit).await?)
    });
    let page = found.await?;
    let ids = page.mails.iter().map(|mail| mail.id).collect();
    Ok((replay_each(desk, account, ids).await?, page.next))
}

/// Erases the bytes of a mail now; its place in the log, its hash and the trace stay. Of a mail to several accounts the
/// bytes go when the last of them has let them go; until then this one sees them no more.
///
/// # Errors
/// The account has no such entry, or the mail is being processed.
pub async fn erase_raw(desk: &Desk, account: AccountId, id: InboundMailId) -> Outcome<()> {
    let (house, now) = (desk.house.clone(), desk.now());
    let written = desk.db.write::<_, Problem, _>(async move |tx| {
        let seen = find(tx, &house, account, id).await?;
        if seen.erased {
            return Ok(None);
        }
        if seen.state == InboundState::Pending {
            return Err(Problem::Invalid("the mail is being processed".into()));
        }
        let event = Event::new(EventKind::InboundMailUpdated, account, now);
        events::record(tx, &event.data(json!({"id": id, "state": seen.state.as_str()}))).await?;
        inbound_shares::hide_raw(tx, id, account).await?;
        if inbound_shares::of_mail(tx, id).await?.iter().any(|share| share.raw) {
            return Ok(None);
        }
        erase(tx, id, now).await
    });
    let file = written.await?;
    retention::remove_files(desk, file.into_iter().collect()).await
}

/// Erases the bytes of a mail now, whoever's it is: for the operator.
///
/// # Errors
/// There is no such mail, or it is being processed.
pub async fn erase_raw_of_all(desk: &Desk, id: InboundMailId) -> Outcome<()> {
    let now = desk.now();
    let file = desk.db.write::<_, Problem, _>(async move |tx| erase(tx, id, now).await).await?;
    retention::remove_files(desk, file.into_iter().collect()).await
}

/// The key of the file that is to be removed after the commit, if there is one.
async fn erase(tx: &mut Tx<'_>, id: InboundMailId, now: Timestamp) -> Outcome<Option<String>> {
    let mail = inbound_mails::by_id(tx, id).await?.ok_or(Problem::NotFound("mail"))?;
    if mail.state == InboundState::Pending {
        return Err(Problem::Invalid("the mail is being processed".into()));
    }
    let raw = inbound_mails::raw(tx, id).await?;
    inbound_mails::erase(tx, id, mail.state, now).await?;
    Ok(match raw {
        Some(Raw::Blob(key)) => Some(key),
        _ => None,
    })
}

async fn find(tx: &mut Tx<'_>, house: &House, account: AccountId, id: InboundMailId) -> Outcome<InboundMail> {
    let visible = visible(tx, house, account).await?;
    inbound_log::one(tx, &visible, id).await?.ok_or(Problem::NotFound("mail"))
}

/// What of the log is the account's.
///
/// # Errors
/// Storage trouble.
pub async fn visible(tx: &mut Tx<'_>, house: &House, account: AccountId) -> store::Result<Visible> {
    let all = accounts::all(tx).await?;
    if all.len() == 1 {
        return Ok(Visible::OnlyAccount(account));
    }
    let domain_of =
        |of: &model::account::Account| of.inbound_domain(house.inbound_domain.as_deref()).map(str::to_lowercase);
    let own = all.iter().find(|other| other.id == account).and_then(domain_of);
    let shared = all.iter().filter(|other| other.id != account).any(|other| domain_of(other) == own);
    Ok(Visible::Account(account, own.filter(|_| !shared)))
}

async fn entry(
    tx: &mut Tx<'_>,
    retention: Retention,
    account: AccountId,
    mut mail: InboundMail,
) -> store::Result<Entry> {
    let (mut own, mut others) = (None, false);
    for conclusion in inbound_conclusions::of_mail(tx, mail.id).await? {
        match conversations::by_id(tx, conclusion.conversation_id).await? {
            Some(conversation) if conversation.account_id == account => own = own.or(Some(conversation.display_id)),
            Some(_) => others = true,
            None => {}
        }
    }
    if others {
        without_others_addresses(tx, account, &mut mail).await?;
    }
    let erases_at = retention.erases_at(&mail);
    Ok(Entry { mail, conversation: own, erases_at })
}

/// Who has a reply address can write into the conversation: of a mail to several accounts each sees only its own.
async fn without_others_addresses(tx: &mut Tx<'_>, account: AccountId, mail: &mut InboundMail) -> store::Result<()> {
    let mut others = Vec::new();
    for address in mail.envelope_to.iter().chain(&mail.recipients) {
        let token = address::reply_token(address).or_else(|| address::bounce_token(address));
        if let Some(token) = token
            && let Some(token) = tokens::by_token(tx, token.as_str()).await?
            && token.account_id != account
        {
            others.push(address.clone());
        }
    }
    mail.envelope_to.retain(|address| !others.contains(address));
    mail.recipients.retain(|address| !others.contains(address));
    Ok(())
}

/// A time as people give it: seconds since 1970, RFC 3339, or a day (`2026-11-22`), which begins at midnight UTC.
#[must_use]
pub fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let seconds = text.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    seconds.or_else(|| text.parse().ok()).or_else(|| format!("{text}T00:00:00Z").parse().ok())
}
