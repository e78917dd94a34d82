import { hourMs, minuteMs } from '../../domain/time.ts';
import type { TextModelFaultKind } from '../text-model.ts';

export type FaultPolicy = {
  /** Number of tries after which the text has failed. */
  maxTries: number;
  /** The fault is not the text's: the try does not count, and its budget is given back. */
  blameless: boolean;
  /** Wait before the next try after this one; the first is 1. */
  afterMs: (attempt: number) => number;
  /** How long the model is asked for nothing else. */
  quietMs: number;
};

/** For each fault of the model, the one policy for the text. */
export const faultPolicies: Readonly<Record<TextModelFaultKind, FaultPolicy>> = {
  busy: { maxTries: Infinity, blameless: true, afterMs: () => 30_000, quietMs: 30_000 },
  refused_key: {
    maxTries: Infinity,
    blameless: true,
    afterMs: () => 5 * minuteMs,
    quietMs: minuteMs,
  },
  unreachable: {
    maxTries: 6,
    blameless: false,
    afterMs: (attempt) => Math.min(hourMs, 15_000 * 4 ** (attempt - 1)),
    quietMs: 0,
  },
  rejected: { maxTries: 3, blameless: false, afterMs: () => minuteMs, quietMs: 0 },
  declined: { maxTries: 2, blameless: false, afterMs: () => 0, quietMs: 0 },
  unusable: { maxTries: 3, blameless: false, afterMs: () => 0, quietMs: 0 },
};
