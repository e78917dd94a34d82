import { parseArgs } from 'node:util';
import { openStore } from '../../app.ts';
import { type Config, readConfig } from '../../config.ts';
import { findPersonByEmail, listAddresses } from '../../db/accounts/persons.ts';
import type { Db } from '../../db/database.ts';
import { normaliseEmail } from '../../domain/identity.ts';
import { issueLink, linkUrl } from '../../engine/accounts/links.ts';
import { systemClock } from '../../engine/clock.ts';
import { welcomeLink } from '../../engine/first-boot.ts';

const usage = `Usage: postrider link [--email <address>]
Prints a link that works once within 24 hours, server running or not: to the first account, or \
with --email to a new password of a person who has one.`;
const otherCommands = `With a running server: postrider link create invites somebody, \
postrider link list shows the links that nobody has used, postrider link delete withdraws one.`;

const maxShown = 20;

/** Prints a link alone on stdout. Returns the exit code, 2 for a wrong command line. */
export async function link(
  argv: string[],
  env: Record<string, string | undefined>,
): Promise<number> {
  let email: string | undefined;
  try {
    const flags = { email: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
    const { values } = parseArgs({ args: argv, options: flags });
    if (values.help) {
      console.log(`${usage}\n${otherCommands}`);
      return 0;
    }
    email = values.email;
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    return 2;
  }
  const config = readConfig(env);
  const store = await openStore(config, console.error);
  const { url, refusal } = await make(store.db, config, email).finally(store.close);
  if (refusal) console.error(refusal);
  else console.log(url);
  return refusal ? 2 : 0;
}

type Made = { url?: string | null; refusal?: string };

async function make(db: Db, config: Config, given: string | undefined): Promise<Made> {
  const at = systemClock.now();
  if (given === undefined) {
    const url = await welcomeLink(db, config, at);
    if (url) return { url };
    const all = (await listAddresses(db, maxShown)).join(', ');
    return { refusal: `Whose password is it about? Say it with --email: ${all}\n${usage}` };
  }
  const email = normaliseEmail(given);
  const person = email === null ? null : await findPersonByEmail(db, email);
  if (!person) return { refusal: `There is no account with the address ${given}.` };
  const { token } = await issueLink(db, { kind: 'reset', email: person.email, at });
  return { url: linkUrl(config, { kind: 'reset', token }) };
}
