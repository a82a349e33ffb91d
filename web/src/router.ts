// The address carries the state: `/?page=route&from=Mombasa&to=Kampala`. Every page reads its own fields
// from `query` and writes them with `setQuery`, so that a view can be sent and the back button works.
import { computed, signal } from "@preact/signals";

export const PAGES = ["route", "network", "plan", "simulate", "edit"] as const;
export type Page = (typeof PAGES)[number];
export type Query = Record<string, string>;

function read(): Query {
  return Object.fromEntries(new URLSearchParams(location.search));
}

export const query = signal<Query>(read());

export const page = computed<Page>(() => {
  const word = query.value.page as Page;
  return PAGES.includes(word) ? word : "route";
});

/** What each page was last asked, so that a tab leads back to it. */
const last = new Map<Page, Query>();

export function address(of: Query): string {
  const fields = Object.entries(of).filter(([, value]) => value !== "");
  const text = new URLSearchParams(fields).toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
  return text ? `/?${text}` : "/";
}

function show(next: Query, push: boolean): void {
  const to = address(next);
  if (to !== location.pathname + location.search) {
    if (push) history.pushState(null, "", to);
    else history.replaceState(null, "", to);
  }
  query.value = next;
  last.set(page.value, next);
}

/** Changes some fields of the address; an empty or undefined value removes a field. */
export function setQuery(patch: Record<string, string | undefined>, { push = false } = {}): void {
  const next: Query = { ...query.peek() };
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined || value === "") delete next[key];
    else next[key] = value;
  }
  show(next, push);
}

/** The address of a page as it was last seen. */
export function pageAddress(to: Page): string {
  return address(last.get(to) ?? { page: to });
}

export function openPage(to: Page, fields?: Query): void {
  show(fields ? { page: to, ...fields } : (last.get(to) ?? { page: to }), true);
}

addEventListener("popstate", () => {
  query.value = read();
  last.set(page.value, query.value);
});
last.set(page.value, query.value);
