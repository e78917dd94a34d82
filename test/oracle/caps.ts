import { type CapKeys, type CapUse, ContactCaps } from '../../src/domain/sending/contact-caps.ts';
import { chance } from './cases.ts';
import { dateOf } from './ledger.ts';
import { zones } from './wall.ts';

const hour = 3_600_000;
const day = 24 * hour;
const kinds = ['domain', 'company'] as const;

/**
 * Errors of the caps on domains and companies in the case of a seed, a line each: prospects in turn
 * over days, each in a tick that knows only stored use, held against a list of all touches.
 */
export function capViolationsOf(seed: number): string[] {
  const next = chance(seed);
  const upTo = (n: number) => 1 + Math.floor(next() * n);
  const zone = zones[upTo(zones.length) - 1]!;
  const limits = {
    domain: next() < 0.8 ? upTo(3) : null,
    company: next() < 0.5 ? upTo(4) : null,
  };
  const touches: { date: string; keys: CapKeys }[] = [];
  const promised = new Map<string, number>();
  const found: string[] = [];
  let now = Date.UTC(2026, upTo(12) - 1, upTo(28), upTo(24) - 1, upTo(60) - 1);
  for (let turn = 0; turn < 60 && found.length === 0; turn += 1) {
    now += Math.floor(next() * 5) * hour;
    const caps = new ContactCaps(limits, zone, { uses: usesOf(touches, promised), now });
    for (let n = upTo(4); n > 0; n -= 1) {
      const keys: CapKeys = {
        domain: next() < 0.9 ? `d${upTo(2)}` : null,
        company: next() < 0.6 ? `c${upTo(2)}` : null,
      };
      const date = dateOf(zone, now);
      const full = kinds.find((kind) => {
        const [key, limit] = [keys[kind], limits[kind]];
        const used = touches.filter((one) => one.date === date && one.keys[kind] === key);
        return key !== null && limit !== null && used.length >= limit;
      });
      const first = next() < 0.5;
      const taken = caps.take(keys, now, { first });
      if (taken.ok === Boolean(full))
        found.push(taken.ok ? 'a touch over a cap' : 'a cap with room');
      if (taken.ok) touches.push({ date, keys });
      else {
        const { kind, key, until } = taken;
        if (kind !== full) found.push(`${kind} binds, not ${full}`);
        const line = first ? promised : new Map<string, number>();
        found.push(...waitFaults(zone, { kind, key, now, until, limit: limits[kind]! }, line));
      }
    }
  }
  return found.map((fault) => `${fault}: seed ${seed}, ${zone}, ${JSON.stringify(limits)}`);
}

type Wait = { kind: string; key: string; now: number; until: number; limit: number };

/** A prospect waits until the first day that is not promised to as many as the cap allows. */
function waitFaults(zone: string, wait: Wait, promised: Map<string, number>): string[] {
  const { kind, key, now, until, limit } = wait;
  const today = dateOf(zone, now);
  const date = dateOf(zone, until);
  const faults: string[] = [];
  if (date <= today) faults.push('waits for a day that has begun');
  if (dateOf(zone, until - 60_000) === date) faults.push('waits for no beginning of a day');
  const nameOf = (of: string) => `${kind} ${key} ${of}`;
  const usedOn = (of: string) => promised.get(nameOf(of)) ?? 0;
  if (usedOn(date) >= limit) faults.push('waits for a day that is promised to others');
  for (let at = now + day; dateOf(zone, at) < date; at += 12 * hour) {
    const between = dateOf(zone, at);
    const later = [...promised.keys()].some(
      (name) => name.startsWith(nameOf('')) && name > nameOf(between),
    );
    if (between > today && usedOn(between) < limit && !later) faults.push('leaves out a free day');
  }
  promised.set(nameOf(date), usedOn(date) + 1);
  return faults;
}

/** Use as the database stores it: touches and promises by local date. */
function usesOf(
  touches: readonly { date: string; keys: CapKeys }[],
  promised: ReadonlyMap<string, number>,
): CapUse[] {
  const uses = new Map<string, CapUse>();
  const useOf = (name: string) => {
    const [kind, key, date] = name.split(' ') as ['domain' | 'company', string, string];
    const use = uses.get(name) ?? { kind, key, day: date, n: 0, promised: 0 };
    uses.set(name, use);
    return use;
  };
  for (const { date, keys } of touches)
    for (const kind of kinds)
      if (keys[kind] !== null) useOf(`${kind} ${keys[kind]} ${date}`).n += 1;
  for (const [name, n] of promised) useOf(name).promised = n;
  return [...uses.values()];
}
