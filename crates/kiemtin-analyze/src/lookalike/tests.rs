//! Which hosts imitate a protected one?

use super::*;
use crate::faults::ConfigFile;

fn domains() -> ProtectedDomains {
    let text = include_str!("../../../../config/domains/protected.toml");
    let mut faults = vec![];
    let domains = ProtectedDomains::load(&[ConfigFile { path: "protected.toml".into(), text: text.into() }], &mut faults);
    assert_eq!(faults, []);
    domains
}

#[test]
fn imitations() {
    let domains = domains();
    let check = |host: &str, expected: Imitation| assert_eq!(domains.imitated(host).map(|i| i.1), Some(expected), "{host}");
    for host in
        ["m0it.gov.vn", "rnoit.gov.vn", "m\u{43e}it.gov.vn", "xn--mit-sed.gov.vn", "congthuong.vո", "evп.com.vn".replace('п', "ո").as_str()]
    {
        check(host, Imitation::Letters);
    }
    for host in ["evn.com.vn.thanhtoan.xyz", "moit.gov.vn.co", "www.moit.gov.vn.example"] {
        check(host, Imitation::Inside);
    }
    for host in ["moit-gov-vn.com", "online-gov-vn.example", "cskh-evn-com-vn.top", "moitgovvn.site"] {
        check(host, Imitation::Dashes);
    }
    for host in ["congthuong.org", "evn.net", "moit.example", "petrolimex.vip", "www.evnhanoi.top"] {
        check(host, Imitation::Ending);
    }
    for host in ["congthuongg.vn", "petrolimax.com.vn", "tapchicongthung.vn"] {
        check(host, Imitation::Spelling);
    }
    for host in [
        "dautu-bct.example",
        "quatang-moit.test",
        "cskh-evnvn.example",
        "evnthanhtoan.com",
        "hoan-tien.qltt-hotro.vn",
        "bct.nhanqua.xyz",
        "evnhanoi-billing.net",
    ] {
        check(host, Imitation::Lure);
    }
}

#[test]
fn others_are_left_alone() {
    let domains = domains();
    for host in [
        "moit.gov.vn",
        "www.moit.gov.vn",
        "moet.gov.vn",
        "cskh.evnhanoi.com.vn",
        "cskh.npc.com.vn",
        "evn.theo",
        "online.com",
        "onlinefriday.vn",
        "vneconomy.vn",
        "baochinhphu.vn",
        "congluan.vn",
        "chinhphu.vn",
        "xaydungchinhsach.chinhphu.vn",
        "vietnamnet.vn",
        "bctc.vn",
        "moitruong.net.vn",
        "trang.com",
        "vnexpress.net",
        "evnfc.vn",
        "dienquang.com",
        "thuongmai.example",
        "dms.com",
        "trav.org",
        "binhduong.dichvucong.gov.vn",
    ] {
        assert_eq!(domains.imitated(host), None, "{host}");
    }
}

#[test]
fn faults_are_told_with_their_line() {
    let text = "brands = [\"evn\",\n \"Bộ\"]\n[[domain]]\nhost = \"moit\"\nowner = \"a\"\n";
    let mut faults = vec![];
    ProtectedDomains::load(&[ConfigFile { path: "p.toml".into(), text: text.into() }], &mut faults);
    assert_eq!(faults.iter().map(|f| f.line).collect::<Vec<_>>(), [2, 4]);
}
