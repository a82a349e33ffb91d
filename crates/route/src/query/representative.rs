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

/// Leaves out paths that nobody would choose, the worst first: of those, the ones that lose most to another.
pub(super) fn representative(mut paths: Vec<Path>) -> Vec<Path> {
    let loss = |paths: &[Path], i: usize| {
        let others = paths.iter().enumerate().filter(|(j, _)| *j != i);
        let better = others.filter(|(_, other)| is_no_choice(paths[i].cost, other.cost));
        let worst = |other: &Path| {
            let lost = |c: usize| paths[i].cost[c] as f64 / (other.cost[c] as f64).max(1.0);
            (0..3).map(lost).fold(0.0, f64::max)
        };
        better.map(|(_, other)| worst(other)).reduce(f64::max)
    };
    loop {
        let all = (0..paths.len()).filter_map(|i| Some((i, loss(&paths, i)?)));
        let Some((worst, _)) = all.max_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0))) else {
            return paths;
        };
        paths.remove(worst);
    }
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
        let chain = [[100, 200, 100], [105, 170, 105], [110, 140, 110], [116, 100, 116]];
        assert!(!kept(&chain).is_empty());
        assert!(kept(&[]).is_empty());
    }
}
