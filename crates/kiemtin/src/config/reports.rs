//! `[reports]`: who writes reports, and when are they made by themselves?

use super::{ConfigFile, Fault};
use kiemtin_deliver::formats::report::{FORMATS, Letterhead, format};
use kiemtin_model::period::PeriodLength;
use kiemtin_model::timetable::Timetable;
use kiemtin_web::report::{EACH_UNIT, ReportTime};
use serde::Deserialize;

/// `[reports]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reports {
    /// What stands above and below reports.
    pub letterhead: Letterhead,
    /// What is made by itself.
    pub timetable: Vec<Entry>,
    /// Whether units are reminded of their yearly report, which is due before 25 December.
    pub remind_yearly: bool,
}

impl Default for Reports {
    fn default() -> Self {
        Self { letterhead: Letterhead::default(), timetable: vec![Entry::default()], remind_yearly: true }
    }
}

/// `[[reports.timetable]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Entry {
    /// Of which periods: the last that is over is told of.
    pub length: PeriodLength,
    /// When, in Vietnamese time.
    pub at: Timetable,
    /// Of which unit; empty: of the whole ministry; [`EACH_UNIT`].
    pub unit: String,
    /// Which files go with the mail.
    pub formats: Vec<String>,
}

/// Every Monday at seven, the week of the whole ministry.
impl Default for Entry {
    fn default() -> Self {
        let formats = ["xlsx", "docx", "pdf"].map(str::to_owned).into();
        Self { length: PeriodLength::Weekly, at: Timetable::default(), unit: String::new(), formats }
    }
}

impl Reports {
    /// What is made by itself, for those who ask when.
    pub fn times(&self) -> Vec<ReportTime> {
        let time = |entry: &Entry| ReportTime { length: entry.length, at: entry.at.clone(), unit: entry.unit.clone() };
        self.timetable.iter().map(time).collect()
    }

    /// Whether every format is one that reports have.
    pub(super) fn check(&self, file: &ConfigFile, faults: &mut Vec<Fault>) {
        for name in self.timetable.iter().flat_map(|entry| &entry.formats).filter(|name| format(name).is_none()) {
            let known = FORMATS.iter().map(|f| f.name).collect::<Vec<_>>().join(", ");
            faults.push(file.fault(at(file, name), "reports.timetable.formats", format!("got \"{name}\", expected one of {known}")));
        }
    }

    /// Whether every unit is one that a topic or a province has.
    pub(super) fn check_units(&self, known: &[&str], file: &ConfigFile, faults: &mut Vec<Fault>) {
        let units = self.timetable.iter().map(|entry| entry.unit.as_str());
        for unit in units.filter(|unit| !unit.is_empty() && *unit != EACH_UNIT && !known.contains(unit)) {
            let message =
                format!("got \"{unit}\", expected a unit of a topic or province, \"{EACH_UNIT}\" for each unit of a topic, or nothing");
            faults.push(file.fault(at(file, unit), "reports.timetable.unit", message));
        }
    }
}

/// Where a text stands in the file.
fn at(file: &ConfigFile, text: &str) -> usize {
    file.text.find(&format!("\"{text}\"")).unwrap_or(0)
}
