// Network: the embedded world, what each thing in it is, and overrides of its links.
import { computed, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Mode, nearest } from "../../api";
import { Legend } from "../../map/legend";
import { type Box, boxOf, type MapClick, MapView } from "../../map/map";
import type { Overlay } from "../../map/overlays";
import { palette } from "../../map/palette";
import { things } from "../../map/things";
import { query, setQuery } from "../../router";
import { Failure } from "../../shell/failure";
import { lastQuestion } from "../route/answer";
import { Changes } from "./changes";
import { both, Compare } from "./compare";
import { LinkCard, point, PointCard } from "./detail";
import { Layers } from "./layers";
import { Near } from "./near";
import { chosen, failure, view } from "./state";
import "./network.css";

const chosenLine = computed(() => {
  const of = chosen.value;
  return of ? ({ type: "LineString", coordinates: of.line } satisfies GeoJSON.LineString) : null;
});

/** The quickest itinerary without and with the overrides. */
const lines = computed(() => {
  const of = both.value;
  if (!of) return null;
  const collection = (n: "before" | "after"): GeoJSON.MultiLineString => ({ type: "MultiLineString", coordinates: of[n].itineraries[0]?.legs.map((l) => l.line) ?? [] });
  return { before: collection("before"), after: collection("after") };
});

const overlays = computed<Overlay[]>(() => {
  const p = palette.value;
  const all: Overlay[] = [];
  if (lines.value) {
    all.push({ id: "after", data: lines.value.after, layers: [{ id: "after", type: "line", paint: { "line-color": p.accent, "line-width": 6, "line-opacity": 0.6 } }] });
    all.push({ id: "before", data: lines.value.before, layers: [{ id: "before", type: "line", paint: { "line-color": p.ink, "line-width": 2, "line-dasharray": [2, 2] } }] });
  }
  if (chosenLine.value) {
    all.push({ id: "chosen", data: chosenLine.value, layers: [
      { id: "chosen-halo", type: "line", paint: { "line-color": p["map-halo"], "line-width": 11 } },
      { id: "chosen-line", type: "line", paint: { "line-color": p.avoid, "line-width": 6 } },
    ] });
  }
  return all;
});

/** The link that was clicked. */
const clicked = signal<string | undefined>(query.peek().at ? query.peek().link : undefined);

let clicks = 0;

async function click(at: MapClick): Promise<void> {
  const mine = ++clicks;
  const found = things(at.features);
  const isPoint = Boolean(found.terminal || (found.border && !found.link));
  point.value = isPoint ? found : null;
  if (isPoint) {
    clicked.value = undefined;
    return;
  }
  failure.value = null;
  const id = found.link?.id ?? (await nearestOf(found.lines, at).catch((cause) => void (failure.value = cause)));
  if (mine !== clicks) return; // clicked elsewhere in the meantime
  clicked.value = id;
  setQuery({ link: id }, { push: Boolean(id) });
}

/** Far out a line stands for many links and has no id: the link that is nearest to the click is meant. */
async function nearestOf(modes: readonly Mode[], { lat, lon, reach_km }: MapClick): Promise<string | undefined> {
  if (modes.length === 0) return undefined;
  return (await nearest(lat, lon, Math.min(100, reach_km), modes)).links.links[0]?.id;
}

/** A link that was not clicked on the map (of the address, of a list) is brought into view. */
const fit = computed<Box | undefined>(() => {
  const of = chosen.value;
  return of && of.id !== clicked.value ? boxOf(of.line) : undefined;
});

function Hint() {
  return <p class="soft small">Click a link, port or border to see what it is. Far out, the link nearest to the click is taken.</p>;
}

export default function NetworkPage() {
  useEffect(() => {
    // The question of the route page is the one to compare, unless the address has its own.
    if (query.peek().from || !lastQuestion.peek()) return;
    const { from, to } = JSON.parse(lastQuestion.peek());
    setQuery({ from, to });
  }, []);
  return (
    <div class="split">
      <section class="side" aria-label="Network and overrides">
        <Layers />
        {failure.value ? <Failure of={failure.value} onClose={() => (failure.value = null)} /> : null}
        {chosen.value ? <LinkCard of={chosen.value} /> : null}
        {point.value ? <PointCard of={point.value} /> : null}
        {!chosen.value && !point.value ? <Hint /> : null}
        <Near />
        <Changes />
        <Compare />
      </section>
      <div class="map-side">
        <MapView label="Map of the network" network={view.value} overlays={overlays.value} fit={fit.value} onClick={click} />
        {both.value ? (
          <ul class="legend small" aria-label="Legend">
            <li><svg width="26" height="10" class="stroke-ink" aria-hidden="true"><line x1="0" y1="5" x2="26" y2="5" stroke-width="2" stroke-dasharray="4 4" /></svg> without overrides</li>
            <li><svg width="26" height="10" class="stroke-accent" aria-hidden="true"><line x1="0" y1="5" x2="26" y2="5" stroke-width="6" /></svg> with</li>
          </ul>
        ) : <Legend />}
      </div>
    </div>
  );
}
