//! What Segue claims about speed, measured: reply mails posted to a server of its own until every one of them is a
//! message, beside the bare database doing nothing but keeping the same bytes.
//!
//! Called by `cargo xtask bench ingest`, which builds what is measured and starts PostgreSQL.

mod database;
mod desk;
mod http;
mod ingest;
mod limit;
mod mails;
mod report;
mod server;

use anyhow::Result;
use clap::Parser;
use database::Database;
use mails::Form;
use std::path::PathBuf;

/// Post reply mails until every one is a message.
#[derive(Clone, Debug, Parser)]
pub(crate) struct Options {
    /// The program that is measured.
    #[arg(long)]
    segue: PathBuf,
    /// Where its database is: `sqlite`, or `postgres://…` of a server whose user may create databases.
    #[arg(long, default_value = "sqlite")]
    database: String,
    /// What the mails are like: `plain` (4 KB) or `html` (40 KB, multipart).
    #[arg(long, default_value = "plain")]
    form: Form,
    /// How many mails.
    #[arg(long, default_value_t = 30_000)]
    mails: usize,
    /// Keep-alive connections.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Conversations that the mails answer.
    #[arg(long, default_value_t = 1000)]
    conversations: usize,
    /// Mails after which a line is printed; a long run shows whether cost and memory stay flat.
    #[arg(long, default_value_t = 100_000)]
    every: usize,
    /// Print one JSON object instead of words.
    #[arg(long)]
    json: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let options = Options::parse();
    let folder = tempfile::tempdir()?;
    let database = Database::make(&options.database, folder.path()).await?;
    let measured = async {
        let server = server::Server::start(&options.segue, folder.path(), &database).await?;
        let desk = desk::open(&server, &database, options.conversations).await?;
        let run = ingest::run(&options, &server, &database, &desk).await?;
        drop(server);
        let limit = limit::run(&options, &database, folder.path(), &desk).await?;
        anyhow::Ok((run, limit))
    };
    let measured = measured.await;
    database.drop_it().await?;
    let (run, limit) = measured?;
    report::print(&options, &database, &run, limit);
    Ok(())
}
