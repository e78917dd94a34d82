import { expect } from 'vitest';
import type { Db } from '../../src/db/database.ts';
import type { Operation } from '../../src/operation.ts';
import { splitRoute } from '../../src/surfaces/members.ts';
import type { Send, Tenant } from '../fixtures/api.ts';
import { bare, twoSteps } from '../fixtures/inbox-api.ts';
import { addSender, addTalk, addUnmatchedMail } from './rows.ts';

let serial = 0;

/**
 * Fills a workspace with one of everything that has an id. Needs channels for email and X, and a
 * model. Returns the ids.
 */
export async function makeEverything(send: Send, tenant: Tenant, db: Db) {
  serial += 1;
  const ask = async (route: string, body?: unknown) => {
    const answer = await send(route, body);
    expect(answer.status, `${route} ${answer.text}`).toBeLessThan(300);
    return answer.body;
  };
  const make = async (route: string, body: object, noun: string) =>
    (await ask(route, body))[noun] as { id: string };
  const sender = await addSender(db, tenant);
  const onX = await addSender(db, tenant, { type: 'x' });
  const { id: campaign } = await make(
    'POST /api/campaigns',
    { type: 'email', name: `World ${serial}`, sender_account_ids: [sender] },
    'campaign',
  );
  const nodes = [
    { type: 'email', subject: 'Hi', body: 'Hi' },
    { type: 'delay', delay_days: 1 },
    { type: 'email', subject: 'Yo', body: 'Yo' },
  ];
  await ask(`PATCH /api/campaigns/${campaign}`, { sequence_nodes: [...nodes, { type: 'end' }] });
  const { sequence_nodes } = (await ask(`GET /api/campaigns/${campaign}`)) as {
    sequence_nodes: { id: string }[];
  };
  const { id: lead } = await make(
    'POST /api/leads',
    { email: `lead${serial}@people.test` },
    'lead',
  );
  const { id: unused } = await make(
    'POST /api/leads',
    { email: `free${serial}@people.test` },
    'lead',
  );
  const { id: list } = await make(
    'POST /api/lists',
    { name: 'A list', leadIds: [lead, unused] },
    'list',
  );
  const { id: tag } = await make('POST /api/tags', { name: `Tag ${serial}` }, 'tag');
  const { id: status } = await make('POST /api/statuses', { name: `Status ${serial}` }, 'status');
  const { id: column } = await make(
    `POST /api/campaigns/${campaign}/columns`,
    { name: 'City' },
    'column',
  );
  const said = { event: 'replied', action: 'notify', text: 'x' };
  const { id: automation } = await make(
    `POST /api/campaigns/${campaign}/automations`,
    said,
    'automation',
  );
  await ask(`POST /api/campaigns/${campaign}/leads`, {
    prospects: [{ email: `one${serial}@people.test` }],
  });
  await ask(`POST /api/campaigns/${campaign}/leads/enrol`, { people: [{ lead_id: lead }] });
  const { prospects } = (await ask(`GET /api/campaigns/${campaign}/leads`)) as {
    prospects: { id: string }[];
  };
  const made = (await ask(`POST /api/campaigns/${campaign}/generate-messages`, {})) as {
    messages: { id: string }[];
  };
  const { forecast_id: forecast } = (await ask(
    `POST /api/campaigns/${campaign}/forecasts`,
    {},
  )) as { forecast_id: string };
  const job = { content: 'x\njane\n', mapping: [{ column: 'x', field: 'x_handle' }] };
  const { id: listImport } = await make(`POST /api/lists/${list}/imports`, job, 'import');
  const inbox = await ask('POST /api/v1/campaigns/v2', {
    name: `Inbox ${serial}`,
    accountLinkIds: [bare(onX)],
  });
  await ask(`PUT /api/v1/campaigns/v2/${inbox.id}/sequence`, { steps: twoSteps });
  const { id: inboxColumn } = await ask(`POST /api/v1/campaigns/v2/${inbox.id}/columns`, {
    name: 'City',
  });
  const { automations } = await ask(`PUT /api/v1/campaigns/v2/${inbox.id}/automations`, {
    automations: [{ trigger: 'replied', action: 'notify', actionData: { text: 'x' } }],
  });
  const { id: thread } = await make(
    'POST /api/threads',
    { participant_email: `talk${serial}@people.test`, account_id: sender },
    'thread',
  );
  const prospect = prospects[0]!.id;
  const told = await addTalk(db, tenant, { thread, sender, campaign, prospect });
  return {
    thread,
    ...told,
    campaign,
    node: sequence_nodes[0]!.id,
    member: tenant.memberId,
    sender,
    onX,
    lead,
    unused,
    list,
    tag,
    status,
    column,
    automation,
    prospect,
    message: made.messages[0]!.id,
    mail: await addUnmatchedMail(db, { workspaceId: tenant.workspaceId, senderId: sender }),
    forecast,
    listImport,
    inbox: String(inbox.id),
    inboxColumn: String(inboxColumn),
    inboxAutomation: (automations as { id: string }[])[0]!.id,
  };
}

export type Everything = Awaited<ReturnType<typeof makeEverything>>;

/** Where a request goes that is about something in the workspace, and deletes nothing. */
export function urlIn(world: Everything, operation: Operation): string {
  const { method, path } = splitRoute(operation);
  if (method === 'DELETE')
    return path.replaceAll(/\{\w+\}/g, '019ae6a0-0000-7000-8000-000000000000');
  const isInbox = path.startsWith('/api/v1');
  const firsts: Record<string, string> = {
    campaigns: isInbox ? world.inbox : world.campaign,
    lists: world.list,
    tags: world.tag,
    statuses: world.status,
    senders: world.sender,
    unmatched: world.mail,
    threads: world.thread,
  };
  const noun = /^\/api\/(?:v1\/)?(\w+)/.exec(path)![1]!;
  const later: Record<string, keyof Everything> = {
    prospectId: 'prospect',
    columnId: 'column',
    nodeId: 'node',
    messageId: noun === 'threads' ? 'handMessage' : 'message',
    attachmentId: 'attachment',
  };
  let first = true;
  return path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const id = first ? (firsts[noun] ?? world.lead) : world[later[name] ?? 'automation'];
    first = false;
    return id;
  });
}
