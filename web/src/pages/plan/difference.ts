import { money, multiple, percent, rounded, tonnes } from "../../charts/format";
import type { Plan, Rung } from "./outcome";

/** A figure in two plans. */
export interface Line {
  what: string;
  here: string;
  there: string;
  difference: string;
  /** Names that come and go rather than a figure. */
  isList?: boolean;
  /** 1: more there, -1: less, 0: the same or not comparable. */
  sign: -1 | 0 | 1;
}

/** What the second plan changes, figure by figure. */
export function difference(here: Plan, there: Plan): Line[] {
  const unit = (v: number) => tonnes(v, here.unit);
  return [
    line("Capacity today", here.capacity.total_t_per_year, there.capacity.total_t_per_year, unit),
    line("Multiple of the volume asked for", here.capacity.multiple_of_asked, there.capacity.multiple_of_asked, multiple, (d) => rounded(d)),
    names("What binds today", bound(here), bound(there)),
    line("Demand that is not permitted", here.not_permitted_t_per_year, there.not_permitted_t_per_year, unit),
    line("Demand without a way", unreachable(here), unreachable(there), unit),
    line("The most with all options", here.ceiling.capacity_t_per_year, there.ceiling.capacity_t_per_year, unit),
    ...rungs(here, there),
  ];
}

function rungs(here: Plan, there: Plan): Line[] {
  return here.ladder.flatMap((a) => {
    const b = there.ladder.find((r) => Math.abs(r.multiple - a.multiple) < 1e-9);
    if (!b) return [];
    const of = `for ${multiple(a.multiple)}`;
    return [
      line(`Investment ${of}`, a.capex_usd, b.capex_usd, money),
      line(`Volume ${of}`, reached(a), reached(b), (v) => tonnes(v, here.unit)),
      names(`Built ${of}`, built(a), built(b)),
    ];
  });
}

const reached = (rung: Rung) => (rung.solution ? rung.capacity_t_per_year : null);
const bound = (plan: Plan) => plan.capacity.binding.map((b) => b.name);
const built = (rung: Rung) => rung.investments.map((i) => (i.level > 1 ? `${i.name} (${i.level} times)` : i.name));
const unreachable = (plan: Plan) => plan.unreachable.reduce((sum, u) => sum + u.t_per_year, 0);

export function line(what: string, a: number | null, b: number | null, show: (v: number) => string, showDifference = show): Line {
  const here = a == null ? "cannot be reached" : show(a);
  const there = b == null ? "cannot be reached" : show(b);
  if (a == null || b == null) return { what, here, there, difference: here === there ? "the same" : "", sign: 0 };
  const d = b - a;
  if (Math.abs(d) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b), 1)) return { what, here, there, difference: "the same", sign: 0 };
  const share = a ? ` (${d > 0 ? "+" : "−"}${percent(Math.abs(d / a))})` : "";
  return { what, here, there, difference: `${d > 0 ? "+" : "−"}${showDifference(Math.abs(d))}${share}`, sign: d > 0 ? 1 : -1 };
}

function names(what: string, a: string[], b: string[]): Line {
  const only = (x: string[], y: string[]) => x.filter((name) => !y.includes(name));
  const [more, less] = [only(b, a), only(a, b)];
  const parts = [more.length ? `also ${more.join(", ")}` : "", less.length ? `no longer ${less.join(", ")}` : ""];
  return {
    what,
    here: a.join(", ") || "nothing",
    there: b.join(", ") || "nothing",
    difference: parts.filter(Boolean).join("; ") || "the same",
    isList: true,
    sign: 0,
  };
}
