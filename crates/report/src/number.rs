//! Formats of numbers, with their units.

/// Tonnes as Mt with two decimals, or as kt or t where they are few.
pub fn tonnes(t: f64) -> String {
    match t.abs() {
        x if x >= 99_950.0 => format!("{:.2} Mt", t / 1e6),
        x if x >= 999.5 => format!("{:.1} kt", t / 1e3),
        _ => format!("{t:.0} t"),
    }
}

/// Tonnes per year.
pub fn tonnes_a_year(t: f64) -> String {
    format!("{}/y", tonnes(t))
}

/// A change of tonnes per year, with its sign.
pub fn change(t: f64) -> String {
    // A change that rounds to zero is not shown as a loss.
    let sign = if t > -0.5 { "+" } else { "-" };
    format!("{sign}{}", tonnes_a_year(t.abs()))
}

/// Million USD.
pub fn musd(usd: f64) -> String {
    let m = usd / 1e6;
    match m.abs() {
        x if x >= 99.95 || x == 0.0 => format!("{m:.0}"),
        _ => format!("{m:.1}"),
    }
}

/// A share in per cent.
pub fn percent(share: f64) -> String {
    let text = format!("{:.0} %", share * 100.0);
    text.strip_prefix("-0 ").map_or(text.clone(), |rest| format!("0 {rest}"))
}

/// A multiple: x2, x1.25.
pub fn multiple(m: f64) -> String {
    let text = format!("{m:.2}");
    format!("x{}", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A calendar year, or `not in sight`.
pub fn year(y: Option<i32>) -> String {
    y.map_or_else(|| "not in sight".into(), |y| y.to_string())
}

/// A whole number with thousands separators: 9,360.
pub fn grouped(x: f64) -> String {
    let digits = format!("{:.0}", x.abs());
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    if x <= -0.5 { format!("-{out}") } else { out }
}

/// A duration in hours up to two days, in days beyond.
pub fn duration(h: f64) -> String {
    match h {
        x if x < 9.95 => format!("{x:.1} h"),
        x if x < 48.0 => format!("{x:.0} h"),
        x => format!("{:.1} d", x / 24.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert_eq!(tonnes(2_410_000.0), "2.41 Mt");
        assert_eq!(tonnes(12_345.0), "12.3 kt");
        assert_eq!(tonnes(12.0), "12 t");
        assert_eq!(change(-370_000.0), "-0.37 Mt/y");
        assert_eq!(
            (musd(134e6), musd(9.04e6), musd(0.0)),
            ("134".into(), "9.0".into(), "0".into())
        );
        assert_eq!(
            (multiple(2.0), multiple(1.25), multiple(10.0)),
            ("x2".into(), "x1.25".into(), "x10".into())
        );
        assert_eq!(
            (grouped(999.6), grouped(1_234_567.0), grouped(-0.2), grouped(-1000.0)),
            ("1,000".into(), "1,234,567".into(), "0".into(), "-1,000".into())
        );
        assert_eq!(
            (duration(3.2), duration(31.4), duration(96.0)),
            ("3.2 h".into(), "31 h".into(), "4.0 d".into())
        );
    }
}
