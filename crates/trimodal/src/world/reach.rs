//! Whether a point is in reach of the network, and what is missing where it is not.

use trimodal_model::problem::{OFF_NETWORK, Problem};
use trimodal_route::{Closures, Point, Request, Router};

/// A point must be in reach of some network, whatever modes are asked for.
pub(crate) fn off_network(router: &Router, point: &Point, request: &Request) -> Option<Problem> {
    let open = request.closures.clone().without_dated();
    let all = Closures { modes: Default::default(), areas: None, ..open };
    let within = if request.snap_km > 0.0 { request.snap_km } else { return None };
    if router.meets_network(point, &all, within) {
        return None;
    }
    let nearest = router.nearest(point, &all).join("; ");
    let cut_off = router.is_cut_off(point, &all, within);
    let (message, hint) = match cut_off {
        true => {
            let missing = router.across(point, all.cargo, within).join("; ");
            let message = format!("water cuts {} off from every network", point.name);
            (message, format!("{missing}; {nearest}"))
        }
        false => {
            let message = format!("{} is more than {within} km from every network", point.name);
            (message, format!("{nearest}; allow more with --snap-km"))
        }
    };
    Some(Problem::new(OFF_NETWORK, message).hint(hint))
}
