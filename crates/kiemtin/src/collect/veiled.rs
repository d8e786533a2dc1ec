//! Posts found by keyword, before anything of them goes on: neither their addresses nor their ids.

use super::Collector;
use kiemtin_model::{FoundBy, Lead, Source};

impl Collector {
    /// Puts a salted hash in the place of the address of every post of a source that finds by keyword: the one under which it is
    /// known already, or the present one. What was deleted is looked for under every hash that it may be known by.
    pub(super) async fn veil(&self, source: &Source, leads: &mut [Lead], deleted: &mut Vec<String>) -> anyhow::Result<()> {
        if source.found_by == FoundBy::Channel {
            return Ok(());
        }
        let salts = self.salts.at((self.clock)())?;
        let names: Vec<Vec<String>> = leads.iter().map(|lead| salts.keys(&lead.url)).collect();
        let earlier: Vec<String> = names.iter().filter_map(|names| names.get(1)).cloned().collect();
        let known = if earlier.is_empty() { Default::default() } else { self.store.lead_states(&earlier).await? };
        for (lead, names) in leads.iter_mut().zip(names) {
            let known_as = names.iter().find(|name| known.contains_key(*name)).or(names.first());
            lead.url = known_as.cloned().unwrap_or_default();
            lead.guid = None;
        }
        *deleted = deleted.iter().flat_map(|address| salts.keys(address)).collect();
        Ok(())
    }
}
