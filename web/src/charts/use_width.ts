import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** The width of an element in pixels, kept up to date, so that text in a chart keeps its size. */
export function useWidth<T extends Element>(first = 480) {
  const ref = useRef<T>(null);
  const [width, setWidth] = useState(first);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const seen = new ResizeObserver(([entry]) => setWidth(Math.max(160, Math.round(entry!.contentRect.width))));
    seen.observe(element);
    return () => seen.disconnect();
  }, []);
  return { ref, width };
}
