import { describe, expect, test } from 'vitest';

import type { Finding } from '../../../../cli/deployment/host/finding.ts';
import type { Host } from '../../../../cli/deployment/host/inspect.ts';
import { judgeHost } from '../../../../cli/deployment/host/judge.ts';
import type { MadeResources } from '../../../../cli/deployment/host/names.ts';
import { parseSettings } from '../../../../settings/parse.ts';
import { externalGpuHost } from '../../settings/external-gpu-host.ts';

const empty: Host = {
  networks: [{ name: 'bridge', subnets: ['172.17.0.0/16'] }],
  containers: [],
  memoryMiB: 64_000,
  apiVersion: '1.41',
  isPodman: false,
  nofileLimit: undefined,
  refusedPorts: [],
};
const nothing: MadeResources = { network: false, containers: [] };
const judge = (
  texts: Record<string, string>,
  host: Partial<Host> = {},
  made: Partial<MadeResources> = {},
) => {
  const { faults, warnings, joinsExisting } = judgeHost(
    parseSettings('test', { ...externalGpuHost, ...texts }),
    { ...empty, ...host },
    { ...nothing, ...made },
  );
  const line = ({ code, problem }: Finding): string => `${code}: ${problem}`;
  return { faults: faults.map(line), warnings: warnings.map(line), joinsExisting };
};
const own = { subnet: '10.1.0.0/24', gateway: '10.1.0.1' };

test('an empty host has no faults and no warnings', () =>
  expect(judge(own)).toEqual({ faults: [], warnings: [], joinsExisting: false }));

test('Podman is refused', () =>
  expect(judge(own, { isPodman: true }).faults).toEqual([
    expect.stringContaining('HOST_ENGINE: this is Podman'),
  ]));

describe('a subnet', () => {
  test.each([['10.1.0.0/24'], ['10.0.0.0/8'], ['10.1.0.128/25']])(
    "that overlaps another network (%s) is refused with that network's name",
    (other) => {
      const { faults } = judge(own, { networks: [{ name: 'mediastack', subnets: [other] }] });
      expect(faults).toEqual([
        expect.stringMatching(`^HOST_SUBNET: .* overlaps network mediastack \\(${other}\\)`),
      ]);
    },
  );

  test('next to another network is accepted', () =>
    expect(judge(own, { networks: [{ name: 'other', subnets: ['10.1.1.0/24'] }] }).faults).toEqual(
      [],
    ));

  test("that the stack's own network has already is accepted", () =>
    expect(
      judge(
        own,
        { networks: [{ name: 'pulse-test', subnets: ['10.1.0.0/24'] }] },
        { network: true },
      ),
    ).toMatchObject({ faults: [], joinsExisting: false }));
});

describe('a network', () => {
  test('that exists is joined when the stack did not make it', () => {
    expect(
      judge(own, { networks: [{ name: 'pulse-test', subnets: ['10.1.0.0/24'] }] }),
    ).toMatchObject({ faults: [], joinsExisting: true });
  });

  test('that exists with another range is joined, with a warning that names the range', () => {
    const { faults, warnings, joinsExisting } = judge(own, {
      networks: [{ name: 'pulse-test', subnets: ['10.9.0.0/16'] }],
    });
    expect([faults, joinsExisting]).toEqual([[], true]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^HOST_NETWORK: network pulse-test is 10\.9\.0\.0\/16.*pulumi config set pulse:subnet 10\.9\.0\.0\/16/,
      ),
    ]);
  });

  test('that is configured as existing but missing is reported with the command that makes it', () => {
    expect(judge({ ...own, network: 'existing' }).faults).toEqual([
      expect.stringContaining(
        'docker network create --subnet 10.1.0.0/24 --gateway 10.1.0.1 pulse-test',
      ),
    ]);
  });
});

describe('a port', () => {
  const taken = (name: string, ip: string) => ({
    containers: [{ name, published: [{ ip, port: 50105 }] }],
  });

  test.each([['127.0.0.1'], ['0.0.0.0']])(
    "that another container publishes on %s is refused with that container's name",
    (ip) => {
      expect(judge(own, taken('pulse_postgres', ip)).faults).toEqual([
        expect.stringContaining(
          'HOST_PORT: pulse:postgresPort 50105 is taken by container pulse_postgres',
        ),
      ]);
    },
  );

  test('that is taken on another address only is free', () =>
    expect(judge(own, taken('pulse_postgres', '10.8.0.1')).faults).toEqual([]));

  test('that a process of the host uses is refused with the command that finds the process', () => {
    expect(judge(own, { refusedPorts: [{ port: 50105, why: 'taken' }] }).faults).toEqual([
      expect.stringMatching(
        /^HOST_PORT: pulse:postgresPort 50105 is taken by a process of the host.*ss -ltnp/,
      ),
    ]);
  });

  test('on an address that the host does not have is reported once, with the address', () => {
    const refusedPorts = [50105, 50104].map((port) => ({ port, why: 'no such address' as const }));
    expect(judge({ ...own, storeAddress: '10.8.0.1' }, { refusedPorts }).faults).toEqual([
      expect.stringMatching(
        /^HOST_PORT: pulse:storeAddress 10\.8\.0\.1 is no address of this host/,
      ),
    ]);
  });

  test('of the API is judged by its own address and setting', () => {
    const published = [{ ip: '192.0.2.1', port: 50108 }];
    const there = { containers: [{ name: 'other', published }] };
    expect(judge(own, there).faults).toEqual([]);
    expect(judge({ ...own, apiHost: '192.0.2.1' }, there).faults).toEqual([
      expect.stringContaining('HOST_PORT: pulse:apiPort 50108 is taken by container other'),
    ]);
    const refusedPorts = [{ port: 50108, why: 'no such address' as const }];
    expect(judge({ ...own, apiHost: '192.0.2.1' }, { refusedPorts }).faults).toEqual([
      expect.stringMatching(/^HOST_PORT: pulse:apiHost 192\.0\.2\.1 is no address of this host/),
    ]);
  });

  test("that the stack's own container publishes is accepted", () =>
    expect(
      judge(own, taken('pulse-test_postgres', '127.0.0.1'), { containers: ['pulse-test_postgres'] })
        .faults,
    ).toEqual([]));
});

test("a limit of open files above that of the engine is refused with the engine's limit", () => {
  expect(judge(own, { nofileLimit: 20_000 }).faults).toEqual([
    expect.stringMatching(/^HOST_FILES: .*pulumi config set pulse:workerNofile 20000/),
  ]);
});

test('a container that has a name of the stack but is not in its state is refused, with what to run', () => {
  const containers = ['pulse-test_redis', 'pulse-test_webhook-worker-1', 'pulse-testing_redis'].map(
    (name) => ({ name, published: [] }),
  );
  expect(judge(own, { containers }, { containers: ['pulse-test_redis'] }).faults).toEqual([
    expect.stringMatching(
      new RegExp(
        '^HOST_NAMES: the state of this stack does not know pulse-test_webhook-worker-1:.*' +
          'docker rm -f pulse-test_webhook-worker-1$',
      ),
    ),
  ]);
});

test('a container that has a name of the stack as an alias on its network is refused, with what to run', () => {
  const aliases = ['db', 'pulse-test_postgres', 'pulse-test_redis'];
  const containers = [{ name: 'shop', published: [], networks: ['pulse-test'], aliases }];
  expect(judge(own, { containers }).faults).toEqual([
    'HOST_NAMES: container shop is called pulse-test_postgres, pulse-test_redis on network ' +
      'pulse-test, names that this stack takes: the engine would answer with both containers in ' +
      'turn. Connect it again without them: docker network disconnect pulse-test shop && ' +
      'docker network connect pulse-test shop',
  ]);
  expect(judge(own, { containers }, { containers: ['shop'] }).faults).toEqual([]);
});

describe('a Docker Compose project', () => {
  const of = (name: string, service: string, networks = ['pulse-test'], project = 'pulse') => ({
    name,
    published: [],
    networks,
    compose: { project, service, folder: '/srv/old files' },
  });
  const others = [of('firecrawl', 'firecrawl'), of('pulse_mcp', 'pulse_mcp')];

  test('that holds names is told apart: its services to stop, and those that go on', () => {
    const containers = [
      of('pulse-test_redis', 'pulse-test_redis'),
      ...['pulse-pulse-test_webhook-worker-1', 'pulse-pulse-test_webhook-worker-2'].map((name) =>
        of(name, 'pulse-test_webhook-worker'),
      ),
      ...others,
    ];
    expect(judge(own, { containers }).faults).toEqual([
      'HOST_NAMES: services of the Docker Compose project pulse have names that this stack takes: ' +
        'pulse-test_redis, pulse-test_webhook-worker. Stop these alone, as docs/migration.md says, ' +
        "what is in their folders stays: (cd '/srv/old files' && docker compose rm --stop --force " +
        'pulse-test_redis pulse-test_webhook-worker), or without that folder: docker rm -f ' +
        'pulse-test_redis pulse-pulse-test_webhook-worker-1 pulse-pulse-test_webhook-worker-2. ' +
        'firecrawl, pulse_mcp can go on beside Pulse, with stores under other names.',
    ]);
  });

  test('is in the way by the name of a service, whatever its container is called', () => {
    const containers = [of('firecrawl_postgres', 'pulse-test_postgres')];
    expect(judge(own, { containers }).faults).toEqual([
      expect.stringMatching(
        /^HOST_NAMES: .*--force pulse-test_postgres\), or .*docker rm -f firecrawl_postgres\.$/,
      ),
    ]);
    const elsewhere = [of('firecrawl_postgres', 'pulse-test_postgres', ['other'])];
    expect(judge(own, { containers: elsewhere }).faults).toEqual([]);
  });

  test('without such names is let be, and each other is named on a line of its own', () => {
    expect(judge(own, { containers: others }).faults).toEqual([]);
    const containers = [
      of('pulse-test_redis', 'pulse-test_redis'),
      of('pulse-test_postgres', 'db', ['pulse-test'], 'second'),
      { name: 'pulse-test_webhook', published: [] },
    ];
    expect(judge(own, { containers }).faults).toEqual([
      expect.stringContaining('project pulse have'),
      expect.stringContaining('project second have names that this stack takes: db.'),
      expect.stringMatching(/docker rm -f pulse-test_webhook$/),
    ]);
  });
});

test.each(['webhook', 'webhook-api-2'])(
  'a container %s of another clone, or of the old deployment, is refused',
  (name) => {
    const containers = [{ name: `pulse-test_${name}`, published: [] }];
    expect(judge(own, { containers }).faults).toEqual([
      expect.stringMatching(`^HOST_NAMES: .*docker rm -f pulse-test_${name}$`),
    ]);
  },
);

test.each([
  ['1.41', ['HOST_ENGINE']],
  ['1.43', ['HOST_ENGINE']],
  ['1.44', []],
  ['1.56', []],
  ['2.0', []],
])(
  'an engine with API %s may or may not have a health check interval at the start',
  (version, codes) => {
    const { faults } = judge({ ...own, healthStartInterval: '1s' }, { apiVersion: version });
    expect(faults.map((line) => line.split(':')[0])).toEqual(codes);
    expect(judge(own, { apiVersion: version }).faults).toEqual([]);
  },
);

test('the network of lost containers is removed with them, so that the stack makes its own again', () => {
  const host = {
    containers: [{ name: 'pulse-test_redis', published: [] }],
    networks: [{ name: 'pulse-test', subnets: ['10.1.0.0/24'] }],
  };
  expect(judge(own, host).faults).toEqual([
    expect.stringMatching(/docker rm -f pulse-test_redis && docker network rm pulse-test$/),
  ]);
});

test('promising more memory than the host has causes a warning with the sum', () => {
  const { faults, warnings } = judge(
    { ...own, workerReplicas: '8', workerMemory: '4GiB' },
    { memoryMiB: 16_000 },
  );
  expect(faults).toEqual([]);
  expect(warnings).toEqual([
    expect.stringContaining(
      'HOST_MEMORY: this stack promises 35968MiB, and the host has 16000MiB: ' +
        '8 x 4096MiB worker + 1 x 1024MiB Postgres + 1 x 1024MiB Redis + ' +
        '2 x 512MiB API + 1 x 128MiB HAProxy',
    ),
  ]);
});
