import { execFile, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { parseDocument } from 'yaml';

const root = join(import.meta.dirname, '../..');
const exec = promisify(execFile);

export interface Ended { readonly code: number; readonly stdout: string; readonly stderr: string }

/** A copy of this project with a stack of its own: names, ports, subnet, state and passphrase that nothing else uses. */
export class Project {
  readonly stack = `t${randomBytes(3).toString('hex')}`;
  readonly prefix = `pulse-${this.stack}`;
  readonly folder = mkdtempSync(join(tmpdir(), 'pulse-deploy-'));

  async prepare(): Promise<void> {
    const { stdout } = await exec('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
    for (const path of stdout.split('\0').filter((name) => name !== '')) cpSync(join(root, path), join(this.folder, path));
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
    const configuration = parseDocument(readFileSync(join(root, 'Pulumi.dev.yaml'), 'utf8'));
    configuration.delete('encryptionsalt');
    const third = randomInt(256);
    const own = { subnet: `10.225.${third}.0/24`, gateway: `10.225.${third}.1`, postgresPort: String(await freePort()), redisPort: String(await freePort()) };
    for (const [key, value] of Object.entries(own)) configuration.setIn(['config', `pulse:${key}`], value);
    writeFileSync(join(this.folder, `Pulumi.${this.stack}.yaml`), String(configuration));
  }

  /** `./pulse <args> --stack <this one>`. */
  pulse(...args: string[]): Promise<Ended> {
    return this.run(process.execPath, ['cli/main.ts', ...args, '--stack', this.stack]);
  }

  /** Plain pulumi, as in a shell after `eval "$(./pulse env)"`. */
  async pulumi(...args: string[]): Promise<Ended> {
    const exports = (await this.run(process.execPath, ['cli/main.ts', 'env'])).stdout;
    return this.run('sh', ['-c', `${exports}\nexec pulumi "$@"`, 'sh', ...args, '--stack', this.stack]);
  }

  docker(...args: string[]): Promise<Ended> {
    return this.run('docker', args);
  }

  container(name: string): string {
    return `${this.prefix}_${name}`;
  }

  /** Leaves nothing behind: containers, network, volumes, image, folder. */
  async remove(): Promise<void> {
    const { code, stderr } = await this.pulse('down', '--data', '--yes');
    const images = (await this.docker('image', 'ls', '--quiet', this.container('webhook-worker'))).stdout.split('\n').filter((id) => id !== '');
    if (images.length > 0) await this.docker('image', 'rm', '--force', ...images);
    rmSync(this.folder, { recursive: true });
    if (code !== 0) throw new Error(`stack ${this.stack} was not removed: ${stderr}`);
  }

  async run(command: string, args: readonly string[]): Promise<Ended> {
    const { PULUMI_BACKEND_URL: _backend, PULUMI_CONFIG_PASSPHRASE: _phrase, PULUMI_CONFIG_PASSPHRASE_FILE: _file, ...env } = process.env;
    const child = spawn(command, args, { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const code = new Promise<number>((resolve, reject) => child.once('error', reject).once('close', (ended) => resolve(ended ?? 1)));
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, stdout, stderr };
  }
}

/** Free at this moment, and outside of what the kernel hands to others soon after. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
