// The answer as files: GeoJSON (as the command line writes it), CSV of legs and transfers, PDF by printing.
import { useSignal } from "@preact/signals";
import { routeGeoJson, type RouteAnswer } from "../../api";
import { csv } from "../../csv";
import { download } from "../../download";
import { mapDrawn } from "../../map/map";
import { Failure } from "../../shell/failure";
import { printPage } from "../../theme";
import { answeredRequest } from "./answer";
import { legTitle, steps, transferTitle } from "./timeline";

function fileName(of: RouteAnswer, ending: string): string {
  return `${of.origin.name}-${of.destination.name}.${ending}`.replace(/[^\p{L}\p{N}.]+/gu, "-").toLowerCase();
}

function table(of: RouteAnswer): string {
  const head = ["itinerary", "modes", "step", "kind", "mode", "from", "to", "distance_km", "time_h", "time_p90_h", "cost_usd", "co2e_kg"];
  const rows = of.itineraries.flatMap((it, n) =>
    steps(it).map((s, k) => {
      const start = [n + 1, it.chain, k + 1];
      if ("leg" in s) return [...start, legTitle(s.leg), s.leg.mode, s.leg.from, s.leg.to, s.leg.distance_km.toFixed(1), s.leg.time_h.toFixed(2), "", s.leg.cost_usd.toFixed(2), s.leg.co2e_kg.toFixed(2)];
      const t = s.transfer;
      return [...start, transferTitle(t), "", t.place, "", "", t.time_h.toFixed(2), t.time_p90_h.toFixed(2), t.cost_usd.toFixed(2), t.co2e_kg.toFixed(2)];
    }),
  );
  return csv([head, ...rows]);
}

export function Save({ answer }: { answer: RouteAnswer }) {
  const failed = useSignal<unknown>(null);
  const geojson = async () => {
    try {
      const request = answeredRequest.peek();
      if (request) download(fileName(answer, "geojson"), "application/geo+json", await routeGeoJson({ ...request, continuous: false }));
    } catch (cause) {
      failed.value = cause;
    }
  };
  return (
    <div class="row no-print">
      <button type="button" onClick={geojson}>GeoJSON</button>
      <button type="button" onClick={() => download(fileName(answer, "csv"), "text/csv", table(answer))}>CSV</button>
      <button type="button" onClick={() => void printPage(mapDrawn)}>Print or PDF</button>
      {failed.value ? <Failure of={failed.value} onClose={() => (failed.value = null)} /> : null}
    </div>
  );
}
