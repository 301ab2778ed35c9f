//! The schema's versions, oldest first, and bringing a database up to date. A version is never changed once released;
//! a change is a new one.

use crate::error::{Error, Result};

struct Migration {
    version: i64,
    sqlite: &'static str,
    postgres: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        sqlite: include_str!("../migrations/sqlite/0001_beginning.sql"),
        postgres: include_str!("../migrations/postgres/0001_beginning.sql"),
    },
    Migration {
        version: 2,
        sqlite: include_str!("../migrations/sqlite/0002_every_road_in.sql"),
        postgres: include_str!("../migrations/postgres/0002_every_road_in.sql"),
    },
    Migration {
        version: 3,
        sqlite: include_str!("../migrations/sqlite/0003_mailboxes.sql"),
        postgres: include_str!("../migrations/postgres/0003_mailboxes.sql"),
    },
    Migration {
        version: 4,
        sqlite: include_str!("../migrations/sqlite/0004_channels.sql"),
        postgres: include_str!("../migrations/postgres/0004_channels.sql"),
    },
    Migration {
        version: 5,
        sqlite: include_str!("../migrations/sqlite/0005_webhooks.sql"),
        postgres: include_str!("../migrations/postgres/0005_webhooks.sql"),
    },
    Migration {
        version: 6,
        sqlite: include_str!("../migrations/sqlite/0006_identity.sql"),
        postgres: include_str!("../migrations/postgres/0006_identity.sql"),
    },
];

const MAKE_LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT PRIMARY KEY)";
const CURRENT: &str = "SELECT COALESCE(MAX(version), 0) FROM schema_migrations";
/// Any number, the same on every node: they bring the schema up to date one after the other.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7383001)";

/// The migrations after `current`, or an error where the database is newer than this program.
fn missing(current: i64) -> Result<impl Iterator<Item = &'static Migration>> {
    let newest = MIGRATIONS.last().map_or(0, |migration| migration.version);
    if current > newest {
        return Err(Error::Database(format!("its schema is version {current}, but this program knows only {newest}")));
    }
    Ok(MIGRATIONS.iter().filter(move |migration| migration.version > current))
}

pub(super) fn migrate_sqlite(connection: &rusqlite::Connection) -> Result<()> {
    let trouble = |error: rusqlite::Error| Error::Unavailable(format!("schema: {error}"));
    connection.execute_batch("BEGIN IMMEDIATE").map_err(trouble)?;
    connection.execute_batch(MAKE_LEDGER).map_err(trouble)?;
    let current = connection.query_row(CURRENT, [], |row| row.get(0)).map_err(trouble)?;
    for migration in missing(current)? {
        connection.execute_batch(migration.sqlite).map_err(trouble)?;
        connection.execute("INSERT INTO schema_migrations VALUES (?1)", [migration.version]).map_err(trouble)?;
    }
    connection.execute_batch("COMMIT").map_err(trouble)
}

pub(super) async fn migrate_postgres(client: &mut tokio_postgres::Client) -> Result<()> {
    let trouble = |error: tokio_postgres::Error| Error::Unavailable(format!("schema: {error:?}"));
    let transaction = client.transaction().await.map_err(trouble)?;
    transaction.batch_execute(LOCK).await.map_err(trouble)?;
    transaction.batch_execute(MAKE_LEDGER).await.map_err(trouble)?;
    let current = transaction.query_one(CURRENT, &[]).await.map_err(trouble)?.get(0);
    for migration in missing(current)? {
        transaction.batch_execute(migration.postgres).await.map_err(trouble)?;
        transaction
            .execute("INSERT INTO schema_migrations VALUES ($1)", &[&migration.version])
            .await
            .map_err(trouble)?;
    }
    transaction.commit().await.map_err(trouble)
}
