import type { Db } from '../../db/database.ts';
import type { ImportChoices, ImportRow } from '../../db/imports/imports.ts';
import type { LeftOutRow } from '../../db/imports/left-out.ts';
import type { RosterRow } from '../../db/people/roster.ts';
import { insertSuppressions } from '../../db/people/suppressions.ts';
import { findDuplicates, updateExisting } from '../../db/sending/import-updates.ts';
import { wakeCampaign } from '../../db/sending/lanes.ts';
import type { Intake, PackedPeople } from '../../db/sending/roster-changes.ts';
import { suppressionKeys } from '../../domain/people/suppression.ts';
import { addPeople } from '../people/roster.ts';
import type { ImportProgress } from './import-rows.ts';

/** The reason of a suppression that a row of an import asked for. */
export const importReason = 'import';

export const choicesOf = (row: ImportRow): ImportChoices => ({
  existing: row.existing as ImportChoices['existing'],
  optOuts: row.opt_outs as ImportChoices['optOuts'],
});

type Batch = Pick<ImportProgress, 'numbers' | 'optedOut'> & { people: PackedPeople };
type Intaking = {
  /** `sourceRef` is the import's id. */
  intake: Intake & { sourceRef: string };
  batch: Batch;
  choices: ImportChoices;
  /** The table has a column for the whole name. */
  named: boolean;
};
type TakenIn = { imported: number; updated: number; leftOut: LeftOutRow[] };

/**
 * Takes a batch of people into a roster that `openRoster` locked in this transaction: new ones are
 * added, those there are updated as the choices say, and those that opted out are suppressed
 * in the whole workspace, unless they are only to be skipped.
 */
export async function takeIn(
  db: Db,
  roster: RosterRow,
  { intake, batch, choices, named }: Intaking,
): Promise<TakenIn> {
  const { people, numbers, optedOut } = batch;
  const { sourceRef: importId, now } = intake;
  const imported = await addPeople(db, roster, { intake, people });
  const duplicates =
    imported === people.count ? [] : await findDuplicates(db, intake, { people, importId });
  const { existing } = choices;
  const ids = [...new Set(duplicates.map(({ prospectId }) => prospectId))];
  const updated =
    ids.length === 0
      ? 0
      : await updateExisting(db, intake, { people, importId, ids, existing, named, now });
  if (updated > 0 && roster.status === 'active') await wakeCampaign(db, intake);
  if (choices.optOuts === 'suppress')
    await suppressOptedOut(
      db,
      intake,
      optedOut.map(({ person }) => person),
    );
  const optOuts = optedOut.map(({ person: _person, ...row }) => row);
  const leftOut = duplicates.map(({ index, identity, repeated }): LeftOutRow => {
    return {
      row: numbers[index]!,
      kind: repeated ? 'repeated' : 'duplicate',
      identity,
      detail: null,
    };
  });
  return { imported, updated, leftOut: [...optOuts, ...leftOut] };
}

/**
 * Suppresses people of whom a table says that they must not be written to, in the whole workspace.
 * `campaignId`: the campaign into whose roster the table goes, if any.
 */
export async function suppressOptedOut(
  db: Db,
  { workspaceId, campaignId, now }: { workspaceId: string; campaignId?: string; now: Date },
  people: readonly Parameters<typeof suppressionKeys>[0][],
): Promise<void> {
  const items = people.flatMap((person) =>
    suppressionKeys(person).flatMap((key) =>
      key.kind === 'domain' ? [] : [{ ...key, reason: importReason }],
    ),
  );
  if (items.length === 0) return;
  const of = campaignId === undefined ? {} : { campaignId };
  await insertSuppressions(db, workspaceId, { items, ...of, at: now });
}
