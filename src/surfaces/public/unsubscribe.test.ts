import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { testApi } from '../../../test/fixtures/api.ts';
import { testDatabase } from '../../../test/fixtures/database.ts';
import { createMailLink } from '../../engine/sending/links.ts';

const database = await testDatabase();
const { services, workspaceId, memberId, clock } = database;
const { anonymous } = testApi(services);

/** Records a sent mail to a new prospect of an active campaign. Returns the message's id. */
async function sentMail(email: string): Promise<string> {
  const [campaignId, prospectId, messageId] = [
    services.newId(),
    services.newId(),
    services.newId(),
  ];
  const now = clock.now();
  await sql`insert into campaigns (workspace_id, id, member_id, type, name, status, created_at, updated_at)
    values (${workspaceId}, ${campaignId}, ${memberId}, 'email', ${campaignId}, 'active', ${now}, ${now})`.execute(
    services.db,
  );
  await sql`insert into prospects (workspace_id, id, campaign_id, status, identity, email, source, created_at, updated_at)
    values (${workspaceId}, ${prospectId}, ${campaignId}, 'sent', ${email}, ${email}, 'api', ${now}, ${now})`.execute(
    services.db,
  );
  await sql`insert into messages (workspace_id, id, campaign_id, prospect_id, node_id, state, sent_at, created_at, updated_at)
    values (${workspaceId}, ${messageId}, ${campaignId}, ${prospectId}, ${services.newId()}, 'sent', ${now}, ${now}, ${now})`.execute(
    services.db,
  );
  return messageId;
}

const suppressed = async (): Promise<string[]> => {
  const { rows } = await sql<{
    value: string;
  }>`select value from suppressions where workspace_id = ${workspaceId} order by value`.execute(
    services.db,
  );
  return rows.map((row) => row.value);
};

const linkTo = (messageId: string) =>
  `/u/${createMailLink(services.vault, 'unsubscribe', { workspaceId, messageId })}`;

describe('the unsubscribe link', () => {
  it('shows a button on GET and changes nothing, because scanners open links', async () => {
    const page = await anonymous(`GET ${linkTo(await sentMail('scanned@people.test'))}`);
    expect(page).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
    });
    expect(page.text).toContain(
      '<form method="post"><button type="submit">Unsubscribe</button></form>',
    );
    expect(page.text).toContain('<html lang="en">');
    expect(page.text).not.toMatch(/(src|href)=|<script/);
    expect(await suppressed()).not.toContain('scanned@people.test');
  });

  it('names the sender in the language of the reader', async () => {
    const messageId = await sentMail('french@people.test');
    const senderId = services.newId();
    const now = clock.now();
    await sql`insert into senders (workspace_id, id, member_id, type, status, email_address, display_name, created_at, updated_at)
      values (${workspaceId}, ${senderId}, ${memberId}, 'email', 'active', 'sam@acme.example', 'Sam <Acme>', ${now}, ${now})`.execute(
      services.db,
    );
    await sql`update messages set sender_id = ${senderId} where id = ${messageId}`.execute(
      services.db,
    );
    const { text } = await anonymous(`GET ${linkTo(messageId)}`, undefined, {
      'accept-language': 'xx, fr-CH;q=0.9, en;q=0.8',
    });
    expect(text).toContain('<html lang="fr">');
    expect(text).toContain(
      '<strong>Sam &lt;Acme&gt; (sam@acme.example)</strong> ne vous écrira plus',
    );
    expect(text).not.toContain('%');
  });

  it('suppresses the address by one-click POST (RFC 8058), once or twice', async () => {
    const link = linkTo(await sentMail('one-click@people.test'));
    for (let time = 0; time < 2; time++) {
      const answer = await anonymous(`POST ${link}`, 'List-Unsubscribe=One-Click', {
        'content-type': 'application/x-www-form-urlencoded',
      });
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('You will not be written to again.');
    }
    expect((await suppressed()).filter((value) => value === 'one-click@people.test')).toHaveLength(
      1,
    );
    const { rows } = await sql<{
      status: string;
    }>`select status from prospects where email = 'one-click@people.test'`.execute(services.db);
    expect(rows).toEqual([{ status: 'unsubscribed' }]);
  });

  it('accepts a POST with a multipart form, and one without a body', async () => {
    const part = 'content-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click';
    const form = `--b\r\n${part}\r\n--b--\r\n`;
    expect(
      await anonymous(`POST ${linkTo(await sentMail('multipart@people.test'))}`, form, {
        'content-type': 'multipart/form-data; boundary=b',
      }),
    ).toMatchObject({ status: 200 });
    expect(await anonymous(`POST ${linkTo(await sentMail('bare@people.test'))}`)).toMatchObject({
      status: 200,
    });
    expect(await suppressed()).toEqual(
      expect.arrayContaining(['bare@people.test', 'multipart@people.test']),
    );
  });

  it('that is invalid, or of an open pixel, answers 404 with a page', async () => {
    const link = linkTo(await sentMail('kept@people.test'));
    const message = { workspaceId, messageId: services.newId() };
    const pixel = `/u/${createMailLink(services.vault, 'open', message)}`;
    for (const bad of [
      `${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`,
      pixel,
      '/u/x',
      `/u/${'A'.repeat(90)}`,
    ]) {
      for (const method of ['GET', 'POST']) {
        const answer = await anonymous(`${method} ${bad}`);
        expect(answer, bad).toMatchObject({
          status: 404,
          headers: { 'content-type': 'text/html; charset=utf-8' },
        });
      }
    }
    expect(await suppressed()).not.toContain('kept@people.test');
  });

  it('of a deleted message answers 200', async () => {
    expect(await anonymous(`POST ${linkTo(services.newId())}`)).toMatchObject({ status: 200 });
  });
});

describe('the open pixel', () => {
  const pixelOf = (messageId: string) =>
    `/o/${createMailLink(services.vault, 'open', { workspaceId, messageId })}.gif`;
  const openedAt = async (email: string) =>
    (
      await sql<{
        opened_at: Date | null;
      }>`select opened_at from prospects where email = ${email}`.execute(services.db)
    ).rows[0]?.opened_at;

  it('is a picture that is not cached, and records the open', async () => {
    const answer = await anonymous(`GET ${pixelOf(await sentMail('opener@people.test'))}`);
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'image/gif',
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'cross-origin',
      },
    });
    expect(answer.text.slice(0, 6)).toBe('GIF89a');
    expect(await openedAt('opener@people.test')).toEqual(clock.now());
  });

  it('is the same picture for an invalid link, and records nothing', async () => {
    const messageId = await sentMail('not-opened@people.test');
    expect(await anonymous('GET /o/nonsense.gif')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'image/gif' },
    });
    expect(await anonymous(`GET ${pixelOf(messageId).replace('/o/', '/o/x')}`)).toMatchObject({
      status: 200,
    });
    expect(await openedAt('not-opened@people.test')).toBeNull();
  });
});
