import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { hostileMails } from '../../../test/factories/hostile-mails.ts';
import { measureLoad } from '../../../test/fixtures/event-loop.ts';
import { Parser } from './parser.ts';

const where = { sourceKey: 'x', receivedAt: new Date('2026-03-02T09:00:00Z') };
const plain = Buffer.from('From: ann@people.test\r\nSubject: Re: Hello\r\n\r\nSounds good.\r\n');
const parser = new Parser();
afterAll(() => parser.close());

test('a mail is parsed in a thread as it would be here', async () => {
  expect(await parser.parse(plain, where)).toMatchObject({
    ...where,
    from: 'ann@people.test',
    subject: 'Re: Hello',
    text: expect.stringMatching(/^Sounds good\./),
  });
});

describe('a mail made to cost much', () => {
  test.each(Object.entries(hostileMails))(
    'holds nobody else up, and the mail after it is read: %s',
    async (_name, source) => {
      const stop = measureLoad();
      const received = await parser.parse(source, where);
      const { turnMs, heapBytes } = stop();
      expect(received.from).toBe('bob@people.test');
      expect(turnMs).toBeLessThan(300);
      expect(heapBytes).toBeLessThan(64 * 1024 * 1024);
      expect((await parser.parse(plain, where)).from).toBe('ann@people.test');
    },
  );
});

test.each([
  ['time', { ms: 1, memoryMb: 192 }],
  ['memory', { ms: 60_000, memoryMb: 8 }],
])('a mail that takes too much %s is read by its beginning alone', async (_what, limits) => {
  const small = new Parser(limits);
  onTestFinished(() => small.close());
  await small.parse(plain, where);
  const head = 'From: bob@people.test\r\nSubject: Re: Hello\r\nContent-Type: text/html\r\n\r\n';
  const source = Buffer.from(`${head}<p>First</p>${'<b></b>'.repeat(30_000)}<p>Last</p>`);
  const whole = await parser.parse(source, where);
  expect(whole.text).toContain('First');
  expect(whole.text).toContain('Last');
  const beginning = await small.parse(source, where);
  expect(beginning).toMatchObject({ from: 'bob@people.test', subject: 'Re: Hello' });
  expect(beginning.text).toContain('First');
  expect(beginning.text).not.toContain('Last');
});

test('many mails at once are all parsed', async () => {
  const all = await Promise.all(Array.from({ length: 50 }, () => parser.parse(plain, where)));
  expect(all.map(({ from }) => from)).toEqual(all.map(() => 'ann@people.test'));
});

test('closing ends what is under way with an error, so that no mail is half read', async () => {
  const closed = new Parser();
  const parsing = closed.parse(plain, where);
  await Promise.all([expect(parsing).rejects.toThrow('closed'), closed.close()]);
  expect((await closed.parse(plain, where)).from).toBe('ann@people.test');
  await closed.close();
});
