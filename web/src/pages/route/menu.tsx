// What can be done with the point or the thing that was clicked on the map.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type MapClick, map } from "../../map/map";
import { things } from "../../map/things";
import { openPage, query, setQuery } from "../../router";
import { list, places, toggle } from "./ask";
import { border, passageName } from "./names";

/** The last click, while its menu is open. */
export const clickedAt = signal<MapClick | null>(null);

function close(): void {
  clickedAt.value = null;
  map.peek()?.getCanvas().focus({ preventScroll: true });
}

function coordinates(c: MapClick): string {
  return `${c.lat.toFixed(4)},${c.lon.toFixed(4)}`;
}

function Item({ act, children }: { act: () => void; children: ComponentChildren }) {
  return <li><button type="button" class="plain" onClick={() => { act(); close(); }}>{children}</button></li>;
}

function AvoidItem({ element, name }: { element: string; name: string }) {
  const avoided = list(query.value.avoid).includes(element);
  const forced = list(query.value.force).includes(element);
  return (
    <li class="pair">
      <button type="button" class="plain" onClick={() => { toggle(query.value, "avoid", element); close(); }}>{avoided ? "Allow" : "Avoid"} {name}</button>
      <button type="button" class="plain small" aria-label={`${forced ? "Do not force" : "Only"} ${name}`} onClick={() => { toggle(query.value, "force", element); close(); }}>{forced ? "not only" : "only this"}</button>
    </li>
  );
}

export function Menu({ at }: { at: MapClick }) {
  const first = useRef<HTMLUListElement>(null);
  useEffect(() => {
    first.current?.querySelector("button")?.focus({ preventScroll: true });
    const moved = map.peek()?.on("movestart", () => (clickedAt.value = null));
    return () => moved?.unsubscribe();
  }, [at]);
  const set = (patch: Record<string, string>) => setQuery({ ...patch, pick: undefined }, { push: true });
  const found = things(at.features);
  const style = { left: `${Math.min(at.x, Math.max(0, at.width - 250))}px`, top: `${Math.min(at.y, Math.max(0, at.height - 230))}px` };
  return (
    <div class="menu card" role="dialog" aria-label="This point" style={style} onKeyDown={(e) => e.key === "Escape" && close()}>
      <ul ref={first}>
        <Item act={() => set({ from: coordinates(at) })}>From here</Item>
        <Item act={() => set({ to: coordinates(at) })}>To here</Item>
        <Item act={() => set({ via: [...places(query.value.via), coordinates(at)].join(";") })}>By way of here</Item>
        {found.terminal ? <AvoidItem element={`${found.terminal.isPort ? "port" : "terminal"}:${found.terminal.id}`} name={found.terminal.name} /> : null}
        {found.border ? <AvoidItem element={`border:${found.border}`} name={border(found.border)} /> : null}
        {found.passage ? <AvoidItem element={found.passage} name={passageName(found.passage)} /> : null}
        {found.country ? <AvoidItem element={found.country.code} name={found.country.name} /> : null}
        {found.link ? <Item act={() => openPage("network", { link: found.link?.id ?? "", at: query.value.at ?? "" })}>Look at this {found.link.mode} link</Item> : null}
      </ul>
      <button type="button" class="plain close" aria-label="Close" onClick={close}>×</button>
    </div>
  );
}
