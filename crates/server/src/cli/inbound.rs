//! `segue inbound`: the inbound log from the command line, beside a running server or without one. Results are JSON, one
//! object a line.

use crate::{config::Settings, wiring};
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use desk::{Desk, receive_mail};
use model::{ids::InboundMailId, inbound::InboundState};
use serde_json::json;
use std::{io::Read, path::PathBuf};
use store::inbound_mails::{self, InboundMail, Visible};

#[derive(Args)]
#[command(after_help = "Example: segue inbound list --state unrouted")]
pub(super) struct Inbound {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// What arrived, the latest first
    List {
        /// Only in that state: pending, delivered, held, ignored, unrouted, bounce, failed
        #[arg(long)]
        state: Option<String>,
        /// Only with those words in sender, recipients, subject or Message-ID
        #[arg(long, default_value = "")]
        words: String,
        /// How many at most
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// One mail and the decisions about it
    Show {
        /// Its number
        id: i64,
    },
    /// Process mails again that failed, were held or found no conversation; others stay as they are
    Replay {
        /// Their numbers
        #[arg(required = true)]
        ids: Vec<i64>,
    },
    /// What would become of a mail; nothing is written
    Route {
        /// The mail; standard input where it is `-`
        file: PathBuf,
    },
}

impl Inbound {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.settings.check().map_err(anyhow::Error::msg)?;
        let app = wiring::open(config).await?;
        let desk = &app.desk;
        match self.command {
            Command::List { state, words, limit } => list(desk, state, words, limit).await,
            Command::Show { id } => {
                let mail = find(desk, id).await?;
                let trace = mail.trace.clone();
                let mut shown = object(&mail);
                shown["trace"] = trace.into();
                println!("{shown}");
                Ok(())
            }
            Command::Replay { ids } => {
                for id in ids {
                    find(desk, id).await?;
                    receive_mail::replay(desk, InboundMailId(id)).await?;
                    let received = receive_mail::receive_mail(desk, InboundMailId(id), None).await?;
                    println!("{}", json!({"id": id, "state": received.state.as_str(), "reason": received.reason}));
                }
                Ok(())
            }
            Command::Route { file } => {
                let mut raw = Vec::new();
                if file.as_os_str() == "-" {
                    std::io::stdin().lock().read_to_end(&mut raw).context("cannot read standard input")?;
                } else {
                    raw = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
                }
                let foreseen = receive_mail::foresee(desk, raw.into()).await?;
                println!("{}", serde_json::to_string(&foreseen)?);
                Ok(())
            }
        }
    }
}

async fn list(desk: &Desk, state: Option<String>, words: String, limit: i64) -> anyhow::Result<()> {
    let state = match state {
        Some(name) => {
            Some(InboundState::parse(&name).with_context(|| format!("--state: {name} is none of the states"))?)
        }
        None => None,
    };
    let limit = limit.clamp(1, 10_000);
    let mails = desk.db.read::<_, store::Error, _>(async move |tx| {
        inbound_mails::list(tx, &Visible::Every, state, &words, None, limit).await
    });
    for mail in mails.await? {
        println!("{}", object(&mail));
    }
    Ok(())
}

async fn find(desk: &Desk, id: i64) -> anyhow::Result<InboundMail> {
    let found =
        desk.db.read::<_, store::Error, _>(async move |tx| inbound_mails::by_id(tx, InboundMailId(id)).await).await?;
    match found {
        Some(mail) => Ok(mail),
        None => bail!("there is no incoming mail number {id}"),
    }
}

fn object(mail: &InboundMail) -> serde_json::Value {
    let to = if mail.recipients.is_empty() { &mail.envelope_to } else { &mail.recipients };
    json!({
        "id": mail.id,
        "received_at": mail.received_at.to_string(),
        "ingress": mail.ingress,
        "account_id": mail.account_id,
        "from": mail.from_address,
        "to": to,
        "subject": mail.subject,
        "message_id": mail.message_id_header,
        "kind": mail.kind,
        "state": mail.state.as_str(),
        "reason": mail.reason,
        "size": mail.size,
    })
}
