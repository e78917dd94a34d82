import { foldPhrase } from '../phrases.ts';
import { bannerRows, letterRows } from './tables/letters.ts';

/** Phrases as a whole line; `…` stands for up to three words. */
function wholeOf(lists: readonly string[]): RegExp {
  const phrases = lists.flatMap((list) => list.split('|'));
  const patterns = phrases.map((one) =>
    one.endsWith('…') ? `${foldPhrase(one)}( \\S+){0,3}` : foldPhrase(one),
  );
  return new RegExp(`^(${patterns.join('|')})$`, 'u');
}

/** A folded sentence that says nothing yet, such as a greeting. */
export const greeting = wholeOf(letterRows.map(({ openings }) => openings));

/** A folded line with which people close a letter; their signature follows. */
export const closing = wholeOf(letterRows.map(({ closings }) => closings));

/** A line that a gateway or a ticket system puts above the writer's words. */
export const banner = new RegExp(
  `^(${bannerRows.map(({ begins }) => begins.source).join('|')})`,
  'i',
);
