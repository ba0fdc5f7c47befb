import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFailed } from 'vitest';

import { stackLabel } from '../../settings/names.ts';
import { knowsStartInterval } from '../../settings/start-interval.ts';
import { compileCacheFolder } from '../harness/compile-cache.ts';
import { eventually } from '../harness/eventually.ts';
import { reportFailedHook, reportOnFailure } from '../harness/failure-report.ts';
import type { ExitCleanup } from '../harness/reaper.ts';
import { reserveStackPorts } from '../harness/stack-ports.ts';
import { timed } from '../harness/timed.ts';
import { Commands } from './commands.ts';
import type { Ended } from './commands.ts';
import { LastDeployment } from './last-deployment.ts';
import { prebuildImages } from './prebuild.ts';
import { removeStackAtExit } from './remove-at-exit.ts';
import { copySources } from './sources.ts';
import { StackFile } from './stack-file.ts';
import { reportStack } from './stack-report.ts';
import { freeSubnet } from './subnet.ts';

const root = join(import.meta.dirname, '../..');

export type { Ended } from './commands.ts';

/**
 * A copy of this project with a stack of its own: names, ports, subnet, state and passphrase that
 * nothing else uses.
 */
export class Project {
  readonly stack = `t${randomBytes(3).toString('hex')}`;
  readonly prefix = `pulse-${this.stack}`;
  readonly folder = mkdtempSync(join(tmpdir(), 'pulse-deploy-'));
  readonly #subnet = freeSubnet();
  /** The host's address, as the stack's containers see it. */
  readonly gateway = `${this.#subnet}.1`;
  /** What `./pulse env` prints; nothing that a test does changes it. */
  #exports: Promise<Ended> | undefined;
  readonly #file = new StackFile(join(this.folder, `Pulumi.${this.stack}.yaml`));
  readonly #last = new LastDeployment([this.#file.path, join(this.folder, 'worker/worker.ts')]);
  readonly #commands: Commands;
  readonly #atExit: ExitCleanup;

  /** @param environment of every command, such as the DOCKER_HOST of another engine */
  constructor(environment: Readonly<Record<string, string>> = {}) {
    this.#commands = new Commands(this.folder, {
      NODE_COMPILE_CACHE: compileCacheFolder,
      ...environment,
    });
    const label = `${stackLabel}=${this.stack}`;
    const { prefix, folder } = this;
    this.#atExit = removeStackAtExit({ label, prefix, folder }, environment);
    reportOnFailure(() =>
      reportStack(
        (...args) => this.#commands.runUnrecorded('docker', args),
        this.stack,
        this.#commands.outputs,
      ),
    );
  }

  /** @param settings put over those of the dev stack */
  async prepare(settings: Readonly<Record<string, string | undefined>> = {}): Promise<void> {
    await prebuildImages();
    await copySources(this.folder);
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
    // One compile cache for all copies of this project.
    mkdirSync(join(this.folder, '.pulse'), { mode: 0o700 });
    mkdirSync(compileCacheFolder, { recursive: true });
    symlinkSync(compileCacheFolder, join(this.folder, '.pulse/compile-cache'));
    this.#file.copyFrom(join(root, 'Pulumi.dev.yaml'));
    this.configure({
      subnet: `${this.#subnet}.0/24`,
      gateway: this.gateway,
      ...(await reserveStackPorts()),
      hookPort: undefined, // a test that needs one says so, as a stack does
      prometheusPort: undefined,
      canaryInterval: 'off', // one by the clock would come in between what a test counts
      ...(await this.#healthIntervals()),
      ...settings,
    });
  }

  /**
   * A health check costs some 60 ms of processor time. Where the engine has no other interval for
   * containers that start, all are checked at the pace of a start.
   */
  async #healthIntervals(): Promise<Record<string, string>> {
    return (await this.knowsStartInterval())
      ? { healthStartInterval: '1s', healthInterval: '30s' }
      : { healthInterval: '4s' };
  }

  /** Whether the engine has an interval of its own for containers that start. */
  async knowsStartInterval(): Promise<boolean> {
    const version = await this.docker('version', '--format', '{{.Server.APIVersion}}');
    return knowsStartInterval(version.stdout.trim());
  }

  /** As an editor would change the stack's file; `undefined` removes a setting. */
  configure(settings: Readonly<Record<string, string | undefined>>): void {
    this.#file.set(settings);
  }

  /** The stack's file as it is committed: without the salt, which belongs to a passphrase. */
  forgetSalt(): void {
    this.#file.forgetSalt();
  }

  setting(key: string): unknown {
    return this.#file.get(key);
  }

  /**
   * What a test does first: brings the stack to what was deployed last, whole and with these
   * settings. It deploys only what differs from that, what is missing, or what a failed test left.
   */
  async beginWith(settings: Readonly<Record<string, string | undefined>> = {}): Promise<void> {
    onTestFailed(() => this.#last.doubt());
    this.#last.restoreFiles();
    this.configure(settings);
    if (!this.#last.isCurrent(await this.ids())) await this.up();
    await this.#healthy();
  }

  /** The engine is asked, which costs a hundredth of what `./pulse status` does. */
  #healthy(): Promise<void> {
    return eventually('healthy containers', async () => {
      const statuses = await this.#list('{{.Names}} {{.Status}}');
      const others = statuses.filter((status) => !status.includes('(healthy)'));
      if (others.length > 0) throw new Error(others.join(', '));
    });
  }

  /** Runs `./pulse up`, which has to succeed. */
  up(): Promise<Ended> {
    return this.#deploy('./pulse up', () => this.pulse('up', '--yes'));
  }

  /** The same, and `./pulse` stands still from the beginning of its update to the end of this. */
  upWhile(meanwhile: () => Promise<void>): Promise<Ended> {
    const command = this.#pulseCommand('up', '--yes');
    return this.#deploy('./pulse up', () =>
      this.#commands.hold(/^pulumi up$/m, process.execPath, command, meanwhile),
    );
  }

  /** Runs plain `pulumi up`, which has to succeed. */
  plainUp(): Promise<Ended> {
    return this.#deploy('pulumi up', () => this.pulumi('up', '--yes', '--skip-preview'));
  }

  /** Runs `./pulse rollback`, which has to succeed. */
  rollBack(): Promise<Ended> {
    return this.#deploy('./pulse rollback', () => this.pulse('rollback', '--yes'));
  }

  /** Runs `./pulse move-data`, which has to succeed. */
  moveData(): Promise<Ended> {
    return this.#deploy('./pulse move-data', () => this.pulse('move-data', '--yes'));
  }

  async #deploy(command: string, run: () => Promise<Ended>): Promise<Ended> {
    const ended = await run();
    if (ended.code !== 0)
      throw new Error(`${command} ended with ${ended.code}\n${ended.stdout}${ended.stderr}`);
    this.#last.record(await this.ids());
    return ended;
  }

  /** Checks that no change is left, so that the next one is seen alone. */
  async settled(): Promise<void> {
    const preview = await this.pulumi('preview', '--expect-no-changes', '--diff');
    if (preview.code !== 0)
      throw new Error(`changes are left:\n${preview.stdout}${preview.stderr}`);
  }

  /** Waits until `./pulse status` finds nothing wrong. On a busy machine a probe may time out. */
  async ready(): Promise<void> {
    await this.#healthy();
    await eventually('a stack that is ready', async () => {
      const { code, stdout } = await this.pulse('status', '--json');
      if (code !== 0) throw new Error(stdout);
    });
  }

  /** Submits these pages; the exit code says whether all were acknowledged. */
  index(pages: readonly object[], ...flags: string[]): Promise<Ended> {
    const file = join(this.folder, `pages-${randomBytes(3).toString('hex')}.jsonl`);
    writeFileSync(file, pages.map((page) => `${JSON.stringify(page)}\n`).join(''));
    return this.pulse('index', file, ...flags);
  }

  /** Names of the worker containers 1 to n. */
  workers(count: number): string[] {
    return Array.from({ length: count }, (_, index) =>
      this.container(`webhook-worker-${index + 1}`),
    );
  }

  /** Tags of every build of the worker that the engine keeps. */
  async workerImages(): Promise<string[]> {
    const image = this.container('webhook-worker');
    return this.dockerLines('image', 'ls', image, '--format', '{{.Repository}}:{{.Tag}}');
  }

  /** The id of each container, by name; a replaced one has another id. */
  async ids(): Promise<Record<string, string>> {
    const lines = await this.#list('{{.Names}} {{.ID}}');
    return Object.fromEntries(lines.map((line) => line.split(' ') as [string, string]));
  }

  /** One line for each container of the stack. */
  #list(format: string): Promise<string[]> {
    const label = `label=${stackLabel}=${this.stack}`;
    return this.dockerLines('ps', '--all', '--no-trunc', '--filter', label, '--format', format);
  }

  /** Runs `./pulse <args> --stack <this one>`. */
  pulse(...args: string[]): Promise<Ended> {
    return timed(`./pulse ${args[0]}`, () =>
      this.run(process.execPath, this.#pulseCommand(...args)),
    );
  }

  #pulseCommand(...args: string[]): string[] {
    return ['cli/main.ts', ...args, '--stack', this.stack];
  }

  /** Runs plain pulumi, as in a shell after `eval "$(./pulse env)"`. */
  pulumi(...args: string[]): Promise<Ended> {
    return timed(`pulumi ${args[0]}`, () => this.#pulumi(args));
  }

  /** What `./pulse env` prints. */
  async exports(): Promise<string> {
    this.#exports ??= this.run(process.execPath, ['cli/main.ts', 'env']);
    return (await this.#exports).stdout;
  }

  async #pulumi(args: readonly string[]): Promise<Ended> {
    const script = `${await this.exports()}\nexec pulumi "$@"`;
    return this.run('sh', ['-c', script, 'sh', ...args, '--stack', this.stack]);
  }

  docker(...args: string[]): Promise<Ended> {
    return timed(`docker ${args[0]}`, () => this.run('docker', args));
  }

  /** The lines of docker's output, empty ones left out. */
  async dockerLines(...args: string[]): Promise<string[]> {
    const { stdout } = await this.docker(...args);
    return stdout.split('\n').filter((line) => line !== '');
  }

  container(name: string): string {
    return `${this.prefix}_${name}`;
  }

  /**
   * Removes everything: containers, network, volumes, images, folder.
   *
   * @param needed by the stack until then; disposed of at the end, also when the removal fails
   */
  async remove(needed?: AsyncDisposable): Promise<void> {
    await using _disposedOf = needed;
    await reportFailedHook();
    await this.#commands.stopRunning();
    const { code, stderr } = await this.pulse('down', '--data', '--yes');
    // By name: with --force an id removes the names that other projects gave the same image.
    const images = await this.dockerLines(
      'image',
      'ls',
      '--format',
      '{{.Repository}}:{{.Tag}}',
      ...[`${this.prefix}*`, `${this.prefix}/*`].flatMap((one) => ['--filter', `reference=${one}`]),
    );
    if (images.length > 0) await this.docker('image', 'rm', '--force', ...images);
    rmSync(this.folder, { recursive: true });
    if (code !== 0) throw new Error(`stack ${this.stack} was not removed: ${stderr}`);
    this.#atExit.dismiss();
  }

  /** Runs `./pulse <args>`, and sends a Ctrl-C as soon as it says this on stderr. */
  interrupted(saying: RegExp, ...args: string[]): Promise<Ended> {
    return timed(`./pulse ${args[0]}, interrupted`, () =>
      this.#commands.interrupt(saying, process.execPath, this.#pulseCommand(...args)),
    );
  }

  run(command: string, args: readonly string[]): Promise<Ended> {
    return this.#commands.run(command, args);
  }
}
