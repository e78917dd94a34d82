import { z } from 'zod';
import { type Context, defineOperation, type Operation, runOperation } from '../../operation.ts';
import { bodyId } from './ids.ts';

export const basePath = '/api/v1';

/** The answer of one of our own operations. */
export type OutputOf<Operated extends Operation> = z.output<Operated['output']>;

/**
 * Our own operations, for one call of a route. All calls are one transaction, unless the route says
 * otherwise.
 */
export type OwnApi = {
  context: Context;
  call<Operated extends Operation>(
    operation: Operated,
    input: Record<string, unknown>,
  ): Promise<OutputOf<Operated>>;
};

type Route<In extends z.ZodObject, Out extends z.ZodType> = Pick<
  Operation<In, Out>,
  'summary' | 'scope' | 'input' | 'output' | 'bodyLimit' | 'maxValues' | 'transaction'
> & {
  /** Method and path below the base. */
  route: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`;
  run(api: OwnApi, input: z.output<In>): Promise<z.input<Out>>;
};

/**
 * Defines a route of Inbox's API as an operation that calls our own operations. Scope, parsing,
 * idempotency and transaction hold as for every operation, and again for each operation it calls.
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
    run: (context, input) => run(ownApiOf(context), input),
  });
}

function ownApiOf(context: Context): OwnApi {
  const { workspaceId, memberId, keyId, scopes, sandbox, signal } = context;
  const caller = {
    workspaceId,
    memberId,
    keyId,
    scopes,
    ...(sandbox === undefined ? {} : { sandbox }),
  };
  return {
    context,
    async call(operation, raw) {
      const { body } = await runOperation(operation, context, { caller, raw, signal });
      return body as OutputOf<typeof operation>;
    },
  };
}

/** The paging of a list: an opaque cursor and a size. */
export const pageInput = { cursor: bodyId.optional(), limit: z.int().min(1).max(100).default(50) };

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() });
}
