//! Which sites are there, and what are the habits of each?

use crate::calendar::PubDate;
use crate::charset::Charset;
use std::net::Ipv4Addr;

/// Everything that is special about one site. Its place in [`SITES`] gives its address.
pub(crate) struct Spec {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) slogan: &'static str,
    pub(crate) group: &'static str,
    /// How it lists what it publishes, and where.
    pub(crate) listing: Listing,
    pub(crate) feed_path: &'static str,
    /// How the addresses of its pages look.
    pub(crate) addresses: Addresses,
    pub(crate) layout: Layout,
    pub(crate) charset: Charset,
    pub(crate) validators: Validators,
    /// Machine-readable dates on its article pages.
    pub(crate) dates: PageDates,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    Rss(PubDate),
    Rdf,
    Atom,
    JsonFeed,
    Sitemap,
    Page,
    ForumRss,
    Channel,
    Mastodon,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Addresses {
    /// `/kinh-doanh/slug-4712345.html`
    SectionSlug,
    /// `/slug-20261112081500123.chn`
    Stamped,
    /// `/tin-tuc/chi-tiet.aspx?ItemID=4712345`
    Query,
    /// `/bai/slug`
    Plain,
    /// `/threads/slug.4712345/`
    Thread,
    /// `/kenh_tieu_dung/101`
    Numbered,
    /// `/web/statuses/115000000000000000`; the timeline names it `/@handle/115000000000000000`
    Status,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Daily,
    Business,
    Portal,
    Market,
    Provincial,
    Magazine,
    /// Posts: the pages are those of forum, channel and network software.
    Post,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Validators {
    /// Strong `ETag` and `Last-Modified`.
    Both,
    /// `ETag` with the weak mark, and `Last-Modified`.
    Weak,
    /// Only `Last-Modified`.
    LastModified,
}

/// Which machine-readable dates article pages carry; the visible date is the layout's affair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageDates {
    pub(crate) published_time: bool,
    pub(crate) ld_json: bool,
}

const ALL_DATES: PageDates = PageDates { published_time: true, ld_json: true };
const LD_JSON: PageDates = PageDates { published_time: false, ld_json: true };
const META: PageDates = PageDates { published_time: true, ld_json: false };
const NO_DATES: PageDates = PageDates { published_time: false, ld_json: false };

const PRESS: Spec = Spec {
    id: "",
    name: "",
    slogan: "",
    group: "press",
    listing: Listing::Rss(PubDate::Offset),
    feed_path: "/rss/tin-moi.rss",
    addresses: Addresses::SectionSlug,
    layout: Layout::Daily,
    charset: Charset::Utf8,
    validators: Validators::Both,
    dates: ALL_DATES,
};

/// The sites, in the order of their addresses.
pub(crate) const SITES: [Spec; 18] = [
    Spec {
        id: "nhip-song-moi", name: "Nhịp Sống Mới", slogan: "Báo điện tử tổng hợp", listing: Listing::Rss(PubDate::GmtPlus7), ..PRESS
    },
    Spec {
        id: "kinh-te-24h",
        name: "Kinh Tế 24h",
        slogan: "Kênh thông tin kinh tế, tài chính",
        listing: Listing::Rdf,
        feed_path: "/trang-chu.rdf",
        addresses: Addresses::Stamped,
        layout: Layout::Business,
        validators: Validators::Weak,
        ..PRESS
    },
    Spec {
        id: "thoi-bao-viet",
        name: "Thời Báo Việt",
        slogan: "Tiếng nói bạn đọc cả nước",
        listing: Listing::Atom,
        feed_path: "/atom.xml",
        layout: Layout::Magazine,
        addresses: Addresses::Plain,
        ..PRESS
    },
    Spec {
        id: "doanh-thuong",
        name: "Doanh Thương",
        slogan: "Tạp chí doanh nhân và thương mại",
        listing: Listing::JsonFeed,
        feed_path: "/feed.json",
        addresses: Addresses::Stamped,
        layout: Layout::Business,
        dates: LD_JSON,
        ..PRESS
    },
    Spec {
        id: "ban-tin-nhanh",
        name: "Bản Tin Nhanh",
        slogan: "Tin nhanh từng phút",
        listing: Listing::Sitemap,
        feed_path: "/sitemap.xml",
        dates: META,
        ..PRESS
    },
    Spec {
        id: "thi-truong-online",
        name: "Thị Trường Online",
        slogan: "Giá cả, mua sắm, tài chính",
        listing: Listing::Page,
        feed_path: "/tin-moi/",
        layout: Layout::Market,
        dates: NO_DATES,
        ..PRESS
    },
    Spec {
        id: "cong-bct",
        name: "Cổng thông tin Bộ Công Thương",
        slogan: "Cổng thông tin điện tử",
        group: "official",
        listing: Listing::Rss(PubDate::DayMonthYear),
        feed_path: "/tin-tuc/rss.aspx",
        addresses: Addresses::Query,
        layout: Layout::Portal,
        dates: NO_DATES,
        ..PRESS
    },
    Spec {
        id: "bao-nganh",
        name: "Báo Ngành",
        slogan: "Cơ quan báo chí của Bộ Công Thương",
        group: "own_media",
        layout: Layout::Business,
        addresses: Addresses::Plain,
        validators: Validators::LastModified,
        ..PRESS
    },
    Spec {
        id: "dien-dan-dan-sinh",
        name: "Diễn Đàn Dân Sinh",
        slogan: "Nơi bàn chuyện cơm áo gạo tiền",
        group: "forum",
        listing: Listing::ForumRss,
        feed_path: "/forums/-/index.rss",
        addresses: Addresses::Thread,
        layout: Layout::Post,
        ..PRESS
    },
    Spec {
        id: "kenh-tieu-dung",
        name: "Kênh Tiêu Dùng",
        slogan: "Tin nhanh cho người tiêu dùng",
        group: "social",
        listing: Listing::Channel,
        feed_path: "/s/kenh_tieu_dung",
        addresses: Addresses::Numbered,
        layout: Layout::Post,
        ..PRESS
    },
    Spec {
        id: "mang-xa-hoi-viet",
        name: "Mạng Xã Hội Việt",
        slogan: "Máy chủ cộng đồng nói tiếng Việt",
        group: "social",
        listing: Listing::Mastodon,
        feed_path: "/api/v1/timelines/public?limit=40",
        addresses: Addresses::Status,
        layout: Layout::Post,
        ..PRESS
    },
    Spec {
        id: "bao-mien-nui",
        name: "Báo Miền Núi",
        slogan: "Tiếng nói đồng bào vùng cao",
        listing: Listing::Rss(PubDate::ShortOffset),
        feed_path: "/rss.xml",
        layout: Layout::Provincial,
        charset: Charset::Windows1258,
        dates: NO_DATES,
        ..PRESS
    },
    Spec {
        id: "bao-bien",
        name: "Báo Biển",
        slogan: "Nhật báo vùng duyên hải",
        feed_path: "/rss.xml",
        layout: Layout::Provincial,
        charset: Charset::Utf8Decomposed,
        dates: META,
        ..PRESS
    },
    Spec { id: "tin-tong-hop", name: "Tin Tổng Hợp", slogan: "Tin hay từ các báo", addresses: Addresses::Plain, ..PRESS },
    Spec {
        id: "doi-song-pho",
        name: "Đời Sống Phố",
        slogan: "Chuyện phố, chuyện nhà",
        listing: Listing::Rss(PubDate::Zoneless),
        layout: Layout::Magazine,
        dates: LD_JSON,
        ..PRESS
    },
    Spec {
        id: "ban-doc-tre",
        name: "Bạn Đọc Trẻ",
        slogan: "Báo của tuổi trẻ",
        listing: Listing::Rss(PubDate::Utc),
        layout: Layout::Magazine,
        ..PRESS
    },
    Spec {
        id: "dien-dan-tieu-thuong",
        name: "Diễn Đàn Tiểu Thương",
        slogan: "Chuyện chợ, chuyện hàng",
        group: "forum",
        listing: Listing::ForumRss,
        feed_path: "/forums/-/index.rss",
        addresses: Addresses::Thread,
        layout: Layout::Post,
        ..PRESS
    },
    Spec {
        id: "dien-dan-xom-tro",
        name: "Diễn Đàn Xóm Trọ",
        slogan: "Người thuê, người cho thuê",
        group: "forum",
        listing: Listing::ForumRss,
        feed_path: "/forums/-/index.rss",
        addresses: Addresses::Thread,
        layout: Layout::Post,
        ..PRESS
    },
];

/// Index of the site in [`SITES`].
pub(crate) fn find(id: &str) -> Option<usize> {
    SITES.iter().position(|site| site.id == id)
}

/// Address of the site with that index: 127.0.71.1 for the first one.
pub(crate) fn address(index: usize) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 71, u8::try_from(index + 1).unwrap_or(u8::MAX))
}

/// One site of the bundled web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its id: the name of its source file without `.toml`.
    pub id: &'static str,
    /// As people know it.
    pub name: &'static str,
    /// How its coverage is counted: `press`, `own_media`, `official`, `forum` or `social`.
    pub group: &'static str,
    /// The loopback address that it listens on.
    pub address: Ipv4Addr,
    /// Its home page, with the port.
    pub home: String,
    /// The address that lists what it publishes.
    pub feed: String,
}

/// What the outside may know of the sites, once the port is known.
pub(crate) fn sites(port: u16) -> Vec<Site> {
    SITES
        .iter()
        .enumerate()
        .map(|(index, spec)| {
            let address = address(index);
            let origin = format!("http://{address}:{port}");
            Site {
                id: spec.id,
                name: spec.name,
                group: spec.group,
                address,
                home: format!("{origin}/"),
                feed: format!("{origin}{}", spec.feed_path),
            }
        })
        .collect()
}
