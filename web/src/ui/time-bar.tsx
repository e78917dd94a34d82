import { useState } from 'react';
import { useAction } from '../api/use.ts';
import { stampText } from '../model/when.ts';
import { Button } from './button.tsx';
import { usePresent } from './when.tsx';

type Clock = { now: string; speed: number; paused: boolean; advancing_to: string | null };

/** A day of the sandbox passes in ten seconds. */
const playSpeed = 8_640;

/** The clock of a sandbox: where it stands, and what moves it. */
export function TimeBar({ clock }: { clock: Clock }) {
  const advance = useAction('POST /api/clock/advance');
  const update = useAction('PATCH /api/clock');
  const { now, zone } = usePresent();
  const [moving, setMoving] = useState(false);
  const plays = !clock.paused && clock.speed > 0;
  const pass = async (by: string) => {
    setMoving(true);
    // One call moves the clock for some seconds at most; the rest is asked for again.
    let done = await advance.run({ by });
    while (done && !done.reached && done.clock.advancing_to)
      done = await advance.run({ to: done.clock.advancing_to });
    setMoving(false);
  };
  const busy = moving || clock.advancing_to !== null;
  return (
    <section className="time-bar" aria-label="Time of the sandbox">
      <b>Rehearsal</b>
      <span>
        {stampText(now.toISOString(), zone)}
        {plays && <span className="dim"> · a day in {Math.round(86_400 / clock.speed)} s</span>}
      </span>
      <Button
        size="small"
        icon={plays ? 'pause' : 'play'}
        isDisabled={update.pending}
        onPress={() =>
          void update.run(plays ? { paused: true } : { paused: false, speed: playSpeed })
        }
      >
        {plays ? 'Stop the clock' : 'Let it run'}
      </Button>
      <Button size="small" icon="skip" isDisabled={busy} onPress={() => void pass('1 hour')}>
        Hour
      </Button>
      <Button size="small" icon="skip" isDisabled={busy} onPress={() => void pass('1 day')}>
        Day
      </Button>
      <Button size="small" icon="skip" isDisabled={busy} onPress={() => void pass('7 days')}>
        Week
      </Button>
      <span role="status" className="dim">
        {busy && 'Time passes …'}
        {!busy && (advance.problem ?? update.problem)?.message}
      </span>
    </section>
  );
}
