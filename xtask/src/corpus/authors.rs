//! Whose mail is answered has a name that a rule may trip over, or none.

use super::case::Case;
use super::clients::{apple, find, gmail, thunderbird};
use super::mail::{Part, Transfer};
use super::text::{escaped, quoted, quoted_with_blanks, with_breaks, wrapped};
use super::words::{self, Words};

const GROUP: &str = "authors";

/// Name of the case, author, address.
const AUTHORS: &[(&str, &str, &str)] = &[
    ("nameless", "", "help@acme.example"),
    ("surname-first", "Byron, Ada (Acme GmbH)", "help@acme.example"),
    ("through-a-list", "Ada Byron via Acme", "help+42@acme.example"),
    ("address-as-name", "help@acme.example", "help@acme.example"),
    ("dated-name", "Shop 24 (since 2019)", "no-reply@acme.example"),
    ("japanese-name", "佐藤 愛", "sato@acme.example"),
    ("russian-name", "Ада Байрон", "ada@acme.example"),
    ("arabic-name", "آدا بايرون", "ada@acme.example"),
];

pub(crate) fn cases() -> Vec<Case> {
    words::all().into_iter().enumerate().flat_map(|(number, words)| of_language(words, number)).collect()
}

fn of_language(words: &Words, number: usize) -> Vec<Case> {
    let author = |offset: usize| AUTHORS[(number + offset) % AUTHORS.len()];
    let gmail = find(gmail::LINES, words.code).map(|line| in_gmail(words, line, author(0)));
    let html = find(gmail::LINES, words.code).map(|line| in_gmail_html(words, line, author(3)));
    let apple = find(apple::LINES, words.code).map(|line| in_apple_mail(words, line, author(5)));
    let thunderbird = find(thunderbird::LINES, words.code).map(|line| in_thunderbird(words, line, author(6)));
    [gmail, html, apple, thunderbird].into_iter().flatten().collect()
}

/// The line with its author; where there is no name, the address stands alone in its brackets.
fn line(template: &str, (_, name, address): (&str, &str, &str)) -> String {
    let template = if name.is_empty() { template.replace("{name} ", "") } else { template.to_owned() };
    template.replace("{name}", if name.is_empty() { address } else { name }).replace("{mail}", address)
}

fn plain(words: &Words, program: &str, author: (&str, &str, &str), text: &str) -> Case {
    case(words, program, author, Part::text("plain", "utf-8", Transfer::Base64, &format!("{text}\n")))
}

fn case(words: &Words, program: &str, author: (&str, &str, &str), body: Part) -> Case {
    let name = format!("{}-{program}-{}", words.code, author.0);
    let case = Case::reply(GROUP, &name, words.person, &format!("Re: {}", words.subject), body);
    case.text(words.second).quoted(&words.asked)
}

fn in_gmail(words: &Words, template: &str, author: (&str, &str, &str)) -> Case {
    let line = wrapped(&line(template, author), 78);
    plain(words, "gmail", author, &format!("{}\n\n{line}\n\n{}", words.second, quoted(&words.history())))
}

fn in_gmail_html(words: &Words, template: &str, author: (&str, &str, &str)) -> Case {
    let text = format!(
        "{}<br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">{}<br></div><blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex\">{}</blockquote></div>\n",
        gmail::upper(words.second, None),
        escaped(&line(template, author)),
        with_breaks(&words.history())
    );
    case(words, "gmail-html", author, Part::text("html", "utf-8", Transfer::Quoted, &text))
}

fn in_apple_mail(words: &Words, template: &str, author: (&str, &str, &str)) -> Case {
    let below = quoted_with_blanks(&format!("{}\n\n{}", line(template, author), words.history()));
    plain(words, "apple", author, &format!("{}\n\n{below}", words.second))
}

fn in_thunderbird(words: &Words, template: &str, author: (&str, &str, &str)) -> Case {
    // Thunderbird writes the address where there is no name
    let name = if author.1.is_empty() { author.2 } else { author.1 };
    let line = template.replace("{name}", name);
    plain(words, "thunderbird", author, &format!("{}\n\n{line}\n{}", words.second, quoted(&words.history())))
}
