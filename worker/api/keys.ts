import { createHash, timingSafeEqual } from 'node:crypto';

import type { FastifyRequest, onRequestHookHandler } from 'fastify';

import { PulseError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import type { Asker } from '../operator/asker.ts';
import { DetailedError } from './problems.ts';
import { startReport } from './report.ts';
import type { ApiSettings } from './settings.ts';

/** Keys have the names of their settings. */
export const keyNames = [
  'apiSecret',
  'apiSecretPrevious',
  'searchSecret',
  'searchSecretPrevious',
] as const;
export type KeyName = (typeof keyNames)[number];

/** What a route asks of its caller: nothing, any key, or one that may change something. */
export type Access = 'public' | 'read' | 'write';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route that does not say asks for the most. */
    access?: Access;
  }
  interface FastifyRequest {
    /** The key that the caller showed; undefined on a public route. */
    keyName: KeyName | undefined;
  }
}

export interface Key {
  readonly name: KeyName;
  readonly digest: Buffer;
}

/**
 * @returns a hook that lets callers in whose key may do what the route does, and notes the key's
 *   name. An unknown address needs no key to be answered with 404.
 */
export function requireKey(
  settings: Pick<ApiSettings, KeyName>,
  log: Logger,
): onRequestHookHandler {
  const keys = listKeys(settings);
  const reportPrevious = startReport(log, 'info', 'a previous key is still used');
  return (request, _reply, done) => {
    const access = request.routeOptions.config.access ?? 'write';
    if (request.is404 || access === 'public') return done();
    const name = findKey(keys, request.headers.authorization);
    if (name === undefined)
      return done(
        new DetailedError(
          new PulseError('API_UNAUTHORIZED', 'final', 'the header Authorization has no known key'),
          { headers: { 'www-authenticate': 'Bearer' } },
        ),
      );
    request.keyName = name;
    if (name.endsWith('Previous')) reportPrevious({ key: name, client: request.ip });
    if (access === 'write' && name.startsWith('search'))
      return done(new PulseError('API_READ_ONLY', 'final', 'this key may only read and search'));
    done();
  };
}

/** Who asks, for the log. */
export function askerOf({ keyName, id }: Pick<FastifyRequest, 'keyName' | 'id'>): Asker {
  return { key: keyName, requestId: id };
}

/** @returns the keys that are set */
export function listKeys(settings: Pick<ApiSettings, KeyName>): Key[] {
  return keyNames.flatMap((name): Key[] => {
    const secret = settings[name];
    return secret === undefined ? [] : [{ name, digest: digestOf(secret) }];
  });
}

/**
 * Compares digests, with every key however early one fits: the time tells nothing of a key. One
 * without `Bearer` counts too, as it did in the deployment that Pulse replaces.
 */
export function findKey(keys: readonly Key[], authorization = ''): KeyName | undefined {
  const [, given] = /^(?:bearer +)?(\S+) *$/i.exec(authorization) ?? [];
  if (given === undefined) return undefined;
  const digest = digestOf(given);
  const fits = keys.map((key) => timingSafeEqual(key.digest, digest));
  return keys[fits.indexOf(true)]?.name;
}

/** Of equal length whatever the key, so that any two can be compared. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
