//! `cargo xtask fuzz`: builds the targets of `fuzz/` with LLVM's coverage counters and runs them.
//!
//! The flags are those of libFuzzer without a sanitizer, so the toolchain that builds the rest builds these too. Our own
//! code has no `unsafe`; what is looked for are panics, time and memory without bounds, and broken promises.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::counts::Counts;
use crate::step::{Outcome, Reading, Step};
use crate::{paths, report};

/// The targets: name, name of its step, the folder its seeds are in, the longest input.
const TARGETS: &[(&str, &str, &str, usize)] = &[
    ("mime", "fuzz mime", "crates/mail/corpus", 65_536),
    ("reply", "fuzz reply", "crates/mail/corpus", 16_384),
    ("sanitize", "fuzz sanitize", "crates/mail/corpus", 16_384),
    ("smtp_session", "fuzz smtp session", "fuzz/seeds/smtp_session", 8_192),
    ("webhook_relay", "fuzz webhook relay", "crates/webhooks/fixtures", 16_384),
    ("webhook_mailgun", "fuzz webhook mailgun", "crates/webhooks/fixtures", 16_384),
    ("webhook_mandrill", "fuzz webhook mandrill", "crates/webhooks/fixtures", 16_384),
    ("webhook_postmark", "fuzz webhook postmark", "crates/webhooks/fixtures", 16_384),
    ("webhook_sendgrid", "fuzz webhook sendgrid", "crates/webhooks/fixtures", 16_384),
    ("webhook_ses", "fuzz webhook ses", "crates/webhooks/fixtures", 16_384),
];

const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

/// Seconds for each target where nothing is said.
const SECONDS: u32 = 60;

/// `[--seconds N] [TARGET…]`: these targets, or all; true when nothing was found.
pub(crate) fn run(words: &[&str]) -> Result<bool> {
    let (seconds, names) = match words {
        ["--seconds", seconds, names @ ..] => (seconds.parse().context("--seconds takes a number")?, names),
        names => (SECONDS, names),
    };
    if let Some(unknown) = names.iter().find(|name| TARGETS.iter().all(|target| target.0 != **name)) {
        let known: Vec<&str> = TARGETS.iter().map(|target| target.0).collect();
        bail!("there is no target {unknown}; there are {}", known.join(", "));
    }
    let mut outcomes = Vec::new();
    steps(&mut outcomes, seconds, names)?;
    print!("{}", report::summary(&outcomes));
    Ok(report::total(&outcomes).failed == 0)
}

/// Builds the targets and runs those that are named, or all, each for so many seconds.
pub(crate) fn steps(outcomes: &mut Vec<Outcome>, seconds: u32, names: &[&str]) -> Result<()> {
    let host = host()?;
    let folder = paths::target().join("fuzz");
    let build = ["cargo", "build", "--release", "--locked", "--manifest-path", "fuzz/Cargo.toml", "--target", &host];
    let built = Step::new("fuzz build", ".", &build, Reading::Whole)
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_TARGET_DIR", &folder.to_string_lossy())
        .run()?;
    let ready = built.counts.failed == 0;
    outcomes.push(built);
    for (name, step, seeds, longest) in TARGETS {
        if !names.is_empty() && !names.contains(name) {
            continue;
        }
        if !ready {
            println!("── {step} cannot run without it");
            outcomes.push(Outcome { name: step, counts: Counts::one(false), took: std::time::Duration::ZERO });
            continue;
        }
        let (corpus, findings) = (folder.join("corpus").join(name), folder.join("findings"));
        for folder in [&corpus, &findings] {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let program = folder.join(&host).join("release").join(name);
        let words = [
            path(&program),
            format!("-max_total_time={seconds}"),
            format!("-max_len={longest}"),
            // One input may take so long, in seconds, and so much memory, in MiB.
            "-timeout=30".to_owned(),
            "-rss_limit_mb=1024".to_owned(),
            "-print_final_stats=1".to_owned(),
            format!("-artifact_prefix={}/{name}-", path(&findings)),
            path(&corpus),
            path(&paths::repository().join(seeds)),
        ];
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        outcomes.push(Step::new(step, ".", &words, Reading::Whole).run()?);
    }
    Ok(())
}

fn path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The machine's own target triple: with it named, build scripts and macros are built without the flags.
fn host() -> Result<String> {
    let told = Command::new("rustc").arg("-vV").output().context("cannot run rustc")?;
    ensure!(told.status.success(), "rustc -vV failed");
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say what it is built for")
}
