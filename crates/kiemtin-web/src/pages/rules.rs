//! `/rules` and `/rules/{id}`: Quy tắc, with the bench.

use super::html;
use crate::api::rules::ALERTS;
use crate::asker::Asker;
use crate::bench::{MAX_TEXT, try_out};
use crate::briefing::AlertItem;
use crate::fault::Fault;
use crate::params::Params;
use crate::rules::{Counted, HitItem, RuleFile};
use crate::service::Service;
use crate::view::bench::{BenchForm, BenchPage, Said};
use crate::view::chrome::{Choice, Chrome};
use crate::view::rules::{PAGE, Row, RulePage, RulesPage, hit_rows};
use crate::view::texts::TextRow;
use crate::view::words::{address, count};
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use kiemtin_analyze::line::{Given, GivenDate};
use kiemtin_analyze::quality::{RuleHealth, unknown};
use kiemtin_model::{DocKind, FlagKind, SourceGroup, Time};
use kiemtin_text::date::parse_when;
use kiemtin_text::mask::mask;
use kiemtin_text::{Key, scan};
use std::sync::Arc;

/// Largest form of the bench in bytes: every byte of a text may come as three.
pub const MAX_FORM: usize = 3 * MAX_TEXT + 4 * 1024;
/// Largest list that may be paged through.
const MOST: usize = 100_000;
/// Documents of a rule on one page.
const HITS: usize = 20;

/// All rules, what asks for attention first, and the form of the bench.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let of = |name: &str| params.get(name).unwrap_or("");
    let (state, kind, name) = (of("state"), of("kind"), of("name"));
    let offset = params.number("offset", 0, 0, MOST)?;
    let wanted: Option<FlagKind> = match kind {
        "" => None,
        word => Some(word.parse().map_err(|_| Fault::parameter("kind", word, "một loại cờ, ví dụ false_figure"))?),
    };
    let counted = Counted::of(&service).await?;
    let mut all = counted.health();
    all.sort_by(|a, b| (b.warnings.len(), b.count.hits).cmp(&(a.warnings.len(), a.count.hits)).then_with(|| a.rule.id.cmp(&b.rule.id)));
    let warned = all.iter().filter(|h| !h.warnings.is_empty()).count();
    let summary =
        format!("{} quy tắc, {} cần xem lại · bộ quy tắc {}", count(all.len() as u64), count(warned as u64), counted.knowledge.version);
    let words = folds(name);
    let shown: Vec<&RuleHealth<'_>> = all
        .iter()
        .filter(|h| wanted.is_none_or(|kind| h.rule.kind == kind))
        .filter(|h| state != "warned" || !h.warnings.is_empty())
        .filter(|h| words.is_empty() || is_named(h, &words, name))
        .collect();
    let with = |changed: &str, value: &str| {
        let of = |name: &str| if name == changed { value } else { of(name) };
        address("/rules", &[("state", of("state")), ("kind", of("kind")), ("name", of("name"))])
    };
    let choice =
        |filter: &str, value: &str, told: &str| Choice { name: told.to_owned(), href: with(filter, value), on: of(filter) == value };
    let mut kinds = vec![choice("kind", "", "Mọi loại")];
    kinds.extend(FlagKind::ALL.iter().map(|k| choice("kind", k.as_str(), k.vi())));
    let at = |offset: usize| address("/rules", &[("state", state), ("kind", kind), ("name", name), ("offset", &offset.to_string())]);
    let kept = [("state", state), ("kind", kind)].into_iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k, v.to_owned()));
    let page = RulesPage {
        chrome: Chrome::new("/rules", &service, &asker),
        summary,
        filters: vec![choice("state", "", "Tất cả"), choice("state", "warned", "Cần xem lại")],
        kinds,
        name: name.to_owned(),
        kept: kept.collect(),
        rows: shown.iter().skip(offset).take(PAGE).map(|h| Row::new(h)).collect(),
        shown: range(offset, shown.len()),
        before: (offset > 0).then(|| at(offset.saturating_sub(PAGE))),
        next: (offset + PAGE < shown.len()).then(|| at(offset + PAGE)),
        gone: unknown(&counted.knowledge, &counted.counts).into_iter().map(str::to_owned).collect(),
        form: BenchForm::new("", "", SourceGroup::Social, &service.now().day()),
    };
    Ok(html(StatusCode::OK, &page))
}

/// `1–50 trong 130`; empty when everything fits on one page.
pub(super) fn range(offset: usize, all: usize) -> String {
    if all <= PAGE { String::new() } else { format!("{}–{} trong {}", (offset + 1).min(all), (offset + PAGE).min(all), all) }
}

fn folds(text: &str) -> Vec<Key> {
    scan(text).tokens.iter().map(|t| t.fold).collect()
}

/// Whether the claim or the reason of a rule has all of these words, with or without accents; or its id is this one.
fn is_named(health: &RuleHealth<'_>, words: &[Key], name: &str) -> bool {
    let own = folds(&format!("{} {}", health.rule.claim, health.rule.describe));
    health.rule.id.contains(name.trim()) || words.iter().all(|word| own.contains(word))
}

/// What would be said of a text. Nothing of it is kept.
pub async fn bench(State(service): State<Arc<Service>>, asker: Asker, request: Request) -> Result<Response, Fault> {
    let body = to_bytes(request.into_body(), MAX_FORM).await.map_err(|e| Fault::cut_body(&e, MAX_FORM))?;
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
    // Browsers send every line break as two characters.
    let of = |name: &str| fields.iter().find(|(k, _)| k == name).map_or(String::new(), |(_, v)| v.replace("\r\n", "\n"));
    let (title, text, day) = (of("title"), of("text"), of("day"));
    let group: SourceGroup = of("group").parse().unwrap_or(SourceGroup::Social);
    let kind = match group {
        SourceGroup::Press | SourceGroup::OwnMedia => DocKind::News,
        SourceGroup::Official => DocKind::Official,
        SourceGroup::Forum | SourceGroup::Social => DocKind::Social,
    };
    let date = match day.trim() {
        "" => GivenDate::Missing,
        typed => read_day(typed).map_or_else(|| GivenDate::Unreadable(typed.to_owned()), GivenDate::At),
    };
    let unread = matches!(date, GivenDate::Unreadable(_));
    let given = Given { title: title.clone(), text: text.clone(), published_at: date, kind: Some(kind), ..Given::default() };
    let tried = match unread {
        true => Err(Fault::body("Ngày đăng không đọc được; cần dạng 23/11/2026.")),
        false => try_out(&service, given, group).await,
    };
    // What the form shows again is masked too; trying that gives the same.
    let form = |title: &str, text: &str| BenchForm::new(title, text, group, &day);
    let (status, form, said, wrong) = match tried {
        Ok(tried) => {
            let form = form(&tried.document.title, &tried.document.text);
            (StatusCode::OK, form, Some(Said::new(tried, &service.catalogue)), None)
        }
        Err(fault) if fault.status.is_client_error() => {
            let form = form(&shown_again(&service, &title), &shown_again(&service, &text));
            (fault.status, form, None, Some(fault.detail))
        }
        Err(fault) => return Err(fault),
    };
    Ok(html(status, &BenchPage { chrome: Chrome::new("/rules", &service, &asker), form, wrong, said }))
}

/// A text for the form after something was wrong with it; one that is too long is not shown again.
fn shown_again(service: &Service, text: &str) -> String {
    if text.len() > MAX_TEXT { String::new() } else { mask(text, &(service.knowledge)().hotlines).text }
}

fn read_day(typed: &str) -> Option<Time> {
    Time::parse(typed).ok().or_else(|| parse_when(typed).and_then(|when| Time::from_when(&when)))
}

/// One rule.
pub async fn one(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>, uri: Uri) -> Result<Response, Fault> {
    if let Some(claim) = id.strip_prefix("claim:") {
        return Ok((StatusCode::SEE_OTHER, [(LOCATION, format!("/claims/{}", crate::view::words::encode(claim)))]).into_response());
    }
    let cursor = Params::read(&uri)?.get("cursor").map(str::to_owned);
    let counted = Counted::of(&service).await?;
    let all = counted.health();
    let health = all.iter().find(|h| h.rule.id == id).ok_or_else(|| Fault::not_found("quy tắc này"))?;
    let alerts: Vec<AlertItem> = service.store.rule_alerts(&id, &asker.sight, ALERTS).await?.into_iter().map(AlertItem::from).collect();
    let (items, next) = hits(&service, &id, cursor.as_deref()).await?;
    let chrome = Chrome::new("/rules", &service, &asker);
    let page = RulePage::new(chrome, RuleFile::from(health), &health.warnings, health.rule.status.vi(), &alerts);
    let here = format!("/rules/{id}");
    let next = next.map(|c| address(&here, &[("cursor", &c)]));
    Ok(html(StatusCode::OK, &RulePage { items, next, first: cursor.map(|_| here), ..page }))
}

/// A page of the documents in which a rule found something, and the cursor of the next one.
pub(super) async fn hits(service: &Service, rule: &str, cursor: Option<&str>) -> Result<(Vec<TextRow>, Option<String>), Fault> {
    let page = service.store.rule_hits(rule, cursor, HITS).await?;
    let hits: Vec<HitItem> = page.items.into_iter().map(|hit| HitItem::new(hit, &service.catalogue)).collect();
    Ok((hit_rows(&hits), page.next_cursor))
}
