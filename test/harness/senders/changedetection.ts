import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { eventually } from '../eventually.ts';
import { pythonIn } from '../python-packages.ts';
import { removeAtExit } from '../reaper.ts';
import { reservePort } from '../reserve-port.ts';
import { installSenders } from './install.ts';

export interface Watch {
  readonly url: string;
  readonly notification_urls: readonly string[];
  readonly notification_body: string;
  readonly notification_format: string;
}

/** A real changedetection.io that watches pages. */
export class Changedetection implements AsyncDisposable {
  readonly #url: string;
  readonly #key: string;
  readonly #close: () => Promise<void>;

  private constructor(url: string, key: string, close: () => Promise<void>) {
    this.#url = url;
    this.#key = key;
    this.#close = close;
  }

  /** Starts it with these watches, each of which it looks at once. */
  static async start(watches: readonly Watch[]): Promise<Changedetection> {
    const environment = await installSenders();
    const data = await mkdtemp(join(tmpdir(), 'pulse-changedetection-'));
    const port = await reservePort();
    const program = join(environment, 'bin/changedetection.io');
    const listed = watches.flatMap(({ url, ...options }, index) => {
      return ['-u', url, `-u${index}`, JSON.stringify(options)];
    });
    const child = spawn(
      pythonIn(environment),
      [program, '-C', '-d', data, '-h', '127.0.0.1', '-p', String(port), ...listed],
      {
        // Without an address in it the program asks nobody outside this machine.
        env: {
          PATH: process.env['PATH'],
          HOME: data,
          TZ: 'Europe/Berlin',
          ALLOW_IANA_RESTRICTED_ADDRESSES: 'true',
          DISABLE_VERSION_CHECK: 'true',
          LOGGER_LEVEL: 'ERROR',
        },
        stdio: 'ignore',
      },
    );
    const reaper = removeAtExit('kill', '-KILL', String(child.pid));
    child.once('exit', () => reaper.dismiss());
    const ended = once(child, 'exit');
    const close = async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(data, { recursive: true, force: true });
    };
    const url = `http://127.0.0.1:${port}`;
    const key = await eventually('changedetection.io', async () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
      await fetch(`${url}/api/v1/systeminfo`);
      return readKey(data);
    });
    return new Changedetection(url, key, close);
  }

  /** @returns the ids of the watches, by the address of the page */
  async list(): Promise<ReadonlyMap<string, string>> {
    const watches = await this.#ask<Record<string, { url: string }>>('/watch');
    return new Map(Object.entries(watches).map(([id, { url }]) => [url, id]));
  }

  /** How often the page of a watch has been seen to be another. */
  async countSnapshots(id: string): Promise<number> {
    return Object.keys(await this.#ask<object>(`/watch/${id}/history`)).length;
  }

  /** Looks at the page now. */
  async recheck(id: string): Promise<void> {
    await this.#ask(`/watch/${id}?recheck=1`);
  }

  /** Presses the button "Send test notification" of a watch. */
  async sendTest(id: string, { notification_urls: urls, ...watch }: Watch): Promise<string> {
    const page = await fetch(`${this.#url}/edit/${id}`);
    const [, token = ''] = /csrf\w*\s*=\s*"([^"]+)"/i.exec(await page.text()) ?? [];
    const answer = await fetch(`${this.#url}/notification/send-test/${id}`, {
      method: 'POST',
      headers: {
        'x-csrftoken': token,
        cookie: page.headers
          .getSetCookie()
          .map((one) => one.split(';', 1)[0])
          .join('; '),
        referer: page.url,
      },
      body: new URLSearchParams({
        notification_urls: urls.join('\n'),
        notification_body: watch.notification_body,
        notification_format: watch.notification_format,
        window_url: page.url,
      }),
    });
    return answer.text();
  }

  async #ask<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.#url}/api/v1${path}`, {
      headers: { 'x-api-key': this.#key },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

async function readKey(folder: string): Promise<string> {
  const { settings } = JSON.parse(await readFile(join(folder, 'changedetection.json'), 'utf8')) as {
    settings: { application: { api_access_token: string } };
  };
  return settings.application.api_access_token;
}
