import { describe, expect, test } from 'vitest';

import { findCause, HttpStatusError } from '../../../shared/cause.ts';

const system = (code: string) =>
  Object.assign(new Error(`connect ${code} 10.0.0.1:5432`), { code });

describe('the cause of a failed request', () => {
  test('is found under the errors that wrap it', () => {
    const everyAddressRefused = new AggregateError(
      [system('ECONNREFUSED'), system('ECONNREFUSED')],
      '',
    );
    const wrapped = new TypeError('fetch failed', { cause: everyAddressRefused });
    expect(findCause(wrapped)).toEqual({
      kind: 'refused',
      trouble: 'refused',
      message: 'connect ECONNREFUSED 10.0.0.1:5432',
    });
  });

  test.each([
    ['ENOTFOUND', 'name not found'],
    ['EAI_AGAIN', 'name not found'],
    ['EHOSTUNREACH', 'no route'],
    ['ECONNRESET', 'reset'],
    ['UND_ERR_SOCKET', 'reset'],
    ['ETIMEDOUT', 'timed out'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timed out'],
  ])('of system code %s is "%s"', (code, kind) => {
    expect(findCause(system(code)).kind).toBe(kind);
  });

  test.each([
    ['28P01', 'login refused'],
    ['28000', 'login refused'],
    ['3D000', 'error answer'],
    ['57P03', 'error answer'],
  ])('of SQLSTATE %s is "%s"', (code, kind) => {
    expect(findCause(Object.assign(new Error('no'), { code, severity: 'FATAL' })).kind).toBe(kind);
  });

  test('of an HTTP status quotes the body, shortened to one line', () => {
    const { message } = findCause(new HttpStatusError('GET /info', 500, 'x'.repeat(5000)));
    expect(message).toMatch(/^GET \/info answered 500: x+$/);
    expect(message.length).toBeLessThan(400);
  });

  test("of an unknown error is given in the error's own words", () => {
    expect(findCause(new Error('the moon is in the way'))).toEqual({
      kind: 'garbled',
      trouble: 'answer',
      message: 'the moon is in the way',
    });
    expect(findCause('just a string')).toEqual({
      kind: 'garbled',
      trouble: 'answer',
      message: 'just a string',
    });
  });
});
