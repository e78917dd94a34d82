import { choose } from '../texts/render.ts';
import { variationsOf } from '../texts/segment.ts';
import { seedOf } from './message.ts';
import { draftOf, type SequenceNode } from './sequence.ts';

/** One wording of a variation: where it stands, and what it says. `variation` counts from 1 within its text. */
export type Wording = {
  nodeId: string;
  text: 'subject' | 'body';
  variation: number;
  wording: string;
};
/** How often it went out, and after how many of these the person replied before another touch. */
export type WordingCount = Wording & { current: boolean; sent: number; replied: number };

type Variation = { text: Wording['text']; variation: number; wordings: readonly string[] };

/** The variations of a touch, as its texts are now. */
export function variationsIn(asked: SequenceNode): Variation[] {
  const node = draftOf(asked)?.node ?? asked;
  const texts = { subject: node.subject, body: node.include_message === false ? null : node.body };
  return (['subject', 'body'] as const).flatMap((text) =>
    variationsOf(texts[text] ?? '').map((wordings, at) => ({ text, variation: at + 1, wordings })),
  );
}

/** What somebody gets, or got, of a touch with these variations. */
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
      wording: wordings[choose(seed, variation - 1, wordings.length)]!,
    };
  });
}

/** Counts of wordings, those of the present sequence first and in its order. */
export class WordingCounts {
  readonly #counts = new Map<string, WordingCount>();

  constructor(current: readonly SequenceNode[]) {
    for (const node of current) {
      for (const { text, variation, wordings } of variationsIn(node)) {
        for (const wording of wordings)
          this.#of({ nodeId: node.id, text, variation, wording }, true);
      }
    }
  }

  add(wording: Wording, replied: boolean): void {
    const count = this.#of(wording, false);
    count.sent += 1;
    if (replied) count.replied += 1;
  }

  list(): WordingCount[] {
    return [...this.#counts.values()];
  }

  #of(wording: Wording, current: boolean): WordingCount {
    const key = JSON.stringify([wording.nodeId, wording.text, wording.variation, wording.wording]);
    const count = this.#counts.get(key) ?? { ...wording, current, sent: 0, replied: 0 };
    this.#counts.set(key, count);
    return count;
  }
}
