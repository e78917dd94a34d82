import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createServices } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { openAccounts } from '../../../src/engine/accounts/accounts.ts';
import { createMailLink, readLink } from '../../../src/engine/sending/links.ts';
import type { Services } from '../../../src/operation.ts';
import { keys } from '../../../src/surfaces/commands/keys.ts';
import { createVault } from '../../../src/vault.ts';
import { addMailbox } from '../../factories/rows.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

type Env = Record<string, string>;
const strong = () => randomBytes(32).toString('base64');
const where = { smtp: { host: '127.0.0.1', port: 1 } };

/** An installation on a database of its own, which processes with several settings share. */
async function install() {
  const test = await testDatabase();
  const folder = () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'postrider-key-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    return dir;
  };
  const dataDir = folder();
  const base = { DATABASE_URL: test.url, POSTRIDER_LOG_LEVEL: 'silent' };
  const envOf = (env: Env): Env => ({ ...base, POSTRIDER_DATA_DIR: dataDir, ...env });
  /** What a process with these settings sees. */
  const run = async <T>(env: Env, see: (services: Services) => Promise<T> | T): Promise<T> => {
    const { services, close } = await createServices(readConfig(envOf(env)), () => {});
    try {
      return await see(services);
    } finally {
      await close();
    }
  };
  const connect = (services: Services) =>
    addMailbox({ ...test, services }, { address: `${services.newId()}@a.test`, ...where });
  const passwords = async (services: Services, ids: string[]) => {
    const accounts = await openAccounts(services, test.workspaceId, ids);
    return ids.map((id) => accounts.get(id)?.secrets.password);
  };
  const reseal = (env: Env, ...flags: string[]) => keys(['reseal', ...flags], envOf(env));
  const target = { workspaceId: test.workspaceId, messageId: test.services.newId() };
  return { test, dataDir, folder, envOf, run, connect, passwords, reseal, target };
}

const link = ({ vault }: Services, target: { workspaceId: string; messageId: string }) =>
  createMailLink(vault, 'unsubscribe', target);
const quiet = () => vi.spyOn(console, 'log').mockImplementation(() => {});

it('a process with another master key is refused at the start, and told the way out', async () => {
  const { run, connect, passwords } = await install();
  const key = { POSTRIDER_MASTER_KEY: strong() };
  const id = await run(key, connect);
  const other = run({ POSTRIDER_MASTER_KEY: strong() }, () => {});
  await expect(other).rejects.toThrow(/sealed with another master key \(\w{8}; this process has/);
  await expect(other).rejects.toThrow(/POSTRIDER_OLD_MASTER_KEY=… .*reseal/);
  expect(await run(key, (services) => passwords(services, [id]))).toEqual(['secret']);
});

it('a missing master.key is not made anew once something is sealed', async () => {
  const { run, connect, passwords, dataDir } = await install();
  const id = await run({}, connect);
  const file = path.join(dataDir, 'master.key');
  const key = readFileSync(file, 'utf8');
  rmSync(file);
  await expect(run({}, () => {})).rejects.toThrow(`${dataDir} has no master.key`);
  expect(() => readFileSync(file)).toThrow('ENOENT');
  writeFileSync(file, key);
  expect(await run({}, (services) => passwords(services, [id]))).toEqual(['secret']);
});

it('an api and a worker with two data directories do not start without one key', async () => {
  const { run, folder } = await install();
  const key = { POSTRIDER_MASTER_KEY: strong() };
  const two = [folder(), folder()].map((dir) => ({ POSTRIDER_DATA_DIR: dir }));
  await run({ ...two[0], POSTRIDER_ROLE: 'api' }, () => {});
  const worker = run({ ...two[1], POSTRIDER_ROLE: 'worker' }, () => {});
  await expect(worker).rejects.toThrow('has no master.key');
  await expect(run({ ...two[1], ...key }, () => {})).rejects.toThrow('another master key');
});

it('an older installation is refused with another key too, its links stay valid', async () => {
  const { test, run, target } = await install();
  const old = strong();
  const vault = createVault(Buffer.from(old));
  const services = { ...test.services, vault };
  await addMailbox({ ...test, services }, { address: 'old@a.test', ...where });
  const sent = createMailLink(vault, 'unsubscribe', target);
  await expect(run({ POSTRIDER_MASTER_KEY: strong() }, () => {})).rejects.toThrow('another master');
  await expect(run({}, () => {})).rejects.toThrow('has no master.key');
  await run({ POSTRIDER_MASTER_KEY: old }, (now) => {
    expect(readLink(now.vault, 'unsubscribe', sent)).toEqual(target);
    expect(link(now, target)).not.toBe(sent);
  });
});

it('links cannot be forged by the master key alone', async () => {
  const { run, target } = await install();
  const key = strong();
  const made = await run({ POSTRIDER_MASTER_KEY: key }, (services) => link(services, target));
  expect(made).not.toBe(createMailLink(createVault(Buffer.from(key)), 'unsubscribe', target));
});

it('reseal gives everything that a weaker key has sealed to the present one', async () => {
  quiet();
  const { test, run, connect, passwords, reseal, target } = await install();
  const weak = 'correct horse battery';
  const services = { ...test.services, vault: createVault(Buffer.from(weak)) };
  const id = await connect(services);
  const sent = link(services, target);
  const [first, second] = [strong(), strong()];
  const present = { POSTRIDER_MASTER_KEY: first };
  await expect(reseal({ ...present, POSTRIDER_OLD_MASTER_KEY: 'wrong' })).rejects.toThrow(
    'another',
  );
  expect(await reseal({ ...present, POSTRIDER_OLD_MASTER_KEY: weak })).toBe(0);
  const made = await run(present, async (now) => {
    expect(await passwords(now, [id])).toEqual(['secret']);
    return link(now, target);
  });
  expect(await reseal({ POSTRIDER_MASTER_KEY: second, POSTRIDER_OLD_MASTER_KEY: first })).toBe(0);
  await run({ POSTRIDER_MASTER_KEY: second }, async (now) => {
    expect(await passwords(now, [id])).toEqual(['secret']);
    for (const token of [sent, made])
      expect(readLink(now.vault, 'unsubscribe', token)).toEqual(target);
    expect(link(now, target)).toBe(made);
  });
  await expect(run(present, () => {})).rejects.toThrow('another master key');
});

it('a lost master key is given up by keys reseal --lost, and passwords are asked for', async () => {
  quiet();
  const { test, run, connect, passwords, reseal } = await install();
  const id = await run({ POSTRIDER_MASTER_KEY: strong() }, connect);
  expect(await reseal({}, '--lost')).toBe(0);
  await run({}, async (services) => {
    expect(await passwords(services, [id])).toEqual([undefined]);
    const row = await test.db.selectFrom('senders').selectAll().executeTakeFirst();
    expect(row).toMatchObject({
      status: 'credentials_required',
      status_reason: 'The master key was lost: give the password again.',
    });
  });
});

it.each([
  'short',
  'a'.repeat(31),
  'correct horse battery staple and more',
  'g'.repeat(64),
  ''.padEnd(45, 'A'),
])('POSTRIDER_MASTER_KEY=%s is refused, with the command that makes a good one', (key) => {
  expect(() => readConfig({ POSTRIDER_MASTER_KEY: key })).toThrow('openssl rand -base64 32');
});

it.each(['hex', 'base64', 'base64url'] as const)(
  '32 random bytes in %s are a master key',
  (form) => {
    const key = randomBytes(32).toString(form);
    expect(readConfig({ POSTRIDER_MASTER_KEY: key }).masterKey).toBe(key);
  },
);

it('a key is made for the workspace that is named, also by a part of its id', async () => {
  const { test, run, envOf } = await install();
  const addNamed = async (name: string) => {
    const added = await addWorkspace(test.db, test.clock.now());
    const named = test.db.updateTable('workspaces').set({ name });
    await named.where('id', '=', added.workspaceId).execute();
    return added;
  };
  const other = await addNamed('Branch in Bern');
  await addNamed('Branch in Basel');
  const env = envOf({ POSTRIDER_MASTER_KEY: strong() });
  await run(env, () => {});
  const [said, complained] = [quiet(), vi.spyOn(console, 'error').mockImplementation(() => {})];
  const create = (word: string) => keys(['create', '--name', 'ci', '--workspace', word], env);
  expect(await create('branch in be')).toBe(0);
  expect(await create(other.workspaceId.slice(-8))).toBe(0);
  expect(said.mock.calls.flat()).toEqual(Array(2).fill(expect.stringMatching(/^pr_live_/)));
  const made = await test.db
    .selectFrom('api_keys')
    .select('name')
    .where('workspace_id', '=', other.workspaceId)
    .where('name', '=', 'ci')
    .execute();
  expect(made).toHaveLength(2);
  expect(await create('Branch')).toBe(2);
  expect(await create('Zürich')).toBe(2);
  expect(complained.mock.calls.flat()).toEqual([
    expect.stringMatching(/means several[\s\S]*Branch in Bern\n[\s\S]*Branch in Basel/),
    expect.stringMatching(/no live workspace "Zürich"/),
  ]);
});
