//! How does a notice become a delivery of each receiver, and when is it sent?

use super::outbox;
use super::reading::{self, bounded};
use super::receivers::receiver;
use super::rows::{column, count, time};
use super::seen::seen;
use crate::receivers::{Claimed, FailedAttempt, MOST_IN_DIGEST};
use crate::store::StoreError;
use kiemtin_model::{Notice, Pace, RECEIVERS, Receiver, Schedule, Secret, Time, Told};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

/// Most bytes kept of a reason or an answer.
const MOST_REASON: usize = 1_000;

pub(super) async fn has_notices(db: &mut SqliteConnection, now: Time) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT EXISTS (SELECT 1 FROM outbox WHERE done_at IS NULL AND channel = $1 AND due_at <= $2)";
    Ok(sqlx::query_scalar(SQL).bind(RECEIVERS).bind(now.0).fetch_one(db).await?)
}

pub(super) async fn fan_out(db: &mut SqliteConnection, now: Time, cool_down: i64, limit: usize) -> Result<u64, StoreError> {
    const NOTICES: &str = "SELECT id, idempotency_key, event, content FROM outbox WHERE done_at IS NULL AND channel = $1 AND due_at <= $3 ORDER BY id LIMIT $2";
    let notices = sqlx::query(NOTICES).bind(RECEIVERS).bind(bounded(limit)).bind(now.0).fetch_all(&mut *db).await?;
    let rows = sqlx::query("SELECT * FROM receiver WHERE removed_at IS NULL AND enabled = 1 ORDER BY id").fetch_all(&mut *db).await?;
    let receivers = rows.iter().map(receiver).collect::<Result<Vec<_>, _>>()?;
    let store = reading::log_id(&mut *db).await?;
    for row in &notices {
        let notice = outbox::notice(row)?;
        let id = column(row, "id")?;
        let key: &str = column(row, "idempotency_key")?;
        // Another store begins its numbers anew: its name keeps keys apart.
        let name = format!("{}-{}", store.get(..8).unwrap_or(&store), key.strip_suffix(RECEIVERS).unwrap_or(key));
        for receiver in receivers.iter().filter(|r| r.takes(&notice)) {
            let Some(notice) = seen(&mut *db, notice.clone(), &receiver.sight()).await? else { continue };
            let made = Made { notice: id, key: format!("{name}r{}", receiver.id), now, cool_down };
            give(&mut *db, receiver, &notice, &made).await?;
        }
        outbox::done(&mut *db, id, now).await?;
    }
    Ok(notices.len() as u64)
}

struct Made {
    notice: i64,
    key: String,
    now: Time,
    cool_down: i64,
}

async fn give(db: &mut SqliteConnection, receiver: &Receiver, notice: &Notice, made: &Made) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO delivery (receiver, sort, notice, alert, wave, urgent, delivery_key, title, state, made_at, due_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (delivery_key) DO NOTHING";
    const OLDER: &str = "UPDATE delivery SET state = 'superseded', done_at = $3 WHERE receiver = $1 AND alert = $2 \
        AND state IN ('due', 'waiting') AND urgent <= $4";
    let urgent = notice.is_urgent();
    let (alert, wave) = match notice {
        Notice::Alert { alert, .. } => (Some(alert.id), alert.wave),
        Notice::SavedSearch(_) | Notice::Warning(_) | Notice::Report(_) => (None, 0),
    };
    let mut due = made.now;
    if let Some(alert) = alert {
        if urgent && told_urgent(&mut *db, receiver.id, alert, wave).await? {
            return Ok(());
        }
        if receiver.schedule.pace == Pace::Each && !urgent {
            due = free_from(&mut *db, (receiver.id, alert), made).await?;
        }
        sqlx::query(OLDER).bind(receiver.id).bind(alert).bind(made.now.0).bind(urgent).execute(&mut *db).await?;
    }
    let state = if receiver.schedule.pace == Pace::Each { "due" } else { "waiting" };
    sqlx::query(SQL)
        .bind(receiver.id)
        .bind(notice.sort().as_str())
        .bind(made.notice)
        .bind(alert)
        .bind(i64::from(wave))
        .bind(urgent)
        .bind(&made.key)
        .bind(title(notice))
        .bind(state)
        .bind(made.now.0)
        .bind(due.0)
        .execute(db)
        .await?;
    Ok(())
}

async fn told_urgent(db: &mut SqliteConnection, receiver: i64, alert: i64, wave: u32) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT EXISTS (SELECT 1 FROM delivery WHERE receiver = $1 AND alert = $2 AND wave = $3 AND urgent = 1)";
    Ok(sqlx::query_scalar(SQL).bind(receiver).bind(alert).bind(i64::from(wave)).fetch_one(db).await?)
}

/// When the next notice of an alert may be sent: a cool-down after the last one. One that waits already keeps its time.
async fn free_from(db: &mut SqliteConnection, (receiver, alert): (i64, i64), made: &Made) -> Result<Time, StoreError> {
    const SQL: &str = "SELECT state, due_at, done_at FROM delivery WHERE receiver = $1 AND alert = $2 \
        AND state IN ('done', 'sending', 'due') ORDER BY id DESC LIMIT 1";
    let Some(last) = sqlx::query(SQL).bind(receiver).bind(alert).fetch_optional(db).await? else { return Ok(made.now) };
    let at = match column(&last, "state")? {
        "due" => column(&last, "due_at")?,
        "done" => column::<Option<i64>>(&last, "done_at")?.unwrap_or(0).saturating_add(made.cool_down),
        _ => made.now.0.saturating_add(made.cool_down),
    };
    Ok(Time(at.max(made.now.0)))
}

/// In one line, without the claim: who reads the log may not be of the unit of a restricted alert.
pub(super) fn title(notice: &Notice) -> String {
    let line = match notice {
        Notice::Alert { alert, event } => format!("{} · {} · {}", alert.number, event.vi(), alert.level.vi()),
        Notice::SavedSearch(told) => told.line(),
        Notice::Warning(warning) => warning.line(),
        Notice::Report(told) => told.line(),
    };
    line.chars().take(200).collect()
}

pub(super) async fn has_digests(db: &mut SqliteConnection, now: Time) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT EXISTS (SELECT 1 FROM receiver WHERE next_digest_at <= $1 AND removed_at IS NULL AND enabled = 1)";
    Ok(sqlx::query_scalar(SQL).bind(now.0).fetch_one(db).await?)
}

pub(super) async fn make_digests(db: &mut SqliteConnection, now: Time) -> Result<u64, StoreError> {
    const DUE: &str = "SELECT * FROM receiver WHERE next_digest_at <= $1 AND removed_at IS NULL AND enabled = 1 ORDER BY id";
    const NEXT: &str = "UPDATE receiver SET next_digest_at = $2 WHERE id = $1";
    let mut made = 0;
    for row in sqlx::query(DUE).bind(now.0).fetch_all(&mut *db).await? {
        let receiver = receiver(&row)?;
        let planned = time(&row, "next_digest_at")?;
        made += u64::from(digest(&mut *db, &receiver, planned, now).await?);
        let next = Schedule::next_digest(&receiver.schedule, now).map(|t| t.0);
        sqlx::query(NEXT).bind(receiver.id).bind(next).execute(&mut *db).await?;
    }
    Ok(made)
}

/// Puts what waits into a digest: into one that was never tried, or a new one. `false`: there is nothing to tell.
async fn digest(db: &mut SqliteConnection, receiver: &Receiver, planned: Time, now: Time) -> Result<bool, StoreError> {
    const WAITING: &str = "SELECT COUNT(*) FROM delivery WHERE receiver = $1 AND state = 'waiting'";
    const UNSENT: &str = "SELECT id FROM delivery WHERE receiver = $1 AND sort = 'digest' AND state = 'due' AND attempts = 0 \
        AND (SELECT COUNT(*) FROM delivery AS i WHERE i.digest = delivery.id) < $2 ORDER BY id LIMIT 1";
    const NEW: &str = "INSERT INTO delivery (receiver, sort, delivery_key, title, state, made_at, due_at) \
        VALUES ($1, 'digest', $2, '', 'due', $3, $3) RETURNING id";
    const TAKE: &str = "UPDATE delivery SET state = 'digested', digest = $2, done_at = $3 WHERE id IN \
        (SELECT id FROM delivery WHERE receiver = $1 AND state = 'waiting' ORDER BY id LIMIT $4)";
    // Of the notices of one alert that are not sent yet, the newest stands for all.
    const OLDER: &str = "UPDATE delivery SET digest = NULL, state = 'superseded' WHERE digest = $1 AND alert IS NOT NULL \
        AND EXISTS (SELECT 1 FROM delivery AS n WHERE n.digest = $1 AND n.alert = delivery.alert AND n.id > delivery.id)";
    const NAME: &str = "UPDATE delivery SET title = 'Bản tin: ' || (SELECT COUNT(*) FROM delivery AS i WHERE i.digest = $1) || ' thông báo', \
        urgent = (SELECT COALESCE(MAX(urgent), 0) FROM delivery AS i WHERE i.digest = $1) WHERE id = $1";
    let waiting: i64 = sqlx::query_scalar(WAITING).bind(receiver.id).fetch_one(&mut *db).await?;
    let unsent: Option<i64> = sqlx::query_scalar(UNSENT).bind(receiver.id).bind(bounded(MOST_IN_DIGEST)).fetch_optional(&mut *db).await?;
    if waiting == 0 && (receiver.skip_if_empty || unsent.is_some()) {
        return Ok(false);
    }
    let id = match unsent {
        Some(id) => id,
        None => {
            let store = reading::log_id(&mut *db).await?;
            let key = format!("{}-digest:{}:r{}", store.get(..8).unwrap_or(&store), planned.0, receiver.id);
            sqlx::query_scalar(NEW).bind(receiver.id).bind(key).bind(now.0).fetch_one(&mut *db).await?
        }
    };
    sqlx::query(TAKE).bind(receiver.id).bind(id).bind(now.0).bind(bounded(MOST_IN_DIGEST)).execute(&mut *db).await?;
    for sql in [OLDER, NAME] {
        sqlx::query(sql).bind(id).execute(&mut *db).await?;
    }
    Ok(true)
}

pub(super) async fn ready(db: &mut SqliteConnection, now: Time) -> Result<Vec<i64>, StoreError> {
    const SQL: &str = "SELECT id FROM receiver AS r WHERE enabled = 1 AND removed_at IS NULL AND EXISTS (SELECT 1 FROM delivery AS d \
        WHERE d.receiver = r.id AND d.state = 'due' AND (d.sort = 'test' OR r.retry_at <= $1)) ORDER BY id";
    Ok(sqlx::query_scalar(SQL).bind(now.0).fetch_all(db).await?)
}

/// The delivery that is next, with its receiver.
pub(super) async fn next(db: &mut SqliteConnection, id: i64, now: Time) -> Result<Option<(i64, SqliteRow)>, StoreError> {
    const RECEIVER: &str = "SELECT * FROM receiver WHERE id = $1 AND enabled = 1 AND removed_at IS NULL \
        AND NOT EXISTS (SELECT 1 FROM delivery WHERE receiver = $1 AND state = 'sending')";
    // While nobody answers, the oldest one asks; when it is answered, a delivery that fails alone does not hold up the others.
    const NEXT: &str = "SELECT d.id FROM delivery AS d JOIN receiver AS r ON r.id = d.receiver WHERE d.receiver = $1 AND d.state = 'due' \
        AND (d.sort = 'test' OR r.retry_at <= $2) AND (d.due_at <= $2 OR (r.silent = 1 AND d.attempts > 0 AND d.sort <> 'test')) \
        AND ($3 = 0 OR d.urgent = 1) ORDER BY d.id LIMIT 1";
    let Some(row) = sqlx::query(RECEIVER).bind(id).fetch_optional(&mut *db).await? else { return Ok(None) };
    let quiet = receiver(&row)?.quiet.is_some_and(|q| q.holds(now));
    let found: Option<i64> = sqlx::query_scalar(NEXT).bind(id).bind(now.0).bind(quiet).fetch_optional(db).await?;
    Ok(found.map(|delivery| (delivery, row)))
}

pub(super) enum Claim {
    None,
    /// Its alert was restricted since: the next one is to be looked at.
    Withheld,
    Send(Box<Claimed>),
}

pub(super) async fn claim(db: &mut SqliteConnection, id: i64, now: Time) -> Result<Claim, StoreError> {
    const TRY: &str = "UPDATE delivery SET state = 'sending', attempts = attempts + 1, first_tried_at = COALESCE(first_tried_at, $2) \
        WHERE id = $1 RETURNING *";
    const WITHHOLD: &str = "UPDATE delivery SET state = 'withheld', done_at = $2 WHERE id = $1";
    let Some((delivery, row)) = next(&mut *db, id, now).await? else { return Ok(Claim::None) };
    let receiver = receiver(&row)?;
    let Some(told) = told(&mut *db, delivery, &receiver).await? else {
        sqlx::query(WITHHOLD).bind(delivery).bind(now.0).execute(&mut *db).await?;
        return Ok(Claim::Withheld);
    };
    let tried = sqlx::query(TRY).bind(delivery).bind(now.0).fetch_one(&mut *db).await?;
    Ok(Claim::Send(Box::new(Claimed {
        id: delivery,
        receiver,
        secret: Secret::new(column::<String>(&row, "secret")?),
        idempotency_key: column(&tried, "delivery_key")?,
        told,
        made_at: time(&tried, "made_at")?,
        first_tried_at: time(&tried, "first_tried_at")?,
        attempts: count(&tried, "attempts")?,
        failures: count(&row, "failures")?,
    })))
}

/// What a delivery tells; `None` when nothing of it may be told any more.
async fn told(db: &mut SqliteConnection, delivery: i64, receiver: &Receiver) -> Result<Option<Told>, StoreError> {
    const ONE: &str = "SELECT o.event, o.content FROM delivery AS d JOIN outbox AS o ON o.id = d.notice WHERE d.id = $1";
    const MANY: &str = "SELECT o.event, o.content FROM delivery AS d JOIN outbox AS o ON o.id = d.notice WHERE d.digest = $1 ORDER BY d.id";
    let sort: String = sqlx::query_scalar("SELECT sort FROM delivery WHERE id = $1").bind(delivery).fetch_one(&mut *db).await?;
    let sql = match sort.as_str() {
        "test" => return Ok(Some(Told::Test)),
        "digest" => MANY,
        _ => ONE,
    };
    let rows = sqlx::query(sql).bind(delivery).fetch_all(&mut *db).await?;
    let mut notices = vec![];
    for row in &rows {
        notices.extend(seen(&mut *db, outbox::notice(row)?, &receiver.sight()).await?);
    }
    if sort == "digest" {
        return Ok((rows.is_empty() || !notices.is_empty()).then_some(Told::Digest(notices)));
    }
    Ok(notices.pop().map(|notice| Told::One(Box::new(notice))))
}

pub(super) async fn done(db: &mut SqliteConnection, id: i64, at: Time, answer: &str) -> Result<(), StoreError> {
    const DONE: &str =
        "UPDATE delivery SET state = 'done', done_at = $2, reason = $3 WHERE id = $1 AND state = 'sending' RETURNING receiver";
    const AGAIN: &str = "UPDATE delivery SET due_at = $2 WHERE receiver = $1 AND state = 'due' AND attempts > 0 AND due_at > $2 \
        AND (SELECT failures FROM receiver WHERE id = $1) > 1";
    const WELL: &str = "UPDATE receiver SET failures = 0, silent = 0, retry_at = 0, last_done_at = $2, last_reason = '' WHERE id = $1";
    let question = sqlx::query_scalar::<_, i64>(DONE).bind(id).bind(at.0).bind(bounded_text(answer));
    let Some(receiver) = question.fetch_optional(&mut *db).await? else { return Ok(()) };
    for sql in [AGAIN, WELL] {
        sqlx::query(sql).bind(receiver).bind(at.0).execute(&mut *db).await?;
    }
    Ok(())
}

pub(super) async fn failed(db: &mut SqliteConnection, id: i64, failed: &FailedAttempt) -> Result<(), StoreError> {
    const AGAIN: &str = "UPDATE delivery SET state = 'due', due_at = $2, reason = $3 WHERE id = $1 AND state = 'sending'";
    const DEAD: &str = "UPDATE delivery SET state = CASE sort WHEN 'test' THEN 'given_up' ELSE 'dead' END, done_at = $2, reason = $3 \
        WHERE id = $1 AND state = 'sending'";
    const OLDER: &str = "UPDATE delivery SET state = 'superseded', done_at = $2 WHERE id = $1 AND state = 'due' AND EXISTS \
        (SELECT 1 FROM delivery AS n WHERE n.receiver = delivery.receiver AND n.alert = delivery.alert AND n.id > delivery.id \
         AND n.state = 'due' AND n.urgent >= delivery.urgent)";
    const REST: &str = "UPDATE receiver SET failures = failures + 1, silent = $3, retry_at = $2, last_reason = $4 \
        WHERE id = (SELECT receiver FROM delivery WHERE id = $1)";
    const TOLD: &str = "UPDATE receiver SET last_reason = $2 WHERE id = (SELECT receiver FROM delivery WHERE id = $1)";
    let reason = bounded_text(&failed.reason);
    let (sql, at) = failed.retry_at.map_or((DEAD, failed.at), |again| (AGAIN, again));
    sqlx::query(sql).bind(id).bind(at.0).bind(reason).execute(&mut *db).await?;
    sqlx::query(OLDER).bind(id).bind(failed.at.0).execute(&mut *db).await?;
    match failed.rest_until {
        Some(until) => sqlx::query(REST).bind(id).bind(until.0).bind(failed.silent).bind(reason).execute(&mut *db).await?,
        None => sqlx::query(TOLD).bind(id).bind(reason).execute(&mut *db).await?,
    };
    Ok(())
}

fn bounded_text(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MOST_REASON)).unwrap_or("")
}
