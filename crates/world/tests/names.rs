//! Names as people write them.

use std::sync::OnceLock;

use trimodal_model::network::{LinkId, Network, NetworkElement};
use trimodal_world::Gazetteer;
use trimodal_world::locate::{Atlas, Located};

fn atlas() -> Atlas<'static> {
    static WORLD: OnceLock<(Network, Gazetteer)> = OnceLock::new();
    let (network, places) =
        WORLD.get_or_init(|| (trimodal_world::network(), trimodal_world::places()));
    Atlas::new(network, places)
}

fn found(text: &str) -> Located {
    atlas().locate(text).unwrap_or_else(|p| panic!("{text}: {p}"))
}

fn refused(text: &str) -> (String, String) {
    let problem = atlas().locate(text).expect_err(text);
    (problem.code.id.to_string(), problem.hint.unwrap_or_default())
}

fn near(text: &str, lat: f64, lon: f64) {
    let at = found(text);
    assert!((at.lat - lat).abs() < 0.3 && (at.lon - lon).abs() < 0.3, "{text}: {at:?}");
}

#[test]
fn case_accents_scripts_and_countries() {
    for name in ["München", "munchen", "MUNICH", "Munich, DE", "Munich, Germany"] {
        near(name, 48.14, 11.58);
    }
    for name in ["Xi'an", "Xi’an", "xian", "Xi An"] {
        near(name, 34.26, 108.93);
    }
    near("Москва", 55.75, 37.62);
    near("Paris", 48.85, 2.35);
    near("Paris, FR", 48.85, 2.35);
    near("Khasan", 42.43, 130.65);
    near("Kazan", 55.79, 49.12);
    near("  Rotterdam ", 51.92, 4.48);
    near("Rome", 41.89, 12.51);
}

#[test]
fn ports_and_coordinates() {
    let port = found("KRPUS");
    assert!(port.port.is_some() && port.country.is_some());
    near("KPRJN", 42.24, 130.29);
    for text in ["-33.9,18.4", " -33.9 , 18.4 ", "-33.900,18.400"] {
        assert_eq!((found(text).lat, found(text).lon), (-33.9, 18.4));
    }
    assert_eq!(found("90,180").lat, 90.0);
}

#[test]
fn what_cannot_be_found_is_answered() {
    assert_eq!(refused("Rotterdamm").0, "TM-RTE-001");
    assert!(refused("Rotterdamm").1.contains("Rotterdam, NL"));
    assert!(refused("Springfield").1.matches("Springfield").count() > 3);
    assert!(refused("Paris, DE").1.contains("Paris, FR"));
    for text in ["NaN,1", "1,inf", "91,0", "-90.5,0", "0,181", "1e400,0"] {
        assert_eq!(refused(text).0, "TM-RTE-003", "{text}");
    }
    assert!(refused("139.7,35.7").1.contains("35.7,139.7"));
    for text in ["", ",", ", FR", "🚂", "x", "0", "KRPU", &"a".repeat(10_000)] {
        assert!(atlas().locate(text).is_err(), "{text}");
    }
}

#[test]
fn things_to_avoid() {
    let things = |text: &str| atlas().things(text).unwrap_or_else(|p| panic!("{text}: {p}"));
    assert!(matches!(things("suez")[..], [NetworkElement::Passage(_)]));
    assert!(matches!(things("Suez Canal")[..], [NetworkElement::Passage(_)]));
    assert!(matches!(things("RU")[..], [NetworkElement::Country(_)]));
    assert_eq!(things("RU"), things("russia"));
    assert!(matches!(things("port:KRPUS")[..], [NetworkElement::Terminal(_)]));
    assert!(matches!(things("terminal:brest-malaszewicze")[..], [NetworkElement::Terminal(_)]));
    assert!(things("border:BY-PL").len() > 3, "all crossings of a pair");
    assert_eq!(things("border:BY-PL"), things("border:PL-BY"));
    let network = atlas().network;
    for l in [0, network.links() / 2, network.links() - 1] {
        let link = LinkId::at(l);
        let found = things(&format!("link:{}", network.link_name(link)));
        assert_eq!(found.len(), 1);
    }
    for (text, hint) in [("sueze", "suez"), ("port:KRPUZ", "KRPUS"), ("borders:BY-PL", "border")] {
        let problem = atlas().things(text).expect_err(text);
        assert!(problem.hint.unwrap_or_default().contains(hint), "{text}");
    }
}

#[test]
fn an_id_stands_for_lines_that_agree_in_everything() {
    let n = atlas().network;
    let mut ids: Vec<(String, LinkId)> =
        (0..n.links()).map(LinkId::at).map(|l| (n.link_name(l), l)).collect();
    ids.sort();
    let shared: Vec<&[(String, LinkId)]> =
        ids.chunk_by(|a, b| a.0 == b.0).filter(|c| c.len() > 1).collect();
    assert!(shared.len() < n.links() / 1_000, "{} ids are shared", shared.len());
    let same = |l: LinkId| {
        let mut ends = [n.tail[l.ix()], n.head[l.ix()]].map(|node| n.node_e3[node.ix()]);
        ends.sort();
        (n.layer_of(l), ends, n.raw_m[l.ix()])
    };
    for twins in &shared {
        assert!(twins.iter().all(|t| same(t.1) == same(twins[0].1)), "{twins:?}");
    }
    let (id, _) = shared[0][0].clone();
    let all: Vec<LinkId> = shared[0].iter().map(|t| t.1).collect();
    assert_eq!(atlas().link(&id).unwrap_or_else(|p| panic!("{p}")), all);
}

#[test]
fn a_country_code_after_brackets_is_no_town() {
    near("Buenos Aires (Puerto Nuevo), AR", -34.6, -58.4);
    near("New York (Newark), US", 40.7, -74.1);
    near("Sao Paulo (Guarulhos), BR", -23.5, -46.5);
    near("Haiphong (Lach Huyen), VN", 20.8, 106.9);
    near("Matarbari, BD", 21.69, 91.86);
    near("EGSCN", 30.45, 32.35);
    near("TNJAR", 33.5, 11.12);
}
