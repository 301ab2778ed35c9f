//! The inbound log: what arrived, what became of it and why, for an account's administrators.

use crate::{Desk, House, Outcome, Problem, receive_mail};
use bytes::Bytes;
use model::{
    ids::{AccountId, InboundMailId},
    inbound::InboundState,
};
use store::{
    Tx, accounts, conversations, inbound_conclusions,
    inbound_mails::{self, InboundMail, Raw, Visible},
};

/// Entries on a page.
pub const PAGE: i64 = 50;

/// An entry with the number of the account's conversation it went to, if it went to one.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The mail.
    pub mail: InboundMail,
    /// The conversation's number.
    pub conversation: Option<i64>,
}

/// Which entries a list shows.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// In that state.
    pub state: Option<InboundState>,
    /// With those words in sender, recipients, subject or id.
    pub words: String,
    /// Only entries before this one: a page further down.
    pub before: Option<InboundMailId>,
}

/// A page of the account's log, the latest first.
///
/// # Errors
/// Storage trouble.
pub async fn list(desk: &Desk, account: AccountId, which: Which) -> Outcome<Vec<Entry>> {
    let house = desk.house.clone();
    desk.db
        .read(async move |tx| {
            let visible = visible(tx, &house, account).await?;
            let mails = inbound_mails::list(tx, &visible, which.state, &which.words, which.before, PAGE).await?;
            let mut entries = Vec::with_capacity(mails.len());
            for mail in mails {
                let conversation = conversation(tx, account, &mail).await?;
                entries.push(Entry { mail, conversation });
            }
            Ok(entries)
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
        let visible = visible(tx, &house, account).await?;
        let mail = inbound_mails::visible(tx, &visible, id).await?.ok_or(Problem::NotFound("mail"))?;
        let conversation = conversation(tx, account, &mail).await?;
        let raw = inbound_mails::raw(tx, id).await?.unwrap_or(Raw::Erased);
        Ok((Entry { mail, conversation }, raw))
    });
    let (entry, raw) = found.await?;
    let bytes = receive_mail::bytes_of(desk, &raw).await?;
    Ok((entry, bytes))
}

/// Processes the mail again, at once, if it failed, was held or found no conversation; otherwise it stays as it is. Its
/// entry afterwards.
///
/// # Errors
/// The account has no such entry.
pub async fn replay(desk: &Desk, account: AccountId, id: InboundMailId) -> Outcome<Entry> {
    show(desk, account, id).await?;
    receive_mail::replay(desk, id).await?;
    // The job that was enqueued as well finds it done; it is there in case this process dies now.
    receive_mail::receive_mail(desk, id, None).await?;
    Ok(show(desk, account, id).await?.0)
}

/// What of the log is the account's: what turned out to be its own, and what is nobody's but was addressed to its
/// inbound domain, if no other account has the same.
async fn visible(tx: &mut Tx<'_>, house: &House, account: AccountId) -> store::Result<Visible> {
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

async fn conversation(tx: &mut Tx<'_>, account: AccountId, mail: &InboundMail) -> store::Result<Option<i64>> {
    for conclusion in inbound_conclusions::of_mail(tx, mail.id).await? {
        let found = conversations::by_id(tx, conclusion.conversation_id).await?;
        if let Some(conversation) = found.filter(|conversation| conversation.account_id == account) {
            return Ok(Some(conversation.display_id));
        }
    }
    Ok(None)
}
