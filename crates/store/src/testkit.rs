//! Databases for tests: a fresh one for each test, on SQLite and PostgreSQL alike.
//!
//! PostgreSQL is used where `SEGUE_TEST_POSTGRES_URL` names a server; where `SEGUE_TEST_REQUIRE` is set its absence is
//! a failure, otherwise it is said on standard error and the test ends.

use crate::{DatabaseUrl, Db};
use std::sync::atomic::{AtomicU32, Ordering};

/// A database that goes away with this value.
pub struct TestDb {
    /// The open database.
    pub db: Db,
    /// How to open it again.
    pub url: DatabaseUrl,
    /// A folder of the test's own.
    pub folder: tempfile::TempDir,
}

/// A fresh SQLite database.
///
/// # Panics
/// It cannot be made.
pub async fn sqlite() -> TestDb {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = DatabaseUrl::Sqlite(folder.path().join("test.sqlite3"));
    TestDb { db: Db::open(&url).await.expect("a fresh database"), url, folder }
}

/// A fresh PostgreSQL database, or `None` where no server is named.
///
/// # Panics
/// It cannot be made, or no server is named although `SEGUE_TEST_REQUIRE` is set.
pub async fn postgres() -> Option<TestDb> {
    let url = DatabaseUrl::Postgres(postgres_url().await?);
    let folder = tempfile::tempdir().expect("a temporary folder");
    Some(TestDb { db: Db::open(&url).await.expect("a fresh database"), url, folder })
}

/// Everything that the database holds, as text: of SQLite the file itself, of PostgreSQL each row of each table.
///
/// # Panics
/// It cannot be read.
pub async fn everything(test: &TestDb) -> String {
    match &test.url {
        DatabaseUrl::Sqlite(path) => {
            let connection = rusqlite::Connection::open(path).expect("the same file");
            let busy = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
            let blocked = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], busy).expect("a checkpoint");
            assert_eq!(blocked, 0, "somebody still reads");
            String::from_utf8_lossy(&std::fs::read(path).expect("the file")).into_owned()
        }
        DatabaseUrl::Postgres(url) => {
            let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("a connection");
            tokio::spawn(connection);
            let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
            let mut all = String::new();
            for table in client.query(tables, &[]).await.expect("the tables") {
                let name: String = table.get(0);
                let rows = client.query(&format!("SELECT kept::text FROM {name} AS kept"), &[]).await.expect("rows");
                all.extend(rows.iter().map(|row| row.get::<_, String>(0)));
            }
            all
        }
    }
}

/// The URL of a new empty database on the test server.
///
/// # Panics
/// As [`postgres`].
pub async fn postgres_url() -> Option<String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var("SEGUE_TEST_POSTGRES_URL") else {
        assert!(
            std::env::var_os("SEGUE_TEST_REQUIRE").is_none(),
            "SEGUE_TEST_POSTGRES_URL must name a PostgreSQL server"
        );
        eprintln!("skipped on PostgreSQL: SEGUE_TEST_POSTGRES_URL is not set");
        return None;
    };
    let name = format!("segue_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls).await.expect("the test server");
    tokio::spawn(connection);
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await.expect("dropping an old test database");
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("making a test database");
    let (address, options) =
        server.split_once('?').map_or((server.as_str(), ""), |(address, options)| (address, options));
    let (base, _) = address.rsplit_once('/').expect("a URL with a database name");
    let options = if options.is_empty() { String::new() } else { format!("?{options}") };
    Some(format!("{base}/{name}{options}"))
}
