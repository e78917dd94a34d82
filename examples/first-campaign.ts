// A first campaign from nothing to its first answers. Usage: first-campaign.ts [address ...]
// In a sandbox workspace it writes to simulated people and plays a week. In a live one it needs a
// connected mailbox, and writes to the addresses you name.

import { ApiError, api } from './api.ts';

type Prospect = { id: string; email: string; status: string; because: string | null };

const addresses = process.argv.slice(2);
/** Words behind a plus script a simulated person's answer: docs/rehearsal.md. */
const simulated = [
  'ann+reply-1d@people.example',
  'bob@people.example',
  'cleo+bounce@people.example',
];

/** Makes a simulated sender. Returns null in a live workspace, which has only real ones. */
async function createSandboxSender(): Promise<string | null> {
  const sender = {
    email_address: `sam.${Date.now()}@acme.example`,
    first_name: 'Sam',
    last_name: 'Sender',
  };
  try {
    const { account } = await api<{ account: { id: string } }>('POST /senders/sandbox', sender);
    return account.id;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'workspace.not_sandbox') return null;
    throw error;
  }
}

/** The newest connected mailbox of the workspace. @throws when there is none */
async function findMailbox(): Promise<string> {
  const found = await api<{ accounts: { id: string; status: string }[] }>(
    'GET /senders?type=email',
  );
  const active = found.accounts.find(({ status }) => status === 'active');
  if (!active) throw new Error('Connect a mailbox first: see "A first campaign" in README.md.');
  return active.id;
}

/** Moves the sandbox's clock. One call works for ten seconds at most, so it is repeated. */
async function advanceClock(by: string): Promise<void> {
  type Advance = { reached: boolean; to: string };
  let done = await api<Advance>('POST /clock/advance', { by });
  while (!done.reached) done = await api<Advance>('POST /clock/advance', { to: done.to });
}

const sandboxSender = await createSandboxSender();
if (!sandboxSender && addresses.length === 0)
  throw new Error('This workspace is live: name the addresses to write to.');
const senderId = sandboxSender ?? (await findMailbox());

const { campaign } = await api<{ campaign: { id: string } }>('POST /campaigns', {
  type: 'email',
  name: `First campaign ${new Date().toISOString()}`,
  sender_account_ids: [senderId],
});
await api(`PATCH /campaigns/${campaign.id}`, {
  // People can be added after the launch too; crm-sync.ts does.
  roster: 'open',
  sequence_nodes: [
    { type: 'email', subject: 'A question, %first_name|there%', body: 'Who looks after the mail?' },
    { type: 'delay', delay_days: 3 },
    { type: 'email', is_reply: true, body: 'Did you see my question?' },
    { type: 'end' },
  ],
});

const prospects = (addresses.length > 0 ? addresses : simulated).map((email) => ({ email }));
await api(`POST /campaigns/${campaign.id}/leads`, { prospects });

type Readiness = { ready: boolean; errors: string[]; warnings: string[] };
const { ready, errors, warnings } = await api<Readiness>(`GET /campaigns/${campaign.id}/validate`);
for (const warning of warnings) console.log(`warning: ${warning}`);
if (!ready) throw new Error(`The campaign cannot be launched: ${errors.join(' ')}`);
await api(`POST /campaigns/${campaign.id}/launch`);
console.log(`campaign ${campaign.id} is launched`);

if (sandboxSender) await advanceClock('7 days');

const roster = await api<{ prospects: Prospect[] }>(`GET /campaigns/${campaign.id}/leads`);
for (const { email, status, because } of roster.prospects)
  console.log(
    [email.padEnd(30), status.padEnd(12), because ? `waits for ${because}` : ''].join(''),
  );
