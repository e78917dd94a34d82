import { expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { deleteCampaign } from '../../../src/operations/campaigns/delete.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { validateCampaign } from '../../../src/operations/campaigns/validate.ts';
import { explainOneProspect } from '../../../src/operations/explanations/prospect.ts';
import { showForecast } from '../../../src/operations/forecasts/show.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { markReplied } from '../../../src/operations/roster/mark-replied.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import {
  delayHours,
  draftCampaign,
  followUp,
  hello,
  launchEmailCampaign,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { mailsByRecipient, openEmailFixture } from '../../fixtures/email.ts';

const t = await openEmailFixture();
const { call } = t;
let serial = 0;

const person = (name: string, fields: object = {}) => ({
  email: `${name}@people.test`,
  first_name: name,
  ...fields,
});

async function launch(people: readonly object[], settings: object = {}) {
  serial += 1;
  const sender = await addMailbox(t, {
    address: `s${serial}@sender.test`,
    smtp: t.sink,
    dailyLimit: 500,
    minGapSeconds: 1,
  });
  return launchEmailCampaign(t, {
    name: `Campaign ${serial}`,
    senders: [sender],
    nodes: [hello, delayHours(24), followUp],
    people,
    settings,
  });
}

const roster = async (id: string) => {
  const { prospects } = await call(listRoster, { id });
  return Object.fromEntries(prospects.map((one) => [one.first_name, one]));
};
const reply = async (id: string, name: string) =>
  call(markReplied, { id, prospectId: (await roster(id))[name]!.id });
const mailsTo = (name: string) => mailsByRecipient(t)[`${name}@people.test`] ?? 0;

test('somebody who replied to one campaign is told of and skipped in the next', async () => {
  await reply(await launch([person('ann')]), 'ann');
  const closed = { operating_hours: { '1': { start: 600, end: 601 } }, timezone: 'UTC' };
  const id = await launch([person('ann'), person('bob')], closed);
  const { ann } = await roster(id);
  expect(ann).toMatchObject({ because: 'replied_elsewhere', expected_at: null });
  const explained = await call(explainOneProspect, { id, prospectId: ann!.id });
  expect(explained.binding).toMatchObject({
    code: 'replied_elsewhere',
    words: 'The person replied in another campaign and will be skipped.',
  });
  expect(await call(showForecast, { id })).toMatchObject({
    sends: 2,
    people: { reached: 1, will_be_skipped: 1 },
  });
  await t.runFor(15 * dayMs);
  const { ann: later, bob } = await roster(id);
  expect(later).toMatchObject({ status: 'skipped', end_reason: 'replied in another campaign' });
  expect([bob!.status, mailsTo('ann'), mailsTo('bob')]).toEqual(['completed', 0, 2]);
});

test('a reply to one campaign ends the follow-ups of another that runs already', async () => {
  const first = await launch([person('eve')]);
  const second = await launch([person('eve')]);
  await t.runFor(2 * hourMs);
  expect(mailsTo('eve')).toBe(2);
  await reply(first, 'eve');
  expect((await roster(second)).eve).toMatchObject({ because: 'replied_elsewhere' });
  await t.runFor(2 * dayMs);
  expect(mailsTo('eve')).toBe(2);
  expect((await roster(second)).eve).toMatchObject({
    status: 'skipped',
    end_reason: 'replied in another campaign',
  });
});

test('with exclude_replied false, and in the campaign itself, a reply stops nobody', async () => {
  const first = await launch([person('fay')], { stop_on_reply: false });
  await reply(await launch([person('gil')]), 'gil');
  const open = await launch([person('gil')], { exclude_replied: false });
  await t.db
    .updateTable('prospects')
    .set({ replied_at: t.clock.now() })
    .where('campaign_id', '=', first)
    .execute();
  await t.runFor(2 * dayMs);
  expect([mailsTo('fay'), mailsTo('gil')]).toEqual([2, 2]);
  expect((await roster(open)).gil).toMatchObject({ status: 'completed' });
});

test('a person is known by any identity, and after the campaign is deleted', async () => {
  const profile = { linkedin_url: 'https://www.linkedin.com/in/hal' };
  const gone = await launch([person('hal', profile), person('ida')]);
  await reply(gone, 'hal');
  await reply(gone, 'ida');
  const other = { ...person('hal', profile), email: 'hal@elsewhere.test' };
  const id = await launch([other, person('ida')]);
  expect((await roster(id)).hal).toMatchObject({ because: 'replied_elsewhere' });
  await call(deleteCampaign, { id: gone });
  expect((await roster(id)).ida).toMatchObject({ because: 'replied_elsewhere' });
  await t.runFor(2 * dayMs);
  expect(await roster(id)).toMatchObject({
    hal: { status: 'skipped' },
    ida: { status: 'skipped' },
  });
});

test('validate counts suppressed people, those who answered and those of others', async () => {
  const elsewhere = await launch([person('kim'), person('lea'), person('max')]);
  await reply(elsewhere, 'kim');
  await call(addSuppressions, {
    items: [
      { kind: 'email', value: 'ned@people.test', reason: 'asked' },
      { kind: 'domain', value: 'blocked.test', reason: 'asked' },
    ],
  });
  const people = ['kim', 'lea', 'max', 'ned', 'oda'].map((name) => person(name));
  const id = await draftCampaign(t, {
    name: 'Overlapping',
    senders: [await addMailbox(t, { address: 'over@sender.test', smtp: t.sink })],
    nodes: [hello],
    people: [...people, { email: 'pia@mail.blocked.test', first_name: 'pia' }],
  });
  const checked = await call(validateCampaign, { id });
  expect(checked.ready).toBe(true);
  const counts = Object.fromEntries(checked.findings.map(({ kind, count }) => [kind, count]));
  expect(counts).toEqual({ suppressed: 2, answered: 1, overlap: 2 });
  expect(checked.warnings.join('\n')).toMatch(/2 of 6 people are under way .* of both/);
  await call(updateCampaign, { id, skip_other_campaigns: true, exclude_replied: false });
  const { warnings } = await call(validateCampaign, { id });
  expect(warnings.join('\n')).toMatch(/written to all the same.*\n.*skip_other_campaigns\)/);
});

test('nothing goes out before the start date, and everything says so', async () => {
  const startsAt = new Date(t.clock.now().getTime() + 3 * dayMs);
  const id = await launch([person('quin')], { starts_at: startsAt.toISOString() });
  expect((await roster(id)).quin).toMatchObject({ because: 'start_date' });
  const { sends, days } = await call(showForecast, { id });
  expect(sends).toBe(2);
  expect(days[0]!.date).toBe(startsAt.toISOString().slice(0, 10));
  await t.runFor(3 * dayMs - hourMs);
  expect(mailsTo('quin')).toBe(0);
  await call(updateCampaign, { id, starts_at: null });
  await t.runFor(hourMs / 2);
  expect(mailsTo('quin')).toBe(1);
});
