//! A part of the world as a scenario.

use trimodal_extract::simplify::{Region, simplify};
use trimodal_model::Files;
use trimodal_model::control::Control;
use trimodal_model::network::{PassageId, PassageKind};
use trimodal_model::problem::{BAD_VALUE, OUT_OF_TIME, Problem, Problems};
use trimodal_route::graph::Graph;
use trimodal_route::{Cargo, Closures, Parameters, ShipClass};

use super::World;
use super::info::attribution;
use crate::inputs::point;
use crate::shipment::Findings;

/// Which part of the world.
#[derive(Debug, Clone, PartialEq)]
pub enum ExtractRegion {
    /// So many km (1 to 3,000) around a place, a port or `lat,lon`.
    Around(String, f64),
    /// Sides in degrees: south, west, north, east.
    Box([f64; 4]),
}

/// A part of the world as a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtractRequest {
    /// Which part.
    pub region: ExtractRegion,
    /// How many terminals at most, those nearest to its middle.
    pub terminals: u16,
}

/// The files of a scenario, or none where no two terminals are joined inside the region.
#[derive(Debug, Clone)]
pub struct Extracted {
    /// Name of the region.
    pub name: String,
    /// The files; capacities, vehicles and demand are defaults, marked `assumed`.
    pub files: Option<Files>,
    /// Places, or where there are no files the terminals found.
    pub places: usize,
    /// Links.
    pub links: usize,
    /// Terminals that were left out because there were too many.
    pub left_out: usize,
    /// Who made the data that it derives from.
    pub attribution: Vec<String>,
}

impl World {
    /// A part of the world as the files of a scenario. A part that is not whole is of no use: work that is stopped
    /// ends with a problem, and the control tells why.
    pub fn extract(
        &self,
        request: &ExtractRequest,
        control: &Control,
    ) -> Result<Extracted, Problems> {
        let mut found = Findings::default();
        let Some((name, region)) = self.region(&request.region, &mut found) else {
            return Err(found.refused());
        };
        if !found.problems.is_empty() {
            return Err(found.refused());
        }
        let parameters = Parameters::default();
        let ship = ShipClass::default_for(Cargo::Containers).ship();
        let mut closures = Closures::by_default(&self.network, ship);
        let ferries = self.network.passages.iter().enumerate();
        let ferries = ferries.filter(|(_, p)| p.kind == PassageKind::Ferry);
        // A scenario has no ferries: they would be roads and tracks over the water.
        closures.passages.extend(ferries.map(|(i, _)| PassageId::at(i)));
        let graph = Graph::new(self.network.clone());
        let most = usize::from(request.terminals);
        let made = simplify(&graph, &closures, &region, most, control).and_then(|part| {
            control.step("tables", 0, 0);
            let files =
                trimodal_extract::scenario(&name, &self.network, &parameters, &part, control)?;
            Ok((part, files))
        });
        let (part, files) = match made {
            Ok(made) => made,
            Err(why) => {
                let message = format!("stopped without a result: {why}");
                let hint = "ask for a smaller part or fewer --terminals";
                found.problems.push(Problem::new(OUT_OF_TIME, message).hint(hint));
                return Err(found.refused());
            }
        };
        Ok(Extracted {
            name,
            files,
            places: part.spots.len(),
            links: part.lines.len(),
            left_out: part.left_out,
            attribution: attribution(),
        })
    }

    fn region(&self, region: &ExtractRegion, found: &mut Findings) -> Option<(String, Region)> {
        match region {
            ExtractRegion::Around(place, km) => {
                let km = found.within("--km", *km, 1.0, 3_000.0);
                let middle = self.atlas().locate(place).map(point).map_err(|p| vec![p]);
                let middle = found.keep(middle)?;
                let name = format!("{km} km around {}", middle.name);
                Some((name, Region::Around((middle.lat, middle.lon), km)))
            }
            ExtractRegion::Box(sides) => {
                let [south, west, north, east] = *sides;
                let sound = (-90.0..=90.0).contains(&south)
                    && (-90.0..=90.0).contains(&north)
                    && south < north
                    && west != east
                    && [west, east].iter().all(|v| (-180.0..=180.0).contains(v));
                let text = format!("{south},{west},{north},{east}");
                if !sound {
                    let message = format!(
                        "--bbox has its south at {south}, west at {west}, north at {north} and east at {east}"
                    );
                    let hint = "degrees, the south below the north; a west above the east crosses 180 degrees";
                    found.problems.push(Problem::new(BAD_VALUE, message).hint(hint));
                    return None;
                }
                Some((text, Region::Box(*sides)))
            }
        }
    }
}
