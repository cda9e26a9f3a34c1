// Command crane-rules says what crane itself makes of resources with some plugins: its own runner starts them. It takes
// the paths of the plugins as arguments and questions on standard input, one JSON document each: resource, extras and
// priorities. It answers each with whiteout, patches, ignored, and what the patches make of the resource.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/konveyor/crane-lib/apply"
	"github.com/konveyor/crane-lib/transform"
	binaryplugin "github.com/konveyor/crane-lib/transform/binary-plugin"
	"github.com/sirupsen/logrus"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

type question struct {
	Resource   map[string]any    `json:"resource"`
	Extras     map[string]string `json:"extras"`
	Priorities map[string]int    `json:"priorities"`
}

type answer struct {
	Whiteout bool            `json:"whiteout"`
	Patches  json.RawMessage `json:"patches"`
	Ignored  json.RawMessage `json:"ignored"`
	Applied  json.RawMessage `json:"applied,omitempty"`
}

func main() {
	if err := answerAll(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answerAll(paths []string) error {
	log := logrus.New()
	plugins := make([]transform.Plugin, 0, len(paths))
	for _, path := range paths {
		plugin, err := binaryplugin.NewBinaryPlugin(path, log)
		if err != nil {
			return err
		}
		plugins = append(plugins, plugin)
	}
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for in.More() {
		var asked question
		if err := in.Decode(&asked); err != nil {
			return err
		}
		given, err := answerOne(asked, plugins, log)
		if err != nil {
			return err
		}
		if err := out.Encode(given); err != nil {
			return err
		}
	}
	return nil
}

func answerOne(asked question, plugins []transform.Plugin, log *logrus.Logger) (answer, error) {
	runner := transform.Runner{PluginPriorities: asked.Priorities, OptionalFlags: asked.Extras, Log: log}
	object := unstructured.Unstructured{Object: asked.Resource}
	made, err := runner.Run(*object.DeepCopy(), plugins)
	if err != nil || made.HaveWhiteOut {
		return answer{made.HaveWhiteOut, made.TransformFile, made.IgnoredPatches, nil}, err
	}
	applied, err := apply.Applier{}.Apply(object, made.TransformFile)
	return answer{made.HaveWhiteOut, made.TransformFile, made.IgnoredPatches, applied}, err
}
