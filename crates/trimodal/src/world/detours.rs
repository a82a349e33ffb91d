//! Looks for cut lines between the larger cities of each region.

use serde::Deserialize;
use trimodal_model::Control;
use trimodal_model::problem::{BAD_VALUE, Problem, Problems};
use trimodal_route::detours::{Accepted, City, Detours, detours};
use trimodal_route::graph::Graph;
use trimodal_world::Gazetteer;

use super::World;

/// The largest cities of a region that are measured.
pub const CITIES: usize = 170;

/// Where to look for cut lines.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DetoursRequest {
    /// A region of `regions.csv`; none: all of them.
    pub region: Option<String>,
}

#[derive(Deserialize)]
struct Region {
    region: String,
    countries: String,
}

impl World {
    /// The pairs of larger cities, 40 to 600 km apart, whose way by rail or by road is missing or long, and
    /// what explains them. The law is set aside and closed borders count as open.
    pub fn detours(
        &self,
        request: &DetoursRequest,
        control: &Control,
    ) -> Result<Detours, Problems> {
        if self.own.is_some() && request.region.is_none() {
            return Ok(self.towns_apart(CITIES, control));
        }
        let regions = regions(request)?;
        let accepted = Accepted::read(trimodal_world::DETOURS_ACCEPTED)
            .map_err(|e| unreadable("detours_accepted.csv", &e))?;
        let cities: Vec<City> = regions.iter().flat_map(|r| largest(&self.places, r)).collect();
        let graph = Graph::new(self.network.clone());
        Ok(detours(&graph, &cities, &accepted, control))
    }
}

fn unreadable(file: &str, why: &str) -> Problem {
    Problem::new(BAD_VALUE, format!("{file} cannot be read: {why}"))
}

fn regions(request: &DetoursRequest) -> Result<Vec<Region>, Problems> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(trimodal_world::REGIONS.as_bytes());
    let all: Vec<Region> = reader
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|e| unreadable("regions.csv", &e.to_string()))?;
    let Some(wanted) = &request.region else { return Ok(all) };
    let names: Vec<String> = all.iter().map(|r| r.region.clone()).collect();
    let found: Vec<Region> = all.into_iter().filter(|r| r.region == *wanted).collect();
    if found.is_empty() {
        let problem = Problem::new(BAD_VALUE, format!("`{wanted}` is no region"));
        return Err(problem.hint(format!("choose one of {}", names.join(", "))).into());
    }
    Ok(found)
}

/// The largest cities of a region.
fn largest(places: &Gazetteer, region: &Region) -> Vec<City> {
    let mut mine: Vec<u32> = (0..places.len() as u32)
        .filter(|p| region.countries.split(' ').any(|c| c == places.country_code(*p)))
        .collect();
    mine.sort_by_key(|p| (std::cmp::Reverse(places.population[*p as usize]), *p));
    mine.truncate(CITIES);
    let city = |p: u32| City {
        name: places.name(p).to_string(),
        country: places.country_code(p).to_string(),
        region: region.region.clone(),
        at: trimodal_model::network::degrees(places.at_e3[p as usize]),
    };
    mine.into_iter().map(city).collect()
}
