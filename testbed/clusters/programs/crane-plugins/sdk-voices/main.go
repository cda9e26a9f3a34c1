// Command sdk-voices is a plugin, written with crane's library for plugins, that says something at each level, and
// fails on what the optional flag fail-on names.
package main

import (
	"fmt"
	"os"

	"github.com/konveyor/crane-lib/transform"
	"github.com/konveyor/crane-lib/transform/cli"
	"github.com/sirupsen/logrus"
)

func main() {
	fields := []transform.OptionalFields{{FlagName: "fail-on", Help: "Name of the resource to fail on.", Example: "web"}}
	cli.RunAndExit(cli.NewCustomPlugin("Voices", "v1.2.3", fields, run))
}

func run(request transform.PluginRequest) (transform.PluginResponse, error) {
	name := request.GetName()
	cli.Logger().SetLevel(logrus.DebugLevel)
	cli.Logger().Debugf("looking at %s", name)
	cli.Logger().Infof("passing %s", name)
	cli.Logger().Warnf("nothing known of %s", name)
	fmt.Fprintln(os.Stderr, "a line without a level")
	if name == request.Extras["fail-on"] {
		return transform.PluginResponse{}, fmt.Errorf("will have nothing to do with %s", name)
	}
	return transform.PluginResponse{Version: string(transform.V1)}, nil
}
