//! Which of the dates in a line is the publication, and which a later change?

use super::{When, parse_when};
use unicode_normalization::UnicodeNormalization;

/// Words before the time of a change.
const CHANGED: [&str; 8] = ["cập nhật", "chỉnh sửa", "sửa đổi", "sửa lần cuối", "last update", "updated", "modified", "update"];
/// Words before the time of publication.
const PUBLISHED: [&str; 7] = ["đăng", "xuất bản", "phát hành", "ngày tạo", "published", "posted", "created"];
/// Longest line that is looked at, in characters.
const LOOKED_AT: usize = 300;

/// What a line says of its article.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Labelled {
    /// When it was published.
    pub published: Option<When>,
    /// When it was changed.
    pub modified: Option<When>,
}

/// Reads `Đăng lúc 08:30 12/05/2025 - Cập nhật lúc 9:00 13/05/2025` and the like. A date without a word before it is the
/// publication; one after "cập nhật" never is.
pub fn labelled(line: &str) -> Labelled {
    let small: String = line.nfc().take(LOOKED_AT).collect::<String>().to_lowercase();
    if !CHANGED.iter().any(|label| small.contains(label)) {
        return Labelled { published: parse_when(&small), modified: None };
    }
    let places = |labels: &[&str], changed: bool| {
        let found = labels.iter().flat_map(|label| small.match_indices(label).map(move |(at, _)| (at, changed)));
        found.collect::<Vec<_>>()
    };
    let mut starts = vec![(0, false)];
    starts.extend(places(&CHANGED, true));
    starts.extend(places(&PUBLISHED, false));
    starts.sort_unstable();
    let mut read = Labelled::default();
    for (i, (start, changed)) in starts.iter().enumerate() {
        let end = starts.get(i + 1).map_or(small.len(), |next| next.0);
        let when = small.get(*start..end).and_then(parse_when);
        let place = if *changed { &mut read.modified } else { &mut read.published };
        *place = place.or(when);
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_and_changed() {
        let check = |line: &str, published: &str, modified: &str| {
            let day = |w: Option<When>| w.map(|w| format!("{}/{} {:?}", w.day, w.month, w.time.map(|t| t.0))).unwrap_or_default();
            let read = labelled(line);
            assert_eq!((day(read.published).as_str(), day(read.modified).as_str()), (published, modified), "{line}");
        };
        check("12/05/2025 08:30", "12/5 Some(8)", "");
        check("Đăng lúc: 08:30 12/05/2025", "12/5 Some(8)", "");
        check("Cập nhật lúc 08:30, 12/05/2025", "", "12/5 Some(8)");
        check("CẬP NHẬT: 12/05/2025", "", "12/5 None");
        check("Đăng lúc 08:30 12/05/2025 - Cập nhật lúc 09:00 13/05/2025", "12/5 Some(8)", "13/5 Some(9)");
        check("12/05/2025 08:30 (Cập nhật: 13/05/2025 09:00)", "12/5 Some(8)", "13/5 Some(9)");
        check("Cập nhật 09:00 13/05/2025 | Xuất bản 08:30 12/05/2025", "12/5 Some(8)", "13/5 Some(9)");
        check("Last updated: 13 May 2025. Published 12 May 2025", "12/5 None", "13/5 None");
        check("Cập nhật lúc 2 giờ trước", "", "");
        let decomposed: String = "Cập nhật lúc 08:30, 12/05/2025".nfd().collect();
        check(&decomposed, "", "12/5 Some(8)");
    }
}
