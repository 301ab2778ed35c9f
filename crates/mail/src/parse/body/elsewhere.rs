//! The words of a mail that has no running text.

use super::{
    MAX_DEPTH, Reader, read_at,
    words::{Words, is_blank, line_ends},
};
use crate::parse::{file::Source, structure, unpack::calendar};

/// Most mails inside whose words stand in for those that a mail has not.
const MAX_INNER: usize = 20;

impl Reader<'_, '_> {
    /// The words of a mail without running text: in its `winmail.dat`, a calendar, a text that is a file, a mail inside, or a report.
    pub(super) fn elsewhere(&self, files: &mut Vec<Source>, unwrapped: Words) -> Option<Words> {
        if !is_blank(&unwrapped) {
            return Some(unwrapped);
        }
        let plain = |text: String| {
            Some(Words { plain: Some(line_ends(text)), ..Words::default() }).filter(|words| !is_blank(words))
        };
        let of_type = |files: &[Source], kinds: &[&str]| -> Vec<usize> {
            (0..files.len())
                .filter(|at| files.get(*at).is_some_and(|file| kinds.contains(&file.content_type.as_str())))
                .collect()
        };
        let calendars = of_type(files, &["text/calendar", "application/ics"]);
        let told: Vec<String> = calendars
            .iter()
            .filter_map(|at| files.get(*at))
            .filter_map(|file| calendar::to_text(&file.text()))
            .collect();
        if let Some(words) = plain(told.join("\n\n")) {
            return Some(words);
        }
        let inline = of_type(files, &["text/plain", "text/html"])
            .into_iter()
            .find(|at| files.get(*at).is_some_and(|file| !file.is_attached && !file.text().trim().is_empty()));
        if let Some(at) = inline {
            let file = files.remove(at);
            return Some(if file.content_type == "text/html" {
                Words { html: Some(file.text()), ..Words::default() }
            } else {
                Words { plain: Some(line_ends(file.text())), ..Words::default() }
            });
        }
        if self.depth < MAX_DEPTH {
            let inner = of_type(files, &["message/rfc822", "message/global"])
                .into_iter()
                .take(MAX_INNER)
                .filter_map(|at| files.get(at));
            let told: Vec<String> = inner
                .map(|file| read_at(&structure::read(&file.bytes), self.depth + 1).text.trim().to_owned())
                .filter(|text| !text.is_empty())
                .collect();
            if let Some(words) = plain(told.join("\n\n")) {
                return Some(words);
            }
        }
        let reports = of_type(
            files,
            &[
                "message/delivery-status",
                "message/global-delivery-status",
                "message/disposition-notification",
                "message/feedback-report",
            ],
        );
        reports.first().and_then(|at| files.get(*at)).and_then(|file| plain(file.text()))
    }
}
