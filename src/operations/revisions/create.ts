import { z } from 'zod';
import { lockCampaign } from '../../db/campaigns/campaigns.ts';
import { findNodes } from '../../db/campaigns/sequences.ts';
import { recogniseNodes } from '../../domain/sequence/revision.ts';
import { normaliseSequence, sequenceNodeInput } from '../../domain/sequence/sequence.ts';
import { uuid } from '../../domain/text.ts';
import { readCurrent } from '../../engine/campaigns/revise.ts';
import { defineOperation } from '../../operation.ts';
import { warnOfIgnored } from '../campaigns/fields.ts';
import { applySequence, revisionOutput } from './wire.ts';

export const createRevision = defineOperation({
  name: 'revision.create',
  route: 'POST /api/campaigns/{id}/revisions',
  cli: 'campaign revision create',
  summary: 'Give a campaign another sequence, also while it runs',
  description:
    'dry_run=true counts the people who stay, move, end, repeat and skip, and changes ' +
    'nothing. Nodes keep their ids when these are given; a node without id is an old node ' +
    'when its content is exactly the same. People before a touch that remains stay there, ' +
    'also when it has another place; a changed delay moves all of them at once. People before ' +
    'a touch that is gone move to its place: to a replacement there, or else to the next ' +
    'touch that remains; their delay goes on counting from the same instant. A touch on its ' +
    'way goes out, and its person goes on from there in the new sequence. Nobody gets a node ' +
    'twice. A draft is changed in place and keeps its number. A completed campaign can be ' +
    'revised while its roster is open, for people who are added.',
  scope: 'write',
  input: z.object({
    id: uuid,
    sequence_nodes: z.array(sequenceNodeInput).max(100),
    keep: z
      .boolean()
      .default(false)
      .describe(
        "Keeps a draft's present sequence as a revision too; the new one gets the next number.",
      ),
    dry_run: z.boolean().default(false),
  }),
  output: revisionOutput,
  status: 201,
  errors: [
    'campaign.not_found',
    'campaign.launch_in_progress',
    'campaign.completed',
    'sequence.invalid',
  ],
  unknown: 'warn',
  async run(context, { id, sequence_nodes: input, keep, dry_run: dryRun }) {
    const { db, workspaceId, newId } = context;
    const row = await lockCampaign(db, { workspaceId, campaignId: id });
    const current = await readCurrent(db, row);
    const known = await findNodes(
      db,
      row,
      input.flatMap((node) => node.id ?? []),
    );
    const written = normaliseSequence(input, known, row.type, newId);
    warnOfIgnored(context, written.ignored);
    const nodes = recogniseNodes(written.nodes, current.nodes);
    if (dryRun) context.setStatus(200);
    return applySequence(context, row, { current, nodes, dryRun, keep });
  },
});
