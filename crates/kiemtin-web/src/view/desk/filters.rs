//! Which lists does the desk offer, as addresses that can be kept?

use crate::ask;
use crate::catalogue::Catalogue;
use crate::params::Params;
use crate::view::chrome::Choice;
use crate::view::words::{address, count};
use kiemtin_model::{AlertStatus, Level};

/// Names of the filters, in the order in which they stand in addresses.
const NAMES: [&str; 8] = ["status", "level", "topic", "unit", "mine", "own", "due", "done_since"];
/// Groups of statuses: value, name, and whose numbers stand beside it.
const GROUPS: [(&str, &str, &[AlertStatus]); 7] = [
    ("", "Đang chờ xử lý", ask::OPEN),
    ("new", "Mới", &[AlertStatus::New]),
    ("acknowledged,verifying", "Đang xử lý", &[AlertStatus::Acknowledged, AlertStatus::Verifying]),
    ("confirm_pending", "Chờ xác nhận lần hai", &[AlertStatus::ConfirmPending]),
    ("confirmed", "Chờ phản hồi", &[AlertStatus::Confirmed]),
    ("done", "Đã xong", ask::DONE),
    ("all", "Tất cả", AlertStatus::ALL),
];

/// The filters of the desk as links, each one keeping the others.
pub struct Filters<'a> {
    /// What is in force.
    pub params: &'a Params,
    /// The reader belongs to some units.
    pub has_units: bool,
}

impl Filters<'_> {
    fn of(&self, name: &str) -> &str {
        self.params.get(name).unwrap_or("")
    }

    /// Address of the desk with one filter changed; the page starts over.
    pub fn with(&self, name: &str, value: &str) -> String {
        let mut pairs: Vec<(&str, &str)> = NAMES.iter().map(|n| (*n, if *n == name { value } else { self.of(n) })).collect();
        if name == "status" {
            // The day belongs to what was done on it.
            pairs.retain(|(n, _)| *n != "done_since");
        }
        if name == "cursor" {
            pairs.push((name, value));
        }
        address("/", &pairs)
    }

    fn choice(&self, filter: &str, value: &str, name: &str) -> Choice {
        Choice { name: name.to_owned(), href: self.with(filter, value), on: self.of(filter) == value }
    }

    /// Whether anything but the status narrows the list.
    pub fn is_narrow(&self) -> bool {
        NAMES.iter().skip(1).any(|name| !self.of(name).is_empty())
    }

    /// Choices of status; how many there are stands beside them where nothing else narrows the list.
    pub fn statuses(&self, counts: &[(AlertStatus, u64)]) -> Vec<Choice> {
        let number = |of: &[AlertStatus]| counts.iter().filter(|(status, _)| of.contains(status)).map(|(_, n)| n).sum();
        let named = |name: &str, of: &[AlertStatus]| match self.is_narrow() {
            true => name.to_owned(),
            false => format!("{name} ({})", count(number(of))),
        };
        GROUPS.iter().map(|(value, name, of)| self.choice("status", value, &named(name, of))).collect()
    }

    /// Choices of level.
    pub fn levels(&self) -> Vec<Choice> {
        [("", "Mọi mức"), (Level::Urgent.as_str(), "Chỉ mức Khẩn")].map(|(v, n)| self.choice("level", v, n)).into()
    }

    /// What is the reader's own, and what presses: each is turned on and off by itself.
    pub fn scopes(&self) -> Vec<Choice> {
        let all = [("mine", "Của tôi"), ("own", "Đơn vị của tôi"), ("due", "Sắp đến hạn")];
        let offered = all.iter().filter(|(name, _)| *name != "own" || self.has_units);
        let of = |(name, words): &(&str, &str)| {
            let on = self.of(name) == "1";
            Choice { name: (*words).to_owned(), href: self.with(name, if on { "" } else { "1" }), on }
        };
        offered.map(of).collect()
    }

    /// Choices of topic.
    pub fn topics(&self, catalogue: &Catalogue) -> Vec<Choice> {
        let any = [self.choice("topic", "", "Mọi chủ đề")];
        any.into_iter().chain(catalogue.topics.iter().map(|t| self.choice("topic", &t.id, &t.name))).collect()
    }

    /// Choices of unit.
    pub fn units(&self, catalogue: &Catalogue) -> Vec<Choice> {
        let any = [self.choice("unit", "", "Mọi đơn vị")];
        any.into_iter().chain(catalogue.units().into_iter().map(|u| self.choice("unit", u, u))).collect()
    }

    /// Topic and unit in force, in words.
    pub fn within(&self, catalogue: &Catalogue) -> String {
        let topic = self.params.get("topic").map(|t| catalogue.topic(t));
        [topic, self.params.get("unit")].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// Address of the stream of what happens to alerts of this list from number `after` on. Which status they have is left open:
    /// what changes it is news, too.
    pub fn stream(&self, after: i64, assignee: Option<&str>, units: &[String]) -> String {
        let after = after.to_string();
        let mut pairs = vec![("last_event_id", after.as_str()), ("level", self.of("level")), ("topic", self.of("topic"))];
        pairs.push(("assignee", assignee.unwrap_or("")));
        pairs.push(("unit", self.of("unit")));
        pairs.extend(units.iter().map(|unit| ("unit", unit.as_str())));
        address("/api/v1/alerts/stream", &pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_link_keeps_the_others() {
        let params = Params::read(&"/?status=done&level=urgent&done_since=2026-11-23&cursor=x".parse().unwrap()).unwrap();
        let filters = Filters { params: &params, has_units: false };
        assert_eq!(filters.with("topic", "gia-dien"), "/?status=done&level=urgent&topic=gia-dien&done_since=2026-11-23");
        assert_eq!(filters.with("status", ""), "/?level=urgent");
        assert_eq!(filters.scopes().len(), 2, "who sees all has no unit");
        assert!(filters.is_narrow() && !filters.statuses(&[(AlertStatus::New, 3)])[0].name.contains('('));
        let all = Params::default();
        let filters = Filters { params: &all, has_units: true };
        let statuses = filters.statuses(&[(AlertStatus::New, 1_300), (AlertStatus::Closed, 2)]);
        assert_eq!((statuses[0].name.as_str(), statuses[0].on), ("Đang chờ xử lý (1.300)", true));
        assert_eq!(statuses[6].name, "Tất cả (1.302)");
        let own = &filters.scopes()[1];
        assert_eq!((own.href.as_str(), own.on), ("/?own=1", false));
        assert_eq!(filters.stream(7, None, &["Cục A".into()]), "/api/v1/alerts/stream?last_event_id=7&unit=C%E1%BB%A5c%20A");
    }
}
