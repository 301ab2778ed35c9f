//! The piping command against a server that gives every answer: exit code and words in each MTA's language, and the
//! request it makes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Command, Output, Stdio},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

const MAIL: &str = "Subject: x\r\n\r\nHi \u{e9}\r\n";
const PATH: &str = "/rails/action_mailbox/relay/inbound_emails";

/// What the server does with one request.
#[derive(Clone, Copy)]
enum Behaviour {
    Answers(u16),
    AnswersAfterAnInterimOne,
    AnswersBeforeReading(u16),
    Closes,
    Babbles,
    SaysNothing,
}

/// Serves one request; the request is sent back through the channel.
fn serve(behaviour: Behaviour) -> (SocketAddr, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (told, requests) = mpsc::channel();
    thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        if let Behaviour::AnswersBeforeReading(status) = behaviour {
            let _ = write!(socket, "HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let _ = socket.shutdown(std::net::Shutdown::Write);
        }
        let request = read_request(&mut socket);
        let _ = told.send(request);
        let _ = match behaviour {
            Behaviour::Answers(status) => write!(socket, "HTTP/1.1 {status} Whatever\r\nContent-Length: 0\r\n\r\n"),
            Behaviour::AnswersAfterAnInterimOne => {
                write!(socket, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")
            }
            Behaviour::Babbles => write!(socket, "220 mail.example ESMTP\r\n"),
            Behaviour::SaysNothing => {
                // Until the other side gives up.
                let _ = socket.read(&mut [0; 1]);
                Ok(())
            }
            Behaviour::AnswersBeforeReading(_) | Behaviour::Closes => Ok(()),
        };
    });
    (address, requests)
}

fn read_request(stream: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")?.parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return text;
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return String::from_utf8_lossy(&bytes).into_owned(),
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}

struct Pipe {
    command: Command,
    mail: Vec<u8>,
}

fn pipe(flavour: &str) -> Pipe {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
    command.args(["ingress", flavour]).env_clear().env("INGRESS_PASSWORD", "secret");
    Pipe { command, mail: MAIL.into() }
}

impl Pipe {
    fn to(mut self, address: SocketAddr) -> Self {
        self.command.env("URL", format!("http://{address}{PATH}"));
        self
    }

    fn with(mut self, words: &[&str]) -> Self {
        self.command.args(words);
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    fn run(mut self) -> Output {
        let piped = || Stdio::piped();
        let mut child = self.command.stdin(piped()).stdout(piped()).stderr(piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // The command may end before it has read everything.
        let _ = stdin.write_all(&self.mail);
        drop(stdin);
        child.wait_with_output().unwrap()
    }
}

/// Exit code and where the words are for that flavour.
fn told(flavour: &str, output: &Output) -> (i32, String) {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let code = output.status.code().expect("an exit code");
    if flavour == "relay" {
        assert_eq!(stdout, "", "relay speaks on standard error");
        return (code, stderr.trim_end().to_owned());
    }
    assert_eq!(stderr, "", "{flavour} is quiet on standard error");
    (code, stdout.into_owned())
}

#[test]
fn every_answer_in_every_language() {
    let relayed = "Successfully relayed message to ingress";
    let rows = [
        (Behaviour::Answers(204), 0, "2.0.0", relayed),
        (Behaviour::Answers(200), 0, "2.0.0", relayed),
        (Behaviour::AnswersAfterAnInterimOne, 0, "2.0.0", relayed),
        (Behaviour::Answers(401), 1, "4.7.0", "Invalid credentials for ingress"),
        (Behaviour::AnswersBeforeReading(401), 1, "4.7.0", "Invalid credentials for ingress"),
        (Behaviour::Answers(301), 1, "4.0.0", "HTTP 301"),
        (Behaviour::Answers(400), 1, "4.0.0", "HTTP 400"),
        (Behaviour::Answers(403), 1, "4.0.0", "HTTP 403"),
        (Behaviour::Answers(404), 1, "4.0.0", "HTTP 404"),
        (Behaviour::Answers(413), 1, "4.0.0", "HTTP 413"),
        (Behaviour::Answers(415), 1, "4.0.0", "HTTP 415"),
        (Behaviour::Answers(422), 1, "4.0.0", "HTTP 422"),
        (Behaviour::Answers(500), 1, "4.0.0", "HTTP 500"),
        (Behaviour::Answers(503), 1, "4.0.0", "HTTP 503"),
        (Behaviour::Closes, 1, "4.4.2", "Network error relaying to ingress: "),
        (Behaviour::Babbles, 1, "4.4.2", "Network error relaying to ingress: the answer is not HTTP"),
        (Behaviour::SaysNothing, 1, "4.4.2", "Timed out relaying to ingress"),
    ];
    for (behaviour, fails, code, words) in rows {
        for (flavour, failure) in [("postfix", 75), ("exim", 75), ("relay", 75), ("qmail", 111)] {
            let (address, _requests) = serve(behaviour);
            let (exit, said) = told(flavour, &pipe(flavour).to(address).with(&["--timeout", "1"]).run());
            assert_eq!(exit, fails * failure, "{flavour}: {code} {words}: {said}");
            let expected = if flavour == "postfix" { format!("{code} {words}") } else { words.to_owned() };
            assert!(said.starts_with(&expected), "{flavour}: {said} instead of {expected}");
            assert!(!said.contains('\n'), "{flavour}: {said}");
        }
    }
}

#[test]
fn a_server_that_is_away_and_a_host_that_is_none_are_temporary() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (exit, said) = told("postfix", &pipe("postfix").to(closed).run());
    assert_eq!(exit, 75);
    assert!(said.starts_with("4.4.2 Network error relaying to ingress: "), "{said}");
    let (exit, said) = told("exim", &pipe("exim").env("URL", "http://nobody.invalid/").run());
    assert_eq!(exit, 75);
    assert!(said.starts_with("Network error relaying to ingress: "), "{said}");
}

#[test]
fn mistakes_in_the_configuration_are_temporary_too() {
    let required = "URL and INGRESS_PASSWORD are required";
    type Change = fn(Pipe) -> Pipe;
    let rows: [(Change, &str); 8] = [
        (|pipe| pipe, required),
        (|pipe| pipe.env("URL", "http://127.0.0.1:1/").env("INGRESS_PASSWORD", " "), required),
        (|pipe| pipe.env("URL", "no url at all"), "URL \"no url at all\""),
        (|pipe| pipe.env("URL", "ftp://x.example/"), "URL \"ftp://x.example/\": ftp is neither"),
        (|pipe| pipe.with(&["--url", "http://127.0.0.1:1/", "--password-file", "/nowhere"]), "cannot read /nowhere"),
        (|pipe| pipe.with(&["--url", "https://127.0.0.1:1/", "--ca-file", "/nowhere"]), "cannot read certificates"),
        (|pipe| pipe.with(&["--no-such-flag"]), "unexpected argument '--no-such-flag'"),
        (|pipe| pipe.with(&["--timeout", "soon"]), "invalid value 'soon'"),
    ];
    for (change, words) in rows {
        for (flavour, failure) in [("postfix", 75), ("exim", 75), ("relay", 75), ("qmail", 111)] {
            let (exit, said) = told(flavour, &change(pipe(flavour)).run());
            assert_eq!(exit, failure, "{flavour}: {said}");
            let said = if flavour == "postfix" { said.strip_prefix("4.3.5 ").expect("the code first") } else { &said };
            assert!(said.starts_with(words), "{flavour}: {said} instead of {words}");
        }
    }
    let (exit, _) = told("relay", &pipe("sendmail").run());
    assert_eq!(exit, 75, "an unknown flavour");
}

#[test]
fn strict_lets_bounce_what_the_server_will_never_take() {
    for (flavour, failure) in [("postfix", 75), ("exim", 65), ("relay", 65), ("qmail", 100)] {
        for status in [400, 413, 415, 422] {
            let (address, _requests) = serve(Behaviour::Answers(status));
            let (exit, said) = told(flavour, &pipe(flavour).to(address).with(&["--strict"]).run());
            let expected = if flavour == "postfix" { format!("5.6.0 HTTP {status}") } else { format!("HTTP {status}") };
            assert_eq!((exit, said), (failure, expected), "{flavour}");
        }
    }
    let (address, _requests) = serve(Behaviour::Answers(500));
    assert_eq!(told("exim", &pipe("exim").to(address).with(&["--strict"]).run()).0, 75, "others stay temporary");
    let (address, _requests) = serve(Behaviour::Answers(204));
    let small = ["--max-size", "5"];
    assert_eq!(
        told("postfix", &pipe("postfix").to(address).with(&small).run()),
        (75, "4.3.4 The message is too large".into())
    );
    let strict = pipe("postfix").to(address).with(&small).with(&["--strict"]).run();
    assert_eq!(told("postfix", &strict), (75, "5.3.4 The message is too large".into()));
    assert_eq!(told("qmail", &pipe("qmail").to(address).with(&small).with(&["--strict"]).run()).0, 100);
}

#[test]
fn the_request_is_the_mail_byte_for_byte() {
    let (address, requests) = serve(Behaviour::Answers(204));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "from the file\n").unwrap();
    let sent = pipe("postfix").to(address).with(&["--password-file", file.to_str().unwrap()]);
    let sent = sent.env("RECIPIENT", "reply+1@in.example.org");
    let sent = Pipe { mail: format!("From a@x.example  Sun Nov 22\n{MAIL}").into(), ..sent };
    assert_eq!(sent.run().status.code(), Some(0));
    let request = requests.recv().unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, format!("X-Original-To: reply+1@in.example.org\n{MAIL}"));
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some(format!("POST {PATH} HTTP/1.1").as_str()));
    let fields: Vec<&str> = lines.collect();
    // base64 of `actionmailbox:from the file`
    let expected = ["Content-Type: message/rfc822", "Authorization: Basic YWN0aW9ubWFpbGJveDpmcm9tIHRoZSBmaWxl"];
    assert!(expected.iter().all(|field| fields.contains(field)), "{head}");
    assert!(fields.contains(&format!("Host: {address}").as_str()), "{head}");
}

#[test]
fn tls_is_checked() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("ca.pem");
    std::fs::write(&trusted, made.cert.pem()).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream: rustls::StreamOwned<_, TcpStream> = rustls::StreamOwned::new(connection, socket.unwrap());
            read_request(&mut stream);
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n");
            let _ = stream.flush();
        }
    });
    let url = format!("https://localhost:{port}{PATH}");
    let (exit, said) = told("exim", &pipe("exim").with(&["--url", &url]).run());
    assert_eq!(exit, 75, "an unknown certificate: {said}");
    assert!(said.to_lowercase().contains("certificate"), "{said}");
    let trusting = pipe("exim").with(&["--url", &url, "--ca-file", trusted.to_str().unwrap()]).run();
    assert_eq!(told("exim", &trusting).0, 0, "{trusting:?}");
}

#[test]
fn it_starts_fast_and_helps() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    // The best of several: how fast it can be, not how busy the machine is.
    let fastest = (0..5).map(|_| {
        let begin = Instant::now();
        pipe("exim").to(closed).run();
        begin.elapsed()
    });
    let fastest = fastest.min().unwrap();
    assert!(fastest < Duration::from_millis(200), "{fastest:?} in a debug build");
    let help = pipe("postfix").with(&["--help"]).run();
    assert!(String::from_utf8_lossy(&help.stdout).contains("--password-file"));
    let inspect = Command::new(env!("CARGO_BIN_EXE_segue")).args(["mail", "inspect", "/nowhere"]).output().unwrap();
    assert_eq!(inspect.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&inspect.stderr).starts_with("segue: cannot read /nowhere"));
}

#[test]
fn a_mail_is_inspected() {
    let run = |words: &[&str], input: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_segue"));
        command.args(["mail", "inspect"]).args(words);
        let output = Pipe { command, mail: input.into() }.run();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let mail =
        "From: Ann <ann@x.example>\nMessage-ID: <1@x.example>\n\nYes.\n\nOn Sun, Bob <b@x.example> wrote:\n> Well?\n";
    let seen = run(&[], mail);
    assert_eq!((seen["message_id"].as_str(), seen["reply"]["text"].as_str()), (Some("1@x.example"), Some("Yes.")));
    assert_eq!(run(&["-", "--input", "plain"], "Hello\n> old")["reply"]["text"], "Hello");
    assert_eq!(run(&["--input", "html"], "<p>Hello <b>you</b></p>")["reply"]["text"], "Hello you");
    assert!(run(&[], "\0\u{1}")["message_id"].is_string());
}
