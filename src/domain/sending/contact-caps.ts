import { dateStart, localDate, nextDayStart } from '../hours/schedule.ts';

export const capKinds = ['domain', 'company'] as const;
export type CapKind = (typeof capKinds)[number];

/** A campaign's maximum of touches a day to one domain, and to one company; null without a cap. */
export type CapLimits = Readonly<Record<CapKind, number | null>>;
/** The domain and the company that a prospect counts for; null where it has none. */
export type CapKeys = Readonly<Record<CapKind, string | null>>;
/**
 * Use of a domain's or company's cap on a local date: `n` touches made, `promised` prospects that
 * were put off until that date.
 */
export type CapUse = { kind: CapKind; key: string; day: string; n: number; promised: number };

/** The domain and company that one touch counted for, and the local date. */
export type CapMark = { day: string } & Partial<Record<CapKind, string>>;

/** Whether the campaign caps domains or companies. */
export function isCapped(limits: CapLimits): boolean {
  return capKinds.some((kind) => limits[kind] !== null);
}

/** The domain of the address, and the company's name; both in lower case, the name trimmed. */
export function capKeysOf(person: { email: string | null; company: string | null }): CapKeys {
  const at = person.email?.lastIndexOf('@') ?? -1;
  return {
    domain: at < 0 ? null : person.email!.slice(at + 1).toLowerCase(),
    company: person.company?.trim().toLowerCase() || null,
  };
}

type Taken = { ok: true; mark: CapMark };
type Full = { ok: false; kind: CapKind; key: string; until: number };
/** `n` touches on the local date `day`; `promised` prospects on `lastAt`, the last promised day. */
type Account = { day: string; n: number; lastAt: number; promised: number };

/**
 * A campaign's caps on domains and companies, with their use: which prospects may be written to
 * today, and until when the others wait.
 */
export class ContactCaps {
  readonly #limits: CapLimits;
  readonly #timeZone: string;
  readonly #accounts: Record<CapKind, Map<string, Account>> = {
    domain: new Map(),
    company: new Map(),
  };
  readonly #promises = new Map<string, CapUse>();
  #day = { label: '', ends: -Infinity };

  constructor(
    limits: CapLimits,
    timeZone: string,
    { uses, now }: { uses: readonly CapUse[]; now: number },
  ) {
    this.#limits = limits;
    this.#timeZone = timeZone;
    for (const { kind, key, day, n, promised } of uses) {
      const account = this.#account(kind, key, now);
      if (day === account.day) account.n = n;
      else if (day > account.day && promised > 0 && dateStart(timeZone, day) > account.lastAt)
        Object.assign(account, { lastAt: dateStart(timeZone, day), promised });
    }
  }

  /** The prospect's domain and company where they are capped, with the touches to each today. */
  usageOf(
    keys: CapKeys,
    at: number,
  ): { kind: CapKind; key: string; used: number; limit: number }[] {
    return capKinds.flatMap((kind) => {
      const [key, limit] = [keys[kind], this.#limits[kind]];
      return key === null || limit === null
        ? []
        : [{ kind, key, used: this.#account(kind, key, at).n, limit }];
    });
  }

  /**
   * Counts a touch to a prospect. When a cap is full, nothing counts and the prospect waits until
   * an instant (epoch ms). `first`: the touch is the prospect's first.
   */
  take(keys: CapKeys, at: number, { first }: { first: boolean }): Taken | Full {
    const weighed = this.usageOf(keys, at);
    const full = weighed.find(({ used, limit }) => used >= limit);
    if (full)
      return {
        ok: false,
        kind: full.kind,
        key: full.key,
        until: first ? this.#promise(full, at) : nextDayStart(this.#timeZone, at),
      };
    for (const { kind, key } of weighed) this.#account(kind, key, at).n += 1;
    return {
      ok: true,
      mark: {
        day: this.dayOf(at),
        ...Object.fromEntries(weighed.map(({ kind, key }) => [kind, key])),
      },
    };
  }

  /** The promises made by this object, for the database to keep. */
  get promises(): CapUse[] {
    return [...this.#promises.values()];
  }

  /** The local date of an instant. */
  dayOf(at: number): string {
    if (at >= this.#day.ends)
      this.#day = { label: localDate(this.#timeZone, at), ends: nextDayStart(this.#timeZone, at) };
    return this.#day.label;
  }

  /**
   * Promises the first day (its start, epoch ms) that is not yet promised to as many prospects as
   * the cap allows, so that prospects before their first touch wait in line and are put off once.
   */
  #promise(
    { kind, key, limit }: { kind: CapKind; key: string; limit: number },
    at: number,
  ): number {
    const account = this.#account(kind, key, at);
    const tomorrow = nextDayStart(this.#timeZone, at);
    if (account.lastAt < tomorrow) Object.assign(account, { lastAt: tomorrow, promised: 0 });
    else if (account.promised >= limit)
      Object.assign(account, { lastAt: nextDayStart(this.#timeZone, account.lastAt), promised: 0 });
    account.promised += 1;
    const day = localDate(this.#timeZone, account.lastAt);
    const name = `${kind} ${key} ${day}`;
    const same = this.#promises.get(name);
    if (same) same.promised += 1;
    else this.#promises.set(name, { kind, key, day, n: 0, promised: 1 });
    return account.lastAt;
  }

  #account(kind: CapKind, key: string, at: number): Account {
    const day = this.dayOf(at);
    const account = this.#accounts[kind].get(key) ?? { day, n: 0, lastAt: -Infinity, promised: 0 };
    this.#accounts[kind].set(key, account);
    if (account.day < day) Object.assign(account, { day, n: 0 });
    return account;
  }
}
