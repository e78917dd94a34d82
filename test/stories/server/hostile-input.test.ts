import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Channel } from '../../../src/channels/channel.ts';
import { createEmailChannel } from '../../../src/channels/email/index.ts';
import { readConfig } from '../../../src/config.ts';
import { createLog } from '../../../src/log.ts';
import type { Operation } from '../../../src/operation.ts';
import { operations } from '../../../src/operations/index.ts';
import { describeMembers, splitRoute } from '../../../src/surfaces/members.ts';
import { hostile, pathsOf, replaced, sample } from '../../factories/schema-values.ts';
import { type Send, testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { nearbyMail } from '../../peers/ports.ts';

// Every mailbox check passes, so that hostile values reach the code behind it.
const log = createLog('silent');
const email: Channel = {
  ...createEmailChannel(readConfig(nearbyMail), log),
  check: async () => [{ step: 'smtp_connect', ok: true, detail: '' }],
};
const database = await testDatabase({ channels: [email] });
const { as } = testApi(database.services, { perMinute: 1_000_000 });

const marker = '"@@hostile@@"';

let campaignId = '';
const send: Send = await as(database);

async function makeCampaign(): Promise<string> {
  const { body } = await send('POST /api/campaigns', {
    type: 'email',
    name: `Hostile ${database.services.newId()}`,
  });
  const { id } = body.campaign as { id: string };
  await send(`POST /api/campaigns/${id}/leads`, { prospects: [{ email: 'one@people.test' }] });
  return id;
}

type Path = readonly (string | number)[];
type Attack = { operation: Operation; target: Path; input: Record<string, unknown>; text: string };

/**
 * Puts every hostile value into every place of a plausible input. Returns at most 300 inputs,
 * always the same, so that a run stays short.
 */
function attacksOn(operation: Operation): Attack[] {
  const members = describeMembers(operation);
  const targets = members.flatMap((attacked): Omit<Attack, 'text'>[] => {
    const given = members.filter((member) => member.required || member === attacked);
    const input = Object.fromEntries(
      given.map((member) => [
        member.name,
        sample(member.schema, { name: member.name, full: member === attacked }),
      ]),
    );
    if (splitRoute(operation).path.startsWith('/api/campaigns/{id}')) input.id = campaignId;
    return pathsOf(input[attacked.name], [attacked.name]).map((target) => ({
      operation,
      target,
      input,
    }));
  });
  if (targets.length === 0) targets.push({ operation, target: ['stray'], input: {} });
  const all = targets.flatMap((target) => hostile.map((text) => ({ ...target, text })));
  return all.length <= 300
    ? all
    : (fc.sample(fc.shuffledSubarray(all, { minLength: 300, maxLength: 300 }), {
        numRuns: 1,
        seed: 20_260_302,
      })[0] ?? []);
}

async function attack({ operation, target, input, text }: Attack): Promise<void> {
  const { method, path } = splitRoute(operation);
  const members = describeMembers(operation);
  const attacked = replaced(input, target, '@@hostile@@') as Record<string, unknown>;
  const json = (value: unknown) => JSON.stringify(value).replace(marker, () => text);
  const asText = (value: unknown): string => {
    if (value === '@@hostile@@') return String(jsonOrText(text)).toWellFormed().slice(0, 2000);
    return typeof value === 'object' ? json(value).slice(0, 2000) : String(value);
  };
  const inUrl = (value: unknown) => encodeURIComponent(asText(value));
  const url = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => inUrl(attacked[name]));
  const rest = Object.entries(attacked).filter(
    ([name]) => !members.some((member) => member.name === name && member.in === 'path'),
  );
  const asQuery = method === 'GET' || operation.body !== undefined;
  const query = asQuery
    ? `?${rest.map(([name, value]) => `${name}=${inUrl(value)}`).join('&')}`
    : '';
  const body = asQuery ? undefined : json(Object.fromEntries(rest));
  const answer = await send(
    `${method} ${url}${query}`,
    operation.body === 'stream' ? text : body,
    contentType(operation, body),
  );
  const request = `${method} ${url.slice(0, 200)}${query.slice(0, 200)}`;
  const exchange = `${request} ${body?.slice(0, 400) ?? ''} -> ${answer.text.slice(0, 400)}`;
  expect(answer.status, exchange).toBeLessThan(500);
  if (answer.status < 400) return;
  expect(answer.body, exchange).toMatchObject({
    status: answer.status,
    code: expect.any(String),
    detail: expect.any(String),
    hint: expect.any(String),
    errors: expect.any(Array),
    request_id: expect.any(String),
  });
}

function contentType(operation: Operation, body: string | undefined): Record<string, string> {
  if (operation.body === 'stream') return { 'content-type': 'text/csv' };
  return body === undefined ? {} : { 'content-type': 'application/json' };
}

function jsonOrText(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' ? text : value;
}

it.each(operations.map((operation) => [operation.route, operation] as const))(
  '%s never answers hostile values with a server error',
  async (_route, operation) => {
    campaignId = await makeCampaign();
    for (const one of attacksOn(operation)) await attack(one);
  },
);

it('a body with endless nesting is refused as malformed', async () => {
  for (const operation of operations.filter((one) => !one.route.startsWith('GET ') && !one.body)) {
    const { method, path } = splitRoute(operation);
    const url = path.replaceAll(/\{\w+\}/g, '019ae6a0-0000-7000-8000-000000000000');
    const answer = await send(`${method} ${url}`, `{"a":${'['.repeat(100_000)}`, {
      'content-type': 'application/json',
    });
    expect(answer, operation.name).toMatchObject({
      status: 400,
      body: { code: 'request.malformed' },
    });
  }
});
