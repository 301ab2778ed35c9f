//! A transaction as units of work see it: statements with `$1`-style parameters, the same text for both databases.

use crate::{
    driver::{differing::Pair, postgres, sqlite},
    error::{Error, Result},
    signals::Left,
    value::{FromRow, FromValue, Row, Value},
};
use model::{Json, event::Event};
use std::{collections::VecDeque, future::Future, pin::Pin, task::Poll};

/// A running transaction.
pub struct Tx<'c> {
    connection: Connection<'c>,
    /// Statements that are under way and that nobody has waited for yet, in order.
    unsettled: Vec<Unsettled<'c>>,
    /// Rows that are written together, by statement; they go before whatever might read them.
    gathered: Vec<Gathered>,
    /// Ids drawn for messages that will be written.
    pub(crate) reserved: VecDeque<i64>,
    /// Whether one of them fails the transaction by what it changed, not by failing itself.
    expects: bool,
    /// The trouble that dooms this transaction, whatever the unit makes of it.
    pub(crate) trouble: Option<Error>,
    /// What happened; written at the end.
    pub(crate) events: Vec<Event>,
    /// What others will be woken for after the commit.
    pub(crate) left: Left,
}

enum Connection<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c postgres::Connection),
}

impl<'c> Tx<'c> {
    pub(crate) fn sqlite(connection: &'c rusqlite::Connection) -> Self {
        Self::over(Connection::Sqlite(connection))
    }

    pub(crate) fn postgres(connection: &'c postgres::Connection) -> Self {
        Self::over(Connection::Postgres(connection))
    }

    fn over(connection: Connection<'c>) -> Self {
        Self {
            connection,
            unsettled: Vec::new(),
            gathered: Vec::new(),
            reserved: VecDeque::new(),
            expects: false,
            trouble: None,
            events: Vec::new(),
            left: Left::default(),
        }
    }

    /// Whether the database is PostgreSQL; for the few statements that differ, which live in `driver`.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.connection, Connection::Postgres(_))
    }

    /// Runs a statement; how many rows it changed.
    ///
    /// # Errors
    /// The database refused it.
    pub async fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64> {
        crate::statements::expect_listed(sql);
        self.send_gathered().await?;
        let result = match self.connection {
            Connection::Sqlite(connection) => sqlite::execute(connection, sql, params),
            Connection::Postgres(connection) => connection.execute(sql, params).await,
        };
        self.note(result).await
    }

    /// Runs a statement that nothing in this transaction waits for: later statements see what it did, and if it fails
    /// the transaction does. On PostgreSQL it is sent along with what follows, which saves a round trip.
    ///
    /// # Errors
    /// The database refused it, if that is known by now.
    pub async fn later(&mut self, sql: &'static str, params: &[Value]) -> Result<()> {
        self.unwaited(sql, params, None).await
    }

    /// As [`Tx::later`], for a row of which a transaction may write many: on PostgreSQL they are sent together, as one
    /// statement over a JSON list of rows.
    ///
    /// # Errors
    /// The database refused it, if that is known by now.
    pub(crate) async fn gather(&mut self, sql: &'static Pair, rows: Rows, row: &[Value]) -> Result<()> {
        let each = rows == Rows::MustChange;
        if !self.is_postgres() {
            return self.unwaited(sql.sqlite, row, each.then_some(1)).await;
        }
        let place = self.gathered.iter().position(|gathered| gathered.sql.postgres == sql.postgres);
        let place = place.unwrap_or_else(|| {
            self.gathered.push(Gathered { sql, each, rows: Vec::new() });
            self.gathered.len() - 1
        });
        let Some(gathered) = self.gathered.get_mut(place) else { return Ok(()) };
        let key = match rows {
            Rows::LastOf(key) => Some(key),
            Rows::Every | Rows::MustChange => None,
        };
        let row: Json = row.iter().map(listed).collect();
        match gathered.rows.iter_mut().find(|(known, _)| key.is_some() && *known == key) {
            Some((_, known)) => *known = row,
            None => gathered.rows.push((key, row)),
        }
        Ok(())
    }

    /// Sends what was [`Tx::gather`]ed.
    pub(crate) async fn send_gathered(&mut self) -> Result<()> {
        for Gathered { sql, each, rows } in std::mem::take(&mut self.gathered) {
            let expected = u64::try_from(rows.len()).ok().filter(|_| each);
            let rows: Json = rows.into_iter().map(|(_, row)| row).collect();
            self.unwaited(sql.postgres, &[rows.to_string().into()], expected).await?;
        }
        Ok(())
    }

    async fn unwaited(&mut self, sql: &'static str, params: &[Value], expected: Option<u64>) -> Result<()> {
        crate::statements::expect_listed(sql);
        match self.connection {
            Connection::Sqlite(connection) => {
                let result = sqlite::execute(connection, sql, params).and_then(|changed| expect(expected, changed));
                self.note(result).await
            }
            Connection::Postgres(connection) => {
                let sent = connection.send(sql, params).await;
                let sent = self.note(sent).await?;
                self.expects |= expected.is_some();
                self.follow(Box::pin(async move { expect(expected, sent.await?) })).await
            }
        }
    }

    /// Lets a statement get under way; waits for it only in [`Tx::settle`].
    pub(crate) async fn follow(&mut self, mut statement: Unsettled<'c>) -> Result<()> {
        match futures_util::poll!(&mut statement) {
            Poll::Ready(result) => self.note(result).await,
            Poll::Pending => {
                self.unsettled.push(statement);
                Ok(())
            }
        }
    }

    /// What this transaction deletes must not be found in the files of the database any more.
    pub(crate) fn erases(&mut self) {
        self.left.erased = true;
    }

    /// Whether what is under way has to be looked at before the commit.
    pub(crate) fn expects(&self) -> bool {
        self.expects
    }

    /// Waits for what is under way.
    ///
    /// # Errors
    /// The first of them that failed.
    pub(crate) async fn settle(&mut self) -> Result<()> {
        let mut settled = Ok(());
        for statement in std::mem::take(&mut self.unsettled) {
            settled = settled.and(statement.await);
        }
        if let Err(error) = &settled {
            self.trouble = Some(error.clone());
        }
        settled
    }

    /// Runs a query; all its rows.
    ///
    /// # Errors
    /// The database refused it.
    pub async fn rows(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>> {
        crate::statements::expect_listed(sql);
        self.send_gathered().await?;
        let result = match self.connection {
            Connection::Sqlite(connection) => sqlite::rows(connection, sql, params),
            Connection::Postgres(connection) => connection.rows(sql, params).await,
        };
        self.note(result).await
    }

    /// Runs a query; all its rows as entities.
    ///
    /// # Errors
    /// The database refused it, or a row is not such an entity.
    pub async fn all<T: FromRow>(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<T>> {
        self.rows(sql, params).await?.iter().map(T::from_row).collect()
    }

    /// Runs a query; its first row as an entity, if there is one.
    ///
    /// # Errors
    /// The database refused it, or the row is not such an entity.
    pub async fn optional<T: FromRow>(&mut self, sql: &'static str, params: &[Value]) -> Result<Option<T>> {
        self.rows(sql, params).await?.first().map(T::from_row).transpose()
    }

    /// Runs a query that answers one row with that column, such as `RETURNING id`.
    ///
    /// # Errors
    /// The database refused it, or there was no row.
    pub async fn column<T: FromValue>(&mut self, sql: &'static str, params: &[Value], name: &str) -> Result<T> {
        let found = self.optional_column(sql, params, name).await?;
        found.ok_or_else(|| Error::Column { column: name.to_owned(), expected: "a row" })
    }

    /// Runs a query; that column of its first row, if there is one.
    ///
    /// # Errors
    /// The database refused it.
    pub async fn optional_column<T: FromValue>(
        &mut self,
        sql: &'static str,
        params: &[Value],
        name: &str,
    ) -> Result<Option<T>> {
        self.rows(sql, params).await?.first().map(|row| row.get(name)).transpose()
    }

    /// Notes trouble. Where an earlier statement failed that nobody had waited for, that is the trouble.
    async fn note<T>(&mut self, result: Result<T>) -> Result<T> {
        let Err(error) = result else { return result };
        let error = self.settle().await.err().unwrap_or(error);
        self.trouble = Some(error.clone());
        Err(error)
    }
}

/// What several gathered rows are to each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// Each is written.
    Every,
    /// Each has to change a row of the table: if one does not, somebody else was faster, and the transaction fails with
    /// [`Error::Conflict`].
    MustChange,
    /// Of those with this key the last counts.
    LastOf((i64, i64)),
}

/// Rows of one statement, with their keys.
struct Gathered {
    sql: &'static Pair,
    each: bool,
    rows: Vec<(Option<(i64, i64)>, Json)>,
}

/// A value in a list of rows.
fn listed(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Int(int) => (*int).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Bytes(bytes) => String::from_utf8_lossy(bytes).into(),
    }
}

/// A statement under way.
pub(crate) type Unsettled<'c> = Pin<Box<dyn Future<Output = Result<()>> + 'c>>;

fn expect(expected: Option<u64>, changed: u64) -> Result<()> {
    match expected {
        Some(expected) if expected != changed => Err(Error::Conflict("what was to be changed is no longer so".into())),
        _ => Ok(()),
    }
}
