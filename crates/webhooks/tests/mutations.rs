//! Recorded requests, cut, spliced and scribbled on in every provider's hands: see [`watch`].
#![expect(clippy::unwrap_used, reason = "a fixture that cannot be read has failed")]

mod watch;

use std::panic::catch_unwind;
use webhooks::ALL;

/// Changed requests for each provider; a fuzzer makes more (`cargo xtask fuzz`).
const CHANGES: usize = 3_000;

/// The bodies of all fixtures, and the parts of one that providers nest in others.
fn seeds() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let bodies = paths.iter().filter(|path| path.extension().is_some_and(|kind| kind == "http")).map(|path| {
        let text = std::fs::read(path).unwrap();
        let end = text.windows(2).position(|pair| pair == b"\n\n").unwrap();
        text[end + 2..].to_vec()
    });
    let nested: [&[u8]; 4] = [
        br#"[{"event":"inbound","msg":{"raw_msg":"From: a@x.example\r\n\r\nhi","email":"b@x.example","dkim":{"signed":true}}}]"#,
        br#"{"notificationType":"Received","content":"SGk=","mail":{"source":"a@x.example"},"receipt":{"recipients":["b@x.example"],"spfVerdict":{"status":"PASS"},"action":{"type":"SNS","encoding":"BASE64"}}}"#,
        b"body-mime=Hi%0D%0A&recipient=a%40x.example&sender=b%40x.example",
        b"--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nHi\r\n--x\r\nContent-Disposition: form-data; name=envelope\r\n\r\n{\"to\":[\"a@x.example\"]}\r\n--x--",
    ];
    bodies.chain(nested.map(<[u8]>::to_vec)).collect()
}

/// Numbers that look random and are the same in every run (Knuth's multiplier).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }
}

const WORDS: [&[u8]; 14] =
    [b"\r\n", b"--x", b"--x--", b"[", b"]", b"{", b"}", b"\"", b"\\u", b"%", b"&", b"=", b"\0", b"\xff"];

fn changed(dice: &mut Dice, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[dice.below(seeds.len())].clone();
    for _ in 0..dice.below(6) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(4) {
            0 => bytes.truncate(at),
            1 => drop(bytes.splice(at..at, WORDS[dice.below(WORDS.len())].iter().copied())),
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << dice.below(8);
                }
            }
            _ => {
                let other = &seeds[dice.below(seeds.len())];
                let (from, length) = (dice.below(other.len()), dice.below(200));
                let piece: Vec<u8> = other.iter().skip(from).take(length).copied().collect();
                drop(bytes.splice(at..at, piece));
            }
        }
    }
    let kind = u8::try_from(dice.below(3)).unwrap();
    [&[kind], bytes.as_slice()].concat()
}

#[test]
fn whatever_is_posted_nothing_breaks() {
    let seeds = seeds();
    for provider in ALL {
        let mut dice = Dice(7);
        for _ in 0..CHANGES {
            let input = changed(&mut dice, &seeds);
            let held = catch_unwind(|| watch::watch(provider.name, &input));
            assert!(held.is_ok(), "{}: {}", provider.name, input.escape_ascii());
        }
    }
}
