//! What are two texts to each other: one article, a quote, or nothing?

/// Fewer shared prints than this say nothing.
pub const SHARED: usize = 3;
/// From this part of either text on, a shared passage is a quote …
pub const QUOTE: f64 = 0.25;
/// … and from this part on when shared passages stand in [`REWRITTEN_ZONES`] eighths of the new text: it was rewritten.
pub const REWRITTEN: f64 = 0.15;
/// See [`REWRITTEN`].
pub const REWRITTEN_ZONES: u32 = 7;
/// From this part of both texts on they are one article when shared passages stand all over the new text:
/// one pasted passage does not.
pub const SAME: f64 = 0.25;
/// Eighths of the new text that hold shared prints when they stand all over it; and of a text with fewer than
/// [`FEW_PRINTS`], where some eighth may hold none by accident.
pub const SAME_ZONES: (u32, u32) = (7, 6);
/// Prints of an article of some 300 syllables.
pub const FEW_PRINTS: u32 = 64;
/// From this part of both texts on they are one article wherever the passages stand; a copy counts towards mass copying.
pub const MOSTLY: f64 = 0.60;
/// Least Jaccard index, over words and pairs of words, of two short texts with the same figures that are one. Chosen on 22,000 real
/// headlines and first sentences (`bench copies`): half finds a post with two words changed, and joins two different headlines of
/// one subject in less than one of 200.
pub const SAME_SHORT: f64 = 0.50;
/// From this Jaccard index on, a text adds nothing to the index that its copy does not hold.
pub const NOTHING_NEW: f64 = 0.80;

/// How much a text shares with a stored one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// Number of the stored text.
    pub number: u32,
    /// Prints in both.
    pub shared: u32,
    /// Prints of the new text, boilerplate left out.
    pub own: u32,
    /// Prints of the stored text, boilerplate of the new one left out.
    pub theirs: u32,
    /// Eighths of the new text that hold shared prints.
    pub zones: u32,
    /// Both are short: words and pairs of words are counted, not prints.
    pub short: bool,
}

/// What a text is to a stored one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// One article: a copy, edited or not.
    Same,
    /// A passage that makes up much of one of them.
    Quote,
}

impl Likeness {
    /// Part of the new text that stands in the stored one, 0 to 1.
    pub fn of_own(&self) -> f64 {
        f64::from(self.shared) / f64::from(self.own.max(1))
    }

    /// Part of the stored text that stands in the new one, 0 to 1.
    pub fn of_theirs(&self) -> f64 {
        f64::from(self.shared) / f64::from(self.theirs.max(1))
    }

    /// The smaller of the two parts.
    pub fn both(&self) -> f64 {
        self.of_own().min(self.of_theirs())
    }

    /// Jaccard index of the prints, 0 to 1.
    pub fn jaccard(&self) -> f64 {
        f64::from(self.shared) / f64::from((self.own + self.theirs).saturating_sub(self.shared).max(1))
    }

    /// What they are to each other; `None`: nothing worth noting.
    pub fn relation(&self) -> Option<Relation> {
        let (both, either) = (self.both(), self.of_own().max(self.of_theirs()));
        let (same, quote) = if self.short {
            (self.jaccard() >= SAME_SHORT, false)
        } else {
            let rewritten = either >= REWRITTEN && self.zones >= REWRITTEN_ZONES;
            let all_over = self.zones >= if self.own < FEW_PRINTS { SAME_ZONES.1 } else { SAME_ZONES.0 };
            (both >= MOSTLY || (both >= SAME && all_over), either >= QUOTE || rewritten)
        };
        if same {
            Some(Relation::Same)
        } else if quote {
            Some(Relation::Quote)
        } else {
            None
        }
    }
}
