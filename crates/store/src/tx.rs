//! A transaction as units of work see it: statements with `$1`-style parameters, the same text for both databases.

use crate::{
    driver::{postgres, sqlite},
    error::{Error, Result},
    signals::Left,
    value::{FromRow, FromValue, Row, Value},
};
use model::event::Event;
use std::{future::Future, pin::Pin, task::Poll};

/// A running transaction.
pub struct Tx<'c> {
    connection: Connection<'c>,
    /// Statements that are under way and that nobody has waited for yet, in order.
    unsettled: Vec<Unsettled<'c>>,
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
        Self { connection, unsettled: Vec::new(), trouble: None, events: Vec::new(), left: Left::default() }
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

    /// As [`Tx::later`], for a statement that must change one row: if it does not, somebody else was faster, and the
    /// transaction fails with [`Error::Conflict`].
    ///
    /// # Errors
    /// The database refused it, or no row was changed, if that is known by now.
    pub async fn later_one(&mut self, sql: &'static str, params: &[Value]) -> Result<()> {
        self.unwaited(sql, params, Some(1)).await
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

/// A statement under way.
pub(crate) type Unsettled<'c> = Pin<Box<dyn Future<Output = Result<()>> + 'c>>;

fn expect(expected: Option<u64>, changed: u64) -> Result<()> {
    match expected {
        Some(expected) if expected != changed => Err(Error::Conflict("what was to be changed is no longer so".into())),
        _ => Ok(()),
    }
}
