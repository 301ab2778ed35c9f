//! The limit: the same bytes kept by the bare database, 64 mails a transaction, durable as in the measured run. Nobody
//! who keeps mails in that database is faster.

use crate::{
    Options,
    database::{Database, connect},
    desk::Correspondent,
    mails,
};
use anyhow::Result;
use rusqlite::Connection;
use std::{
    path::Path,
    time::{Duration, Instant},
};

const GROUP: usize = 64;

/// How long the bare inserts took; generating the mails is not counted.
pub(crate) async fn run(
    options: &Options,
    database: &Database,
    folder: &Path,
    desk: &[Correspondent],
) -> Result<Duration> {
    let group = |first: usize| -> Vec<Vec<u8>> {
        let numbers = first..(first + GROUP).min(options.mails);
        numbers.filter_map(|number| Some(mails::mail(options.form, number, desk.get(number % desk.len())?))).collect()
    };
    let firsts = (0..options.mails).step_by(GROUP);
    let mut taken = Duration::ZERO;
    match database {
        Database::Sqlite(_) => {
            let connection = Connection::open(folder.join("bare.sqlite3"))?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.execute_batch("CREATE TABLE bare (id INTEGER PRIMARY KEY, raw BLOB NOT NULL)")?;
            for first in firsts {
                let mails = group(first);
                let begun = Instant::now();
                connection.execute_batch("BEGIN IMMEDIATE")?;
                for mail in &mails {
                    connection.prepare_cached("INSERT INTO bare (raw) VALUES (?1)")?.execute([mail])?;
                }
                connection.execute_batch("COMMIT")?;
                taken += begun.elapsed();
            }
        }
        Database::Postgres { url, .. } => {
            let client = connect(url).await?;
            client
                .batch_execute("CREATE TABLE bare (id BIGINT GENERATED ALWAYS AS IDENTITY, raw BYTEA NOT NULL)")
                .await?;
            let insert = client.prepare("INSERT INTO bare (raw) VALUES ($1)").await?;
            for first in firsts {
                let mails = group(first);
                let begun = Instant::now();
                client.batch_execute("BEGIN").await?;
                for mail in &mails {
                    client.execute(&insert, &[mail]).await?;
                }
                client.batch_execute("COMMIT").await?;
                taken += begun.elapsed();
            }
        }
    }
    Ok(taken)
}
