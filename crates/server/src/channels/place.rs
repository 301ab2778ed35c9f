//! A place that a person sent, in words: what it is called, and a link to a map.

/// The lines that name it, and the link. Degrees (WGS 84).
pub(super) fn in_words<'l>(named: impl IntoIterator<Item = &'l str>, latitude: f64, longitude: f64) -> String {
    let mut words = String::new();
    for line in named.into_iter().map(str::trim).filter(|line| !line.is_empty()) {
        words.push_str(line);
        words.push('\n');
    }
    words + &format!("https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_stands_below_the_names() {
        let shop = in_words(["Shop", "", "1 Main Street"], 37.5, -122.25);
        assert_eq!(shop, "Shop\n1 Main Street\nhttps://www.openstreetmap.org/?mlat=37.5&mlon=-122.25");
        assert_eq!(in_words([], 1.0, 2.0), "https://www.openstreetmap.org/?mlat=1&mlon=2");
    }
}
