//! Which elements do two lists have in common, in order, under a budget of steps?

/// Elements that follow one another in both lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The first one in the old list.
    pub old: usize,
    /// The first one in the new list.
    pub new: usize,
    /// How many; at least one.
    pub length: usize,
}

/// The runs of a shortest edit script, ascending; `None` when finding it would take more than `budget` steps. What was
/// used is taken from the budget.
pub(super) fn common(old: &[u32], new: &[u32], budget: &mut usize) -> Option<Vec<Run>> {
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (old.get(prefix..)?, new.get(prefix..)?);
    let suffix = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_middle, new_middle) = (old_rest.get(..old_rest.len() - suffix)?, new_rest.get(..new_rest.len() - suffix)?);
    let runs = [Run { old: 0, new: 0, length: prefix }].into_iter();
    let middle = middle(old_middle, new_middle, budget)?.into_iter().map(|r| Run { old: r.old + prefix, new: r.new + prefix, ..r });
    let last = Run { old: old.len() - suffix, new: new.len() - suffix, length: suffix };
    Some(runs.chain(middle).chain([last]).filter(|r| r.length > 0).collect())
}

/// The greedy algorithm: for each number of edits, how far does each diagonal (old place minus new place) reach?
fn middle(old: &[u32], new: &[u32], budget: &mut usize) -> Option<Vec<Run>> {
    if old.is_empty() || new.is_empty() {
        return Some(vec![]);
    }
    // How far diagonals -d, -d + 2, … d reach after d edits.
    let mut reached: Vec<Vec<u32>> = vec![];
    loop {
        let edits = reached.len();
        let before = reached.last().map_or(&[][..], Vec::as_slice);
        let mut row = Vec::with_capacity(edits + 1);
        for place in 0..=edits {
            let start = start(before, place);
            // The diagonal is 2 × place − edits, and the place in the new list is the old one less the diagonal.
            let new_start = start + edits - 2 * place;
            let ahead = (old.get(start..).unwrap_or_default(), new.get(new_start..).unwrap_or_default());
            let snake = ahead.0.iter().zip(ahead.1).take_while(|(a, b)| a == b).count();
            *budget = budget.checked_sub(1 + snake)?;
            row.push(u32::try_from(start + snake).ok()?);
            if start + snake >= old.len() && new_start + snake >= new.len() {
                reached.push(row);
                return Some(walk_back(&reached, place));
            }
        }
        reached.push(row);
    }
}

/// Where a diagonal starts after one more edit: one further in the old list, or one further in the new one.
fn start(before: &[u32], place: usize) -> usize {
    let inserted = before.get(place).map(|x| *x as usize);
    let removed = place.checked_sub(1).and_then(|p| before.get(p)).map(|x| *x as usize + 1);
    inserted.max(removed).unwrap_or(0)
}

/// The runs on the way that ended at `place` of the last row.
fn walk_back(reached: &[Vec<u32>], mut place: usize) -> Vec<Run> {
    let mut runs = vec![];
    for edits in (0..reached.len()).rev() {
        let before = edits.checked_sub(1).and_then(|e| reached.get(e)).map_or(&[][..], Vec::as_slice);
        let end = reached.get(edits).and_then(|row| row.get(place)).map_or(0, |x| *x as usize);
        let old = start(before, place);
        let new = old + edits - 2 * place;
        if end > old {
            runs.push(Run { old, new, length: end - old });
        }
        let removed = place.checked_sub(1).and_then(|p| before.get(p)).is_some_and(|x| *x as usize + 1 == old);
        let inserted = before.get(place).is_some_and(|x| *x as usize == old);
        place -= usize::from(removed && !inserted);
    }
    runs.reverse();
    runs
}
