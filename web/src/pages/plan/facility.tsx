import { useEffect, useRef, useState } from "preact/hooks";
import { Bar } from "../../charts/bar";
import { list, money, multiple, percent, tonnes } from "../../charts/format";
import { query } from "../../router";
import { EditLink } from "../../scenarios/edit_link";
import { boxOfFacility, facilitiesOf } from "./features";
import type { Facility, Marginal, Plan } from "./outcome";
import { allSteps, chooseFacility, focus, loaded, name, names, shown, step } from "./state";
import { useClass, useOf } from "./steps";

/** The facility that is chosen: how its capacity is derived, what one more unit brings and costs, its source. */
export function FacilityPanel() {
  const plan = shown.value!;
  const id = query.value.facility;
  const facility = plan.facilities.find((f) => f.facility === id);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.scrollIntoView({ block: "nearest" });
    heading.current?.focus();
  }, [facility?.facility]);
  if (!facility) return null;
  return (
    <section class="card" aria-labelledby="plan-facility">
      <div class="plan-facility-head">
        <h2 id="plan-facility" ref={heading} tabIndex={-1}>{facility.name}</h2>
        <button type="button" class="plain" aria-label="Close the facility" onClick={() => chooseFacility(undefined)}>×</button>
      </div>
      <p class="soft">{where(facility)} <ShowOnMap facility={facility} /></p>
      <Use facility={facility} />
      <OneMore facility={facility} plan={plan} />
      <h3>How its capacity is derived</h3>
      <ol class="plan-derivation">{facility.derivation.map((d) => <li key={d}>{names.value?.told(d) ?? d}</li>)}</ol>
      {facility.published_t_per_year != null && <p>Published capacity: {tonnes(facility.published_t_per_year, plan.unit)}. It is not used in any calculation.</p>}
      <h3>Source</h3>
      <p>{facility.source}</p>
      <p class="soft">Confidence: {facility.confidence}.</p>
      <AlsoHere facility={facility} plan={plan} />
    </section>
  );
}

function ShowOnMap({ facility }: { facility: Facility }) {
  const network = loaded.value?.scenario?.network;
  const box = network && boxOfFacility(network, facility);
  return box ? <button type="button" class="link" onClick={() => (focus.value = box)}>Show on the map</button> : null;
}

/** Other facilities at the same place or on the same link: a click on the map cannot tell them apart. */
function AlsoHere({ facility, plan }: { facility: Facility; plan: Plan }) {
  const others = facilitiesOf(plan, facility.place ? { place: facility.place } : { link: facility.link ?? "" }).filter((f) => f !== facility);
  if (!others.length) return null;
  return (
    <>
      <h3>Also here</h3>
      <ul class="plan-binds">{others.map((f) => <li key={f.facility}><button type="button" class="link" onClick={() => chooseFacility(f.facility)}>{f.name}</button></li>)}</ul>
    </>
  );
}

function where(f: Facility): string {
  const kind = f.kind.replaceAll("_", " ");
  if (f.place) return `${kind[0]!.toUpperCase()}${kind.slice(1)} at ${names.value?.of(f.place)}`;
  return f.link ? `${kind[0]!.toUpperCase()}${kind.slice(1)} of ${names.value?.of(f.link)}` : kind;
}

function Use({ facility }: { facility: Facility }) {
  const use = step.value && useOf(step.value, facility.facility);
  if (!use) return <p>Not used at this multiple.</p>;
  const words = `${percent(use.utilisation)} of what is usable in practice, ${percent(use.occupancy)} of all hours`;
  return (
    <div>
      <Bar label={words} parts={[{ share: use.utilisation, tone: `use-${useClass(use.utilisation)}`, words }]} />
      <p>In use: {words}. {tonnes(use.t_per_year, shown.value?.unit)} pass.</p>
    </div>
  );
}

function OneMore({ facility, plan }: { facility: Facility; plan: Plan }) {
  const binding = plan.capacity.binding.find((b) => b.facility === facility.facility);
  const options = names.value?.extensions(facility.facility) ?? [];
  return (
    <>
      <h3>One unit more</h3>
      {binding?.one_more ? <p>{marginal(binding.one_more, plan)}</p> : <p>{bindsLater(facility)}</p>}
      {binding?.one_less && <p>{marginal(binding.one_less, plan)}</p>}
      {options.length ? (
        <ul>{options.map((o) => <li key={o.name}>{o.name}: {o.musd == null ? "no price given" : money(o.musd * 1e6)}{priceOfTonne(o.musd, binding?.one_more)}</li>)}</ul>
      ) : (
        <p class="soft">No option of the scenario extends it. Add one to the options table in <EditLink scenario={name.value} table="options.csv">Edit</EditLink>.</p>
      )}
    </>
  );
}

function bindsLater({ facility }: Facility): string {
  const at = allSteps.value.find((s) => s.binding.some((b) => b.facility === facility));
  if (!at) return "It stops nothing at any multiple: one more would add no capacity.";
  return at.multiple === 1 ? "It binds today." : `It stops nothing today, so that one more would add no capacity. It binds from ${multiple(at.multiple)}.`;
}

function marginal(m: Marginal, plan: Plan): string {
  const unit = `${m.unit[0]!.toUpperCase()}${m.unit.slice(1)}`;
  const d = m.total_t_per_year;
  const change = Math.abs(d) < 0.5 ? "changes nothing" : `carries ${tonnes(Math.abs(d), plan.unit)} ${d > 0 ? "more" : "less"}`;
  return `${unit} ${change}.${m.then_binds.length ? ` What binds then: ${list(m.then_binds)}.` : ""}`;
}

const priceOfTonne = (musd: number | null, more: Marginal | null | undefined) =>
  musd && more && more.total_t_per_year > 1 ? `, ${money((musd * 1e6) / more.total_t_per_year)} for a tonne a year more` : "";

/** All facilities, the fullest first: the way to them without the map. */
export function Facilities() {
  const [find, setFind] = useState("");
  const at = step.value;
  const plan = shown.value!;
  if (!at?.solution) return null;
  const use = new Map(at.solution.facilities.map((f) => [f.facility, f]));
  const rows = plan.facilities.filter((f) => use.has(f.facility) && f.name.toLowerCase().includes(find.toLowerCase()));
  rows.sort((a, b) => use.get(b.facility)!.utilisation - use.get(a.facility)!.utilisation);
  const some = find ? rows : rows.slice(0, 15);
  return (
    <section class="card" aria-labelledby="plan-facilities">
      <h2 id="plan-facilities">Facilities in use</h2>
      <label><span>Find a facility</span><input type="search" value={find} onInput={(e) => setFind(e.currentTarget.value)} /></label>
      <table>
        <thead><tr><th scope="col">Facility</th><th scope="col" class="plan-bar">Use of its limit</th><th scope="col" class="num">Share</th></tr></thead>
        <tbody>
          {some.map((f) => {
            const u = use.get(f.facility)!.utilisation;
            return (
              <tr key={f.facility}>
                <td><button type="button" class="link" onClick={() => chooseFacility(f.facility)}>{f.name}</button></td>
                <td><Bar label={percent(u)} parts={[{ share: u, tone: `use-${useClass(u)}`, words: percent(u) }]} /></td>
                <td class="num">{percent(u)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {some.length < rows.length && <p class="soft">The fullest {some.length} of {rows.length}. Type a name to find the others.</p>}
      {rows.length === 0 && <p>No facility in use is called so.</p>}
    </section>
  );
}
