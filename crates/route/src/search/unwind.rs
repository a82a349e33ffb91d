//! The steps behind a label.

/// The steps that lead to `last`, first to last, and where they begin. `previous` is the step into a label
/// and the label before it; none where a path begins.
pub(crate) fn unwind<T>(
    last: usize,
    previous: impl Fn(usize) -> Option<(T, usize)>,
) -> (usize, Vec<T>) {
    let (mut at, mut steps) = (last, Vec::new());
    while let Some((step, before)) = previous(at) {
        steps.push(step);
        at = before;
    }
    steps.reverse();
    (at, steps)
}
