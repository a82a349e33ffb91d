/** States that can be undone and redone. Values are never changed in place. */
export interface History<T> {
  past: T[];
  now: T;
  future: T[];
}

/** Enough for an afternoon; tables share what did not change. */
const MOST = 500;

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [] });

export function commit<T>(history: History<T>, next: T): History<T> {
  if (next === history.now) return history;
  return { past: [...history.past.slice(-MOST + 1), history.now], now: next, future: [] };
}

export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future] };
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...rest] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.now], now: next, future: rest };
}
