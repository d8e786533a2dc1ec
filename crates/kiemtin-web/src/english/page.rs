//! A page of ours, read in English: the same elements, with other words in them.

use super::Phrases;
use askama::filters::{Escaper, Html};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use html5ever::{Attribute, LocalName, local_name};
use std::cell::RefCell;

/// Attributes that people read or hear.
const SPOKEN: [LocalName; 4] = [local_name!("aria-label"), local_name!("placeholder"), local_name!("title"), local_name!("alt")];
/// Elements whose text is no phrase.
const SILENT: [LocalName; 3] = [local_name!("script"), local_name!("style"), local_name!("textarea")];
/// Elements that have no end.
const VOID: [LocalName; 8] = [
    local_name!("br"),
    local_name!("col"),
    local_name!("hr"),
    local_name!("img"),
    local_name!("input"),
    local_name!("link"),
    local_name!("meta"),
    local_name!("wbr"),
];

/// The page in English. What the scripts say goes with it, in an inert element before the end of the body: no page has a script within.
pub fn read(page: &str, phrases: &Phrases) -> String {
    let reader = Reader { phrases, state: RefCell::new(State { out: String::with_capacity(page.len()), ..State::default() }) };
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(page));
    let tokenizer = Tokenizer::new(reader, Default::default());
    // Our pages hold no script that would stop it.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.state.into_inner().out
}

#[derive(Default)]
struct State {
    out: String,
    /// The text since the last tag.
    text: String,
    /// Inside of what stays as it is: the element, and how many of its name are open.
    kept: Option<(LocalName, u32)>,
}

struct Reader<'a> {
    phrases: &'a Phrases,
    state: RefCell<State>,
}

impl TokenSink for Reader<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let state = &mut *self.state.borrow_mut();
        match &token {
            Token::CharacterTokens(text) => {
                state.text.push_str(text);
                return TokenSinkResult::Continue;
            }
            Token::ParseError(_) => return TokenSinkResult::Continue,
            _ => state.say(self.phrases),
        }
        match token {
            Token::DoctypeToken(_) => state.out.push_str("<!doctype html>"),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return state.open(&tag, self.phrases),
            Token::TagToken(tag) => state.close(&tag, self.phrases),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn say(&mut self, phrases: &Phrases) {
        let text = std::mem::take(&mut self.text);
        let script = matches!(&self.kept, Some((name, _)) if *name != local_name!("textarea") && SILENT.contains(name));
        if script {
            self.out.push_str(&text);
        } else if self.kept.is_some() {
            escape(&mut self.out, &text);
        } else {
            escape(&mut self.out, &phrases.english(&text));
        }
    }

    fn open(&mut self, tag: &Tag, phrases: &Phrases) -> TokenSinkResult<()> {
        self.out.push('<');
        self.out.push_str(&tag.name);
        let keeps = keeps(tag);
        for attribute in &tag.attrs {
            self.attribute(tag, attribute, keeps, phrases);
        }
        self.out.push_str(if tag.self_closing { "/>" } else { ">" });
        if tag.self_closing || VOID.contains(&tag.name) {
            return TokenSinkResult::Continue;
        }
        match &mut self.kept {
            Some((name, depth)) if *name == tag.name => *depth += 1,
            None if keeps => self.kept = Some((tag.name.clone(), 1)),
            _ => {}
        }
        if !SILENT.contains(&tag.name) {
            return TokenSinkResult::Continue;
        }
        // What stands in these is no markup.
        let raw = if tag.name == local_name!("textarea") { RawKind::Rcdata } else { RawKind::Rawtext };
        TokenSinkResult::RawData(raw)
    }

    fn attribute(&mut self, tag: &Tag, Attribute { name, value }: &Attribute, keeps: bool, phrases: &Phrases) {
        self.out.push(' ');
        self.out.push_str(&name.local);
        if value.is_empty() {
            return;
        }
        self.out.push_str("=\"");
        if tag.name == local_name!("html") && name.local == local_name!("lang") {
            self.out.push_str("en");
        } else if SPOKEN.contains(&name.local) && self.kept.is_none() && !keeps {
            escape(&mut self.out, &phrases.english(value));
        } else {
            escape(&mut self.out, value);
        }
        self.out.push('"');
    }

    fn close(&mut self, tag: &Tag, phrases: &Phrases) {
        if let Some((name, depth)) = &mut self.kept
            && *name == tag.name
        {
            *depth -= 1;
            if *depth == 0 {
                self.kept = None;
            }
        }
        if tag.name == local_name!("body") {
            self.out.push_str("<template id=\"english\">");
            escape(&mut self.out, phrases.for_scripts());
            self.out.push_str("</template>");
        }
        self.out.push_str("</");
        self.out.push_str(&tag.name);
        self.out.push('>');
    }
}

/// That what stands in an element is not ours to put into English: what is quoted, typed or a name.
fn keeps(tag: &Tag) -> bool {
    SILENT.contains(&tag.name)
        || [local_name!("code"), local_name!("kbd"), local_name!("q")].contains(&tag.name)
        || tag.name != local_name!("html")
            && tag.attrs.iter().any(|a| {
                let value: &str = &a.value;
                matches!((&*a.name.local, value), ("lang", language) if language != "en") || (&*a.name.local, value) == ("translate", "no")
            })
}

/// As the templates escape.
fn escape(out: &mut String, text: &str) {
    // Writing into a string cannot fail.
    let _ = Html.write_escaped_str(out, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, expect: &str) {
        let phrases = Phrases::of("Cảnh báo\tAlerts\n# bài\t# articles\nĐóng\tClose\tscript\n");
        assert_eq!(read(page, &phrases), expect);
    }

    #[test]
    fn phrases_are_put_into_english_and_quotes_stay() {
        check("<h1>Cảnh báo</h1>", "<h1>Alerts</h1>");
        check("<p>\n  Cảnh báo </p>", "<p>\n  Alerts </p>");
        check("<p lang=\"vi\">Cảnh báo <p>Cảnh báo</p></p>Cảnh báo", "<p lang=\"vi\">Cảnh báo <p>Cảnh báo</p></p>Alerts");
        check("<b translate=\"no\">Cảnh báo</b> <b>1.200 bài</b>", "<b translate=\"no\">Cảnh báo</b> <b>1,200 articles</b>");
        check("<a title=\"Cảnh báo\" href=\"/?q=Cảnh báo\">x</a>", "<a title=\"Alerts\" href=\"/?q=Cảnh báo\">x</a>");
        check("<a title=\"Cảnh báo\" lang=\"vi\">x</a>", "<a title=\"Cảnh báo\" lang=\"vi\">x</a>");
        check("<textarea>Cảnh báo <b></textarea>", "<textarea>Cảnh báo &#60;b&#62;</textarea>");
    }

    #[test]
    fn a_page_stays_the_page_it_is() {
        check(
            "<!doctype html><html lang=\"vi\"><br><input disabled></html>",
            "<!doctype html><html lang=\"en\"><br><input disabled></html>",
        );
        check("<p>&lt;script&gt; &amp; &quot;</p>", "<p>&#60;script&#62; &#38; &#34;</p>");
        check("<script src=\"/a.js\"></script><p>Cảnh báo", "<script src=\"/a.js\"></script><p>Alerts");
        check(
            "<svg viewbox=\"0 0 1 1\"><path d=\"M0 0\"/><text>Cảnh báo</text></svg>",
            "<svg viewbox=\"0 0 1 1\"><path d=\"M0 0\"/><text>Alerts</text></svg>",
        );
        check("<body>x</body>", "<body>x<template id=\"english\">{&#34;Đóng&#34;:&#34;Close&#34;}</template></body>");
    }
}
