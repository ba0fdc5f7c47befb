// pulumi-resource-command: the resource command:local:Command, under the name and version that npm's @pulumi/command asks for.
// Like the official plugin it is written on pulumi-go-provider, whose engine does the diffs, the schema and the secrets.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi-go-provider/infer"

	"pulse/toolchain/pulumi/command-plugin/local"
)

// version is what npm's @pulumi/command names as its plugin; the build sets it.
var version = "0.0.0"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	// The token's middle part is the name of the Go package that holds the type: local.Command is command:local:Command.
	provider, err := infer.NewProviderBuilder().
		WithDisplayName("Command").
		WithResources(infer.Resource(&local.Command{})).
		Build()
	if err != nil {
		return err
	}
	return provider.Run(context.Background(), "command", version)
}
