//! HTML whose shape misleads: quotes that are content, rules, tables, stubs.

use super::{GROUP, PERSON, SUBJECT, html};
use crate::corpus::case::Case;
use crate::corpus::mail::{Part, Transfer};

/// The history as Gmail has it.
const BELOW: &str = "<br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On Tue, Nov 3, 2026 at 10:15 AM Ada Byron &lt;<a href=\"mailto:help@acme.example\">help@acme.example</a>&gt; wrote:<br></div><blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex\">Which size do you need?</blockquote></div>";

/// Name, HTML above the history, words that the text holds.
const ABOVE: &[(&str, &str, &[&str])] = &[
    (
        "html-quote-is-content",
        "<div>The law says:</div><blockquote>Goods may be returned within thirty days.</blockquote><div>Does that hold for you?</div>",
        &["The law says:", "Goods may be returned within thirty days.", "Does that hold for you?"],
    ),
    (
        "html-rule-is-content",
        "<div>Part one: the lid is bent.</div><hr><div>Part two: the key is missing.</div>",
        &["Part one: the lid is bent.", "Part two: the key is missing."],
    ),
    (
        "html-table-is-content",
        "<table><tr><th>Size</th><th>Count</th></tr><tr><td>L</td><td>2</td></tr></table>",
        &["Size", "Count", "L", "2"],
    ),
    (
        "html-reply-in-a-table",
        "<table width=\"600\"><tbody><tr><td style=\"padding:8px\"><p>Please cancel the order.</p></td></tr></tbody></table>",
        &["Please cancel the order."],
    ),
    (
        "html-lists",
        "<ul><li>two coats</li><li>one scarf</li></ul><ol><li>wrap them</li><li>send them</li></ol>",
        &["two coats", "one scarf", "wrap them", "send them"],
    ),
    (
        "html-code",
        "<pre>if (size &lt; 4) {\n    &gt; \"small\"\n}</pre><div>What does that mean?</div>",
        &["if (size < 4) {", "What does that mean?"],
    ),
    (
        "html-bordered-box-is-content",
        "<div style=\"border-left:3px solid #0a0;padding:4px\">Delivered on Friday, says your site.</div><div>It was not.</div>",
        &["Delivered on Friday, says your site.", "It was not."],
    ),
    (
        "html-bold-labels-are-content",
        "<div><b>From:</b> Berlin</div><div><b>To:</b> Paris</div><div><b>When:</b> Friday</div>",
        &["From: Berlin", "To: Paris", "When: Friday"],
    ),
    (
        "html-spans-in-a-word",
        "<div>Un<span></span>believ<b>able</b>: it <i>works</i>!</div>",
        &["Unbelievable: it works!"],
    ),
    ("html-without-a-body", "Just <b>one</b> line &amp; no more", &["Just one line & no more"]),
    ("html-character-references", "<p>Zo&euml; &#8211; 5&nbsp;&#x20AC; &lt;ok&gt;</p>", &["Zoë – 5 € <ok>"]),
    ("html-never-closed", "<div><p>First line<p>Second <b>line<div>Third line", &["First line", "Third line"]),
];

pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = ABOVE
        .iter()
        .enumerate()
        .map(|(number, (name, above, words))| above_history(number, name, above, words))
        .collect();
    let alternative = |name: &str, plain: &str, html: &str| {
        let parts = vec![
            Part::text("plain", "utf-8", Transfer::Eight, plain),
            Part::text("html", "utf-8", Transfer::Quoted, html),
        ];
        Case::reply(GROUP, name, PERSON, SUBJECT, Part::alternative("alt", parts))
    };
    cases.extend([
        alternative("stub-of-a-plain-part", "Your mail program does not show HTML.\n", &format!("<p>Blue, please.</p>{BELOW}"))
            .contains(&["Blue, please."])
            .lacks(&["Which size do you need?"]),
        alternative("empty-plain-part", "\n", &format!("<p>Blue, please.</p>{BELOW}")).text("Blue, please."),
        alternative("empty-html-part", "Blue, please.\n", "<html><body></body></html>\n").text("Blue, please."),
        html("answers-between-in-html", "<div class=\"moz-cite-prefix\">On 11/3/26 10:15 AM, Ada Byron wrote:<br></div><blockquote type=\"cite\"><p>Which size?</p></blockquote><p>Size L.</p><blockquote type=\"cite\"><p>Which colour?</p></blockquote><p>Blue.</p>")
            .contains(&["Which size?", "Size L.", "Which colour?", "Blue."])
            .lacks(&["Ada Byron wrote"]),
        html("words-below-the-quote-in-html", "<div class=\"moz-cite-prefix\">On 11/3/26 10:15 AM, Ada Byron wrote:<br></div><blockquote type=\"cite\"><p>Which size?</p></blockquote><p>Size L.</p>")
            .text("Size L."),
        html("style-and-script-are-no-words", "<html><head><title>Untitled</title><style>p{color:red}</style></head><body><script>var words = 1;</script><p>Red, please.</p><!-- not this --></body></html>")
            .text("Red, please."),
    ]);
    cases
}

fn above_history(number: usize, name: &str, above: &str, words: &[&str]) -> Case {
    // an element left open takes what follows into itself
    let followed = number.is_multiple_of(2) && name != "html-never-closed";
    let case = if followed { html(name, &format!("<div dir=\"ltr\">{above}</div>{BELOW}")) } else { html(name, above) };
    let case = case.contains(words);
    if followed { case.lacks(&["Which size do you need?"]) } else { case }
}
