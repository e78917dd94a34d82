import type { Slot } from '../domain/sequence/skeleton.ts';

/** A request to a model: its rules, the prompt, and the slots of the text that it must fill. */
export type TextRequest = {
  system: string;
  prompt: string;
  slots: readonly Slot[];
  /** Most characters of the whole text. */
  maxLength: number;
  /** Name of the person that the text is for. */
  person: string;
};

/** The model's text for each slot by its key, unchecked, and the tokens it used. */
export type TextAnswer = {
  texts: Record<string, string>;
  inputTokens: number;
  outputTokens: number;
};

/** A writer of texts: a model behind an API, or the stand-in of a sandbox. */
export type TextModel = {
  model: string;
  /** Its texts cost money: they count against the budget and the rate. */
  metered: boolean;
  /** Asks once. @throws TextModelFault, and nothing else */
  write: (question: TextRequest, stopping: AbortSignal) => Promise<TextAnswer>;
};

/**
 * `busy`: the API asks to slow down. `refused_key`: nothing works until a setting is mended.
 * `unreachable`: try later. `rejected`: the API does not take the request. `declined`: the model
 * does not want to write this. `unusable`: its answer cannot be read, or its text cannot be sent.
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
  /** The wait that the API asked for; null when it gave none. */
  readonly afterMs: number | null;

  constructor(kind: TextModelFaultKind, detail: string, afterMs: number | null = null) {
    super(detail);
    this.kind = kind;
    this.afterMs = afterMs;
  }
}
