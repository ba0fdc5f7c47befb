import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

export interface NetworkArgs {
  /**
   * Name on the host. It is the stack's prefix, so that containers of other deployments can join by
   * a known name.
   */
  readonly prefix: string;
  /**
   * `own`: the stack makes it. `existing`: it is there already, and is joined by its name, and
   * neither compared nor changed nor removed.
   */
  readonly mode: 'own' | 'existing';
  /**
   * As `172.24.0.0/16`. Changing it takes every container down first: an outage, never a rolling
   * update.
   */
  readonly subnet: string;
  /** The host's own address in it. */
  readonly gateway: string;
}

/**
 * The bridge network on which the stack's containers find each other by name. IPv4 only. A network
 * that was there before is never declared, so that nothing here can remove it.
 */
export class Network extends pulumi.ComponentResource {
  /** An output of the network itself: containers that use it go down before it is replaced. */
  readonly networkName: pulumi.Output<string>;
  /** None; a network is a part of the stack because its change has to be verified. */
  readonly containers = [];
  readonly verifiedWith: readonly pulumi.Output<string>[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:network:Network', name, {}, opts);

    if (args.mode === 'existing') {
      // Not read from the engine: a preview must not need one.
      this.networkName = pulumi.output(args.prefix);
      this.verifiedWith = [this.networkName];
    } else {
      const bridge = new docker.Network(
        name,
        {
          name: args.prefix,
          driver: 'bridge',
          ipv6: false,
          ipamConfigs: [{ subnet: args.subnet, gateway: args.gateway }],
        },
        { parent: this, deleteBeforeReplace: true },
      );
      this.networkName = bridge.name;
      this.verifiedWith = [bridge.id];
    }
    this.registerOutputs({ networkName: this.networkName });
  }
}
