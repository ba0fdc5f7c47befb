package local

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobwas/glob"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// collectFiles fills in the assets and the archive, if the arguments ask for any.
func collectFiles(args Arguments, results *Results) error {
	dir := "."
	if args.Dir != nil {
		dir = *args.Dir
	}
	if args.AssetPaths != nil {
		found, err := matching(dir, *args.AssetPaths)
		if err != nil {
			return err
		}
		assets := map[string]types.AssetOrArchive{}
		for relative, path := range found {
			asset, err := resource.NewPathAsset(path)
			if err != nil {
				return err
			}
			assets[relative] = types.AssetOrArchive{Asset: asset}
		}
		results.Assets = &assets
	}
	if args.ArchivePaths == nil {
		return nil
	}
	found, err := matching(dir, *args.ArchivePaths)
	if err != nil {
		return err
	}
	content := map[string]any{}
	for relative, path := range found {
		if content[relative], err = resource.NewPathAsset(path); err != nil {
			return err
		}
	}
	results.Archive, err = resource.NewAssetArchive(content)
	return err
}

// rule is one pattern; the last rule that matches a file decides about it.
type rule struct {
	pattern glob.Glob
	exclude bool
}

// matching gives the files below dir that the patterns choose: path relative to dir, with slashes, to the path to read.
func matching(dir string, patterns []string) (map[string]string, error) {
	rules := make([]rule, 0, len(patterns))
	for _, text := range patterns {
		body, exclude := strings.CutPrefix(text, "!")
		pattern, err := glob.Compile(body, '/')
		if err != nil {
			return nil, err
		}
		rules = append(rules, rule{pattern, exclude})
	}
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(relative string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if chosen(rules, relative) {
			found[relative] = filepath.Join(dir, filepath.FromSlash(relative))
		}
		return nil
	})
	return found, err
}

func chosen(rules []rule, relative string) bool {
	included := false
	for _, rule := range rules {
		if rule.pattern.Match(relative) {
			included = !rule.exclude
		}
	}
	return included
}
