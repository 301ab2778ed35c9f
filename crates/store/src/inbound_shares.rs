//! A mail to conversations of several accounts belongs to none of them alone: what became of it for each, and what each
//! reads of the decisions.

use crate::{Error, FromRow, Result, Row, Tx, params};
use model::{
    Json,
    ids::{AccountId, InboundMailId},
    inbound::InboundState,
};

pub(crate) const STATEMENTS: &[&str] = &[SET, OF_MAIL, FORGET, LEAVE, HIDE_RAW];

/// One account's share of a mail.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// Whose.
    pub account_id: AccountId,
    /// Of which mail.
    pub inbound_mail_id: InboundMailId,
    /// The worst of what became of it in the account's conversations.
    pub state: InboundState,
    /// Why, in words.
    pub reason: String,
    /// The decisions, as far as they concern the account.
    pub trace: Vec<String>,
    /// Whether the account still sees the bytes.
    pub raw: bool,
}

impl FromRow for Share {
    fn from_row(row: &Row) -> Result<Self> {
        let state: String = row.get("state")?;
        let unknown = || Error::Column { column: "state".into(), expected: "a state of an inbound mail" };
        Ok(Self {
            account_id: row.get("account_id")?,
            inbound_mail_id: row.get("inbound_mail_id")?,
            state: InboundState::parse(&state).ok_or_else(unknown)?,
            reason: row.get("reason")?,
            trace: serde_json::from_value(row.get("trace")?).unwrap_or_default(),
            raw: row.get("raw")?,
        })
    }
}

const SET: &str = "INSERT INTO inbound_shares (account_id, inbound_mail_id, state, reason, trace, raw) VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (account_id, inbound_mail_id) DO UPDATE SET state = excluded.state, reason = excluded.reason, trace = excluded.trace";
/// Keeps an account's share; whether it still sees the bytes stays as it was.
///
/// # Errors
/// Storage trouble.
pub async fn set(tx: &mut Tx<'_>, share: &Share) -> Result<()> {
    let trace = Json::from(share.trace.clone());
    let values =
        params![share.account_id, share.inbound_mail_id, share.state.as_str(), &share.reason, &trace, share.raw];
    tx.execute(SET, values).await.map(|_| ())
}

const OF_MAIL: &str = "SELECT account_id, inbound_mail_id, state, reason, trace, raw FROM inbound_shares WHERE inbound_mail_id = $1 ORDER BY account_id";
/// The shares in a mail; none where it belongs to one account or to nobody.
///
/// # Errors
/// Storage trouble.
pub async fn of_mail(tx: &mut Tx<'_>, mail: InboundMailId) -> Result<Vec<Share>> {
    tx.all(OF_MAIL, params![mail]).await
}

const FORGET: &str = "DELETE FROM inbound_shares WHERE inbound_mail_id = $1 AND raw";
/// Forgets the shares in a mail that is concluded anew; that an account let the bytes be erased is not forgotten.
///
/// # Errors
/// Storage trouble.
pub async fn forget(tx: &mut Tx<'_>, mail: InboundMailId) -> Result<()> {
    tx.execute(FORGET, params![mail]).await.map(|_| ())
}

const LEAVE: &str = "DELETE FROM inbound_shares WHERE inbound_mail_id = $1 AND account_id = $2";
/// Takes the mail out of the account's log.
///
/// # Errors
/// Storage trouble.
pub async fn leave(tx: &mut Tx<'_>, mail: InboundMailId, account: AccountId) -> Result<()> {
    tx.execute(LEAVE, params![mail, account]).await.map(|_| ())
}

const HIDE_RAW: &str = "UPDATE inbound_shares SET raw = FALSE WHERE inbound_mail_id = $1 AND account_id = $2";
/// The account sees the bytes no more.
///
/// # Errors
/// Storage trouble.
pub async fn hide_raw(tx: &mut Tx<'_>, mail: InboundMailId, account: AccountId) -> Result<()> {
    tx.execute(HIDE_RAW, params![mail, account]).await.map(|_| ())
}
