import { useState } from "preact/hooks";
import { forget, kept } from "./kept";
import { bringBack, discard, offer, openNew } from "./state";

/** Edits from before a reload: they come back when asked. */
export function Offer() {
  const now = offer.value;
  if (!now) return null;
  const names = Object.keys(now.files).map((file) => file.replace(/\.(csv|toml)$/, ""));
  return (
    <div class="notice edit-offer" role="status">
      <p>You left edits that are not saved: {names.join(", ")}.{now.stale ? " The scenario has changed since: they replace these tables as they are now." : ""}</p>
      <div class="row">
        <button type="button" class="main" onClick={bringBack}>Bring them back</button>
        <button type="button" onClick={discard}>Discard them</button>
      </div>
    </div>
  );
}

/** A new corridor from before a reload: it has no address. */
export function OfferNew() {
  const [now, setNow] = useState(() => kept(""));
  if (!now) return null;
  return (
    <div class="notice edit-offer" role="status">
      <p>You left a new corridor that is not saved.</p>
      <div class="row">
        <button type="button" class="main" onClick={() => void openNew(now.files)}>Bring it back</button>
        <button type="button" onClick={() => (forget(""), setNow(null))}>Discard it</button>
      </div>
    </div>
  );
}
