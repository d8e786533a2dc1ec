//! Which hosts are protected, and which one does a host imitate?

use super::Imitation;
use super::disguise::{one_slip, shown, skeleton};
use crate::faults::{ConfigFile, Fault};
use kiemtin_text::key::folded;
use serde::Deserialize;
use std::collections::HashSet;
use toml::Spanned;

/// Shortest name that a misspelt one is compared with.
const LONG_ENOUGH: usize = 7;
/// Second-level endings under `.vn`, and the plain ones.
const SECOND: [&str; 10] = ["com", "net", "org", "gov", "edu", "info", "name", "pro", "biz", "ac"];
/// Endings under which a bare protected name is an imitation. With any other word after the dot it may be a full stop
/// without a space: «EVN.theo».
const ENDINGS: [&str; 40] = [
    "com", "net", "org", "info", "biz", "vn", "xyz", "top", "site", "online", "club", "shop", "store", "vip", "cc", "me", "io", "app",
    "live", "life", "asia", "website", "space", "icu", "work", "link", "click", "fun", "pro", "co", "us", "tv", "cn", "ru", "tk", "ml",
    "example", "test", "invalid", "cf",
];

/// Protected hosts, names and lures.
#[derive(Clone, Debug, Default)]
pub struct ProtectedDomains {
    domains: Vec<Protected>,
    brands: Vec<String>,
    lures: HashSet<String>,
}

#[derive(Clone, Debug)]
struct Protected {
    host: String,
    skeleton: String,
    /// `moit-gov-vn` of `moit.gov.vn`, and `moitgovvn`.
    dashed: String,
    joined: String,
    /// `moit.gov.vn.` at the beginning of another host, and `.moit.gov.vn.` within one.
    front: String,
    within: String,
    name: String,
    name_alone: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DomainsFile {
    #[serde(default)]
    brands: Vec<Spanned<String>>,
    #[serde(default)]
    lures: Vec<Spanned<String>>,
    #[serde(default)]
    domain: Vec<DomainFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DomainFile {
    host: Spanned<String>,
    #[serde(rename = "owner")]
    _owner: String,
    /// The name under another ending is an imitation (not for common words).
    #[serde(default = "yes")]
    name_alone: bool,
}

fn yes() -> bool {
    true
}

impl ProtectedDomains {
    /// Reads `config/domains/*.toml`.
    pub fn load(files: &[ConfigFile], faults: &mut Vec<Fault>) -> Self {
        let mut all = Self::default();
        for file in files {
            let Some(read) = file.read::<DomainsFile>(faults) else { continue };
            let plain = |word: &Spanned<String>| word.get_ref().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
            for word in read.brands.iter().chain(&read.lures).filter(|w| !plain(w)) {
                let message = format!("got \"{}\", expected small letters and digits without accents", word.get_ref());
                faults.push(file.fault(word.span().start, "brands, lures", message));
            }
            for domain in read.domain {
                let (at, host) = (domain.host.span().start, domain.host.into_inner());
                let plain = host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-');
                if !plain || !host.contains('.') {
                    faults.push(file.fault(at, "domain.host", format!("got \"{host}\", expected a host like moit.gov.vn")));
                    continue;
                }
                all.domains.push(Protected {
                    skeleton: skeleton(&folded(&host)),
                    dashed: host.replace('.', "-"),
                    joined: host.replace(['.', '-'], ""),
                    front: format!("{host}."),
                    within: format!(".{host}."),
                    name: split(&host).1.to_owned(),
                    name_alone: domain.name_alone,
                    host,
                });
            }
            all.brands.extend(read.brands.into_iter().map(Spanned::into_inner));
            all.lures.extend(read.lures.into_iter().map(Spanned::into_inner));
        }
        all
    }

    /// Whether nothing is protected.
    pub fn is_empty(&self) -> bool {
        self.domains.is_empty() && self.brands.is_empty()
    }

    /// The protected host or name that a host imitates, and how. `host`: labels in lower case, joined by dots.
    pub fn imitated(&self, host: &str) -> Option<(&str, Imitation)> {
        if self.domains.iter().any(|d| under(host, &d.host)) {
            return None;
        }
        let shown = shown(host);
        let plain = folded(&shown);
        let alike = skeleton(&plain);
        if let Some(domain) = self.domains.iter().find(|d| under(&alike, &d.skeleton)) {
            return Some((&domain.host, Imitation::Letters));
        }
        // Only the state gives out names under .gov.vn.
        if under(host, "gov.vn") {
            return None;
        }
        let (subs, name, ending) = split(&plain);
        for domain in &self.domains {
            let by = if plain.starts_with(&domain.front) || plain.contains(&domain.within) {
                Imitation::Inside
            } else if subs.iter().chain([&name]).any(|label| domain.dashed_in(label)) {
                Imitation::Dashes
            } else if domain.name_alone && name == domain.name && ENDINGS.contains(&ending.rsplit('.').next().unwrap_or("")) {
                Imitation::Ending
            } else if domain.name_alone && domain.name.len() >= LONG_ENOUGH && one_slip(name, &domain.name) {
                Imitation::Spelling
            } else {
                continue;
            };
            return Some((&domain.host, by));
        }
        self.lured(&subs, name).map(|brand| (brand, Imitation::Lure))
    }

    /// A protected name and a lure in the labels of a host: `evn-thanhtoan`, `nhanquabct`, `moit.quatang`.
    fn lured(&self, subs: &[&str], name: &str) -> Option<&str> {
        let words: Vec<&str> = subs.iter().chain([&name]).flat_map(|l| l.split('-')).filter(|w| !w.is_empty()).collect();
        let lure = |w: &str| self.is_lure(w);
        self.brands
            .iter()
            .find(|brand| {
                words.iter().enumerate().any(|(i, word)| {
                    // «www» and numbers are no lures; the brand alone is judged by its ending above.
                    let others = || words.iter().enumerate().any(|(j, w)| j != i && lure(w));
                    if *word == brand.as_str() {
                        return others();
                    }
                    let rest = word.strip_prefix(brand.as_str()).or_else(|| word.strip_suffix(brand.as_str()));
                    rest.is_some_and(lure)
                })
            })
            .map(String::as_str)
    }

    /// A lure, two of them in a row, or one with a number.
    fn is_lure(&self, word: &str) -> bool {
        let word = word.trim_matches(|c: char| c.is_ascii_digit());
        if word.len() > 40 || !word.is_ascii() {
            return false;
        }
        self.lures.contains(word)
            || (3..word.len().saturating_sub(2))
                .any(|i| word.split_at_checked(i).is_some_and(|(a, b)| self.lures.contains(a) && self.lures.contains(b)))
    }
}

/// The host itself or one below it.
fn under(host: &str, above: &str) -> bool {
    host.strip_suffix(above).is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

impl Protected {
    /// The whole host inside a label, at its dashes: `moit-gov-vn`, `x-moit-gov-vn`; or as one word.
    fn dashed_in(&self, label: &str) -> bool {
        let at_dashes = |(at, part): (usize, &str)| {
            let (before, after) = (label.get(..at).unwrap_or(""), label.get(at + part.len()..).unwrap_or(""));
            (before.is_empty() || before.ends_with('-')) && (after.is_empty() || after.starts_with('-'))
        };
        label.len() >= self.joined.len() && (label == self.joined || label.match_indices(&self.dashed).any(at_dashes))
    }
}

/// Labels before the registered name, the registered name, its ending: `cskh.evn.com.vn` → `cskh`, `evn`, `com.vn`.
fn split(host: &str) -> (Vec<&str>, &str, &str) {
    let labels: Vec<&str> = host.split('.').collect();
    let second = labels.len() >= 3 && labels.len().checked_sub(2).and_then(|i| labels.get(i)).is_some_and(|l| SECOND.contains(l));
    let ending = if second { 2 } else { 1 };
    let at = labels.len().saturating_sub(ending + 1);
    let name = labels.get(at).copied().unwrap_or("");
    let tail: usize = labels.iter().rev().take(ending).map(|l| l.len() + 1).sum();
    let ending = host.get((host.len() + 1).saturating_sub(tail)..).unwrap_or("");
    (labels.get(..at).unwrap_or(&[]).to_vec(), name, ending)
}
