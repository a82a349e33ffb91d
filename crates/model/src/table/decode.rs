//! Bytes to text: UTF-8, UTF-16 with a byte-order mark, and Windows-1252 where it is unambiguous.

use std::borrow::Cow;

use super::MAX_BYTES;
use crate::problem::{self, Note, Problem};

/// Windows-1252 where it differs from Latin 1; five bytes are undefined.
const WINDOWS: [Option<char>; 32] = [
    Some('€'),
    None,
    Some('‚'),
    Some('ƒ'),
    Some('„'),
    Some('…'),
    Some('†'),
    Some('‡'),
    Some('ˆ'),
    Some('‰'),
    Some('Š'),
    Some('‹'),
    Some('Œ'),
    None,
    Some('Ž'),
    None,
    None,
    Some('‘'),
    Some('’'),
    Some('“'),
    Some('”'),
    Some('•'),
    Some('–'),
    Some('—'),
    Some('˜'),
    Some('™'),
    Some('š'),
    Some('›'),
    Some('œ'),
    None,
    Some('ž'),
    Some('Ÿ'),
];

/// Signs that occur before or within a word only where another encoding was read as this one.
const NO_PART_OF_A_WORD: &str = "¢£¤¥¦¨¬¯±²³´¶·¸¹¼½¾×÷ƒˆ˜‰†‡¡¿";

/// Decodes a file's bytes, without a byte-order mark and without NULs. Other encodings than UTF-8 are noted.
pub fn as_text<'a>(
    file: &str,
    bytes: &'a [u8],
    problems: &mut Vec<Problem>,
    notes: &mut Vec<Note>,
) -> Option<Cow<'a, str>> {
    if bytes.len() > MAX_BYTES {
        problems.push(
            Problem::new(problem::TOO_LARGE, format!("{} MiB is too large", bytes.len() >> 20))
                .at(file, 0, 0)
                .hint(format!("a scenario file may have {} MiB", MAX_BYTES >> 20)),
        );
        return None;
    }
    if let [0xff, 0xfe, rest @ ..] = bytes {
        return utf16(file, rest, u16::from_le_bytes, problems, notes);
    }
    if let [0xfe, 0xff, rest @ ..] = bytes {
        return utf16(file, rest, u16::from_be_bytes, problems, notes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => {
            Some(Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)))
        }
        Ok(_) => {
            let at = bytes.iter().position(|b| *b == 0).unwrap_or(0);
            problems.push(not_text(file, bytes, at, "the file is not text: it has a NUL byte"));
            None
        }
        Err(e) => match windows_1252(bytes) {
            Some(text) => {
                let message = "read as Windows-1252 (ANSI), as it is not UTF-8";
                notes.push(Note::new(file, 0, 0, message));
                Some(Cow::Owned(text))
            }
            None => {
                let message =
                    "the file is not UTF-8 text, and which other encoding it has is not clear";
                problems.push(not_text(file, bytes, e.valid_up_to(), message));
                None
            }
        },
    }
}

fn not_text(file: &str, bytes: &[u8], at: usize, message: &str) -> Problem {
    let line = bytes[..at].iter().filter(|&&b| b == b'\n').count() + 1;
    Problem::new(problem::NOT_TEXT, message)
        .at(file, line, 0)
        .hint("save it as UTF-8 (a spreadsheet calls it `CSV UTF-8`)")
}

fn utf16(
    file: &str,
    bytes: &[u8],
    unit: fn([u8; 2]) -> u16,
    problems: &mut Vec<Problem>,
    notes: &mut Vec<Note>,
) -> Option<Cow<'static, str>> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|p| unit(*p)).collect();
    match String::from_utf16(&units) {
        Ok(text) if rest.is_empty() && !text.contains('\0') => {
            notes.push(Note::new(file, 0, 0, "read as UTF-16"));
            Some(Cow::Owned(text))
        }
        _ => {
            problems.push(
                Problem::new(problem::NOT_TEXT, "the file begins as UTF-16 but is not valid")
                    .at(file, 0, 0)
                    .hint("save it as UTF-8 (a spreadsheet calls it `CSV UTF-8`)"),
            );
            None
        }
    }
}

/// The text, if it is plausible Windows-1252 and hardly any other encoding.
///
/// Other alphabets in one byte (Cyrillic, Greek, Central European, Macintosh) and Asian ones in two
/// come out as words that no Western language has: long runs of accented letters, signs within
/// words, capitals after small letters. The encoding of such a file is not guessed.
fn windows_1252(bytes: &[u8]) -> Option<String> {
    let mixed = bytes.utf8_chunks().any(|c| !c.valid().is_ascii());
    let control = |b: &u8| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r');
    if mixed || bytes.iter().any(control) {
        return None;
    }
    let char_of = |b: &u8| match b {
        0x80..=0x9f => WINDOWS[usize::from(b - 0x80)],
        b => Some(char::from(*b)),
    };
    let text: String = bytes.iter().map(char_of).collect::<Option<_>>()?;
    let foreign = |c: char| !c.is_ascii() && c.is_alphabetic();
    let chars: Vec<char> = text.chars().collect();
    let run = chars.windows(3).any(|w| w.iter().all(|c| foreign(*c)));
    let capital = |c: char| foreign(c) && c.is_uppercase();
    let odd = chars.windows(2).any(|w| {
        (NO_PART_OF_A_WORD.contains(w[0]) && w[1].is_alphabetic())
            || (w[0].is_lowercase() && capital(w[1]))
    }) || chars
        .windows(3)
        .any(|w| w[0].is_alphabetic() && capital(w[1]) && w[2].is_lowercase());
    (!run && !odd).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Option<String>, usize) {
        let (mut problems, mut notes) = (Vec::new(), Vec::new());
        let text = as_text("x.csv", bytes, &mut problems, &mut notes);
        assert_eq!(text.is_none(), problems.len() == 1);
        (text.map(Cow::into_owned), notes.len())
    }

    #[test]
    fn western_text_in_windows_1252_is_read_and_noted() {
        let text = b"K\xf6ln, Malm\xf6, S\xe3o Paulo, l\x92eau, 5 \x80, 10 m\xb2 \x96 cr\xe9\xe9e";
        let (read, notes) = read(text);
        assert_eq!(read.as_deref(), Some("Köln, Malmö, São Paulo, l’eau, 5 €, 10 m² – créée"));
        assert_eq!(notes, 1);
    }

    #[test]
    fn other_alphabets_are_not_guessed_at() {
        // Vladivostok in Windows-1251, Wroclaw and Lodz in 1250, Duesseldorf in Mac Roman, Busan in
        // EUC-KR, and UTF-8 with a stray byte.
        let all: [&[u8]; 6] = [
            b"\xc2\xeb\xe0\xe4\xe8\xe2\xee\xf1\xf2\xee\xea",
            b"Wroc\xb3aw",
            b"\xa3\xf3d\x9f",
            b"D\x9fsseldorf",
            b"\xba\xce\xbb\xea",
            b"K\xc3\xb6ln K\xf6ln",
        ];
        for bytes in all {
            assert_eq!(read(bytes), (None, 0), "{bytes:x?}");
        }
    }

    #[test]
    fn utf_16_needs_its_mark_and_whole_characters() {
        let units = |text: &str, to: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(to).collect()
        };
        let text = "\u{feff}id,name\r\nA,부산 😀";
        for to in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes = units(text, to);
            assert_eq!(read(&bytes), (Some("id,name\r\nA,부산 😀".into()), 1));
            assert_eq!(read(&bytes[..bytes.len() - 1]), (None, 0));
            assert_eq!(read(&bytes[..bytes.len() - 2]), (None, 0));
            assert_eq!(read(&bytes[2..]), (None, 0));
        }
    }
}
