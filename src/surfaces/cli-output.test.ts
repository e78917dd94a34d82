import { describe, expect, it } from 'vitest';
import { formatProblem, formatReply, formats } from './cli-output.ts';

const table = (body: unknown, columns?: number) =>
  formatReply('table', { text: '', body }, columns);

describe('a table', () => {
  const row = {
    id: '1',
    name: 'Spring',
    status: 'active',
    enabled: true,
    stats: { total: 3, sent: 1 },
    timezone: 'Europe/Berlin',
  };

  it('has every column without a terminal', () => {
    expect(table([row]).split('\n')).toEqual([
      'id  name    status  enabled  stats            timezone',
      '1   Spring  active  true     total 3, sent 1  Europe/Berlin',
      '',
    ]);
  });

  it('hides columns from the right to fit the terminal, figures last', () => {
    expect(table({ campaigns: [row], total: 1 }, 40).split('\n')).toEqual([
      'id  name    status  stats',
      '1   Spring  active  total 3, sent 1',
      '(2 more columns, which --format json shows: enabled, timezone)',
      '',
    ]);
    for (const line of table([row], 40).split('\n').slice(0, 2))
      expect(line.length).toBeLessThanOrEqual(40);
    expect(table([row], 5)).toMatch(/^id {2}name\n/);
  });

  it('never cuts a link', () => {
    const url = `https://x.example/authorize?state=${'a'.repeat(300)}`;
    expect(table({ url, expires_at: 'soon' })).toBe(`url         ${url}\nexpires_at  soon\n`);
    expect(table({ note: 'word '.repeat(100), n: 1 })).toMatch(/^note {2}.{199}…\n/);
  });

  it('rounds fractions to four digits', () =>
    expect(table({ rate: 1 / 3, n: 12_345 })).toBe('rate  0.3333\nn     12345\n'));

  it('shows sentences on a line each', () => {
    const assumptions = [
      'Nobody replies, unsubscribes or bounces, and nobody is suppressed.',
      'Every active sender stays well, and other campaigns run on.',
    ];
    expect(table({ starts_at: 'now', assumptions, more: 1 })).toBe(
      `starts_at  now\nmore       1\n\nassumptions\n${assumptions.join('\n')}\n`,
    );
  });
});

describe('a problem', () => {
  const problem = {
    title: 'The campaign cannot be launched yet.',
    code: 'campaign.not_launchable',
    hint: 'Mend it.',
  };

  it('with one error is shown once', () => {
    const body = {
      ...problem,
      detail: 'The campaign has no senders.',
      errors: [{ pointer: '/senders', message: 'The campaign has no senders.' }],
    };
    expect(formatProblem(400, body)).toBe(
      'error: The campaign has no senders. (campaign.not_launchable)\nhint: Mend it.\n',
    );
  });

  it('with several errors is a list', () => {
    const errors = ['No senders.', 'No people.'].map((message, n) => ({
      pointer: `/${n}`,
      message,
    }));
    const lines = [
      'error: The campaign cannot be launched yet. (campaign.not_launchable)',
      '  /0: No senders.',
      '  /1: No people.',
      'hint: Mend it.',
      '',
    ];
    const body = { ...problem, detail: 'No senders. No people.', errors };
    expect(formatProblem(400, body)).toBe(lines.join('\n'));
  });
});

describe('a text of another person', () => {
  const escapes = '\u001b]0;x\u0007\u009b2J\u007f';
  const controls = /[^\P{Cc}\n]/u;

  it.each(formats.filter((format) => format !== 'raw'))(
    'cannot control the terminal (%s)',
    (format) => {
      const body = {
        leads: [{ id: '1', name: `Eve ${escapes}`, [escapes]: { a: escapes } }],
        words: [`${escapes}.`],
      };
      const shown = formatReply(format, { text: JSON.stringify(body), body });
      expect(shown).not.toMatch(controls);
      if (format !== 'table') expect(JSON.parse(shown)).toEqual(body);
    },
  );

  it('cannot control the terminal in a failure', () => {
    const failure = {
      detail: `No ${escapes}`,
      code: 'x',
      errors: [{ pointer: `/${escapes}`, message: escapes }],
    };
    expect(formatProblem(400, failure)).not.toMatch(controls);
  });
});
