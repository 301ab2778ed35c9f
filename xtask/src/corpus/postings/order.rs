//! Above, below and between.

use super::{history, plain};
use crate::corpus::case::Case;
use crate::corpus::clients::{apple, filled, find, gmail};
use crate::corpus::text::quoted;
use crate::corpus::words::{self, Words};

const UNDER: &[&str] = &["en", "de", "fr", "es", "it", "nl", "pl", "ru", "sv", "ja", "zh-Hant", "tr"];
const BETWEEN: &[&str] =
    &["en", "de", "fr", "es", "pt-BR", "it", "cs", "ru", "fi", "el", "ko", "zh-Hans", "he", "hi", "vi"];

pub(super) fn cases() -> Vec<Case> {
    let under = UNDER.iter().map(|code| under(words::of(code)));
    let between = BETWEEN.iter().enumerate().map(|(number, code)| between(words::of(code), number));
    under.chain(between).chain(single()).collect()
}

/// Words below the whole history.
fn under(words: &Words) -> Case {
    let text = format!("{}\n\n{}", history(words), words.whole());
    plain(&format!("{}-under", words.code), words, &text).text(&words.whole()).quoted(&words.asked)
}

/// Answers below the lines that they answer: alone, under a remark, or as Apple marks lines.
fn between(words: &Words, number: usize) -> Case {
    let body =
        format!("{}\n\n{}\n\n{}\n\n{}", quoted(words.asked[0]), words.first, quoted(words.asked[1]), words.second);
    let line = filled(find(gmail::LINES, words.code).unwrap_or_default());
    let case = |name: &str, text: &str| plain(&format!("{}-{name}", words.code), words, text);
    match number % 3 {
        0 => case("between", &format!("{line}\n\n{body}")).text(&body),
        1 => case("between-under-a-remark", &format!("{}\n\n{line}\n\n{body}", words.short))
            .text(&format!("{}\n\n{body}", words.short)),
        _ => {
            let line = find(apple::LINES, words.code).map_or(line, filled);
            case("between-in-apple-mail", &format!("> {line}\n> \n{body}")).text(&body)
        }
    }
}

/// Shapes that do not depend on the language.
fn single() -> Vec<Case> {
    let english = words::of("en");
    let case = |name: &str, text: &str| plain(name, english, text);
    let line = filled(find(gmail::LINES, "en").unwrap_or_default());
    vec![
        case(
            "between-with-lists",
            &format!("{line}\n\n> 1. The colour?\n\n- blue\n- if not, green\n\n> 2. The size?\n\n* L for the coat\n* M for the scarf"),
        )
        .text("> 1. The colour?\n\n- blue\n- if not, green\n\n> 2. The size?\n\n* L for the coat\n* M for the scarf"),
        case("between-without-blank-lines", &format!("{line}\n\n> The colour?\nBlue.\n> The size?\nL.\n> The place?\nMy office."))
            .text("> The colour?\nBlue.\n> The size?\nL.\n> The place?\nMy office."),
        case("between-with-one-cut-short", &format!("{line}\n\n> [...]\n> The size?\n\nL.\n\n> [...]\n> The place?\n\nMy office."))
            .text("> [...]\n> The size?\n\nL.\n\n> [...]\n> The place?\n\nMy office."),
        case(
            "between-with-long-answers",
            &format!("Dear Ada,\n\n{line}\n\n> Which size do you need?\n\nL is what I wear.\n\nBut the coat is for my sister:\nM will do.\n\n> And where shall we send it?\n\nTo her, please.\n\nKind regards,\nAnn Lee"),
        )
        .text("Dear Ada,\n\n> Which size do you need?\n\nL is what I wear.\n\nBut the coat is for my sister:\nM will do.\n\n> And where shall we send it?\n\nTo her, please.")
        .signature("Kind regards,\nAnn Lee"),
        case("between-quoting-oneself", &format!("{line}\n\n> > I need a coat.\n> Which size?\n\nL.\n\n> > And a scarf.\n> Which colour?\n\nBlue."))
            .text("> > I need a coat.\n> Which size?\n\nL.\n\n> > And a scarf.\n> Which colour?\n\nBlue."),
    ]
}
