// The map that all pages share, and a second one beside it. Each is made once; a page that shows `<MapView>`
// gets it, with its own overlays, view of the network and clicks. See README.md in this folder.
import { type Signal, signal, useSignalEffect } from "@preact/signals";
import { AttributionControl, Map as MapLibre, type MapGeoJSONFeature, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { useEffect, useRef } from "preact/hooks";
import { query, setQuery } from "../router";
import { baseStyle, paintBase, refine, shadeCountries } from "./basemap";
import { follows, link } from "./link";
import { addNetwork, type NetworkView, showNetwork } from "./network";
import { drawOverlays, type Overlay } from "./overlays";
import { palette } from "./palette";

export type Box = [west: number, south: number, east: number, north: number];

export interface MapClick {
  lon: number;
  lat: number;
  /** Where on the map, and its size, in pixels. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** How far around it a click reaches, km: lines far out are drawn to the grid of a tile. */
  reach_km: number;
  /** What is drawn there and may be clicked, nearest first; the country is the last. */
  features: MapGeoJSONFeature[];
}

export interface MapProps {
  label: string;
  overlays?: readonly Overlay[];
  network?: NetworkView | undefined;
  /** The map moves to a new box; the same box (by value) is left alone. */
  fit?: Box | undefined;
  /** Countries that are marked as avoided, by code. */
  shade?: readonly string[];
  cursor?: "crosshair" | "pointer" | undefined;
  onClick?: (click: MapClick) => void;
  onDoubleClick?: (() => void) | undefined;
  onMove?: (at: { lon: number; lat: number }) => void;
  /** The second map, which shows the same part of the world as the first. */
  second?: boolean;
}

interface Made {
  frame: HTMLDivElement;
  m: MapLibre;
}

/** The map itself, once its style is there: for what overlays cannot do (drawing every frame). */
export const map = signal<MapLibre | null>(null);
const second = signal<MapLibre | null>(null);

let first: Made | undefined;
let other: Made | undefined;

/** `at=zoom/lat/lon` in the address. */
function place(): { zoom: number; center: [number, number] } {
  const [zoom, lat, lon] = (query.peek().at ?? "").split("/").map(Number);
  const good = [zoom, lat, lon].every((x) => x !== undefined && Number.isFinite(x));
  return good ? { zoom: zoom ?? 1, center: [lon ?? 0, lat ?? 0] } : { zoom: 1.4, center: [30, 25] };
}

function make(styled: Signal<MapLibre | null>): Made {
  setWorkerUrl(workerUrl);
  const element = document.createElement("div");
  element.className = "map-frame";
  const m = new MapLibre({
    container: element,
    style: baseStyle(palette.peek()),
    ...place(),
    attributionControl: false,
    renderWorldCopies: true,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 100,
    maxZoom: 14,
  });
  m.touchZoomRotate.disableRotation();
  m.addControl(new NavigationControl({ showCompass: false }), "top-right");
  m.addControl(new ScaleControl({}), "bottom-left");
  m.addControl(new AttributionControl({ compact: true, customAttribution: "© OpenStreetMap contributors, ODbL · Natural Earth" }), "bottom-right");
  m.on("load", () => {
    addNetwork(m, palette.peek());
    refine(m, palette.peek());
    styled.value = m;
  });
  // For tests: whether everything that was asked for is drawn.
  m.on("render", () => (element.dataset.idle = "false"));
  m.on("idle", () => (element.dataset.idle = "true"));
  m.on("moveend", () => {
    if (styled.peek()) refine(m, palette.peek());
    if (follows(m)) return;
    const at = m.getCenter();
    setQuery({ at: `${m.getZoom().toFixed(2)}/${at.lat.toFixed(3)}/${at.lng.toFixed(3)}` });
  });
  return { frame: element, m };
}

const made = (isSecond: boolean): Made => (isSecond ? (other ??= make(second)) : (first ??= make(map)));

/** Around a click: a finger is less exact than a mouse. */
const REACH = 6;

function clicked(m: MapLibre, point: { x: number; y: number }): MapGeoJSONFeature[] {
  const { x, y } = point;
  const near = m.queryRenderedFeatures([[x - REACH, y - REACH], [x + REACH, y + REACH]]);
  const exact = new Set(m.queryRenderedFeatures([x, y]).map((f) => `${f.source}/${f.id ?? f.properties.code}`));
  return near.filter((f) => !f.source.startsWith("land-") || exact.has(`${f.source}/${f.id ?? f.properties.code}`));
}

/** Kilometres of the equator in a pixel of the first zoom. */
const KM_A_PIXEL = 40_075 / 512;

/** A click and the grid of tiles far out, in kilometres on the ground. */
function reachKm(m: MapLibre, lat: number): number {
  return (3 * REACH * KM_A_PIXEL * Math.cos((lat * Math.PI) / 180)) / 2 ** m.getZoom();
}

function size(m: MapLibre, { x, y }: { x: number; y: number }) {
  return { x, y, width: m.getContainer().clientWidth, height: m.getContainer().clientHeight };
}

/** Waits until the map shows what it was given last, for a few seconds at most. */
export function mapDrawn(): Promise<void> {
  const m = map.peek();
  const late = new Promise<void>((done) => setTimeout(done, 4000));
  if (!m) return Promise.resolve();
  m.triggerRepaint();
  return Promise.race([late, m.once("idle").then(() => undefined)]);
}

export function MapView(props: MapProps) {
  const host = useRef<HTMLDivElement>(null);
  const now = useRef(props);
  now.current = props;
  const styled = props.second ? second : map;

  useEffect(() => {
    const { frame, m } = made(props.second ?? false);
    host.current?.append(frame);
    const unlink = props.second ? link(made(false).m, m) : undefined;
    m.getCanvas().setAttribute("aria-label", props.label);
    const resized = new ResizeObserver(() => m.resize());
    if (host.current) resized.observe(host.current);
    const click = m.on("click", (e) =>
      now.current.onClick?.({ lon: e.lngLat.wrap().lng, lat: e.lngLat.lat, ...size(m, e.point), reach_km: reachKm(m, e.lngLat.lat), features: clicked(m, e.point) }),
    );
    const double = m.on("dblclick", (e) => {
      if (!now.current.onDoubleClick) return;
      e.preventDefault();
      now.current.onDoubleClick();
    });
    const move = m.on("mousemove", (e) => now.current.onMove?.({ lon: e.lngLat.lng, lat: e.lngLat.lat }));
    return () => {
      for (const listener of [click, double, move]) listener.unsubscribe();
      resized.disconnect();
      unlink?.();
      frame.remove();
      if (styled.peek()) drawOverlays(m, []);
    };
  }, []);

  const { overlays = [], network, fit, cursor, shade = [] } = props;
  useEffect(() => {
    if (styled.value) drawOverlays(styled.value, overlays);
  }, [overlays, styled.value]);
  useEffect(() => {
    if (styled.value) showNetwork(styled.value, network, palette.peek());
  }, [JSON.stringify(network), styled.value]);
  useEffect(() => {
    if (styled.value) shadeCountries(styled.value, shade);
  }, [shade.join(), styled.value]);
  useEffect(() => {
    if (styled.value && fit) fitBox(styled.value, fit);
  }, [fit?.join(), styled.value]);
  useEffect(() => {
    if (styled.value) styled.value.getCanvas().style.cursor = cursor ?? "";
  }, [cursor, styled.value]);
  useSignalEffect(() => {
    const p = palette.value;
    if (!styled.value) return;
    paintBase(styled.value, p);
    showNetwork(styled.value, now.current.network, p);
  });

  return <div class="map" ref={host} />;
}

/** Room around what is fitted. On a phone names beside it would be cut, and the buttons stand on the right. */
function room(m: MapLibre) {
  const { clientWidth, clientHeight } = m.getContainer();
  const even = Math.min(80, Math.min(clientWidth, clientHeight) / 6);
  if (!phone.matches) return even;
  return { top: even, bottom: even, left: clientWidth / 5, right: clientWidth * 0.31 };
}

const phone = matchMedia("(max-width: 760px)");

function fitBox(m: MapLibre, box: Box): void {
  const animate = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  m.fitBounds(box, { padding: room(m), maxZoom: 9, animate, duration: 500 });
}

/** The box around lines and points; longitudes may pass 180. */
export function boxOf(points: Iterable<readonly number[]>): Box | undefined {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lon = 0, lat = 0] of points) {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
  return Number.isFinite(box[0]) ? box : undefined;
}
