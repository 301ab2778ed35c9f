//! The measurement itself: mails over keep-alive connections, each sent when the one before it was answered, until the
//! last of them is a message.

use crate::{
    Options,
    database::Database,
    desk::Correspondent,
    http::Client,
    mails,
    server::{PASSWORD, Server, memory},
};
use anyhow::{Result, ensure};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::{
    cell::{Cell, RefCell},
    io::Write,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::task::LocalSet;

/// What was seen.
pub(crate) struct Run {
    /// Until the last mail was accepted.
    pub(crate) accepted_in: Duration,
    /// Until the last mail was a message.
    pub(crate) processed_in: Duration,
    /// How long each acceptance took, ascending.
    pub(crate) latencies: Vec<Duration>,
    /// The most resident memory, KiB.
    pub(crate) peak_memory: u64,
    /// Bytes of one mail.
    pub(crate) size: usize,
}

/// Posts every mail and waits for the last to be processed.
pub(crate) async fn run(
    options: &Options,
    server: &Server,
    database: &Database,
    desk: &[Correspondent],
) -> Result<Run> {
    let shared = Rc::new(Shared {
        next: Cell::new(0),
        answered: Cell::new(0),
        latencies: RefCell::new(Vec::with_capacity(options.mails)),
        size: Cell::new(0),
    });
    let begun = Instant::now();
    let local = LocalSet::new();
    let watch = local.spawn_local(watch(options.clone(), shared.clone(), begun, server.process()));
    let mut senders = Vec::new();
    for _ in 0..options.connections {
        let client = Client::connect(&server.address).await?;
        senders.push(local.spawn_local(send(client, options.clone(), desk.to_vec(), shared.clone())));
    }
    local
        .run_until(async {
            for sender in senders {
                sender.await??;
            }
            anyhow::Ok(())
        })
        .await?;
    let accepted_in = begun.elapsed();
    watch.abort();
    while database.waits().await? {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let processed_in = begun.elapsed();
    let done = database.progress().await?;
    ensure!(
        done.pending == 0 && usize::try_from(done.messages)? == options.mails,
        "{} mails were posted, {} are messages, {} wait",
        options.mails,
        done.messages,
        done.pending
    );
    let mut latencies = shared.latencies.take();
    latencies.sort_unstable();
    Ok(Run {
        accepted_in,
        processed_in,
        latencies,
        peak_memory: server.memory().map_or(0, |memory| memory.peak),
        size: shared.size.get(),
    })
}

/// What the senders have in common; they run on one thread.
struct Shared {
    next: Cell<usize>,
    answered: Cell<usize>,
    latencies: RefCell<Vec<Duration>>,
    size: Cell<usize>,
}

async fn send(mut client: Client, options: Options, desk: Vec<Correspondent>, shared: Rc<Shared>) -> Result<()> {
    let credentials = BASE64_STANDARD.encode(format!("actionmailbox:{PASSWORD}"));
    loop {
        let number = shared.next.get();
        if number >= options.mails {
            return Ok(());
        }
        shared.next.set(number + 1);
        let Some(from) = desk.get(number % desk.len()) else { return Ok(()) };
        let mail = mails::mail(options.form, number, from);
        let mut request = format!(
            "POST /rails/action_mailbox/relay/inbound_emails HTTP/1.1\r\nHost: bench\r\nAuthorization: Basic {credentials}\r\n\
             Content-Type: message/rfc822\r\nContent-Length: {}\r\n\r\n",
            mail.len()
        )
        .into_bytes();
        request.extend_from_slice(&mail);
        let begun = Instant::now();
        let (status, answer) = client.send(&request).await?;
        ensure!(status == 204, "mail {number}: {status} {}", String::from_utf8_lossy(&answer));
        shared.latencies.borrow_mut().push(begun.elapsed());
        shared.answered.set(shared.answered.get() + 1);
        shared.size.set(mail.len());
    }
}

/// Prints a line now and then, so that a long run shows whether cost and memory stay flat.
async fn watch(options: Options, shared: Rc<Shared>, begun: Instant, process: u32) {
    let (mut shown, mut since) = (0, begun);
    loop {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let answered = shared.answered.get();
        if answered < shown + options.every {
            continue;
        }
        let rate = (answered - shown) as f64 / since.elapsed().as_secs_f64();
        let mib = memory(process).map_or(0, |memory| memory.now / 1024);
        // Progress is for whoever watches; if nobody can, the run goes on.
        let _ = writeln!(std::io::stderr(), "{answered} accepted, the last at {rate:.0}/s, {mib} MiB resident");
        (shown, since) = (answered, Instant::now());
    }
}
