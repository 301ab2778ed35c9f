//! The event log, read in order by everyone who follows. A wake-up says when to look; the table is the truth, and a
//! follower who was away catches up from its last [`Position`].

use crate::{
    Error, FromRow, Result, Row, Tx,
    driver::differing::{EVENTS_AFTER, EVENTS_END, RECORD_EVENTS},
    params,
};
use model::{
    Json, Timestamp,
    event::{Event, EventKind, Position, Recorded},
};
use serde_json::json;

pub(crate) const STATEMENTS: &[&str] = &[INSERT, BEHIND, DELETE_OLD];

impl FromRow for Position {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { transaction: row.get("xact")?, id: row.get("id")? })
    }
}

impl FromRow for Recorded {
    fn from_row(row: &Row) -> Result<Self> {
        let kind: String = row.get("kind")?;
        let event = Event {
            kind: EventKind::parse(&kind)
                .ok_or_else(|| Error::Column { column: "kind".into(), expected: "an event" })?,
            account_id: row.get("account_id")?,
            conversation_id: row.get("conversation_id")?,
            message_id: row.get("message_id")?,
            contact_id: row.get("contact_id")?,
            performer: row.get("performer")?,
            data: row.get("data")?,
            at: row.get("at")?,
        };
        Ok(Self { position: Position::from_row(row)?, event })
    }
}

const INSERT: &str = "INSERT INTO events (kind, account_id, conversation_id, message_id, contact_id, performer, data, at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
/// Records what happened, in the transaction in which it happens; followers are woken after the commit.
///
/// # Errors
/// Storage trouble.
pub async fn record(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    tx.events.push(event.clone());
    tx.left.events = true;
    Ok(())
}

/// Writes what was [`record`]ed, all at once; the last thing a transaction does.
///
/// # Errors
/// Storage trouble.
pub(crate) async fn write(tx: &mut Tx<'_>) -> Result<()> {
    match std::mem::take(&mut tx.events).as_slice() {
        [] => Ok(()),
        [Event { kind, account_id, conversation_id, message_id, contact_id, performer, data, at }] => {
            let place =
                params![kind.as_str(), *account_id, *conversation_id, *message_id, *contact_id, *performer, data, *at];
            tx.later(INSERT, place).await
        }
        several => {
            let sql = RECORD_EVENTS.for_(tx);
            tx.later(sql, params![&several.iter().map(listed).collect::<Json>()]).await
        }
    }
}

/// The event as [`RECORD_EVENTS`] reads it.
fn listed(event: &Event) -> Json {
    let Event { kind, account_id, conversation_id, message_id, contact_id, performer, data, at } = event;
    let (conversation, message) = (conversation_id.map(|id| id.0), message_id.map(|id| id.0));
    let (contact, performer) = (contact_id.map(|id| id.0), performer.map(|id| id.0));
    let data = data.to_string();
    json!([kind.as_str(), account_id.0, conversation, message, contact, performer, data, at.as_millisecond()])
}

/// The next events after `position`, at most `limit`, in order.
///
/// # Errors
/// Storage trouble.
pub async fn after(tx: &mut Tx<'_>, position: Position, limit: i64) -> Result<Vec<Recorded>> {
    let sql = EVENTS_AFTER.for_(tx);
    tx.all(sql, params![position.transaction, position.id, limit]).await
}

/// Where the log ends now, for a follower who wants only what comes.
///
/// # Errors
/// Storage trouble.
pub async fn end(tx: &mut Tx<'_>) -> Result<Position> {
    let sql = EVENTS_END.for_(tx);
    tx.optional(sql, params![]).await?.ok_or(Error::Unit("no row came back"))
}

const BEHIND: &str = "SELECT EXISTS (SELECT 1 FROM events WHERE (xact, id) > ($1, $2)) AS found";
/// Whether there is an event behind `position`, even one that [`after`] does not show yet because an older transaction runs.
///
/// # Errors
/// Storage trouble.
pub async fn behind(tx: &mut Tx<'_>, position: Position) -> Result<bool> {
    tx.column(BEHIND, params![position.transaction, position.id], "found").await
}

const DELETE_OLD: &str = "DELETE FROM events WHERE at < $1";
/// Forgets events before `time`; how many.
///
/// # Errors
/// Storage trouble.
pub async fn delete_before(tx: &mut Tx<'_>, time: Timestamp) -> Result<u64> {
    tx.execute(DELETE_OLD, params![time]).await
}
