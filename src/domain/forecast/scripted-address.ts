import { usualAcceptanceMs } from '../sequence/invitation.ts';
import { dayMs, hourMs, minuteMs, weekMs } from '../time.ts';

/**
 * How the person at a scripted address answers a touch. `away` is an automatic reply that names the
 * day of the return, `backAfterMs` later.
 */
export type ScriptedAct = {
  act: 'reply' | 'bounce' | 'away' | 'unsubscribe' | 'complaint' | 'accept';
  afterMs: number;
  backAfterMs: number | null;
};

/** A person's relation to the sender before anything is sent; no sender can reach `unreachable`. */
export type ScriptedRelation = 'connected' | 'unreachable' | null;

const units: Record<string, number> = { m: minuteMs, h: hourMs, d: dayMs };
const usualMachineMs = 15 * minuteMs;
const usualPersonMs = hourMs;

/** From the time that the address names, in ms, null when it names none. */
type Script = (ms: number | null) => ScriptedAct | null;
const answering = (act: ScriptedAct['act'], usualMs: number): Script => {
  return (ms) => ({ act, afterMs: ms ?? usualMs, backAfterMs: null });
};
const reply = answering('reply', usualPersonMs);
const unsubscribe = answering('unsubscribe', usualPersonMs);
const never: Script = () => null;

const mailScripts: Record<string, Script> = {
  reply,
  unsubscribe,
  bounce: answering('bounce', usualMachineMs),
  complaint: answering('complaint', usualPersonMs),
  ooo: (ms) => ({ act: 'away', afterMs: usualMachineMs, backAfterMs: ms ?? weekMs }),
  never,
};
/** Scripts by type of touch. Machines answer mail only. */
const scripts: Record<string, Record<string, Script>> = {
  email: mailScripts,
  message: { reply, unsubscribe, never },
  inmail: { reply, unsubscribe, never },
  connection_request: { accept: answering('accept', usualAcceptanceMs), never },
};
/** Answers of addresses without a script, by type of touch. */
const unscripted: Record<string, ScriptedAct> = {
  connection_request: { act: 'accept', afterMs: usualAcceptanceMs, backAfterMs: null },
};

/**
 * The answer that an address scripts for a touch, null for none. The first known word counts. Words
 * follow a plus in an address (`jane+reply-2d@example.com`), the name in a profile's address
 * (`/in/jane+accept-2d`), two underscores in a handle (`jane__reply_2d`). The time is in d, h or m,
 * at least a minute; without one a person takes an hour, a machine 15 minutes, an absence 7 days.
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

/**
 * The relation that the words `connected` and `unreachable` in an address script; null for none.
 */
export function readScriptedRelation(address: string): ScriptedRelation {
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
