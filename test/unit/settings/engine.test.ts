import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { describeOtherEngine } from '../../../settings/engine.ts';
import type { DockerEngine } from '../../../shared/docker-engine.ts';

const engineAt = (address: string, namedBy?: string): DockerEngine => ({
  address,
  namedBy,
  variables: { DOCKER_HOST: address, DOCKER_CONTEXT: undefined },
});
const byDefault = engineAt('unix:///var/run/docker.sock');
const other = engineAt('tcp://192.0.2.7:2375', 'docker context other');

test('a plain pulumi up deploys where the docker client looks', () => {
  expect(describeOtherEngine({}, {}, byDefault)).toBeUndefined();
  const named = { DOCKER_HOST: other.address };
  expect(describeOtherEngine(named, {}, other)).toBeUndefined();
  expect(describeOtherEngine(named, { host: other.address }, other)).toBeUndefined();
});

test.each([
  ['a context that only the docker client reads', {}],
  ['a context that the build of an image does not read', { DOCKER_CONTEXT: 'other' }],
  ['a spelling that only the docker client knows', { DOCKER_HOST: '192.0.2.7' }],
  ['both', { DOCKER_HOST: other.address, DOCKER_CONTEXT: 'third' }],
])('a plain pulumi up is refused with %s, and with what to export', (_, env) => {
  const problem = describeOtherEngine(env, {}, other);
  expect(problem).toContain("unset DOCKER_CONTEXT; export DOCKER_HOST='tcp://192.0.2.7:2375'");
  expect(problem).toContain('docker context other');
});

test('docker:host that is another engine, or a context that is none, is refused by name', () => {
  expect(describeOtherEngine({}, { host: 'ssh://elsewhere' }, byDefault)).toContain(
    'docker:host is ssh://e',
  );
  expect(describeOtherEngine({}, { context: 'prod' }, byDefault)).toContain(
    'docker:context is prod',
  );
  const unknown = { problem: 'there is no docker context gone' };
  expect(describeOtherEngine({}, {}, unknown)).toBe(unknown.problem);
});

test('a socket and a link to it are one engine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pulse-engine-'));
  try {
    const [socket, link] = [join(folder, 'own.sock'), join(folder, 'docker.sock')];
    writeFileSync(socket, '');
    symlinkSync(socket, link);
    const engine = engineAt(`unix://${socket}`, 'docker context desktop-linux');
    expect(describeOtherEngine({ DOCKER_HOST: `unix://${link}` }, {}, engine)).toBeUndefined();
    expect(describeOtherEngine({}, { host: `unix://${link}` }, engine)).toContain('elsewhere');
    rmSync(link);
    expect(describeOtherEngine({ DOCKER_HOST: `unix://${link}` }, {}, engine)).toContain('export');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
