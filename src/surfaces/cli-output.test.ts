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

  it('has every column where nobody looks at it', () => {
    expect(table([row])).toBe(
      'id  name    status  enabled  stats            timezone\n1   Spring  active  true     total 3, sent 1  Europe/Berlin\n',
    );
  });

  it('fits the terminal: columns go from the right, figures last, and it says which', () => {
    expect(table({ campaigns: [row], total: 1 }, 40)).toBe(
      'id  name    status  stats\n1   Spring  active  total 3, sent 1\n(2 more columns, which --format json shows: enabled, timezone)\n',
    );
    for (const line of table([row], 40).split('\n').slice(0, 2))
      expect(line.length).toBeLessThanOrEqual(40);
    expect(table([row], 5)).toMatch(/^id {2}name\n/);
  });

  it('never cuts a link that somebody has to open', () => {
    const url = `https://x.example/authorize?state=${'a'.repeat(300)}`;
    expect(table({ url, expires_at: 'soon' })).toBe(`url         ${url}\nexpires_at  soon\n`);
    expect(table({ note: 'word '.repeat(100), n: 1 })).toMatch(/^note {2}.{199}…\n/);
  });

  it('rounds what nobody reads to its end', () =>
    expect(table({ rate: 1 / 3, n: 12_345 })).toBe('rate  0.3333\nn     12345\n'));

  it('shows sentences one a line', () => {
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

  it('is said once when there is one', () => {
    const body = {
      ...problem,
      detail: 'The campaign has no senders.',
      errors: [{ pointer: '/senders', message: 'The campaign has no senders.' }],
    };
    expect(formatProblem(400, body)).toBe(
      'error: The campaign has no senders. (campaign.not_launchable)\nhint: Mend it.\n',
    );
  });

  it('is a list when there are several', () => {
    const errors = ['No senders.', 'No people.'].map((message, n) => ({
      pointer: `/${n}`,
      message,
    }));
    expect(formatProblem(400, { ...problem, detail: 'No senders. No people.', errors })).toBe(
      'error: The campaign cannot be launched yet. (campaign.not_launchable)\n  /0: No senders.\n  /1: No people.\nhint: Mend it.\n',
    );
  });
});

describe('what somebody else wrote', () => {
  const steering = '\u001b]0;x\u0007\u009b2J\u007f';
  const controls = /[^\P{Cc}\n]/u;

  it.each(formats.filter((format) => format !== 'raw'))(
    'does not steer the terminal (%s)',
    (format) => {
      const body = {
        leads: [{ id: '1', name: `Eve ${steering}`, [steering]: { a: steering } }],
        words: [`${steering}.`],
      };
      const shown = formatReply(format, { text: JSON.stringify(body), body });
      expect(shown).not.toMatch(controls);
      if (format !== 'table') expect(JSON.parse(shown)).toEqual(body);
    },
  );

  it('nor does it in a failure', () => {
    const failure = {
      detail: `No ${steering}`,
      code: 'x',
      errors: [{ pointer: `/${steering}`, message: steering }],
    };
    expect(formatProblem(400, failure)).not.toMatch(controls);
  });
});
