import type { Scenario } from '../scenario.ts';
import { answers } from './answers.ts';
import { drain } from './drain.ts';
import { dribble } from './dribble.ts';
import { idempotency } from './idempotency.ts';
import { imap } from './imap.ts';
import { imports } from './imports.ts';
import { kills } from './kills.ts';
import { limits } from './limits.ts';
import { postgres } from './postgres.ts';
import { replies } from './replies.ts';
import { restore } from './restore.ts';
import { stages } from './stages.ts';
import { starved } from './starved.ts';
import { zombie } from './zombie.ts';

/** Every scenario, in the order of the faults. */
export const scenarios: readonly Scenario[] = [
  kills,
  stages,
  drain,
  postgres,
  starved,
  zombie,
  limits,
  replies,
  answers,
  imap,
  idempotency,
  imports,
  dribble,
  restore,
];
