/**
 * Rules that every stack keeps, whatever its configuration. A policy looks at one declared resource
 * and says what to change in it.
 */
import { innerHookPort } from '../../settings/names.ts';
import { containerType, readEnvironment, imageType } from '../pulumi/declare.ts';
import type { Declared } from '../pulumi/declare.ts';

export interface Policy {
  readonly name: string;
  /** What is wrong and what to do; undefined when nothing is. */
  readonly violation: (resource: Declared, stack: StackRules) => string | undefined;
}

/** What a stack's own configuration allows or asks for. */
export interface StackRules {
  /** Addresses on which the stores may be published. */
  readonly storeAddress: string;
  /** Address on which the front door may be published. */
  readonly apiHost: string;
  /** Absent, the hooks are published where the API is. */
  readonly hookHost?: string | undefined;
  readonly workerNofile: string;
}

function forContainers(
  name: string,
  violation: (
    container: Declared['inputs'],
    rules: StackRules,
    declared: Declared,
  ) => string | undefined,
): Policy {
  return {
    name,
    violation: (resource, rules) =>
      resource.type === containerType ? violation(resource.inputs, rules, resource) : undefined,
  };
}

const memoryLimit = forContainers('memory limit', ({ memory, memorySwap }) =>
  typeof memory === 'number' && memory > 0 && memorySwap === memory
    ? undefined
    : 'has no memory limit without swap: give it `memory` in MiB and the same `memorySwap`',
);

const cpuLimit = forContainers('CPU limit', ({ cpus }) =>
  Number(cpus) > 0 ? undefined : 'has no CPU limit: give it `cpus`, written as 1.0',
);

const workerUlimits = forContainers('ulimits', ({ ulimits }, { workerNofile }, { name }) => {
  if (!/^worker-\d+$/.test(name)) return undefined;
  const nofile = (ulimits as { name: string; soft: number }[] | undefined)?.find(
    (limit) => limit.name === 'nofile',
  );
  return nofile?.soft === Number(workerNofile)
    ? undefined
    : `is configured for ${workerNofile} open files ` +
        `and gets ${nofile?.soft ?? "the engine's"}: pass \`nofile\` on`;
});

const ownHealthCheck = forContainers('health check', ({ healthcheck, wait }) => {
  const tests = (healthcheck as { tests?: string[] } | undefined)?.tests ?? [];
  if (tests.length < 2 || tests[0] === 'NONE')
    return (
      "has no health check of its own, and its image's may mean something else: " +
      'give it `healthcheck`'
    );
  return wait === true
    ? undefined
    : 'is not waited for: set `wait`, ' +
        'or an update goes on over a container that never gets healthy';
});

const restart = forContainers('restart', ({ restart: policy }) =>
  policy === 'unless-stopped' || policy === 'always'
    ? undefined
    : `restarts '${(policy as string | undefined) ?? 'no'}': set unless-stopped, or a reboot ends it`,
);

const logRotation = forContainers('log rotation', ({ logOpts }) => {
  const { 'max-size': size, 'max-file': files } = (logOpts ?? {}) as Record<string, string>;
  return size !== undefined && files !== undefined
    ? undefined
    : 'writes logs until the disk is full: set logOpts max-size and max-file';
});

const isPinned = (reference: string): boolean =>
  /:[\w.-]+@sha256:[0-9a-f]{64}$/.test(reference) ||
  /_webhook-worker:[0-9a-f]{16}$/.test(reference);

const pinnedImage: Policy = {
  name: 'pinned image',
  violation: ({ type, inputs }) => {
    const names: Readonly<Record<string, unknown>> = {
      [containerType]: inputs['image'],
      [imageType]: inputs['name'],
    };
    const reference = names[type] as string | undefined;
    return reference === undefined || isPinned(reference)
      ? undefined
      : `uses ${reference}, which may be another image tomorrow: name it tag@sha256:digest`;
  },
};

const noNewPrivileges = forContainers(
  'no new privileges',
  ({ securityOpts, capabilities, privileged }) => {
    if (privileged === true) return 'is privileged: give it the one capability that it needs';
    if (!(securityOpts as string[] | undefined)?.includes('no-new-privileges'))
      return 'may gain privileges by a setuid program: set securityOpts no-new-privileges';
    return (capabilities as { drops?: string[] } | undefined)?.drops?.includes('ALL')
      ? undefined
      : "keeps the engine's default capabilities: drop ALL and add what it needs";
  },
);

/** Whether a variable grants access: its URL has a password, or its name says that it is one. */
const holdsPassword = (name: string, value: string): boolean =>
  /:\/\/[^/@]*:[^/@]+@/.test(value) || /PASSWORD|SECRET|_TOKEN$|API_KEY/.test(name);

const noPlainSecret = forContainers('no plain secret', (inputs, _rules, declared) => {
  const plain = Object.entries(readEnvironment(declared))
    .filter(([name, value]) => holdsPassword(name, value))
    .map(([name]) => name);
  if (plain.length > 0 && !declared.secretInputs.includes('envs'))
    return `shows ${plain.join(', ')} in state and previews: wrap its environment in pulumi.secret`;
  const elsewhere = JSON.stringify({ ...inputs, envs: [] });
  return /:\/\/[^/@"]*:[^/@"]+@/.test(elsewhere)
    ? 'has a password in its configuration outside of its environment: pass it by the environment'
    : undefined;
});

interface Published {
  readonly ip?: string;
  readonly internal: number;
  readonly external: number;
}

const publishedBy = (isDoor: boolean, storeAddress: string, apiHost: string) =>
  isDoor ? ['apiHost', apiHost] : ['storeAddress', storeAddress];

const notPublic = forContainers(
  'no public port',
  ({ ports }, { storeAddress, apiHost, hookHost = apiHost }, { name }) => {
    const isDoor = name === 'front-door';
    const [setting, address] = /^(prometheus|alertmanager)$/.test(name)
      ? ['monitoring', '127.0.0.1']
      : publishedBy(isDoor, storeAddress, apiHost);
    const open = (ports as Published[] | undefined)?.find(
      ({ ip, internal }) => ip !== (isDoor && internal === innerHookPort ? hookHost : address),
    );
    return open === undefined
      ? undefined
      : `publishes port ${open.external} on ${open.ip ?? 'every address'}: ` +
          `the stack says ${setting} ${address}`;
  },
);

export const policies: readonly Policy[] = [
  memoryLimit,
  cpuLimit,
  workerUlimits,
  ownHealthCheck,
  restart,
  logRotation,
  pinnedImage,
  noNewPrivileges,
  noPlainSecret,
  notPublic,
];

/** Lists every violation of every policy, one a line: resource, policy, what to do. */
export function findViolations(declared: readonly Declared[], rules: StackRules): string[] {
  return declared.flatMap((resource) =>
    policies.flatMap(({ name, violation }) => {
      const problem = violation(resource, rules);
      return problem === undefined ? [] : [`${resource.name}: ${name}: ${problem}`];
    }),
  );
}
