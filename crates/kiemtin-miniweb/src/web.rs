//! What does each site hold, under which address, dated when?

use crate::calendar::{self, Moment};
use crate::content::RawPage;
use crate::markup;
use crate::sites::{self, Addresses, SITES, Spec};
use std::collections::HashMap;

/// Number of the first post of a channel.
const FIRST_POST: u64 = 101;
/// Handles of the invented members of forum and network; what is crawled must lose them.
const MEMBERS: &[&str] = &[
    "ca_kho_lang_vu",
    "meo_tam_the",
    "bac_tu_pho_huyen",
    "gio_mua_thu",
    "tho_dien_xom_duoi",
    "me_bong_2k",
    "ong_giao_lang",
    "xe_om_cong_nghe",
    "hat_gao_lang_ta",
    "nang_tho_94",
    "cafe_den_da",
    "chu_nam_ban_vai",
    "lua_chin_vang",
    "co_ba_tap_hoa",
];

/// The words of a page, in one version.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) label: String,
    pub(crate) kinds: Vec<String>,
    pub(crate) title: String,
    pub(crate) sapo: Option<String>,
    pub(crate) paragraphs: Vec<String>,
}

/// One page of one site.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) slug: String,
    pub(crate) published: Moment,
    pub(crate) narrative: Option<String>,
    pub(crate) section: String,
    pub(crate) byline: Option<String>,
    /// Index of the page that this one copies.
    pub(crate) copy_of: Option<usize>,
    pub(crate) site: usize,
    /// Path (and query) under which it is served.
    pub(crate) path: String,
    /// Number in addresses and APIs.
    pub(crate) number: u64,
    /// Chooses its ornaments; the same in every run.
    pub(crate) seed: u64,
    pub(crate) first: Text,
    pub(crate) second: Option<Text>,
}

/// All pages of all sites.
#[derive(Debug)]
pub(crate) struct Web {
    pub(crate) now: Moment,
    pub(crate) port: u16,
    pub(crate) pages: Vec<Page>,
    /// Per site, indices into `pages`, newest first.
    by_site: Vec<Vec<usize>>,
    /// Per site, index into `pages` by path.
    by_path: Vec<HashMap<String, usize>>,
}

impl Web {
    /// Dates and addresses all pages.
    pub(crate) fn new(raw: &[RawPage], now: Moment, port: u16) -> Self {
        let mut web =
            Self { now, port, pages: Vec::new(), by_site: vec![Vec::new(); SITES.len()], by_path: vec![HashMap::new(); SITES.len()] };
        for page in raw {
            let original = web.add(page, &page.site, &page.slug, (page.day, &page.time), None);
            for copy in &page.copies {
                web.add(page, &copy.site, &copy.slug, (copy.day, &copy.time), original);
            }
        }
        for site in 0..SITES.len() {
            web.by_site[site].sort_by_key(|i| (std::cmp::Reverse(web.pages[*i].published), *i));
            web.address(site);
        }
        web
    }

    fn add(&mut self, raw: &RawPage, site: &str, slug: &str, (day, time): (i64, &str), copy_of: Option<usize>) -> Option<usize> {
        // Sites and times were checked when the files were read.
        let site = sites::find(site)?;
        let (hour, minute) = calendar::time_of_day(time)?;
        let first = Text {
            label: raw.label.clone(),
            kinds: raw.kinds.clone(),
            title: raw.title.clone(),
            sapo: raw.sapo.clone(),
            paragraphs: paragraphs(&raw.body),
        };
        let second = raw.edit.as_ref().filter(|_| copy_of.is_none()).map(|edit| Text {
            label: edit.label.clone(),
            kinds: edit.kinds.clone(),
            title: edit.title.clone(),
            sapo: edit.sapo.clone(),
            paragraphs: paragraphs(&edit.body),
        });
        let index = self.pages.len();
        self.pages.push(Page {
            slug: slug.to_owned(),
            published: calendar::place(self.now, day, hour, minute),
            narrative: raw.narrative.clone(),
            section: raw.section.clone(),
            byline: raw.byline.clone(),
            copy_of,
            site,
            path: String::new(),
            number: 0,
            seed: markup::number_of(slug.as_bytes()),
            first,
            second,
        });
        self.by_site[site].push(index);
        Some(index)
    }

    /// Gives the pages of a site their numbers and paths, oldest first.
    fn address(&mut self, site: usize) {
        let spec = &SITES[site];
        let oldest_first: Vec<usize> = self.by_site[site].iter().rev().copied().collect();
        for (order, index) in oldest_first.into_iter().enumerate() {
            let page = &mut self.pages[index];
            // Two pages of a site never share a number: the order of publication is its last part.
            let order = order as u64;
            page.number = match spec.addresses {
                Addresses::Numbered => FIRST_POST + order,
                Addresses::Status => (page.published.0.unsigned_abs() << 16) + order,
                _ => (page.seed % 900 + 4000) * 1000 + order,
            };
            page.path = path(spec, page);
            self.by_path[site].insert(page.path.clone(), index);
        }
    }

    /// Index of the page of a site under that path (with its query, if it has one).
    pub(crate) fn at(&self, site: usize, path: &str) -> Option<usize> {
        self.by_path.get(site)?.get(path).copied()
    }

    /// Indices of a site's pages, newest first.
    pub(crate) fn newest(&self, site: usize) -> &[usize] {
        self.by_site.get(site).map_or(&[], Vec::as_slice)
    }

    /// `http://127.0.71.1:8080` of a site.
    pub(crate) fn origin(&self, site: usize) -> String {
        format!("http://{}:{}", sites::address(site), self.port)
    }
}

impl Page {
    /// Handle of the invented member who posted it.
    pub(crate) fn member(&self) -> &'static str {
        member(self.seed)
    }
}

/// The invented member that a number chooses.
pub(crate) fn member(seed: u64) -> &'static str {
    markup::choose(MEMBERS, seed, 1).first().copied().unwrap_or("ban_doc")
}

fn paragraphs(body: &str) -> Vec<String> {
    body.replace("\r\n", "\n").split("\n\n").map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect()
}

fn path(spec: &Spec, page: &Page) -> String {
    let (slug, number) = (&page.slug, page.number);
    match spec.addresses {
        Addresses::SectionSlug => format!("/{}/{slug}-{number}.html", markup::fold(&page.section)),
        Addresses::Stamped => format!("/{slug}-{}.chn", page.published.stamp(page.seed)),
        Addresses::Query => format!("/tin-tuc/chi-tiet.aspx?ItemID={number}"),
        Addresses::Plain => format!("/bai/{slug}"),
        Addresses::Thread => format!("/threads/{slug}.{number}/"),
        Addresses::Numbered => format!("/kenh_tieu_dung/{number}"),
        Addresses::Status => format!("/web/statuses/{number}"),
    }
}
