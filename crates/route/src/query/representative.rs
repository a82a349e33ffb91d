//! The part of a Pareto set that is worth listing: paths that a person would tell apart.

use crate::cost::CostVector;
use crate::search::Path;

/// A path that gains less than this share on another in every criterion
const GAIN: f64 = 0.07;
/// and loses more than this share in one is not worth choosing over it.
const LOSS: f64 = 0.15;

/// Whether nobody would choose a cost where another is to be had.
fn is_no_choice(cost: CostVector, other: CostVector) -> bool {
    let ratio = |c: usize| other[c] as f64 / (cost[c] as f64).max(1.0);
    (0..3).all(|c| ratio(c) <= 1.0 + GAIN) && (0..3).any(|c| ratio(c) <= 1.0 / (1.0 + LOSS))
}

/// The most that a cost loses to another in one criterion.
fn loss(cost: CostVector, other: CostVector) -> f64 {
    (0..3).map(|c| cost[c] as f64 / (other[c] as f64).max(1.0)).fold(0.0, f64::max)
}

/// Leaves out paths that nobody would choose over one that is listed.
///
/// A path that is left out itself is no reason to leave out another: the small gains that are given up would add up.
/// So a path is listed as soon as all that are better than it are left out; where each of the undecided has a better
/// one, that which loses least is listed.
pub(super) fn representative(paths: Vec<Path>) -> Vec<Path> {
    let costs: Vec<CostVector> = paths.iter().map(|p| p.cost).collect();
    let mut listed = vec![false; costs.len()];
    let mut undecided: Vec<usize> = (0..costs.len()).collect();
    while !undecided.is_empty() {
        let worst = |i: usize| {
            let others =
                undecided.iter().filter(|j| **j != i && is_no_choice(costs[i], costs[**j]));
            others.map(|j| loss(costs[i], costs[*j])).fold(0.0, f64::max)
        };
        let least = undecided.iter().map(|i| (worst(*i), *i)).min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, next)) = least else { break };
        listed[next] = true;
        undecided.retain(|i| *i != next && !is_no_choice(costs[*i], costs[next]));
    }
    paths.into_iter().zip(listed).filter_map(|(path, listed)| listed.then_some(path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::State;

    fn kept(costs: &[CostVector]) -> Vec<CostVector> {
        let path =
            |cost: &CostVector| Path { cost: *cost, start: State(0), source: 0, steps: vec![] };
        representative(costs.iter().map(path).collect()).iter().map(|p| p.cost).collect()
    }

    #[test]
    fn a_few_per_cent_do_not_buy_a_truck_beside_the_train() {
        assert_eq!(kept(&[[95, 200, 200], [100, 100, 100]]), [[100, 100, 100]]);
        // A tenth faster is a choice, whatever it costs.
        assert_eq!(kept(&[[90, 200, 200], [100, 100, 100]]).len(), 2);
        // So are small differences both ways.
        assert_eq!(kept(&[[95, 105, 100], [100, 100, 100]]).len(), 2);
    }

    #[test]
    fn one_always_remains() {
        assert_eq!(kept(&[[100, 100, 100]; 3]).len(), 3);
        assert!(kept(&[]).is_empty());
    }

    #[test]
    fn what_is_left_out_is_no_reason_to_leave_out_another() {
        let chain = [[100, 200, 100], [105, 170, 105], [110, 140, 110], [116, 100, 116]];
        assert_eq!(kept(&chain), [chain[1], chain[3]]);
        // The second is better than the first, the third than the second, but the third is 11 % slower than the first.
        let chain = [[100, 400, 100], [105, 200, 105], [111, 150, 111]];
        assert_eq!(kept(&chain), [chain[0], chain[2]]);
    }

    #[test]
    fn every_path_left_out_has_a_better_one_that_is_listed() {
        let mut seed = 1_u64;
        let mut roll = || {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            100 + (seed >> 33) % 60
        };
        for _ in 0..500 {
            let costs: Vec<CostVector> = (0..12).map(|_| [roll(), roll(), roll()]).collect();
            let kept = kept(&costs);
            let is_covered =
                |c: &CostVector| kept.contains(c) || kept.iter().any(|k| is_no_choice(*c, *k));
            assert!(costs.iter().all(is_covered), "{costs:?} {kept:?}");
        }
    }
}
