import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { beat } from '../../src/db/workers.ts';
import { Drafter } from '../../src/engine/drafter.ts';
import { callAhead } from '../../src/engine/drafting.ts';
import { writeAll } from '../peers/llm.ts';
import { aiEmail, openWritingHouse } from '../writing.ts';
import { hour, people } from './house.ts';

const house = await openWritingHouse();
const { db, llm, parts } = house;

test('a text that the database did not keep is written again by the same worker', async () => {
  const workerId = parts.newId();
  await beat(db, workerId);
  const drafter = new Drafter(parts, workerId);
  const id = await house.launch({ senders: [await house.sender()], nodes: [aiEmail], people: people(3) });
  await callAhead(parts);
  await sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$`.execute(db);
  llm.reply = async (asked) => {
    if (llm.asked.length === 1) await sql`create trigger full_disk before insert on messages execute function refuse()`.execute(db);
    return writeAll(asked);
  };
  await expect(drafter.write()).rejects.toThrow('the disk is full');
  await sql`drop trigger full_disk on messages`.execute(db);
  expect(Object.values(await house.holds(id))).toContain('draft_pending');
  await beat(db, workerId);
  while ((await drafter.write()) > 0);
  expect(Object.values(await house.holds(id))).toEqual([null, null, null]);
  await house.runFor(hour);
  expect(house.sink.messages).toHaveLength(3);
  await house.checkLaws();
});
