import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { findDockerEngine } from '../../../shared/docker-engine.ts';

let home: string;
let defaultSocket: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pulse-engine-'));
  defaultSocket = join(home, 'default.sock');
  write(defaultSocket);
});
afterEach(() => rmSync(home, { recursive: true }));

const find = (env: Record<string, string> = {}) => findDockerEngine({ env, home, defaultSocket });

function write(path: string, value: unknown = ''): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value));
}

/** As `docker context create`, and `docker context use` where `folder` is the client's own. */
function addContext(name: string, docker: object, folder = join(home, '.docker')): string {
  const id = createHash('sha256').update(name).digest('hex');
  write(join(folder, 'contexts/meta', id, 'meta.json'), { Name: name, Endpoints: { docker } });
  return join(folder, 'contexts/tls', id, 'docker');
}
const useContext = (currentContext: string): void =>
  write(join(home, '.docker/config.json'), { currentContext });

test('with nothing named it is the default socket, and no other variable stays', () => {
  expect(find()).toEqual({
    address: `unix://${defaultSocket}`,
    namedBy: undefined,
    variables: { DOCKER_HOST: `unix://${defaultSocket}`, DOCKER_CONTEXT: undefined },
  });
});

test.each([
  ['other', 'tcp://192.0.2.7:2375'],
  ['remote', 'ssh://me@build.example.org'],
  ['rootless', 'unix:///run/user/1000/docker.sock'],
  ['desktop-linux', 'unix:///home/me/.docker/desktop/docker.sock'],
  ['a name with blanks: ü', 'unix:///run/other.sock'],
])('docker context use %j names the engine at %s', (name, Host) => {
  addContext(name, { Host });
  useContext(name);
  expect(find()).toMatchObject({
    address: Host,
    namedBy: `docker context ${name}`,
    variables: { DOCKER_HOST: Host, DOCKER_CONTEXT: undefined },
  });
});

test('DOCKER_HOST goes before DOCKER_CONTEXT, and that before docker context use', () => {
  addContext('chosen', { Host: 'tcp://chosen:2375' });
  addContext('named', { Host: 'tcp://named:2375' });
  useContext('chosen');
  const named = { DOCKER_CONTEXT: 'named' };
  expect(find()).toMatchObject({ address: 'tcp://chosen:2375' });
  expect(find(named)).toMatchObject({ address: 'tcp://named:2375' });
  expect(find({ ...named, DOCKER_HOST: 'tcp://given:2375' })).toMatchObject({
    address: 'tcp://given:2375',
    namedBy: 'DOCKER_HOST',
    variables: { DOCKER_CONTEXT: undefined },
  });
  expect(find({ DOCKER_CONTEXT: 'default' })).toMatchObject({ address: `unix://${defaultSocket}` });
  expect(find({ DOCKER_CONTEXT: '', DOCKER_HOST: '' })).toMatchObject({
    address: 'tcp://chosen:2375',
  });
});

test.each([
  ['192.0.2.7', {}, 'tcp://192.0.2.7:2375'],
  ['192.0.2.7:2377', {}, 'tcp://192.0.2.7:2377'],
  [':2377', {}, 'tcp://localhost:2377'],
  ['tcp://build.example.org', { DOCKER_TLS_VERIFY: '1' }, 'tcp://build.example.org:2376'],
  ['tcp://[2001:db8::1]:2375', {}, 'tcp://[2001:db8::1]:2375'],
  [' unix:///run/docker.sock ', {}, 'unix:///run/docker.sock'],
  ['unix://', {}, 'unix:///var/run/docker.sock'],
  ['/run/podman/podman.sock', {}, 'unix:///run/podman/podman.sock'],
  ['ssh://me@build.example.org:22', {}, 'ssh://me@build.example.org:22'],
])('DOCKER_HOST=%s with %j is %s for all, as the docker client reads it', (host, tls, address) => {
  expect(find({ DOCKER_HOST: host, ...tls })).toMatchObject({ address });
});

test('the certificates of a context are those of all', () => {
  const certificates = addContext('secure', { Host: 'tcp://192.0.2.7:2376' });
  for (const name of ['ca', 'cert', 'key']) write(join(certificates, `${name}.pem`));
  useContext('secure');
  expect(find({ DOCKER_CERT_PATH: '/of/another' })).toMatchObject({
    variables: { DOCKER_CERT_PATH: certificates, DOCKER_TLS_VERIFY: '1' },
  });
  addContext('secure', { Host: 'tcp://192.0.2.7:2376', SkipTLSVerify: true });
  expect(find()).toMatchObject({
    variables: { DOCKER_CERT_PATH: certificates, DOCKER_TLS_VERIFY: undefined, DOCKER_TLS: '1' },
  });
  addContext('open', { Host: 'tcp://192.0.2.7:2375' });
  useContext('open');
  expect(find({ DOCKER_TLS_VERIFY: '1' })).toMatchObject({
    variables: { DOCKER_CERT_PATH: undefined, DOCKER_TLS_VERIFY: undefined },
  });
});

test('DOCKER_CONFIG names the folder of the contexts', () => {
  const folder = join(home, 'elsewhere');
  addContext('other', { Host: 'tcp://192.0.2.7:2375' }, folder);
  write(join(folder, 'config.json'), { currentContext: 'other' });
  expect(find({ DOCKER_CONFIG: folder })).toMatchObject({ address: 'tcp://192.0.2.7:2375' });
});

test.each(['.docker/run/docker.sock', '.docker/desktop/docker.sock', 'runtime/docker.sock'])(
  'without a default socket, that of a rootless engine or of Desktop in %s is taken',
  (socket) => {
    rmSync(defaultSocket);
    write(join(home, socket));
    expect(find({ XDG_RUNTIME_DIR: join(home, 'runtime') })).toMatchObject({
      address: `unix://${join(home, socket)}`,
      namedBy: 'rootless, or Docker Desktop',
    });
  },
);

test('a context that does not exist is named, and never becomes the default', () => {
  useContext('gone');
  expect(find()).toEqual({ problem: `there is no docker context gone in ${home}/.docker` });
  addContext('cluster', {});
  expect(find({ DOCKER_CONTEXT: 'cluster' })).toEqual({
    problem: 'docker context cluster names no engine',
  });
});
