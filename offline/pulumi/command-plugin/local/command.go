// Package local runs commands on the machine that deploys. Its name is part of the resource's token.
package local

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command runs a command when it is created, changed and deleted.
type Command struct{}

var (
	_ infer.CustomCreate[Arguments, State]         = (*Command)(nil)
	_ infer.CustomUpdate[Arguments, State]         = (*Command)(nil)
	_ infer.CustomDelete[State]                    = (*Command)(nil)
	_ infer.ExplicitDependencies[Arguments, State] = (*Command)(nil)
)

const randomBytesOfAnId = 8

// Create runs `create`; without one there is nothing to run, and the resource is a place for `delete`.
func (*Command) Create(ctx context.Context, req infer.CreateRequest[Arguments]) (infer.CreateResponse[State], error) {
	state := State{Arguments: req.Inputs}
	id, err := resource.NewUniqueHex(req.Name, randomBytesOfAnId, 0)
	if err != nil {
		return infer.CreateResponse[State]{}, err
	}
	if !req.DryRun && req.Inputs.Create != nil {
		state.Results, err = execute(ctx, *req.Inputs.Create, req.Inputs, Results{})
	}
	return infer.CreateResponse[State]{ID: id, Output: state}, err
}

// Update runs `update`, or `create` again where no `update` is given.
func (*Command) Update(ctx context.Context, req infer.UpdateRequest[Arguments, State]) (infer.UpdateResponse[State], error) {
	state := State{Arguments: req.Inputs, Results: req.State.Results}
	command := req.Inputs.Update
	if command == nil {
		command = req.Inputs.Create
	}
	var err error
	if !req.DryRun && command != nil {
		state.Results, err = execute(ctx, *command, req.Inputs, req.State.Results)
	}
	return infer.UpdateResponse[State]{Output: state}, err
}

// Delete runs `delete`, with the arguments of the last deployment: the program may be gone.
func (*Command) Delete(ctx context.Context, req infer.DeleteRequest[State]) (infer.DeleteResponse, error) {
	if req.State.Delete == nil {
		return infer.DeleteResponse{}, nil
	}
	_, err := execute(ctx, *req.State.Delete, req.State.Arguments, req.State.Results)
	return infer.DeleteResponse{}, err
}

// WireDependencies says which inputs make a result unknown at preview: without it, every changed input, `delete` and
// `logging` too, would seem to change stdout and with it all that depends on it.
func (*Command) WireDependencies(f infer.FieldSelector, args *Arguments, state *State) {
	wireArguments(f, args, state)
	runs := []infer.InputField{
		f.InputField(&args.Create), f.InputField(&args.Update), f.InputField(&args.Interpreter), f.InputField(&args.Dir),
		f.InputField(&args.Environment), f.InputField(&args.Stdin), f.InputField(&args.Triggers),
	}
	for _, result := range []infer.OutputField{f.OutputField(&state.Stdout), f.OutputField(&state.Stderr)} {
		for _, input := range runs {
			result.DependsOn(input)
		}
	}
	assets, archive := f.OutputField(&state.Assets), f.OutputField(&state.Archive)
	for _, input := range runs {
		assets.DependsOn(input)
		archive.DependsOn(input)
	}
	assets.DependsOn(f.InputField(&args.AssetPaths))
	archive.DependsOn(f.InputField(&args.ArchivePaths))
}

func wireArguments(f infer.FieldSelector, args *Arguments, state *State) {
	f.OutputField(&state.Create).DependsOn(f.InputField(&args.Create))
	f.OutputField(&state.Update).DependsOn(f.InputField(&args.Update))
	f.OutputField(&state.Delete).DependsOn(f.InputField(&args.Delete))
	f.OutputField(&state.Triggers).DependsOn(f.InputField(&args.Triggers))
	f.OutputField(&state.Interpreter).DependsOn(f.InputField(&args.Interpreter))
	f.OutputField(&state.Dir).DependsOn(f.InputField(&args.Dir))
	f.OutputField(&state.Environment).DependsOn(f.InputField(&args.Environment))
	f.OutputField(&state.Stdin).DependsOn(f.InputField(&args.Stdin))
	f.OutputField(&state.Logging).DependsOn(f.InputField(&args.Logging))
	f.OutputField(&state.AssetPaths).DependsOn(f.InputField(&args.AssetPaths))
	f.OutputField(&state.ArchivePaths).DependsOn(f.InputField(&args.ArchivePaths))
	f.OutputField(&state.AddPreviousOutputInEnv).DependsOn(f.InputField(&args.AddPreviousOutputInEnv))
}
