//! The whole suite, part by part, in the order in which each finds what it needs.

use anyhow::{Result, bail};

use crate::counts::{self, Counts};
use crate::postgres::{Disk, Postgres};
use crate::step::{Outcome, Reading, Step, check};
use crate::{debian, fuzz, paths, policy, report};

/// The parts that can be named on the command line.
const PARTS: &[&str] = &["web", "rust", "fuzz", "e2e"];

/// Seconds that each fuzz target runs as part of the suite.
const FUZZ_SECONDS: u32 = 5;

/// Runs the named parts, or all; true when everything passed.
pub(crate) fn run(parts: &[&str]) -> Result<bool> {
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(part)) {
        bail!("there is no part {unknown}; there are {}", PARTS.join(", "));
    }
    let wanted = |part| parts.is_empty() || parts.contains(&part);
    debian::provide()?;
    if wanted("e2e") {
        debian::may_start_servers()?;
    }
    let mut outcomes = Vec::new();
    if wanted("web") {
        web(&mut outcomes)?;
    }
    if wanted("fuzz") {
        fuzz::steps(&mut outcomes, FUZZ_SECONDS, &[])?;
    }
    if wanted("rust") || wanted("e2e") {
        std::fs::create_dir_all(paths::logs())?;
        let postgres = Postgres::start(Disk::Trusted)?;
        if wanted("rust") {
            rust(&mut outcomes, &postgres)?;
        }
        if wanted("e2e") {
            end_to_end(&mut outcomes, &postgres)?;
        }
    }
    print!("{}", report::summary(&outcomes));
    Ok(report::total(&outcomes).failed == 0)
}

fn web(outcomes: &mut Vec<Outcome>) -> Result<()> {
    let npm = |name, words: &[&str], reading| Step::new(name, "web", &[&["npm"], words].concat(), reading).run();
    outcomes.push(install("web install", "web")?);
    outcomes.push(npm("web build", &["run", "build"], Reading::Whole)?);
    outcomes.push(npm("web check", &["run", "check"], Reading::Whole)?);
    outcomes.push(npm("web tests", &["test"], Reading::Log(counts::vitest))?);
    outcomes.push(npm("web size", &["run", "size"], Reading::Whole)?);
    Ok(())
}

fn rust(outcomes: &mut Vec<Outcome>, postgres: &Postgres) -> Result<()> {
    outcomes.push(check("policy", || Ok(policy::faults(&policy::metadata()?)))?);
    if paths::program(&["cargo-deny"]).is_some() {
        outcomes.push(
            cargo("cargo deny", &["deny", "check", "licenses", "bans", "sources"], Reading::Whole, postgres).run()?,
        );
    }
    outcomes.push(cargo("fmt", &["fmt", "--all", "--check"], Reading::Whole, postgres).run()?);
    let clippy = ["clippy", "--workspace", "--all-targets", "--locked", "--keep-going", "--", "-D", "warnings"];
    outcomes.push(cargo("clippy", &clippy, Reading::Whole, postgres).run()?);
    if paths::program(&["cargo-nextest"]).is_some() {
        let tests = ["nextest", "run", "--workspace", "--locked", "--no-fail-fast"];
        outcomes.push(cargo("rust tests", &tests, Reading::Log(counts::nextest), postgres).run()?);
        // nextest leaves out the examples in the documentation; a workspace without any is fine
        let examples = ["test", "--workspace", "--locked", "--doc", "--no-fail-fast"];
        outcomes.push(cargo("rust doc examples", &examples, Reading::LogOrNothing(counts::libtest), postgres).run()?);
    } else {
        let tests = ["test", "--workspace", "--locked", "--no-fail-fast"];
        outcomes.push(cargo("rust tests", &tests, Reading::Log(counts::libtest), postgres).run()?);
    }
    Ok(())
}

fn end_to_end(outcomes: &mut Vec<Outcome>, postgres: &Postgres) -> Result<()> {
    let built = cargo("build", &["build", "--locked", "--bin", "segue"], Reading::Whole, postgres).run()?;
    let installed = install("e2e install", "e2e")?;
    let ready = [&built, &installed].iter().all(|outcome| outcome.counts.failed == 0);
    outcomes.extend([built, installed]);
    if ready {
        let words =
            ["node", "--test", "--test-reporter=tap", "--test-concurrency=1", "--test-timeout=300000", "tests/"];
        outcomes.push(tested(Step::new("e2e tests", "e2e", &words, Reading::Log(counts::tap)), postgres).run()?);
    } else {
        println!("── e2e tests cannot run without these");
        outcomes.push(Outcome { name: "e2e tests", counts: Counts::one(false), took: std::time::Duration::ZERO });
    }
    Ok(())
}

/// Installs what a folder's lockfile names. A registry that says nothing for a minute is asked again.
fn install(name: &'static str, folder: &str) -> Result<Outcome> {
    let words = ["npm", "ci", "--no-audit", "--no-fund", "--fetch-timeout=60000"];
    Step::new(name, folder, &words, Reading::Whole).tries(3).run()
}

/// A cargo step; all of them have the same environment, so that nothing is built twice.
fn cargo(name: &'static str, words: &[&str], reading: Reading, postgres: &Postgres) -> Step {
    tested(Step::new(name, ".", &[&["cargo"], words].concat(), reading), postgres)
}

/// What tests are told: where PostgreSQL is, and that a missing thing is a failure rather than a reason to skip.
fn tested(step: Step, postgres: &Postgres) -> Step {
    step.env("SEGUE_TEST_POSTGRES_URL", &postgres.url())
        .env("SEGUE_TEST_REQUIRE", "1")
        .env("REQUIRE_WEB", "1")
        .env("CARGO_TARGET_DIR", &paths::target().to_string_lossy())
}
