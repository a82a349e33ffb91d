//! The frame of every page: one self-contained file that makes no network request.

use maud::{DOCTYPE, Markup, PreEscaped, html};

const CSS: &str = include_str!("page.css");
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/// A page.
#[derive(Default)]
pub(crate) struct Page<'a> {
    /// Title of the window.
    pub title: &'a str,
    /// Styles in addition to those of all pages.
    pub css: &'a str,
    /// Watermark of a page computed without the law.
    pub watermark: Option<&'a str>,
    /// Script at the end of the page.
    pub script: &'a str,
}

impl Page<'_> {
    /// The complete page around `content`.
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
