import { expect, it } from 'vitest';
import { openBrowser } from '../fixtures/browser/chromium.ts';
import { openSandboxFixture } from '../fixtures/sandbox.ts';

const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
const browser = await openBrowser(fixture.services);

const table = 'Email,First name,Company\nann@people.test,Ann,Acme\nbob,Bob,\n';

it('somebody signs in, writes a campaign, brings people, and sees the first mail', async () => {
  const { page, faults } = await browser.open();
  const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
  const fill = (label: string, text: string) =>
    page.getByRole('textbox', { name: label, exact: true }).fill(text);
  await page.goto('/');
  await press('Use an API key');
  await page.getByLabel('API key').fill(String(fixture.key));
  // A browser tells of the refusal that led to the door.
  faults.length = 0;
  await press('Sign in');

  await page.getByRole('link', { name: 'Senders' }).click();
  await press('Connect a sender');
  await fill('Address', 'sam@sender.test');
  await press('Make it');
  await page.getByRole('dialog', { name: 'sam@sender.test' }).waitFor();
  await press('Close');

  await page.getByRole('link', { name: 'Campaigns' }).click();
  await press('New campaign');
  await fill('Name', 'Founders');
  await press('Create the draft');
  await fill('Subject', 'Hello %first_name|there%');
  await fill('Text', 'A question for %company|you%.');
  // The preview is of an example person, by the code that sends.
  await page.getByText('A question for Example Ltd.').waitFor();
  await press('Save');
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });

  await page.getByRole('navigation', { name: 'Pages' }).getByText('People').click();
  await page.getByRole('link', { name: 'Import a file' }).click();
  await page.getByLabel('Choose a file').setInputFiles({
    name: 'people.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(table),
  });
  await page.getByText('1 to import, 1 cannot be read').waitFor();
  await press('Import 2 rows');
  await page.getByText('1 person is in the campaign.').waitFor();

  await press('Launch …');
  await page.getByText('The first mail goes out').waitFor();
  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await page.getByText('Active').first().waitFor();
  await press('Day');
  await page.getByRole('navigation', { name: 'Pages' }).getByText('People').click();
  await page.getByRole('gridcell', { name: /ann@people.test/ }).click();
  await page.getByRole('listitem').filter({ hasText: 'Hello Ann' }).getByText('Hello').click();
  expect(await page.getByText('A question for Acme.').isVisible()).toBe(true);
  expect(faults).toEqual([]);
}, 60_000);
