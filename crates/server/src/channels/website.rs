//! The website widget: the house carries its messages itself, over `/api/v1/widget` and the cable.

use super::Listed;
use model::channel::{Capabilities, Continuity, Files, Kind, Limit, Marks, Units};

pub(super) const LISTED: Listed = Listed { kind: &KIND, provider: None };

static KIND: Kind = Kind {
    name: "web_widget",
    title: "Website",
    fields: &[],
    key: |_| None,
    webhook: |_| None,
    able: |_| Capabilities {
        window: None,
        text: Limit { most: 150_000, units: Units::Characters },
        files: Files { largest: 40 * 1024 * 1024, caption: Some(Limit { most: 150_000, units: Units::Characters }) },
        marks: Marks { delivered: false, read: true },
        templates: false,
    },
    write_first: None,
    continuity: Continuity::Unseen,
    steps: &["Put the script of the inbox on every page of the website, before </body>."],
};
