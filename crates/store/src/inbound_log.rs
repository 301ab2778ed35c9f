//! The inbound log as someone reads it: a page at a time from the latest down, counted, searched.
//!
//! What a reader sees lies in up to three strands (their account's own mails, its shares in mails to several accounts,
//! mails of nobody addressed to its host), each read from an index in the order of ids. Words are looked for in an index
//! that holds them, over a stretch of ids at a time, so that a search without matches ends soon and says how far it came.

use crate::{
    Result, Tx,
    contacts::like,
    inbound_hosts,
    inbound_mails::{self, InboundMail},
    inbound_shares, params,
    value::Value,
};
use model::{
    Timestamp,
    ids::{AccountId, InboundMailId},
    inbound::InboundState,
};
use std::collections::BTreeMap;

pub(crate) const STATEMENTS: &[&str] = &[
    OWN,
    OWN_IN_STATE,
    NOBODYS,
    NOBODYS_IN_STATE,
    AT_HOST,
    SHARED,
    COUNT_OWN,
    COUNT_NOBODYS,
    COUNT_AT_HOST,
    COUNT_SHARED,
    DUE_OWN,
    DUE_NOBODYS,
    DUE_AT_HOST,
    DUE_SHARED,
    LATEST,
    FROM,
];

/// Ids that a search looks through before it sees whether it has found enough.
const STRETCH: i64 = 50_000;
/// Stretches that a search looks through at once.
const STRETCHES: usize = 8;
/// How far the order of ids and that of times may differ, milliseconds: nodes whose clocks differ, a clock that was set.
const DISORDER: i64 = 3_600_000;

/// Whose mails a reader sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visible {
    /// All there are: the operator's command line.
    Every,
    /// The account's own, its shares, and those of nobody addressed to that host (lower case), if it has one to itself.
    Account(AccountId, Option<String>),
    /// The account's own and all those of nobody: it is the only account.
    OnlyAccount(AccountId),
}

/// Which of them a page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In that state.
    pub state: Option<InboundState>,
    /// That came that way: `relay`, `smtp`, …
    pub ingress: Option<String>,
    /// Of that kind: `human`, `bounce`, …
    pub kind: Option<String>,
    /// Accepted then or later.
    pub since: Option<Timestamp>,
    /// Accepted before.
    pub until: Option<Timestamp>,
    /// With those words in sender, recipients (the envelope's too), subject or Message-ID.
    pub words: String,
    /// Only mails before this one: a page further down.
    pub before: Option<InboundMailId>,
}

impl Filter {
    /// Whether rows have to be looked through that do not match.
    fn searches(&self) -> bool {
        !self.words.trim().is_empty() || self.ingress.is_some() || self.kind.is_some()
    }
}

/// A page of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The latest first.
    pub mails: Vec<InboundMail>,
    /// Where the next page begins; `None` at the end of the log. A page that is not full may have one: the search
    /// stopped there.
    pub next: Option<InboundMailId>,
}

/// Ids of a strand: `$1` whose, `$2` before, `$3` from, `$4` words, `$5` since, `$6` until, `$7` ingress, `$8` kind,
/// `$9` state, `$10` how many.
macro_rules! ids {
    ($from:literal, $id:literal, $in_state:literal) => {
        concat!(
            "SELECT inbound_mails.id AS id FROM ",
            $from,
            " AND ",
            $id,
            " < $2 AND ",
            $id,
            " >= $3 AND inbound_mails.search LIKE $4 ESCAPE '\\' AND inbound_mails.received_at >= $5 AND inbound_mails.received_at < $6 \
             AND (CAST($7 AS TEXT) IS NULL OR inbound_mails.ingress = $7) AND (CAST($8 AS TEXT) IS NULL OR inbound_mails.kind = $8) AND ",
            $in_state,
            " ORDER BY ",
            $id,
            " DESC LIMIT $10"
        )
    };
}

const OWN: &str = ids!(
    "inbound_mails WHERE inbound_mails.account_id = $1",
    "inbound_mails.id",
    "(CAST($9 AS TEXT) IS NULL OR inbound_mails.state = $9)"
);
const OWN_IN_STATE: &str =
    ids!("inbound_mails WHERE inbound_mails.account_id = $1", "inbound_mails.id", "inbound_mails.state = $9");
const NOBODYS: &str = ids!(
    "inbound_mails WHERE inbound_mails.account_id IS NULL AND CAST($1 AS TEXT) IS NULL",
    "inbound_mails.id",
    "(CAST($9 AS TEXT) IS NULL OR inbound_mails.state = $9)"
);
const NOBODYS_IN_STATE: &str = ids!(
    "inbound_mails WHERE inbound_mails.account_id IS NULL AND CAST($1 AS TEXT) IS NULL",
    "inbound_mails.id",
    "inbound_mails.state = $9"
);
const AT_HOST: &str = ids!(
    "inbound_hosts JOIN inbound_mails ON inbound_mails.id = inbound_hosts.inbound_mail_id WHERE inbound_hosts.host = $1",
    "inbound_hosts.inbound_mail_id",
    "(CAST($9 AS TEXT) IS NULL OR inbound_mails.state = $9)"
);
const SHARED: &str = ids!(
    "inbound_shares JOIN inbound_mails ON inbound_mails.id = inbound_shares.inbound_mail_id WHERE inbound_shares.account_id = $1",
    "inbound_shares.inbound_mail_id",
    "(CAST($9 AS TEXT) IS NULL OR inbound_shares.state = $9)"
);

/// A part of the log that lies together in one index.
enum Strand {
    Own(AccountId),
    Nobodys,
    AtHost(String),
    Shared(AccountId),
}

impl Strand {
    fn key(&self) -> Value {
        match self {
            Self::Own(account) | Self::Shared(account) => Value::Int(account.0),
            Self::Nobodys => Value::Null,
            Self::AtHost(host) => Value::Text(host.clone()),
        }
    }

    /// The statement for its ids; `rare` where the state is told apart by an index of its own.
    fn ids(&self, rare: bool) -> &'static str {
        match (self, rare) {
            (Self::Own(_), false) => OWN,
            (Self::Own(_), true) => OWN_IN_STATE,
            (Self::Nobodys, false) => NOBODYS,
            (Self::Nobodys, true) => NOBODYS_IN_STATE,
            (Self::AtHost(_), _) => AT_HOST,
            (Self::Shared(_), _) => SHARED,
        }
    }

    fn count(&self) -> &'static str {
        match self {
            Self::Own(_) => COUNT_OWN,
            Self::Nobodys => COUNT_NOBODYS,
            Self::AtHost(_) => COUNT_AT_HOST,
            Self::Shared(_) => COUNT_SHARED,
        }
    }

    fn due(&self) -> &'static str {
        match self {
            Self::Own(_) => DUE_OWN,
            Self::Nobodys => DUE_NOBODYS,
            Self::AtHost(_) => DUE_AT_HOST,
            Self::Shared(_) => DUE_SHARED,
        }
    }
}

async fn strands(tx: &mut Tx<'_>, visible: &Visible) -> Result<Vec<Strand>> {
    Ok(match visible {
        Visible::Every => {
            let accounts = crate::accounts::all(tx).await?;
            accounts.into_iter().map(|account| Strand::Own(account.id)).chain([Strand::Nobodys]).collect()
        }
        Visible::OnlyAccount(account) => vec![Strand::Own(*account), Strand::Nobodys],
        Visible::Account(account, host) => {
            let own = [Strand::Own(*account), Strand::Shared(*account)];
            own.into_iter().chain(host.clone().map(Strand::AtHost)).collect()
        }
    })
}

/// A page of what `visible` sees of the log.
///
/// # Errors
/// Storage trouble.
pub async fn page(tx: &mut Tx<'_>, visible: &Visible, filter: &Filter, limit: i64) -> Result<Page> {
    let strands = strands(tx, visible).await?;
    let end = first_of(tx, filter.until, DISORDER).await?.unwrap_or(InboundMailId(i64::MAX));
    let start = first_of(tx, filter.since, -DISORDER).await?.unwrap_or(InboundMailId(0));
    let mut before = filter.before.map_or(end, |before| before.min(end));
    if filter.searches() {
        before = before.min(InboundMailId(latest(tx).await?.0.saturating_add(1)));
    }
    let full = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut found: Vec<InboundMailId> = Vec::new();
    for _ in 0..STRETCHES {
        let lowest = if filter.searches() { before.0.saturating_sub(STRETCH).max(start.0) } else { start.0 };
        let mut ids = Vec::new();
        for strand in &strands {
            let left = limit.saturating_sub(i64::try_from(found.len()).unwrap_or(limit));
            ids.extend(stretch(tx, strand, filter, (InboundMailId(lowest), before), left).await?);
        }
        // A mail may lie in two strands.
        ids.sort_unstable_by(|one, other| other.cmp(one));
        ids.dedup();
        found.extend(ids);
        found.truncate(full);
        before = InboundMailId(lowest);
        if found.len() == full || lowest <= start.0 {
            break;
        }
    }
    let next = if found.len() == full { found.last().copied() } else { Some(before).filter(|id| *id > start) };
    let mut mails = Vec::with_capacity(found.len());
    for id in found {
        if let Some(mail) = inbound_mails::by_id(tx, id).await? {
            mails.push(as_seen(tx, visible, mail).await?);
        }
    }
    Ok(Page { mails, next })
}

async fn stretch(
    tx: &mut Tx<'_>,
    strand: &Strand,
    filter: &Filter,
    (from, before): (InboundMailId, InboundMailId),
    limit: i64,
) -> Result<Vec<InboundMailId>> {
    // Most mails are delivered: among them words are found faster in the index that holds the words.
    let rare = filter.state.is_some_and(|state| state != InboundState::Delivered || !filter.searches());
    let values = params![
        strand.key(),
        before,
        from,
        like(&filter.words),
        filter.since.unwrap_or(Timestamp::MIN),
        filter.until.unwrap_or(Timestamp::MAX),
        filter.ingress.as_deref(),
        filter.kind.as_deref(),
        filter.state.map(InboundState::as_str),
        limit
    ];
    tx.rows(strand.ids(rare), values).await?.iter().map(|row| row.get("id")).collect()
}

/// The mail of that id, if `visible` sees it, as it sees it.
///
/// # Errors
/// Storage trouble.
pub async fn one(tx: &mut Tx<'_>, visible: &Visible, id: InboundMailId) -> Result<Option<InboundMail>> {
    let Some(mail) = inbound_mails::by_id(tx, id).await? else { return Ok(None) };
    let sees = match (visible, mail.account_id) {
        (Visible::Every, _) | (Visible::OnlyAccount(_), None) => true,
        (Visible::OnlyAccount(account) | Visible::Account(account, _), Some(of)) => of == *account,
        (Visible::Account(account, host), None) => {
            let shares = inbound_shares::of_mail(tx, id).await?;
            shares.iter().any(|share| share.account_id == *account)
                || match host {
                    Some(host) => inbound_hosts::names(tx, id, host).await?,
                    None => false,
                }
        }
    };
    if !sees {
        return Ok(None);
    }
    as_seen(tx, visible, mail).await.map(Some)
}

/// A mail to several accounts has for each its own state, reason and trace.
async fn as_seen(tx: &mut Tx<'_>, visible: &Visible, mut mail: InboundMail) -> Result<InboundMail> {
    let Visible::Account(account, _) = visible else { return Ok(mail) };
    if mail.account_id.is_some() {
        return Ok(mail);
    }
    let shares = inbound_shares::of_mail(tx, mail.id).await?;
    if let Some(share) = shares.into_iter().find(|share| share.account_id == *account) {
        mail.account_id = Some(*account);
        mail.erased |= !share.raw;
        if mail.state != InboundState::Pending {
            (mail.state, mail.reason) = (share.state, share.reason);
        }
        mail.trace = share.trace;
    }
    Ok(mail)
}

const COUNT_OWN: &str = "SELECT state, COUNT(*) AS count FROM inbound_mails WHERE account_id = $1 GROUP BY state";
const COUNT_NOBODYS: &str = "SELECT state, COUNT(*) AS count FROM inbound_mails WHERE account_id IS NULL AND CAST($1 AS TEXT) IS NULL GROUP BY state";
const COUNT_AT_HOST: &str = "SELECT inbound_mails.state AS state, COUNT(*) AS count FROM inbound_hosts \
     JOIN inbound_mails ON inbound_mails.id = inbound_hosts.inbound_mail_id WHERE inbound_hosts.host = $1 GROUP BY inbound_mails.state";
const COUNT_SHARED: &str =
    "SELECT state, COUNT(*) AS count FROM inbound_shares WHERE inbound_shares.account_id = $1 GROUP BY state";
/// How many mails `visible` sees in each state; states without any are left out.
///
/// # Errors
/// Storage trouble.
pub async fn counts(tx: &mut Tx<'_>, visible: &Visible) -> Result<BTreeMap<InboundState, i64>> {
    let mut counts = BTreeMap::new();
    for strand in strands(tx, visible).await? {
        for row in tx.rows(strand.count(), params![strand.key()]).await? {
            let state: String = row.get("state")?;
            if let Some(state) = InboundState::parse(&state) {
                *counts.entry(state).or_insert(0) += row.get::<i64>("count")?;
            }
        }
    }
    Ok(counts)
}

/// Undecided mails of a strand whose bytes are there, accepted before a time: `$1` whose, `$2` before, `$3` from, `$4`
/// accepted before.
macro_rules! due {
    ($from:literal, $id:literal) => {
        concat!(
            "SELECT COUNT(*) AS count, MIN(inbound_mails.received_at) AS first FROM ",
            $from,
            " AND ",
            $id,
            " < $2 AND ",
            $id,
            " >= $3 AND inbound_mails.received_at < $4 AND inbound_mails.state IN ('failed', 'held', 'unrouted') \
             AND inbound_mails.erased_at IS NULL"
        )
    };
}
const DUE_OWN: &str = due!("inbound_mails WHERE inbound_mails.account_id = $1", "inbound_mails.id");
const DUE_NOBODYS: &str =
    due!("inbound_mails WHERE inbound_mails.account_id IS NULL AND CAST($1 AS TEXT) IS NULL", "inbound_mails.id");
const DUE_AT_HOST: &str = due!(
    "inbound_hosts JOIN inbound_mails ON inbound_mails.id = inbound_hosts.inbound_mail_id WHERE inbound_hosts.host = $1",
    "inbound_hosts.inbound_mail_id"
);
const DUE_SHARED: &str = due!(
    "inbound_shares JOIN inbound_mails ON inbound_mails.id = inbound_shares.inbound_mail_id WHERE inbound_shares.account_id = $1",
    "inbound_shares.inbound_mail_id"
);
/// How many mails nobody has decided about were accepted before `time` and still have their bytes, and when the first of
/// them was accepted. Those accepted before `erased`, whose bytes have gone, are not looked at.
///
/// # Errors
/// Storage trouble.
pub async fn undecided(
    tx: &mut Tx<'_>,
    visible: &Visible,
    erased: Timestamp,
    time: Timestamp,
) -> Result<(i64, Option<Timestamp>)> {
    let from = first_of(tx, Some(erased), -DISORDER).await?.unwrap_or(InboundMailId(0));
    let before = first_of(tx, Some(time), DISORDER).await?.unwrap_or(InboundMailId(i64::MAX));
    let (mut count, mut first) = (0, None);
    for strand in strands(tx, visible).await? {
        let rows = tx.rows(strand.due(), params![strand.key(), before, from, time]).await?;
        for row in rows {
            count += row.get::<i64>("count")?;
            let of_strand: Option<Timestamp> = row.get("first")?;
            first = first.into_iter().chain(of_strand).min();
        }
    }
    Ok((count, first))
}

const LATEST: &str = "SELECT COALESCE(MAX(id), 0) AS id FROM inbound_mails";
async fn latest(tx: &mut Tx<'_>) -> Result<InboundMailId> {
    tx.column(LATEST, params![], "id").await
}

const FROM: &str = "SELECT id, received_at FROM inbound_mails WHERE id >= $1 ORDER BY id LIMIT 1";
/// The first mail accepted at `time`, give or take `slack` milliseconds, or later; past the end where there is none yet. `None` where
/// no time is given. Ids grow with time, so it is found by halving.
async fn first_of(tx: &mut Tx<'_>, time: Option<Timestamp>, slack: i64) -> Result<Option<InboundMailId>> {
    let Some(time) = time else { return Ok(None) };
    let time = Timestamp::from_millisecond(time.as_millisecond().saturating_add(slack)).unwrap_or(time);
    let (mut low, mut high) = (0, latest(tx).await?.0.saturating_add(1));
    while low < high {
        let middle = low + (high - low) / 2;
        let rows = tx.rows(FROM, params![middle]).await?;
        let Some(row) = rows.first() else {
            high = middle;
            continue;
        };
        if row.get::<Timestamp>("received_at")? < time {
            low = row.get::<InboundMailId>("id")?.0.saturating_add(1);
        } else {
            high = middle;
        }
    }
    Ok(Some(InboundMailId(low)))
}
