import { expect, test } from 'vitest';
import { answerRows, meaningsOf } from './answer-words.ts';

test.each(answerRows)('"$example" is about: $means', ({ means, says, example, source }) => {
  expect(new RegExp(says.source, 'i').test(example)).toBe(true);
  expect([...meaningsOf(example)]).toContain(means);
  expect(source).not.toBe('');
});
