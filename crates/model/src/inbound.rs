//! What becomes of an accepted mail (contract §6).

/// The state of an accepted mail; each ends in exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InboundState {
    /// Accepted, not yet looked at.
    Pending,
    /// A message of a conversation.
    Delivered,
    /// A report on a mail of ours.
    Bounce,
    /// A receipt, or our own mail come back.
    Ignored,
    /// Waits for someone to decide.
    Held,
    /// Belongs to no conversation.
    Unrouted,
    /// Could not be processed.
    Failed,
}

impl InboundState {
    /// Every state, the better first; of two the later is the worse.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Pending, "pending"),
        (Self::Delivered, "delivered"),
        (Self::Bounce, "bounce"),
        (Self::Ignored, "ignored"),
        (Self::Held, "held"),
        (Self::Unrouted, "unrouted"),
        (Self::Failed, "failed"),
    ];

    /// The name in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// The state of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    /// Whether replaying may change it: the cause may have been mended.
    #[must_use]
    pub fn replayable(self) -> bool {
        matches!(self, Self::Failed | Self::Held | Self::Unrouted)
    }
}
