//! The tree of a mail without what its reply leaves out: lines that are hidden are cut from the tree where they stand in it.

use std::collections::HashMap;

use super::body::Body;
use super::marks::Marks;
use crate::html::text::Rendered;
use crate::html::tree::{Kind, Tree};

/// What becomes of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Shows nothing by itself: a line break, an empty cell.
    Open,
    Kept,
    Gone,
}

/// Which nodes go. Of preformatted text, whose lines share a node, the lines that are hidden are taken out of the tree at once.
pub(super) fn cut(tree: &mut Tree, rendered: &Rendered, marks: &Marks, body: &Body) -> Vec<bool> {
    let shown = shown_lines(body, rendered.lines.len());
    if shown.iter().all(|shown| *shown) {
        return vec![false; tree.nodes.len()];
    }
    let is_shown = |line: usize| shown.get(line).copied().unwrap_or(true);
    let mut written: HashMap<usize, Vec<bool>> = HashMap::new();
    for (node, line) in &rendered.spans {
        written.entry(*node).or_default().push(is_shown(*line));
    }
    // a region whose lines are all hidden goes with its pictures
    let mut hidden = vec![true; marks.regions.len()];
    for (node, line) in rendered.spans.iter().filter(|(_, line)| is_shown(*line)) {
        let at = marks.regions.partition_point(|region| region.nodes.end <= *node);
        if let Some(hidden) = hidden.get_mut(at).filter(|_| marks.region(*node).is_some()) {
            *hidden = !is_shown(*line);
        }
    }
    let in_hidden_region = |node: usize| {
        let at = marks.regions.partition_point(|region| region.nodes.end <= node);
        marks.region(node).is_some() && hidden.get(at) == Some(&true)
    };

    let mut fates = vec![Fate::Open; tree.nodes.len()];
    let mut above = true;
    for (id, fate) in fates.iter_mut().enumerate() {
        let lines = written.get(&id);
        if let Some(last) = lines.and_then(|lines| lines.last()) {
            above = *last;
        }
        *fate = match lines {
            Some(lines) if lines.contains(&true) => Fate::Kept,
            Some(_) => Fate::Gone,
            None if in_hidden_region(id) => Fate::Gone,
            None if tree.range(id).len() > 1 || id == 0 => Fate::Open,
            None if !above => Fate::Gone,
            None if tree.name(id) == "img" => Fate::Kept,
            None => Fate::Open,
        };
    }
    // an element goes with all that it holds, and stays with any of it
    let leaf = |id: usize| tree.range(id).len() == 1;
    let leaves: Vec<bool> = (0..fates.len()).map(leaf).collect();
    for id in (1..fates.len()).rev() {
        let parent = tree.parent(id);
        let (below, own) = (fates[id], fates[parent]);
        if !leaves[parent] && below != Fate::Open && own != Fate::Kept {
            fates[parent] = below;
        }
    }
    close_ends(&leaves, &mut fates);
    for (node, lines) in written.into_iter().filter(|(_, lines)| lines.contains(&true) && lines.contains(&false)) {
        keep_lines(tree, node, &lines);
    }
    fates.into_iter().map(|fate| fate == Fate::Gone).collect()
}

/// What shows nothing above the first that is kept, and below the last, goes.
fn close_ends(leaves: &[bool], fates: &mut [Fate]) {
    let kept = |at: &usize| leaves[*at] && fates[*at] == Fate::Kept;
    let (first, last) = ((0..fates.len()).find(kept), (0..fates.len()).rfind(kept));
    let (Some(first), Some(last)) = (first, last) else { return };
    for (at, fate) in fates.iter_mut().enumerate() {
        if *fate == Fate::Open && (at < first || at > last) {
            *fate = Fate::Gone;
        }
    }
}

fn keep_lines(tree: &mut Tree, node: usize, shown: &[bool]) {
    let Some(Kind::Text(text)) = tree.nodes.get_mut(node).map(|node| &mut node.kind) else { return };
    let mut shown = shown.iter();
    let mut keep = true;
    let kept: Vec<&str> = text
        .split('\n')
        .filter(|line| {
            if !line.trim().is_empty() {
                keep = shown.next().copied().unwrap_or(true);
            }
            keep
        })
        .collect();
    *text = kept.join("\n").trim_end().into();
}

/// For each line of the text whether it is in the reply.
fn shown_lines(body: &Body, lines: usize) -> Vec<bool> {
    let mut parts = body.parts.iter();
    let mut part = parts.next();
    let mut at = 0;
    let mut shown = Vec::with_capacity(lines);
    for line in body.text.split_inclusive('\n') {
        while part.is_some_and(|part| part.range.end <= at) {
            part = parts.next();
        }
        shown.push(part.is_none_or(|part| part.shown));
        at += line.len();
    }
    shown
}
