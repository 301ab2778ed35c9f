//! The relay ingress to the letter: which answer for which request, over real HTTP, and in which order the checks are made.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod house;

use base64::{Engine, prelude::BASE64_STANDARD};
use house::{House, INGRESS_PASSWORD, customer::RELAY, on_both};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

on_both!(every_row_of_the_table, what_was_accepted_is_kept_as_it_came, a_closed_ingress_says_nothing_else);

fn basic(user: &str, password: &str) -> Option<String> {
    Some(format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}"))))
}

fn right() -> Option<String> {
    basic("actionmailbox", INGRESS_PASSWORD)
}

const MAIL: &[u8] = b"From: a@x.example\r\nMessage-ID: <1@x.example>\r\n\r\nHi\r\n";

/// One request over a socket; status and the rest of the answer.
async fn exchange(address: SocketAddr, head: &str, authorization: Option<&str>, body: &[u8]) -> (u16, String) {
    let mut socket = TcpStream::connect(address).await.expect("the server");
    let authorization = authorization.map(|value| format!("Authorization: {value}\r\n")).unwrap_or_default();
    let length = if head.to_ascii_lowercase().contains("content-length") {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", body.len())
    };
    let request = format!("{head}Host: x\r\nConnection: close\r\n{authorization}{length}\r\n");
    socket.write_all(request.as_bytes()).await.expect("sent");
    // The server may answer and close before it has read everything.
    let _ = socket.write_all(body).await;
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    (status, answer)
}

async fn listen(house: &House) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let service = house.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

/// What it is, request line with fields, credentials, body, status.
type Row<'a> = (&'a str, String, Option<String>, &'a [u8], u16);

async fn every_row_of_the_table(house: House) {
    let address = listen(&house).await;
    let post = |path: &str, content_type: &str| {
        let content_type =
            if content_type.is_empty() { String::new() } else { format!("Content-Type: {content_type}\r\n") };
        format!("POST {path} HTTP/1.1\r\n{content_type}")
    };
    let good = post(RELAY, "message/rfc822");
    let large = format!("{good}Content-Length: {}\r\n", 50 * 1024 * 1024 + 1);
    let (slash, json) = (format!("{RELAY}/"), format!("{RELAY}.json"));
    let garbage: &[u8] = b"\0\xff\xfe\n\r no header at all";
    let mib: &[u8] = &[b'x'; 1024 * 1024];
    let rows: Vec<Row<'_>> = vec![
        ("good", good.clone(), right(), MAIL, 204),
        ("an exact duplicate", good.clone(), right(), MAIL, 204),
        ("trailing slash", post(&slash, "message/rfc822"), right(), MAIL, 204),
        (".json", post(&json, "message/rfc822"), right(), MAIL, 204),
        ("parameters", post(RELAY, "message/rfc822; charset=utf-8"), right(), MAIL, 204),
        ("upper case", post(RELAY, "MESSAGE/RFC822"), right(), MAIL, 204),
        ("zero length", good.clone(), right(), b"", 204),
        ("garbage", good.clone(), right(), garbage, 204),
        ("one MiB", good.clone(), right(), mib, 204),
        ("scheme in lower case", good.clone(), right().map(|value| value.replacen("Basic", "basic", 1)), MAIL, 204),
        ("no credentials", good.clone(), None, MAIL, 401),
        ("wrong password", good.clone(), basic("actionmailbox", "wrong"), MAIL, 401),
        ("wrong user", good.clone(), basic("Actionmailbox", INGRESS_PASSWORD), MAIL, 401),
        ("bearer", good.clone(), Some(format!("Bearer {INGRESS_PASSWORD}")), MAIL, 401),
        ("not base64", good.clone(), Some("Basic ???".into()), MAIL, 401),
        ("wrong password and type", post(RELAY, "text/plain"), basic("actionmailbox", "x"), MAIL, 401),
        ("wrong type", post(RELAY, "text/plain"), right(), MAIL, 415),
        ("no type", post(RELAY, ""), right(), MAIL, 415),
        ("too large", large, right(), b"x", 413),
        ("GET", format!("GET {RELAY} HTTP/1.1\r\n"), right(), b"", 404),
        ("PUT", format!("PUT {RELAY} HTTP/1.1\r\nContent-Type: message/rfc822\r\n"), right(), MAIL, 404),
        ("DELETE with slash", format!("DELETE {slash} HTTP/1.1\r\n"), right(), b"", 404),
        ("an old path", post("/rails/action_mailbox/postfix/inbound_emails", "message/rfc822"), right(), MAIL, 404),
        (
            "another service",
            post("/rails/action_mailbox/mailgun/inbound_emails/mime", "text/plain"),
            right(),
            MAIL,
            404,
        ),
    ];
    for (case, head, authorization, body, expected) in rows {
        let (status, answer) = exchange(address, &head, authorization.as_deref(), body).await;
        assert_eq!(status, expected, "{case}: {answer}");
        let lower = answer.to_lowercase();
        match status {
            204 => assert!(answer.ends_with("\r\n\r\n") && !lower.contains("content-length"), "{case}: {answer}"),
            401 => {
                assert!(lower.contains("www-authenticate: basic realm=\"action mailbox\""), "{case}: {answer}");
                assert!(lower.contains("content-type: text/html"), "{case}: {answer}");
                assert!(answer.ends_with("HTTP Basic: Access denied.\n"), "{case}: {answer}");
            }
            415 => assert!(lower.contains("content-length: 0") && answer.ends_with("\r\n\r\n"), "{case}: {answer}"),
            _ => {}
        }
    }
    let (status, answer) = exchange(address, &format!("HEAD {RELAY} HTTP/1.1\r\n"), right().as_deref(), b"").await;
    assert_eq!(status, 404, "{answer}");
    // The three spellings of the path took the same mail; the others are garbage, nothing, and one MiB.
    assert_eq!(house.inbound_log().await.len(), 4);
}

async fn what_was_accepted_is_kept_as_it_came(house: House) {
    let raw = b"From: a@x.example\nSubject: bare line ends\n\n\0\xff 8-bit\n".to_vec();
    assert_eq!(house.relays(raw.clone()).await.status, 204);
    let log = house.inbound_log().await.remove(0);
    assert_eq!(
        (log.ingress.as_str(), log.peer.as_deref(), log.state.as_str()),
        ("relay", Some("192.0.2.7"), "pending")
    );
    let id = log.id;
    let kept = house.desk().db.read::<_, store::Error, _>(async move |tx| store::inbound_mails::raw(tx, id).await);
    let Some(store::inbound_mails::Raw::Row(packed)) = kept.await.unwrap() else { panic!("in the row") };
    assert_eq!(store::inbound_mails::unpack(&packed).unwrap(), raw);
    // A chunked body that turns out too large.
    let too_large = vec![b'x'; 50 * 1024 * 1024 + 1];
    house.relays(too_large).await.refused(413);
    assert_eq!(house.inbound_log().await.len(), 1);
}

async fn a_closed_ingress_says_nothing_else(mut house: House) {
    for (ingresses, password, expected) in
        [(vec![], None, 404), (vec![], Some(INGRESS_PASSWORD), 404), (vec!["relay"], None, 500)]
    {
        let mut config = house.app.config.clone();
        config.ingresses = ingresses.into_iter().map(String::from).collect();
        config.secrets.password = password.map(String::from);
        let app = server::app::App::new(house.desk().clone(), config);
        house.router = server::http::router::router(app);
        house.relays(MAIL).await.refused(expected);
        let bare = house.call("POST", RELAY).body(MAIL).await;
        assert_eq!(bare.status.as_u16(), expected, "wins over missing credentials and type");
    }
    // The blob store is away: not ours, try again.
    let mut desk = house.desk().clone();
    let folder = tempfile::tempdir().unwrap();
    desk.blobs = store::Blobs::local(&folder.path().join("blobs")).unwrap();
    std::fs::remove_dir_all(folder.path().join("blobs")).unwrap();
    std::fs::write(folder.path().join("blobs"), "a file, not a folder").unwrap();
    house.router = server::http::router::router(server::app::App::new(desk, house.app.config.clone()));
    house.relays(vec![b'x'; 300 * 1024]).await.refused(503);
    assert!(house.inbound_log().await.is_empty());
}
