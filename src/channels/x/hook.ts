import { z } from 'zod';
import type { Config } from '../../config.ts';
import { minuteMs } from '../../domain/time.ts';
import type { Log } from '../../log.ts';
import type { Account } from '../channel.ts';
import type { XApi } from './api.ts';
import { faultOf, headline } from './fault.ts';
import { hear, readJson, XFault } from './http.ts';
import type { XApp } from './oauth.ts';

/** The events of an account that X is asked to tell (docs.x.com, X Activity API). */
const kinds = ['dm.received', 'chat.received'];

/** A probe that reached this server counts for so long. X takes 450 probes in 15 minutes. */
const probeMs = 5 * minuteMs;
/** The wait after a probe that failed. */
const retryMs = minuteMs;
/** Subscriptions on a page, the most that X gives, and pages: an app has at most 1,500. */
const pageSize = 1_000;
const maxPages = 10;

const webhooks = z.object({
  data: z.array(z.object({ id: z.string(), url: z.string(), valid: z.boolean() })).default([]),
});
const created = z.object({ data: z.object({ id: z.string(), valid: z.boolean().default(true) }) });
const validated = z.object({ data: z.object({ valid: z.boolean() }) });
const subscriptions = z.object({
  data: z
    .array(
      z.object({
        subscription_id: z.string(),
        event_type: z.string(),
        filter: z.object({ user_id: z.string().optional() }),
        webhook_id: z.string().nullish(),
      }),
    )
    .default([]),
  meta: z.object({ next_token: z.string().nullish() }).nullish(),
});

/** `told`: the accounts and kinds of events for which X calls this server, by `nameOf`. */
type Probe = {
  webhookId: string;
  told: Set<string>;
  /** Subscriptions that call an address which X cannot reach, by `nameOf`. */
  lost: Map<string, string>;
  refused: Set<string>;
};

type Probing = { at: number; result: Promise<Probe | null> };

const nameOf = (userId: string | null | undefined, kind: string) => `${userId} ${kind}`;

/**
 * The webhook of the app at X. X calls `/x/news` of this server with the messages that accounts
 * receive, also with those in encrypted chats, which its lists never show.
 */
export class XHook {
  readonly #app: XApp;
  readonly #hook: NonNullable<Config['xHook']>;
  readonly #log: Log;
  readonly #now: () => Date;
  readonly #timeoutMs: number;
  #probe: Probing | null = null;

  constructor(
    app: XApp,
    hook: NonNullable<Config['xHook']>,
    { log, now, timeoutMs }: { log: Log; now: () => Date; timeoutMs: number },
  ) {
    this.#app = app;
    this.#hook = hook;
    this.#log = log;
    this.#now = now;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * True when X tells this server of the account's messages: X has reached the server within
   * minutes, and the account is subscribed. Sets up the missing parts. Never throws, because
   * accounts can be read instead.
   */
  async tellsOf(api: XApi, account: Account): Promise<boolean> {
    const probe = await this.#probed();
    const userId = account.providerAccountId;
    if (!probe || userId === null) return false;
    for (const kind of kinds) {
      const name = nameOf(userId, kind);
      if (probe.told.has(name)) continue;
      if (probe.refused.has(name)) return false;
      try {
        await this.#subscribe(api, account, { probe, kind });
        probe.told.add(name);
      } catch (error) {
        probe.refused.add(name);
        this.#log.warn(
          { err: error, accountId: account.id, kind },
          'X does not tell of the messages of an account; they are read instead',
        );
        return false;
      }
    }
    return true;
  }

  #probed(): Promise<Probe | null> {
    const now = this.#now().getTime();
    if (!this.#probe || now - this.#probe.at >= probeMs) {
      const probe: Probing = { at: now, result: this.#reach() };
      this.#probe = probe;
      void probe.result.then((found) => {
        if (!found) probe.at -= probeMs - retryMs;
      });
    }
    return this.#probe.result;
  }

  /** Lets X prove that it reaches this server, registered anew where needed; null if it cannot. */
  async #reach(): Promise<Probe | null> {
    try {
      const { data: known } = webhooks.parse(await this.#call('GET', '/2/webhooks'));
      const own = known.find(({ url }) => url === this.#hook.url);
      const { id, valid } = own
        ? {
            id: own.id,
            ...validated.parse(await this.#call('PUT', `/2/webhooks/${own.id}`)).data,
          }
        : created.parse(await this.#call('POST', '/2/webhooks', { url: this.#hook.url })).data;
      if (!valid) throw new Error('X cannot verify the webhook: is the consumer secret right?');
      const reachable = new Set(known.flatMap((one) => (one.valid ? [one.id] : [])).concat(id));
      const told = new Set<string>();
      const lost = new Map<string, string>();
      for (const one of await this.#subscriptions()) {
        const name = nameOf(one.filter.user_id, one.event_type);
        if (one.webhook_id === id) told.add(name);
        else if (!reachable.has(one.webhook_id ?? '')) lost.set(name, one.subscription_id);
      }
      return { webhookId: id, told, lost, refused: new Set() };
    } catch (error) {
      this.#log.warn({ err: error }, 'X cannot call this server; accounts are read instead');
      return null;
    }
  }

  async #subscriptions(): Promise<z.output<typeof subscriptions>['data']> {
    const all: z.output<typeof subscriptions>['data'] = [];
    let token: string | null | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const query = new URLSearchParams({
        max_results: String(pageSize),
        ...(token ? { pagination_token: token } : {}),
      });
      const answer = await this.#call('GET', `/2/activity/subscriptions?${query}`);
      const { data, meta } = subscriptions.parse(answer);
      all.push(...data);
      token = meta?.next_token;
      if (!token) break;
    }
    return all;
  }

  /** Private events need the login of their account. @throws XFault */
  async #subscribe(
    api: XApi,
    account: Account,
    { probe, kind }: { probe: Probe; kind: string },
  ): Promise<void> {
    const userId = account.providerAccountId!;
    const lost = probe.lost.get(nameOf(userId, kind));
    if (lost !== undefined) {
      const path = `/2/activity/subscriptions/${encodeURIComponent(lost)}`;
      await this.#call('PUT', path, { webhook_id: probe.webhookId });
      return;
    }
    await api.call(account, {
      method: 'POST',
      path: '/2/activity/subscriptions',
      body: { event_type: kind, filter: { user_id: userId }, webhook_id: probe.webhookId },
    });
  }

  /** A call as the app. @throws XFault */
  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const headers = {
      authorization: `Bearer ${this.#hook.bearer}`,
      'content-type': 'application/json',
    };
    const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    const heard = await hear(`${this.#app.apiUrl}${path}`, init, this.#timeoutMs);
    const json = readJson(heard.text);
    if (heard.status >= 200 && heard.status < 300) return json;
    const detail = `${method} ${path.split('?')[0]}: ${headline(json)}`;
    throw new XFault({ ...faultOf(heard, json), detail });
  }
}
