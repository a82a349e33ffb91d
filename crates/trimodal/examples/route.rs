//! One question: how does a container go from Mombasa to Kampala?

use trimodal::{Control, Problems, RouteRequest, Shipment, World};

fn main() -> Result<(), Problems> {
    let world = World::load();
    let request = RouteRequest {
        shipment: Shipment { avoid: vec!["TZ".into()], ..Shipment::default() },
        ..RouteRequest::new("Mombasa", "Kampala")
    };
    let routes = world.route(&request, &Control::none())?;
    for it in &routes.itineraries {
        println!(
            "{:<12} {:6.1} h {:7.0} USD {:6.0} kg CO2e",
            it.chain, it.time_h, it.cost_usd, it.co2e_kg
        );
    }
    routes.attribution.iter().for_each(|line| println!("{line}"));
    Ok(())
}
