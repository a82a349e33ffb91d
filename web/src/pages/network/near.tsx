// Links near a place, as a list: for those who do not use the map with a mouse.
import { useSignal } from "@preact/signals";
import { findPlaces, type LinkNear, nearest, type Place } from "../../api";
import { km } from "../../format";
import { MODE_NAMES } from "../../map/modes";
import { ModeSign } from "../../map/mode_sign";
import { setQuery } from "../../router";
import { Failure } from "../../shell/failure";
import { PlaceBox } from "../../shell/place_box";

/** Radius, km. */
const REACH = 5;

function position(text: string): { lat: number; lon: number } | undefined {
  const [lat, lon] = text.split(/[,; ]+/).map(Number);
  return lat !== undefined && lon !== undefined && Number.isFinite(lat + lon) ? { lat, lon } : undefined;
}

export function Near() {
  const text = useSignal("");
  const found = useSignal<LinkNear[] | null>(null);
  const failed = useSignal<unknown>(null);
  const look = async (typed: string, place?: Place) => {
    text.value = typed;
    failed.value = null;
    found.value = null;
    if (!typed) return;
    try {
      const at = place ?? position(typed) ?? (await findPlaces(typed))[0];
      found.value = at ? (await nearest(at.lat, at.lon, REACH)).links.links : [];
    } catch (cause) {
      failed.value = cause;
    }
  };
  return (
    <section aria-label="Links near a place">
      <PlaceBox label="Links near" value={text.value} placeholder="Place or lat,lon" onChange={look} />
      {failed.value ? <Failure of={failed.value} /> : null}
      {found.value ? (
        <ul class="near" aria-label="Links found">
          {found.value.map((l) => (
            <li key={l.id}>
              <button type="button" class="plain" onClick={() => setQuery({ link: l.id }, { push: true })}>
                <ModeSign mode={l.mode} /> {MODE_NAMES[l.mode]}{l.gauge_mm ? ` ${l.gauge_mm}` : ""}, {km(l.km)} long, {km(l.away_km)} away
              </button>
            </li>
          ))}
          {found.value.length === 0 ? <li class="soft">No link within {REACH} km. Try a place nearer to a line.</li> : null}
        </ul>
      ) : null}
    </section>
  );
}
