//! A PostgreSQL server for the length of one run: its own data folder in the temporary folder, loopback only, no
//! password, gone afterwards. As root it runs as nobody, since PostgreSQL refuses root.

use std::env;
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::debian::is_root;
use crate::paths;

const NOBODY: u32 = 65534;
const SETTINGS: &[&str] = &["synchronous_commit=on", "max_connections=300", "log_min_messages=warning"];

/// Whether a commit waits for the disk.
#[derive(Clone, Copy)]
pub(crate) enum Disk {
    /// As in production: for measurements.
    Waited,
    /// Tests keep nothing beyond their run.
    Trusted,
}

impl Disk {
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Waited => &["fsync=on", "shared_buffers=256MB"],
            Self::Trusted => &["fsync=off", "shared_buffers=64MB"],
        }
    }
}

/// A running server; dropping it stops it and removes its data.
pub(crate) struct Postgres {
    child: Child,
    folder: PathBuf,
    port: u16,
}

/// The folder of the newest server binaries, if PostgreSQL is installed.
pub(crate) fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let version =
        |path: &Path| path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<u32>().ok());
    let newest = versions
        .map(|entry| entry.path())
        .filter(|path| path.join("bin/initdb").exists())
        .max_by_key(|path| version(path))?;
    Some(newest.join("bin"))
}

impl Postgres {
    /// Makes a data folder and starts the server; returns when it answers.
    pub(crate) fn start(disk: Disk) -> Result<Self> {
        let binaries = binaries().context("no PostgreSQL below /usr/lib/postgresql")?;
        let folder = env::temp_dir().join(format!("segue-postgres-{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        if is_root() {
            chown(&folder, Some(NOBODY), Some(NOBODY))?;
        }
        let data = folder.join("data");
        let made = unprivileged(&binaries.join("initdb"))
            .args(["--username=segue", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--pgdata"])
            .arg(&data)
            .current_dir(&folder)
            .output()?;
        ensure!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = File::create(paths::logs().join("postgres-server.log"))?;
        let mut command = unprivileged(&binaries.join("postgres"));
        command
            .arg("-D")
            .arg(&data)
            .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"])
            .arg(&folder)
            .current_dir(&folder);
        for setting in SETTINGS.iter().chain(disk.settings()) {
            command.args(["-c", setting]);
        }
        let child = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
        let mut server = Self { child, folder, port };
        server.wait(&binaries)?;
        Ok(server)
    }

    /// The URL of the maintenance database; its user may create others.
    pub(crate) fn url(&self) -> String {
        format!("postgres://segue@127.0.0.1:{}/postgres", self.port)
    }

    fn wait(&mut self, binaries: &Path) -> Result<()> {
        let start = Instant::now();
        let port = self.port.to_string();
        while start.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait()? {
                bail!("PostgreSQL ended at once ({status}); see postgres-server.log in {}", paths::logs().display());
            }
            let ready =
                Command::new(binaries.join("pg_isready")).args(["-q", "-h", "127.0.0.1", "-p", &port]).status()?;
            if ready.success() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("PostgreSQL did not answer within 30 s")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown; what cannot be tidied here lies in the temporary folder
        let _ = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A command that runs the program as a user other than root.
fn unprivileged(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={NOBODY}"), format!("--regid={NOBODY}"), "--clear-groups".to_owned()]).arg(program);
    command
}
