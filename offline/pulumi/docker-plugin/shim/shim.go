// Package shim hands out the Docker provider, which keeps itself in an internal package.
//
// Go lets a package import `X/internal/…` when its own path begins with `X/`. The provider calls its module
// github.com/terraform-providers/terraform-provider-docker, so this module's name below that one is what opens it; no copy is needed.
package shim

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// NewProvider returns the provider as its makers build it.
func NewProvider(version string) *schema.Provider {
	return provider.New(version)()
}
