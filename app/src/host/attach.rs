//! What eframe attaches to the contexts of its own windows, for the windows that are ours.

/// Fonts of the system behind the bundled ones; they are looked up on a thread of their own.
pub(super) fn system_fonts(ctx: &egui::Context) {
    let provider = egui_system_font_provider::SystemFontProvider::new();
    ctx.add_font_provider(std::sync::Arc::new(provider));
}

/// Serves the accessibility tree when the environment asks for it; only in builds for tests.
pub(super) fn inspection(ctx: &egui::Context, title: &str) {
    #[cfg(feature = "inspection")]
    if let Err(error) = egui_inspection::attach_from_env(ctx, Some(title.to_owned())) {
        tracing::warn!(%error, "inspection cannot listen");
    }
    #[cfg(not(feature = "inspection"))]
    let _ = (ctx, title);
}
