//! The command line (contract §1), one file per command. Standard output holds only results; what goes wrong is one line
//! on standard error and an exit code that is not zero.

mod console;
mod demo;
mod inbound;
mod ingress;
mod mail;
mod openapi;
mod serve;
mod setup;

use crate::config::Settings;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// A customer-support inbox whose conversations go on by e-mail
#[derive(Parser)]
#[command(name = "segue", version, about, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (also without any command)
    Serve(serve::Serve),
    /// Try everything on a throw-away database
    Demo(demo::Demo),
    /// Make an account with its administrator and a website inbox
    Setup(setup::Setup),
    /// Read statements such as `account.domain = 'domain.com'`
    Console(console::Console),
    /// Hand a mail from standard input to the server, for a mail server's pipe
    Ingress(ingress::Ingress),
    /// The log of incoming mail: what arrived, what became of it and why
    Inbound(inbound::Inbound),
    /// Look into a mail
    Mail(mail::Mail),
    /// Print the OpenAPI document
    Openapi,
}

/// Reads the command line and does what it says.
#[must_use]
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let words: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
            if error.use_stderr() && words.get(1).is_some_and(|word| word == "ingress") {
                return ingress::misused(&words, &error);
            }
            error.exit()
        }
    };
    let done = match cli.command {
        None => with_runtime(serve::Serve { settings: cli.settings }.run()),
        Some(Command::Serve(serve)) => with_runtime(serve.run()),
        Some(Command::Demo(demo)) => with_runtime(demo.run()),
        Some(Command::Setup(setup)) => with_runtime(setup.run()),
        Some(Command::Console(console)) => with_runtime(console.run()),
        Some(Command::Ingress(ingress)) => return ingress.run(),
        Some(Command::Inbound(inbound)) => with_runtime(inbound.run()),
        Some(Command::Mail(mail)) => mail.run(),
        Some(Command::Openapi) => openapi::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("segue: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs an async command. Commands that need no runtime, such as the piping one, start none.
fn with_runtime(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    crate::telemetry::start();
    // A second installation, as in tests, changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}
