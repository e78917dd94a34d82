import { createCampaign } from '../src/operations/campaigns/create.ts';
import { launchCampaign } from '../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../src/operations/campaigns/update.ts';
import { advanceClock } from '../src/operations/clock/advance.ts';
import { addProspects } from '../src/operations/roster/add.ts';
import { createSandboxSender } from '../src/operations/senders/create-sandbox.ts';
import { createWorkspace } from '../src/operations/workspaces/create.ts';
import { createCaller } from '../test/fixtures/caller.ts';
import { cost, type Figure, type Fixture, openFixture, seconds } from './fixtures/harness.ts';

const people = 10_000;
const senders = 20;
const touches = 3;
/** Working days within 30 days, less the delays before the last touches. */
const sendingDays = 19;
const goalS = 60;

/**
 * Seconds that the rehearsal of 30 days takes, with 10,000 people, three touches each and 20
 * senders, against a minute.
 */
export async function bench(): Promise<Figure[]> {
  const fixture = await openFixture();
  try {
    const call = await prepare(fixture);
    let sends = 0;
    const ours = await seconds(async () => {
      let answer = await call(advanceClock, { by: '30 days' });
      for (; !answer.reached; answer = await call(advanceClock, { to: answer.to }))
        process.stderr.write(`${answer.clock.now}\n`);
      sends = answer.events['message.sent'] ?? 0;
    });
    if (sends !== people * touches)
      throw new Error(`${sends} sends instead of ${people * touches}`);
    return [cost('rehearsal', 's', { ours, reference: goalS })];
  } finally {
    await fixture.close();
  }
}

/** Makes a sandbox with a launched campaign. Returns the function that calls its operations. */
async function prepare(fixture: Fixture) {
  const { workspace } = await createCaller(fixture.services, fixture).call(createWorkspace, {
    name: 'Bench',
    clock: '2026-03-02T08:00:00Z',
  });
  const { rows } = await fixture.services.pool.query<{ id: string }>(
    'select id from members where workspace_id = $1',
    [workspace.id],
  );
  const { call } = createCaller(fixture.services, {
    workspaceId: workspace.id,
    memberId: rows[0]!.id,
    sandbox: true,
  });
  const daily_limit = Math.ceil((people * touches) / senders / sendingDays);
  const ids: string[] = [];
  for (let i = 0; i < senders; i++) {
    const sender = { email_address: `s${i}@sender.test`, first_name: 'Sam', daily_limit };
    ids.push((await call(createSandboxSender, sender)).account.id);
  }
  const { campaign } = await call(createCampaign, {
    type: 'email',
    name: 'Rehearsal',
    sender_account_ids: ids,
  });
  const { id } = campaign;
  await call(updateCampaign, { id, sequence_nodes: nodes });
  const roster = Array.from({ length: people }, (_, i) => ({
    email: `p${i}@people.test`,
    first_name: `P${i}`,
  }));
  for (let i = 0; i < people; i += 1000)
    await call(addProspects, { id, prospects: roster.slice(i, i + 1000) });
  await call(launchCampaign, { id });
  return call;
}

const nodes = [
  {
    type: 'email',
    subject: 'A question, %first_name%',
    body: 'Hi %first_name%,\n\nDo you have ten minutes?',
  },
  { type: 'delay', delay_days: 3 },
  { type: 'email', is_reply: true, body: 'Any thoughts, %first_name%?' },
  { type: 'delay', delay_days: 4 },
  { type: 'email', is_reply: true, body: 'Last one, %first_name%.' },
  { type: 'end' },
];
