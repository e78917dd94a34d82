import { expect, it } from 'vitest';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { listWordings } from '../../../src/operations/campaigns/wordings.ts';
import { generateMessages } from '../../../src/operations/messages/generate.ts';
import { listMessages } from '../../../src/operations/messages/list.ts';
import { updateMessage } from '../../../src/operations/messages/update.ts';
import { createRevision } from '../../../src/operations/revisions/create.ts';
import { listRevisions } from '../../../src/operations/revisions/list.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { advanceTo, launchIn, makeSenders, openSandboxFixture } from '../../fixtures/sandbox.ts';

const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
const { call, fail } = fixture;

const first = { type: 'email', subject: '%pick%Hi%or%Hello %first_name|there%%end%', body: 'One.' };
const second = {
  type: 'email',
  is_reply: true,
  body: '%pick%Ping%or%Nudge%or%Bump%end% %pick%a%or%b%end%',
};
const delay = { type: 'delay', delay_days: 2 };

/** Wordings as `text wording: sent/replied`. */
const wordingsOf = async (id: string, current = true) =>
  (await call(listWordings, { id })).wordings
    .filter((one) => one.current === current)
    .map(
      ({ text, variation, wording, sent, replied }) =>
        `${text} ${variation} ${wording}: ${sent}/${replied}`,
    );

it('each wording shows its sends and replies, also after the sequence changed', async () => {
  // Replies after two hours answer the first mail, those after three days the second.
  const people = Array.from({ length: 60 }, (_, n) => {
    const script = ['+reply-2h', '+reply-3d'][n % 4] ?? '';
    return { email: `p${n}${script}@people.test`, first_name: `P${n}` };
  });
  const senders = await makeSenders(fixture, { name: 'wordings', dailyLimit: 200 }, 2);
  const { id } = (
    await call(createCampaign, {
      type: 'email',
      name: 'Wordings',
      sender_account_ids: senders,
      daily_limit: 200,
    })
  ).campaign;
  await call(updateCampaign, { id, sequence_nodes: [first, delay, second, { type: 'end' }] });
  await call(addProspects, { id, prospects: people });
  expect(await wordingsOf(id)).toEqual([
    'subject 1 Hi: 0/0',
    'subject 1 Hello %first_name|there%: 0/0',
    ...['Ping', 'Nudge', 'Bump'].map((wording) => `body 1 ${wording}: 0/0`),
    ...['a', 'b'].map((wording) => `body 2 ${wording}: 0/0`),
  ]);
  await call(generateMessages, { id });
  const edited = (await call(listMessages, { id })).messages[0]!;
  await call(updateMessage, {
    id,
    message_id: edited.id,
    subject: 'By hand',
    body_text: 'By hand',
  });
  await call(launchCampaign, { id });
  await advanceTo(fixture, '2026-03-04T08:00:00Z');
  const { sequence_nodes: nodes } = await call(getCampaign, { id });
  const changed = nodes.map((node) =>
    node.type === 'email' && !node.is_reply ? { ...node, subject: '%pick%Hi%or%Hey%end%' } : node,
  );
  await call(createRevision, { id, sequence_nodes: changed });
  await advanceTo(fixture, '2026-03-12T09:00:00Z');

  const { messages } = await call(listMessages, { id, status: 'sent' });
  const email = new Map(
    (await call(listRoster, { id, limit: 200 })).prospects.map((one) => [one.id, one.email!]),
  );
  const count = (sent: (typeof messages)[number][], script: string) => {
    const replied = sent.filter(({ prospect_id }) => email.get(prospect_id)!.includes(script));
    return `${sent.length}/${replied.length}`;
  };
  const own = messages.filter((one) => one.id !== edited.id);
  const opening = own.filter(({ body_text }) => body_text?.startsWith('One.'));
  const following = own.filter((one) => !opening.includes(one));
  const hi = opening.filter(({ subject }) => subject === 'Hi');
  const hello = opening.filter(({ subject }) => subject?.startsWith('Hello'));
  expect([hi.length, hello.length].every((n) => n > 10)).toBe(true);
  expect(hi.length + hello.length).toBe(59);
  expect(await wordingsOf(id)).toEqual([
    `subject 1 Hi: ${count(hi, '+reply-2h')}`,
    'subject 1 Hey: 0/0',
    ...['Ping', 'Nudge', 'Bump'].map((word) => {
      return `body 1 ${word}: ${count(
        following.filter(({ body_text }) => body_text!.startsWith(word)),
        '+reply-3d',
      )}`;
    }),
    ...['a', 'b'].map((letter) => {
      return `body 2 ${letter}: ${count(
        following.filter(({ body_text }) => body_text!.trimEnd().endsWith(` ${letter}`)),
        '+reply-3d',
      )}`;
    }),
  ]);
  expect(await wordingsOf(id, false)).toEqual([
    `subject 1 Hello %first_name|there%: ${count(hello, '+reply-2h')}`,
  ]);
  const rates = (await call(listWordings, { id })).wordings.map(({ sent, replied, reply_rate }) => [
    sent === 0 ? 0 : replied / sent,
    reply_rate,
  ]);
  for (const [expected, rate] of rates) expect(rate).toBe(expected);

  const [now, before] = [await wordingsOf(id), await wordingsOf(id, false)];
  await fixture.pool.query(
    `insert into sequences (workspace_id, campaign_id, revision, nodes, created_at)
    select workspace_id, campaign_id, revision + n, nodes,
      created_at + make_interval(days => 30 + n)
    from sequences cross join generate_series(1, 250) as n
    where campaign_id = $1 and revision = 2`,
    [id],
  );
  await fixture.pool.query('update campaigns set revision = 252 where id = $1', [id]);
  expect([await wordingsOf(id), await wordingsOf(id, false)]).toEqual([now, before]);

  const numbers: number[] = [];
  for (let cursor: number | null | undefined; cursor !== null; ) {
    const page = await call(listRevisions, { id, ...(cursor ? { cursor } : {}) });
    expect(page.revisions.length).toBeLessThanOrEqual(100);
    numbers.push(...page.revisions.map(({ revision }) => revision));
    cursor = page.next_cursor;
  }
  expect(numbers).toEqual(Array.from({ length: 252 }, (_, n) => 252 - n));
});

it('a campaign without variations has no wordings, and an unknown one is 404', async () => {
  const id = await launchIn(fixture, {
    name: 'plain',
    senders: 1,
    dailyLimit: 10,
    nodes: [{ type: 'email', subject: 'Hi', body: '50%%' }],
    people: [{ email: 'q@people.test' }],
  });
  await advanceTo(fixture, '2026-03-14T09:00:00Z');
  expect(await call(listWordings, { id })).toEqual({ wordings: [] });
  expect(await fail(listWordings, { id: fixture.services.newId() })).toMatchObject({
    status: 404,
    code: 'campaign.not_found',
  });
});
