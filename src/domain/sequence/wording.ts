import { pickWording } from '../texts/render.ts';
import { variationsOf } from '../texts/segment.ts';
import { seedOf } from './message.ts';
import type { SequenceNode } from './nodes/node.ts';
import { draftOf } from './touches.ts';

/** One wording of a variation. `variation` counts from 1 within its text. */
export type Wording = {
  nodeId: string;
  text: 'subject' | 'body';
  variation: number;
  wording: string;
};
/** The use of a wording. */
export type WordingCount = Wording & {
  /** The present sequence has the wording. */
  current: boolean;
  sent: number;
  /** How many prospects replied to it, before another touch. */
  replied: number;
};

type Variation = { text: Wording['text']; variation: number; wordings: readonly string[] };

/** The variations in the texts of a node's touch. */
export function variationsIn(original: SequenceNode): Variation[] {
  const node = draftOf(original)?.node ?? original;
  const texts = { subject: node.subject, body: node.include_message === false ? null : node.body };
  return (['subject', 'body'] as const).flatMap((text) =>
    variationsOf(texts[text] ?? '').map((wordings, at) => ({ text, variation: at + 1, wordings })),
  );
}

/** The wordings that a prospect gets, or got, of a touch with these variations. */
export function wordingsFor(
  nodeId: string,
  variations: readonly Variation[],
  prospectId: string,
): Wording[] {
  return variations.map(({ text, variation, wordings }) => {
    const seed = seedOf({ node: { id: nodeId }, prospect: { id: prospectId } }, text);
    return {
      nodeId,
      text,
      variation,
      wording: wordings[pickWording(seed, variation - 1, wordings.length)]!,
    };
  });
}

/** Counts of wordings: first those of the present sequence, in its order. */
export class WordingCounts {
  readonly #counts = new Map<string, WordingCount>();

  constructor(current: readonly SequenceNode[]) {
    for (const node of current) {
      for (const { text, variation, wordings } of variationsIn(node)) {
        for (const wording of wordings)
          this.#countOf({ nodeId: node.id, text, variation, wording }, { current: true });
      }
    }
  }

  add(wording: Wording, { replied }: { replied: boolean }): void {
    const count = this.#countOf(wording, { current: false });
    count.sent += 1;
    if (replied) count.replied += 1;
  }

  list(): WordingCount[] {
    return [...this.#counts.values()];
  }

  #countOf(wording: Wording, { current }: { current: boolean }): WordingCount {
    const key = JSON.stringify([wording.nodeId, wording.text, wording.variation, wording.wording]);
    const count = this.#counts.get(key) ?? { ...wording, current, sent: 0, replied: 0 };
    this.#counts.set(key, count);
    return count;
  }
}
