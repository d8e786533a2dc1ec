//! Who of the staff may do what, and see what?
//!
//! Roles and rights are about the people who work with kiemtin, never about those who write or are written about.

use crate::words;

words! {
    /// What somebody may do. A role is a set of them; a token has some of those of its owner.
    Right {
        /// Read alerts, documents, searches, trends and exports.
        Read = "read" / "Xem",
        /// Read the feeds of alerts (Atom, JSON Feed) and nothing else.
        Feed = "feed" / "Đọc nguồn tin cảnh báo",
        /// Save searches.
        Save = "save" / "Lưu tìm kiếm",
        /// Decide on alerts, and restrict them to their units.
        Review = "review" / "Xử lý cảnh báo",
        /// Push documents in.
        Push = "push" / "Gửi tài liệu vào",
        /// Manage users, tokens and receivers; read the audit log.
        Administer = "administer" / "Quản trị",
    }
}

words! {
    /// What somebody is here for. Each may do what the one before it may.
    StaffRole {
        /// Reads.
        Reader = "reader" / "Người đọc",
        /// Searches and follows.
        Analyst = "analyst" / "Chuyên viên tổng hợp",
        /// Decides on alerts.
        Reviewer = "reviewer" / "Người thẩm định",
        /// Runs the service.
        Admin = "admin" / "Quản trị viên",
    }
}

impl StaffRole {
    /// What this role may do: each role may do what the one before it may.
    pub const fn rights(self) -> &'static [Right] {
        use Right::{Administer, Feed, Push, Read, Review, Save};
        match self {
            Self::Reader => &[Read, Feed],
            Self::Analyst => &[Read, Feed, Save],
            Self::Reviewer => &[Read, Feed, Save, Review],
            Self::Admin => &[Read, Feed, Save, Review, Push, Administer],
        }
    }
}

/// Which restricted items somebody sees. What is not restricted is seen by all of the staff.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Sight {
    /// Those of all units.
    #[default]
    All,
    /// Those of these units alone; none of them: no restricted item at all.
    Units(Vec<String>),
}

impl Sight {
    /// Whether an item of these units is seen.
    pub fn sees(&self, restricted: bool, units: &[String]) -> bool {
        match self {
            Self::All => true,
            Self::Units(own) => !restricted || units.iter().any(|unit| own.contains(unit)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_what_the_one_before_it_may() {
        for pair in StaffRole::ALL.windows(2) {
            let [less, more] = pair else { unreachable!() };
            assert!(less.rights().iter().all(|right| more.rights().contains(right)), "{less} {more}");
            assert!(less.rights().len() < more.rights().len());
        }
        assert_eq!(StaffRole::Admin.rights(), Right::ALL);
    }

    #[test]
    fn restricted_items_are_seen_by_their_units() {
        let units = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let check = |sight: &Sight, restricted: bool, of: &[&str], seen: bool| {
            assert_eq!(sight.sees(restricted, &units(of)), seen, "{sight:?} {restricted} {of:?}");
        };
        let one = Sight::Units(units(&["Cục Điện lực"]));
        let none = Sight::Units(vec![]);
        check(&Sight::All, true, &[], true);
        check(&one, false, &["Cục Hóa chất"], true);
        check(&one, true, &["Cục Hóa chất"], false);
        check(&one, true, &["Cục Hóa chất", "Cục Điện lực"], true);
        check(&one, true, &[], false);
        check(&none, true, &["Cục Điện lực"], false);
        check(&none, false, &["Cục Điện lực"], true);
    }
}
