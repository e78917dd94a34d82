import { normaliseHours } from '../../src/domain/hours/schedule.ts';
import type {
  CampaignFacts,
  FollowUp,
  LaneFacts,
  SenderLimits,
} from '../../src/domain/sending/lane-facts.ts';
import { hourMs, minuteMs } from '../../src/domain/time.ts';

/** A Monday, 09:00 in UTC. */
export const monday9 = Date.parse('2026-03-02T09:00:00Z');
export const alwaysOpen = { timeZone: 'UTC', hours: null };
/** Monday and Tuesday from nine to five, in UTC. */
export const nineToFive = {
  timeZone: 'UTC',
  hours: normaliseHours({ mon: { start: 540, end: 1020 }, tue: { start: 540, end: 1020 } }),
};

/** A campaign without limits, always open, with prospects in its pool before an email. */
export function campaignFacts(facts: Partial<CampaignFacts> = {}): CampaignFacts {
  return {
    campaignId: 'c1',
    schedule: alwaysOpen,
    local: new Map(),
    dailyLimit: null,
    sentToday: 0,
    accountLimit: null,
    sentTodayBySender: 0,
    senders: 1,
    followUps: [],
    pauses: [],
    poolFrom: 0,
    poolTouch: 'email',
    poolZones: [''],
    ...facts,
  };
}

/** A follow-up that was due an hour before `monday9`, after a delay of two hours. */
export const dueFollowUp: FollowUp = {
  nodeId: 'n2',
  touch: 'email',
  waitMs: 2 * hourMs,
  anchorAt: monday9 - 3 * hourMs,
  zone: '',
};

/** 30 touches a calendar day and no other limit. */
export const limits30: SenderLimits = {
  perDay: 30,
  day: 'calendar',
  perHour: null,
  perWeek: {},
  rampUp: null,
};

/** An active sender that has not sent yet, with `limits30`, a gap of a minute and one campaign. */
export function laneFacts(facts: Partial<LaneFacts> = {}): LaneFacts {
  return {
    senderId: 's1',
    status: 'active',
    timeZone: 'UTC',
    limits: limits30,
    sentToday: 0,
    usage: [],
    minGapMs: minuteMs,
    lastAt: null,
    campaigns: [campaignFacts()],
    ...facts,
  };
}
