import type { Explanation } from './explanation.ts';

export const api = {
  API_UNAUTHORIZED: {
    meaning: 'The request has no key, or one that the API does not know.',
    tried: 'compare the key of the header Authorization with every key that is accepted',
    check: 'send the header as Authorization: Bearer <key>; keys may have been changed',
  },
  API_READ_ONLY: {
    meaning: 'The key may only read and search, and the request would change something.',
    tried: 'look up what the key may do; nothing was changed',
    check: 'send the key of the setting apiSecret',
  },
  API_ORIGIN: {
    meaning: 'A page of another host asks by way of a browser, which the route does not allow.',
    tried: 'compare the host of the header Origin with that of the header Host; nothing was done',
    check: 'programs send no header Origin; a proxy before Pulse has to pass on the header Host',
  },
  API_NOT_FOUND: {
    meaning: 'There is nothing at this address: no such route, document or crawl.',
    tried: 'look for the route, then for the document or crawl',
    check: 'the routes in docs/api.md; a document that was deleted is gone',
  },
  API_GONE: {
    meaning: 'The deployment that Pulse replaces had something at this address; Pulse has not.',
    tried: 'look for the route, then among those of the old deployment; nothing was changed',
    check: 'the detail of the answer says what takes its place; docs/migration.md has them all',
  },
  API_METHOD: {
    meaning: 'The address exists, and does not take this method.',
    tried: 'look for a route with this method; nothing was changed',
    check: 'the header Allow of the answer names the methods',
  },
  API_CONFLICT: {
    meaning:
      'The document or crawl is not in a state, or no longer the version, that the request is about.',
    tried: 'look at the document; nothing was changed',
    check: 'the detail of the answer says how it is now; read it again from the beginning',
  },
  API_TIMEOUT: {
    meaning: 'The request did not arrive in time, and the connection was closed.',
    tried: 'wait for the rest of the request',
    check: 'send it again; if it comes back, send less at a time or look at the network',
  },
  API_TOO_LARGE: {
    meaning: 'The request is larger than the API accepts.',
    tried: 'read the request up to the limit',
    check: 'the limits in docs/api.md; send less at a time',
  },
  API_MEDIA_TYPE: {
    meaning: 'The content type of the request is none that this route reads.',
    tried: 'look at the header Content-Type; the body was not read',
    check: 'send application/json, and application/x-ndjson for many documents',
  },
  API_SYNTAX: {
    meaning: 'The request is not well-formed: no HTTP, no JSON or no UTF-8.',
    tried: 'read the request; nothing of it was stored',
    check: 'the detail of the answer says what could not be read',
  },
  API_INVALID: {
    meaning: 'A field of the request is missing or has a value that is not allowed.',
    tried: 'check every field; nothing was done',
    check: 'the list errors of the answer names every wrong field',
  },
  API_RATE: {
    meaning: 'This key has sent more requests in a second than the API takes from one key.',
    tried: 'count the requests of the key',
    check: 'wait as long as the header Retry-After says; send several documents in one request',
  },
  API_BUSY: {
    meaning: 'The API has as much work in hand as it can hold, or did not finish this in time.',
    tried: 'count the bytes in hand, the callers that wait for Postgres, and the time',
    check:
      'send the request again after the time that Retry-After names; if it stays so, look at ' +
      'Postgres (./pulse verify) and send less at a time',
  },
  API_INTERNAL: {
    meaning: 'The API met an error that it did not expect.',
    tried: 'answer the request',
    check: 'the line of the log with the same requestId (./pulse logs); it is a fault of Pulse',
  },
  API_CRASHED: {
    meaning: 'The API met an error that nothing caught, or could not start, and ended itself.',
    tried: 'go on after any error of a request or a service',
    check: 'Docker has started it again; report the line with its stack, it is a fault of Pulse',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
