//! Ctrl-C.

use trimodal::model::control::Cancel;

/// A switch that Ctrl-C turns. Ask for it once a run: the process has one handler.
pub fn switch() -> Cancel {
    let cancel = Cancel::new();
    let handler = cancel.clone();
    // Where no handler can be set, an interrupt ends the process as it always did.
    let _ = ctrlc::set_handler(move || handler.cancel());
    cancel
}
