//! Tests of the copy index.

use super::*;
use kiemtin_text::scan;
use kiemtin_text::winnow::prints;
use proptest::prelude::*;

const SMALL: Bounds = Bounds { whole: 30, sampled: 60 };

fn made(list: Vec<Print>) -> Prints {
    Prints { list, short: false }
}

/// `count` syllables that no text with another seed has.
fn words(seed: u32, count: u32) -> Vec<String> {
    (0..count).map(|i| format!("t{}", seed.wrapping_mul(40_503).wrapping_add(i.wrapping_mul(2_654_435_761)) >> 8)).collect()
}

fn of(words: &[String]) -> Prints {
    prints(&scan(&words.join(" ")).tokens)
}

fn index_of(texts: &[Vec<String>]) -> CopyIndex {
    let mut index = CopyIndex::default();
    for (text, number) in texts.iter().zip(1..) {
        index.add(number, Some(&of(text)));
    }
    index
}

#[test]
fn copies_and_quotes_are_told_apart() {
    let original = words(1, 400);
    let other = words(2, 400);
    let index = index_of(&[original.clone(), words(3, 400)]);
    let changed: Vec<String> = original.iter().enumerate().map(|(i, w)| if i % 11 == 5 { format!("z{i}") } else { w.clone() }).collect();
    let pasted = [&other[..200], &original[100..300], &other[200..]].concat();
    let shuffled = [&original[200..], &original[..200]].concat();
    for (text, expected, what) in [
        (original.clone(), Some(Relation::Same), "itself"),
        (changed, Some(Relation::Same), "every eleventh syllable changed"),
        (original[60..].to_vec(), Some(Relation::Same), "the lead cut"),
        (shuffled, Some(Relation::Same), "halves exchanged"),
        (original[..160].to_vec(), Some(Relation::Same), "the first two fifths"),
        (original[..80].to_vec(), Some(Relation::Quote), "the first fifth"),
        (pasted, Some(Relation::Quote), "half of it pasted into another"),
        (original[200..260].to_vec(), Some(Relation::Quote), "a quote of 60 syllables"),
        ([&other[..], &original[200..240]].concat(), None, "40 syllables in 400 others"),
        (other.clone(), None, "another text"),
    ] {
        let like = index.like(&of(&text));
        assert_eq!(like.first().and_then(Likeness::relation), expected, "{what}: {like:?}");
        assert!(like.iter().all(|l| l.number == 1), "{what}");
    }
}

#[test]
fn short_texts_are_copies_or_nothing() {
    // Short texts are one only with the same figures: these are words.
    let words = |seed, count| -> Vec<String> {
        let letter = |c: char| c.to_digit(10).and_then(|d| char::from_digit(d + 10, 36)).unwrap_or(c);
        self::words(seed, count).iter().map(|w| w.chars().map(letter).collect()).collect()
    };
    let post = words(1, 20);
    let index = index_of(std::slice::from_ref(&post));
    for (text, expected) in [
        (post.clone(), Some(Relation::Same)),
        (post[..16].to_vec(), Some(Relation::Same)),
        ([&post[..10], &words(2, 10)[..]].concat(), None),
        (words(3, 20), None),
        ([&post[..], &words(4, 60)[..]].concat(), None),
    ] {
        assert_eq!(index.like(&of(&text)).first().and_then(Likeness::relation), expected, "{}", text.join(" "));
    }
}

#[test]
fn what_many_texts_share_says_nothing() {
    let notice = words(99, 80);
    let text = |seed| [&words(seed, 100)[..], &notice[..]].concat();
    let texts: Vec<_> = (1..=BOILERPLATE as u32 + 1).map(text).collect();
    let few = index_of(&texts[..BOILERPLATE]);
    assert_eq!(few.like(&of(&text(500))).len(), BOILERPLATE);
    let many = index_of(&texts);
    assert_eq!(many.like(&of(&text(500))), [], "a notice under every text");
    let copy = many.like(&of(&text(7)));
    assert_eq!(copy.iter().map(|l| (l.number, l.relation(), l.both() > 0.9)).collect::<Vec<_>>(), [(7, Some(Relation::Same), true)]);
}

#[test]
fn older_texts_are_sampled_then_forgotten() {
    let mut index = CopyIndex::new(SMALL);
    let first = of(&words(1, 1_000));
    index.add(1, Some(&first));
    let like = |index: &CopyIndex| index.like(&first).first().map(|l| (l.relation(), l.shared));
    let all = like(&index).map(|l| l.1);
    for number in 2..=200 {
        index.add(number, Some(&of(&words(number, 100))));
        match number {
            ..31 => assert_eq!(like(&index), Some((Some(Relation::Same), all.unwrap()))),
            31..91 => {
                let (relation, shared) = like(&index).unwrap();
                assert!(relation == Some(Relation::Same) && shared < all.unwrap() / 3, "{shared} of {all:?}");
            }
            _ => assert_eq!(like(&index), None),
        }
    }
    assert_eq!(index.begin(200), 110);
}

#[test]
fn memory_is_bounded() {
    let mut index = CopyIndex::new(SMALL);
    let mut most = 0;
    for number in 1..3_000 {
        index.add(number, Some(&of(&words(number, 300))));
        if number == 300 {
            most = index.bytes();
        }
    }
    assert!(index.bytes() <= most * 2, "{} bytes after 300 texts, {} after 3,000", most, index.bytes());
}

proptest! {
    #[test]
    fn an_index_built_anew_answers_as_one_that_grew(
        texts in prop::collection::vec(prop::option::weighted(0.95, prop::collection::btree_set(0u32..400, 0..40)), 1..250),
        asked in prop::collection::btree_set(0u32..400, 0..60),
    ) {
        let texts: Vec<Option<Prints>> = texts.into_iter().map(|t| t.map(|t| made(t.into_iter().collect()))).collect();
        let mut grown = CopyIndex::new(SMALL);
        for (text, number) in texts.iter().zip(1..) {
            grown.add(number, text.as_ref());
        }
        let mut built = CopyIndex::new(SMALL);
        let begin = built.begin(grown.newest());
        for (text, number) in texts.iter().zip(1..).filter(|(_, number)| *number > begin) {
            built.add(number, text.as_ref());
        }
        let asked = made(asked.into_iter().collect());
        prop_assert_eq!(grown.like(&asked), built.like(&asked));
        prop_assert_eq!(grown.newest(), built.newest());
        // What is known is left out.
        built.add(1, Some(&asked));
        prop_assert_eq!(grown.like(&asked), built.like(&asked));
    }
}
