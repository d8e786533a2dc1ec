//! Are the hints for reading article pages sound, and do they still hold?

use kiemtin_analyze::{ConfigFile, Fault};
use kiemtin_model::Day;
use kiemtin_model::source::{ArticleHints, ArticleVersions};
use kiemtin_text::date::DateFormat;

/// Adds what is wrong with the `[[article]]` tables of a source's file.
pub(super) fn check(file: &ConfigFile, versions: &ArticleVersions, faults: &mut Vec<Fault>) {
    for (number, hints) in versions.0.iter().enumerate() {
        let mut fault =
            |key: &str, message: String| faults.push(file.fault(file.place("article", number, key), &format!("article.{key}"), message));
        if let (Some(from), Some(until)) = (hints.from, hints.until)
            && from > until
        {
            fault("until", format!("got \"{until}\", expected a day not before from = \"{from}\""));
        }
        if let Some(other) = versions.0.iter().take(number).position(|earlier| earlier.overlaps(hints)) {
            let line = file.line(file.place("article", other, ""));
            fault("from", format!("got {}, expected days on which no other table holds: the one at line {line} does", days(hints)));
        }
        for (key, selector) in selectors(hints) {
            if let Err(message) = kiemtin_crawl::check_selector(selector) {
                fault(key, format!("got \"{selector}\", expected a CSS selector: {message}"));
            }
        }
        if let Some(Err(message)) = hints.date_format.as_deref().map(DateFormat::parse) {
            fault("date_format", message);
        }
        if hints.date_format.is_some() && hints.date_selector.is_none() {
            fault("date_format", "got a format alone, expected date_selector beside it".into());
        }
    }
}

/// A warning for each source whose hints have ended before `today`, with none in force or to come.
pub fn ended(files: &[ConfigFile], today: kiemtin_model::Time) -> Vec<Fault> {
    let mut warnings = vec![];
    for file in files {
        let Some(source) = file.read::<kiemtin_model::Source>(&mut vec![]) else { continue };
        let past = |hints: &ArticleHints| hints.until.filter(|until| *until < Day::of(today));
        for (number, until) in source.article.0.iter().enumerate().filter_map(|(n, h)| Some((n, past(h)?))) {
            let place = file.place("article", number, "until");
            warnings.push(file.fault(
                place,
                "article.until",
                format!("ended on {until}, expected a later day or no table: its hints are not used"),
            ));
        }
    }
    warnings
}

fn selectors(hints: &ArticleHints) -> impl Iterator<Item = (&'static str, &str)> {
    let named = [
        ("title_selector", &hints.title_selector),
        ("lead_selector", &hints.lead_selector),
        ("body_selector", &hints.body_selector),
        ("date_selector", &hints.date_selector),
    ];
    named.into_iter().filter_map(|(key, s)| Some((key, s.as_deref()?))).chain(hints.remove.iter().map(|s| ("remove", s.as_str())))
}

fn days(hints: &ArticleHints) -> String {
    let day = |day: Option<Day>, none: &str| day.map_or_else(|| none.to_owned(), |d| format!("\"{d}\""));
    format!("{} to {}", day(hints.from, "the beginning"), day(hints.until, "the end"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const HEAD: &str = "id = \"bao\"\nname = \"Báo\"\nsite = \"https://bao.example/\"\ngroup = \"press\"\n[[feeds]]\nurl = \"https://bao.example/rss\"\nkind = \"feed\"\n";

    fn file(article: &str) -> ConfigFile {
        ConfigFile { path: "config/sources/bao.toml".into(), text: format!("{HEAD}{article}") }
    }

    /// All faults, without the path, of a file whose article tables begin at line 8.
    fn faults(article: &str) -> Vec<String> {
        let mut faults = vec![];
        super::super::load(&[file(article)], Path::new("config"), &mut faults);
        faults.iter().map(|f| f.to_string().replace("config/sources/bao.toml:", "")).collect()
    }

    #[test]
    fn sound_tables_have_no_faults() {
        for article in [
            "",
            "[article]\ndate_selector = \"span.date\"\n",
            "[[article]]\nuntil = \"2026-03-31\"\nbody_selector = \"div.a\"\nremove = [\".x\", \"p:last-child\"]\n[[article]]\nfrom = \"2026-04-01\"\ntitle_selector = \"h1\"\nlead_selector = \"h2\"\n",
            "[article]\ndate_selector = \".d\"\ndate_format = \"%d/%m/%Y %H:%M\"\n",
        ] {
            assert_eq!(faults(article), Vec::<String>::new(), "{article}");
        }
    }

    #[test]
    fn faults_name_line_key_got_and_expected() {
        let check = |article: &str, starts: &[&str]| {
            let told = faults(article);
            assert_eq!(told.len(), starts.len(), "{article}: {told:?}");
            for (fault, start) in told.iter().zip(starts) {
                assert!(fault.starts_with(start) && fault.contains("expected"), "{fault} is not {start}");
            }
        };
        check(
            "[[article]]\nuntil = \"2026-04-01\"\n[[article]]\nfrom = \"2026-04-01\"\nbody_selector = \"div\"\n",
            &["11: article.from: got \"2026-04-01\" to the end, expected days on which no other table holds: the one at line 8 does"],
        );
        check("[[article]]\n[[article]]\n", &["9: article.from: got the beginning to the end"]);
        check("[article]\nfrom = \"2026-05-01\"\nuntil = \"2026-04-01\"\n", &["10: article.until: got \"2026-04-01\""]);
        check("[article]\nbody_selector = \"div[\"\n", &["9: article.body_selector: got \"div[\""]);
        check("[article]\nremove = [\".x\", \":::\"]\n", &["9: article.remove: got \":::\""]);
        check("[article]\ndate_selector = \"p\"\ndate_format = \"%d/%Q\"\n", &["10: article.date_format: got \"%Q\""]);
        check("[article]\ndate_format = \"%d/%m/%Y\"\n", &["9: article.date_format: got a format alone"]);
        check("[article]\nuntil = \"30/6/2026\"\n", &["9: : got \"30/6/2026\", expected a day"]);
        check("[article]\nbody = \"x\"\n", &["9: : unknown field `body`, expected one of `from`"]);
        check("article = 3\n", &["8: "]);
    }

    #[test]
    fn what_has_ended_is_warned_of() {
        let at = |s: &str| kiemtin_model::Time::parse(s).unwrap();
        let old = file("[[article]]\nuntil = \"2026-03-31\"\n[[article]]\nfrom = \"2026-04-01\"\nuntil = \"2026-06-30\"\n");
        let warned = |today: &str| ended(std::slice::from_ref(&old), at(today)).iter().map(|f| (f.line, f.key.clone())).collect::<Vec<_>>();
        assert_eq!(warned("2026-03-31T23:00:00+07:00"), []);
        assert_eq!(warned("2026-04-01T00:00:00+07:00"), [(9, "article.until".to_owned())]);
        assert_eq!(warned("2026-07-01T00:00:00+07:00").len(), 2);
    }
}
