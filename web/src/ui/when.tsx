import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { fullText, whenText } from '../model/when.ts';

export type Present = {
  /** The present of the workspace: a sandbox has its own. */
  now: Date;
  /** The zone of the workspace (IANA). */
  zone: string;
};

const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const PresentContext = createContext<Present>({ now: new Date(), zone: browserZone });

export const usePresent = (): Present => useContext(PresentContext);

type Clock = { now: string; speed: number; paused: boolean } | null;

/** Gives the present to what it holds; it moves on once in 20 s, or each second on a fast clock. */
export function PresentProvider({
  zone,
  clock,
  children,
}: {
  zone: string;
  clock: Clock;
  children: ReactNode;
}) {
  const [at, setAt] = useState(() => ({ read: Date.now(), tick: Date.now() }));
  const read = clock?.now;
  // A clock that was read anew counts from now on.
  useEffect(() => {
    if (read) setAt({ read: Date.now(), tick: Date.now() });
  }, [read]);
  const fast = clock !== null && !clock.paused && clock.speed > 1;
  useEffect(() => {
    const timer = setInterval(
      () => setAt((old) => ({ ...old, tick: Date.now() })),
      fast ? 1_000 : 20_000,
    );
    return () => clearInterval(timer);
  }, [fast]);
  const passed = clock && !clock.paused ? (at.tick - at.read) * clock.speed : 0;
  const now = clock ? new Date(Date.parse(clock.now) + passed) : new Date(at.tick);
  return <PresentContext value={{ now, zone }}>{children}</PresentContext>;
}

/** An instant in the shortest words, with all of it in the tooltip. */
export function When({ at }: { at: string }) {
  const { now, zone } = usePresent();
  return (
    <time dateTime={at} title={fullText(at, zone)}>
      {whenText(at, now, zone)}
    </time>
  );
}
