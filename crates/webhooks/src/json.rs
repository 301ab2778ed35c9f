//! JSON of which only some members are wanted: the others, which may be a mail's attachments a second time, are read over.

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};
use std::{cell::Cell, fmt};

/// The most values that are kept of a text: a value takes many times the memory of its two characters, and texts are read
/// before anybody has proven anything. A batch of Mandrill's thousand events has less than a tenth of them.
const MOST_VALUES: usize = 100_000;

/// Reads a JSON text and keeps of its objects, at any depth, only the members with those names.
///
/// # Errors
/// It is not JSON, nested too deep, or has too many values.
pub(crate) fn pick(text: &[u8], names: &[&str]) -> Result<Value, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let left = Cell::new(MOST_VALUES);
    let value = Pick { names, left: &left }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Pick<'n> {
    names: &'n [&'n str],
    /// How many values may still be kept.
    left: &'n Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Pick<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let left = self.left.get().checked_sub(1).ok_or_else(|| D::Error::custom("it has too many values"))?;
        self.left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Pick<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Value, E> {
        Ok(truth.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(self)? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            if self.names.contains(&name.as_str()) {
                kept.insert(name, object.next_value_seed(self)?);
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(kept.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_named_is_kept() {
        let text = br#"[{"event": "inbound", "ts": 1.5, "msg": {"raw_msg": "x", "images": {"raw_msg": 1}}}, 1, null]"#;
        let kept = pick(text, &["event", "msg", "raw_msg"]).unwrap();
        assert_eq!(kept, json!([{"event": "inbound", "msg": {"raw_msg": "x"}}, 1, null]));
        for broken in ["", "{", "[1] 2", "{\"raw_msg\": \"\\ud800\"}", "nul", "[1,]"] {
            assert!(pick(broken.as_bytes(), &["raw_msg"]).is_err(), "{broken}");
        }
        assert!(pick("[".repeat(100_000).as_bytes(), &[]).is_err(), "deep nesting is an error, not a crash");
        let list = |length: usize| format!("[{}0]", "0,".repeat(length - 1));
        assert!(pick(list(MOST_VALUES - 1).as_bytes(), &[]).is_ok());
        for many in [list(MOST_VALUES), format!("[{}]", vec![list(1000); 1000].join(","))] {
            assert!(pick(many.as_bytes(), &[]).unwrap_err().to_string().starts_with("it has too many values"));
        }
        let unread = format!("{{\"images\": {}}}", list(2 * MOST_VALUES));
        assert_eq!(pick(unread.as_bytes(), &["event"]).unwrap(), json!({}), "what is read over is not kept");
    }
}
