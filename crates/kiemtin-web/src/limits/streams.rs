//! How many live streams are open, of one asker and of all?
//!
//! A stream holds a connection for minutes. What is beyond is refused at once, so that pages keep theirs
//! ([`crate::serve`] has places for both).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// This asker has as many as one may.
    Asker,
    /// All places are taken.
    All,
}

/// The places.
#[derive(Clone, Debug)]
pub struct Streams {
    most: usize,
    most_of_one: usize,
    open: Arc<Mutex<HashMap<String, usize>>>,
}

/// A place that is given back when it is dropped.
#[derive(Debug)]
pub struct Place {
    owner: String,
    open: Arc<Mutex<HashMap<String, usize>>>,
}

impl Streams {
    /// So many of all, and of one asker.
    pub fn new(most: usize, most_of_one: usize) -> Self {
        Self { most, most_of_one, open: Arc::default() }
    }

    /// Takes a place.
    ///
    /// # Errors
    /// There is none.
    pub fn place(&self, owner: String) -> Result<Place, Full> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.values().sum::<usize>() >= self.most {
            return Err(Full::All);
        }
        let own = open.get(&owner).copied().unwrap_or(0);
        if own >= self.most_of_one {
            return Err(Full::Asker);
        }
        open.insert(owner.clone(), own + 1);
        drop(open);
        Ok(Place { owner, open: Arc::clone(&self.open) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match open.get_mut(&self.owner) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(open.remove(&self.owner)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_and_given_back() {
        let streams = Streams::new(3, 2);
        let of = |owner: &str| streams.place(owner.to_owned());
        let (first, second) = (of("a").unwrap(), of("a").unwrap());
        assert_eq!(of("a").unwrap_err(), Full::Asker);
        let third = of("b").unwrap();
        assert_eq!(of("c").unwrap_err(), Full::All);
        drop(first);
        assert!(of("a").is_ok());
        drop((second, third));
        assert!(streams.open.lock().unwrap().is_empty(), "nobody is remembered who has none");
    }
}
