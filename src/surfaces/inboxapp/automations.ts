import { z } from 'zod';
import { idOutput } from './ids.ts';
import type { Door } from './route.ts';

export const automationOutput = z.object({
  id: idOutput,
  trigger: z.string(),
  action: z.string(),
  actionData: z.record(z.string(), z.unknown()),
  enabled: z.boolean(),
});

export async function readAutomations(_door: Door, _id: string): Promise<z.input<typeof automationOutput>[]> {
  return [];
}
