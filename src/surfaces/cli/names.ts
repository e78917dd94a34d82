import { nearest } from '../../nearest.ts';
import type { Operation } from '../../operation.ts';
import { flagOf, UsageError } from '../cli-values.ts';
import { senderName } from './campaign-views.ts';
import { type Ask, type Candidate, type Kind, kindOf, kinds, type Place } from './kinds.ts';
import { isRow, type Row } from './values.ts';
import { rowOf, rowsOf } from './view.ts';
import { isId, shortId } from './words.ts';

/** There is nothing of that name; the message says the nearest names. */
export class UnknownNameError extends Error {}

const maxListed = 10;
/** Each may take some calls. */
const maxWords = 50;

/**
 * The given flags with an id in place of each name, address, or beginning or end of an id. Ids
 * themselves are not looked up.
 * @throws UnknownNameError, UsageError when a word means several things
 */
export async function resolveNames(
  operation: Operation,
  flags: Readonly<Record<string, unknown>>,
  { ask, input }: { ask: Ask; input: Row },
): Promise<Row> {
  const resolved: Row = {};
  const ofCampaign = operation.route.includes('/api/campaigns/{id}');
  // The campaign first, because other names are looked up in it.
  const isCampaign = (name: string) => kindOf(operation, name) === 'campaign';
  const names = Object.keys(flags).toSorted(
    (a, b) => Number(isCampaign(b)) - Number(isCampaign(a)),
  );
  for (const name of names) {
    const kind = kindOf(operation, name);
    const value = flags[name];
    if (kind === null || !isNamed(value)) continue;
    const campaign = { ...input, ...flags, ...resolved }[ofCampaign ? 'id' : 'campaign_id'];
    const place = { campaignId: typeof campaign === 'string' ? campaign : null };
    const look = (given: string) => findOne(kind, given, { ask, place, flag: name });
    if (!Array.isArray(value)) {
      resolved[name] = await look(String(value));
      continue;
    }
    if (value.filter((one) => !isId(one)).length > maxWords)
      throw new UsageError(`--${flagOf(name)} takes ids, and ${maxWords} names at most.`);
    const ids: string[] = [];
    for (const one of value) ids.push(await look(String(one)));
    resolved[name] = ids;
  }
  const mappings = flags.column_mappings;
  if (isRow(mappings))
    resolved.column_mappings = await resolveMappings(mappings, {
      ask,
      input: { ...input, ...resolved },
    });
  return { ...flags, ...resolved };
}

/** Column mappings with ids for the names of lists and columns. */
async function resolveMappings(
  mappings: Row,
  { ask, input }: { ask: Ask; input: Row },
): Promise<Row> {
  const place = { campaignId: typeof input.id === 'string' ? input.id : null };
  const context = { ask, place, flag: 'column_mappings' };
  const entries = Object.entries(mappings).map(async ([list, columns]) => {
    const ofList = Object.entries(rowOf(columns)).map(async ([attribute, column]) => {
      const isName = typeof column === 'string' && !column.startsWith('custom_');
      return [attribute, isName ? await findOne('column', column, context) : column] as const;
    });
    return [await findOne('list', list, context), Object.fromEntries(await Promise.all(ofList))];
  });
  return Object.fromEntries(await Promise.all(entries)) as Row;
}

/** Whether a value of a flag is a word, or are words, that need looking up. */
function isNamed(value: unknown): boolean {
  const words = Array.isArray(value) ? value : [value];
  const isWord = (word: unknown) =>
    (typeof word === 'string' && word !== '') || typeof word === 'number';
  return words.every(isWord) && words.some((word) => !isId(word));
}

async function findOne(
  kind: Kind,
  given: string,
  { ask, place, flag }: { ask: Ask; place: Place; flag: string },
): Promise<string> {
  if (isId(given.toLowerCase())) return given;
  const { one, list, find } = kinds[kind];
  if (kind === 'person' && place.campaignId === null)
    throw new UsageError(`"${given}": a person is looked for in a campaign; name it too.`);
  const candidates = await find(ask, given, place);
  const meant = matches(given, candidates);
  if (meant.length === 1) return meant[0]!.id;
  if (meant.length === 0) {
    const near = nearest(
      given,
      candidates.flatMap(({ names }) => names),
    );
    const hint = near ? ` Did you mean "${near}"?` : '';
    throw new UnknownNameError(
      `${flag}: there is no ${one} "${given}".${hint} They are listed by: postrider ${list}`,
    );
  }
  const lines = meant.slice(0, maxListed).map(({ label, id }) => `  ${shortId(id)}  ${label}`);
  const others = meant.length > maxListed ? [`  … and ${meant.length - maxListed} more`] : [];
  const listed = [...lines, ...others].join('\n');
  throw new UsageError(
    `"${given}" is the beginning or the name of ${meant.length} things; ` +
      `say more of it, or one of these ids:\n${listed}`,
  );
}

/** The candidates that a word means: by the whole name, a part of the id, or a beginning. */
export function matches<Found extends Candidate>(
  given: string,
  candidates: readonly Found[],
): Found[] {
  const word = given.trim().toLowerCase();
  const isPartOfId = /^[0-9a-f-]{4,36}$/.test(word);
  const ways: ((candidate: Candidate) => boolean)[] = [
    ({ id }) => id === word,
    ({ names }) => names.some((name) => name.toLowerCase() === word),
    ({ id }) => isPartOfId && (id.endsWith(word) || id.startsWith(word)),
    ({ names }) => names.some((name) => name.toLowerCase().startsWith(word)),
  ];
  for (const way of ways) {
    const found = candidates.filter(way);
    if (found.length > 0) return found;
  }
  return [];
}

/** The operations with tables that name senders and campaigns by id. */
const withSenders = new RegExp(
  String.raw`^(campaign_lead\.|message\.list|event\.list|forecast\.|campaign\.resume_preview|` +
    String.raw`sender\.schedule|explanation\.)`,
);
const withCampaigns = /^(event\.list|explanation\.sender)$/;

/** Names of the senders, campaigns and members that an answer may mention, by id. */
export async function readNames(operation: string, ask: Ask): Promise<Map<string, string>> {
  const senders = withSenders.test(operation) ? await ask('sender.list', {}) : null;
  const campaigns = withCampaigns.test(operation) ? await ask('campaign.list', {}) : null;
  const members = operation === 'event.list' ? await ask('member.list', {}) : null;
  return new Map([
    ...rowsOf(members?.members).map((row) => [String(row.id), String(row.name)] as const),
    ...rowsOf(senders?.accounts).map((row) => [String(row.id), senderName(row)] as const),
    ...rowsOf(campaigns?.campaigns).map((row) => [String(row.id), String(row.name)] as const),
  ]);
}
