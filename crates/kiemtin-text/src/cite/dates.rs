//! Which date does a text give to a document?

use super::words::folds;
use crate::Scanned;
use crate::key::Key;
use std::sync::LazyLock;

/// A date as it is stated: nothing assumed, not even that the calendar has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatedDate {
    /// Year of the common era.
    pub year: Option<i16>,
    /// Month.
    pub month: i8,
    /// Day of the month.
    pub day: Option<i8>,
}

impl StatedDate {
    /// Year, month and day, when all are stated.
    pub fn whole(&self) -> Option<(i16, i8, i8)> {
        Some((self.year?, self.month, self.day?))
    }
}

/// A stated date and its tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dated {
    pub date: StatedDate,
    pub first: usize,
    pub last: usize,
}

struct Words {
    ngay: Key,
    thang: Key,
    nam: Key,
    /// Stand between a number and its date: «ban hành ngày», «ký ngày».
    issued: Vec<Key>,
    /// Begin what tells who issued it: «do Bộ Công Thương cấp ngày».
    by: Vec<Key>,
    /// Say that the date is another one: «có hiệu lực từ ngày».
    other: Vec<Key>,
    /// Follow a date that belongs to the number before the comma.
    follows: Vec<Key>,
    /// Acts of issuing, before the kind word: «ngày 30/3/2022, Thủ tướng ký Quyết định số».
    acts: Vec<Key>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let one = |word: &str| folds(word).first().copied().unwrap_or(Key(0));
    Words {
        ngay: one("ngày"),
        thang: one("tháng"),
        nam: one("năm"),
        issued: folds("ban hành ký cấp đề vào được"),
        by: folds("của do được bởi"),
        other: folds("từ kể trước đến tới sau hết hiệu áp về quy nêu tại yêu theo thì là rằng và sửa thay hướng phê duyệt thực có"),
        follows: folds("của về do quy ban phê sửa"),
        acts: folds("ký hành duyệt ra"),
    }
});

/// Most tokens between a number and its date, when the issuer stands between.
const FAR: usize = 12;
/// Most tokens between a date and the act of issuing that follows it.
const BEFORE: usize = 16;
/// Most words of a line that holds a place and a date: «Hà Nội, ngày 13 tháng 5 năm 2024».
const HEAD_LINE: usize = 14;

/// The date after the number that ends at token `number`.
pub(super) fn after(scanned: &Scanned<'_>, number: usize) -> Option<Dated> {
    let words = &*WORDS;
    let tokens = &scanned.tokens;
    let own = tokens.get(number)?;
    let mut far = false;
    for at in number + 1..=number + FAR {
        let token = tokens.get(at)?;
        // A line break inside a citation begins a new sentence; a full stop ends the citation.
        let gap = scanned.text.get(tokens.get(at - 1)?.end as usize..token.start as usize).unwrap_or(".");
        if token.sentence != own.sentence && !gap.trim().is_empty() {
            return None;
        }
        let named = token.fold == words.ngay;
        let begins = named || at == number + 1 && starts_with_digit(scanned, at) || at == number + 1 && token.fold == words.thang;
        if begins {
            let dated = date_at(scanned, at)?;
            // After a comma a date may begin the next clause; then it must be closed like an apposition.
            let right = match (gap.contains(','), named) {
                (true, _) => dated.date.whole().is_some() && closed(scanned, dated.last),
                (false, false) => dated.date.year.is_some() && closed(scanned, dated.last),
                (false, true) => true,
            };
            return right.then_some(dated);
        }
        if token.fold == words.nam {
            return None;
        }
        let near = at <= number + 3 && words.issued.contains(&token.fold);
        far |= at == number + 1 && words.by.contains(&token.fold);
        if words.other.contains(&token.fold) || !(near || far) || starts_with_digit(scanned, at) {
            return None;
        }
    }
    None
}

/// The date right after token `number`: «số 407 ngày 30/3/2022».
pub(super) fn right_after(scanned: &Scanned<'_>, number: usize) -> Option<Dated> {
    let next = scanned.tokens.get(number + 1)?;
    (next.fold == WORDS.ngay && !next.after_break).then(|| date_at(scanned, number + 1))?
}

/// The date before the act of issuing: «Ngày 30/3/2022, Thủ tướng Chính phủ ký Quyết định số 407/QĐ-TTg».
pub(super) fn before(scanned: &Scanned<'_>, from: usize, kind: usize) -> Option<Dated> {
    let words = &*WORDS;
    let own = scanned.tokens.get(kind)?;
    let act = kind.checked_sub(1)?;
    if !scanned.tokens.get(act).is_some_and(|t| words.acts.contains(&t.fold) && t.sentence == own.sentence) {
        return None;
    }
    for at in (from.max(act.saturating_sub(BEFORE))..act).rev() {
        let token = scanned.tokens.get(at).filter(|t| t.sentence == own.sentence)?;
        if token.fold != words.ngay {
            continue;
        }
        let turned = at.checked_sub(1).and_then(|i| scanned.tokens.get(i)).is_some_and(|t| words.other.contains(&t.fold));
        let dated = date_at(scanned, at).filter(|_| !turned)?;
        // Only the issuer stands between date and act.
        let between = scanned.tokens.get(dated.last + 1..act)?;
        let clear = between.iter().all(|t| !words.other.contains(&t.fold) && !scanned.word(t).starts_with(|c: char| c.is_ascii_digit()));
        return clear.then_some(dated);
    }
    None
}

/// The date under the own number in the head of a document: «Số: 3163/KH-BCT», then «Hà Nội, ngày 13 tháng 5 năm 2024».
pub(super) fn in_head(scanned: &Scanned<'_>, first: usize, last: usize) -> Option<Dated> {
    let words = &*WORDS;
    let tokens = &scanned.tokens;
    let own = tokens.get(first)?;
    let alone = first == 0 || tokens.get(first - 1).is_some_and(|t| t.paragraph != own.paragraph);
    let next = last + 1;
    let line = tokens.get(next)?.paragraph;
    if !alone || line == tokens.get(last)?.paragraph {
        return None;
    }
    let length = tokens.get(next..)?.iter().take(HEAD_LINE + 1).take_while(|t| t.paragraph == line).count();
    if length > HEAD_LINE {
        return None;
    }
    let at = (next..next + length).find(|i| tokens.get(*i).is_some_and(|t| t.fold == words.ngay))?;
    date_at(scanned, at).filter(|d| d.date.whole().is_some() && d.last + 1 == next + length)
}

fn starts_with_digit(scanned: &Scanned<'_>, at: usize) -> bool {
    let start = scanned.tokens.get(at).map_or(usize::MAX, |t| t.start as usize);
    scanned.text.as_bytes().get(start).is_some_and(u8::is_ascii_digit)
}

/// The date that begins at a token: `ngày 30/3/2022`, `30 tháng 3 năm 2022`, `30-3-2022`, `ngày 29/4`, `tháng 3/2022`.
fn date_at(scanned: &Scanned<'_>, at: usize) -> Option<Dated> {
    let words = &*WORDS;
    let fold = |i: usize| scanned.tokens.get(i).map(|t| t.fold);
    let first = if fold(at) == Some(words.ngay) { at + 1 } else { at };
    let (day, mut next) = if fold(first) == Some(words.thang) { (None, first) } else { (Some(small(scanned, first, 31)?), first + 1) };
    let in_words = fold(next) == Some(words.thang);
    if in_words {
        next += 1;
    } else if !dashed(scanned, next) {
        return None;
    }
    let month = small(scanned, next, 99)?;
    let mut last = next;
    let mut year = None;
    let spelled = fold(last + 1) == Some(words.nam);
    let at_year = if spelled { last + 2 } else { last + 1 };
    if (spelled || dashed(scanned, at_year) || in_words)
        && let Some(value) = four_digits(scanned, at_year)
    {
        year = Some(value);
        last = at_year;
    }
    let date = StatedDate { year, month, day };
    (day.is_some() || year.is_some()).then_some(Dated { date, first: at, last })
}

/// Whether `/`, `-` or `.` stands before a token.
fn dashed(scanned: &Scanned<'_>, at: usize) -> bool {
    let gap = at.checked_sub(1).and_then(|i| scanned.tokens.get(i)).zip(scanned.tokens.get(at));
    gap.and_then(|(a, b)| scanned.text.get(a.end as usize..b.start as usize))
        .is_some_and(|g| g.len() <= 4 && matches!(g.trim(), "/" | "-" | "." | "–"))
}

fn small(scanned: &Scanned<'_>, at: usize, most: i8) -> Option<i8> {
    let word = scanned.word(scanned.tokens.get(at)?);
    if word.len() > 2 {
        return None;
    }
    word.parse().ok().filter(|n| (0..=most).contains(n))
}

fn four_digits(scanned: &Scanned<'_>, at: usize) -> Option<i16> {
    let word = scanned.word(scanned.tokens.get(at)?);
    if word.len() != 4 { None } else { word.parse().ok().filter(|y| (1900..2200).contains(y)) }
}

/// A date that is closed by a comma, a bracket, the end, or by who issued it or about what.
fn closed(scanned: &Scanned<'_>, last: usize) -> bool {
    let end = scanned.tokens.get(last).map_or(0, |t| t.end as usize);
    let rest = scanned.text.get(end..).unwrap_or("");
    let next = rest.trim_start_matches([' ', '\u{a0}']).chars().next();
    let word = scanned.tokens.get(last + 1);
    next.is_none_or(|c| ",);.\n”\"".contains(c)) || word.is_some_and(|t| WORDS.follows.contains(&t.fold))
}
