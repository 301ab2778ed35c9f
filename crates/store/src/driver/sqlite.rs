//! SQLite: one writer that puts waiting units into one transaction, a savepoint each (group commit), and readers on
//! connections of their own.
//!
//! WAL with `synchronous = FULL`: what was answered survives a crash of the machine.

use super::{Unit, WAITING, schema, spawn};
use crate::{
    error::{Error, Result},
    signals::{Left, Signals},
    tx::Tx,
    value::{Row, Value},
};
use rusqlite::{Connection, ErrorCode, config::DbConfig, ffi, types::ValueRef};
use std::{
    cell::RefCell,
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll, Waker},
};

/// The most units one commit carries.
const GROUP: usize = 64;
/// Pages in the write-ahead log before they are written back. Pages that change all the time are so written once for many
/// commits.
const WRITE_BACK: i64 = 4096;
/// What the writer keeps of the database in memory, KiB.
const WRITER_CACHE: i64 = 16 * 1024;
/// Readers; each is a thread with a connection.
const READERS: usize = 4;

pub(crate) struct Sqlite {
    pub(super) writer: async_channel::Sender<Box<dyn Unit>>,
    pub(super) readers: async_channel::Sender<Box<dyn Unit>>,
}

impl Sqlite {
    pub(super) fn open(path: &Path, signals: &Signals) -> Result<Self> {
        let connection = connect(path)?;
        schema::migrate_sqlite(&connection)?;
        let tuned = connection.pragma_update(None, "wal_autocheckpoint", WRITE_BACK);
        // A negative number counts KiB instead of pages.
        let tuned = tuned.and_then(|()| connection.pragma_update(None, "cache_size", -WRITER_CACHE));
        tuned.map_err(|error| from_sqlite(&error))?;
        let (writer, writes) = async_channel::bounded::<Box<dyn Unit>>(WAITING);
        let signals = signals.clone();
        spawn("sqlite-writer".into(), move || {
            while let Ok(first) = writes.recv_blocking() {
                let mut group = vec![first];
                while group.len() < GROUP
                    && let Ok(next) = writes.try_recv()
                {
                    group.push(next);
                }
                write_group(&connection, group, &signals);
            }
        })?;
        let (readers, reads) = async_channel::bounded::<Box<dyn Unit>>(WAITING);
        for number in 0..READERS {
            let (connection, reads) = (connect(path)?, reads.clone());
            connection.pragma_update(None, "query_only", true).map_err(|error| from_sqlite(&error))?;
            spawn(format!("sqlite-reader-{number}"), move || {
                while let Ok(unit) = reads.recv_blocking() {
                    read_unit(&connection, unit);
                }
            })?;
        }
        Ok(Self { writer, readers })
    }
}

fn connect(path: &Path) -> Result<Connection> {
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // What is erased is gone: overwritten, not only forgotten.
        connection.pragma_update(None, "secure_delete", true)?;
        // Plans do not depend on the values bound: otherwise a statement with `LIMIT $1` is prepared anew at each use.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(512);
        Ok(connection)
    };
    open().map_err(|error| Error::Unavailable(format!("{}: {error}", path.display())))
}

fn read_unit(connection: &Connection, mut unit: Box<dyn Unit>) {
    let outcome = batch(connection, "BEGIN").map(|()| {
        run(connection, unit.as_mut());
    });
    // Nothing was written: ending the transaction cannot lose anything.
    let _ = batch(connection, "ROLLBACK");
    unit.answer(outcome);
}

fn write_group(connection: &Connection, mut group: Vec<Box<dyn Unit>>, signals: &Signals) {
    let committed = match try_bare(connection, &mut group) {
        Ok(None) => try_guarded(connection, &mut group),
        Ok(Some(left)) => Ok(left),
        Err(error) => Err(error),
    };
    match committed {
        Ok(left) => {
            if left.erased {
                write_back(connection);
            }
            signals.committed(left);
            group.iter_mut().for_each(|unit| unit.answer(Ok(())));
        }
        Err(error) if error.unavailable() || group.len() == 1 => {
            group.iter_mut().for_each(|unit| unit.answer(Err(error.clone())));
        }
        Err(error) => {
            tracing::warn!(%error, units = group.len(), "a group did not commit; each unit now runs alone");
            group.into_iter().for_each(|unit| write_group(connection, vec![unit], signals));
        }
    }
}

/// Writes the log back into the file, where erased pages are then overwritten. Readers in its way make it do less; the
/// rest is written back later.
fn write_back(connection: &Connection) {
    let done = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    if let Err(error) = done {
        tracing::warn!(%error, "the write-ahead log could not be written back");
    }
}

/// Runs the units in one transaction and commits. Savepoints cost, and nearly every unit does what it set out to do:
/// there are none here. `None`, and nothing is written, where one answers an error; then [`try_guarded`] runs them again.
fn try_bare(connection: &Connection, group: &mut [Box<dyn Unit>]) -> Result<Option<Left>> {
    batch(connection, "BEGIN IMMEDIATE")?;
    let mut left = Left::default();
    for unit in group.iter_mut() {
        let ran = run(connection, unit.as_mut());
        if connection.is_autocommit() {
            return Err(ran.trouble.unwrap_or_else(lost));
        }
        if !ran.done || ran.trouble.is_some() {
            batch(connection, "ROLLBACK")?;
            return match ran.trouble {
                Some(trouble) if trouble.unavailable() => Err(trouble),
                _ if group.len() == 1 && !ran.done => Ok(Some(Left::default())),
                _ => Ok(None),
            };
        }
        left |= ran.left;
    }
    commit(connection).map(|()| Some(left))
}

/// Commits; what cannot be is undone.
fn commit(connection: &Connection) -> Result<()> {
    let committed = batch(connection, "COMMIT");
    if committed.is_err() && !connection.is_autocommit() {
        batch(connection, "ROLLBACK")?;
    }
    committed
}

/// SQLite gave up the whole transaction: disk full, I/O error, out of memory.
fn lost() -> Error {
    Error::Unavailable("the transaction was lost".into())
}

/// Runs every unit in a savepoint of one transaction and commits.
fn try_guarded(connection: &Connection, group: &mut [Box<dyn Unit>]) -> Result<Left> {
    batch(connection, "BEGIN IMMEDIATE")?;
    let ran = run_guarded(connection, group).and_then(|left| commit(connection).map(|()| left));
    if ran.is_err() && !connection.is_autocommit() {
        batch(connection, "ROLLBACK")?;
    }
    ran
}

fn run_guarded(connection: &Connection, group: &mut [Box<dyn Unit>]) -> Result<Left> {
    let mut left = Left::default();
    for unit in group {
        batch(connection, "SAVEPOINT unit")?;
        let ran = run(connection, unit.as_mut());
        if connection.is_autocommit() {
            return Err(ran.trouble.unwrap_or_else(lost));
        }
        match ran.trouble {
            Some(trouble) if trouble.unavailable() => return Err(trouble),
            _ if ran.done => left |= ran.left,
            _ => batch(connection, "ROLLBACK TO unit")?,
        }
        batch(connection, "RELEASE unit")?;
    }
    Ok(left)
}

struct Ran {
    done: bool,
    trouble: Option<Error>,
    left: Left,
}

/// Runs a unit to its end. Its future is polled once: on SQLite nothing it may await ever waits.
fn run(connection: &Connection, unit: &mut dyn Unit) -> Ran {
    let mut tx = Tx::sqlite(connection);
    let polled =
        catch_unwind(AssertUnwindSafe(|| unit.run(&mut tx).as_mut().poll(&mut Context::from_waker(Waker::noop()))));
    let done = match polled {
        Ok(Poll::Ready(done)) => done,
        Ok(Poll::Pending) => {
            tracing::error!("a unit of work awaited something other than its transaction");
            false
        }
        Err(_) => false,
    };
    Ran { done, trouble: tx.trouble, left: tx.left }
}

fn batch(connection: &Connection, sql: &str) -> Result<()> {
    let run = || connection.prepare_cached(sql)?.raw_execute();
    run().map(|_| ()).map_err(|error| from_sqlite(&error))
}

pub(crate) fn execute(connection: &Connection, sql: &'static str, params: &[Value]) -> Result<u64> {
    let run = || -> rusqlite::Result<u64> {
        let mut statement = connection.prepare_cached(sql)?;
        let shape = shape(sql, &statement, params.len())?;
        bind(&mut statement, &shape, params)?;
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
        drop(rows);
        Ok(connection.changes())
    };
    run().map_err(|error| from_sqlite(&error))
}

pub(crate) fn rows(connection: &Connection, sql: &'static str, params: &[Value]) -> Result<Vec<Row>> {
    let run = || -> rusqlite::Result<Vec<Row>> {
        let mut statement = connection.prepare_cached(sql)?;
        let shape = shape(sql, &statement, params.len())?;
        bind(&mut statement, &shape, params)?;
        let mut found = Vec::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let values = (0..shape.columns.len())
                .map(|index| row.get_ref(index).map(from_ref))
                .collect::<rusqlite::Result<_>>()?;
            found.push(Row { columns: Arc::clone(&shape.columns), values });
        }
        Ok(found)
    };
    run().map_err(|error| from_sqlite(&error))
}

/// What of a statement stays the same: looked up once a thread.
struct Shape {
    /// The names of its columns.
    columns: Arc<[String]>,
    /// The position of each `$N`, in order: SQLite numbers them by first appearance.
    positions: Vec<usize>,
}

thread_local! {
    static SHAPES: RefCell<HashMap<&'static str, Rc<Shape>>> = RefCell::default();
}

fn shape(sql: &'static str, statement: &rusqlite::Statement<'_>, params: usize) -> rusqlite::Result<Rc<Shape>> {
    if let Some(known) = SHAPES.with_borrow(|shapes| shapes.get(sql).cloned()) {
        return Ok(known);
    }
    let position = |number: usize| {
        let name = format!("${number}");
        statement.parameter_index(&name)?.ok_or(rusqlite::Error::InvalidParameterName(name))
    };
    let shape = Rc::new(Shape {
        columns: statement.column_names().map(str::to_owned).collect(),
        positions: (1..=params).map(position).collect::<rusqlite::Result<_>>()?,
    });
    SHAPES.with_borrow_mut(|shapes| shapes.insert(sql, shape.clone()));
    Ok(shape)
}

fn bind(statement: &mut rusqlite::Statement<'_>, shape: &Shape, params: &[Value]) -> rusqlite::Result<()> {
    if shape.positions.len() != params.len() {
        return Err(rusqlite::Error::InvalidParameterCount(params.len(), shape.positions.len()));
    }
    for (position, value) in shape.positions.iter().copied().zip(params) {
        match value {
            Value::Null => statement.raw_bind_parameter(position, rusqlite::types::Null)?,
            Value::Bool(truth) => statement.raw_bind_parameter(position, truth)?,
            Value::Int(int) => statement.raw_bind_parameter(position, int)?,
            Value::Text(text) => statement.raw_bind_parameter(position, text)?,
            Value::Bytes(bytes) => statement.raw_bind_parameter(position, bytes)?,
        }
    }
    Ok(())
}

fn from_ref(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(int) => Value::Int(int),
        ValueRef::Real(real) => Value::Text(real.to_string()),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

fn from_sqlite(error: &rusqlite::Error) -> Error {
    let away = [
        ErrorCode::DiskFull,
        ErrorCode::SystemIoFailure,
        ErrorCode::CannotOpen,
        ErrorCode::ReadOnly,
        ErrorCode::OutOfMemory,
        ErrorCode::DatabaseCorrupt,
        ErrorCode::NotADatabase,
        ErrorCode::PermissionDenied,
        ErrorCode::DatabaseBusy,
        ErrorCode::DatabaseLocked,
    ];
    match error {
        rusqlite::Error::SqliteFailure(ffi::Error { code, .. }, _) if away.contains(code) => {
            Error::Unavailable(error.to_string())
        }
        other => Error::Database(other.to_string()),
    }
}

/// Prepares a statement without running it; for the test over all of them.
#[cfg(test)]
pub(crate) fn prepare(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare(sql).map(|_| ()).map_err(|error| from_sqlite(&error))
}

/// A connection to an up-to-date database in memory; for the same test.
#[cfg(test)]
pub(crate) fn in_memory() -> Result<Connection> {
    let connection = connect(Path::new(":memory:"))?;
    schema::migrate_sqlite(&connection)?;
    Ok(connection)
}
