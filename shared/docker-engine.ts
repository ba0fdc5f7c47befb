import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The engine that the user means, for everything that talks to one. */
export interface DockerEngine {
  /** As in DOCKER_HOST: `unix:///var/run/docker.sock`, `tcp://192.0.2.7:2376`, `ssh://me@host`. */
  readonly address: string;
  /** For people: `DOCKER_HOST`, `docker context other`; undefined for the default. */
  readonly namedBy: string | undefined;
  /** Variables of the docker client and of Pulumi's provider; undefined takes a variable away. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Where nothing answers the question which engine is meant. */
export interface UnknownEngine {
  readonly problem: string;
}

/** What decides which engine is meant. */
export interface EngineSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the docker client's folder is, unless DOCKER_CONFIG names another. */
  readonly home: string;
  readonly defaultSocket: string;
}

/** Both the docker client and Pulumi's provider use it when nothing names another. */
const defaultSocket = '/var/run/docker.sock';
export const defaultAddress = `unix://${defaultSocket}`;

/**
 * Finds the engine as the docker client does: DOCKER_HOST, then DOCKER_CONTEXT, then the context
 * that `docker context use` chose, then the default. Where the default socket is not there or not
 * for this user, the socket of a rootless engine or of Docker Desktop is taken.
 *
 * Pulumi's provider reads only DOCKER_HOST, and prefers DOCKER_CONTEXT to it: whoever starts a
 * program sets the variables of the answer.
 */
export function findDockerEngine(
  sources: EngineSources = { env: process.env, home: homedir(), defaultSocket },
): DockerEngine | UnknownEngine {
  const { DOCKER_HOST: host = '', DOCKER_CONTEXT: named = '' } = sources.env;
  if (host.trim() !== '') {
    const tls = isSet(sources.env['DOCKER_TLS_VERIFY']) || isSet(sources.env['DOCKER_TLS']);
    const certPath = sources.env['DOCKER_CERT_PATH'];
    return describe(formatAddress(host.trim(), tls), 'DOCKER_HOST', {
      ...(isSet(certPath) && { DOCKER_CERT_PATH: resolve(certPath) }),
    });
  }
  const folder = resolve(sources.env['DOCKER_CONFIG'] || join(sources.home, '.docker'));
  const context = named || readCurrentContext(folder);
  if (context === '' || context === 'default') {
    const socket = findSocket(sources);
    const namedBy = socket === sources.defaultSocket ? undefined : 'rootless, or Docker Desktop';
    return describe(`unix://${socket}`, namedBy);
  }
  return readContext(folder, context);
}

function describe(
  address: string,
  namedBy: string | undefined,
  tls: DockerEngine['variables'] = {},
): DockerEngine {
  // With both, the client takes the one and the provider the other.
  return {
    address,
    namedBy,
    variables: { DOCKER_HOST: address, DOCKER_CONTEXT: undefined, ...tls },
  };
}

/** The spellings that the docker client takes, in the one that the provider takes as well. */
function formatAddress(host: string, tls: boolean): string {
  if (host.startsWith('/')) return `unix://${host}`;
  const [, scheme = 'tcp', rest = ''] = /^(?:([a-z+]+):\/\/)?(.*)$/is.exec(host) ?? [];
  if (scheme === 'unix') return `unix://${rest || defaultSocket}`;
  if (scheme !== 'tcp') return host;
  const [, name = '', port = '', path = ''] = /^(\[.*\]|[^:/]*)(:\d+)?(.*)$/.exec(rest) ?? [];
  return `tcp://${name || 'localhost'}${port || (tls ? ':2376' : ':2375')}${path}`;
}

/** A client's file that cannot be read counts for nothing, as for the client, which warns of it. */
function readCurrentContext(folder: string): string {
  const found = readJson(join(folder, 'config.json')) as { currentContext?: unknown } | undefined;
  return typeof found?.currentContext === 'string' ? found.currentContext : '';
}

function readContext(folder: string, name: string): DockerEngine | UnknownEngine {
  const id = createHash('sha256').update(name).digest('hex');
  const meta = readJson(join(folder, 'contexts/meta', id, 'meta.json')) as
    | { Endpoints?: { docker?: { Host?: string; SkipTLSVerify?: boolean } } }
    | undefined;
  if (meta === undefined) return { problem: `there is no docker context ${name} in ${folder}` };
  const { Host: host = '', SkipTLSVerify: isUnverified = false } = meta.Endpoints?.docker ?? {};
  if (host === '') return { problem: `docker context ${name} names no engine` };
  const certificates = join(folder, 'contexts/tls', id, 'docker');
  const tls = existsSync(certificates);
  return describe(formatAddress(host, tls), `docker context ${name}`, {
    DOCKER_CERT_PATH: tls ? certificates : undefined,
    DOCKER_TLS_VERIFY: tls && !isUnverified ? '1' : undefined,
    DOCKER_TLS: tls ? '1' : undefined,
  });
}

/** @returns the first socket that this user may write to; the default where there is none */
function findSocket({ env, home, defaultSocket: usual }: EngineSources): string {
  const runtime = env['XDG_RUNTIME_DIR'] || `/run/user/${process.getuid?.()}`;
  const others = [
    join(runtime, 'docker.sock'), // rootless
    join(home, '.docker/run/docker.sock'), // Desktop, and rootless without XDG_RUNTIME_DIR
    join(home, '.docker/desktop/docker.sock'), // Desktop on Linux
  ];
  return [usual, ...others].find(isWritable) ?? usual;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false; // absent, or another user's
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    return undefined; // its reader says what follows
  }
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
