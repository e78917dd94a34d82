import { z } from 'zod';
import type { Config } from '../../config.ts';
import { minuteMs } from '../../domain/time.ts';
import type { Log } from '../../log.ts';
import {
  type Account,
  AccountFailure,
  type Channel,
  type CheckStep,
  type Fault,
  InboxRest,
  type Login,
  type Outgoing,
  type SendResult,
} from '../channel.ts';
import { XApi } from './api.ts';
import { findMessage } from './events.ts';
import { leavesOpenWhose } from './fault.ts';
import { XHook } from './hook.ts';
import { XFault } from './http.ts';
import { XInbox } from './inbox.ts';
import { authorizeUrl, redeem, tokensSchema, type XApp, xApiUrl } from './oauth.ts';
import { ownerOf, personOf } from './people.ts';
import { profilesOf } from './profiles.ts';

/** The maximum length of a direct message, in characters. */
const maxTextLength = 10_000;
/** X allows 15 reads in 15 minutes. Ten are used, so that some are left for several pages. */
const pollMs = 90_000;
/** X charges for each message shown, so an account that nothing depends on is read less often. */
const idlePollMs = 10 * minuteMs;

/** X counts reads by windows of this length. */
const windowMs = 15 * minuteMs;

/** X documents no lag of its lists; this is as long as that of others. */
const lagMs = minuteMs;

const sentSchema = z.object({
  data: z.object({ dm_event_id: z.string().min(1), dm_conversation_id: z.string().nullish() }),
});
/** An id in the form that X documents; null in any other, so that it can be stored. */
const idOf = (id: string | null | undefined): string | null =>
  /^[\d-]{1,100}$/.test(id ?? '') ? id! : null;
const nameless: Fault = {
  kind: 'ambiguous',
  code: null,
  detail: 'X says that it is sent, and names no message.',
};

type Settings = Pick<
  Config,
  'xClientId' | 'xClientSecret' | 'xApiUrl' | 'xHook' | 'publicUrl' | 'sendMs'
>;

/** Direct messages on X, through its API v2; null when no X app is set up. */
export function createXChannel(config: Settings, log: Log, now: () => Date): Channel | null {
  if (config.xClientId === null) return null;
  const { xClientId: clientId, xClientSecret: clientSecret, xApiUrl: givenUrl } = config;
  const production = {
    apiUrl: xApiUrl,
    authorizeUrl: 'https://x.com/i/oauth2/authorize',
  };
  const app: XApp = {
    clientId,
    clientSecret,
    ...(givenUrl
      ? { apiUrl: givenUrl, authorizeUrl: `${givenUrl}/i/oauth2/authorize` }
      : production),
  };
  // Half of a message's time is for handing it over, half for the answer.
  const timeoutMs = Math.min(config.sendMs / 2, 20_000);
  const api = new XApi(app, timeoutMs);
  const hook = config.xHook && new XHook(app, config.xHook, { log, now, timeoutMs });
  const inbox = new XInbox(api, hook, now);
  return {
    type: 'x',
    connection: z.strictObject({}),
    secrets: tokensSchema,
    pollMs,
    idlePollMs,
    lagMs,
    ...(config.publicUrl === null
      ? {}
      : { login: loginOf(app, api, { redirectUri: `${config.publicUrl}/x/callback`, timeoutMs }) }),
    render: (_account, message) =>
      faultOfText(message) ?? { headers: [], text: message.text, html: null },
    check: (account) => checkLogin(api, account),
    send: (account, message, deadline) => send(api, account, { message, deadline }),
    async find(account, sought) {
      try {
        return await findMessage(api, account, sought);
      } catch (error) {
        log.warn({ err: error, accountId: account.id }, 'could not search a conversation on X');
        return faultFrom(error).kind === 'unreachable_person' ? 'unknown' : 'unreachable';
      }
    },
    async receive(account, cursor) {
      try {
        return await inbox.receive(account, cursor);
      } catch (error) {
        if (error instanceof XFault && error.fault.kind === 'credentials')
          throw new AccountFailure({ status: 'credentials_required', reason: error.fault.detail });
        if (error instanceof XFault && error.fault.kind === 'rate_limited')
          throw new InboxRest(error.message, error.fault.retryAfterMs ?? windowMs);
        throw error;
      }
    },
    lookUp: (account, handles) => profilesOf(api, account, handles),
    close: async () => {},
  };
}

async function checkLogin(api: XApi, account: Account): Promise<CheckStep[]> {
  try {
    const owner = await ownerOf(api, account);
    const same = account.providerAccountId === null || owner.id === account.providerAccountId;
    const other = `This is the login of another account, @${owner.username}.`;
    return [{ step: 'login', ok: same, detail: same ? `@${owner.username}` : other }];
  } catch (error) {
    return [{ step: 'login', ok: false, detail: faultFrom(error).detail }];
  }
}

async function send(
  api: XApi,
  account: Account,
  { message, deadline }: { message: Outgoing; deadline: number },
): Promise<SendResult> {
  const unsendable = faultOfText(message);
  if (unsendable) return { ok: false, fault: unsendable };
  let personKey: string | null = null;
  try {
    const { id, isClosed } = await personOf(api, account, message, deadline);
    const refusal = await message.refuse?.(id);
    if (refusal) return { ok: false, fault: refusal };
    personKey = id;
    if (isClosed) return { ok: false, fault: closed(message.to), personKey };
    const path = `/2/dm_conversations/with/${personKey}/messages`;
    const { body } = await api.call(account, {
      method: 'POST',
      path,
      body: { text: message.text },
      deadline,
    });
    const sent = sentSchema.safeParse(body).data?.data;
    if (!sent) return { ok: false, fault: nameless, personKey };
    const keys = {
      providerKey: idOf(sent.dm_event_id),
      threadKey: idOf(sent.dm_conversation_id),
    };
    return { ok: true, response: 'taken by X', ...keys, personKey };
  } catch (error) {
    const fault = faultFrom(error);
    const ours = leavesOpenWhose(fault) ? await askWhose(api, account, { fault, deadline }) : fault;
    return { ok: false, fault: ours, personKey };
  }
}

const closed = (to: string): Fault => ({
  kind: 'unreachable_person',
  code: null,
  detail: `@${to} takes no messages from this account.`,
});

/** Asks X for the sending account: while that is well, the fault is the recipient's. */
async function askWhose(
  api: XApi,
  account: Account,
  { fault, deadline }: { fault: Fault; deadline: number },
): Promise<Fault> {
  try {
    await ownerOf(api, account, deadline);
    return { ...fault, kind: 'unreachable_person' };
  } catch (error) {
    const { kind } = faultFrom(error);
    const isUnanswered = kind === 'temporary' || kind === 'rate_limited';
    return isUnanswered ? { kind: 'temporary', code: null, detail: fault.detail } : fault;
  }
}

function faultOfText({ text }: Outgoing): Fault | null {
  if (text.trim() === '')
    return { kind: 'refused', code: null, detail: 'There is no text to send.' };
  if (text.length <= maxTextLength) return null;
  const limit = `A direct message on X has at most ${maxTextLength} characters`;
  return { kind: 'refused', code: null, detail: `${limit}; this one has ${text.length}.` };
}

/** The fault of a failed call. An answer that cannot be read tells nothing about the request. */
function faultFrom(error: unknown): Fault {
  if (error instanceof XFault) return error.fault;
  return {
    kind: 'temporary',
    code: null,
    detail: 'X could not be reached, or its answer cannot be read.',
  };
}

function loginOf(
  app: XApp,
  api: XApi,
  { redirectUri, timeoutMs }: { redirectUri: string; timeoutMs: number },
): Login {
  return {
    begin: (begun) => authorizeUrl(app, { ...begun, redirectUri }),
    async finish(code, verifier) {
      try {
        const secrets = await redeem(app, { code, verifier, redirectUri }, timeoutMs);
        const { id, name, username } = await ownerOf(api, { ...unknownAccount, secrets });
        return {
          providerAccountId: id,
          displayName: name || `@${username}`,
          profileUrl: `https://x.com/${username}`,
          secrets,
        };
      } catch (error) {
        return faultFrom(error);
      }
    },
  };
}

/** An account of which only the secrets are known. */
const unknownAccount: Account = {
  id: 'login',
  providerAccountId: null,
  isPremium: false,
  emailAddress: null,
  displayName: null,
  firstName: null,
  lastName: null,
  connection: {},
  secrets: {},
};
