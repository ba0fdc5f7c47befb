// pulumi-resource-docker: the Docker provider of Terraform behind Pulumi's plugin protocol, under the name and version that npm's
// @pulumi/docker asks for. The official plugin is made the same way, of the same two parts.
package main

import "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"

// version is what npm's @pulumi/docker names as its plugin; the build sets it.
var version = "0.0.0"

// The schema serves to generate SDKs; ours come from npm, and an engine that runs a program does not ask for it.
var schema = []byte(`{"name":"docker"}`)

func main() {
	tfbridge.Main("docker", version, providerInfo(), schema)
}
