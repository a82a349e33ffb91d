//! The encoding of the text of a dBase table: that of the `.cpg` beside it, or that of its header.

use shapefile::dbase::CodePageMark;
use shapefile::dbase::encoding::{DynEncoding, EncodingRs};
use shapefile::dbase::encoding_rs::{Encoding, REPLACEMENT, UTF_8, WINDOWS_1252};
use trimodal_model::problem::shown;

use crate::findings::Findings;

/// Where the header has its own length, and the id of its language driver.
const LENGTH: std::ops::Range<usize> = 8..10;
const DRIVER: usize = 29;
/// The id of the code page of Windows, whichever that was: in practice 1252.
const ANSI: u8 = 0x57;

/// The encoding of a table. A word that is not known, and text of an encoding that nothing declares, are noted.
pub fn of(place: &str, table: &[u8], cpg: Option<&[u8]>, found: &mut Findings) -> DynEncoding {
    if let Some(word) = cpg.map(String::from_utf8_lossy) {
        if let Some(encoding) = by_name(&word) {
            return encoding;
        }
        let message = format!("the encoding `{}` of the .cpg is not known", shown(word.trim()));
        found.note(place, 0, 0, message);
    }
    let driver = table.get(DRIVER).copied().unwrap_or_default();
    match CodePageMark::from(driver) {
        _ if driver == ANSI => windows(WINDOWS_1252),
        CodePageMark::Undefined | CodePageMark::Invalid => guessed(place, table, found),
        page => by_page(page).unwrap_or_else(|| guessed(place, table, found)),
    }
}

/// UTF-8 where the table is valid as such, and else that of Windows in western Europe.
fn guessed(place: &str, table: &[u8], found: &mut Findings) -> DynEncoding {
    let first = table.get(LENGTH).map_or(0, |b| usize::from(u16::from_le_bytes([b[0], b[1]])));
    let text = table.get(first..).unwrap_or_default();
    let encoding = if std::str::from_utf8(text).is_ok() { UTF_8 } else { WINDOWS_1252 };
    if !text.is_ascii() {
        let message = format!("no known encoding is declared: read as {}", encoding.name());
        found.note(place, 0, 0, message);
    }
    windows(encoding)
}

fn windows(encoding: &'static Encoding) -> DynEncoding {
    EncodingRs::from(encoding).into()
}

/// By the word of a `.cpg`: `UTF-8`, `1252`, `ANSI 1251`, `ISO-8859-2`, `88592`.
fn by_name(word: &str) -> Option<DynEncoding> {
    let word = word.trim().trim_start_matches('\u{feff}').to_lowercase();
    let label = |label: &str| {
        let encoding = Encoding::for_label(label.as_bytes()).filter(|e| *e != REPLACEMENT);
        encoding.map(windows)
    };
    let number = word.trim_start_matches(|c: char| !c.is_ascii_digit());
    let iso = || number.strip_prefix("8859").map(|part| part.trim_start_matches(['-', '_']));
    label(&word)
        .or_else(|| label(&format!("iso-8859-{}", iso()?)))
        .or_else(|| by_page(page(number.parse().ok()?)))
}

fn page(number: u32) -> CodePageMark {
    use CodePageMark::*;
    let known = [
        (437, CP437),
        (737, CP737),
        (850, CP850),
        (852, CP852),
        (857, CP857),
        (861, CP861),
        (865, CP865),
        (866, CP866),
        (874, CP874),
        (932, CP932),
        (936, CP936),
        (949, CP949),
        (950, CP950),
        (1250, CP1250),
        (1251, CP1251),
        (1252, CP1252),
        (1253, CP1253),
        (1254, CP1254),
        (1255, CP1255),
        (1256, CP1256),
        (65001, Utf8),
    ];
    known.into_iter().find(|(n, _)| *n == number).map_or(Invalid, |(_, page)| page)
}

/// Pages of Windows replace what they do not have; those of DOS have all letters.
fn by_page(page: CodePageMark) -> Option<DynEncoding> {
    use CodePageMark::*;
    let label = match page {
        CP866 => "ibm866",
        CP874 => "windows-874",
        CP932 => "shift_jis",
        CP936 => "gbk",
        CP949 => "euc-kr",
        CP950 => "big5",
        CP1250 => "windows-1250",
        CP1251 => "windows-1251",
        CP1252 => "windows-1252",
        CP1253 => "windows-1253",
        CP1254 => "windows-1254",
        CP1255 => "windows-1255",
        CP1256 => "windows-1256",
        Utf8 => "utf-8",
        Undefined | Invalid => return None,
        other => return other.to_encoding(),
    };
    Encoding::for_label(label.as_bytes()).map(windows)
}
