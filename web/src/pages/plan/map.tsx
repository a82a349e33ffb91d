import type { ExpressionSpecification } from "maplibre-gl";
import { useEffect, useMemo } from "preact/hooks";
import { FONT } from "../../map/basemap";
import { MapView, type MapClick } from "../../map/map";
import type { Overlay, OverlayLayer } from "../../map/overlays";
import { DASH } from "../../map/modes";
import { palette, type Palette } from "../../map/palette";
import { MODES } from "../../api/types";
import type { Network } from "../../scenarios/scenario";
import { boundsOf, facilitiesOf, flowFeatures, placeFeatures } from "./features";
import type { Plan } from "./outcome";
import { chooseFacility, focus, largest, loaded, names, shown, step } from "./state";
import { USE, useOf, type Step } from "./steps";

/** Flows as width, use of capacity as colour, what binds and what is built. */
export function PlanMap() {
  const network = loaded.value?.scenario?.network ?? null;
  const plan = shown.value;
  const at = step.value;
  const p = palette.value;
  const overlays = useMemo(() => (network ? drawn(network, plan, at, p) : []), [network, plan, at, p]);
  const all = useMemo(() => network && boundsOf(network, new Set(plan?.capacity.solution.links.map((l) => l.link))), [network, plan]);
  useEffect(() => void (focus.value = null), [network]);
  return (
    <div class="plan-map">
      <MapView label="Map of flows and use of capacity" overlays={overlays} fit={focus.value ?? all ?? undefined} onClick={clicked} />
      {plan && <Legend />}
    </div>
  );
}

const EMPTY: Step = { multiple: 1, capacity: 0, solution: null, binding: [], capex: null, rung: null, range: null, reason: null };

function drawn(network: Network, plan: Plan | null, at: Step | null, p: Palette): Overlay[] {
  const flows = flowFeatures(network, at ?? EMPTY, largest.peek());
  const built = plan && at ? placeFeatures(network, plan, at, builtAt(at, network)) : null;
  return [
    { id: "plan-flows", data: flows, layers: flowLayers(p) },
    ...(built ? [{ id: "plan-places", data: built, layers: placeLayers(p), top: true }] : []),
  ];
}

/** Places where the investments of a step are: at a place, or at the ends of a link. */
function builtAt(at: Step, network: Network): Set<string> {
  const places = new Set<string>();
  for (const i of at.rung?.investments ?? []) {
    const target = names.peek()?.targetOf(i.option) ?? "";
    const link = network.links.find((l) => l.id === target.split(":")[0]);
    const place = names.peek()?.place(target);
    if (place) places.add(place);
    if (link) places.add(link.from).add(link.to);
  }
  return places;
}

const useColours = (p: Palette): Record<string, string> => ({ low: p["use-low"], high: p["use-mid"], limit: p["use-full"], none: p.soft });

function flowLayers(p: Palette): OverlayLayer[] {
  const colours = useColours(p);
  const colour = ["match", ["get", "use"], ...Object.entries(colours).flat(), p.soft] as unknown as ExpressionSpecification;
  const used = ["!=", ["get", "use"], "unused"] as ExpressionSpecification;
  const ofMode = (mode: string) => ["all", used, ["==", ["get", "mode"], mode]] as ExpressionSpecification;
  const width = ["get", "width"] as ExpressionSpecification;
  return [
    { id: "plan-unused", type: "line", filter: ["==", ["get", "use"], "unused"], paint: { "line-color": p.soft, "line-width": 1, "line-opacity": 0.5 } },
    // What is at its limit has an edge too, for those who cannot tell the colours apart.
    { id: "plan-limit", type: "line", filter: ["==", ["get", "use"], "limit"], layout: { "line-cap": "round" }, paint: { "line-color": p.ink, "line-width": ["+", width, 4] } },
    ...MODES.map((mode): OverlayLayer => {
      const dash = DASH[mode];
      return { id: `plan-${mode}`, type: "line", filter: ofMode(mode), layout: { "line-join": "round" }, paint: { "line-color": colour, "line-width": width, ...(dash ? { "line-dasharray": dash } : {}) } };
    }),
  ];
}

function placeLayers(p: Palette): OverlayLayer[] {
  const marked = ["any", ["get", "binds"], ["get", "built"]] as ExpressionSpecification;
  return [
    {
      id: "plan-places",
      type: "circle",
      paint: {
        "circle-radius": ["case", ["get", "binds"], 9, ["get", "built"], 7, 4],
        "circle-color": ["case", ["get", "binds"], p["use-full"], ["get", "built"], p.accent, p.panel],
        "circle-stroke-color": p.ink,
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: "plan-names",
      type: "symbol",
      layout: {
        "text-field": ["get", "name"],
        "text-font": FONT,
        "text-size": ["case", marked, 14, 12],
        "text-variable-anchor": ["left", "right", "top", "bottom"],
        "text-radial-offset": 0.9,
        "text-justify": "auto",
        "symbol-sort-key": ["case", ["get", "binds"], 0, ["get", "built"], 1, 2],
      },
      paint: { "text-color": p.ink, "text-halo-color": p["map-halo"], "text-halo-width": 1.5 },
    },
  ];
}

function clicked({ features }: MapClick): void {
  const plan = shown.peek();
  const hit = features.find((f) => f.source === "plan-places") ?? features.find((f) => f.source === "plan-flows");
  if (!plan || !hit) return;
  const id = String(hit.properties.id);
  const found = facilitiesOf(plan, hit.source === "plan-places" ? { place: id } : { link: id });
  const use = (facility: string) => (step.peek() && useOf(step.peek()!, facility)?.utilisation) ?? -1;
  // The fullest one there; the panel names the others.
  const fullest = found.sort((a, b) => use(b.facility) - use(a.facility))[0];
  if (fullest) chooseFacility(fullest.facility);
}

function Legend() {
  return (
    <details class="map-legend" open={innerWidth > 760}>
      <summary>Legend</summary>
      <ul>
        {USE.map((u) => <li key={u.key}><i class={`swatch use-${u.key}`} aria-hidden="true" />{u.words}</li>)}
        <li><i class="swatch built" aria-hidden="true" />something is built here</li>
        <li><i class="swatch binds" aria-hidden="true" />something here stops more</li>
        <li class="soft">Width: volume. Sea and road are dashed.</li>
      </ul>
    </details>
  );
}
