import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { alertmanagerConfiguration } from '../../components/alertmanager.ts';
import { localImages } from '../../offline/images/recipe.ts';
import { parseSettings } from '../../settings/parse.ts';
import { hasDebianPrograms } from '../harness/debian-program.ts';
import { eventually } from '../harness/eventually.ts';
import { currentProgram, debianProgram } from '../harness/monitor-programs.ts';
import { reservePort } from '../harness/reserve-port.ts';

const execute = promisify(execFile);
const versions = { debian: debianProgram, official: currentProgram } as const;
type Version = keyof typeof versions;

/** Of one volume, and of what is written into it. */
let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pulse-volume-'));
  data = join(folder, 'data');
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

interface Running extends AsyncDisposable {
  readonly url: string;
}

/** Debian's Alertmanager has files at a fixed place: it runs in its image, with the same folder. */
async function serverOf(name: 'prometheus' | 'alertmanager', version: Version): Promise<string[]> {
  if (version === 'official' || name === 'prometheus') return [await versions[version](name)];
  const options = ['--rm', '--network=host', '--user=0:0', `--volume=${folder}:${folder}`];
  return ['docker', 'run', ...options, '--entrypoint=alertmanager', localImages[name].reference];
}

/** Starts a server on the volume, and stops it as an engine does. */
async function start(
  name: 'prometheus' | 'alertmanager',
  version: Version,
  configuration: string,
): Promise<Running> {
  const file = join(folder, 'configuration.yml');
  writeFileSync(file, configuration);
  const url = `http://127.0.0.1:${await reservePort()}`;
  const storage = name === 'prometheus' ? '--storage.tsdb.path' : '--storage.path';
  const [program = '', ...given] = await serverOf(name, version);
  const child = spawn(
    program,
    [
      ...given,
      `--config.file=${file}`,
      `${storage}=${data}`,
      `--web.listen-address=${new URL(url).host}`,
      ...(name === 'alertmanager' ? ['--cluster.listen-address='] : []),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'exit');
  const said = readText(child.stderr);
  const isOver = (): boolean => child.exitCode !== null;
  await eventually(`a ready ${name}`, async () => isOver() || (await fetch(`${url}/-/ready`)).ok);
  if (isOver()) throw new Error(`${version} ${name} ended with ${child.exitCode}\n${await said}`);
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended;
    },
  };
}

const waysOver = [
  ['debian', 'official'],
  ['official', 'debian'],
] as const;

describe.runIf(hasDebianPrograms)('the volume of Prometheus', () => {
  const scrape = (...targets: readonly string[]) =>
    `scrape_configs: [{ job_name: own, scrape_interval: 200ms, static_configs: [{ targets: [${targets.join()}] }] }]`;

  async function count({ url }: Running, query: string): Promise<number> {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data: found } = (await answer.json()) as {
      readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
    };
    return Number(found.result[0]?.value[1] ?? 0);
  }

  /** As a server writes it every two hours. @returns how many numbers are in it */
  async function writeBlock(version: Version): Promise<number> {
    const beganAt = Math.floor(Date.now() / 1_000) - 6 * 3_600;
    const numbers = Array.from(
      { length: 60 },
      (_, minute) => `old ${minute} ${beganAt + minute * 60}`,
    );
    const text = join(folder, 'old.txt');
    writeFileSync(text, ['# TYPE old gauge', ...numbers, '# EOF', ''].join('\n'));
    const command = ['tsdb', 'create-blocks-from', 'openmetrics', text, data];
    await execute(await versions[version]('promtool'), command);
    return numbers.length;
  }

  test.each(waysOver)(
    'of the %s version is opened by the %s one, with numbers of hours ago and of just now',
    async (one, other) => {
      const written = await writeBlock(one);
      const recent = 'sum(count_over_time(up[1h]))';
      {
        // Nothing listens there: that it is away is a number, too.
        await using before = await start('prometheus', one, scrape(`'127.0.0.1:1'`));
        await eventually('a scrape', async () =>
          expect(await count(before, recent)).toBeGreaterThan(0),
        );
      }
      await using after = await start('prometheus', other, scrape());
      expect(await count(after, recent)).toBeGreaterThan(0);
      expect(await count(after, 'count_over_time(old[1d])')).toBe(written);
    },
  );
});

describe.runIf(hasDebianPrograms)('the volume of Alertmanager', () => {
  const { receivers } = parseSettings('test', { gpuHost: 'embedded', monitoring: 'own' });
  const configuration = alertmanagerConfiguration({ receivers, publicUrl: undefined });
  const amtool = async (version: Version, { url }: Running, ...args: readonly string[]) =>
    (await execute(await versions[version]('amtool'), [`--alertmanager.url=${url}`, ...args]))
      .stdout;

  test.each(waysOver)(
    'of the %s version is opened by the %s one, with its silences',
    async (one, other) => {
      const silence = ['silence', 'add', '--author=a', '--comment=kept', '--duration=1h'];
      {
        await using before = await start('alertmanager', one, configuration);
        await amtool(one, before, ...silence, 'alertname=PulseStoreDown');
      }
      await using after = await start('alertmanager', other, configuration);
      const listed = await amtool(other, after, 'silence', 'query', '--output=json');
      expect(JSON.parse(listed)).toMatchObject([
        { comment: 'kept', matchers: [{ name: 'alertname', value: 'PulseStoreDown' }] },
      ]);
    },
  );
});
