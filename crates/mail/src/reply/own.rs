//! Our own mail inside the answer: found by its letters, whatever language, client or line width quoted it.

use std::collections::HashSet;

use memchr::memmem;

use super::Hints;
use super::attribution::{has_address, has_time, has_year};
use super::context::Context;
use super::footer::is_mobile_footer;
use super::heading::is_rule;
use super::line::Line;

/// Most of our letters, in bytes, that lines are compared with; the latest count.
const MOST_SENT: usize = 32 * 1024;
/// Most lines that are looked for within them.
const MOST_SEARCHES: usize = 2_000;
/// Fewer letters than these may be chance.
const LEAST: usize = 40;
/// A line of fewer letters begins nothing, unless we wrote just that line.
const SHORT: usize = 14;

/// What we sent, its letters and digits alone: blanks, quotation marks and line ends are what mail programs change.
pub(super) struct Sent {
    letters: String,
    lines: HashSet<String>,
    /// What our mails say besides: headings and footers.
    phrases: Vec<String>,
}

impl Sent {
    pub(super) fn of(hints: &Hints) -> Option<Self> {
        let mut sent = Self { letters: String::new(), lines: HashSet::new(), phrases: Vec::new() };
        for line in hints.sent.iter().rev().flat_map(|text| text.lines()) {
            if sent.letters.len() > MOST_SENT {
                break;
            }
            let from = sent.letters.len();
            letters(line, &mut sent.letters);
            let line = sent.letters.get(from..).unwrap_or_default();
            if line.len() > 3 {
                sent.lines.insert(line.to_owned());
            }
        }
        let phrases = hints.phrases.iter().map(|phrase| {
            let mut folded = String::new();
            letters(phrase, &mut folded);
            folded
        });
        sent.phrases = phrases.filter(|phrase| phrase.len() >= SHORT).collect();
        (!sent.letters.is_empty()).then_some(sent)
    }
}

/// Appends the letters and digits of a text, in lower case.
fn letters(text: &str, out: &mut String) {
    if text.is_ascii() {
        out.extend(text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| char::from(byte.to_ascii_lowercase())));
    } else {
        out.extend(text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
    }
}

/// Where the person's mail repeats ours.
pub(super) struct Own {
    pub(super) first: usize,
    pub(super) end: usize,
    /// the person wrote below it
    pub(super) answer_below: bool,
}

/// What a line is to us.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// We wrote it: where it stands in our letters, and how many it has.
    Ours(usize, usize),
    /// We wrote just this line, or it is short and stands somewhere in our words.
    Short(usize, bool),
    /// One of the lines that our mails bear.
    Phrase,
    /// Somebody's name and a date, as above each message of our mails.
    Heading,
    /// Says nothing: a rule, an address, the line that ends a mail.
    Neutral,
    /// The person's, with so many letters.
    Theirs(usize),
}

struct Reader<'a> {
    sent: &'a Sent,
    context: &'a Context,
    searches: usize,
    letters: String,
}

impl Reader<'_> {
    fn see(&mut self, line: &Line<'_>) -> Seen {
        self.letters.clear();
        letters(line.raw, &mut self.letters);
        let size = self.letters.len();
        if size < 4 {
            return Seen::Neutral;
        }
        if self.sent.phrases.iter().any(|phrase| self.letters.contains(phrase.as_str())) {
            return Seen::Phrase;
        }
        if self.sent.lines.contains(&self.letters) && size < SHORT {
            return Seen::Short(size, true);
        }
        if self.searches > 0 {
            self.searches -= 1;
            match self.find() {
                Some(_) if size < SHORT => return Seen::Short(size, false),
                Some(at) => return Seen::Ours(at, size),
                None => {}
            }
        }
        match () {
            () if is_heading(line) => Seen::Heading,
            () if is_neutral(line, self.context) => Seen::Neutral,
            () => Seen::Theirs(size),
        }
    }

    /// Where our letters hold the line; of a long one, most of its pieces.
    fn find(&self) -> Option<usize> {
        const PIECE: usize = 24;
        let (ours, line) = (self.sent.letters.as_bytes(), self.letters.as_bytes());
        if let Some(at) = memmem::find(ours, line) {
            return Some(at);
        }
        let pieces: Vec<Option<usize>> = match line.len() {
            ..=72 => return None,
            // a paragraph without end is not read to its end
            _ => line.chunks_exact(PIECE).take(64).map(|piece| memmem::find(ours, piece)).collect(),
        };
        let found = pieces.iter().flatten().count();
        (found * 4 >= pieces.len() * 3).then(|| pieces.iter().flatten().copied().next()).flatten()
    }
}

fn is_heading(line: &Line<'_>) -> bool {
    let text = line.lower.as_str();
    text.ends_with(':') && (has_address(text) || (has_time(text) && has_year(text)))
}

fn is_neutral(line: &Line<'_>, context: &Context) -> bool {
    let text = line.lower.as_str();
    let link = text.starts_with(['<', '(', '[']) || text.starts_with("http") || text.starts_with("www.");
    is_rule(line)
        || (link && !text.contains(' '))
        || is_heading(line)
        || context.names_us(line)
        || is_mobile_footer(line)
}

/// The lines that repeat our mail: from the first of them to the one below the last. Lines in a row, together long enough to be no chance;
/// below them stands nothing else, or above them nothing and below them the answer.
pub(super) fn find(lines: &[Line<'_>], context: &Context) -> Option<Own> {
    let sent = context.sent.as_ref()?;
    let mut reader = Reader { sent, context, searches: MOST_SEARCHES, letters: String::new() };
    let mut run: Option<Run> = None;
    let mut best: Option<Run> = None;
    let mut words_above = false;
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.blank) {
        let seen = if line.quoted { Seen::Theirs(usize::MAX) } else { reader.see(line) };
        match (&mut run, seen) {
            (Some(run), Seen::Heading) if run.phrase => run.recap = true,
            (Some(run), Seen::Theirs(size)) if run.recap && size <= 4_000 => run.last = at,
            (_, Seen::Neutral | Seen::Heading) => {}
            (Some(run), Seen::Ours(place, size)) if run.goes_on(place) => run.take(at, place, size),
            (Some(run), Seen::Short(size, _)) if run.skipped == 0 => run.take(at, run.place, size),
            (Some(run), Seen::Phrase) => run.end_with_phrase(at),
            (None, Seen::Ours(place, size)) => run = Some(Run::new(at, place, size, words_above)),
            (None, Seen::Short(size, true)) => run = Some(Run::new(at, usize::MAX, size, words_above)),
            // it may be a line of ours that was changed on its way
            (Some(run), Seen::Theirs(size)) if size <= 400 && run.skipped == 0 => run.skipped += size,
            (_, seen) => {
                best = better(best, run.take());
                run = match seen {
                    Seen::Ours(place, size) => Some(Run::new(at, place, size, words_above)),
                    _ => None,
                };
            }
        }
        words_above |= matches!(seen, Seen::Theirs(_));
    }
    let run = better(best, run.take())?;
    let mut says = |line: &&Line<'_>| !line.quoted && !matches!(reader.see(line), Seen::Neutral | Seen::Heading);
    let answer_below = lines.iter().skip(run.last + 1).filter(|line| !line.blank).any(|line| says(&line));
    let whole_mail = !run.words_above && (run.phrase || run.size >= 200);
    (!answer_below || whole_mail).then_some(Own { first: run.first, end: run.last + 1, answer_below })
}

/// The later of two runs that are long enough.
fn better(best: Option<Run>, run: Option<Run>) -> Option<Run> {
    run.filter(Run::is_enough).or(best)
}

/// Lines of ours in a row.
struct Run {
    first: usize,
    last: usize,
    /// the letters of ours that it holds
    size: usize,
    count: usize,
    /// where our letters go on
    place: usize,
    /// letters of theirs since the last line of ours
    skipped: usize,
    phrase: bool,
    /// below a phrase and a heading: earlier messages, whoever wrote them
    recap: bool,
    words_above: bool,
}

impl Run {
    fn new(at: usize, place: usize, size: usize, words_above: bool) -> Self {
        let place = place.saturating_add(size);
        Self { first: at, last: at, size, count: 1, place, skipped: 0, phrase: false, recap: false, words_above }
    }

    /// Whether what was skipped stands between in our words too.
    fn goes_on(&self, place: usize) -> bool {
        let between = place.saturating_sub(self.place);
        self.skipped == 0 || (between * 3 >= self.skipped && between <= self.skipped * 3)
    }

    fn take(&mut self, at: usize, place: usize, size: usize) {
        self.last = at;
        self.size += size;
        self.count += 1;
        self.place = place.saturating_add(size);
        self.skipped = 0;
    }

    fn end_with_phrase(&mut self, at: usize) {
        self.last = at;
        self.phrase = true;
        self.recap = false;
        self.skipped = 0;
    }

    fn is_enough(&self) -> bool {
        self.size >= LEAST && (self.count > 1 || self.phrase || self.size >= 50) || (self.phrase && self.size >= SHORT)
    }
}

#[cfg(test)]
mod tests {
    use crate::reply::{Hints, Reply, extract_plain};

    const SENT: &str = "Hello Ann,\n\nYour parcel is on its way to you, and it's “insured”.\nIt should arrive on Friday at the latest.\nWrite to us if it did not.\n\nZoe";

    fn read(text: &str) -> Reply {
        let hints = Hints {
            addresses: vec!["help@acme.example".into()],
            sent: vec![SENT.into()],
            phrases: vec!["Answer this mail to reply.".into(), "Earlier in this conversation".into()],
            ..Hints::default()
        };
        extract_plain(text, &hints)
    }

    #[test]
    fn our_words_are_known_however_they_were_mangled() {
        for quote in [
            SENT,
            "Hello Ann,\n\nYour parcel is on its way to you, and it's\n\"insured\". It should arrive on Friday at\nthe latest.\n\nZoe",
            "Hello Ann, Your parcel is on its way to you, and it’s insured. It should arrive on Friday at the latest. Zoe",
            "Yourparcelisonitswaytoyou,andit'sinsured.\nItshouldarriveonFridayatthelatest.",
            "Zuletzt kirjoitteli Acme (help@acme.example) 5.1.2026:\n\nYour parcel is on its way to you, and it's insured.\nIt should arrive on Friday at the latest.",
            "Zoe, 5 Jan 2026, 10:00 UTC:\n\nYour parcel is on its way to you, and it's insured.\n\nAnswer this mail to reply.\n\nEarlier in this conversation\n\nYou, 4 Jan 2026, 9:00 UTC:\nWhere is it?\n",
            "Your parcel is on its way to you, and it's insured.\nIt should arrive on [image: Friday] at the very, very latest.\nWrite to us if it did not.",
        ] {
            let reply = read(&format!("Great, thank you!\n\n{quote}"));
            assert_eq!(reply.text, "Great, thank you!", "{reply:?}");
        }
    }

    #[test]
    fn a_sentence_of_ours_that_is_answered_stays() {
        for text in [
            "You wrote:\nYour parcel is on its way to you, and it's insured.\nIt should arrive on Friday at the latest.\nBut it did not come!",
            "It should arrive on Friday at the latest.\n\nNo.",
            "Your parcel is on its way to you, and it's insured.\n\nIs it?\n\nIt should arrive on Friday at the latest.\n\nFine.",
            "Hello",
        ] {
            assert_eq!(read(text).text, text);
        }
    }

    #[test]
    fn an_answer_below_our_unmarked_mail_is_found() {
        let reply = read(&format!(
            "Acme <help@acme.example>, 5 Jan 2026 10:00:\n\n{SENT}\n\nAnswer this mail to reply.\n\nThat is fine."
        ));
        assert_eq!((reply.text.as_str(), reply.rule), ("That is fine.", "own words"), "{reply:?}");
    }
}
