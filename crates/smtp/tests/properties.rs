//! Whatever is sent, in whatever pieces: no panic, nothing but well-formed replies, and the pieces change nothing.

mod watch;

use proptest::prelude::*;
use smtp::Rules;
use watch::watch;

/// What dialogues are made of, so that random ones get somewhere.
const WORDS: &[&str] = &[
    "EHLO a.example\r\n",
    "LHLO a.example\r\n",
    "HELO a\r\n",
    "MAIL FROM:<ann@a.example>\r\n",
    "MAIL FROM:<> SIZE=10 SMTPUTF8\r\n",
    "RCPT TO:<x@here.example>\r\n",
    "RCPT TO:<nobody@here.example>\r\n",
    "RCPT TO:<x@there.example>\r\n",
    "DATA\r\n",
    "BDAT 5\r\n",
    "BDAT 7 LAST\r\n",
    "BDAT 0 LAST\r\n",
    ".\r\n",
    "..\r\n",
    "\r\n.\r\n",
    "\n.\n",
    "\r.\r",
    "\r\n",
    "\n",
    "\r",
    ".",
    "Received: x\r\n",
    "Subject: x\r\n",
    "RSET\r\n",
    "NOOP\r\n",
    "QUIT\r\n",
    "jörg",
    "\0",
];

fn rules(lmtp: bool) -> Rules {
    let some = if lmtp { Rules::lmtp("mx.here.example") } else { Rules::smtp("mx.here.example") };
    Rules { largest: 60, most_recipients: 3, most_errors: 6, most_refused: 4, most_idle: 9, most_hops: 2, ..some }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn pieces_change_nothing(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..40),
        cuts in prop::collection::vec(1_usize..30, 1..20),
        lmtp: bool,
    ) {
        let start = if lmtp { "LHLO a\r\n" } else { "EHLO a\r\n" };
        let input = [start, "MAIL FROM:<a@b.example>\r\nRCPT TO:<x@here.example>\r\n", &words.concat()].concat().into_bytes();
        let whole = watch(&rules(lmtp), [input.as_slice()]);
        let mut rest = input.as_slice();
        let mut pieces = Vec::new();
        for cut in cuts.iter().cycle() {
            let (piece, left) = rest.split_at((*cut).min(rest.len()));
            pieces.push(piece);
            rest = left;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(watch(&rules(lmtp), pieces), whole);
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        watch(&rules(false), [bytes.as_slice()]);
    }
}
