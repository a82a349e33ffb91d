//! Coordinates as people write them: `51.92,4.08`, `51.92 4.08`, `5155N 00405E`, `51°55'N 4°5'E`, `N51.92 E4.08`,
//! `51-55N 004-05E`, `51d55m12sN 4d5m0sE`, `lat 51.92 lon 4.08`, `geo:51.92,4.08`, `(51.92, 4.08)`, `51,92 4,08`,
//! `POINT(4.08 51.92)`.

use trimodal_model::problem::{COORDINATES, Problem, shown};

use super::Located;

const HOW: &str = "write lat,lon in degrees, as 52.52,13.40, or with letters, as 5231N 01324E";

/// The point, if the text looks like numbers.
pub fn coordinates(text: &str) -> Option<Result<Located, Problem>> {
    let bare_text = text.trim_matches(['(', ')', '[', ']', ' ']);
    let bare_text = bare_text.strip_prefix("geo:").unwrap_or(bare_text);
    if let Some((lat, lon)) = well_known_text(bare_text) {
        return Some(point(text, lat, lon, false));
    }
    if let Some((lat, lon)) = plain(bare_text).or_else(|| decimal_commas(bare_text)) {
        return Some(point(text, lat, lon, true));
    }
    if let Some((lat, lon)) = labelled(bare_text) {
        return Some(point(text, lat, lon, false));
    }
    let tokens = tokens(&without_unit_letters(bare_text))?;
    let letters = tokens.iter().filter(|t| matches!(t, Token::Letter(_))).count();
    if letters == 0 && bare_text.contains(':') {
        return None;
    }
    if letters == 0 {
        let (lat, lon) = bare(&tokens)?;
        return Some(point(text, lat, lon, true));
    }
    let found = with_letters(&tokens).ok_or_else(|| {
        Problem::new(COORDINATES, format!("`{}` is not a valid point", shown(text))).hint(HOW)
    });
    Some(found.and_then(|(lat, lon)| point(text, lat, lon, false)))
}

/// `POINT(4.48 51.92)`, where the longitude comes first.
fn well_known_text(text: &str) -> Option<(f64, f64)> {
    let lower = text.to_ascii_lowercase();
    let inside = lower.strip_prefix("point")?.trim().trim_matches(['(', ')']);
    let (lon, lat) = inside.trim().split_once(' ')?;
    Some((lat.trim().parse().ok()?, lon.trim().parse().ok()?))
}

/// Two numbers and a comma, semicolon or slash.
fn plain(text: &str) -> Option<(f64, f64)> {
    let (a, b) = text.split_once([',', ';', '/'])?;
    // `1/2` is no point.
    if text.contains('/') && !(a.contains('.') && b.contains('.')) {
        return None;
    }
    Some((a.trim().parse().ok()?, b.trim().parse().ok()?))
}

/// `51,92 4,48` and `51,92; 4,48`.
fn decimal_commas(text: &str) -> Option<(f64, f64)> {
    let mut parts = text.split([' ', ';']).filter(|p| !p.is_empty());
    let (a, b) = (parts.next()?, parts.next()?);
    let number = |part: &str| {
        let (whole, rest) = part.split_once(',')?;
        let is_number = !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| format!("{whole}.{rest}").parse().ok())?
    };
    let both = (number(a)?, number(b)?);
    parts.next().is_none().then_some(both)
}

/// `lat 51.92 lon 4.48`, `latitude=51.92, longitude=4.48`, `lon: 4.48 lat: 51.92`.
fn labelled(text: &str) -> Option<(f64, f64)> {
    let lower = text.to_lowercase();
    let words = lower.split([' ', '=', ':', ',', ';']).filter(|w| !w.is_empty());
    let words: Vec<&str> = words.collect();
    let [first, a, second, b] = words[..] else { return None };
    let is_lat = |w: &str| matches!(w, "lat" | "lat." | "latitude");
    let is_lon = |w: &str| matches!(w, "lon" | "lon." | "long" | "long." | "lng" | "longitude");
    let (a, b) = (a.parse().ok()?, b.parse().ok()?);
    match () {
        () if is_lat(first) && is_lon(second) => Some((a, b)),
        () if is_lon(first) && is_lat(second) => Some((b, a)),
        () => None,
    }
}

/// `51d55m12sN` without the letters of degrees, minutes and seconds; an `s` before a direction is not the south.
fn without_unit_letters(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let digit = |i: usize| letters.get(i).is_some_and(char::is_ascii_digit);
    let is_direction = |c: &char| "NSEWnsew".contains(*c);
    let is_unit = |i: usize| match letters[i] {
        'd' | 'D' | 'm' | 'M' => i > 0 && digit(i - 1),
        's' => {
            i > 0
                && digit(i - 1)
                && letters[i + 1..].iter().find(|c| **c != ' ').is_some_and(is_direction)
        }
        _ => false,
    };
    let has_degrees = (1..letters.len()).any(|i| matches!(letters[i], 'd' | 'D') && is_unit(i));
    if !has_degrees {
        return text.to_string();
    }
    (0..letters.len()).map(|i| if is_unit(i) { ' ' } else { letters[i] }).collect()
}

fn point(text: &str, lat: f64, lon: f64, is_ordered: bool) -> Result<Located, Problem> {
    let wrong = |message: String, hint: &str| Err(Problem::new(COORDINATES, message).hint(hint));
    if !lat.is_finite() || !lon.is_finite() {
        return wrong(format!("`{}` is not a valid point", shown(text)), HOW);
    }
    if is_ordered && lat.abs() > 90.0 && lat.abs() <= 180.0 && lon.abs() <= 90.0 {
        return wrong(
            format!("latitude {lat} is beyond 90 degrees"),
            &format!("latitude comes first: did you mean `{lon},{lat}`?"),
        );
    }
    if lat.abs() > 90.0 {
        return wrong(format!("latitude {lat} is beyond 90 degrees"), HOW);
    }
    if lon.abs() > 180.0 {
        return wrong(format!("longitude {lon} is beyond 180 degrees"), HOW);
    }
    let (lat, lon) = (rounded(lat), rounded(lon));
    Ok(Located { name: format!("{lat},{lon}"), lat, lon, port: None, country: None })
}

/// To a tenth of a metre: minutes seldom are round numbers of degrees.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

/// A part of written coordinates.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(String),
    Letter(char),
    /// A comma or semicolon.
    Split,
}

/// The parts, if there is nothing but numbers, signs of degrees and letters of directions.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut is_open = false;
    for c in text.chars() {
        let before = tokens.last_mut();
        match (c, before) {
            ('0'..='9' | '.', Some(Token::Number(n))) if is_open => n.push(c),
            ('0'..='9' | '.' | '-' | '+' | '\u{2212}', _) => {
                let c = if c == '\u{2212}' { '-' } else { c };
                tokens.push(Token::Number(c.to_string()));
                is_open = true;
                continue;
            }
            (',' | ';', _) => tokens.push(Token::Split),
            (':' | '°' | 'º' | '\'' | '’' | '′' | '"' | '”' | '″' | '˚', _) => {}
            (c, _) if c.is_whitespace() => {}
            (c, _) if "NSEWnsew".contains(c) => tokens.push(Token::Letter(c.to_ascii_uppercase())),
            _ => return None,
        }
        is_open = matches!(c, '0'..='9' | '.');
    }
    let numbers = tokens.iter().filter(|t| matches!(t, Token::Number(_))).count();
    (numbers >= 2).then_some(tokens)
}

/// Two numbers without letters.
fn bare(tokens: &[Token]) -> Option<(f64, f64)> {
    let numbers: Vec<&str> = tokens.iter().filter_map(number).collect();
    let [a, b] = numbers[..] else { return None };
    // Whole numbers without a sign may be anything: a post code, a phone number.
    let is_degrees = |n: &str| n.contains('.') || n.trim_start_matches('-').len() <= 3;
    (is_degrees(a) && is_degrees(b)).then_some((a.parse().ok()?, b.parse().ok()?))
}

fn number(token: &Token) -> Option<&str> {
    match token {
        Token::Number(n) => Some(n),
        _ => None,
    }
}

/// Two groups of numbers, each with its letter before or behind it.
fn with_letters(tokens: &[Token]) -> Option<(f64, f64)> {
    let parts: Vec<&Token> = tokens.iter().filter(|t| **t != Token::Split).collect();
    let leads = matches!(parts.first(), Some(Token::Letter(_)));
    let mut groups: Vec<(char, Vec<&str>)> = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    for part in parts {
        match part {
            Token::Letter(c) if leads => groups.push((*c, Vec::new())),
            Token::Letter(c) => groups.push((*c, std::mem::take(&mut open))),
            Token::Number(n) if leads => groups.last_mut()?.1.push(n),
            Token::Number(n) => open.push(n),
            Token::Split => {}
        }
    }
    let (mut lat, mut lon) = (None, None);
    for (letter, numbers) in &groups {
        let value = angle(numbers)?;
        match letter {
            'N' => lat = Some(value),
            'S' => lat = Some(-value),
            'E' => lon = Some(value),
            _ => lon = Some(-value),
        }
    }
    (open.is_empty() && groups.len() == 2).then_some(())?;
    Some((lat?, lon?))
}

/// Degrees of `51.92`, `51 55.2`, `51 55 12`, `5155`, `00405`, `515512`.
fn angle(numbers: &[&str]) -> Option<f64> {
    let value = |n: &str| n.parse::<f64>().ok().filter(|v| v.is_finite() && *v >= 0.0);
    // A hyphen may stand before minutes: `51-55N`.
    let sixtieth = |n: &str| value(n.strip_prefix('-').unwrap_or(n)).filter(|v| *v < 60.0);
    match numbers {
        [one] => {
            let whole = one.split('.').next().unwrap_or(one);
            // Minutes take the last two digits of the whole part, seconds too where there are six or seven.
            match whole.len() {
                0..=3 => value(one),
                4 | 5 => {
                    let at = whole.len() - 2;
                    Some(value(&one[..at])? + sixtieth(&one[at..])? / 60.0)
                }
                6 | 7 => {
                    let at = whole.len() - 4;
                    let minutes = sixtieth(&one[at..at + 2])?;
                    Some(value(&one[..at])? + minutes / 60.0 + sixtieth(&one[at + 2..])? / 3600.0)
                }
                _ => None,
            }
        }
        [d, m] => Some(value(d)? + sixtieth(m)? / 60.0),
        [d, m, s] => Some(value(d)? + sixtieth(m)? / 60.0 + sixtieth(s)? / 3600.0),
        _ => None,
    }
}
