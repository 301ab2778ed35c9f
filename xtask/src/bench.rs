//! `cargo xtask bench ingest`: builds what is measured as it is released, starts a PostgreSQL that waits for the disk, and
//! measures on both databases.

use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::postgres::{Disk, Postgres};
use crate::{debian, paths};

/// What is measured where nothing else is said: database and form of the mails.
const RUNS: &[(&str, &str)] = &[("sqlite", "plain"), ("sqlite", "html"), ("postgres", "plain"), ("postgres", "html")];

/// `ingest [--database sqlite|postgres] [--form plain|html] [OPTION…]`: the runs that fit, each with the other options,
/// which are those of the measuring program (`--mails`, `--connections`, `--conversations`, `--every`, `--json`).
pub(crate) fn run(words: &[&str]) -> Result<bool> {
    let ["ingest", options @ ..] = words else { bail!("there is one measurement: ingest") };
    let (mut only, mut rest) = ((None, None), Vec::new());
    let mut options = options.iter();
    while let Some(option) = options.next() {
        let chosen = match *option {
            "--database" => &mut only.0,
            "--form" => &mut only.1,
            other => {
                rest.push(other);
                continue;
            }
        };
        *chosen = Some(*options.next().with_context(|| format!("{option} wants a value"))?);
    }
    let fits = |(database, form): &(&str, &str)| {
        only.0.is_none_or(|only| only == *database) && only.1.is_none_or(|only| only == *form)
    };
    let runs: Vec<_> = RUNS.iter().copied().filter(fits).collect();
    ensure!(!runs.is_empty(), "--database is sqlite or postgres, --form is plain or html");
    build()?;
    let wanted = runs.iter().any(|(database, _)| *database == "postgres");
    let postgres = if wanted {
        debian::provide()?;
        std::fs::create_dir_all(paths::logs())?;
        Some(Postgres::start(Disk::Waited)?)
    } else {
        None
    };
    let built = |name: &str| paths::target().join("release").join(name);
    for (database, form) in runs {
        let url = postgres.as_ref().filter(|_| database == "postgres").map_or(database.to_owned(), Postgres::url);
        let status = Command::new(built("segue-bench"))
            .arg("--segue")
            .arg(built("segue"))
            .args(["--database", &url, "--form", form])
            .args(&rest)
            .status()
            .context("cannot run what was built")?;
        if !status.success() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn build() -> Result<()> {
    let status = Command::new("cargo")
        .args(["build", "--release", "--locked", "--package", "segue", "--package", "segue-bench", "--bins"])
        .current_dir(paths::repository())
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "what is measured cannot be built");
    Ok(())
}
