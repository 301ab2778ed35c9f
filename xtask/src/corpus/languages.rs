//! Every language in every program that speaks it, plain, HTML and both.

use super::case::Case;
use super::clients::{Bodies, apple, exchange, find, gmail, outlook, samsung, thunderbird, yahoo};
use super::mail::{Part, Transfer};
use super::text::flowed;
use super::words::{self, Words};

const GROUP: &str = "languages";

/// All of them.
pub(crate) fn cases() -> Vec<Case> {
    let languages = words::all().into_iter().enumerate();
    languages.flat_map(|(number, words)| of_language(words, number)).collect()
}

fn of_language(words: &Words, number: usize) -> Vec<Case> {
    let by_turns = number.is_multiple_of(2);
    let mut cases = vec![in_gmail(words, number), in_outlook(words, by_turns)];
    cases.extend(in_apple(words, number));
    cases.extend(in_thunderbird(words, number));
    cases.extend(in_yahoo(words));
    cases.extend(on_samsung(words, by_turns));
    cases.extend(on_outlook_mobile(words, by_turns));
    if find(exchange::FOOTERS, words.code).is_none() || number.is_multiple_of(3) {
        cases.push(in_browser_outlook(words, by_turns));
    }
    cases
}

fn case(words: &Words, program: &str, subject: &str, body: Part) -> Case {
    Case::reply(GROUP, &format!("{}-{program}", words.code), words.person, subject, body).quoted(&words.asked)
}

/// Both versions in UTF-8, as programs do that know nothing else.
fn both(bodies: &Bodies, boundary: &str, transfer: Transfer) -> Part {
    let parts = [("plain", &bodies.plain), ("html", &bodies.html)];
    let parts = parts.map(|(kind, text)| Part::text(kind, "UTF-8", transfer, text));
    Part::alternative(boundary, parts.into())
}

fn in_gmail(words: &Words, number: usize) -> Case {
    let signature = format!("-- \n{}", words.person.0);
    let signature = number.is_multiple_of(3).then_some(signature.as_str());
    let line = find(gmail::LINES, words.code).unwrap_or_default();
    let bodies = gmail::reply(line, &words.whole(), signature, &words.history());
    let transfer = if words.person.0.chars().any(|c| c >= '\u{370}') { Transfer::Base64 } else { Transfer::Quoted };
    let case = case(
        words,
        "gmail",
        &format!("Re: {}", words.subject),
        both(&bodies, "000000000000a1b2c3062f9e4d11", transfer),
    );
    let case = case.text(&words.whole());
    match signature {
        Some(signature) => case.signature(signature),
        None => case,
    }
}

fn in_outlook(words: &Words, html_only: bool) -> Case {
    let block = outlook::of(words.code);
    let bodies =
        outlook::reply(block, words.person, words.subject, &words.whole(), Some(&words.sign_off()), &words.history());
    let subject = format!("{} {}", block.re, words.subject);
    let body = if html_only {
        Part::text("html", "utf-8", Transfer::Base64, &bodies.html)
    } else {
        let seven = ["iso-2022-jp", "us-ascii"].contains(&words.charset);
        let transfer = if seven { Transfer::Seven } else { Transfer::Quoted };
        let plain = Part::text("plain", words.charset, transfer, &bodies.plain);
        let html = Part::text("html", words.charset, transfer, &bodies.html);
        Part::alternative("----=_NextPart_000_0042_01DC4CA1.7E3A1B20", vec![plain, html])
    };
    let case = case(words, "outlook", &subject, body).text(&words.whole()).signature(&words.sign_off());
    if html_only {
        case.with("X-MS-Has-Attach", "").with("Thread-Topic", "1042")
    } else {
        case.with("X-Mailer", "Microsoft Outlook 16.0")
    }
}

fn in_apple(words: &Words, number: usize) -> Option<Case> {
    let (line, footer) = (find(apple::LINES, words.code)?, find(apple::FOOTERS, words.code)?);
    let subject = format!("Re: {}", words.subject);
    let telephone = apple::reply(line, words.short, footer, &words.history());
    let case = match number % 3 {
        0 => case(words, "iphone", &subject, Part::text("html", "utf-8", Transfer::Quoted, &telephone.html)),
        1 => case(words, "iphone", &subject, Part::text("plain", "utf-8", Transfer::Base64, &telephone.plain)),
        _ => {
            let desk = apple::reply_at_desk(line, &words.whole(), &words.history());
            let body = both(&desk, "Apple-Mail=_6C1B7A0E-5F0D-4E55-9B53-2F3B0C9D8A11", Transfer::Quoted);
            return Some(
                case(words, "apple-mail", &subject, body)
                    .text(&words.whole())
                    .with("X-Mailer", "Apple Mail (2.3826.700.81)"),
            );
        }
    };
    Some(case.text(words.short).signature(footer).with("X-Mailer", "iPhone Mail (22G86)"))
}

fn in_thunderbird(words: &Words, number: usize) -> Option<Case> {
    let line = find(thunderbird::LINES, words.code)?;
    let subject = format!("Re: {}", words.subject);
    let plain = |text: &str| {
        let Part::Text(mut text) = Part::text("plain", "UTF-8", Transfer::Eight, &flowed(text, 72)) else {
            return Part::Raw(String::new(), Vec::new());
        };
        text.content_type.push_str("; format=flowed");
        Part::Text(text)
    };
    let signature = format!("-- \n{}", words.person.0);
    let case = match number % 3 {
        0 => {
            let pairs = [(words.asked[0], words.first), (words.asked[1], words.second)];
            let (text, stays) = thunderbird::between(line, words.greeting, &pairs, words.person.0);
            Case::reply(GROUP, &format!("{}-thunderbird-between", words.code), words.person, &subject, plain(&text))
                .text(&stays)
                .signature(&signature)
        }
        1 => {
            let bodies = thunderbird::under(line, &words.whole(), words.person.0, &words.history());
            case(words, "thunderbird-under", &subject, plain(&bodies.plain)).text(&words.whole()).signature(&signature)
        }
        _ => {
            let bodies = thunderbird::over(line, &words.whole(), &words.history());
            let body = Part::text("html", "UTF-8", Transfer::Eight, &bodies.html);
            case(words, "thunderbird-html", &subject, body).text(&words.whole())
        }
    };
    Some(case.with("User-Agent", "Mozilla Thunderbird").with("Content-Language", words.code))
}

fn in_yahoo(words: &Words) -> Option<Case> {
    let line = find(yahoo::LINES, words.code)?;
    let bodies = yahoo::reply(line, &words.whole(), None, &words.history());
    let body = both(&bodies, "----=_Part_4711_1042.1793700000000", Transfer::Base64);
    let case = case(words, "yahoo", &format!("Re: {}", words.subject), body).text(&words.whole());
    Some(case.with("X-Mailer", "WebService/1.1.24652 YMailNorrin"))
}

fn on_samsung(words: &Words, html_only: bool) -> Option<Case> {
    let block = samsung::BLOCKS.iter().find(|block| block.code == words.code)?;
    let subject = format!("Re: {}", words.subject);
    let bodies = samsung::reply(block, words.person, words.subject, words.short, &words.history());
    let body = if html_only {
        Part::text("html", "utf-8", Transfer::Base64, &bodies.html)
    } else {
        both(&bodies, "--_com.samsung.android.email_4711", Transfer::Base64)
    };
    Some(case(words, "samsung", &subject, body).text(words.short).signature(block.footer))
}

fn on_outlook_mobile(words: &Words, html_only: bool) -> Option<Case> {
    let footer = find(exchange::FOOTERS, words.code)?;
    let block = outlook::of(words.code);
    let bodies = exchange::telephone(block, words.person, words.subject, words.short, footer, &words.history());
    let body = if html_only {
        Part::text("html", "utf-8", Transfer::Quoted, &bodies.html)
    } else {
        both(&bodies, "_000_AM0PR01MB1234DB7F90AM0PR01MB1234eurp_", Transfer::Base64)
    };
    Some(case(words, "outlook-ios", &format!("Re: {}", words.subject), body).text(words.short))
}

fn in_browser_outlook(words: &Words, html_only: bool) -> Case {
    let block = outlook::of(words.code);
    let bodies =
        exchange::web(block, words.person, words.subject, &words.whole(), Some(&words.sign_off()), &words.history());
    let body = if html_only {
        both(&bodies, "_000_DB9PR08MB6675A1F3DB9PR08MB6675eurp_", Transfer::Quoted)
    } else {
        Part::text("html", "utf-8", Transfer::Quoted, &bodies.html)
    };
    case(words, "outlook-web", &format!("Re: {}", words.subject), body)
        .text(&words.whole())
        .signature(&words.sign_off())
}
