//! Has a feed moved for good? Publishers say so with permanent redirects, and now and then by mistake.

use super::Change;
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{Failure, FeedMove, FeedPlan, Outcome, Time};
use url::Url;

/// Polls that must lead to the same new address before it is believed, over at least [`OVER_MS`].
const POLLS: u32 = 3;
const OVER_MS: i64 = DAY_MS;

/// Notes where a poll that could be read led; `to` is set when every redirect on the way was a permanent one.
pub(super) fn seen(plan: &mut FeedPlan, feed: &str, to: Option<&str>, now: Time) -> Option<Change> {
    let believed = plan.moved.as_ref().is_some_and(|moved| moved.believed);
    let Some(to) = to else {
        // A believed address that leads nowhere else is right; one that was not seen again was a mistake.
        plan.moved.take_if(|_| !believed);
        return None;
    };
    let again = plan.moved.as_mut().filter(|moved| moved.to == to && !moved.believed);
    match again {
        Some(moved) => moved.polls += 1,
        // Also for a believed address that has moved on: the configured one leads there, and is counted anew.
        None => plan.moved = Some(FeedMove { to: to.to_owned(), polls: 1, since: now, believed: false }),
    }
    let moved = plan.moved.as_mut()?;
    moved.believed = (moved.polls >= POLLS && now.0 - moved.since.0 >= OVER_MS) || only_safer(feed, &moved.to);
    moved.believed.then_some(Change::Moved)
}

/// A believed new address that is gone again is given up: what the configured one answers counts again.
pub(super) fn failed(plan: &mut FeedPlan, outcome: &Outcome) -> Option<Change> {
    let gone = matches!(outcome, Outcome::Failed(Failure::Status(404 | 410)) | Outcome::Refused(_));
    plan.moved.take_if(|moved| moved.believed && gone).map(|_| Change::MovedBack)
}

/// The same address by https.
fn only_safer(from: &str, to: &str) -> bool {
    let (Ok(from), Ok(to)) = (Url::parse(from), Url::parse(to)) else { return false };
    let rest = |url: &Url| (url.host_str().map(str::to_owned), url.path().to_owned(), url.query().map(str::to_owned));
    from.scheme() == "http" && to.scheme() == "https" && from.port().is_none() && to.port().is_none() && rest(&from) == rest(&to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::time::HOUR_MS;

    const OLD: &str = "http://bao.vn/rss";

    /// What each poll changes: (hours since the first, where it led).
    fn check(polls: &[(i64, Option<&str>)], expected: &[Option<Change>], address: &str) {
        let mut plan = FeedPlan::default();
        let changes: Vec<_> = polls.iter().map(|(hour, to)| seen(&mut plan, OLD, *to, Time(hour * HOUR_MS))).collect();
        assert_eq!((changes.as_slice(), plan.address(OLD)), (expected, address), "{polls:?}");
    }

    #[test]
    fn a_move_is_believed_slowly() {
        let new = "http://moi.vn/rss";
        check(&[(0, Some(new)), (1, Some(new)), (2, Some(new))], &[None; 3], OLD);
        check(&[(0, Some(new)), (1, Some(new)), (25, Some(new))], &[None, None, Some(Change::Moved)], new);
        check(&[(0, Some(new)), (25, Some(new))], &[None; 2], OLD);
        check(&[(0, Some(new)), (1, None), (25, Some(new)), (26, Some(new))], &[None; 4], OLD);
        check(&[(0, Some(new)), (1, Some("http://khac.vn/")), (25, Some(new)), (26, Some(new))], &[None; 4], OLD);
        check(&[(0, Some("https://bao.vn/rss"))], &[Some(Change::Moved)], "https://bao.vn/rss");
        check(&[(0, Some("https://bao.vn/rss2"))], &[None], OLD);
    }

    #[test]
    fn a_new_address_that_fails_is_given_up_and_one_that_moves_on_is_counted_anew() {
        let believed = || FeedPlan {
            moved: Some(FeedMove { to: "https://moi.vn/rss".into(), polls: 3, since: Time(0), believed: true }),
            ..FeedPlan::default()
        };
        let mut plan = believed();
        assert_eq!(failed(&mut plan, &Outcome::Failed(Failure::Network("down".into()))), None);
        assert_eq!(plan, believed());
        assert_eq!(failed(&mut plan, &Outcome::Failed(Failure::Status(410))), Some(Change::MovedBack));
        assert_eq!(plan, FeedPlan::default());
        let mut plan = believed();
        assert_eq!(seen(&mut plan, OLD, None, Time(5)), None);
        assert_eq!(plan, believed());
        assert_eq!(seen(&mut plan, OLD, Some("https://moi2.vn/rss"), Time(5)), None);
        assert_eq!(plan.address(OLD), OLD);
    }
}
