//! A report as a point among others: its strongest terms with their weights, five bytes each.

use super::terms::Term;

/// Terms of a vector.
pub const TERMS: usize = 128;
/// A weight of 1.
const ONE: f32 = 255.0;
/// Version of what terms and weights are. Vectors of another one cannot be compared.
const SCHEME: u8 = 1;

/// The strongest terms of a text, in order of the terms; about of length one. What is compared is what is stored, so that
/// an index that was built anew says the same as one that grew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vector {
    list: Box<[(Term, u8)]>,
}

impl Vector {
    pub(super) fn of(weighed: &[(Term, f32)]) -> Self {
        let weight = |w: f32| (w * ONE).round().clamp(0.0, ONE) as u8;
        Self { list: weighed.iter().map(|(t, w)| (*t, weight(*w))).filter(|(_, w)| *w > 0).collect() }
    }

    /// So many terms with the greatest weights.
    pub(super) fn strongest(&self, count: usize) -> Vec<(Term, u8)> {
        let mut list = self.list.to_vec();
        if list.len() > count {
            list.select_nth_unstable_by(count, |a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
            list.truncate(count);
        }
        list
    }

    /// Cosine of the angle between two, 0 to about 1.
    pub fn likeness(&self, other: &Self) -> f32 {
        let (mut a, mut b) = (self.list.iter().peekable(), other.list.iter().peekable());
        let mut sum = 0u32;
        while let (Some((s, v)), Some((t, w))) = (a.peek(), b.peek()) {
            match s.cmp(t) {
                std::cmp::Ordering::Less => {
                    a.next();
                }
                std::cmp::Ordering::Greater => {
                    b.next();
                }
                std::cmp::Ordering::Equal => {
                    sum += u32::from(*v) * u32::from(*w);
                    a.next();
                    b.next();
                }
            }
        }
        sum as f32 / (ONE * ONE)
    }

    /// Memory of its terms, in bytes.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.list)
    }

    /// As it is stored: the scheme, then five bytes per term.
    pub fn to_bytes(&self) -> Vec<u8> {
        std::iter::once(SCHEME).chain(self.list.iter().flat_map(|(t, w)| t.to_le_bytes().into_iter().chain([*w]))).collect()
    }

    /// A stored one; `None` when it is of another scheme, or none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (scheme, rest) = bytes.split_first()?;
        let (terms, odd) = rest.as_chunks::<5>();
        let known = *scheme == SCHEME && odd.is_empty() && terms.len() <= TERMS;
        known.then(|| Self { list: terms.iter().map(|[a, b, c, d, w]| (u32::from_le_bytes([*a, *b, *c, *d]), *w)).collect() })
    }
}
