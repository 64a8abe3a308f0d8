//! Commands.
/// Runs.
pub fn run(args: impl IntoIterator<Item = std::ffi::OsString>) -> std::process::ExitCode {
    let args: Vec<String> = args.into_iter().map(|a| a.to_string_lossy().into_owned()).collect();
    let done = if args.get(1).is_some_and(|a| a == "play") {
        let out = args.iter().position(|a| a == "--out").and_then(|i| args.get(i + 1)).cloned().unwrap_or_default();
        crate::play::run(&args[2], std::path::Path::new(&out), args.iter().any(|a| a == "--offscreen"), crate::host::RendererChoice::Auto)
    } else {
        crate::desk::open_window(crate::desk::StartAs { project: args.get(1).map(Into::into), ..Default::default() }, crate::host::RendererChoice::Auto)
    };
    match done { Ok(()) => std::process::ExitCode::SUCCESS, Err(e) => { tracing::error!("{e:?}"); std::process::ExitCode::FAILURE } }
}
