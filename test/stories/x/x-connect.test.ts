import { describe, expect, it } from 'vitest';
import { findWorkspace } from '../../../src/db/workspaces.ts';
import { hourMs } from '../../../src/domain/time.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { validateCampaign } from '../../../src/operations/campaigns/validate.ts';
import { removeSender } from '../../../src/operations/senders/remove.ts';
import { checkXAccount } from '../../../src/operations/x/check.ts';
import { connectX } from '../../../src/operations/x/connect.ts';
import { listXAccounts } from '../../../src/operations/x/list.ts';
import { updateXAccount } from '../../../src/operations/x/update.ts';
import { testApi } from '../../fixtures/api.ts';
import { openXFixture } from '../../fixtures/x.ts';

const fixture = await openXFixture();
const { x, services, clock, db, call, fail, workspaceId } = fixture;
const { as, anonymous } = testApi(services);
const owner = await as(fixture);

/** Follows the address to which X sends the browser back. */
const look = (callback: string, method = 'GET') =>
  anonymous(`${method} ${callback.replace(/^https?:\/\/[^/]+/, '')}`);
/** Follows it, and presses the button of its page. */
async function visit(callback: string) {
  const page = await look(callback);
  const [, target] = /action="([^"]+)"/.exec(page.text) ?? [];
  return target ? anonymous(`POST /x/callback${target}`) : page;
}
const accounts = async () => (await call(listXAccounts, {})).accounts;
const account = async (id: string) => (await accounts()).find((found) => found.id === id);
const begin = (more: object = {}) => call(connectX, { acknowledge_rules: true, ...more });

describe('connecting an account', () => {
  it('a login on X makes an active sender of the account', async () => {
    const { id } = x.addUser('Jane_Sender', { name: 'Jane <Sender>' });
    const begun = await owner('POST /api/x/connect', { acknowledge_rules: true });
    expect(begun).toMatchObject({ status: 200, body: { expires_at: '2026-03-02T10:00:00.000Z' } });
    const { url, account_id } = begun.body as { url: string; account_id: string };
    expect(await account(account_id)).toMatchObject({
      type: 'x',
      status: 'connecting',
      daily_limit: 192,
      hourly_limit: 8,
      min_gap_seconds: 300,
    });
    const page = await visit(x.allow(url, 'jane_sender'));
    expect(page).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
    });
    expect(page.text).toContain('Jane &lt;Sender&gt; is connected.');
    expect(await account(account_id)).toMatchObject({
      status: 'active',
      status_reason: null,
      display_name: 'Jane <Sender>',
      provider_account_id: id,
      profile_url: 'https://x.com/Jane_Sender',
    });
  });

  it('the tokens are sealed and never shown', async () => {
    const tokens = x.state.grants.flatMap(({ access, refresh }) => [access, refresh]);
    expect(tokens).toHaveLength(2);
    const { rows } = await services.pool.query(
      'select credentials from senders where credentials is not null',
    );
    const shown = JSON.stringify(await accounts()) + JSON.stringify(rows);
    for (const token of tokens) expect(shown).not.toContain(token);
    expect(rows[0]).toMatchObject({ credentials: expect.stringMatching(/^v1\./) });
  });

  it('is connected by its owner, who reads which workspace asks', async () => {
    x.addUser('stranger');
    const { url, account_id } = await begin();
    const back = x.allow(url, 'stranger');
    const page = await look(back);
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('Connect stranger?') });
    const { name } = (await findWorkspace(db, workspaceId))!;
    expect(page.text).toContain(`The workspace <strong>${name}</strong> asks`);
    expect(await account(account_id)).toMatchObject({ status: 'connecting' });
    const [, token = ''] = /token=([^"]+)"/.exec(page.text) ?? [];
    const state = new URL(back).searchParams.get('state')!;
    for (const wrong of [`?token=${state}`, `?state=${token}`, '', `?token=${token}x`])
      expect(await anonymous(`POST /x/callback${wrong}`)).toMatchObject({ status: 404 });
    expect(await look(`/x/callback?code=a&state=${token}`)).toMatchObject({ status: 404 });
    expect(await account(account_id)).toMatchObject({ status: 'connecting' });
    expect(await anonymous(`POST /x/callback?token=${token}`, 'x=1')).toMatchObject({
      status: 200,
      text: expect.stringContaining('stranger is connected.'),
    });
    expect(await anonymous(`POST /x/callback?token=${token}`)).toMatchObject({ status: 404 });
    const slow = /token=([^"]+)"/.exec((await look(x.allow((await begin()).url, 'stranger'))).text);
    clock.advanceMs(hourMs / 4);
    expect(await anonymous(`POST /x/callback?token=${slow![1]}`)).toMatchObject({ status: 404 });
  });

  it('a login works once, within an hour, with its own state only', async () => {
    x.addUser('once');
    const { url, account_id } = await begin();
    const back = x.allow(url, 'once');
    for (const wrong of [
      back.replace(/state=[^&]{10}/, 'state=AAAAAAAAAA'),
      back.replace(/state=[^&]*&/, ''),
      '/x/callback',
      `${back}&state=two`,
    ]) {
      expect(await visit(wrong)).toMatchObject({ status: 404 });
    }
    expect(await look(back, 'HEAD'), 'a look changes nothing').toMatchObject({ status: 405 });
    expect(await account(account_id)).toMatchObject({ status: 'connecting' });
    expect(await visit(back)).toMatchObject({ status: 200 });
    expect((await visit(back)).text).toContain('was finished before');
    const late = await begin();
    const lateBack = x.allow(late.url, 'once');
    clock.advanceMs(hourMs);
    expect(await visit(lateBack)).toMatchObject({ status: 404 });
  });

  it('a refused login says why and can be begun again', async () => {
    x.addUser('unwilling');
    const { url, account_id } = await begin();
    const refused = await visit(x.deny(url, 'unwilling'));
    expect(refused).toMatchObject({
      status: 422,
      text: expect.stringContaining('Access was not allowed.'),
    });
    expect(await account(account_id)).toMatchObject({
      status: 'connecting',
      status_reason: 'Access was not allowed.',
    });
    const again = await begin({ account_id });
    x.addFault({
      route: 'token',
      with: { status: 400, body: { error: 'invalid_request', error_description: '<script>' } },
    });
    const broken = await visit(x.allow(again.url, 'unwilling'));
    expect(broken.text).toContain('X refuses the login: &lt;script&gt;');
    expect((await account(account_id))?.status_reason).toContain('<script>');
    expect(await visit(x.allow((await begin({ account_id })).url, 'unwilling'))).toMatchObject({
      status: 200,
    });
    expect(await account(account_id)).toMatchObject({ status: 'active', status_reason: null });
  });

  it('an unfinished login leaves no sender behind unless a campaign uses it', async () => {
    const { account_id } = await begin();
    const inUse = await begin();
    await call(createCampaign, {
      type: 'x',
      name: 'Counts on it',
      sender_account_ids: [inUse.account_id],
    });
    clock.advanceMs(hourMs + 1);
    await begin();
    expect(await account(account_id)).toBeUndefined();
    expect(await account(inUse.account_id)).toMatchObject({ status: 'connecting' });
  });
});

describe('connecting again', () => {
  it('connecting again refuses another account', async () => {
    const id = await fixture.connect('same');
    x.addUser('another');
    const { url } = await begin({ account_id: id });
    const answer = await visit(x.allow(url, 'another'));
    expect(answer).toMatchObject({
      status: 409,
      text: expect.stringContaining('You are logged in as another'),
    });
    expect(await account(id)).toMatchObject({ status: 'active', display_name: 'same' });
    expect(await call(checkXAccount, { id })).toMatchObject({ ok: true });
  });

  it('connecting again leaves a paused sender paused', async () => {
    const id = await fixture.connect('resting');
    await call(updateXAccount, { id, status: 'paused' });
    expect(await visit(x.allow((await begin({ account_id: id })).url, 'resting'))).toMatchObject({
      status: 200,
    });
    expect(await account(id)).toMatchObject({ status: 'paused' });
  });

  it('an account that is a sender already gets no second sender', async () => {
    const id = await fixture.connect('twin');
    const before = (await accounts()).length;
    const { url, account_id } = await begin();
    expect(account_id).not.toBe(id);
    expect(await visit(x.allow(url, 'twin'))).toMatchObject({ status: 200 });
    expect(await accounts()).toHaveLength(before);
    expect(await account(account_id)).toBeUndefined();
    expect(await account(id)).toMatchObject({ status: 'active' });
  });

  it('a late login does not bring a deleted sender back', async () => {
    x.addUser('regret');
    const { url, account_id } = await begin();
    await call(removeSender, { id: account_id });
    expect(await visit(x.allow(url, 'regret'))).toMatchObject({
      status: 409,
      text: expect.stringContaining('deleted'),
    });
    expect(await account(account_id)).toBeUndefined();
  });

  it('connecting again refuses an unknown sender', async () => {
    expect(await fail(connectX, { account_id: services.newId() })).toMatchObject({
      status: 404,
      code: 'sender.not_found',
    });
  });
});

describe('an account on X', () => {
  it('an account takes valid names, limits and a pause only', async () => {
    const id = await fixture.connect('limits');
    const changes = {
      first_name: 'Lim',
      daily_limit: 50,
      hourly_limit: 3,
      min_gap_seconds: 600,
      status: 'paused',
    };
    expect((await call(updateXAccount, { id, ...changes })).account).toMatchObject(changes);
    expect(
      (await call(updateXAccount, { id, hourly_limit: null, status: 'active' })).account,
    ).toMatchObject({
      hourly_limit: null,
      daily_limit: 50,
      status: 'active',
    });
    for (const bad of [{ daily_limit: 1441 }, { hourly_limit: 61 }, { status: 'connecting' }]) {
      expect(await fail(updateXAccount, { id, ...bad })).toMatchObject({
        status: 400,
        code: 'request.invalid',
      });
    }
  });

  it('an account whose login was revoked cannot be set active', async () => {
    const id = await fixture.connect('revoked');
    x.revoke('revoked');
    await fixture.readInboxes();
    expect(await account(id)).toMatchObject({ status: 'credentials_required' });
    expect(await fail(updateXAccount, { id, status: 'active' })).toMatchObject({
      status: 422,
      code: 'sender.check_failed',
    });
    const { account_id } = await begin();
    expect(await fail(updateXAccount, { id: account_id, status: 'active' })).toMatchObject({
      status: 422,
      detail: expect.stringContaining('not logged in'),
    });
  });
});

describe('the rules of X', () => {
  it('are told with a login and with the check of a launch', async () => {
    const { warning } = await begin();
    expect(warning).toContain('only to people who wrote to the account first or agreed');
    const { campaign } = await call(createCampaign, { type: 'x', name: 'By the rules' });
    expect((await call(validateCampaign, { id: campaign.id })).warnings).toContain(warning);
    const mails = await call(createCampaign, { type: 'email', name: 'Mails' });
    const { warnings } = await call(validateCampaign, { id: mails.campaign.id });
    expect(warnings).not.toContain(warning);
  });
});
