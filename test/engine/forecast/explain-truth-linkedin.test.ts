import { test } from 'vitest';
import { openSandboxFixture } from '../../fixtures/sandbox.ts';
import { expectTruth } from './truth-property.ts';

const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });

test(
  'what is told of people, campaigns and senders of invitations comes true',
  {
    timeout: 1_800_000,
  },
  () => expectTruth(fixture, 'linkedin'),
);
