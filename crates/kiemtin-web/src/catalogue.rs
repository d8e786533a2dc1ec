//! What are the ids in the store called by people?

use kiemtin_model::SourceGroup;

/// A configured topic.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogueTopic {
    /// Topic id, e.g. `gia-dien`.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// Units of the ministry that answer for it.
    pub units: Vec<String>,
    /// Points that it adds to how pressing an alert is.
    pub weight: f64,
}

/// A configured source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueSource {
    /// Source id, e.g. `vnexpress`.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// How its coverage is counted.
    pub group: SourceGroup,
    /// Home page.
    pub site: String,
    /// Whether it is collected.
    pub enabled: bool,
}

/// Names for ids. An id that is not configured (an import, a removed source) is its own name.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Topics in the order in which they are offered.
    pub topics: Vec<CatalogueTopic>,
    /// Sources.
    pub sources: Vec<CatalogueSource>,
    /// The provinces' departments of industry and trade.
    pub departments: Vec<String>,
}

impl Catalogue {
    /// Name of a topic.
    pub fn topic<'a>(&'a self, id: &'a str) -> &'a str {
        self.topics.iter().find(|t| t.id == id).map_or(id, |t| &t.name)
    }

    /// Name of a source.
    pub fn source<'a>(&'a self, id: &'a str) -> &'a str {
        match self.sources.iter().find(|s| s.id == id) {
            Some(source) => &source.name,
            None if id.is_empty() => "Không rõ nguồn",
            None => id,
        }
    }

    /// The most points that one of these topics adds to how pressing an alert is.
    pub fn weight_of(&self, topics: &[String]) -> f64 {
        self.topics.iter().filter(|t| topics.contains(&t.id)).map(|t| t.weight).fold(0.0, f64::max)
    }

    /// All units named by the topics and those of the provinces, each once, sorted.
    pub fn units(&self) -> Vec<&str> {
        let of_topics = self.topics.iter().flat_map(|t| t.units.iter());
        let mut units: Vec<&str> = of_topics.chain(&self.departments).map(String::as_str).collect();
        units.sort_unstable();
        units.dedup();
        units
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_id_is_its_own_name() {
        let topic = |id: &str, units: &[&str]| CatalogueTopic {
            id: id.into(),
            name: id.to_uppercase(),
            units: units.iter().map(|u| (*u).to_owned()).collect(),
            weight: 0.0,
        };
        let catalogue = Catalogue {
            topics: vec![topic("a", &["Vụ B", "Cục A"]), topic("b", &["Cục A"])],
            sources: vec![],
            departments: vec!["Sở C".into()],
        };
        assert_eq!((catalogue.topic("a"), catalogue.topic("x")), ("A", "x"));
        assert_eq!((catalogue.source("host.vn"), catalogue.source("")), ("host.vn", "Không rõ nguồn"));
        assert_eq!(catalogue.units(), ["Cục A", "Sở C", "Vụ B"]);
    }
}
