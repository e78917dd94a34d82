import { overlapsAmong } from '../../db/campaigns/overlaps.ts';
import type { Db } from '../../db/database.ts';
import type { ForecastCampaignRow, ForecastSenderRow } from '../../db/forecast/forecasts.ts';
import { findSuspects, readSuspects, type Suspect } from '../../db/forecast/suspects.ts';
import { answersAmong } from '../../db/people/answers.ts';
import { readSuppressionReasons } from '../../db/people/suppressions.ts';
import { type LedgerRow, ledgerOf } from '../../db/sending/ledger.ts';
import type { Fate, Fates } from '../../domain/forecast/forecast.ts';
import type { PastAnswer } from '../../domain/people/prospect.ts';
import { noteLimits } from '../../domain/sending/sender-limit.ts';
import { senderValues } from '../../domain/sequence/message.ts';
import { type Touch, touches } from '../../domain/sequence/sequence.ts';
import { type TextNeeds, textNeeds } from '../../domain/sequence/text-needs.ts';
import { judge, type Verdict } from '../sending/verdict.ts';

/** People whose profiles and texts are in memory at a time. */
const batchSize = 1_000;

type FatesRead = {
  workspaceId: string;
  campaign: ForecastCampaignRow;
  /** The campaign's senders, active or not. */
  senders: readonly ForecastSenderRow[];
  /** Only these people, where given. */
  among: readonly string[] | null;
};

/**
 * Which people of a campaign do not get every touch, by the decision that the tick will take. Reads
 * the roster once for those that may be among them, and judges these alone.
 */
export async function readFates(db: Db, read: FatesRead): Promise<Fates> {
  const { workspaceId, campaign, senders, among } = read;
  const order = touches(campaign.nodes);
  if (order.length === 0 || senders.length === 0) return () => null;
  const suspects = await findSuspects(db, {
    workspaceId,
    campaignId: campaign.id,
    needs: needsOf(campaign, senders),
    nodeIds: order.map(({ nodeId }) => nodeId),
    skipsOthers: campaign.skipOtherCampaigns === true,
    skipsAnswered: campaign.excludeReplied,
    among,
  });
  // Senders that write the same texts share one column.
  const columnOf = new Map(senders.map((sender) => [sender.id, likeness(sender)]));
  const writers = new Map(senders.map((sender) => [likeness(sender), sender]));
  const fates = new Map<string, Map<string, (Fate | null)[]>>();
  for (let from = 0; from < suspects.length; from += batchSize) {
    const ids = suspects.slice(from, from + batchSize);
    const facts = await readSuspectFacts(db, read, ids);
    for (const person of facts.people) {
      const own = person.senderId && columnOf.get(person.senderId);
      const columns = own ? [[own, writers.get(own)!] as const] : [...writers];
      const judged = columns.map(
        ([column, sender]) =>
          [column, fatesOf(person, { campaign, order, sender, facts })] as const,
      );
      if (judged.some(([, row]) => row.some(Boolean))) fates.set(person.id, new Map(judged));
    }
  }
  return (person, touch, senderId) =>
    fates.get(person)?.get(columnOf.get(senderId) ?? '')?.[touch] ?? null;
}

function needsOf(campaign: ForecastCampaignRow, senders: readonly ForecastSenderRow[]): TextNeeds {
  const maxNote = Math.min(...senders.map((sender) => noteLimits(sender)?.maxLength ?? Infinity));
  const signatures =
    campaign.signature === null
      ? senders.map(({ signature }) => signature ?? '')
      : [campaign.signature];
  const needs = textNeeds(campaign.nodes, { signatures: [...new Set(signatures)], maxNote });
  // A sender without a name holds everybody whose text has it.
  const isFaulty = senders.some((sender) =>
    blanksOf(sender).some((name) => needs.filled.has(name)),
  );
  return { ...needs, broken: needs.broken || isFaulty };
}

/** The sender's variables that have no value. */
function blanksOf(sender: ForecastSenderRow): string[] {
  return Object.entries(senderValues(sender)).flatMap(([name, value]) =>
    value?.trim() ? [] : [name],
  );
}

/** The same for senders whose texts are complete for the same people. */
function likeness(sender: ForecastSenderRow): string {
  const signature = /%|\{\{/.test(sender.signature ?? '') ? sender.signature : '';
  return JSON.stringify([blanksOf(sender), signature, noteLimits(sender)?.maxLength ?? null]);
}

type SuspectFacts = {
  people: Suspect[];
  suppressed: ReadonlyMap<string, string>;
  overlapping: ReadonlySet<string>;
  answers: ReadonlyMap<string, PastAnswer>;
  ledger: ReadonlyMap<string, LedgerRow[]>;
};

async function readSuspectFacts(
  db: Db,
  { workspaceId, campaign }: FatesRead,
  ids: readonly string[],
): Promise<SuspectFacts> {
  const people = await readSuspects(db, workspaceId, ids);
  const pool = people.filter(({ senderId }) => senderId === null);
  const candidates = campaign.skipOtherCampaigns
    ? pool.map(({ id, identity }) => ({ prospectId: id, campaignId: campaign.id, identity }))
    : [];
  const answerable = campaign.excludeReplied
    ? people.map((person) => ({ ...person, campaignId: campaign.id }))
    : [];
  return {
    people,
    suppressed: await readSuppressionReasons(db, workspaceId, people),
    overlapping: await overlapsAmong(db, workspaceId, candidates),
    answers: await answersAmong(db, workspaceId, answerable),
    ledger: Map.groupBy(await ledgerOf(db, workspaceId, ids), (row) => row.prospectId),
  };
}

type Judging = {
  campaign: ForecastCampaignRow;
  order: readonly Touch[];
  sender: ForecastSenderRow;
  facts: SuspectFacts;
};

/** The fates of a person at each touch, null before their place and where the touch goes out. */
function fatesOf(person: Suspect, { campaign, order, sender, facts }: Judging): (Fate | null)[] {
  const standsAt = Math.max(
    0,
    order.findIndex(({ nodeId }) => nodeId === person.nodeId),
  );
  // A message that is on its way counts as one that is still to go.
  const history = (facts.ledger.get(person.id) ?? []).map((row) =>
    row.state === 'reserved' ? { ...row, state: 'draft' } : row,
  );
  return order.map(({ nodeId, note }, index) => {
    if (index < standsAt) return null;
    const ask = (left: number) =>
      judge({
        campaign,
        nodeId,
        person,
        sender: { ...sender, senderId: sender.id },
        history,
        ...(index > standsAt ? { assumedSubject: 'subject' } : {}),
        assumesDrafts: true,
        suppression: facts.suppressed.get(person.id) ?? null,
        overlaps: index === 0 && facts.overlapping.has(person.id),
        answer: facts.answers.get(person.id) ?? null,
        note: {
          required: note === 'required',
          left,
          maxLength: noteLimits(sender)?.maxLength ?? Infinity,
        },
      });
    const fate = fateOf(ask(Infinity));
    return fate?.code === 'too_long' && ask(0).act === 'send'
      ? { ...fate, unlessBare: true }
      : fate;
  });
}

function fateOf(verdict: Verdict): Fate | null {
  switch (verdict.act) {
    case 'send':
      return null;
    case 'pass':
      return { act: 'pass', code: 'passed', detail: '' };
    case 'skip':
      return { act: 'skip', code: verdict.cause, detail: verdict.reason };
    case 'hold':
      return { act: 'hold', code: verdict.reason, detail: verdict.missing.join(', ') };
  }
}
