//! The detectors on invented series: what they find, what they leave alone.

use super::measured::{false_alarms, found};
use super::series::first_hour;
use super::simulated::{FIRST, series};
use super::*;
use crate::policies::Occurrence;

/// Thursday of the ninth week, 15:00.
fn thursday() -> i64 {
    FIRST + (8 * 7 + 3) * 24 + 15
}

fn change(series: &mut Series, hours: std::ops::Range<i64>, with: impl Fn(i64, &mut Hour)) {
    for hour in hours {
        if let Some(at) = usize::try_from(hour - series.first).ok().and_then(|i| series.hours.get_mut(i)) {
            with(hour, at);
        }
    }
}

/// More of the subject, from these hours on for four hours.
fn story(series: &mut Series, hour: i64, more: u32) {
    change(series, hour - 3..hour + 1, |_, at| *at = Hour { subject: at.subject + more, all: at.all + more });
}

fn weekly(from: i64, weeks: i64) -> Vec<Occurrence> {
    let day = day_of(from);
    let occurrence = |day| Occurrence {
        event: "ky-dieu-hanh".into(),
        title: "Kỳ điều hành giá xăng dầu".into(),
        day,
        nth: 1,
        topics: vec![],
        policy: None,
    };
    (0..weeks).map(|week| occurrence(day - week * 7)).rev().collect()
}

#[test]
fn stories_are_found_and_quiet_is_left_alone() {
    // As the notes' table was made: at one false alarm per subject and month, a story of 1.5 times the usual at 10 documents an
    // hour is found. `bench bursts` measures it on more series.
    let (alarms, months) = false_alarms(10.0, 0..100);
    assert!(alarms <= 1.0, "{alarms} false alarms a month in {months} months");
    let story = found(10.0, 1.5, 100..160);
    assert!(story.within(36) >= 0.95 && story.within(7) >= 0.9, "{story:?}");
    let big = found(10.0, 4.0, 200..230);
    assert!(big.within(7) >= 0.95, "{big:?}");
}

#[test]
fn a_warning_says_what_it_rests_on() {
    let hour = thursday();
    let mut busy = series(1, 5.0, None);
    let quiet = judge(&busy, hour, 1.0, &[]);
    assert_eq!((quiet.detector, quiet.lasts, quiet.immature), (None, false, false), "{quiet:?}");
    story(&mut busy, hour, 30);
    let judged = judge(&busy, hour, 1.0, &[]);
    assert!(matches!(judged.detector, Some(Detector::Fast)) && judged.lasts && judged.surprise >= judged.threshold, "{judged:?}");
    assert_eq!((judged.from, judged.hours), (hour - 3, 4));
    assert!(judged.count >= 120.0 && (10.0..60.0).contains(&judged.usual) && judged.share > 0.1, "{judged:?}");
    let after = judge(&busy, hour + 60, 1.0, &[]);
    assert!(!after.lasts, "it is over: {after:?}");
}

#[test]
fn more_or_less_of_everything_is_no_burst() {
    let hour = thursday();
    let mut caught_up = series(2, 8.0, None);
    // The crawl was down for six hours; what it missed came later, all dated by its arrival.
    change(&mut caught_up, hour - 9..hour - 3, |_, at| *at = Hour::default());
    change(&mut caught_up, hour - 3..hour + 1, |_, at| *at = Hour { subject: at.subject * 4, all: at.all * 4 });
    let judged = judge(&caught_up, hour, 1.0, &[]);
    assert_eq!(judged.detector, None, "{judged:?}");

    let mut down = series(3, 8.0, None);
    // Half of the sources are down: none of them writes about the subject.
    change(&mut down, hour - 30..hour + 1, |_, at| at.all = at.subject + (at.all - at.subject) / 2);
    let judged = judge(&down, hour, 1.0, &[]);
    assert_eq!(judged.detector, None, "{judged:?}");

    // Busier than usual, and then all sources are down for seven hours: they are not as quiet as a night.
    for quarters in 4..16 {
        let mut silent = series(8, 8.0, None);
        change(&mut silent, hour - 12..hour - 6, |_, at| *at = Hour { subject: at.subject * quarters / 4, ..*at });
        change(&mut silent, hour - 6..hour + 1, |_, at| *at = Hour::default());
        let (before, after) = (judge(&silent, hour - 7, 1.0, &[]), judge(&silent, hour, 1.0, &[]));
        assert!(before.detector.is_some() || after.detector.is_none(), "{quarters}: {before:?} {after:?}");
    }

    let mut missing = series(4, 8.0, None);
    change(&mut missing, hour - 2..hour, |_, at| *at = Hour { subject: at.subject / 8, all: at.all / 8 });
    let judged = judge(&missing, hour, 1.0, &[]);
    assert!(judged.hours < 4 && judged.detector.is_none(), "hours without most of the coverage are left out: {judged:?}");
}

#[test]
fn a_planned_day_is_compared_with_such_days() {
    let hour = thursday();
    let (mut series, planned) = (series(5, 6.0, None), weekly(hour, 5));
    for week in 0..5 {
        story(&mut series, hour - week * 7 * 24, 40);
    }
    let as_usual = judge(&series, hour, 1.0, &planned);
    assert_eq!(as_usual.detector, None, "{as_usual:?}");
    assert_eq!(as_usual.planned.as_deref(), Some("Kỳ điều hành giá xăng dầu"));
    assert!(judge(&series, hour, 1.0, &[]).detector.is_some(), "without the calendar it is a burst");
    story(&mut series, hour, 160);
    let far_more = judge(&series, hour, 1.0, &planned);
    assert!(far_more.detector.is_some(), "{far_more:?}");
}

#[test]
fn what_is_rare_needs_sources() {
    let hour = thursday();
    let mut rare = series(6, 0.0, None);
    story(&mut rare, hour, 1);
    let judged = judge(&rare, hour, 1.0, &[]);
    assert_eq!((judged.detector, judged.hours), (Some(Detector::Rare), 2));
    let told = |sources, documents| warrants(&judged, Reach { sources, documents });
    assert_eq!((told(2, 9), told(3, 3)), (Err(Refused::FewSources), Ok(Detector::Rare)));

    let mut young = rare.clone();
    change(&mut young, FIRST..first_hour(day_of(hour) - 4), |_, at| *at = Hour::default());
    let judged = judge(&young, hour, 1.0, &[]);
    assert!(judged.immature && judged.detector == Some(Detector::Rare), "{judged:?}");
    assert_eq!(warrants(&judged, Reach { sources: 3, documents: 9 }), Err(Refused::FewSources), "more is needed while little is known");
}

#[test]
fn warnings_begin_end_and_rest() {
    let hour = thursday();
    let mut busy = series(7, 5.0, None);
    story(&mut busy, hour, 30);
    let (judged, reach) = (judge(&busy, hour, 1.0, &[]), || Reach { documents: 120, sources: 9 });
    let quiet = Judged { detector: None, lasts: false, ..judged.clone() };
    let mut standing = Standing::default();
    for (at, judged, expected) in [
        (hour, &judged, Step::Begins(Detector::Fast)),
        (hour + 1, &judged, Step::GoesOn),
        (hour + 2, &quiet, Step::Ends),
        (hour + 3, &judged, Step::Quiet),
        (hour + 7, &judged, Step::Quiet),
        (hour + 8, &judged, Step::Begins(Detector::Fast)),
    ] {
        let step = standing.step(at, judged, reach);
        assert_eq!(step, expected, "hour {}", at - hour);
        standing = standing.after(at, step);
    }
    assert_eq!(warrants(&judged, Reach { documents: 4, sources: 4 }), Err(Refused::FewDocuments));
}

#[test]
fn a_quiet_subjects_warning_ends_with_its_story() {
    for seed in 0..10 {
        // Two or three documents a day; then two an hour from 8:00 to 20:00, and none for a day.
        let (first, last) = (thursday() - 7, thursday() + 5);
        let mut quiet = series(seed, 0.1, None);
        change(&mut quiet, first..last, |_, at| *at = Hour { subject: at.subject + 2, all: at.all + 2 });
        change(&mut quiet, last..last + 24, |_, at| at.subject = 0);
        let (mut standing, mut begun, mut over) = (Standing::default(), vec![], first);
        for hour in first - 12..last + 72 {
            let step = standing.step(hour, &judge(&quiet, hour, 1.0, &[]), || Reach { documents: 9, sources: 9 });
            standing = standing.after(hour, step);
            match step {
                Step::Begins(_) => begun.push(hour - first),
                Step::Ends => over = hour,
                Step::Quiet | Step::GoesOn => {}
            }
        }
        assert!(matches!(begun[..], [0..=11]), "{seed}: once, while it is written about: {begun:?}");
        assert!((last + 2..=last + 14).contains(&over), "{seed}: over {} hours after its last report", over - last);
    }
}
