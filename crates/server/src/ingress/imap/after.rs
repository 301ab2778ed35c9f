//! What is done in the mailbox with mails that are ours, as the inbox wants it. Doing it twice changes nothing, and where
//! it cannot be done mail comes in all the same.

use super::{
    talk::{Answer, Talk, quoted_name, set},
    trouble::Trouble,
};
use model::inbox::{AfterFetch, Imap};

/// Tidies the mailbox; what is to be said where the server refuses it.
///
/// # Errors
/// The connection broke.
pub(super) async fn tidy(talk: &mut Talk, imap: &Imap, uids: &[u32]) -> Result<Option<String>, Trouble> {
    if uids.is_empty() {
        return Ok(None);
    }
    let uids = set(uids);
    for step in steps(imap, &uids, talk.offers("MOVE"), talk.offers("UIDPLUS")) {
        if let Answer::Refused(said) = talk.say(&step.line).await? {
            return Ok(Some(format!("Mails come in, but cannot be {}: “{}”.", step.doing, said.trim_end_matches('.'))));
        }
    }
    Ok(None)
}

#[derive(Debug, PartialEq, Eq)]
struct Step {
    line: String,
    doing: String,
}

/// The commands, in order. Without `MOVE` (RFC 6851) a mail is copied and deleted; without `UIDPLUS` (RFC 4315) deleted
/// mails are only marked, because the older way would also remove what somebody else has marked.
fn steps(imap: &Imap, uids: &str, can_move: bool, can_expunge: bool) -> Vec<Step> {
    let step = |doing: &str, line: String| Step { line, doing: doing.to_owned() };
    let delete = || {
        let mark = step("deleted", format!("UID STORE {uids} +FLAGS.SILENT (\\Deleted)"));
        let remove = can_expunge.then(|| step("deleted", format!("UID EXPUNGE {uids}")));
        [Some(mark), remove].into_iter().flatten()
    };
    let target = quoted_name(&imap.move_to);
    let moved = format!("moved to {}", imap.move_to);
    match imap.after {
        AfterFetch::Keep => Vec::new(),
        AfterFetch::MarkSeen => vec![step("marked as read", format!("UID STORE {uids} +FLAGS.SILENT (\\Seen)"))],
        AfterFetch::Delete => delete().collect(),
        AfterFetch::Move if can_move => vec![step(&moved, format!("UID MOVE {uids} {target}"))],
        AfterFetch::Move => {
            let mut steps = vec![step(&moved, format!("UID COPY {uids} {target}"))];
            steps.extend(delete());
            steps
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wish_has_its_commands() {
        let lines = |after, can_move, can_expunge| {
            let imap = Imap { after, move_to: "Done".into(), ..Imap::default() };
            steps(&imap, "3:5", can_move, can_expunge).into_iter().map(|step| step.line).collect::<Vec<_>>()
        };
        let (mark, remove) = ("UID STORE 3:5 +FLAGS.SILENT (\\Deleted)", "UID EXPUNGE 3:5");
        assert!(lines(AfterFetch::Keep, true, true).is_empty());
        assert_eq!(lines(AfterFetch::MarkSeen, true, true), ["UID STORE 3:5 +FLAGS.SILENT (\\Seen)"]);
        assert_eq!(lines(AfterFetch::Move, true, true), ["UID MOVE 3:5 \"Done\""]);
        assert_eq!(lines(AfterFetch::Move, false, true), ["UID COPY 3:5 \"Done\"", mark, remove]);
        assert_eq!(lines(AfterFetch::Delete, true, true), [mark, remove]);
        assert_eq!(lines(AfterFetch::Delete, true, false), [mark]);
    }
}
