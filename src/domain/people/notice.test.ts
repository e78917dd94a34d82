import { expect, it } from 'vitest';
import { type NoticeEvent, noticeText, usualNoticeKinds } from './notice.ts';

const event = (kind: string, more: Partial<NoticeEvent> = {}): NoticeEvent => ({
  ...{ seq: 1, kind, reason: null, text: null, sender: null },
  ...{ campaign: 'Spring', person: 'Eva Müller' },
  ...more,
});

it('a notice says what happened in a line each, with names', () => {
  const events = [
    event('message.sent'),
    event('prospect.replied'),
    event('campaign.paused', { reason: 'bounce_rate' }),
    event('sender.suspended', { sender: 'ann@acme.test', reason: 'the login was refused' }),
  ];
  expect(noticeText(events, usualNoticeKinds)).toBe(
    'Eva Müller replied in "Spring".\n"Spring" is paused: bounce_rate.\n' +
      'The sender ann@acme.test needs you: the login was refused.',
  );
});

it('a notice of many events is bounded, and one of none is not sent', () => {
  const many = Array.from({ length: 100 }, () => event('prospect.replied'));
  expect(noticeText(many, usualNoticeKinds)!.split('\n')).toHaveLength(16);
  expect(noticeText([event('message.sent')], usualNoticeKinds)).toBeNull();
});

it.each(['<!channel>', '<https://evil.test|Click>', '& <b>', 'a\nb'])(
  'a person called %j cannot mention or link anybody',
  (person) => {
    const text = noticeText([event('prospect.replied', { person })], usualNoticeKinds)!;
    expect(text).not.toMatch(/[<>\n]/);
  },
);
