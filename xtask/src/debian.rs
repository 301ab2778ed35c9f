//! What the tests need from Debian. PostgreSQL, sqlite3, Chromium and swaks are installed where they are missing. The mail servers
//! are not: Postfix and Exim exclude each other as packages, and either would replace the machine's own. They are
//! fetched and unpacked below the target folder.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::{paths, postgres};

/// A mail server: the folder it is unpacked to, a file that proves it, and the packages it is made of.
const MAIL_SERVERS: &[(&str, &str, &[&str])] = &[
    ("postfix", "usr/lib/postfix/sbin/master", &["postfix"]),
    ("exim4", "usr/sbin/exim4", &["exim4-daemon-light", "libnss-wrapper"]),
    ("dovecot", "usr/sbin/dovecot", &["dovecot-core", "dovecot-imapd"]),
];

/// Brings everything that is missing; when that needs rights we lack, says which line to run.
pub(crate) fn provide() -> Result<()> {
    let wanted = [
        ("postgresql", postgres::binaries().is_some()),
        ("sqlite3", paths::program(&["sqlite3"]).is_some()),
        ("chromium", paths::program(&["/usr/bin/chromium"]).is_some()),
        ("swaks", paths::program(&["swaks"]).is_some()),
        ("libnet-ssleay-perl", perl_knows_tls()),
    ];
    let missing: Vec<&str> = wanted.iter().filter(|(_, there)| !there).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    for (name, proof, packages) in MAIL_SERVERS {
        let folder = paths::target().join("mta").join(name);
        if !folder.join(proof).exists() {
            unpack(&folder, packages).with_context(|| format!("cannot unpack {name}"))?;
        }
    }
    Ok(())
}

/// swaks speaks TLS with a module that it only recommends.
fn perl_knows_tls() -> bool {
    let asked = Command::new("perl").args(["-MNet::SSLeay", "-e", "1"]).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

fn install(packages: &[&str]) -> Result<()> {
    let line = format!("apt-get update && apt-get install -y --no-install-recommends {}", packages.join(" "));
    let sudo = if is_root() { "" } else { "sudo -n " };
    println!("── installing {} …", packages.join(", "));
    let commands = line.split(" && ").map(|command| format!("{sudo}{command}")).collect::<Vec<_>>().join(" && ");
    let status = Command::new("sh")
        .args(["-c", &commands])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .status()?;
    ensure!(status.success(), "the tests need {}; please run once, as root: {line}", packages.join(" and "));
    Ok(())
}

/// Fetches the packages, and the libraries of theirs that the machine lacks, and unpacks all into one tree.
fn unpack(folder: &Path, packages: &[&str]) -> Result<()> {
    println!("── unpacking {} …", packages.join(", "));
    let downloads = folder.with_extension("deb");
    let partial = folder.with_extension("partial");
    for path in [&downloads, &partial] {
        if path.exists() {
            fs::remove_dir_all(path)?;
        }
        fs::create_dir_all(path)?;
    }
    let mut names: Vec<String> = packages.iter().map(ToString::to_string).collect();
    names.extend(missing_libraries(packages)?);
    let mut fetch = Command::new("apt-get");
    fetch.arg("download").args(&names).current_dir(&downloads).stdin(Stdio::null());
    let fetched = fetch.output()?;
    if !fetched.status.success() {
        bail!("apt-get download {}: {}", names.join(" "), String::from_utf8_lossy(&fetched.stderr).trim());
    }
    for package in entries(&downloads)? {
        let status = Command::new("dpkg-deb").arg("-x").arg(&package).arg(&partial).status()?;
        ensure!(status.success(), "dpkg-deb cannot unpack {}", package.display());
    }
    drop_setuid(&partial)?;
    fs::rename(&partial, folder)?;
    fs::remove_dir_all(&downloads)?;
    Ok(())
}

/// Shared libraries that the packages depend on, however far, and that are not installed.
fn missing_libraries(packages: &[&str]) -> Result<Vec<String>> {
    let listed = Command::new("apt-cache").args(["depends", "--recurse", "--important"]).args(packages).output()?;
    let listed = String::from_utf8_lossy(&listed.stdout);
    let libraries = listed.lines().filter(|line| line.starts_with("lib") && !line.ends_with("-perl"));
    let installed = |name: &str| -> Result<bool> {
        let status =
            Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", name]).stderr(Stdio::null()).output()?;
        Ok(status.stdout.starts_with(b"installed"))
    };
    let mut missing = Vec::new();
    for name in libraries {
        if !packages.contains(&name) && !installed(name)? {
            missing.push(name.to_owned());
        }
    }
    missing.sort();
    missing.dedup();
    Ok(missing)
}

/// Exim's package has a setuid program; nothing of that kind may lie around in a target folder.
fn drop_setuid(path: &Path) -> Result<()> {
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_dir() {
        for entry in entries(path)? {
            drop_setuid(&entry)?;
        }
    } else if metadata.is_file() && metadata.permissions().mode() & 0o6000 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(metadata.permissions().mode() & 0o777))?;
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let listed = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    Ok(listed.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?)
}

/// Postfix changes users, so the whole-system tests start it as root: directly, or by a sudo that asks nothing.
pub(crate) fn may_start_servers() -> Result<()> {
    let sudo = || {
        Command::new("sudo").args(["-n", "true"]).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    ensure!(
        is_root() || sudo(),
        "the e2e tests start Postfix as root; run as root, or let sudo ask first: sudo -v && cargo xtask test"
    );
    Ok(())
}

/// Whether this process is root, which decides how packages are installed and servers started.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}
