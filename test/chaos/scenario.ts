/** The result of a scenario. `breaches` lists other broken promises in words; it must be empty. */
export type Verdict = {
  duplicates: number;
  lost: number;
  unknown: number;
  breaches: string[];
} & Record<string, unknown>;

export type Run = {
  /** The scenario's options, as the command line gives them. */
  options: Readonly<Record<string, string>>;
  /** The next number in [0, 1) of the run's seed. */
  random: () => number;
  /** Says how far it is, to a person. */
  say: (line: string) => void;
  /** Prints an interim result as a line of JSON. */
  report: (line: object) => void;
};

/** One kind of failure, and a check of the promises that hold all the same. */
export type Scenario = {
  name: string;
  /** Number in the list of faults that the promise was made with. */
  fault: string;
  /** Options of the command, with their defaults. */
  usual: Readonly<Record<string, string>>;
  /** Options of the short form, which `npm test` runs. */
  short: Readonly<Record<string, string>>;
  run: (run: Run) => Promise<Verdict>;
};

/** Whether anything is not as promised. */
export const isBroken = (verdict: Verdict): boolean =>
  verdict.duplicates + verdict.lost + verdict.breaches.length > 0;
