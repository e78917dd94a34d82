import { expect, it } from 'vitest';
import { languageOf, languages } from './unsubscribe-words.ts';

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['en;q=0.5, fr', 'fr'],
  ['ja, pl;q=0.1', 'pl'],
  ['fr;q=0, es;q=0.2', 'es'],
  ['no', 'nb'],
  ['constructor', 'en'],
])('for %j the page is in %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});

it('every language names the sender once', () => {
  for (const { question } of Object.values(languages)) expect(question.split('%')).toHaveLength(2);
});
