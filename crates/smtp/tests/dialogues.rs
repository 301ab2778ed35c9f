//! Dialogues as clients hold them: what they send, the codes they hear, the mails that come of it.

mod watch;

use smtp::{Fate, Protocol, Recipient, Rules, Sender, Session, Step};
use watch::{Seen, watch};

const START: &str = "EHLO a.example\r\nMAIL FROM:<ann@a.example>\r\nRCPT TO:<x@here.example>\r\n";

fn rules() -> Rules {
    Rules {
        largest: 1000,
        most_recipients: 3,
        most_errors: 5,
        most_refused: 4,
        most_idle: 8,
        ..Rules::smtp("mx.here.example")
    }
}

fn lmtp() -> Rules {
    Rules { protocol: Protocol::Lmtp, ..rules() }
}

fn talk(rules: &Rules, input: &[u8]) -> Seen {
    let whole = watch(rules, [input]);
    // The pieces in which bytes arrive change nothing. After STARTTLS they do: what was sent ahead is thrown away.
    if !rules.starttls {
        assert_eq!(watch(rules, input.chunks(1)), whole, "{}", input.escape_ascii());
    }
    whole
}

#[test]
fn a_mail_is_taken_with_everything_sent_at_once() {
    let seen = talk(
        &rules(),
        format!("{START}RCPT TO:<y@here.example>\r\nDATA\r\nSubject: x\r\n\r\nHi\r\n.\r\nQUIT\r\n").as_bytes(),
    );
    assert_eq!(seen.codes(), ["220", "250", "250", "250", "250", "354", "250", "221"], "{}", seen.said);
    assert!(seen.closed);
    let [(envelope, body)] = seen.kept.as_slice() else { panic!("{:?}", seen.kept) };
    assert_eq!(body, b"Subject: x\r\n\r\nHi\r\n");
    assert_eq!(envelope.from.as_ref().map(smtp::Address::as_str), Some("ann@a.example"));
    assert_eq!(envelope.to.iter().map(smtp::Address::as_str).collect::<Vec<_>>(), ["x@here.example", "y@here.example"]);
    assert_eq!((envelope.hello.as_str(), envelope.with), ("a.example", "ESMTP"));
    assert_eq!(
        seen.said.lines().take(10).collect::<Vec<_>>().join("|"),
        "220 mx.here.example ESMTP Segue|250-mx.here.example|250-PIPELINING|250-SIZE 1000|250-8BITMIME|250-SMTPUTF8|250-CHUNKING|\
         250-ENHANCEDSTATUSCODES|250 HELP|250 2.1.0 ok"
    );
}

#[test]
fn codes_for_what_clients_do() {
    let long = format!("NOOP {}\r\n", "x".repeat(2000));
    let large = format!("{START}DATA\r\n{}\r\n.\r\nNOOP\r\n", "x".repeat(1200));
    let vast = format!("{START}DATA\r\n{}\r\n.\r\nNOOP\r\n", "x".repeat(5000));
    let looping = format!("{START}DATA\r\n{}\r\n.\r\n", "Received: x\r\n".repeat(7));
    let some = Rules { most_hops: 6, ..rules() };
    let rows: Vec<(&str, Rules, String, &str)> = vec![
        ("no hello", rules(), "MAIL FROM:<a@b.example>\r\n".into(), "503"),
        ("LHLO in SMTP", rules(), "LHLO a\r\n".into(), "500"),
        ("EHLO in LMTP", lmtp(), "EHLO a\r\nHELO a\r\n".into(), "500 500"),
        ("HELO", rules(), "HELO a\r\nMAIL FROM:<a@b.example>\r\n".into(), "250 250"),
        ("two mails at once", rules(), format!("{START}MAIL FROM:<>\r\n"), "250 250 250 503"),
        ("hello ends a mail", rules(), format!("{START}EHLO b\r\nDATA\r\n"), "250 250 250 250 503"),
        ("reset ends a mail", rules(), format!("{START}RSET\r\nRCPT TO:<x@here.example>\r\n"), "250 250 250 250 503"),
        (
            "no relay",
            rules(),
            "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<x@there.example>\r\nDATA\r\n".into(),
            "250 250 550 503",
        ),
        ("nobody", rules(), "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<nobody@here.example>\r\n".into(), "250 250 550"),
        ("later", rules(), "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<later@here.example>\r\n".into(), "250 250 451"),
        (
            "too often",
            rules(),
            "EHLO a\r\nMAIL FROM:<often@b.example>\r\nRCPT TO:<x@here.example>\r\n".into(),
            "250 450 503",
        ),
        ("postmaster", rules(), "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<Postmaster>\r\n".into(), "250 250 250"),
        (
            "too many recipients",
            rules(),
            format!("{START}{}", "RCPT TO:<y@here.example>\r\n".repeat(3)),
            "250 250 250 250 250 452",
        ),
        ("SIZE", rules(), "EHLO a\r\nMAIL FROM:<> SIZE=1001\r\nMAIL FROM:<> SIZE=1000\r\n".into(), "250 552 250"),
        (
            "UTF-8 unannounced",
            rules(),
            "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<jörg@here.example>\r\n".into(),
            "250 250 553",
        ),
        (
            "UTF-8",
            rules(),
            "EHLO a\r\nMAIL FROM:<é@b.example> SMTPUTF8\r\nRCPT TO:<jörg@here.example>\r\n".into(),
            "250 250 250",
        ),
        (
            "curiosity",
            rules(),
            "VRFY x\r\nHELP\r\nNOOP\r\nAUTH LOGIN\r\nSTARTTLS\r\nEXPN x\r\n".into(),
            "252 214 250 502 502 502",
        ),
        ("long line", rules(), format!("{long}NOOP\r\n"), "500 250"),
        ("bare LF", rules(), "NOOP\nNOOP\r\n".into(), "500 250"),
        ("bare CR", rules(), "NOOP\rNOOP\r\nNOOP\r\n".into(), "500 250"),
        ("errors", rules(), "X\r\n".repeat(9), "500 500 500 500 500 421"),
        ("idle", rules(), "NOOP\r\n".repeat(12), "250 250 250 250 250 250 250 250 250 421"),
        (
            "dictionary",
            rules(),
            format!("{START}{}", "RCPT TO:<nobody@here.example>\r\n".repeat(9)),
            "250 250 250 550 550 550 550 421",
        ),
        ("a browser", rules(), "POST / HTTP/1.1\r\nHost: x\r\n\r\nMAIL FROM:<a@b.example>\r\n".into(), "554"),
        ("too large", rules(), large, "250 250 250 354 552 250"),
        ("far too large", rules(), vast, "250 250 250 354 552"),
        ("in circles", some, looping, "250 250 250 354 554"),
        ("quit in the middle", rules(), format!("{START}QUIT\r\nNOOP\r\n"), "250 250 250 221"),
    ];
    for (case, rules, input, codes) in rows {
        let seen = talk(&rules, input.as_bytes());
        assert_eq!(seen.codes()[1..].join(" "), codes, "{case}: {}", seen.said);
        assert!(seen.kept.is_empty(), "{case}");
    }
}

#[test]
fn nothing_is_smuggled() {
    let hidden = "MAIL FROM:<evil@b.example>\r\nRCPT TO:<y@here.example>\r\nDATA\r\nevil\r\n.\r\n";
    for end in
        ["\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r\n", "\r\r\n.\r\r\n", "\r\n\0.\r\n", "\n\n.\r\n"]
    {
        let seen = talk(&rules(), format!("{START}DATA\r\nfirst{end}{hidden}QUIT\r\n").as_bytes());
        let refused = "220 250 250 250 354 550 221";
        let (codes, mails) = (seen.codes().join(" "), seen.kept.len());
        if end == "\r\n\0.\r\n" {
            assert_eq!((codes.as_str(), mails), ("220 250 250 250 354 250 221", 1), "{end:?} is no end and no fault");
        } else {
            assert_eq!((codes.as_str(), mails), (refused, 0), "{end:?}: {}", seen.said);
        }
        assert!(seen.kept.iter().all(|(envelope, _)| envelope.to.len() == 1), "{end:?}");
    }
    // The same as a chunk: its length says where it ends, whatever stands in it.
    let body = format!("first\n.\n{hidden}");
    let seen = talk(&rules(), format!("{START}BDAT {} LAST\r\n{body}QUIT\r\n", body.len()).as_bytes());
    assert_eq!(seen.codes().join(" "), "220 250 250 250 250 221", "{}", seen.said);
    assert_eq!(seen.kept.iter().map(|(_, body)| body.len()).collect::<Vec<_>>(), [body.len()]);
}

#[test]
fn mails_come_in_chunks() {
    let rows: Vec<(&str, Rules, String, &str, Vec<&str>)> = vec![
        (
            "three",
            rules(),
            format!("{START}BDAT 3\r\na\r\nBDAT 2\r\n.\rBDAT 1 LAST\r\n\nNOOP\r\n"),
            "250 250 250 250 250 250 250",
            vec!["a\r\n.\r\n"],
        ),
        (
            "an empty last one",
            rules(),
            format!("{START}BDAT 3\r\na\r\nBDAT 0 LAST\r\n"),
            "250 250 250 250 250",
            vec!["a\r\n"],
        ),
        ("nothing at all", rules(), format!("{START}BDAT 0 LAST\r\n"), "250 250 250 250", vec![""]),
        (
            "two mails",
            rules(),
            format!("{START}BDAT 1 LAST\r\na{}BDAT 1 LAST\r\nb", &START[16..]),
            "250 250 250 250 250 250 250",
            vec!["a", "b"],
        ),
        ("without a mail", rules(), "EHLO a\r\nBDAT 6 LAST\r\nRSET\r\nNOOP\r\n".into(), "250 503 250", vec![]),
        (
            "without a recipient",
            rules(),
            "EHLO a\r\nMAIL FROM:<>\r\nBDAT 6\r\nRSET\r\nNOOP\r\n".into(),
            "250 250 503 250",
            vec![],
        ),
        ("reset", rules(), format!("{START}BDAT 1\r\naRSET\r\nBDAT 1 LAST\r\nb"), "250 250 250 250 250 503", vec![]),
        (
            "DATA after it",
            rules(),
            format!("{START}BDAT 1\r\naDATA\r\nRCPT TO:<y@here.example>\r\n"),
            "250 250 250 250 503 503",
            vec![],
        ),
        (
            "too large together",
            rules(),
            format!("{START}BDAT 600\r\n{0}BDAT 600\r\n{0}BDAT 1 LAST\r\nx", "x".repeat(600)),
            "250 250 250 250 552 503",
            vec![],
        ),
        ("a lie", rules(), format!("{START}BDAT 4001 LAST\r\n"), "250 250 250 552", vec![]),
    ];
    for (case, rules, input, codes, mails) in rows {
        let seen = talk(&rules, input.as_bytes());
        assert_eq!(seen.codes()[1..].join(" "), codes, "{case}: {}", seen.said);
        let bodies: Vec<_> = seen.kept.iter().map(|(_, body)| String::from_utf8_lossy(body)).collect();
        assert_eq!(bodies, mails, "{case}");
    }
}

#[test]
fn lmtp_answers_for_each_recipient() {
    let to = |names: &[&str]| names.iter().map(|name| format!("RCPT TO:<{name}@here.example>\r\n")).collect::<String>();
    let start = format!("LHLO a\r\nMAIL FROM:<>\r\n{}", to(&["x", "nobody", "y"]));
    let rows = [
        (format!("{start}DATA\r\nHi\r\n.\r\nQUIT\r\n"), "250 250 250 550 250 354 250 250 221", 1),
        (format!("{start}DATA\r\nHi\n.\r\n.\r\nQUIT\r\n"), "250 250 250 550 250 354 550 550 221", 0),
        (format!("{start}BDAT 2\r\nHiBDAT 1 LAST\r\n!QUIT\r\n"), "250 250 250 550 250 250 250 250 221", 1),
        (format!("LHLO a\r\nMAIL FROM:<>\r\n{}DATA\r\n", to(&["nobody"])), "250 250 550 503", 0),
    ];
    for (input, codes, mails) in rows {
        let seen = talk(&lmtp(), input.as_bytes());
        assert_eq!((seen.codes()[1..].join(" ").as_str(), seen.kept.len()), (codes, mails), "{input}\n{}", seen.said);
        assert!(seen.kept.iter().all(|(envelope, _)| envelope.with == "LMTP" && envelope.to.len() == 2));
    }
}

#[test]
fn what_was_said_before_tls_is_forgotten() {
    let secure = Rules { starttls: true, ..rules() };
    let mut session = Session::new(secure.clone());
    session.receive(format!("{START}STARTTLS\r\nMAIL FROM:<evil@b.example>\r\n").as_bytes());
    let mut asked = Vec::new();
    while !matches!(session.step(), Step::StartTls) {
        match session.step() {
            Step::Sender(_) => session.sender(Sender::Welcome),
            Step::Recipient(_) => session.recipient(Recipient::Ours),
            step => asked.push(step),
        }
        assert!(asked.is_empty(), "{asked:?}");
    }
    assert!(String::from_utf8_lossy(&session.output()).ends_with("220 2.0.0 ready for TLS\r\n"));
    session.secured();
    assert_eq!(session.step(), Step::Read, "what was sent in the clear is thrown away");
    session.receive(b"MAIL FROM:<ann@a.example>\r\nSTARTTLS\r\nEHLO a\r\n");
    assert_eq!(session.step(), Step::Read);
    let said = String::from_utf8(session.output()).unwrap();
    assert!(said.starts_with("503 5.5.1 say hello first\r\n503 5.5.1 TLS is in use\r\n250-"), "{said}");
    assert!(!said.contains("STARTTLS"), "{said}");
    session.receive(b"MAIL FROM:<>\r\nRCPT TO:<x@here.example>\r\nDATA\r\n.\r\n");
    loop {
        match session.step() {
            Step::Sender(_) => session.sender(Sender::Welcome),
            Step::Recipient(_) => session.recipient(Recipient::Ours),
            Step::Keep(envelope) => break assert_eq!(envelope.with, "ESMTPS"),
            step => panic!("{step:?}"),
        }
    }
}

#[test]
fn a_stop_lets_the_mail_that_has_begun_end() {
    let mut session = Session::new(rules());
    session.receive(format!("{START}DATA\r\nHi\r\n").as_bytes());
    let mut fates = 0;
    let mut body = Vec::new();
    loop {
        match session.step() {
            Step::Sender(_) => session.sender(Sender::Welcome),
            Step::Recipient(_) => session.recipient(Recipient::Ours),
            Step::Body(bytes) => body.extend(bytes),
            Step::Read if fates == 0 && session.in_mail() => {
                session.stop();
                session.receive(b".\r\n");
            }
            Step::Keep(_) => {
                fates += 1;
                session.kept(&Fate::Kept);
            }
            Step::Close => break,
            step => panic!("{step:?}"),
        }
    }
    assert_eq!((fates, body.as_slice()), (1, b"Hi\r\n".as_slice()));
    assert!(
        String::from_utf8(session.output())
            .unwrap()
            .ends_with("250 2.0.0 the mail is kept\r\n421 4.3.2 stopping; try again later\r\n")
    );
    let mut idle = Session::new(rules());
    idle.receive(b"EHLO a\r\nMAIL FROM:<>\r\n");
    idle.stop();
    assert_eq!(idle.step(), Step::Close);
    assert!(String::from_utf8(idle.output()).unwrap().ends_with("421 4.3.2 stopping; try again later\r\n"));
}

#[test]
fn answers_to_what_was_not_asked_change_nothing() {
    let mut session = Session::new(rules());
    session.recipient(Recipient::Ours);
    session.sender(Sender::Later);
    session.kept(&Fate::Full);
    session.secured();
    assert_eq!(session.step(), Step::Read);
    assert_eq!(session.output(), b"220 mx.here.example ESMTP Segue\r\n");
    session.timed_out();
    session.timed_out();
    assert_eq!((session.step(), session.output()), (Step::Close, b"421 4.4.2 nothing came in time\r\n".to_vec()));
}
