import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';

import type { Access } from '../api/keys.ts';
import { isOwnOrigin } from '../api/origin.ts';
import { PulseError } from '../errors.ts';
import type { Session, Sessions } from './session.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a screen asks of its reader. One that does not say asks for the most. */
    session?: Access;
  }
}

/** Nothing but files of this page is loaded, nothing written into it is run. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Of every answer that is a screen. */
export function writeHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({
    'content-security-policy': contentPolicy,
    // With `no-referrer` a browser would send `Origin: null` with forms.
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'x-frame-options': 'DENY',
  });
  if (request.protocol === 'https') reply.header('cross-origin-opener-policy', 'same-origin');
}

/** @returns the session of a browser that has logged in, whose key is noted */
export function readSession(sessions: Sessions, request: FastifyRequest): Session | undefined {
  const session = sessions.open(request.headers.cookie);
  request.keyName = session?.keyName;
  return session;
}

/**
 * Lets in whoever has logged in with a key that may do what the screen does, and writes the cookie
 * anew after a while. A page that only refreshes itself keeps nobody logged in.
 */
export function requireSession(sessions: Sessions): onRequestHookHandler {
  return (request, reply, done) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') refuseForeign(request);
    const session = readSession(sessions, request);
    const access = request.routeOptions.config.session ?? 'write';
    if (access === 'public') return done();
    if (session === undefined) return sendToLogin(request, reply);
    if (access === 'write' && isReadOnly(request))
      throw new PulseError('API_READ_ONLY', 'final', 'this key may only read and search');
    if (session.isOld && request.headers['hx-request'] === undefined)
      reply.header('set-cookie', sessions.write(session.keyName, request.protocol === 'https'));
    done();
  };
}

/** Of whoever has not logged in nothing is shown that changes something either. */
export function isReadOnly({ keyName }: FastifyRequest): boolean {
  return keyName === undefined || keyName.startsWith('search');
}

/**
 * Refuses what another site has a browser send. A browser says in `Sec-Fetch-Site` whose page asks;
 * over plain HTTP it does not, and `Origin` has to be this host.
 *
 * @throws PulseError API_ORIGIN
 */
function refuseForeign({ headers }: FastifyRequest): void {
  const { origin, host = '', 'sec-fetch-site': site } = headers;
  const isOwn =
    site === undefined ? origin !== undefined && isOwnOrigin(origin, host) : site === 'same-origin';
  if (!isOwn)
    throw new PulseError(
      'API_ORIGIN',
      'final',
      'the request does not come from a page of this host',
    );
}

/** A script cannot follow a redirection of a part to a whole page: it is told to go there. */
function sendToLogin({ method, url, headers }: FastifyRequest, reply: FastifyReply): void {
  const asked = headers['hx-request'] === undefined ? url : readPath(headers['hx-current-url']);
  const back = method === 'GET' && asked !== '/' ? `?to=${encodeURIComponent(asked)}` : '';
  if (headers['hx-request'] === undefined) void reply.redirect(`/login${back}`, 303);
  else void reply.code(401).header('hx-redirect', `/login${back}`).send();
}

function readPath(address: string | string[] | undefined): string {
  if (typeof address !== 'string' || !URL.canParse(address)) return '/';
  const { pathname, search } = new URL(address);
  return pathname + search;
}
