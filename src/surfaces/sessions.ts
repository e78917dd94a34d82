import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { uuid } from '../domain/text.ts';
import { findSessionCaller, hashToken } from '../engine/accounts/sessions.ts';
import { AppError } from '../errors.ts';
import type { Caller, Services } from '../operation.ts';
import type { Authenticate } from './auth.ts';

/**
 * Browsers keep a cookie for 400 days at most. The server ends a session long before, 30 days after
 * its last use.
 */
const cookieSeconds = 400 * 24 * 3600;
/** A session counts as known for so long when strangers have spent the tries of its address. */
const knownMs = 60_000;
const maxKnown = 10_000;

/**
 * The name of the cookie says to browsers that only this host may set it, over https
 * (RFC 6265bis 4.1.3).
 */
function cookieName({ publicUrl, basePath }: Config): string {
  if (!publicUrl?.startsWith('https:')) return 'postrider_session';
  return basePath === '' ? '__Host-postrider_session' : '__Secure-postrider_session';
}

/** The header that sets the cookie of a session, or with null takes it away. */
export function sessionCookie(config: Config, token: string | null): string {
  const name = cookieName(config);
  const parts = [
    `${name}=${token ?? ''}`,
    `Path=${config.basePath || '/'}`,
    `Max-Age=${token === null ? 0 : cookieSeconds}`,
    'HttpOnly',
    'SameSite=Lax',
    ...(name.startsWith('__') ? ['Secure'] : []),
  ];
  return parts.join('; ');
}

function readCookie(config: Config, header: string | undefined): string | undefined {
  const prefix = `${cookieName(config)}=`;
  const found = header?.split(/; */).find((part) => part.startsWith(prefix));
  return found?.slice(prefix.length) || undefined;
}

/** Finds callers by key as `byKey` does, and without a key by the cookie of their session. */
export function createSessionAuthenticate(
  { db, clock, config }: Services,
  byKey: Authenticate,
): Authenticate {
  /** Until when (as `performance.now()`) a session counts as known, by the hash of its token. */
  const known = new Map<string, number>();
  const tokenOf = ({ headers }: FastifyRequest) =>
    headers.authorization === undefined ? readCookie(config, headers.cookie) : undefined;
  const find = async (request: FastifyRequest, token: string) => {
    if (!isRead(request)) refuseOtherSites(request, config, { isSession: true });
    const workspaceId = readWorkspace(request);
    const id = hashToken(token).toString('latin1');
    known.delete(id);
    const caller = await findSessionCaller(db, { token, workspaceId, at: clock.now() });
    if (known.size >= maxKnown) known.clear();
    known.set(id, performance.now() + knownMs);
    return caller;
  };
  const authenticate = (request: FastifyRequest) => {
    const token = tokenOf(request);
    if (token !== undefined) return find(request, token);
    const caller = byKey(request);
    return caller instanceof Promise
      ? caller.then((found) => requireNamed(request, found))
      : requireNamed(request, caller);
  };
  const isKnown = (request: FastifyRequest): boolean => {
    const token = tokenOf(request);
    if (token === undefined) return byKey.isKnown(request);
    return (known.get(hashToken(token).toString('latin1')) ?? 0) > performance.now();
  };
  return Object.assign(authenticate, { isKnown });
}

const isRead = ({ method }: FastifyRequest) => method === 'GET' || method === 'HEAD';

/** A key has one workspace: a request by it that names another is about nothing. */
function requireNamed(request: FastifyRequest, caller: Caller): Caller {
  const named = readWorkspace(request);
  if (named === null || named === caller.workspaceId) return caller;
  throw new AppError('workspace.not_found');
}

/** The workspace that a request names in its header; null when it names none. */
function readWorkspace({ headers }: FastifyRequest): string | null {
  const named = headers['postrider-workspace'];
  if (named === undefined) return null;
  const { data } = uuid.safeParse(named);
  if (data === undefined) throw new AppError('workspace.not_found');
  return data;
}

/** Bodies that a page of another site cannot send without being asked first (CORS). */
const bodyTypes = /^\s*(application\/json|text\/csv|multipart\/form-data)\s*(;|$)/i;

/**
 * Refuses requests that a page of another site makes with the cookies of its visitor (CSRF).
 * Browsers say where a request comes from, in Sec-Fetch-Site, or else in Origin. A call by session
 * must say it; without one it may be a program's.
 * @throws auth.other_site, request.media_type
 */
export function refuseOtherSites(
  request: FastifyRequest,
  { publicUrl }: Config,
  { isSession }: { isSession: boolean },
): void {
  const { headers } = request;
  if (!(isOwnSite(request, publicUrl) ?? !isSession)) throw new AppError('auth.other_site');
  const type = headers['content-type'];
  if (isSession && type !== undefined && !bodyTypes.test(type))
    throw new AppError('request.media_type');
}

/** Whether a page of ours makes the request; null when nothing says where it comes from. */
function isOwnSite({ headers, host }: FastifyRequest, publicUrl: string | null): boolean | null {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  if (headers.origin === undefined) return null;
  const from = URL.parse(headers.origin)?.host;
  return from === host || (publicUrl !== null && from === new URL(publicUrl).host);
}
