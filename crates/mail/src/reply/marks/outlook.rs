//! What Outlook's desktop program puts above history: a line and a header block, neither with a name.

use crate::html::text::{Hidden, render_below};
use crate::html::tree::{Step, Tree};
use crate::reply::heading::is_header_block;
use crate::reply::line::lines;

/// Whether history begins with this element: a line above a header block, or an `hr` before one. The labels are known words, or, in
/// other languages, three that are bold and end with a colon.
pub(super) fn begins(tree: &Tree, id: usize) -> bool {
    match tree.name(id) {
        "div" if is_ruled(tree.attr(id, "style")) => is_heading(tree, id),
        "hr" => {
            let shows = |child: &usize| {
                tree.text(*child).is_none_or(|text| !text.trim().is_empty()) && tree.name(*child) != "br"
            };
            tree.next_siblings(id)
                .take(6)
                .find(shows)
                .is_some_and(|next| matches!(tree.name(next), "div" | "p" | "span" | "font") && is_heading(tree, next))
        }
        _ => false,
    }
}

/// `border:none;border-top:solid #E1E1E1 1.0pt`, in this or another colour, and as the Mac writes it.
fn is_ruled(style: &str) -> bool {
    if !style.contains("order") {
        return false;
    }
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    style.contains("border-top:solid")
        || style.contains("border-top:1pxsolid")
        || style.contains("border-top:1ptsolid")
        || style.contains("border-top:#")
        || style.contains("border-width:1ptmediummedium")
        || style.contains("border-style:solidnonenone")
}

fn is_heading(tree: &Tree, id: usize) -> bool {
    // a header block is short; what is long is looked at no further
    let range = tree.range(id);
    if range.len() > 400 || range.filter_map(|below| tree.text(below)).map(str::len).sum::<usize>() > 8_000 {
        return false;
    }
    let text = render_below(tree, id, Hidden::LeftOut, |_| false).text;
    let lines = lines(&text);
    (0..lines.len().min(3)).any(|at| is_header_block(&lines, at)) || has_bold_labels(tree, id, &text)
}

fn has_bold_labels(tree: &Tree, id: usize, text: &str) -> bool {
    let mut labels = 0;
    tree.walk(id, |step| {
        let Step::Enter(id) = step else { return false };
        let bold = matches!(tree.name(id), "b" | "strong");
        if bold {
            let label = render_below(tree, id, Hidden::LeftOut, |_| false).text;
            let label = label.trim();
            let line_start = text.lines().any(|line| line.trim_start().starts_with(label));
            labels += usize::from(label.ends_with([':', '：']) && label.chars().count() <= 30 && line_start);
        }
        !bold
    });
    labels >= 3 && text.chars().any(char::is_numeric)
}
