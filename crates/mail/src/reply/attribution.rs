//! `On Monday, Ann wrote:` in every language and however its lines were broken.

use super::line::{LONGEST, Line, is_attribution_tail};
use super::words::{before_verb, begins_attribution, holds_verb};

/// What speaks for a line being an attribution; asked only when it matters, as lines are many.
struct Evidence<'a>(&'a str);

/// A sentence of one's own, not the line of a client.
const FIRST_PERSON: &[&str] = &[
    " i wrote",
    " we wrote",
    " i said",
    " we said",
    " i replied",
    " schrieb ich",
    " schreef ik",
    " skrev jag",
    " skrev jeg",
];

impl<'a> Evidence<'a> {
    fn of(text: &'a str) -> Self {
        Self(text.trim_start_matches(['-', '–', '—', ' ', '>', '#']))
    }

    fn starts(&self) -> bool {
        begins_attribution(self.0)
    }

    fn verb(&self) -> bool {
        holds_verb(self.0)
    }

    fn time(&self) -> bool {
        has_time(self.0)
    }

    fn year(&self) -> bool {
        has_year(self.0)
    }

    fn dated(&self) -> bool {
        self.time() || self.year()
    }

    fn address(&self) -> bool {
        has_address(self.0)
    }

    /// Begins like an attribution and says when.
    fn opens(&self) -> bool {
        self.dated() && self.starts()
    }

    /// Somebody tells what they wrote themselves.
    fn first_person(&self) -> bool {
        FIRST_PERSON.iter().any(|words| self.0.contains(words))
    }

    /// `Quoting Ann <ann@x.example>:` and whatever else ends with a name and its address.
    fn names(&self) -> bool {
        self.0.trim_end_matches([':', ' ', ',']).ends_with('>')
            && self.0.contains('<')
            && self.0.split(' ').count() <= 8
    }

    /// A name in the middle could be anything, so some sign of a date or address is always wanted.
    fn is_attribution(&self, before_quote: bool) -> bool {
        let ends = self.0.ends_with(':') || ends_with_verb(self.0);
        if !before_quote && self.first_person() {
            return false;
        }
        match (ends, before_quote) {
            (true, true) => {
                (self.dated() && (self.address() || self.starts() || self.verb()))
                    || (self.address() && (self.starts() || self.verb() || self.names()))
                    || (self.starts() && self.verb())
            }
            (true, false) if self.dated() => {
                let (address, verb) = (self.address(), self.verb());
                (verb && (address || self.starts() || (self.time() && self.year()))) || (address && self.time())
            }
            (true, false) => self.address() && (is_signed(self.0) || (self.starts() && self.verb())),
            (false, true) => (self.year() && self.address()) || (self.dated() && self.starts() && self.verb()),
            (false, false) => false,
        }
    }
}

/// `… wrote`, `… wrote ----`, as Zoho writes it.
fn ends_with_verb(text: &str) -> bool {
    let text = text.trim_end_matches(['-', ' ', '–', '—']);
    before_verb(text).is_some_and(|head| head.ends_with([' ', '>', ')']))
}

fn is_signed(text: &str) -> bool {
    let text = text.trim_end_matches([':', ' ']);
    has_address(text) && before_verb(text).is_some_and(|head| head.trim_end().ends_with('>'))
}

/// `2016-03-03 17:21 GMT+01:00 Some One`, which Gmail once wrote.
fn is_bare_gmail(text: &str) -> bool {
    let mut words = text.split(' ');
    let (date, time, zone) =
        (words.next().unwrap_or_default(), words.next().unwrap_or_default(), words.next().unwrap_or_default());
    date.len() == 10 && has_year(date) && has_time(time) && zone.starts_with("gmt") && words.next().is_some()
}

pub(super) fn has_address(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || "<>()[],;&\"'".contains(c)).any(|word| {
        word.strip_prefix("mailto:")
            .unwrap_or(word)
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
    })
}

/// `10:30`, `10.30 uhr` is left to the year.
pub(super) fn has_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (1..bytes.len()).any(|at| {
        matches!(bytes[at], b':' | b'.' | b'h')
            && digit(at - 1)
            && digit(at + 1)
            && digit(at + 2)
            && (bytes[at] == b':' || (!digit(at + 3) && !has_date_dots(bytes, at)))
    })
}

/// A point between two others is one of a date, not of a time.
fn has_date_dots(bytes: &[u8], at: usize) -> bool {
    let near = |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|bytes| bytes.contains(&b'.'));
    near(at.saturating_sub(3)..at) || near(at + 1..(at + 5).min(bytes.len()))
}

/// Years that mails are dated with: Gregorian, Buddhist, Persian, Islamic.
const YEARS: &[std::ops::Range<u32>] = &[1990..2100, 2533..2643, 1370..1480];

/// A year, or `12/31/19`, `31.12.19`.
pub(super) fn has_year(text: &str) -> bool {
    let numbers: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).collect();
    let year = |n: &&str| n.len() == 4 && n.parse().is_ok_and(|n: u32| YEARS.iter().any(|years| years.contains(&n)));
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
    lines.get(end).filter(|line| !line.blank && !line.quoted)?;
    let next = lines.iter().skip(end + 1).find(|line| !line.blank);
    attribution_before(lines, end, next.is_some_and(|line| line.quoted))
}

/// As [`attribution_ending_at`], where it is known whether quoted lines follow.
pub(super) fn attribution_before(lines: &[Line<'_>], end: usize, before_quote: bool) -> Option<usize> {
    let last = lines.get(end).filter(|line| !line.blank && !line.quoted)?;
    if last.lower.starts_with('>') && is_attribution_tail(&last.lower) {
        return opening_above(lines, end);
    }
    if is_bare_gmail(&last.lower) {
        return Some(end);
    }
    if !last.lower.ends_with(':') && !before_quote && !ends_with_verb(&last.lower) {
        return None;
    }
    let mut joined = String::new();
    for back in 0..5 {
        let at = end.checked_sub(back)?;
        let line = lines.get(at).filter(|line| !line.blank && !line.quoted && !line.lower.is_empty());
        let Some(line) = line else { break };
        joined = if back == 0 { line.lower.clone() } else { format!("{} {joined}", line.lower) };
        if joined.len() > LONGEST {
            break;
        }
        if Evidence::of(&joined).is_attribution(before_quote) {
            return Some(extended(lines, at, joined));
        }
    }
    None
}

/// The dated beginning of an attribution that fell apart, blank lines and all.
fn opening_above(lines: &[Line<'_>], end: usize) -> Option<usize> {
    (end.saturating_sub(7)..end).rev().find(|at| lines.get(*at).is_some_and(|line| Evidence::of(&line.lower).opens()))
}

/// An attribution broken over lines can look complete without its first: takes in what carries the date, the beginning of a bracket, or
/// the name before an address.
fn extended(lines: &[Line<'_>], start: usize, mut joined: String) -> usize {
    let mut at = start;
    for _ in 0..3 {
        let above = at.checked_sub(1).and_then(|above| lines.get(above)).filter(|line| !line.blank && !line.quoted);
        let Some(above) = above.filter(|line| !line.lower.is_empty() && !line.lower.ends_with(['.', '!', '?', ':']))
        else {
            break;
        };
        let evidence = Evidence::of(&above.lower);
        let dates = evidence.opens() || (evidence.year() && evidence.time());
        let lacks_date = !Evidence::of(&joined).opens();
        let names = above.lower.ends_with('>') && has_address(&above.lower) && !has_address(&joined);
        if !(is_torn(&joined) || (lacks_date && dates) || names) {
            break;
        }
        at -= 1;
        joined = format!("{} {joined}", above.lower);
    }
    // a date two lines above belongs to it too
    let two = at.checked_sub(2).and_then(|two| lines.get(two)).filter(|line| !line.blank && !line.quoted);
    let between = at.checked_sub(1).and_then(|one| lines.get(one)).filter(|line| !line.blank && !line.quoted);
    let dated = two.zip(between).is_some_and(|(two, between)| {
        let evidence = Evidence::of(&two.lower);
        (evidence.opens() || (evidence.year() && evidence.time()))
            && ![two, between].iter().any(|line| line.lower.ends_with(['.', '!', '?']))
    });
    if dated && !Evidence::of(&joined).opens() { at - 2 } else { at }
}

/// Begins in the middle: with the address that a name stands before, or within a bracket.
fn is_torn(joined: &str) -> bool {
    let count = |c: char| joined.matches(c).count();
    joined.starts_with(['<', '(', ',']) || count(')') > count('(') || count('>') > count('<')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::line::lines;
    use crate::reply::locales::{locales, phrases};

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
    fn every_language_has_a_verb_that_works() {
        for locale in locales() {
            for verb in phrases(locale.wrote) {
                let text = format!("5.1.2021 10:00 Ann <ann@x.example> {verb}:");
                assert_eq!(attribution(&text), Some(0), "{}", locale.lang);
            }
        }
    }
}
