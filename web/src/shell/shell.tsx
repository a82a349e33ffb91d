// The frame of every page: name, tabs, theme, and the page itself, loaded when it is first shown.
import { signal } from "@preact/signals";
import { type FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";
import { get, loadWorldInfo, worldInfo } from "../api";
import { openPage, PAGES, type Page, page, pageAddress, query } from "../router";
import { Failure } from "./failure";
import { ThemeSwitch } from "./theme_switch";

const TITLES: Record<Page, string> = { route: "Route", network: "Network", plan: "Plan", simulate: "Simulate", edit: "Edit" };

const LOAD: Record<Page, () => Promise<{ default: FunctionComponent }>> = {
  route: () => import("../pages/route"),
  network: () => import("../pages/network"),
  plan: () => import("../pages/plan"),
  simulate: () => import("../pages/simulate"),
  edit: () => import("../pages/edit"),
};

const loaded = signal<Partial<Record<Page, FunctionComponent>>>({});
const failure = signal<unknown>(null);

/** Loads a page and what the lists of all pages need; the failure of an attempt before ends with one that succeeds. */
async function load(name: Page): Promise<void> {
  try {
    await Promise.all([loadScript(name), loadWorldInfo()]);
    failure.value = null;
  } catch (cause) {
    failure.value = cause;
  }
}

async function loadScript(name: Page): Promise<void> {
  if (loaded.peek()[name]) return;
  try {
    const module = await LOAD[name]();
    loaded.value = { ...loaded.peek(), [name]: module.default };
  } catch (cause) {
    // A script that does not come has no status: the server is asked why.
    await get("/health");
    throw cause;
  }
}

function Tab({ name }: { name: Page }) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPage(name);
  };
  query.value; // the address of a tab is what its page was last asked
  return (
    <a href={pageAddress(name)} aria-current={page.value === name ? "page" : undefined} onClick={follow}>
      {TITLES[name]}
    </a>
  );
}

function Failed({ name }: { name: Page }) {
  return (
    <div class="failed">
      <Failure of={failure.value} />
      <button type="button" onClick={() => void load(name)}>Try again</button>
    </div>
  );
}

export function Shell() {
  const name = page.value;
  const Shown = loaded.value[name];
  useEffect(() => {
    document.title = `${TITLES[name]} · Trimodal`;
    void load(name);
  }, [name]);
  return (
    <>
      <a class="skip" href="#main">Skip to the page</a>
      <header class="bar">
        <span class="brand" title={worldInfo.value ? `Version ${worldInfo.value.version}` : undefined}>Trimodal</span>
        <nav aria-label="Pages">{PAGES.map((one) => <Tab key={one} name={one} />)}</nav>
        <ThemeSwitch />
      </header>
      <main id="main" class={`page page-${name}`} tabIndex={-1}>
        <h1 class="hidden">{TITLES[name]}</h1>
        {failure.value ? <Failed name={name} /> : null}
        {Shown ? <Shown /> : failure.value ? null : <p class="loading">Loading…</p>}
      </main>
    </>
  );
}
