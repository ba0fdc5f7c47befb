import { describe, expect, test } from 'vitest';

import { findCause, HttpStatusError, isOfSystem } from '../../../shared/cause.ts';

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
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      /; pulse:caCertificate takes the certificate of the authority that issued it$/,
    ],
    ['SELF_SIGNED_CERT_IN_CHAIN', /; pulse:caCertificate takes/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /; pulse:caCertificate takes/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /; pulse:caCertificate takes/],
    ['CERT_HAS_EXPIRED', /renew it on the server/],
    ['CERT_NOT_YET_VALID', /compare the clocks/],
    ['CERT_REVOKED', /\(CERT_REVOKED\)$/],
    ['HOSTNAME_MISMATCH', /\(HOSTNAME_MISMATCH\)$/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /\(ERR_TLS_CERT_ALTNAME_INVALID\)$/],
  ])('of the certificate that gives %s is said with what to do', (code, advice) => {
    const words =
      'no; if the root CA is installed locally, try running Node.js with --use-system-ca';
    const cause = findCause(
      new TypeError('fetch failed', { cause: Object.assign(new Error(words), { code }) }),
    );
    expect(cause).toMatchObject({ kind: 'certificate', trouble: 'answer' });
    expect(cause.message).toMatch(/^the certificate of the server is not trusted: no \([A-Z_]+\)/);
    expect(cause.message).toMatch(advice);
  });

  test.each([
    ['EMFILE', true],
    ['EACCES', true],
    ['EPROTO', true],
    ['EAI_FAIL', true],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', true],
    ['CERT_HAS_EXPIRED', true],
    ['ERR_INVALID_ARG_TYPE', false],
    ['ERR_STRING_TOO_LONG', false],
    ['22P02', false],
    ['', false],
  ])('with code %s is of the system: %j', (code, expected) => {
    const error = new Error('words', { cause: system(code) });
    expect(isOfSystem(error)).toBe(expected);
    if (!code.startsWith('CERT')) expect(findCause(system(code)).kind).not.toBe('certificate');
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
