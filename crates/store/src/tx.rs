//! A transaction as units of work see it: statements with `$1`-style parameters, the same text for both databases.

use crate::{
    driver::{postgres, sqlite},
    error::{Error, Result},
    signals::Left,
    value::{FromRow, FromValue, Row, Value},
};

/// A running transaction.
pub struct Tx<'c> {
    connection: Connection<'c>,
    /// The trouble that dooms this transaction, whatever the unit makes of it.
    pub(crate) trouble: Option<Error>,
    /// What others will be woken for after the commit.
    pub(crate) left: Left,
}

enum Connection<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c postgres::Connection),
}

impl<'c> Tx<'c> {
    pub(crate) fn sqlite(connection: &'c rusqlite::Connection) -> Self {
        Self { connection: Connection::Sqlite(connection), trouble: None, left: Left::default() }
    }

    pub(crate) fn postgres(connection: &'c postgres::Connection) -> Self {
        Self { connection: Connection::Postgres(connection), trouble: None, left: Left::default() }
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
        self.note(result)
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
        self.note(result)
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

    fn note<T>(&mut self, result: Result<T>) -> Result<T> {
        if let Err(error) = &result {
            self.trouble = Some(error.clone());
        }
        result
    }
}
