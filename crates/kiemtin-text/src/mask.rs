//! Which words of a text are personal data?
//!
//! Phone, bank account and identity numbers, e-mail addresses, @handles and links to accounts of people become labels
//! before anything is stored. Hotlines of organisations (1800, 1900 and the short emergency numbers, and those on an
//! allow-list) stay, and so do figures, dates, codes, numbers of documents and of taxpayers.

mod cues;
mod hidden;
mod names;
mod numbers;
mod phone;

/// Kind of personal data; its label replaces the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Personal {
    /// A phone number.
    Phone,
    /// A bank account or card number.
    Account,
    /// An identity document number.
    Identity,
    /// An e-mail address.
    Email,
    /// An @handle, or the link to an account of a network.
    Handle,
}

impl Personal {
    /// What stands in the text instead.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Phone => "[số điện thoại]",
            Self::Account => "[tài khoản]",
            Self::Identity => "[giấy tờ]",
            Self::Email => "[email]",
            Self::Handle => "[tên tài khoản]",
        }
    }
}

/// Most times that a text is looked at.
const ROUNDS: usize = 16;

/// A masked text and what was masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// The text with labels.
    pub text: String,
    /// (first byte, byte after the last one, label) in the original text, ascending.
    pub cuts: Vec<(usize, usize, &'static str)>,
}

/// Replaces personal data by labels. Numbers in `keep` (digits only, as dialled inside Vietnam) are hotlines of
/// organisations. Masking a masked text changes nothing.
pub fn mask(text: &str, keep: &[String]) -> Masked {
    let mut masked = pass(text, keep);
    // A label can set free what touched the words in its place ("012345678901@lan"), so a text with finds is read again.
    for _ in 1..ROUNDS {
        let again = if masked.cuts.is_empty() { break } else { pass(&masked.text, keep) };
        if again.cuts.is_empty() {
            break;
        }
        masked = joined(&masked, again);
    }
    masked
}

fn pass(text: &str, keep: &[String]) -> Masked {
    let mut cuts = Cuts { text, found: Vec::new() };
    names::find(&mut cuts);
    hidden::find(&mut cuts);
    numbers::find(&mut cuts, keep);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (start, end, label) in &cuts.found {
        out.push_str(text.get(at..*start).unwrap_or(""));
        out.push_str(label);
        at = *end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    Masked { text: out, cuts: cuts.found }
}

/// Two passes as one: the places of the second one, which never lie over a label, are counted in the original text.
fn joined(first: &Masked, second: Masked) -> Masked {
    let mut cuts = first.cuts.clone();
    let mut known = first.cuts.iter().peekable();
    // How far the masked text is ahead of the original one, in bytes.
    let mut ahead = 0isize;
    for (start, end, label) in second.cuts {
        while let Some((from, to, known_label)) = known.next_if(|(from, ..)| from.saturating_add_signed(ahead) < start) {
            ahead += known_label.len() as isize - (to - from) as isize;
        }
        cuts.push((start.saturating_add_signed(-ahead), end.saturating_add_signed(-ahead), label));
    }
    cuts.sort_unstable();
    Masked { text: second.text, cuts }
}

/// What was found so far, in the order of the text.
struct Cuts<'a> {
    text: &'a str,
    found: Vec<(usize, usize, &'static str)>,
}

impl<'a> Cuts<'a> {
    /// Adds a place, unless it lies over one that was found before.
    fn add(&mut self, start: usize, end: usize, kind: Personal) {
        let at = self.found.partition_point(|(_, e, _)| *e <= start);
        if self.found.get(at).is_none_or(|(s, ..)| *s >= end) {
            self.found.insert(at, (start, end, kind.label()));
        }
    }

    /// The end of the last place before `at`.
    fn end_before(&self, at: usize) -> usize {
        let behind = self.found.partition_point(|(_, e, _)| *e <= at);
        behind.checked_sub(1).and_then(|n| self.found.get(n)).map_or(0, |(_, e, _)| *e)
    }

    /// The start of the first place that does not end before `at`.
    fn start_after(&self, at: usize) -> usize {
        let behind = self.found.partition_point(|(_, e, _)| *e <= at);
        self.found.get(behind).map_or(self.text.len(), |(s, ..)| *s)
    }

    /// What stands before `at` and is not masked. A label says nothing of what follows it, whether it was just put there
    /// or stood in the text already.
    fn before(&self, at: usize) -> &'a str {
        self.text.get(self.end_before(at)..at).and_then(|t| t.rsplit(']').next()).unwrap_or("")
    }

    /// What stands from `at` on and is not masked.
    fn after(&self, at: usize) -> &'a str {
        self.text.get(at..self.start_after(at)).and_then(|t| t.split('[').next()).unwrap_or("")
    }
}

/// Marks that belong to the letter before them, and signs that show nothing.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{fe0f}' | '\u{20e3}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn masks_people_not_figures() {
        for (text, expected) in [
            ("Gọi 0912 345 678 ngay", "Gọi [số điện thoại] ngay"),
            ("ĐT: +84.912.345.678.", "ĐT: [số điện thoại]."),
            ("STK 0123456789 ngân hàng", "STK [tài khoản] ngân hàng"),
            ("số CCCD 001099012345 của bạn", "số CCCD [giấy tờ] của bạn"),
            ("thư về a.b@example.com nhé", "thư về [email] nhé"),
            ("theo @nguyen_van trên kênh", "theo [tên tài khoản] trên kênh"),
            ("theo @nguyen_van, mã 1234567 ghi trên vé", "theo [tên tài khoản], mã 1234567 ghi trên vé"),
            ("theo [tên tài khoản], mã 1234567 ghi trên vé", "theo [tên tài khoản], mã 1234567 ghi trên vé"),
            ("tổng đài 19006769 và 1800 1234", "tổng đài 19006769 và 1800 1234"),
            ("kim ngạch 123.456.789.000 đồng", "kim ngạch 123.456.789.000 đồng"),
            ("ngày 12/05/2025, Công văn 1234/BCT", "ngày 12/05/2025, Công văn 1234/BCT"),
            ("ngày 12/05/2025 0912345678", "ngày 12/05/2025 [số điện thoại]"),
            ("CMND 012345678 hoặc 987654321", "CMND [giấy tờ] hoặc [giấy tờ]"),
        ] {
            assert_eq!(mask(text, &[]).text, expected);
        }
        assert_eq!(mask("Gọi 024 2222 2222", &["02422222222".into()]).cuts, []);
        assert_eq!(mask("Gọi +84 24 2222 2222", &["02422222222".into()]).cuts, []);
    }

    proptest::proptest! {
        #[test]
        fn masking_twice_changes_nothing(text in "[a-z0-9@. đ]{0,80}") {
            let once = mask(&text, &[]).text;
            proptest::prop_assert_eq!(&mask(&once, &[]).text, &once);
        }

        #[test]
        fn so_with_words_that_matter(words in proptest::collection::vec(
            "0912345678|0912|345|678|stk|STK: |cccd|,|; | |-| - |/|\\.|@lan|a@b\\.vn|fb\\.com/lan|Vietcombank|19006769|đồng|\\(84\\)|\\+84|sđt| mã |012345678901|\\[at\\]|x|\n|9999|0", 0..14)) {
            let text = words.concat();
            let masked = mask(&text, &[]);
            let mut built = String::new();
            let mut at = 0;
            for (start, end, label) in &masked.cuts {
                built.extend([text.get(at..*start).unwrap(), *label]);
                at = *end;
            }
            let once = masked.text;
            proptest::prop_assert_eq!(built + text.get(at..).unwrap(), once.as_str());
            proptest::prop_assert_eq!(&mask(&once, &[]).text, &once);
            let apart: String = text.nfd().collect();
            proptest::prop_assert_eq!(mask(&apart, &[]).text.nfc().collect::<String>(), once.nfc().collect::<String>());
        }
    }
}
