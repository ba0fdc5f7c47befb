import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGzip, gunzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { CommandError } from '../../../toolchain/command-error.ts';
import {
  captureJson,
  captureLines,
  captureOutput,
  captureResult,
  pipeOutput,
  readLines,
  runInteractive,
  succeeds,
} from '../../../toolchain/process.ts';
import { runWithProgress } from '../../../toolchain/step.ts';
import { eventually } from '../../harness/eventually.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pulse-process-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const processFile = join(import.meta.dirname, '../../../toolchain/process.ts');
const sh = (script: string): [string, string[]] => ['/bin/sh', ['-c', script]];
const fault = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => error);

/** More than a pipe holds. */
function manyBytes(): Readable {
  return Readable.from(Array.from({ length: 64 }, () => 'x'.repeat(65_536)));
}

function failingInput(): Readable {
  return Readable.from(
    (function* () {
      yield 'the beginning';
      throw new Error('the file is damaged');
    })(),
  );
}

describe('a program whose output is captured', () => {
  test('gives its stdout as text, lines or JSON', async () => {
    expect(await captureOutput(...sh('echo one; echo two; echo aside >&2'))).toBe('one\ntwo');
    expect(await captureLines(...sh('echo one; echo; echo two'))).toEqual(['one', 'two']);
    expect(await captureJson(...sh(`echo '{"one":1}'`))).toEqual({ one: 1 });
  });

  test('runs in its folder, with what is added to the environment', async () => {
    const options = { cwd: folder, env: { ADDED: 'yes' } };
    expect(await captureOutput(...sh('echo $ADDED $HOME; pwd'), options)).toBe(
      `yes ${process.env['HOME']}\n${folder}`,
    );
  });

  test('fails with its stderr and a remedy', async () => {
    const error = await fault(captureOutput(...sh('echo half; echo disk full >&2; exit 3')));
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^\/bin\/sh -c .*: disk full$/),
      remedy: expect.stringContaining('./pulse doctor'),
    });
  });

  test('names the Docker engine as the thing to start when no engine answers', async () => {
    const script =
      'echo Cannot connect to the Docker daemon at unix:///var/run/docker.sock >&2; exit 1';
    expect(await fault(captureOutput(...sh(script)))).toMatchObject({
      remedy: expect.stringContaining('start the Docker engine'),
    });
  });

  test('fails when it does not exist, and when it does not end in time', async () => {
    await expect(captureOutput(join(folder, 'absent'), [])).rejects.toThrow(/ENOENT/);
    await expect(captureOutput(...sh('exec sleep 30'), { timeoutMs: 100 })).rejects.toThrow(
      /did not end in time/,
    );
  });

  test('gives both streams and the exit code where a failure is an answer too', async () => {
    expect(await captureResult(...sh('echo out; echo err >&2; exit 2'))).toEqual({
      exitCode: 2,
      stdout: 'out',
      stderr: 'err',
      problem: 'err',
    });
  });
});

describe('a program with the streams of the terminal', () => {
  test('is waited for and gives its exit code', async () => {
    expect(await runInteractive(...sh('exit 3'))).toBe(3);
  });

  test('reads what it is fed', async () => {
    const written = join(folder, 'written');
    expect(
      await runInteractive(...sh(`cat > ${written}`), { input: Readable.from(['a', 'b']) }),
    ).toBe(0);
    expect(readFileSync(written, 'utf8')).toBe('ab');
  });

  test('may end before it has read all of its input', async () => {
    expect(await runInteractive(...sh('exit 4'), { input: manyBytes() })).toBe(4);
  });

  test('fails when its input fails', async () => {
    await expect(
      runInteractive(...sh('cat > /dev/null'), { input: failingInput() }),
    ).rejects.toThrow('the file is damaged');
  });

  test('shows only the lines that are kept', async () => {
    const script = `import { runInteractive } from '${processFile}';
      const options = { keepLine: (line) => !line.includes('drop') };
      process.exitCode = await runInteractive('/bin/sh', ['-c', 'echo one; echo drop; echo two; exit 3'], options);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    const exited = once(child, 'exit');
    expect(await text(child.stdout)).toBe('one\ntwo\n');
    expect(await exited).toEqual([3, null]);
  });

  test('is a fault when it cannot be started', async () => {
    expect(await fault(runInteractive(join(folder, 'absent'), []))).toMatchObject({
      name: 'CommandError',
      message: expect.stringContaining('cannot be started'),
    });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'finishes its work after %s, and the caller hears of the interruption',
    async (signal) => {
      const begun = join(folder, 'begun');
      const ended = join(folder, 'ended');
      const program = `sleep 30 & trap 'kill $!; sleep 0.3; touch ${ended}; exit 0' INT TERM
        touch ${begun}; wait`;
      const caller = `
        import { runInteractive } from '${processFile}';
        await runInteractive('/bin/sh', ['-c', ${JSON.stringify(program)}]).catch((error) => console.log(error.name));
      `;
      const child = spawn(process.execPath, ['--input-type=module', '-e', caller], {
        detached: true,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const said = text(child.stdout);
      await eventually('a program that has begun', () => existsSync(begun));
      // Ctrl-C reaches the whole group, SIGTERM of a service manager the caller alone.
      process.kill(signal === 'SIGINT' ? -child.pid! : child.pid!, signal);
      await once(child, 'exit');
      expect(existsSync(ended)).toBe(true);
      expect(await said).toBe('Interrupted\n');
    },
  );
});

describe('a program whose lines are read while it runs', () => {
  test('has both streams read, a last line without a line break too', async () => {
    const lines: string[] = [];
    const problem = await readLines(...sh('echo a; echo b >&2; printf c'), (line) =>
      lines.push(line),
    );
    expect(problem).toBeUndefined();
    expect(lines.toSorted()).toEqual(['a', 'b', 'c']);
  });

  test('says why it failed', async () => {
    expect(await readLines(...sh('exit 7'), () => {})).toBe('ended with exit code 7');
    expect(await readLines(...sh('kill -KILL $$'), () => {})).toBe('ended with SIGKILL');
    expect(await readLines(join(folder, 'absent'), [], () => {})).toMatch(/ENOENT/);
  });
});

describe('a program whose output goes through streams', () => {
  test('has all of it written', async () => {
    const file = join(folder, 'out.gz');
    await pipeOutput(...sh('seq 50000'), [createGzip(), createWriteStream(file)]);
    expect(gunzipSync(readFileSync(file)).toString().split('\n')).toHaveLength(50_001);
  });

  test('fails with its stderr', async () => {
    const out = createWriteStream(join(folder, 'out'));
    const error = await fault(pipeOutput(...sh('echo x; echo no image >&2; exit 1'), [out]));
    expect(error).toMatchObject({ message: expect.stringContaining('no image') });
  });

  test('fails with the reason when its output cannot be written', async () => {
    const nowhere = createWriteStream(join(folder, 'absent', 'out'));
    await expect(pipeOutput(...sh('seq 50000'), [nowhere])).rejects.toThrow(/ENOENT/);
  });
});

describe('a question answered by an exit code', () => {
  test('is no when the program fails or does not exist', async () => {
    expect(await succeeds(...sh('true'))).toBe(true);
    expect(await succeeds(...sh('false'))).toBe(false);
    expect(await succeeds(join(folder, 'absent'), [])).toBe(false);
  });
});

describe('a program that runs on', () => {
  test('lets its starter end, and still writes to its log', async () => {
    const log = join(folder, 'log');
    const program = `echo first
      until test -e ${log}.ended || ! test -d ${folder}; do sleep 0.05; done
      echo last >&2`;
    const starter = `
      import { startDetached } from '${processFile}';
      await startDetached('/bin/sh', ['-c', ${JSON.stringify(program)}], '${log}');
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', starter], {
      stdio: 'inherit',
    });
    expect(await once(child, 'exit')).toEqual([0, null]);
    createWriteStream(`${log}.ended`).end();
    await eventually('the last line', () =>
      expect(readFileSync(log, 'utf8')).toBe('first\nlast\n'),
    );
  });
});

describe('a step of an installation', () => {
  const step = (script: string) => ({
    doing: 'trying',
    command: '/bin/sh',
    args: ['-c', script],
    remedy: 'look',
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('reports its beginning and its end', async () => {
    const said: string[] = [];
    await runWithProgress(step('true'), (line) => said.push(line));
    expect(said).toEqual(['trying', expect.stringMatching(/^trying: done in \d+ s$/)]);
  });

  test('shows every ten seconds that it still works, with what the program last did', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const said: string[] = [];
    const end = join(folder, 'end');
    const ended = runWithProgress(
      {
        ...step(`echo 12 packages; until test -e ${end}; do sleep 0.05; done`),
        progress: (line) => {
          queueMicrotask(() => {
            vi.advanceTimersByTime(10_000);
            createWriteStream(end).end();
          });
          return line;
        },
      },
      (line) => said.push(line),
    );
    await ended;
    expect(said).toEqual(['trying', 'trying, 10 s, 12 packages', 'trying: done in 10 s']);
  });

  test('fails with the last 20 lines of its program and a remedy', async () => {
    const error = await fault(
      runWithProgress(step('seq 30; echo no space left >&2; exit 3'), () => {}),
    );
    expect(error).toBeInstanceOf(CommandError);
    const { message, remedy } = error as CommandError;
    expect(remedy).toBe('look');
    expect(message.split('\n')[0]).toBe('trying: ended with exit code 3');
    expect(message.split('\n')).toHaveLength(21);
    expect(message).toContain('no space left');
  });

  test('fails when its program does not exist', async () => {
    const absent = { ...step(''), command: join(folder, 'absent') };
    await expect(runWithProgress(absent, () => {})).rejects.toThrow(/ENOENT/);
  });

  test('fails when its input fails', async () => {
    const loading = { ...step('cat > /dev/null'), input: failingInput() };
    await expect(runWithProgress(loading, () => {})).rejects.toThrow('the file is damaged');
  });
});
