//! What becomes of an accepted mail (contract §6).

crate::named! {
    /// The state of an accepted mail; each ends in exactly one.
    pub enum InboundState {
        /// Accepted, not yet looked at.
        Pending = "pending",
        /// A message of a conversation.
        Delivered = "delivered",
        /// A report on a mail of ours.
        Bounce = "bounce",
        /// A receipt, or our own mail come back.
        Ignored = "ignored",
        /// Waits for someone to decide.
        Held = "held",
        /// Belongs to no conversation.
        Unrouted = "unrouted",
        /// Could not be processed.
        Failed = "failed",
    }
}

impl InboundState {
    /// Whether replaying may change it: the cause may have been mended.
    #[must_use]
    pub fn replayable(self) -> bool {
        matches!(self, Self::Failed | Self::Held | Self::Unrouted)
    }
}
