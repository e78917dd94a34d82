import { expect, test } from 'vitest';
import { dayMs, hourMs } from '../time.ts';
import { drawScript, usualHabits, withScript } from './habits.ts';
import { readScript } from './scripted-address.ts';

const draw = (seed: string, n: number, habits = usualHabits) =>
  Array.from({ length: n }, (_, i) => drawScript(habits, { seed, person: `p${i}`, invited: true }));
const shareOf = (scripts: string[][], word: string) =>
  scripts.filter((words) => words.some((one) => one.startsWith(word))).length / scripts.length;

test('habits are drawn in their shares, the same by the same seed', () => {
  const scripts = draw('a', 20_000);
  expect(shareOf(scripts, 'reply')).toBeCloseTo(0.05, 2);
  expect(shareOf(scripts, 'bounce')).toBeCloseTo(0.02, 2);
  expect(shareOf(scripts, 'ooo')).toBeCloseTo(0.03, 2);
  expect(shareOf(scripts, 'unsubscribe')).toBeCloseTo(0.01, 2);
  expect(shareOf(scripts, 'accept')).toBeCloseTo(0.4, 1);
  expect(draw('a', 50)).toEqual(scripts.slice(0, 50));
  expect(draw('b', 50)).not.toEqual(scripts.slice(0, 50));
});

const everybody = { ...usualHabits, reply: { share: 1, within_days: 2 } };

test.each([
  ['eva@people.test', 'email'],
  ['eva+bounce@people.test', 'email'],
  ['https://www.linkedin.com/in/eva', 'message'],
  ['eva_klein', 'message'],
])('%s answers as it was drawn, whatever its own words', (name, touch) => {
  for (const words of draw('a', 50, everybody)) {
    const act = readScript(withScript(name, words.slice(-1)), touch);
    expect(act).toMatchObject({ act: 'reply' });
    expect(act!.afterMs).toBeGreaterThanOrEqual(hourMs);
    expect(act!.afterMs).toBeLessThanOrEqual(2 * dayMs);
  }
});

test('nobody answers without habits', () => {
  const none = { share: 0, within_days: 1 };
  const habits = {
    reply: none,
    unsubscribe: none,
    bounce: none,
    out_of_office: { share: 0, days: 1 },
    accept: none,
  };
  for (const words of draw('a', 50, habits)) {
    expect(readScript(withScript('eva+reply@people.test', words), 'email')).toBeNull();
    expect(readScript(withScript('/in/eva', words), 'connection_request')).toBeNull();
  }
});
