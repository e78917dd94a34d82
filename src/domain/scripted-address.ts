/** What somebody at a scripted address does when they are written to. `away` tells so at once, and when they are back. */
export type Script = { act: 'reply' | 'bounce' | 'away' | 'unsubscribe' | 'complaint'; afterMs: number; backAfterMs: number | null };

const minuteMs = 60_000;
const units: Record<string, number> = { m: minuteMs, h: 60 * minuteMs, d: 24 * 60 * minuteMs };
const machineMs = 15 * minuteMs;
const personMs = 60 * minuteMs;

const scripts: Record<string, (ms: number | null) => Script | null> = {
  reply: (ms) => ({ act: 'reply', afterMs: ms ?? personMs, backAfterMs: null }),
  bounce: (ms) => ({ act: 'bounce', afterMs: ms ?? machineMs, backAfterMs: null }),
  ooo: (ms) => ({ act: 'away', afterMs: machineMs, backAfterMs: ms ?? 7 * units.d! }),
  unsubscribe: (ms) => ({ act: 'unsubscribe', afterMs: ms ?? personMs, backAfterMs: null }),
  complaint: (ms) => ({ act: 'complaint', afterMs: ms ?? personMs, backAfterMs: null }),
  never: () => null,
  accept: () => null,
};

/**
 * What an address such as `jane+reply-2d@example.com` scripts: the first word of these after a plus that stands for something. The time is
 * in d, h or m, at least a minute; without one a person takes an hour, a machine 15 minutes, an absence 7 days. Null: nothing comes back.
 */
export function readScript(address: string): Script | null {
  const local = address.slice(0, Math.max(0, address.lastIndexOf('@')));
  for (const word of local.toLowerCase().split('+').slice(1)) {
    const match = /^([a-z]+)(?:-(\d{1,4})([dhm]))?$/.exec(word);
    const script = match && Object.hasOwn(scripts, match[1]!) ? scripts[match[1]!] : undefined;
    if (script) return script(match?.[2] ? Math.max(minuteMs, Number(match[2]) * units[match[3]!]!) : null);
  }
  return null;
}
