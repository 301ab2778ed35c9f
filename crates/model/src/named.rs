//! Choices that have a name outside: in the API, on the cable, in the database.

/// An enum each of whose variants has one name; gives `ALL`, `as_str` and `parse`.
///
/// ```
/// model::named! {
///     /// How urgent something is.
///     pub enum Priority {
///         /// Can wait.
///         Low = "low",
///         /// Cannot.
///         High = "high",
///     }
/// }
/// assert_eq!(Priority::High.as_str(), "high");
/// assert_eq!(Priority::parse("low"), Some(Priority::Low));
/// assert_eq!(Priority::parse("Low"), None);
/// ```
#[macro_export]
macro_rules! named {
    ($(#[$about:meta])* $visibility:vis enum $kind:ident { $($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        $visibility enum $kind {
            $($(#[$doc])* $variant),*
        }

        impl $kind {
            /// Every one, in the order written.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in the API and the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),*
                }
            }

            /// The one of that name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}
