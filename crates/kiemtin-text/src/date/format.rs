//! How is a date read whose form somebody has written down?

use super::{When, valid};

/// Longest text that is looked at, in characters.
const LOOKED_AT: usize = 300;

/// A form like `%d/%m/%Y %H:%M`, found anywhere in a text.
///
/// `%d` `%e` day, `%m` month, `%Y` year, `%y` year of two digits (2000–2069, 1970–1999), `%H` hour, `%I` hour of a half
/// day, `%M` minute, `%S` second, `%p` AM, PM, SA or CH, `%z` offset such as `+07:00`, `%A` any words (a weekday), `%%`.
/// Numbers may lack their zero in front; a space stands for any white space, or none; letters match without case.
#[derive(Clone, Debug, PartialEq)]
pub struct DateFormat {
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    Field(char),
    Space,
    Letter(char),
}

#[derive(Default)]
struct Fields {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    hour: Option<i64>,
    minute: i64,
    second: i64,
    afternoon: Option<bool>,
    offset: Option<i32>,
}

impl DateFormat {
    /// Reads a form; the error says what is wrong with it.
    pub fn parse(form: &str) -> Result<Self, String> {
        let mut pieces = vec![];
        let mut chars = form.chars();
        while let Some(c) = chars.next() {
            pieces.push(match c {
                '%' => match chars.next() {
                    Some('%') => Piece::Letter('%'),
                    Some(c @ ('d' | 'e' | 'm' | 'Y' | 'y' | 'H' | 'I' | 'M' | 'S' | 'p' | 'z' | 'A')) => Piece::Field(c),
                    other => {
                        let got = other.map(String::from).unwrap_or_default();
                        return Err(format!("got \"%{got}\", expected one of %d %e %m %Y %y %H %I %M %S %p %z %A %%"));
                    }
                },
                c if c.is_whitespace() => Piece::Space,
                c => Piece::Letter(c),
            });
        }
        let has = |fields: &[char]| pieces.iter().any(|p| matches!(p, Piece::Field(f) if fields.contains(f)));
        if !(has(&['d', 'e']) && has(&['m']) && has(&['Y', 'y'])) {
            return Err(format!("got \"{form}\", expected a form with a day (%d), a month (%m) and a year (%Y)"));
        }
        Ok(Self { pieces })
    }

    /// The first place of `text` that has this form and names a day of the calendar.
    pub fn find(&self, text: &str) -> Option<When> {
        let chars: Vec<char> = text.chars().take(LOOKED_AT).collect();
        (0..chars.len()).find_map(|start| {
            // A number is not read from its middle.
            let inside =
                start > 0 && chars.get(start).is_some_and(char::is_ascii_digit) && chars.get(start - 1).is_some_and(char::is_ascii_digit);
            if inside { None } else { self.read(&chars, start) }
        })
    }

    fn read(&self, chars: &[char], start: usize) -> Option<When> {
        let mut at = start;
        let mut fields = Fields::default();
        for piece in &self.pieces {
            match piece {
                Piece::Space => at += white(chars, at),
                Piece::Letter(c) => {
                    let same = chars.get(at).is_some_and(|x| x.to_lowercase().eq(c.to_lowercase()));
                    at += if same { 1 } else { return None };
                }
                Piece::Field(field) => at = fields.take(*field, chars, at)?,
            }
        }
        // `2025` is no reading of `20251`.
        if chars.get(at).is_some_and(char::is_ascii_digit) && chars.get(at.wrapping_sub(1)).is_some_and(char::is_ascii_digit) {
            return None;
        }
        fields.when()
    }
}

impl Fields {
    /// Reads one field at `at`; gives the place after it.
    fn take(&mut self, field: char, chars: &[char], at: usize) -> Option<usize> {
        let number = |most: usize, place: &mut dyn FnMut(i64)| {
            let digits: String = chars.get(at..)?.iter().take(most).take_while(|c| c.is_ascii_digit()).collect();
            place(digits.parse().ok()?);
            Some(at + digits.len())
        };
        match field {
            'd' | 'e' => number(2, &mut |n| self.day = Some(n)),
            'm' => number(2, &mut |n| self.month = Some(n)),
            'Y' => number(4, &mut |n| self.year = Some(n)),
            'y' => number(2, &mut |n| self.year = Some(if n < 70 { 2000 + n } else { 1900 + n })),
            'H' | 'I' => number(2, &mut |n| self.hour = Some(n)),
            'M' => number(2, &mut |n| self.minute = n),
            'S' => number(2, &mut |n| self.second = n),
            'A' => Some(at + chars.get(at..)?.iter().take_while(|c| c.is_alphabetic() || c.is_whitespace()).count()),
            'p' => {
                let word: String = chars.get(at..)?.iter().take(2).collect::<String>().to_lowercase();
                self.afternoon = Some(match word.as_str() {
                    "am" | "sa" => false,
                    "pm" | "ch" => true,
                    _ => return None,
                });
                Some(at + 2)
            }
            _ => {
                let (minutes, end) = offset(chars, at)?;
                self.offset = Some(minutes);
                Some(end)
            }
        }
    }

    fn when(&self) -> Option<When> {
        let (year, month, day) = valid(self.year?, self.month?, self.day?)?;
        let hour = match (self.hour, self.afternoon) {
            (Some(12), Some(false)) => Some(0),
            (Some(hour), Some(true)) if hour < 12 => Some(hour + 12),
            (hour, _) => hour,
        };
        let small = |n: i64, below: i64| i8::try_from(n).ok().filter(|_| n < below);
        let time = match hour {
            Some(hour) => Some((small(hour, 24)?, small(self.minute, 60)?, small(self.second, 60)?)),
            None => None,
        };
        Some(When { year, month, day, time, offset_minutes: self.offset.filter(|_| time.is_some()) })
    }
}

fn white(chars: &[char], at: usize) -> usize {
    chars.iter().skip(at).take_while(|c| c.is_whitespace()).count()
}

/// `+07:00`, `+0700`, `+7`, `Z`; minutes and the place after it.
fn offset(chars: &[char], at: usize) -> Option<(i32, usize)> {
    let sign = match chars.get(at)? {
        'Z' | 'z' => return Some((0, at + 1)),
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits = |from: usize| chars.iter().skip(from).take(4).take_while(|c| c.is_ascii_digit()).collect::<String>();
    let first = digits(at + 1);
    let number: i32 = first.parse().ok()?;
    let end = at + 1 + first.len();
    let (minutes, end) = match (first.len(), chars.get(end)) {
        (1 | 2, Some(':')) => (number * 60 + digits(end + 1).get(..2)?.parse::<i32>().ok()?, end + 3),
        (1 | 2, _) => (number * 60, end),
        _ => (number / 100 * 60 + number % 100, end),
    };
    (minutes <= 14 * 60).then_some((sign * minutes, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_found_in_texts() {
        let check = |form: &str, text: &str, expected: &str| {
            let read = DateFormat::parse(form).unwrap().find(text).map_or_else(String::new, |w| {
                format!("{}-{:02}-{:02} {:?} {:?}", w.year, w.month, w.day, w.time.unwrap_or((-1, -1, -1)), w.offset_minutes.unwrap_or(-1))
            });
            assert_eq!(read, expected, "{form} in {text}");
        };
        check("%d/%m/%Y %H:%M", "Thứ hai, 12/5/2025 8:30 (GMT+7)", "2025-05-12 (8, 30, 0) -1");
        check("%d/%m/%Y", "Thứ hai, 12/05/2025", "2025-05-12 (-1, -1, -1) -1");
        // The one order that no general reader can know.
        check("%m/%d/%Y", "05/12/2025", "2025-05-12 (-1, -1, -1) -1");
        check("%d.%m.%y", "12.05.25", "2025-05-12 (-1, -1, -1) -1");
        check("%d/%m/%Y %I:%M %p", "12/05/2025 03:30 CH", "2025-05-12 (15, 30, 0) -1");
        check("%d/%m/%Y %I:%M %p", "12/05/2025 12:05am", "2025-05-12 (0, 5, 0) -1");
        check("%Hh%M, ngày %d-%m-%Y", "08h30, Ngày 12-5-2025", "2025-05-12 (8, 30, 0) -1");
        check("%A, %d/%m/%Y - %H:%M:%S", "Thứ Hai, 12/05/2025 - 08:30:15", "2025-05-12 (8, 30, 15) -1");
        check("%Y-%m-%dT%H:%M:%S%z", "2025-05-12T08:30:15+07:00", "2025-05-12 (8, 30, 15) 420");
        check("%Y%m%d", "id 20250512", "2025-05-12 (-1, -1, -1) -1");
        for (form, text) in [
            ("%d/%m/%Y", "12-05-2025"),
            ("%d/%m/%Y", "31/02/2025"),
            ("%d/%m/%Y", "12/05/20251"),
            ("%d/%m/%Y %H:%M", "12/05/2025"),
            ("%d/%m/%Y %H:%M", "12/05/2025 25:30"),
            ("%d/%m/%Y", ""),
        ] {
            check(form, text, "");
        }
    }

    #[test]
    fn bad_forms_are_told() {
        let check = |form: &str, words: &str| {
            let error = DateFormat::parse(form).unwrap_err();
            assert!(error.contains("got") && error.contains("expected") && error.contains(words), "{error}");
        };
        check("%d/%m/%Q", "%Q");
        check("%d/%m/%", "%");
        check("%H:%M", "a day");
        check("dd/mm/yyyy", "a day");
        check("", "a day");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,60}", digits in "[0-9/:. TZ+-]{0,40}", form in "[%dmYyHIMSpzA/: -]{0,20}") {
            if let Ok(form) = DateFormat::parse(&form) {
                let _ = (form.find(&text), form.find(&digits));
            }
        }
    }
}
