//! PostgreSQL: a few threads with a connection each pull units of work from one queue; a transaction per unit, retried
//! when two stood in each other's way. Units that nobody stands in the way of go many to a transaction. `LISTEN`/`NOTIFY` wakes other nodes, outside the business transaction.

use super::{Unit, WAITING, schema, spawn};
use crate::{
    error::{Error, Result},
    signals::{Left, Signals},
    tx::Tx,
    value::{Row, Value},
};
use bytes::BytesMut;
use futures_util::FutureExt;
use std::{
    cell::RefCell, collections::HashMap, ops::DerefMut, panic::AssertUnwindSafe, sync::Arc, task::Poll, time::Duration,
};
use tokio::runtime;
use tokio_postgres::{
    AsyncMessage, Client, NoTls, Statement,
    error::SqlState,
    types::{IsNull, ToSql, Type, to_sql_checked},
};

/// Connections; each is a thread.
const CONNECTIONS: usize = 8;
/// How often a unit is tried when transactions collide.
const TRIES: usize = 8;
/// How long a node waits before it connects again.
const RECONNECT: Duration = Duration::from_millis(500);
/// The least time between two wake-ups of other nodes.
const TELLING: Duration = Duration::from_millis(20);
/// A plan is made once and kept; made for a table of a few rows, it must be right when there are millions. What is asked
/// here is looked up by an index, row by row.
const PLANS: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";
/// The most units that one transaction carries.
const GROUP: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Write,
    /// Locks nothing that others wait for: goes together with others of its kind.
    Together,
}

/// A unit in the queue.
type Waiting = (Mode, Box<dyn Unit>);

pub(crate) struct Postgres {
    pub(super) queue: async_channel::Sender<Waiting>,
}

impl Postgres {
    pub(super) async fn open(url: &str, signals: &Signals) -> Result<Self> {
        let mut client = connect(url).await?;
        schema::migrate_postgres(&mut client).await?;
        let (queue, units) = async_channel::bounded(WAITING);
        for number in 0..CONNECTIONS {
            let worker = Worker { url: url.to_owned(), units: units.clone(), signals: signals.clone() };
            spawn(format!("postgres-{number}"), move || worker.work())?;
        }
        tokio::spawn(relay_signals(url.to_owned(), signals.clone()));
        Ok(Self { queue })
    }
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.map_err(|error| Error::Unavailable(words(&error)))?;
    tokio::spawn(connection);
    client.batch_execute(PLANS).await.map_err(|error| from_postgres(&error))?;
    Ok(client)
}

/// A thread's work: one connection, opened when needed, one unit at a time.
struct Worker {
    url: String,
    units: async_channel::Receiver<Waiting>,
    signals: Signals,
}

impl Worker {
    fn work(self) {
        let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return tracing::error!(%error, "a database thread could not start"),
        };
        runtime.block_on(async {
            let (mut connection, mut carried) = (None, None);
            while let Some((mode, mut unit)) = match carried.take() {
                Some(next) => Some(next),
                None => self.units.recv().await.ok(),
            } {
                if mode == Mode::Together {
                    let (mut group, next) = self.group(unit);
                    carried = next;
                    self.serve_group(&mut connection, &mut group).await;
                } else {
                    let outcome = self.serve(&mut connection, mode, unit.as_mut()).await;
                    unit.answer(outcome);
                }
            }
        });
    }

    /// The unit with those of its kind that wait behind it, and the first of another kind, which had to be taken out of
    /// the queue to be seen.
    fn group(&self, first: Box<dyn Unit>) -> (Vec<Box<dyn Unit>>, Option<Waiting>) {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok((mode, unit)) = self.units.try_recv()
        {
            if mode != Mode::Together {
                return (group, Some((mode, unit)));
            }
            group.push(unit);
        }
        (group, None)
    }

    /// Commits the units as one; where one of them fails, nothing of it is kept, and each runs alone.
    async fn serve_group(&self, held: &mut Option<Connection>, group: &mut [Box<dyn Unit>]) {
        if group.len() > 1
            && let Ok(connection) = self.connected(held).await
            && let Ok(left) = attempt(connection, Mode::Together, group).await
        {
            self.signals.committed(left);
            return group.iter_mut().for_each(|unit| unit.answer(Ok(())));
        }
        for unit in group {
            let outcome = self.serve(held, Mode::Together, unit.as_mut()).await;
            unit.answer(outcome);
        }
    }

    async fn connected<'h>(&self, held: &'h mut Option<Connection>) -> Result<&'h Connection> {
        if held.as_ref().is_none_or(|connection| connection.client.is_closed()) {
            *held = Some(Connection { client: connect(&self.url).await?, statements: RefCell::default() });
        }
        held.as_ref().ok_or(Error::Unit("no connection was made"))
    }

    async fn serve(&self, held: &mut Option<Connection>, mode: Mode, unit: &mut dyn Unit) -> Result<()> {
        let mut tries = 0;
        loop {
            tries += 1;
            match attempt(self.connected(held).await?, mode, &mut [&mut *unit]).await {
                Ok(left) => {
                    self.signals.committed(left);
                    return Ok(());
                }
                Err(Error::Conflict(_)) if tries < TRIES => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Runs the units, one after the other, in one transaction. A unit alone that answers an error is told so, and nothing
/// of it is kept; among several it fails them all.
async fn attempt<U>(connection: &Connection, mode: Mode, units: &mut [U]) -> Result<Left>
where
    U: DerefMut<Target: Unit>,
{
    let mut tx = Tx::postgres(connection);
    let begin = match mode {
        Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        Mode::Write | Mode::Together => "BEGIN",
    };
    tx.follow(Box::pin(connection.batch(begin))).await?;
    let several = units.len() > 1;
    let mut done = true;
    for unit in units {
        done = done && AssertUnwindSafe(unit.run(&mut tx)).catch_unwind().await.unwrap_or(false);
    }
    if done && tx.trouble.is_none() && !tx.expects() {
        // Sent along with what is under way: if any of that fails, the server makes a rollback of it.
        let mut commit = Box::pin(connection.batch("COMMIT"));
        let at_once = futures_util::poll!(&mut commit);
        tx.settle().await?;
        match at_once {
            Poll::Ready(committed) => committed?,
            Poll::Pending => commit.await?,
        }
        return Ok(tx.left);
    }
    // Whatever went wrong is noted in the transaction.
    let _ = tx.settle().await;
    let (left, trouble) = (tx.left, tx.trouble);
    if done && trouble.is_none() {
        connection.batch("COMMIT").await?;
        return Ok(left);
    }
    connection.batch("ROLLBACK").await?;
    match trouble {
        Some(error @ (Error::Conflict(_) | Error::Unavailable(_))) => Err(error),
        Some(error) if done => Err(error),
        _ if several => Err(Error::Conflict("one of a group failed".into())),
        _ => Ok(Left::default()),
    }
}

/// A connection with the statements it has prepared.
pub(crate) struct Connection {
    client: Client,
    statements: RefCell<HashMap<&'static str, Statement>>,
}

impl Connection {
    pub(crate) async fn execute(&self, sql: &'static str, params: &[Value]) -> Result<u64> {
        let statement = self.prepared(sql).await?;
        self.client.execute_raw(&statement, params).await.map_err(|error| from_postgres(&error))
    }

    pub(crate) async fn rows(&self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>> {
        let statement = self.prepared(sql).await?;
        let references: Vec<&(dyn ToSql + Sync)> = params.iter().map(|value| value as _).collect();
        let found = self.client.query(&statement, &references).await.map_err(|error| from_postgres(&error))?;
        let columns: Arc<[String]> = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        found.iter().map(|row| Ok(Row { columns: Arc::clone(&columns), values: values(row)? })).collect()
    }

    /// A statement that is sent when the answer is first polled.
    pub(crate) async fn send<'c>(
        &'c self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<impl Future<Output = Result<u64>> + use<'c>> {
        let (statement, params) = (self.prepared(sql).await?, params.to_vec());
        Ok(async move { self.client.execute_raw(&statement, &params).await.map_err(|error| from_postgres(&error)) })
    }

    async fn prepared(&self, sql: &'static str) -> Result<Statement> {
        let known = self.statements.borrow().get(sql).cloned();
        if let Some(statement) = known {
            return Ok(statement);
        }
        let statement = self.client.prepare(sql).await.map_err(|error| from_postgres(&error))?;
        self.statements.borrow_mut().insert(sql, statement.clone());
        Ok(statement)
    }

    async fn batch(&self, sql: &str) -> Result<()> {
        self.client.batch_execute(sql).await.map_err(|error| from_postgres(&error))
    }
}

fn values(row: &tokio_postgres::Row) -> Result<Vec<Value>> {
    let column = |index: usize, kind: &Type| -> std::result::Result<Value, tokio_postgres::Error> {
        Ok(match *kind {
            Type::BOOL => row.try_get::<_, Option<bool>>(index)?.into(),
            Type::INT4 => row.try_get::<_, Option<i32>>(index)?.map(i64::from).into(),
            Type::INT8 => row.try_get::<_, Option<i64>>(index)?.into(),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index)?.into(),
            _ => row.try_get::<_, Option<String>>(index)?.into(),
        })
    };
    let types = row.columns().iter().map(tokio_postgres::Column::type_).enumerate();
    types.map(|(index, kind)| column(index, kind).map_err(|error| Error::Database(words(&error)))).collect()
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, kind) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Bool(truth), _) => truth.to_sql(kind, out),
            (Self::Int(int), &Type::INT4) => i32::try_from(*int)?.to_sql(kind, out),
            (Self::Int(int), &Type::BOOL) => (*int != 0).to_sql(kind, out),
            (Self::Int(int), _) => int.to_sql(kind, out),
            (Self::Text(text), _) => text.to_sql(kind, out),
            (Self::Bytes(bytes), _) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Carries wake-ups between nodes: hears `segue` notifications, and sends one when this node committed something.
async fn relay_signals(url: String, signals: Signals) {
    loop {
        if let Err(error) = relay_until_lost(&url, &signals).await {
            tracing::warn!(%error, "lost the wake-ups of other nodes; connecting again");
        }
        tokio::time::sleep(RECONNECT).await;
        // Whatever was missed meanwhile is in the tables.
        signals.wake(Left::ANYTHING);
    }
}

async fn relay_until_lost(url: &str, signals: &Signals) -> Result<()> {
    let (client, mut connection) =
        tokio_postgres::connect(url, NoTls).await.map_err(|error| Error::Unavailable(words(&error)))?;
    let (heard, mut hearing) = tokio::sync::mpsc::unbounded_channel();
    let pump = tokio::spawn(async move {
        let mut messages = futures_util::stream::poll_fn(move |context| connection.poll_message(context));
        while let Some(Ok(message)) = futures_util::StreamExt::next(&mut messages).await {
            if let AsyncMessage::Notification(word) = message
                && heard.send(word.process_id()).is_err()
            {
                break;
            }
        }
    });
    let told = async {
        let failed = |error| from_postgres(&error);
        client.batch_execute("LISTEN segue").await.map_err(failed)?;
        let row = client.query_one("SELECT pg_backend_pid()", &[]).await.map_err(failed)?;
        let own: i32 = row.try_get(0).map_err(failed)?;
        loop {
            tokio::select! {
                word = hearing.recv() => match word {
                    // This node heard of its own commits when it made them.
                    Some(process) if process == own => {}
                    Some(_) => signals.wake(Left::ANYTHING),
                    None => return Err(Error::Unavailable("connection closed".into())),
                },
                () = signals.outward.notified() => {
                    client.batch_execute("NOTIFY segue").await.map_err(failed)?;
                    // What is committed meanwhile is told together.
                    tokio::time::sleep(TELLING).await;
                }
            }
        }
    }
    .await;
    pump.abort();
    told
}

fn from_postgres(error: &tokio_postgres::Error) -> Error {
    let Some(code) = error.code() else { return Error::Unavailable(words(error)) };
    match *code {
        // What a row refers to has gone since it was read: read again.
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED | SqlState::FOREIGN_KEY_VIOLATION => {
            Error::Conflict(words(error))
        }
        SqlState::DISK_FULL
        | SqlState::OUT_OF_MEMORY
        | SqlState::TOO_MANY_CONNECTIONS
        | SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::IO_ERROR
        | SqlState::READ_ONLY_SQL_TRANSACTION => Error::Unavailable(words(error)),
        _ => Error::Database(words(error)),
    }
}

/// The server's own words; the library's say only "db error".
fn words(error: &tokio_postgres::Error) -> String {
    error
        .as_db_error()
        .map_or_else(|| error.to_string(), |server| format!("{} ({})", server.message(), server.code().code()))
}
