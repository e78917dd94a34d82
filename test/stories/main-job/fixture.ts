import { afterAll, expect, vi } from 'vitest';
import { createEmailChannel } from '../../../src/channels/email/index.ts';
import { readConfig } from '../../../src/config.ts';
import { pokeInboxes } from '../../../src/db/inbound/inboxes.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { Inboxes } from '../../../src/engine/inbound/inboxes.ts';
import { createLog } from '../../../src/log.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { startMailPeers } from '../../peers/index.ts';
import { nearbyMail } from '../../peers/ports.ts';
import { password } from './mail.ts';
import { leads, people } from './people.ts';

export type Body = Record<string, unknown>;

const publicUrl = 'https://reach.example.test';
const patience = { timeout: 20_000, interval: 20 };

/**
 * Postrider with real mail servers around it: a mailbox for every seller and every lead except
 * `gone`. Call it in a test file's body: hooks that a hook registers are not run.
 */
export async function openMainJob(sellers: readonly string[]) {
  const peers = await startMailPeers();
  const readers = leads.filter((lead) => lead !== people.gone).map((lead) => lead.email);
  for (const address of [...sellers, ...readers]) peers.addMailbox(address, password);
  peers.setVacation(people.away.email);
  const env = { POSTRIDER_PUBLIC_URL: publicUrl, POSTRIDER_MAIL_CA: peers.caFile };
  const channel = createEmailChannel(readConfig({ ...nearbyMail, ...env }), createLog('silent'));
  const test = await testDatabase({ channels: [channel], env });
  const api = testApi(test.services);
  const send = await api.as(test);
  const engine = new Engine(test.services, test.services.newId());
  const inboxes = new Inboxes(test.services, test.services.newId());
  afterAll(async () => {
    await inboxes.stop();
    await channel.close();
    await peers.stop();
  });

  return {
    ...test,
    peers,
    engine,
    /** Calls the API as the user. */
    async ask<Answer = Body>(
      route: string,
      body?: unknown,
      headers?: Record<string, string>,
    ): Promise<Answer> {
      const answer = await send(route, body, headers);
      expect(answer.status, `${route} ${answer.text}`).toBeLessThan(300);
      return answer.body as Answer;
    },
    /** Follows a link of a mail without a key or cookies, as a reader or a mail scanner does. */
    follow: (method: 'GET' | 'POST', link: string, body?: string) => {
      expect(link.startsWith(`${publicUrl}/`), link).toBe(true);
      const headers =
        body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
      return api.anonymous(`${method} ${link.slice(publicUrl.length)}`, body, headers);
    },
    /** Reads the inboxes until `count` messages in all have been applied. */
    readInboxes: (count: number) =>
      vi.waitUntil(async () => {
        await pokeInboxes(test.db, test.workspaceId);
        await inboxes.poll();
        const open = test.db.selectFrom('inbound_messages').where('applied_at', 'is not', null);
        const { n } = await open
          .select((eb) => eb.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow();
        return Number(n) >= count;
      }, patience),
  };
}

export type MainJobFixture = Awaited<ReturnType<typeof openMainJob>>;

/** A form with a file in it, as a browser sends it: body and headers. */
export async function formOf(
  name: string,
  bytes: Buffer,
): Promise<[body: Buffer, headers: Record<string, string>]> {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(bytes)], { type: 'text/csv' }), name);
  const request = new Response(form);
  return [
    Buffer.from(await request.arrayBuffer()),
    { 'content-type': request.headers.get('content-type') ?? '' },
  ];
}
