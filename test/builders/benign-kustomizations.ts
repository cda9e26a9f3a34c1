interface BenignKustomization {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
}

const web = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: {date: 2001-01-01, note: "on"}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: main
        image: registry.test/web:1
        env: [{name: MODE, value: "0400"}]
      volumes:
      - name: files
        secret: {secretName: files, defaultMode: 0400}
`;
const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {mode: "yes", empty: ""}\n';
const service =
  'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n';
const base = {
  'base/kustomization.yaml': 'resources: [web.yaml, map.yaml]\n',
  'base/web.yaml': web,
  'base/map.yaml': map,
};

/** Kustomizations that use what kustomize offers without programs and addresses. */
export const benignKustomizations: readonly BenignKustomization[] = [
  {
    name: 'names, labels, images, replicas',
    files: {
      ...base,
      'kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
metadata: {name: shop, annotations: {owner: me}}
resources: [base]
namespace: shop
namePrefix: a-
nameSuffix: -b
commonAnnotations: {team: "01"}
labels:
- pairs: {app.kubernetes.io/part-of: shop}
  includeSelectors: false
  includeTemplates: true
  fields: [{path: spec/extra, kind: Deployment, create: true}]
images: [{name: registry.test/web, newName: registry.test/other, newTag: "2.10"}]
replicas: [{name: web, count: 010}]
sortOptions: {order: legacy, legacySortOptions: {orderFirst: [ConfigMap], orderLast: [Deployment]}}
buildMetadata: [originAnnotations, managedByLabel]
`,
    },
  },
  {
    name: 'patches',
    files: {
      ...base,
      'kustomization.yaml': `resources: [./base/]
patchesStrategicMerge:
- |
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: settings}
  data:
    # with a comment
    added: |
      two
      lines

- merge.yaml
- '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {flow: "1"}}'
- |
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: settings, annotations: &same {date: "2001-01-01", state: "on"}, labels: *same}
patchesJson6902:
- {target: {version: v1, kind: ConfigMap, name: settings}, path: json.yaml}
patches:
- path: merge.yaml
- target: {kind: Deployment, labelSelector: "", annotationSelector: ""}
  options: {allowNameChange: true}
  patch: |-
    - op: replace
      path: /spec/replicas
      value: 3
`,
      'merge.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {paused: true}\n',
      'json.yaml': '- {op: add, path: /data/json, value: "x"}\n',
    },
  },
  {
    name: 'generators',
    files: {
      'kustomization.yaml': `configMapGenerator:
- name: a
  files: [data.bin, key=sub/data.txt]
  envs: [one.env]
  literals: [mode=0400, "quoted='x'"]
  options: {labels: {x: "1"}, disableNameSuffixHash: true, immutable: true}
- {name: b, env: one.env, behavior: create}
secretGenerator:
- {name: c, type: Opaque, namespace: shop, literals: [password=on]}
generatorOptions: {annotations: {note: "1"}}
`,
      'data.bin': '\u0001\u0002 binary',
      'sub/data.txt': 'text\n',
      'one.env': 'A=1\n# comment\nB=yes\n',
    },
  },
  {
    name: 'components and replacements',
    files: {
      ...base,
      'kustomization.yaml': `resources: [base]
components: [component]
replacements:
- path: replacement.yaml
- source: {kind: ConfigMap, name: settings, fieldPath: data.mode}
  targets:
  - select: {kind: Deployment}
    reject: [{name: other}]
    fieldPaths: [metadata.annotations.mode]
    options: {create: true, delimiter: "/", index: 0}
vars: [{name: X, objref: {apiVersion: v1, kind: ConfigMap, name: settings}, fieldref: {fieldPath: data.mode}}]
`,
      'replacement.yaml':
        'source: {kind: ConfigMap, name: settings}\ntargets: [{select: {kind: Deployment}, fieldPaths: [metadata.annotations.note]}]\n',
      'component/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [service.yaml]\nnamePrefix: c-\n',
      'component/service.yaml': service,
    },
  },
  {
    name: 'plugins that are built in',
    files: {
      ...base,
      'kustomization.yaml': `resources: [base]
generators:
- |
  apiVersion: builtin
  kind: ConfigMapGenerator
  metadata: {name: made}
  files: [data.txt]
transformers:
- plugins
- file.yaml
validators:
- |-
  apiVersion: builtin
  kind: NamespaceTransformer
  metadata: {name: none}
  unsetOnly: true
`,
      'data.txt': 'text\n',
      'file.yaml': `apiVersion: builtin
kind: PatchTransformer
metadata: {name: patch}
path: patch.yaml
target: {kind: Deployment}
---
apiVersion: builtin
kind: ValueAddTransformer
metadata: {name: folder}
targets: [{selector: {kind: ConfigMap}, fieldPath: data/mode, filePathPosition: 0}]
`,
      'patch.yaml': '- {op: replace, path: /spec/replicas, value: 5}\n',
      'plugins/kustomization.yaml': 'resources: [prefix.yaml, more]\n',
      'plugins/prefix.yaml':
        'apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: p-\nfieldSpecs: [{path: metadata/name}]\n',
      'plugins/more/kustomization.yml': 'resources: [labels.yaml]\n',
      'plugins/more/labels.yaml':
        'apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: l}\nlabels: {on: "1"}\nfieldSpecs: [{path: metadata/labels, create: true}]\n',
    },
  },
  {
    name: 'definitions and configurations',
    files: {
      'kustomization.yaml': `resources: [thing.yaml, settings.yaml]
namePrefix: a-
crds: [definition.json]
configurations: [fields.yaml]
openapi: {version: v1.21.2}
`,
      'thing.yaml':
        'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {map: {name: settings}, other: settings}\n',
      'settings.yaml': map,
      'definition.json': '{"x.Thing": {"Schema": {"properties": {}}}}',
      'fields.yaml': 'nameReference: [{kind: ConfigMap, version: v1, fieldSpecs: [{kind: Thing, path: spec/other}]}]\n',
    },
  },
  {
    name: 'odd names of files',
    files: {
      'kustomization.yaml': 'resources: ["Role__v1_system:x~%2F#?.yaml", "a@b.yaml", "x ref=y.yaml"]\n',
      'Role__v1_system:x~%2F#?.yaml': map,
      'a@b.yaml': service,
      'x ref=y.yaml': web,
    },
  },
];
