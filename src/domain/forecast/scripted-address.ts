import { usualAcceptanceMs } from '../sequence/invitation.ts';
import { dayMs, hourMs, minuteMs } from '../time.ts';

/** What somebody at a scripted address does when they are written to. `away` tells so at once, and when they are back. */
export type ScriptedAct = {
  act: 'reply' | 'bounce' | 'away' | 'unsubscribe' | 'complaint' | 'accept';
  afterMs: number;
  backAfterMs: number | null;
};

/** How somebody stands to the sender before anything is sent: a connection, or out of everybody's reach. */
export type ScriptedRelation = 'connected' | 'unreachable' | null;

const units: Record<string, number> = { m: minuteMs, h: hourMs, d: dayMs };
const machineMs = 15 * minuteMs;
const personMs = hourMs;

type Read = (ms: number | null) => ScriptedAct | null;
const answering = (act: ScriptedAct['act'], usualMs: number): Read => {
  return (ms) => ({ act, afterMs: ms ?? usualMs, backAfterMs: null });
};
const reply = answering('reply', personMs);
const unsubscribe = answering('unsubscribe', personMs);
const never: Read = () => null;

/** By what they got. Only mail is answered by machines. */
const mail: Record<string, Read> = {
  reply,
  unsubscribe,
  bounce: answering('bounce', machineMs),
  complaint: answering('complaint', personMs),
  ooo: (ms) => ({ act: 'away', afterMs: machineMs, backAfterMs: ms ?? 7 * units.d! }),
  never,
};
const scripts: Record<string, Record<string, Read>> = {
  email: mail,
  message: { reply, unsubscribe, never },
  inmail: { reply, unsubscribe, never },
  connection_request: { accept: answering('accept', usualAcceptanceMs), never },
};
const unscripted: Record<string, ScriptedAct> = {
  connection_request: { act: 'accept', afterMs: usualAcceptanceMs, backAfterMs: null },
};

/**
 * What an address such as `jane+reply-2d@example.com` scripts for a touch: the first word of these after a plus that stands for something. In a
 * profile's address the words follow its name (`/in/jane+accept-2d`), in a handle two underlines (`jane__reply_2d`). The time is
 * in d, h or m, at least a minute; without one a person takes an hour, a machine 15 minutes, an absence 7 days. Null: nothing comes back.
 */
export function readScript(address: string, touch: string): ScriptedAct | null {
  const known = scripts[touch] ?? {};
  for (const word of wordsOf(address)) {
    const match = /^([a-z]+)(?:-(\d{1,4})([dhm]))?$/.exec(word);
    const script = match && Object.hasOwn(known, match[1]!) ? known[match[1]!] : undefined;
    if (script)
      return script(match?.[2] ? Math.max(minuteMs, Number(match[2]) * units[match[3]!]!) : null);
  }
  return unscripted[touch] ?? null;
}

/** What the words `connected` and `unreachable` in an address say of the person. */
export function readStanding(address: string): ScriptedRelation {
  return wordsOf(address).find((word) => word === 'connected' || word === 'unreachable') ?? null;
}

function wordsOf(address: string): string[] {
  const text = address.toLowerCase();
  if (text.includes('@')) return text.slice(0, text.lastIndexOf('@')).split('+').slice(1);
  if (text.includes('/'))
    return text
      .slice(text.lastIndexOf('/') + 1)
      .split('+')
      .slice(1);
  return text
    .split('__')
    .slice(1)
    .map((word) => word.replace('_', '-'));
}
