import type { Slot } from '../domain/sequence/skeleton.ts';

/** What a model is asked: its rules, the question, and which parts of a text it is to give back. */
export type Question = {
  system: string;
  prompt: string;
  slots: readonly Slot[];
  maxLength: number;
  person: string;
};

/** What it gave back for each slot by its key, unchecked, and what it used up. */
export type Writing = { texts: Record<string, string>; inputTokens: number; outputTokens: number };

/** Who writes texts: a model behind an API, or the stand-in of a sandbox. */
export type TextModel = {
  model: string;
  /** It costs something: budget and rate count. */
  metered: boolean;
  /** Asks once. @throws WriterFault, and nothing else */
  write: (question: Question, stopping: AbortSignal) => Promise<Writing>;
};

/**
 * `busy`: it asks to slow down. `refused_key`: nothing works until a setting is mended. `unreachable`: try later. `rejected`: it does not take
 * the request. `declined`: it does not want to write this. `unusable`: what it wrote cannot be read.
 */
export type TextModelFaultKind =
  | 'busy'
  | 'refused_key'
  | 'unreachable'
  | 'rejected'
  | 'declined'
  | 'unusable';

/** Why a model did not write a text, in words for a person; never holds the key or the question. */
export class TextModelFault extends Error {
  readonly kind: TextModelFaultKind;
  /** How long it asked to be left alone, where it said so. */
  readonly afterMs: number | null;

  constructor(kind: TextModelFaultKind, detail: string, afterMs: number | null = null) {
    super(detail);
    this.kind = kind;
    this.afterMs = afterMs;
  }
}
