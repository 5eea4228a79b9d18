//! Bars on a terminal, nothing in a pipe.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar that counts bytes.
pub(super) fn bytes(message: &'static str, of: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(of), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{msg:<12} [{bar:30}] {bytes}/{total_bytes}, {eta} left");
    bar.set_style(style.expect("the template is well-formed").progress_chars("=> "));
    bar.set_message(message);
    bar
}
