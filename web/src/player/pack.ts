import { MODES, type Trace } from "../api/types";

/** A trace with its moves in flat arrays: small to hand over from a worker, quick to search. */
export interface PackedTrace extends Omit<Trace, "vehicles"> {
  /** Names of the classes of vehicles. */
  classes: string[];
  /** Of each vehicle: its class, and its mode as a position in `MODES`. */
  classOf: Uint16Array;
  modeOf: Uint8Array;
  /** The moves of vehicle `v` are those from `first[v]` to before `first[v + 1]`. */
  first: Uint32Array;
  path: Uint32Array;
  depart: Float32Array;
  arrive: Float32Array;
  tonnes: Float32Array;
}

export function pack(trace: Trace): PackedTrace {
  const { vehicles, ...rest } = trace;
  const total = vehicles.reduce((sum, v) => sum + v.moves.length, 0);
  const classes = [...new Set(vehicles.map((v) => v.class))];
  const packed: PackedTrace = {
    ...rest,
    classes,
    classOf: Uint16Array.from(vehicles, (v) => classes.indexOf(v.class)),
    modeOf: Uint8Array.from(vehicles, (v) => Math.max(0, MODES.indexOf(v.mode))),
    first: new Uint32Array(vehicles.length + 1),
    path: new Uint32Array(total),
    depart: new Float32Array(total),
    arrive: new Float32Array(total),
    tonnes: new Float32Array(total),
  };
  let at = 0;
  vehicles.forEach((vehicle, v) => {
    for (const [path, depart, arrive, tonnes] of vehicle.moves) {
      packed.path[at] = path;
      packed.depart[at] = depart;
      packed.arrive[at] = arrive;
      packed.tonnes[at] = tonnes;
      at++;
    }
    packed.first[v + 1] = at;
  });
  return packed;
}

/** The buffers to hand over rather than copy. */
export const buffers = (p: PackedTrace): ArrayBuffer[] =>
  [p.classOf, p.modeOf, p.first, p.path, p.depart, p.arrive, p.tonnes].map((a) => a.buffer as ArrayBuffer);
