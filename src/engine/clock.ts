/** Source of business time (law 8). Liveness of processes uses the database's own clock instead. */
export type Clock = { now: () => Date };

export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands at one instant. */
export const fixedClock = (at: Date): Clock => ({ now: () => at });

/** A clock that stands still until told, for tests and rehearsals. */
export class ManualClock implements Clock {
  #at: number;

  constructor(at: Date | string) {
    this.#at = new Date(at).getTime();
  }

  now(): Date {
    return new Date(this.#at);
  }

  advanceTo(at: Date): void {
    this.#at = Math.max(this.#at, at.getTime());
  }

  advanceMs(ms: number): void {
    this.#at += ms;
  }
}
