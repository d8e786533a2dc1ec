//! How are numbers written in Vietnamese?

/// A whole number: `1.234`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(c);
    }
    out
}

/// A number with at most four decimals: `2.204,0655`.
pub fn decimal(value: f64) -> String {
    let text = format!("{:.4}", value.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), count);
    let sign = if value < 0.0 { "-" } else { "" };
    match rest.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        rest => format!("{sign}{whole},{rest}"),
    }
}

/// A part of a whole in percent: `2,4 %`; small ones with two places: `0,35 %`.
pub fn percent(part: f64) -> String {
    let value = part * 100.0;
    let text = if value.abs() < 1.0 && value != 0.0 { format!("{value:.2}") } else { format!("{value:.1}") };
    format!("{} %", text.replace('.', ","))
}

/// How much more there is than before, in percent with its sign: `+12,5 %`, `-3,0 %`, `0 %`; nothing can be said where there was
/// nothing before.
pub fn change(now: u64, before: u64) -> Option<String> {
    let part = (before > 0).then(|| (now as f64 - before as f64) / before as f64)?;
    let sign = if part > 0.0 { "+" } else { "" };
    Some(if part == 0.0 { "0 %".to_owned() } else { format!("{sign}{:.1} %", part * 100.0).replace('.', ",") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_have_a_sign() {
        let all = [(9, 8), (8, 9), (5, 5), (0, 4), (4, 0)].map(|(now, before)| change(now, before));
        assert_eq!(all.each_ref().map(|c| c.as_deref()), [Some("+12,5 %"), Some("-11,1 %"), Some("0 %"), Some("-100,0 %"), None]);
        assert_eq!((count(1_234_567), count(12), percent(0.0035)), ("1.234.567".into(), "12".into(), "0,35 %".into()));
    }
}
