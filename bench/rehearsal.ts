import { createCampaign } from '../src/operations/campaigns/create.ts';
import { launchCampaign } from '../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../src/operations/campaigns/update.ts';
import { advanceClock } from '../src/operations/clock/advance.ts';
import { addProspects } from '../src/operations/roster/add.ts';
import { createSandboxSender } from '../src/operations/senders/create-sandbox.ts';
import { createWorkspace } from '../src/operations/workspaces/create.ts';
import { createCaller } from '../test/caller.ts';
import { openHouse } from './harness.ts';

const people = Number(process.argv[2] ?? 10_000);
const senders = Number(process.argv[3] ?? 20);
const goalS = 60;

/** 30 days of 10,000 people, three touches each, from 20 senders: the seconds a rehearsal of them takes. */
const house = await openHouse();
try {
  const { call: admin } = createCaller(house.parts, house);
  const { workspace } = await admin(createWorkspace, { name: 'Bench', clock: '2026-03-02T08:00:00Z' });
  const { rows } = await house.parts.pool.query('select id from members where workspace_id = $1', [workspace.id]);
  const { call } = createCaller(house.parts, { workspaceId: workspace.id, memberId: rows[0].id, sandbox: true });
  const ids: string[] = [];
  for (let i = 0; i < senders; i++) {
    const { account } = await call(createSandboxSender, {
      email_address: `s${i}@sender.test`,
      first_name: 'Sam',
      daily_limit: Math.ceil((people * 3) / senders / 19),
    });
    ids.push(account.id);
  }
  const { campaign } = await call(createCampaign, { type: 'email', name: 'Rehearsal', sender_account_ids: ids });
  await call(updateCampaign, {
    id: campaign.id,
    sequence_nodes: [
      { type: 'email', subject: 'A question, %first_name%', body: 'Hi %first_name%,\n\nDo you have ten minutes?' },
      { type: 'delay', delay_days: 3 },
      { type: 'email', is_reply: true, body: 'Any thoughts, %first_name%?' },
      { type: 'delay', delay_days: 4 },
      { type: 'email', is_reply: true, body: 'Last one, %first_name%.' },
      { type: 'end' },
    ],
  });
  const roster = Array.from({ length: people }, (_, i) => ({ email: `p${i}@people.test`, first_name: `P${i}` }));
  for (let i = 0; i < people; i += 1000) await call(addProspects, { id: campaign.id, prospects: roster.slice(i, i + 1000) });
  await call(launchCampaign, { id: campaign.id });
  const from = performance.now();
  let answer = await call(advanceClock, { by: '30 days' });
  for (; !answer.reached; answer = await call(advanceClock, { to: answer.to }))
    process.stderr.write(`${((performance.now() - from) / 1000).toFixed(1)} s: ${answer.clock.now} ${JSON.stringify(answer.events)}\n`);
  const tookS = (performance.now() - from) / 1000;
  const sends = answer.events['message.sent'] ?? 0;
  process.stderr.write(`${sends} sends in 30 days, ${(sends / tookS).toFixed(0)} a second\n`);
  console.log(
    JSON.stringify({
      bench: 'rehearsal',
      ours: Number(tookS.toPrecision(3)),
      reference: goalS,
      unit: 's',
      ratio: Number((goalS / tookS).toPrecision(3)),
    }),
  );
} finally {
  await house.close();
}
