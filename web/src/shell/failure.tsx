// A failure as a page shows it: what went wrong, where, and what to do.
import { ApiError, type ProblemItem } from "../api/http";

type Words = (text: string) => string;

function Item({ of, words }: { of: ProblemItem; words: Words }) {
  const at = of.at ? `${of.at.file}${of.at.row ? `:${of.at.row}` : ""}${of.at.column ? `:${of.at.column}` : ""} ` : "";
  return (
    <li>
      {at ? <code>{at}</code> : null}
      {words(of.message)} <code class="id">{of.id}</code>
      {of.hint ? <div class="hint">{words(of.hint)}</div> : null}
    </li>
  );
}

interface Props {
  of: unknown;
  onClose?: () => void;
  /** Texts of the server in words of the page. */
  words?: Words;
}

export function Failure({ of, onClose, words = (text) => text }: Props) {
  const error = of instanceof Error ? of : new Error(String(of));
  const known = error instanceof ApiError ? error : null;
  return (
    <div class="notice danger" role="alert">
      <strong>{words(error.message)}</strong>
      {known && known.problems.length > 0 ? <ul>{known.problems.map((item, i) => <Item key={i} of={item} words={words} />)}</ul> : null}
      {known && known.more > 0 ? <p>and {known.more} more</p> : null}
      {known?.advice ? <p>{known.advice}</p> : null}
      {known ? null : <p>This is a defect of the page. Reload it; if it happens again, report it with the address.</p>}
      {onClose ? <button type="button" onClick={onClose}>Close</button> : null}
    </div>
  );
}
