// A field for a place that searches while one types: an ARIA combobox with a list. Any text may be given:
// towns, ports, UN/LOCODE, coordinates.
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { findPlaces, isAbort, type Place } from "../api";
import { count, country } from "../format";

interface Props {
  label: string;
  value: string;
  placeholder?: string;
  onChange: (text: string, place?: Place) => void;
}

const isCoordinates = (text: string) => /^\s*-?\d+([.,]\d+)?\s*[,; ]\s*-?\d/.test(text);

function about(p: Place): string {
  const what = p.kind === "town" && p.population ? `${count(p.population)} people` : p.kind;
  return [country(p.country), p.code, what].filter(Boolean).join(" · ");
}

export function PlaceBox({ label, value, placeholder, onChange }: Props) {
  const id = useId();
  const text = useSignal(value);
  const found = useSignal<Place[]>([]);
  const open = useSignal(false);
  const active = useSignal(-1);
  const searching = useRef<{ timer?: number; abort?: AbortController }>({});

  useEffect(() => {
    text.value = value;
  }, [value]);

  const close = () => {
    clearTimeout(searching.current.timer);
    searching.current.abort?.abort();
    open.value = false;
    active.value = -1;
  };

  const search = (q: string) => {
    clearTimeout(searching.current.timer);
    searching.current.abort?.abort();
    if (q.trim().length < 2 || isCoordinates(q)) {
      found.value = [];
      open.value = false;
      return;
    }
    searching.current.timer = window.setTimeout(async () => {
      const abort = new AbortController();
      searching.current.abort = abort;
      try {
        found.value = await findPlaces(q.trim(), abort.signal);
        open.value = true;
        active.value = -1;
      } catch (cause) {
        if (!isAbort(cause)) found.value = []; // the question itself will say what is wrong
      }
    }, 120);
  };

  const choose = (place: Place) => {
    text.value = place.text;
    close();
    onChange(place.text, place);
  };
  const settle = () => {
    close();
    if (text.value.trim() !== value) onChange(text.value.trim());
  };
  const move = (by: number) => {
    if (!open.value && found.value.length > 0) open.value = true;
    const n = found.value.length;
    if (n > 0) active.value = (active.value + by + n + (active.value < 0 && by < 0 ? 1 : 0)) % n;
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Escape" && open.value) close();
    else if (event.key === "Enter") {
      const place = open.value ? found.value[active.value] : undefined;
      if (place) choose(place);
      else settle();
    } else return;
    event.preventDefault();
  };

  const shown = open.value && found.value.length > 0;
  return (
    <div class="place-box grow">
      <label for={id}>
        <span>{label}</span>
      </label>
      <input
        id={id} type="text" role="combobox" autocomplete="off" spellcheck={false} placeholder={placeholder ?? ""}
        aria-expanded={shown} aria-controls={`${id}-list`} aria-autocomplete="list"
        aria-activedescendant={shown && active.value >= 0 ? `${id}-${active.value}` : undefined}
        value={text.value} onKeyDown={key} onBlur={settle}
        onInput={(e) => {
          text.value = e.currentTarget.value;
          search(text.value);
        }}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={`${label}: places found`} hidden={!shown}>
        {found.value.map((place, i) => (
          <li
            key={`${place.text}${i}`} id={`${id}-${i}`} role="option" aria-selected={i === active.value}
            onMouseDown={(e) => e.preventDefault()} onClick={() => choose(place)}
          >
            <span>{place.name}</span> <span class="soft small">{about(place)}</span>
          </li>
        ))}
      </ul>
      <span class="hidden" role="status">{shown ? `${found.value.length} places` : ""}</span>
    </div>
  );
}
