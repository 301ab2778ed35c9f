//! Files at WhatsApp: ours are uploaded and sent by their id, people's are looked up by their id and fetched from where the
//! answer says (<https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media>).
//! What the answer says is not believed blindly: the key goes to Meta, to 360dialog, or to where the operator says they are.

use super::{Wire, errors, message, road::Road};
use crate::{
    channels::{Lost, upload},
    fetch::Fetched,
};
use desk::{
    channel_media::LARGEST,
    send_on_channel::{End, Trouble},
};
use model::attachment::Attachment;
use reqwest::{Method, multipart::Form};
use url::Url;

/// Where Meta keeps files: at these hosts and below them.
const HOSTS: [&str; 4] = ["fbsbx.com", "facebook.com", "fbcdn.net", "whatsapp.net"];

/// Uploads a file; its id.
///
/// # Errors
/// It is not there, or not taken.
pub(super) async fn upload(wire: &Wire, file: &Attachment) -> Result<String, End> {
    let kind = message::media_type(file).to_owned();
    let part = upload::part(wire, file, &kind).await?;
    let form = Form::new().text("messaging_product", "whatsapp").text("type", kind).part("file", part);
    let request = Road::of(wire).at_number(wire, Method::POST, "media").multipart(form);
    let reply = wire.client().send(request).await.map_err(|trouble| End::Later(trouble, None))?;
    if !reply.is_good() {
        return Err(errors::refused(&reply));
    }
    let id = reply.json()["id"].as_str().map(str::to_owned);
    let nameless = || Trouble { code: None, words: "WhatsApp took the file and did not say its id".into() };
    id.ok_or_else(|| End::Never(nameless()))
}

/// Fetches a file by its id.
///
/// # Errors
/// It cannot be had.
pub(super) async fn fetch(wire: &Wire, id: &str) -> Result<Fetched, Lost> {
    let road = Road::of(wire);
    let lookup = road.request(wire, Method::GET, &[id]);
    let reply = wire.client().send(lookup).await.map_err(|trouble| Lost::Later(trouble.words))?;
    if !reply.is_good() {
        return Err(match errors::refused(&reply) {
            End::Later(trouble, _) => Lost::Later(trouble.words),
            _ => Lost::Never(errors::trouble(&reply).words),
        });
    }
    let about = reply.json();
    let size = about["file_size"].as_u64().or_else(|| about["file_size"].as_str()?.parse().ok());
    if size.is_some_and(|size| usize::try_from(size).is_ok_and(|size| size > LARGEST)) {
        return Err(Lost::Never(format!("the file is larger than {LARGEST} bytes")));
    }
    let place = place(road, &road.base(wire), about["url"].as_str().unwrap_or_default());
    let place = place.ok_or_else(|| Lost::Never("WhatsApp says that the file is where it keeps none".into()))?;
    let request = road.signed(wire, wire.client().request(Method::GET, place));
    let reply = wire.client().fetch(request, LARGEST).await.map_err(|trouble| Lost::Later(trouble.words))?;
    if !reply.is_good() {
        let words = format!("WhatsApp answers {}", reply.status);
        // Addresses hold for five minutes; another lookup gives another.
        let passes = reply.may_pass() || reply.status == 404;
        return Err(if passes { Lost::Later(words) } else { Lost::Never(words) });
    }
    Ok(Fetched { bytes: reply.body, content_type: reply.content_type, name: None })
}

/// The address to ask with our key, if the one that was said is a good one. Whatever host it names, 360dialog hands the
/// files out itself.
fn place(road: Road, base: &Url, said: &str) -> Option<Url> {
    let said = Url::parse(said).ok().filter(Url::has_host)?;
    if road == Road::Dialog {
        let mut place = base.clone();
        place.set_path(&format!("{}{}", base.path().trim_end_matches('/'), said.path()));
        place.set_query(said.query());
        return Some(place);
    }
    let host = said.host_str()?;
    let below = |known: &str| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let metas = said.scheme() == "https" && said.port().is_none() && HOSTS.iter().any(|known| below(known));
    let alone = said.username().is_empty() && said.password().is_none();
    (alone && (metas || said.origin() == base.origin())).then_some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_goes_nowhere_else() {
        let base = Url::parse("https://graph.facebook.com").unwrap();
        let rows = [
            ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1&ext=2&hash=3", true),
            ("https://mmg.whatsapp.net/d/f/1", true),
            ("https://graph.facebook.com/v25.0/1", true),
            ("http://lookaside.fbsbx.com/x", false),
            ("https://lookaside.fbsbx.com:8443/x", false),
            ("https://user@lookaside.fbsbx.com/x", false),
            ("https://fbsbx.com.evil.example/x", false),
            ("https://evilfbsbx.com/x", false),
            ("https://169.254.169.254/latest/meta-data", false),
            ("file:///etc/passwd", false),
            ("", false),
        ];
        for (said, good) in rows {
            assert_eq!(place(Road::Cloud, &base, said).is_some(), good, "{said}");
        }
        let proxy = Url::parse("http://10.0.0.5:8080/graph").unwrap();
        assert!(place(Road::Cloud, &proxy, "http://10.0.0.5:8080/graph/file").is_some());
        assert!(place(Road::Cloud, &proxy, "http://10.0.0.5:8081/graph/file").is_none());
        let dialog = Url::parse("https://waba-v2.360dialog.io").unwrap();
        for host in ["lookaside.fbsbx.com", "evil.example"] {
            let said = format!("https://{host}/whatsapp_business/attachments/?mid=1&hash=3");
            let expected = "https://waba-v2.360dialog.io/whatsapp_business/attachments/?mid=1&hash=3";
            assert_eq!(place(Road::Dialog, &dialog, &said).unwrap().as_str(), expected);
        }
    }
}
