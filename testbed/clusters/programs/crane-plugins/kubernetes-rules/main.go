// Command kubernetes-rules is the plugin that crane has built in, as a program: crane's own rules and its own library
// for plugins, under another name, since two plugins of one name never run together.
package main

import (
	"github.com/konveyor/crane-lib/transform/cli"
	"github.com/konveyor/crane-lib/transform/kubernetes"
)

func main() {
	rules := &kubernetes.KubernetesTransformPlugin{}
	metadata := rules.Metadata()
	cli.RunAndExit(cli.NewCustomPlugin("CraneKubernetes", metadata.Version, metadata.OptionalFields, rules.Run))
}
