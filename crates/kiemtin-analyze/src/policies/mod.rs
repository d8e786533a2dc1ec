//! Which policies are followed, and what is expected when? (`config/policies/*.toml`)
//!
//! A file holds one policy with its stages and events, or only events that belong to no policy, such as holidays.

mod calendar;
mod file;

pub use calendar::{Begins, Calendar, CalendarEvent, MOST_DAYS, Occurrence};

use crate::faults::{ConfigFile, Fault};
use crate::knowledge::Knowledge;
use kiemtin_model::Policy;

/// The policies, and the calendar of what is expected.
#[derive(Clone, Debug, Default)]
pub struct PolicyRegister {
    /// In the order of the files.
    pub policies: Vec<Policy>,
    /// What is expected when.
    pub calendar: Calendar,
}

impl PolicyRegister {
    /// Reads all files; every fault is added to `faults`. `knowledge`: the topics and official documents that there are.
    pub fn load(files: &[ConfigFile], knowledge: &Knowledge, faults: &mut Vec<Fault>) -> Self {
        let mut register = Self::default();
        for file in files {
            let Some((policy, events)) = file::read(file, knowledge, faults) else { continue };
            for event in events {
                if register.calendar.events.iter().any(|e| e.id == event.id) {
                    let message = format!("the id \"{}\" is given twice, expected an id of its own for each event", event.id);
                    faults.push(file.fault(0, "event.id", message));
                }
                register.calendar.events.push(event);
            }
            register.policies.extend(policy);
        }
        register
    }

    /// The policy with this id.
    pub fn policy(&self, id: &str) -> Option<&Policy> {
        self.policies.iter().find(|p| p.id == id)
    }
}

#[cfg(test)]
mod tests;
