import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { Config } from '../config.ts';
import { isForbiddenAddress, isPublicAddress, lookUpAddresses } from './email/hosts.ts';

const timeoutMs = 10_000;

/**
 * Posts a text to a chat's incoming webhook, in the format of Slack, which Mattermost, Rocket.Chat
 * and Discord (`/slack`) take too: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * @throws Error when settings forbid to connect there, the server does not answer within ten
 * seconds, or refuses. Redirects are not followed, and the answer is not read.
 */
export async function postToChat(
  url: string,
  text: string,
  config: Pick<Config, 'mailHosts' | 'port'>,
): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const address = await addressOf({ host, port: Number(port) }, config);
  const body = JSON.stringify({ text });
  const request = protocol === 'https:' ? requestHttps : requestHttp;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const call = request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    // We connect to the checked address, so that DNS cannot answer with another one in between.
    lookup: (_host, options, done) => {
      const family = isIP(address);
      if (options.all) done(null, [{ address, family }]);
      else done(null, address, family);
    },
    signal: AbortSignal.timeout(timeoutMs),
  });
  call.once('response', (response) => {
    resolve(response.statusCode ?? 0);
    response.destroy();
  });
  call.once('error', reject);
  call.end(body);
  const status = await promise;
  if (status < 200 || status > 299) throw new Error(`The chat answered ${status}.`);
}

async function addressOf(
  { host, port }: { host: string; port: number },
  config: Pick<Config, 'mailHosts' | 'port'>,
): Promise<string> {
  const found = await lookUpAddresses(host);
  const addresses = found.map(({ address }) => address);
  if (addresses.some((address) => isForbiddenAddress(address, port, config.port)))
    throw new Error(`${host} is not the address of a chat.`);
  if (config.mailHosts === 'public' && !addresses.every(isPublicAddress))
    throw new Error(`${host} is not at a public address (see POSTRIDER_MAIL_HOSTS).`);
  return addresses[0]!;
}
