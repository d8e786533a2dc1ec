//! What does a cell look like in Excel? Its kind decides: numbers and days stay what one can reckon with, and Excel shows their
//! separators as the reader's own settings have it.

use super::XlsxError;
use super::links::Links;
use crate::formats::{Cell, words};
use kiemtin_model::Time;
use kiemtin_model::lang::Lang;
use kiemtin_model::time::{DAY_MS, Day, HOUR_MS, MINUTE_MS};
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, FormatBorder, FormatUnderline, Worksheet};

/// Longest text of a cell, in UTF-16 units, by Excel's own limit.
const LONGEST: usize = 32_767;
/// Days from Excel's day 0 to 1970-01-01.
const EPOCH: i64 = 25_569;
/// First day that Excel knows under its right number: it counts a 29th of February 1900.
const FIRST_DAY: i64 = 61 - EPOCH;
/// Its last day, 9999-12-31.
const LAST_DAY: i64 = 2_958_465 - EPOCH;
/// Last days that have a written date.
const CALENDAR: std::ops::RangeInclusive<i64> = -4_371_000..=2_932_000;

/// The looks of a file.
pub(super) struct Looks {
    pub(super) heading: Format,
    pub(super) line: Format,
    pub(super) head: Format,
    empty: Format,
    text: Format,
    /// Words that Excel would take for a formula once somebody has edited their cell.
    quoted: Format,
    link: Format,
    count: Format,
    number: Format,
    part: Format,
    day: Format,
    moment: Format,
}

impl Looks {
    /// The looks; a part of a whole has its own number format. Days have the names of months of an English file in English whatever
    /// the reader's own settings are (LCID 0809).
    pub(super) fn new(part: &str, lang: Lang) -> Self {
        let day = lang.of(["dd/mm/yyyy", "[$-809]d mmm yyyy"]);
        // All at the top: a row is as high as its longest text.
        let cell = Format::new().set_align(FormatAlign::Top).set_border(FormatBorder::Thin).set_border_color("D0D0D0");
        let of = |format: &str| cell.clone().set_num_format(format);
        let text = cell.clone().set_text_wrap();
        Self {
            heading: Format::new().set_bold().set_font_size(14).set_align(FormatAlign::Top),
            line: Format::new().set_align(FormatAlign::Top),
            head: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color("E3EEF0")
                .set_border(FormatBorder::Thin)
                .set_border_color("8FB0B6"),
            quoted: text.clone().set_quote_prefix(),
            link: text.clone().set_font_color("0B5C6B").set_underline(FormatUnderline::Single),
            count: of("#,##0"),
            number: of("#,##0.0"),
            part: of(part),
            day: of(day).set_align(FormatAlign::Center),
            moment: of(&format!("{day} hh:mm")).set_align(FormatAlign::Center),
            empty: cell,
            text,
        }
    }

    /// Writes a cell.
    pub(super) fn write(&self, sheet: &mut Worksheet, (row, place): (u32, u16), cell: &Cell, links: &mut Links) -> Result<(), XlsxError> {
        match cell {
            Cell::Text(text) => self.words(sheet, (row, place), text)?,
            Cell::Link(text, address) => match links.url(text, address) {
                Some(url) => {
                    sheet.write_url_with_format(row, place, url, &self.link)?;
                }
                None => self.words(sheet, (row, place), text)?,
            },
            Cell::Count(count) => {
                sheet.write_number_with_format(row, place, *count as f64, &self.count)?;
            }
            Cell::Number(value) if value.is_finite() => {
                sheet.write_number_with_format(row, place, *value, &self.number)?;
            }
            Cell::Part(value) if value.is_finite() => {
                sheet.write_number_with_format(row, place, *value, &self.part)?;
            }
            Cell::Day(day) => match serial(*day) {
                Some(serial) => {
                    sheet.write_datetime_with_format(row, place, ExcelDateTime::from_serial_datetime(serial)?, &self.day)?;
                }
                None if CALENDAR.contains(&day.0) => self.words(sheet, (row, place), &day.vi())?,
                None => self.nothing(sheet, (row, place))?,
            },
            Cell::Moment(at) => match serial(Day::of(*at)) {
                Some(serial) => {
                    let serial = ExcelDateTime::from_serial_datetime(serial + clock(*at))?;
                    sheet.write_datetime_with_format(row, place, serial, &self.moment)?;
                }
                None if CALENDAR.contains(&at.day_number()) => self.words(sheet, (row, place), &at.vi())?,
                None => self.nothing(sheet, (row, place))?,
            },
            Cell::Empty | Cell::Number(_) | Cell::Part(_) => self.nothing(sheet, (row, place))?,
        }
        Ok(())
    }

    fn words(&self, sheet: &mut Worksheet, (row, place): (u32, u16), text: &str) -> Result<(), XlsxError> {
        let text = shown(text);
        let look = if text.starts_with(['=', '+', '-', '@']) { &self.quoted } else { &self.text };
        sheet.write_string_with_format(row, place, text, look)?;
        Ok(())
    }

    fn nothing(&self, sheet: &mut Worksheet, (row, place): (u32, u16)) -> Result<(), XlsxError> {
        sheet.write_blank(row, place, &self.empty)?;
        Ok(())
    }
}

/// The words as a cell may have them.
pub(super) fn shown(text: &str) -> std::borrow::Cow<'_, str> {
    words::cut(words::kept(text), LONGEST)
}

/// The number by which Excel knows a day.
fn serial(day: Day) -> Option<f64> {
    (FIRST_DAY..=LAST_DAY).contains(&day.0).then(|| (day.0 + EPOCH) as f64)
}

/// Which part of its Vietnamese day is over, to the minute: Excel would round seconds up to the next one.
fn clock(at: Time) -> f64 {
    let minutes = (at.0 + 7 * HOUR_MS).rem_euclid(DAY_MS).div_euclid(MINUTE_MS);
    minutes as f64 / (DAY_MS / MINUTE_MS) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_have_the_numbers_of_excel() {
        let day = |text: &str| serial(text.parse().unwrap());
        assert_eq!(day("2026-11-23"), Some(46_349.0));
        assert_eq!((day("1900-03-01"), day("1900-02-28")), (Some(61.0), None), "Excel has a day too many before");
        assert_eq!((day("9999-12-30"), serial(Day(LAST_DAY + 1)), serial(Day(i64::MIN))), (Some(2_958_464.0), None, None));
        assert_eq!(clock(Time::local(2026, 11, 23, 18, 0, 59).unwrap()), 0.75, "seconds are left out");
        assert_eq!(clock(Time::local(1969, 11, 23, 6, 0, 0).unwrap()), 0.25);
    }
}
