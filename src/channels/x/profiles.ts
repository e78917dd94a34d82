import { z } from 'zod';
import { storable } from '../../domain/text.ts';
import type { Account, PersonProfile } from '../channel.ts';
import type { XApi } from './api.ts';

/** Names that X takes at once, and the price of each person found, in mills (docs.x.com). */
const maxNames = 100;
const personPrice = 10;

const fields = 'description,location,protected,public_metrics,receives_your_dm,verified';
const text = z.string().transform(storable).optional().catch(undefined);
const count = z.number().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const userSchema = z.object({
  id: z.string().regex(/^\d{1,19}$/),
  username: z.string().regex(/^\w{1,50}$/),
  name: text,
  description: text,
  location: text,
  protected: flag,
  verified: flag,
  receives_your_dm: flag,
  public_metrics: z
    .object({ followers_count: count, following_count: count, tweet_count: count })
    .catch({}),
});
const answerSchema = z.object({ data: z.array(z.unknown()).default([]) });

/**
 * The profiles of these handles; those that X does not know are left out. A row that cannot be read
 * is left out too. @throws XFault, ZodError
 */
export async function profilesOf(
  api: XApi,
  account: Account,
  handles: readonly string[],
): Promise<{ people: PersonProfile[]; cost: number }> {
  const people: PersonProfile[] = [];
  let cost = 0;
  for (let at = 0; at < handles.length; at += maxNames) {
    const usernames = handles.slice(at, at + maxNames).join(',');
    const query = { usernames, 'user.fields': fields };
    const { body } = await api.call(account, { path: '/2/users/by', query });
    const { data } = answerSchema.parse(body);
    cost += data.length * personPrice;
    for (const row of data) {
      const user = userSchema.safeParse(row).data;
      if (user) people.push(profileOf(user));
    }
  }
  return { people, cost };
}

function profileOf({ id, username, name, ...user }: z.output<typeof userSchema>): PersonProfile {
  const { public_metrics: metrics, description: bio, location, ...flags } = user;
  const attributes = {
    x_id: id,
    bio,
    location,
    followers: metrics.followers_count,
    following: metrics.following_count,
    posts: metrics.tweet_count,
    ...flags,
  };
  const known = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return {
    handle: username.toLowerCase(),
    name: name || null,
    attributes: Object.fromEntries(known),
  };
}
