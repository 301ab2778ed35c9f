//! The two databases behind [`crate::Db`]: threads that own connections and run units of work.

pub(crate) mod differing;
pub(crate) mod postgres;
mod schema;
pub(crate) mod sqlite;

use crate::{
    db::DatabaseUrl,
    error::{Error, Result},
    signals::Signals,
    tx::Tx,
};
use std::{future::Future, pin::Pin};

/// A unit of work with its caller, whatever its types are.
pub(crate) trait Unit: Send {
    /// Runs the closure; whether it answered `Ok`. May be called again.
    fn run<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> Pin<Box<dyn Future<Output = bool> + 'a>>;
    /// Tells the caller: the closure's own answer, unless the database's outcome is an error.
    fn answer(&mut self, outcome: Result<()>);
}

/// The database that was chosen.
pub(crate) enum Backend {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// How many units may wait for a thread; callers wait beyond that, so that load does not become memory.
const WAITING: usize = 1024;

pub(crate) async fn open(url: &DatabaseUrl, signals: &Signals) -> Result<Backend> {
    match url {
        DatabaseUrl::Sqlite(path) => sqlite::Sqlite::open(path, signals).map(Backend::Sqlite),
        DatabaseUrl::Postgres(url) => postgres::Postgres::open(url, signals).await.map(Backend::Postgres),
    }
}

impl Backend {
    pub(crate) async fn read(&self, unit: Box<dyn Unit>) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) => give(&sqlite.readers, unit).await,
            Self::Postgres(postgres) => give(&postgres.queue, (postgres::Mode::Read, unit)).await,
        }
    }

    pub(crate) async fn write(&self, unit: Box<dyn Unit>) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) => give(&sqlite.writer, unit).await,
            Self::Postgres(postgres) => give(&postgres.queue, (postgres::Mode::Write, unit)).await,
        }
    }

    pub(crate) async fn write_together(&self, unit: Box<dyn Unit>) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) => give(&sqlite.writer, unit).await,
            Self::Postgres(postgres) => give(&postgres.queue, (postgres::Mode::Together, unit)).await,
        }
    }
}

async fn give<T>(queue: &async_channel::Sender<T>, item: T) -> Result<()> {
    queue.send(item).await.map_err(|_| Error::Unavailable("the database is closed".into()))
}

/// Starts a thread that owns a connection.
fn spawn(name: String, work: impl FnOnce() + Send + 'static) -> Result<()> {
    let started = std::thread::Builder::new().name(name).spawn(work);
    started.map(|_| ()).map_err(|error| Error::Unavailable(error.to_string()))
}
