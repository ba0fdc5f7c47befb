import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { text } from 'node:stream/consumers';

import { expect, onTestFinished } from 'vitest';

import { root } from '../harness/certificates.ts';
import { eventually } from '../harness/eventually.ts';
import { eras } from '../harness/mcp-clients.ts';
import { Callers } from './callers.ts';
import type { Project } from './project.ts';

/** The API of a deployed stack, as programs on its host and on its network reach it. */
export class StackApi {
  readonly address: string;
  /** The key that may do everything, the one that may search, and that of hooks. */
  readonly keys: { readonly admin: string; readonly search: string; readonly hooks: string };
  readonly #project: Project;

  private constructor(project: Project, keys: StackApi['keys']) {
    this.#project = project;
    const set = project.setting('apiHost');
    const host = typeof set === 'string' ? set : '127.0.0.1';
    this.address = `http://${host}:${String(project.setting('apiPort'))}`;
    this.keys = keys;
  }

  static async open(project: Project): Promise<StackApi> {
    const [admin, search] = [await readKey(project, '--admin'), await readKey(project)];
    const output = await project.pulumi('stack', 'output', 'webhookSecret', '--show-secrets');
    return new StackApi(project, { admin, search, hooks: output.stdout.trim() });
  }

  post(path: string, body: object, key?: string): Promise<Response> {
    return fetch(this.address + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(body),
    });
  }

  /** The tools that an assistant of each era is told, with the key that may search. */
  listTools(): Promise<unknown[][]> {
    const headers = { authorization: `Bearer ${this.keys.search}` };
    return Promise.all(
      eras.map(async ([, open]) => {
        await using assistant = await open(`${this.address}/mcp`, headers);
        return (await assistant.listTools()).tools.map(({ name }) => name);
      }),
    );
  }

  /** Sends the headers of a request and never its body. */
  async refusedBy(headers: Record<string, string>): Promise<IncomingMessage> {
    const sending = request(`${this.address}/api/documents`, { method: 'POST', headers });
    onTestFinished(() => void sending.destroy());
    sending.on('error', () => undefined); // the door closes what it does not read to the end
    sending.flushHeaders();
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    return answer;
  }

  /** Asks over TLS, on a connection of its own. */
  async askOverTls(path: string): Promise<{ readonly status: number; readonly body: string }> {
    const port = Number(this.#project.setting('apiPort'));
    const headers = { authorization: `Bearer ${this.keys.search}` };
    const to = { host: '127.0.0.1', port, path, headers, ca: root, agent: false };
    const [answer] = (await once(requestTls(to).end(), 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, body: await text(answer) };
  }

  /** Runs a request in a worker's container, which is on the network of the stack. */
  async fetchInside(url: string, headers: Record<string, string> = {}): Promise<string> {
    const script =
      `fetch(${JSON.stringify(url)}, { headers: ${JSON.stringify(headers)} })` +
      '.then(({ status }) => console.log(status))';
    const worker = this.#project.container('webhook-worker-1');
    const { stdout } = await this.#project.docker('exec', worker, 'node', '--eval', script);
    return stdout.trim();
  }

  /** Their documents are new to the stack. */
  startCallers(name: string, documents = 1_500): Callers {
    const unique = `${name}-${randomBytes(3).toString('hex')}`;
    return new Callers(this.address, this.keys, unique, documents);
  }

  /** As a crash: the init above the program ends with it, and the engine starts it again. */
  async crash(container: string): Promise<void> {
    const kill = 'kill -KILL $(cat /proc/1/task/1/children)';
    await this.#project.docker('exec', container, 'sh', '-c', kill);
  }

  /** Waits until a replica answers. */
  serving(): Promise<void> {
    return eventually('an answer of a replica', async () => {
      const { status } = await fetch(`${this.address}/health`);
      if (status !== 200) throw new Error(`it answered ${status}`);
    });
  }
}

async function readKey(project: Project, ...flags: string[]): Promise<string> {
  const { code, stdout } = await project.pulse('api', 'key', ...flags);
  expect(code).toBe(0);
  return stdout.trim();
}
