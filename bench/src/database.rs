//! The database of one run, made for it and gone afterwards, and the few questions the measurement asks it.

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use tokio_postgres::{Client, NoTls};

/// Where the measured server keeps everything.
pub(crate) enum Database {
    /// A file.
    Sqlite(PathBuf),
    /// A database of a running server, and that server's own URL.
    Postgres { url: String, server: String, name: String },
}

/// What still has to be done, and what has been.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// Mails that have been accepted and not processed.
    pub(crate) pending: i64,
    /// Mails that became messages.
    pub(crate) messages: i64,
}

const WAITS: &str = "SELECT EXISTS (SELECT 1 FROM inbound_mails WHERE state = 'pending')";
const PENDING: &str = "SELECT COUNT(*) FROM inbound_mails WHERE state = 'pending'";
const MESSAGES: &str = "SELECT COUNT(*) FROM messages WHERE content_type = 'incoming_email'";
const ADDRESSES: &str = "SELECT token, address FROM tokens WHERE kind = 'reply' ORDER BY conversation_id";

impl Database {
    /// An empty database: `sqlite`, or one on the PostgreSQL server at that URL.
    pub(crate) async fn make(kind: &str, folder: &Path) -> Result<Self> {
        if kind == "sqlite" {
            return Ok(Self::Sqlite(folder.join("segue.sqlite3")));
        }
        let name = format!("segue_bench_{}", std::process::id());
        connect(kind).await?.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        let (base, _) = kind.rsplit_once('/').context("the URL names no database")?;
        Ok(Self::Postgres { url: format!("{base}/{name}"), server: kind.to_owned(), name })
    }

    /// The value of `DATABASE_URL`.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres { url, .. } => url.clone(),
        }
    }

    /// What the report calls it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Whether a mail waits to be processed; asked often, so it must not cost what is measured.
    pub(crate) async fn waits(&self) -> Result<bool> {
        Ok(match self {
            Self::Sqlite(path) => read_only(path)?.query_row(WAITS, [], |row| row.get(0))?,
            Self::Postgres { url, .. } => connect(url).await?.query_one(WAITS, &[]).await?.get(0),
        })
    }

    /// Everything the end of a run is judged by.
    pub(crate) async fn progress(&self) -> Result<Progress> {
        Ok(Progress { pending: self.number(PENDING).await?, messages: self.number(MESSAGES).await? })
    }

    async fn number(&self, sql: &str) -> Result<i64> {
        Ok(match self {
            Self::Sqlite(path) => read_only(path)?.query_row(sql, [], |row| row.get(0))?,
            Self::Postgres { url, .. } => connect(url).await?.query_one(sql, &[]).await?.get(0),
        })
    }

    /// Every reply address' token and whom it was given to.
    pub(crate) async fn reply_tokens(&self) -> Result<Vec<(String, String)>> {
        match self {
            Self::Sqlite(path) => {
                let connection = read_only(path)?;
                let mut statement = connection.prepare(ADDRESSES)?;
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
                Ok(rows.collect::<rusqlite::Result<_>>()?)
            }
            Self::Postgres { url, .. } => {
                let rows = connect(url).await?.query(ADDRESSES, &[]).await?;
                Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
            }
        }
    }

    /// Leaves nothing behind on the server.
    pub(crate) async fn drop_it(&self) -> Result<()> {
        if let Self::Postgres { server, name, .. } = self {
            connect(server).await?.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await?;
        }
        Ok(())
    }
}

fn read_only(path: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    Ok(connection)
}

/// A connection for a few questions.
pub(crate) async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
