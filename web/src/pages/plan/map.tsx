import type { ExpressionSpecification } from "maplibre-gl";
import { useEffect, useMemo } from "preact/hooks";
import { FONT } from "../../map/basemap";
import { MapView, type MapClick } from "../../map/map";
import type { Overlay, OverlayLayer } from "../../map/overlays";
import { DASH } from "../../map/modes";
import { palette, type Palette } from "../../map/palette";
import { MODES } from "../../api/types";
import type { Network } from "../../scenarios/scenario";
import { boundsOf, facilitiesOf, flowFeatures, placeFeatures, type Box } from "./features";
import type { Plan } from "./outcome";
import { setQuery } from "../../router";
import { chooseFacility, focus, here, largest, loaded, names, otherWords, shown, shows, sideBySide, stepOf, there } from "./state";
import { USE, useOf, type Step } from "./steps";
import { WhichRun } from "./which_run";

/** The map of the run; of two runs side by side, or one at a time where there is no room. */
export function PlanMap() {
  const network = loaded.value?.scenario?.network ?? null;
  const first = here.result.value;
  const box = useMemo(() => network && boundsOf(network, new Set(first?.capacity.solution.links.map((l) => l.link))), [network, first]);
  useEffect(() => void (focus.value = null), [network]);
  const fit = focus.value ?? box ?? undefined;
  if (!sideBySide.value)
    return (
      <div class="plan-map">
        <WhichRun label="Run shown on the map" />
        <RunMap plan={shown.value} network={network} run={shows.value} fit={fit} legend />
      </div>
    );
  return (
    <div class="plan-map two">
      <RunMap plan={first} network={network} run="here" fit={fit} caption="First run" legend />
      <RunMap plan={there.result.value} network={network} run="there" caption={otherWords.value} />
    </div>
  );
}

interface RunMapProps {
  plan: Plan | null;
  network: Network | null;
  run: "here" | "there";
  fit?: Box | undefined;
  caption?: string;
  legend?: boolean;
}

/** Flows as width, use of capacity as colour, what binds and what is built. The second run of two has the second map. */
function RunMap({ plan, network, run, fit, caption, legend }: RunMapProps) {
  const at = stepOf(plan);
  const p = palette.value;
  const overlays = useMemo(() => (network ? drawn(network, plan, at, p) : []), [network, plan, at?.multiple, p]);
  const label = caption ? `Map of flows and use of capacity: ${caption}` : "Map of flows and use of capacity";
  const click = (at: MapClick) => plan && clicked(at, plan, run);
  return (
    <figure class="plan-run">
      {caption && <figcaption>{caption}</figcaption>}
      <div class="plan-stage">
        <MapView label={label} overlays={overlays} fit={fit} onClick={click} second={caption !== undefined && run === "there"} />
        {plan && legend && <Legend open={!caption && innerWidth > 760} />}
      </div>
    </figure>
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

/** Dashes are lengths in widths of the line: those of wide lines are cut short, or the gaps would swallow short links. */
function dashes([long = 0, gap = 0]: number[]): ExpressionSpecification {
  const short = (by: number) => ["literal", [long / by, gap / by]];
  return ["step", ["get", "width"], short(1), 3, short(2), 6, short(4)] as unknown as ExpressionSpecification;
}

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
      return { id: `plan-${mode}`, type: "line", filter: ofMode(mode), layout: { "line-join": "round" }, paint: { "line-color": colour, "line-width": width, ...(dash ? { "line-dasharray": dashes(dash) } : {}) } };
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

function clicked({ features }: MapClick, plan: Plan, run: "here" | "there"): void {
  const hit = features.find((f) => f.source === "plan-places") ?? features.find((f) => f.source === "plan-flows");
  if (!hit) return;
  const id = String(hit.properties.id);
  const found = facilitiesOf(plan, hit.source === "plan-places" ? { place: id } : { link: id });
  const at = stepOf(plan);
  const use = (facility: string) => (at && useOf(at, facility)?.utilisation) ?? -1;
  // The fullest one there; the panel names the others.
  const fullest = found.sort((a, b) => use(b.facility) - use(a.facility))[0];
  if (!fullest) return;
  if (sideBySide.peek()) setQuery({ show: run === "there" ? "there" : undefined });
  chooseFacility(fullest.facility);
}

function Legend({ open }: { open: boolean }) {
  return (
    <details class="map-legend" open={open}>
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
