import type { Binding } from './explain.ts';

/** Why a guard paused a campaign; the words end a sentence. */
const pauseMeanings: Record<string, { words: string; unblock: string }> = {
  bounce_rate: {
    words: 'too many of the people written to bounced.',
    unblock: 'Look at the addresses, then resume the campaign; bounces count anew from there.',
  },
  refused: {
    words: 'touch after touch was refused for good.',
    unblock: 'Look at the refusals and the texts, then resume the campaign.',
  },
  all_senders_down: {
    words: 'none of its senders can send.',
    unblock: 'Mend or add a sender: the campaign goes on by itself when one can send.',
  },
};

/** Why a campaign does not send; null when it is active. */
export function bindingOfCampaign({
  id,
  status,
  pause_reason,
}: {
  id: string;
  status: string;
  pause_reason: string | null;
}): Binding | null {
  if (status === 'active') return null;
  const heldBy = { kind: 'campaign' as const, id };
  if (status === 'paused') {
    const meaning = pauseMeanings[pause_reason ?? ''];
    const unblock = meaning?.unblock ?? 'Resume the campaign.';
    const stated = pause_reason ? ` (${pause_reason}).` : '.';
    const words = `The campaign is paused${meaning ? `: ${meaning.words}` : stated}`;
    return { code: 'campaign_paused', words, unblock, heldBy };
  }
  if (status === 'completed')
    return {
      code: 'campaign_completed',
      words: 'The campaign is completed.',
      unblock: null,
      heldBy,
    };
  return {
    code: `campaign_${status}`,
    words: 'The campaign is not launched.',
    unblock: 'Launch the campaign.',
    heldBy,
  };
}
