import type { CampaignFacts, FollowUp } from '../sending/lane-facts.ts';
import type { ForecastLine } from './forecast-line.ts';
import type { PeriodCount, Roster } from './forecast-roster.ts';

/** One of a lane's campaigns. */
export type LaneCampaign = {
  roster: Roster;
  index: number;
  accountLimit: number | null;
  sent: PeriodCount;
  inHour: PeriodCount | null;
  /** Prospects in flight, by touch, then by zone. */
  lines: ForecastLine<number>[][];
};

/**
 * The planner's facts of one campaign. With `goes`, only of the prospects for which it says that
 * they will get the touch (an index) that they stand before.
 */
export function campaignFacts(
  { roster, accountLimit, sent, inHour, lines }: LaneCampaign,
  now: number,
  goes: ((person: string, touch: number) => boolean) | null,
): CampaignFacts {
  const firstKey = <Key extends string | number>(line: ForecastLine<Key>, touch: number) =>
    goes ? line.firstKeyOf((person) => goes(person, touch)) : line.firstKey;
  const {
    campaignId,
    schedule,
    local,
    dailyLimit,
    hourlyLimit,
    senders,
    touches,
    pauses,
    poolFrom,
    startsAt = null,
  } = roster.given;
  const followUps: FollowUp[] = [];
  for (const [index, { nodeId, type, waitMs, note }] of touches.entries()) {
    for (const [place, line] of lines[index]!.entries()) {
      const anchorAt = firstKey(line, index);
      if (anchorAt !== undefined)
        followUps.push({
          nodeId,
          touch: type,
          waitMs,
          anchorAt,
          zone: roster.zones[place]!,
          noted: note === 'required',
        });
    }
  }
  const poolZones = roster.zones.filter(
    (_, place) => firstKey(roster.pools[place]!, 0) !== undefined,
  );
  return {
    campaignId,
    schedule,
    local,
    startsAt,
    dailyLimit,
    sentToday: roster.sent.at(now),
    accountLimit,
    sentTodayBySender: sent.at(now),
    ...(hourlyLimit !== null && inHour
      ? { hourly: { limit: hourlyLimit, sent: inHour.at(now) } }
      : {}),
    senders,
    followUps,
    pauses,
    poolFrom: poolZones.length > 0 ? poolFrom : null,
    poolTouch: touches[0]?.type ?? '',
    poolNoted: touches[0]?.note === 'required',
    poolZones,
  };
}
