//! Calendar mails (RFC 5545, RFC 5546) in words: who invites to what, when and where; who answered how.

/// What a method asks or says, before the title of the event.
const METHODS: &[(&str, &str)] = &[
    ("REQUEST", "Invitation"),
    ("PUBLISH", "Event"),
    ("CANCEL", "Cancelled"),
    ("COUNTER", "New time proposed"),
    ("DECLINECOUNTER", "Proposed time declined"),
    ("ADD", "Added"),
    ("REFRESH", "Update asked for"),
];

/// What an attendee's state means in an answer.
const ANSWERS: &[(&str, &str)] = &[
    ("ACCEPTED", "accepted"),
    ("DECLINED", "declined"),
    ("TENTATIVE", "tentatively accepted"),
    ("DELEGATED", "delegated"),
    ("COMPLETED", "completed"),
    ("IN-PROCESS", "begun"),
];

/// Most events and lines that are read.
const MAX_EVENTS: usize = 20;
const MAX_LINES: usize = 20_000;

/// One content line: name, parameters, value.
struct Line {
    name: String,
    params: Vec<(String, String)>,
    value: String,
}

impl Line {
    fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Name and address of an organizer or attendee.
    fn person(&self) -> String {
        let address = self.value.trim();
        let address =
            if address.get(..7).is_some_and(|s| s.eq_ignore_ascii_case("mailto:")) { &address[7..] } else { address };
        match self.param("CN").filter(|name| *name != address) {
            Some(name) => format!("{name} <{address}>"),
            None => address.to_owned(),
        }
    }
}

/// The words, or `None` where there is no event, task or note in it.
pub(in crate::parse) fn to_text(source: &str) -> Option<String> {
    let lines = lines(source);
    let method = lines.iter().find(|line| line.name == "METHOD").map(|line| line.value.trim().to_ascii_uppercase());
    let mut told = Vec::new();
    let mut from: Option<usize> = None;
    for (at, line) in lines.iter().enumerate() {
        let kind = line.value.trim().to_ascii_uppercase();
        let is_event = matches!(kind.as_str(), "VEVENT" | "VTODO" | "VJOURNAL");
        match line.name.as_str() {
            "BEGIN" if is_event => from = Some(at),
            "END" if is_event => {
                if let Some(from) = from.take()
                    && told.len() < MAX_EVENTS
                {
                    told.push(event(lines.get(from..at).unwrap_or_default(), method.as_deref().unwrap_or("PUBLISH")));
                }
            }
            _ => {}
        }
    }
    (!told.is_empty()).then(|| told.join("\n\n"))
}

fn event(lines: &[Line], method: &str) -> String {
    // what stands inside an alarm is not the event's
    let end = lines
        .iter()
        .position(|line| line.name == "BEGIN" && line.value.eq_ignore_ascii_case("VALARM"))
        .unwrap_or(lines.len());
    let lines = lines.get(..end).unwrap_or(lines);
    let find = |name: &str| lines.iter().find(|line| line.name == name);
    let text =
        |name: &str| find(name).map(|line| unescape(&line.value).trim().to_owned()).filter(|text| !text.is_empty());
    let title = text("SUMMARY").unwrap_or_else(|| "(no title)".to_owned());
    let attendee = find("ATTENDEE");
    let mut out = Vec::new();
    if method == "REPLY" {
        let state = attendee.and_then(|line| line.param("PARTSTAT")).map(str::to_ascii_uppercase).unwrap_or_default();
        let answer = ANSWERS.iter().find(|(known, _)| *known == state).map_or("answered", |(_, words)| words);
        let who = attendee.map_or_else(|| "Somebody".to_owned(), Line::person);
        out.push(format!("{who} {answer}: {title}"));
    } else {
        let what = METHODS.iter().find(|(known, _)| *known == method).map_or("Event", |(_, words)| words);
        out.push(format!("{what}: {title}"));
    }
    if let Some(start) = find("DTSTART") {
        let zone = start.param("TZID").map(|zone| format!(" ({zone})")).unwrap_or_default();
        let end = find("DTEND")
            .or_else(|| find("DUE"))
            .map(|end| moment(&end.value))
            .filter(|end| *end != moment(&start.value));
        let (from, end) = (moment(&start.value), end.unwrap_or_default());
        let end = match (end.split_once(' '), from.split_once(' ')) {
            (Some((day, time)), Some((same, _))) if day == same => time.to_owned(),
            _ => end,
        };
        let until = if end.is_empty() { String::new() } else { format!(" to {end}") };
        out.push(format!("When: {from}{until}{zone}"));
    }
    out.extend(text("LOCATION").map(|place| format!("Where: {place}")));
    if method != "REPLY" {
        out.extend(find("ORGANIZER").map(|line| format!("Organizer: {}", line.person())));
    }
    let notes = [text("COMMENT"), text("DESCRIPTION").filter(|_| method != "REPLY")];
    out.extend(notes.into_iter().flatten().map(|words| format!("\n{words}")));
    out.join("\n")
}

/// `20261201T100000Z` as `2026-12-01 10:00 UTC`, a day as `2026-12-01`; anything else as it stands.
fn moment(value: &str) -> String {
    let value = value.trim();
    let digits = |from: usize, to: usize| value.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let Some((year, month, day)) = digits(0, 4).zip(digits(4, 6)).zip(digits(6, 8)).map(|((y, m), d)| (y, m, d)) else {
        return value.to_owned();
    };
    match (value.get(8..9), digits(9, 11), digits(11, 13)) {
        (Some("T"), Some(hour), Some(minute)) => {
            let utc = if value.ends_with('Z') { " UTC" } else { "" };
            format!("{year}-{month}-{day} {hour}:{minute}{utc}")
        }
        _ => format!("{year}-{month}-{day}"),
    }
}

/// Unfolded content lines.
fn lines(source: &str) -> Vec<Line> {
    let mut whole: Vec<String> = Vec::new();
    for line in source.lines().take(MAX_LINES) {
        match (line.strip_prefix([' ', '\t']), whole.last_mut()) {
            (Some(more), Some(last)) => last.push_str(more),
            _ => whole.push(line.to_owned()),
        }
    }
    whole.iter().filter_map(|line| content_line(line)).collect()
}

fn content_line(line: &str) -> Option<Line> {
    let mut quoted = false;
    let is_end = |c: char| {
        quoted ^= c == '"';
        c == ':' && !quoted
    };
    let colon = line.find(is_end)?;
    let (head, value) = line.split_at(colon);
    let mut quoted = false;
    let mut pieces = head.split(|c: char| {
        quoted ^= c == '"';
        c == ';' && !quoted
    });
    let name = pieces.next()?.trim().to_ascii_uppercase();
    let params = pieces.filter_map(|piece| piece.split_once('='));
    let params =
        params.map(|(name, value)| (name.trim().to_ascii_uppercase(), value.trim_matches('"').to_owned())).collect();
    Some(Line { name, params, value: value.get(1..)?.to_owned() })
}

/// `\n`, `\,`, `\;` and `\\` of a text value (RFC 5545 §3.3.11).
fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(c) => out.push(c),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn invitations_and_answers_become_words() {
        let cases = [
            (
                "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nATTENDEE;CN=\"Lee; Ann\";PARTSTAT=ACCEPTED:mailto:ann@x.example\r\nDTSTART:20261201T100000Z\r\nDTEND:20261201T110000Z\r\nSUMMARY:Call\\, weekly\r\nCOMMENT:See you\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                Some(
                    "Lee; Ann <ann@x.example> accepted: Call, weekly\nWhen: 2026-12-01 10:00 UTC to 11:00 UTC\n\nSee you",
                ),
            ),
            (
                "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VTIMEZONE\nTZID:Europe/Paris\nEND:VTIMEZONE\nBEGIN:VEVENT\nORGANIZER;CN=Bob:MAILTO:bob@x.example\nSUMMARY:A long\n  title\nDTSTART;TZID=Europe/Paris:20261201T100000\nDTEND;TZID=Europe/Paris:20261202T110000\nLOCATION:Room 1\nDESCRIPTION:Bring\\nfood\nBEGIN:VALARM\nDESCRIPTION:Reminder\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR",
                Some(
                    "Invitation: A long title\nWhen: 2026-12-01 10:00 to 2026-12-02 11:00 (Europe/Paris)\nWhere: Room 1\nOrganizer: Bob <bob@x.example>\n\nBring\nfood",
                ),
            ),
            (
                "BEGIN:VCALENDAR\nMETHOD:CANCEL\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261201\nEND:VEVENT\nEND:VCALENDAR",
                Some("Cancelled: (no title)\nWhen: 2026-12-01"),
            ),
            ("BEGIN:VCALENDAR\nEND:VCALENDAR", None),
            ("words", None),
        ];
        for (source, words) in cases {
            assert_eq!(to_text(source).as_deref(), words, "{source}");
        }
    }
}
