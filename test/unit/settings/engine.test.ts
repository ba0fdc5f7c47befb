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
  expect(describeOtherEngine({}, undefined, byDefault)).toBeUndefined();
  const named = { DOCKER_HOST: other.address };
  expect(describeOtherEngine(named, undefined, other)).toBeUndefined();
  expect(describeOtherEngine(named, other.address, other)).toBeUndefined();
});

test.each([
  ['a context that only the docker client reads', {}],
  ['a context that the build of an image does not read', { DOCKER_CONTEXT: 'other' }],
  ['a spelling that only the docker client knows', { DOCKER_HOST: '192.0.2.7' }],
  ['both', { DOCKER_HOST: other.address, DOCKER_CONTEXT: 'third' }],
])('a plain pulumi up is refused with %s, and with what to export', (_, env) => {
  const problem = describeOtherEngine(env, undefined, other);
  expect(problem).toContain("unset DOCKER_CONTEXT; export DOCKER_HOST='tcp://192.0.2.7:2375'");
  expect(problem).toContain('docker context other');
});

test('docker:host that is another engine, or a context that is none, is refused by name', () => {
  expect(describeOtherEngine({}, 'ssh://elsewhere', byDefault)).toContain('docker:host is ssh://e');
  const unknown = { problem: 'there is no docker context gone' };
  expect(describeOtherEngine({}, undefined, unknown)).toBe(unknown.problem);
});
