import { z } from 'zod';
import { type Context, defineOperation, type Operation, runOperation } from '../../operation.ts';
import { bodyId } from './ids.ts';

export const basePath = '/api/v1';

/** The answer of an operation. */
export type Answered<Operated extends Operation> = z.output<Operated['output']>;

/**
 * One call of one route: its calls of our operations are one transaction, all or nothing, unless
 * the route says otherwise.
 */
export type Door = {
  context: Context;
  ask<Operated extends Operation>(
    operation: Operated,
    input: Record<string, unknown>,
  ): Promise<Answered<Operated>>;
};

type Route<In extends z.ZodObject, Out extends z.ZodType> = Pick<
  Operation<In, Out>,
  'summary' | 'scope' | 'input' | 'output' | 'bodyLimit' | 'transaction'
> & {
  /** Method and path below the base. */
  route: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`;
  run(door: Door, input: z.output<In>): Promise<z.input<Out>>;
};

/**
 * A route of Inbox's API as an operation made of operations: the one door holds its scope, parsing,
 * idempotency, transaction and shape, and once more those of each operation it asks.
 */
export function defineRoute<In extends z.ZodObject, Out extends z.ZodType>({
  route,
  run,
  ...rest
}: Route<In, Out>): Operation<In, Out> {
  const [method, path] = route.split(' ') as ['GET', string];
  return defineOperation({
    ...rest,
    name: `inbox ${route}`,
    route: `${method} ${basePath}${path}` as Operation['route'],
    cli: '',
    errors: [],
    run: (context, input) => run(doorOf(context), input),
  });
}

function doorOf(context: Context): Door {
  const { workspaceId, memberId, keyId, scopes, sandbox } = context;
  const caller = {
    workspaceId,
    memberId,
    keyId,
    scopes,
    ...(sandbox === undefined ? {} : { sandbox }),
  };
  return {
    context,
    async ask(operation, raw) {
      const { body } = await runOperation(operation, context, { caller, raw });
      return body as Answered<typeof operation>;
    },
  };
}

/** The paging of a list: an opaque cursor, and a size. */
export const pageInput = { cursor: bodyId.optional(), limit: z.int().min(1).max(100).default(50) };

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() });
}
