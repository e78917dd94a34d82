import { AppError } from '../src/errors.ts';
import { type Call, type Operation, type Parts, runOperation } from '../src/operation.ts';
import type { TestDatabase } from './database.ts';

export type Outcome<Body> = { status: number; body: Body };
type Problem = { code: string; detail: string; errors: { pointer: string; code: string; message: string }[] };
type Wanted<Operated> = Operated extends { run: (...args: never[]) => Promise<infer Body> } ? Body : never;

/** Calls operations as an admin of the workspace, the way every surface does; failures come back as the body a caller would see. */
export function createCaller(
  parts: Parts,
  { workspaceId, memberId, sandbox = false }: Pick<TestDatabase, 'workspaceId' | 'memberId'> & { sandbox?: boolean },
) {
  const caller = { workspaceId, memberId, keyId: parts.newId(), scopes: ['admin'], sandbox } as const;
  const run = async (
    operation: Operation,
    raw: Record<string, unknown>,
    more: Omit<Partial<Call>, 'raw'> = {},
  ): Promise<Outcome<unknown>> => {
    try {
      return await runOperation(operation, parts, { caller, raw, ...more });
    } catch (error) {
      if (error instanceof AppError) return { status: error.status, body: error.toBody('test') };
      throw error;
    }
  };
  return {
    /** @throws Error with the problem when the call fails */
    async call<Operated extends Operation>(operation: Operated, raw: Record<string, unknown>, more: Omit<Partial<Call>, 'raw'> = {}) {
      const { status, body } = await run(operation, raw, more);
      if (status >= 400) throw new Error(`${status} ${JSON.stringify(body)}`);
      return body as Wanted<Operated> & { warnings?: Problem['errors'] };
    },
    /** The problem document of a call that must fail. */
    async fail(
      operation: Operation,
      raw: Record<string, unknown>,
      more: Omit<Partial<Call>, 'raw'> = {},
    ): Promise<Problem & { status: number } & Record<string, unknown>> {
      const { status, body } = await run(operation, raw, more);
      if (status < 400) throw new Error(`It did not fail: ${JSON.stringify(body)}`);
      return body as Problem & { status: number } & Record<string, unknown>;
    },
  };
}
