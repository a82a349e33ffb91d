// Reads a trace off the main thread: a year of trains and trucks is tens of megabytes of JSON.
import { buffers, pack } from "../../player/pack";
import type { Trace } from "../../api/types";

export type Told = { packed: ReturnType<typeof pack> } | { status: number; detail: string };

const tell = (told: Told, hand: ArrayBuffer[] = []) => (postMessage as (m: Told, hand: Transferable[]) => void)(told, hand);

onmessage = async ({ data }: MessageEvent<string>) => {
  try {
    const response = await fetch(data);
    if (!response.ok) {
      const problem = (await response.json().catch(() => ({}))) as { detail?: string };
      return tell({ status: response.status, detail: problem.detail ?? response.statusText });
    }
    const packed = pack((await response.json()) as Trace);
    tell({ packed }, buffers(packed));
  } catch (cause) {
    tell({ status: 0, detail: cause instanceof Error ? cause.message : String(cause) });
  }
};
