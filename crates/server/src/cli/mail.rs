//! `segue mail inspect`: what Segue reads in one mail, as one JSON object. Needs no server.

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use mail::inspect::{inspect_eml, inspect_html, inspect_plain};
use std::{
    io::{Read, Write},
    path::PathBuf,
};

#[derive(Args)]
pub(super) struct Mail {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Parse one mail, or just the text or HTML of one, and print what was read as JSON
    #[command(after_help = "Example: segue mail inspect answer.eml")]
    Inspect {
        /// The mail; standard input where missing or `-`
        file: Option<PathBuf>,
        /// What the input is
        #[arg(long, value_enum, default_value_t = Input::Eml)]
        input: Input,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Input {
    /// A whole mail
    Eml,
    /// The text of one
    Plain,
    /// The HTML of one
    Html,
}

impl Mail {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let Command::Inspect { file, input } = self.command;
        let mut bytes = Vec::new();
        match file.filter(|file| file.as_os_str() != "-") {
            Some(path) => {
                bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            }
            None => drop(std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?),
        }
        let inspection = match input {
            Input::Eml => inspect_eml(&bytes),
            Input::Plain => inspect_plain(&String::from_utf8_lossy(&bytes)),
            Input::Html => inspect_html(&String::from_utf8_lossy(&bytes)),
        };
        let mut out = std::io::stdout().lock();
        serde_json::to_writer(&mut out, &inspection)?;
        writeln!(out)?;
        Ok(())
    }
}
