import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/operation.ts';
import { operations } from '../../../src/operations/index.ts';
import { buildProgram, type ParsedCommand } from '../../../src/surfaces/cli-commands.ts';
import { readFlag } from '../../../src/surfaces/cli-values.ts';
import { describeMembers } from '../../../src/surfaces/members.ts';
import { splitWords } from '../../fixtures/api.ts';

const id = '019ae6a0-0000-7000-8000-000000000001';
const other = '019ae6a0-0000-7000-8000-000000000002';
const hours = { '1': { start: 540, end: 1020 } };

/** The operation and the input that a command line reaches. */
async function readLine(
  line: string,
): Promise<{ operation: Operation; input: Record<string, unknown> }> {
  let typed: ParsedCommand | undefined;
  const program = buildProgram(operations, async (one) => {
    typed = one;
  });
  await program.parseAsync(splitWords(line), { from: 'user' });
  const { operation, flags } = typed!;
  const input: Record<string, unknown> = {};
  for (const member of describeMembers(operation)) {
    const given = flags[member.name];
    if (given !== undefined) input[member.name] = await readFlag(given, member, Readable.from([]));
  }
  return { operation, input };
}

// These lines stand on Puffle's pages after the word `puffle`, with placeholders filled in.
describe("a command line of Puffle's pages reaches its route", () => {
  it.each<[line: string, route: string, input: Record<string, unknown>]>([
    [
      [
        `campaign create --type email --name "Q2 Outreach" --sender-account-ids '["${id}"]'`,
        `--skip-other-campaigns --operating-hours '${JSON.stringify(hours)}' --daily-limit 123`,
        '--stop-on-reply --open-tracking --signature "Jane"',
      ].join(' '),
      'POST /api/campaigns',
      {
        type: 'email',
        name: 'Q2 Outreach',
        sender_account_ids: [id],
        skip_other_campaigns: true,
        operating_hours: hours,
        daily_limit: 123,
        stop_on_reply: true,
        open_tracking: true,
        signature: 'Jane',
      },
    ],
    ['campaign', 'GET /api/campaigns', {}],
    [`campaign --id ${id}`, 'GET /api/campaigns/{id}', { id }],
    [
      [
        `campaign update --id ${id} --name New --operating-hours '{}' --daily-limit 250`,
        `--stop-on-reply=false --sender-account-ids ${id},${other}`,
        `--account-limits '[{"account_id":"${id}","daily_limit":15}]'`,
        `--sequence-nodes '[{"type":"email","subject":"Hi","body":"x"},{"type":"end"}]'`,
      ].join(' '),
      'PATCH /api/campaigns/{id}',
      {
        id,
        name: 'New',
        operating_hours: {},
        daily_limit: 250,
        stop_on_reply: false,
        sender_account_ids: [id, other],
        account_limits: [{ account_id: id, daily_limit: 15 }],
        sequence_nodes: [{ type: 'email', subject: 'Hi', body: 'x' }, { type: 'end' }],
      },
    ],
    [`campaign launch --id ${id}`, 'POST /api/campaigns/{id}/launch', { id }],
    [`campaign pause --id ${id}`, 'POST /api/campaigns/{id}/pause', { id }],
    ['campaign setting', 'GET /api/campaigns/settings', {}],
    [`campaign sender --id ${id}`, 'GET /api/campaigns/{id}/senders', { id }],
    [
      `campaign generate-message list --id ${id} --status all --prospect-id ${other}`,
      'GET /api/campaigns/{id}/generate-messages',
      { id, status: 'all', prospect_id: other },
    ],
    [`campaign generate-message --id ${id}`, 'POST /api/campaigns/{id}/generate-messages', { id }],
    [
      [
        `campaign generate-message update --id ${id} --message-id ${other}`,
        '--subject Hi --body-text "Hello you"',
      ].join(' '),
      'PATCH /api/campaigns/{id}/generate-messages',
      { id, message_id: other, subject: 'Hi', body_text: 'Hello you' },
    ],
    [
      [
        `campaign sequence node add --id ${id} --type email --position 1 --subject Hi --body Text`,
        '--signature Jane --include-message true --is-reply false',
        '--delay-days 1 --delay-hours 2 --delay-minutes 3',
      ].join(' '),
      'POST /api/campaigns/{id}/sequence/nodes',
      {
        id,
        type: 'email',
        position: 1,
        subject: 'Hi',
        body: 'Text',
        signature: 'Jane',
        include_message: true,
        is_reply: false,
        delay_days: 1,
        delay_hours: 2,
        delay_minutes: 3,
      },
    ],
    [
      `campaign sequence node move --id ${id} --node-id ${other} --to-position 0`,
      'PATCH /api/campaigns/{id}/sequence/nodes',
      { id, nodeId: other, toPosition: 0 },
    ],
    [
      `campaign sequence node delete --id ${id} --node-id ${other}`,
      'DELETE /api/campaigns/{id}/sequence/nodes',
      { id, nodeId: other },
    ],
    [
      [
        `campaign sequence node update --id ${id} --node-id ${other} --subject Hi --body Text`,
        '--body-html "<p>Text</p>" --from-name Jane --reply-to jane@a.test --is-reply true',
        `--ai-node '{"purpose":"x"}'`,
      ].join(' '),
      'PUT /api/campaigns/{id}/sequence/nodes/{nodeId}',
      {
        id,
        nodeId: other,
        subject: 'Hi',
        body: 'Text',
        body_html: '<p>Text</p>',
        from_name: 'Jane',
        reply_to: 'jane@a.test',
        is_reply: true,
        ai_node: { purpose: 'x' },
      },
    ],
    [
      `campaign lead --id ${id} --page 2 --limit 50 --status sent`,
      'GET /api/campaigns/{id}/leads',
      { id, page: 2, limit: 50, status: 'sent' },
    ],
    [
      `campaign lead add --id ${id} --prospects '[{"email":"a@b.test"}]'`,
      'POST /api/campaigns/{id}/leads',
      { id, prospects: [{ email: 'a@b.test' }] },
    ],
    [
      `campaign lead update --id ${id} --prospect-id ${other} --updates '{"first_name":"Jo"}'`,
      'PATCH /api/campaigns/{id}/leads',
      { id, prospect_id: other, updates: { first_name: 'Jo' } },
    ],
    [
      `campaign lead remove --id ${id} --prospect-ids '["${other}"]'`,
      'DELETE /api/campaigns/{id}/leads',
      { id, prospect_ids: [other] },
    ],
    [
      `campaign lead remove --id ${id} --all`,
      'DELETE /api/campaigns/{id}/leads',
      { id, all: true },
    ],
    [
      `campaign lead import --id ${id} --list-id ${other} --filter '{"limit":100}'`,
      'POST /api/campaigns/{id}/leads/import-from-list',
      { id, listId: other, filter: { limit: 100 } },
    ],
    ['unipile connect', 'POST /api/unipile/connect', {}],
    ['sender', 'GET /api/senders', {}],
    [`sender detail --id ${id}`, 'GET /api/senders/{id}', { id }],
    [`sender schedule --id ${id}`, 'GET /api/senders/{id}/schedule', { id }],
    ['email account', 'GET /api/email/accounts', {}],
    [
      `email account update --id ${id} --signature Jane`,
      'PATCH /api/email/accounts/{id}',
      { id, signature: 'Jane' },
    ],
    ['list', 'GET /api/lists', {}],
    [
      'list create --name Founders --lead-type person',
      'POST /api/lists',
      { name: 'Founders', leadType: 'person' },
    ],
    [`list update --id ${id} --name Builders`, 'PATCH /api/lists', { id, name: 'Builders' }],
    [`list delete --id ${id}`, 'DELETE /api/lists', { id }],
    [`list lead --id ${id} --limit 500`, 'GET /api/lists/{id}/leads', { id, limit: 500 }],
    [
      `list lead add --id ${id} --lead-ids '["${other}"]'`,
      'POST /api/lists/{id}/leads',
      { id, leadIds: [other] },
    ],
    [
      `list lead remove --id ${id} --lead-ids '["${other}"]'`,
      'DELETE /api/lists/{id}/leads',
      { id, leadIds: [other] },
    ],
    [
      `list import --leads '[{"type":"person","name":{"full":"Jo Do"}}]' --list-id ${id} --preview`,
      'POST /api/lists/import',
      { leads: [{ type: 'person', name: { full: 'Jo Do' } }], listId: id, preview: true },
    ],
    ['lead --q jo --limit 10', 'GET /api/leads', { q: 'jo', limit: 10 }],
    [
      `lead create --type person --name '{"full":"Jo Do"}'`,
      'POST /api/leads',
      { type: 'person', name: { full: 'Jo Do' } },
    ],
    [`lead update --id ${id} --title CEO`, 'PATCH /api/leads', { id, title: 'CEO' }],
    [`lead delete --id ${id}`, 'DELETE /api/leads', { id }],
  ])('%s', async (line, route, input) => {
    const reached = await readLine(line);
    expect({ route: reached.operation.route, input: reached.input }).toEqual({ route, input });
    expect(reached.operation.input.safeParse(input).error?.issues ?? []).toEqual([]);
  });
});
