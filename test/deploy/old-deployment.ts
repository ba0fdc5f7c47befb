import { mkdtempSync, readFileSync, rmSync, symlinkSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findCompose } from '../../bench/compose/program.ts';
import { eventually } from '../harness/eventually.ts';
import type { Ended } from './commands.ts';
import { imageOf } from './images.ts';
import type { Project } from './project.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const page = read('docs/migration.md');
const override = 'docs/migration/docker-compose.override.yaml';

/** The commands below a heading of docs/migration.md. */
function commandsBelow(heading: string): string {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [below = ''] = section.split('\n## ');
  return [...below.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands]) => commands).join('');
}

/**
 * A compose project like the deployment that Pulse replaces, beside the stack of a project: with
 * that stack's prefix in place of `pulse`, so that it holds the names that the stack takes.
 */
export class OldDeployment {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pulse-old-'));
  readonly #project: Project;

  private constructor(project: Project) {
    this.#project = project;
  }

  /** @param appdata the folder below which its stores keep what they have */
  static async start(project: Project, appdata: string): Promise<OldDeployment> {
    const old = new OldDeployment(project);
    const { command } = await findCompose(() => undefined);
    if (command !== 'docker') old.#addPlugin(command);
    old.#write('docker-compose.yaml', read('test/deploy/old-deployment/docker-compose.yaml'));
    writeFileSync(
      join(old.#folder, '.env'),
      [
        `NODE_IMAGE=${await imageOf('node')}`,
        `REDIS_IMAGE=${await imageOf('redis')}`,
        `POSTGRES_IMAGE=${await imageOf('postgres')}`,
        'POSTGRES_USER=firecrawl',
        'POSTGRES_PASSWORD=plain-postgres',
        'POSTGRES_DB=pulse_postgres',
        `POSTGRES_PORT=${String(project.setting('postgresPort'))}`,
        `REDIS_PORT=${String(project.setting('redisPort'))}`,
        `WEBHOOK_PORT=${String(project.setting('apiPort'))}`,
        `APPDATA_BASE=${appdata}`,
        '',
      ].join('\n'),
    );
    // What step 2 copies from the project's folder.
    old.#write(
      override,
      read(override).replace('haproxy:3', await imageOf('haproxy')),
      project.folder,
    );
    await old.shell('(cd "$old" && docker compose up --detach)');
    return old;
  }

  /** Machines without Compose have the one that benchmarks use. */
  #addPlugin(compose: string): void {
    const plugins = join(this.#folder, 'docker/cli-plugins');
    mkdirSync(plugins, { recursive: true });
    symlinkSync(compose, join(plugins, 'docker-compose'));
  }

  #write(name: string, text: string, folder = this.#folder): void {
    writeFileSync(join(folder, name), this.#rename(text));
  }

  /** Says what docs/migration.md says of prod for this project. */
  #rename(text: string): string {
    const { prefix, stack } = this.#project;
    return (
      text
        .replaceAll(/(?<!-d )\bpulse_/g, `${prefix}_`) // but not in the name of the database
        .replaceAll(/\bcontainer_name: (firecrawl\w*)/g, `container_name: ${prefix}-$1`)
        .replaceAll(/\b(exec (?:-i )?)(firecrawl)/g, `$1${prefix}-$2`)
        .replaceAll(/^name: pulse$/gm, `name: ${prefix}-old`)
        .replaceAll(/\bpulse: \{ external: true \}/g, `${prefix}: { external: true }`)
        .replaceAll(/\bnetworks: \[pulse\]/g, `networks: [${prefix}]`)
        .replaceAll('--stack prod', `--stack ${stack}`)
        // The launcher would install packages into the folder that all copies of the project share.
        .replaceAll('./pulse ', 'node --disable-warning=ExperimentalWarning cli/main.ts ')
    );
  }

  /**
   * Runs the commands of a step as they are written, for this stack.
   *
   * @param edit what a person would answer or add
   */
  async follow(heading: string, edit = (commands: string): string => commands): Promise<Ended> {
    const commands = commandsBelow(heading);
    if (commands === '') throw new Error(`docs/migration.md has no commands below ${heading}`);
    return this.shell(edit(this.#rename(commands)));
  }

  /** Runs commands from Pulse's folder; `$old` is that of this deployment. */
  shell(commands: string): Promise<Ended> {
    return this.#project.run('bash', [
      '-euc',
      `old='${this.#folder}'\n` +
        `[ ! -d "$old/docker" ] || export DOCKER_CONFIG="$old/docker"\n${commands}`,
    ]);
  }

  /** Fills the old Postgres as the old API did. */
  async fillPages(): Promise<void> {
    const inside = `docker exec -i ${this.#project.container('postgres')}`;
    // Over TCP it answers only when its first start is done.
    await eventually('the old Postgres', async () => {
      const { code } = await this.shell(`${inside} pg_isready --host 127.0.0.1`);
      return code === 0;
    });
    const script = join(root, 'test/deploy/old-deployment/scraped-content.sql');
    const { code, stderr } = await this.shell(
      `${inside} psql -U firecrawl -d pulse_postgres -v ON_ERROR_STOP=1 -f - <'${script}'`,
    );
    if (code !== 0) throw new Error(stderr);
  }

  /** Runs a script of Node in one of its containers. */
  async inside(container: string, script: string): Promise<string> {
    const { stdout, stderr } = await this.#project.docker(
      'exec',
      container,
      'node',
      '--eval',
      script,
    );
    return `${stdout}${stderr}`.trim();
  }

  /** Each container of the project, with its id. */
  async containers(): Promise<Record<string, string>> {
    const lines = await this.#project.dockerLines(
      'ps',
      '--filter',
      `label=com.docker.compose.project=${this.#project.prefix}-old`,
      '--format',
      '{{.Names}} {{.ID}}',
    );
    return Object.fromEntries(lines.map((line) => line.split(' ') as [string, string]));
  }

  /** @param appdata is emptied by the stores' own user */
  async remove(appdata: string): Promise<void> {
    await this.shell(
      '(cd "$old" && docker compose --profile replaced down --timeout 1 --remove-orphans)',
    );
    const image = await imageOf('node');
    const folders = ['postgres', 'redis'].map((store) => `/old/${this.#project.prefix}_${store}`);
    const mounted = ['--volume', `${appdata}:/old`];
    await this.#project.docker(
      'run',
      '--rm',
      ...mounted,
      '--entrypoint',
      'rm',
      image,
      '-rf',
      ...folders,
    );
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
