//! Ctrl-C.

use trimodal::model::control::Cancel;

/// A cancellation token that Ctrl-C sets. Call it once per run: the process has one handler.
pub fn switch() -> Cancel {
    let cancel = Cancel::new();
    let handler = cancel.clone();
    // Where no handler can be set, an interrupt ends the process, as it does by default.
    let _ = ctrlc::set_handler(move || handler.cancel());
    cancel
}
