//! The measured server: a process of its own with its own data directory, and what the kernel says of its memory.

use crate::database::Database;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    fs::{self, File},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// What relays must say.
pub(crate) const PASSWORD: &str = "a-password-for-measuring";
/// Our inbound domain.
pub(crate) const DOMAIN: &str = "in.acme.example";

/// A running server; dropping it ends it.
pub(crate) struct Server {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
    /// The administrator's API token.
    pub(crate) access_token: String,
    /// The account.
    pub(crate) account: i64,
    /// Its website inbox.
    pub(crate) inbox: i64,
}

impl Server {
    /// Makes an account with inbound mail on and starts the server; returns when it answers.
    pub(crate) async fn start(program: &Path, folder: &Path, database: &Database) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let command = || {
            let mut command = Command::new(program);
            command
                .env_clear()
                .env("DATABASE_URL", database.url())
                .env("SEGUE_DATA_DIR", folder)
                .env("SECRET_KEY_BASE", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
                .env("RAILS_INBOUND_EMAIL_PASSWORD", PASSWORD)
                .env("MAILER_INBOUND_EMAIL_DOMAIN", DOMAIN)
                // The machine that is measured asks nobody on the network.
                .env("SEGUE_RESOLVER", "off")
                .env("PORT", port.to_string());
            command
        };
        let made = command()
            .args(["setup", "--account", "Acme", "--email", "ann@acme.example", "--password", "correct horse battery"])
            .args(["--website", "https://www.acme.example"])
            .output()
            .with_context(|| format!("cannot run {}", program.display()))?;
        if !made.status.success() {
            bail!("segue setup: {}", String::from_utf8_lossy(&made.stderr));
        }
        let made: Value = serde_json::from_slice(&made.stdout)?;
        let child =
            command().arg("serve").stdout(Stdio::null()).stderr(File::create(folder.join("server.log"))?).spawn()?;
        let server = Self {
            child,
            address: format!("127.0.0.1:{port}"),
            access_token: made["access_token"].as_str().unwrap_or_default().to_owned(),
            account: made["account_id"].as_i64().unwrap_or_default(),
            inbox: made["inbox_id"].as_i64().unwrap_or_default(),
        };
        for _ in 0..500 {
            if tokio::net::TcpStream::connect(&server.address).await.is_ok() {
                return Ok(server);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("the server does not answer at {}", server.address)
    }

    /// Its memory.
    pub(crate) fn memory(&self) -> Option<Memory> {
        memory(self.process())
    }

    /// Its number among processes.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }
}

/// Resident memory of a process, KiB.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// Now.
    pub(crate) now: u64,
    /// At its peak.
    pub(crate) peak: u64,
}

/// What the kernel says of a process (`proc_pid_status(5)`); `None` where it is gone.
pub(crate) fn memory(process: u32) -> Option<Memory> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    Some(Memory { now: field("VmRSS:")?, peak: field("VmHWM:")? })
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
