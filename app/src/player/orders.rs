//! What passes between the player's thread and the window's.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use egui::Event;

use super::error::PlayerError;
use super::letters::Lettering;
use super::widget::Widget;

/// Events for the window.
#[derive(Default)]
struct Order {
    events: Vec<Event>,
    more: More,
    /// Has a frame of its own: what a press does must be seen before the release.
    alone: bool,
    ticket: u64,
}

/// What happens to a window beside events.
#[derive(Default)]
pub(super) struct More {
    /// Files and folders that are dropped on it.
    pub(super) dropped: Vec<PathBuf>,
    /// Its graphics device goes.
    pub(super) loses_device: bool,
}

/// What the window's last frames have shown.
#[derive(Default)]
pub(super) struct State {
    pub(super) widgets: Vec<Widget>,
    /// Frames drawn.
    pub(super) passes: u64,
    /// The last frame asked for no other at once.
    pub(super) quiet: bool,
    /// Orders up to this ticket are in frames that are drawn.
    pub(super) done: u64,
    pub(super) closed: bool,
    /// What the last frame painted in letters, when that was asked for.
    pub(super) letters: Option<Vec<Lettering>>,
    wants_letters: bool,
    taken: u64,
    last_ticket: u64,
    orders: VecDeque<Order>,
    ctx: Option<egui::Context>,
}

#[derive(Default)]
pub(super) struct Shared {
    /// What the hand has done.
    pub(super) counter: super::operations::Counter,
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic on the other side leaves plain values behind.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn read<T>(&self, reader: impl FnOnce(&State) -> T) -> T {
        reader(&self.lock())
    }

    pub(super) fn ctx(&self) -> Option<egui::Context> {
        self.read(|state| state.ctx.clone())
    }

    /// Queues events and wakes the window; returns the ticket that [`State::done`] will reach.
    pub(super) fn order(&self, events: Vec<Event>, alone: bool) -> Result<u64, PlayerError> {
        self.queue(Order {
            events,
            alone,
            ..Order::default()
        })
    }

    /// Queues what happens beside events, as [`Self::order`] does these.
    pub(super) fn order_more(&self, more: More) -> Result<u64, PlayerError> {
        self.queue(Order {
            more,
            alone: true,
            ..Order::default()
        })
    }

    fn queue(&self, order: Order) -> Result<u64, PlayerError> {
        let (ticket, ctx) = {
            let mut state = self.lock();
            if state.closed {
                return Err(PlayerError::Closed);
            }
            state.last_ticket += 1;
            state.quiet = false;
            let ticket = state.last_ticket;
            state.orders.push_back(Order { ticket, ..order });
            (ticket, state.ctx.clone())
        };
        if let Some(ctx) = ctx {
            // Also a hidden window has to draw.
            ctx.send_viewport_cmd_to(
                egui::ViewportId::ROOT,
                egui::ViewportCommand::RequestPaintWhileHidden,
            );
        }
        Ok(ticket)
    }

    /// Waits until the state is as wanted.
    pub(super) fn wait(
        &self,
        patience: Duration,
        wanted: impl Fn(&State) -> bool,
    ) -> Result<(), PlayerError> {
        let end = Instant::now() + patience;
        let mut state = self.lock();
        loop {
            if wanted(&state) {
                return Ok(());
            }
            if state.closed {
                return Err(PlayerError::Closed);
            }
            let rest = end.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return Err(PlayerError::NoAnswer { waited: patience });
            }
            state = self
                .changed
                .wait_timeout(state, rest)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    pub(super) fn begin(&self, ctx: &egui::Context) {
        self.lock().ctx = Some(ctx.clone());
    }

    pub(super) fn end(&self) {
        let ctx = {
            let mut state = self.lock();
            state.closed = true;
            state.ctx.take()
        };
        drop(ctx);
        self.changed.notify_all();
    }

    /// Moves the events of the next frame into `target`, and what happens beside them into `more`: one
    /// order that must be alone, or all movements before the next such order. True when more orders wait.
    pub(super) fn take(&self, target: &mut Vec<Event>, more: &mut More) -> bool {
        let mut state = self.lock();
        let mut any = false;
        while let Some(order) = state.orders.front() {
            if order.alone && any {
                break;
            }
            let alone = order.alone;
            if let Some(order) = state.orders.pop_front() {
                target.extend(order.events);
                more.dropped.extend(order.more.dropped);
                more.loses_device |= order.more.loses_device;
                state.taken = order.ticket;
            }
            any = true;
            if alone {
                break;
            }
        }
        !state.orders.is_empty()
    }

    /// Asks the next frame for what it paints in letters.
    pub(super) fn ask_letters(&self) {
        let mut state = self.lock();
        state.letters = None;
        state.wants_letters = true;
    }

    pub(super) fn wants_letters(&self) -> bool {
        self.read(|state| state.wants_letters)
    }

    pub(super) fn lettered(&self, letters: Vec<Lettering>) {
        let mut state = self.lock();
        state.letters = Some(letters);
        state.wants_letters = false;
    }

    /// A frame has been drawn.
    pub(super) fn drawn(&self, widgets: Option<Vec<Widget>>, quiet: bool) {
        {
            let mut state = self.lock();
            if let Some(widgets) = widgets {
                state.widgets = widgets;
            }
            state.passes += 1;
            state.done = state.taken;
            state.quiet = quiet && state.orders.is_empty();
        }
        self.changed.notify_all();
    }
}
