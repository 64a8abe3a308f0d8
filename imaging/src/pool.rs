//! The threads that read files. They are not those of the rest of the program: a drawing that shares
//! its work among threads must not wait behind a thousand slices.

use rayon::ThreadPool;
use std::sync::OnceLock;

static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();

/// Runs `work` so that its parallel parts run on the reading threads; called on one of them, it goes on
/// there.
pub(crate) fn in_pool<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    let pool = POOL.get_or_init(|| {
        rayon::ThreadPoolBuilder::new()
            .thread_name(|number| format!("read-{number}"))
            .build()
            .ok()
    });
    // without threads of its own the work runs on those that are there
    match (pool, rayon::current_thread_index()) {
        (Some(pool), None) => pool.install(work),
        _ => work(),
    }
}
