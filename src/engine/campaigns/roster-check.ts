import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import {
  readFieldKeys,
  readSurveyed,
  type SurveyedVariable,
  surveyAnswers,
  surveyOverlaps,
  surveySuppressed,
  surveyValues,
} from '../../db/campaigns/roster-survey.ts';
import type { Db } from '../../db/database.ts';
import { readLongTexts } from '../../db/forecast/suspects.ts';
import type { PoolPerson } from '../../db/people/pool.ts';
import type { CampaignId } from '../../db/scope.ts';
import { maxNoteLength } from '../../domain/sequence/note.ts';
import { textNeeds } from '../../domain/sequence/text-needs.ts';
import { checkText } from '../../domain/texts/check-text.ts';
import { foldName } from '../../domain/texts/meant.ts';
import { type RenderSource, renderTouches } from '../texts/drafts.ts';

/** Something about people of the roster that a launch warns of, with a few of them. */
export type RosterFinding = {
  kind: 'missing' | 'blank' | 'broken' | 'suppressed' | 'answered' | 'overlap';
  /** The variable whose values these are. */
  variable: string | null;
  count: number;
  examples: { id: string; label: string; value: string | null }[];
};

/** More fields than any table has columns. */
const maxKeys = 5_000;
/** Prospects that are rendered to count notes that are too long, at once and in all. */
const renderedAtOnce = 500;
const maxRendered = 5_000;

/** The custom fields on the roster; null when nobody is there yet. */
export async function rosterKeys(
  db: Db,
  campaign: CampaignId,
  { sequence, senders, campaign: row }: RenderSource,
): Promise<readonly string[] | null> {
  const texts = [
    row.signature,
    ...senders.map(({ signature }) => signature),
    ...sequence.flatMap((node) => [node.subject, node.body, node.body_html, node.signature]),
  ];
  // Reading them takes a second for a million people: texts without a field and a fault need none.
  const isPlain = (text: string) => {
    const { problems, warnings } = checkText(text, { html: true });
    return !/custom_fields\./i.test(text) && problems.length + warnings.length === 0;
  };
  if (texts.every((text) => !text || isPlain(text))) return [];
  return readFieldKeys(db, campaign, maxKeys);
}

/**
 * The oddities of the people of a campaign's pool, all of them: values that its texts miss, or
 * that no person wrote, entries that suppress them, and other campaigns that have them.
 */
export async function checkRoster(
  db: Db,
  campaign: CampaignId,
  { source, keys }: { source: RenderSource; keys: readonly string[] },
): Promise<RosterFinding[]> {
  const { filled, used } = variablesOf(source);
  const variables = [...used].map((name) => ({ name, keys: spellingsOf(name, keys) }));
  const counts = (await surveyValues(db, campaign, variables)).filter(
    ({ kind, name }) => kind !== 'missing' || filled.has(name),
  );
  const suppressed = await surveySuppressed(db, campaign);
  const answered = await surveyAnswers(db, campaign);
  const overlaps = await surveyOverlaps(db, campaign);
  const found = [
    ...counts,
    { kind: 'suppressed' as const, name: null, ...suppressed },
    { kind: 'answered' as const, name: null, ...answered },
    { kind: 'overlap' as const, name: null, ...overlaps },
  ].filter(({ n }) => n > 0);
  const ids = [...new Set(found.flatMap(({ examples }) => examples))];
  const people = await readSurveyed(db, campaign.workspaceId, { ids, variables });
  return found.map(({ kind, name, n, examples }) => ({
    kind,
    variable: name,
    count: n,
    examples: examples.flatMap((id) => {
      const person = people.get(id);
      return person ? [{ id, label: person.label, value: name ? person.values[name]! : null }] : [];
    }),
  }));
}

/** The variables that the texts have, and those of them that hold a person that lacks them. */
function variablesOf({ sequence, senders, campaign }: RenderSource) {
  const signatures =
    campaign.signature === null
      ? senders.map(({ signature }) => signature ?? '')
      : [campaign.signature];
  const { filled, used } = textNeeds(sequence, { signatures, maxNote: Infinity });
  // The name stands in the address of a mail, whatever its texts say.
  return { filled, used: campaign.type === 'email' ? new Set([...used, 'name']) : used };
}

function spellingsOf(name: string, keys: readonly string[]): SurveyedVariable['keys'] {
  if (!name.startsWith('custom_fields.')) return [];
  const key = name.slice('custom_fields.'.length);
  const folded = foldName(key);
  const alike = keys.filter((one) => one !== key && foldName(one) === folded);
  return [...(keys.includes(key) ? [key] : []), ...alike];
}

/** The warning of a launch about a finding. `people`: how many the roster has. */
export function rosterWarning(
  finding: RosterFinding,
  campaign: Pick<CampaignRow, 'exclude_replied' | 'skip_other_campaigns'>,
  people: number,
): string {
  const { kind, variable, count, examples } = finding;
  const of = `${count} of ${people} people`;
  const who = examples.map(({ label, value }) => (value ? `${label}: "${shown(value)}"` : label));
  const some = who.length > 0 ? ` (${who.join(', ')}${count > who.length ? ', …' : ''})` : '';
  if (kind === 'missing')
    return (
      `%${variable}% is empty for ${of}${some}: ` +
      'they will be held until it is filled in or has a fallback.'
    );
  if (kind === 'blank') return `%${variable}% is a word for "nothing" for ${of}${some}.`;
  if (kind === 'broken')
    return `%${variable}% is an error, a placeholder or only signs for ${of}${some}.`;
  if (kind === 'suppressed') return `${of} are suppressed${some}: they will be skipped.`;
  if (kind === 'answered')
    return (
      `${of} replied to or unsubscribed from another campaign${some}: ` +
      (campaign.exclude_replied
        ? 'they will be skipped (exclude_replied).'
        : 'they are written to all the same, because exclude_replied is false.')
    );
  return (
    `${of} are under way in another running campaign${some}: ` +
    (campaign.skip_other_campaigns
      ? 'they will be skipped (skip_other_campaigns).'
      : 'they get the messages of both, unless skip_other_campaigns is set.')
  );
}

const shown = (value: string): string => (value.length > 40 ? `${value.slice(0, 39)}…` : value);

/**
 * Warnings of notes that are too long for people of the pool, when the sender that may send the
 * shortest notes writes to them. `people`: how many the roster has.
 */
export async function longNotes(db: Db, source: RenderSource, people: number): Promise<string[]> {
  const { workspace_id: workspaceId, id: campaignId } = source.campaign;
  const limits = source.senders.flatMap((sender) =>
    source.touchNodes.flatMap((node) => {
      const limit = maxNoteLength(node, sender);
      return limit === null ? [] : [{ sender, limit }];
    }),
  );
  const [shortest] = limits.toSorted((a, b) => a.limit - b.limit);
  if (!shortest) return [];
  const { sender, limit: maxNote } = shortest;
  const { lengths } = textNeeds(source.sequence, { signatures: [], maxNote });
  if (lengths.length === 0) return [];
  // Values are told long by their bytes; the texts of those people are rendered.
  let tooLong = 0;
  let rendered = 0;
  let after: string | null = null;
  do {
    const pool = { workspaceId, campaignId, after, limit: renderedAtOnce };
    const page: PoolPerson[] = await readLongTexts(db, pool, lengths);
    tooLong += page.filter((person) =>
      renderTouches(source, person, { sender }).some(
        (touch, place) =>
          touch.ok &&
          touch.text.length > (maxNoteLength(source.touchNodes[place]!, sender) ?? Infinity),
      ),
    ).length;
    rendered += page.length;
    after = page.length === renderedAtOnce ? page.at(-1)!.id : null;
  } while (after !== null && rendered < maxRendered);
  if (tooLong === 0) return [];
  const atLeast = after === null ? '' : 'at least ';
  return [
    `A note is too long for ${atLeast}${tooLong} of ${people} people: ` +
      'they will be held until it is shorter.',
  ];
}
