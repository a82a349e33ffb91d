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

async function load(name: Page): Promise<void> {
  if (loaded.peek()[name]) return;
  try {
    const module = await LOAD[name]();
    loaded.value = { ...loaded.peek(), [name]: module.default };
  } catch (cause) {
    // A script that does not come has no status: the server is asked why.
    failure.value = await get("/health").then(() => cause, (refused: unknown) => refused);
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

export function Shell() {
  const name = page.value;
  const Shown = loaded.value[name];
  useEffect(() => {
    document.title = `${TITLES[name]} · Trimodal`;
    void load(name);
  }, [name]);
  useEffect(() => {
    loadWorldInfo().catch((cause) => (failure.value = cause));
  }, []);
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
        {failure.value ? <Failure of={failure.value} onClose={() => (failure.value = null)} /> : null}
        {Shown ? <Shown /> : failure.value ? null : <p class="loading">Loading…</p>}
      </main>
    </>
  );
}
