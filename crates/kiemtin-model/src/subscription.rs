//! How does it stand between us and the hub that tells of a feed's news? (W3C Recommendation "WebSub")
//!
//! Pure: every step gives the next state; the store keeps it, and nothing here knows a network or a clock. What a hub sends is
//! never taken in: it is a hint that the feed has something new.

use crate::time::{DAY_MS, HOUR_MS, Time};
use crate::words;
use std::fmt;

/// Shortest time between two polls of one feed, in milliseconds, whoever asks for the second one.
pub const LEAST_POLL_MS: i64 = 2 * 60_000;
/// The lease that a hub is asked for.
pub const LEASE_ASKED_MS: i64 = 10 * DAY_MS;
/// A lease that a hub grants counts as no shorter and no longer than this.
const LEASE_BOUNDS_MS: (i64, i64) = (5 * 60_000, 30 * DAY_MS);
/// Part of a lease, in per cent, after which it is renewed.
const RENEW_AT_PERCENT: i64 = 80;
/// A hub that did not check our wish for so long will not.
const SILENCE_MS: i64 = DAY_MS;
/// A hub that refused is asked again.
const AFTER_REFUSAL_MS: i64 = 7 * DAY_MS;
/// First wait after a failure; it doubles up to a day.
const AFTER_FAILURE_MS: i64 = HOUR_MS;
/// Most characters of a reason that are kept.
const REASON_CHARS: usize = 300;

words! {
    /// Where a subscription stands.
    SubscriptionState {
        /// The feed names a hub; it is to be asked.
        Wanted = "wanted" / "sẽ đăng ký",
        /// The hub was asked, and has yet to check that we mean it.
        Asked = "asked" / "chờ hub xác nhận",
        /// The hub tells of news.
        Active = "active" / "đang nhận báo tin mới",
        /// The hub refused.
        Refused = "refused" / "hub từ chối",
    }
}

/// The hub that a feed names, and the name of the feed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubOffer {
    /// Address of the hub.
    pub hub: String,
    /// Address that the hub knows the feed by (`rel=self`).
    pub topic: String,
}

/// A subscription to one feed. `Debug` tells neither the secret nor the callback.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Source of the feed.
    pub source: String,
    /// Address of the feed as configured.
    pub feed: String,
    /// The hub, and what it is asked for.
    pub offer: HubOffer,
    /// Last part of the address that the hub calls: 128 random bits in hex. Who knows it can answer in the hub's place.
    pub callback: String,
    /// Key of the signatures: 256 random bits in hex.
    pub secret: String,
    /// When its feed first named this hub.
    pub wanted_at: Time,
    /// Where it stands; see [`Subscription::state_at`] for a lease that ran out.
    pub state: SubscriptionState,
    /// When the hub was asked, while it has not checked our wish.
    pub asked_at: Option<Time>,
    /// Since when the hub tells of news without a break.
    pub since: Option<Time>,
    /// Until when it does.
    pub lease_until: Option<Time>,
    /// When the hub is asked next, or given up when it was asked and does not check.
    pub due_at: Time,
    /// When it last told of news, with a signature that holds.
    pub pushed_at: Option<Time>,
    /// Failures in a row.
    pub failures: u32,
    /// The last failure or refusal in words; empty when all is well.
    pub error: String,
}

impl Subscription {
    /// One that is wanted since `now`. `callback` and `secret` are random, in hex.
    pub fn wanted(source: &str, feed: &str, offer: HubOffer, callback: String, secret: String, now: Time) -> Self {
        Self {
            source: source.to_owned(),
            feed: feed.to_owned(),
            offer,
            callback,
            secret,
            wanted_at: now,
            state: SubscriptionState::Wanted,
            asked_at: None,
            since: None,
            lease_until: None,
            due_at: now,
            pushed_at: None,
            failures: 0,
            error: String::new(),
        }
    }

    /// Whether the hub tells of news at `now`.
    pub fn is_active(&self, now: Time) -> bool {
        self.state == SubscriptionState::Active && self.lease_until.is_some_and(|until| now < until)
    }

    /// Where it stands at `now`: a lease that ran out is a wish again.
    pub fn state_at(&self, now: Time) -> SubscriptionState {
        match (self.state, self.asked_at) {
            (SubscriptionState::Active, None) if !self.is_active(now) => SubscriptionState::Wanted,
            (SubscriptionState::Active, Some(_)) if !self.is_active(now) => SubscriptionState::Asked,
            (state, _) => state,
        }
    }

    /// The hub is about to be asked. Recorded before the request, because a hub may check while it still answers.
    pub fn asked(&mut self, now: Time) {
        self.state = if self.is_active(now) { SubscriptionState::Active } else { SubscriptionState::Asked };
        (self.asked_at, self.due_at) = (Some(now), now.plus(SILENCE_MS));
    }

    /// Whether a hub that asks "do you want `topic`?" is answered with yes: when it was asked, and again while it tells of news,
    /// because our first answer may not have reached it.
    pub fn confirms(&self, topic: &str) -> bool {
        (self.asked_at.is_some() || self.state == SubscriptionState::Active) && self.offer.topic == topic
    }

    /// Whether another offer takes its place: not within a day, since a feed may name now this hub and now that.
    pub fn gives_way(&self, offer: &HubOffer, now: Time) -> bool {
        self.offer != *offer && now.0 - self.wanted_at.0 >= DAY_MS
    }

    /// The hub checked our wish and grants a lease (milliseconds; the one asked for when it names none). Gives whether it is
    /// more than a renewal.
    pub fn verified(&mut self, now: Time, lease_ms: Option<i64>) -> bool {
        let lease = lease_ms.unwrap_or(LEASE_ASKED_MS).clamp(LEASE_BOUNDS_MS.0, LEASE_BOUNDS_MS.1);
        let new = !self.is_active(now);
        self.since = self.since.filter(|_| !new).or(Some(now));
        self.state = SubscriptionState::Active;
        self.lease_until = Some(now.plus(lease));
        self.due_at = now.plus(lease * RENEW_AT_PERCENT / 100);
        (self.asked_at, self.failures) = (None, 0);
        self.error.clear();
        new
    }

    /// The hub cannot be asked, or did not check in time. What it granted before stays; it is asked again ever more rarely.
    pub fn failed(&mut self, now: Time, why: &str) {
        self.state = if self.is_active(now) { SubscriptionState::Active } else { SubscriptionState::Wanted };
        let wait = AFTER_FAILURE_MS << self.failures.min(5);
        (self.asked_at, self.due_at) = (None, now.plus(wait.min(DAY_MS)));
        self.failures = self.failures.saturating_add(1);
        self.error = words_of(why);
    }

    /// The hub does not want us; it is asked again after a week. Gives whether that is new.
    pub fn refused(&mut self, now: Time, why: &str) -> bool {
        let new = self.state != SubscriptionState::Refused;
        self.state = SubscriptionState::Refused;
        (self.asked_at, self.since, self.lease_until) = (None, None, None);
        self.due_at = now.plus(AFTER_REFUSAL_MS);
        self.error = words_of(why);
        new
    }
}

/// A reason in a bounded number of letters that can be shown anywhere.
fn words_of(why: &str) -> String {
    why.chars().filter(|c| !c.is_control()).take(REASON_CHARS).collect()
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, feed, offer, state, due_at, pushed_at, lease_until, failures, error, .. } = self;
        write!(f, "Subscription({source} {feed} at {offer:?}: {state}, due {due_at}, pushed {pushed_at:?}, until {lease_until:?}, ")?;
        write!(f, "{failures} failures {error:?}, secrets hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_772_413_200_000);

    fn wanted() -> Subscription {
        let offer = HubOffer { hub: "https://hub.vn/".into(), topic: "https://bao.vn/rss".into() };
        Subscription::wanted("bao", "https://bao.vn/rss", offer, "c0ffee".into(), "5ec4e7".into(), NOW)
    }

    #[test]
    fn asked_checked_renewed() {
        let mut one = wanted();
        assert!(!one.confirms("https://bao.vn/rss"), "nobody asked yet");
        one.asked(NOW);
        assert_eq!((one.state, one.due_at), (SubscriptionState::Asked, NOW.plus(DAY_MS)));
        assert!(one.confirms("https://bao.vn/rss") && !one.confirms("https://bao.vn/khac"));
        assert!(one.verified(NOW.plus(1), Some(DAY_MS)));
        assert_eq!((one.due_at, one.since), (NOW.plus(1 + DAY_MS * 8 / 10), Some(NOW.plus(1))));
        let renewal = one.due_at;
        one.asked(renewal);
        assert!(one.is_active(renewal), "it tells of news while it is renewed");
        assert!(!one.verified(renewal, Some(DAY_MS)));
        assert_eq!((one.since, one.lease_until), (Some(NOW.plus(1)), Some(renewal.plus(DAY_MS))));
        assert_eq!(one.state_at(renewal.plus(DAY_MS)), SubscriptionState::Wanted, "a lease ends");
    }

    #[test]
    fn leases_have_bounds() {
        let check = |lease: Option<i64>, counts: i64| {
            let mut one = wanted();
            one.asked(NOW);
            one.verified(NOW, lease);
            assert_eq!(one.lease_until, Some(NOW.plus(counts)), "{lease:?}");
        };
        check(None, 10 * DAY_MS);
        check(Some(0), 5 * 60_000);
        check(Some(-5), 5 * 60_000);
        check(Some(i64::MAX), 30 * DAY_MS);
        check(Some(DAY_MS), DAY_MS);
    }

    #[test]
    fn failures_are_asked_ever_more_rarely_and_refusals_after_a_week() {
        let mut one = wanted();
        let mut waits = vec![];
        for _ in 0..7 {
            one.asked(NOW);
            one.failed(NOW, "HTTP 503");
            waits.push((one.due_at.0 - NOW.0) / HOUR_MS);
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 24, 24]);
        assert_eq!((one.state, one.failures), (SubscriptionState::Wanted, 7));
        assert!(one.refused(NOW, "HTTP 404") && !one.refused(NOW, "HTTP 404"));
        assert_eq!(one.due_at, NOW.plus(7 * DAY_MS));
        one.asked(NOW);
        one.verified(NOW, None);
        one.failed(NOW.plus(1), "HTTP 503");
        assert!(one.is_active(NOW.plus(2)), "what was granted stays");
        let other = HubOffer { hub: "https://b.vn/".into(), ..one.offer.clone() };
        assert!(!one.gives_way(&other, NOW.plus(HOUR_MS)) && one.gives_way(&other, NOW.plus(DAY_MS)));
        assert!(!one.gives_way(&one.offer, NOW.plus(DAY_MS)));
        one.refused(NOW, "\u{1b}[31m\nkhông");
        assert_eq!(one.error, "[31mkhông");
    }

    #[test]
    fn secrets_are_not_told() {
        let told = format!("{:?}", wanted());
        assert!(told.contains("hub.vn") && !told.contains("c0ffee") && !told.contains("5ec4e7"), "{told}");
    }
}
