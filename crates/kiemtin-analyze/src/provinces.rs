//! Which provinces does a document name, by their names of today and of before?

use crate::faults::{ConfigFile, Fault};
use crate::rules::{View, phrase};
use kiemtin_text::query::{QueryId, QuerySetBuilder};
use serde::Deserialize;

/// Beginning of the name of a province's department.
const DEPARTMENT: &str = "Sở Công Thương";

/// All provinces and cities.
#[derive(Clone, Debug, Default)]
pub struct ProvinceSet {
    /// (name, how it is found), in the order of the files.
    provinces: Vec<(String, QueryId)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvinceFile {
    name: String,
    #[serde(default)]
    also: Vec<String>,
}

/// What the province's department of industry and trade is called.
pub fn department(province: &str) -> String {
    format!("{DEPARTMENT} {province}")
}

/// Whether a unit is a province's department.
pub fn is_department(unit: &str) -> bool {
    unit.starts_with(DEPARTMENT)
}

impl ProvinceSet {
    /// Reads `config/provinces/*.toml`: `[[province]]` with its name and other names it goes by, those of provinces that
    /// became part of it among them.
    pub fn load(files: &[ConfigFile], queries: &mut QuerySetBuilder, faults: &mut Vec<Fault>) -> Self {
        let mut set = Self::default();
        for file in files {
            for (at, item) in file.items::<ProvinceFile>("province", faults) {
                let phrases: Vec<_> = std::iter::once(&item.name).chain(&item.also).filter_map(|p| phrase(p)).collect();
                if phrases.len() != item.also.len() + 1 {
                    faults.push(file.fault(at, "province", format!("\"{}\": got a name without words, expected words", item.name)));
                }
                let name = item.name.trim_start_matches(['=', '~']).to_owned();
                set.provinces.push((name, queries.add_phrases(&phrases)));
            }
        }
        set
    }

    /// Names of all, in the order of the files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.provinces.iter().map(|(name, _)| name.as_str())
    }

    /// Provinces that a document names, in the order of the files.
    pub fn named_in(&self, view: &View<'_>) -> Vec<String> {
        self.provinces.iter().filter(|(_, query)| view.holds(*query)).map(|(name, _)| name.clone()).collect()
    }
}
