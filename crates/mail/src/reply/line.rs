//! What a single line, or a few of them, can be: an attribution, a header block, a separator, a mobile footer.

use super::locales::LOCALES;

/// Lines longer than this introduce nothing.
const LONGEST: usize = 400;

/// A line with what is asked of it again and again.
pub(super) struct Line<'a> {
    /// As written, without its end.
    pub(super) raw: &'a str,
    /// Lower case, blanks of all kinds folded, marks of emphasis and invisible characters gone; empty for very long lines.
    pub(super) lower: String,
    /// Begins with `>`.
    pub(super) quoted: bool,
    /// Nothing to be seen.
    pub(super) blank: bool,
}

impl<'a> Line<'a> {
    pub(super) fn new(raw: &'a str) -> Self {
        let visible = raw.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
        let lower = if visible.len() > LONGEST { String::new() } else { fold(visible) };
        Self { raw, lower, quoted: visible.starts_with('>'), blank: visible.is_empty() }
    }
}

pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    text.lines().map(Line::new).collect()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{AD}')
}

fn fold(text: &str) -> String {
    let kept = text.chars().filter(|c| !is_invisible(*c) && *c != '*');
    let kept: String = kept.map(|c| if c == '’' { '\'' } else { c }).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether `words` stand in `text` on their own. Scripts without blanks between words match anywhere.
fn has_words(text: &str, words: &str) -> bool {
    let free = words.chars().any(|c| ('\u{3040}'..='\u{9FFF}').contains(&c) || ('\u{AC00}'..='\u{D7AF}').contains(&c));
    text.match_indices(words).any(|(at, _)| {
        let before = text.get(..at).and_then(|s| s.chars().next_back());
        let after = text.get(at + words.len()..).and_then(|s| s.chars().next());
        free || !(before.is_some_and(char::is_alphanumeric) || after.is_some_and(char::is_alphanumeric))
    })
}

fn begins_with_words(text: &str, words: &str) -> bool {
    text.strip_prefix(words).is_some_and(|rest| {
        !rest.starts_with(char::is_alphanumeric) || !words.is_ascii() && words.chars().all(|c| c > '\u{3000}')
    })
}

/// What speaks for a line being an attribution.
struct Evidence {
    starts: bool,
    verb: bool,
    time: bool,
    year: bool,
    address: bool,
    colon: bool,
}

impl Evidence {
    fn of(text: &str) -> Self {
        let text = text.trim_start_matches(['-', '–', '—', ' ', '>', '#']);
        Self {
            starts: LOCALES.iter().flat_map(|l| l.on).any(|on| begins_with_words(text, on)),
            verb: LOCALES.iter().flat_map(|l| l.wrote).any(|verb| has_words(text, verb)),
            time: has_time(text),
            year: has_year(text),
            address: has_address(text),
            colon: text.ends_with([':', '：']),
        }
    }

    /// A name in the middle could be anything, so some sign of a date or address is always wanted.
    fn is_attribution(&self, before_quote: bool) -> bool {
        let dated = self.time || self.year;
        match (self.colon, before_quote) {
            (true, true) => {
                (self.verb && (dated || self.starts || self.address))
                    || (dated && self.address)
                    || (self.starts && dated)
                    || (self.address && self.starts)
            }
            (true, false) => {
                (self.verb && self.starts && (dated || self.address))
                    || (self.verb && self.time && (self.year || self.address))
                    || (self.verb && self.address && dated)
                    || (self.verb && self.address)
                    || (dated && self.time && self.address)
            }
            (false, true) => {
                self.verb && dated && (self.starts || self.address) || (self.time && self.year && self.address)
            }
            (false, false) => false,
        }
    }
}

fn has_address(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || "<>()[],;\"'".contains(c)).any(|word| {
        word.strip_prefix("mailto:")
            .unwrap_or(word)
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
    })
}

/// `10:30`, `10.30 uhr` is left to the year.
fn has_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (1..bytes.len()).any(|at| {
        matches!(bytes[at], b':' | b'.' | b'h')
            && digit(at - 1)
            && digit(at + 1)
            && digit(at + 2)
            && (bytes[at] == b':' || (!digit(at + 3) && !has_date_dots(bytes, at)))
    }) || text.match_indices('：').any(|(at, _)| at > 0 && digit(at - 1))
}

/// A point between two others is one of a date, not of a time.
fn has_date_dots(bytes: &[u8], at: usize) -> bool {
    let near = |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|bytes| bytes.contains(&b'.'));
    near(at.saturating_sub(3)..at) || near(at + 1..(at + 5).min(bytes.len()))
}

/// A year, 1990 to 2099, or `12/31/19`, `31.12.19`.
fn has_year(text: &str) -> bool {
    let numbers: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).collect();
    let year = |n: &&str| n.len() == 4 && n.parse().is_ok_and(|n: u32| (1990..2100).contains(&n));
    let short = || {
        text.split(|c: char| !c.is_ascii_digit() && !"/.-".contains(c)).any(|word| {
            let parts: Vec<&str> = word.trim_matches(['.', '-', '/']).split(['/', '.', '-']).collect();
            parts.len() == 3 && parts.iter().all(|part| (1..=2).contains(&part.len()))
        })
    };
    numbers.iter().any(year) || short()
}

/// If an attribution ends at line `end`, where it begins.
pub(super) fn attribution_ending_at(lines: &[Line<'_>], end: usize) -> Option<usize> {
    let next = lines.iter().skip(end + 1).find(|line| !line.blank);
    let before_quote = next.is_some_and(|line| line.quoted);
    let last = lines.get(end).filter(|line| !line.blank && !line.quoted)?;
    if !last.lower.ends_with([':', '：']) && !before_quote {
        return None;
    }
    let mut joined = String::new();
    let mut start = end;
    for back in 0..4 {
        let at = end.checked_sub(back)?;
        let line = lines.get(at).filter(|line| !line.blank && !line.quoted && !line.lower.is_empty());
        let Some(line) = line else { break };
        joined = if back == 0 { line.lower.clone() } else { format!("{} {joined}", line.lower) };
        if joined.len() > LONGEST {
            break;
        }
        start = at;
        if Evidence::of(&joined).is_attribution(before_quote) {
            return Some(extended(lines, start, &joined));
        }
    }
    let _ = start;
    None
}

/// An attribution broken over lines can look complete without its first: takes that in, where it carries the date.
fn extended(lines: &[Line<'_>], start: usize, joined: &str) -> usize {
    let complete = |text: &str| {
        let evidence = Evidence::of(text);
        evidence.starts && (evidence.time || evidence.year)
    };
    if complete(joined) {
        return start;
    }
    for back in 1..=2 {
        let Some(line) =
            start.checked_sub(back).and_then(|at| lines.get(at)).filter(|line| !line.blank && !line.quoted)
        else {
            break;
        };
        let evidence = Evidence::of(&line.lower);
        let opens = (evidence.starts && (evidence.year || evidence.time)) || (evidence.year && evidence.time);
        if opens && !line.lower.ends_with(['.', '!', '?']) {
            return start - back;
        }
    }
    start
}

/// Kinds of labels in a header block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Label {
    From,
    Date,
    To,
    Subject,
}

fn label(line: &Line<'_>) -> Option<Label> {
    let text = line.lower.trim_start_matches(['|', '>', ' ']);
    let (head, _) = text.split_once([':', '：'])?;
    let head = head.trim();
    if head.is_empty() || head.len() > 40 {
        return None;
    }
    LOCALES.iter().find_map(|locale| {
        let kinds = [
            (locale.from, Label::From),
            (locale.date, Label::Date),
            (locale.subject, Label::Subject),
            (locale.to, Label::To),
        ];
        kinds.into_iter().find(|(words, _)| words.contains(&head)).map(|(_, kind)| kind)
    })
}

/// Whether a block of `From: / Sent: / To: / Subject:` begins here. People list `From:` and `To:` of a journey too, so a subject or an
/// address has to be among them.
pub(super) fn is_header_block(lines: &[Line<'_>], at: usize) -> bool {
    let Some(first) = lines.get(at).filter(|line| !line.quoted).and_then(label) else { return false };
    if first == Label::To {
        return false;
    }
    let mut kinds = vec![first];
    let mut address = lines.get(at).is_some_and(|line| has_address(&line.lower));
    let mut misses = 0;
    for line in lines.iter().skip(at + 1).take(10) {
        if line.quoted {
            break;
        }
        match label(line) {
            Some(kind) => {
                kinds.push(kind);
                misses = 0;
            }
            None => misses += 1,
        }
        // a folded value or an empty line may stand between
        if misses > 1 {
            break;
        }
        address |= has_address(&line.lower);
    }
    let has = |kind: Label| kinds.contains(&kind);
    has(Label::From)
        && kinds.len() >= 2
        && (has(Label::Date) || has(Label::Subject))
        && (has(Label::Subject) || address)
}

/// `-----Original Message-----` and its kin; `Begin forwarded message:`.
pub(super) fn is_separator(line: &Line<'_>) -> bool {
    if line.quoted || line.blank || line.lower.len() > 120 {
        return false;
    }
    let rule = |c: char| "-_=–—*#~<>[]+ ".contains(c);
    let inner = line.lower.trim_matches(rule).trim_end_matches([':', '：']).trim_matches(rule);
    let framed = inner.len() + 4 <= line.lower.len();
    let known = LOCALES
        .iter()
        .flat_map(|locale| locale.original)
        .any(|words| if framed { inner.starts_with(words) } else { inner == *words && line.lower.ends_with(':') });
    known || (framed && inner.contains("reply above this line"))
}

/// A line of nothing but strokes, as clients put above quoted mail.
pub(super) fn is_rule(line: &Line<'_>) -> bool {
    line.lower.chars().count() >= 5 && line.lower.chars().all(|c| "-_=–—*".contains(c))
}

/// A line that a mobile or web client added: short, alone, and no sentence.
pub(super) fn is_mobile_footer(line: &Line<'_>) -> bool {
    let text = line.lower.trim_matches(['-', '–', '—', ' ', '[', ']', '(', ')']);
    if line.quoted
        || text.is_empty()
        || text.split(' ').count() > 10 && !text.contains("http")
        || text.ends_with(['?', '!', ','])
    {
        return false;
    }
    let begins = |words: &&str| {
        if words.starts_with(|c: char| c > '\u{3000}') || words.contains("から送信") || words.contains("에서 보냄")
        {
            text.contains(*words)
        } else {
            begins_with_words(text, words)
        }
    };
    let words =
        LOCALES.iter().flat_map(|locale| locale.mobile).filter(|words| begins(words)).map(|words| words.len()).max();
    // "Sent from Berlin, where it rains." is a sentence
    words.is_some_and(|len| len < text.len() + 1 && !(text.contains(", ") && text.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribution(text: &str) -> Option<usize> {
        let lines = lines(text);
        (0..lines.len()).find_map(|end| attribution_ending_at(&lines, end))
    }

    #[test]
    fn attributions_of_many_clients_are_known() {
        let known = [
            "On Tue, Jan 5, 2021 at 10:00 AM Ann Lee <ann@x.example> wrote:",
            "On Jan 5, 2021, at 10:00, Ann Lee\n<ann@x.example> wrote:",
            "On Tue, Jan 5, 2021 at\n10:00 AM Ann Lee <\nann@x.example> wrote:",
            "Am 05.01.2021 um 10:00 schrieb Ann Lee:",
            "Ann Lee <ann@x.example> schrieb am Di., 5. Jan. 2021, 10:00:",
            "Le 5 janv. 2021 à 10:00, Ann Lee <ann@x.example> a écrit :",
            "El mar, 5 ene 2021 a las 10:00, Ann Lee (<ann@x.example>) escribió:",
            "Em ter., 5 de jan. de 2021 às 10:00, Ann Lee <ann@x.example> escreveu:",
            "Il giorno mar 5 gen 2021 alle ore 10:00 Ann Lee <ann@x.example> ha scritto:",
            "Op di 5 jan. 2021 om 10:00 schreef Ann Lee <ann@x.example>:",
            "wt., 5 sty 2021 o 10:00 Ann Lee <ann@x.example> napisał(a):",
            "út 5. 1. 2021 v 10:00 odesílatel Ann Lee <ann@x.example> napsal:",
            "Den tis 5 jan. 2021 kl 10:00 skrev Ann Lee <ann@x.example>:",
            "ti 5. tammik. 2021 klo 10.00 Ann Lee (ann@x.example) kirjoitti:",
            "вт, 5 янв. 2021 г. в 10:00, Ann Lee <ann@x.example>:",
            "Ann Lee <ann@x.example>, 5 Oca 2021 Sal, 10:00 tarihinde şunu yazdı:",
            "Ann Lee <ann@x.example> 于2021年1月5日周二 上午10:00写道：",
            "2021年1月5日(火) 10:00 Ann Lee <ann@x.example>:",
            "2021년 1월 5일 (화) 오전 10:00, Ann Lee <ann@x.example>님이 작성:",
        ];
        for text in known {
            assert_eq!(attribution(text), Some(0), "{text}");
        }
    }

    #[test]
    fn sentences_are_no_attributions() {
        for text in [
            "As she wrote in 2019:",
            "I have three questions:",
            "We meet on Monday at 10:00:",
            "He said:",
            "In 2013 he wrote:",
        ] {
            assert_eq!(attribution(text), None, "{text}");
        }
    }

    #[test]
    fn header_blocks_are_told_from_lists() {
        let is = |text: &str| is_header_block(&lines(text), 0);
        assert!(is("From: Ann <ann@x.example>\nSent: Monday\nTo: b@x.example\nSubject: Hi"));
        assert!(is("Von: Ann\nGesendet: Montag\nAn: b\nBetreff: Hallo"));
        assert!(is("*De :* Ann\n*Envoyé :* lundi\n*Objet :* x"));
        assert!(!is("From: Berlin\nTo: Paris\nDate: 12 May"));
        assert!(!is("Subject: my order\nplease help"));
    }

    #[test]
    fn mobile_footers_are_told_from_sentences() {
        let is = |text: &str| is_mobile_footer(&Line::new(text));
        for text in [
            "Sent from my iPhone",
            "Von meinem iPhone gesendet",
            "Envoyé de mon iPad",
            "Get Outlook for iOS <https://aka.ms/x>",
            "发自我的 iPhone",
            "iPhoneから送信",
            "Enviado desde mi Samsung Galaxy",
        ] {
            assert!(is(text), "{text}");
        }
        for text in ["Sent from my desk, is much easier then my mobile phone.", "Sent you the file?", "Hello"] {
            assert!(!is(text), "{text}");
        }
    }

    #[test]
    fn every_language_can_introduce_history() {
        for locale in LOCALES {
            let verb = locale.wrote.first().expect("a verb");
            assert_eq!(attribution(&format!("5.1.2021 10:00 Ann <ann@x.example> {verb}:")), Some(0), "{}", locale.lang);
            let block =
                format!("{}: Ann <ann@x.example>\n{}: x\n{}: y", locale.from[0], locale.date[0], locale.subject[0]);
            assert!(is_header_block(&lines(&block), 0), "{}", locale.lang);
            assert!(is_separator(&Line::new(&format!("-----{}-----", locale.original[0]))), "{}", locale.lang);
            assert!(is_mobile_footer(&Line::new(&format!("{} iPhone", locale.mobile[0]))), "{}", locale.lang);
        }
    }
}
