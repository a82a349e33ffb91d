// What was clicked, in the terms of the network.
import type { MapGeoJSONFeature } from "maplibre-gl";
import type { Mode } from "../api/types";
import { LINK_LAYERS, SOURCE } from "./network";

export interface Things {
  link?: { id: string; mode: Mode };
  /** Modes of lines that stand for many links: far out. */
  lines: Mode[];
  terminal?: { id: string; name: string; kind: string; isPort: boolean };
  border?: string;
  passage?: string;
  country?: { code: string; name: string };
}

export function things(features: readonly MapGeoJSONFeature[]): Things {
  const found: Things = { lines: [] };
  for (const f of features) {
    const { id, name = "", kind = "", mode, border, passage, code } = f.properties as Record<string, string>;
    if (f.source === SOURCE && f.sourceLayer === "terminals" && id) found.terminal ??= { id, name, kind, isPort: kind === "port" };
    else if (f.source === SOURCE && f.sourceLayer === "borders" && id) found.border ??= id;
    else if (LINK_LAYERS.includes(f.layer.id)) {
      if (id) found.link ??= { id, mode: mode as Mode };
      else if (!found.lines.includes(mode as Mode)) found.lines.push(mode as Mode);
      if (border) found.border ??= border;
      if (passage) found.passage ??= passage;
    } else if (f.source.startsWith("land-") && code) found.country ??= { code, name };
  }
  return found;
}
