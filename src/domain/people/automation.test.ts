import { describe, expect, it } from 'vitest';
import { actionProblem, type LoggedEvent, meaningsOf } from './automation.ts';

const at = new Date('2026-03-02T09:00:00Z');
const later = new Date('2026-03-03T09:00:00Z');
const sent: LoggedEvent = {
  kind: 'message.sent',
  at,
  dryRun: false,
  lastTouch: false,
  status: 'sent',
  contactedAt: at,
  endedAt: null,
};

describe('an event of the log', () => {
  const table: [string, LoggedEvent, string[]][] = [
    ['contacts when it is the first touch', sent, ['contacted']],
    [
      'contacts when the first touch may have gone out',
      { ...sent, kind: 'message.unknown' },
      ['contacted'],
    ],
    ['does nothing when it is a later touch', { ...sent, at: later }, []],
    [
      'completes when it is the last touch',
      { ...sent, at: later, lastTouch: true, status: 'completed', endedAt: later },
      ['completed'],
    ],
    [
      'contacts and completes when it is the only touch',
      { ...sent, lastTouch: true, status: 'completed', endedAt: at },
      ['contacted', 'completed'],
    ],
    [
      'completes when a reply came after the last touch',
      { ...sent, lastTouch: true, status: 'replied', endedAt: later },
      ['contacted', 'completed'],
    ],
    [
      'does nothing when a reply came before the last touch',
      { ...sent, at: later, lastTouch: true, status: 'replied', endedAt: at },
      [],
    ],
    ['replies when it is a reply', { ...sent, kind: 'prospect.replied', at: later }, ['replied']],
    [
      'connects when it is an acceptance',
      { ...sent, kind: 'prospect.connected', at: later, status: 'connected' },
      ['connected'],
    ],
    [
      'connects and completes when no touch comes after the acceptance',
      { ...sent, kind: 'prospect.connected', at: later, status: 'completed', endedAt: later },
      ['connected', 'completed'],
    ],
    ['does nothing in a dry run', { ...sent, dryRun: true }, []],
    ['does nothing when it is of another kind', { ...sent, kind: 'prospect.paused' }, []],
  ];
  it.each(table)('%s', (_name, happening, meanings) => {
    expect(meaningsOf(happening)).toEqual(meanings);
  });
});

it('an action is refused without the field it needs, or with another', () => {
  expect(actionProblem({ action: 'set_status', status_id: 'x' })).toBeNull();
  expect(actionProblem({ action: 'stop_in_other_campaigns' })).toBeNull();
  expect(actionProblem({ action: 'notify' })).toMatchObject({ field: 'text' });
  expect(actionProblem({ action: 'add_tag', tag_id: 'x', list_id: 'y' })).toMatchObject({
    field: 'list_id',
  });
});
