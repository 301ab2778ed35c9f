//! A channel is whole or not in the list: with a story, fixtures, a set-up page and a section in the documentation.

use server::channels::ALL;
use std::path::Path;

fn tests() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_channel_is_whole() {
    let documentation = std::fs::read_to_string(tests().join("../../docs/channels.md")).unwrap();
    for listed in ALL {
        let kind = listed.kind;
        let name = kind.name;
        let heading = format!("\n## {} (`{name}`)\n", kind.title);
        let section =
            documentation.split_once(&heading).map(|(_, rest)| rest.split("\n## ").next().unwrap_or_default());
        let section = section.unwrap_or_else(|| panic!("docs/channels.md has no section {}", heading.trim()));
        assert!(section.len() > 200, "{name}: its section says next to nothing");
        assert!(!kind.steps.is_empty(), "{name}: its set-up page says nothing");
        if kind.fields.is_empty() {
            continue;
        }
        assert!(section.contains("https://"), "{name}: the provider's pages its shapes come from are not named");
        let story = tests().join(format!("tests/channels/{name}.rs"));
        let story =
            std::fs::read_to_string(&story).unwrap_or_else(|_| panic!("{name}: {} is missing", story.display()));
        match listed.provider {
            Some(provider) => {
                assert!(story.contains("stories!("), "{name}: it does not tell the story that all tell");
                let fixtures = tests().join(format!("tests/channels/fixtures/{name}"));
                let any = std::fs::read_dir(&fixtures).is_ok_and(|mut files| files.next().is_some());
                assert!(any, "{name}: no fixtures");
                assert!(
                    url::Url::parse(provider.home()).is_ok_and(|url| url.scheme() == "https"),
                    "{name}: {}",
                    provider.home()
                );
                assert!(provider.hooks().iter().all(|hook| hook.starts_with('/')), "{name}");
            }
            // Nobody else carries it: it tells the same four acts with a front end of its own, on both databases.
            None => {
                let told = story.split_once("on_both!(").map_or("", |(_, rest)| rest.split(')').next().unwrap_or(""));
                for act in ["one_thread_over_two_ways", "by_mail_when_", "forged_and_repeated_posts", "outages"] {
                    assert!(told.contains(act), "{name}: it does not tell {act} on both databases");
                }
            }
        }
        for field in kind.fields {
            assert!(!field.label.is_empty() && !field.help.is_empty(), "{name}: {} is not explained", field.name);
            assert!(section.contains(field.label), "{name}: its section does not say where `{}` is from", field.label);
        }
    }
}
