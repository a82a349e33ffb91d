//! Asks now and then whether a search must stop.

use trimodal_model::control::Control;

use crate::outcome::StopReason;

/// Labels between two looks at the control: well under a hundredth of a second.
const INTERVAL: u32 = 4_096;

/// Asks a control once every few thousand labels, beginning with the first.
pub(crate) struct StopCheck<'a> {
    control: &'a Control<'a>,
    left: u32,
}

impl<'a> StopCheck<'a> {
    pub(crate) fn new(control: &'a Control<'a>) -> StopCheck<'a> {
        StopCheck { control, left: 0 }
    }

    /// Counts a label; an error where the search must stop.
    #[inline]
    pub(crate) fn count(&mut self) -> Result<(), StopReason> {
        if self.left > 0 {
            self.left -= 1;
            return Ok(());
        }
        self.left = INTERVAL;
        self.control.stopped().map_or(Ok(()), |stopped| Err(stopped.into()))
    }
}
