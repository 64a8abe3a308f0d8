//! Work beside the window: a job runs on another thread and answers with a value, which the window
//! takes at the head of its next frame.

use super::Desk;
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// What a job's answer does to the window.
pub(super) type Answer = Box<dyn FnOnce(&mut Desk) + Send>;

/// How far a job has come, and whether it is to stop.
#[derive(Clone, Default)]
pub struct Progress {
    permille: Arc<AtomicU32>,
    stop: Arc<AtomicBool>,
    context: Option<egui::Context>,
}

impl Progress {
    /// Says how far the job has come, 0 to 1.
    pub fn set(&self, share: f32) {
        let permille = (share.clamp(0.0, 1.0) * 1000.0) as u32;
        if self.permille.swap(permille, Ordering::Relaxed) != permille
            && let Some(context) = &self.context
        {
            // Job progress is drawn ten times a second at most.
            context.request_repaint_after(std::time::Duration::from_millis(100));
        }
    }

    /// How far the job has come.
    #[must_use]
    pub fn share(&self) -> f32 {
        self.permille.load(Ordering::Relaxed) as f32 / 1000.0
    }

    /// Asks the job to stop.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// The flag that stops the job.
    #[must_use]
    pub fn stop_flag(&self) -> &AtomicBool {
        &self.stop
    }
}

/// The way from jobs to the window.
pub(super) struct Background {
    sender: Sender<Answer>,
    receiver: Receiver<Answer>,
    context: Option<egui::Context>,
}

impl Background {
    pub(super) fn new() -> Self {
        let (sender, receiver) = unbounded();
        Self {
            sender,
            receiver,
            context: None,
        }
    }

    pub(super) fn attach(&mut self, context: &egui::Context) {
        self.context = Some(context.clone());
    }

    /// Answers that have come in.
    pub(super) fn answers(&self) -> Vec<Answer> {
        self.receiver.try_iter().collect()
    }

    /// What hands an answer to the window and wakes it.
    pub(super) fn poster(&self) -> Poster {
        Poster {
            sender: self.sender.clone(),
            context: self.context.clone(),
        }
    }

    /// Runs a job; `then` gets its value on the window's thread.
    pub(super) fn spawn<R: Send + 'static>(
        &self,
        name: &str,
        job: impl FnOnce(&Progress) -> R + Send + 'static,
        then: impl FnOnce(&mut Desk, R) + Send + 'static,
    ) -> Progress {
        let progress = Progress {
            context: self.context.clone(),
            ..Progress::default()
        };
        let (inside, poster) = (progress.clone(), self.poster());
        let spawned = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let value = job(&inside);
                poster.post(move |desk| then(desk, value));
            });
        if let Err(error) = spawned {
            tracing::error!(%error, name, "a job could not be started");
        }
        progress
    }
}

/// Hands answers to the window.
#[derive(Clone)]
pub(super) struct Poster {
    sender: Sender<Answer>,
    context: Option<egui::Context>,
}

impl Poster {
    pub(super) fn post(&self, answer: impl FnOnce(&mut Desk) + Send + 'static) {
        // A window that has gone takes no more answers.
        if self.sender.send(Box::new(answer)).is_ok()
            && let Some(context) = &self.context
        {
            context.request_repaint();
        }
    }
}
