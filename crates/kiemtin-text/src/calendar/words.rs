//! Which words stand beside the digits of a date or a duration?

use crate::number::lexicon::Lexicon;
use std::sync::LazyLock;

/// A word of dates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Word {
    /// ngày, hôm, mùng: a day of the month follows.
    Day,
    /// tháng
    Month,
    /// năm: a year follows.
    Year,
    /// quý
    Quarter,
    /// từ, đến, trước, sáng …: what follows may be a date written with a slash.
    Cue,
    /// in, since: an English year follows.
    English,
    /// số, khoản …: what follows is a number of something else.
    Number,
    /// nay
    Now,
    /// ngoái, qua: the year before.
    Past,
    /// mỗi, hằng, một, mấy: «mỗi tháng 5 triệu» is no date.
    Every,
    /// A month's name in English.
    Named(i8),
}

use Word::{Cue, Day, English, Every, Month, Named, Now, Number, Past, Quarter, Year};

pub(super) static WORDS: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    Lexicon::new(&[
        ("ngày", Day),
        ("hôm", Day),
        ("mùng", Day),
        ("mồng", Day),
        ("tháng", Month),
        ("năm", Year),
        ("quý", Quarter),
        ("từ", Cue),
        ("đến", Cue),
        ("tới", Cue),
        ("trước", Cue),
        ("sau", Cue),
        ("vào", Cue),
        ("sáng", Cue),
        ("trưa", Cue),
        ("chiều", Cue),
        ("tối", Cue),
        ("đêm", Cue),
        ("hết", Cue),
        ("lúc", Cue),
        ("on", English),
        ("in", English),
        ("since", English),
        ("from", English),
        ("until", English),
        ("số", Number),
        ("khoản", Number),
        ("điều", Number),
        ("nay", Now),
        ("ngoái", Past),
        ("qua", Past),
        ("mỗi", Every),
        ("một", Every),
        ("mấy", Every),
        ("vài", Every),
        ("hằng", Every),
        ("hàng", Every),
        ("các", Every),
        ("January", Named(1)),
        ("February", Named(2)),
        ("March", Named(3)),
        ("April", Named(4)),
        ("May", Named(5)),
        ("June", Named(6)),
        ("July", Named(7)),
        ("August", Named(8)),
        ("September", Named(9)),
        ("October", Named(10)),
        ("November", Named(11)),
        ("December", Named(12)),
    ])
});

/// What stands around a clock time or a length of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Span {
    /// A unit, in minutes.
    Unit(f64),
    /// lúc, hồi: a clock time follows.
    Clock,
    /// trong, vòng, sau, within: a length follows.
    Length,
    /// sáng, chiều, đêm: a clock time stands before.
    Part,
    /// nửa
    Half,
    /// rưỡi
    AndHalf,
}

pub(super) static SPANS: LazyLock<Lexicon<Span>> = LazyLock::new(|| {
    Lexicon::new(&[
        ("phút", Span::Unit(1.0)),
        ("minutes", Span::Unit(1.0)),
        ("minute", Span::Unit(1.0)),
        ("giờ", Span::Unit(60.0)),
        ("tiếng", Span::Unit(60.0)),
        ("hours", Span::Unit(60.0)),
        ("hour", Span::Unit(60.0)),
        ("ngày", Span::Unit(1440.0)),
        ("days", Span::Unit(1440.0)),
        ("tuần", Span::Unit(10080.0)),
        ("weeks", Span::Unit(10080.0)),
        ("lúc", Span::Clock),
        ("hồi", Span::Clock),
        ("từ", Span::Clock),
        ("đến", Span::Clock),
        ("at", Span::Clock),
        ("trong", Span::Length),
        ("vòng", Span::Length),
        ("sau", Span::Length),
        ("suốt", Span::Length),
        ("within", Span::Length),
        ("in", Span::Length),
        ("sáng", Span::Part),
        ("trưa", Span::Part),
        ("chiều", Span::Part),
        ("tối", Span::Part),
        ("đêm", Span::Part),
        ("khuya", Span::Part),
        ("hôm", Span::Part),
        ("kém", Span::Part),
        ("nửa", Span::Half),
        ("rưỡi", Span::AndHalf),
    ])
});
