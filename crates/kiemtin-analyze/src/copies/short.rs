//! Which stored short texts are this one, edited?
//!
//! A post of ten words has next to no prints that survive a changed word. So short texts ([`kiemtin_text::winnow::SHORT`]) are
//! compared by all their words and pairs of words, as sets (Jaccard index), and found by whatever they share: a word, a pair, or
//! four syllables in a row. Texts whose figures differ are never one: "tăng 3 %" and "tăng 5 %" are two claims, and the headlines
//! of a daily series differ in nothing but the date.

use super::likeness::Likeness;
use super::table::Table;
use kiemtin_text::winnow::{Gram, Print, gram};
use std::collections::VecDeque;

/// Texts held per word, pair or shingle, the newest. What more texts share tells little; a copy shares rarer things too.
const KEPT: usize = 64;
/// Texts that are compared in full: those that share most.
const COMPARED: usize = 64;

/// The newest short texts.
#[derive(Debug)]
pub(super) struct ShortIndex {
    table: Table,
    /// Number and prints, sorted, of each short text, the newest at the back.
    texts: VecDeque<(u32, Box<[Print]>)>,
    newest: u32,
    /// Texts (short and long) after which one is forgotten.
    window: u32,
}

impl ShortIndex {
    /// Without any text; of the last `window` numbers.
    pub(super) fn new(window: u32) -> Self {
        Self { table: Table::new(KEPT), texts: VecDeque::new(), newest: 0, window }
    }

    /// Adds the text with this number, which is after all others; one that is not short has no prints here.
    pub(super) fn add(&mut self, number: u32, prints: &[Print]) {
        self.newest = number;
        let (newest, window) = (self.newest, self.window);
        let holds = |_: Print, number: u32| newest - number.min(newest) < window;
        while self.texts.front().is_some_and(|(oldest, _)| !holds(0, *oldest)) {
            self.texts.pop_front();
        }
        for print in prints {
            self.table.add(*print, number, &holds);
        }
        if !prints.is_empty() {
            let mut sorted = prints.to_vec();
            sorted.sort_unstable();
            self.texts.push_back((number, sorted.into()));
        }
    }

    /// Stored short texts with the same figures, and how much they share, the most alike first.
    pub(super) fn like(&self, prints: &[Print]) -> Vec<Likeness> {
        let mut own = prints.to_vec();
        own.sort_unstable();
        let mut hits = vec![];
        own.iter().for_each(|print| self.table.numbers(*print, &mut hits));
        hits.sort_unstable();
        // What was forgotten may still stand in the table, and must not take the place of what is there.
        let oldest = self.texts.front().map_or(u32::MAX, |(oldest, _)| *oldest);
        let held = hits.chunk_by(|a, b| a == b).filter_map(|same| Some((same.len(), *same.first()?)));
        let mut found: Vec<(usize, u32)> = held.filter(|(_, number)| *number >= oldest).collect();
        // Of those that share as much, the newest first.
        found.sort_unstable_by(|a, b| b.cmp(a));
        let mut all: Vec<Likeness> = found.iter().take(COMPARED).filter_map(|(_, number)| self.compare(*number, &own)).collect();
        all.sort_by(|a, b| b.jaccard().total_cmp(&a.jaccard()).then(a.number.cmp(&b.number)));
        all
    }

    fn compare(&self, number: u32, own: &[Print]) -> Option<Likeness> {
        let at = self.texts.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        let (_, theirs) = self.texts.get(at)?;
        let (mut shared, mut figures) = (0, true);
        let mut rest = theirs.iter().peekable();
        for print in own {
            // What they have more, up to here.
            while let Some(other) = rest.next_if(|other| *other < print) {
                figures &= gram(*other) != Gram::Figure;
            }
            let same = rest.next_if_eq(&print).is_some();
            figures &= same || gram(*print) != Gram::Figure;
            shared += u32::from(same && compared(*print));
        }
        figures &= rest.all(|other| gram(*other) != Gram::Figure);
        let count = |of: &[Print]| of.iter().filter(|p| compared(**p)).count() as u32;
        figures.then(|| Likeness { number, shared, own: count(own), theirs: count(theirs), zones: 0, short: true })
    }

    /// Memory that it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let texts: usize = self.texts.iter().map(|(_, prints)| prints.len() * size_of::<Print>()).sum();
        self.table.bytes() + texts + self.texts.capacity() * size_of::<(u32, Box<[Print]>)>()
    }
}

/// Shingles only help to find: what they say of order is said by the pairs.
fn compared(print: Print) -> bool {
    gram(print) != Gram::Shingle
}

#[cfg(test)]
mod tests {
    use super::super::{Bounds, CopyIndex, Relation};
    use kiemtin_text::read_informal;
    use kiemtin_text::winnow::{Prints, prints};
    use proptest::prelude::*;

    const POST: &str = "Sắp hết xăng toàn quốc rồi bà con ơi, đi đổ đầy bình ngay chiều nay";

    fn of(text: &str) -> Prints {
        prints(&read_informal(text, true).tokens)
    }

    fn index_of(texts: &[&str]) -> CopyIndex {
        let mut index = CopyIndex::default();
        texts.iter().zip(1..).for_each(|(text, number)| index.add(number, Some(&of(text))));
        index
    }

    #[test]
    fn edited_posts_are_one_text() {
        let index = index_of(&["Trời hôm nay mưa to quá các bác ạ, đi làm ướt hết", POST]);
        for edited in [
            POST.to_owned(),
            format!("Hot: {POST}... chia sẻ gấp"),
            POST.replace(' ', " 🔥 "),
            "sap het xang toan quoc roi ba con oi, di do day binh ngay chieu nay".into(),
            "sắp hếtttt xăng toàn quốc r bà con ơi, đi đổ đầy bình ngay chiều nay".into(),
            POST.replace("chiều nay", "tối nay").replace("bà con", "anh em"),
        ] {
            let like = index.like(&of(&edited));
            assert_eq!(like.first().map(|l| (l.number, l.relation())), Some((2, Some(Relation::Same))), "{edited}: {like:?}");
        }
    }

    #[test]
    fn other_posts_on_the_subject_are_not() {
        let index =
            index_of(&[POST, "Giá xăng RON 95 hôm nay 12/5 tăng 300 đồng mỗi lít", "Cháy lớn nhiều giờ tại khu công nghiệp ở Hải Phòng"]);
        for other in [
            "Xăng toàn quốc vẫn đủ, bà con đừng đi đổ đầy bình",
            "Giá xăng RON 95 hôm nay 19/5 tăng 300 đồng mỗi lít",
            "Giá xăng RON 95 hôm nay 12/5 tăng 500 đồng mỗi lít",
            "Giá xăng RON 95 hôm nay tăng mỗi lít",
            "Khu công nghiệp ở Quảng Ninh cháy nhà kho",
        ] {
            assert!(index.like(&of(other)).iter().all(|l| l.relation().is_none()), "{other}: {:?}", index.like(&of(other)));
        }
    }

    #[test]
    fn an_original_is_found_among_many_on_its_subject() {
        let mut index = CopyIndex::default();
        index.add(1, Some(&of(POST)));
        for number in 2..2_000 {
            index.add(number, Some(&of(&format!("Hết xăng rồi bà con ơi, cây xăng số {number} ở đây đi đổ ngay nay"))));
        }
        assert_eq!(index.like(&of(&format!("Nóng: {POST}"))).first().map(|l| l.number), Some(1));
        assert!(index.bytes() < 2_000_000, "{}", index.bytes());
    }

    #[test]
    fn old_posts_are_forgotten() {
        let mut index = CopyIndex::new(Bounds { whole: 10, sampled: 20 });
        index.add(1, Some(&of(POST)));
        for number in 2..12 {
            assert_eq!(index.like(&of(POST)).len(), 1, "{number}");
            index.add(number, None);
        }
        assert_eq!(index.like(&of(POST)), []);
    }

    proptest! {
        #[test]
        fn an_index_built_anew_answers_as_one_that_grew(
            texts in prop::collection::vec(prop::collection::vec("(giá|xăng|tăng|giảm|3|5|hôm|nay){1}", 0..12), 1..120),
            asked in prop::collection::vec("(giá|xăng|tăng|giảm|3|5|hôm|nay){1}", 4..12),
        ) {
            let bounds = Bounds { whole: 30, sampled: 60 };
            let texts: Vec<Prints> = texts.iter().map(|words| of(&words.join(" "))).collect();
            let mut grown = CopyIndex::new(bounds);
            texts.iter().zip(1..).for_each(|(text, number)| grown.add(number, Some(text)));
            let mut built = CopyIndex::new(bounds);
            let begin = built.begin(grown.newest());
            texts.iter().zip(1..).filter(|(_, n)| *n > begin).for_each(|(text, number)| built.add(number, Some(text)));
            let asked = of(&asked.join(" "));
            prop_assert_eq!(grown.like(&asked), built.like(&asked));
        }
    }
}
