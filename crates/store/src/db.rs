//! Units of work over SQLite or PostgreSQL.
//!
//! Callers see only [`Db::read`] and [`Db::write`]: a closure over a [`Tx`] that is committed as a whole or not at all.
//! A unit runs on a thread that owns its connection, so its future need not be `Send`; what the closure captures it
//! only borrows inside, because a unit may run again after a conflict, or alone after its group failed to commit.
//! A unit awaits nothing but its transaction.

use crate::{
    driver::{self, Backend, Unit},
    error::{Error, Result},
    events,
    signals::Signals,
    tx::Tx,
};
use std::{future::Future, pin::Pin, sync::Arc};
use tokio::sync::oneshot;

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file; made where it is missing.
    Sqlite(std::path::PathBuf),
    /// A libpq connection string or URL.
    Postgres(String),
}

impl std::str::FromStr for DatabaseUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() {
                Err(Error::Url("sqlite: needs a path".into()))
            } else {
                Ok(Self::Sqlite(path.into()))
            };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return match text.parse::<tokio_postgres::Config>() {
                Ok(_) => Ok(Self::Postgres(text.to_owned())),
                Err(error) => Err(Error::Url(error.to_string())),
            };
        }
        Err(Error::Url("must be sqlite:PATH or postgres://…".into()))
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    backend: Arc<Backend>,
    signals: Signals,
}

impl Db {
    /// Opens the database, brings its schema up to date and starts the threads that own its connections.
    ///
    /// # Errors
    /// The database cannot be reached or is newer than this program.
    pub async fn open(url: &DatabaseUrl) -> Result<Self> {
        let signals = Signals::default();
        let backend = driver::open(url, &signals).await?;
        Ok(Self { backend: Arc::new(backend), signals })
    }

    /// Runs `work` on one consistent state of the database and changes nothing.
    ///
    /// # Errors
    /// What `work` answers, or the database's own trouble.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (unit, answer) = pending(work);
        self.backend.read(unit).await?;
        answer.await.map_err(|_| Error::Unavailable("the database is closed".into()))?
    }

    /// Runs `work` and commits what it did, or nothing if it answers an error. Answers after the commit.
    ///
    /// # Errors
    /// What `work` answers, or the database's own trouble.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (unit, answer) = pending(work);
        self.backend.write(unit).await?;
        answer.await.map_err(|_| Error::Unavailable("the database is closed".into()))?
    }

    /// As [`Db::write`], for work that many callers want at once and that locks no row another of them could wait for: on
    /// PostgreSQL what waits at the same time is committed together, as everything is on SQLite.
    ///
    /// # Errors
    /// What `work` answers, or the database's own trouble.
    pub async fn write_together<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (unit, answer) = pending(work);
        self.backend.write_together(unit).await?;
        answer.await.map_err(|_| Error::Unavailable("the database is closed".into()))?
    }

    /// What wakes those who wait for events and jobs.
    #[must_use]
    pub fn signals(&self) -> &Signals {
        &self.signals
    }

    /// Whether this is the database of one process alone; then whatever a dead process had claimed is free at start.
    #[must_use]
    pub fn single_node(&self) -> bool {
        matches!(*self.backend, Backend::Sqlite(_))
    }
}

/// Writes what a unit left to be written at its end.
async fn finish(tx: &mut Tx<'_>) -> Result<()> {
    tx.send_gathered().await?;
    events::write(tx).await
}

fn pending<T, E, F>(work: F) -> (Box<dyn Unit>, oneshot::Receiver<Result<T, E>>)
where
    F: AsyncFn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(Pending { work, result: None, reply: Some(reply) }), answer)
}

/// A closure, what it answered, and who waits for the answer.
struct Pending<F, T, E> {
    work: F,
    result: Option<Result<T, E>>,
    reply: Option<oneshot::Sender<Result<T, E>>>,
}

impl<F, T, E> Unit for Pending<F, T, E>
where
    F: AsyncFn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    fn run<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> Pin<Box<dyn Future<Output = bool> + 'a>> {
        Box::pin(async move {
            let mut result = (self.work)(tx).await;
            if result.is_ok()
                && let Err(error) = finish(tx).await
            {
                result = Err(error.into());
            }
            let done = result.is_ok();
            self.result = Some(result);
            done
        })
    }

    fn answer(&mut self, outcome: Result<()>) {
        let result = match (outcome, self.result.take()) {
            (Err(error), Some(Ok(_)) | None) => Err(error.into()),
            (_, Some(result)) => result,
            (Ok(()), None) => Err(Error::Unit("it panicked").into()),
        };
        if let Some(reply) = self.reply.take() {
            // Nobody waits any more: the caller went away, the work is done all the same.
            let _ = reply.send(result);
        }
    }
}
