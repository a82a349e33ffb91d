//! The waiting formula against simulated GI/G/c queues over a grid: the errors that its documentation states.
//!
//! Waits come from the recursion of J. Kiefer and J. Wolfowitz ("On the theory of queues with many
//! servers", Trans. AMS 78, 1955), which shares nothing with the engine but the distributions.

use trimodal_des::distribution::{Distribution, Sampler, Stream, stream};
use trimodal_model::waiting::wait_over_service;

/// Mean wait over mean service of a queue with gamma arrivals and lognormal service.
fn simulated(servers: usize, rho: f64, ca2: f64, cs2: f64, customers: usize) -> f64 {
    let name = format!("{servers} {rho} {ca2} {cs2}");
    let arrivals = Distribution::renewal(1.0 / (servers as f64 * rho), ca2);
    let service = Distribution::around(1.0, cs2.sqrt());
    let ready = |d: Distribution| d.sampler().expect("a distribution");
    let (arrivals, service): (Sampler, Sampler) = (ready(arrivals), ready(service));
    let mut random: Stream = stream(1, 0, &name, "grid");
    // Work left at each server, least first.
    let mut left = vec![0.0; servers];
    let warm = customers / 10;
    let mut sum = 0.0;
    for customer in 0..customers {
        if customer >= warm {
            sum += left[0];
        }
        left[0] += service.draw(&mut random);
        let mut at = 0;
        while at + 1 < servers && left[at] > left[at + 1] {
            left.swap(at, at + 1);
            at += 1;
        }
        let gap = arrivals.draw(&mut random);
        left.iter_mut().for_each(|w| *w = (*w - gap).max(0.0));
    }
    sum / (customers - warm) as f64
}

#[test]
fn errs_no_more_than_it_says() {
    let (mut cells, mut sum, mut over, mut under) = (0, 0.0, 0.0_f64, 0.0_f64);
    for servers in [1_u32, 2, 4] {
        for rho in [0.5, 0.7, 0.85] {
            for ca2 in [0.1, 0.4, 1.0] {
                for cs2 in [0.04, 0.16, 0.25, 1.0] {
                    let wait = simulated(servers as usize, rho, ca2, cs2, 200_000);
                    if !(0.1..=1.0).contains(&wait) {
                        continue;
                    }
                    let error = wait_over_service(rho, servers, ca2, cs2) - wait;
                    cells += 1;
                    sum += error.abs();
                    over = over.max(error);
                    under = under.min(error);
                }
            }
        }
    }
    let mean = sum / f64::from(cells);
    println!("{cells} cells: mean {mean:.4}, from {under:.3} to {over:.3}");
    assert!(cells >= 30, "only {cells} cells in the range that matters");
    assert!(mean < 0.035 && over < 0.16 && under > -0.11, "{mean} {under} {over}");
}
