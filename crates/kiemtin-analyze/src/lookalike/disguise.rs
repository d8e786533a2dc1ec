//! What does a host look like to a hurried reader?

use std::borrow::Cow;

/// Letters of other alphabets, and digits, that look like a Latin letter.
const ALIKE: [(char, char); 36] = [
    ('а', 'a'),
    ('в', 'b'),
    ('е', 'e'),
    ('к', 'k'),
    ('м', 'm'),
    ('н', 'h'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('т', 't'),
    ('у', 'y'),
    ('х', 'x'),
    ('і', 'i'),
    ('ї', 'i'),
    ('ј', 'j'),
    ('ѕ', 's'),
    ('ԁ', 'd'),
    ('ԛ', 'q'),
    ('ԝ', 'w'),
    ('һ', 'h'),
    ('ո', 'n'),
    ('ց', 'g'),
    ('ɡ', 'g'),
    ('ο', 'o'),
    ('α', 'a'),
    ('ν', 'v'),
    ('ι', 'i'),
    ('ρ', 'p'),
    ('τ', 't'),
    ('κ', 'k'),
    ('ı', 'i'),
    ('0', 'o'),
    ('1', 'i'),
    ('3', 'e'),
    ('5', 's'),
    ('l', 'i'),
];

/// One form for all hosts that look the same: no accents, look-alike letters as the Latin ones, `rn` as `m`, `vv` as `w`.
/// `folded`: without accents already.
pub(super) fn skeleton(folded: &str) -> String {
    let plain: String = folded.chars().map(|c| ALIKE.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to)).collect();
    if plain.contains("rn") || plain.contains("vv") { plain.replace("rn", "m").replace("vv", "w") } else { plain }
}

/// The host as it is shown: labels of the form `xn--…` decoded (RFC 3492). What cannot be decoded stays.
pub(super) fn shown(host: &str) -> Cow<'_, str> {
    if !host.contains("xn--") {
        return Cow::Borrowed(host);
    }
    let label = |l: &str| l.strip_prefix("xn--").and_then(punycode).unwrap_or_else(|| l.to_owned());
    Cow::Owned(host.split('.').map(label).collect::<Vec<_>>().join("."))
}

/// RFC 3492, section 6.2.
fn punycode(label: &str) -> Option<String> {
    let (basic, extended) = label.rsplit_once('-').unwrap_or(("", label));
    let mut decoded: Vec<char> = basic.chars().collect();
    let (mut code, mut at, mut bias) = (128u32, 0u32, 72u32);
    let mut digits = extended.bytes();
    while digits.len() > 0 {
        let (before, mut weight, mut k) = (at, 1u32, 36u32);
        loop {
            let digit = match digits.next()? {
                c @ b'a'..=b'z' => u32::from(c - b'a'),
                c @ b'0'..=b'9' => u32::from(c - b'0') + 26,
                _ => return None,
            };
            at = at.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
            k += 36;
        }
        let count = u32::try_from(decoded.len()).ok()? + 1;
        let mut delta = (at - before) / if before == 0 { 700 } else { 2 };
        delta += delta / count;
        let mut steps = 0;
        while delta > 455 {
            delta /= 35;
            steps += 36;
        }
        bias = steps + 36 * delta / (delta + 38);
        code = code.checked_add(at / count)?;
        at %= count;
        decoded.insert(at as usize, char::from_u32(code)?);
        at += 1;
    }
    Some(decoded.into_iter().collect())
}

/// Whether one letter added, left out, changed or two neighbours swapped turn one word into the other.
pub(super) fn one_slip(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a == b || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let front = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let longest = a.len().max(b.len());
    let swapped =
        || a.len() == b.len() && front + back + 2 == longest && a.get(front) == b.get(front + 1) && a.get(front + 1) == b.get(front);
    front + back + 1 >= longest || swapped()
}
