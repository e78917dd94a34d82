import { dayMs, weekMs } from '../time.ts';

/** The name of the rest that is of no type of touch: the notes of invitations. */
export const noteRest = 'note';

/**
 * A rest that one kind of touch needs. `of`: the type of the touch, or `noteRest`. `afterPeople`:
 * it begins once so many different people were refused in a row (1 by default). `grows`: it doubles
 * with each time in a row. `giveUpAfter`: the refusal may be meant for the person alone, who is put
 * off longer each time, so many times at most.
 */
export type Rest = {
  of: string;
  ms: number;
  reason: string;
  afterPeople?: number;
  grows?: true;
  giveUpAfter?: number;
};

/**
 * How a kind of touch rests. `until` (epoch ms) is null before it rests; `people` were refused
 * since a touch went out; `times`: rests in a row.
 */
type RestState = {
  until: number | null;
  reason: string;
  people: readonly string[];
  times: number;
};
/** The rests of a sender, by the kind of touch. */
export type Rests = Readonly<Record<string, RestState>>;

/** From so many rests in a row, or from one so long, the owner is told. */
const toldAfter = { times: 3, ms: dayMs };
const fresh: RestState = { until: null, reason: '', people: [], times: 0 };

/** The rests after a touch of this type went out: the count against it is over. */
export function restsAfterSend(rests: Rests, touch: string, now: number): Rests {
  const { [touch]: own, ...others } = rests;
  return own && (own.until ?? 0) <= now ? others : rests;
}

/**
 * The rests after an answer that asks for one, about the person of this id. `told`: the owner has
 * to know of it.
 */
export function restsAfter(
  rests: Rests,
  { rest, personId, now }: { rest: Rest; personId: string; now: number },
): { rests: Rests; told: boolean } {
  const before = rests[rest.of] ?? fresh;
  const people = [...new Set([...before.people, personId])];
  const { reason, afterPeople = 1 } = rest;
  if (people.length < afterPeople)
    return { rests: { ...rests, [rest.of]: { ...before, people, reason } }, told: false };
  const times = before.times + 1;
  const ms = rest.grows ? Math.min(rest.ms * 2 ** (times - 1), Math.max(weekMs, rest.ms)) : rest.ms;
  const until = Math.max(before.until ?? 0, now + ms);
  // Answers to touches that were under way together tell of one rest.
  const told = (before.until ?? 0) <= now && (times >= toldAfter.times || ms >= toldAfter.ms);
  return { rests: { ...rests, [rest.of]: { until, reason, people: [], times } }, told };
}

/** The rests that last at an instant. */
export function restsAt(
  rests: Rests,
  now: number,
): { touch: string; until: number; reason: string }[] {
  return Object.entries(rests).flatMap(([touch, { until, reason }]) =>
    until !== null && until > now ? [{ touch, until, reason }] : [],
  );
}

/** The instant (epoch ms) until which a kind of touch rests; null when it does not. */
export const restsUntil = (rests: Rests | undefined, of: string): number | null =>
  rests?.[of]?.until ?? null;
