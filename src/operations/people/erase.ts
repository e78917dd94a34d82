import { z } from 'zod';
import { erasePerson as erase } from '../../engine/people/erase.ts';
import { defineOperation } from '../../operation.ts';
import { personNames, readNames } from './wire.ts';

export const erasePerson = defineOperation({
  name: 'person.erase',
  route: 'POST /api/people/erase',
  cli: 'person erase',
  summary: 'Erase a person everywhere in the workspace, for good',
  description:
    'By one name or several; all others that campaigns and leads know of the person are erased ' +
    'with it. Open sequences end. Profiles, texts, replies, leads and rejected rows go; counters ' +
    'and the rows of the ledger stay, without personal data. Hashes of the names stay in the ' +
    'suppressions, so that the person is never written to again, also when imported anew. There ' +
    'is no undo; backups made before still hold the person.',
  scope: 'admin',
  input: z.object(personNames),
  output: z.object({
    erased: z.object({
      identities: z.int().describe('Names that are suppressed by their hashes.'),
      campaigns: z.int(),
      leads: z.int(),
      received: z.int().describe('Received messages whose contents went.'),
    }),
  }),
  errors: ['prospect.in_hand'],
  async run({ db, workspaceId, now, actor }, names) {
    const keys = readNames(names);
    return { erased: await erase(db, { workspaceId, keys, now, actor }) };
  },
});
