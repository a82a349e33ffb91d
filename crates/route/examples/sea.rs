//! Measures published distances at sea: `sea FILE [DRAUGHT]`.
use trimodal_route::sea_audit::{PublishedSeaDistance, sea_audit};
fn main() {
    let file = std::env::args().nth(1).expect("a file");
    let draught = std::env::args().nth(2).map_or(8.0, |d| d.parse().expect("metres"));
    let rows: Vec<PublishedSeaDistance> = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_path(file)
        .unwrap()
        .deserialize()
        .collect::<Result<_, _>>()
        .unwrap();
    let mut n = trimodal_world::network();
    n.length_factor[1] = 1.0;
    let a = sea_audit(&n, &rows, draught);
    for long in [0.0, 300.0] {
        let d: Vec<f64> = a
            .distances
            .iter()
            .filter(|d| d.published_km >= long)
            .map(|d| d.error_pct.map_or(999.0, f64::abs))
            .collect();
        let w = |x: f64| d.iter().filter(|e| **e <= x).count() as f64 / d.len() as f64 * 100.0;
        eprintln!("{} rows from {long} km: 3 % {:.1} 8 % {:.1}", d.len(), w(3.0), w(8.0));
    }
    eprintln!(
        "rows {} unmeasured {} median abs {:.2} median {:.2} 3 % {:.3} 8 % {:.3}",
        a.rows,
        a.unmeasured,
        a.median_abs_error_pct,
        a.median_error_pct,
        a.within_3_pct,
        a.within_8_pct
    );
    let mut all = a.distances;
    all.sort_by(|x, y| x.error_pct.unwrap_or(999.0).total_cmp(&y.error_pct.unwrap_or(999.0)));
    for d in all {
        println!(
            "{:+.1} % {} - {}: {} {:.1} {:?}",
            d.error_pct.unwrap_or(999.0),
            d.from,
            d.to,
            d.published_km,
            d.measured_km.unwrap_or(0.0),
            d.ports.unwrap_or_default()
        );
    }
}
