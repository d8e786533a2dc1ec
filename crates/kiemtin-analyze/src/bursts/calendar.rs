//! Which days are busy by plan?

/// A day on which much is written about a subject every time: an adjustment of prices, monthly figures, a deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedDay {
    /// Number of the Vietnamese day.
    pub day: i64,
    /// What comes back: days of the same event are compared with one another.
    pub event: String,
    /// In words.
    pub title: String,
}

impl PlannedDay {
    /// Whether it is on this day.
    pub(super) fn touches(&self, day: i64) -> bool {
        self.day == day
    }
}

/// The public holiday on this Vietnamese day, if it is one: less is written, by fewer, about other things (Labour Code 2019,
/// article 112). Days of the lunar calendar are looked up for 2020 to 2030.
pub fn holiday(day: i64) -> Option<&'static str> {
    let date = kiemtin_model::Day(day).to_string();
    let (year, rest) = date.split_at_checked(4)?;
    let year: i64 = year.parse().ok()?;
    match rest {
        "-01-01" => return Some("Tết Dương lịch"),
        "-04-30" => return Some("Ngày Giải phóng miền Nam"),
        "-05-01" => return Some("Quốc tế Lao động"),
        "-09-02" | "-09-01" => return Some("Quốc khánh"),
        _ => {}
    }
    let of = LUNAR.iter().find(|l| l.0 == year)?;
    let number = |text: &str| format!("{year}-{text}").parse::<kiemtin_model::Day>().ok().map(|d| d.0);
    // From two days before the first day of the year to its sixth.
    if number(of.1).is_some_and(|first| (first - 2..first + 6).contains(&day)) {
        return Some("Tết Nguyên đán");
    }
    (number(of.2) == Some(day)).then_some("Giỗ Tổ Hùng Vương")
}

/// (year, first day of the lunar year, tenth day of its third month), as Vietnam's calendar (UTC+7) has them.
const LUNAR: &[(i64, &str, &str)] = &[
    (2020, "01-25", "04-02"),
    (2021, "02-12", "04-21"),
    (2022, "02-01", "04-10"),
    (2023, "01-22", "04-29"),
    (2024, "02-10", "04-18"),
    (2025, "01-29", "04-07"),
    (2026, "02-17", "04-26"),
    (2027, "02-06", "04-16"),
    (2028, "01-26", "04-04"),
    (2029, "02-13", "04-23"),
    (2030, "02-02", "04-12"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::Day;

    #[test]
    fn knows_public_holidays() {
        let check = |day: &str, expect: Option<&str>| assert_eq!(holiday(day.parse::<Day>().unwrap().0), expect, "{day}");
        check("2026-02-17", Some("Tết Nguyên đán"));
        check("2026-02-15", Some("Tết Nguyên đán"));
        check("2026-02-22", Some("Tết Nguyên đán"));
        check("2026-02-23", None);
        check("2025-04-07", Some("Giỗ Tổ Hùng Vương"));
        check("2026-04-30", Some("Ngày Giải phóng miền Nam"));
        check("2026-11-26", None);
        check("2040-02-12", None);
    }
}
