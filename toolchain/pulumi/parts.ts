/** The four parts of Pulumi that a deployment needs. */

export interface Part {
  /** Name of the executable. */
  readonly name: string;
  readonly version: string;
  readonly purpose: string;
  /** Set for a plugin: what `pulumi plugin install resource` calls it. */
  readonly plugin?: string;
}

export const cli: Part = {
  name: 'pulumi',
  version: '3.256.0',
  purpose: 'deploys the stack',
};

export const languageHost: Part = {
  name: 'pulumi-language-nodejs',
  version: '3.68.0',
  purpose: 'runs the program in Node for the Pulumi CLI',
};

export const dockerPlugin: Part = {
  name: 'pulumi-resource-docker',
  version: '5.2.0',
  purpose: 'makes containers, networks, volumes and images for the Pulumi CLI',
  plugin: 'docker',
};

export const commandPlugin: Part = {
  name: 'pulumi-resource-command',
  version: '1.2.1',
  purpose: 'runs commands as part of a deployment for the Pulumi CLI',
  plugin: 'command',
};

/**
 * In the order in which they are installed. The CLI comes first: where the parts are compiled, the
 * plugin for Docker uses many of the packages that the CLI has compiled already.
 */
export const parts: readonly Part[] = [cli, languageHost, dockerPlugin, commandPlugin];
