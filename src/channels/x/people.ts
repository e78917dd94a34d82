import { z } from 'zod';
import type { Account, Outgoing } from '../channel.ts';
import type { XApi } from './api.ts';
import { headline } from './fault.ts';
import { XFault } from './http.ts';

const userSchema = z.object({
  data: z.object({
    id: z.string().regex(/^\d+$/),
    name: z.string().default(''),
    username: z.string(),
    receives_your_dm: z.boolean().optional().catch(undefined),
  }),
});

/**
 * The user id of a recipient: known already, given as the address, or looked up by the handle.
 * `isClosed` when the look-up says that the person takes no messages from this account.
 * @throws XFault `unreachable_person` when there is no such account
 */
export async function personOf(
  api: XApi,
  account: Account,
  { to, personKey }: Pick<Outgoing, 'to' | 'personKey'>,
  deadline = Infinity,
): Promise<{ id: string; isClosed: boolean }> {
  if (personKey) return { id: personKey, isClosed: false };
  if (/^\d+$/.test(to)) return { id: to, isClosed: false };
  const { body } = await api.call(account, {
    path: `/2/users/by/username/${encodeURIComponent(to)}`,
    // X charges for the user, not for its fields.
    query: { 'user.fields': 'receives_your_dm' },
    deadline,
  });
  const user = userSchema.safeParse(body).data;
  // When the user does not exist or is suspended, X answers 200 and says so in `errors`.
  if (!user)
    throw new XFault({
      kind: 'unreachable_person',
      code: null,
      detail: `@${to}: ${headline(body)}`,
    });
  return { id: user.data.id, isClosed: user.data.receives_your_dm === false };
}

/** The owner of an account's tokens. @throws XFault, ZodError */
export async function ownerOf(
  api: XApi,
  account: Account,
  deadline = Infinity,
): Promise<{ id: string; name: string; username: string }> {
  return userSchema.parse((await api.call(account, { path: '/2/users/me', deadline })).body).data;
}

const usersSchema = z.object({
  data: z.array(z.object({ id: z.string(), username: z.string() })).default([]),
});
/** Ids that X takes at once. */
const maxIds = 100;

/**
 * The handles of users by their ids; those that X does not tell are left out.
 * @throws XFault when X cannot tell now, ZodError
 */
export async function namesOf(
  api: XApi,
  account: Account,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (let at = 0; at < ids.length; at += maxIds) {
    const query = { ids: ids.slice(at, at + maxIds).join(',') };
    try {
      const { body } = await api.call(account, { path: '/2/users', query });
      for (const { id, username } of usersSchema.parse(body).data) names.set(id, username);
    } catch (error) {
      // Messages without the handle still match by id and conversation; else they would wait.
      if (!(error instanceof XFault) || !isFinal.has(error.fault.kind)) throw error;
    }
  }
  return names;
}

const isFinal: ReadonlySet<string> = new Set(['refused', 'unreachable_person']);
