import * as pulumi from '@pulumi/pulumi';

/** A resource as the program registers it with Pulumi, recorded without Pulumi, engine or plugin. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** All inputs, secrets as plain text; `secretInputs` names the properties that hold secrets. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secretInputs: readonly string[];
  /** Names of the resources it waits for: those in `dependsOn` and those whose outputs it uses. */
  readonly waitsFor: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly replaceOnChanges: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  /** URNs of the parents that it had before; empty text for a resource that had none. */
  readonly oldParents: readonly string[];
}

export const containerType = 'docker:index/container:Container';
export const volumeType = 'docker:index/volume:Volume';
export const networkType = 'docker:index/network:Network';
export const imageType = 'docker:index/remoteImage:RemoteImage';
export const commandType = 'command:local:Command';

/**
 * In a request, a secret is an object that has this key with this value and the plain text under
 * `value`. Pulumi's protocol fixes both (`specialSigKey` and `specialSecretSig` in
 * `@pulumi/pulumi/runtime/rpc`).
 */
const markKey = '4dabf18193072939515e22adb298388d';
const secretMark = '1b47061264138c4ac30d75fd1eb44270';

const report = JSON.stringify({ ok: true, verifiedAt: '2026-01-01T00:00:00.000Z', checks: [] });

/** Makes the outputs of a resource: its inputs, and what its command would print. */
function makeOutputs({ name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  return {
    ...inputs,
    stdout: name.startsWith('verification')
      ? report
      : `made-for-${name}-0123456789abcdef0123456789abcdef`,
  };
}

/** The parts of Pulumi's request to register a resource that tests read. */
interface Request {
  getType(): string;
  getName(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDependenciesList(): string[];
  getReplaceonchangesList(): string[];
  getIgnorechangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getAliasesList(): { getSpec(): { getParenturn(): string } | undefined }[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}
interface Monitor {
  registerResource(request: Request, callback: (...answer: unknown[]) => void): Promise<void>;
}

/**
 * Runs a program, or a part of one, and records every resource that it registers, in order.
 *
 * Pulumi's mocks alone are not enough: they see type, name and inputs of a resource, but none of
 * its options. Whether it is protected, outlives destroy or waits for others is only in the request
 * to the monitor, so the monitor that the mocks install is wrapped as well.
 *
 * @param program has to import modules that read the configuration dynamically; a static import
 *   would read the configuration before this function sets it
 * @param options name of the stack, and its settings without the prefix `pulse:`
 */
export async function declare(
  program: () => unknown,
  {
    stack = 'test',
    config = {},
  }: { stack?: string; config?: Readonly<Record<string, string>> } = {},
): Promise<Declared[]> {
  const declared: Declared[] = [];
  const seen = new Map<string, Record<string, unknown>>();
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        seen.set(`${args.type} ${args.name}`, args.inputs as Record<string, unknown>);
        return { id: `${args.name}-id`, state: makeOutputs(args) };
      },
      call: () => ({}),
    },
    'pulse',
    stack,
    false,
    'organization',
  );
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(config).map(([key, text]) => [`pulse:${key}`, text])),
  );

  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (...answer) => {
      const [, response] = answer as [unknown, { getUrn(): string } | undefined];
      if (response !== undefined)
        declared.push(
          recordRequest(
            request,
            response.getUrn(),
            seen.get(`${request.getType()} ${request.getName()}`) ?? {},
          ),
        );
      callback(...answer);
    });
  await program();
  await pulumi.runtime.disconnect();
  return declared;
}

function recordRequest(request: Request, urn: string, inputs: Record<string, unknown>): Declared {
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    inputs: revealSecrets(inputs) as Record<string, unknown>,
    secretInputs: Object.entries(request.getObject().toJavaScript())
      .filter(([, value]) => holdsSecret(value))
      .map(([key]) => key),
    waitsFor: request
      .getDependenciesList()
      .map((dependency) => dependency.split('::').at(-1) ?? dependency),
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    replaceOnChanges: request.getReplaceonchangesList(),
    ignoreChanges: request.getIgnorechangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    oldParents: request.getAliasesList().map((alias) => alias.getSpec()?.getParenturn() ?? ''),
  };
}

function isSecret(value: object): value is { readonly value: unknown } {
  return (value as Record<string, unknown>)[markKey] === secretMark;
}

function holdsSecret(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (isSecret(value) || Object.values(value).some(holdsSecret))
  );
}

function revealSecrets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isSecret(value)) return revealSecrets(value.value);
  return Array.isArray(value)
    ? value.map(revealSecrets)
    : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, revealSecrets(part)]));
}

/** Reads the environment of a container, name to value. */
export function readEnvironment({ inputs }: Declared): Record<string, string> {
  return Object.fromEntries(
    ((inputs['envs'] as string[]) ?? []).map((line) => [
      line.slice(0, line.indexOf('=')),
      line.slice(line.indexOf('=') + 1),
    ]),
  );
}

/** @throws Error that lists the declared names, when none is `name` */
export function findNamed(declared: readonly Declared[], name: string): Declared {
  const found = declared.find((one) => one.name === name);
  if (found === undefined)
    throw new Error(`${name} is not declared; ${declared.map((one) => one.name).join(', ')} are`);
  return found;
}

export function filterByType(declared: readonly Declared[], type: string): Declared[] {
  return declared.filter((one) => one.type === type);
}
