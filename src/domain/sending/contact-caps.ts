import { dateStart, localDate, nextDayStart } from '../hours/schedule.ts';

export const capKinds = ['domain', 'company'] as const;
export type CapKind = (typeof capKinds)[number];

/** Most touches a day of a campaign to one domain, and to one company; null without a cap. */
export type CapLimits = Readonly<Record<CapKind, number | null>>;
/** What a person counts for. */
export type CapKeys = Readonly<Record<CapKind, string | null>>;
/** Touches to one of them on a local date, and how many people were put off until that date. */
export type CapUse = { kind: CapKind; key: string; day: string; n: number; promised: number };

/** What one touch counted for, and on which local date. */
export type CapMark = { day: string } & Partial<Record<CapKind, string>>;

/** Whether there is any cap. */
export function isCapped(limits: CapLimits): boolean {
  return capKinds.some((kind) => limits[kind] !== null);
}

/** The domain of the address, and the company as people write it: without blanks around it, whatever the case. */
export function capKeysOf(person: { email: string | null; company: string | null }): CapKeys {
  const at = person.email?.lastIndexOf('@') ?? -1;
  return {
    domain: at < 0 ? null : person.email!.slice(at + 1).toLowerCase(),
    company: person.company?.trim().toLowerCase() || null,
  };
}

type Taken = { ok: true; mark: CapMark };
type Full = { ok: false; kind: CapKind; key: string; until: number };
type Account = { day: string; n: number; lastAt: number; promised: number };

/** A campaign's caps on domains and companies, with what was made of them: who may be written to today, and who must wait until when. */
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

  /** The capped kinds, with what the person counts for and how often that was reached today. */
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

  /** Counts a touch to a person, and says what for; or which cap is full and until when (epoch ms) they wait. */
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

  /** The promises made here, to be kept. */
  get promises(): CapUse[] {
    return [...this.#promises.values()];
  }

  /** The local date of an instant. */
  dayOf(at: number): string {
    if (at >= this.#day.ends)
      this.#day = { label: localDate(this.#timeZone, at), ends: nextDayStart(this.#timeZone, at) };
    return this.#day.label;
  }

  /** The first day that is not promised to as many as the cap: people who come for the first time wait in line, and each is put off once. */
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
    this.#promises.set(name, {
      kind,
      key,
      day,
      n: 0,
      promised: (this.#promises.get(name)?.promised ?? 0) + 1,
    });
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
