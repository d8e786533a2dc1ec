//! Is there a report to be made, or somebody to be reminded of one?
//!
//! Asked again and again while the service runs. What was made stands in the store, in the same transaction as the report and the news
//! of it: nothing is made twice, and what was missed while nothing ran is made up for. A report is made once the index has seen all that
//! the store had when it fell due.

use crate::config::reports::Entry;
use kiemtin_analyze::{Knowledge, PolicyRegister};
use kiemtin_crawl::Clock;
use kiemtin_model::period::Period;
use kiemtin_model::report::{Report, ReportNotice, Scope};
use kiemtin_model::written::{change, count};
use kiemtin_model::{Day, Time};
use kiemtin_store::{SearchIndex, Seq, Store};
use kiemtin_text::lexicon::Lexicon;
use kiemtin_web::Catalogue;
use kiemtin_web::report::{Basis, EACH_UNIT, make, scope};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between two looks.
const LOOK: Duration = Duration::from_secs(10);
/// Periods that are made up for when the service did not run, the last one included.
const MADE_UP: usize = 8;
/// Days of December on which units are reminded of the yearly report, and the one before which it is due.
const REMINDERS: [i8; 2] = [1, 18];
const DUE: i8 = 25;
/// Hour of the day at which is reminded.
const REMIND_HOUR: i8 = 8;

/// What reports are made from and by when.
pub struct ReportRounds {
    /// The truth.
    pub store: Arc<dyn Store>,
    /// Counts.
    pub index: Arc<dyn SearchIndex>,
    /// Names.
    pub catalogue: Catalogue,
    /// The policies.
    pub policies: Arc<PolicyRegister>,
    /// Words that queries of policies stand for.
    pub lexicon: Arc<Lexicon>,
    /// Rules in force.
    pub knowledge: Arc<dyn Fn() -> Arc<Knowledge> + Send + Sync>,
    /// What is made by itself.
    pub timetable: Vec<Entry>,
    /// Whether units are reminded of their yearly report.
    pub remind_yearly: bool,
    /// Channels of the outbox.
    pub channels: Vec<String>,
}

impl ReportRounds {
    /// Looks until the service stops; a look that fails is repeated.
    pub async fn run(self, clock: Clock, mut stopped: watch::Receiver<bool>) {
        let mut waiting = None;
        while !*stopped.borrow() {
            if let Err(error) = self.round(clock(), &mut waiting).await {
                tracing::error!(error = format!("{error:#}"), "a report could not be made and is tried again");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stopped.changed() => {}
            }
        }
    }

    /// Makes what is due at `now`. While the index lags behind, `waiting` holds what it has to see first. Gives how many were made.
    pub async fn round(&self, now: Time, waiting: &mut Option<Seq>) -> anyhow::Result<usize> {
        self.remind(now).await?;
        let mut due = vec![];
        for entry in &self.timetable {
            for scope in self.scopes(entry) {
                let last = self.store.last_run(&what(entry), &scope.key()).await?;
                due.extend(missed(entry, last, now).into_iter().map(|period| (entry, scope.clone(), period)));
            }
        }
        if due.is_empty() {
            *waiting = None;
            return Ok(0);
        }
        let wanted = match *waiting {
            Some(wanted) => wanted,
            None => *waiting.insert(self.store.counts().await?.last_seq),
        };
        if self.index.cursor().await?.map_or(0, |cursor| cursor.seq) < wanted {
            return Ok(0);
        }
        *waiting = None;
        let mut made = 0;
        for (entry, scope, period) in due {
            made += usize::from(self.make(entry, &scope, period, now).await?);
        }
        Ok(made)
    }

    fn scopes(&self, entry: &Entry) -> Vec<Scope> {
        let of = |unit: &str| scope(&self.catalogue, &self.policies, Some(unit), None, None).ok();
        match entry.unit.as_str() {
            "" => vec![Scope::ministry()],
            EACH_UNIT => {
                let mut units: Vec<&str> = self.catalogue.topics.iter().flat_map(|t| &t.units).map(String::as_str).collect();
                units.sort_unstable();
                units.dedup();
                units.into_iter().filter_map(of).collect()
            }
            unit => of(unit).into_iter().collect(),
        }
    }

    /// One report with its news, in one transaction; false: another process was faster.
    async fn make(&self, entry: &Entry, scope: &Scope, period: Period, now: Time) -> anyhow::Result<bool> {
        let basis = Basis {
            store: &*self.store,
            index: &*self.index,
            catalogue: &self.catalogue,
            policies: &self.policies,
            lexicon: &self.lexicon,
            rules_version: (self.knowledge)().version.clone(),
            now,
        };
        let report = make(&basis, period, scope).await?;
        let mut batch = self.store.begin().await?;
        let id = batch.keep_report(&report, now).await?;
        if !batch.put_run(&what(entry), period, &scope.key(), now, Some(id)).await? {
            return Ok(false);
        }
        let notice = news(&report, id, &entry.formats, now);
        let key = format!("{}:{period}:{}", what(entry), scope.key());
        for channel in &self.channels {
            batch.put_report_notice(&key, &notice, channel).await?;
        }
        batch.commit().await?;
        tracing::info!(report = id, period = %period, scope = scope.key(), "a report was made");
        Ok(true)
    }

    /// Reminds each unit of its yearly report, and the house of that of the ministry: once per date.
    async fn remind(&self, now: Time) -> anyhow::Result<()> {
        let year = now.year();
        let at = |day: i8, hour: i8| Time::local(year, 12, day, hour, 0, 0);
        let passed = |day: &i8| at(*day, REMIND_HOUR).is_some_and(|at| at <= now);
        let (Some(stage), Some(before)) = (REMINDERS.into_iter().rfind(passed), at(DUE, 0)) else { return Ok(()) };
        let (what, period) = (format!("reminder-{stage}"), Period::Year(year));
        if !self.remind_yearly || before <= now || self.store.last_run(&what, &Scope::ministry().key()).await? == Some(period) {
            return Ok(());
        }
        let mut batch = self.store.begin().await?;
        let units = self.catalogue.units().into_iter().map(|unit| (format!("unit:{unit}"), unit, Some(unit)));
        for (scope, name, unit) in units.chain([(Scope::ministry().key(), "Bộ Công Thương", None)]) {
            if !batch.put_run(&what, period, &scope, now, None).await? {
                continue;
            }
            let notice = ReportNotice {
                report: None,
                period,
                scope: name.to_owned(),
                unit: unit.map(str::to_owned),
                formats: vec![],
                lines: vec!["Lập và tải báo cáo năm ở trang Báo cáo: chọn kỳ là năm, phạm vi là đơn vị.".to_owned()],
                before: Some(Day::of(before)),
                at: now,
            };
            for channel in &self.channels {
                batch.put_report_notice(&format!("{what}:{period}:{scope}"), &notice, channel).await?;
            }
        }
        batch.commit().await?;
        Ok(())
    }
}

/// Name of an entry among the runs.
fn what(entry: &Entry) -> String {
    entry.length.to_string()
}

/// Periods whose time has come and that were not made, oldest first: back to the last one that was, and no further than [`MADE_UP`]; the
/// first time, the last one alone.
fn missed(entry: &Entry, last: Option<Period>, now: Time) -> Vec<Period> {
    let ready = |period: &Period| entry.at.next(period.end()).is_some_and(|at| at <= now);
    let over = std::iter::successors(Some(entry.length.of(now).before()), |period| Some(period.before())).take(MADE_UP).filter(ready);
    let mut periods: Vec<Period> = match last {
        None => over.take(1).collect(),
        Some(last) => over.take_while(|period| *period > last).collect(),
    };
    periods.reverse();
    periods
}

/// What is told of a report.
fn news(report: &Report, id: i64, formats: &[String], at: Time) -> ReportNotice {
    let line = |figure: &kiemtin_model::report::Figure| {
        let more = change(figure.now, figure.before).map_or_else(String::new, |more| format!(" ({more})"));
        format!("{}: {}{more}", figure.name, count(figure.now))
    };
    ReportNotice {
        report: Some(id),
        period: report.period,
        scope: report.scope.name.clone(),
        unit: (report.scope.kind == kiemtin_model::report::ScopeKind::Unit).then(|| report.scope.id.clone()),
        formats: formats.to_vec(),
        lines: report.headline.iter().map(line).collect(),
        before: None,
        at,
    }
}

#[cfg(test)]
mod tests;
