//! What do the words around a date say of the order of day and month?

use super::words::Token;

/// What stands beside a date.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Hints {
    /// The day of the week, 0 for Monday.
    pub(super) weekday: Option<u8>,
    /// A Vietnamese word of dates: day before month, whatever the clock looks like.
    pub(super) vietnamese: bool,
}

/// Reads the tokens of the whole text.
pub(super) fn hints(tokens: &[Token]) -> Hints {
    let mut found = Hints::default();
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word { text }) => text.as_str(),
        _ => "",
    };
    for at in 0..tokens.len() {
        let here = word(at);
        found.vietnamese |= matches!(here, "ngay" | "luc" | "dang" | "gio" | "sa" | "ch" | "sang" | "chieu" | "toi");
        let weekday = match (here, word(at + 1), tokens.get(at + 1)) {
            ("chu", "nhat", _) | ("cn", ..) => {
                found.vietnamese = true;
                Some(6)
            }
            // "Thứ 2" and "T2" are Monday, "Thứ bảy" and "T7" Saturday.
            ("thu" | "t", _, Some(Token::Num { value: value @ 2..=7, digits: 1, .. })) => u8::try_from(value - 2).ok(),
            ("thu", name, _) => ["hai", "ba", "tu", "nam", "sau", "bay"].iter().zip(0..).find_map(|(n, day)| (*n == name).then_some(day)),
            _ => english(here),
        };
        // "Thu" alone is Thursday.
        found.vietnamese |= here == "thu" && weekday.is_some();
        let weekday = weekday.or((here == "thu").then_some(3));
        found.weekday = found.weekday.or(weekday);
    }
    found
}

fn english(word: &str) -> Option<u8> {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    DAYS.iter().zip(0..).find_map(|(day, number)| (*day == word || (word.len() == 3 && day.starts_with(word))).then_some(number))
}

/// Day of the week, 0 for Monday (Sakamoto's method).
pub(super) fn weekday_of((year, month, day): (i16, i8, i8)) -> u8 {
    const SHIFT: [i32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let year = i32::from(year) - i32::from(month < 3);
    let shift = usize::try_from(month - 1).ok().and_then(|m| SHIFT.get(m)).copied().unwrap_or(0);
    // Sunday is 0 there.
    let sunday_first = (year + year / 4 - year / 100 + year / 400 + shift + i32::from(day)).rem_euclid(7);
    u8::try_from((sunday_first + 6) % 7).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::words::tokenize;
    use super::*;

    #[test]
    fn weekdays() {
        for (date, expected) in [((2025, 5, 12), 0), ((2025, 12, 5), 4), ((2024, 2, 29), 3), ((2000, 1, 1), 5), ((2025, 5, 11), 6)] {
            assert_eq!(weekday_of(date), expected, "{date:?}");
        }
        let check = |text: &str, weekday: Option<u8>, vietnamese: bool| {
            assert_eq!(hints(&tokenize(text)), Hints { weekday, vietnamese }, "{text}");
        };
        check("Thứ Hai, 12/5", Some(0), true);
        check("Thứ 7", Some(5), true);
        check("T2, 12/5", Some(0), false);
        check("Chủ Nhật", Some(6), true);
        check("CN, 11/5", Some(6), true);
        check("Thứ Năm", Some(3), true);
        check("Mon, 12 May", Some(0), false);
        check("Thu, 5/1/2025 8:30 AM", Some(3), false);
        check("12/5/2025 08:30", None, false);
        check("12/5/2025 8:30 SA", None, true);
    }
}
