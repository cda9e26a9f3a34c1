import { describe, expect, it } from 'vitest';

import { arrayAt, stringAt, ownValue } from '../../src/domain/core/json-object.ts';
import { predecessor } from './crane-runner.ts';
import { foldersIn, loadDefinitions, readManifest } from './task-files.ts';

/** Params that are ours. A new one needs an entry here: first look for the word that the others use for the same thing. */
const vocabulary = new Set([
  // One cluster.
  ...['context', 'namespace', 'cluster-uid', 'kubeconfig-digest', 'dry-run'],
  // Images.
  'create-projects',
  // Plans at a terminal.
  ...['action', 'answers', 'create', 'destination-token-file', 'show', 'source-token-file'],
  // Two clusters.
  ...['source-context', 'source-namespace', 'source-cluster-secret'],
  ...['source-registry-internal', 'source-registry-public', 'source-registry-tls-verify'],
  ...['destination-context', 'destination-namespace', 'destination-cluster-secret', 'destination-cluster-uid'],
  ...['destination-registry-internal', 'destination-registry-public', 'destination-registry-tls-verify'],
  // Digests of what an earlier task wrote.
  ...['index-digest', 'plan-digest', 'transform-digest', 'report-digest'],
  // What is accepted, and how long to wait.
  ...[
    'allow-account-secrets',
    'allow-changed',
    'allow-forbidden',
    'allow-plain-secrets',
    'allow-problems',
    'allow-unready',
    'include-kinds',
  ],
  ...['connect-timeout', 'endpoint-timeout', 'plugin-timeout', 'ready-timeout', 'request-timeout'],
  ...['run-timeout', 'stall-timeout', 'start-timeout', 'wait-timeout', 'parallel', 'retries'],
  // Clusters and exports.
  ...['as', 'as-extras', 'as-group', 'as-uid', 'burst', 'qps', 'cluster-resources', 'label-selector'],
  ...['exclude-resources', 'include-resources'],
  ...['cluster-secret', 'embed-token', 'insecure-skip-tls-verify', 'secrets', 'secrets-recipient'],
  // Images.
  ...[
    'built-images',
    'if-exists',
    'image-exclude',
    'images',
    'internal',
    'mapping-file',
    'output',
    'platforms',
    'public',
    'referrers',
    'registries',
  ],
  'source-file',
  // Transformation and apply.
  ...['modernize', 'namespace-mapping', 'plugin-digests', 'plugin-dir', 'plugin-priorities', 'registry-replacement'],
  ...['skip-plugins', 'recreate', 'take-ownership', 'resource-type'],
  // Volumes.
  ...[
    'access-modes',
    'attributes',
    'check-only',
    'check-space',
    'claim-settings',
    'claims',
    'delete',
    'endpoint-address',
    'fs-group',
  ],
  ...['image-pull-secrets', 'ingress-class', 'live', 'run-as-user', 'storage-class-map', 'subdomain', 'transfer-image'],
  // Git, reports, whole runs.
  ...['print-reports', 'branch', 'folder', 'force', 'message', 'status', 'steps', 'validate', 'verify'],
  // Releases.
  ...['all-namespaces', 'container', 'instances', 'release', 'revision', 'show-values', 'tail', 'wait'],
  // Applications.
  ...['app-name', 'chart-name', 'chart-source', 'chart-version', 'domains', 'extra-images', 'image-name', 'image-tag'],
  ...['destination-path', 'destination-registry', 'pull-registry', 'platform', 'registry-addresses'],
  ...['registry-tls-verify', 'token-registry'],
  // Sources of applications.
  ...['app', 'app-folder', 'archive', 'blob-id', 'entry-limit', 'ignore', 'keep-archive', 'list-only', 'ratio-limit'],
  ...['git', 'git-config', 'git-revision'],
  ...['size-limit', 'use-gitignore', 'username'],
  // Builds of images.
  ...['insecure-registry', 'platform-api', 'previous-image', 'process-type'],
  // Deployments and pushes of applications.
  ...[
    'builder-image',
    'ca-config-map',
    'cache-image',
    'chart',
    'chart-secret',
    'claim',
    'configurations',
    'domain',
    'environment',
  ],
  ...['environment-secret', 'health-path', 'image', 'manifest', 'no-routes', 'registry-secret', 'routes', 'run-image'],
  ...['run-namespace', 'run-service-account', 'service-account', 'settings', 'storage-class', 'storage-secret'],
  ...['tls-issuer', 'volume-size'],
  // Programs without a Task.
  ...['bytes', 'end', 'message-file', 'pipeline-run', 'plan', 'relay', 'timeout', 'volume'],
  // The wizard.
  ...['allow-clusters', 'mode', 'no-browser', 'port', 'public-url', 'run-url', 'trusted-proxies'],
  ...['oidc-client-id', 'oidc-issuer', 'oidc-scopes'],
  // Exported images.
  ...['confirm-public', 'delete-shared-tags', 'destination-image', 'exclude-paths'],
  ...['export', 'file', 'format', 'hide', 'include-paths', 'keep'],
  ...['older-than', 'workload'],
  // Portable images.
  ...['allow-findings', 'allow-incomplete', 'allow-variables', 'deny-variables', 'export-name', 'file-times'],
  ...['group-rights', 'include-workspace', 'profile'],
  ...['debug-container', 'others-rights', 'read-claims', 'reader-image', 'snapshot-class', 'snapshots'],
  // Registries of applications.
  ...['host', 'path', 'registry', 'system-namespace'],
]);

/** Flags of `crane skopeo-sync-gen`, which crane-runner never had as a task. */
const craneFlags: Readonly<Record<string, readonly string[]>> = {
  'crane-skopeo-sync-gen': ['registry-url', 'internal-registry-url'],
  // As crane-transform, which it runs.
  'crane-manifests': ['optional-flags'],
};

/** Params that Pipelines have besides those of their tasks. */
const pipelineNames = new Set(['endpoint-type']);

/** Params whose meaning follows from the task. */
const severalMeanings = new Set([
  ...[
    'namespace',
    'namespace-mapping',
    'index-digest',
    'mapping-file',
    'parallel',
    'stall-timeout',
    'wait-timeout',
    'output',
    'release',
  ],
  ...['registry', 'path', 'dry-run', 'destination-registry', 'image', 'builder-image', 'run-image', 'cache-image'],
  ...['container', 'destination-path', 'retries', 'workload'],
  ...[
    'file',
    'folder',
    'fs-group',
    'system-namespace',
    'instances',
    'ingress-class',
    'image-pull-secrets',
    'storage-class',
    'environment',
    'start-timeout',
    'timeout',
  ],
]);

const ours = (await loadDefinitions()).flatMap(({ name, params }) => {
  const theirs = [...Object.keys(ownValue(predecessor, name)?.params ?? {}), ...(ownValue(craneFlags, name) ?? [])];
  return Object.entries(params)
    .filter(([param]) => !theirs.includes(param))
    .map(([param, { description }]) => ({ task: name, param, meaning: description.split(/\.(?: |$)/)[0] }));
});

describe('names of params', () => {
  it('are those of crane-runner where it has the task, and of one vocabulary elsewhere', () => {
    expect(ours.filter(({ param }) => !vocabulary.has(param))).toEqual([]);
  });

  it('fill the vocabulary', () => {
    const used = new Set(ours.map(({ param }) => param));
    expect([...vocabulary].filter((name) => !used.has(name))).toEqual([]);
  });

  it('mean the same in each task', () => {
    const meanings = Map.groupBy(ours, ({ param }) => param);
    const unequal = [...meanings].filter(([, uses]) => new Set(uses.map(({ meaning }) => meaning)).size > 1);
    expect(unequal.map(([param]) => param).filter((param) => !severalMeanings.has(param))).toEqual([]);
  });

  it('say source and destination in full', () => {
    expect([...vocabulary].filter((name) => /^(?:src|dest|from|to|old|new)-/.test(name))).toEqual([]);
  });

  it.each(foldersIn('pipelines'))('of the Pipeline %s are of the same vocabulary', (name) => {
    const params = arrayAt(readManifest(`pipelines/${name}/${name}.yaml`), 'spec', 'params');
    const names = params.map((param) => stringAt(param, 'name') ?? '');
    expect(names.filter((param) => !vocabulary.has(param) && !pipelineNames.has(param))).toEqual([]);
  });
});
