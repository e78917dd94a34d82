import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { trial } from './text.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'postrider-trial-'));
afterAll(() => rmSync(folder, { recursive: true }));

const attempt = async (given: object) => {
  const file = path.join(folder, 'text.json');
  writeFileSync(file, JSON.stringify(given));
  return trial([file]);
};

it('a text is tried as a launch checks it and a person reads it', async () => {
  const tried = await attempt({
    subject: 'Hi %first_name%',
    body: 'See https://example.net/?c=%custom_fields.City%',
    person: { email: 'z@example.net', first_name: 'Zoë', custom_fields: { city: 'Bad Homburg' } },
  });
  const url = 'https://example.net/?c=Bad%20Homburg';
  expect(tried).toEqual([
    {
      problems: [],
      warnings: [],
      subject: 'Hi Zoë',
      text: `See ${url}`,
      html: `<p dir="auto">See <a href="${url}">${url}</a></p>`,
    },
  ]);
});

it('each text of a list is tried, and a person who would be held is named', async () => {
  expect(
    await attempt({ bodies: ['Hi *|FNAME|*', 'Hi [Name]', 'Hi %company%'], person: {} }),
  ).toEqual([
    expect.objectContaining({ problems: [expect.stringContaining('%first_name%')] }),
    expect.objectContaining({ warnings: [expect.stringContaining('%name%')] }),
    expect.objectContaining({ warnings: [expect.stringContaining('company')], text: null }),
  ]);
});
