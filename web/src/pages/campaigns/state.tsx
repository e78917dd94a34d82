import type { Tone } from '../../model/why.ts';
import { Icon, type IconName } from '../../ui/icons.tsx';

const looks: Record<string, { tone: Tone; icon: IconName; word: string }> = {
  draft: { tone: 'over', icon: 'over', word: 'Draft' },
  launching: { tone: 'runs', icon: 'play', word: 'Launching' },
  active: { tone: 'runs', icon: 'play', word: 'Active' },
  paused: { tone: 'waits', icon: 'pause', word: 'Paused' },
  completed: { tone: 'over', icon: 'check', word: 'Completed' },
};

/** The state of a campaign, with the reason of a pause that a guard made. */
export function StateBadge({ status, reason }: { status: string; reason?: string | null }) {
  const look = looks[status] ?? looks.draft!;
  const guarded = status === 'paused' && reason && reason !== 'user';
  return (
    <span className={`badge tone-${guarded ? 'held' : look.tone}`}>
      <Icon name={guarded ? 'held' : look.icon} />
      {look.word}
      {guarded && `: ${reason.replaceAll('_', ' ')}`}
    </span>
  );
}
