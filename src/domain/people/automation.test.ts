import { describe, expect, it } from 'vitest';
import { actionProblem, type Happening, meaningsOf } from './automation.ts';

const at = new Date('2026-03-02T09:00:00Z');
const later = new Date('2026-03-03T09:00:00Z');
const sent: Happening = {
  kind: 'message.sent',
  at,
  dryRun: false,
  lastTouch: false,
  status: 'sent',
  contactedAt: at,
  endedAt: null,
};

describe('what an entry of the log means', () => {
  const table: [string, Happening, string[]][] = [
    ['the first touch contacts', sent, ['contacted']],
    ['so does one nobody can tell of', { ...sent, kind: 'message.unknown' }, ['contacted']],
    ['a later one does not', { ...sent, at: later }, []],
    [
      'the last touch completes',
      { ...sent, at: later, lastTouch: true, status: 'completed', endedAt: later },
      ['completed'],
    ],
    [
      'the only touch does both',
      { ...sent, lastTouch: true, status: 'completed', endedAt: at },
      ['contacted', 'completed'],
    ],
    [
      'it completes though a reply has come since',
      { ...sent, lastTouch: true, status: 'replied', endedAt: later },
      ['contacted', 'completed'],
    ],
    [
      'not for whom a reply had ended before',
      { ...sent, at: later, lastTouch: true, status: 'replied', endedAt: at },
      [],
    ],
    ['a reply', { ...sent, kind: 'prospect.replied', at: later }, ['replied']],
    [
      'an acceptance',
      { ...sent, kind: 'prospect.connected', at: later, status: 'connected' },
      ['connected'],
    ],
    [
      'an acceptance that was all',
      { ...sent, kind: 'prospect.connected', at: later, status: 'completed', endedAt: later },
      ['connected', 'completed'],
    ],
    ['a dry run means nothing', { ...sent, dryRun: true }, []],
    ['other events mean nothing', { ...sent, kind: 'prospect.paused' }, []],
  ];
  it.each(table)('%s', (_name, happening, meanings) => {
    expect(meaningsOf(happening)).toEqual(meanings);
  });
});

it('an action has the field it needs, and no other', () => {
  expect(actionProblem({ action: 'set_status', status_id: 'x' })).toBeNull();
  expect(actionProblem({ action: 'stop_in_other_campaigns' })).toBeNull();
  expect(actionProblem({ action: 'notify' })).toMatchObject({ field: 'text' });
  expect(actionProblem({ action: 'add_tag', tag_id: 'x', list_id: 'y' })).toMatchObject({
    field: 'list_id',
  });
});
