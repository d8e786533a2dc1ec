//! Which listed items are known under another address? By the id that their feed gives them (rule: guid, then guid without
//! scheme and host).

use super::Collector;
use crate::pipeline::Named;
use kiemtin_model::{Guid, Lead, Source, Validators, titles_agree};
use kiemtin_store::{GuidState, LeadState};
use std::collections::HashMap;

/// Characters kept of an item's title.
const TITLE_CHARS: usize = 300;

impl Collector {
    /// Gives leads whose id is known under another address what is known of that address, under the new one: they are the
    /// same lead. Leaves the id of a lead only where it is believed. Gives what is to be recorded of the ids.
    pub(super) async fn recognise(
        &self,
        source: &Source,
        leads: &mut [Lead],
        known: &mut HashMap<String, LeadState>,
    ) -> anyhow::Result<Vec<Named>> {
        let guids: Vec<Option<Guid>> = leads.iter().map(|l| l.guid.as_deref().and_then(Guid::new)).collect();
        let keys: Vec<String> = guids.iter().flatten().flat_map(|g| [Some(g.whole.clone()), g.path.clone()]).flatten().collect();
        if keys.is_empty() {
            return Ok(vec![]);
        }
        let stored = self.store.guids(&source.id, &keys).await?;
        let stored = Stored::new(&stored);
        let before: Vec<Option<&GuidState>> = leads.iter().zip(&guids).map(|(l, g)| stored.of(l, g.as_ref()?)).collect();
        let elsewhere: Vec<String> =
            leads.iter().zip(&before).filter_map(|(lead, before)| before.filter(|b| b.url != lead.url).map(|b| b.url.clone())).collect();
        let elsewhere = if elsewhere.is_empty() { HashMap::new() } else { self.store.lead_states(&elsewhere).await? };
        let mut named = vec![];
        for ((lead, guid), before) in leads.iter_mut().zip(&guids).zip(before) {
            let Some(guid) = guid else {
                lead.guid = None;
                continue;
            };
            let old = before.and_then(|b| elsewhere.get(&b.url));
            let new_address = known.get(&lead.url).is_none_or(|now| now.failures > 0);
            let moved = old.and_then(|old| old.document.clone()).filter(|_| new_address);
            if let (Some(document), Some(old), None) = (&moved, old, known.get(&lead.url)) {
                known.insert(lead.url.clone(), at_new_address(lead, old, document.clone(), (self.clock)()));
            }
            if before.is_none() {
                // Nothing says yet that the id is this document's for good.
                lead.guid = None;
            }
            if before.is_none_or(|b| b.guid != guid.whole || (b.url != lead.url && new_address)) {
                let title = lead.title.chars().take(TITLE_CHARS).collect();
                let (whole, path) = (guid.whole.clone(), guid.path.clone());
                let guid = GuidState {
                    source: source.id.clone(),
                    guid: whole,
                    path,
                    url: lead.url.clone(),
                    title,
                    published_at: lead.published_at,
                };
                named.push(Named { guid, moved });
            }
        }
        Ok(named)
    }
}

/// Ids of items as the store knows them.
struct Stored<'a> {
    whole: HashMap<&'a str, &'a GuidState>,
    path: HashMap<&'a str, Vec<&'a GuidState>>,
}

impl<'a> Stored<'a> {
    fn new(all: &'a [GuidState]) -> Self {
        let mut path: HashMap<&str, Vec<&GuidState>> = HashMap::new();
        for state in all {
            if let Some(hash) = &state.path {
                path.entry(hash).or_default().push(state);
            }
        }
        Self { whole: all.iter().map(|s| (s.guid.as_str(), s)).collect(), path }
    }

    /// The item that a lead is, by its whole id, else by the path of it.
    fn of(&self, lead: &Lead, guid: &Guid) -> Option<&'a GuidState> {
        let whole = self.whole.get(guid.whole.as_str()).copied().filter(|s| is_same(lead, s, guid.global));
        whole.or_else(|| self.path.get(guid.path.as_deref()?)?.iter().copied().find(|s| is_same(lead, s, false)))
    }
}

/// Whether an item with the same id is the same article. An id that is unique everywhere says so, but for feeds that give
/// every new article the id of the one before: another time under quite another title. What may be the id of another item as
/// well (a bare number, a path on another host) needs the same time or a title that agrees.
fn is_same(lead: &Lead, before: &GuidState, global: bool) -> bool {
    let same_title = titles_agree(&lead.title, &before.title);
    match (lead.published_at, before.published_at) {
        (Some(now), Some(then)) if now == then => true,
        (Some(_), Some(_)) => same_title,
        _ => global || (same_title && !lead.title.is_empty() && !before.title.is_empty()),
    }
}

/// What is known of a lead, at its new address. Validators belong to the old one.
fn at_new_address(lead: &Lead, old: &LeadState, document: kiemtin_model::DocId, now: kiemtin_model::Time) -> LeadState {
    LeadState {
        url: lead.url.clone(),
        source: lead.source.clone(),
        first_seen: now,
        validators: Validators::default(),
        failures: 0,
        document: Some(document),
        ..old.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::{LeadBody, Time};

    #[test]
    fn ids_are_believed_where_they_can_be() {
        let check = |global: bool, now: (&str, Option<i64>), then: (&str, Option<i64>), expected: bool| {
            let lead = Lead {
                source: "bao".into(),
                url: "https://bao.vn/moi".into(),
                title: now.0.into(),
                published_at: now.1.map(Time),
                updated_at: None,
                date_note: None,
                guid: None,
                body: LeadBody::Page,
            };
            let before = GuidState {
                source: "bao".into(),
                guid: "g".into(),
                path: None,
                url: "https://bao.vn/cu".into(),
                title: then.0.into(),
                published_at: then.1.map(Time),
            };
            assert_eq!(is_same(&lead, &before, global), expected, "{global} {now:?} {then:?}");
        };
        for global in [true, false] {
            check(global, ("Giá xăng tăng", Some(1)), ("Giá xăng tăng", Some(1)), true);
            check(global, ("Giá xăng tăng", Some(1)), ("Họp báo thường kỳ", Some(1)), true);
            check(global, ("Giá xăng tăng mạnh", Some(2)), ("Giá xăng tăng", Some(1)), true);
            check(global, ("Giá xăng tăng", Some(2)), ("Họp báo thường kỳ", Some(1)), false);
            check(global, ("Giá xăng tăng", None), ("Giá xăng tăng", None), true);
            check(global, ("Giá xăng tăng", None), ("Họp báo thường kỳ", None), global);
            check(global, ("", None), ("", None), global);
        }
    }
}
