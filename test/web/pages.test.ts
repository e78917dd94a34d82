import { beforeAll, describe, expect, it } from 'vitest';
import { createCampaign } from '../../src/operations/campaigns/create.ts';
import { addSuppressions } from '../../src/operations/suppressions/add.ts';
import { createWorkspace } from '../../src/operations/workspaces/create.ts';
import { pages } from '../../web/src/model/pages.ts';
import { followUp, hello } from '../factories/campaigns.ts';
import { findViolations, openBrowser, type Tab, visit } from '../fixtures/browser/chromium.ts';
import { createCaller } from '../fixtures/caller.ts';
import { advanceTo, launchIn, openSandboxFixture } from '../fixtures/sandbox.ts';

const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
const browser = await openBrowser(fixture.services);

/** Addresses within pages that open a panel or a dialog. */
const opened = (address: (name: keyof typeof pages) => string, ids: Record<string, string>) => [
  `${address('campaigns')}?make=yes`,
  `${address('people')}?person=${ids.person}`,
  `${address('senders')}?sender=${ids.sender}`,
  `${address('senders')}?connect=yes`,
  `${address('calendar')}?each=5&more=100`,
];

type Place = { key: string; workspace: string; id: string; more: string[] };

async function fullPlace(): Promise<Place> {
  const people = ['ann+reply-2h', 'bob', 'cid+bounce', 'dan+ooo-4d', 'eva+unsubscribe-3h'];
  const id = await launchIn(fixture, {
    name: 'Spring',
    senders: 2,
    dailyLimit: 50,
    nodes: [hello, { type: 'delay', delay_days: 3 }, followUp],
    people: people.map((name) => ({ email: `${name}@people.test`, first_name: name })),
  });
  await fixture.call(addSuppressions, { items: [{ kind: 'domain', value: 'never.test' }] });
  await advanceTo(fixture, '2026-03-04T12:00:00Z');
  const { rows } = await fixture.pool.query(
    `select p.id as person, p.sender_id as sender from prospects p
     where p.campaign_id = $1 and p.sender_id is not null limit 1`,
    [id],
  );
  const workspace = fixture.workspaceId;
  return {
    key: String(fixture.key),
    workspace,
    id,
    more: opened((name) => at(pages[name].path, workspace, id), rows[0]),
  };
}

async function emptyPlace(): Promise<Place> {
  const made = await fixture.admin.call(createWorkspace, { name: 'Blank' });
  const { rows } = await fixture.pool.query(`select id from members where workspace_id = $1`, [
    made.workspace.id,
  ]);
  const { call } = createCaller(fixture.services, {
    workspaceId: made.workspace.id,
    memberId: rows[0].id,
    sandbox: true,
  });
  const { campaign } = await call(createCampaign, { type: 'email', name: 'Nothing yet' });
  return { key: String(made.key), workspace: made.workspace.id, id: campaign.id, more: [] };
}

const at = (path: string, workspace: string, id: string) =>
  path.replace('$workspace', workspace).replace('$id', id);

/** Looks at one address as people see it: light and dark, wide and narrow. */
async function look(tab: Tab, address: string, title?: RegExp): Promise<string[]> {
  await tab.page.setViewportSize({ width: 1280, height: 900 });
  await tab.page.emulateMedia({ colorScheme: 'light' });
  await visit(tab, address, title);
  const light = await findViolations(tab);
  await tab.page.emulateMedia({ colorScheme: 'dark' });
  const dark = await findViolations(tab, ['color-contrast']);
  await tab.page.setViewportSize({ width: 390, height: 780 });
  const over = Number(await tab.page.evaluate('document.documentElement.scrollWidth - innerWidth'));
  return [
    ...light,
    ...dark.map((text) => `dark ${text}`),
    ...(over > 0 ? [`scrolls sideways by ${over} px`] : []),
    ...tab.faults.splice(0),
  ].map((text) => `${address}: ${text}`);
}

describe.each([
  ['full', fullPlace],
  ['empty', emptyPlace],
])('a workspace that is %s', (_name, open) => {
  let place: Place;
  let tab: Tab;
  beforeAll(async () => {
    place = await open();
    tab = await browser.open(place.key);
  });

  it('has no fault on any page: rules of access, policy, console, width', async () => {
    const faults: string[] = [];
    for (const { path, title } of Object.values(pages)) {
      const address = at(path, place.workspace, place.id);
      faults.push(...(await look(tab, address, new RegExp(`^${title} `))));
    }
    for (const address of place.more) faults.push(...(await look(tab, address)));
    expect(faults).toEqual([]);
  }, 240_000);
});

it('a stranger is sent to the door, and comes back to the page that was asked for', async () => {
  const tab = await browser.open();
  await visit(tab, `/w/${fixture.workspaceId}/senders`);
  await tab.page.getByRole('button', { name: 'Use an API key' }).click();
  await tab.page.getByLabel('API key').fill('pr_test_nobody');
  await tab.page.getByRole('button', { name: 'Sign in' }).click();
  await tab.page.getByText('does not know this key').waitFor();
  await tab.page.getByLabel('API key').fill(String(fixture.key));
  await tab.page.keyboard.press('Enter');
  await tab.page.getByRole('heading', { name: 'Senders' }).waitFor();
  expect(new URL(tab.page.url()).pathname).toBe(`/w/${fixture.workspaceId}/senders`);
});
