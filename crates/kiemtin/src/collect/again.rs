//! Is the page of a listed item asked for, again?

use crate::config::Crawl;
use kiemtin_model::{Lead, Time};
use kiemtin_store::LeadState;

/// Failures in a row after which a page is asked ever more rarely; before, with every poll that lists it.
const QUICK_TRIES: u32 = 3;
/// A page that failed, or that was refused, is asked again after a day at the latest while it is listed.
const LONGEST_REST_MS: i64 = 24 * 3_600_000;

/// A known address is asked again when its listing says that it changed, while it is fresh, and when there was no page to be
/// had: at first with every poll, then ever more rarely.
pub(super) fn ask_again(settings: &Crawl, known: &LeadState, lead: &Lead, now: Time) -> bool {
    let changed = lead.updated_at.is_some_and(|at| known.listed_update.is_none_or(|before| at > before));
    let rested = |rest: i64| known.fetched_at.is_none_or(|at| now.0 - at.0 >= rest);
    let recheck = i64::from(settings.recheck_minutes) * 60_000;
    if changed {
        return true;
    }
    if known.document.is_some() {
        let fresh = lead.published_at.is_some_and(|at| now.0 - at.0 < i64::from(settings.recheck_hours) * 3_600_000);
        return fresh && rested(recheck);
    }
    let rest = match known.failures {
        // Refused on purpose: the reason mostly stays.
        0 if known.fetched_at.is_some() => recheck * 24,
        0..QUICK_TRIES => 0,
        failures => recheck << (failures - QUICK_TRIES).min(8),
    };
    rested(rest.min(LONGEST_REST_MS))
}

/// Whether a page that could not be had may be had later: then its listing must not be taken for dealt with. What is missing
/// (404, 410) mostly stays so.
pub(super) fn is_wanted(known: &LeadState) -> bool {
    known.document.is_none() && known.failures > 0 && !known.outcome.ends_with("HTTP 404") && !known.outcome.ends_with("HTTP 410")
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::time::HOUR_MS;
    use kiemtin_model::{DocId, LeadBody, Validators};

    const NOW: Time = Time(1_772_413_200_000);

    fn known(document: bool, failures: u32, minutes_ago: i64, outcome: &str) -> LeadState {
        LeadState {
            url: "https://bao.vn/a".into(),
            source: "bao".into(),
            first_seen: Time(0),
            fetched_at: Some(NOW.plus(-minutes_ago * 60_000)),
            listed_update: Some(Time(5)),
            validators: Validators::default(),
            outcome: outcome.into(),
            failures,
            document: document.then(|| DocId("a".into())),
        }
    }

    #[test]
    fn pages_are_asked_again_when_it_may_help() {
        let lead = |published_hours_ago: i64, updated_at| Lead {
            source: "bao".into(),
            url: "https://bao.vn/a".into(),
            title: String::new(),
            published_at: Some(NOW.plus(-published_hours_ago * HOUR_MS)),
            date_note: None,
            updated_at,
            guid: None,
            body: LeadBody::Page,
        };
        let check = |known: LeadState, lead: Lead, expected: bool| {
            assert_eq!(ask_again(&Crawl::default(), &known, &lead, NOW), expected, "{known:?}");
        };
        check(known(true, 0, 61, "new"), lead(2, None), true);
        check(known(true, 0, 59, "new"), lead(2, None), false);
        check(known(true, 0, 9_999, "new"), lead(25, None), false);
        check(known(true, 0, 1, "new"), lead(25, Some(Time(6))), true);
        check(known(true, 0, 1, "new"), lead(25, Some(Time(5))), false);
        for failures in [1, 2] {
            check(known(false, failures, 0, "failed: HTTP 500"), lead(25, None), true);
        }
        check(known(false, 3, 59, "failed: HTTP 500"), lead(25, None), false);
        check(known(false, 3, 60, "failed: HTTP 500"), lead(25, None), true);
        check(known(false, 5, 239, "failed: HTTP 500"), lead(25, None), false);
        check(known(false, 5, 240, "failed: HTTP 500"), lead(25, None), true);
        check(known(false, 99, 24 * 60, "failed: HTTP 404"), lead(25, None), true);
        check(known(false, 0, 23 * 60, "refused: not a text page"), lead(25, None), false);
        check(known(false, 0, 24 * 60, "refused: not a text page"), lead(25, None), true);
        check(LeadState { fetched_at: None, ..known(false, 0, 0, "") }, lead(25, None), true);
    }

    #[test]
    fn what_may_come_later_is_wanted() {
        assert!(is_wanted(&known(false, 1, 0, "failed: HTTP 503")));
        assert!(!is_wanted(&known(false, 1, 0, "failed: HTTP 404")));
        assert!(!is_wanted(&known(false, 0, 0, "refused: not a text page")));
        assert!(!is_wanted(&known(true, 1, 0, "failed: HTTP 503")));
    }
}
