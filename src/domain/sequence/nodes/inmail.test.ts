import { expect, it } from 'vitest';
import { seedSequence } from '../sequence.ts';
import { inmail } from './inmail.ts';

it("an InMail's subject has at most 200 characters", () => {
  const [seeded] = seedSequence('linkedin', () => 'id');
  const node = { ...seeded!, type: 'inmail', body: 'Hi' };
  expect(inmail.problems({ ...node, subject: 's'.repeat(200) })).toEqual([]);
  expect(inmail.problems({ ...node, subject: 's'.repeat(201) })).toMatchObject([
    { field: 'subject', code: 'too_long' },
  ]);
});
