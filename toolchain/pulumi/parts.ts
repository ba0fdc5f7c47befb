/**
 * The four parts of Pulumi that a deployment needs, and how each is compiled from the Go module
 * beside this file.
 */

export interface Part {
  /** Name of the executable. */
  readonly name: string;
  readonly version: string;
  readonly purpose: string;
  /** Folder of the Go module that pins everything it is compiled from. */
  readonly module: string;
  readonly package: string;
  readonly buildArguments: readonly string[];
  /** Set for a plugin: what `pulumi plugin install resource` calls it. */
  readonly plugin?: string;
  /** How long the compiler takes on two cores, said before it starts. */
  readonly duration: string;
}

/** Without symbols and paths of this machine: a third smaller, and the same from any clone. */
const linked = (variable: string): readonly string[] => [
  '-trimpath',
  '-ldflags',
  `-s -w ${variable}`.trim(),
];

export const cli: Part = {
  name: 'pulumi',
  version: '3.256.0',
  purpose: 'deploys the stack',
  module: 'cli',
  package: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi',
  buildArguments: linked('-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.256.0'),
  duration: '3 to 5 minutes on 2 cores',
};

export const languageHost: Part = {
  name: 'pulumi-language-nodejs',
  version: '3.68.0',
  purpose: 'runs the program in Node for the Pulumi CLI',
  module: 'language-nodejs',
  package: 'github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs',
  buildArguments: linked(''),
  duration: 'half a minute',
};

export const dockerPlugin: Part = {
  name: 'pulumi-resource-docker',
  version: '5.2.0',
  purpose: 'makes containers, networks, volumes and images for the Pulumi CLI',
  module: 'docker-plugin',
  package: '.',
  // Without docker_compose, which Pulumi does not offer and which needs cgo on a Mac.
  buildArguments: ['-tags', 'no_compose', ...linked('-X main.version=5.2.0')],
  plugin: 'docker',
  duration: '1 to 2 minutes',
};

export const commandPlugin: Part = {
  name: 'pulumi-resource-command',
  version: '1.2.1',
  purpose: 'runs commands as part of a deployment for the Pulumi CLI',
  module: 'command-plugin',
  package: '.',
  buildArguments: linked('-X main.version=1.2.1'),
  plugin: 'command',
  duration: 'about a minute',
};

/**
 * The CLI first: the plugin for Docker is compiled of many of the same packages, and Go keeps what
 * it compiled.
 */
export const parts: readonly Part[] = [cli, languageHost, dockerPlugin, commandPlugin];
