//! Putting the parts together from the configuration: database, files, secret.

use crate::{
    app::App,
    config::Config,
    ingress::verify::Senders,
    outside::{SystemClock, SystemRandom},
};
use anyhow::{Context, Result, bail};
use desk::{
    Desk, House,
    signing::{Secret, sha256},
};
use model::Random;
use std::{fs, io::Write, path::Path, sync::Arc};
use store::{Blobs, DatabaseUrl, Db};

/// Opens everything; the app is ready to serve, nothing runs yet.
///
/// # Errors
/// The database or the files cannot be opened, or this node's secret is not the installation's.
pub(crate) async fn open(config: Config) -> Result<App> {
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    if let DatabaseUrl::Sqlite(path) = &config.database
        && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
    {
        make_folder(folder)?;
    }
    let db = Db::open(&config.database).await?;
    let blobs = Blobs::local(&config.blobs_dir)?;
    let secret = secret(&config, random.as_ref())?;
    check_fingerprint(&db, &secret).await?;
    let house = House {
        frontend_url: config.frontend_url.clone(),
        inbound_domain: config.inbound_domain.clone(),
        sender: config.sender.clone(),
        verp: config.verp,
        sandbox: config.smtp.is_none(),
        retention: config.retention,
        secret,
        channels: crate::channels::carried(&config.channels),
    };
    let verifier = Arc::new(Senders::new(config.senders.resolver, config.senders.trusted_authserv.clone()));
    let (clock, house) = (Arc::new(SystemClock), Arc::new(house));
    let desk = Desk { db, blobs, clock, random, parser: mail::parse, verifier, house };
    Ok(App::new(desk, config))
}

/// The secret that signs tokens: configured, or on SQLite made once and kept beside the database.
fn secret(config: &Config, random: &dyn Random) -> Result<Secret> {
    if let Some(secret) = &config.secret_key_base {
        return Ok(Secret::new(secret.as_str()));
    }
    if matches!(config.database, DatabaseUrl::Postgres(_)) {
        bail!("SECRET_KEY_BASE: must be set with PostgreSQL, the same on every node");
    }
    make_folder(&config.data_dir)?;
    let path = config.data_dir.join("secret_key_base");
    if !path.exists() {
        keep_secret(&path, &random.hex_256()).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let secret = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Secret::new(secret.trim()))
}

/// Writes the secret to a new file that only its owner can read; where another process was first, its file stays.
fn keep_secret(path: &Path, secret: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => file.write_all(secret.as_bytes()).and_then(|()| file.sync_all()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn make_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))
}

/// A node with another secret would make tokens the others refuse: it must not start.
async fn check_fingerprint(db: &Db, secret: &Secret) -> Result<()> {
    let own = sha256(secret.sign("fingerprint", "installation").as_bytes());
    let wanted = own.clone();
    let kept = db
        .write::<_, store::Error, _>(async move |tx| {
            store::installation::claim(tx, "secret_fingerprint", &wanted).await
        })
        .await?;
    if kept != own {
        bail!("SECRET_KEY_BASE: is not the secret this database was made with");
    }
    Ok(())
}
