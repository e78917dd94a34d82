import type { Db } from '../../db/database.ts';
import type { Fate } from '../../domain/forecast/forecast.ts';
import type { ExplainRequest } from './explanation.ts';
import { horizonMs } from './forecast.ts';
import { readForecastInput } from './forecast-input.ts';
import { runForecast, takeForecastTurn } from './run-forecast.ts';

export type PersonOutlook = {
  /** Touches to come in their order; instants in epoch ms. */
  touches: { nodeId: string; type: string; senderId: string; at: number }[];
  /** Why a later touch does not go out; null when all do. */
  stop: { at: number; fate: Fate } | null;
  /** Sends remain behind the horizon. */
  isCut: boolean;
};

/** All touches that are to come of one person, as the forecast of the campaign has them. */
export function forecastPerson(
  db: Db,
  { campaignId, prospectId }: { campaignId: string; prospectId: string },
  request: ExplainRequest,
): Promise<PersonOutlook> {
  const { workspaceId, now, signal } = request;
  return takeForecastTurn(request, async () => {
    const input = await readForecastInput(db, { workspaceId, campaignId, changes: {}, now });
    const outlook: PersonOutlook = { touches: [], stop: null, isCut: false };
    const { touches } = input.campaigns[input.target]!;
    const isOwn = (one: { campaign: number; person: string }) =>
      one.campaign === input.target && one.person === prospectId;
    const start = { ...input, now: now.getTime(), until: now.getTime() + horizonMs };
    const end = await runForecast(
      start,
      {
        onSend(send) {
          if (!isOwn(send)) return false;
          const { nodeId, type } = touches[send.touch]!;
          const senderId = input.lanes[send.lane]!.senderId;
          outlook.touches.push({ nodeId, type, senderId, at: send.at });
          return send.touch === touches.length - 1;
        },
        onStop(stop) {
          if (isOwn(stop) && stop.fate.act !== 'pass') outlook.stop = stop;
        },
      },
      { signal },
    );
    return { ...outlook, isCut: end.reason === 'horizon' };
  });
}
