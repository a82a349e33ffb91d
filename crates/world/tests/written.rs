//! Names in the ways in which forwarders write them; what is not sure is asked, not guessed.

mod common;

use std::time::Instant;

use common::{atlas, found, refused};
use trimodal_model::network::great_circle_km;
use trimodal_world::locate::{Located, OwnPlace, OwnPlaces};

fn km(a: &Located, at: (f64, f64)) -> f64 {
    great_circle_km((a.lat, a.lon), at)
}

#[track_caller]
fn leads_to(at: &Located, text: &str, lat: f64, lon: f64, within_km: f64) {
    let far = km(at, (lat, lon));
    assert!(far <= within_km, "{text}: {far:.0} km, {at:?}");
}

fn on_land(text: &str) -> Located {
    atlas(false).locate(text).unwrap_or_else(|p| panic!("{text}: {p} {:?}", p.hint))
}

#[test]
fn ports_keep_their_names_where_no_ship_is_asked_for() {
    for (text, lat, lon) in [
        ("Nhava Sheva", 18.95, 72.95),
        ("JNPT", 18.95, 72.95),
        ("London Gateway", 51.50, 0.48),
        ("Maasvlakte", 51.95, 4.05),
        ("Deurganckdok", 51.28, 4.30),
        ("Garden City Terminal", 32.13, -81.14),
        ("Barbours Cut", 29.68, -95.00),
        ("Deltaport", 49.02, -123.15),
        ("Tangier Med", 35.88, -5.50),
        ("Yantian", 22.57, 114.27),
        ("Yangshan", 30.63, 122.06),
        ("Vostochny", 42.74, 133.08),
        ("Calcutta", 22.57, 88.36),
        ("Beilun", 29.93, 121.95),
        ("Puerto Limon", 9.99, -83.03),
        ("Tilbury", 51.46, 0.36),
        ("Genova", 44.41, 8.93),
        ("Lázaro Cárdenas", 17.95, -102.20),
    ] {
        leads_to(&on_land(text), text, lat, lon, 40.0);
    }
    let odessa = atlas(false).locate("Odessa").expect_err("a city in Ukraine or a town in Texas");
    let hint = odessa.hint.unwrap_or_default();
    assert!(hint.contains("Odesa, UA") && hint.contains("Odessa, TX"), "{hint}");
    // The town and not its quay, if both are there.
    for (text, lat, lon) in [
        ("Tianjin", 39.14, 117.18),
        ("Mumbai", 19.07, 72.88),
        ("Istanbul", 41.01, 28.95),
        ("Antwerpen", 51.21, 4.40),
        ("Napoli", 40.85, 14.26),
        ("Madras", 13.08, 80.28),
    ] {
        leads_to(&on_land(text), text, lat, lon, 5.0);
    }
}

#[test]
fn what_may_be_a_larger_place_is_asked() {
    for (text, also) in [
        ("Posen", "Poznań"),
        ("Bruges", "Brugge"),
        ("Boulogne", "Boulogne-sur-Mer"),
        ("Newcastle, UK", "Newcastle upon Tyne"),
        ("Cordoba", "Córdoba, ES"),
        ("Manzanillo", "CUMZO"),
        ("Tripoli", "LBKYE"),
        ("Freeport", "USFPO"),
        ("Phoenix, US", "USPHX"),
        ("Charleston, US", "Charleston, WV"),
        ("Elizabeth, US", "Elizabeth, PA"),
        ("San Antonio, US", "USSAT"),
        ("Madison, US", "Madison, IN"),
        ("Ganzhou, CN", "CNGON"),
        ("San Juan, US", "PRSJU"),
        ("Willemstad, NL", "CWWIL"),
        ("Matamoros", "Heroica Matamoros"),
    ] {
        let (id, hint) = refused(text);
        assert!(id == "TM-RTE-002" && hint.contains(also), "{text}: {id} {hint}");
    }
}

#[test]
fn what_is_meant_nearly_always_is_not_asked() {
    for (text, lat, lon) in [
        ("Tongjiang, CN", 47.65, 132.50),
        ("Kingston", 17.98, -76.82),
        ("Vancouver", 49.29, -123.05),
        ("Liverpool", 53.45, -3.02),
        ("Lagos", 6.44, 3.38),
        ("Tientsin", 38.97, 117.78),
        ("Libau", 56.53, 20.99),
        // A city in another country that is called so in some language hides no town of this size.
        ("Tumen", 42.97, 129.84),
        ("Sakata", 38.91, 139.84),
        ("Zaporizhzhia", 47.85, 35.12),
        ("Villefranche-sur-Saône", 45.99, 4.72),
    ] {
        leads_to(&found(text), text, lat, lon, 15.0);
    }
}

#[test]
fn numbers_and_general_words_are_no_places() {
    for text in ["45", "4.5", "2000", "Depot", "Airport", "Port", "rail", "TERMINAL", "1/2"] {
        for sea in [false, true] {
            assert!(atlas(sea).locate(text).is_err(), "{text}");
        }
    }
}

#[test]
fn a_terminal_behind_or_before_its_town() {
    for (text, lat, lon) in [
        ("Köln Eifeltor", 50.90, 6.92),
        ("DIT Duisburg", 51.40, 6.74),
        ("Shenzhen Yantian", 22.57, 114.27),
        ("Guangzhou Nansha", 22.63, 113.66),
        ("Chengdu Qingbaijiang", 30.83, 104.17),
        ("Wien Freudenau", 48.18, 16.46),
        ("Tallinn Muuga", 59.49, 24.96),
        ("Genova Pra", 44.41, 8.90),
        ("Milano Segrate", 45.49, 9.30),
        ("Hannover-Lehrte", 52.37, 9.98),
        ("Interporto Padova", 45.41, 11.88),
        ("Stuttgart Hafen", 48.78, 9.18),
        ("Hamburger Hafen", 53.52, 9.93),
        ("Haven van Rotterdam", 51.95, 4.05),
        ("Port du Havre", 49.47, 0.16),
        ("DP World London Gateway", 51.50, 0.48),
        ("Metrans Dunajska Streda", 47.99, 17.61),
        ("Eurogate Wilhelmshaven", 53.59, 8.15),
        ("Haiphong (Lach Huyen)", 20.80, 106.91),
        ("Huangpu, Guangzhou", 23.09, 113.46),
        ("Bremen/Bremerhaven", 53.59, 8.53),
    ] {
        leads_to(&found(text), text, lat, lon, 10.0);
    }
    // What stands beside the town is not known: the town is not meant without being asked for.
    assert!(refused("Köln Xyzzy").1.contains("Köln, DE"));
    assert!(atlas(true).locate("Antwerp/Rotterdam").is_err(), "nobody knows which");
}

#[test]
fn terminals_and_border_posts_with_names_of_their_own() {
    for (text, lat, lon) in [
        ("Logport", 51.40, 6.73),
        ("DIRFT", 52.35, -1.17),
        ("BILK", 47.39, 19.10),
        ("Alliance, TX", 32.98, -97.31),
        ("Makhalino", 42.72, 130.76),
        ("Kamyshovaya, RU", 42.74, 130.62),
        ("Torkham", 34.12, 71.09),
        ("Mohan, China", 21.19, 101.69),
        ("Halkalı, Istanbul", 41.02, 28.77),
        ("NY/NJ", 40.68, -74.15),
        ("Port Elizabeth, NJ", 40.68, -74.15),
        ("Mauritius", -20.15, 57.49),
        ("Hong Kong SAR", 22.34, 114.12),
    ] {
        leads_to(&found(text), text, lat, lon, 10.0);
    }
    // A terminal does not hide a town that is called so too.
    leads_to(&found("Mohan, IN"), "Mohan, IN", 26.78, 80.67, 10.0);
    leads_to(&found("Alliance, OH"), "Alliance, OH", 40.91, -81.11, 10.0);
}

#[test]
fn countries_in_words_of_lists_and_forms() {
    for (text, lat, lon) in [
        ("Busan, Korea, Republic of", 35.08, 128.82),
        ("Busan Korea, Republic of", 35.08, 128.82),
        ("Bandar Abbas, Iran (Islamic Republic of)", 27.11, 56.06),
        ("Kaohsiung, Taiwan, Province of China", 22.56, 120.31),
        ("Kaohsiung, Taiwan (China)", 22.56, 120.31),
        ("Kwai Chung, Hong Kong, China", 22.34, 114.12),
        ("Cayenne, France", 4.85, -52.28),
        ("Dar es Salaam, Tanzania, United Republic of", -6.83, 39.29),
        ("Matadi, Congo, DR", -5.82, 13.45),
        ("Kinshasa, Congo", -4.33, 15.31),
        ("Pointe-Noire, Congo", -4.78, 11.84),
        ("Matadi Democratic Republic of the Congo", -5.82, 13.45),
        ("Novorossiysk, Russian Fed.", 44.73, 37.80),
        ("Prague, Czech Rep.", 50.09, 14.42),
        ("Caucedo, Dominican Rep.", 18.43, -69.63),
        ("Houston, EE.UU.", 29.68, -95.00),
        ("Felixstowe, Großbritannien", 51.95, 1.31),
        ("Rotterdam, Olanda", 51.95, 4.05),
        ("Abidjan, Elfenbeinküste", 5.29, -4.01),
        ("Jebel Ali, VAE", 25.01, 55.06),
        ("Hamburg, GER", 53.52, 9.93),
        ("Hamburg, D", 53.52, 9.93),
        ("Busan, 한국", 35.08, 128.82),
        ("Dammam Kingdom of Saudi Arabia", 26.49, 50.20),
        ("Los Angeles, Calif.", 33.74, -118.26),
        ("Houston, Tex.", 29.68, -95.00),
        ("BOSTON MA USA", 42.34, -71.02),
        ("Boston, MA 02101", 42.34, -71.02),
        ("Houston TX 77001", 29.68, -95.00),
        ("20457 Hamburg", 53.52, 9.93),
        ("D-20457 Hamburg, Germany", 53.52, 9.93),
        ("London EC1A 1BB, UK", 51.50, 0.48),
        ("Toronto, ON M5V 2T6", 43.65, -79.38),
        ("20121 Milano (MI)", 45.46, 9.19),
        ("Santos/SP", -23.97, -46.29),
        ("NL, Rotterdam", 51.95, 4.05),
        ("NL-Rotterdam", 51.95, 4.05),
        ("DE Hamburg", 53.52, 9.93),
        ("Netherlands, Rotterdam", 51.95, 4.05),
    ] {
        leads_to(&found(text), text, lat, lon, 10.0);
    }
    assert!(refused("Korea, Republic of").1.contains("Seoul"));
}

#[test]
fn codes_beside_names_and_codes_that_others_hid() {
    for (text, lat, lon) in [
        ("NLRTM Rotterdam", 51.95, 4.05),
        ("Rotterdam (NLRTM)", 51.95, 4.05),
        ("Rotterdam, NLRTM", 51.95, 4.05),
        ("NLRTM - Rotterdam", 51.95, 4.05),
        ("INNSA1", 18.95, 72.95),
        ("USKCK", 39.11, -94.60),
        ("CAPAS", 48.03, -65.25),
        ("CNAKL", 21.48, 111.30),
        ("AEAUH", 24.50, 54.35),
        ("FRMRS", 43.29, 5.36),
        ("GBLON", 51.51, -0.12),
        ("CNFOC", 25.43, 119.29),
    ] {
        leads_to(&found(text), text, lat, lon, 10.0);
    }
    assert!(atlas(true).locate("NLRTM Hamburg").is_err(), "the code of another town");
    // Five small letters by which a city is known are not the code of an inland place.
    leads_to(&found("bagda"), "bagda", 33.34, 44.40, 20.0);
}

/// The texts in backticks before coordinates in brackets, with these coordinates.
fn offered(hint: &str) -> Vec<(String, (f64, f64))> {
    let parts = hint.split('`').skip(1).collect::<Vec<_>>();
    let pairs = parts.chunks(2).filter(|c| c.len() == 2);
    let at = |told: &str| {
        let numbers = told.split(['(', ')', ',', ' ']).filter_map(|n| n.parse::<f64>().ok());
        let numbers: Vec<f64> = numbers.collect();
        (numbers[0], numbers[1])
    };
    pairs.map(|c| (c[0].to_string(), at(c[1]))).collect()
}

#[test]
fn what_a_hint_offers_can_be_pasted() {
    for text in ["Suzhou, CN", "Santa Cruz, PH", "Springfield", "Newcastle, UK", "Posen", "Taizhou"]
    {
        let hint = refused(text).1;
        let offers = offered(&hint);
        assert!(offers.len() > 1, "{text}: {hint}");
        for (offer, at) in offers {
            leads_to(&found(&offer), &offer, at.0, at.1, 60.0);
        }
    }
    assert!(refused("Suzhou, CN").1.contains("Anhui"), "states are told outside America too");
    for short in ["Xqzt", "Bilq", "Zyxw"] {
        assert!(!refused(short).1.contains('`'), "{short}: {}", refused(short).1);
    }
}

#[test]
fn places_of_the_user_with_their_country_and_in_hints() {
    let place = |name: &str, country: Option<&str>| OwnPlace {
        name: name.to_string(),
        lat: 51.5,
        lon: 7.0,
        country: country.map(String::from),
        id: None,
    };
    let own = OwnPlaces::new(vec![place("My Depot", Some("DE")), place("Yard Seven", None)]);
    let atlas = atlas(true).with_own_places(&own);
    for text in ["My Depot", "my depot, DE", "My Depot, Germany"] {
        let at = atlas.locate(text).unwrap_or_else(|p| panic!("{text}: {p}"));
        assert_eq!((at.lat, at.lon), (51.5, 7.0));
    }
    assert!(atlas.locate("My Depot, FR").is_err());
    let problem = atlas.locate("My Depo").expect_err("a letter is missing");
    assert!(problem.hint.clone().unwrap_or_default().contains("`My Depot`"), "{problem}");
}

#[test]
fn ports_and_terminals_by_the_names_that_are_typed() {
    for (text, name) in [
        ("Nhava", "Jawaharlal Nehru Port"),
        ("maasvl", "Rotterdam"),
        ("logpo", "Logport"),
        ("rotterd", "Rotterdam"),
    ] {
        let offers = atlas(true).suggest(text, 10);
        let mut texts: Vec<&str> = offers.iter().map(|s| s.text.as_str()).collect();
        assert!(offers.iter().any(|s| s.name == name), "{text}: {texts:?}");
        texts.sort_unstable();
        let all = texts.len();
        texts.dedup();
        assert_eq!(texts.len(), all, "{text}: {texts:?}");
    }
}

#[test]
fn refusals_cost_little() {
    let atlas = atlas(true);
    let names = [
        "Portland",
        "Springfield",
        "Alexandria, US",
        "Charleston, US",
        "Santa Cruz",
        "Köln Xyzzy",
        "Hamburg Foo Bar Baz Quux Spam",
    ];
    for name in names {
        let _ = atlas.locate(name);
        let start = Instant::now();
        for _ in 0..50 {
            assert!(atlas.locate(name).is_err(), "{name}");
        }
        let each = start.elapsed() / 50;
        println!("{name} {each:?}");
        assert!(each.as_micros() < 5_000, "{name}: {each:?}");
    }
}
