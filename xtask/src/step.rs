//! One step of the suite: a command whose output goes to a log and whose result becomes counts.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::counts::Counts;
use crate::paths;

/// What became of a step.
pub(crate) struct Outcome {
    /// Its name in the summary.
    pub(crate) name: &'static str,
    /// What it counted.
    pub(crate) counts: Counts,
    /// How long it took.
    pub(crate) took: Duration,
}

/// How a step's result is read.
pub(crate) enum Reading {
    /// The whole step is one test: it passes when the command exits with 0.
    Whole,
    /// The log tells the counts. A command that fails without a failed test, or succeeds without a test, counts
    /// as one failure: it did not build, or it ran nothing.
    Log(fn(&str) -> Counts),
    /// As `Log`, but there need not be a test.
    LogOrNothing(fn(&str) -> Counts),
}

/// A command to run as a step.
pub(crate) struct Step {
    name: &'static str,
    command: Command,
    reading: Reading,
    tries: u32,
}

impl Step {
    /// A step that runs `words` (program and arguments) in `folder`, relative to the repository.
    pub(crate) fn new(name: &'static str, folder: &str, words: &[&str], reading: Reading) -> Self {
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .current_dir(paths::repository().join(folder))
            .env("NO_COLOR", "1")
            .env("CARGO_TERM_COLOR", "never");
        Self { name, command, reading, tries: 1 }
    }

    /// Adds an environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs the command up to this often until it succeeds: for downloads, which fail now and then.
    pub(crate) fn tries(mut self, tries: u32) -> Self {
        self.tries = tries;
        self
    }

    /// Runs the step: one line when it starts, one when it ends, its whole output when it fails.
    pub(crate) fn run(mut self) -> Result<Outcome> {
        println!("── {} …", self.name);
        let log = log_path(self.name)?;
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        self.command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let start = Instant::now();
        let mut end = self.run_once();
        for _ in 1..self.tries {
            if end.is_err() {
                println!("── {}, once more …", self.name);
                end = self.run_once();
            }
        }
        let took = start.elapsed();
        let success = end.is_ok();
        let mut text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
        if let Err(words) = end {
            text.push_str(&words);
        }
        let counts = match self.reading {
            Reading::Whole => Counts::one(success),
            Reading::Log(read) => read(&text).reconciled(success),
            Reading::LogOrNothing(read) => match read(&text) {
                nothing if success && nothing == Counts::default() => nothing,
                counts => counts.reconciled(success),
            },
        };
        if counts.failed > 0 {
            println!("{text}\n── {} failed; its output is kept in {}", self.name, log.display());
        }
        Ok(Outcome { name: self.name, counts, took })
    }

    /// Runs the command to its end; says how it failed.
    fn run_once(&mut self) -> Result<(), String> {
        match self.command.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("\nended with {status}\n")),
            Err(error) => Err(format!("\ncannot run {:?}: {error}\n", self.command.get_program())),
        }
    }
}

/// A step that is a function of ours: it passes when it finds no fault.
pub(crate) fn check(name: &'static str, find: impl FnOnce() -> Result<Vec<String>>) -> Result<Outcome> {
    println!("── {name} …");
    let start = Instant::now();
    let faults = find().unwrap_or_else(|error| vec![format!("{error:#}")]);
    let text: String = faults.iter().map(|fault| format!("{fault}\n")).collect();
    fs::write(log_path(name)?, &text)?;
    if !faults.is_empty() {
        println!("{text}── {name} failed");
    }
    Ok(Outcome { name, counts: Counts::one(faults.is_empty()), took: start.elapsed() })
}

fn log_path(name: &str) -> Result<PathBuf> {
    let folder = paths::logs();
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(Path::new(&folder).join(format!("{}.log", name.replace(' ', "-"))))
}
