//! How far fetching has come, and what to look at next. Pure.
//!
//! UIDs only grow, while the server keeps its numbering (RFC 9051 §2.3.1.1). The first look begins at the next UID, so
//! that what lies there already stays what it is; every later one goes on where the last has ended, however long ago that
//! was. Where the server has numbered everything anew, the old numbers say nothing: everything is looked through again
//! from the first, and mail is taken that arrived since shortly before the last look that went well. What of it we had is
//! known by its bytes, so that an overlap doubles nothing; what lay there before the first look stays out.

use jiff::{SignedDuration, fmt::strtime};
use model::Timestamp;
use store::mailboxes::{Cursor, Mailbox};

/// How far before the last good look mail may have arrived that it did not see: clocks differ, and so do time zones of
/// servers that write down a wrong one.
const OVERLAP: SignedDuration = SignedDuration::from_hours(48);
/// By how much the server's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_mins(10);
/// A mail that was written so long before is none of those that have just come, whatever the mailbox says: restoring a
/// mailbox may give all of it a new time of arrival.
const OLD: SignedDuration = SignedDuration::from_hours(30 * 24);
/// UIDs that are asked for at once; more where there are none.
const SPAN: u32 = 500;
/// The most of them: so many mails may be listed at once.
pub(super) const LARGEST_SPAN: u32 = 100_000;

/// What the server says of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Folder {
    /// What it calls its numbering.
    pub(super) uid_validity: u32,
    /// The UID that the next mail will have, or a lower bound of it.
    pub(super) uid_next: u32,
    /// Whether that is exact: the server has said so.
    pub(super) exact: bool,
}

/// Where to begin, and since when; `None` where fetching goes on from where it is. `all` takes what lies there already.
pub(super) fn begin(mailbox: &Mailbox, folder: &Folder, all: bool, now: Timestamp) -> Option<(Cursor, Timestamp)> {
    let Folder { uid_validity, uid_next, exact } = *folder;
    let anew = |next_uid, renumbered| Cursor { uid_validity, next_uid, renumbered };
    let (Some(cursor), Some(began_at)) = (mailbox.cursor, mailbox.began_at) else {
        return Some(if all { (anew(1, None), Timestamp::UNIX_EPOCH) } else { (anew(uid_next, None), now) });
    };
    // Numbers that were taken back: a mailbox was restored by somebody who should have told it.
    let taken_back = exact && uid_next < cursor.next_uid;
    if cursor.uid_validity == uid_validity && !taken_back {
        return None;
    }
    // With another server or log-in it may be another mailbox: then nothing is taken that lay there before.
    let overlap = if cursor.uid_validity == 0 { SignedDuration::ZERO } else { OVERLAP };
    let since = mailbox.fetched_at.map_or(began_at, |last| last.saturating_sub(overlap).unwrap_or(began_at));
    let since = since.max(began_at).saturating_sub(SKEW).unwrap_or(began_at);
    // A renumbering during a renumbering: what the first was to look through has not all been.
    let since =
        cursor.renumbered.filter(|(below, _)| cursor.next_uid < *below).map_or(since, |(_, after)| after.min(since));
    Some((anew(1, Some((uid_next, since))), began_at))
}

/// A mail as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) uid: u32,
    /// Bytes, as the server counts them.
    pub(super) size: u32,
    /// When it came into the mailbox.
    pub(super) arrived: Option<Timestamp>,
    /// When it says that it was written.
    pub(super) written: Option<Timestamp>,
}

impl Listed {
    /// Whether it is to be fetched. What is not known of a mail is no reason to leave it.
    pub(super) fn is_ours(&self, cursor: &Cursor) -> bool {
        let Some((_, after)) = cursor.renumbered.filter(|(below, _)| self.uid < *below) else { return true };
        let long_before = after.saturating_sub(OLD).unwrap_or(after);
        self.arrived.is_none_or(|at| at >= after) && self.written.is_none_or(|at| at >= long_before)
    }
}

/// Looks through the UIDs from the cursor to the end of the folder, window by window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Windows {
    next: u32,
    end: u32,
    span: u32,
}

impl Windows {
    pub(super) fn new(cursor: &Cursor, folder: &Folder) -> Self {
        Self { next: cursor.next_uid, end: folder.uid_next, span: SPAN }
    }

    /// The next first and last UID; `None` at the end.
    pub(super) fn current(&self) -> Option<(u32, u32)> {
        let last = self.next.saturating_add(self.span - 1).min(self.end.saturating_sub(1));
        (self.next < self.end).then_some((self.next, last))
    }

    /// Everything up to `last` has been dealt with. Where `some` was there the next window is small; where nothing was, it
    /// is twice as large, so that numbers without mails cost little.
    pub(super) fn pass(&mut self, last: u32, some: bool) {
        self.next = last.saturating_add(1);
        self.span = if some { SPAN } else { self.span.saturating_mul(2).min(LARGEST_SPAN) };
    }
}

/// The time in `INTERNALDATE`, such as ` 7-Nov-2026 09:00:00 +0100`.
pub(super) fn arrival(date: &str) -> Option<Timestamp> {
    strtime::parse("%d-%b-%Y %H:%M:%S %z", date.trim()).ok()?.to_timestamp().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ids::InboxId;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn mailbox(cursor: Option<Cursor>, fetched: Option<&str>) -> Mailbox {
        Mailbox {
            inbox_id: InboxId(1),
            folder: String::new(),
            server: String::new(),
            began_at: cursor.map(|_| at("2026-11-01T00:00:00Z")),
            cursor,
            ok: None,
            words: String::new(),
            looked_at: None,
            fetched_at: fetched.map(at),
            fetched: 0,
        }
    }

    const NOW: &str = "2026-11-22T10:00:00Z";

    fn cursor(uid_validity: u32, next_uid: u32) -> Cursor {
        Cursor { uid_validity, next_uid, renumbered: None }
    }

    fn folder(uid_validity: u32, uid_next: u32) -> Folder {
        Folder { uid_validity, uid_next, exact: true }
    }

    #[test]
    fn the_first_look_begins_at_the_end_unless_all_is_wanted() {
        let first = mailbox(None, None);
        assert_eq!(begin(&first, &folder(9, 120), false, at(NOW)), Some((cursor(9, 120), at(NOW))));
        assert_eq!(begin(&first, &folder(9, 120), true, at(NOW)), Some((cursor(9, 1), Timestamp::UNIX_EPOCH)));
    }

    #[test]
    fn the_next_look_goes_on_whatever_came_in_between() {
        let known = mailbox(Some(cursor(9, 120)), Some("2026-11-02T00:00:00Z"));
        for uid_next in [120, 121, 100_000] {
            assert_eq!(begin(&known, &folder(9, uid_next), false, at(NOW)), None);
        }
        // A server that does not say its next number is not believed to have taken some back.
        let unsure = Folder { exact: false, ..folder(9, 80) };
        assert_eq!(begin(&known, &unsure, false, at(NOW)), None);
    }

    #[test]
    fn a_new_numbering_is_looked_through_since_shortly_before_the_last_good_look() {
        let rows = [
            // Well after the beginning: two days back, and ten minutes.
            (Some("2026-11-20T10:00:00Z"), "2026-11-18T09:50:00Z"),
            // Soon after it: not before it.
            (Some("2026-11-02T00:00:00Z"), "2026-10-31T23:50:00Z"),
            (None, "2026-10-31T23:50:00Z"),
        ];
        for (fetched, since) in rows {
            let known = mailbox(Some(cursor(9, 120)), fetched);
            let expected = Cursor { renumbered: Some((50, at(since))), ..cursor(10, 1) };
            let begun = begin(&known, &folder(10, 50), false, at(NOW));
            assert_eq!(begun, Some((expected, at("2026-11-01T00:00:00Z"))), "{fetched:?}");
            let taken_back = begin(&known, &folder(9, 50), false, at(NOW)).unwrap();
            assert_eq!(taken_back.0, Cursor { uid_validity: 9, ..expected }, "{fetched:?}");
        }
    }

    #[test]
    fn with_another_server_only_what_came_since_the_last_good_look_is_taken() {
        let known = mailbox(Some(cursor(0, 120)), Some("2026-11-20T10:00:00Z"));
        let (begun, _) = begin(&known, &folder(9, 500), false, at(NOW)).unwrap();
        assert_eq!(begun, Cursor { renumbered: Some((500, at("2026-11-20T09:50:00Z"))), ..cursor(9, 1) });
    }

    #[test]
    fn a_second_new_numbering_forgets_nothing_of_the_first() {
        let since = at("2026-11-05T00:00:00Z");
        let under_way = Cursor { renumbered: Some((100, since)), ..cursor(10, 40) };
        let known = mailbox(Some(under_way), Some("2026-11-20T10:00:00Z"));
        let (begun, _) = begin(&known, &folder(11, 60), false, at(NOW)).unwrap();
        assert_eq!(begun.renumbered, Some((60, since)));
        let over = Cursor { next_uid: 100, ..under_way };
        let known = mailbox(Some(over), Some("2026-11-20T10:00:00Z"));
        let (begun, _) = begin(&known, &folder(11, 60), false, at(NOW)).unwrap();
        assert_eq!(begun.renumbered, Some((60, at("2026-11-18T09:50:00Z"))));
    }

    #[test]
    fn after_a_new_numbering_only_what_has_just_come_is_taken() {
        let cursor = Cursor { renumbered: Some((50, at("2026-11-18T00:00:00Z"))), ..cursor(10, 1) };
        let mail = |uid, arrived: Option<&str>, written: Option<&str>| {
            Listed { uid, size: 1, arrived: arrived.map(at), written: written.map(at) }.is_ours(&cursor)
        };
        let (new, old) = (Some("2026-11-19T00:00:00Z"), Some("2026-11-17T00:00:00Z"));
        assert!(mail(1, new, new) && mail(1, new, None) && mail(1, new, Some("2026-10-30T00:00:00Z")));
        assert!(!mail(1, old, old) && !mail(1, old, new));
        assert!(!mail(1, new, Some("2020-01-01T00:00:00Z")), "restored with a new time of arrival");
        assert!(mail(50, old, Some("2020-01-01T00:00:00Z")), "came after the new numbering");
        assert!(mail(1, None, None));
    }

    #[test]
    fn windows_cover_every_number_once_and_stride_over_gaps() {
        for (next, end) in [(1, 1), (7, 5), (1, 2), (1, 501), (1, 502), (3, 4_000_000), (u32::MAX - 1, u32::MAX)] {
            let mut windows = Windows::new(&cursor(1, next), &folder(1, end));
            let (mut expected, mut count) = (next, 0);
            while let Some((first, last)) = windows.current() {
                assert!(first == expected && last >= first && last < end, "{next}..{end}: {first} {last}");
                expected = last + 1;
                windows.pass(last, false);
                count += 1;
            }
            assert!(expected == end.max(next) && count < 60, "{next}..{end}: {count} windows");
        }
        let mut windows = Windows::new(&cursor(1, 1), &folder(1, 10_000));
        windows.pass(500, false);
        assert_eq!(windows.current(), Some((501, 1500)));
        windows.pass(1000, true);
        assert_eq!(windows.current(), Some((1001, 1500)));
    }

    #[test]
    fn times_of_arrival_are_read() {
        assert_eq!(arrival(" 7-Nov-2026 09:00:00 +0100"), Some(at("2026-11-07T08:00:00Z")));
        assert_eq!(arrival("17-Nov-2026 23:59:59 -0800"), Some(at("2026-11-18T07:59:59Z")));
        for wrong in ["", "yesterday", "99-Nov-2026 09:00:00 +0100"] {
            assert_eq!(arrival(wrong), None, "{wrong}");
        }
    }
}
