// A trace of the contract's shape made from a plan's flows, for the mock server and the tests. It is no simulation.
import { network, rows } from "./scenario-files.mjs";

const HOURS = 8760;

export function makeTrace(all, plan, result) {
  const net = network(all);
  const placeAt = new Map(net.places.map((p, i) => [p.id, i]));
  const classes = new Map(rows(all["vehicles.csv"]).map((v) => [v.id, v]));
  const speeds = new Map(rows(all["links.csv"]).map((l) => [l.id, Number(l.loaded_kmh)]));
  const paths = [];
  const pathOf = new Map();
  const path = (link, from) => {
    const key = `${link.id} ${from}`;
    if (!pathOf.has(key)) {
      const forward = link.from === from;
      pathOf.set(key, paths.length);
      paths.push({ mode: link.mode, from: placeAt.get(from), to: placeAt.get(forward ? link.to : link.from), line: forward ? link.line : [...link.line].reverse() });
    }
    return pathOf.get(key);
  };
  const links = new Map(net.links.map((l) => [l.id, l]));
  const vehicles = [];
  for (const flow of plan.capacity.solution.flows) {
    const itinerary = plan.itineraries[flow.itinerary];
    for (const ride of itinerary.rides) {
      const cls = classes.get(ride.vehicle);
      if (!cls) continue;
      const load = itinerary.in_vehicles ? 0 : Number(cls.payload_t) || 1;
      const trips = Math.min(itinerary.in_vehicles ? flow.amount_per_year : flow.amount_per_year / load, 6000);
      fleet({ ride, cls, load, trips, links, speeds, path, vehicles });
    }
  }
  const day = (f) => Array.from({ length: 365 }, (_, d) => Number(f(d).toFixed(2)));
  const place = new Map(rows(all["resources.csv"]).map((r) => [r.id, placeAt.get(r.place)]));
  const week = (values, d) => values?.[Math.min(51, Math.floor(d / 7))] ?? 0;
  return {
    schema: "trimodal/trace/1", version: "mock", start: "2024-01-01", hours: HOURS,
    places: net.places.map(({ id, name, lat, lon }) => ({ id, name, lat, lon })),
    paths, vehicles,
    resources: result.resources.map((r) => ({ id: r.id, name: r.name, place: place.get(r.id), busy: day((d) => week(r.utilisation_by_week, d)), queue: day((d) => (r.queue_by_week ? week(r.queue_by_week.p50, d) : r.queue)) })),
    stocks: result.stocks.map((s) => ({ name: s.name, place: place.get(s.id), unit: "t", level: day((d) => week(s.by_week.p50, d)) })),
    worst_day: 290, attribution: ["Made by the mock server"],
  };
}

function fleet({ ride, cls, load, trips, links, speeds, path, vehicles }) {
  const legs = ride.links.map((id, i) => ({ link: links.get(id), from: ride.places[i], to: ride.places[i + 1] })).filter((l) => l.link);
  const hours = legs.reduce((sum, l) => sum + l.link.km / (speeds.get(l.link.id) || 30), 0);
  const n = Math.max(1, Math.ceil((trips * 2.6 * hours) / HOURS) + 1);
  const every = HOURS / Math.max(trips, 1);
  const own = Array.from({ length: n }, () => ({ class: cls.name, mode: cls.mode, moves: [] }));
  const run = (vehicle, begin, order, tonnes) => {
    let t = begin;
    for (const l of order) {
      const arrive = t + l.link.km / (speeds.get(l.link.id) || 30);
      if (arrive < HOURS) vehicle.moves.push([path(l.link, l.from), round(t), round(arrive), tonnes]);
      t = arrive;
    }
    return t;
  };
  for (let k = 0; k < trips; k++) {
    const vehicle = own[k % n];
    const begin = Math.max(k * every, (vehicle.moves.at(-1)?.[2] ?? 0) + 2);
    const end = run(vehicle, begin, legs, load);
    if (cls.empties !== "none") run(vehicle, end + 0.2 * hours, legs.map((l) => ({ link: l.link, from: l.to, to: l.from })).reverse(), 0);
  }
  vehicles.push(...own.filter((v) => v.moves.length));
}

const round = (x) => Math.round(x * 100) / 100;
