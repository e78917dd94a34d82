import { oneOf } from '../phrases.ts';
import { personRows } from './tables/answers.ts';
import type { Meaning } from './tables/meaning.ts';
import { senderRows } from './tables/sender-answers.ts';

export const answerRows = [...personRows, ...senderRows];

/** Characters of an answer that are searched, because many patterns search them. */
const maxLength = 4_000;

const meanings = [...new Set(answerRows.map(({ means }) => means))].map(
  (means) =>
    [
      means,
      oneOf(answerRows.filter((one) => one.means === means).map(({ says }) => says)),
    ] as const,
);

/** The meanings that the words of a server's answer have (`tables/answers.ts`). */
export function meaningsOf(answer: string): Set<Meaning> {
  const words = answer.slice(0, maxLength).replace(/\s+/g, ' ');
  return new Set(meanings.flatMap(([means, pattern]) => (pattern.test(words) ? [means] : [])));
}
