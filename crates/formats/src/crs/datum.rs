//! Datums: which system a text names by its code, and the way from a datum that a text only names to WGS 84.

/// Geographic systems of the EPSG list whose unit is the grad.
pub const IN_GRADS: [u16; 8] = [4807, 4811, 4816, 4819, 4821, 4901, 4902, 7400];

/// A geographic system of the EPSG list for each name of a datum, in the plain form of [`plain`].
const BY_NAME: [(&str, u16); 58] = [
    ("adindan", 4201),
    ("ainelabd1970", 4204),
    ("amersfoort", 4289),
    ("arc1950", 4209),
    ("arc1960", 4210),
    ("australian1966", 4202),
    ("australian1984", 4203),
    ("australiangeodeticdatum1966", 4202),
    ("australiangeodeticdatum1984", 4203),
    ("beijing1954", 4214),
    ("belge1972", 4313),
    ("bogota", 4218),
    ("bogota1975", 4218),
    ("ch1903", 4149),
    ("ch1903+", 4150),
    ("corregoalegre", 4225),
    ("corregoalegre197072", 4225),
    ("datum73", 4274),
    ("dealulpiscului1970", 4317),
    ("deutscheshauptdreiecksnetz", 4314),
    ("european1950", 4230),
    ("europeandatum1950", 4230),
    ("ggrs1987", 4121),
    ("greekgeodeticreferencesystem1987", 4121),
    ("hongkong1980", 4611),
    ("hungarian1972", 4237),
    ("hungariandatum1972", 4237),
    ("indian1975", 4240),
    ("ireland1965", 4299),
    ("kertau", 4245),
    ("kertau1968", 4245),
    ("koreandatum1985", 4162),
    ("lisbon", 4207),
    ("lisbon1937", 4207),
    ("mgi", 4312),
    ("militargeographischeinstitut", 4312),
    ("militargeographischeinstitute", 4312),
    ("minna", 4263),
    ("montemario", 4265),
    ("newzealand1949", 4272),
    ("newzealandgeodeticdatum1949", 4272),
    ("ngo1948", 4273),
    ("nouvelletriangulationfrancaise", 4275),
    ("nouvelletriangulationfrancaiseparis", 4275),
    ("ntf", 4275),
    ("osgb1936", 4277),
    ("provisionalsouthamerican1956", 4248),
    ("provisionalsouthamericandatum1956", 4248),
    ("pulkovo1942", 4284),
    ("pulkovo1995", 4200),
    ("reseaunationalbelge1972", 4313),
    ("rt1990", 4124),
    ("sjtsk", 4156),
    ("southamerican1969", 4618),
    ("southamericandatum1969", 4618),
    ("systemjednotnetrigonometrickesitekatastralni", 4156),
    ("timbalai1948", 4298),
    ("tokyo", 4301),
];

/// The shifts of datums that PROJ knows by a word.
const BY_WORD: [(&str, &str); 6] = [
    ("+datum=OSGB36", "446.448,-125.157,542.06,0.1502,0.247,0.8421,-20.4894"),
    ("+datum=potsdam", "598.1,73.7,418.2,0.202,0.045,-2.455,6.7"),
    ("+datum=hermannskogel", "577.326,90.129,463.919,5.137,1.474,5.297,2.4232"),
    ("+datum=ire65", "482.53,-130.596,564.557,-1.042,-0.214,-0.631,8.15"),
    ("+datum=nzgd49", "59.47,-5.04,187.44,0.47,-0.1,1.024,-4.5993"),
    ("+datum=GGRS87", "-199.87,74.79,246.62"),
];

/// The part of well-known text without heights, of what has both.
pub fn horizontal(text: &str) -> &str {
    let upper = text.to_ascii_uppercase();
    let of = |word: &str| {
        let start = upper.find(word)?;
        let mut depth = 0_i32;
        let end = text[start..].find(|c: char| {
            depth += i32::from(c == '[') - i32::from(c == ']');
            c == ']' && depth == 0
        })?;
        Some(&text[start..=start + end])
    };
    let words = ["PROJCS[", "PROJCRS[", "GEOGCS[", "GEOGCRS[", "GEODCRS["];
    words.into_iter().find_map(of).unwrap_or(text)
}

/// The code that well-known text gives for the whole of it, as its last part.
pub fn code(text: &str) -> Option<u16> {
    let inner = text.trim().strip_suffix([']', ')'])?.trim_end().strip_suffix([']', ')'])?;
    let (before, id) = inner.rsplit_once(['[', '('])?;
    let word = before.trim_end().to_uppercase();
    let (list, number) = id.split_once(',')?;
    let plain = |part: &str| part.trim().trim_matches('"').to_string();
    let is_id = word.ends_with("AUTHORITY") || word.ends_with(",ID") || word.ends_with(" ID");
    let is_epsg = is_id && plain(list).eq_ignore_ascii_case("epsg");
    plain(number).parse().ok().filter(|_| is_epsg)
}

/// What PROJ needs to shift the datum that well-known text names; none where the name is not known.
pub fn shift(text: &str) -> Option<String> {
    let at = text.to_ascii_uppercase().find("DATUM[")?;
    let name = plain(text[at..].split('"').nth(1)?);
    let (_, code) = BY_NAME.iter().find(|(known, _)| *known == name)?;
    let words = crs_definitions::from_code(*code)?.proj4;
    let own = words.split(' ').find(|w| w.starts_with("+towgs84=")).map(str::to_string);
    let by_word = || {
        let (_, shift) = BY_WORD.iter().find(|(word, _)| words.contains(word))?;
        Some(format!("+towgs84={shift}"))
    };
    own.or_else(by_word)
}

/// A name of a datum without what texts write in several ways.
fn plain(name: &str) -> String {
    let name = name.strip_prefix("D_").unwrap_or(name).to_lowercase();
    name.chars().filter(|c| c.is_alphanumeric() || *c == '+').collect()
}

/// Whether a definition says how its datum lies to WGS 84, or has one that agrees with it within a metre or two.
pub fn is_known(words: &str, (a, b): (f64, f64)) -> bool {
    let has = |word: &str| words.contains(word);
    let near = |x: f64, y: f64| (x - y).abs() < 2.0;
    let of_wgs84 = near(a, 6_378_137.0) && (near(b, 6_356_752.3) || near(b, a));
    match () {
        () if has("+towgs84=") || has("+nadgrids=@null") => true,
        () if has("+datum=NAD27") || has("+nadgrids=") => false,
        () => has("+datum=") || of_wgs84,
    }
}
