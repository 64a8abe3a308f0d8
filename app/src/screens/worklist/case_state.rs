//! States of a case, as a person may know them.

use crate::widgets::Look;
use egui::Color32;

/// State of a case as a person may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseState {
    /// Nobody reads it yet (lead).
    Unassigned,
    /// Not started.
    Assigned,
    /// Begun.
    InProgress,
    /// Reopened by the lead.
    Reopened,
    /// Submitted.
    Submitted,
    /// Readers are at work (lead).
    Open,
    /// All submitted (lead).
    Ready,
    /// Differences wait for a decision (lead).
    Discordant,
    /// Readers agree, or the lead has decided (lead).
    Settled,
}

impl CaseState {
    /// Every state, in the order of the list at the left.
    pub const ALL: [Self; 9] = [
        Self::Unassigned,
        Self::Assigned,
        Self::InProgress,
        Self::Reopened,
        Self::Submitted,
        Self::Open,
        Self::Ready,
        Self::Discordant,
        Self::Settled,
    ];

    /// The key of its word.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unassigned => "state-unassigned",
            Self::Assigned => "state-assigned",
            Self::InProgress => "state-in-progress",
            Self::Reopened => "state-reopened",
            Self::Submitted => "state-submitted",
            Self::Open => "state-open",
            Self::Ready => "state-ready",
            Self::Discordant => "state-discordant",
            Self::Settled => "state-settled",
        }
    }

    pub(super) fn color(self, look: Look<'_>) -> Color32 {
        let color = &look.theme.color;
        match self {
            Self::Unassigned | Self::Assigned => color.text2,
            Self::InProgress | Self::Open => color.accent,
            Self::Reopened => color.danger,
            Self::Submitted | Self::Settled => color.ok,
            Self::Ready | Self::Discordant => color.warn,
        }
    }

    /// Whether every reading that this person may know of is submitted.
    #[must_use]
    pub const fn is_submitted(self) -> bool {
        matches!(
            self,
            Self::Submitted | Self::Ready | Self::Discordant | Self::Settled
        )
    }

    /// How far a case in this state has come.
    pub(super) const fn share(self) -> f32 {
        match self {
            Self::Unassigned | Self::Assigned => 0.0,
            Self::InProgress | Self::Reopened | Self::Open => 0.4,
            Self::Ready | Self::Discordant => 0.8,
            Self::Submitted | Self::Settled => 1.0,
        }
    }
}
