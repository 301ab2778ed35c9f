//! `segue console`: the statements administrators know (contract §3), read from the terminal or from standard input.

mod grammar;
mod session;

use crate::{config::Settings, wiring};
use anyhow::bail;
use clap::Args;
use session::{Answer, Session};
use std::io::{BufRead, IsTerminal, Write};

#[derive(Args)]
#[command(after_help = "Example: echo \"Account.find(1).domain\" | segue console")]
pub(super) struct Console {
    #[command(flatten)]
    settings: Settings,
}

impl Console {
    /// Reads statements until `exit` or the end. Piped, there is no prompt, and the first that fails ends it.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.settings.check().map_err(anyhow::Error::msg)?;
        let app = wiring::open(config).await?;
        let mut session = Session::new(app.desk.clone());
        let (input, mut output) = (std::io::stdin(), std::io::stdout());
        let at_terminal = input.is_terminal();
        loop {
            if at_terminal {
                write!(output, "segue> ")?;
                output.flush()?;
            }
            let mut line = String::new();
            if input.lock().read_line(&mut line)? == 0 {
                return Ok(());
            }
            match session.run(&line).await {
                Ok(Answer::Nothing) => {}
                Ok(Answer::Shown(words)) => writeln!(output, "{words}")?,
                Ok(Answer::Exit) => return Ok(()),
                Err(words) if at_terminal => writeln!(output, "{words}")?,
                Err(words) => bail!("{words}"),
            }
        }
    }
}
