//! Values as they go into statements and come out of rows, the same for both databases.
//!
//! Times are milliseconds since 1970 in a 64-bit integer; JSON is text; NUL, which PostgreSQL refuses in text, is left
//! out on the way in, on both databases alike.

use crate::error::{Error, Result};
use model::{Json, Timestamp, ids};
use std::sync::Arc;

/// One value of a statement or a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// A truth value; SQLite keeps it as 0 or 1.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A row of a result.
#[derive(Clone, Debug)]
pub struct Row {
    pub(crate) columns: Arc<[String]>,
    pub(crate) values: Vec<Value>,
}

impl Row {
    /// The value of the column called `name`.
    ///
    /// # Errors
    /// There is no such column, or it holds something else.
    pub fn get<T: FromValue>(&self, name: &str) -> Result<T> {
        let position = self.columns.iter().position(|column| column == name);
        let value = position.and_then(|position| self.values.get(position));
        value.and_then(T::from_value).ok_or_else(|| Error::Column { column: name.to_owned(), expected: T::EXPECTED })
    }
}

/// What a row can be turned into.
pub trait FromRow: Sized {
    /// Reads the entity's columns.
    ///
    /// # Errors
    /// A column is missing or holds something else.
    fn from_row(row: &Row) -> Result<Self>;
}

/// What a value can be turned into.
pub trait FromValue: Sized {
    /// For the error message.
    const EXPECTED: &'static str;
    /// The value as this type, if it is one.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! from_value {
    ($($type:ty, $expected:literal, $pattern:pat => $result:expr;)*) => {$(
        impl FromValue for $type {
            const EXPECTED: &'static str = $expected;
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    $pattern => $result,
                    _ => None,
                }
            }
        }
    )*};
}

from_value! {
    i64, "an integer", Value::Int(int) => Some(*int);
    String, "text", Value::Text(text) => Some(text.clone());
    Vec<u8>, "bytes", Value::Bytes(bytes) => Some(bytes.clone());
    Timestamp, "milliseconds", Value::Int(int) => Timestamp::from_millisecond(*int).ok();
    Json, "JSON", Value::Text(text) => serde_json::from_str(text).ok();
}

impl FromValue for bool {
    const EXPECTED: &'static str = "a truth value";
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(truth) => Some(*truth),
            Value::Int(int) => Some(*int != 0),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

macro_rules! plain_into_value {
    ($($type:ty, $name:ident => $result:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($name: $type) -> Self {
                $result
            }
        }
    )*};
}

plain_into_value! {
    bool, truth => Self::Bool(truth);
    i64, int => Self::Int(int);
    u32, int => Self::Int(i64::from(int));
    &str, text => Self::Text(if text.contains('\0') { text.replace('\0', "") } else { text.to_owned() });
    String, text => Self::Text(if text.contains('\0') { text.replace('\0', "") } else { text });
    &String, text => Self::from(text.as_str());
    &[u8], bytes => Self::Bytes(bytes.to_vec());
    Vec<u8>, bytes => Self::Bytes(bytes);
    Timestamp, time => Self::Int(time.as_millisecond());
    &Json, json => Self::from(json.to_string());
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! id_values {
    ($($id:ident),*) => {$(
        impl From<ids::$id> for Value {
            fn from(id: ids::$id) -> Self {
                Self::Int(id.0)
            }
        }
        impl FromValue for ids::$id {
            const EXPECTED: &'static str = "an id";
            fn from_value(value: &Value) -> Option<Self> {
                i64::from_value(value).map(ids::$id)
            }
        }
    )*};
}

id_values!(
    AccountId,
    UserId,
    InboxId,
    ContactId,
    ContactInboxId,
    MergeId,
    ConversationId,
    MessageId,
    AttachmentId,
    DeliveryId,
    MailId,
    InboundMailId,
    JobId,
    EventId,
    WebhookId,
    WebhookPostId
);

/// The parameters of a statement, in order: `params![account_id, "open", now]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::Value::from($value)),*]
    };
}
