//! Which numbers belong to a person?
//!
//! Digits are read in groups with what stands between them, so that "0912.345.678", "(+84) 912 345 678" and full-width
//! digits are the same. What the number is follows from its digits, how they are grouped, and the words around it.

use super::cues::{Cue, bank_follows, money_follows, nearest, unit_follows};
use super::phone::{Dialled, dialled, is_phone_shape, judge};
use super::{Cuts, Personal, is_mark};

/// Digits of the shortest number that is looked at.
const SHORTEST: usize = 6;
/// Digits of the longest account or card.
const LONGEST: usize = 19;

/// Digits that stand together, and their place.
struct Group {
    start: usize,
    end: usize,
    digits: String,
}

/// One number: some groups in a row.
struct Number {
    start: usize,
    digits: String,
    lengths: Vec<usize>,
    /// Index of the group after it.
    next: usize,
}

/// Finds all numbers of people.
pub(super) fn find(cuts: &mut Cuts<'_>, keep: &[String]) {
    let groups = groups(cuts.text);
    let mut at = 0;
    // What the number before this one was, for lists of them.
    let mut last: Option<(usize, Personal)> = None;
    while at < groups.len() {
        let listed = last.filter(|(end, _)| groups.get(at).is_some_and(|g| is_list_gap(cuts.text, *end, g.start)));
        match person(cuts, &groups, at, listed.map(|(_, kind)| kind), keep) {
            Some((start, next, kind)) => {
                let end = next.checked_sub(1).and_then(|n| groups.get(n)).map_or(start, |g| g.end);
                cuts.add(start, end, kind);
                last = Some((end, kind));
                at = next;
            }
            None => at += 1,
        }
    }
}

/// The digit that a sign stands for: full-width, mathematical and circled ones are used to hide numbers.
fn digit(c: char) -> Option<char> {
    let base = match c {
        '0'..='9' => return Some(c),
        '\u{ff10}'..='\u{ff19}' => u32::from(c) - 0xff10,
        '\u{1d7ce}'..='\u{1d7ff}' => (u32::from(c) - 0x1d7ce) % 10,
        '①'..='⑨' => u32::from(c) - u32::from('①') + 1,
        '⓪' => 0,
        _ => return None,
    };
    char::from_digit(base, 10)
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let Some(digit) = digit(c) else {
            // Signs that show nothing do not end a group.
            open &= is_mark(c);
            continue;
        };
        let end = at + c.len_utf8();
        match groups.last_mut().filter(|_| open) {
            Some(group) => {
                group.end = end;
                if group.digits.len() <= 2 * LONGEST {
                    group.digits.push(digit);
                }
            }
            None => groups.push(Group { start: at, end, digits: digit.to_string() }),
        }
        open = true;
    }
    groups
}

/// What stands before a number and says what it is.
struct Announced {
    cue: Option<Cue>,
    /// Letters between the word and the number.
    gap: usize,
    /// The number before this one, in a list of such numbers.
    listed: bool,
}

/// Decides about the number that starts with group `at`: its start, the group after it, what it is.
fn person(cuts: &Cuts<'_>, groups: &[Group], at: usize, listed: Option<Personal>, keep: &[String]) -> Option<(usize, usize, Personal)> {
    let group = groups.get(at)?;
    if near_digits(groups, at) < SHORTEST || cuts.start_after(group.start) < group.end {
        return None;
    }
    let before = cuts.before(group.start);
    let found = nearest(before);
    let glued = found.is_some_and(|(_, gap)| gap == 0);
    if !glued && before.chars().next_back().is_some_and(|c| c.is_alphabetic() || is_mark(c) || c == '_') {
        return lettered(before, group).map(|start| (start, at + 1, Personal::Identity));
    }
    if !glued && listed.is_none() && is_end_of_other(before) {
        return None;
    }
    let announced = Announced {
        cue: found.map(|(cue, _)| cue).or(match listed {
            Some(Personal::Phone) => Some(Cue::Phone),
            Some(Personal::Account) => Some(Cue::Account),
            Some(Personal::Identity) => Some(Cue::Identity),
            Some(Personal::Email | Personal::Handle) | None => None,
        }),
        gap: found.map_or(0, |(_, gap)| gap),
        listed: listed.is_some(),
    };
    let in_url = in_url(before);
    let plus = before.trim_end_matches(['(', ' ']).ends_with('+');
    if let Some(number) = phone(cuts.text, groups, at, plus, announced.cue).filter(|n| !is_hotline(&n.digits, keep)) {
        let after = cuts.after(end_of(groups, number.next));
        let stays = is_figure_by_what_follows(after, announced.cue, &number) || (in_url && number.lengths.len() > 1);
        let alone = number.lengths.len() == 1;
        let kind = match announced.cue {
            Some(Cue::Identity) if alone => Personal::Identity,
            Some(Cue::Account) => Personal::Account,
            Some(Cue::Bank) if alone => Personal::Account,
            None | Some(Cue::Code) if alone && bank_follows(after) => Personal::Account,
            _ => Personal::Phone,
        };
        let person = !stays && announced.cue != Some(Cue::Code);
        return person.then(|| (opening(cuts.text, before, &number), number.next, kind));
    }
    if in_url || announced.cue == Some(Cue::Code) {
        return None;
    }
    let number = whole(cuts.text, groups, at);
    let after = cuts.after(end_of(groups, number.next));
    let hotline = is_hotline(&number.digits, keep) && !(announced.cue == Some(Cue::Account) && number.digits.len() > 10);
    if hotline || continues(after) {
        return None;
    }
    let kind = by_cue(&number, &announced, is_figure(cuts.text, groups, at, &number), after)?;
    Some((number.start, number.next, kind))
}

/// The start of a passport or insurance number, whose letters stand before its digits.
fn lettered(before: &str, group: &Group) -> Option<usize> {
    let head = before.trim_end_matches(|c: char| c.is_ascii_uppercase());
    let letters = before.len() - head.len();
    let separate = !head.ends_with(|c: char| c.is_alphanumeric() || is_mark(c));
    let document = (1..=2).contains(&letters) && separate && (7..=13).contains(&group.digits.len());
    (document && nearest(head).is_some_and(|(cue, _)| cue == Cue::Identity)).then(|| group.start - letters)
}

/// What a number is that dials no phone.
fn by_cue(number: &Number, announced: &Announced, figure: bool, after: &str) -> Option<Personal> {
    let length = number.digits.len();
    let unit = unit_follows(after);
    let moment = is_moment(&number.digits);
    match announced.cue {
        Some(Cue::Identity) if matches!(length, 9 | 10 | 12 | 13) && !unit => Some(Personal::Identity),
        Some(Cue::Account) if (SHORTEST..=LONGEST).contains(&length) && !(unit && figure) && !money_follows(after) => {
            Some(Personal::Account)
        }
        Some(Cue::Bank)
            if length <= LONGEST && (length >= 8 || (length >= SHORTEST && announced.gap <= 2)) && !unit && !figure && !moment =>
        {
            Some(Personal::Account)
        }
        Some(Cue::Phone)
            if length == 9 && (announced.gap <= 5 || announced.listed) && !unit && number.digits.starts_with(['3', '5', '7', '8', '9']) =>
        {
            Some(Personal::Phone)
        }
        Some(Cue::Phone) if length == 8 && announced.gap <= 3 && !unit && !figure && !moment => Some(Personal::Phone),
        _ => bare(number, unit || figure, after),
    }
}

/// A long number that nothing announces.
fn bare(number: &Number, amount: bool, after: &str) -> Option<Personal> {
    let digits = &number.digits;
    let same = |length: usize| number.lengths.iter().all(|n| *n == length);
    if amount || is_moment(digits) {
        return None;
    }
    match (digits.len(), number.lengths.len()) {
        (6..=19, 1) if digits.len() >= 8 && bank_follows(after) => Some(Personal::Account),
        (12, 1) => Some(Personal::Identity),
        (12, 3 | 4) if digits.starts_with('0') && (same(3) || same(4)) => Some(Personal::Identity),
        (13, 1) if is_ean(digits) => None,
        (13..=19, 1) => Some(Personal::Account),
        // A card. Round figures or years in a row are none.
        (16, 4) if same(4) && !digits.starts_with(['0', '1', '2']) && !four(digits).all(|g| g.ends_with('0')) => Some(Personal::Account),
        (19, _) if digits.starts_with("9704") => Some(Personal::Account),
        _ => None,
    }
}

fn four(digits: &str) -> impl Iterator<Item = &str> {
    (0..digits.len() / 4).filter_map(|n| digits.get(n * 4..n * 4 + 4))
}

/// Whether the last of 13 digits is the check digit of a bar code (GS1: weights 1 and 3 in turn).
fn is_ean(digits: &str) -> bool {
    let sum: u32 = digits.chars().filter_map(|c| c.to_digit(10)).zip([1, 3].into_iter().cycle()).map(|(d, weight)| d * weight).sum();
    sum.is_multiple_of(10)
}

/// Whether digits are a day, or a day and a time, written without anything between (20250512083000).
fn is_moment(digits: &str) -> bool {
    let part = |from: usize| digits.get(from..from + 2).and_then(|p| p.parse::<u32>().ok());
    let forward = (digits.starts_with("19") || digits.starts_with("20"))
        && part(4).is_some_and(|m| (1..=12).contains(&m))
        && part(6).is_some_and(|d| (1..=31).contains(&d));
    forward && matches!(digits.len(), 8 | 12 | 14 | 17)
}

/// The groups from `at` on that make a phone number; the longest.
fn phone(text: &str, groups: &[Group], at: usize, plus: bool, cue: Option<Cue>) -> Option<Number> {
    let first = groups.get(at)?;
    let mut number = Number { start: first.start, digits: String::new(), lengths: Vec::new(), next: at };
    let mut best: Option<Number> = None;
    for (n, group) in groups.iter().enumerate().skip(at) {
        let between = if n == at { "" } else { text.get(groups.get(n - 1)?.end..group.start).unwrap_or("\n") };
        if !is_phone_gap(between) {
            break;
        }
        number.digits.push_str(&group.digits);
        number.lengths.push(group.digits.len());
        number.next = n + 1;
        if number.digits.len() > 15 {
            break;
        }
        let valid = match judge(&number.digits, plus) {
            Some(Dialled::Valid) => has_shape(&number, plus) || cue == Some(Cue::Phone),
            Some(Dialled::Likely) => {
                cue == Some(Cue::Phone) || (number.lengths.len() > 1 && number.lengths.first() != Some(&1) && has_shape(&number, plus))
            }
            None => false,
        };
        if valid {
            best = Some(Number { start: number.start, digits: number.digits.clone(), lengths: number.lengths.clone(), next: number.next });
        }
    }
    best
}

/// Whether the groups behind the country code are those of a phone number.
fn has_shape(number: &Number, plus: bool) -> bool {
    let lengths = match number.lengths.as_slice() {
        [2, rest @ ..] if number.digits.starts_with("84") && !rest.is_empty() => rest,
        [4, rest @ ..] if number.digits.starts_with("0084") && !rest.is_empty() => rest,
        [1..=3, rest @ ..] if plus && !rest.is_empty() => rest,
        all => all,
    };
    let lengths = lengths.strip_prefix(&[1]).filter(|rest| !rest.iter().all(|n| *n == 1) && !rest.is_empty()).unwrap_or(lengths);
    // Behind a country code the leading 0 is gone: the area or network code has one digit less.
    is_phone_shape(lengths) || (lengths.len() < number.lengths.len() && lengths.iter().all(|n| *n >= 2))
}

/// A number for all other kinds: one long group, or short ones with the same single sign between them.
fn whole(text: &str, groups: &[Group], at: usize) -> Number {
    let mut number = Number { start: 0, digits: String::new(), lengths: Vec::new(), next: at };
    let mut sign = "";
    for (n, group) in groups.iter().enumerate().skip(at) {
        if n == at {
            number.start = group.start;
        } else {
            let between = groups.get(n - 1).and_then(|g| text.get(g.end..group.start)).unwrap_or("\n");
            let one = matches!(between, " " | "\u{a0}" | "." | "-" | "\u{202f}" | "," | "/");
            let long = number.lengths.first().is_some_and(|n| *n >= SHORTEST);
            if !one
                || (n > at + 1 && between != sign)
                || (long && !matches!(between, "." | "," | "/" | "-"))
                || number.digits.len() + group.digits.len() > LONGEST + 1
            {
                break;
            }
            sign = between;
        }
        number.digits.push_str(&group.digits);
        number.lengths.push(group.digits.len());
        number.next = n + 1;
    }
    number
}

/// Thousands with the same sign between them, a decimal fraction, or a date.
fn is_figure(text: &str, groups: &[Group], at: usize, number: &Number) -> bool {
    let (Some(first), Some(second)) = (groups.get(at), groups.get(at + 1)) else { return false };
    if number.lengths.len() < 2 {
        return false;
    }
    let sign = text.get(first.end..second.start).unwrap_or("");
    let thousands = first.digits.len() <= 3 && !first.digits.starts_with('0') && number.lengths.iter().skip(1).all(|n| *n == 3);
    thousands || matches!(sign, "," | "/") || number.digits.starts_with("0") && number.lengths.first() == Some(&1)
}

/// Whether a number that dials a phone is something else by what follows it.
fn is_figure_by_what_follows(after: &str, cue: Option<Cue>, number: &Number) -> bool {
    if money_follows(after) || (!number.digits.starts_with('0') && unit_follows(after)) {
        return true;
    }
    cue != Some(Cue::Phone) && continues(after)
}

/// Whether a number goes on: `/QĐ-BCT` of a document, `-001` of a branch, `.900` of a figure, letters of a code.
fn continues(after: &str) -> bool {
    let mut chars = after.chars();
    let (first, second) = (chars.next(), chars.next());
    let digits = after.chars().skip(1).take_while(|c| digit(*c).is_some()).count();
    match first {
        Some('/') => second.is_some_and(char::is_alphabetic) || (1..9).contains(&digits),
        Some('-') => (1..9).contains(&digits),
        Some('.' | ',') => (1..9).contains(&digits),
        Some(c) => c.is_alphabetic() || c == '_',
        None => false,
    }
}

/// 1800 and 1900 numbers and those on the allow-list.
fn is_hotline(digits: &str, keep: &[String]) -> bool {
    ((digits.starts_with("1800") || digits.starts_with("1900")) && digits.len() <= 10) || {
        let dialled = dialled(digits);
        keep.iter().any(|k| *k == dialled || k == digits)
    }
}

/// Digits from `at` on that could belong to one number; stops counting when there are enough.
fn near_digits(groups: &[Group], at: usize) -> usize {
    let mut count = 0;
    let mut end = groups.get(at).map_or(0, |g| g.start);
    for group in groups.iter().skip(at).take(SHORTEST) {
        if group.start > end + 12 {
            break;
        }
        count += group.digits.len();
        end = group.end;
    }
    count
}

/// Whether a number is the end of something: a fraction, a date, a code. `before` is what stands before it, unmasked.
fn is_end_of_other(before: &str) -> bool {
    let mut back = before.chars().rev();
    let sign = back.next();
    let joined = back.next();
    match sign {
        Some('/') => joined.is_some_and(|c| !c.is_whitespace()),
        Some('.' | ',' | ':' | '-') => joined.is_some_and(|c| digit(c).is_some()),
        _ => false,
    }
}

/// Whether nothing but "," "/" "-" "và" stands between two numbers.
fn is_list_gap(text: &str, end: usize, start: usize) -> bool {
    let between = text.get(end..start).unwrap_or("\n");
    between.len() <= 12
        && !between.contains('\n')
        && matches!(between.trim_matches([' ', '\u{a0}', '(', '+']), "," | "/" | "-" | "–" | ";" | "&" | "và" | "hoặc" | "hay" | "va" | "|")
}

fn is_phone_gap(between: &str) -> bool {
    between.chars().filter(|c| !is_mark(*c)).count() <= 3
        && between
            .chars()
            .all(|c| matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '.' | '-' | '–' | '_' | '(' | ')' | '*') || is_mark(c))
}

/// Whether a number stands inside an address of the web.
fn in_url(before: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or("");
    word.contains("://") || word.starts_with("www.") || word.contains(".vn/") || word.contains(".com/")
}

/// The end of the group before `next`.
fn end_of(groups: &[Group], next: usize) -> usize {
    next.checked_sub(1).and_then(|n| groups.get(n)).map_or(0, |g| g.end)
}

/// The start of a number with the `(` and `+` that belong to it: "(84) 912 …", "+84 …", "(+84) …".
fn opening(text: &str, before: &str, number: &Number) -> usize {
    let start = number.start;
    let behind = text.get(start..).unwrap_or("").trim_start_matches(|c| digit(c).is_some());
    let kept = before.strip_suffix('+').unwrap_or(before);
    let kept = kept.strip_suffix('(').filter(|_| behind.starts_with(')') && number.lengths.len() > 1).unwrap_or(kept);
    let kept = kept.strip_suffix('+').unwrap_or(kept);
    start - (before.len() - kept.len())
}
