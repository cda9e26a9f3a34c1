module github.com/crane-tasks/crane-tasks/test/cluster/programs/crane-plugins

go 1.26.4

tool (
	github.com/crane-tasks/crane-tasks/test/cluster/programs/crane-plugins/crane-rules
	github.com/crane-tasks/crane-tasks/test/cluster/programs/crane-plugins/kubernetes-rules
	github.com/crane-tasks/crane-tasks/test/cluster/programs/crane-plugins/sdk-voices
	github.com/konveyor/crane-lib/transform/binary-plugin/examples/test/annotation
	github.com/konveyor/crane-lib/transform/binary-plugin/examples/test/whiteout-pods
)

require (
	github.com/konveyor/crane-lib v0.1.5
	github.com/sirupsen/logrus v1.9.3
	k8s.io/apimachinery v0.33.4
)

require (
	github.com/evanphx/json-patch v5.9.11+incompatible // indirect
	github.com/evanphx/json-patch/v5 v5.9.11 // indirect
	github.com/fxamacker/cbor/v2 v2.7.0 // indirect
	github.com/go-logr/logr v1.4.3 // indirect
	github.com/gogo/protobuf v1.3.2 // indirect
	github.com/json-iterator/go v1.1.12 // indirect
	github.com/kr/text v0.2.0 // indirect
	github.com/modern-go/concurrent v0.0.0-20180306012644-bacd9c7ef1dd // indirect
	github.com/modern-go/reflect2 v1.0.2 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	github.com/x448/float16 v0.8.4 // indirect
	go.yaml.in/yaml/v2 v2.4.2 // indirect
	golang.org/x/net v0.43.0 // indirect
	golang.org/x/sys v0.35.0 // indirect
	golang.org/x/text v0.28.0 // indirect
	gopkg.in/inf.v0 v0.9.1 // indirect
	k8s.io/api v0.33.4 // indirect
	k8s.io/klog/v2 v2.130.1 // indirect
	k8s.io/utils v0.0.0-20241210054802-24370beab758 // indirect
	sigs.k8s.io/json v0.0.0-20241014173422-cfa47c3a1cc8 // indirect
	sigs.k8s.io/randfill v1.0.0 // indirect
	sigs.k8s.io/structured-merge-diff/v4 v4.6.0 // indirect
	sigs.k8s.io/yaml v1.6.0 // indirect
)
