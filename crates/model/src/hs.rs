//! Codes of the Harmonized System as users and spreadsheets write them.
//!
//! The law is judged by them, so a code is read without ambiguity or refused: a spreadsheet turns `0713`
//! into 713, and no ban on beans names that.

use crate::problem::shown;

/// Prefixes of goods, or none where the text is blank or `any`; or the hint for an invalid text.
///
/// `72-89;0713.10` are the chapters 72 to 89 and the subheading 071310.
pub fn parse(text: &str) -> Result<Option<Vec<String>>, String> {
    let text = bare(text);
    if text.is_empty() || text.eq_ignore_ascii_case("any") {
        return Ok(None);
    }
    let mut prefixes: Vec<String> = Vec::new();
    for part in text.split(';').map(bare).filter(|p| !p.is_empty()) {
        match part.split_once('-') {
            Some((a, b)) => prefixes.extend(chapters(bare(a), bare(b), part)?),
            None => prefixes.push(code(part)?),
        }
    }
    if prefixes.is_empty() {
        return Err("write codes of 2, 4, 6, 8 or 10 digits, or leave the cell blank".into());
    }
    let mut seen = std::collections::BTreeSet::new();
    prefixes.retain(|p| seen.insert(p.clone()));
    Ok(Some(prefixes))
}

/// One code; the error is a hint.
pub fn code(text: &str) -> Result<String, String> {
    let text = bare(text);
    let text = match text.get(..2) {
        Some(sign) if sign.eq_ignore_ascii_case("hs") => bare(&text[2..]),
        _ => text,
    };
    // A number that a spreadsheet or a program has made of the code: 2701.0, 2701,0.
    let whole = ['.', ','].iter().find_map(|point| {
        let (whole, zeros) = text.rsplit_once(*point)?;
        (zeros == "0").then_some(whole)
    });
    let text = whole.unwrap_or(text);
    let groups: Vec<String> = text
        .split('.')
        .map(|g| g.chars().filter(|c| !c.is_whitespace()).collect::<String>())
        .collect();
    let digits = |g: &String| !g.is_empty() && g.bytes().all(|b| b.is_ascii_digit());
    let all = groups.concat();
    if !groups.iter().all(digits) {
        return Err("write codes of 2, 4, 6, 8 or 10 digits, several separated by `;`".into());
    }
    if all.len() % 2 == 1 {
        return Err(format!(
            "it has {} digits where codes have 2, 4, 6, 8 or 10: a zero was probably lost at its \
             start or end; write `0{all}` as text if that is meant",
            all.len()
        ));
    }
    if groups.iter().any(|g| g.len() % 2 == 1) {
        return Err(
            "dots stand between pairs of digits, as in 0713.10: a zero was probably lost at \
                    its start and end; write the code as text"
                .into(),
        );
    }
    if all.len() > 10 || all.starts_with("00") {
        return Err("codes have 2, 4, 6, 8 or 10 digits and chapters are 01 to 99".into());
    }
    Ok(all)
}

fn chapters(a: &str, b: &str, part: &str) -> Result<impl Iterator<Item = String> + use<>, String> {
    let chapter = |t: &str| -> Option<u32> {
        let good = t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit()) && t != "00";
        t.parse().ok().filter(|_| good)
    };
    match (chapter(a), chapter(b)) {
        (Some(a), Some(b)) if a <= b => Ok((a..=b).map(|n| format!("{n:02}"))),
        _ => Err(format!(
            "`{}` is not a range: ranges are of chapters of two digits, as `72-89` or `01-05`",
            shown(part)
        )),
    }
}

/// The text without blanks, quotes and the `=` that spreadsheets put around text.
fn bare(text: &str) -> &str {
    let around =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '‘' | '’' | '“' | '”' | '\u{feff}');
    let text = text.trim_matches(around);
    text.strip_prefix('=').map_or(text, |t| t.trim_matches(around))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codes(text: &str) -> Vec<String> {
        parse(text).expect("a code").expect("not blank")
    }

    #[test]
    fn a_code_is_read_however_it_is_written() {
        for text in [
            "0713",
            " 0713 ",
            "'0713",
            "\"0713\"",
            "=\"0713\"",
            "07.13",
            "HS 0713",
            "hs0713",
            "07 13",
        ] {
            assert_eq!(codes(text), ["0713"], "{text}");
        }
        for text in ["2701.0", "2701,0", "2701"] {
            assert_eq!(codes(text), ["2701"], "{text}");
        }
        assert_eq!(codes("0713.10"), ["071310"]);
        assert_eq!(codes("8471.30.0100; 84"), ["8471300100", "84"]);
        assert_eq!(codes("72-74; 01-02"), ["72", "73", "74", "01", "02"]);
        assert_eq!(parse(" ANY "), Ok(None));
    }

    #[test]
    fn a_lost_zero_is_never_read_as_a_code() {
        let bad = [
            "7",
            "713",
            "713.0",
            "71310",
            "713.1",
            "713.10",
            "8471.3",
            "1-5",
            "2026-01-05",
            "0.0",
            "00",
            "0013",
            "01-Jan",
            "7.13E+02",
            "2701-2704",
            "89-72",
            ";",
            "84,85",
            "12345678901",
            "123456789012",
            "-84",
            "84-",
            "iron",
        ];
        for text in bad {
            assert!(parse(text).is_err(), "{text} is read as {:?}", parse(text));
        }
        assert!(
            parse("713")
                .is_err_and(|e| e.contains("zero was probably lost") && e.contains("`0713`"))
        );
    }

    /// Changes that users, spreadsheets and programs make to a code.
    fn rewritten(code: &str, variant: usize) -> String {
        let dotted = |c: &str| format!("{}.{}", &c[..4.min(c.len())], &c[4.min(c.len())..]);
        let number = code.parse::<u64>().unwrap_or(0);
        match variant {
            0 => format!(" {code}\u{a0}"),
            1 => format!("'{code}"),
            2 => format!("=\"{code}\""),
            3 => format!("{number}"),
            4 => format!("{number}.0"),
            5 => format!("{number},0"),
            6 => dotted(code).trim_end_matches('.').to_string(),
            // A dotted code taken for a number.
            7 => dotted(code).trim_end_matches('.').parse::<f64>().unwrap_or(0.0).to_string(),
            8 => format!("HS{code}"),
            9 => format!("{:e}", number as f64),
            _ => code.chars().flat_map(|c| [c, ' ']).collect(),
        }
    }

    proptest! {
        /// The same goods, fewer digits of them (which a ban covers still, and a permit less), or
        /// an error: never other goods.
        #[test]
        fn no_rewriting_makes_other_goods(
            chapter in 1_u32..=99, pairs in prop::collection::vec(0_u32..100, 0..5), variant in 0_usize..11,
        ) {
            let code = pairs.iter().fold(format!("{chapter:02}"), |c, p| c + &format!("{p:02}"));
            prop_assert_eq!(codes(&code), [code.clone()]);
            match parse(&rewritten(&code, variant)) {
                Err(_) => {}
                Ok(read) => {
                    let read = read.expect("not blank");
                    prop_assert_eq!(read.len(), 1);
                    prop_assert!(code == read[0] || (variant == 7 && code.starts_with(&read[0])),
                        "{} by variant {} is {:?}", code, variant, read);
                }
            }
        }
    }
}
