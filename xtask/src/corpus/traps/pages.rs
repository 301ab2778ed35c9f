//! HTML in which words stand where history is expected, and the other way round.

use super::html;
use crate::corpus::case::Case;

const LINE: &str = "<div dir=\"ltr\" class=\"gmail_attr\">On Tue, Nov 3, 2026 at 10:15 AM Ada Byron &lt;<a href=\"mailto:help@acme.example\">help@acme.example</a>&gt; wrote:<br></div>";
const QUOTE: &str =
    "<blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex\">";

/// Name, HTML (`{line}` and `{quote}` are Gmail's), words that the text holds, words that it does not.
const PAGES: &[(&str, &str, &[&str], &[&str])] = &[
    (
        "page-indented-words",
        "<div dir=\"ltr\">The note said:<blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\"><div>Leave it at the door.</div></blockquote><div>Nobody did.</div></div><br><div class=\"gmail_quote\">{line}{quote}Has it come?</blockquote></div>",
        &["The note said:", "Leave it at the door.", "Nobody did."],
        &["Has it come?"],
    ),
    (
        "page-words-below-the-container",
        "<div class=\"gmail_quote\">{line}{quote}Has it come?</blockquote></div><div>Yes, this morning.</div>",
        &["Yes, this morning."],
        &["Has it come?", "Ada Byron"],
    ),
    (
        "page-answers-between-in-gmail",
        "<div dir=\"ltr\"><div class=\"gmail_quote\">{line}{quote}Which size?</blockquote><div>Size L.</div>{quote}Which place?</blockquote><div>My office.</div></div></div>",
        &["Which size?", "Size L.", "Which place?", "My office."],
        &["Ada Byron"],
    ),
    (
        "page-answers-inside-the-quote",
        "<div dir=\"ltr\">See my answers below.</div><div class=\"gmail_quote\">{line}{quote}<div>Which size?</div></blockquote><div><br></div><div>Size L.</div><div><br></div>{quote}<div>Which place?</div></blockquote><div><br></div><div>My office.</div></div>",
        &["See my answers below.", "Size L.", "My office."],
        &[],
    ),
    (
        "page-gmail-through-outlook",
        "<div dir=\"ltr\">It came today.</div><br><div class=\"x_gmail_quote\"><div dir=\"ltr\" class=\"x_gmail_attr\">On Tue, Nov 3, 2026 at 10:15 AM Ada Byron &lt;help@acme.example&gt; wrote:<br></div><blockquote class=\"x_gmail_quote\" style=\"margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex\">Has it come?</blockquote></div>",
        &["It came today."],
        &["Has it come?", "wrote:"],
    ),
    (
        "page-without-classes",
        "<div>It came today.</div><div><br></div><div>On Tue, Nov 3, 2026 at 10:15 AM Ada Byron &lt;help@acme.example&gt; wrote:</div><blockquote>Has it come?</blockquote>",
        &["It came today."],
        &["Has it come?", "wrote:"],
    ),
    (
        "page-of-one-paragraph",
        "<p>It came today.<br><br>On Tue, Nov 3, 2026 at 10:15 AM Ada Byron &lt;help@acme.example&gt; wrote:<br>&gt; Has it come?<br>&gt; And is it whole?</p>",
        &["It came today."],
        &["Has it come?", "wrote:"],
    ),
    (
        "page-preformatted",
        "<pre style=\"white-space:pre-wrap\">It came today.\n\nOn 11/3/26 10:15 AM, Ada Byron wrote:\n&gt; Has it come?\n</pre>",
        &["It came today."],
        &["Has it come?", "wrote:"],
    ),
    (
        "page-with-a-header-in-a-table",
        "<p>It came today.</p><hr><table><tr><td><b>From:</b></td><td>Ada Byron &lt;help@acme.example&gt;</td></tr><tr><td><b>Sent:</b></td><td>Tuesday, November 3, 2026 10:15 AM</td></tr><tr><td><b>To:</b></td><td>Ann Lee</td></tr><tr><td><b>Subject:</b></td><td>Order 1042</td></tr></table><p>Has it come?</p>",
        &["It came today."],
        &["Has it come?"],
    ),
    (
        "page-of-outlook-without-a-border",
        "<p class=\"MsoNormal\">It came today.</p><p class=\"MsoNormal\">&nbsp;</p><p class=\"MsoNormal\"><b>From:</b> Ada Byron &lt;help@acme.example&gt;<br><b>Sent:</b> Tuesday, November 3, 2026 10:15 AM<br><b>To:</b> Ann Lee<br><b>Subject:</b> Order 1042</p><p class=\"MsoNormal\">Has it come?</p>",
        &["It came today."],
        &["Has it come?", "Sent:"],
    ),
    (
        "page-signature-of-gmail",
        "<div dir=\"ltr\"><div>It came today.</div><br clear=\"all\"><div><br></div>-- <br><div dir=\"ltr\" class=\"gmail_signature\" data-smartmail=\"gmail_signature\"><div dir=\"ltr\">Ann Lee<br>Lee &amp; Sons, York</div></div></div>",
        &["It came today."],
        &["Lee & Sons"],
    ),
    (
        "page-original-in-english-capitals",
        "<div>It came today.</div><br><div>-------- ORIGINAL MESSAGE --------</div><div>From: Ada Byron &lt;help@acme.example&gt;</div><div>Date: 11/3/26 10:15 (GMT+00:00)</div><div>To: Ann Lee &lt;ann@x.example&gt;</div><div>Subject: Order 1042</div><br><div>Has it come?</div>",
        &["It came today."],
        &["Has it come?", "ORIGINAL MESSAGE"],
    ),
    (
        "page-all-in-nested-tables",
        "<table><tbody><tr><td><table><tbody><tr><td><div>It came today.</div><div>All is whole.</div></td></tr></tbody></table></td></tr><tr><td><div class=\"gmail_quote\">{line}{quote}Has it come?</blockquote></div></td></tr></tbody></table>",
        &["It came today.", "All is whole."],
        &["Has it come?", "wrote:"],
    ),
    (
        "page-picture-and-words",
        "<div>Look at the lid:</div><div><img src=\"https://img.example/lid.jpg\" alt=\"lid\"></div><div>It is bent.</div>",
        &["Look at the lid:", "It is bent."],
        &["img.example"],
    ),
    (
        "page-link-and-words",
        "<div>This one: <a href=\"https://shop.example/coat?size=L\">the blue coat</a>, in L.</div>",
        &["This one:", "the blue coat", "in L."],
        &[],
    ),
];

pub(super) fn cases() -> Vec<Case> {
    let page = |(name, page, words, lacks): &(&str, &str, &[&str], &[&str])| {
        html(name, &page.replace("{line}", LINE).replace("{quote}", QUOTE)).contains(words).lacks(lacks)
    };
    PAGES.iter().map(page).collect()
}
