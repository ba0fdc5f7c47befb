import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

export interface NetworkArgs {
  /**
   * Whether somebody else made it: then it is joined by its name, and neither compared nor changed
   * nor removed.
   */
  readonly existing: boolean;
  /** Name on the host; explicit, because containers of other deployments may have to join. */
  readonly name: string;
  /**
   * As `172.24.0.0/16`. Changing it takes every container down first: an outage, never a rolling
   * update.
   */
  readonly subnet: string;
  /** The host's own address in it. */
  readonly gateway: string;
}

/** The bridge network on which the stack's containers find each other by name. IPv4 only. */
export class Network extends pulumi.ComponentResource {
  /** An output of the network itself: who uses it is removed before a replaced network. */
  readonly networkName: pulumi.Output<string>;
  readonly networkId: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:network:Network', name, {}, opts);

    if (args.existing) {
      // Not read from the engine: a preview must not need one.
      this.networkName = pulumi.output(args.name);
      this.networkId = this.networkName;
    } else {
      const bridge = new docker.Network(
        name,
        {
          name: args.name,
          driver: 'bridge',
          ipv6: false,
          ipamConfigs: [{ subnet: args.subnet, gateway: args.gateway }],
        },
        { parent: this, deleteBeforeReplace: true },
      );
      this.networkName = bridge.name;
      this.networkId = bridge.id;
    }
    this.registerOutputs({ networkName: this.networkName });
  }
}
