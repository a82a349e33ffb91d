//! What all pages have in common: one self-contained file that makes no network request.

use maud::{DOCTYPE, Markup, PreEscaped, html};

const CSS: &str = include_str!("page.css");
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/// A page.
#[derive(Default)]
pub(crate) struct Page<'a> {
    /// Title of the window.
    pub title: &'a str,
    /// Styles beside those of all pages.
    pub css: &'a str,
    /// What stands across the page where the law was left out.
    pub watermark: Option<&'a str>,
    /// Script at its end.
    pub script: &'a str,
}

impl Page<'_> {
    /// The whole page around its content.
    pub fn around(&self, content: &Markup) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    title { (self.title) }
                    style { (PreEscaped(CSS)) (PreEscaped(self.css)) }
                }
                body {
                    @if let Some(line) = self.watermark { div.watermark { (line) } div.wm-back { "NO LAW" } }
                    main { (content) }
                    @if !self.script.is_empty() { script { (PreEscaped(self.script)) } }
                }
            }
        };
        page.into_string()
    }
}
