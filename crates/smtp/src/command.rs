//! One line of the dialogue as a command (RFC 5321 §4.1), or the answer to what is none.

use crate::{
    address::{Address, path},
    reply::{self, Reply},
};

/// How a client says hello.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hello {
    /// RFC 5321, without extensions.
    Helo,
    /// RFC 5321.
    Ehlo,
    /// RFC 2033.
    Lhlo,
}

/// What a client wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Hello(Hello, String),
    Mail(NewMail),
    Recipient(Address),
    Data,
    /// Octets that follow, and whether they are the last (RFC 3030).
    Chunk(u64, bool),
    Reset,
    Noop,
    Verify,
    Help,
    Quit,
    StartTls,
}

/// MAIL with its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NewMail {
    pub(crate) from: Option<Address>,
    /// SIZE (RFC 1870).
    pub(crate) size: u64,
    /// SMTPUTF8 (RFC 6531).
    pub(crate) utf8: bool,
}

/// What other protocols begin with: a browser made to talk to us, or TLS without STARTTLS.
const FOREIGN: &[&str] = &["CONNECT", "DELETE", "GET", "HEAD", "HOST:", "OPTIONS", "PATCH", "POST", "PUT"];
/// Commands of RFC 5321 and its extensions that are not for us.
const ELSEWHERE: &[&str] = &["AUTH", "ETRN", "EXPN", "ATRN", "TURN", "SEND", "SOML", "SAML", "BURL"];

/// Whether the line was never meant for a mail server.
pub(crate) fn is_foreign(line: &[u8]) -> bool {
    let verb = line.split(|byte| *byte == b' ').next().unwrap_or_default();
    line.first() == Some(&0x16) || FOREIGN.iter().any(|known| verb.eq_ignore_ascii_case(known.as_bytes()))
}

/// Reads a line without its CR LF.
pub(crate) fn read(line: &[u8]) -> Result<Command, Reply> {
    let text = std::str::from_utf8(line).map_err(|_| reply::NOT_TEXT)?;
    if text.chars().any(char::is_control) {
        return Err(reply::NOT_TEXT);
    }
    let text = text.trim_end_matches(' ');
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    let rest = rest.trim_start_matches(' ');
    let alone = |command: Command| if rest.is_empty() { Ok(command) } else { Err(reply::SYNTAX) };
    match verb.to_ascii_uppercase().as_str() {
        "HELO" => hello(Hello::Helo, rest),
        "EHLO" => hello(Hello::Ehlo, rest),
        "LHLO" => hello(Hello::Lhlo, rest),
        "MAIL" => mail(rest),
        "RCPT" => recipient(rest),
        "DATA" => alone(Command::Data),
        "BDAT" => chunk(rest),
        "RSET" => alone(Command::Reset),
        "NOOP" => Ok(Command::Noop),
        "VRFY" => Ok(Command::Verify),
        "HELP" => Ok(Command::Help),
        "QUIT" => alone(Command::Quit),
        "STARTTLS" => alone(Command::StartTls),
        verb if ELSEWHERE.contains(&verb) => Err(reply::NOT_OFFERED),
        _ => Err(reply::UNKNOWN_COMMAND),
    }
}

/// Whatever a client calls itself is taken: many real ones do not know their name.
fn hello(hello: Hello, name: &str) -> Result<Command, Reply> {
    let name = name.split(' ').next().unwrap_or_default();
    let good = !name.is_empty() && name.len() <= 255;
    if good { Ok(Command::Hello(hello, name.to_owned())) } else { Err(reply::SYNTAX) }
}

fn mail(rest: &str) -> Result<Command, Reply> {
    let (from, parameters) = path(after(rest, "FROM:")?).map_err(|_| reply::BAD_SENDER)?;
    if from.as_ref().is_some_and(|address| address.domain().is_none()) {
        return Err(reply::BAD_SENDER);
    }
    let mut mail = NewMail { from, ..NewMail::default() };
    for parameter in separate(parameters)? {
        let (key, value) = parameter.split_once('=').map_or((parameter, None), |(key, value)| (key, Some(value)));
        match (key.to_ascii_uppercase().as_str(), value) {
            ("SIZE", Some(value)) => mail.size = number(value)?,
            ("BODY", Some(value)) if value.eq_ignore_ascii_case("7BIT") => {}
            ("BODY", Some(value)) if value.eq_ignore_ascii_case("8BITMIME") => {}
            ("SMTPUTF8", None) => mail.utf8 = true,
            ("SIZE" | "BODY" | "SMTPUTF8", _) => return Err(reply::SYNTAX),
            _ => return Err(reply::UNKNOWN_PARAMETER),
        }
    }
    if !mail.utf8 && mail.from.as_ref().is_some_and(|address| !address.as_str().is_ascii()) {
        return Err(reply::NEEDS_UTF8);
    }
    Ok(Command::Mail(mail))
}

fn recipient(rest: &str) -> Result<Command, Reply> {
    let (to, parameters) = path(after(rest, "TO:")?).map_err(|_| reply::BAD_RECIPIENT)?;
    let to = to.ok_or(reply::BAD_RECIPIENT)?;
    if separate(parameters)?.next().is_some() {
        return Err(reply::UNKNOWN_PARAMETER);
    }
    Ok(Command::Recipient(to))
}

fn chunk(rest: &str) -> Result<Command, Reply> {
    let (size, last) = rest.split_once(' ').unwrap_or((rest, ""));
    let last = match last.trim_start_matches(' ') {
        "" => false,
        word if word.eq_ignore_ascii_case("LAST") => true,
        _ => return Err(reply::SYNTAX),
    };
    Ok(Command::Chunk(number(size)?, last))
}

/// What follows a word such as `FROM:`, in any case; blanks after it are common and harmless.
fn after<'a>(text: &'a str, word: &str) -> Result<&'a str, Reply> {
    let (head, rest) = text.split_at_checked(word.len()).ok_or(reply::SYNTAX)?;
    if head.eq_ignore_ascii_case(word) { Ok(rest.trim_start_matches(' ')) } else { Err(reply::SYNTAX) }
}

/// Parameters, each after a blank.
fn separate(text: &str) -> Result<impl Iterator<Item = &str>, Reply> {
    if text.is_empty() || text.starts_with(' ') {
        Ok(text.split(' ').filter(|word| !word.is_empty()))
    } else {
        Err(reply::SYNTAX)
    }
}

/// At most 20 digits (RFC 1870 §4).
fn number(text: &str) -> Result<u64, Reply> {
    let digits = !text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return Err(reply::SYNTAX);
    }
    // More than fits is more than is taken.
    Ok(text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_and_others_answered() {
        let mail = |text: &str| read(text.as_bytes()).map(|command| format!("{command:?}")).map_err(|reply| reply.code);
        let rows: [(&str, Result<&str, u16>); 43] = [
            ("EHLO a.example", Ok("Hello(Ehlo, \"a.example\")")),
            ("helo [192.0.2.1] and more", Ok("Hello(Helo, \"[192.0.2.1]\")")),
            ("LHLO x", Ok("Hello(Lhlo, \"x\")")),
            ("EHLO", Err(501)),
            ("DATA", Ok("Data")),
            ("data  ", Ok("Data")),
            ("DATA now", Err(501)),
            ("BDAT 12", Ok("Chunk(12, false)")),
            ("BDAT 0 last", Ok("Chunk(0, true)")),
            ("BDAT 99999999999999999999 LAST", Ok("Chunk(18446744073709551615, true)")),
            ("BDAT", Err(501)),
            ("BDAT -1", Err(501)),
            ("BDAT +1", Err(501)),
            ("BDAT 1 FIRST", Err(501)),
            ("BDAT 123456789012345678901", Err(501)),
            ("RSET", Ok("Reset")),
            ("RSET x", Err(501)),
            ("NOOP whatever", Ok("Noop")),
            ("VRFY ann", Ok("Verify")),
            ("HELP", Ok("Help")),
            ("QUIT", Ok("Quit")),
            ("STARTTLS", Ok("StartTls")),
            ("STARTTLS now", Err(501)),
            ("AUTH PLAIN AGEAYg==", Err(502)),
            ("ETRN x", Err(502)),
            ("EXPN x", Err(502)),
            ("", Err(500)),
            (" NOOP", Err(500)),
            ("NOOP\ttab", Err(500)),
            ("NO\0OP", Err(500)),
            ("XYZZY", Err(500)),
            ("MAIL", Err(501)),
            ("MAIL TO:<a@b.example>", Err(501)),
            ("MAIL FROM:a@b.example", Err(501)),
            ("MAIL FROM:<postmaster>", Err(501)),
            ("MAIL FROM:<a@b.example>SIZE=1", Err(501)),
            ("MAIL FROM:<a@b.example> SIZE=x", Err(501)),
            ("MAIL FROM:<a@b.example> BODY=BINARYMIME", Err(501)),
            ("MAIL FROM:<a@b.example> AUTH=<>", Err(555)),
            ("MAIL FROM:<jörg@b.example>", Err(553)),
            ("RCPT TO:<>", Err(501)),
            ("RCPT TO:<a@b.example> NOTIFY=NEVER", Err(555)),
            ("RCPT FROM:<a@b.example>", Err(501)),
        ];
        for (line, expected) in rows {
            assert_eq!(mail(line).as_deref().map_err(|code| *code), expected, "{line}");
        }
        assert!(read(b"NOOP \xff").is_err());
    }

    #[test]
    fn parameters_of_mail_are_read() {
        let rows = [
            ("MAIL FROM:<>", None, 0, false),
            ("mail from: <a@b.example>", Some("a@b.example"), 0, false),
            ("MAIL FROM:<a@b.example> size=12 BODY=8bitmime", Some("a@b.example"), 12, false),
            ("MAIL FROM:<jörg@b.example> SMTPUTF8", Some("jörg@b.example"), 0, true),
        ];
        for (line, from, size, utf8) in rows {
            let Ok(Command::Mail(mail)) = read(line.as_bytes()) else { panic!("{line}") };
            assert_eq!((mail.from.as_ref().map(Address::as_str), mail.size, mail.utf8), (from, size, utf8), "{line}");
        }
    }

    #[test]
    fn other_protocols_are_recognised() {
        for line in ["GET / HTTP/1.1", "post /x HTTP/1.1", "CONNECT a:25 HTTP/1.1", "\u{16}\u{3}\u{1}"] {
            assert!(is_foreign(line.as_bytes()), "{line}");
        }
        assert!(!is_foreign(b"EHLO get") && !is_foreign(b""));
    }
}
