package local

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	provider "github.com/pulumi/pulumi-go-provider"
)

// execute runs one command and returns what it printed and the files it was asked for; `previous` is offered to it in its environment.
func execute(ctx context.Context, command string, args Arguments, previous Results) (Results, error) {
	var stdout, stderr bytes.Buffer
	both := &guarded{}
	log := &lines{report: provider.GetLogger(ctx).Info}
	defer log.flush()

	words := append(interpreter(args), command)
	process := exec.CommandContext(ctx, words[0], words[1:]...)
	process.Env = environment(args, previous)
	process.Stdout = streams(args.Logging.shows(logStdout), log, &stdout, both)
	process.Stderr = streams(args.Logging.shows(logStderr), log, &stderr, both)
	if args.Dir != nil {
		process.Dir = *args.Dir
	}
	if args.Stdin != nil {
		process.Stdin = strings.NewReader(*args.Stdin)
	}
	if err := process.Run(); err != nil {
		return Results{}, fmt.Errorf("%w: running %q:\n%s", err, command, both.buffer.String())
	}

	results := Results{Stdout: strings.TrimSuffix(stdout.String(), "\n"), Stderr: strings.TrimSuffix(stderr.String(), "\n")}
	err := collectFiles(args, &results)
	return results, err
}

func interpreter(args Arguments) []string {
	if args.Interpreter != nil && len(*args.Interpreter) > 0 {
		return append([]string{}, *args.Interpreter...)
	}
	if runtime.GOOS == "windows" {
		return []string{"cmd", "/C"}
	}
	return []string{"/bin/sh", "-c"}
}

func environment(args Arguments, previous Results) []string {
	env := os.Environ()
	if args.AddPreviousOutputInEnv == nil || *args.AddPreviousOutputInEnv {
		if previous.Stdout != "" {
			env = append(env, "PULUMI_COMMAND_STDOUT="+previous.Stdout)
		}
		if previous.Stderr != "" {
			env = append(env, "PULUMI_COMMAND_STDERR="+previous.Stderr)
		}
	}
	if args.Environment != nil {
		for name, value := range *args.Environment {
			env = append(env, name+"="+value)
		}
	}
	return env
}
