//! What does a query find: which stories, best first, and how many documents of which sort?

use super::asking::Asking;
use super::columns::Columns;
use super::compile::Plan;
use super::facets;
use super::rank::{self, Known, Placed};
use super::schema::Fields;
use super::sorts::Sorts;
use crate::index::{Facet, Hit, IndexError, Order};
use kiemtin_model::{DocId, Time};
use std::collections::HashSet;
use tantivy::schema::Value;
use tantivy::{Searcher, TantivyDocument};

/// How many times more documents are read when copies leave the page too short.
const GROWTH: usize = 4;

/// Documents that match, copies included; the stories of the page; counts.
pub(super) struct Found {
    pub total: u64,
    pub hits: Vec<Hit>,
    pub facets: Vec<Facet>,
}

/// What of a result is wanted.
pub(super) struct Wanted<'a> {
    pub order: Order,
    /// What age counts back from.
    pub now: Time,
    pub offset: usize,
    pub limit: usize,
    /// Facets, by the sorts of the segments; none: they are not wanted.
    pub facets: Option<&'a Sorts>,
}

/// The stories `offset..offset + limit` of what the plan finds.
pub(super) fn gather(asking: &Asking<'_>, fields: &Fields, plan: &Plan, wanted: &Wanted<'_>) -> Result<Found, IndexError> {
    let searcher = asking.searcher;
    let (total, facets, known) = count(asking, plan, wanted)?;
    let end = wanted.offset.saturating_add(wanted.limit);
    let columns = Columns::open(searcher)?;
    let mut stories = Stories::default();
    let mut read = 0;
    // Copies of one story take many places: more are read until the page is full or all is read.
    while wanted.limit > 0 && stories.firsts.len() < end {
        let places = read.max(end).saturating_mul(if read == 0 { 2 } else { GROWTH });
        let placed = match wanted.order {
            Order::Best => rank::best(asking, &columns, plan, places, &known, None)?,
            Order::Fresh => rank::best(asking, &columns, plan, places, &known, Some(wanted.now))?,
            Order::Newest => rank::newest(asking, &columns, &*plan.matching, places)?,
        };
        let ended = placed.len() < places || placed.len() <= read;
        stories.add(&columns, placed.get(read..).unwrap_or_default());
        read = placed.len();
        if ended {
            break;
        }
    }
    let page = stories.firsts.into_iter().skip(wanted.offset).take(wanted.limit);
    let hits = page.map(|place| hit(searcher, fields, place)).collect::<Result<_, _>>()?;
    Ok(Found { total, hits, facets })
}

/// How many match, of which sort, and what was learnt meanwhile of which they are.
fn count(asking: &Asking<'_>, plan: &Plan, wanted: &Wanted<'_>) -> Result<(u64, Vec<Facet>, Known), IndexError> {
    let query = &*plan.matching;
    let (counted, known) = if plan.once && wanted.order != Order::Newest {
        let (counted, best) = asking.both(query, rank::WINDOW, wanted.facets)?;
        let all = counted.total <= rank::WINDOW as u64;
        (counted, if all { Known::All(best) } else { Known::Best(best) })
    } else {
        match asking.few(query, rank::WINDOW)? {
            Some(few) => (facets::count_of(asking.searcher, &few, wanted.facets)?, Known::All(few)),
            None => (asking.count(query, wanted.facets)?, Known::Nothing),
        }
    };
    Ok((counted.total, if wanted.facets.is_some() { counted.facets() } else { vec![] }, known))
}

/// The first document of each story, in the order in which they came.
#[derive(Default)]
struct Stories {
    seen: HashSet<u64>,
    firsts: Vec<Placed>,
}

impl Stories {
    fn add(&mut self, columns: &Columns, placed: &[Placed]) {
        for place in placed {
            if columns.story(place.at).is_none_or(|story| self.seen.insert(story)) {
                self.firsts.push(*place);
            }
        }
    }
}

fn hit(searcher: &Searcher, fields: &Fields, place: Placed) -> Result<Hit, IndexError> {
    let document: TantivyDocument = searcher.doc(place.at).map_err(engine)?;
    let text = |field| document.get_first(field).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    Ok(Hit { id: DocId(text(fields.id)), story: DocId(text(fields.story)), score: place.score, partial: place.partial })
}

pub(super) fn engine(error: impl std::error::Error + Send + Sync + 'static) -> IndexError {
    IndexError::Engine(Box::new(error))
}
