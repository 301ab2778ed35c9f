//! `segue inbound`: the inbound log from the command line, beside a running server or without one. It sees every account's
//! mails. A terminal gets lines to read; a pipe, or `--json`, gets JSON, one object a line.

use crate::{config::Settings, wiring};
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use desk::{Desk, Problem, inbound_log as log, receive_mail};
use model::{Timestamp, ids::InboundMailId, inbound::InboundState};
use serde_json::{Value, json};
use std::{
    io::{IsTerminal, Read},
    path::PathBuf,
};
use store::{
    inbound_log::{self, Filter, Visible},
    inbound_mails::{self, InboundMail},
};

#[derive(Args)]
#[command(after_help = "Examples:
  segue inbound list --state unrouted --since 2026-11-01
  segue inbound show 17
  segue inbound replay 17 18
  segue inbound replay --state failed
  segue inbound route mail.eml --to reply+0123456789abcdef0123456789abcdef@in.example.org
  segue inbound erase 17")]
pub(super) struct Inbound {
    #[command(subcommand)]
    command: Command,
    /// JSON, one object a line, also on a terminal
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// What arrived, the latest first
    #[command(after_help = "Example: segue inbound list --state held --words order --limit 10")]
    List {
        #[command(flatten)]
        which: Which,
        /// How many at most
        #[arg(long, default_value_t = 50)]
        limit: i64,
    },
    /// One mail and the decisions about it
    #[command(after_help = "Example: segue inbound show 17")]
    Show {
        /// Its number
        id: i64,
        /// The mail itself, as it came
        #[arg(long)]
        raw: bool,
    },
    /// Process mails again that failed, were held or found no conversation; others stay as they are
    #[command(
        after_help = "Examples: segue inbound replay 17 18\n          segue inbound replay --state failed --since 2026-11-01"
    )]
    Replay {
        /// Their numbers
        #[arg(required_unless_present = "state", conflicts_with = "Which")]
        ids: Vec<i64>,
        #[command(flatten)]
        which: Which,
    },
    /// What would become of a mail; nothing is written
    #[command(after_help = "Example: segue inbound route mail.eml")]
    Route {
        /// The mail; standard input where it is `-`
        file: PathBuf,
        /// A recipient of the envelope, if it differs from what the headers say
        #[arg(long)]
        to: Vec<String>,
    },
    /// Erase the bytes of mails now; their places in the log stay
    #[command(after_help = "Example: segue inbound erase 17 18")]
    Erase {
        /// Their numbers
        #[arg(required = true)]
        ids: Vec<i64>,
    },
}

/// Which mails.
#[derive(Args)]
struct Which {
    /// Only in that state: pending, delivered, held, ignored, unrouted, bounce, failed
    #[arg(long)]
    state: Option<String>,
    /// Only with those words in sender, recipients, subject or Message-ID
    #[arg(long, visible_alias = "q", default_value = "")]
    words: String,
    /// Only what came that way: relay, mailgun, smtp, …
    #[arg(long)]
    ingress: Option<String>,
    /// Only of that kind: human, `auto_reply`, `auto_generated`, bounce, receipt, list
    #[arg(long)]
    kind: Option<String>,
    /// Accepted then or later: 2026-11-22, 2026-11-22T10:00:00Z, or seconds since 1970
    #[arg(long)]
    since: Option<String>,
    /// Accepted before
    #[arg(long)]
    until: Option<String>,
    /// Only mails before the one of that number
    #[arg(long)]
    before: Option<i64>,
}

impl Which {
    fn filter(self) -> anyhow::Result<Filter> {
        let state =
            |name: String| InboundState::parse(&name).with_context(|| format!("--state: {name} is none of the states"));
        let time = |name: &str, text: String| log::time(&text).with_context(|| format!("--{name}: {text} is no time"));
        Ok(Filter {
            state: self.state.map(state).transpose()?,
            ingress: self.ingress,
            kind: self.kind,
            since: self.since.map(|text| time("since", text)).transpose()?,
            until: self.until.map(|text| time("until", text)).transpose()?,
            words: self.words,
            before: self.before.map(InboundMailId),
        })
    }
}

impl Inbound {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.settings.check().map_err(anyhow::Error::msg)?;
        let app = wiring::open(config).await?;
        let desk = &app.desk;
        let print = if self.json || !std::io::stdout().is_terminal() { as_json } else { for_people };
        match self.command {
            Command::List { which, limit } => {
                let (filter, limit) = (which.filter()?, usize::try_from(limit.max(1))?);
                each(desk, filter, limit, async |mail| {
                    print(&object(&mail));
                    Ok(())
                })
                .await
            }
            Command::Show { id, raw } => show(desk, id, raw, print).await,
            Command::Replay { ids, which } => replay(desk, ids, which.filter()?, print).await,
            Command::Route { file, to } => {
                let mut raw = Vec::new();
                if file.as_os_str() == "-" {
                    std::io::stdin().lock().read_to_end(&mut raw).context("cannot read standard input")?;
                } else {
                    raw = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
                }
                print(&serde_json::to_value(receive_mail::foresee(desk, raw.into(), to, None).await?)?);
                Ok(())
            }
            Command::Erase { ids } => {
                for id in ids {
                    find(desk, id).await?;
                    log::erase_raw_of_all(desk, InboundMailId(id)).await.map_err(|problem| told(id, &problem))?;
                    print(&json!({"id": id, "raw": false}));
                }
                Ok(())
            }
        }
    }
}

/// Mails read at once.
const PAGE: usize = 200;

/// Does something with each mail that matches, at most `limit`, the latest first.
async fn each(
    desk: &Desk,
    mut filter: Filter,
    limit: usize,
    mut work: impl AsyncFnMut(InboundMail) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut left = limit;
    while left > 0 {
        let (wanted, size) = (filter.clone(), i64::try_from(left.min(PAGE))?);
        let read = desk
            .db
            .read::<_, store::Error, _>(async move |tx| inbound_log::page(tx, &Visible::Every, &wanted, size).await);
        let page = read.await?;
        left -= page.mails.len();
        for mail in page.mails {
            work(mail).await?;
        }
        let Some(next) = page.next else { break };
        filter.before = Some(next);
    }
    Ok(())
}

async fn show(desk: &Desk, id: i64, raw: bool, print: fn(&Value)) -> anyhow::Result<()> {
    let mail = find(desk, id).await?;
    if raw {
        let bytes = log::raw_of_all(desk, mail.id).await.map_err(|problem| told(id, &problem))?;
        let Some(bytes) = bytes else { bail!("the bytes of mail {id} have been erased") };
        std::io::Write::write_all(&mut std::io::stdout().lock(), &bytes)?;
        return Ok(());
    }
    let mut shown = object(&mail);
    shown["envelope_from"] = json!(mail.envelope_from);
    shown["peer"] = json!(mail.peer);
    shown["verdicts"] = mail.verdicts;
    shown["processed_at"] = json!(mail.processed_at.map(|at| at.to_string()));
    shown["trace"] = mail.trace.into();
    print(&shown);
    Ok(())
}

async fn replay(desk: &Desk, ids: Vec<i64>, filter: Filter, print: fn(&Value)) -> anyhow::Result<()> {
    let again = async |id: InboundMailId| {
        let received = log::process_again(desk, id).await.map_err(|problem| told(id.0, &problem))?;
        print(&json!({"id": id, "state": received.state.as_str(), "reason": received.reason}));
        anyhow::Ok(())
    };
    for id in &ids {
        find(desk, *id).await?;
    }
    for id in &ids {
        again(InboundMailId(*id)).await?;
    }
    if ids.is_empty() {
        if !filter.state.is_some_and(InboundState::replayable) {
            bail!("--state: must be failed, held or unrouted");
        }
        let mut found = Vec::new();
        each(desk, filter, usize::MAX, async |mail| {
            found.push(mail.id);
            Ok(())
        })
        .await?;
        // In the order in which they came, so that a thread is told in order.
        for id in found.into_iter().rev() {
            again(id).await?;
        }
    }
    Ok(())
}

fn told(id: i64, problem: &Problem) -> anyhow::Error {
    anyhow::anyhow!("mail {id}: {problem}")
}

async fn find(desk: &Desk, id: i64) -> anyhow::Result<InboundMail> {
    let found =
        desk.db.read::<_, store::Error, _>(async move |tx| inbound_mails::by_id(tx, InboundMailId(id)).await).await?;
    match found {
        Some(mail) => Ok(mail),
        None => bail!("there is no incoming mail number {id}"),
    }
}

fn object(mail: &InboundMail) -> Value {
    let to = if mail.recipients.is_empty() { &mail.envelope_to } else { &mail.recipients };
    json!({
        "id": mail.id,
        "received_at": mail.received_at.to_string(),
        "ingress": mail.ingress,
        "account_id": mail.account_id,
        "from": mail.from_address.as_ref().or(mail.envelope_from.as_ref()),
        "to": to,
        "envelope_to": mail.envelope_to,
        "subject": mail.subject,
        "message_id": mail.message_id_header,
        "kind": mail.kind,
        "state": mail.state.as_str(),
        "reason": mail.reason,
        "size": mail.size,
        "raw": !mail.erased,
    })
}

fn as_json(value: &Value) {
    println!("{value}");
}

/// A line for what has a line's worth to say; below it, indented, what is a list.
fn for_people(value: &Value) {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(plain);
    let mut line: Vec<String> = Vec::new();
    line.extend(value.get("id").map(|id| format!("{id:>6}")));
    line.extend(
        text("received_at").map(|at| at.parse::<Timestamp>().map_or(at, |at| at.strftime("%F %T").to_string())),
    );
    line.extend(text("ingress"));
    line.extend(text("state").map(|state| format!("{state:<9}")));
    line.extend(text("from"));
    line.extend(text("subject").map(|subject| format!("“{subject}”")));
    line.extend(text("reason").map(|reason| format!("({reason})")));
    println!("{}", line.join("  "));
    for there in value.get("conversations").and_then(Value::as_array).into_iter().flatten() {
        println!(
            "        conversation #{}: {}",
            there["conversation_id"],
            plain(there["verdict"].as_str().unwrap_or(""))
        );
    }
    for step in value.get("trace").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        println!("        {}", plain(step));
    }
}

/// What a stranger wrote must not steer the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
