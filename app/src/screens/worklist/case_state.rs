//! States of a case, as a person may know them.

use super::CaseRow;
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
}

impl CaseRow {
    /// How far it has come, 0 to 1: a reader's case by the slices seen until it is submitted, any case by
    /// the readers that have submitted.
    pub(super) fn share(&self) -> f32 {
        match self.state {
            CaseState::Unassigned | CaseState::Assigned => 0.0,
            CaseState::InProgress | CaseState::Reopened => self.seen.unwrap_or(0.0),
            CaseState::Open => self.submitted as f32 / self.readers.len().max(1) as f32,
            CaseState::Ready | CaseState::Discordant => 1.0,
            CaseState::Submitted | CaseState::Settled => 1.0,
        }
    }

    /// What that share is of, in words; nothing where the state says all.
    pub(super) fn share_text(&self, look: Look<'_>) -> Option<String> {
        match self.state {
            CaseState::InProgress | CaseState::Reopened => {
                let percent = f64::from(self.seen? * 100.0).round();
                Some(look.f("worklist-seen", &[("percent", percent.into())]))
            }
            CaseState::Open => {
                let said = [
                    ("done", self.submitted.into()),
                    ("of", self.readers.len().into()),
                ];
                Some(look.f("worklist-submitted-of", &said))
            }
            _ => None,
        }
    }

    /// Minutes and seconds that the person has worked on it, `12:10`.
    pub(super) fn time_text(&self) -> Option<String> {
        let seconds = self.active_s?;
        Some(format!("{:02}:{:02}", seconds / 60, seconds % 60))
    }
}
