//! A name server on loopback that answers from a table (RFC 1035), and remembers what it was asked.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::net::UdpSocket;

/// A record: name in lower case, type, text of a TXT or address of an A.
pub type Record = (&'static str, &'static str, String);

pub struct NameServer {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl NameServer {
    /// Answers from `records`; what is in none of them does not exist. With the type `silence` a name gets no answer.
    pub async fn with(records: Vec<Record>) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        let address = socket.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        tokio::spawn(async move {
            let mut query = [0_u8; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut query).await {
                let Some((name, kind, question)) = question(&query[..length]) else { continue };
                seen.lock().expect("a list").push(name.clone());
                if !records.iter().any(|record| record.0 == name && record.1 == "silence") {
                    let _ = socket.send_to(&answer(&query[..2], question, &name, kind, &records), from).await;
                }
            }
        });
        Self { address, asked }
    }

    /// How often it was asked for that name.
    pub fn asked_for(&self, name: &str) -> usize {
        self.asked.lock().expect("a list").iter().filter(|asked| *asked == name).count()
    }
}

/// Name, type and bytes of the first question.
fn question(query: &[u8]) -> Option<(String, u16, &[u8])> {
    let mut labels = Vec::new();
    let mut at = 12;
    loop {
        let length = usize::from(*query.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(query.get(at..at + length)?).to_lowercase());
        at += length;
    }
    let kind = u16::from_be_bytes([*query.get(at)?, *query.get(at + 1)?]);
    Some((labels.join("."), kind, query.get(12..at + 4)?))
}

fn answer(id: &[u8], question: &[u8], name: &str, kind: u16, records: &[Record]) -> Vec<u8> {
    let known = records.iter().any(|record| record.0 == name);
    let found: Vec<Vec<u8>> =
        records.iter().filter(|record| record.0 == name).filter_map(|record| data(record, kind)).collect();
    let mut out = id.to_vec();
    // Authoritative, recursion available; "no such name" where there is none.
    out.extend([0x85, if known { 0x80 } else { 0x83 }]);
    out.extend([0, 1, 0, u8::try_from(found.len()).expect("few records"), 0, 0, 0, 0]);
    out.extend(question);
    for data in found {
        // The name is that of the question; class IN, an hour.
        out.extend([0xc0, 0x0c]);
        out.extend(kind.to_be_bytes());
        out.extend([0, 1, 0, 0, 0x0e, 0x10]);
        out.extend(u16::try_from(data.len()).expect("short data").to_be_bytes());
        out.extend(data);
    }
    out
}

/// The record's data, if it is of that type.
fn data((_, of, text): &Record, kind: u16) -> Option<Vec<u8>> {
    match (*of, kind) {
        ("A", 1) => Some(text.parse::<std::net::Ipv4Addr>().expect("an address").octets().to_vec()),
        ("TXT", 16) => {
            let strings = text.as_bytes().chunks(255);
            Some(strings.flat_map(|part| [&[u8::try_from(part.len()).expect("short")], part].concat()).collect())
        }
        _ => None,
    }
}
