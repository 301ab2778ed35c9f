//! Tries a mailbox's settings without fetching anything, and says what it found.

use super::{
    dial::dial,
    talk::{Answer, quoted_name},
    trouble::Trouble,
};
use crate::app::App;
use model::inbox::{AfterFetch, Imap};
use std::time::Duration;
use tokio::time::timeout;

/// How long somebody waits for the answer.
const PATIENCE: Duration = Duration::from_secs(45);

/// Logs in and opens the folder.
///
/// # Errors
/// What is wrong, in words that say what to change.
pub async fn check(app: &App, imap: &Imap) -> Result<String, String> {
    let tried = timeout(PATIENCE, attempt(app, imap)).await.unwrap_or(Err(Trouble::Silent));
    if tried.is_ok() {
        app.mailboxes.nudge();
    }
    tried.map_err(|trouble| trouble.words())
}

async fn attempt(app: &App, imap: &Imap) -> Result<String, Trouble> {
    let mut talk = dial(app, imap).await?;
    talk.open(&imap.folder, imap.after != AfterFetch::Keep).await?;
    if imap.after == AfterFetch::Move {
        let asked = talk.say(&format!("STATUS {} (UIDNEXT)", quoted_name(&imap.move_to))).await?;
        if let Answer::Refused(said) = asked {
            return Err(Trouble::Unfit(format!("There is no folder {} to move mails to (“{said}”)", imap.move_to)));
        }
    }
    let told = if talk.offers("IDLE") {
        "New mail comes in as it arrives"
    } else {
        "The server cannot tell of new mail, so it is asked every minute"
    };
    // The answer does not matter any more.
    let _ = timeout(Duration::from_secs(2), talk.say("LOGOUT")).await;
    Ok(format!("Logged in to {} as {}, and {} is open. {told}.", imap.host, imap.login, imap.folder))
}
