import { Agent, request as httpRequest } from 'node:http';
import { json } from 'node:stream/consumers';

import type { ApiProcess } from '../../test/harness/api-process.ts';
import { keys } from '../../test/harness/api-process.ts';
import { signed } from '../../test/harness/hooks.ts';

/** Connections that are kept, as the front door keeps them. */
const connections = 64;

export interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks one API replica over connections that it keeps. */
export class Client implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: connections });
  readonly #port: number;

  constructor({ port }: Pick<ApiProcess, 'port'>) {
    this.#port = port;
  }

  /**
   * @param isSigned with the key for hooks, in place of a key in the header
   * @throws what the connection fails with
   */
  async post(path: string, value: unknown, isSigned = false): Promise<Answered> {
    const body = JSON.stringify(value);
    const { promise: answer, resolve, reject } = Promise.withResolvers<Answered>();
    httpRequest({
      agent: this.#agent,
      host: '127.0.0.1',
      port: this.#port,
      method: 'POST',
      path,
      headers: {
        ...(isSigned ? signed(body) : { authorization: `Bearer ${keys.api}` }),
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    })
      .on('error', reject)
      .on('response', (response) => {
        const { statusCode: status = 0 } = response;
        json(response).then((read) => resolve({ status, body: read as Answered['body'] }), reject);
      })
      .end(body);
    return answer;
  }

  /** @returns the status, or the code of the error that the connection failed with */
  async postOutcome(path: string, value: unknown, isSigned = false): Promise<string> {
    return this.post(path, value, isSigned).then(
      ({ status }) => String(status),
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
